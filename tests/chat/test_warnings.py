"""What a chat warns of in an answer, and that what could not be looked for is told."""

from __future__ import annotations

import pytest

from assistant.chat.plugin import Check
from assistant.chat.warnings import KINDS, PERSONAL_DATA, LookedFor, parse, warnings_of
from assistant.core.errors import UserError


def found(answer: str, question: str = "", *warn: str, checks: dict[str, Check] | None = None) -> tuple[str, ...]:
    return warnings_of(answer, question, warn or (PERSONAL_DATA,), checks or {})


def test_personal_data_is_named_by_its_kind_and_not_repeated() -> None:
    assert found("Write to jo@mail.org.") == ("holds what looks like an e-mail address",)
    assert found("Write to jo@mail.org or ann@clinic.org, or from 8.8.4.4.") == ("holds what looks like an e-mail address and an IP address",)


def test_what_stood_in_the_question_is_no_finding_however_it_is_written() -> None:
    assert found("It is JO@mail.org.", "Is jo@mail.org right?") == ()


def test_what_leads_to_nobody_is_no_finding() -> None:
    assert found("Write to jo@example.com, see https://who.int, call 555-0123.") == ()


def test_every_kind_of_personal_data_has_words() -> None:
    from typing import get_args

    from assistant.core.recipe_data import PersonalKind

    assert set(get_args(PersonalKind)) == set(KINDS)


def test_nothing_is_looked_for_unless_it_is_asked_for_and_nothing_in_an_empty_answer() -> None:
    assert warnings_of("jo@mail.org", "", (), {}) == ()
    assert found("  \n", "", "toxicity") == ()


def test_a_check_is_given_the_answer_and_its_bound() -> None:
    given: list[tuple[str, float | None]] = []

    def check(answer: str, above: float | None) -> str | None:
        given.append((answer, above))
        return "is rude" if above else None

    assert found("you", "", "rudeness>0.25", "rudeness", checks={"rudeness": check}) == ("is rude",)
    assert given == [("you", 0.25), ("you", None)]


def test_a_name_and_its_bound_are_told_apart() -> None:
    assert (parse("toxicity>0.5"), parse("personal_data")) == (LookedFor("toxicity", 0.5), LookedFor("personal_data", None))


def test_a_check_that_no_package_brings_is_told() -> None:
    assert found("text", "", "toxicity>0.5") == ("toxicity was not checked: no package is installed that can",)


@pytest.mark.parametrize(
    ("error", "told"),
    [(UserError("the checkpoint is gone", "Fetch it."), "the checkpoint is gone"), (ImportError("no\nmodule\x1b"), "ImportError: no module␛")],
)
def test_a_check_that_fails_is_told_and_the_others_go_on(error: Exception, told: str) -> None:
    def check(answer: str, above: float | None) -> str | None:
        raise error

    warnings = found("jo@mail.org", "", "toxicity", "personal_data", checks={"toxicity": check})
    assert warnings == (f"toxicity was not checked: {told}", "holds what looks like an e-mail address")
