"""Why the model could not be loaded, and what to do; out of sight until there is such a thing."""

from __future__ import annotations

from textual.widgets import Static

from assistant.core.plain import plain


class Trouble(Static):
    """Two lines, and the keys."""

    def __init__(self) -> None:
        super().__init__("", id="trouble", markup=False)
        self.display = False

    def show(self, what: str, todo: str) -> None:
        """Say what is wrong and what to do next."""
        lines = (f"✗ {plain(what)}", plain(todo), "Ctrl+R tries again, Ctrl+Q quits")
        self.update("\n".join(line for line in lines if line))
        self.display = True
