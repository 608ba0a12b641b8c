"""Accepted feedback becomes files that the project's own readers take, and what became of it is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.api import examples_of
from assistant.chat.feedback import FeedbackBook
from assistant.chat.feedback_export import Exported, export
from assistant.chat.feedback_rows import ExportKind
from assistant.chat.outcomes import Outcome, exports_of, forget_export, learned_by, outcomes
from assistant.chat.turn import Speaker
from assistant.core import fingerprint
from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.core.recipe_file import RecipeFile, load_recipe
from assistant.data.prepare import prepare
from assistant.registry.target import Target
from assistant.registry.versions import Version
from tests.chat.judged import another, book_in, exchange, rated
from tests.conftest import write_recipe


@pytest.fixture
def book(tmp_path: Path) -> FeedbackBook:
    return book_in(tmp_path)


@pytest.fixture
def recipe(tmp_path: Path) -> RecipeFile:
    return write_recipe(tmp_path / "recipe", "smollm2-135m", system_prompt="Be brief.")


def written(book: FeedbackBook, kind: ExportKind, file: Path, recipe: RecipeFile, **more: Any) -> tuple[Exported, list[dict[str, Any]]]:
    done = export(kind, file, book.listed(), book, recipe.recipe, **more)
    return done, [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_training_rows_are_learned_and_keep_their_ids(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path) -> None:
    good = rated(book, "What is a cold?", "An infection of the nose.", "good")
    bad = rated(book, "What is the flu?", "A plant.", "bad", reasons=["wrong"], correction="A disease with fever.")
    file = tmp_path / "recipe" / "feedback.jsonl"
    done, rows = written(book, "training", file, recipe)
    assert done.rows == 2 and [row["id"] for row in rows] == [f"feedback-{good.id}", f"feedback-{bad.id}"]
    assert rows[1]["answers"] == ["A disease with fever."] and "called bad (wrong)" in rows[1]["note"]
    both = load_recipe(recipe.path, ["data.files=[data.jsonl, feedback.jsonl]"])
    learned = {example.id: example for example in prepare(both, Home(tmp_path / "home")).splits["train"]}
    assert learned[f"feedback-{good.id}"].answers == ("An infection of the nose.",)
    assert learned[f"feedback-{bad.id}"].question == "What is the flu?"


def test_a_row_has_the_columns_that_the_recipe_names_and_what_was_said_before(book: FeedbackBook, tmp_path: Path) -> None:
    folder = tmp_path / "recipe"
    columns = {"question": "q", "answer": "a", "input": "more", "id": "name"}
    (folder).mkdir()
    (folder / "recipe.yaml").write_text(json.dumps({"name": "tiny", "data": {"files": ["x.jsonl"], "columns": columns, "group": "page"}}))
    conversation, _ = exchange("What is a cold?", "An infection.")
    conversation, answer = exchange("For how long?", "A week.", conversation)
    book.accept([book.rate(conversation, answer, "good").id])
    _, rows = written(book, "training", tmp_path / "f.jsonl", load_recipe(folder))
    assert [message["content"] for message in rows[0]["q"]] == ["What is a cold?", "An infection.", "For how long?"]
    assert rows[0]["a"] == ["A week."] and rows[0]["more"] == "" and rows[0]["name"] == rows[0]["page"].partition(" (")[0]


def test_a_system_prompt_of_the_settings_is_learned_with_its_answer(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path) -> None:
    book.accept([book.rate(*exchange("hello", "Ahoy!", speaker=Speaker("health@1", system_prompt="Be a pirate.")), "good").id])
    _, rows = written(book, "training", tmp_path / "f.jsonl", recipe)
    assert rows[0]["question"][0] == {"role": "system", "content": "Be a pirate."}


def test_of_whole_conversations_nothing_is_learned_that_nobody_judged(book: FeedbackBook, tmp_path: Path) -> None:
    folder = tmp_path / "recipe"
    folder.mkdir()
    (folder / "recipe.yaml").write_text(json.dumps({"name": "tiny", "data": {"files": ["x.jsonl"], "columns": {"messages": "turns"}, "group": "g"}}))
    first, answer = exchange("hello", "good day")
    entry = book.rate(first, answer, "good")
    later = book.rate(*exchange("more", "yes", first), "good")
    book.accept([entry.id, later.id])
    done, rows = written(book, "training", tmp_path / "f.jsonl", load_recipe(folder))
    assert [row["turns"][-1]["content"] for row in rows] == ["good day"]
    assert [(left.judgement, "would be learned with it" in left.why) for left in done.left_out] == [(later.id, True)]


LEFT_OUT = {
    "bad without a correction": ("A plant.", "bad", {}, "nobody said what would have been right"),
    "an answer that was cut": ("It is a", "good", {"finish_reason": "length"}, "did not come to its own end"),
    "an answer that was stopped": ("It is a", "good", {"finish_reason": "cancelled"}, "did not come to its own end"),
    "half a character": ("half \ud800", "good", {}, "half a character"),
    "personal data": ("Write to anna.berg@web.de for help.", "good", {}, "personal data (email)"),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_should_not_be_learned_is_left_out_and_told(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path, case: str) -> None:
    text, verdict, more, why = LEFT_OUT[case]
    entry = book.rate(*exchange("What is it?", text, **more), verdict)  # type: ignore[arg-type]
    book.accept([entry.id])
    rated(book, "What is a cold?", "An infection.", "good")
    done, rows = written(book, "training", tmp_path / "f.jsonl", recipe)
    assert len(rows) == 1
    assert [left.judgement for left in done.left_out] == [entry.id] and why in done.left_out[0].why


def test_what_nobody_accepted_is_not_exported(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path) -> None:
    rated(book, "What is a cold?", "An infection.", "good", accept=False)
    with pytest.raises(UserError, match="it is open; only what was accepted"):
        written(book, "training", tmp_path / "f.jsonl", recipe)
    assert not (tmp_path / "f.jsonl").exists()


def test_personal_data_is_written_where_it_is_asked_for_and_told(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path) -> None:
    entry = rated(book, "Who helps?", "Write to anna.berg@web.de for help.", "good")
    done, rows = written(book, "training", tmp_path / "f.jsonl", recipe, with_personal_data=True)
    assert len(rows) == 1 and [(each.judgement, each.kinds) for each in done.personal] == [(entry.id, ("email",))]


def test_answers_of_a_length_that_the_recipe_does_not_take_are_left_out(book: FeedbackBook, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "r", "smollm2-135m", data={"files": ["data.jsonl"], "group": "topic", "answer_words": {"min": 3}})
    rated(book, "What is a cold?", "An infection.", "good")
    rated(book, "What is the flu?", "A disease with fever.", "good")
    done, rows = written(book, "training", tmp_path / "f.jsonl", recipe)
    assert len(rows) == 1 and "answer too short" in done.left_out[0].why


def test_without_a_group_a_question_that_is_tested_is_not_learned(book: FeedbackBook, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "r", "smollm2-135m", data={"files": ["data.jsonl"]})
    for number in range(30):
        rated(book, f"What is number {number}?", f"It is the number {number}.", "good")
    done, rows = written(book, "training", tmp_path / "f.jsonl", recipe)
    assert 0 < len(rows) < 30 and all("names no data.group" in left.why for left in done.left_out)


def test_the_same_is_written_once(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path) -> None:
    first = rated(book, "What is a cold?", "An infection.", "good")
    rated(book, "what is  a COLD?", "An infection.", "good")
    done, rows = written(book, "training", tmp_path / "f.jsonl", recipe)
    assert len(rows) == 1 and done.left_out[0].why == f"it says the same as feedback-{first.id}"


def test_nothing_is_both_learned_and_in_the_regression_set(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path) -> None:
    rated(book, "What is a cold?", "An infection.", "good")
    written(book, "regression", tmp_path / "regression.jsonl", recipe)
    for kind in ("training", "preference"):
        rated(book, " what is a cold?", "A plant.", "bad", correction="An infection of the nose.")
        with pytest.raises(UserError, match="in the regression set already"):
            written(book, kind, tmp_path / "f.jsonl", recipe)  # type: ignore[arg-type]
        assert not (tmp_path / "f.jsonl").exists()
    (tmp_path / "regression.jsonl").unlink()
    forget_export(book.database, tmp_path / "regression.jsonl")
    written(book, "training", tmp_path / "f.jsonl", recipe)
    with pytest.raises(UserError, match="in what is learned already"):
        written(book, "regression", tmp_path / "regression.jsonl", recipe)


def test_regression_rows_are_asked_by_an_evaluation(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path) -> None:
    first, _ = exchange("What is a cold?", "An infection.")
    conversation, answer = exchange("For how long?", "A year.", first)
    entry = book.rate(conversation, answer, "bad", correction="A week.")
    book.accept([entry.id])
    written(book, "regression", tmp_path / "f.jsonl", recipe)
    target = Target("base", "base", recipe.recipe, recipe.folder, "print", {})
    asked = examples_of(target, Home(tmp_path / "home"), file=tmp_path / "f.jsonl").items
    assert [(each.id, each.question, each.answers, len(each.history)) for each in asked] == [
        (f"feedback-{entry.id}", "For how long?", ("A week.",), 2)
    ]


def test_a_file_that_is_there_is_never_written_over(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path) -> None:
    rated(book, "What is a cold?", "An infection.", "good")
    (tmp_path / "f.jsonl").write_text("mine")
    with pytest.raises(UserError, match="is there already"):
        written(book, "training", tmp_path / "f.jsonl", recipe)
    assert (tmp_path / "f.jsonl").read_text() == "mine" and exports_of(book.database) == {}


def test_preferences_come_from_corrections_votes_and_good_and_bad_variants(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path) -> None:
    corrected = rated(book, "What is the flu?", "A plant.", "bad", correction="A disease.")
    conversation, good = exchange("What is a cold?", "An infection.")
    conversation, bad = another(conversation, "A colour.")
    liked, disliked = book.rate(conversation, good, "good"), book.rate(conversation, bad, "bad")
    conversation, left = exchange("Who are you?", "I am health.")
    conversation, right = another(conversation, "Nobody.", Speaker("health@2"))
    vote = book.vote(conversation, left, right, "right")
    tie = book.vote(*_variants("hello", "good day", "hi"), "tie")
    lone = rated(book, "How are you?", "Well.", "good")
    book.accept([liked.id, disliked.id, vote.id, tie.id])
    done, rows = written(book, "preference", tmp_path / "p.jsonl", recipe)
    pairs = {row["id"]: (row["prompt"][-1]["content"], row["chosen"][0]["content"], row["rejected"][0]["content"]) for row in rows}
    assert pairs == {
        f"feedback-{corrected.id}": ("What is the flu?", "A disease.", "A plant."),
        f"feedback-{liked.id}-{disliked.id}": ("What is a cold?", "An infection.", "A colour."),
        f"feedback-{vote.id}": ("Who are you?", "Nobody.", "I am health."),
    }
    assert all(row["prompt"][0] == {"role": "system", "content": "Be brief."} for row in rows)
    assert {left_out.judgement: left_out.why for left_out in done.left_out} == {
        tie.id: "it prefers neither answer",
        lone.id: "no worse answer to the same question is known",
    }


def _variants(question: str, one: str, other: str) -> tuple[Any, Any, Any]:
    conversation, left = exchange(question, one)
    conversation, right = another(conversation, other)
    return conversation, left, right


def version_of(recipe: RecipeFile, home: Home, number: int) -> Version:
    """A finished version as far as its manifest and its prepared data go."""
    prepared = prepare(recipe, home)
    folder = home.assistants / "tiny" / str(number)
    folder.mkdir(parents=True)
    training = {
        "method": "lora", "precision": "float32", "device": "cpu", "steps": 1, "best_step": None, "validation_loss": None, "train_loss": 1.0,
        "tokens": 1, "seconds": 1.0, "tokens_per_s": 1.0, "peak_memory_mib": 1.0, "peak_device_memory_mib": None, "trained_parameters": 1,
        "total_parameters": 1, "seed": 0, "rows": {}, "resumed": 0,
    }  # fmt: skip
    manifest = {
        "name": "tiny", "version": number, "created": "2099-01-01T00:00:00+00:00", "recipe_folder": str(recipe.folder), "identity": "i",
        "base": {"name": "b", "fingerprint": "f", "license": "", "grown": False}, "template": "t", "data": prepared.fingerprint, "recipe": "r",
        "code": {}, "libraries": {}, "machine": {}, "training": training,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return Version("tiny", number, folder)


@pytest.mark.parametrize("columns", [None, {"question": "question", "answer": "answer"}], ids=["ids are read", "the recipe names no id"])
def test_which_version_learned_from_what_is_known(book: FeedbackBook, tmp_path: Path, columns: dict[str, str] | None) -> None:
    home = Home(tmp_path / "home")
    recipe = write_recipe(tmp_path / "r", "b", data={"files": ["data.jsonl"], "group": "topic", "columns": columns, "duplicates": {"near": "ignore"}})
    before = version_of(recipe, home, 1)
    entry = rated(book, "What is a cough?", "A reflex of the airways.", "good")
    assert outcomes(book.database, home) == {}
    written(book, "training", tmp_path / "r" / "more.jsonl", recipe)
    after = version_of(load_recipe(recipe.path, ["data.files=[data.jsonl, more.jsonl]"]), home, 2)
    became = outcomes(book.database, home)[entry.id]
    assert [(use.label, use.split) for use in became.uses] == [("tiny@2", "train")]
    assert became.told == "exported for training: more.jsonl; learned by tiny@2"
    assert (learned_by(before, book.database), learned_by(after, book.database)) == (0, 1)


def test_prepared_data_is_read_once_and_missing_data_is_told(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    version = version_of(recipe, home, 1)
    data = home.data / f"tiny-{version.manifest.data[: fingerprint.SHORT]}" / "train.jsonl"
    hidden = data.rename(data.with_suffix(".gone"))
    assert learned_by(version, book.database) is None
    hidden.rename(data)
    assert learned_by(version, book.database) == 0
    data.unlink()
    assert learned_by(version, book.database) == 0


def test_nothing_became_of_most_feedback() -> None:
    assert Outcome().told == ""


def test_a_preference_file_is_learned_from_by_trl(book: FeedbackBook, recipe: RecipeFile, tmp_path: Path, tiny: dict[str, Path]) -> None:
    rated(book, "What is the flu?", "A plant.", "bad", correction="A disease.")
    rated(book, "What is a cold?", "A colour.", "bad", correction="An infection.")
    written(book, "preference", tmp_path / "p.jsonl", recipe)
    from datasets import load_dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import DPOConfig, DPOTrainer

    rows = load_dataset("json", data_files=str(tmp_path / "p.jsonl"), split="train", cache_dir=str(tmp_path / "cache"))
    settings = DPOConfig(
        str(tmp_path / "out"), max_steps=1, per_device_train_batch_size=2, use_cpu=True, bf16=False, report_to=[], save_strategy="no"
    )
    model = AutoModelForCausalLM.from_pretrained(tiny["qwen"])
    trainer = DPOTrainer(model, args=settings, train_dataset=rows, processing_class=AutoTokenizer.from_pretrained(tiny["qwen"]))
    assert trainer.train().training_loss > 0
