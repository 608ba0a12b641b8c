"""What was asked before, to go through with Up and Down. Knows no widget."""

from __future__ import annotations

from collections.abc import Sequence


class Asked:
    """Texts, oldest first, and which of them is being looked at."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._place: int | None = None

    @property
    def current(self) -> str:
        """The one that is being looked at; empty beyond the last."""
        return "" if self._place is None else self._texts[self._place]

    @current.setter
    def current(self, text: str) -> None:
        if self._place is not None:
            self._texts[self._place] = text

    @property
    def is_looked_at(self) -> bool:
        """Whether one of them is."""
        return self._place is not None

    def add(self, text: str) -> None:
        """Remember what was asked just now, and look at none."""
        self._place = None
        if text.strip() and self._texts[-1:] != [text]:
            self._texts.append(text)

    def add_earlier(self, texts: Sequence[str]) -> None:
        """Remember what was asked before all that is known."""
        self._texts[:0] = texts
        if self._place is not None:
            self._place += len(texts)

    def leave(self) -> None:
        """Look at none."""
        self._place = None

    def move(self, steps: int) -> bool:
        """Look at another, later by so many; beyond the last at none. False: there is none at all."""
        if not self._texts:
            return False
        place = max((len(self._texts) if self._place is None else self._place) + steps, 0)
        self._place = place if place < len(self._texts) else None
        return True
