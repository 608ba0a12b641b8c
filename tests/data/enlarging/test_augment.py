"""From train to new rows: what the sieve keeps, what it refuses and why; the same rows every time; written and read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from assistant.core.errors import DataError
from assistant.core.recipe_data import Data
from assistant.data.enlarging.augment import augment, local_rewriters, rewriter
from assistant.data.enlarging.made import Made, preview_lines, read_augmented
from assistant.data.enlarging.sieve import Draft, Sieve, draft_of
from assistant.data.enlarging.wording import numbers_of, overlap
from assistant.data.example import Example
from assistant.data.problems import Problem
from assistant.data.splitting.split import share, split_at
from tests.data.enlarging.small import example, health, known

METHODS = ("restructure", "context", "typos")


def data(**augment_keys) -> Data:
    return Data.model_validate({"files": ["x"], "tags": ["kind"], "group": "topic", "augment": {"methods": METHODS, **augment_keys}})


def angle(texts: Sequence[str]) -> np.ndarray:
    """An encoder of no sense: a text that holds "far" lies across all others."""
    return np.asarray([[0.0, 1.0] if "far" in text else [1.0, 0.0] for text in texts], dtype=np.float32)


def made_of(examples: list[Example], encode=None, most: int | None = None, **keys) -> tuple[list[Made], dict]:
    settings = data(**keys)
    with known(examples) as everything:
        sieve = Sieve(settings.augment, everything, encode)
        made = list(islice(augment(examples, settings.augment, local_rewriters(settings), sieve), most))
        return made, sieve.tally.to_json()


def judged(draft: Draft, there: Sequence[Example] = (), encode=angle, **keys) -> tuple[Made | None, dict]:
    with known([example("What is asthma?")], there) as everything:
        sieve = Sieve(data(**keys).augment, everything, encode)
        (made,) = sieve.judge([draft])
        return made, sieve.tally.to_json()["refused"]


def draft(before: str, after: str, **keys) -> Draft:
    return draft_of(example(before, "o", kind="what"), after, "context", 0, **keys)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("What is flu?", "WHAT is  flu?", "the same words"),
        ("What is flu?", "  ", "empty"),
        ("How do I take 2 pills a day?", "What is the way to take 3 pills a day?", "other numbers"),
        ("How do I take pills?", "What is the way to take 2 pills?", "other numbers"),
        ("Can I eat fish?", "Is it true that I can't eat fish?", "denies something else"),
        ("Is it not so?", "Might it be so, please?", "denies something else"),
        ("What is flu?", "Tell me of something far from it, please?", "another meaning"),
        ("Asthma is what, please?", "What is asthma?", "asked already"),
        ("Where is the test, please?", "Where do I find the test?", "asked already"),
    ],
)
def test_the_sieve_refuses(before, after, reason):
    elsewhere = [example("Where do I find the test?", "t")]
    made, refused = judged(draft(before, after), elsewhere)
    assert made is None and refused == {reason: 1}


def test_the_sieve_keeps_and_measures():
    made, refused = judged(draft("What is flu?", "Hello! What is flu?"))
    assert made is not None and not refused
    assert made.meaning == 1.0 and made.words == 3 / 4
    assert made.example == replace(example("Hello! What is flu?", "o~context1", kind="what"), made_by="context")


def test_meaning_that_was_not_measured_is_null_and_what_hangs_on_it_is_refused():
    made, _ = judged(draft("What is flu?", "Hello! What is flu?"), encode=None)
    assert made is not None and made.meaning is None and made.to_json()["meaning"] is None
    made, refused = judged(draft("What is flu?", "How is flu treated?", by_meaning=True), encode=None)
    assert made is None and refused == {"its meaning cannot be measured here": 1}


def test_the_checks_of_rows_have_a_say():
    with known() as everything:
        sieve = Sieve(data().augment, everything, None, lambda row: "toxic" if "darn" in row.question else None)
        kept = sieve.judge([draft("What is flu?", "What is the darn flu?"), draft("What is flu?", "Hi! What is flu?")])
    assert [each is not None for each in kept] == [False, True]
    assert sieve.tally.to_json()["refused"] == {"check: toxic": 1}


def test_nothing_is_made_twice():
    twice = draft("What is flu?", "Hi! What is flu?")
    with known() as everything:
        sieve = Sieve(data().augment, everything, angle)
        assert [each is not None for each in sieve.judge([twice, twice])] == [True, False]


def test_the_bundled_data_is_enlarged_by_the_rules():
    examples = health(150)
    made, told = made_of(examples, per_row=2)
    originals = {each.id: each for each in examples}
    assert told["made"] == told["kept"] + sum(told["refused"].values()) and told["kept"] == len(made) > 250
    assert {row.example.made_by for row in made} == set(METHODS)
    questions = [each.question for each in examples] + [row.example.question for row in made]
    assert len(set(questions)) == len(questions)
    assert len({row.example.id for row in made}) == len(made)
    for row in made:
        original = originals[row.made_from]
        assert row.before == original.question and row.example.question != original.question
        assert (row.example.answers, row.example.group, row.example.tags) == (original.answers, original.group, original.tags)
        assert numbers_of(row.example.question) == numbers_of(original.question)
        assert row.words == overlap(original.question, row.example.question) <= 0.95
    counts = [sum(row.made_from == name for row in made) for name in originals]
    assert max(counts) == 2


def test_the_same_seed_makes_the_same_bytes_and_a_preview_is_their_beginning():
    examples = health(150)
    whole, _ = made_of(examples)
    again, _ = made_of(examples)
    other, _ = made_of(examples, seed=1)
    assert [row.to_json() for row in whole] == [row.to_json() for row in again] != [row.to_json() for row in other]
    assert made_of(examples, most=20)[0] == whole[:20]
    lines = list(preview_lines(whole[:20]))
    assert len(lines) == 60 and lines[1] == f"  - {whole[0].before}" and "not measured" in lines[0]


def test_what_was_made_is_not_made_from_again():
    assert made_of([replace(each, made_by="typos") for each in health(10)])[0] == []


def test_a_method_that_gives_nothing_leaves_the_row_to_the_others():
    settings = data(methods=("typos", "context"))
    with known() as everything:
        sieve = Sieve(settings.augment, everything, None)
        methods = {"typos": rewriter(lambda each, dice: iter(()), "typos", 0), **local_rewriters(data(methods=("context",)))}
        made = list(augment(health(20), settings.augment, methods, sieve))
    assert len(made) == 20 and {row.example.made_by for row in made} == {"context"}


def test_a_model_that_never_says_anything_new_ends():
    settings = data(methods=("paraphrase",), per_row=20)
    with known(health(5)) as everything:
        sieve = Sieve(settings.augment, everything, None)
        parrot = rewriter(lambda each, dice: (each.question for _ in range(10**9)), "paraphrase", 0)
        assert list(augment(health(5), settings.augment, {"paraphrase": parrot}, sieve)) == []
        assert sieve.tally.to_json()["refused"]["asked already"] == 5 * 23


def written(folder, rows: list) -> object:
    path = folder / "augmented.jsonl"
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


class TestReadingBack:
    def test_only_rows_of_train_come_back_and_never_a_question_of_the_test(self, tmp_path):
        """End to end: made of all, dealt by groups, read back into one split alone."""
        examples = health(200)
        made, _ = made_of(examples)
        split = Data(files=("x",)).split
        of = {each.id: split_at(share(0, each.group), split) for each in examples}
        train = [each for each in examples if of[each.id] == "train"]
        others = [each for each in examples if of[each.id] != "train"]
        # One of them asks by chance what somebody has asked in the test since.
        caught = next(row for row in made if of[row.made_from] == "train")
        others.append(example(caught.example.question, "late", "elsewhere"))
        with known(train, others) as everything:
            found = list(read_augmented(written(tmp_path, [row.to_json() for row in made]), everything))
        kept = [each for each in found if isinstance(each, Example)]
        problems = [each for each in found if isinstance(each, Problem)]
        held_out_groups, held_out_questions = {each.group for each in others}, {each.question for each in others}
        assert kept and not {each.group for each in kept} & held_out_groups
        assert not {each.question for each in kept} & held_out_questions
        assert all(each.made_by in METHODS for each in kept)
        assert {each.kind for each in problems} == {"its original is not in train", "its question stands in the data already"}
        assert len(kept) + len(problems) == len(made)
        assert kept == [row.example for row in made if of[row.made_from] == "train" and row is not caught]

    def test_a_row_follows_its_original(self, tmp_path):
        row = made_of([example("What is flu?", "o")])[0][0].to_json()
        now = Example("o", "What is flu?", ("An infection.", "A virus."), "joined", {"kind": "new"})
        with known([now]) as everything:
            (found,) = read_augmented(written(tmp_path, [row]), everything)
        assert isinstance(found, Example)
        assert (found.answers, found.group, found.tags, found.question) == (now.answers, "joined", {"kind": "new"}, row["question"])

    def test_a_row_whose_original_asks_something_else_is_left_out(self, tmp_path):
        row = made_of([example("What is flu?", "o")])[0][0].to_json()
        with known([example("What is measles?", "o")]) as everything:
            (found,) = read_augmented(written(tmp_path, [row]), everything)
        assert isinstance(found, Problem) and found.kind == "its original asks something else now"

    @pytest.mark.parametrize(
        "row",
        [
            "{",
            "[]",
            "null",
            "NaN",
            '{"id": "a"}',
            "[" * 100_000,
            '{"id": 1, "question": "q", "answer": "a", "group": "g", "made_by": "typos", "made_from": "o"}',
            '{"id": "a", "question": "\\ud800", "answer": "a", "group": "g", "made_by": "typos", "made_from": "o"}',
            '{"id": "a", "question": "q", "answer": "a", "group": "g", "made_by": "", "made_from": "o"}',
            '{"id": "a", "question": "q", "answer": "a", "group": "g", "tags": [1], "made_by": "typos", "made_from": "o"}',
        ],
    )
    def test_what_is_no_row_is_left_out(self, tmp_path, row):
        with known([example("What is flu?", "o")]) as everything:
            (found,) = read_augmented(written(tmp_path, [row]), everything)
        assert isinstance(found, Problem) and found.kind == "no row that was made" and found.line == 1 and found.content == row

    def test_a_file_that_is_none(self, tmp_path):
        with known() as everything:
            with pytest.raises(DataError, match="cannot read"):
                list(read_augmented(tmp_path / "none.jsonl", everything))
            with pytest.raises(DataError, match="longer than"):
                list(read_augmented(written(tmp_path, ["x" * 3_000_000]), everything))

    def test_a_pair_from_a_document_has_no_original(self, tmp_path):
        row = {"id": "d#1~grounded", "question": "How?", "answer": "So.", "group": "document: d", "made_by": "grounded", "made_from": "d#1"}
        with known() as everything:
            (found,) = read_augmented(written(tmp_path, [row]), everything)
        assert found == Example("d#1~grounded", "How?", ("So.",), "document: d", made_by="grounded")
