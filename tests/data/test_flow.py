"""Nothing is lost and nothing counted twice between what is read and what is kept; and what is told of findings is so in the end."""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.core.errors import DataError
from assistant.core.home import Home
from assistant.core.recipe import Recipe
from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.finding import Finding
from assistant.data.decisions import Decision, append_decision
from assistant.data.flow import Flow, Observer, Passed
from assistant.data.prepare import Prepared, prepare
from assistant.data.scratch import scratch
from assistant.data.splitting.split import SPLITS
from assistant.workshop.checking import check_recipe

Row = dict[str, Any]

WORDS = ("How", "long", "does", "a", "mild", "fever", "last", "in", "young", "children", "and", "adults")
PLAIN = {"too_long": "ignore", "toxic": "ignore", "expected_language": "en"}
"""What needs no model, so that the tests are fast."""

questions = st.builds(lambda count, mark: " ".join(WORDS[:count]) + mark, st.integers(1, 12), st.sampled_from(["?", "? ", "", " now?"]))
answers = st.one_of(
    st.sampled_from(["", "Yes.", "Some days, and then it is mostly over for good.", "Some days, and then it is mostly over for good"]),
    st.builds(lambda name: f"Write to {name}.miller@gmail.com and wait for the answer of the doctor.", st.sampled_from(["ann", "bob"])),
    questions,
)
names = st.fixed_dictionaries({}, optional={"id": st.sampled_from(["a", "a+1", "b", "c~1"]), "kind": st.sampled_from(["x", "y"])})
pairs = st.builds(lambda question, answer, more: {"question": question, "answer": answer, "kind": "x", **more}, questions, answers, names)
turns = st.lists(st.tuples(questions, answers), min_size=1, max_size=3)
conversations = st.builds(
    lambda said: {
        "messages": [m for q, a in said for m in ({"role": "user", "content": q}, {"role": "assistant", "content": a})],
        "kind": "y",
    },
    turns,
)
of_row = st.sampled_from(["ignore", "report", "drop"])
recipes = st.fixed_dictionaries(
    {
        "check": st.fixed_dictionaries(
            {name: of_row for name in ("boilerplate", "contradiction", "short_answer", "no_question_mark", "truncated", "outlier")}
            | {"personal_data": st.sampled_from(["report", "mask", "drop"])}
        ),
        "duplicates": st.fixed_dictionaries({"near": st.sampled_from(["ignore", "group", "drop"])}),
        "limit": st.fixed_dictionaries({"train": st.sampled_from([None, 2, 5])}),
        "balance": st.one_of(
            st.none(),
            st.fixed_dictionaries({"tag": st.just("kind"), "by": st.sampled_from(["undersample", "oversample", "weights"]), "most": st.just(2.5)}),
        ),
        "split": st.sampled_from([{"train": 1, "validation": 0, "test": 0}, {"train": 60, "validation": 20, "test": 20}]),
    }
)
verdicts = st.dictionaries(st.integers(0, 30), st.sampled_from(["accept", "edit", "reject"]), max_size=6)
augmented = st.lists(st.sampled_from(["a", "b", "nobody"]), max_size=3)


class Seen(Observer):
    """All that is told."""

    def __init__(self) -> None:
        self.rows: list[Passed] = []
        self.findings: list[Finding] = []

    def passed(self, row: Passed) -> None:
        self.rows.append(row)

    def found(self, row: int, finding: Finding) -> None:
        self.findings.append(finding)


def recipe_in(folder: Path, rows: Sequence[Row], data: Mapping[str, Any] | None = None, made: Sequence[Row] = ()) -> RecipeFile:
    for name, lines in (("a.jsonl", [row for row in rows if "question" in row]), ("b.jsonl", [row for row in rows if "messages" in row])):
        if lines:
            (folder / name).write_text("".join(json.dumps(row) + "\n" for row in lines))
    (folder / "made.jsonl").write_text("".join(json.dumps(row) + "\n" for row in made))
    data = dict(data or {})
    check = {**PLAIN, **data.pop("check", {})}
    content = {"files": ["*[ab].jsonl"], "tags": ["kind"], "augmented": ["made.jsonl"], **data, "check": check}
    return RecipeFile(Recipe.model_validate({"name": "x", "base": "./none", "data": content}), folder / "recipe.yaml")


