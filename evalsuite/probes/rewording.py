"""The probe `rewording`: the same question in other words, by rules that keep its sense.

A few common openings are turned round where grammar allows it ("What are the signs of X?" becomes "Can
you tell me what the signs of X are?"); any other question is put into a frame. This is less than a person
would do: what it finds holds, and what it does not find may still be there.
"""

from __future__ import annotations

import re

from evalsuite.probes.chance import pick
from evalsuite.probes.variants import variant_probe

FRAMES = (
    "I have a question: {}",
    "Could you please help me with this? {}",
    "{} Please tell me.",
    "Hello! {} Thank you.",
    "Here is what I would like to know. {}",
    "Somebody asked me this, and I did not know the answer: {}",
)
TURNED = (
    "Can you tell me what {1} {0}?",
    "I would like to know what {1} {0}.",
    "Please explain what {1} {0}.",
)
"""Of "What is/are X?": {0} is the verb and {1} is X."""
OPENINGS = (
    (re.compile(r"How do I (\w[^?.!]*)\?"), "What must I do to {}?"),
    (re.compile(r"How can I (\w[^?.!]*)\?"), "What can I do to {}?"),
    (re.compile(r"Why do people (\w[^?.!]*)\?"), "What is the reason that people {}?"),
)
_WHAT = re.compile(r"What (is|are) ([^?.!,;:]+)\?")
_DETERMINED = re.compile(r"(?:the|a|an|my|your|his|her|our|their) ", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:that|which|who|whose|when|where|if|because|while|and|or|but|to)\b", re.IGNORECASE)
_LOOSE_END = re.compile(r"\b(?:for|of|to|in|on|with|about|like|from|by|at|into|called|made|used|done)$", re.IGNORECASE)
LONGEST = 8
"""Words of an X that is moved before its verb: a longer one reads badly there."""


def reworded(text: str, name: str) -> str:
    """The question in other words."""
    question = text.strip()
    what = _WHAT.fullmatch(question)
    if what and _can_move(what[2]):
        return pick(TURNED, "turned", name).format(what[1], what[2])
    for opening, other in OPENINGS:
        match = opening.fullmatch(question)
        if match:
            return other.format(match[1])
    # `replace`, since a question may hold braces of its own.
    return pick(FRAMES, "frame", name).replace("{}", question)


def _can_move(subject: str) -> bool:
    """Whether "what X is" is still a sentence: X is a thing, not what it does."""
    words = subject.split()
    if len(words) > LONGEST or _CLAUSE.search(subject) or _LOOSE_END.search(subject):
        return False
    return bool(_DETERMINED.match(subject)) or (len(words) <= 2 and not words[0].lower().endswith(("ing", "ed")))


REWORDING = variant_probe(
    "rewording",
    "Other words",
    "Whether answers stay right where the same is asked in other words.",
    {"rewording": reworded},
)
