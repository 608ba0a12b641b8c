"""A conversation with all its branches as one JSON value, and back without loss. Knows no file."""

from __future__ import annotations

import math
import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from assistant.chat.conversation import Conversation
from assistant.chat.settings import RANGES
from assistant.chat.turn import Turn

FORMAT = 1
"""Counts changes that an older program could not read."""

_NAME = re.compile(r"[!-~]{1,200}")

_LATEST_S = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
"""Seconds since 1970 of the last times that a calendar can show, wherever the clock is."""

_MOST = 2**63 - 1
"""The largest number that the file of conversations can count with."""


class NotOneError(ValueError):
    """A value that is no conversation; says where and why."""


def tree_of(conversation: Conversation) -> dict[str, Any]:
    """A conversation as JSON can hold it; its turns as a list, for their order is the order of variants."""
    value = {name: getattr(conversation, name) for name in (field.name for field in fields(Conversation))}
    return {"format": FORMAT, **value, "settings": asdict(conversation.settings), "turns": [asdict(turn) for turn in conversation.turns.values()]}


def conversation_of(value: Any) -> Conversation:
    """The conversation that `tree_of` was given.

    Raises:
        NotOneError: It is none, or a newer program's, or its turns are no tree.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("turns"), list):
        raise NotOneError("not a conversation")
    if value.get("format") != FORMAT:
        raise NotOneError(f"written in the format {value.get('format')!r}, and this program reads {FORMAT}")
    turns: dict[str, Turn] = {}
    for number, given in enumerate(value["turns"], 1):
        turn: Turn = _read(Turn, given, f"turn {number}")
        # A parent always stands before what follows it: so there can be no circle.
        if turn.parent is not None and turn.parent not in turns:
            raise NotOneError(f"turn {number} follows a turn that does not stand before it")
        if not _NAME.fullmatch(turn.id) or turn.id in turns:
            raise NotOneError(f"turn {number} has the name of another one, or none that can be used")
        turns[turn.id] = turn
    once = {name: part for name, part in value.items() if name not in ("format", "turns")}
    conversation: Conversation = _read(Conversation, {**once, "turns": turns}, "conversation")
    if not _NAME.fullmatch(conversation.id):
        raise NotOneError("the conversation has no name that can be used")
    if conversation.leaf is not None and conversation.leaf not in turns:
        raise NotOneError("the conversation is read up to a turn that it does not have")
    _check_numbers(conversation)
    return conversation


def _check_numbers(conversation: Conversation) -> None:
    _check_times("conversation", conversation.created, conversation.changed)
    for number, turn in enumerate(conversation.turns.values(), 1):
        _check_times(f"turn {number}", turn.created)
    for name, setting in conversation.settings.changed.items():
        if name in RANGES and not RANGES[name][0] <= setting <= RANGES[name][1]:
            raise NotOneError(f"conversation: settings: {name} is {setting!r}, and not within {RANGES[name][0]} and {RANGES[name][1]}")


def _check_times(where: str, *times: float) -> None:
    if not all(0 <= seconds <= _LATEST_S for seconds in times):
        raise NotOneError(f"{where} has a time that is not between the years 1970 and 9999")


def _read(kind: Any, value: Any, where: str) -> Any:
    """A value as the type that a field is declared with.

    The library for this refuses half characters in texts, which are to come back as they were.
    """
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, value, where)
    if origin is Literal:
        if value not in inner:
            raise NotOneError(f"{where} is {value!r}, and not one of {', '.join(map(repr, inner))}")
        return value
    if origin in (Union, types.UnionType):
        return None if value is None else _read(next(one for one in inner if one is not type(None)), value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise NotOneError(f"{where} is not a list")
        return tuple(_read(inner[0], part, where) for part in value)
    is_whole = kind is float and type(value) is int
    if isinstance(kind, type) and (type(value) is not kind) and not is_whole:
        raise NotOneError(f"{where} is not {kind.__name__}")
    if type(value) in (int, float) and not (math.isfinite(value) if type(value) is float else abs(value) <= _MOST):
        # The number itself may be as long as the file.
        raise NotOneError(f"{where} is a number that cannot be counted with")
    return float(value) if is_whole else value


def _record(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise NotOneError(f"{where} is not an object")
    known = {field.name: field for field in fields(kind)}
    hints = _hints(kind)
    if strange := next((name for name in value if name not in known), None):
        raise NotOneError(f"{where} has the unknown key {str(strange)!r}")
    for name, field in known.items():
        if name not in value and field.default is MISSING and field.default_factory is MISSING:
            raise NotOneError(f"{where} has no {name}")
    return kind(**{name: _read(hints[name], part, f"{where}: {name}") for name, part in value.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
