"""Looks at rows one after the other, mends what the recipe says, and tells what it found; then looks at all of them together.

Rows go by in batches, so that a classifier is asked for many at once. What corpus checks must remember goes to the scratch database.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from assistant.core.recipe_data import Checks
from assistant.data.checking.checks import ALWAYS_DROPPED, BY_NAME, CHECKS, Check
from assistant.data.checking.finding import Finding
from assistant.data.checking.language import Language
from assistant.data.checking.outliers import Outliers
from assistant.data.checking.personal import PersonalData
from assistant.data.checking.remark import Look, Remark, texts_of
from assistant.data.checking.sameness import Boilerplate, Contradictions
from assistant.data.checking.tools import Tools
from assistant.data.checking.topics import OffTopic
from assistant.data.example import Example, Place

BATCH = 256
"""Rows that are looked at together."""
BATCH_CHARACTERS = 4_000_000
"""A batch ends earlier when its rows have so many characters."""
FIRST_ROWS = 1000
"""Rows by which the expected language is found, where it is not told."""
READ = 5000
"""Characters of a text that the classifier is asked about, at its beginning and at its end."""

Action = Literal["ignore", "report", "mask", "drop"]


@dataclass(frozen=True)
class Looked:
    """What became of one row.

    Attributes:
        example: As it is now; None where it is dropped.
        findings: What was found in it, in the order of the checks.
        before: As it came.
    """

    example: Example | None
    findings: tuple[Finding, ...]
    before: Example


class CorpusCheck(Protocol):
    """A check that must see all rows."""

    @property
    def why_not(self) -> str:
        """Why nothing was looked for; empty where it was."""

    def meet(self, number: int, example: Example) -> None:
        """Remember one row."""

    def settle(self) -> Iterator[tuple[int, Remark]]:
        """What is to be said of which row."""

    def forget(self, numbers: Sequence[int]) -> None:
        """These rows are left out, for whatever else."""


class Inspector:
    """Applies the checks of a recipe.

    Args:
        settings: What is looked for, and what happens then.
        tools: What some checks need.
        database: Where corpus checks remember rows.

    Raises:
        DataError: `expected_language` is none that is known.
    """

    def __init__(self, settings: Checks, tools: Tools, database: sqlite3.Connection) -> None:
        self._settings = settings
        self._tools = tools
        self._database = database
        self._missing = {check: why for check, why in tools.missing.items() if check == "name" or self._action(check) != "ignore"}
        self._language = Language(settings.expected_language) if self._is_wanted("language") else None
        self._personal = PersonalData(settings.personal_kinds, tools.names)
        self._rows: dict[str, Look] = {
            check.name: check.looks for check in CHECKS if check.looks and check.name not in ALWAYS_DROPPED and self._is_wanted(check.name)
        }
        if self._language:
            self._rows["language"] = self._language.look
        if self._is_wanted("personal_data"):
            self._rows["personal_data"] = self._personal.look
        self._count_tokens = tools.count_tokens if self._is_wanted("too_long") else None
        self._toxicity = tools.toxicity if self._is_wanted("toxic") else None
        self._corpus = self._corpus_checks()
        self._forgotten: list[int] = []
        if self._corpus:
            database.execute("CREATE TABLE inspected (number INTEGER PRIMARY KEY, id TEXT NOT NULL, file TEXT, line INTEGER)")

    @property
    def not_looked_for(self) -> Mapping[str, str]:
        """Why a check, or a kind of personal data (`name`), was not looked for, or not in full; complete when all is settled."""
        why = {**self._missing, **({"language": self._language.why_not} if self._language and self._language.why_not else {})}
        why.update({name: check.why_not for name, check in self._corpus.items() if check.why_not})
        why.update({check.name: "the recipe says so" for check in CHECKS if self._action(check.name) == "ignore"})
        return dict(sorted(why.items()))

    @property
    def expected_language(self) -> str | None:
        """The language that rows are compared with, as it was told or found."""
        return self._language.expected if self._language else None

    def inspect(self, examples: Iterable[Example]) -> Iterator[Looked]:
        """Look at rows as they come, each for itself.

        Args:
            examples: Cleaned ones.

        Yields:
            Each of them in its order, with what was found and mended.
        """
        batches = _batches(examples)
        if self._language and self._language.expected is None:
            first = list(itertools.islice(batches, -(-FIRST_ROWS // BATCH)))
            self._language.learn(example for batch in first for example in batch)
            batches = itertools.chain(first, batches)
        for batch in batches:
            yield from self._looked(batch)
        if self._language:
            self._language.settle()

    def meet(self, number: int, example: Example) -> None:
        """Remember a row for the checks of all rows together.

        Args:
            number: By which `settle` will name it.
            example: As `inspect` gave it.
        """
        if not self._corpus:
            return
        place = (example.place.file, example.place.line) if example.place else (None, None)
        self._database.execute("INSERT OR REPLACE INTO inspected VALUES (?, ?, ?, ?)", (number, example.id, *place))
        for check in self._corpus.values():
            check.meet(number, example)

    def forget(self, number: int) -> None:
        """Leave a row out of what is settled from here on; a check that is under way still knows it."""
        self._forgotten.append(number)

    def settle(self) -> Iterator[tuple[int, Finding]]:
        """What is found among all rows that were met and not forgotten: the row's number, and the finding.

        A finding that is fixed here means that the row is to be left out.
        """
        for name, check in self._corpus.items():
            check.forget(self._forgotten)
            for number, remark in check.settle():
                name_of_row, place = self._row(number)
                yield number, self._finding(BY_NAME[name], remark, place, name_of_row)

    def _action(self, name: str) -> Action:
        if name in ALWAYS_DROPPED:
            return "drop"
        action: Action = getattr(self._settings, name)
        return action

    def _is_wanted(self, name: str) -> bool:
        return self._action(name) != "ignore"

    def _corpus_checks(self) -> dict[str, CorpusCheck]:
        made: dict[str, CorpusCheck] = {}
        if self._is_wanted("boilerplate"):
            made["boilerplate"] = Boilerplate(self._database)
        if self._is_wanted("contradiction"):
            made["contradiction"] = Contradictions(self._database, self._settings.contradiction == "drop", self._place_of)
        if self._is_wanted("outlier"):
            made["outlier"] = Outliers(self._database)
        if self._is_wanted("off_topic") and self._tools.encode:
            made["off_topic"] = OffTopic(self._database, self._tools.encode)
        return made

    def _row(self, number: int) -> tuple[str, Place | None]:
        name, file, line = self._database.execute("SELECT id, file, line FROM inspected WHERE number = ?", (number,)).fetchone()
        return name, Place(file, line) if file is not None else None

    def _place_of(self, number: int) -> str:
        name, place = self._row(number)
        return str(place) if place else name

    def _finding(self, check: Check, remark: Remark, place: Place | None, name: str) -> Finding:
        action = self._action(check.name)
        fix = action if action in ("drop", "mask") else check.fix
        return Finding(check.name, remark.severity or check.severity, fix, action in ("drop", "mask"), place, name, remark.detail)

    def _looked(self, batch: Sequence[Example]) -> Iterator[Looked]:
        """What becomes of the rows of a batch; check by check, which is faster than row by row: each has its tables at hand."""
        broken = [wrong_at_all(example) for example in batch]
        whole = [example for example, wrong in zip(batch, broken, strict=True) if not wrong]
        remarks = {name: iter([look(example) for example in whole]) for name, look in self._rows.items()}
        remarks["too_long"], remarks["toxic"] = iter(self._too_long(whole)), iter(self._toxic(whole))
        for example, wrong in zip(batch, broken, strict=True):
            yield self._mended(example, dict([wrong] if wrong else ((name, next(each)) for name, each in remarks.items())))

    def _mended(self, example: Example, remarks: Mapping[str, Remark | None]) -> Looked:
        """What becomes of one row."""
        findings = [self._finding(check, found, example.place, example.id) for check in CHECKS if (found := remarks.get(check.name))]
        if any(finding.is_fixed and finding.fix == "drop" for finding in findings):
            # With the row goes all that is wrong with it.
            return Looked(None, tuple(replace(finding, fix="drop", is_fixed=True) for finding in findings), example)
        masked = self._personal.masked(example) if remarks.get("personal_data") and self._settings.personal_data == "mask" else example
        return Looked(masked, tuple(findings), example)

    def _too_long(self, batch: Sequence[Example]) -> list[Remark | None]:
        """What the base's tokenizer says of the rows of a batch."""
        if not self._count_tokens:
            return [None] * len(batch)
        longest = self._tools.max_length
        counts = self._count_tokens(batch)
        return [Remark(f"{count} tokens, {count - longest} more than training.max_length") if count > longest else None for count in counts]

    def _toxic(self, batch: Sequence[Example]) -> list[Remark | None]:
        """What the classifier says of the rows of a batch."""
        if not self._toxicity:
            return [None] * len(batch)
        texts = [[part for text in texts_of(example) for part in _ends(text) if part.strip()] for example in batch]
        different = list(dict.fromkeys(text for each in texts for text in each))
        score_of = dict(zip(different, map(float, self._toxicity(different)), strict=True))
        worst = [max((score_of[text] for text in each), default=0.0) for each in texts]
        name = getattr(self._toxicity, "name", "the classifier")
        return [Remark(f"{score:.2f} by {name}") if score >= self._settings.toxic_above else None for score in worst]


def wrong_at_all(example: Example) -> tuple[str, Remark | None] | None:
    """What makes an example none, by the check that says so: those that are no choice."""
    for name in ("missing", "equal"):
        looks = BY_NAME[name].looks
        assert looks
        if remark := looks(example):
            return name, remark
    return None


def _ends(text: str) -> tuple[str, ...]:
    return (text,) if len(text) <= 2 * READ else (text[:READ], text[-READ:])


def _batches(examples: Iterable[Example]) -> Iterator[list[Example]]:
    batch: list[Example] = []
    characters = 0
    for example in examples:
        batch.append(example)
        characters += sum(map(len, texts_of(example)))
        if len(batch) == BATCH or characters > BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
