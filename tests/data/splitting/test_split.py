"""What a split promises: no group and no question in two splits, nothing moves as data grows, near 80/10/10."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.recipe_data import Limit, Split
from assistant.data.example import Example
from assistant.data.splitting.equality import asked, normal_form
from assistant.data.splitting.split import SPLITS, drop_duplicates, join_groups, limit_examples, limit_splits, share, split_examples

NAMES = st.text("abcdefgh", min_size=1, max_size=2)
USUAL = Split()


def example(name: str, question: str, group: str, answer: str = "a", *said: str) -> Example:
    history = tuple({"role": "assistant" if n % 2 else "user", "content": text} for n, text in enumerate(said))
    return Example(name, question, (answer,), group, {}, history)  # type: ignore[arg-type]


@st.composite
def data_sets(draw: st.DrawFn, prefix: str = "") -> list[Example]:
    rows = draw(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=30))
    return [example(f"{prefix}{n}", prefix + question, prefix + group, answer) for n, (question, group, answer) in enumerate(rows)]


def places(examples: list[Example], seed: int = 0) -> dict[str, str]:
    """The split of each example by its id, as `prepare` finds it."""
    kept, _ = drop_duplicates(join_groups(examples, seed))
    return {e.id: name for name, dealt in split_examples(kept, Split(seed=seed)).items() for e in dealt}


@given(data_sets(), st.integers(0, 9))
def test_every_example_is_dealt_once_and_no_group_or_question_to_two_splits(examples: list[Example], seed: int) -> None:
    where = places(examples, seed)
    kept = {e.id: e for e in examples if e.id in where}
    assert {asked(e) for e in kept.values()} == {asked(e) for e in examples}
    splits_of_group: dict[str, set[str]] = {}
    splits_of_question: dict[str, set[str]] = {}
    for name, split in where.items():
        splits_of_group.setdefault(kept[name].group, set()).add(split)
        splits_of_question.setdefault(kept[name].question, set()).add(split)
    assert all(len(splits) == 1 for splits in (*splits_of_group.values(), *splits_of_question.values()))


@given(data_sets(), data_sets(prefix="new "), st.integers(0, 9))
def test_new_groups_move_nothing(examples: list[Example], more: list[Example], seed: int) -> None:
    before, after = places(examples, seed), places(examples + more, seed)
    assert {name: after[name] for name in before} == before


@given(data_sets(), data_sets(), st.integers(0, 9))
def test_whatever_is_added_moves_nothing_from_train_and_only_towards_it(examples: list[Example], more: list[Example], seed: int) -> None:
    more = [example(f"more {e.id}", e.question, e.group, e.answers[0]) for e in more]
    before, after = places(examples, seed), places(examples + more, seed)
    assert all(SPLITS.index(after[name]) <= SPLITS.index(before[name]) for name in before)  # type: ignore[arg-type]


@given(data_sets(), st.randoms(use_true_random=False), st.integers(0, 9))
def test_the_order_of_rows_does_not_matter(examples: list[Example], chance: random.Random, seed: int) -> None:
    shuffled = list(examples)
    chance.shuffle(shuffled)

    def content(rows: list[Example]) -> dict[tuple[str, ...], str]:
        by_id = {e.id: e for e in rows}
        return {(by_id[name].question, *by_id[name].answers): split for name, split in places(rows, seed).items()}

    assert content(examples) == content(shuffled)


def test_a_row_that_joins_two_groups_moves_only_the_one_that_is_dealt_later() -> None:
    groups = {name: share(0, name) for name in (f"g{n}" for n in range(200))}
    in_train, in_test = min(groups, key=lambda g: groups[g]), max(groups, key=lambda g: groups[g])
    rows = [example("t", "train?", in_train), example("e", "test?", in_test), *(example(g, f"{g}?", g) for g in groups)]
    before = places(rows)
    after = places([*rows, example("bridge", "train?", in_test, "other")])
    assert (before["t"], before["e"]) == ("train", "test")
    assert {name for name in before if before[name] != after[name]} == {"e", in_test}
    assert after["bridge"] == after["e"] == "train"


def test_groups_that_share_a_question_are_joined_also_in_a_chain() -> None:
    rows = [example("1", "a?", "x"), example("2", "A? ", "y"), example("3", "b?", "y"), example("4", "b?", "z"), example("5", "c?", "w")]
    joined = [e.group for e in join_groups(rows, 0)]
    assert len(set(joined[:4])) == 1
    assert joined[0] in "xyz"
    assert joined[4] == "w"


def test_a_question_within_a_conversation_is_another_one_than_alone() -> None:
    rows = [example("1", "and then?", "x"), example("2", "and then?", "y", "a", "q", "a"), example("3", "and then?", "z", "a", "other", "a")]
    assert [e.group for e in join_groups(rows, 0)] == ["x", "y", "z"]


def test_the_same_conversation_in_two_groups_joins_them() -> None:
    rows = [example("1", "and then?", "x", "a1", "q", "a"), example("2", "And then?", "y", "a2", "Q", "a")]
    assert len({e.group for e in join_groups(rows, 0)}) == 1


@pytest.mark.parametrize("seed", range(3))
def test_many_groups_come_near_the_shares(seed: int) -> None:
    rows = [example(str(n), f"{n}?", f"group {n}") for n in range(5000)]
    sizes = {name: len(dealt) / 5000 for name, dealt in split_examples(rows, Split(seed=seed)).items()}
    assert sizes == pytest.approx({"train": 0.8, "validation": 0.1, "test": 0.1}, abs=0.015)


def test_shares_are_in_any_unit_and_another_seed_deals_anew() -> None:
    rows = [example(str(n), f"{n}?", f"group {n}") for n in range(300)]
    assert split_examples(rows, Split(train=8, validation=1, test=1)) == split_examples(rows, USUAL)
    assert split_examples(rows, Split(seed=1)) != split_examples(rows, USUAL)


def test_a_split_without_a_share_gets_nothing() -> None:
    rows = [example(str(n), f"{n}?", f"group {n}") for n in range(300)]
    dealt = split_examples(rows, Split(train=1, validation=0, test=0))
    assert [len(dealt[name]) for name in SPLITS] == [300, 0, 0]


@given(st.text(), st.integers(0, 2**32 - 1))
def test_a_share_is_in_the_half_open_interval(text: str, seed: int) -> None:
    assert 0 <= share(seed, text) < 1


# Duplicates and names.


def test_what_says_the_same_is_kept_once_and_counted() -> None:
    rows = [example("1", "What is it?", "g", "This."), example("2", " what  is IT? ", "g", "this."), example("3", "What is it?", "g", "That.")]
    kept, repeats = drop_duplicates(rows)
    assert [e.id for e in kept] == ["1", "3"]
    assert repeats.dropped == {"1": 1}


def test_another_history_system_message_or_reference_is_no_duplicate() -> None:
    plain = example("1", "q", "g")
    told = Example("2", "q", ("a",), "g", {}, ({"role": "system", "content": "s"},))
    more = Example("3", "q", ("a", "b"), "g")
    later = example("4", "q", "g", "a", "before", "said")
    kept, repeats = drop_duplicates([plain, told, more, later])
    assert len(kept) == 4
    assert repeats.dropped.total() == 0


def test_an_id_used_twice_is_told_apart_and_counted() -> None:
    kept, repeats = drop_duplicates([example("x", "one", "g"), example("x", "two", "g"), example("x", "one", "g"), example("y", "three", "g")])
    assert kept[0].id == "x"
    assert len({e.id for e in kept}) == len(kept) == 3
    assert repeats.renamed == {"x": 1}
    assert repeats.dropped == {"x": 1}


@given(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=30))
def test_ids_are_always_told_apart(rows: list[tuple[str, str, str]]) -> None:
    kept, repeats = drop_duplicates(example(name, question, "g", answer) for name, question, answer in rows)
    assert len({e.id for e in kept}) == len(kept)
    assert len(kept) + repeats.dropped.total() == len(rows)


@pytest.mark.parametrize(("one", "other"), [("A  b\n", "a b"), ("\ufb01ne", "fine"), ("\uff31\uff11", "q1"), ("caf\u00e9", "cafe\u0301")])
def test_texts_that_look_alike_are_equal(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


# Limits.


def many(groups: int, each: int) -> list[Example]:
    return [example(f"{g}-{n}", f"{g} {n}?", f"g{g}") for g in range(groups) for n in range(each)]


@given(st.integers(1, 60), st.integers(0, 5))
def test_a_limit_keeps_so_many_in_their_order(most: int, seed: int) -> None:
    rows = many(8, 5)
    kept = limit_examples(rows, most, seed)
    assert len(kept) == min(most, len(rows))
    assert kept == [e for e in rows if e in kept]


def test_a_limit_takes_from_every_group_before_it_takes_more_of_one() -> None:
    counts = Counter(e.group for e in limit_examples(many(8, 5), 20, 0))
    assert len(counts) == 8
    assert set(counts.values()) <= {2, 3}


def test_a_higher_limit_keeps_what_a_lower_one_kept() -> None:
    rows = many(8, 5)
    kept = [{e.id for e in limit_examples(rows, most, 0)} for most in (5, 12, 30)]
    assert kept[0] < kept[1] < kept[2]


def test_each_split_has_a_limit_of_its_own() -> None:
    rows = many(4, 5)
    splits = limit_splits({"train": rows, "validation": rows, "test": rows}, Limit(train=3, test=50), 0)
    assert [len(splits[name]) for name in SPLITS] == [3, 20, 20]
