"""`assistant chats`, by the very command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.chat.store import open_store
from assistant.core.home import Home
from tests.chat.talks import talk

Run = Callable[..., str]


@pytest.fixture
def run(home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, in this process: what it prints, with its exit code where it fails."""
    from assistant.cli import app
    from assistant.core.program import run_program

    monkeypatch.setenv("ASSISTANT_HOME", str(home.root))

    def run_it(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["assistant", "chats", *words])
        with pytest.raises(SystemExit) as end:
            run_program(app, "assistant")
        printed = capsys.readouterr()
        return printed.out if not end.value.code else f"{end.value.code}: {printed.err}"

    return run_it


@pytest.fixture
def talks(home: Home) -> list[str]:
    """Two conversations that are kept."""
    store = open_store(home)
    found = [talk("What is a cold?", "A \x1b[31mmild infection."), talk("What is a flu?", "A worse infection.", title="the flu")]
    for conversation in found:
        store.add(conversation)
    store.database.close()
    return [conversation.id for conversation in found]


def test_the_list_shows_the_end_of_each_name(run: Run, talks: list[str]) -> None:
    lines = run("list").splitlines()
    assert [line.split()[0] for line in lines] == [name[-8:] for name in reversed(talks)]
    assert "2 turns  the flu" in lines[0]
    assert [found["id"] for found in json.loads(run("list", "--json", "--title", "FLU"))] == [talks[1]]


def test_the_list_shows_any_time(run: Run, home: Home, talks: list[str]) -> None:
    store = open_store(home)
    with store.database.change() as connection:
        connection.execute("UPDATE conversations SET changed = 1e300")
    store.database.close()
    assert run("list").count("at unknown time") == 2


def test_an_import_with_a_time_that_no_calendar_has_is_refused_in_two_lines(run: Run, talks: list[str], tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    run("export", "--all", str(file))
    lines = file.read_text().splitlines()
    row = json.loads(lines[1])
    row["tree"] = json.dumps({**json.loads(row["tree"]), "created": 1e300})
    file.write_text(f"{lines[0]}\n{json.dumps(row)}\n")
    told = run("import", str(file), "--home", str(tmp_path / "elsewhere"))
    assert told.startswith("2: ") and f"{file}:2: " in told
    assert not (tmp_path / "elsewhere").exists()


def test_a_search_shows_where_the_words_stand_and_no_control_signs(run: Run, talks: list[str]) -> None:
    assert "assistant: A ␛[31mmild infection." in run("search", "mild", "infection")
    assert [hit["conversation"] for hit in json.loads(run("search", "worse infection", "--json"))] == [talks[1]]
    assert run("search", "nothing like it") == "Nothing found.\n"


def test_what_is_exported_can_be_imported_into_another_workspace(run: Run, talks: list[str], tmp_path: Path) -> None:
    file, elsewhere = str(tmp_path / "all.jsonl"), str(tmp_path / "elsewhere")
    assert run("export", "--all", file) == f"2 conversations in {file}\n"
    assert run("import", file, "--home", elsewhere) == "2 conversations imported, 0 here already\n"
    assert run("import", file, "--home", elsewhere) == "0 conversations imported, 2 here already\n"
    assert {found["id"] for found in json.loads(run("list", "--json", "--home", elsewhere))} == set(talks)


def test_one_is_exported_by_a_part_of_its_name_and_the_lost_version_is_told(run: Run, talks: list[str], tmp_path: Path) -> None:
    file = tmp_path / "one.md"
    assert json.loads(run("export", talks[0][-8:], str(file), "--json"))["conversations"] == [talks[0]]
    assert "this version is no longer here" in file.read_text()


def test_what_was_deleted_is_listed_by_itself_and_can_be_restored(run: Run, talks: list[str]) -> None:
    assert run("delete", talks[0][-8:], talks[1]).startswith("2 conversations deleted")
    assert json.loads(run("list", "--json")) == []
    assert len(json.loads(run("list", "--json", "--deleted"))) == 2
    assert json.loads(run("restore", talks[0], "--json")) == {"restored": [talks[0]]}
    assert [found["id"] for found in json.loads(run("list", "--json"))] == [talks[0]]


def test_of_several_of_which_one_is_unknown_none_is_deleted(run: Run, talks: list[str]) -> None:
    assert run("delete", talks[0], "zzzz").startswith("2: error: there is no conversation zzzz\n")
    assert len(json.loads(run("list", "--json"))) == 2


@pytest.mark.parametrize("words", [("export", "file.md"), ("export", "--all", "abc", "file.md")])
def test_an_export_that_does_not_say_what_is_refused(run: Run, talks: list[str], words: tuple[str, ...]) -> None:
    told = run(*words)
    assert told.startswith("2: error: it is not said which conversations\n") and len(told.splitlines()) == 2


def test_looking_into_an_empty_workspace_makes_nothing(run: Run, home: Home) -> None:
    assert run("list").startswith("No conversations here")
    assert run("search", "x") == "Nothing found.\n"
    assert run("delete", "abc").startswith("2: error: there is no conversation abc")
    assert not home.root.exists()
