"""Personal data by kind: what was found, what was looked for in vain, and what was not looked for."""

from __future__ import annotations

from typing import get_args

from assistant.core.recipe_data import Checks, PersonalKind
from assistant.data.telling.parts import Count, Personal
from assistant.data.telling.walk import Walked

KINDS: tuple[PersonalKind, ...] = get_args(PersonalKind)
NOT_ASKED_FOR = "data.check.personal_kinds does not name it"


def kinds_of(checks: Checks, with_names: bool) -> tuple[PersonalKind, ...]:
    """The kinds that are looked for: those that the check of the recipe looks for, whatever is done about what it finds.

    Args:
        checks: What the recipe says.
        with_names: Whether there is a model that marks names.
    """
    return tuple(kind for kind in KINDS if kind in checks.personal_kinds and (with_names or kind != "name"))


def personal_of(walked: Walked, checks: Checks, with_names: bool, why_no_names: str) -> Personal | None:
    """Figures by kind; None where there was nothing to be looked at, or nothing to be looked for."""
    looked_for = kinds_of(checks, with_names)
    if not walked.personal_looked or not looked_for:
        return None
    kinds = sorted((Count(kind, walked.personal.get(kind, 0)) for kind in looked_for), key=lambda kind: (-kind.count, kind.name))
    not_here = tuple((kind, why_no_names if kind in checks.personal_kinds else NOT_ASKED_FOR) for kind in KINDS if kind not in looked_for)
    names_in = walked.names_looked if "name" in looked_for and walked.names_looked < walked.personal_looked else None
    return Personal(walked.personal_looked, names_in, walked.personal_examples, tuple(kinds), not_here)
