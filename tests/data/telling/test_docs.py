"""docs/data-card.md says what the card does: its tiers and the points of its checklist."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from assistant.data.telling.card import card_of
from assistant.data.telling.checklist import LEAST_OF_VALUE, LEAST_READ, LEAST_TEST, LEAST_TRAIN
from assistant.data.telling.data_card import SCHEMA, Card
from assistant.data.telling.diversity import WORDS
from assistant.data.telling.parts import FindingCount, Personal, Quality, Quantity
from assistant.data.telling.steps import MENDING
from assistant.data.telling.tiers import TIERS
from assistant.data.telling.walk import SAMPLED, SLOW
from tests.data.telling.made_up import prepared, recipe

TEXT = (Path(__file__).parents[3] / "docs" / "data-card.md").read_text(encoding="utf-8")


def test_every_check_is_explained_and_has_something_that_mends_it() -> None:
    for check in card_of(recipe(), prepared()).checklist:
        assert f"| {check.name.replace(' kind', ' TAG')} |" in TEXT
        assert any(check.name.startswith(name) for name in MENDING)


def test_tiers_and_bounds_are_those_of_the_code() -> None:
    assert all(f"| {name} | {meaning} |" in TEXT for _, name, meaning in TIERS)
    assert (LEAST_TRAIN, LEAST_TEST, LEAST_OF_VALUE, LEAST_READ) == (100, 100, 20, 50)
    for number in (WORDS, SLOW, *SAMPLED.values()):
        assert f"{number:,}" in TEXT


def test_card_json_is_documented_with_its_schema_and_every_key() -> None:
    listed = TEXT[TEXT.index("## card.json") :]
    assert f"`schema` ({SCHEMA})" in TEXT and f"| `schema` | {SCHEMA} |" in listed
    for part in (Card, Quantity, Quality, Personal, FindingCount):
        assert all(f"`{field.name}`" in listed for field in fields(part)), part
