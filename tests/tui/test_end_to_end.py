"""Whole stories with the real model in a real terminal: keys in, screen out, and what is on the disk afterwards.

The model is the small one that the tests of the whole loop train; here its recipe lets it tell long stories, so that
there is time to do something to an answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.chat.conversation import Conversation
from assistant.chat.database import open_database
from assistant.chat.store import ChatStore
from assistant.core.home import Home
from tests.loop.trained import Loop
from tests.tui.terminal import Terminal, is_installed, python

pytestmark = pytest.mark.skipif(not is_installed(), reason="tmux is not installed")

SHIP = "Write a long story about a ship."
HORSE = "Write a long story about a horse."

VARIANT = "\u2039{}/2\u203a"
"""How the screen tells which of two answers is shown."""


@pytest.fixture
def home(loop: Loop, tmp_path: Path) -> Home:
    """A home of its own with the trained version, told to write long stories."""
    assert loop.trained.returncode == 0, loop.trained.stderr
    made, home = loop.home.assistants / "health" / "1", Home(tmp_path / "home")
    version = home.assistants / "health" / "1"
    version.mkdir(parents=True)
    for file in made.iterdir():
        if file.name == "recipe.yaml":
            lines = file.read_text().splitlines()
            told = ["system_prompt: You are a writer of long stories." if line.startswith("system_prompt:") else line for line in lines]
            (version / file.name).write_text("\n".join(told).replace("max_new_tokens: 96", "max_new_tokens: 400"))
        else:
            (version / file.name).symlink_to(file)
    return home


Chat = Callable[..., Terminal]


@pytest.fixture
def chat(home: Home, tmp_path: Path) -> Iterator[Chat]:
    """Opens the app in a terminal of its own, and waits until its model is there."""
    opened: list[Terminal] = []

    def open_chat(*words: str) -> Terminal:
        opened.append(Terminal(tmp_path / f"terminal {len(opened)}", python("tui.py", *words, "--home", home.root), size=(100, 44)))
        opened[-1].wait_for("tokens/s")
        return opened[-1]

    yield open_chat
    for terminal in opened:
        terminal.end()


def conversations(home: Home) -> list[Conversation]:
    """What is on the disk, the newest first."""
    store = ChatStore(open_database(home))
    try:
        return [store.load(summary.id) for summary in store.listed()]
    finally:
        store.database.close()


def words_said(screen: str) -> list[str]:
    """The words of the last message on the screen, without its heading and without what is noted below it."""
    lines = screen.partition("╭")[0].splitlines()
    heading = max(number for number, line in enumerate(lines) if line.startswith(("    health@1", "    smollm2-135m", "  ▌ You")))
    said = []
    for line in lines[heading + 1 :]:
        if line.strip().startswith(("■", "✗", "✂", "▲", "▼", "…", "↓")):
            break
        said += line.split()
    return said


def ask(terminal: Terminal, question: str) -> None:
    terminal.type(question)
    terminal.press("Enter")


def wait_for_words(terminal: Terminal, count: int) -> list[str]:
    """Wait until the answer on its way has so many words."""
    return words_said(terminal.wait_until(lambda screen: "answering" in screen and len(words_said(screen)) >= count, f"an answer of {count} words"))


def stop(terminal: Terminal) -> list[str]:
    terminal.press("Escape")
    return words_said(terminal.wait_for("■ stopped"))


def begins_with(words: Sequence[str], heard: Sequence[str]) -> bool:
    """Whether what was heard is all there; its last word was perhaps in the middle of being said."""
    return " ".join(words).startswith(" ".join(heard))


def test_a_day_with_an_assistant(chat: Chat, home: Home, tmp_path: Path) -> None:
    terminal = chat("health")
    ask(terminal, SHIP)
    heard = wait_for_words(terminal, 12)
    stopped = stop(terminal)
    assert begins_with(stopped, heard)

    terminal.press("C-o")
    longer = wait_for_words(terminal, len(stopped) + 12)
    assert begins_with(longer, stopped)
    first = stop(terminal)

    terminal.press("C-g")
    terminal.wait_for(VARIANT.format(2), "temperature 0.7")
    wait_for_words(terminal, 12)
    second = stop(terminal)
    assert second != first

    terminal.press("Tab", "Left")
    terminal.wait_for(VARIANT.format(1))
    terminal.press("c")
    terminal.wait_for("answer copied")
    assert terminal.clipboard().split() == first
    terminal.press("Escape")

    terminal.press("F2")
    terminal.wait_for("▲ you said: good")
    terminal.press("F3")
    terminal.wait_for("Why is this answer bad?")
    terminal.press("1", "C-s")
    terminal.wait_for("▼ you said: bad", without="Why is this answer bad?")

    file = tmp_path / "ship.md"
    ask(terminal, f"/export {file}")
    terminal.wait_for("written:")
    assert SHIP in file.read_text() and " ".join(first) in " ".join(file.read_text().split())

    terminal.press("C-n")
    terminal.wait_for("Write a question below")
    ask(terminal, HORSE)
    wait_for_words(terminal, 3)
    stop(terminal)
    terminal.press("C-f")
    terminal.wait_for("Esc closes")
    terminal.type("story ship")
    terminal.wait_for("you: ", without=f"you: {HORSE}")
    terminal.press("Enter")
    terminal.wait_for(f"▌ {SHIP}", VARIANT.format(1), "▼ you said: bad")

    terminal.press("C-q")
    terminal.wait_for("left with 0")

    told = {conversation.title: conversation for conversation in conversations(home)}
    assert set(told) == {SHIP.rstrip("."), HORSE.rstrip(".")}
    assert [turn.role for turn in told[SHIP.rstrip(".")].path] == ["user", "assistant"]
    database = open_database(home)
    assert [row["verdict"] for row in database.rows("SELECT verdict FROM feedback")] == ["bad"]
    database.close()


def test_a_model_process_that_is_killed_costs_the_rest_of_one_answer(chat: Chat) -> None:
    terminal = chat("health")
    ask(terminal, SHIP)
    heard = wait_for_words(terminal, 12)
    terminal.process("assistant.engines.worker").kill()
    screen = terminal.wait_for("✗ this answer broke off: the model process ended (it was killed")
    assert begins_with(words_said(screen), heard)
    ask(terminal, HORSE)
    wait_for_words(terminal, 5)
    stop(terminal)


def test_an_app_that_is_killed_loses_at_most_the_last_second(chat: Chat, home: Home) -> None:
    terminal = chat("health")
    ask(terminal, SHIP)
    terminal.type("a thought that was not sent")
    heard = wait_for_words(terminal, 20)
    drafts = home.root / "drafts"
    seen_at = time.monotonic()
    terminal.wait_until(
        lambda screen: time.monotonic() > seen_at + 1 and any("not sent" in file.read_text() for file in drafts.glob("*.txt")),
        "a second, and a draft",
    )
    assert "answering" in terminal.screen()
    app, model = terminal.processes()[0], terminal.process("assistant.engines.worker")
    app.kill()
    model.kill()
    terminal.wait_for("left with 137")

    again = chat("--last")
    screen = again.wait_for("✗ this answer broke off: the app ended before it did", "a thought that was not sent")
    kept = words_said(screen)
    assert begins_with(kept, heard)
    again.press("C-o")
    assert begins_with(wait_for_words(again, len(kept) + 5), kept)


def test_two_apps_on_one_home_lose_nothing_of_each_other(chat: Chat, home: Home) -> None:
    one, two = chat("health"), chat("health")
    ask(one, SHIP)
    ask(two, HORSE)
    wait_for_words(one, 12)
    wait_for_words(two, 12)
    said = {SHIP: stop(one), HORSE: stop(two)}
    for terminal in (one, two):
        terminal.press("C-l")
        terminal.wait_for("Write a long story about a ship  ", "Write a long story about a horse  ")
        terminal.press("Escape", "C-q")
        terminal.wait_for("left with 0")
    kept = conversations(home)
    assert {conversation.path[0].text: conversation.path[1].text.split() for conversation in kept} == said


def test_escape_while_the_model_reads_a_long_question(chat: Chat) -> None:
    terminal = chat("health")
    terminal.paste("\n".join(f"Line {number}: the ship sailed on." for number in range(300)))
    terminal.wait_for("pasted 1: 300 lines")
    terminal.press("Enter", "Escape")
    screen = terminal.wait_for("■ stopped")
    assert words_said(screen) == []
    ask(terminal, HORSE)
    wait_for_words(terminal, 3)
    stop(terminal)
