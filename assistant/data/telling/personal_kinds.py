"""Personal data by kind: what was found, what was looked for in vain, and what was not looked for."""

from __future__ import annotations

from assistant.core.recipe_data import Checks
from assistant.data.telling.parts import Count, Personal
from assistant.data.telling.walk import Walked

BY_FORM = ("email", "phone", "card", "iban", "ip", "mac", "ssn", "url")
"""Kinds that the card looks for itself: they have a form of their own."""
ELSEWHERE = {
    "national_id": "the card looks for what has a form of its own; the command assistant data check looks for it",
    "address": "the card looks for what has a form of its own; the command assistant data check looks for it",
    "name": "wants data.check.names_model; the command assistant data check looks for it",
}


def personal_of(walked: Walked, checks: Checks) -> Personal:
    """Figures by kind; kinds that the recipe does not ask for are told as not looked for."""
    counted = {kind: walked.personal.get(kind, 0) for kind in BY_FORM}
    kinds = sorted((Count(kind, count) for kind, count in counted.items()), key=lambda kind: (-kind.count, kind.name))
    not_here = tuple((kind, why) for kind, why in ELSEWHERE.items() if kind in checks.personal_kinds)
    return Personal(walked.personal_looked, walked.personal_examples, tuple(kinds), not_here)
