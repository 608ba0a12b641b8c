"""The chat line by line, for screen readers, Braille displays, dumb terminals and slow lines, and for scripts.

Nothing moves, nothing is drawn twice, and there are no boxes and no colours. Where stdin is a pipe, each of its lines is done in
turn, answers go to stdout and all else to stderr. Imports no Textual.
"""

from __future__ import annotations

import difflib
import sys
from contextlib import nullcontext
from typing import TextIO

from assistant.core.errors import AssistantError, UserError
from assistant.core.plain import one_line
from assistant.tui.commands import BY_SLASH, Command
from assistant.tui.desk import Desk
from assistant.tui.plain import assistants, compare, conversations, ratings, turns
from assistant.tui.plain.lines import CommandInstead, Lines, PipedLines, TerminalLines, Written, written
from assistant.tui.plain.page import Page
from assistant.tui.plain.session import Session
from assistant.tui.plain.turns import Handler
from assistant.tui.plain.words import BY_WORD, COMMANDS, PROMPT, SCREENS, help_line

HANDLERS: dict[str, Handler] = {
    **turns.HANDLERS,
    **ratings.HANDLERS,
    **conversations.HANDLERS,
    **assistants.HANDLERS,
    **compare.HANDLERS,
}
HOW_TO_LEAVE = "Ctrl+D or /quit leaves; everything is kept."


def run_plain_chat(desk: Desk, stdin: TextIO | None = None, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
    """Chat line by line until the user leaves, or the lines end.

    Args:
        desk: What it works with.
        stdin: Where lines come from; None for the program's own, as for the others.
        stdout: Where answers go.
        stderr: Where all else goes, unless stdin is a terminal: then that is beside the answers.

    Raises:
        UserError: Stdin is a terminal and stdout is none; or stdin is a pipe, and something in it could not be done.
    """
    source, out, notes = stdin or sys.stdin, stdout or sys.stdout, stderr or sys.stderr
    lines: Lines
    if not source.isatty():
        lines = PipedLines(source)
    elif out.isatty():
        lines, notes = TerminalLines([*BY_WORD], desk.store.asked_before()), out
    else:
        raise UserError("the chat needs a terminal", 'In a pipe, ask for one answer: assistant ask NAME "a question".')
    page = Page(out, notes)
    PlainChat(desk, lines, page).run()
    if page.problems and not lines.is_terminal:
        what = "one thing" if page.problems == 1 else f"{page.problems} things"
        raise UserError(f"{what} in the lines could not be done", "It is told above where that was; everything else was done and kept.")


class PlainChat:
    """A chat line by line.

    Args:
        desk: What it works with.
        lines: What the user writes.
        page: What the user reads.
    """

    def __init__(self, desk: Desk, lines: Lines, page: Page) -> None:
        self.session = Session(desk, lines, page)
        self._lines, self._page = self.session.lines, page
        self._interrupted = 0

    def run(self) -> None:
        """Do one line after another; everything is kept, however it ends.

        From a pipe Ctrl+C ends the program, as everywhere.
        """
        with self.session.interruption.heard() if self._lines.is_terminal else nullcontext():
            try:
                self._begin()
                while self._next():
                    pass
            finally:
                self.session.close()

    def _begin(self) -> None:
        session = self.session
        assistants.greet(session)
        if self._lines.is_terminal:
            self._page.note(f"/help lists the commands. Ctrl+C stops an answer. {HOW_TO_LEAVE}")
        if session.conversation.turns:
            conversations.tell_where(session)
        session.start()

    def _next(self) -> bool:
        """Do the next line; whether there may be another."""
        try:
            text = written(self._lines, PROMPT)
        except EOFError:
            if self._lines.is_terminal:
                self._page.say("")
            return False
        except UserError as error:
            self._page.problem(error)
            # Where in a pipe text begins again after what is none, nobody can know.
            return self._lines.is_terminal
        except KeyboardInterrupt:
            self._taken_back()
            return True
        self._interrupted = 0
        try:
            return self._do_instead(text)
        except EOFError:
            return False
        except AssistantError as error:
            self._page.problem(error)
        except KeyboardInterrupt:
            if not self._lines.is_terminal:
                raise
            self._page.say("")
            self._page.note("Left as it was.")
        return True

    def _taken_back(self) -> None:
        """Ctrl+C while a line was written: it is gone; who does it twice wants to leave."""
        if not self._lines.is_terminal:
            raise KeyboardInterrupt
        self._page.say("")
        self._interrupted += 1
        self._page.note(HOW_TO_LEAVE if self._interrupted > 1 else "Line cleared.")

    def _do_instead(self, written: Written) -> bool:
        """Do a line, or the command that was written while it was done."""
        while True:
            try:
                return self._do(written)
            except CommandInstead as instead:
                written = instead.written
                self._page.note(f"Nothing was chosen; now {one_line(written.text)}")

    def _do(self, written: Written) -> bool:
        text = written.text
        if not text.strip():
            return True
        self._lines.remember(text)
        if not text.startswith("/") or text.startswith("//"):
            # Twice for once: a question may begin with a slash.
            self.session.ask_written(Written(text[text.startswith("//") :], written.typed))
            return True
        word = text.split(maxsplit=1)[0]
        argument = text[len(word) :].strip()
        command = BY_WORD.get(word.lower())
        if command is None:
            self._page.problem(_unknown(word))
        elif command.name == "quit":
            return False
        elif command.name == "help":
            self._help(argument)
        else:
            HANDLERS[command.name](self.session, argument)
        return True

    def _help(self, word: str) -> None:
        if not word:
            for command in COMMANDS:
                self._page.say(help_line(command))
            self._page.say("A line that ends in \\ goes on in the next. @FILE puts a file in. //TEXT asks what begins with a slash.")
            return
        asked = BY_WORD.get(f"/{word.lower().removeprefix('/')}")
        if asked is None:
            raise _unknown(word)
        self._page.say(help_line(asked))
        for line in _details(asked):
            self._page.say(line)


def _details(command: Command) -> list[str]:
    """What else is to be known of a command."""
    if command.name in ratings.HANDLERS and command.takes:
        from assistant.chat.rated import REASONS, VERDICTS

        verdict = next(verdict for verdict in VERDICTS if verdict == command.name)
        return ["Reasons, parted by commas, or any words of your own:", *(f"{name}: {about}." for name, about in REASONS[verdict].items())]
    if command.name == "settings":
        return ["/settings tells them all, /settings NAME one of them."]
    return []


def _unknown(word: str) -> UserError:
    """That there is no such command here, and what to do instead."""
    slash = f"/{word.lower().removeprefix('/')}"
    if screen := BY_SLASH.get(slash) or _brought(slash):
        return UserError(f"{slash} opens a screen, which there is none of here", SCREENS.get(screen.name, "The chat without --plain has it"))
    near = difflib.get_close_matches(slash, [*BY_WORD], n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return UserError(f"there is no command {one_line(slash)}", f"{meant}/help lists them; a second / before it asks it as a question")


def _brought(slash: str) -> Command | None:
    """The command of that word that another package brings to the app."""
    from assistant.tui.plugins import load_plugins

    return next((command for command in load_plugins().commands if slash in command.slash), None)
