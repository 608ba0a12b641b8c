"""What the palette (Ctrl+P) offers while one of the browser's screens is on top, in whatever app."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider


@runtime_checkable
class Offering(Protocol):
    """A screen with commands of its own."""

    def palette(self) -> Iterable[SystemCommand]:
        """What can be done on it."""
        ...


class ScreenCommands(Provider):
    """The commands of the screen that the palette was opened over, beside the app's own."""

    def _offered(self) -> Iterable[SystemCommand]:
        return self.screen.palette() if isinstance(self.screen, Offering) else ()

    async def discover(self) -> Hits:
        """All of them."""
        for title, about, act, _ in self._offered():
            yield DiscoveryHit(title, act, help=about)

    async def search(self, query: str) -> Hits:
        """Those that a few letters mean."""
        matcher = self.matcher(query)
        for title, about, act, _ in self._offered():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), act, help=about)
