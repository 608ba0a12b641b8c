"""What a user wants of the app, whatever is talked about: `preferences.json` in the home.

Knows no screen and no command; which commands there are, and their keys, is told to it. The file is only ever written whole, and one
that cannot be understood is never written over.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from assistant.core.errors import UserError
from assistant.core.files import write_json
from assistant.core.home import Home

Keys = Mapping[str, Sequence[str]]
"""The keys of every command, by its name."""

WRITES = {"enter", "tab", "shift+tab", "backspace", "delete", "space", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m"}
"""Keys that write or move; Ctrl+I and Ctrl+M reach a program as Tab and Enter, Ctrl+H as Backspace."""

ALWAYS = {"ctrl+q", "ctrl+p", "ctrl+c", "ctrl+end", "alt+enter", "ctrl+enter", "pageup", "pagedown"}
"""Keys that leave, open the palette, copy, go to the end, begin a new line or read back and forth, whatever else is changed."""

MOVES = {"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert"}

NAMED = MOVES | {"escape", "enter", "tab", "space", "backspace", "delete"}


@dataclass(frozen=True)
class Preferences:
    """What the user chose.

    Attributes:
        theme: The name of the colours; empty for the app's own.
        keys: Commands that are on other keys than usual, by their names: `{"stop": "ctrl+x"}`; several keys are parted by commas.
        screen_reader: Whether the screen is read aloud: nothing moves, nothing is drawn twice.
    """

    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    screen_reader: bool = False

    def keys_of(self, name: str, usual: Sequence[str]) -> tuple[str, ...]:
        """The keys of a command.

        Args:
            name: Of the command.
            usual: Its keys where the user chose no others.
        """
        chosen = self.keys.get(name)
        return tuple(chosen.split(",")) if chosen else tuple(usual)


def preferences_file(home: Home) -> Path:
    """Where the preferences are."""
    return home.root / "preferences.json"


def read_preferences(home: Home, commands: Keys) -> Preferences:
    """What the user chose; the defaults where there is no file.

    Args:
        home: The workspace.
        commands: The usual keys of every command whose keys can be changed.

    Raises:
        UserError: The file cannot be read, or says what the app does not know.
    """
    path = preferences_file(home)
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Preferences()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", "Change its permissions, or move it away.") from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is no JSON: {error}", "Mend it, or move it away; it was left as it is.") from None
    return _understood(path, value, commands)


def keep_preferences(home: Home, commands: Keys, **changes: Any) -> Preferences:
    """Change some of what the user chose, and leave the rest.

    Args:
        home: The workspace.
        commands: As for `read_preferences`.
        changes: Fields of `Preferences`.

    Returns:
        All that is chosen now.

    Raises:
        UserError: The file there is cannot be understood (it is left as it is), the change is none, or the disk is full.
    """
    path = preferences_file(home)
    # Read anew: another program may have changed something else meanwhile.
    chosen = replace(read_preferences(home, commands), **changes)
    chosen = _understood(path, {**asdict(chosen), "keys": dict(chosen.keys)}, commands)
    write_json(path, {**asdict(chosen), "keys": dict(chosen.keys)})
    return chosen


def _understood(path: Path, value: Any, commands: Keys) -> Preferences:
    if not isinstance(value, dict):
        raise UserError(f"{path} holds no preferences", 'It should look like {"theme": "light"}.')
    known = [part.name for part in fields(Preferences)]
    for name in value:
        if name not in known:
            raise UserError(f"{path}: there is no preference `{name}`", _meant(name, known))
    theme, keys, screen_reader = (value.get(name, getattr(Preferences(), name)) for name in known)
    if not isinstance(theme, str):
        raise UserError(f"{path}: `theme` is no text", 'Write the name of a theme: "theme": "light".')
    if not isinstance(screen_reader, bool):
        raise UserError(f"{path}: `screen_reader` is neither true nor false", 'Write "screen_reader": true, or leave it out.')
    if not isinstance(keys, dict) or not all(isinstance(key, str) for key in keys.values()):
        raise UserError(f"{path}: `keys` does not name a key for each command", 'Write for instance "keys": {"stop": "ctrl+x"}.')
    keys = {name: _in_order(chosen) for name, chosen in keys.items()}
    _check_keys(path, keys, commands)
    return Preferences(theme, keys, screen_reader)


def _check_keys(path: Path, keys: Mapping[str, str], commands: Keys) -> None:
    for name, chosen in keys.items():
        if name not in commands:
            raise UserError(f"{path}: there is no command `{name}` to give a key to", _meant(name, list(commands)))
        for key in chosen.split(","):
            if why := unusable(key):
                raise UserError(f"{path}: the key `{key}` of `{name}` cannot be used: {why}", "Take one like ctrl+x, alt+x or f6.")
    # A key that two commands have would do only one of them.
    owners: dict[str, str] = {}
    for name, usual in commands.items():
        for key in keys[name].split(",") if name in keys else usual:
            if key in owners:
                raise UserError(
                    f"{path}: the key `{key}` is that of `{owners[key]}` and of `{name}`",
                    f"Give one of them another key under `keys` in {path.name}.",
                )
            owners[key] = name


def unusable(key: str) -> str:
    """Why a key cannot be that of a command; empty where it can.

    A command's keys do it wherever the focus is, so none of them may be one that writes or moves in a text.

    Args:
        key: As the file names it: `ctrl+x`.
    """
    *modifiers, last = key.split("+") if key != "+" else ["+"]
    if key in WRITES | ALWAYS:
        return "it is needed for writing, or always does the same"
    if any(modifier not in ("ctrl", "alt", "shift") for modifier in modifiers) or len(set(modifiers)) < len(modifiers):
        return "it is not named as keys are"
    if re.fullmatch(r"f([1-9]|1\d|2[0-4])", last) or (last == "escape" and not modifiers):
        return ""
    if len(last) != 1 and last not in NAMED:
        return "it is not named as keys are"
    if not set(modifiers) & {"ctrl", "alt"}:
        return "it is needed for writing, or always does the same"
    return ""


def _in_order(keys: str) -> str:
    """The keys in lower case, without spaces, modifiers in the order in which the app names them."""
    found = []
    for key in keys.lower().split(","):
        *modifiers, last = (part.strip() for part in key.split("+")) if key.strip() != "+" else ["+"]
        found.append("+".join([*sorted(modifiers), last]))
    return ",".join(found)


def _meant(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(known)}."
