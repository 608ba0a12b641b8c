"""The list of conversations, over a real file of conversations."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from assistant.chat.conversation import Conversation
from assistant.chat.database import Database
from assistant.chat.store import ChatStore
from assistant.core.errors import UserError
from assistant.tui.screens.chats import ChatsScreen, Opened, file_name
from assistant.tui.screens.when import when
from tests.tui.driving import until
from tests.tui.paneling import Shown, showing

NOW = time.time()


@dataclass(frozen=True)
class Hit:
    """What a search finds, in simple form."""

    conversation: str
    title: str
    turn: str | None
    role: str
    when: float
    snippet: str
    spans: tuple[tuple[int, int], ...]


@dataclass
class Shelf:
    """Conversations on a disk, a search over them, and what was exported."""

    store: ChatStore
    exported: list[tuple[str, Path]]
    held: threading.Event
    searched: list[str]

    def add(self, name: str, title: str, said: str = "hello", age: float = 0, pinned: bool = False) -> None:
        conversation = Conversation(id=name, title=title, assistant="health@1", pinned=pinned).asked(said)
        self.store.add(replace(conversation, changed=NOW - age))

    def find(self, words: str, limit: int) -> list[Hit]:
        self.searched.append(words)
        assert self.held.wait(15)
        rows = self.store.database.rows(
            "SELECT conversations.title, turns.* FROM turns JOIN conversations ON conversations.id = conversation WHERE text LIKE ? LIMIT ?",
            (f"%{words}%", limit),
        )
        places = [(row, row["text"].find(words)) for row in rows]
        return [Hit(row["conversation"], row["title"], row["id"], row["role"], NOW, row["text"], ((at, at + len(words)),)) for row, at in places]

    def export(self, name: str, file: Path) -> None:
        if file.exists():
            raise UserError(f"{file} is there already", "Name another file.")
        self.exported.append((name, file))

    def panel(self, current: str = "a", words: str = "") -> ChatsScreen:
        return ChatsScreen(self.store, self.find, self.export, current, words)

    def titles(self, deleted: bool = False) -> list[str]:
        return [summary.title for summary in self.store.listed(deleted=deleted)]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    database = Database(tmp_path / "chats.db")
    shelf = Shelf(ChatStore(database), [], threading.Event(), [])
    shelf.held.set()
    shelf.add("a", "Signs of diabetes", "what are the signs of it?", age=1)
    shelf.add("b", "Asthma", "what helps against asthma and a cough?", age=90_000)
    shelf.add("c", "Fever at night", "what about the cough?", age=200_000)
    yield shelf
    database.close()


async def listed(shown: Shown, count: int) -> ChatsScreen:
    """The screen, once it lists so many rows."""
    panel = shown.app.panel
    assert isinstance(panel, ChatsScreen)
    await until(lambda: len(panel.rows) == count, f"{count} rows")
    await shown.pilot.pause()
    return panel


def titles(rows: Sequence[object]) -> list[str]:
    return [row.title for row in rows]  # type: ignore[attr-defined]


async def test_the_list_has_pinned_ones_first_then_the_newest(shelf: Shelf) -> None:
    shelf.add("d", "Kept", pinned=True, age=900_000)
    async with showing(shelf.panel()) as shown:
        panel = await listed(shown, 4)
        assert titles(panel.rows) == ["Kept", "Signs of diabetes", "Asthma", "Fever at night"]
        assert "★ Kept" in shown.text
        assert "Signs of diabetes  open" in shown.text
        assert "health@1" in shown.text
        assert "1 turn " in shown.text


async def test_enter_opens_what_is_chosen(shelf: Shelf) -> None:
    async with showing(shelf.panel()) as shown:
        await listed(shown, 3)
        await shown.press("down", "enter")
        assert await shown.closed() == Opened("b")


async def test_escape_opens_nothing(shelf: Shelf) -> None:
    async with showing(shelf.panel()) as shown:
        await shown.press("escape")
        assert await shown.closed() is None


async def test_typing_finds_titles_at_once_and_then_what_was_said(shelf: Shelf) -> None:
    shelf.held.clear()
    async with showing(shelf.panel()) as shown:
        await listed(shown, 3)
        await shown.write("asthma")
        panel = await listed(shown, 1)
        assert titles(panel.rows) == ["Asthma"]
        shelf.held.set()
        await listed(shown, 2)
        assert "you: what helps against asthma and a cough?" in shown.text
        await shown.press("down", "enter")
        opened = await shown.closed()
        assert opened.conversation == "b"
        assert shelf.store.load("b").turns[opened.turn].text.startswith("what helps")


async def test_the_newest_search_wins_and_none_is_queued(shelf: Shelf) -> None:
    shelf.held.clear()
    async with showing(shelf.panel()) as shown:
        await listed(shown, 3)
        await shown.write("c")
        await until(lambda: shelf.searched == ["c"])
        await shown.press("o")
        await shown.write("ugh")
        shelf.held.set()
        panel = await listed(shown, 4)
        assert shelf.searched == ["c", "cough"]
        assert titles(panel.rows) == ["Asthma", "Asthma", "Fever at night", "Fever at night"]


async def test_words_to_begin_with(shelf: Shelf) -> None:
    async with showing(shelf.panel(words="cough")) as shown:
        await listed(shown, 4)


async def test_what_is_not_found_is_said_to_be(shelf: Shelf) -> None:
    async with showing(shelf.panel(words="nowhere")) as shown:
        await until(lambda: "nothing found" in shown.text)


async def test_the_marked_words_are_seen_without_colour(shelf: Shelf) -> None:
    async with showing(shelf.panel(words="cough")) as shown:
        await listed(shown, 4)
        marked = {
            segment.text for strip in shown.app.screen._compositor.render_strips() for segment in strip if segment.style and segment.style.underline
        }
        assert "cough" in marked


async def test_rename_in_place(shelf: Shelf) -> None:
    async with showing(shelf.panel()) as shown:
        panel = await listed(shown, 3)
        await shown.press("down", "r", "end")
        await shown.write(" two")
        await shown.press("enter")
        await until(lambda: "Asthma two" in shelf.titles())
        assert "Asthma two" in titles(panel.rows)
        assert panel.titles == {"b": "Asthma two"}


async def test_escape_leaves_the_title_and_then_the_list(shelf: Shelf) -> None:
    async with showing(shelf.panel()) as shown:
        await listed(shown, 3)
        await shown.press("down", "r", "x", "escape")
        assert shown.told == ""
        await shown.press("escape")
        assert await shown.closed() is None
        assert shelf.titles() == ["Signs of diabetes", "Asthma", "Fever at night"]


async def test_pin_brings_it_to_the_top_and_the_cursor_with_it(shelf: Shelf) -> None:
    async with showing(shelf.panel()) as shown:
        panel = await listed(shown, 3)
        await shown.press("down", "p")
        assert titles(panel.rows)[0] == "Asthma"
        assert panel.row is not None and panel.row.title == "Asthma"
        await until(lambda: shelf.titles()[0] == "Asthma")


async def test_deleted_ones_come_back_one_by_one(shelf: Shelf) -> None:
    async with showing(shelf.panel()) as shown:
        panel = await listed(shown, 3)
        await shown.press("down", "d", "d")
        assert titles(panel.rows) == ["Signs of diabetes"]
        assert shown.told == "deleted “Fever at night” (2 in all) — u brings it back"
        assert panel.deleted == ["b", "c"]
        await until(lambda: set(shelf.titles(deleted=True)) == {"Asthma", "Fever at night"})
        await shown.press("u")
        assert panel.row is not None and panel.row.title == "Fever at night"
        await shown.press("u", "u")
        assert shown.told == "nothing was deleted here"
        await until(lambda: shelf.titles() == ["Signs of diabetes", "Asthma", "Fever at night"])


async def test_what_was_asked_of_the_disk_is_done_before_the_screen_closes(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, delete = threading.Event(), shelf.store.delete

    def slowly(name: str) -> None:
        assert slow.wait(15)
        delete(name)

    monkeypatch.setattr(shelf.store, "delete", slowly)
    async with showing(shelf.panel()) as shown:
        await listed(shown, 3)
        await shown.press("down", "d", "escape")
        threading.Timer(0.05, slow.set).start()
        await shown.closed()
        assert shelf.titles() == ["Signs of diabetes", "Fever at night"]


async def test_export_suggests_a_name_and_says_what_is_wrong_with_it(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("asthma.md").touch()
    async with showing(shelf.panel()) as shown:
        await listed(shown, 3)
        await shown.press("down", "e", "enter")
        await until(lambda: "✗ asthma.md is there already" in shown.told)
        await shown.press("backspace", "backspace")
        await shown.write("html")
        await shown.press("enter")
        await until(lambda: shown.told == "written to asthma.html")
        assert shelf.exported == [("b", Path("asthma.html"))]


async def test_letters_are_written_in_the_field_and_do_something_in_the_list(shelf: Shelf) -> None:
    async with showing(shelf.panel()) as shown:
        panel = await listed(shown, 3)
        await shown.press("d", "e")
        assert panel.deleted == []
        assert "type to search" in shown.keys
        await shown.press("backspace", "backspace")
        await listed(shown, 3)
        await shown.press("down")
        assert "d delete" in shown.keys
        await shown.press("up", "up")
        assert "type to search" in shown.keys


@pytest.mark.parametrize("broken", ["listed", "delete"])
async def test_a_disk_that_fails_is_told_of(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def fail(*arguments: object) -> None:
        raise UserError("the disk is full", "Free some space.")

    async with showing(shelf.panel()) as shown:
        panel = await listed(shown, 3)
        monkeypatch.setattr(shelf.store, broken, fail)
        if broken == "listed":
            await panel._load()
        else:
            await shown.press("down", "d")
        await until(lambda: shown.told == "✗ the disk is full\nFree some space.")


async def test_titles_and_snippets_are_data(shelf: Shelf) -> None:
    shelf.add("x", "[bold]not[/] \x1b[41mbold\x07", "[red]cough[/red] \x1b]0;x\x07\n日本語 ‮")
    async with showing(shelf.panel(words="cough")) as shown:
        await listed(shown, 6)
        assert "[bold]not[/] ␛[41mbold␇" in shown.text
        assert "you: [red]cough[/red] ␛]0;x␇ 日本語" in shown.text
        assert "\x1b" not in shown.text


@pytest.mark.parametrize("size", [(60, 20), (40, 12), (250, 60)])
async def test_every_size_shows_the_list_and_the_keys(shelf: Shelf, size: tuple[int, int]) -> None:
    shelf.add("x", "A very long title " * 20)
    async with showing(shelf.panel(), size=size) as shown:
        await listed(shown, 4)
        assert "Signs" in shown.text
        assert "A very long" in shown.text
        assert "Esc" in shown.text
        assert all(len(line) <= size[0] for line in shown.lines())


async def test_thousands_of_conversations_are_drawn_only_where_they_are_seen(shelf: Shelf) -> None:
    with shelf.store.database.change() as connection:
        connection.executemany(
            "INSERT INTO conversations (id, title, assistant, settings, pinned, created, changed) VALUES (?, ?, 'health@1', '{}', 0, 0, ?)",
            [(f"n{number}", f"number {number}", number) for number in range(5_000)],
        )
    async with showing(shelf.panel()) as shown:
        panel = await listed(shown, 5_003)
        drawn: list[int] = []
        draw: Callable[..., object] = panel._drawn
        panel._list._draw = lambda place, width: drawn.append(place) or draw(place, width)  # type: ignore[assignment, return-value, func-returns-value]
        await shown.press("down", "end")
        assert panel.row is not None and panel.row.title == "number 0"
        assert len(set(drawn)) < 100
        await shown.press("/")
        await shown.write("number 4321")
        assert titles((await listed(shown, 1)).rows) == ["number 4321"]


def test_when() -> None:
    now = datetime(2026, 3, 4, 12, 0).timestamp()
    assert when(datetime(2026, 3, 4, 9, 5).timestamp(), now) == "today 09:05"
    assert when(datetime(2026, 3, 3, 23, 59).timestamp(), now) == "yesterday"
    assert when(datetime(2026, 1, 3).timestamp(), now) == "3 Jan"
    assert when(datetime(2025, 3, 3).timestamp(), now) == "3 Mar 2025"


@pytest.mark.parametrize(
    ("title", "name"), [("How is it?", "how-is-it.md"), ("../etc/passwd", "etc-passwd.md"), ("日本語", "日本語.md"), ("…", "conversation.md")]
)
def test_file_names(title: str, name: str) -> None:
    assert file_name(title) == name
