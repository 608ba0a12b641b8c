"""Runs one panel in a small app of its own, for its tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Static

from assistant.tui.palettes import register_palettes
from assistant.tui.screens.panel import Panel
from tests.tui.driving import until

STILL_OPEN = object()


class Host(App[None]):
    """An app that shows one panel and keeps what it ended with."""

    def __init__(self, panel: Screen[Any], theme: str = "") -> None:
        super().__init__()
        self.panel = panel
        self.result: Any = STILL_OPEN
        self._chosen = theme

    def on_mount(self) -> None:
        register_palettes(self, self._chosen)
        self.push_screen(self.panel, self._ended)

    def _ended(self, result: Any) -> None:
        self.result = result


@dataclass
class Shown:
    """A panel that is on the screen."""

    app: Host
    pilot: Pilot[None] = field(repr=False)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def write(self, text: str) -> None:
        """Write at once into the field that has the focus."""
        field = self.app.focused
        assert isinstance(field, Input)
        field.insert_text_at_cursor(text)
        await self.pilot.pause()

    async def closed(self) -> Any:
        """What it ended with, once it has."""
        await until(lambda: self.app.result is not STILL_OPEN, "the panel closed")
        return self.app.result

    @property
    def told(self) -> str:
        line = self.app.panel.query_one(".told", Static)
        return str(line.content) if line.display else ""

    @property
    def keys(self) -> str:
        return str(self.app.panel.query_one(".keys", Static).content)

    def lines(self) -> list[str]:
        """The screen as text, line by line."""
        return ["".join(segment.text for segment in strip) for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines())


@asynccontextmanager
async def showing(panel: Panel[Any], size: tuple[int, int] = (100, 30), theme: str = "") -> AsyncIterator[Shown]:
    """Show a panel."""
    app = Host(panel, theme)
    async with app.run_test(size=size) as pilot:
        await until(lambda: app.screen is panel and panel.is_mounted, "the panel is shown")
        await pilot.pause()
        yield Shown(app, pilot)
