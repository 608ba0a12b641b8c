"""Classes brought to like numbers: the formulas, and rows that stay where they were as others come."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.recipe_data import Balance
from assistant.data.enlarging.balance import REPEATED, Filling, apply, classes_of, plan
from tests.data.enlarging.small import example

COUNTS = {"a": 40, "b": 10, "c": 3}
SETTINGS = st.builds(
    Balance,
    tag=st.just("kind"),
    by=st.sampled_from(["oversample", "undersample", "weights"]),
    strength=st.floats(0, 1),
    most=st.floats(1, 20),
)


def train(counts=COUNTS, untagged: int = 2):
    rows = [example(f"What is {name}{number}?", f"{name}{number}", kind=name) for name, count in counts.items() for number in range(count)]
    return rows + [example(f"Who is {number}?", f"none{number}") for number in range(untagged)]


def balanced(rows, seed: int = 0, **keys):
    settings = Balance(tag="kind", **keys)
    decided = plan(classes_of(rows, "kind"), settings)
    return list(apply(lambda: iter(rows), decided, seed)), decided


def test_oversampling_makes_all_equal():
    rows, decided = balanced(train(), by="oversample", most=20)
    assert classes_of(rows, "kind") == {"a": 40, "b": 40, "c": 40} == decided.after
    assert sum("kind" not in row.tags for row in rows) == 2
    assert len({row.id for row in rows}) == len(rows)
    again = [row for row in rows if row.made_by]
    assert len(again) == 30 + 37 and {row.made_by for row in again} == {REPEATED}
    times = Counter(row.id.split("+")[0] for row in rows if row.tags.get("kind") == "c")
    assert set(times.values()) == {13, 14}


def test_no_row_is_repeated_more_often_than_told():
    rows, _ = balanced(train(), by="oversample", most=2.5)
    assert classes_of(rows, "kind") == {"a": 40, "b": 25, "c": 8}


def test_half_strength_goes_half_of_the_way():
    assert plan(COUNTS, Balance(tag="kind", by="oversample", strength=0.5)).after == {"a": 40, "b": 20, "c": round((3 * 40) ** 0.5)}
    assert plan(COUNTS, Balance(tag="kind", by="undersample", strength=0.5)).after == {"a": round((40 * 3) ** 0.5), "b": round(30**0.5), "c": 3}


def test_undersampling_is_stable_as_rows_come():
    before, _ = balanced(train(), by="undersample")
    assert classes_of(before, "kind") == {"a": 3, "b": 3, "c": 3}
    after, _ = balanced([*train(), example("New?", "new", kind="a")], by="undersample")
    assert len({row.id for row in before} - {row.id for row in after}) <= 1
    assert {row.id for row in balanced(train(), seed=1, by="undersample")[0]} != {row.id for row in before}


def test_by_weights_every_class_counts_the_same():
    rows, decided = balanced(train(), by="weights", most=100)
    sums = Counter()
    for row in rows:
        sums[row.tags.get("kind", "")] += row.weight
    assert sums[""] == 2 and sums["a"] == pytest.approx(sums["b"]) == pytest.approx(sums["c"])
    assert len(rows) == len(train()) and decided.to_json()["weights"]["c"] == pytest.approx(53 / 9, abs=1e-5)


def test_what_the_cap_takes_from_some_the_others_get():
    weights = plan(COUNTS, Balance(tag="kind", most=2)).weights
    assert weights["c"] == 2 and weights["b"] <= 2
    assert sum(COUNTS[name] * weights[name] for name in COUNTS) == pytest.approx(53)


@given(counts=st.dictionaries(st.text(max_size=3), st.integers(1, 10_000), min_size=1, max_size=8), settings=SETTINGS)
def test_laws(counts, settings):
    decided = plan(counts, settings)
    total = sum(counts.values())
    assert sum(counts[name] * decided.weights[name] for name in counts) == pytest.approx(total)
    assert max(decided.weights.values()) <= settings.most * (1 + 1e-9)
    for name, count in counts.items():
        if settings.by == "oversample":
            assert count <= decided.after[name] <= max(counts.values())
        elif settings.by == "undersample":
            assert 1 <= decided.after[name] <= count
        else:
            assert decided.after[name] == count
    ordered = sorted(counts, key=counts.__getitem__)
    assert all(decided.weights[one] >= decided.weights[other] * (1 - 1e-9) for one, other in pairwise(ordered))


@given(
    settings=SETTINGS.filter(lambda settings: settings.by != "weights"),
    counts=st.fixed_dictionaries({"a": st.integers(1, 30), "b": st.integers(1, 9)}),
)
def test_what_is_planned_is_what_comes(settings, counts):
    decided = plan(counts, settings)
    rows = list(apply(lambda: train(counts), decided, 0))
    assert classes_of(rows, "kind") == decided.after


def test_nothing_to_balance_changes_nothing():
    rows = [replace(row, tags={}) for row in train()]
    assert balanced(rows, by="oversample")[0] == rows
    assert balanced(train(), by="oversample", strength=0)[0] == train()


def test_small_classes_are_filled_up_first():
    filling = Filling(COUNTS, Balance(tag="kind", most=20), per_row=5)
    wanted = Counter()
    for row in train():
        wanted[row.tags.get("kind", "")] += filling.wanted(row)
    assert wanted == {"a": 0, "b": 30, "c": 15, "": 0}


def test_what_could_not_be_made_of_one_is_asked_of_the_next():
    filling = Filling({"a": 6, "b": 3}, Balance(tag="kind"), per_row=3)
    first, second, third = (example("?", str(number), kind="b") for number in range(3))
    assert filling.wanted(first) == 1
    filling.missed(first, 1)
    assert filling.wanted(second) == 2
    assert filling.wanted(third) == 1
