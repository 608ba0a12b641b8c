"""Near-duplicates are those of brute force: every pair, and no other; what comes in great numbers costs no square."""

from __future__ import annotations

import json
import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.data.example import Example
from assistant.data.splitting.leakage.neighbours import Neighbours
from assistant.data.splitting.same import candidates
from assistant.data.splitting.same.candidates import MISSED, NEXT, PERMUTATIONS, rows_of_band
from assistant.data.splitting.same.near import LEAST_WORDS, Edges, Near
from assistant.data.splitting.same.shingles import Batch
from assistant.data.splitting.text import character_shingles, read, word_shingles, words_of
from tests.beside import beside

ABOVE = 0.8
TEXTS = st.text("ab é漢1-", max_size=24)
WORDS = ("what", "is", "the", "cause", "of", "a", "mild", "fever", "in", "children", "and", "how")
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join)


def rows(*pairs: tuple[str, str]) -> list[tuple[int, Example]]:
    return [(number + 1, Example(str(number), question, (answer,), str(number))) for number, (question, answer) in enumerate(pairs)]


def pairs_of(edges: Edges) -> set[tuple[int, int]]:
    return set(zip(edges.one.tolist(), edges.other.tolist(), strict=True))


def brute(sets: list[list[frozenset]], first_of: list[int], above: float = ABOVE) -> set[tuple[int, int]]:  # type: ignore[type-arg]
    places = [place for place, first in enumerate(first_of) if place == first]
    return {
        (one, other)
        for other in places
        for one in places
        if one < other and any(a | b and len(a & b) / len(a | b) >= above for a, b in zip(sets[one], sets[other], strict=True))
    }


@given(st.lists(TEXTS, min_size=1, max_size=12))
def test_the_shingles_of_many_are_those_of_each(texts: list[str]) -> None:
    words = [words_of(text) for text in texts]
    batch = Batch([" ".join(each) for each in words])
    known: dict[int, object] = {}
    for kind, one_by_one in (("words", word_shingles), ("characters", character_shingles)):
        numbers, counts = batch.shingles(kind)  # type: ignore[arg-type]
        assert counts.tolist() == [len(one_by_one(each)) for each in words]  # type: ignore[operator]
        parts = [set(part.tolist()) for part in np.split(numbers, np.cumsum(counts)[:-1])]
        for mine, theirs in zip(parts, words, strict=True):
            for other, others in zip(parts, words, strict=True):
                assert len(mine & other) == len(one_by_one(theirs) & one_by_one(others))  # type: ignore[operator]
        known |= dict.fromkeys(numbers.tolist())


@settings(deadline=None, max_examples=30)
@given(st.lists(SENTENCES, min_size=1, max_size=25), st.sampled_from([0.5, 0.8, 0.9, 1.0]))
def test_every_near_question_is_found_and_no_other(questions: list[str], above: float) -> None:
    near = Near(rows(*((question, "yes") for question in questions)), above)
    words = [words_of(question) for question in questions]
    wanted = brute([[word_shingles(each), character_shingles(each)] for each in words], near.questions.tolist(), above)
    edges = near.near_questions()
    assert pairs_of(edges) == wanted
    assert (edges.similarity >= above).all() and (edges.similarity <= 1).all()


@settings(deadline=None, max_examples=25)
@given(st.lists(SENTENCES, min_size=1, max_size=20))
def test_every_near_answer_of_eight_words_is_found_and_no_other(answers: list[str]) -> None:
    near = Near(rows(*(("q", answer) for answer in answers)), ABOVE)
    words = [words_of(answer) for answer in answers]
    sets = [[word_shingles(each) if len(each) >= LEAST_WORDS else frozenset()] for each in words]
    assert pairs_of(near.near_answers()) == brute(sets, near.answers.tolist())


