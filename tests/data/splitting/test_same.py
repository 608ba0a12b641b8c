"""What a pool does with what is the same: groups are joined, the split is clean by the search for leakage, and nothing is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.core.recipe_data import Duplicates, Limit, Split
from assistant.data.example import Example, Place
from assistant.data.scratch import scratch
from assistant.data.splitting.leakage.search import leakage_of
from assistant.data.splitting.pool import Pool
from assistant.data.splitting.same.near import Same
from assistant.data.splitting.split import SPLITS
from tests.beside import beside

ANSWER = "Rest in a dark and quiet room, drink a glass of water every hour, and call a doctor on the third day."
WORDS = st.sampled_from(["what", "is", "the", "cause", "of", "a", "mild", "fever", "in", "children", "and", "how"])
SENTENCES = st.lists(WORDS, min_size=3, max_size=14).map(" ".join)


def example(name: str, question: str, answer: str = "Nobody knows.", group: str | None = None, **more: object) -> Example:
    return Example(name, question, (answer,), name if group is None else group, **more)  # type: ignore[arg-type]


def groups_of(examples: Iterable[Example], settings: Duplicates) -> tuple[list[str], list[Same]]:
    """The joined group of each example, and what was told."""
    with scratch() as database:
        pool = Pool(database, Split())
        for each in examples:
            pool.add(each)
        told = list(pool.same(settings))
        pool.deal(Limit())
        return [each.group for _, each, _ in pool.dealt()], told


def test_near_questions_join_their_groups_and_far_ones_do_not() -> None:
    asked = "What are the symptoms of paraganglioma of type 1?"
    rows = [example("a", asked), example("b", asked.replace("1", "4"), "Another."), example("c", "How is a migraine treated?", "Rest.")]
    groups, told = groups_of(rows, Duplicates())
    assert groups[0] == groups[1] != groups[2]
    assert [(same.kind, same.number, same.other, same.what) for same in told] == [("near", 2, 1, "question")]
    assert groups_of(rows, Duplicates(near="ignore")) == (["a", "b", "c"], [])
    assert groups_of(rows, Duplicates(near_above=0.99)) == (["a", "b", "c"], [])


@pytest.mark.parametrize("other", [ANSWER, ANSWER.replace("third day", "fourth")], ids=["equal", "near"])
def test_the_answer_of_a_few_questions_joins_them_and_boilerplate_does_not(other: str) -> None:
    few = [example("a", "How is a migraine treated?", ANSWER), example("b", "Whom to ask about sunstroke?", other), example("c", "Why?", "So.")]
    groups, told = groups_of(few, Duplicates())
    assert groups[0] == groups[1] != groups[2]
    assert [same.what for same in told] == ["answer"]
    many = [example(str(n), f"{n} {n * 7} {n * 31} {n * 101}?", other if n % 2 else ANSWER) for n in range(12)]
    with scratch() as database:
        pool = Pool(database, Split())
        for each in many:
            pool.add(each)
        assert list(pool.same(Duplicates())) == []
        assert pool.found["near"].boilerplate == len(many) and pool.found["near"].groups_joined == 0


def test_a_short_answer_joins_nothing() -> None:
    assert groups_of([example("a", "Is it contagious?", "Yes."), example("b", "Does aspirin thin the blood?", "Yes.")], Duplicates())[0] == ["a", "b"]


def test_what_is_the_same_in_both_is_told_once_with_one_that_stays() -> None:
    rows = [example(str(n), f"How is a bad migraine of children treated{' ' * n}{'?' * n}", f"{ANSWER}{'!' * n}") for n in range(4)]
    _, told = groups_of(rows, Duplicates(near="drop"))
    assert [(same.number, same.other) for same in told if same.what == "both"] == [(2, 1), (3, 1), (4, 1)]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(SENTENCES, SENTENCES), min_size=1, max_size=30), st.integers(0, 5))
def test_no_near_question_is_left_between_splits(rows: list[tuple[str, str]], seed: int) -> None:
    with scratch() as database:
        pool = Pool(database, Split(train=1, validation=1, test=1, seed=seed))
        for n, (question, answer) in enumerate(rows):
            pool.add(example(str(n), question, answer))
        list(pool.same(Duplicates()))
        pool.deal(Limit())
        train, test = list(pool.examples("train")), list(pool.examples("test"))
    counts = leakage_of(test, train).counts
    assert counts["near_question"] == counts["question"] == counts["question_and_answer"] == 0


def test_a_split_of_real_rows_is_clean_and_its_largest_group_is_small() -> None:
    real = [json.loads(line) for line in beside("medquad.dev.jsonl").read_text(encoding="utf-8").splitlines()]
    with scratch() as database:
        pool = Pool(database, Split())
        for n, row in enumerate(real):
            pool.add(example(str(n), row["question"], row["answer"]))
        told = list(pool.same(Duplicates()))
        pool.deal(Limit())
        assert pool.largest_group() <= 30
        assert pool.found["near"].boilerplate >= 300
        assert {same.what for same in told} == {"question", "answer", "both"}
        counts = leakage_of(list(pool.examples("test")), pool.examples("train")).counts
    assert counts["near_question"] == counts["question"] == counts["question_and_answer"] == counts["answer"] == 0


def test_what_is_left_out_falls_to_no_split_and_is_compared_with_nothing() -> None:
    with scratch() as database:
        pool = Pool(database, Split(train=1, validation=0, test=0))
        marks = {"a": "?", "b": "??", "c": "!"}
        numbers = [pool.add(example(name, f"What is the cause of a mild fever in children{mark}")) for name, mark in marks.items()]
        assert numbers == [1, 2, 3]
        pool.leave_out(2)
        assert [(same.number, same.other) for same in pool.same(Duplicates()) if same.what == "both"] == [(3, 1)]
        pool.deal(Limit())
        assert [each.id for each in pool.examples("train")] == ["a", "c"]
        assert pool.count() == 2 and pool.summary("train")["examples"] == 2


def test_an_example_comes_back_as_it_went_in() -> None:
    given_ = example("a", "Why?", "So.", made_by="typos", weight=2.5, place=Place("faq.zip/page.html", 7), tags={"kind": "x"})
    with scratch() as database:
        pool = Pool(database, Split(train=1, validation=0, test=0))
        assert pool.add(given_) == 1
        assert pool.add(example("other", " WHY? ", "so.")) is None
        assert pool.duplicate_of(example("other", " WHY? ", "so.")) == "a" and pool.duplicate_of(example("b", "Who?")) is None
        pool.deal(Limit())
        for back in (pool.example(1), next(pool.each())[1], next(pool.examples("train")), next(pool.dealt())[1]):
            assert back == given_ and back.place == given_.place and (back.made_by, back.weight) == ("typos", 2.5)


def test_beyond_a_limit_an_example_has_no_split() -> None:
    with scratch() as database:
        pool = Pool(database, Split(train=1, validation=0, test=0))
        for n in range(5):
            pool.add(example(str(n), f"question {n}?"))
        pool.deal(Limit(train=2))
        assert sorted(str(split) for _, _, split in pool.dealt()) == ["None", "None", "None", "train", "train"]
        assert all(split in (None, *SPLITS) for _, _, split in pool.dealt())


def test_meaning_wants_somebody_who_gives_embeddings() -> None:
    with scratch() as database, pytest.raises(ValueError, match="embeddings"):
        list(Pool(database, Split()).same(Duplicates(meaning="group")))


def test_questions_that_mean_the_same_join_their_groups() -> None:
    from assistant.models.sentences import load_encoder

    with scratch() as database:
        pool = Pool(database, Split())
        for name, question in (("a", "How do I reset my password?"), ("b", "What is the capital of France?"), ("c", "How can I reset my password?")):
            pool.add(example(name, question, f"{name}."))
        told = list(pool.same(Duplicates(near="ignore", meaning="group", meaning_above=0.85), load_encoder().encode))
        pool.deal(Limit())
        groups = [each.group for _, each, _ in pool.dealt()]
    assert [(same.kind, same.number, same.other) for same in told] == [("meaning", 3, 1)]
    assert groups[0] == groups[2] != groups[1]
