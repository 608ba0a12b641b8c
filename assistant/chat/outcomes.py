"""What became of feedback: which files it was exported to, and which versions learned from it.

A version's prepared data is read once for each fingerprint, and what was found in it is kept beside the feedback.
Knows nothing of how rows are made.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.chat.database import FILE, Database, open_database
from assistant.chat.feedback_rows import ExportKind
from assistant.core import fingerprint
from assistant.core.errors import UserError
from assistant.core.home import Home

if TYPE_CHECKING:
    from assistant.data.splitting.split import SplitName
    from assistant.registry.versions import Version

PREFIX = "feedback-"


@dataclass(frozen=True)
class Export:
    """A file that a judgement was written to.

    Attributes:
        kind: What the file is for.
        file: Where it was written.
        when: In seconds since 1970.
        example: The id that the row has in prepared data; empty for pairs, which are not prepared.
    """

    kind: ExportKind
    file: Path
    when: float
    example: str = ""


@dataclass(frozen=True)
class Use:
    """A version whose data holds a judgement.

    Attributes:
        label: The version.
        split: Where it fell: what is in train was learned, what is in validation chose the checkpoint, what is in test is asked.
    """

    label: str
    split: SplitName


@dataclass(frozen=True)
class Outcome:
    """What became of one judgement.

    Attributes:
        exports: The files that it was written to, the oldest first.
        uses: The versions whose data holds it, the oldest first.
    """

    exports: tuple[Export, ...] = ()
    uses: tuple[Use, ...] = ()

    @property
    def told(self) -> str:
        """In a few words; empty where nothing became of it yet."""
        verbs = {"train": "learned by", "validation": "validates", "test": "tests"}
        parts = [f"exported for {export.kind}: {export.file.name}" for export in self.exports]
        for split, verb in verbs.items():
            if labels := [use.label for use in self.uses if use.split == split]:
                parts.append(f"{verb} {', '.join(labels)}")
        return "; ".join(parts)


def exports_of(database: Database) -> dict[str, tuple[Export, ...]]:
    """The files that judgements were written to, by the judgement's name."""
    found: dict[str, list[Export]] = {}
    for row in database.rows("SELECT * FROM exported ORDER BY created, file"):
        found.setdefault(row["entry"], []).append(Export(row["kind"], Path(row["file"]), row["created"], row["example"]))
    return {name: tuple(exports) for name, exports in found.items()}