def test_near_duplicates_of_real_rows_are_those_of_brute_force() -> None:
    real = [json.loads(line) for line in beside("medquad.dev.jsonl").read_text(encoding="utf-8").splitlines()[::3]]
    near = Near(rows(*((row["question"], row["answer"]) for row in real if row["answer"])), ABOVE)
    texts = [read(example, example.answers[0]) for _, example in rows(*((row["question"], row["answer"]) for row in real if row["answer"]))]
    for edges, sets, first_of in (
        (near.near_questions(), [character_shingles(text.question) for text in texts], near.questions),
        (near.near_answers(), [word_shingles(text.answer) if len(text.answer) >= LEAST_WORDS else frozenset() for text in texts], near.answers),
    ):
        neighbours = Neighbours(sets, ABOVE)
        firsts = first_of == np.arange(len(first_of))
        wanted = {
            (one, other) for other, each in enumerate(sets) for one, _ in neighbours.like(each) if one < other and firsts[one] and firsts[other]
        }
        assert len(wanted) > 30
        assert wanted <= pairs_of(edges)
        # Questions are also near by their words.
        assert first_of is near.questions or wanted == pairs_of(edges)


@pytest.mark.parametrize("above", [0.3, 0.5, 0.7, 0.8, 0.9, 0.99])
def test_bands_miss_a_pair_that_is_just_similar_enough_once_in_a_thousand_times(above: float) -> None:
    rows = rows_of_band(above)
    assert (1 - above**rows) ** (PERMUTATIONS // rows) <= MISSED
    assert (1 - above ** (rows + 1)) ** (PERMUTATIONS // (rows + 1)) > MISSED


def test_rows_that_are_the_same_in_both_want_all_else_to_be_equal() -> None:
    answer = "Rest in a dark and quiet room and drink a glass of water every hour of the day"
    told = [
        Example("0", "How is a bad migraine treated today?", (answer,), "a"),
        Example("1", "How is a bad migraine treated today", (answer + " indeed",), "b"),
        Example("2", "How is a bad migraine treated today?", (answer, "another"), "c"),
        Example("3", "How is a bad migraine treated today?", (answer,), "d", {}, ({"role": "system", "content": "Be brief."},)),
        Example("4", "How is a bad migraine treated today?", ("Quite otherwise: there is nothing at all that anybody could do about it.",), "e"),
        Example("5", "What helps against sunstroke in children?", (answer,), "f"),
    ]
    near = Near(enumerate(told), ABOVE)
    whole = np.zeros(6, dtype=np.int64)
    assert pairs_of(near.same_in_both(whole, whole)) == {(0, 1)}


def test_what_is_sorted_in_parts_is_found_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(0)
    texts = [" ".join(chance.choices("abcdef", k=8)) for _ in range(300)]
    whole = Near(rows(*((text, text) for text in texts)), 0.5)
    expected = pairs_of(whole.near_questions()), pairs_of(whole.near_answers())
    monkeypatch.setattr(candidates, "SORTED", 50)
    monkeypatch.setattr(candidates, "STEP", 7)
    monkeypatch.setattr("assistant.data.splitting.same.sets.CHUNK", 100)
    monkeypatch.setattr("assistant.data.splitting.same.near.BATCH_CHARACTERS", 200)
    parted = Near(rows(*((text, text) for text in texts)), 0.5)
    assert (pairs_of(parted.near_questions()), pairs_of(parted.near_answers())) == expected
    assert all(expected)


def test_a_template_that_fills_the_data_costs_no_square_and_what_was_not_compared_is_counted() -> None:
    # Every one is near to every other: five million pairs.
    near = Near(rows(*((f"Would you be so kind as to tell me the state of my order with the number {n}", "yes") for n in range(3_200))), ABOVE)
    started = time.perf_counter()
    edges = near.near_questions()
    assert time.perf_counter() - started < 15
    assert len(edges) <= 3_200 * NEXT * 50
    assert near.cut > 0
    assert len(set(edges.one.tolist()) | set(edges.other.tolist())) == 3_200


@pytest.mark.parametrize("text", ["a" * 1_000_000, "a " * 500_000, "\u0301" * 1_000_000, "漢" * 1_000_000, "\ud800" * 1_000, "", " \n\t", "?!"])
def test_hostile_texts_are_compared_in_no_time(text: str) -> None:
    started = time.perf_counter()
    near = Near(rows(("q", text), (text, "a"), (text, text + " b")), ABOVE)
    near.near_questions(), near.near_answers()
    assert time.perf_counter() - started < 20


def test_no_rows_are_no_pairs() -> None:
    near = Near([], ABOVE)
    assert len(near.near_questions()) == len(near.near_answers()) == 0
    assert len(near.same_in_both(np.zeros(0, np.int64), np.zeros(0, np.int64))) == 0
