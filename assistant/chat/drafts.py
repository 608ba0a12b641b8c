"""What was written and not sent: a file for each program, taken up by the next one when its program is gone.

Beside each draft `NAME.txt` stands `NAME.lock`, which its program holds locked as long as it lives: the number of a process
says nothing, for in a container every program may have the same one. What stands in the folder besides is left alone.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.core.errors import UserError
from assistant.core.files import is_alive, make_folder, write_text
from assistant.core.home import Home

_NAME = re.compile(r"([1-9][0-9]{0,18})(-[0-9a-f]{8})?")
"""The number of a process and a part drawn by chance, which drafts of older versions of this program lack."""


class Drafts:
    """The draft of this program, and those that others left behind.

    Args:
        home: The workspace.

    Attributes:
        text: What was kept last.
    """

    def __init__(self, home: Home) -> None:
        self._folder = home.root / "drafts"
        self._file = self._folder / f"{os.getpid()}-{secrets.token_hex(4)}.txt"
        self._holding = threading.Lock()
        self._is_held = False
        self.text = ""

    def recovered(self) -> str:
        """The oldest draft of a program that is gone, which is this one's from now on; empty if there is none."""
        for path in sorted(self._folder.glob("*.txt"), key=_age):
            if _NAME.fullmatch(path.stem):
                try:
                    if text := self._taken(path):
                        self.text = text
                        return text
                except (OSError, UserError, UnicodeDecodeError):
                    # It cannot be had, or is no text: whoever put it there may know more.
                    continue
        self._sweep()
        return ""

    def keep(self, text: str) -> None:
        """Keep a draft in place of the one before; a disk that refuses is no reason to stop anybody from writing."""
        try:
            if text:
                self._hold()
                write_text(self._file, text.encode("utf-8", "replace").decode())
            else:
                self._file.unlink(missing_ok=True)
        except (OSError, UserError):
            return
        self.text = text

    def _taken(self, path: Path) -> str:
        """The text of a draft, under the name of this program; empty while its own program lives."""
        with _no_longer_held(path) as is_left:
            if not is_left:
                return ""
            text = path.read_text(encoding="utf-8")
            self._hold()
            if self._file.exists():
                return ""
            # Moved as a whole: at no moment it stands nowhere. Whoever moves it first has it, should two programs look at once.
            path.rename(self._file)
            path.with_suffix(".lock").unlink(missing_ok=True)
            return text

    def _hold(self) -> None:
        """Be seen to live by other programs, before there is a draft that they could take for left behind."""
        with self._holding:
            if self._is_held:
                return
            make_folder(self._folder)
            path = self._file.with_suffix(".lock")
            lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not os.path.samestat(os.fstat(lock), path.stat()):
                    raise BlockingIOError(f"{path} was swept away before it was locked")
            except OSError:
                os.close(lock)
                raise
            # Closed when nobody has this object any more, by the system at the latest, which is the same to the others.
            weakref.finalize(self, os.close, lock)
            self._is_held = True

    def _sweep(self) -> None:
        """Remove the locks of programs that are gone and left no draft."""
        for lock in self._folder.glob("*.lock"):
            draft = lock.with_suffix(".txt")
            if _NAME.fullmatch(lock.stem) and not draft.exists():
                try:
                    with _no_longer_held(draft) as is_left:
                        if is_left and not draft.exists():
                            lock.unlink(missing_ok=True)
                except OSError:
                    continue


@contextmanager
def _no_longer_held(draft: Path) -> Iterator[bool]:
    """Whether the program of a draft is gone; if so, nobody else takes the draft meanwhile.

    Raises:
        OSError: It cannot be told.
    """
    name = _NAME.fullmatch(draft.stem)
    assert name
    try:
        lock = os.open(draft.with_suffix(".lock"), os.O_RDWR)
    except FileNotFoundError:
        pid = int(name[1])
        # One of an older version has no lock. With the number of this process it is that of one before it, in a container.
        yield bool(name[2]) or pid == os.getpid() or not is_alive(pid)
        return
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(lock)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