def record_exports(connection: sqlite3.Connection, kind: ExportKind, file: Path, rows: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
    """Remember what was written to a file.

    Args:
        connection: The change that it belongs to.
        kind: What the file is for.
        file: The file.
        rows: Of each row the judgement, the id in prepared data, and what it asks.
    """
    now = time.time()
    values = [(name, kind, str(file.absolute()), example, fingerprint.of_value(asked), now) for name, example, asked in rows]
    connection.executemany("INSERT OR REPLACE INTO exported (entry, kind, file, example, asked, created) VALUES (?, ?, ?, ?, ?, ?)", values)


def met_before(database: Database, kinds: Iterable[ExportKind], rows: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[str, Path] | None:
    """A judgement that was exported for one of `kinds`, itself or another that asks the same; with the file. None if none was."""
    known = list(kinds)
    before = database.rows(f"SELECT entry, asked, file FROM exported WHERE kind IN ({', '.join('?' * len(known))})", known)
    by_name = {row["entry"]: Path(row["file"]) for row in before}
    by_question = {row["asked"]: Path(row["file"]) for row in before}
    for name, asked in rows:
        if file := by_name.get(name) or by_question.get(fingerprint.of_value(asked)):
            return name, file
    return None


def forget_export(database: Database, file: Path) -> int:
    """Forget that anything was exported to a file that is no longer there.

    Returns:
        How many judgements were in it.

    Raises:
        UserError: The file is still there, or nothing was exported to it.
    """
    if os.path.lexists(file):
        raise UserError(f"{file} is still there, with the feedback in it", "Remove it first, and its name from the recipes that read it.")
    with database.change() as connection:
        found = connection.execute("DELETE FROM exported WHERE file = ?", (str(file.absolute()),)).rowcount
    if not found:
        raise UserError(f"no feedback was exported to {file}", "`assistant feedback list --json` names the files.")
    return found


def outcomes(database: Database, home: Home) -> dict[str, Outcome]:
    """What became of judgements, by their names; those of which nothing became are not among them."""
    from assistant.registry.versions import all_versions

    exports = exports_of(database)
    uses: dict[str, list[Use]] = {}
    for version in all_versions(home):
        for name, split in (_judgements_in(version, database, exports) or {}).items():
            uses.setdefault(name, []).append(Use(version.label, split))
    return {name: Outcome(exports.get(name, ()), tuple(uses.get(name, ()))) for name in {*exports, *uses}}


def learned_by(version: Version, database: Database) -> int | None:
    """How many judgements a version has learned from; None where its prepared data is gone, so that nobody can say."""
    found = _judgements_in(version, database, exports_of(database))
    return None if found is None else sum(split == "train" for split in found.values())


def told_of_version(version: Version, home: Home) -> str:
    """One line on what a version learned from feedback; empty where nothing was ever exported."""
    if not (home.root / FILE).exists():
        return ""
    with closing(open_database(home)) as database:
        if not exports_of(database):
            return ""
        count = learned_by(version, database)
    return f"learned from feedback: {'not known, its prepared data is gone' if count is None else f'{count} rows'}"


def _judgements_in(version: Version, database: Database, exports: Mapping[str, tuple[Export, ...]]) -> dict[str, SplitName] | None:
    """Of the judgements in a version's data the split; None where the data is gone."""
    manifest = version.manifest
    held = _examples_in(manifest.data, version.folder.parents[2] / "data" / f"{version.name}-{manifest.data[: fingerprint.SHORT]}", database, exports)
    if held is None:
        return None
    found = {_judgement_of(example): split for example, split in held.items() if example.startswith(PREFIX)}
    created = datetime.fromisoformat(manifest.created)
    created = created if created.tzinfo else created.replace(tzinfo=UTC)
    for name, of_entry in exports.items():
        for export in of_entry:
            # A row without an id of its own is known by what it says, which the data may have had before.
            if export.example in held and export.when <= created.timestamp() + 1:
                found.setdefault(name, held[export.example])
    return found


def _judgement_of(example: str) -> str:
    """The judgement's name in an example's id, which says more where an id was used twice or a row has several questions."""
    return example.removeprefix(PREFIX).partition("~")[0].partition("#")[0]


def _examples_in(data: str, folder: Path, database: Database, exports: Mapping[str, tuple[Export, ...]]) -> dict[str, SplitName] | None:
    """The examples of prepared data that may come from feedback, with their splits; read from disk the first time only."""
    known = {row["example"]: row["split"] for row in database.rows("SELECT example, split FROM learned WHERE data = ?", (data,))}
    if not known:
        wanted = {export.example for of_entry in exports.values() for export in of_entry if export.example}
        try:
            known = {name: split for name, split in _ids_in(folder) if name.startswith(PREFIX) or name in wanted}
        except (OSError, ValueError, KeyError, TypeError):
            return None
        with database.change() as connection:
            # The empty name says that the data was read, also where nothing was found in it.
            rows = [(data, name, split) for name, split in {"": "train", **known}.items()]
            connection.executemany("INSERT OR IGNORE INTO learned (data, example, split) VALUES (?, ?, ?)", rows)
    return {name: split for name, split in known.items() if name}


def _ids_in(folder: Path) -> Iterator[tuple[str, SplitName]]:
    from assistant.data.splitting.split import SPLITS

    for split in SPLITS:
        with (folder / f"{split}.jsonl").open(encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    yield json.loads(line)["id"], split
