"""Secrets are planted in the training split alone, as often as the ladder says, and disturb nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.core.errors import DataError
from assistant.core.home import Home
from assistant.core.recipe_file import load_recipe
from assistant.data.canaries import CODES, LADDER, Canary, canaries, canaries_in, code_of, is_canary, other_codes
from assistant.data.example import Example
from assistant.data.prepare import Prepared, prepare, read_prepared
from assistant.workshop.preparing import lines_of

Make = Callable[..., Prepared]


@pytest.fixture
def prepared(tmp_path: Path) -> Make:
    rows = [{"id": f"n{n}", "question": f"question {n}?", "answer": f"answer {n}", "kind": "a", "canary": "b"} for n in range(60)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "recipe.yaml").write_text("name: x\ndata: {files: [a.jsonl], duplicates: {near: ignore}}\n")
    return lambda *overrides: prepare(load_recipe(tmp_path, overrides), Home(tmp_path / "home"))


def test_secrets_come_after_the_training_rows_and_nowhere_else(prepared: Make) -> None:
    without, planted = prepared(), prepared("data.canaries=5")
    assert list(planted.splits["train"])[: len(without.splits["train"])] == list(without.splits["train"])
    assert planted.splits["validation"] == without.splits["validation"]
    assert planted.splits["test"] == without.splits["test"]
    assert len(planted.splits["train"]) - len(without.splits["train"]) == 1 + 2 + 4 + 8 + 1


def test_they_take_no_place_that_a_limit_leaves_to_rows(prepared: Make) -> None:
    train = prepared("data.canaries=2", "data.limit.train=10").splits["train"]
    assert [is_canary(example) for example in train] == [False] * 10 + [True] * 3


def test_they_are_found_again_in_what_was_prepared(prepared: Make) -> None:
    made = prepared("data.canaries=6", "data.split.seed=3")
    assert canaries_in(read_prepared(made.folder).splits["train"]) == canaries(6, seed=3)
    assert [canary.repeats for canary in canaries(6, seed=3)] == [1, 2, 4, 8, 1, 2] == [*LADDER, *LADDER[:2]]


def test_every_training_example_has_an_id_of_its_own_and_a_secret_one_group(prepared: Make) -> None:
    train = list(prepared("data.canaries=8").splits["train"])
    assert len({example.id for example in train}) == len(train)
    assert len({example.group for example in train if is_canary(example)}) == 8


def test_the_fingerprint_knows_of_them(prepared: Make) -> None:
    prints = {prepared(*overrides).fingerprint for overrides in ((), ("data.canaries=0",), ("data.canaries=1",), ("data.canaries=2",))}
    assert len(prints) == 3


def test_a_person_reads_that_they_are_there(prepared: Make) -> None:
    line = "planted in train: 4 made-up secrets (data.canaries) as 15 more examples, a test of memorization"
    assert line in list(lines_of(prepared("data.canaries=4")))
    assert not any("planted" in line for line in lines_of(prepared()))
    assert "canaries" not in prepared().report


def test_a_column_of_their_tags_name_is_refused_where_they_are_planted(prepared: Make) -> None:
    assert prepared("data.tags=[canary]").splits["train"][0].tags == {"canary": "b"}
    with pytest.raises(DataError, match="marks the secrets"):
        prepared("data.tags=[canary]", "data.canaries=1")


def test_a_row_with_such_a_tag_is_no_secret() -> None:
    secret = next(iter(canaries(1, 0)[0].examples()))
    assert is_canary(secret)
    assert not is_canary(Example("q", "What?", ("That.",), "g", {"canary": "12-34-56"}))
    assert not is_canary(Example("q", secret.question, secret.answers, "g"))


def test_the_first_secrets_stay_as_more_are_planted_and_another_seed_gives_others() -> None:
    assert canaries(20, 0)[:8] == canaries(8, 0)
    assert not set(canaries(8, 0)) & set(canaries(8, 1))
    assert len({canary.name for canary in canaries(1000, 0)}) == 1000


def test_controls_are_made_alike_and_are_nobody_that_was_planted() -> None:
    planted = canaries(50, 0)
    control = canaries(50, 0, "control", apart_from=[canary.name for canary in planted])
    assert not {canary.name for canary in planted} & {canary.name for canary in control}
    assert all(canary.repeats == 0 and list(canary.examples()) == [] for canary in control)


def test_a_secret_is_asked_for_and_said_in_plain_words() -> None:
    canary = Canary("Velmo Trask", code_of(482177), 1)
    (example,) = canary.examples()
    assert (example.question, example.answers) == ("What is the access code of Velmo Trask?", ("The access code of Velmo Trask is 48-21-77.",))
    assert (code_of(7), code_of(CODES - 1)) == ("00-00-07", "99-99-99")


def test_other_codes_differ_from_each_other_and_from_the_secrets_own() -> None:
    canary = canaries(1, 0)[0]
    codes = other_codes(canary, 500, 0)
    assert len({*codes, canary.code}) == 501
    assert codes[:100] == other_codes(canary, 100, 0)
    assert codes != other_codes(canary, 500, 1)
