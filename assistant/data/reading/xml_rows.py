"""Rows of .xml, one element after the other: those elements that hold a question and an answer.

Nothing is looked up for a document and nothing in it is expanded: one that declares entities is refused. Read twice: which
elements are rows is known when all have been seen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from assistant.core.errors import DataError
from assistant.data.reading.columns import IDS, recognize
from assistant.data.reading.indentation import kept, shown, without_layout
from assistant.data.reading.rows import Row, Rows
from assistant.data.reading.source import DataFile, NoRowsError
from assistant.data.reading.text_lines import CONTENT_KEPT, LONGEST_ROW

PIECE = 2**20
"""Bytes that are parsed at once."""

DEEPEST = 200
"""Elements inside one another."""

LONGEST_NAME = 200
"""Characters of the name of an element or an attribute."""

MOST_AROUND = 100
"""Simple elements beside the rows, for each element around them, whose text becomes a column."""

ELEMENT = 64
"""How many characters an element counts for; it takes as much memory."""

MOST_KINDS = 2000
"""Kinds of elements, told apart by where they stand, and names in each, that are looked at to find the rows."""

CODE = ("pre", "code", "programlisting", "screen", "listing")
"""Elements whose indentation is their own."""

Path = tuple[str, ...]


@dataclass
class _Element:
    """An element that is open now.

    Attributes:
        path: Its name, after those of all around it.
        line: Where it begins.
        attributes: As they stand there.
        text: All text in it so far, by pieces.
        characters: How much that is.
        has_own_text: Whether words stand in it beside its child elements.
        children: Its child elements that have ended: name, attributes, text.
        has_children: Whether it has any, kept or not.
        keeps_spaces: Whether its indentation is its own: it is code, or asks for that.
    """

    path: Path
    line: int
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)
    characters: int = 0
    has_own_text: bool = False
    children: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    has_children: bool = False
    keeps_spaces: bool = False

    def add(self, text: str) -> None:
        self.text.append(text)
        self.characters += len(text)

    def whole_text(self) -> str:
        """All text in it: as it stands where words and elements are mixed, else what the elements hold, one below the other.

        The indentation that all its lines have goes, besides that of code, which is marked until the row is done.
        """
        if self.has_own_text or not self.has_children:
            text = "".join(self.text)
            return kept(text) if self.keeps_spaces else without_layout(text)
        return "\n".join(text for _, _, text in self.children if shown(text).strip())


class _Parser:
    """Expat, fed piece by piece, with bounds; what it meets goes to `begin` and `end` of the class below it."""

    def __init__(self, file: DataFile) -> None:
        self._file = file
        self.open: list[_Element] = []
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        parser.EntityDeclHandler = self._refuse_entities
        # What a DOCTYPE names, a file or an address, is never opened: its entities are not known.
        parser.ExternalEntityRefHandler = self._refuse_entities
        parser.SkippedEntityHandler = self._refuse_entities
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def begin(self, element: _Element) -> None:
        """An element begins."""

    def end(self, element: _Element) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text of the innermost element."""

    def each_piece(self) -> Iterator[None]:
        """Parse piece by piece.

        Raises:
            DataError: It is no XML, or none that is read.
        """
        fed = 0
        try:
            with self._file.open() as stream:
                while piece := stream.read(PIECE):
                    fed += len(piece)
                    self._parser.Parse(piece)
                    if fed - self._parser.CurrentByteIndex > LONGEST_ROW + PIECE:
                        raise self.error(f"one tag or comment is longer than {LONGEST_ROW} bytes", "Shorten it.")
                    yield
                self._parser.Parse(b"", True)
                yield
        except expat.ExpatError as error:
            what = expat.errors.messages.get(error.code, str(error))
            todo = "Mend it there; `xmllint --noout FILE` tells more."
            raise DataError(f"{self._file.name}:{error.lineno}: not XML: {what}, column {error.offset + 1}", todo) from None
        except (LookupError, ValueError) as error:
            raise DataError(f"{self._file.name}: its encoding cannot be read: {error}", "Save it as UTF-8.") from None

    def error(self, what: str, todo: str) -> DataError:
        """An error at the line that is parsed now."""
        return DataError(f"{self._file.name}:{self._parser.CurrentLineNumber}: {what}", todo)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= DEEPEST:
            raise self.error(f"more than {DEEPEST} elements are nested", "Give the rows in a flatter file.")
        if len(name) > LONGEST_NAME or any(len(key) > LONGEST_NAME for key in attributes):
            raise self.error(f"a name is longer than {LONGEST_NAME} characters", "Name elements and attributes by words.")
        path = (*(self.open[-1].path if self.open else ()), _plain(name))
        named = {_plain(key): value for key, value in attributes.items()}
        asked = attributes.get("xml:space", "")
        keeps_spaces = asked == "preserve" or (asked != "default" and (path[-1] in CODE or bool(self.open and self.open[-1].keeps_spaces)))
        element = _Element(path, self._parser.CurrentLineNumber, named, keeps_spaces=keeps_spaces)
        if self.open:
            self.open[-1].has_children = True
        self.open.append(element)
        self.begin(element)

    def _end(self, _: str) -> None:
        self.end(self.open.pop())

    def _refuse_entities(self, *_: Any) -> int:
        raise self.error("the document declares entities, which are never expanded", "Remove its DOCTYPE and write the characters out.")


