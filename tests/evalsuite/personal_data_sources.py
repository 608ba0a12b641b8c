"""How well personal data is found in texts whose spans were labelled by others.

    python -m tests.evalsuite.personal_data_sources FOLDER [odd|even]

FOLDER holds `privacy_pii_patterns.dev.jsonl` (the unit tests of Presidio: hard forms, many of them wrong on
purpose) and `privacy_pii_synth.dev.jsonl` (sentences with made-up data), both MIT. The rules were tuned on
odd rows (the first, the third, ...); what is reported are even rows, which is the default.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.api import find_personal_data
from evalsuite.stats.wilson import wilson_interval

PATTERNS = "privacy_pii_patterns.dev.jsonl"
SYNTHETIC = "privacy_pii_synth.dev.jsonl"
KINDS = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip",
    "URL": "url",
    "DOMAIN_NAME": "url",
    "US_SSN": "ssn",
    "MAC_ADDRESS": "mac",
}
"""Our kinds by the names of the labels."""


@dataclass
class Counts:
    """What was found and what was there."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        return self.right / (self.right + self.missed) if self.right + self.missed else None


@dataclass(frozen=True)
class Slip:
    """A row that was not read as it is labelled."""

    kind: str
    text: str
    found: Sequence[str]
    wanted: Any


def rows_of(path: Path, part: str) -> Iterator[dict[str, Any]]:
    rows = path.read_text(encoding="utf-8").splitlines()
    yield from map(json.loads, rows[0::2] if part == "odd" else rows[1::2])


def measured(folder: Path, part: str) -> tuple[dict[str, Counts], list[Slip]]:
    """Counts by kind over both files, and the rows that went wrong."""
    counts: dict[str, Counts] = defaultdict(Counts)
    slips: list[Slip] = []
    for row in rows_of(folder / PATTERNS, part):
        if row["entity"] in KINDS:
            kind = KINDS[row["entity"]]
            found = [span.text for span in find_personal_data(row["text"]) if span.kind == kind]
            note(
                counts[kind],
                slips,
                Slip(kind, row["text"], found, row["expected_count"]),
                min(len(found), row["expected_count"]),
                row["expected_count"],
            )
    for row in rows_of(folder / SYNTHETIC, part):
        spans = find_personal_data(row["text"])
        for kind in set(KINDS.values()):
            wanted = [(label["start"], label["end"]) for label in row["spans"] if KINDS.get(label["type"]) == kind]
            found_spans = [span for span in spans if span.kind == kind]
            right = sum(any(span.start < end and start < span.end for span in found_spans) for start, end in wanted)
            values = [row["text"][start:end] for start, end in wanted]
            note(counts[kind], slips, Slip(kind, row["text"], [span.text for span in found_spans], values), right, len(wanted))
    return counts, slips


def note(counts: Counts, slips: list[Slip], slip: Slip, right: int, wanted: int) -> None:
    counts.right += right
    counts.wrong += max(0, len(slip.found) - right)
    counts.missed += wanted - right
    if len(slip.found) != right or wanted != right:
        slips.append(slip)


def table(counts: dict[str, Counts]) -> Iterator[str]:
    yield "| kind | there | found | precision | recall |"
    yield "|---|---|---|---|---|"
    for kind in ("email", "phone", "card", "iban", "ip", "url", "ssn", "mac"):
        each = counts[kind]
        precision = shown(each.right, each.right + each.wrong)
        yield f"| {kind} | {each.right + each.missed} | {each.right + each.wrong} | {precision} | {shown(each.right, each.right + each.missed)} |"


def shown(hits: int, n: int) -> str:
    if not n:
        return "none"
    low, high = wilson_interval(hits, n)
    return f"{hits / n:.3f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    part = sys.argv[2] if len(sys.argv) > 2 else "even"
    counts, slips = measured(Path(sys.argv[1]), part)
    print("\n".join(table(counts)))
    if part == "odd":
        for slip in slips:
            print(slip)
