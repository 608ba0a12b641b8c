"""What a split says of its own leakage: counts by kind, shares of answers, and lines for people."""

from __future__ import annotations

import json

from assistant.data.example import Example
from assistant.data.splitting.leakage.between import leakage_between, lines_of

ANSWER = "Rest in a dark and quiet room, drink a glass of water every hour, and call a doctor on the third day."
OTHER = "Keep the wound clean with soap, change its dressing each morning, and look for redness that spreads outward."


def example(name: str, question: str, answer: str) -> Example:
    return Example(name, question, (answer,), name)


TRAIN = [
    example("t1", "How is a migraine treated?", ANSWER),
    example("t2", "What are the symptoms of paraganglioma of type 1?", "It is not known."),
    example("t3", "Is the sky green?", "No."),
]


def test_every_kind_is_counted() -> None:
    held_out = [
        example("same", "how is a migraine treated?", ANSWER),
        example("near", "What are the symptoms of paraganglioma of type 4?", OTHER),
        example("half", "Whom to call?", ANSWER[:60] + " " + OTHER),
        example("short", "Why?", "So."),
    ]
    found = leakage_between(iter(TRAIN), held_out)
    assert found.counts == {"question_and_answer": 1, "question": 0, "near_question": 1, "answer": 0, "passage": 3}
    assert (found.n, found.training_rows, found.clean, found.with_answer) == (4, 3, 1, 3)
    assert (found.any_passage, found.more_than_half) == (2, 1)
    assert found.mean_share is not None and 1 / 3 < found.mean_share < 2 / 3
    assert found.first[0]["id"] == "same" and found.first[0]["training_id"] == "t1"
    assert json.loads(json.dumps(found.to_json()))["counts"]["passage"] == 3
    lines = lines_of(found)
    assert lines[0] == "leakage: 4 examples of test searched for in 3 of train; 1 are clean"
    assert "  1 ask nearly the same" in lines and "2 of 3 answers share one, 1 share more than half" in lines[-1]


def test_what_has_no_long_answer_has_no_share_and_says_so() -> None:
    found = leakage_between(TRAIN, [example("a", "Who?", "Nobody.")])
    assert found.mean_share is None and found.clean == 1
    assert lines_of(found, "validation")[-1] == "  no answer has eight words"


def test_nothing_held_out_leaks_nothing() -> None:
    found = leakage_between(TRAIN, [])
    assert (found.n, found.clean, found.mean_share, found.first) == (0, 0, None, ())
