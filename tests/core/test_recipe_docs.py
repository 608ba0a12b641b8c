"""docs/recipe.md says what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.core.recipe_docs import page
from assistant.core.recipe_keys import known_keys

PAGE = Path(__file__).parents[2] / "docs" / "recipe.md"


def test_the_page_is_the_one_that_the_code_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m assistant.core.recipe_docs > docs/recipe.md"


@pytest.mark.parametrize("key", known_keys())
def test_every_key_is_explained(key: str) -> None:
    field = known_keys()[key]
    assert field.description, f"{key} wants a docstring"
    section, _, name = key.rpartition(".")
    heading = f"## `{section}`\n" if section else "## The recipe's own keys\n"
    table = page().split(heading)[1].split("\n## ")[0]
    assert f"| `{name}` |" in table
