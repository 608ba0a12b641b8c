"""Texts with a label in the place of personal data. A stand-in: another part brings the whole."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.data.personal.personal_data import PersonalSpan


def mask(text: str, spans: Iterable[PersonalSpan]) -> str:
    """The text with the kind of each span in its place."""
    for span in sorted(spans, key=lambda span: span.start, reverse=True):
        text = f"{text[: span.start]}[{span.kind.upper()}]{text[span.end :]}"
    return text
