"""Examples that come one by one are sorted out as a list of them is, and no file is ever held."""

from __future__ import annotations

import csv
import json
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.home import Home
from assistant.core.recipe_data import Limit, Split
from assistant.core.recipe_file import load_recipe
from assistant.data.checking import inspector
from assistant.data.example import Example
from assistant.data.prepare import prepare
from assistant.data.scratch import scratch
from assistant.data.splitting.groups import Groups, share
from assistant.data.splitting.pool import Pool
from assistant.data.splitting.split import SPLITS, drop_duplicates, join_groups, limit_splits, split_at, split_examples

NAMES = st.text("abcdefgh", min_size=1, max_size=2)
LIMITS = st.builds(Limit, train=st.none() | st.integers(1, 9), validation=st.none() | st.integers(1, 3), test=st.none() | st.integers(1, 3))


@st.composite
def data_sets(draw: st.DrawFn) -> list[Example]:
    rows = draw(st.lists(st.tuples(NAMES, NAMES, NAMES, NAMES), max_size=40))
    return [Example(name, question, (answer,) * 2, group, {"kind": answer}) for name, question, group, answer in rows]


def filled(pool: Pool, examples: Iterable[Example], limit: Limit) -> Pool:
    for example in examples:
        pool.add(example)
    pool.deal(limit)
    return pool


@given(data_sets(), LIMITS, st.integers(0, 3))
def test_a_pool_deals_as_lists_are_dealt(examples: list[Example], limit: Limit, seed: int) -> None:
    split = Split(train=2, validation=1, test=1, seed=seed)
    kept, repeats = drop_duplicates(join_groups(examples, seed))
    whole = split_examples(kept, split)
    expected = limit_splits(whole, limit, seed)
    with scratch() as database:
        pool = filled(Pool(database, split), examples, limit)
        assert {name: list(pool.examples(name)) for name in SPLITS} == expected
        assert pool.count() == len(kept)
        assert pool.groups() == (len({e.group for e in examples}), len({e.group for e in kept}))
        assert dict(pool.unique.dropped.most_common()) == repeats.dropped
        assert (pool.unique.renamed.total(), list(pool.unique.renamed.most_common(2))) == (repeats.renamed.total(), repeats.renamed.most_common(2))
        for name in SPLITS:
            words = sorted(len(e.answers[0].split()) for e in expected[name])
            assert pool.summary(name) == {
                "examples": len(expected[name]),
                "left_out_by_limit": len(whole[name]) - len(expected[name]),
                "groups": len({e.group for e in expected[name]}),
                "answer_words": {"min": words[0], "median": words[len(words) // 2], "max": words[-1]} if words else None,
            }


@given(data_sets(), st.integers(0, 3))
def test_the_shares_under_another_seed_are_those_of_its_joined_groups(examples: list[Example], seed: int) -> None:
    with scratch() as database:
        groups = Groups(database, 0)
        numbers = [groups.add(example) for example in examples]
        before = [groups.name_of(number) for number in numbers]
        groups.flatten()
        assert [groups.name_of(number) for number in numbers] == before
        assert sorted(groups.shares(seed)) == sorted(share(seed, name) for name in {e.group for e in join_groups(examples, seed)})


def test_a_long_chain_of_groups_is_one_wherever_it_begins() -> None:
    chain = [Example(f"{n}{side}", f"question {n + side}?", ("a",), f"group {n}") for n in range(500) for side in (0, 1)]
    for order in (chain, chain[::-1], chain[::2] + chain[1::2]):
        assert len({example.group for example in join_groups(order, 0)}) == 1


def test_a_seed_that_works_gives_every_split_its_examples() -> None:
    examples = [Example(str(n), f"question {n}?", ("a",), f"group {n % 4}") for n in range(20)]
    split = Split(train=1, validation=1, test=1)
    with scratch() as database:
        seed = filled(Pool(database, split), examples, Limit()).seed_that_works()
    assert seed is not None
    with scratch() as database:
        assert filled(Pool(database, split.model_copy(update={"seed": seed})), examples, Limit()).empty_split() is None


def test_too_few_groups_have_no_seed_that_works() -> None:
    with scratch() as database:
        pool = filled(Pool(database, Split()), [Example(str(n), "q?", (str(n),), f"g{n}") for n in range(9)], Limit())
        assert pool.seed_that_works() is None
        assert pool.empty_split() is not None


@pytest.mark.parametrize(("split", "places"), [(Split(train=1, validation=1, test=2), {0: 0, 0.2499: 0, 0.25: 1, 0.4999: 1, 0.5: 2, 0.9999: 2})])
def test_a_split_begins_where_the_one_before_it_ends(split: Split, places: dict[float, int]) -> None:
    assert {place: SPLITS.index(split_at(place, split)) for place in places} == places


# Memory.

ROWS = 1200
TEXT = "w" * 10_000
"""One row of 10 kB, so that a file of them is larger by far than all that Python holds otherwise."""


def rows() -> Iterator[dict[str, Any]]:
    return ({"id": str(n), "question": f"question {n}?", "answer": f"{n} {TEXT}", "topic": f"t{n // 5}"} for n in range(ROWS))


def write(path: Path, kind: str) -> None:
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(list(rows())), path)
    elif kind in ("csv", "tsv"):
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, ["id", "question", "answer", "topic"], delimiter="," if kind == "csv" else "\t")
            writer.writeheader()
            writer.writerows(rows())
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows()))
    elif kind == "old Mac":
        path.write_text("\r".join(json.dumps(row) for row in rows()), newline="")
    elif kind == "broken":
        path.write_text("broken\n" * 10_000 + "".join(json.dumps(row) + "\n" for row in rows()))
    else:
        path.write_text(json.dumps(list(rows()) if kind == "list" else {"version": 1, "data": list(rows())}))


def loaded(folder: Path) -> None:
    """Prepare a few rows, so that every library is there whose own memory is none of the rows'."""
    folder.mkdir()
    few = ({"question": f"{word}?", "answer": f"It is {word}."} for word in ("Copper", "Linen", "Granite", "Willow", "Amber", "Cotton"))
    (folder / "few.jsonl").write_text("".join(json.dumps(row) + "\n" for row in few))
    (folder / "recipe.yaml").write_text("name: few\ndata: {files: [few.jsonl], split: {train: 1, validation: 0, test: 0}}\n")
    prepare(load_recipe(folder), Home(folder / "home"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.jsonl", "jsonl"),
        ("a.jsonl", "old Mac"),
        ("a.jsonl", "broken"),
        ("a.csv", "csv"),
        ("a.tsv", "tsv"),
        ("a.parquet", "parquet"),
        ("a.json", "list"),
        ("a.json", "list in an object"),
    ],
)
def test_no_format_is_held_while_it_is_prepared(tmp_path: Path, name: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Megabytes that do not grow with the file; with less of them a smaller file shows what does.
    monkeypatch.setattr(inspector, "BATCH_CHARACTERS", 400_000)
    write(tmp_path / name, kind)
    # What is held out is held while it is searched for in train.
    without = "check: {language: ignore, toxic: ignore, too_long: ignore, personal_data: ignore}, split: {train: 98, validation: 1, test: 1}"
    (tmp_path / "recipe.yaml").write_text(f"name: x\ndata: {{files: [{name}], group: topic, duplicates: {{near: ignore}}, {without}}}\n")
    recipe = load_recipe(tmp_path)
    loaded(tmp_path / "before")
    tracemalloc.start()
    try:
        prepared = prepare(recipe, Home(tmp_path / "home"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(map(len, prepared.splits.values())) == ROWS
    assert peak < 0.65 * ROWS * len(TEXT)
