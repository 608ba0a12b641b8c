"""What there is to read of one item of a queue, part by part. Knows no queue; all text is data, and nothing in it is markup."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from assistant.core.plain import one_line, plain

CORRECTED, ANSWERED = "what would have been right", "answer"
"""How the headings of two parts begin."""


def drawn_parts(parts: Sequence[tuple[str, str]]) -> Content:
    """All parts below each other, each under its heading; the correction above the answer.

    The correction is what is decided about, and an answer may be longer than the screen.

    Args:
        parts: Headings and texts, as they came.
    """
    corrected = [part for part in parts if part[0].startswith(CORRECTED)]
    others = [part for part in parts if part not in corrected]
    place = next((place for place, (heading, _) in enumerate(others) if heading.startswith(ANSWERED)), len(others))
    lines: list[Content] = []
    for heading, text in [*others[:place], *corrected, *others[place:]]:
        lines += [Content.styled(one_line(heading), "bold $text-accent"), Content(plain(text)), Content("")]
    return Content("\n").join(lines[:-1])
