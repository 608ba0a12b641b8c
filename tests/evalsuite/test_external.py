"""Metrics of the `evaluate` library from a script on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import Gate, UserError
from evalsuite.figures import figures_of
from evalsuite.metrics.external import External
from evalsuite.metrics.registry import check_gates, check_names, choose
from evalsuite.scores import Order, score
from tests.evalsuite.world import prediction

SCRIPT = """
import datasets
import evaluate


class Lengths(evaluate.Metric):
    def _info(self):
        features = datasets.Features({{"predictions": datasets.Value("string"), "references": {references}}})
        return evaluate.MetricInfo(description="", citation="", inputs_description="", features=features)

    def _compute(self, predictions, references):
        return {{"{key}": {formula}}}
"""
ONE = 'datasets.Value("string")'
MANY = 'datasets.Sequence(datasets.Value("string"))'
PREDICTIONS = [prediction("a b c d", "a b", "a", name="1"), prediction("a", "a b c d", name="2"), prediction("a b", "a b c", name="3")]


def write(folder: Path, name: str, formula: str, references: str = ONE, key: str | None = None) -> External:
    path = folder / f"{name}.py"
    path.write_text(SCRIPT.format(references=references, formula=formula, key=key or name), encoding="utf-8")
    return External.find(path.name, folder)


def order(script: External) -> Order:
    return Order(metrics=[], scripts=[script], toxicity=None, seed=0)


def test_a_mean_gets_a_bootstrap_like_any_other(tmp_path: Path) -> None:
    script = write(tmp_path, "mean_words", "sum(len(p.split()) for p in predictions) / len(predictions)")
    scores = score(PREDICTIONS, order(script))
    assert scores.items == {"mean_words": [4, 1, 2]}
    figure = figures_of(scores.metrics, scores.statistics, ["1", "2", "3"], 5000, 0).figures["mean_words"]
    assert figure.value == pytest.approx(7 / 3)
    # Student's t of 4, 1 and 2: 4.303 x 1.528 / sqrt(3) to either side; nobody knows how low such a figure can be.
    assert figure.ci95 == pytest.approx((7 / 3 - 3.795, 7 / 3 + 3.795), abs=0.05)


def test_a_ratio_over_all_answers_is_resampled_by_the_script_itself(tmp_path: Path) -> None:
    script = write(tmp_path, "word_ratio", "sum(len(p.split()) for p in predictions) / sum(len(r.split()) for r in references)")
    figure = score(PREDICTIONS, order(script)).fixed["word_ratio"]
    assert figure.value == pytest.approx(7 / 9)
    assert figure.ci95 == pytest.approx((0.25, 2.0))
    assert figure.interval_method == "percentile bootstrap, 200 resamples"


def test_a_script_that_takes_lists_gets_all_references(tmp_path: Path) -> None:
    script = write(tmp_path, "mean_references", "sum(map(len, references)) / len(references)", MANY)
    assert score(PREDICTIONS, order(script)).items == {"mean_references": [2, 1, 1]}


def test_a_result_under_another_name_is_taken_where_it_is_the_first_number(tmp_path: Path) -> None:
    assert score(PREDICTIONS, order(write(tmp_path, "named", "1.0", key="other"))).items["named"] == [1, 1, 1]


@pytest.mark.parametrize(
    ("name", "formula", "said"),
    [
        ("divides", "1 / 0", "ZeroDivisionError"),
        ("gives_nan", "float('nan')", "no finite number"),
        ("gives_text", "'text'", "no finite number"),
        ("ends", "exit(0)", "SystemExit"),
        ("gives_list", "1}.keys() and [1] or {1", "no dictionary"),
    ],
)
def test_a_script_that_fails_is_named(tmp_path: Path, name: str, formula: str, said: str) -> None:
    script = write(tmp_path, name, formula)
    with pytest.raises(UserError, match=said) as caught:
        score(PREDICTIONS, order(script))
    assert str(script.path) in str(caught.value)


def test_a_script_that_is_no_python_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def (", encoding="utf-8")
    with pytest.raises(UserError, match="failed"):
        score(PREDICTIONS, order(External.find("broken.py", tmp_path)))


def test_what_a_script_prints_is_no_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score(PREDICTIONS, order(write(tmp_path, "prints", "print('noise') or 1.0")))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "noise" in captured.err


def test_a_script_called_like_another_metric_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "other"):
        folder.mkdir(exist_ok=True)
        write(folder, "mine", "1.0")
    write(tmp_path, "f1", "1.0")
    check_names(["mine.py", "mine.py", "f1"], tmp_path)
    for names in (["mine.py", "other/mine.py"], ["f1.py"]):
        with pytest.raises(UserError, match="as another metric is"):
            check_names(names, tmp_path)


def test_a_missing_script_is_found_missing_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no metric script"):
        External.find("nowhere.py", tmp_path)


OWN = """
from evalsuite.metrics.metric import Metric, Worked, each_scored, mean

