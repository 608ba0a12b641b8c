"""docs/data-checks.md, written from the checks themselves.

python -m assistant.data.checking.docs > docs/data-checks.md
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.recipe_data import Checks
from assistant.data.checking.checks import ALWAYS_DROPPED, CHECKS, Check, Scope

INTRODUCTION = """\
# Checks of the data

`assistant data check RECIPE` looks at every row after it is cleaned, and tells what it finds with its file and line; it exits with 1 when an
error remains. `assistant data prepare` does the same and mends what the recipe says: each check is a key under `data.check` with `ignore`,
`report` or `drop` (personal data also `mask`). What is dropped goes to rejected.jsonl with its reason.

- **error**: no model should learn from the row as it is.
- **warning**: somebody should look at it.
- **note**: worth knowing.

What was not looked for is said with its reason: a base that is not on this machine, no classifier, too few rows. A row that is dropped
settles all that was found in it. Checks of wording (`no_question_mark`, `short_answer`, `stripped_apostrophe`) know English; the others
know any language.

*This page is written from the code: `python -m assistant.data.checking.docs > docs/data-checks.md`.*
"""

TITLES: dict[Scope, str] = {"row": "Seen in the row alone", "tool": "Seen with a model or a list", "corpus": "Seen among all rows"}
FIXES = {
    "drop": "the row is left out",
    "mask": "a label is written in its place",
    "clean": "a cleaning rule",
    "group": "kept together",
    "edit": "somebody edits it, or `drop`",
}


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([INTRODUCTION, *(line for scope in TITLES for line in _section(scope))])


def _section(scope: Scope) -> Iterator[str]:
    yield f"## {TITLES[scope]}\n"
    yield "| check | severity | what it looks for | for example | what mends it | by default |"
    yield "|---|---|---|---|---|---|"
    for check in CHECKS:
        if check.scope == scope:
            cells = (f"`{check.name}`", check.severity, check.title, check.example, FIXES[check.fix], _default(check))
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def _default(check: Check) -> str:
    return "always dropped" if check.name in ALWAYS_DROPPED else f"`{Checks.model_fields[check.name].default}`"


if __name__ == "__main__":
    print(page(), end="")
