"""What was written and not sent: a file for each program, taken up by the next one when its program is gone."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.core.errors import UserError
from assistant.core.files import is_alive, write_text
from assistant.core.home import Home


class Drafts:
    """The draft of this program, and those that others left behind.

    Args:
        home: The workspace.

    Attributes:
        text: What was kept last.
    """

    def __init__(self, home: Home) -> None:
        self._folder = home.root / "drafts"
        self._file = self._folder / f"{os.getpid()}.txt"
        self.text = ""

    def recovered(self) -> str:
        """The oldest draft of a program that is gone, which is this one's from now on; empty if there is none."""
        for path in sorted(self._folder.glob("*.txt"), key=_age):
            if path.stem.isdigit() and not is_alive(int(path.stem)):
                try:
                    # Whoever moves it first has it, should two programs look at once.
                    path.rename(self._file)
                    self.text = self._file.read_text(encoding="utf-8")
                except OSError:
                    continue
                return self.text
        return ""

    def keep(self, text: str) -> None:
        """Keep a draft in place of the one before; a disk that refuses is no reason to stop anybody from writing."""
        try:
            if text:
                write_text(self._file, text.encode("utf-8", "replace").decode())
            else:
                self._file.unlink(missing_ok=True)
        except (OSError, UserError):
            return
        self.text = text


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
