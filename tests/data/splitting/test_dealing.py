"""Strata get their shares, what was dealt before stays, and no group is ever parted."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.core.errors import DataError
from assistant.core.recipe_data import Limit, Split
from assistant.data.example import Example
from assistant.data.scratch import scratch
from assistant.data.splitting.keeping import Before, read_before
from assistant.data.splitting.pool import Pool
from assistant.data.splitting.split import SPLITS, SplitName

GROUPS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from("xyz")), min_size=1, max_size=60)


def row(name: str, group: str, kind: str = "", question: str | None = None, answer: str = "a") -> Example:
    return Example(name, question or f"{name}?", (answer,), group, {"kind": kind} if kind else {})


def dealt(examples: Iterable[Example], split: Split, before: Iterable[Before] = ()) -> dict[str, tuple[str, SplitName]]:
    """The joined group and the split of each example by its id."""
    with scratch() as database:
        pool = Pool(database, split)
        for example in examples:
            pool.add(example)
        pool.deal(Limit(), before)
        return {example.id: (example.group, where) for _, example, where in pool.dealt() if where}


def of_groups(groups: list[tuple[int, str]]) -> list[Example]:
    return [row(f"{number}-{n}", str(number), kind) for number, (size, kind) in enumerate(groups) for n in range(size)]


@given(GROUPS, st.integers(0, 5), st.booleans(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_every_example_is_dealt_once_no_group_is_parted_and_the_order_does_not_matter(
    groups: list[tuple[int, str]], seed: int, stratify: bool, chance: random.Random
) -> None:
    examples = of_groups(groups)
    split = Split(seed=seed, stratify="kind" if stratify else None)
    where = dealt(examples, split)
    assert set(where) == {example.id for example in examples}
    splits_of = defaultdict(set)
    for group, name in where.values():
        splits_of[group].add(name)
    assert all(len(names) == 1 for names in splits_of.values())
    assert dealt(chance.sample(examples, len(examples)), split) == where


@given(GROUPS, st.integers(0, 5))
@settings(deadline=None)
def test_each_value_has_its_shares_within_a_group_and_a_large_one_goes_to_train(groups: list[tuple[int, str]], seed: int) -> None:
    examples = of_groups(groups)
    where = dealt(examples, Split(train=50, validation=25, test=25, seed=seed, stratify="kind"))
    largest = max(size for size, _ in groups)
    for kind in "xyz":
        counts = Counter(where[example.id][1] for example in examples if example.tags["kind"] == kind)
        for name, share in zip(SPLITS, (0.5, 0.25, 0.25), strict=True):
            assert abs(counts[name] - share * counts.total()) <= 2 * largest


def test_a_hundred_single_groups_of_a_value_are_dealt_to_the_row() -> None:
    examples = [row(f"{kind}{n}", f"{kind}{n}", kind) for kind in "xy" for n in range(100)]
    where = dealt(examples, Split(stratify="kind"))
    for kind in "xy":
        assert Counter(name for key, (_, name) in where.items() if key[0] == kind) == {"train": 80, "validation": 10, "test": 10}


def test_few_groups_of_many_values_are_not_all_rounded_alike() -> None:
    examples = [row(f"{kind}-{n}", f"{kind}-{n}", str(kind)) for kind in range(300) for n in range(3)]
    counts = Counter(name for _, name in dealt(examples, Split(stratify="kind")).values())
    assert counts["test"] == pytest.approx(90, abs=25) and counts["validation"] == pytest.approx(90, abs=25)


def test_a_stratified_split_hardly_moves_when_a_tenth_is_added() -> None:
    examples = [row(f"{n}", f"{n}", "xyz"[n % 3]) for n in range(2_200)]
    split = Split(stratify="kind")
    before, after = dealt(examples[:2_000], split), dealt(examples, split)
    moved = sum(after[name][1] != where for name, (_, where) in before.items())
    assert moved <= 0.03 * len(before)


def kept(where: dict[str, tuple[str, SplitName]], examples: Iterable[Example]) -> list[Before]:
    return [Before(example, where[example.id][1]) for example in examples if example.id in where]


@given(GROUPS, GROUPS, st.booleans())
@settings(deadline=None)
def test_what_was_dealt_before_stays_whatever_came_and_whatever_the_seed(
    groups: list[tuple[int, str]], more: list[tuple[int, str]], stratify: bool
) -> None:
    old = of_groups(groups)
    new = [row(f"new {each.id}", f"new {each.group}", each.tags["kind"]) for each in of_groups(more)]
    was = dealt(old, Split(seed=1))
    now = dealt([*new, *old], Split(seed=2, stratify="kind" if stratify else None), kept(was, old))
    assert {name: now[name][1] for name in was} == {name: where for name, (_, where) in was.items()}


def test_a_row_is_known_by_its_question_or_by_its_id_and_answers() -> None:
    before = [Before(row("a", "", question="Old?", answer="One."), "test"), Before(row("b", "", question="Same?", answer="Two."), "test")]
    now = [row("a", "g", question="Mended?", answer="one."), row("c", "h", question="same?", answer="Three."), row("b", "i", answer="Other.")]
    where = dealt(now, Split(train=1, validation=0, test=0), before)
    assert {name: split for name, (_, split) in where.items()} == {"a": "test", "c": "test", "b": "train"}


def test_what_was_learned_never_comes_into_a_test_and_what_moves_is_told() -> None:
    before = [Before(row("a", ""), "train"), Before(row("b", ""), "test"), Before(row("c", ""), "test")]
    with scratch() as database:
        pool = Pool(database, Split(train=0.001, validation=0, test=99))
        for example in (row("a", "joined"), row("b", "joined"), row("c", "own"), row("d", "joined")):
            pool.add(example)
        pool.deal(Limit(), before)
        where = {example.id: split for _, example, split in pool.dealt()}
        assert where == {"a": "train", "b": "train", "c": "test", "d": "train"}
        assert pool.kept() == {"groups": 2, "moved": {"test to train": 1}}


def test_an_earlier_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "clean.jsonl"
    least = {"id": "c", "split": "train", "question": "?", "answers": ["x"]}
    rows = [{**row("a", "g").to_json(), "split": "test"}, {**row("b", "g").to_json(), "split": None}, least]
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))
    assert [(each.example.id, each.split) for each in read_before(path)] == [("a", "test"), ("c", "train")]


@pytest.mark.parametrize(
    "content",
    [
        *("{", "[]", "3", '{"id": "a"}', "[" * 100_000, "\x00"),
        '{"id": "a", "split": "train", "question": "?", "answers": []}',
        '{"id": "a", "split": "gold", "question": "?", "answers": ["x"]}',
        '{"id": 1, "split": "train", "question": "?", "answers": ["x"]}',
        '{"id": "a", "split": "train", "question": "?", "answers": ["x"], "history": [3]}',
    ],
)
def test_a_file_of_another_kind_is_refused_with_its_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "clean.jsonl").write_text(content)
    with pytest.raises(DataError, match=r"clean\.jsonl:1"):
        list(read_before(tmp_path / "clean.jsonl"))


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xfa\n"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "clean.jsonl").write_bytes(content)
    with pytest.raises(DataError, match=r"data\.split\.keep"):
        list(read_before(tmp_path / "clean.jsonl"))


def test_groups_of_several_values_are_levelled_and_most_stay() -> None:
    chance = random.Random(0)
    examples = [row(f"{g}-{n}", str(g), chance.choice("vwxyz")) for g in range(300) for n in range(chance.randrange(1, 9))]
    where = dealt(examples, Split(stratify="kind"))
    for kind in "vwxyz":
        counts = Counter(where[example.id][1] for example in examples if example.tags["kind"] == kind)
        assert {name: counts[name] / counts.total() for name in SPLITS} == pytest.approx({"train": 0.8, "validation": 0.1, "test": 0.1}, abs=0.02)
    assert len({(group, split) for group, split in where.values()}) == 300
    more = [row(f"m{g}-{n}", f"m{g}", chance.choice("vwxyz")) for g in range(30) for n in range(chance.randrange(1, 9))]
    after = dealt([*examples, *more], Split(stratify="kind"))
    assert sum(after[name][1] != split for name, (_, split) in where.items()) <= 0.2 * len(where)
