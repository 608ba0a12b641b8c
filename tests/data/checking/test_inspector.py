"""What the inspector does with rows: what it tells, drops, masks, and says it did not look for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.core.errors import DataError
from assistant.core.recipe_data import Checks
from assistant.data.checking.finding import Finding
from assistant.data.checking.inspector import BATCH, Inspector, Looked
from assistant.data.checking.tools import Tools
from assistant.data.example import Example
from assistant.data.scratch import scratch
from tests.data.checking.rows import row

WORDS = ["rest", "water", "sleep", "fever", "doctor", "cough", "vaccine", "fruit", "walk", "salt", "pain", "heart", "lung", "kidney", "skin"]


def sound(number: int) -> Example:
    three = [WORDS[(number * step) % len(WORDS)] for step in (1, 2, 4)]
    return row(f"What do {three[0]} and {three[1]} do in week {number}?", f"In week {number} they help with {three[2]}, and do no harm.", number)


def looked_at(
    examples: Sequence[Example], settings: Checks | None = None, tools: Tools | None = None
) -> tuple[list[Looked], list[Finding], Inspector]:
    """All rows as one after the other, and what is found among them together."""
    with scratch() as database:
        inspector = Inspector(settings or Checks(expected_language="en"), tools or Tools(), database)
        looked = list(inspector.inspect(examples))
        for number, each in enumerate(looked):
            if each.example:
                inspector.meet(number, each.example)
        return looked, [finding for _, finding in inspector.settle()], inspector


def test_rows_come_back_in_their_order_whatever_the_batch() -> None:
    examples = [sound(number) for number in range(2 * BATCH + 3)]
    looked, among_all, _ = looked_at(examples)
    assert [each.example for each in looked] == [each.before for each in looked] == examples
    assert not among_all and not any(each.findings for each in looked)


def test_a_finding_says_where_and_what_would_mend_it() -> None:
    looked, _, _ = looked_at([sound(1), row("What helps?", "Rest, drink a lot of water, and", 7)])
    (finding,) = looked[1].findings
    assert (finding.rule, finding.severity, finding.fix, finding.is_fixed) == ("truncated", "warning", "edit", False)
    assert finding.to_json() == {
        "rule": "truncated",
        "severity": "warning",
        "fix": "edit",
        "fixed": False,
        "file": "rows.jsonl",
        "line": 7,
        "id": "row-7",
        "detail": finding.detail,
    }
    assert looked[1].example is not None


def test_what_is_to_be_dropped_is_dropped_with_all_that_is_wrong_with_it() -> None:
    broken = row("What helps?", "Rest, drink a lot of water, and", 7)
    looked, _, _ = looked_at([broken], Checks(truncated="drop", expected_language="en"))
    assert looked[0].example is None and looked[0].before == broken
    assert [(finding.rule, finding.fix, finding.is_fixed) for finding in looked[0].findings] == [("truncated", "drop", True)]
    looked, _, _ = looked_at([row("How does it help", "Rest, drink a lot of water, and", 7)], Checks(truncated="drop", expected_language="en"))
    assert [(finding.rule, finding.is_fixed) for finding in looked[0].findings] == [("truncated", True), ("no_question_mark", True)]


@pytest.mark.parametrize(
    ("question", "answer", "rule"), [("What is it?", "what is it", "equal"), ("What is it?", "", "missing"), (" ", "It.", "missing")]
)
def test_a_row_that_is_none_is_dropped_whatever_the_recipe_says(question: str, answer: str, rule: str) -> None:
    looked, _, _ = looked_at([row(question, answer), Example("bare", question, () if not answer else (answer,), "g")])
    assert [(each.example, [finding.rule for finding in each.findings]) for each in looked] == [(None, [rule])] * 2
    assert all(finding.is_fixed and finding.severity == "error" for each in looked for finding in each.findings)


def test_personal_data_is_masked_everywhere_and_never_repeated() -> None:
    said = ({"role": "user", "content": "I am jane.doe@clinic.org."}, {"role": "assistant", "content": "Hello."})
    example = Example("a", "Who helps?", ("Write to help@clinic.org.", "Call help@clinic.org."), "g", history=said)  # type: ignore[arg-type]
    looked, _, _ = looked_at([example], Checks(personal_data="mask", expected_language="en"))
    masked = looked[0].example
    assert masked
    assert masked.answers == ("Write to [EMAIL].", "Call [EMAIL].") and masked.history[0]["content"] == "I am [EMAIL]."
    (finding,) = looked[0].findings
    assert (finding.rule, finding.fix, finding.is_fixed, finding.detail) == ("personal_data", "mask", True, "3 x email")
    assert looked[0].before == example
    kinds = Checks(personal_kinds=("phone",), expected_language="en")
    assert looked_at([example], kinds)[0][0].findings == ()


def test_a_url_is_a_note_and_no_personal_data_unless_it_names_a_user() -> None:
    rows = [row("Where?", "See https://clinic.org/help for it.", 1), row("Where?", "See https://jane:secret@clinic.org/help for it.", 2)]
    assert [[finding.rule for finding in each.findings] for each in looked_at(rows)[0]] == [["links"], ["personal_data"]]


def test_a_classifier_is_asked_about_batches() -> None:
    asked: list[int] = []

    def scores(texts: Sequence[str]) -> list[float]:
        asked.append(len(texts))
        return [0.9 if "idiot" in text else 0.1 for text in texts]

    rows = [sound(number) for number in range(300)]
    rows[299] = row("Can you help me?", "Shut up, you idiot, whoever you are.", 299)
    looked, _, _ = looked_at(rows, tools=Tools(toxicity=scores))
    assert [number for number, each in enumerate(looked) if each.findings] == [299]
    assert looked[299].findings[0].detail == "0.90 by the classifier" and asked == [512, 88]
    assert not looked_at(rows, Checks(toxic_above=0.95, expected_language="en"), Tools(toxicity=scores))[0][299].findings


def test_what_training_would_cut_is_told() -> None:
    tools = Tools(count_tokens=lambda examples: [len(example.answers[0].split()) for example in examples], max_length=8)
    looked, _, _ = looked_at([row("How?", "By this and that only."), row("How?", "By this, and that, and nothing else at all.")], tools=tools)
    assert [[finding.detail for finding in each.findings] for each in looked] == [[], ["9 tokens, 1 more than training.max_length"]]


def test_what_was_not_looked_for_has_its_reason() -> None:
    missing = {"toxic": "no installed package brings a classifier", "name": "no model"}
    _, _, inspector = looked_at([sound(1)], Checks(expected_language="en", language="ignore"), Tools(missing=missing))
    assert inspector.not_looked_for == {
        **missing,
        "language": "the recipe says so",
        "off_topic": "the recipe says so",
        "outlier": "1 rows are too few: 50 are wanted",
    }


def test_nothing_is_looked_for_where_the_recipe_says_so() -> None:
    off = {name: "ignore" for name in Checks.model_fields if Checks.model_fields[name].default == "report"}
    looked, among_all, inspector = looked_at([row("how is it", "<b>and, dont\ufffd call me at a@clinic.org and")] * 60, Checks.model_validate(off))
    assert not among_all and not any(each.findings for each in looked)
    assert set(inspector.not_looked_for) == {*off, "off_topic"}


GERMAN = "Trinken Sie viel Wasser und ruhen Sie sich aus, dann geht es Ihnen bald wieder besser."


def test_a_row_in_another_language_is_told_by_the_language_of_most_rows() -> None:
    rows = [sound(number) for number in range(20)]
    rows[5] = row("Was hilft gegen eine Erkältung, wenn man arbeiten muss?", GERMAN, 5)
    looked, _, inspector = looked_at(rows, Checks())
    assert inspector.expected_language == "en"
    assert [number for number, each in enumerate(looked) if each.findings] == [5]
    assert "is in `de`" in looked[5].findings[0].detail
    assert not looked_at(rows[5:6], Checks(expected_language="de"))[0][0].findings


def test_no_language_is_guessed_where_none_is_that_of_most_rows() -> None:
    rows = [sound(number) if number % 2 else row("Was hilft gegen eine Erkältung?", GERMAN, number) for number in range(20)]
    looked, _, inspector = looked_at(rows, Checks())
    assert not any(each.findings for each in looked)
    assert "name one with data.check.expected_language" in inspector.not_looked_for["language"]


def test_first_rows_in_another_language_than_the_rest_are_told() -> None:
    rows = [row(f"Was hilft in Woche {number} gegen eine Erkältung?", f"{GERMAN} Woche {number}.", number) for number in range(1100)]
    rows += [sound(number) for number in range(2000)]
    _, _, inspector = looked_at(rows, Checks(contradiction="ignore", boilerplate="ignore"))
    assert "most are in `en`" in inspector.not_looked_for["language"]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(DataError, match="`qq` is no language"), scratch() as database:
        Inspector(Checks(expected_language="qq"), Tools(), database)
