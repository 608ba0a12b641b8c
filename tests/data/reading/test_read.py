"""From files to examples: nothing is dropped in silence, and every name and group stays as data grows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assistant.core.errors import DataError
from assistant.core.recipe_data import AnswerWords, Clean, Columns
from assistant.data.example import Example
from assistant.data.reading.layouts import LOOKED_AT
from assistant.data.reading.read import Reading, Wanted, find_files, read_examples

Rows = list[dict[str, Any]]
Write = Callable[..., Path]
PLAIN = Wanted()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(rows: Rows, name: str = "a.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return to_file


def pairs(count: int, **more: Any) -> Rows:
    return [{"question": f"question {number}?", "answer": f"answer {number}", **more} for number in range(count)]


def read(*paths: Path, wanted: Wanted = PLAIN) -> Reading:
    return read_examples(paths, wanted)


def refused(*paths: Path, wanted: Wanted = PLAIN) -> DataError:
    with pytest.raises(DataError) as caught:
        read(*paths, wanted=wanted)
    assert len(str(caught.value).splitlines()) == 2
    return caught.value


def talk(*turns: str, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "assistant" if n % 2 else "user", "content": text} for n, text in enumerate(turns)], **more}


# One layout in each format.


LAYOUTS: dict[str, dict[str, Any]] = {
    "question and answer": {"question": "q", "answer": "a"},
    "several answers": {"question": "q", "answers": ["a", "b"]},
    "SQuAD": {"question": "q", "answers": {"text": ["a", "b"], "answer_start": [0, 3]}},
    "instruction, input, output": {"instruction": "q", "input": "i", "output": "a"},
    "prompt and completion": {"prompt": "q", "completion": "a"},
    "prompt and completion of TRL": {"prompt": [{"role": "user", "content": "q"}], "completion": [{"role": "assistant", "content": "a"}]},
    "messages": {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]},
    "conversations": {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
}


def write_as(kind: str, row: dict[str, Any], folder: Path) -> Path:
    path = folder / f"a.{kind}"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist([row]), path)
    elif kind == "json":
        path.write_text(json.dumps([row]))
    elif kind == "jsonl":
        path.write_text(json.dumps(row))
    else:
        cells = [value if isinstance(value, str) else json.dumps(value) for value in row.values()]
        quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
        separator = "," if kind == "csv" else "\t"
        path.write_text(separator.join(row) + "\n" + separator.join(quoted) + "\n")
    return path


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "tsv", "parquet"])
def test_every_layout_is_read_from_every_format(tmp_path: Path, kind: str, layout: str) -> None:
    row = LAYOUTS[layout]
    (example,) = read(write_as(kind, row, tmp_path)).examples
    assert example.question == ("q\n\ni" if "input" in row else "q")
    assert example.answers == (("a", "b") if "answers" in row else ("a",))
    assert example.history == ()


# Names and groups.


def test_a_row_has_the_name_that_its_id_gives(write: Write) -> None:
    assert [example.id for example in read(write([{"id": 7, "question": "q", "answer": "a"}])).examples] == ["7"]


def test_a_row_without_an_id_is_named_by_what_it_says(write: Write) -> None:
    few, many = read(write(pairs(2))).examples, read(write([{"question": "new", "answer": "new"}, *pairs(2)], "b.jsonl")).examples
    assert [example.id for example in many[1:]] == [example.id for example in few]
    assert len({example.id for example in many}) == 3


def test_without_a_group_column_equal_questions_are_a_group(write: Write) -> None:
    rows = [{"question": text, "answer": str(n)} for n, text in enumerate(["What is it?", " what  IS it? ", "Another?"])]
    one, two, three = (example.group for example in read(write(rows)).examples)
    assert one == two != three


def test_a_group_does_not_depend_on_the_answer(write: Write) -> None:
    (before,) = read(write([{"question": "q", "answer": "a"}])).examples
    (after,) = read(write([{"question": "q", "answer": "mended"}])).examples
    assert before.group == after.group


def test_the_group_column_names_the_group(write: Write) -> None:
    assert [e.group for e in read(write(pairs(2, topic="flu")), wanted=Wanted(group="topic")).examples] == ["flu", "flu"]


@pytest.mark.parametrize("nothing", ["", "  ", None, float("nan")])
def test_a_row_without_a_group_is_reported(write: Write, nothing: Any) -> None:
    reading = read(write([*pairs(1, topic="flu"), *pairs(1, topic=nothing)]), wanted=Wanted(group="topic"))
    assert reading.problems.counts == {"no group: the column topic is empty or missing": 1}
    assert len(reading.examples) == 1


def test_all_turns_of_a_conversation_are_one_group_with_names_in_order(write: Write) -> None:
    first, second, third = read(write([talk("q1", "a1", "q2", "a2", "q3", "a3", id="talk")])).examples
    assert first.group == second.group == third.group
    assert [example.id for example in (first, second, third)] == ["talk", "talk#1", "talk#2"]
    assert [len(example.history) for example in (first, second, third)] == [0, 2, 4]


def test_a_conversation_that_goes_on_later_keeps_its_group_and_names(write: Write) -> None:
    before = read(write([talk("q1", "a1", "q2", "a2")])).examples
    after = read(write([talk("q1", "a1", "q2", "a2", "q3", "a3")])).examples
    assert after[:2] == before


def test_a_bad_turn_does_not_rename_the_next(write: Write) -> None:
    good = read(write([talk("q1", "a1", "q2", "a2", id="t")])).examples
    reading = read(write([talk("q1", "", "q2", "a2", id="t")]))
    assert [example.id for example in reading.examples] == [good[1].id] == ["t#1"]
    assert reading.problems.counts == {"empty answer": 1}


def test_a_system_message_is_part_of_the_history_and_not_of_the_group(write: Write) -> None:
    row = talk("q", "a")
    with_system = {"messages": [{"role": "system", "content": "Be brief."}, *row["messages"]]}
    plain, told = read(write([row, with_system])).examples
    assert told.history == ({"role": "system", "content": "Be brief."},)
    assert plain.group == told.group


def test_tags_are_kept_as_text_and_left_out_where_empty(write: Write) -> None:
    rows = [{"question": f"q{n}", "answer": "a", "kind": value, "level": 3} for n, value in enumerate(["what", None, ["x", "y"]])]
    found = [dict(example.tags) for example in read(write(rows), wanted=Wanted(tags=("kind", "level"))).examples]
    assert found == [{"kind": "what", "level": "3"}, {"level": "3"}, {"kind": '["x", "y"]', "level": "3"}]


# Rows that are not used.


def test_every_bad_row_is_counted_and_shown_with_its_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [
        '{"question": "q", "answer": "a"}',
        "broken",
        '{"question": "q2", "answer": ""}',
        "",
        '{"question": "q3"}',
        "5",
        '{"question": 1, "answer": 2}',
    ]
    path.write_text("\n".join(lines))
    reading = read(path)
    assert reading.rows == 6
    assert len(reading.examples) + reading.problems.total == reading.rows
    places = {problem.kind: (problem.file, problem.line) for found in reading.problems.places.values() for problem in found}
    assert places == {
        "not JSON": (str(path), 2),
        "empty answer": (str(path), 3),
        "missing column": (str(path), 5),
        "not a JSON object": (str(path), 6),
    }


def test_the_count_is_whole_where_not_all_places_are_shown(write: Write) -> None:
    reading = read(write([*pairs(1), *({"question": "q", "answer": ""} for _ in range(50))]))
    assert reading.problems.counts["empty answer"] == 50
    assert [problem.line for problem in reading.problems.places["empty answer"]] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(("words", "kind"), [(1, "answer too short"), (6, "answer too long")])
def test_an_answer_of_another_length_is_reported(write: Write, words: int, kind: str) -> None:
    rows = [{"question": "q", "answer": "one two three"}, {"question": "r", "answer": " ".join(["w"] * words)}]
    reading = read(write(rows), wanted=Wanted(answer_words=AnswerWords(min=2, max=5)))
    assert [problem.detail for problem in reading.problems.places[kind]] == [f"{words} words"]
    assert len(reading.examples) == 1


def test_good_rows_after_many_broken_ones_are_found(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("broken\n" * (LOOKED_AT + 50) + json.dumps(pairs(1)[0]))
    reading = read(path)
    assert (len(reading.examples), reading.problems.total) == (1, LOOKED_AT + 50)


def test_a_file_with_nothing_usable_says_why_for_itself_alone(write: Write) -> None:
    good = write([*pairs(1), *({"question": "q", "answer": ""} for _ in range(9))])
    bad = write([{"question": "q", "answer": ""}, {"question": "", "answer": "a"}, {"question": "q", "answer": None}], "bad.jsonl")
    error = refused(good, bad)
    assert error.what == f"nothing usable in {bad}: 2 x empty answer, the first in line 1; 1 x empty question, the first in line 2"


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl", " \n\n \t\n"), ("a.csv", "question,answer\n"), ("a.tsv", "question\tanswer"), ("a.csv", " \n , \n"), ("a.json", "[]")],
)
def test_a_file_without_rows_says_so(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    assert refused(tmp_path / name).what.endswith("there are no rows")


def test_a_file_of_one_row_is_enough(write: Write) -> None:
    assert len(read(write(pairs(1))).examples) == 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"id": 1, "text": "q", "intent": "card"}, "no question and answer among the columns id, text, intent"),
        ({"question": "q", "context": "c"}, "no answer among the columns question, context"),
        ({"answer": "a", "context": "c"}, "no question among the columns answer, context"),
    ],
)
def test_a_file_without_answers_names_its_columns_and_where_to_say_more(write: Write, row: dict[str, Any], says: str) -> None:
    error = refused(write([row]))
    assert says in error.what
    assert "data.columns.question and data.columns.answer" in error.todo


@pytest.mark.parametrize(("name", "content"), [("a.csv", "question/answer\nq/a\n"), ("a.tsv", "question,answer\nq,a\n")])
def test_cells_parted_by_another_sign_are_an_error_that_says_so(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    assert "It has one column only" in refused(tmp_path / name).todo


@pytest.mark.parametrize(
    ("wanted", "column", "todo"),
    [
        (Wanted(columns=(Columns(id="key"),)), "key", "data.columns"),
        (Wanted(group="topic"), "topic", "data.group"),
    ],
)
def test_a_column_that_the_recipe_names_and_the_file_lacks_is_an_error(write: Write, wanted: Wanted, column: str, todo: str) -> None:
    error = refused(write(pairs(2)), wanted=wanted)
    assert f"has no column `{column}`; it has question, answer" in error.what
    assert error.todo == f"Correct {todo} in the recipe."


def test_files_of_several_layouts_are_read_together(write: Write) -> None:
    reading = read(write(pairs(1)), write([talk("q", "a")], "b.jsonl"), write([{"prompt": "p", "completion": "c"}], "c.jsonl"))
    assert len(reading.examples) == 3
    assert list(reading.layouts.values()) == ["question / answer", "messages", "prompt / completion"]


def test_an_example_is_the_same_after_it_was_written_and_read(write: Write) -> None:
    for example in read(write([talk("q1", "a1", "q2", "a2", kind="x")]), wanted=Wanted(tags=("kind",))).examples:
        assert Example.from_json(json.loads(json.dumps(example.to_json()))) == example


# Which files.


def test_a_pattern_finds_files_in_order_and_each_once(write: Write, tmp_path: Path) -> None:
    b, a, deep = write(pairs(1), "b.jsonl"), write(pairs(1)), write(pairs(1), "more/c.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / ".hidden.jsonl").write_text("x")
    assert find_files(tmp_path, ["*.jsonl"]) == [a, b]
    assert find_files(tmp_path, ["b.jsonl", "?.jsonl", "./b.jsonl"]) == [b, a]
    assert find_files(tmp_path, ["**/*.jsonl"]) == [a, b, deep]


def test_an_absolute_path_or_pattern_is_taken_as_it_is(write: Write, tmp_path: Path) -> None:
    a = write(pairs(1))
    assert find_files(Path("/elsewhere"), [str(a), f"{tmp_path}/*.jsonl"]) == [a]


def test_a_name_with_a_sign_of_a_pattern_is_found_if_it_is_there(write: Write, tmp_path: Path) -> None:
    a = write(pairs(1), "data[1].jsonl")
    assert find_files(tmp_path, ["data[1].jsonl"]) == [a]


@pytest.mark.parametrize(("pattern", "says"), [("*.csv", "no file matches"), ("**x", "is no pattern"), ("a\0b", "zero byte")])
def test_a_pattern_that_finds_nothing_is_an_error(tmp_path: Path, pattern: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        find_files(tmp_path, [pattern])


def test_spelling_knows_the_words_that_the_data_itself_uses_often(tmp_path: Path) -> None:
    rows = [
        {"question": f"What does accomodate cost in {town}?", "answer": "The program accomodate is free."}
        for town in ("Rome", "Oslo", "Lima", "Bern")
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"question": "Who does it?", "answer": "Everybody can recieve it."}]))
    reading = read_examples([path], Wanted(clean=Clean(also=("spelling",))))
    assert [example.answers[0] for example in reading.examples][-1] == "Everybody can receive it."
    assert all("accomodate" in example.question for example in reading.examples[:4])
    assert (reading.rows, reading.cleaned["spelling"]) == (5, 1)
