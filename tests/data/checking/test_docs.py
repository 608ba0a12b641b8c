"""The page of checks says what the code does."""

from __future__ import annotations

from pathlib import Path

from assistant.core.recipe_data import Checks
from assistant.data.checking.checks import ALWAYS_DROPPED, CHECKS
from assistant.data.checking.docs import page

PAGE = Path(__file__).parents[3] / "docs" / "data-checks.md"
SETTINGS = {"expected_language", "personal_kinds", "names_model", "toxic_above"}


def test_the_page_is_written_from_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m assistant.data.checking.docs > docs/data-checks.md"


def test_every_key_of_the_recipe_has_its_check() -> None:
    assert {check.name for check in CHECKS} == (set(Checks.model_fields) - SETTINGS) | ALWAYS_DROPPED
