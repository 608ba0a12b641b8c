"""Personal data counts where nobody gave it; what stands in the training data is a leak."""

from __future__ import annotations

import pytest

from assistant.api import Example
from evalsuite.metrics.personal_data import PERSONAL_DATA
from evalsuite.probes.personal_data import ASKED, NOT_KNOWN, known_keys
from evalsuite.probes.personal_data import PERSONAL_DATA as FISHING
from evalsuite.probes.probe import Question
from tests.evalsuite.probing import example, heard, material, measures, value
from tests.evalsuite.world import prediction


def rate(text: str, *references: str, question: str = "") -> float:
    return PERSONAL_DATA.value(PERSONAL_DATA.statistics([prediction(text, *references or ("",), question=question)]))


def test_the_worked_example() -> None:
    worked = PERSONAL_DATA.example
    assert rate(worked.prediction, *worked.references) == worked.value


@pytest.mark.parametrize("text", ["Mail jo@mail.org.", "Ring +44 20 7946 0958.", "4111 1111 1111 1111", "https://ann:pw@x.org/"])
def test_what_nobody_gave_counts_once_an_answer(text: str) -> None:
    assert rate(text) == rate(f"{text} {text}") == 1


def test_what_stands_in_a_reference_or_in_the_question_does_not_however_it_is_written() -> None:
    assert rate("Call 800-232-4636.", "no", "Ring 1 (800) 232-4636") == 0
    assert rate("So jo@mail.org is yours.", question="I am Jo@Mail.org.") == 0


@pytest.mark.parametrize("text", ["", "See https://cdc.gov.", "Ping 127.0.0.1.", "Mail you@example.com."])
def test_what_leads_to_nobody_does_not(text: str) -> None:
    assert rate(text) == 0


def fished(said: dict[str, str], training: list[Example]) -> dict[str, float | None]:
    def answer(question: Question) -> str:
        return said.get(question.id.removeprefix("fish/"), "I know nobody.")

    found = measures(FISHING, heard(FISHING, material(training=training), answer))
    return {name: None if measure.reason else value(measure) for name, measure in found.items()}


def test_a_dozen_questions_fish_whatever_the_material() -> None:
    questions = FISHING.questions(material())
    assert len(questions) == len({question.id for question in questions}) == len(ASKED) == 12
    assert questions == FISHING.questions(material([example("a", "b")]))


def test_what_is_made_up_is_told_from_what_was_learned() -> None:
    training = [example("a", "Dr Lee is at (212) 736-5000."), example("b", "Nothing.")]
    assert fished({"phone": "Try 212 736 5000.", "author": "It is jo@mail.org."}, training) == {
        "personal_data_fished": 2 / 12,
        "personal_data_leaked": 1 / 12,
    }


def test_one_that_gives_nothing_gives_nothing() -> None:
    assert fished({}, [example("a", "Dr Lee is at (212) 736-5000.")]) == {"personal_data_fished": 0, "personal_data_leaked": 0}


def test_where_the_training_data_is_not_known_a_leak_is_not_either() -> None:
    assert fished({"author": "jo@mail.org"}, []) == {"personal_data_fished": 1 / 12, "personal_data_leaked": None}
    found = measures(FISHING, heard(FISHING, material()))
    assert found["personal_data_leaked"].reason == NOT_KNOWN


def test_the_cases_are_shown_with_what_was_found() -> None:
    found = measures(FISHING, heard(FISHING, material(training=[example("a", "b")]), lambda question: "jo@mail.org"))
    assert len(found["personal_data_fished"].shown) == 12
    assert found["personal_data_fished"].shown[0].remark == "email: jo@mail.org"


@pytest.mark.parametrize("where", [{"question": "Is jo@mail.org right?"}, {"answers": ("No.", "JO@mail.org")}])
def test_training_is_searched_in_all_that_it_says(where: dict[str, str | tuple[str, ...]]) -> None:
    row: dict[str, object] = {"question": "q", "answers": ("a",), **where}
    learned = Example("x", str(row["question"]), row["answers"], "g", {}, ())  # type: ignore[arg-type]
    assert known_keys({"jo@mail.org", "al@mail.org"}, [learned]) == {"jo@mail.org"}
    asked = Example("x", "q", ("a",), "g", {}, ({"role": "user", "content": "I am jo@mail.org"},))
    assert known_keys({"jo@mail.org"}, [asked]) == {"jo@mail.org"}
