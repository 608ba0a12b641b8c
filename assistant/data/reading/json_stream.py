"""One JSON text of any length, read value by value: only a window of it is held.

The standard library parses a text only whole. ijson reads a stream, but by other rules than every other file here is
read by: it refuses NaN and large numbers and puts `?` for half a character without a word. So this is a window over
the text, in which the standard library's own decoder reads one value after the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from assistant.data.reading.text_lines import LONGEST_ROW

WHITE = re.compile(r"[ \t\n\r]*")

LONGEST_TOKEN = 16
"""Characters, and some more, of what the decoder takes in at once besides texts: a number's end, `-Infinity`, a pair of escapes."""

LONGEST_VALUE = LONGEST_ROW
"""Characters of one value that is read whole; a list or an object that is read part by part may be of any length."""

_decoder = json.JSONDecoder()


class JsonStream:
    """A place in a JSON text, from which it is read on.

    Everything here raises JSONDecodeError with the message, line and column that the standard library would give,
    RecursionError for what is nested too deeply, and ValueError for a number too long.

    Args:
        pieces: The text, cut anywhere.
    """

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._window = ""
        self._at = 0
        self._lines_before = 0
        self._columns_before = 0

    def peek(self) -> str:
        """The next character that is not white space; "" at the end of the text."""
        while True:
            self._at = WHITE.match(self._window, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._window):
                return self._window[self._at]
            if not self._read_on():
                return ""

    def value(self) -> Any:
        """Read one value, whole."""
        self.peek()
        while True:
            try:
                value, end = _decoder.raw_decode(self._window, self._at)
            except json.JSONDecodeError as error:
                # What stops at the end of the window may only go on beyond it.
                may_go_on = error.msg.startswith("Unterminated") or self._is_near_end(error.pos)
                if may_go_on and len(self._window) - self._at > LONGEST_VALUE:
                    raise self._error(f"Value of more than {LONGEST_VALUE} characters", self._at) from None
                if not (may_go_on and self._read_on()):
                    raise self._error(error.msg, error.pos) from None
            else:
                # So may a number: "1" of "1.5e+10".
                if not (self._is_near_end(end) and self._read_on()):
                    self._at = end
                    return value

    def elements(self) -> Iterator[Any]:
        """Read a list element by element."""
        for _ in self.each():
            yield self.value()

    def each(self) -> Iterator[None]:
        """Read a list: stop before each element, which the caller is to read."""
        self._take("[")
        if self._take("]"):
            return
        while True:
            yield
            if self._take("]"):
                return
            self._want(",", "Expecting ',' delimiter")

    def members(self) -> Iterator[str]:
        """Read an object: each name, after which the caller is to read its value."""
        self._take("{")
        if self._take("}"):
            return
        while True:
            if self.peek() != '"':
                raise self._error("Expecting property name enclosed in double quotes", self._at)
            name = self.value()
            self._want(":", "Expecting ':' delimiter")
            yield name
            if self._take("}"):
                return
            self._want(",", "Expecting ',' delimiter")

    def skip(self) -> bool:
        """Read over one value.

        Returns:
            Whether it is a list.
        """
        if self.peek() != "[":
            self.value()
            return False
        for _ in self.elements():
            pass
        return True

    def finish(self) -> None:
        """See that nothing follows."""
        if self.peek():
            raise self._error("Extra data", self._at)

    def _take(self, sign: str) -> bool:
        if self.peek() != sign:
            return False
        self._at += 1
        return True

    def _want(self, sign: str, otherwise: str) -> None:
        if not self._take(sign):
            raise self._error(otherwise, self._at)

    def _is_near_end(self, position: int) -> bool:
        return position > len(self._window) - LONGEST_TOKEN

    def _read_on(self) -> bool:
        """Forget what was read, and hold twice as much of what was not.

        Returns:
            False at the end of the text; then nothing is changed.
        """
        # Twice, so that a value of many pieces is begun anew only a few times.
        wanted, more = len(self._window) - self._at, []
        while wanted >= 0 and (piece := next(self._pieces, "")):
            more.append(piece)
            wanted -= len(piece)
        if not more:
            return False
        done = self._window[: self._at]
        lines = done.count("\n")
        self._lines_before += lines
        self._columns_before = len(done) - done.rfind("\n") - 1 if lines else self._columns_before + len(done)
        self._window, self._at = self._window[self._at :] + "".join(more), 0
        return True

    def _error(self, message: str, position: int) -> json.JSONDecodeError:
        error = json.JSONDecodeError(message, self._window, position)
        if error.lineno == 1:
            error.colno += self._columns_before
        error.lineno += self._lines_before
        return error
