"""From a recipe to prepared data on disk: kept whole, found again, and reported for a person."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.core import fingerprint
from assistant.core.errors import DataError, UserError
from assistant.core.home import Home
from assistant.core.recipe import Recipe
from assistant.core.recipe_file import RecipeFile, load_recipe
from assistant.data.flow import Flow
from assistant.data.prepare import prepare, read_prepared
from assistant.workshop.preparing import lines_of

Make = Callable[..., RecipeFile]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def recipe(rows: list[dict[str, Any]], *overrides: str, name: str = "a.jsonl", more: str = "") -> RecipeFile:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows) + more, encoding="utf-8")
        (tmp_path / "recipe.yaml").write_text("name: x\ndata: {files: [a.jsonl], duplicates: {near: ignore}}\n")
        return load_recipe(tmp_path, overrides)

    return recipe


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def pairs(count: int) -> list[dict[str, Any]]:
    return [{"id": f"n{n}", "question": f"question {n}?", "answer": f"answer {n}", "topic": f"t{n // 2}"} for n in range(count)]


def test_three_files_and_a_report_are_kept_and_found_again(make: Make, home: Home) -> None:
    first, again = prepare(make(pairs(60)), home), prepare(make(pairs(60)), home)
    assert (first.found, again.found) == (False, True)
    assert sorted(path.name for path in first.folder.iterdir()) == [
        "clean.jsonl",
        "rejected.jsonl",
        "report.json",
        "test.jsonl",
        "train.jsonl",
        "validation.jsonl",
    ]
    assert [path.name for path in home.data.iterdir()] == [f"x-{first.fingerprint[:12]}"]
    kept = read_prepared(first.folder)
    assert (kept.splits, kept.fingerprint) == (first.splits, first.fingerprint) == (again.splits, again.fingerprint)


def test_the_fingerprint_is_that_of_the_examples_and_their_splits(make: Make, home: Home) -> None:
    prepared = prepare(make(pairs(60)), home)
    assert prepared.fingerprint == fingerprint.of_value({name: [e.to_json() for e in examples] for name, examples in prepared.splits.items()})
    assert prepare(make([*pairs(60), {"question": "new", "answer": "newer"}]), home).fingerprint != prepared.fingerprint
    assert prepare(make(pairs(60), "data.split.seed=1"), home).fingerprint != prepared.fingerprint
    assert prepare(make(pairs(60), "training.epochs=9"), home).fingerprint == prepared.fingerprint


def test_the_report_accounts_for_every_row(make: Make, home: Home) -> None:
    rows = [*pairs(60), pairs(1)[0], {"id": "n1", "question": "other", "answer": "x"}, {"question": "q", "answer": ""}]
    report = prepare(make(rows, "data.limit.train=20", more="broken\n"), home).report
    assert report["rows"] == 64
    assert {kind: entry["count"] for kind, entry in report["problems"].items()} == {"empty answer": 1, "not JSON": 1}
    assert report["problems"]["not JSON"]["first"][0]["line"] == 64
    assert report["duplicates"] == {"dropped": 1, "most": {"n0": 1}, "near": None, "meaning": None}
    assert report["ids_used_twice"] == {"renamed": 1, "most": {"n1": 1}}
    kept = sum(split["examples"] + split["left_out_by_limit"] for split in report["splits"].values())
    assert kept + report["duplicates"]["dropped"] + 2 == report["rows"]


def test_the_report_names_each_file_as_the_recipe_does(make: Make, home: Home) -> None:
    make(pairs(5), name="more/a.jsonl")
    report = prepare(make(pairs(60), 'data.files=["a.jsonl", "more/*.jsonl"]'), home).report
    assert list(report["files"]) == ["a.jsonl", "more/a.jsonl"]
    assert all(len(file["sha256"]) == 64 for file in report["files"].values())


def test_a_person_reads_what_was_used_and_what_was_not_and_why(make: Make, home: Home) -> None:
    rows = [*pairs(60), *pairs(1), {"question": "question 0?", "answer": "x", "topic": "t9"}, *({"question": "q", "answer": "", "topic": "t"},) * 7]
    text = "\n".join(lines_of(prepare(make(rows, "data.group=topic", "data.limit.train=20"), home)))
    for line in (
        "a.jsonl: columns question / answer",
        "69 rows",
        "not used: 7 x empty answer",
        "    a.jsonl:63",
        "    and 2 more",
        "not used: 1 exact duplicates (case and spaces aside)",
        "    n0: 1 more of it",
        "joined: 30 groups to 29, because they ask or answer the same, or nearly so",
        "left out by data.limit)",
        "written: ",
    ):
        assert line in text


def test_a_seed_that_leaves_a_split_empty_is_an_error_that_names_one_that_does_not(tmp_path: Path, home: Home) -> None:
    rows = [{"question": f"What is {n}?", "answer": f"It is {n}.", "page": f"/help/{n // 3}"} for n in range(30)]
    (tmp_path / "faq.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def with_seed(seed: int) -> RecipeFile:
        content = {"name": "faq", "data": {"files": ["faq.jsonl"], "group": "page", "split": {"seed": seed}}}
        return RecipeFile(Recipe.model_validate(content), tmp_path / "recipe.yaml")

    named = set()
    for seed in range(12):
        try:
            prepare(with_seed(seed), home)
        except DataError as error:
            named.add(int(re.search(r"try --set data\.split\.seed=(\d+)", error.todo)[1]))
    assert len(named) == 1
    assert all(prepare(with_seed(named.pop()), home).splits.values())


def test_a_recipe_whose_groups_are_too_few_says_how_many_there_are(make: Make, home: Home) -> None:
    with pytest.raises(DataError, match=r"no example falls to \w+: 1 example in 1 group\nGive more examples or groups, or set"):
        prepare(make(pairs(1)), home)
    joined = [{"question": "same?", "answer": str(n), "topic": f"t{n}"} for n in range(9)]
    with pytest.raises(DataError, match=r"9 examples in 1 group \(9 before those were joined that ask or answer nearly the same\)"):
        prepare(make(joined, "data.group=topic"), home)
    assert not home.data.exists()


def test_one_example_is_enough_to_train_on_it_alone(make: Make, home: Home) -> None:
    prepared = prepare(make(pairs(1), "data.split={train: 1, validation: 0, test: 0}"), home)
    assert [len(prepared.splits[name]) for name in ("train", "validation", "test")] == [1, 0, 0]  # type: ignore[index]


def test_a_tag_that_no_row_has_is_an_error(make: Make, home: Home) -> None:
    with pytest.raises(DataError, match="has anything in a column `kin`"):
        prepare(make(pairs(60), "data.tags=[topic, kin]"), home)


@pytest.mark.parametrize("harm", ["changed", "cut", "gone", "no fingerprint"])
def test_kept_data_that_was_harmed_is_refused(make: Make, home: Home, harm: str) -> None:
    folder = prepare(make(pairs(60)), home).folder
    test, report = folder / "test.jsonl", folder / "report.json"
    if harm == "changed":
        test.write_text(test.read_text().replace("question ", "query "))
    elif harm == "cut":
        test.write_text(test.read_text()[:-20])
    elif harm == "gone":
        test.unlink()
    else:
        report.write_text("{}")
    with pytest.raises(DataError, match=r"was changed after it was written" if harm == "changed" else r"is missing or broken"):
        read_prepared(folder)


@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_data_that_is_found_again_is_what_was_kept_or_refused(make: Make, home: Home, harm: str) -> None:
    test = prepare(make(pairs(60)), home).folder / "test.jsonl"
    if harm == "changed":
        test.write_text(test.read_text().replace("question ", "query "))
    elif harm == "cut":
        test.write_text(test.read_text()[:-20])
    else:
        test.unlink()
    with pytest.raises(DataError, match=r"was changed after it was written" if harm == "changed" else r"is missing or broken") as caught:
        prepare(make(pairs(60)), home)
    assert "Delete the folder" in caught.value.todo


def test_what_a_killed_process_left_is_swept(make: Make, home: Home) -> None:
    home.data.mkdir(parents=True)
    (home.data / ".unfinished-x-abc-999999999-abcdef").mkdir()
    prepared = prepare(make(pairs(60)), home)
    assert [path.name for path in home.data.iterdir()] == [prepared.folder.name]


def test_a_folder_in_the_way_is_an_error_and_is_not_touched(make: Make, home: Home) -> None:
    folder = prepare(make(pairs(60)), home).folder
    (folder / "report.json").unlink()
    with pytest.raises(DataError, match="is in the way: it holds no prepared data"):
        prepare(make(pairs(60)), home)
    assert (folder / "train.jsonl").exists()


def test_a_home_that_is_a_file_is_an_error(make: Make, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be a folder: a file stands in its way"):
        prepare(make(pairs(60)), Home(tmp_path / "recipe.yaml"))


def test_a_row_that_is_left_out_may_hold_what_json_cannot_say(make: Make, home: Home, tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("- {question: q, answer: '', 2020-01-01: x}\n- {question: Is it?, answer: It is.}\n")
    broken = '{"question": "q", "answer": "", "x": NaN}\n{"question": "\\ud800", "answer": "a", "deep": ' + "[" * 80 + "]" * 80 + "}\n"
    folder = prepare(make(pairs(60), "data.files=[a.jsonl, more.yaml]", more=broken), home).folder
    rows = [json.loads(line)["row"] for line in (folder / "rejected.jsonl").read_text().splitlines()]
    assert [row["question"] for row in rows] == ["q", "\\ud800", "q"]
    assert rows[0]["x"] == "nan" and rows[2]["2020-01-01"] == "x"


def test_only_what_was_prepared_from_the_very_same_is_found_again(make: Make, home: Home, tmp_path: Path) -> None:
    from dataclasses import replace

    file = make(pairs(60))
    longer = replace(file, recipe=file.recipe.model_copy(update={"name": "x-y"}))
    assert prepare(longer, home).folder.name.startswith("x-y-")
    first = prepare(file, home)
    assert not first.found and first.folder.name == f"x-{first.fingerprint[:12]}"
    (first.folder / "rejected.jsonl").unlink()
    assert prepare(file, home).found and (first.folder / "rejected.jsonl").exists()
    assert prepare(make(pairs(60), "data.augment.per_row=5"), home).report["inputs"] == first.report["inputs"]
    (tmp_path / "decisions.jsonl").write_text("")
    again = prepare(file, home)
    assert again.report["inputs"] != first.report["inputs"] and again.fingerprint == first.fingerprint
    assert read_prepared(first.folder).report["inputs"] == again.report["inputs"]


def test_prepared_data_depends_on_every_tool_that_the_recipe_asks_for(make: Make) -> None:
    from assistant.data.checking.tools import Tools
    from assistant.data.inputs import inputs_of

    file = make(pairs(6))
    prints = {inputs_of(file, Tools(prints=prints)) for prints in ({}, {"name": "1"}, {"name": "2"}, {"off_topic": "1"})}
    assert len(prints) == 4


def test_a_decision_about_a_row_that_is_gone_is_told(make: Make, home: Home, tmp_path: Path) -> None:
    from assistant.data.decisions import Decision, append_decision

    append_decision(tmp_path / "decisions.jsonl", Decision("nobody", "reject", "of a text that was"))
    prepared = prepare(make(pairs(60)), home)
    assert prepared.report["decisions"] == {"accepted": 0, "edited": 0, "rejected": 0, "stale": 1}
    told = list(lines_of(prepared))
    assert "decided in reviews: 1 stale" in told
    assert "    stale, since the row is gone or says something else now: nobody; `data review` shows what it says" in told


def test_of_a_long_conversation_the_latest_messages_are_kept_and_its_row_is_told_once(make: Make, home: Home, tmp_path: Path) -> None:
    said = [{"role": "assistant", "content": "Hello."}]
    for number in range(30):
        said += [{"role": "user", "content": f"What is item {number}?"}, {"role": "assistant", "content": f"It is {number}." if number else ""}]
    short = ([{"role": "user", "content": f"Is {n} odd?"}, {"role": "assistant", "content": f"Look at {n}."}] for n in range(60))
    prepared = prepare(make([{"messages": said}, *({"messages": each} for each in short)], "data.history=4"), home)
    kept = [json.loads(line) for line in (prepared.folder / "clean.jsonl").read_text().splitlines()]
    assert max(len(row.get("history", ())) for row in kept) == 4
    assert prepared.report["history_shortened"] == 27
    assert "shortened: 27 examples hold only the latest of what was said before their question (data.history)" in lines_of(prepared)
    rejected = [json.loads(line) for line in (prepared.folder / "rejected.jsonl").read_text().splitlines()]
    assert [row["row"] is None for row in rejected] == [False, True]


def test_files_that_name_their_columns_otherwise_are_read_by_one_recipe(make: Make, home: Home, tmp_path: Path) -> None:
    odd = [{"Kundenfrage": f"Frage {n}?", "Antwort": f"Antwort {n}."} for n in range(20)]
    other = [{"text": f"Texte {n}?", "label": f"Marque {n}."} for n in range(20)]
    for name, rows in (("b.jsonl", odd), ("c.jsonl", other)):
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    files, columns = "data.files=[a.jsonl, b.jsonl, c.jsonl]", "data.columns={question: Kundenfrage, answer: Antwort}"
    more = "data.more_columns=[{question: text, answer: label}]"
    found = prepare(make(pairs(60), files, columns, more), home).report
    assert [file["columns"] for file in found["files"].values()] == ["question / answer", "Kundenfrage / Antwort", "text / label"]
    assert found["examples"] == 100
    with pytest.raises(DataError, match=r"c\.jsonl has none of the columns `Kundenfrage`, `Antwort`, and none is recognized among text, label"):
        prepare(make(pairs(60), files, columns), home)
    with pytest.raises(DataError, match="no file has the columns `nobody`, `nothing`"):
        prepare(make(pairs(60), "data.more_columns=[{question: nobody, answer: nothing}]"), home)


def test_what_is_kept_names_files_from_the_recipes_folder(make: Make, home: Home, tmp_path: Path) -> None:
    folder = prepare(make(pairs(60), more="broken\n"), home).folder
    assert {json.loads(line)["file"] for name in ("clean", "rejected") for line in (folder / f"{name}.jsonl").read_text().splitlines()} == {"a.jsonl"}
    assert str(tmp_path) not in (folder / "report.json").read_text()


def test_data_that_changes_while_it_is_read_is_not_kept(make: Make, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, run = make(pairs(60)), Flow.run

    def changed(flow: Flow) -> None:
        run(flow)
        (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in pairs(61)))

    monkeypatch.setattr(Flow, "run", changed)
    with pytest.raises(DataError, match="changed while it was read"):
        prepare(file, home)
    assert not list(home.data.glob("*"))


def test_a_file_without_a_row_that_was_made_is_not_taken_for_one(make: Make, home: Home, tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("root:x:1\nme:y:2\n")
    with pytest.raises(DataError, match="secrets holds no row that was made"):
        prepare(make(pairs(60), "data.augmented=[secrets]"), home)
