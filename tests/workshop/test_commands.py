"""The commands of `assistant data` from end to end, on small files with known faults."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from assistant.core.errors import DataError
from assistant.workshop.sources import recipe_of
from tests.workshop.shop import prepared, read_rows, rows, run, told, told_json, write_recipe, write_rows

FAULTY = [
    {"id": "empty", "question": "Where are you?", "answer": "", "kind": "common"},
    {"id": "same", "question": "Is it open on Sunday?", "answer": "is it open on sunday", "kind": "common"},
    {"id": "twice", "question": "how do I reset  my password?", "answer": rows()[0]["answer"], "kind": "common"},
    {"id": "lost", "question": "Where is the shop?", "answer": "In the stra\ufffde beside the church, opposite the baker.", "kind": "common"},
    {"id": "entity", "question": "What is sold here?", "answer": "Bread &amp; butter, every day from seven to nine.", "kind": "common"},
    {
        "id": "tags",
        "question": "What is in the code here?",
        "answer": "Bread \u200b and <b>butter</b>, every day from seven to nine.",
        "kind": "rare",
    },
]
"""Left out: empty, same, twice. An error that stays: lost. Mended by cleaning: entity, tags."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = write_recipe(tmp_path / "shop")
    write_rows(folder / "faq.jsonl", [*rows(), *FAULTY])
    return folder


def test_check_of_a_file_without_a_recipe_tells_errors_and_exits_1(shop: Path) -> None:
    text = told("check", shop / "faq.jsonl", code=1)
    assert "66 rows, 63 different examples" in text
    assert "error: 1 x equal (left out by prepare)" in text and "faq.jsonl:62: the answer is the question" in text
    assert "3 errors remain; `assistant data prepare` deals with 2 of them" in text
    assert "prepare would leave out: " in text and "1 x duplicate" in text
    assert "leakage: " in text
    answer = told_json("check", shop / "faq.jsonl", code=1)
    assert (answer["errors"], answer["findings"]["odd_characters"]["by_severity"]) == (3, {"error": {"count": 1, "fixed": 0}})
    assert answer["left_out"] == {"duplicate": 1, "equal": 1, "empty answer": 1} and "listed" not in answer


def test_check_of_a_recipe_lists_what_is_asked_for(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop)
    text = told("check", shop, "--rule", "equal", code=1)
    assert text.startswith("faq.jsonl:62: error: equal same: the answer is the question")
    assert [each["rule"] for each in told_json("check", shop, "--rule", "duplicate", code=1)["listed"]] == ["duplicate"]
    every = told("check", shop, "--all", code=1).splitlines()
    assert sum(": error: " in line for line in every) == 3
    fixed = told("check", shop, "--fixed", code=1)
    assert "equal" not in fixed.split("leakage:")[0] and "1 error remains; " in fixed
    assert told("check", shop, "--fixed", "--set", "data.check.odd_characters=drop").endswith("no error remains\n")


def test_an_error_behind_a_warning_of_the_same_rule_counts(shop: Path) -> None:
    write_rows(shop / "faq.jsonl", [*rows(), FAULTY[4], FAULTY[3]])
    text = told("check", shop, "--set", "data.clean.without=[entities]", code=1)
    assert "error: 1 x odd_characters" in text and "warning: 1 x odd_characters" in text


