"""What is seen only among all rows: boilerplate, contradictions, outliers, rows off the topic."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from assistant.core.recipe_data import Checks
from assistant.data.checking.outliers import Outliers
from assistant.data.checking.tools import Tools
from assistant.data.example import Example
from assistant.data.scratch import scratch
from assistant.models.sentences import encoder_folder, load_encoder
from tests.data.checking.rows import row
from tests.data.checking.test_inspector import looked_at, sound

SEE_YOUR_DOCTOR = "Ask your doctor for more information."


def rules_by_row(examples: list[Example], settings: Checks | None = None, tools: Tools | None = None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in looked_at(examples, settings, tools)[1]:
        found.setdefault(finding.id, []).append(finding.rule)
    return found


def test_boilerplate_counts_groups_and_not_rows() -> None:
    spread = [row(f"What is disease {number}?", SEE_YOUR_DOCTOR.upper() if number == 3 else SEE_YOUR_DOCTOR, number) for number in range(5)]
    assert rules_by_row(spread) == {f"row-{number}": ["boilerplate"] for number in range(5)}
    assert rules_by_row(spread[:4]) == {}
    assert rules_by_row([row(f"What is disease {number}?", SEE_YOUR_DOCTOR, number, group="one") for number in range(9)]) == {}
    assert rules_by_row([row(f"Is disease {number} contagious?", "Yes, it is.", number) for number in range(9)]) == {}


def test_contradictions_name_the_other_row_and_drop_keeps_the_first() -> None:
    rows = [
        row("Is it contagious?", "Yes, for a week.", 1),
        row("is it  contagious?", "No, never was.", 2),
        row("Is it contagious?", "Yes, for a week!", 3),
    ]
    told = looked_at(rows)[1]
    assert [(finding.id, finding.is_fixed, finding.detail) for finding in told] == [
        ("row-2", False, "rows.jsonl:1 answers it otherwise"),
        ("row-1", False, "rows.jsonl:2 answers it otherwise"),
    ]
    dropped = looked_at(rows, Checks(contradiction="drop", expected_language="en"))[1]
    assert [(finding.id, finding.fix, finding.is_fixed) for finding in dropped] == [("row-2", "drop", True)]


def test_a_version_of_an_answer_is_a_note_and_stays() -> None:
    text = "Wash your hands often, keep away from people who cough, and stay at home while you have a fever of any kind"
    rows = [row("What helps?", f"{text}.", 1), row("What helps?", f"{text} at all.", 2)]
    assert {(finding.id, finding.severity) for finding in looked_at(rows)[1]} == {("row-1", "note"), ("row-2", "note")}
    assert looked_at(rows, Checks(contradiction="drop", expected_language="en"))[1] == []


def test_the_same_question_in_another_conversation_is_another_question() -> None:
    before = [
        ({"role": "user", "content": about}, {"role": "assistant", "content": "Yes."}) for about in ("Is flu contagious?", "Is gout contagious?")
    ]
    rows = [
        Example(str(number), "For how long?", (answer,), str(number), history=said)  # type: ignore[arg-type]
        for number, (said, answer) in enumerate(zip(before, ("A week or so.", "It is never contagious."), strict=True))
    ]
    assert rules_by_row(rows) == {}


def test_outliers_are_far_from_the_rest_and_from_fifty_rows_on() -> None:
    rows = [sound(number) for number in range(80)]
    rows[7] = row("What is it in week 7?", "word " * 900 + "end.", 7)
    rows[9] = row("What is it in week 9?", "10 = 20 ; 30 = 40 ; 50 = 60 ; 70 = 80 ; 90 = 11 ; 12 = 13.", 9)
    assert rules_by_row(rows) == {"row-7": ["outlier"], "row-9": ["outlier"]}
    assert rules_by_row(rows[:49]) == {}


def test_the_median_is_that_of_statistics() -> None:
    rng = random.Random(0)
    lengths = [rng.randrange(1, 400) for _ in range(501)]
    with scratch() as database:
        outliers = Outliers(database)
        for number, length in enumerate(lengths):
            outliers.meet(number, row("Why?", "w " * length))
        said = {remark.detail for _, remark in outliers.settle()}
        assert database.execute("SELECT count(*) FROM measured").fetchone() == (501,)
    middle = sorted(lengths)[250]
    assert all(f"most have about {middle}" in detail for detail in said)


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = [sound(number) for number in range(60)] + [row(f"What is disease {number}?", SEE_YOUR_DOCTOR, 100 + number) for number in range(6)]
    rows.append(row("What is it?", "word " * 900 + "end.", 200))
    mixed = random.Random(1).sample(rows, len(rows))
    assert Counter(map(str, rules_by_row(rows).items())) == Counter(map(str, rules_by_row(mixed).items()))


HEALTH = [
    "asthma",
    "gout",
    "flu",
    "measles",
    "diabetes",
    "migraine",
    "anemia",
    "arthritis",
    "bronchitis",
    "eczema",
    "epilepsy",
    "glaucoma",
    "hepatitis",
]
ASKED = ["What are the symptoms of {}?", "How is {} treated?", "What causes {}?", "Can {} be prevented?", "Who gets {}?"]


def test_rows_about_something_else_are_off_topic() -> None:
    if not encoder_folder().exists():
        pytest.skip("the sentence encoder is not on this machine")
    rows = [
        row(question.format(disease), f"Doctors know {disease} well: they examine the patient, and give medicine against {disease}.", number)
        for number, (disease, question) in enumerate((disease, question) for disease in HEALTH for question in ASKED)
    ]
    rows.append(row("How do I reset my router?", "Hold the button on the back of the router for ten seconds.", 900))
    rows.append(row("Who won the world cup in 1990?", "Germany beat Argentina in the final in Rome.", 901))
    settings = Checks(off_topic="report", boilerplate="ignore", outlier="ignore", expected_language="en")
    assert rules_by_row(rows, settings, Tools(encode=load_encoder().encode)) == {"row-900": ["off_topic"], "row-901": ["off_topic"]}
