"""Writes down an answer while it is said, so that whoever shows it never waits for the disk.

A thread of its own writes what has grown at most every half second, and what has ended at once, in the order in which
it was told. A disk that fails is told and tried again; until then the text stays here. Knows no screen and no engine.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from assistant.chat.conversation import Conversation
from assistant.chat.store import ChatStore
from assistant.chat.turn import Turn
from assistant.core.errors import UserError

EVERY_S = 0.5
"""Seconds between two writings of an answer that grows: what a kill or a power cut can cost at most, and some."""

RETRY_S = 2.0
"""Seconds after which a disk that failed is tried again."""


@dataclass(frozen=True)
class _Told:
    """What is to be written; without the whole conversation, a turn that has only grown; without a turn, only what the conversation has once."""

    name: str
    turn: Turn | None = None
    conversation: Conversation | None = None


class Keeper:
    """Keeps what is said, in one conversation after another.

    Args:
        store: Where conversations are.
        every_s: Seconds between two writings of an answer that grows.
        retry_s: Seconds after which a disk that failed is tried again.
    """

    def __init__(self, store: ChatStore, every_s: float = EVERY_S, retry_s: float = RETRY_S) -> None:
        self._store = store
        self._every_s, self._retry_s = every_s, retry_s
        self._told: list[_Told] = []
        self._changed = threading.Condition()
        self._problem: tuple[str, str] | None = None
        self._not_before = 0.0
        self._attempts = 0
        self._is_closing = False
        # A program that ends without `close` must not hang on a disk that fails.
        self._thread = threading.Thread(target=self._write_on, name="keeper", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> tuple[str, str] | None:
        """What is wrong with the disk, and what to do about it; None as soon as it was written to again."""
        return self._problem

    @property
    def unsaved(self) -> tuple[tuple[str, Turn | None], ...]:
        """What is not on the disk yet, each with the name of its conversation, in the order in which it was told.

        No turn stands for what a conversation has once: its title, its settings, where it is being read.
        """
        with self._changed:
            return tuple((told.name, told.turn) for told in self._told)

    def grown(self, conversation: str, turn: Turn) -> None:
        """Told that an answer has grown, in the conversation of that name; returns at once."""
        with self._changed:
            # Of an answer that grows only the last state counts, in its place.
            if self._told and _has_grown(self._told[-1], turn.id):
                self._told.pop()
            self._told.append(_Told(conversation, turn))
            self._changed.notify_all()

    def keep(self, conversation: Conversation, turn: Turn | None = None) -> None:
        """Told what a conversation is by now; returns at once, and is written before all that is told later.

        Args:
            conversation: As it is now.
            turn: The turn in it that is new or has ended; None where only its title, its settings or where it is read changed.
        """
        with self._changed:
            if turn:
                self._told = [told for told in self._told if not _has_grown(told, turn.id)]
            self._told.append(_Told(conversation.id, turn, conversation))
            if not self._problem:
                self._not_before = 0.0
            self._changed.notify_all()

    def flush(self) -> bool:
        """Write now all that was told until now; waits for it.

        Returns:
            Whether it is on the disk; else `problem` says why not, and it is tried again later.
        """
        with self._changed:
            attempt = self._attempts
            while self._told and self._thread.is_alive() and not (self._problem and self._attempts > attempt):
                self._not_before = 0.0
                self._changed.notify_all()
                self._changed.wait(0.05)
            return not self._told

    def close(self) -> bool:
        """Write what is left and end; safe to call twice.

        Returns:
            Whether all is on the disk; else `unsaved` has the rest.
        """
        is_kept = self.flush()
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join()
        return is_kept and not self._told

    def _write_on(self) -> None:
        while told := self._next():
            problem: tuple[str, str] | None = None
            try:
                if told.conversation:
                    self._store.keep(told.conversation, *([told.turn] if told.turn else []))
                elif told.turn:
                    self._store.grow(told.name, told.turn)
            except UserError as error:
                problem = error.what, error.todo
            except Exception as error:
                # Whatever it is, the thread that holds the words must live on.
                problem = f"the conversation could not be written: {type(error).__name__}: {error}", "What was said is kept in memory; export it."
            with self._changed:
                self._attempts += 1
                self._problem = problem
                if problem is None:
                    # It may have grown, or ended, while it was written.
                    self._told = [other for other in self._told if other is not told]
                self._not_before = time.monotonic() + (self._retry_s if problem else self._every_s)
                if not problem and any(other.conversation for other in self._told):
                    self._not_before = 0.0
                self._changed.notify_all()

    def _next(self) -> _Told | None:
        """What is to be written next, when its time has come; None at the end."""
        with self._changed:
            while not self._is_closing:
                left = self._not_before - time.monotonic()
                if self._told and left <= 0:
                    return self._told[0]
                self._changed.wait(left if self._told else None)
            return None


def _has_grown(told: _Told, turn: str) -> bool:
    """Whether it tells no more than that this turn has grown."""
    return not told.conversation and told.turn is not None and told.turn.id == turn
