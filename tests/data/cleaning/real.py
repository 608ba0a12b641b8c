"""Real rows beside the project, and what numbers they have."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from assistant.core.recipe_data import CleaningRule
from assistant.data.example import Example
from tests.beside import beside

NUMBERS_MAY_GO: tuple[CleaningRule, ...] = ("html", "entities", "labels", "footnotes", "controls", "encoding", "swallowed_answer", "echo")
"""Rules that take numbers away, or bring some, because of what they are for; docs/data-cleaning.md says which."""

UNIT = "mg|µg|g|kg|ml|mL|cm|mm|km|m|°C|°F|°|%|hours?|days?|weeks?|years?|months?"
NUMBER = re.compile(rf"(\d+(?:[.,]\d+)*|[½¼¾²³⁰-⁹₀-₉])(?:[ \xa0\u2000-\u200a\u202f]{{0,3}}({UNIT})(?![a-z]))?")


def numbers_in(text: str) -> Counter[str]:
    """Every number with its unit, and how often it stands there."""
    return Counter(f"{found[1]} {found[2] or ''}".strip() for found in NUMBER.finditer(text))


def real_examples(name: str, most: int) -> Iterator[Example]:
    """Rows of a public data set, evenly picked; skips the test where there is none."""
    rows = [json.loads(line) for line in beside(f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows[:: max(1, len(rows) // most)]):
        answers = [row.get(key) for key in ("answer_html", "answer_raw", "answer")]
        tags = {"issue": row["issue"]} if "issue" in row else {}
        yield Example(str(number), row["question"] or "", tuple(answer for answer in answers if answer), "g", tags)