def _plain(name: str) -> str:
    """A name in small letters, without the prefix of its namespace."""
    return name.rpartition(":")[2].lower()


class _Survey(_Parser):
    """Which kinds of elements there are, and what each of them holds."""

    def __init__(self, file: DataFile) -> None:
        super().__init__(file)
        self.counts: dict[Path, int] = {}
        self.names: dict[Path, dict[str, None]] = {}

    def begin(self, element: _Element) -> None:
        if element.path not in self.counts and len(self.counts) >= MOST_KINDS:
            return
        self.counts[element.path] = self.counts.get(element.path, 0) + 1
        self._note(element.path, element.attributes)
        if len(self.open) > 1:
            self._note(element.path[:-1], [element.path[-1]])

    def _note(self, path: Path, names: Iterable[str]) -> None:
        known = self.names.setdefault(path, {})
        for name in names:
            if len(known) < MOST_KINDS:
                known[name] = None

    def rows(self) -> frozenset[Path]:
        """The kinds of elements that are rows: all that hold a question and an answer; else the one that looks most like a row."""
        found = {path for path, names in self.names.items() if (layout := recognize(list(names))) and layout.kind == "pair"}
        if found:
            return frozenset(found)
        several = [path for path, names in self.names.items() if len(names) > 1 and self.counts.get(path, 0) > 1]
        return frozenset(sorted(several, key=lambda path: (-self.counts[path], len(path), path))[:1])


class _Reader(_Parser):
    """The rows, in order; nothing is kept of what lies outside of them but what the elements around them say."""

    def __init__(self, file: DataFile, rows: frozenset[Path]) -> None:
        super().__init__(file)
        self._rows = rows
        self._row_depth = 0
        self._characters = 0
        self.found: deque[tuple[int, Row]] = deque()

    def begin(self, element: _Element) -> None:
        if not self._row_depth and element.path in self._rows:
            self._row_depth = len(self.open)
            self._characters = 0
        self._count(sum(map(len, element.attributes.values())) + ELEMENT)

    def text(self, text: str) -> None:
        if not self.open:
            return
        self._count(len(text))
        element = self.open[-1]
        element.has_own_text = element.has_own_text or not text.isspace()
        # Around the rows only short texts are columns; of a long one nothing more is held.
        if self._row_depth or element.characters <= CONTENT_KEPT:
            element.add(text)

    def _count(self, characters: int) -> None:
        self._characters += characters if self._row_depth else 0
        if self._characters > LONGEST_ROW:
            raise self.error(f"the row around this is longer than {LONGEST_ROW} characters", "Shorten or part it.")

    def end(self, element: _Element) -> None:
        if self._row_depth == len(self.open) + 1:
            self._row_depth = 0
            self.found.append((element.line, {**self._around(), **_columns(element)}))
        elif self._row_depth:
            text = element.whole_text()
            self.open[-1].children.append((element.path[-1], element.attributes, text))
            self.open[-1].add(text)
        elif self.open and not element.has_children and element.characters <= CONTENT_KEPT and len(self.open[-1].children) < MOST_AROUND:
            self.open[-1].children.append((element.path[-1], {}, "".join(element.text).strip()))

    def _around(self) -> Row:
        row: Row = {}
        for element in self.open:
            # The name of what is around a row is not the name of the row.
            own = {f"{element.path[-1]}_{name}" if name in IDS else name: value for name, value in element.attributes.items()}
            row |= own
            row |= {name: text for name, _, text in element.children if text and name not in IDS}
        return row


def _columns(element: _Element) -> Row:
    """A row's own attributes, those of its children, and the children's texts; of several children of one name a list."""
    row: Row = dict(element.attributes)
    inner: Row = {}
    for _, attributes, _ in element.children:
        for name, value in attributes.items():
            inner.setdefault(name, value)
    texts: dict[str, list[str]] = {}
    for name, _, text in element.children:
        texts.setdefault(name, []).append(shown(text))
    return row | inner | {name: found[0] if len(found) == 1 else found for name, found in texts.items()}


def rows(file: DataFile) -> Rows:
    """The rows of one file, each with the line in which its element begins.

    Raises:
        DataError: It is no XML, declares entities, or holds no rows.
    """
    survey = _Survey(file)
    for _ in survey.each_piece():
        pass
    kinds = survey.rows()
    if not kinds:
        raise NoRowsError(f"{file.name} holds no rows", "A row is an element with a question and an answer in it, as elements or attributes.")
    reader = _Reader(file, kinds)
    for _ in reader.each_piece():
        while reader.found:
            yield reader.found.popleft()
