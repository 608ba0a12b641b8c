"""What can be examined beside a version: a bare base with shots, a server's model, and answers that came as a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.api import DataError, Home, Request, Target, TargetError, read_jsonl
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite.report.table import run_table
from evalsuite.run import run
from evalsuite.targets import Options, wanted_target
from tests.evalsuite.world import QUESTIONS, World, question, scripted


def answers_file(path: Path, *leave_out: str, **more: object) -> Path:
    rows = [{"id": f"q{number:03}", "prediction": question(number)["answer"]} for number in range(QUESTIONS)]
    path.write_text("\n".join(json.dumps({**row, **more}) for row in rows if row["id"] not in leave_out), encoding="utf-8")
    return path


def nobody(target: Target, home: Home) -> Chosen:
    raise AssertionError("no engine is asked for answers that are there")


def test_answers_that_came_as_a_file_are_examined_against_a_recipes_test_split(world: World, tmp_path: Path) -> None:
    path = answers_file(tmp_path / "theirs.jsonl")
    evaluation, card = run(str(path), world.home, Options(recipe=world.recipe), nobody)
    assert card.target.kind == "file" and card.title == "theirs" and card.target.engine == "file"
    assert card.figures["f1"].value == 1.0
    assert card.measured_on.speed["ttft_ms_p50"].value is None and card.measured_on.speed["tokens_per_s"].reason
    assert card.base is None and card.previous is None
    assert card.probes == () and "came as a file" in (card.probes_reason or "")
    assert "not known here" in (card.leakage_reason or "")
    assert run_table(card, evaluation.html)


def test_a_file_with_references_of_its_own_needs_no_recipe(world: World, tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    rows = [{"id": str(number), "question": f"q{number}", "prediction": "rest", "references": ["rest"], "tags": {"kind": "a"}} for number in range(8)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    _, card = run(str(path), world.home, Options(overrides=("evaluation.metrics=[f1]",)), nobody)
    assert card.figures["f1"].value == 1.0 and card.examples.n == 8
    assert [(part.tag, part.value) for part in card.slices] == [("kind", "a")]
    assert card.measured_on.verdict == "none"


def test_answers_are_found_by_their_question_where_the_id_is_another(world: World, tmp_path: Path) -> None:
    path = tmp_path / "theirs.jsonl"
    rows = [{"id": number, "question": question(number)["question"], "prediction": "no"} for number in range(QUESTIONS)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    evaluation, _ = run(str(path), world.home, Options(recipe=world.recipe), nobody)
    assert {row["prediction"] for row in read_jsonl(evaluation.predictions)} == {"no"}


def test_a_question_without_an_answer_in_the_file_is_named(world: World, tmp_path: Path) -> None:
    asked = run("health", world.home, Options(with_base=False), world.choose)[0]
    missing = read_jsonl(asked.predictions)[0]["id"]
    path = answers_file(tmp_path / "theirs.jsonl", missing)
    with pytest.raises(DataError, match=rf"no answer to 1 of \d+ questions, the first is '{missing}'"):
        run(str(path), world.home, Options(recipe=world.recipe), nobody)


def test_an_answer_to_another_question_of_the_same_id_is_not_taken(world: World, tmp_path: Path) -> None:
    path = answers_file(tmp_path / "theirs.jsonl", question="What is another matter?")
    with pytest.raises(DataError, match="holds no answer to"):
        run(str(path), world.home, Options(recipe=world.recipe), nobody)


def test_another_file_of_the_same_name_is_another_evaluation(world: World, tmp_path: Path) -> None:
    first, _ = run(str(answers_file(tmp_path / "theirs.jsonl")), world.home, Options(recipe=world.recipe), nobody)
    second, _ = run(str(answers_file(tmp_path / "theirs.jsonl", prediction="no")), world.home, Options(recipe=world.recipe), nobody)
    assert first.run != second.run


URL = "http://127.0.0.1:8000/v1"


def test_a_server_is_named_by_its_url_and_asked_with_the_recipes_prompt_and_data(world: World) -> None:
    target = wanted_target(URL, world.home, Options(recipe=world.recipe, model="org/model-7b"))
    assert target.kind == "server" and target.label == "model-7b"
    remote = target.recipe.engine.remote
    assert remote is not None and (remote.url, remote.model) == (URL, "org/model-7b")
    assert target.recipe.engine.name == "remote" and target.recipe.data.group == "topic"


def test_a_servers_other_keys_can_be_set_and_its_answers_are_examined(world: World) -> None:
    options = Options(recipe=world.recipe, model="m", overrides=("engine.remote.concurrency=2",))
    target = wanted_target(URL, world.home, options)
    assert target.recipe.engine.remote is not None and target.recipe.engine.remote.concurrency == 2
    _, card = run(URL, world.home, options, lambda target, home: scripted(lambda: ScriptedEngine(lambda request: "It passes.", model=target.label)))
    assert card.target.kind == "server" and card.base is None
    assert any(URL in command and "--model m" in command for command in card.commands)


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (URL, Options(), "which model of"),
        (URL, Options(model="m"), "there are no questions for"),
        ("health", Options(model="m"), "--model belongs to a server"),
    ],
)
def test_what_a_server_lacks_is_said(world: World, text: str, options: Options, said: str) -> None:
    with pytest.raises(TargetError, match=said):
        wanted_target(text, world.home, options)


def test_shots_stand_before_each_question_and_are_none_of_those_asked(world: World) -> None:
    heard: list[Request] = []

    def listening(target: Target, home: Home) -> Chosen:
        def answer(request: Request) -> str:
            heard.append(request)
            return "It passes."

        return scripted(lambda: ScriptedEngine(answer, model=target.label))

    plain, _ = run("health", world.home, Options(with_base=False), world.choose)
    evaluation, card = run("health", world.home, Options(with_base=False, overrides=("evaluation.shots=2",)), listening)
    assert evaluation.run != plain.run
    assert "2 examples shown before each" in card.examples.source
    asked = {row["question"] for row in read_jsonl(evaluation.predictions)}
    turns = heard[0].messages[:4]
    assert all(request.messages[:4] == turns for request in heard)
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user", "assistant"]
    assert not {turn["content"] for turn in turns} & asked
    assert all(request.messages[4]["content"] in asked for request in heard)


def test_more_shots_than_there_are_examples_is_an_error(world: World) -> None:
    with pytest.raises(DataError, match=r"evaluation\.shots is 500"):
        run("health", world.home, Options(overrides=("evaluation.shots=500",)), world.choose)


def test_repeats_tell_how_much_sampled_answers_vary(world: World) -> None:
    def moody(target: Target, home: Home) -> Chosen:
        def answer(request: Request) -> str:
            number = int(request.messages[-1]["content"].rstrip("?").split()[-1])
            return question(number)["answer"] if request.sampling.seed == 0 or number % 2 else "It passes."

        return scripted(lambda: ScriptedEngine(answer, model=target.label))

    _, card = run("health", world.home, Options(with_base=False, overrides=("evaluation.repeats=3", "generation.temperature=0.8")), moody)
    (section,) = card.probes
    figures = {figure.name: figure.figure.value for figure in section.figures}
    share = figures["text_changed"]
    assert section.name == "repeats" and section.questions == 2 * card.examples.n
    assert share is not None and 0.3 < share < 0.7
    # Of three answers two are alike: two of the three pairs differ.
    assert figures["text_flip_rate"] == pytest.approx(share * 2 / 3)
    assert figures["right_changed"] == share


def test_a_judge_grades_the_answers_and_compares_them_with_the_base_s(world: World) -> None:
    def judging(target: Target, home: Home) -> Chosen:
        def answer(request: Request) -> str:
            text = request.messages[-1]["content"]
            return "Grade: 4" if "Grade:" in text else "Better: tie"

        asked = world.choose(target, home)
        # The judge is the base, asked for another thing.
        return scripted(lambda: ScriptedEngine(answer, model="judge")) if judge_is_next.pop() else asked

    judge_is_next = [True, False, False]
    options = Options(overrides=("evaluation.judge={target: health@1, repeats: 1}", "evaluation.metrics=[f1]"))
    _, card = run("health", world.home, options, judging)
    (section,) = card.probes
    grade = next(figure for figure in section.figures if figure.name == "judge_grade")
    assert section.name == "judge" and grade.figure.value == 4.0 and grade.figure.n == card.examples.n
    assert "unread 0" in grade.remark