def test_prepare_loses_nothing_is_found_again_and_its_clean_file_has_no_errors(shop: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    text = told("prepare", shop, "--home", home, "--set", "data.check.odd_characters=drop")
    assert "66 rows, 62 different questions\n" in text and "written: " in text
    answer, folder = prepared(shop, home, "--set", "data.check.odd_characters=drop")
    assert answer["found"] is True
    clean, rejected = read_rows(folder / "clean.jsonl"), read_rows(folder / "rejected.jsonl")
    assert {row["reason"] for row in rejected} == {"empty answer", "equal", "duplicate", "odd_characters"}
    assert sorted(row["line"] for row in [*clean, *rejected]) == list(range(1, 67))
    assert {row["file"] for row in [*clean, *rejected]} == {"faq.jsonl"}
    assert next(row for row in clean if row["id"] == "entity")["answers"] == ["Bread & butter, every day from seven to nine."]
    assert sum(len(read_rows(folder / f"{split}.jsonl")) for split in ("train", "validation", "test")) == len(clean) == 62
    assert json.loads((folder / "report.json").read_text())["leakage"]["n"] == 62 - answer["splits"]["train"]["examples"]
    assert "no error remains" in told("check", folder / "clean.jsonl")


def test_what_cannot_be_done_is_two_lines_and_writes_nothing(shop: Path, tmp_path: Path) -> None:
    def refused(*words: str | Path) -> str:
        done = run(*words)
        assert isinstance(done.exception, DataError), (words, done.exception, done.stdout)
        return done.exception.what

    assert refused("check", shop / "nothere.csv") == f"there is no {shop / 'nothere.csv'}"
    assert refused("check", shop, "--rule", "nonsense") == "there is no check `nonsense`"
    assert refused("clean", shop, "--diff", "--rule", "nonsense") == "there is no cleaning rule `nonsense`"
    assert refused("clean", shop, "--rule", "labels") == "--rule and -n say what --diff shows"
    assert "no example falls to validation" in refused("folds", shop, "--home", tmp_path / "home", "--set", "data.group=kind")
    program = [sys.executable, "-m", "assistant", "data"]
    done = subprocess.run([*program, "check", shop / "nothere.csv"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 2)
    done = subprocess.run([*program, "check", shop, "--all"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "3 errors remain" in done.stdout


def test_clean_counts_and_shows_before_and_after(shop: Path) -> None:
    text = told("clean", shop)
    assert "3 of 65 examples are changed by cleaning" in text and "entities" in text
    assert told_json("clean", shop)["rules"]["entities"] == 1
    diff = told("clean", shop, "--diff", "--rule", "entities")
    assert "Bread &[-amp;-] butter" in diff and "<b>" not in diff
    assert len(told("clean", shop, "--diff", "-n", "1", "--json").splitlines()) == 1
    changed = [json.loads(line) for line in told("clean", shop, "--diff", "--json").splitlines()]
    assert {row["id"] for row in changed} == {"twice", "entity", "tags"}
    assert changed[1]["before"]["answers"] != changed[1]["after"]["answers"]
    assert told("clean", shop, "--diff", "--rule", "labels") == "Nothing was changed by labels.\n"


def test_decisions_are_heeded_and_stale_ones_told(shop: Path, tmp_path: Path) -> None:
    answer, folder = prepared(shop, tmp_path / "home")
    row = next(row for row in read_rows(folder / "clean.jsonl") if row["id"] == "lost")
    from assistant.data.decisions import Decision, append_decision, print_of
    from assistant.data.example import Example

    before = print_of(Example.from_json(row))
    append_decision(shop / "decisions.jsonl", Decision("lost", "edit", before, answer="In the street beside the church."))
    append_decision(shop / "decisions.jsonl", Decision("tags", "reject", "of another text"))
    answer, folder = prepared(shop, tmp_path / "home")
    assert answer["decisions"] == {"accepted": 0, "edited": 1, "rejected": 0, "stale": 1} and answer["found"] is False
    edited = next(row for row in read_rows(folder / "clean.jsonl") if row["id"] == "lost")
    assert edited["answers"] == ["In the street beside the church."]
    assert "decided in reviews: 1 edited, 1 stale" in told("prepare", shop, "--home", tmp_path / "home")


def test_folds_hold_each_example_out_once_and_part_no_group(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "folds"
    text = told("folds", shop, "-k", "5", "--out", out, "--home", tmp_path / "home")
    assert "fold 5: " in text and f"written: {out}" in text
    held_out: Counter[str] = Counter()
    for fold in range(1, 6):
        train, test = (read_rows(out / f"fold-{fold}" / f"{name}.jsonl") for name in ("train", "test"))
        assert not {row["group"] for row in train} & {row["group"] for row in test}
        assert len(train) + len(test) == 63
        held_out.update(row["id"] for row in test)
    assert len(held_out) == 63 and set(held_out.values()) == {1}
    done = run("folds", shop, "-k", "5", "--out", out, "--home", tmp_path / "home")
    assert isinstance(done.exception, DataError) and "is there already" in done.exception.what


def test_a_folder_of_many_formats_with_an_archive_is_read(tmp_path: Path) -> None:
    mine = rows()
    parts = tmp_path / "shop" / "parts"
    parts.mkdir(parents=True)
    write_rows(parts / "a.jsonl", mine[:20])
    (parts / "b.csv").write_text(
        "id,question,answer,kind\n" + "".join(f'{r["id"]},{r["question"]},"{r["answer"]}",{r["kind"]}\n' for r in mine[20:40])
    )
    (parts / "c.md").write_text("# Help\n\n## How do I call you?\n\nBy the bell beside the door, at any time.\n")
    (parts / "d.xml").write_text(
        "<rows><row><question>Is it free?</question><answer>It is free for all our guests.</answer><kind>rare</kind></row></rows>"
    )
    (parts / "notes.doc").write_text("unknown")
    with zipfile.ZipFile(parts / "e.zip", "w") as archive:
        archive.writestr("inner/f.yaml", "".join(f"- {json.dumps(row)}\n" for row in mine[40:]))
    folder = write_recipe(tmp_path / "shop", files=["parts"])
    answer, prepared_folder = prepared(folder, tmp_path / "home")
    assert (answer["rows"], answer["examples"], answer["problems"]) == (62, 62, {})
    assert answer["passed_over"]["the ending .doc is not known"]["count"] == 1
    files = {row["file"].rsplit("parts/")[-1] for row in read_rows(prepared_folder / "clean.jsonl")}
    assert files == {"a.jsonl", "b.csv", "c.md", "d.xml", "e.zip/inner/f.yaml"}
    assert "62 rows, 62 different examples" in told("check", parts)


def test_rows_of_a_query_come_from_the_database(tmp_path: Path) -> None:
    folder = write_recipe(
        tmp_path / "shop", files=[], sql=[{"url": "sqlite:///tickets.db", "query": "SELECT id, question, answer, kind FROM t", "name": "tickets"}]
    )
    with sqlite3.connect(folder / "tickets.db") as database:
        database.execute("CREATE TABLE t (id TEXT, question TEXT, answer TEXT, kind TEXT)")
        database.executemany("INSERT INTO t VALUES (:id, :question, :answer, :kind)", rows())
    database.close()
    answer, prepared_folder = prepared(folder, tmp_path / "home")
    assert (answer["rows"], answer["examples"]) == (60, 60)
    assert {row["file"] for row in read_rows(prepared_folder / "clean.jsonl")} == {"tickets"}
    with sqlite3.connect(folder / "tickets.db") as database:
        database.execute("UPDATE t SET answer = 'Ask us at the counter, please.' WHERE id = 'r0'")
    database.close()
    assert prepared(folder, tmp_path / "home")[0]["found"] is False
    assert told("check", folder).startswith("60 rows, 60 different examples")


def test_stratify_deals_a_tag_evenly_and_keep_leaves_rows_where_they_were(shop: Path, tmp_path: Path) -> None:
    words = ("--set", "data.split.stratify=kind", "--set", "data.split={train: 60, validation: 20, test: 20, stratify: kind}")
    _, folder = prepared(shop, tmp_path / "home", *words)
    kinds = {split: Counter(row["tags"]["kind"] for row in read_rows(folder / f"{split}.jsonl")) for split in ("train", "validation", "test")}
    assert all(count["rare"] in (2, 3) for split, count in kinds.items() if split != "train"), kinds
    was = {row["id"]: row["split"] for row in read_rows(folder / "clean.jsonl")}
    (folder / "clean.jsonl").rename(shop / "before.jsonl")
    more = [{"id": f"n{n}", "question": f"Who answers call {n}?", "answer": f"Clerk {n} does.", "kind": "common"} for n in range(30)]
    write_rows(shop / "faq.jsonl", [*more, *rows(), *FAULTY])
    answer, folder = prepared(shop, tmp_path / "home", "--set", "data.split={seed: 7, keep: before.jsonl}")
    now = {row["id"]: row["split"] for row in read_rows(folder / "clean.jsonl")}
    assert len(now) == 93 and {name: now[name] for name in was} == was
    assert answer["kept_from_before"]


def test_check_tells_what_it_did_not_read(tmp_path: Path) -> None:
    (tmp_path / "faq.jsonl").write_text('{"question": "When do you open?", "answer": "At seven, every day of the week."}\n')
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.4")
    assert "passed over: 1 x " in told("check", tmp_path) and "notes.pdf" in told("check", tmp_path)


def test_decisions_about_bare_files_are_of_these_files_alone(tmp_path: Path) -> None:
    for name in ("faq.jsonl", "more.jsonl"):
        (tmp_path / name).write_text('{"question": "When?", "answer": "At seven."}\n')
    named = [recipe_of([tmp_path / name]).recipe.data.decisions for name in ("faq.jsonl", "more.jsonl")]
    assert named == ["faq.decisions.jsonl", "more.decisions.jsonl"]
