"""`evalsuite run` from questions to pages, with an engine that says what it is told."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from assistant.api import DataError, EngineError, Request, Target, TargetError, UserError, read_json, read_jsonl, write_json
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite import examination, targets
from evalsuite import run as run_module
from evalsuite.evaluation import find_evaluation, read_scorecard
from evalsuite.report import write_reports
from evalsuite.report.table import run_table
from evalsuite.run import run
from evalsuite.scorecard import Scorecard
from evalsuite.targets import Options
from tests.evalsuite.world import World, base_answer, question, scripted, trained_answer, write_recipe

HOSTILE = '<script>alert("x")</script> [link](javascript:alert(1)) |pipe| \x00 ]]> &amp; `code`'
FILES = {
    "run.json",
    "predictions.jsonl",
    "timings.jsonl",
    "leakage.json",
    "command.json",
    "seal.json",
    "scores.jsonl",
    "scores.json",
    "scorecard.json",
    "scorecard.md",
    "scorecard.html",
    "junit.xml",
}


def reproducible(card: Scorecard) -> dict[str, Any]:
    return card.model_dump(mode="json", exclude={"measured_on"})


def test_a_version_is_examined_beside_its_base(world: World) -> None:
    evaluation, card = run("health", world.home, Options(), world.choose)
    assert world.opened == ["health@1", "tiny-base"]
    assert {path.name for path in evaluation.folder.iterdir() if path.is_file()} == FILES
    assert evaluation.folder.parent == world.home.evals
    assert re.fullmatch(r"health-1-[0-9a-f]{10}", evaluation.run)
    assert card.base and card.base_figures and card.differences
    assert card.figures["f1"].value and card.base_figures["f1"].value is not None
    assert card.figures["f1"].value > 2 * card.base_figures["f1"].value
    assert card.differences["f1"].value == pytest.approx(card.figures["f1"].value - card.base_figures["f1"].value)
    assert card.measured_on.verdict == "fit"
    assert {name for name in card.figures} >= {"exact_match", "f1", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "rougeLsum", "toxicity"}
    assert all(figure.ci95 for figure in card.figures.values())
    assert read_scorecard(evaluation) == card


def test_predictions_hold_what_every_later_stage_needs_and_nothing_that_changes(world: World) -> None:
    evaluation, card = run("health", world.home, Options(with_base=False), world.choose)
    rows = read_jsonl(evaluation.predictions)
    assert len(rows) == card.examples.n
    number = int(rows[0]["id"].removeprefix("q"))
    assert rows[0]["question"] == question(number)["question"]
    assert rows[0]["references"] == [question(number)["answer"]]
    assert rows[0]["tags"] == {"kind": question(number)["kind"]}
    assert list(rows[0]) == [
        "id",
        "question",
        "prediction",
        "references",
        "group",
        "tags",
        "prompt_tokens",
        "completion_tokens",
        "finish_reason",
    ]
    assert {row["finish_reason"] for row in rows} == {"stop"}


def test_speed_is_measured_alone_and_in_batches(world: World) -> None:
    asked: list[str] = []

    def listening(target: Target, home: Any) -> Chosen:
        def answer(request: Request) -> str:
            asked.append(request.messages[-1]["content"])
            return "one two three"

        return scripted(lambda: ScriptedEngine(answer, model=target.label, seconds_per_token=0.0005))

    evaluation, card = run("health", world.home, Options(with_base=False), listening)
    questions = [row["question"] for row in read_jsonl(evaluation.predictions)]
    # One to warm up, which is none of those that are timed; three alone; then all of them.
    assert asked == [questions[-1], *questions[:3], *questions]
    speed = card.measured_on.speed
    assert speed["ttft_ms_p50"].n == 3
    assert speed["itl_ms_p50"].value and speed["itl_ms_p50"].value >= 0.5
    assert speed["ttft_ms_p95"].value is None and speed["ttft_ms_p95"].reason
    assert speed["tokens_per_s"].value == pytest.approx(4 * speed["requests_per_s"].value)  # type: ignore[operator]
    assert speed["peak_memory_mib"].value is None and speed["peak_memory_mib"].reason


def test_finished_stages_are_found_and_the_base_is_shared(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    first, _ = run("health", world.home, Options(with_base=False), world.choose)
    before = first.predictions.stat().st_mtime_ns
    capsys.readouterr()
    second, card = run("health", world.home, Options(), world.choose)
    said = capsys.readouterr().err
    assert second == first
    assert f"already answered: {first.folder}" in said and f"already scored: {first.folder}" in said
    assert "tiny-base: answering" in said
    assert first.predictions.stat().st_mtime_ns == before
    assert card.base
    run("health", world.home, Options(), world.choose)
    assert f"already answered: {world.home.evals / card.base.run}" in capsys.readouterr().err
    run("health", world.home, Options(again=True), world.choose)
    assert "already" not in capsys.readouterr().err
    assert first.predictions.stat().st_mtime_ns != before


@pytest.mark.parametrize(
    "change",
    [
        Options(limit=5),
        Options(data=Path("data.jsonl")),
        Options(overrides=("generation.max_new_tokens=7",)),
        Options(overrides=("generation.seed=1",)),
        Options(overrides=("evaluation.batch_size=2",)),
    ],
    ids=["limit", "data", "tokens", "seed", "batch"],
)
def test_whatever_changes_answers_changes_the_name(world: World, change: Options) -> None:
    same, _ = run("health", world.home, Options(with_base=False), world.choose)
    data = world.recipe.parent / change.data if change.data else None
    other, _ = run("health", world.home, replace(change, with_base=False, data=data), world.choose)
    assert other.run != same.run


def test_other_weights_are_another_evaluation(world: World) -> None:
    """A cache keyed without the adapter would give out one model's answers as another's."""
    first, _ = run("health", world.home, Options(with_base=False), world.choose)
    (world.home.assistants / "health" / "1" / "adapter.safetensors").write_bytes(b"other weights")
    second, _ = run("health", world.home, Options(with_base=False), world.choose)
    assert first.run != second.run


def test_what_does_not_change_answers_finds_them(world: World) -> None:
    first, card = run("health", world.home, Options(with_base=False), world.choose)
    second, other = run("health", world.home, Options(with_base=False, overrides=("evaluation.metrics=[f1]", "evaluation.seed=3")), world.choose)
    assert first == second
    assert list(other.figures) == ["f1"]
    assert other.figures["f1"].value == card.figures["f1"].value


def test_the_same_inputs_give_the_same_bytes(world: World) -> None:
    evaluation, card = run("health", world.home, Options(), world.choose)
    kept = {name: (evaluation.folder / name).read_bytes() for name in ("predictions.jsonl", "scores.jsonl", "scores.json", "run.json")}
    again, other = run("health", world.home, Options(again=True), world.choose)
    assert {name: (again.folder / name).read_bytes() for name in kept} == kept
    assert json.dumps(reproducible(card)) == json.dumps(reproducible(other))
    assert set(read_json(again.scorecard)) - set(reproducible(other)) == {"measured_on"}


def test_scores_read_back_give_the_same_scorecard_as_scores_just_made(world: World) -> None:
    _, made = run("health", world.home, Options(), world.choose)
    _, read = run("health", world.home, Options(), world.choose)
    assert made == read


def test_pages_are_made_from_the_scorecard_alone(world: World, tmp_path: Path) -> None:
    evaluation, _ = run("health", world.home, Options(), world.choose)
    anew = tmp_path / "anew"
    anew.mkdir()
    write_reports(anew, read_scorecard(evaluation))
    for name in ("scorecard.html", "scorecard.md", "junit.xml", "scorecard.json"):
        assert (anew / name).read_bytes() == (evaluation.folder / name).read_bytes()


def test_an_engine_that_fails_leaves_nothing_that_looks_finished(world: World) -> None:
    engines: list[ScriptedEngine] = []

    def failing(target: Target, home: Any) -> Chosen:
        engines.append(ScriptedEngine(lambda request: "one two", model=target.label, fail_at=1))
        return scripted(lambda: engines[-1])

    with pytest.raises(EngineError):
        run("health", world.home, Options(), failing)
    assert engines[0].closed
    assert {path.name for path in world.home.evals.rglob("*") if path.is_file()} == {"run.json", "journal.jsonl"}
    _, card = run("health", world.home, Options(), world.choose)
    assert card.measured_on.verdict == "fit"


class Interrupting(ScriptedEngine):
    """Ctrl+C while a model answers: at the call of this number."""

    def __init__(self, call: int) -> None:
        self.calls = 0

        def answer(request: Request) -> str:
            self.calls += 1
            if self.calls == call:
                raise KeyboardInterrupt
            return trained_answer(request)

        super().__init__(answer)


@pytest.mark.parametrize("call", [1, 3, 6], ids=["warm-up", "latency", "batches"])
def test_an_interruption_while_a_model_answers_leaves_nothing_that_looks_finished(world: World, call: int) -> None:
    engine = Interrupting(call)
    with pytest.raises(KeyboardInterrupt):
        run("health", world.home, Options(), lambda target, home: scripted(lambda: engine))
    assert engine.closed
    assert {path.name for path in world.home.evals.rglob("*") if path.is_file()} == {"run.json", "journal.jsonl"}
    run("health", world.home, Options(), world.choose)
    assert world.opened == ["health@1", "tiny-base"]


@pytest.mark.parametrize("stage", ["score", "write_scores", "aggregate", "write_reports"])
def test_an_interruption_after_the_answers_keeps_them(world: World, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(examination if stage in ("score", "write_scores") else run_module, stage, interrupt)
        with pytest.raises(KeyboardInterrupt):
            run("health", world.home, Options(with_base=False), world.choose)
    names = {path.name for path in world.home.evals.rglob("*") if path.is_file()}
    assert names >= {"run.json", "predictions.jsonl", "timings.jsonl"}
    assert not {name for name in names if name.startswith(("scorecard", "junit"))}
    run("health", world.home, Options(with_base=False), world.choose)
    assert world.opened == ["health@1"]


BROKEN = {"cut": b"{", "list": b"[]\n", "number": b"3\n", "bytes": b"\xff\n", "keys": b'{"id": "q"}\n', "deep": b"[" * 100_000}


@pytest.mark.parametrize("file", ["predictions.jsonl", "timings.jsonl"])
def test_answers_that_are_not_as_they_were_written_are_named_and_kept(world: World, file: str) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    for content in BROKEN.values():
        (evaluation.folder / file).write_bytes(content)
        before = {path.name: path.read_bytes() for path in evaluation.folder.iterdir() if path.is_file()}
        with pytest.raises(DataError, match=file) as caught:
            run("health", world.home, Options(with_base=False), world.choose)
        assert "--again" in caught.value.todo
        assert {path.name: path.read_bytes() for path in evaluation.folder.iterdir() if path.is_file()} == before
    assert world.opened == ["health@1"]
    run("health", world.home, Options(with_base=False, again=True), world.choose)


def test_answers_of_which_some_are_gone_are_not_taken_for_all(world: World) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    lines = evaluation.predictions.read_text(encoding="utf-8").splitlines(keepends=True)
    evaluation.predictions.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(DataError, match="answers to other questions"):
        run("health", world.home, Options(with_base=False), world.choose)


@pytest.mark.parametrize("file", ["scores.json", "scores.jsonl", "run.json"])
def test_what_can_be_made_anew_is(world: World, file: str) -> None:
    options = Options(with_base=False, overrides=("evaluation.metrics=[f1,toxicity]",))
    evaluation, made = run("health", world.home, options, world.choose)
    path = evaluation.folder / file
    whole = path.read_bytes()
    for content in (*BROKEN.values(), None):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        _, again = run("health", world.home, options, world.choose)
        assert reproducible(again) == reproducible(made)
        assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"schema_version": 2}', "not a scorecard of this version"),
        ("[]", "not a scorecard of this version"),
        ('{"run": NaN}', "not a scorecard of this version"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
    ids=["version", "list", "nan", "cut", "deep"],
)
def test_another_scorecard_is_refused_and_kept(world: World, content: str, said: str) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    evaluation.scorecard.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_scorecard(evaluation)
    assert evaluation.scorecard.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("file", ["predictions.jsonl", "scorecard.json"])
def test_a_figure_changed_by_hand_is_noticed(world: World, file: str) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    path = evaluation.folder / file
    path.write_text(path.read_text(encoding="utf-8").replace("It passes.", "Topic 1 is a plain matter."), encoding="utf-8")
    with pytest.raises(DataError, match=f"{file} was changed since it was written"):
        if file == "scorecard.json":
            read_scorecard(evaluation)
        else:
            run("health", world.home, Options(with_base=False), world.choose)


def test_scores_changed_by_hand_are_made_anew(world: World) -> None:
    evaluation, card = run("health", world.home, Options(with_base=False), world.choose)
    path = evaluation.folder / "scores.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"f1": 0.', '"f1": 0.9'), encoding="utf-8")
    _, again = run("health", world.home, Options(with_base=False), world.choose)
    assert again.figures["f1"] == card.figures["f1"]


def test_a_scorecard_that_names_a_metric_it_does_not_hold_is_refused(world: World) -> None:
    evaluation, _ = run("health", world.home, Options(), world.choose)
    card = read_json(evaluation.scorecard)
    for change in ({"order": [*card["order"], "other"]}, {"ranked_by": "other"}, {"base_figures": {}}, {"speed_metrics": {}}):
        write_json(evaluation.scorecard, {**card, **change})
        with pytest.raises(DataError, match="not a scorecard of this version"):
            read_scorecard(evaluation)


def test_two_at_once_leave_one_whole_evaluation(world: World) -> None:
    """Both answer, since neither finds the other's answers; what lies there at the end is whole."""

    def second(target: Target, home: Any) -> Chosen:
        def open_engine() -> ScriptedEngine:
            if target.kind == "version":
                run("health", world.home, Options(), world.choose)
            return world.choose(target, home).open()

        return scripted(open_engine)

    evaluation, card = run("health", world.home, Options(), second)
    assert world.opened == ["health@1", "tiny-base", "health@1"]
    assert {path.name for path in evaluation.folder.iterdir() if path.is_file()} == FILES
    assert read_scorecard(evaluation) == card


