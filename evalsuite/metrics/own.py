"""A metric of one's own: a plain Python file that declares `METRIC = Metric(...)`.

It is checked by its own worked example before anything is scored, and read in this process. Like a script
of the `evaluate` library it is code that the user wrote or trusts. Its figure must be a mean of its
answers' values (`combine=mean`), so that it can be read back from a file without the code.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING

from assistant.api import UserError, fingerprint_of_file
from evalsuite.metrics.metric import Metric, mean
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

NAME = "METRIC"
TODO = f"Declare {NAME} = Metric(...) of evalsuite.metrics.metric, as docs/metrics.md shows."
TOLERANCE = 1e-6


def declares_a_metric(path: Path) -> bool:
    """Whether a file assigns METRIC at its top; such a file is not run to find out."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return False
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    return any(isinstance(target, ast.Name) and target.id == NAME for target in targets)


def own_metric(path: Path) -> Metric:
    """The metric that a file declares, called as the file is.

    Raises:
        UserError: The file fails, declares no metric, or the metric fails its worked example.
    """
    return _loaded(path, fingerprint_of_file(path))


@cache
def _loaded(path: Path, fingerprint: str) -> Metric:
    try:
        metric = run_path(str(path)).get(NAME)
    except (Exception, SystemExit) as error:
        raise _refused(path, f"failed: {type(error).__name__}: {str(error)[:200]}") from error
    import numpy as np

    if not isinstance(metric, Metric):
        raise _refused(path, f"declares a {NAME} that is a {type(metric).__name__}")
    if metric.combine is not mean or metric.per_item or metric.total:
        raise _refused(path, "declares a metric that is no mean of its answers' values", "Give it combine=mean and statistics by scored(...).")
    declared = metric

    def signature(predictions: Sequence[Prediction]) -> str:
        return f"{declared.signature(predictions)}|file:{fingerprint[:12]}"

    def statistics(predictions: Sequence[Prediction]) -> Array:
        # What fails on one answer must not cost the others: whoever scores asks again one by one.
        return _of_the_right_shape(path, declared, np.asarray(declared.statistics(predictions), dtype=np.float64), len(predictions))

    _check_card(path, declared)
    _check_example(path, declared)
    return replace(declared, name=path.stem, signature=signature, statistics=statistics)


def _check_card(path: Path, metric: Metric) -> None:
    texts = {name: getattr(metric, name) for name in ("title", "unit", "meaning", "direction")}
    wrong = [name for name, value in texts.items() if not isinstance(value, str)]
    if wrong or metric.direction not in ("higher", "lower", "unknown"):
        raise _refused(
            path, f"declares a {wrong[0] if wrong else 'direction'} that is none", "Texts are texts; direction is higher, lower or unknown."
        )


def _check_example(path: Path, metric: Metric) -> None:
    value = metric.value(_checked(path, metric, [metric.example.as_prediction()]))
    if not math.isclose(value, metric.example.value, abs_tol=TOLERANCE):
        raise _refused(
            path, f"says {value:g} of its own worked example, which has it as {metric.example.value:g}", "Correct the metric or the example."
        )


def _checked(path: Path, metric: Metric, predictions: Sequence[Prediction]) -> Array:
    """The statistics, of the right shape; whatever fails in the user's code is told as theirs."""
    import numpy as np

    try:
        found = np.asarray(metric.statistics(predictions), dtype=np.float64)
    except (Exception, SystemExit) as error:
        raise _refused(path, f"failed: {type(error).__name__}: {str(error)[:200]}") from error
    return _of_the_right_shape(path, metric, found, len(predictions))


def _of_the_right_shape(path: Path, metric: Metric, found: Array, answers: int) -> Array:
    import numpy as np

    if found.shape != (answers, 2) or not np.isfinite(found).all():
        raise _refused(path, f"gave statistics of the shape {found.shape} for {answers} answers, or no numbers", "Make them by scored(...).")
    if metric.rate and not np.isin(found, (0.0, 1.0)).all():
        raise _refused(path, "is declared a rate, and gave an answer neither 0 nor 1", "Leave rate=True out, or give 0 or 1.")
    return found


def _refused(path: Path, what: str, todo: str = TODO) -> UserError:
    return UserError(f"the metric {path} {what}", todo)
