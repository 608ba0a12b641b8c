"""Metrics of the `evaluate` library from a script on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import UserError
from evalsuite.figures import figures_of
from evalsuite.metrics.external import External
from evalsuite.metrics.registry import check_names
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
    script = write(tmp_path, "most_references", "float(max(map(len, references)))", MANY)
    assert score(PREDICTIONS, order(script)).fixed["most_references"].value == 2


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
