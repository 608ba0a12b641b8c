"""docs/metrics.md says what the code says, and the agreement with people is as docs/metric-agreement.md has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalsuite.metrics.docs import page
from evalsuite.metrics.registry import BY_MODEL, TEXT, check_names
from tests.evalsuite.human_agreement import best_accuracy, exact, kendall, read

DOCS = Path(__file__).parents[2] / "docs"
FILE = Path(__file__).parents[2] / ".." / "shared" / "data" / "nq_human_judged.dev.jsonl"


def test_the_page_is_the_one_that_the_code_writes() -> None:
    assert (DOCS / "metrics.md").read_text(encoding="utf-8") == page(), "write it anew: python -m evalsuite.metrics.docs > docs/metrics.md"


@pytest.mark.parametrize("name", [*TEXT, *BY_MODEL])
def test_every_metric_has_its_place_on_the_page(name: str) -> None:
    assert f"### `{name}`: " in page()


def test_every_name_with_options_on_the_page_is_one() -> None:
    import re

    names = [name for name in re.findall(r"`([a-zA-Z_0-9]+\([^`]+\))`", page()) if name.partition("(")[0] in TEXT]
    assert len(names) > 8
    check_names(names, DOCS)


def test_the_best_threshold_of_a_metric() -> None:
    import numpy as np

    scores, right = np.asarray([0.9, 0.8, 0.8, 0.1]), np.asarray([True, True, False, False])
    assert best_accuracy(scores, right) == (0.9, 0.75)
    assert best_accuracy(scores, np.asarray([False, False, False, True])) == (np.inf, 0.75)
    assert kendall(np.asarray([1, 2, 3]), np.asarray([0, 1, 2])) == 1


@pytest.mark.skipif(not FILE.is_file(), reason=f"{FILE.name} is not beside the project")
def test_exact_match_misses_every_correct_answer_of_the_judged_ones() -> None:
    predictions, labels = read(FILE)
    found = exact(predictions, labels)
    assert (found.said, found.right, found.recall, found.precision) == (0, 543, 0, None)
    assert f"| `f1` | {len(labels)} | 0.384 " in (DOCS / "metric-agreement.md").read_text(encoding="utf-8")
