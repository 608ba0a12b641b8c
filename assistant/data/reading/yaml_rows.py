"""Rows of .yaml and .yml: a list of mappings, a mapping with one list of them, or chatterbot's conversations.

Read event by event, so that each row has its line and no more than one is held. Words stay as they are written: what YAML
would take for a number, a date or a truth (`1:30`, `2024-01-01`, `No`) is an answer here. Aliases are refused, because ten
lines of them can stand for billions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import AliasEvent, DocumentStartEvent, Event, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.columns import recognize
from assistant.data.reading.rows import Row, Rows
from assistant.data.reading.source import DataFile, NoRowsError
from assistant.data.reading.text_lines import LONGEST_ROW, pieces

LARGEST_FILE = 64 * 2**20
"""Characters of one file; its library may hold a text of that length several times."""

DEEPEST = 100
"""Lists and mappings inside one another; the library takes time by the square of it."""

NOTHING = ("", "~", "null", "Null", "NULL")

LONGEST_AROUND = 1000
"""Characters of what stands beside the list of rows, up to which it is a column of each."""

MOST_DOCUMENTS = 10_000
"""Documents of one file, parted by `---`."""


class _Text:
    """What the YAML library reads from: the text of a file, bounded."""

    def __init__(self, file: DataFile) -> None:
        self._file = file
        self._pieces = pieces(file, 2**16)
        self._read = 0

    def read(self, _: int = -1) -> str:
        piece = next(self._pieces, "")
        self._read += len(piece)
        if self._read > LARGEST_FILE:
            todo = "Part it, or write the rows as .jsonl, which may be of any length."
            raise DataError(f"{self._file.name} is longer than {LARGEST_FILE} characters, too long for YAML", todo)
        return piece


class _Events:
    """The events of a file, one after the other."""

    def __init__(self, file: DataFile) -> None:
        self._file = file
        self._events = iter(yaml.parse(_Text(file), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        self._depth = 0
        self.characters = 0

    def next(self) -> Event:
        """The next event.

        Raises:
            DataError: There is none, because it is not YAML; or it is one that is refused.
        """
        event = next(self._events)
        if isinstance(event, AliasEvent):
            raise self.error(event, f"the alias *{str(event.anchor)[:50]} stands for something above it", "Write it out: aliases are not followed.")
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            self._depth += 1
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self._depth -= 1
        if self._depth > DEEPEST:
            raise self.error(event, f"more than {DEEPEST} lists and mappings are nested", "Give the rows in a flatter file.")
        self.characters += len(event.value) + 64 if isinstance(event, ScalarEvent) else 64
        if self.characters > LONGEST_ROW:
            raise self.error(event, f"the row around this is longer than {LONGEST_ROW} characters", "Shorten or part it.")
        return event

    def error(self, event: Event, what: str, todo: str) -> DataError:
        """An error at an event."""
        return DataError(f"{self._file.name}:{_line(event)}: {what}", todo)

    def value(self, event: Event) -> Any:
        """The value that begins with an event."""
        if isinstance(event, ScalarEvent):
            return None if event.implicit[0] and event.value in NOTHING and not event.style else event.value
        if isinstance(event, SequenceStartEvent):
            return [self.value(element) for element in self.elements()]
        return {name: self.value(self.next()) for name in self.names()}

    def elements(self) -> Iterator[Event]:
        """The first event of each element of the list that has begun; the caller reads the rest of it."""
        while not isinstance(event := self.next(), SequenceEndEvent):
            yield event

    def names(self) -> Iterator[str]:
        """The names of the mapping that has begun; after each the caller reads its value."""
        met: set[str] = set()
        while not isinstance(event := self.next(), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise self.error(event, "a key is not a text", "Write each key as one word.")
            if event.value in met:
                raise self.error(event, f"the key `{event.value[:50]}` stands twice", "Give each key once.")
            met.add(event.value)
            yield event.value


def _line(event: Event) -> int:
    assert event.start_mark
    return int(event.start_mark.line) + 1


def rows(file: DataFile) -> Rows:
    """The rows of one file, each with the line in which it begins.

    Raises:
        DataError: It is not YAML, uses aliases, or holds no rows.
    """
    try:
        # What stands below the list of rows belongs to each row as well: it is read twice.
        shapes = list(_shapes(file))
        yield from _rows(file, shapes)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        line = int(mark.line) + 1 if mark else 1
        raise DataError(f"{file.name}:{line}: not YAML: {what}", "Mend it there; texts with `: ` or `#` want quotes.") from None
    except yaml.reader.ReaderError as error:
        raise DataError(f"{file.name}: not YAML: {error.reason}", "Remove the control characters in it.") from None


@dataclass
class _Shape:
    """What one document of a file is.

    Attributes:
        is_list: Whether it is a list of rows itself.
        rows_at: The names below which there are lists that can be rows.
        holds_talks: Whether one of them is a list of lists: of conversations, each a list of turns.
        names: All names of the document.
        around: What stands beside the rows and is short.
    """

    is_list: bool = False
    rows_at: list[str] = field(default_factory=list)
    holds_talks: bool = False
    names: list[str] = field(default_factory=list)
    around: Row = field(default_factory=dict)


def _documents(events: _Events) -> Iterator[Event]:
    """The first event of the value of each document."""
    for event in iter(lambda: next(events._events, None), None):
        if isinstance(event, DocumentStartEvent):
            events.characters = 0
            yield events.next()


def _shapes(file: DataFile) -> Iterator[_Shape]:
    events = _Events(file)
    for number, event in enumerate(_documents(events), 1):
        if number > MOST_DOCUMENTS:
            raise DataError(f"{file.name} holds more than {MOST_DOCUMENTS} documents", "Write the rows as one list.")
        shape = _Shape()
        if isinstance(event, SequenceStartEvent):
            shape.is_list = True
            for element in events.elements():
                events.characters = 0
                events.value(element)
        elif isinstance(event, MappingStartEvent):
            _look_over(events, shape)
        yield shape


def _look_over(events: _Events, shape: _Shape) -> None:
    for name in events.names():
        shape.names.append(name)
        event = events.next()
        if not isinstance(event, SequenceStartEvent):
            _note(shape, name, events.value(event))
            continue
        texts: list[Any] = []
        for number, element in enumerate(events.elements()):
            events.characters = 0
            if not number and not isinstance(element, ScalarEvent):
                shape.rows_at.append(name)
                shape.holds_talks = isinstance(element, SequenceStartEvent)
            value = events.value(element)
            if sum(map(len, map(str, texts))) <= LONGEST_AROUND:
                texts.append(value)
        if name not in shape.rows_at and texts:
            _note(shape, name, texts[0] if len(texts) == 1 else texts)


def _note(shape: _Shape, name: str, value: Any) -> None:
    if len(str(value)) <= LONGEST_AROUND and not isinstance(value, dict):
        shape.around[name] = value


def _rows(file: DataFile, shapes: list[_Shape]) -> Rows:
    events = _Events(file)
    if not shapes:
        raise NoRowsError(f"{file.name} holds no rows", "Write a list of mappings with question and answer, or `conversations:` with lists of turns.")
    for shape, event in zip(shapes, _documents(events), strict=True):
        if shape.is_list:
            yield from _elements(file, events, {})
        elif len(shape.rows_at) == 1 and (shape.holds_talks or not recognize(shape.names)):
            for name in events.names():
                inner = events.next()
                if name == shape.rows_at[0]:
                    yield from _elements(file, events, shape.around)
                else:
                    _pass_over(events, inner)
        elif isinstance(event, MappingStartEvent):
            yield _line(event), events.value(event)
        else:
            yield Problem("not a mapping", file.name, _line(event), "text", events.value(event))


def _pass_over(events: _Events, event: Event) -> None:
    if not isinstance(event, SequenceStartEvent):
        events.value(event)
        return
    for element in events.elements():
        events.characters = 0
        events.value(element)


def _elements(file: DataFile, events: _Events, around: Row) -> Rows:
    for event in events.elements():
        events.characters = 0
        line, value = _line(event), events.value(event)
        if isinstance(value, dict):
            yield line, {**around, **value}
        elif isinstance(value, list) and all(isinstance(turn, str) or turn is None for turn in value):
            # The first speaker asks, the second answers, and so on by turns.
            turns = [{"role": "assistant" if number % 2 else "user", "content": turn or ""} for number, turn in enumerate(value)]
            yield line, {**around, "messages": turns}
        else:
            yield Problem("not a mapping or a list of turns", file.name, line, type(value).__name__, value)
