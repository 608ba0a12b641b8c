"""The one list of commands: nothing stands twice, everything is done by something, and the page on it is true."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from assistant.tui.commands import COMMANDS
from assistant.tui.commands_docs import page
from tests.tui.driving import chatting, saying

PAGE = Path(__file__).parents[2] / "docs" / "chat-keys.md"


def test_the_page_is_the_one_that_the_code_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m assistant.tui.commands_docs > docs/chat-keys.md"


def test_no_key_and_no_word_means_two_things() -> None:
    for given in ("keys", "reading", "slash"):
        counted = Counter(value for command in COMMANDS for value in getattr(command, given))
        assert [value for value, count in counted.items() if count > 1] == [], given


async def test_every_command_is_done_by_something() -> None:
    async with chatting(saying("yes")) as driver:
        done = {*driver.chat._turn_commands, *driver.chat._panels._handlers}
        assert done == {command.name for command in COMMANDS}
