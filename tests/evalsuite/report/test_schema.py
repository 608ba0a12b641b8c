"""The published schema is that of the code, and holds for what the code writes."""

from __future__ import annotations

import json

import pytest

from evalsuite.report.schema import schema, schema_text
from evalsuite.scorecard import SCHEMA_VERSION
from tests.conftest import ROOT
from tests.evalsuite.report.rich_card import bare_card, rich_card

PUBLISHED = ROOT / "docs" / "scorecard.schema.json"


def test_the_published_schema_is_that_of_the_code() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), "python -m evalsuite.report.schema > docs/scorecard.schema.json"


def test_the_schema_names_itself_and_its_version() -> None:
    made = schema()
    assert "/" not in made["$id"] and ":" not in made["$id"]
    assert made["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    assert str(SCHEMA_VERSION) in made["title"]


def test_every_part_and_every_field_is_described() -> None:
    """By a sentence of its own, or of the part that it holds where that says the same."""
    made = schema()
    parts = {"Scorecard": made, **made["$defs"]}
    for name, part in parts.items():
        for key, field in part.get("properties", {}).items():
            held = made["$defs"][field["$ref"].split("/")[-1]] if "$ref" in field else field
            assert field.get("description") or held.get("description"), f"{name}.{key}"


@pytest.mark.parametrize("make", [rich_card, bare_card])
def test_a_scorecard_holds_to_the_schema(make: object) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="the jsonschema package is not installed")
    card = make()  # type: ignore[operator]
    jsonschema.validate(json.loads(card.model_dump_json()), schema())
