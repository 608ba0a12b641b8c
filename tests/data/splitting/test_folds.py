"""Folds: everything is held out once, no group is parted, sizes and values are alike."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.core.errors import DataError
from assistant.data.example import Example
from assistant.data.splitting.folds import folds

GROUPS = st.lists(st.tuples(st.integers(1, 9), st.sampled_from("xyz")), min_size=5, max_size=40)


def of_groups(groups: list[tuple[int, str]]) -> list[Example]:
    return [Example(f"{g}-{n}", f"{g} {n}?", ("a",), str(g), {"kind": kind}) for g, (size, kind) in enumerate(groups) for n in range(size)]


@given(GROUPS, st.integers(2, 5), st.integers(0, 3), st.sampled_from([None, "kind"]))
@settings(deadline=None)
def test_every_example_is_held_out_once_and_learned_from_otherwise(groups: list[tuple[int, str]], k: int, seed: int, tag: str | None) -> None:
    examples = of_groups(groups)
    dealt = folds(examples, k, seed, tag)
    held = [{example.id for example in dealt.held_out(fold, examples)} for fold in range(k)]
    assert sum(map(len, held)) == len(examples) == len(set.union(*held))
    assert dealt.sizes == tuple(map(len, held))
    for fold in range(k):
        train = list(dealt.train(fold, examples))
        assert {example.id for example in train} == {example.id for example in examples} - held[fold]
        assert not {example.group for example in train} & {example.group for example in dealt.held_out(fold, examples)}
    assert folds(examples[::-1], k, seed, tag) == dealt


@given(GROUPS, st.integers(2, 5))
@settings(deadline=None)
def test_folds_differ_by_no_more_than_a_group(groups: list[tuple[int, str]], k: int) -> None:
    sizes = folds(of_groups(groups), k).sizes
    assert max(sizes) - min(sizes) <= max(size for size, _ in groups)


def test_values_have_like_shares_in_every_fold() -> None:
    examples = of_groups([(1, "x")] * 50 + [(2, "y")] * 10 + [(5, "z")] * 5)
    dealt = folds(examples, 5, stratify="kind")
    assert all(Counter(each.tags["kind"] for each in dealt.held_out(fold, examples)) == {"x": 10, "y": 4, "z": 5} for fold in range(5))


def test_another_seed_deals_anew() -> None:
    examples = of_groups([(1, "x")] * 50)
    assert folds(examples, 5, 0).fold_of != folds(examples, 5, 1).fold_of


def test_what_was_made_is_learned_from_with_its_group_and_never_held_out() -> None:
    made = [Example(f"m{g}", f"made {g}?", ("a",), str(g), made_by="typos") for g in range(5)]
    examples = [*of_groups([(1, "x")] * 5), *made]
    dealt = folds(examples, 5)
    assert dealt.sizes == (1,) * 5
    assert not any(example.made_by for fold in range(5) for example in dealt.held_out(fold, examples))
    assert all(len(list(dealt.train(fold, examples))) == 8 for fold in range(5))


@pytest.mark.parametrize(("groups", "k"), [(3, 4), (3, 1), (0, 2)])
def test_too_few_groups_or_folds_are_refused(groups: int, k: int) -> None:
    with pytest.raises(DataError):
        folds(of_groups([(1, "x")] * groups), k)