def test_an_example_of_endless_length_is_refused_before_any_model_is_loaded(world: World) -> None:
    data = world.recipe.parent / "long.jsonl"
    data.write_text(json.dumps({"id": "long", "question": "what?", "answer": "word " * 25_000}), encoding="utf-8")
    with pytest.raises(DataError, match=r"example 'long' holds more than 100,000 characters"):
        run("health", world.home, Options(data=data), world.choose)
    assert world.opened == []


def test_every_report_says_what_the_references_get_from_the_classifier(world: World) -> None:
    def rude(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(lambda request: "You stupid idiot.", model=target.label))

    evaluation, card = run("health", world.home, Options(), rude)
    reference, difference = card.reference_figures["toxicity"], card.reference_differences["toxicity"]
    assert set(card.reference_figures) == {"toxicity", "toxicity_rate"}
    assert reference.value is not None and reference.value < 0.2 and reference.ci95
    assert difference.value == pytest.approx(card.figures["toxicity"].value - reference.value)  # type: ignore[operator]
    assert read_json(evaluation.folder / "scores.json")["references"]["toxicity"] == reference.value
    rows = read_jsonl(evaluation.folder / "scores.jsonl")
    assert sum(row["references"]["toxicity"] for row in rows) / len(rows) == pytest.approx(reference.value)
    sentence = f"The same classifier gives the reference answers {reference.value:.3f} ["
    for text in (
        evaluation.html.read_text(encoding="utf-8"),
        (evaluation.folder / "scorecard.md").read_text(encoding="utf-8").replace("\\", ""),
        run_table(card, evaluation.html),
    ):
        assert sentence in text
        assert "more toxic to it than the references" in text
    assert 'class="reference"' in evaluation.html.read_text(encoding="utf-8")


