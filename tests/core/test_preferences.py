"""What a user wants of the app, kept whole; a file that is not understood is told of and left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.core.preferences import Preferences, keep_preferences, preferences_file, read_preferences, unusable

COMMANDS = {"stop": ("escape",), "new": ("ctrl+n",), "chats": ("ctrl+l",), "read": ("tab",), "rename": ()}


def written(home: Home, text: str) -> Path:
    path = preferences_file(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_without_a_file_all_is_as_usual(home: Home) -> None:
    assert read_preferences(home, COMMANDS) == Preferences()
    assert not home.root.exists()


def test_what_is_kept_is_read_again(home: Home) -> None:
    kept = keep_preferences(home, COMMANDS, theme="light", keys={"stop": "ctrl+x, F6"}, screen_reader=True)
    assert kept == Preferences("light", {"stop": "ctrl+x,f6"}, True)
    assert read_preferences(home, COMMANDS) == kept


def test_a_change_leaves_the_rest(home: Home) -> None:
    keep_preferences(home, COMMANDS, keys={"stop": "ctrl+x"})
    keep_preferences(home, COMMANDS, theme="light")
    assert read_preferences(home, COMMANDS) == Preferences("light", {"stop": "ctrl+x"})


def test_keys_of_a_command() -> None:
    chosen = Preferences(keys={"stop": "ctrl+x,f6"})
    assert chosen.keys_of("stop", ("escape",)) == ("ctrl+x", "f6")
    assert chosen.keys_of("new", ("ctrl+n",)) == ("ctrl+n",)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"light"', "\ufeff{}", "[" * 100_000])
def test_a_broken_file_is_told_of_in_two_lines_and_never_written_over(home: Home, text: str) -> None:
    path = written(home, text)
    with pytest.raises(UserError) as caught:
        keep_preferences(home, COMMANDS, theme="light")
    assert len(str(caught.value).splitlines()) == 2
    assert str(path) in caught.value.what
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"them": "light"}, "Did you mean `theme`?"),
        ({"theme": 1}, "`theme` is no text"),
        ({"screen_reader": "yes"}, "neither true nor false"),
        ({"keys": {"stop": 1}}, "does not name a key"),
        ({"keys": ["stop"]}, "does not name a key"),
        ({"keys": {"stopp": "ctrl+x"}}, "Did you mean `stop`?"),
        ({"keys": {"stop": "x"}}, "needed for writing"),
        ({"keys": {"stop": "Ctrl + Q"}}, "the key `ctrl+q` of `stop` cannot be used"),
        ({"keys": {"stop": ""}}, "cannot be used"),
        ({"keys": {"stop": "control+x"}}, "not named as keys are"),
        ({"keys": {"stop": "ctrl+n"}}, "that of `stop` and of `new`"),
        ({"keys": {"rename": "f6", "new": "f6"}}, "the key `f6`"),
    ],
)
def test_what_the_app_does_not_know_is_named(home: Home, value: object, says: str) -> None:
    written(home, json.dumps(value))
    with pytest.raises(UserError) as caught:
        read_preferences(home, COMMANDS)
    assert says in str(caught.value)


def test_two_commands_may_change_their_keys_with_each_other(home: Home) -> None:
    written(home, json.dumps({"keys": {"new": "ctrl+l", "chats": "ctrl+n"}}))
    assert read_preferences(home, COMMANDS).keys == {"new": "ctrl+l", "chats": "ctrl+n"}


def test_a_change_that_cannot_be_is_not_kept(home: Home) -> None:
    keep_preferences(home, COMMANDS, theme="light")
    with pytest.raises(UserError):
        keep_preferences(home, COMMANDS, keys={"stop": "a"})
    assert read_preferences(home, COMMANDS) == Preferences("light")


@pytest.mark.parametrize("key", ["ctrl+x", "alt+x", "f6", "shift+f6", "escape", "ctrl+pageup", "alt+left", "ctrl+shift+up"])
def test_keys_that_can_be_used(key: str) -> None:
    assert unusable(key) == ""


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "X",
        "shift+x",
        "space",
        "enter",
        "tab",
        "ctrl+i",
        "ctrl+m",
        "ctrl+c",
        "ctrl+p",
        "up",
        "shift+up",
        "f25",
        "+",
        "",
        "ctrl+",
        "ctrl+ctrl+x",
        "ctrl+q",
        "ctrl+j",
        "ctrl+h",
        "alt+enter",
        "ctrl+enter",
        "shift+enter",
        "ctrl+end",
        "pageup",
        "pagedown",
    ],
)
def test_keys_that_write_or_move_or_are_none(key: str) -> None:
    assert unusable(key)
