"""docs/data-cleaning.md says what the code says."""

from __future__ import annotations

from pathlib import Path

from assistant.data.cleaning.docs import page
from assistant.data.cleaning.rules import RULES

PAGE = Path(__file__).parents[3] / "docs" / "data-cleaning.md"


def test_the_page_is_the_one_that_the_code_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m assistant.data.cleaning.docs > docs/data-cleaning.md"


def test_every_rule_is_there_once_with_its_example_and_what_it_keeps() -> None:
    first, second = page().split("## What stays")
    for rule in RULES:
        assert first.count(f"\n| `{rule.name}`") == 1
        assert second.count(f"\n| `{rule.name}`") == 1
        assert rule.keeps