METRIC = Metric(
    name="whatever",
    title="Polite answers",
    meaning="The share of answers that say please.",
    example=Worked("Please rest.", ("Rest.",), {value}),
    signature=lambda predictions: "word:please",
    statistics=each_scored(lambda prediction: {score}),
    combine=mean,
)
"""


def own(folder: Path, value: str = "1.0", score: str = 'float("please" in prediction.text.lower())') -> list[str]:
    (folder / "polite.py").write_text(OWN.format(value=value, score=score), encoding="utf-8")
    return ["polite.py"]


def test_a_metric_of_ones_own_is_scored_like_ours(tmp_path: Path) -> None:
    wanted = choose_order(own(tmp_path), tmp_path)
    scores = score([prediction("please", "a", name="1"), prediction("no", "a", name="2")], wanted)
    assert scores.items == {"polite": [1, 0]}
    assert scores.cards["polite"].title == "Polite answers"
    assert scores.cards["polite"].signature.startswith("word:please|file:")
    assert figures_of(scores.metrics, scores.statistics, ["1", "2"], 200, 0).figures["polite"].value == 0.5


def test_a_metric_of_ones_own_must_pass_its_own_example(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="worked example"):
        choose_order(own(tmp_path, value="0.5"), tmp_path)


@pytest.mark.parametrize(("score", "said"), [("1 / 0", "ZeroDivisionError"), ("exit(0)", "SystemExit")])
def test_a_metric_of_ones_own_that_fails_is_named(tmp_path: Path, score: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        choose_order(own(tmp_path, score=score), tmp_path)
    assert "polite.py" in caught.value.what


@pytest.mark.parametrize(
    ("text", "said"),
    [("METRIC = 3", "is a int"), ("METRIC = 1 / 0", "ZeroDivisionError"), ("from evalsuite.metrics.bleu import BLEU\nMETRIC = BLEU", "no mean")],
)
def test_a_file_that_declares_no_such_metric_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        choose_order(["mine.py"], tmp_path)


def test_a_metric_of_the_library_is_loaded_from_its_cache_and_never_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.delenv("HF_MODULES_CACHE", raising=False)
    with pytest.raises(UserError, match="not in its cache") as caught:
        check_names(["evaluate:lengths"], tmp_path)
    assert "Fetch it once" in caught.value.todo
    cached = tmp_path / "modules" / "evaluate_modules" / "metrics" / "evaluate-metric--lengths" / ("0" * 64)
    cached.mkdir(parents=True)
    write(cached, "lengths", "float(sum(map(len, predictions)) / len(predictions))")
    check_gates([Gate(metric="lengths", at_least=1)], ["evaluate:lengths"])
    scores = score(PREDICTIONS, choose_order(["evaluate:lengths"], tmp_path))
    assert scores.items == {"lengths": [7, 1, 3]}
    assert scores.cards["lengths"].signature.startswith("evaluate:")


def test_a_name_that_no_library_has_is_refused(tmp_path: Path) -> None:
    for name in ("evaluate:", "evaluate:../f1", "evaluate:a/b/c"):
        with pytest.raises(UserError, match="names no metric"):
            check_names([name], tmp_path)


def choose_order(names: list[str], folder: Path) -> Order:
    metrics, scripts = choose(names, folder, lambda: pytest.fail("no classifier is needed"))
    return Order(metrics, scripts, None, 0)
