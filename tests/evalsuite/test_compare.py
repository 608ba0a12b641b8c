"""Two evaluations of the same questions: paired figures and tests, what changed, margins, and what cannot be compared."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from assistant.api import Home, Request, Target, UserError, read_json, read_jsonl
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite.cli import app
from evalsuite.compare import compare, parse_margins
from evalsuite.evaluation import find_evaluation
from evalsuite.figures import figures_of
from evalsuite.previous import beside, previous_of
from evalsuite.run import run
from evalsuite.sides import read_side
from evalsuite.slices import slices_of
from evalsuite.targets import Options
from tests.evalsuite.world import World, make_world, question, scripted, trained_answer, write_recipe

Say = Callable[[Request], str]


def right_answer(request: Request) -> str:
    return question(int(request.messages[-1]["content"].rstrip("?").split()[-1]))["answer"]


def wrong_answer(request: Request) -> str:
    return "It passes." if "what" in request.messages[-1]["content"] else right_answer(request).replace("rest and water", "tea")


def examined(world: World, say: Say, *overrides: str, limit: int | None = None) -> str:
    """The name of an evaluation in which this is said."""

    def choose(target: Target, home: Home) -> Chosen:
        return scripted(lambda: ScriptedEngine(say, model=target.label))

    evaluation, _ = run("health", world.home, Options(overrides=overrides, limit=limit, with_base=False), choose)
    return evaluation.run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, str]]:
    """One evaluation in which nothing is right to the last word, and one in which everything is: where they lie, and their names."""
    world = make_world(tmp_path_factory.mktemp("made"))
    return world.home.evals, (examined(world, wrong_answer), examined(world, right_answer, "generation.max_new_tokens=41"))


@pytest.fixture
def runs(world: World, made: tuple[Path, tuple[str, str]]) -> tuple[str, str]:
    """Both, for a test of its own."""
    evals, names = made
    shutil.copytree(evals, world.home.evals)
    return names


def test_a_difference_is_that_of_the_two_scorecards(world: World, runs: tuple[str, str]) -> None:
    comparison = compare(*runs, world.home, {}, resamples=500)
    cards = [read_json(world.home.evals / name / "scorecard.json") for name in runs]
    for name, compared in comparison.compared.items():
        assert compared.before.value == cards[0]["figures"][name]["value"]
        assert compared.after.value == cards[1]["figures"][name]["value"]
        assert compared.difference.value == pytest.approx(compared.after.value - compared.before.value)
        assert compared.difference.ci95[0] <= compared.difference.value <= compared.difference.ci95[1]
    assert comparison.n == cards[0]["examples"]["n"] and comparison.groups == cards[0]["examples"]["groups"]
    assert comparison.left_out == {"before": 0, "after": 0}


def test_it_tells_what_is_better_and_by_what_test(world: World, runs: tuple[str, str]) -> None:
    comparison = compare(*runs, world.home, {}, resamples=4000)
    f1 = comparison.compared["f1"]
    assert (f1.verdict, f1.test, f1.losses) == ("better", "paired randomization", 0)
    assert f1.wins + f1.ties == comparison.n and f1.wins > 0
    # Of all ways to swap so many groups, only none and all are as far apart.
    assert f1.p == pytest.approx(2 / 2**comparison.groups, rel=0.8) and f1.p < f1.p_holm < 0.05
    assert f1.smallest_seen and f1.smallest_seen < f1.difference.value
    backwards = compare(*reversed(runs), world.home, {}, resamples=4000).compared["f1"]
    assert (backwards.verdict, backwards.wins, backwards.losses) == ("worse", 0, f1.wins)
    assert backwards.difference.value == -f1.difference.value


def test_it_repeats_itself_to_the_byte(world: World, runs: tuple[str, str]) -> None:
    once, again = (compare(*runs, world.home, {"f1": 0.1}, resamples=300).model_dump_json() for _ in range(2))
    assert once == again


def test_an_evaluation_beside_itself_shows_nothing(world: World, runs: tuple[str, str]) -> None:
    comparison = compare(runs[0], runs[0], world.home, {}, resamples=300)
    assert comparison.changed == ()
    assert {compared.verdict for compared in comparison.compared.values()} == {"unclear"}
    assert {compared.p for compared in comparison.compared.values()} == {1.0}
    assert any("same weights" in warning for warning in comparison.warnings)
    # 0 of so many groups before and after: what is judged is how sure that is, and it is never an empty interval.
    (margin,) = compare(runs[0], runs[0], world.home, {"exact_match": 0.6}, resamples=300).margins
    assert margin.passed and not compare(runs[0], runs[0], world.home, {"exact_match": 0.05}, resamples=300).margins[0].passed


def test_where_no_verdict_is_possible_it_says_so(world: World) -> None:
    before = examined(world, wrong_answer, limit=4)
    after = examined(world, right_answer, "generation.max_new_tokens=41", limit=4)
    comparison = compare(before, after, world.home, {"f1": 0.02}, resamples=4000)
    assert any("nothing can be called better or worse" in warning for warning in comparison.warnings)
    assert comparison.compared["f1"].smallest_seen is None and comparison.compared["f1"].verdict == "unclear"
    assert not comparison.margins[0].passed and "too few" in comparison.margins[0].sentence


def test_what_either_side_joins_is_joined(world: World, runs: tuple[str, str]) -> None:
    grouped = compare(*runs, world.home, {}, resamples=300)
    ungroup(world.home.evals / runs[1])
    for pair in (runs, runs[::-1]):
        comparison = compare(*pair, world.home, {}, resamples=300)
        assert comparison.groups == grouped.groups and any("differently" in warning for warning in comparison.warnings)


def test_broken_scores_are_two_lines(world: World, runs: tuple[str, str]) -> None:
    file = world.home.evals / runs[0] / "scores.jsonl"
    rows = read_jsonl(file)
    scores = rows[0]["scores"]
    # Null says that a metric does not apply, which cannot be of BLEU: it is of all answers.
    for broken in (
        {"scores": {**scores, "f1": "much"}},
        {"scores": {**scores, "bleu": None}},
        {"statistics": {**rows[0]["statistics"], "bleu": [1, 2, 3]}},
    ):
        file.write_text("".join(json.dumps(row) + "\n" for row in [{**rows[0], **broken}, *rows[1:]]), encoding="utf-8")
        with pytest.raises(UserError, match="no whole scores"):
            compare(*runs, world.home, {}, resamples=300)


def test_rates_of_independent_answers_get_mcnemars_test(world: World, tmp_path: Path) -> None:
    recipe = world.home.assistants / "health" / "1" / "recipe.yaml"
    before = examined(world, trained_answer)
    after = examined(world, right_answer, "generation.max_new_tokens=41")
    for name in (before, after):
        ungroup(world.home.evals / name)
    comparison = compare(before, after, world.home, {}, resamples=300)
    exact = comparison.compared["exact_match"]
    assert recipe.exists() and exact.test == "exact McNemar"
    assert exact.p == pytest.approx(2 / 2**exact.wins)


def ungroup(folder: Path) -> None:
    """Let every answer be a group of its own, as in data without groups; the scores are those of the same texts."""
    from evalsuite.prediction import Prediction
    from evalsuite.scores import _fingerprint

    rows = [{**row, "group": row["id"]} for row in read_jsonl(folder / "predictions.jsonl")]
    (folder / "predictions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "seal.json").unlink()
    scores = read_json(folder / "scores.json")
    scores["answers"] = _fingerprint([Prediction.from_json(row) for row in rows])
    (folder / "scores.json").write_text(json.dumps(scores), encoding="utf-8")


def test_only_questions_that_both_were_asked_are_compared(world: World) -> None:
    whole = examined(world, trained_answer)
    part = examined(world, right_answer, limit=10)
    comparison = compare(whole, part, world.home, {}, resamples=300)
    rows = read_jsonl(world.home.evals / whole / "predictions.jsonl")
    assert comparison.n == 10 and comparison.left_out == {"before": len(rows) - 10, "after": 0}
    asked = {row["id"] for row in read_jsonl(world.home.evals / part / "predictions.jsonl")}
    scores = {row["id"]: row["scores"]["f1"] for row in read_jsonl(world.home.evals / whole / "scores.jsonl")}
    assert comparison.compared["f1"].before.value == pytest.approx(np.mean([scores[name] for name in asked]))
    assert any("left out" in warning for warning in comparison.warnings)


def test_the_largest_changes_come_first_with_both_answers(world: World, runs: tuple[str, str]) -> None:
    comparison = compare(*runs, world.home, {}, resamples=300)
    moves = [abs(change.score_after - change.score_before) for change in comparison.changed]
    assert moves == sorted(moves, reverse=True) and moves[-1] > 0
    assert comparison.changed[0].before == "It passes." and comparison.changed[0].after in comparison.changed[0].references


def test_scores_of_other_answers_are_not_believed(world: World, runs: tuple[str, str]) -> None:
    file = world.home.evals / runs[0] / "predictions.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace("It passes.", "It stays."), encoding="utf-8")
    with pytest.raises(UserError, match="no whole scores"):
        compare(*runs, world.home, {}, resamples=300)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--no-worse", "f1=0.02"], 0, "passed  f1 may be worse by 0.02; the lower end of its difference is +"),
        (["--no-worse", "bleurt=0"], 2, "not compared here"),
        (["--no-worse", "f1"], 2, "is not METRIC=MARGIN"),
        (["--no-worse", "f1=-1"], 2, "the margin of f1 is -1"),
        (["--no-worse", "f1=nan"], 2, "the margin of f1 is nan"),
        (["--no-worse", "f1=inf"], 2, "the margin of f1 is inf"),
        (["--no-worse", "f1=1"], 2, "f1 runs from 0 to 1"),
        (["--no-worse", "f1=0.1", "--no-worse", "f1=0"], 2, "twice"),
    ],
)
def test_margins_on_the_command_line(world: World, runs: tuple[str, str], words: Sequence[str], code: int, said: str) -> None:
    done = CliRunner().invoke(app, ["compare", *runs, "--resamples", "300", "--home", str(world.home.root), *words])
    if code == 2:
        assert isinstance(done.exception, UserError) and said in str(done.exception)
    else:
        assert done.exit_code == code and said in done.stdout


def test_what_has_become_worse_ends_with_code_1(world: World, runs: tuple[str, str]) -> None:
    words = ["compare", runs[1], runs[0], "--resamples", "4000", "--home", str(world.home.root), "--no-worse", "f1=0.02"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1 and "FAILED  f1 may be worse by 0.02" in done.stdout
    assert "worse" in done.stdout and "changed most, by" in done.stdout
    as_json = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert as_json["margins"][0]["passed"] is False and as_json["compared"]["f1"]["verdict"] == "worse"


def test_what_a_model_said_moves_no_cursor(world: World) -> None:
    before = examined(world, lambda request: "\x1b[2J\x1b]0;owned\x07 rest")
    after = examined(world, right_answer, "generation.max_new_tokens=41")
    done = CliRunner().invoke(app, ["compare", before, after, "--resamples", "300", "--home", str(world.home.root)])
    assert done.exit_code == 0 and "\x1b" not in done.stdout and "owned" in done.stdout


def test_evaluations_of_other_questions_cannot_be_compared(world: World, runs: tuple[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"question": "what is topic 1?", "answer": "Something else."}), encoding="utf-8")

    def choose(target: Target, home: Home) -> Chosen:
        return scripted(lambda: ScriptedEngine(right_answer, model=target.label))

    evaluation, _ = run("health", world.home, Options(data=other, with_base=False), choose)
    with pytest.raises(UserError, match="share no question"):
        compare(runs[0], evaluation.run, world.home, {}, resamples=300)


def test_margins_are_read() -> None:
    assert parse_margins(["f1=0.02", "bleu = 1"]) == {"f1": 0.02, "bleu": 1.0}


def test_holm_counts_primary_metrics_alone(world: World, runs: tuple[str, str]) -> None:
    comparison = compare(*runs, world.home, {}, resamples=4000, primary=["f1", "rougeL"])
    whole = compare(*runs, world.home, {}, resamples=4000)
    assert [name for name in comparison.order if comparison.compared[name].primary] == ["f1", "rougeL"]
    f1, chrf = comparison.compared["f1"], comparison.compared["chrf"]
    assert f1.p == whole.compared["f1"].p and f1.p_holm is not None and f1.p_holm <= 2 * f1.p + 1e-12 < (whole.compared["f1"].p_holm or 0)
    assert (chrf.p, chrf.p_holm, chrf.verdict, chrf.smallest_seen) == (whole.compared["chrf"].p, None, "unclear", None)


def test_primary_metrics_on_the_command_line(world: World, runs: tuple[str, str]) -> None:
    words = ["compare", *runs, "--resamples", "4000", "--home", str(world.home.root), "--metrics"]
    done = CliRunner().invoke(app, [*words, "f1"])
    assert done.exit_code == 0 and "exploratory" in done.stdout and "no verdict on 0 of 1 primary metrics" in done.stdout
    for named, said in (("f2", "not compared here"), (" , ", "names no metric")):
        refused = CliRunner().invoke(app, [*words, named])
        assert isinstance(refused.exception, UserError) and said in str(refused.exception)


def gate_words(world: World, name: str, *words: str, gates: Sequence[dict[str, object]]) -> list[str]:
    recipe = write_recipe(world.recipe.parent, gates=list(gates))
    return ["gate", name, "--recipe", str(recipe), "--home", str(world.home.root), *words]


def test_a_gate_against_another_evaluation_agrees_with_compare_to_the_digit(world: World, runs: tuple[str, str]) -> None:
    gates = [{"metric": "f1", "no_worse": 0.02}, {"metric": "rougeL", "no_worse": 0.02, "slice": "kind=why"}]
    card = beside(find_evaluation(runs[0], world.home), runs[1], world.home, {"kind=why"}).card
    comparison = compare(runs[1], runs[0], world.home, {}, card.settings.resamples, card.settings.seed)
    assert card.previous_differences == {name: compared.difference for name, compared in comparison.compared.items()}
    done = CliRunner().invoke(app, gate_words(world, runs[0], "--against", runs[1], "--json", gates=gates))
    judged = json.loads(done.stdout)["gates"]
    assert done.exit_code == 1 and not judged[0]["passed"] and judged[0]["value"] == -comparison.compared["f1"].difference.ci95[0]
    better = CliRunner().invoke(app, gate_words(world, runs[1], "--against", runs[0], gates=gates[:1]))
    assert better.exit_code == 0 and "passed  f1 may be worse than the previous release's by 0.02; the lower end" in better.stdout


def test_without_a_previous_evaluation_the_gate_says_that_there_is_none(world: World, runs: tuple[str, str]) -> None:
    done = CliRunner().invoke(app, gate_words(world, runs[0], gates=[{"metric": "f1", "no_worse": 0.02}]))
    assert done.exit_code == 0 and "no previous release to compare with yet" in done.stdout


def test_slices_and_the_whole_differ_from_the_previous_release_as_compare_says(world: World, runs: tuple[str, str]) -> None:
    old, new = (read_side(find_evaluation(name, world.home)) for name in runs)
    groups = [prediction.group for prediction in new.predictions]
    target = figures_of(new.scores.metrics, new.scores.statistics, groups, 400, 0)
    previous = previous_of(target, new.scores, old.scores, 400, 0)
    comparison = compare(*runs, world.home, {}, 400, 0)
    assert previous.differences == {name: compared.difference for name, compared in comparison.compared.items()}
    assert previous.figures["f1"] == comparison.compared["f1"].before
    slices, _ = slices_of(new.predictions, new.scores, None, 400, 0, old.scores)
    assert [each.previous_differences["f1"].n for each in slices if each.previous_differences] == [each.n for each in slices]


def test_a_slice_that_a_gate_names_is_never_left_out(monkeypatch: pytest.MonkeyPatch, world: World, runs: tuple[str, str]) -> None:
    side = read_side(find_evaluation(runs[0], world.home))
    monkeypatch.setattr("evalsuite.slices.MOST", 0)
    assert slices_of(side.predictions, side.scores, None, 100, 0)[0] == ()
    named, _ = slices_of(side.predictions, side.scores, None, 100, 0, None, {"kind=why"})
    assert [each.value for each in named] == ["why"]


def test_what_was_measured_in_two_ways_has_no_difference_to_the_previous(world: World, runs: tuple[str, str]) -> None:
    old, new = (read_side(find_evaluation(name, world.home)) for name in runs)
    cards = {**old.scores.cards, "f1": old.scores.cards["f1"].model_copy(update={"signature": "another"})}
    target = figures_of(new.scores.metrics, new.scores.statistics, [prediction.group for prediction in new.predictions], 200, 0)
    found = previous_of(target, new.scores, replace(old.scores, cards=cards), 200, 0).differences
    assert found["f1"].value is None and "two ways" in str(found["f1"].reason) and found["rougeL"].value is not None
