"""Places as a person reads them: from the folder in which the command runs."""

from __future__ import annotations

from pathlib import Path

from assistant.core.files import from_folder


def from_here(text: str) -> str:
    """A path, or what begins with one, without the folder in which the command runs."""
    return from_folder(Path.cwd(), text)
