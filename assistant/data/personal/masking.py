"""Personal data put out of sight: what stood there is gone, what kind of thing it was is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from assistant.core.recipe_data import PersonalKind
from assistant.data.personal.personal_data import FindNames, PersonalSpan, find_personal_data

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

_LONGEST = max(map(len, LABELS.values()))


def label_of(span: PersonalSpan) -> str:
    """What is written in the place of one."""
    return LABELS[span.kind]


def masked(text: str, kinds: Collection[PersonalKind] | None = None, names: FindNames | None = None) -> str:
    """A text in which nothing with a form of its own is found any more; masked again, it stays as it is.

    What touches something else without a space has a form of its own only when that is gone (`jo@mail.org+44 20 7946 0958`), so it is
    looked for until nothing is left. Each time less of the text is left, so this ends. Names are looked for once.

    Args:
        text: It.
        kinds: As `find_personal_data` takes them.
        names: Likewise.
    """
    text = mask(text, [span for span in find_personal_data(text, kinds, names) if not _touches_label(text, span)])
    # A model may call anything a name, a label too, and would never come to an end; it is asked once.
    while spans := find_personal_data(text, kinds):
        text = mask(text, spans)
    return text


def _touches_label(text: str, span: PersonalSpan) -> bool:
    """Whether what a model takes for a name is (a part of) a label that stands there already."""
    places = range(max(0, span.start - _LONGEST), span.end)
    if span.kind != "name":
        return False
    return any(text.startswith(label, start) and start + len(label) > span.start for label in LABELS.values() for start in places)


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
