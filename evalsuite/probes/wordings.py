"""The same question in other words: frames that keep its meaning, and English indirect questions by rule.

Deterministic, and careful: where no rule surely keeps the meaning, a frame is put around the question as it is.
"""

from __future__ import annotations

import re

FRAMES = ("Please tell me: {}", "I would like to know: {}")
NEUTRAL = ("Please answer this: {}", "Here is what I want to ask you: {}")
"""For what is not put as a question: a command, a few words."""

PRONOUN = r"(?P<subject>I|you|we|they|he|she|it)"
VERB = r"(?P<verb>can|could|should|would|will|must|may|might|am|is|are|was|were|have|has|had)"
WH = r"(?P<wh>what|who|where|when|why|how(?: (?:much|many|long|often|far|soon))?)"
REST = r"(?P<rest>[^?]+)"

# Only where the subject is a pronoun is it sure where it ends. "do" falls away where it leaves the verb as it is.
INDIRECT = (
    (rf"{WH} do (?P<subject>I|you|we|they) {REST}", "{wh} {subject} {rest}"),
    (rf"{WH} {VERB} {PRONOUN} {REST}", "{wh} {subject} {verb} {rest}"),
    (r"do (?P<subject>I|you|we|they) " + REST, "whether {subject} {rest}"),
    (rf"{VERB} {PRONOUN} {REST}", "whether {subject} {verb} {rest}"),
    (r"(?P<wh>what|who) (?P<verb>causes|helps|happens|makes|prevents|invented|wrote|discovered) " + REST, "{wh} {verb} {rest}"),
)
OPENING = re.compile(r"(?i)(what|who|whom|whose|which|where|when|why|how|can|could|should|would|will|do|does|did|is|are|was|were|may)\b")


def indirect(question: str) -> str | None:
    """The question as a request in one sentence, "Please tell me how I can ..."; None where no rule is sure.

    Only a single question is turned: one mark, at the end, and no full stop before it.
    """
    text = question.strip()
    if not text.endswith("?") or re.search(r"[.!;:\n]\s", text):
        return None
    for pattern, form in INDIRECT:
        if match := re.fullmatch(pattern, text[:-1].rstrip(), re.IGNORECASE):
            parts = {name: part if name == "rest" or part == "I" else part.lower() for name, part in match.groupdict().items()}
            return f"Please tell me {form.format(**parts)}."
    return None


def wordings(question: str) -> tuple[str, str]:
    """Two other wordings of a question that mean the same."""
    text = question.strip()
    frames = FRAMES if text.endswith("?") or OPENING.match(text) else NEUTRAL
    return frames[0].format(text), indirect(text) or frames[1].format(text)
