"""Rows that a model writes: read strictly, whatever it says; here a scripted one says it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.recipe_data import Augment
from assistant.data.enlarging.augment import augment
from assistant.data.enlarging.passages import Passage
from assistant.data.enlarging.sieve import Sieve
from assistant.engines.scripted import ScriptedEngine
from assistant.workshop.writing import Paraphraser, grounded, read_pair, read_question
from tests.data.enlarging.small import example, known


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("What causes a stroke?", "What causes a stroke?"),
        ('Question: "What causes a stroke?"', "What causes a stroke?"),
        ("\n**The same question in other words: What causes it?**\nAnd more.", "What causes it?"),
        ("The answer to this question is:", None),
        ("A stroke is caused by a clot.", None),
        ("What is it? Is it bad?", None),
        ("???", None),
        ("", None),
        ("What\ufffd is it?", None),
        ("x" * 500 + "?", None),
    ],
)
def test_one_question_or_none(text, question):
    assert read_question(text) == question


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Question: How?\nAnswer: So it is.", ("How?", "So it is.")),
        ("**Question:** How?\n\n**Answer:** So it is.\n\nQuestion: Why?\nAnswer: No.", ("How?", "So it is.")),
        ("Question: How?", None),
        ("Question: ...\nAnswer: ...", None),
        ("Question: How?\nAnswer: It breaks off in", None),
        ("How? So.", None),
    ],
)
def test_a_pair_or_none(text, pair):
    assert read_pair(text) == pair


@given(st.text(max_size=300))
def test_whatever_is_written_is_read(text):
    question, pair = read_question(text), read_pair(text)
    assert question is None or (question.endswith("?") and "\n" not in question)
    assert pair is None or all(pair)


@pytest.mark.parametrize("filling", ["Question:", "\n", " ", "*", "q:", "Question:\n"])
def test_a_megabyte_of_anything_is_read_at_once(filling):
    import time

    started = time.monotonic()
    read_question(filling * (1_000_000 // len(filling)))
    read_pair(filling * (1_000_000 // len(filling)))
    assert time.monotonic() - started < 5


def test_paraphrases_pass_the_sieve_and_later_drafts_are_drawn_anew():
    said = {0: "The answer is:", 1: "Which thing is the flu?"}
    requests = []

    def answer(request):
        requests.append(request)
        asks = request.messages[-1]["content"]
        return "What makes the sky blue?" if "sky" in asks else said[min(1, request.sampling.seed)]

    settings = Augment(methods=("paraphrase",), per_row=2)
    rows = [example("Why is the sky blue?", "sky"), example("What is the flu?", "flu")]
    with known(rows) as everything:
        sieve = Sieve(settings, everything, None)
        paraphraser = Paraphraser(ScriptedEngine(answer), settings)
        made = list(augment(rows, settings, {"paraphrase": paraphraser}, sieve))
    assert [(row.example.id, row.example.question) for row in made] == [("sky~paraphrase1", "What makes the sky blue?")]
    assert paraphraser.unread == {"no question was written": 1}
    assert sieve.tally.to_json()["refused"] == {"asked already": 4}
    assert requests[0].sampling.temperature == 0 and requests[-1].sampling.temperature > 0
    assert requests[0].messages[0]["role"] == "system" and "{}" not in requests[0].messages[-1]["content"]


def test_pairs_are_kept_only_where_the_passage_bears_them_out():
    text = "The library is open from 9 to 18 on weekdays. Books can be kept for four weeks and renewed twice."
    said = [
        "Question: How long can books be kept?\nAnswer: Books can be kept for four weeks and renewed twice.",
        "Question: When is the library open?\nAnswer: The library is open from 9 to 20 on weekdays.",
        "I do not know.",
    ]
    passages = [Passage(f"guide.md#{number}", "guide.md", f"{text} {number}") for number in range(3)]
    engine = ScriptedEngine(lambda request: said[int(request.messages[-1]["content"].split("\n")[0][-1])])
    with known() as everything:
        sieve = Sieve(Augment(methods=("grounded",)), everything, None)
        (made,) = grounded(passages, engine, sieve)
    assert made.example.made_by == "grounded" and made.example.group == "document: guide.md" and made.made_from == "guide.md#0"
    assert made.meaning is None and made.words is None
    told = sieve.tally.to_json()
    assert told["kept"] == 1 and told["refused"] == {"a number that the passage has not": 1, "no question and answer were written": 1}
