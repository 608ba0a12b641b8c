"""What stands in one cell: a text, reference answers, the turns of a conversation; and why it cannot be used."""

from __future__ import annotations

import ast
import io
import json
import math
import re
import tokenize
from collections.abc import Mapping
from typing import Any

from assistant.core import fingerprint
from assistant.core.messages import Message

ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
}

LONGEST_PYTHON = 100_000
"""Characters of a cell up to which it is read as Python's writing of a list; parsing longer ones takes seconds."""

LONGEST_LABEL = 2000
"""Characters of an id, a tag or a group, which reports and screens repeat; web addresses that are longer hardly work."""

HALF_CHARACTERS = re.compile(r"[\ud800-\udfff]")


class UnusableError(Exception):
    """A row without a usable question and answer.

    Args:
        kind: What is wrong, the same words for all rows like it.
        detail: What is particular to this one.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail


def text_of(value: Any, what: str) -> str:
    """Text as it stands there; "" where there is no value.

    Args:
        value: What stands in the cell. Numbers and true or false are written as in JSON.
        what: What it is, for an error.

    Raises:
        UnusableError: It is not text.
    """
    if isinstance(value, str):
        return _whole(value, what)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, Mapping, bytes)):
        raise UnusableError(f"{what} is not text", type(value).__name__)
    return _whole(str(value), what)


def _whole(text: str, what: str) -> str:
    if HALF_CHARACTERS.search(text):
        raise UnusableError(f"{what} has half a character", "a lone surrogate, which no UTF-8 file can hold")
    return text


def answers_of(value: Any) -> tuple[str, ...]:
    """Reference answers from a text, a list of texts, or SQuAD's `{"text": [...]}`, each once.

    Raises:
        UnusableError: There is none.
    """
    if isinstance(value, Mapping) and "text" in value:
        value = value["text"]
    texts = value if isinstance(value, list) else [value]
    answers = [text for text in (text_of(text, "answer") for text in texts) if text.strip()]
    if not answers:
        raise UnusableError("empty answer")
    return tuple(dict.fromkeys(answers))


def unpacked(text: Any) -> Any:
    """A list or object that a CSV cell holds as text, in JSON's, Python's or numpy's writing; else the cell itself.

    Only what can be reference answers or a conversation is taken for one: texts, or objects.
    """
    if not isinstance(text, str) or text.strip()[:1] + text.strip()[-1:] not in ("[]", "{}"):
        return text
    for parse in (json.loads, _python_texts, ast.literal_eval) if len(text) <= LONGEST_PYTHON else (json.loads,):
        try:
            value = parse(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError, tokenize.TokenError):
            continue
        if isinstance(value, list) and value and (_all(value, str) or _all(value, dict)):
            return value
        if isinstance(value, dict) and "text" in value:
            return value
    return text


def label_of(value: Any, what: str) -> str:
    """What a row is named, grouped or tagged by: a text, or a list of several as JSON.

    Raises:
        UnusableError: It cannot be written down, or is too long for a name.
    """
    if isinstance(value, (list, Mapping)):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    label = "".join(filter(str.isprintable, " ".join(text_of(value, what).split())))
    if len(label) <= LONGEST_LABEL:
        return label
    if what != "group":
        raise UnusableError(f"{what} is too long", f"{len(label)} characters, at most {LONGEST_LABEL}")
    # Groups are only compared, and a passage that questions are about is a fair one.
    return f"{label[:60]}... {fingerprint.of_value(label)}"


def _all(values: list[Any], kind: type) -> bool:
    return all(isinstance(value, kind) for value in values)


def _python_texts(text: str) -> list[str]:
    """The texts of `['a', 'b']` or of numpy's `['a' 'b']`, which Python would take for one text.

    Raises:
        ValueError: Something else stands in the list.
    """
    texts: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING:
            texts.append(ast.literal_eval(token.string))
        elif token.string.strip() not in ("", "[", "]", ","):
            raise ValueError(token.string)
    return texts


def messages_of(value: Any) -> tuple[Message, ...]:
    """The turns of a conversation, from a list of `{role, content}` or `{from, value}`, or that list as JSON text.

    Raises:
        UnusableError: It is none.
    """
    value = unpacked(value)
    if not isinstance(value, list):
        raise UnusableError("conversation is not a list", type(value).__name__)
    return tuple(_message(turn) for turn in value)


def _message(turn: Any) -> Message:
    if not isinstance(turn, Mapping):
        raise UnusableError("turn is not an object", type(turn).__name__)
    role = turn.get("role", turn.get("from"))
    content = turn.get("content", turn.get("value"))
    known = ROLES.get(role.lower().strip()) if isinstance(role, str) else None
    if known is None:
        raise UnusableError("turn with an unknown role", repr(role)[:60])
    if isinstance(content, list) and all(isinstance(part, Mapping) and part.get("type") == "text" for part in content):
        # OpenAI's list of parts, all of them text.
        content = "\n".join(text_of(part.get("text"), "turn") for part in content)
    return Message(role=known, content=text_of(content, "turn"))  # type: ignore[typeddict-item]
