"""Files that are named in a question, `@notes.md` or `@"my notes.md"`, put in at its end.

Only what is named is read, and only from a text that the user wrote: what was pasted, or said by a model,
names no file.
"""

from __future__ import annotations

import mimetypes
import re
import stat
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from assistant.core.errors import UserError
from assistant.core.plain import one_line, plain

LARGEST_BYTES = 1_000_000
"""More than any model here can read at once."""

# A name begins a word; `a@b.c` is an address. In quotes it may hold spaces.
_NAMED = re.compile(r"""(?<![^\s(\[{<'"])@(?:"([^"\n]+)"|([^\s"@]+))""")
_CLOSING = ".,;:!?)]}>'\""
_TEXT_SUFFIXES = frozenset({".cfg", ".conf", ".go", ".ini", ".ipynb", ".jsonl", ".log", ".lock", ".rs", ".toml", ".yaml", ".yml"})
"""Besides those that the standard library knows."""


@dataclass(frozen=True)
class Attached:
    """A question with its files.

    Attributes:
        text: The question, below it each file in a block of code under its name.
        files: What was put in, in order, each once.
    """

    text: str
    files: tuple[Path, ...] = ()


def with_files(text: str, folder: Path, typed: str | None = None) -> Attached:
    """Put the files in that a question names. Reads from the disk: call it in a thread.

    Args:
        text: The question.
        folder: Where relative names begin.
        typed: The part of it in which files are named, where the text holds pasted things as well; None: all of it.

    Raises:
        UserError: What is named is missing and can only be meant as a file, or cannot be read, is too large or no text.
    """
    names: dict[Path, str] = {}
    for match in _NAMED.finditer(text if typed is None else typed):
        quoted, bare = match.groups()
        named = _found(quoted, folder, True) if quoted else _found_bare(bare, folder)
        if named:
            names.setdefault(*named)
    blocks = [_block(shown, _read(path, shown)) for path, shown in names.items()]
    return Attached("\n\n".join([text.rstrip(), *blocks]) if blocks else text, tuple(names))


def names_in(text: str) -> set[str]:
    """The places of a text that would name a file, as they are written."""
    return {match[0] for match in _NAMED.finditer(text)}


def passed_over(shown: str, typed: str, folder: Path) -> list[str]:
    """Files that a text names only where it was not typed; looks at the disk, so it belongs in a thread."""
    names = [name for match in _NAMED.finditer(shown) if match[0] not in names_in(typed) and (name := match[1] or match[2])]
    found = []
    for name in dict.fromkeys(names):
        try:
            if (folder / Path(name).expanduser()).is_file():
                found.append(one_line(name))
        except (OSError, ValueError, RuntimeError):
            continue
    return found


def without_names(text: str, names: Set[str]) -> str:
    """A text without those of its places that name a file."""
    return _NAMED.sub(lambda match: "" if match[0] in names else match[0], text)


def _found_bare(word: str, folder: Path) -> tuple[Path, str] | None:
    """The file that a word without quotes names; a full stop after it is the sentence's."""
    shorter = word.rstrip(_CLOSING)
    for name in dict.fromkeys((word, shorter)):
        if name and (found := _found(name, folder, False)):
            return found
    return _found(shorter, folder, _is_like_a_path(shorter)) if shorter else None


def _found(name: str, folder: Path, must: bool) -> tuple[Path, str] | None:
    """The file of that name; None where there is none and need not be."""
    try:
        path = folder / Path(name).expanduser()
        mode = path.stat().st_mode
    except FileNotFoundError:
        if must:
            raise UserError(f"there is no file {one_line(name)}", "Correct the path after @, or put a space after @ to send it as text.") from None
        return None
    except (OSError, ValueError, RuntimeError) as error:
        if must:
            raise UserError(f"{one_line(name)} cannot be read: {_reason(error)}", "Correct the path after @, or put a space after @.") from error
        return None
    if stat.S_ISREG(mode):
        return path.resolve(), name
    if not must:
        return None
    kind = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
    raise UserError(f"{one_line(name)} is {kind}", "Name a file after @, or put a space after @ to send it as text.")


def _is_like_a_path(name: str) -> bool:
    # `@types/node` and `@team/lead` are no files; whoever means one writes its ending, or where it begins.
    suffix = Path(name).suffix.lower()
    return name.startswith(("./", "../", "/", "~/")) or suffix in _TEXT_SUFFIXES or bool(suffix and mimetypes.guess_type(f"x{suffix}")[0])


def _read(path: Path, shown: str) -> str:
    try:
        with path.open("rb") as file:
            held = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise UserError(f"{one_line(shown)} cannot be read: {_reason(error)}", "Allow reading it, or name another file.") from error
    if len(held) > LARGEST_BYTES:
        raise UserError(f"{one_line(shown)} is larger than {LARGEST_BYTES // 1_000_000} MB", "Put the part that matters into a file of its own.")
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{one_line(shown)} is no text in UTF-8", "Only text can be put in; convert it first.") from error
    if "\0" in text:
        raise UserError(f"{one_line(shown)} is no text: it holds zero bytes", "Only text can be put in; convert it first.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _block(shown: str, text: str) -> str:
    """A fenced block that nothing in the text can end."""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    body = text if text.endswith("\n") or not text else f"{text}\n"
    return f"{plain(shown)}:\n{fence}{Path(shown).suffix[1:]}\n{body}{fence}"


def _reason(error: Exception) -> str:
    return one_line(getattr(error, "strerror", None) or str(error))
