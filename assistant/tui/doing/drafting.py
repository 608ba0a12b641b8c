"""What is being written and not sent, kept in case the machine goes out."""

from __future__ import annotations

from assistant.chat.drafts import Drafts
from assistant.core.home import Home
from assistant.tui.widgets.composer import Composer

EVERY_S = 1.0
"""What is written is kept so often."""


class Drafting:
    """Keeps what stands in the composer.

    Args:
        composer: Where the user writes.
        home: The workspace.
    """

    def __init__(self, composer: Composer, home: Home) -> None:
        self._composer = composer
        self._drafts = Drafts(home)

    def recovered(self) -> str:
        """What a program that is gone left unsent; from the disk, so it belongs in a thread."""
        return self._drafts.recovered()

    def begin(self, recovered: str) -> None:
        """Go on with what was left unsent, before what is being written already, and keep it from now on."""
        if recovered:
            self._composer.put("\n".join(filter(None, (recovered, self._composer.text))))
        self._composer.set_interval(EVERY_S, self._keep)

    def end(self) -> None:
        """Keep what stands there at the end."""
        self._drafts.keep(self._composer.whole_text)

    def _keep(self) -> None:
        if (text := self._composer.whole_text) != self._drafts.text:
            self._composer.run_worker(lambda: self._drafts.keep(text), thread=True, group="draft", exclusive=True)
