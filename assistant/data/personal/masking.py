"""Personal data put out of sight: what stood there is gone, what kind of thing it was is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from assistant.core.recipe_data import PersonalKind
from assistant.data.personal.personal_data import PersonalSpan

LABELS: Mapping[PersonalKind, str] = {
    "email": "[EMAIL]",
    "url": "[URL]",
    "iban": "[IBAN]",
    "mac": "[MAC]",
    "ip": "[IP]",
    "card": "[CARD]",
    "ssn": "[SSN]",
    "phone": "[PHONE]",
    "national_id": "[ID]",
    "address": "[ADDRESS]",
    "name": "[NAME]",
}
"""What is written in the place of each kind. All of one kind are alike, so that nothing tells two persons apart and a model learns one
word for it; none of them has the form of anything that is looked for."""


def label_of(span: PersonalSpan) -> str:
    """What is written in the place of one."""
    return LABELS[span.kind]


def mask(text: str, spans: Iterable[PersonalSpan], label: Callable[[PersonalSpan], str] = label_of) -> str:
    """A text without what stands in the spans; every other character stays as it is.

    Args:
        text: It.
        spans: Places in it, in any order. Where two overlap, both are covered, by the label of the one that begins first; of those that
            begin together the longest has it.
        label: What is written in the place of one.
    """
    parts: list[str] = []
    end = 0
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if span.start >= end:
            parts += [text[end : span.start], label(span)]
        end = max(end, span.end)
    return "".join([*parts, text[end:]])
