"""How the parent and the model process talk: one JSON object a line.

To the child: `open`, `stream`, `generate`, `log_probs`, `count`, `stop`, `peak`. From it: `loading`, `ready`,
`token`, `finished`, `done`, `log_probs`, `count`, `peak`, `error`. Every job has a number, so that a late `stop` cannot hit the next one.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from assistant.engines.protocol import Answer, Request, Sampling

Line = dict[str, Any]


def encode(line: Line) -> bytes:
    """One line for the pipe."""
    return json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Line:
    """One line from the pipe."""
    value: Line = json.loads(line)
    return value


def request_to_json(request: Request) -> Line:
    """A request as JSON holds it."""
    return {"messages": list(request.messages), "sampling": asdict(request.sampling)}


def request_from_json(value: Line) -> Request:
    """The request that `request_to_json` wrote."""
    return Request(messages=tuple(value["messages"]), sampling=Sampling(**value["sampling"]))


def answer_to_json(answer: Answer) -> Line:
    """An answer as JSON holds it."""
    return asdict(answer)


def answer_from_json(value: Line) -> Answer:
    """The answer that `answer_to_json` wrote."""
    ids = value["token_ids"]
    return Answer(**{**value, "token_ids": None if ids is None else tuple(ids), "token_times_s": tuple(value["token_times_s"])})
