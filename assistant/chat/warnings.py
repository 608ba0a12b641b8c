"""What is found in an answer that its recipe warns of, in plain words.

Personal data is looked for here; every other check comes from outside (`assistant.chat.plugin.Check`). Knows no screen and no
thread: a check may load a classifier, so whoever draws calls this in a thread. It changes no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.chat.plugin import Check
from assistant.core.errors import UserError
from assistant.core.plain import one_line

PERSONAL_DATA = "personal_data"
KINDS = {
    "email": "an e-mail address",
    "url": "a web address with a user's name in it",
    "iban": "an account number (IBAN)",
    "mac": "a network card's address",
    "ip": "an IP address",
    "card": "a card number",
    "ssn": "a social security number",
    "phone": "a telephone number",
    "national_id": "a national identity number",
    "address": "a street address",
    "name": "a person's name",
}
"""Personal data by its kind, as people call it."""


@dataclass(frozen=True)
class LookedFor:
    """One thing that is looked for.

    Attributes:
        name: The check's.
        bound: From where on its finding is told; None for the check's own.
    """

    name: str
    bound: float | None


def warnings_of(answer: str, question: str, warn: Sequence[str], checks: Mapping[str, Check]) -> tuple[str, ...]:
    """What is wrong with an answer.

    Args:
        answer: As far as it was said.
        question: What was asked; personal data that stands here, too, is no finding. May hold earlier questions as well.
        warn: What is looked for: `personal_data`, or the name of a check with its bound, `toxicity>0.5`.
        checks: All but `personal_data`, by name.

    Returns:
        A few words for each finding, and for each check that is asked for and cannot be had; empty where there is nothing to say.
    """
    if not answer.strip():
        return ()
    return tuple(words for each in warn for words in _found(answer, question, parse(each), checks))


def parse(text: str) -> LookedFor:
    """`toxicity>0.5` as a name and a bound."""
    name, _, bound = text.partition(">")
    return LookedFor(name.strip(), float(bound) if bound else None)


def _found(answer: str, question: str, looked_for: LookedFor, checks: Mapping[str, Check]) -> Iterator[str]:
    name = looked_for.name
    try:
        if name == PERSONAL_DATA:
            words = _personal_data(answer, question)
        elif check := checks.get(name):
            words = check(answer, looked_for.bound)
        else:
            words = f"{_title(name)} was not checked: no package is installed that can"
    except UserError as error:
        words = f"{_title(name)} was not checked: {error.what}"
    except Exception as error:
        # A check is another package's code; an answer is not lost over it.
        words = f"{_title(name)} was not checked: {type(error).__name__}: {error}"
    if words:
        yield one_line(words)


def _title(name: str) -> str:
    return name.replace("_", " ")


def _personal_data(answer: str, question: str) -> str | None:
    from assistant.data.personal.personal_data import find_personal_data

    found = [span for span in find_personal_data(answer) if span.identifies]
    known = {span.key for span in find_personal_data(question)} if found else set()
    kinds = list(dict.fromkeys(KINDS[span.kind] for span in found if span.key not in known))
    if not kinds:
        return None
    return f"holds what looks like {' and '.join([', '.join(kinds[:-1]), kinds[-1]]) if len(kinds) > 1 else kinds[0]}"
