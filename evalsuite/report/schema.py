"""The JSON Schema of `scorecard.json`, made from the record's own types, for programs in other languages.

`python -m evalsuite.report.schema > docs/scorecard.schema.json`
"""

from __future__ import annotations

import json
from typing import Any

from evalsuite.scorecard import SCHEMA_VERSION, Scorecard


def schema() -> dict[str, Any]:
    """The schema, with the docstrings of all fields as descriptions."""
    made = Scorecard.model_json_schema(mode="validation")
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "scorecard.schema.json",
        "title": f"scorecard.json, schema_version {SCHEMA_VERSION}",
    }
    return {**about, **{name: value for name, value in made.items() if name not in about}}


def schema_text() -> str:
    """The same as the file in `docs/` holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