def seen(file: RecipeFile) -> tuple[Seen, dict[str, Any]]:
    from assistant.data.checking.tools import find_tools

    watch = Seen()
    with scratch() as database:
        flow = Flow(file, database, find_tools(file), watch)
        flow.run()
        return watch, flow.report()


def decide(file: RecipeFile, verdicts: Mapping[int, str]) -> None:
    from assistant.data.decisions import print_of

    rows = seen(file)[0].rows
    for number, verdict in verdicts.items():
        if number < len(rows):
            read = rows[number].read
            text = "Edited, and now it is a whole sentence of some length." if verdict == "edit" else None
            append_decision(file.folder / file.recipe.data.decisions, Decision(read.id, verdict, print_of(read), None, text))  # type: ignore[arg-type]


def kept(prepared: Prepared, name: str) -> list[Row]:
    return [json.loads(line) for line in (prepared.folder / f"{name}.jsonl").read_text().splitlines()]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(pairs, pairs, conversations), min_size=3, max_size=25), recipes, verdicts, augmented)
def test_every_row_ends_in_one_place(rows: list[Row], data: dict[str, Any], verdicts: dict[int, str], originals: list[str]) -> None:
    made = [
        {"id": f"{name}~{n}", "question": f"new {n}?", "answer": "x", "group": "g", "tags": {}, "made_by": "typos", "made_from": name}
        for n, name in enumerate(originals)
    ]
    # One that is always there, so that there is something to train on and both tags are met.
    rows = [{"question": "What is always there?", "answer": "This is, and nothing else at all.", "kind": "x"}, *rows]
    with tempfile.TemporaryDirectory() as place:
        file = recipe_in(Path(place), rows, data, made)
        try:
            decide(file, verdicts)
            prepared = prepare(file, Home(Path(place) / "home"))
        except DataError as error:
            assert any(words in error.what for words in ("no example falls to", "nothing usable", "no row that can be used"))
            return
        accounts_add_up(prepared, rows, len(made))
        told = check_recipe(file, True, lambda _: None)
        assert told.report["rejected"] == prepared.report["rejected"]