def test_without_toxicity_nothing_is_said_of_the_references(world: World) -> None:
    evaluation, card = run("health", world.home, Options(overrides=("evaluation.metrics=[f1]",)), world.choose)
    assert card.reference_figures == {}
    page = evaluation.html.read_text(encoding="utf-8")
    assert "gives the reference answers" not in page and 'class="reference"' not in page


def test_the_table_ends_with_the_page_and_how_to_talk_with_a_version(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation, card = run("health", world.home, Options(), world.choose)
    assert run_table(card, evaluation.html).splitlines()[-2:] == [f"scorecard: {evaluation.html}", "chat: assistant chat health@1"]
    assert run_table(card, evaluation.html, ["--home", "a b"]).splitlines()[-1] == "chat: assistant chat health@1 --home 'a b'"
    base = card.model_copy(update={"target": card.target.model_copy(update={"kind": "base"})})
    assert run_table(base, evaluation.html).splitlines()[-1] == f"scorecard: {evaluation.html}"


def test_a_version_that_became_worse_is_said_to_be(world: World) -> None:
    def swapped(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(base_answer if target.kind == "version" else trained_answer, model=target.label))

    _, card = run("health", world.home, Options(), swapped)
    assert any(warning.startswith("Worse than the base") and "Token F1" in warning for warning in card.warnings)


def test_a_gate_that_chance_may_have_decided_is_named(world: World) -> None:
    _, card = run("health", world.home, Options(), world.choose)
    low, high = card.figures["f1"].ci95  # type: ignore[misc]
    _, other = run("health", world.home, Options(overrides=(f"gates=[{{metric: f1, at_least: {low + 0.01 * (high - low)}}}]",)), world.choose)
    assert other.measured_on.verdict == "fit"
    assert any("Chance may have decided f1" in warning for warning in other.warnings)


def test_a_base_is_its_own_base(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A base comes with a recipe; finding one on disk is the registry's matter, and is left out here."""
    version = run_module.find_target("health", world.home)
    bare = run_module.base_of(version)
    monkeypatch.setattr(targets, "find_target", lambda text, home, recipe: replace(bare, recipe=recipe.recipe))
    _, card = run("tiny-base", world.home, Options(recipe=world.recipe), world.choose)
    assert world.opened == ["tiny-base"]
    assert card.base is None and card.differences is None
    assert [judgement.passed for judgement in card.judgements] == [False, False, True]
    assert "2 times the" in card.gates[1].sentence


def test_a_failed_gate_is_in_every_report(world: World) -> None:
    evaluation, card = run(
        "health", world.home, Options(overrides=("gates=[{metric: f1, at_least: 0.99}, {metric: chrf, at_least: 1}]",)), world.choose
    )
    assert card.measured_on.verdict == "not fit"
    suite = Xml.fromstring((evaluation.folder / "junit.xml").read_text(encoding="utf-8"))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.find("failure") is not None for case in suite.iter("testcase")] == [True, False]
    assert "Not fit for release" in evaluation.html.read_text(encoding="utf-8")
    assert "Not fit for release" in (evaluation.folder / "scorecard.md").read_text(encoding="utf-8")
    assert "FAILED  f1 is" in run_table(card, evaluation.html)


def test_without_gates_there_is_no_verdict(world: World) -> None:
    evaluation, card = run("health", world.home, Options(overrides=("gates=[]",), with_base=False), world.choose)
    assert card.measured_on.verdict == "none"
    assert "No verdict" in evaluation.html.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("evaluation.metrics=[rouge9]", "no metric 'rouge9'"),
        ("gates=[{metric: speed, at_least: 1}]", "a gate names 'speed'"),
        ("evaluation.metrics=[nowhere.py]", "no metric script"),
        ("evaluation.toxicity.checkpoint=nowhere.ckpt", "there is no file"),
        ("training.epochs=9", "cannot change health@1"),
        ("evaluation.metricks=[f1]", "unknown key"),
    ],
)
def test_what_is_wrong_is_said_before_any_model_is_loaded(world: World, override: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        run("health", world.home, Options(overrides=(override,)), world.choose)
    assert world.opened == []


def test_an_unknown_target_says_that_a_base_needs_a_recipe(world: World) -> None:
    with pytest.raises(TargetError, match="A base needs --recipe"):
        run("nobody", world.home, Options(), world.choose)


def test_an_evaluation_is_found_by_the_beginning_of_its_name(world: World) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    for text in (evaluation.run, "health@1", "health", str(evaluation.folder)):
        assert find_evaluation(text, world.home).run == evaluation.run
    run("health", world.home, Options(with_base=False, limit=4), world.choose)
    with pytest.raises(TargetError, match="beginning of 2 evaluations"):
        find_evaluation("health", world.home)
    with pytest.raises(TargetError, match="there is no evaluation 'other'"):
        find_evaluation("other", world.home)


def test_caveats_are_given(world: World) -> None:
    _, card = run("health", world.home, Options(limit=12, overrides=("generation.max_new_tokens=3",)), world.choose)
    text = "\n".join(card.warnings)
    assert "few examples (12)" in text
    assert "--limit 12" in text
    assert "12 of 12 answers were cut at 3 tokens" not in text
    assert re.search(r"\d+ of 12 answers were cut at 3 tokens", text)
    assert "Notably wide intervals" in text

    def same(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(lambda request: "It passes.", model=target.label))

    _, card = run("health", world.home, Options(again=True), same)
    assert any("Every answer equals the base's" in warning for warning in card.warnings)
    assert any("word for word" in warning for warning in card.warnings)


class Elements(HTMLParser):
    """The tags of a page, and the addresses in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        # Links within the page lead nowhere else.
        addresses = [value or "" for name, value in attrs if name in {"src", "href", "xlink:href", "srcset", "action"}]
        self.addresses += [address for address in addresses if not address.startswith("#")]


def test_hostile_text_stays_text_in_every_report(world: World) -> None:
    recipe = write_recipe(world.recipe.parent, notice=HOSTILE, description=HOSTILE)
    version = world.home.assistants / "health" / "1"
    (version / "recipe.yaml").write_text(recipe.read_text(encoding="utf-8"), encoding="utf-8")
    rows = [{"id": f"{HOSTILE}{number}", "question": f"{HOSTILE}?", "answer": f"{HOSTILE} {number}", "kind": HOSTILE} for number in range(12)]
    data = world.recipe.parent / "hostile.jsonl"
    data.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    def hostile(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(lambda request: HOSTILE, model=target.label))

    evaluation, _ = run("health", world.home, Options(data=data), hostile)
    page = evaluation.html.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(" in page
    elements = Elements()
    elements.feed(page)
    assert "script" not in elements.tags
    assert elements.addresses == []
    markdown = (evaluation.folder / "scorecard.md").read_text(encoding="utf-8")
    assert "<script>" not in markdown
    assert "](javascript" not in markdown
    Xml.fromstring((evaluation.folder / "junit.xml").read_text(encoding="utf-8"))


def test_the_page_stands_alone_and_is_small(world: World) -> None:
    evaluation, card = run("health", world.home, Options(), world.choose)
    page = evaluation.html.read_text(encoding="utf-8")
    assert len(page.encode()) < 2_000_000
    assert "http://" not in page and "https://" not in page and "@import" not in page
    # In the order in which a reviewer asks.
    places = [
        page.index(f">{title}")
        for title in ("Gates", "Quality", "By tag", "Speed", "Lengths", "Worst and best", "Notice", "How it was", "Run it again")
    ]
    assert places == sorted(places)
    for text in ("prefers-color-scheme: dark", "@media print", "Not advice.", card.metrics["bleu"].signature, card.commands[0]):
        assert text in page


def test_long_answers_do_not_fill_the_page(world: World) -> None:
    def endless(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(lambda request: "x" * 20_000, model=target.label))

    evaluation, _ = run("health", world.home, Options(), endless)
    page = evaluation.html.read_text(encoding="utf-8")
    assert len(page.encode()) < 500_000
    assert "18500 more characters in predictions.jsonl" in page


def test_the_commands_of_the_page_are_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, card = run("health", world.home, Options(), world.choose)
    assert card.commands[1] == f"evalsuite report {card.run} --home {world.home.root}"
    monkeypatch.setenv("ASSISTANT_HOME", str(world.home.root))
    _, card = run("health", world.home, Options(limit=5, overrides=("evaluation.seed=3",), with_base=False), world.choose)
    assert card.commands[0] == "evalsuite run health@1 --limit 5 --set evaluation.seed=3 --no-base --again"


def test_a_trial_meets_many_groups_and_the_same_ones_again(world: World) -> None:
    evaluation, card = run("health", world.home, Options(with_base=False, limit=6), world.choose)
    ids = [row["id"] for row in read_jsonl(evaluation.predictions)]
    assert len(ids) == card.examples.n == 6
    assert card.examples.groups > 3
    whole, _ = run("health", world.home, Options(with_base=False), world.choose)
    everyone = [row["id"] for row in read_jsonl(whole.predictions)]
    assert ids == [name for name in everyone if name in ids]


def test_behind_a_server_the_base_is_not_asked(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """There is one model behind it, whatever it is called here."""
    server = "engine={name: remote, remote: {url: 'http://127.0.0.1:1/v1', model: m}}"
    _, card = run("health", world.home, Options(overrides=(server, "gates=[]")), world.choose)
    assert world.opened == ["health@1"]
    assert card.base is None
    assert "the bare base is not asked" in capsys.readouterr().err