def accounts_add_up(prepared: Prepared, rows: Sequence[Row], made: int) -> None:
    clean, rejected, report = kept(prepared, "clean"), kept(prepared, "rejected"), prepared.report
    turns = sum(len(row["messages"]) // 2 if "messages" in row else 1 for row in rows)
    repeats = [row for row in clean if row.get("made_by") == "repeat"]
    assert report["rows"] == len(rows) and report["read"] == turns
    assert len(clean) - len(repeats) + len(rejected) == turns + made
    assert report["rejected"] == dict(sorted(Counter(row["reason"] for row in rejected).items()))
    assert len({row["id"] for row in clean}) == len(clean)
    split_of = {row["id"]: row["split"] for row in clean}
    assert split_of == {example.id: name for name in SPLITS for example in prepared.splits[name]}
    groups = defaultdict(set)
    for row in clean:
        groups[row["group"]].add(row["split"])
        assert row["split"] == "train" or not row.get("made_by")
    assert all(len(splits) == 1 for splits in groups.values())
    assert not any(example.made_by or example.weight != 1 for name in ("validation", "test") for example in prepared.splits[name])
    assert report["leakage"]["training_rows"] == len(prepared.splits["train"])
    assert report["leakage"]["n"] == len(prepared.splits["validation"]) + len(prepared.splits["test"])
    for found in report["findings"].values():
        assert sum(found["fixed_by"].values()) == found["fixed"] <= found["count"]


def sound(count: int) -> list[Row]:
    return [{"id": f"n{n}", "question": f"What is thing {n}?", "answer": f"It is the thing of number {n} here.", "kind": "x"} for n in range(count)]


def test_with_a_row_that_is_left_out_later_goes_all_that_is_wrong_with_it(tmp_path: Path) -> None:
    bad = {"question": "What is thing 0?", "answer": "Whoever asks is told to write to ann.miller@gmail.com", "kind": "x"}
    rows = [*sound(30), bad, sound(1)[0] | {"id": "again"}]
    file = recipe_in(tmp_path, rows, {"check": {"contradiction": "drop", "no_final_stop": "report", "truncated": "report"}})
    watch, report = seen(file)
    assert report["rejected"] == {"contradiction": 1, "duplicate": 1}
    of_bad = [finding for finding in watch.findings if finding.place and finding.place.line == 31]
    assert {"contradiction", "personal_data"} <= {finding.rule for finding in of_bad}
    assert all(finding.is_fixed and finding.fix == "drop" for finding in of_bad)


def test_what_a_person_accepts_stays_though_it_is_the_copy_of_what_does_not(tmp_path: Path) -> None:
    same = {"answer": "Please ask your doctor about this and all else.", "kind": "x"}
    rows = [
        *sound(9),
        *({"id": f"b{n}", "question": f"{word}?", **same} for n, word in enumerate(WORDS[:6])),
        {"id": "copy", "question": "How?", **same},
    ]
    file = recipe_in(tmp_path, rows, {"check": {"boilerplate": "drop"}})
    assert seen(file)[1]["rejected"] == {"boilerplate": 6, "duplicate": 1}
    decide(file, {15: "accept"})
    watch, report = seen(file)
    assert report["rejected"] == {"boilerplate": 5, "duplicate": 1}
    assert [finding.fix for finding in watch.findings if finding.id == "b0" and finding.rule == "boilerplate"] == ["accept"]


def test_a_contradiction_is_not_dropped_for_a_row_that_is_left_out_itself(tmp_path: Path) -> None:
    same = {"answer": "Please ask your doctor about this and all else.", "kind": "x"}
    rows = [*sound(9), *({"question": f"{word}?", **same} for word in WORDS[:6])]
    rows.append({"question": "How?", "answer": "By the way that everybody takes to it.", "kind": "x"})
    report = seen(recipe_in(tmp_path, rows, {"check": {"boilerplate": "drop", "contradiction": "drop"}}))[1]
    assert report["rejected"] == {"boilerplate": 6}


def test_the_leakage_of_rows_that_were_made_is_measured(tmp_path: Path) -> None:
    file = recipe_in(tmp_path, sound(60), {"duplicates": {"near": "ignore"}})
    prepared = prepare(file, Home(tmp_path / "home"))
    held_out, original = prepared.splits["test"][0], prepared.splits["train"][0]
    made = {"id": "made", "question": "Something new?", "answer": held_out.answers[0], "group": "g", "made_by": "grounded", "made_from": "a.md#1"}
    after = prepare(recipe_in(tmp_path, sound(60), {"duplicates": {"near": "ignore"}}, [made]), Home(tmp_path / "home"))
    assert after.report["augmented"] == {"rows": 1, "left_out": 0} and original.id
    assert after.report["leakage"]["counts"]["answer"] > prepared.report["leakage"]["counts"]["answer"]


def test_two_homes_get_the_same_bytes(tmp_path: Path) -> None:
    file = recipe_in(tmp_path, [*sound(60), {"question": "", "answer": "x", "kind": "y"}], {"duplicates": {"near": "ignore"}})
    first, second = (prepare(file, Home(tmp_path / name)).folder for name in ("one", "two"))
    assert [path.name for path in sorted(first.iterdir())] == [path.name for path in sorted(second.iterdir())]
    assert all(path.read_bytes() == (second / path.name).read_bytes() for path in first.iterdir())


def test_two_queries_cannot_have_one_name(tmp_path: Path) -> None:
    query = {"url": "sqlite:///a.db", "query": "SELECT 1"}
    with pytest.raises(ValueError, match="the same name"):
        Recipe.model_validate({"name": "x", "data": {"sql": [query, query]}})
    assert len(Recipe.model_validate({"name": "x", "data": {"sql": [query, query | {"name": "other"}]}}).data.sql) == 2
