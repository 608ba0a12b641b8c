"""Second stage: `predictions.jsonl` in, `scores.jsonl` and `scores.json` out.

A row of `scores.jsonl` holds an answer's score by every metric and, where a score alone does not add up
to the figure (BLEU, chrF), its sufficient statistics; and what the classifier of toxicity gives the
answer's references. `scores.json` says what the metrics are and which answers and which metrics the rows
belong to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.api import UserError, fingerprint_of_file, fingerprint_of_value, read_json, read_jsonl, say, write_json, write_jsonl
from evalsuite.figures import rounded
from evalsuite.measure import EXTERNAL_RESAMPLES, Whole, ask_script, measure
from evalsuite.metrics import semantic, toxicity
from evalsuite.metrics.external import External
from evalsuite.metrics.metric import Metric, applies, mean, mean_of_references, scored, textless
from evalsuite.metrics.registry import TEXT, choose
from evalsuite.prediction import Prediction
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.selfcheck import SelfCheck, check
from evalsuite.similarity import find_encoder
from evalsuite.toxicity.classifier import Classifier

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

SCHEMA_VERSION = 4
OF_A_SCRIPT = "as the script says"
"""The unit of a figure that a script of the `evaluate` library gives."""


@dataclass(frozen=True)
class Scores:
    """What every metric says of every answer.

    Attributes:
        cards: What the metrics are, in the order in which they were asked for.
        statistics: Sufficient statistics by metric, `(answers, k)`; not of those in `fixed`.
        items: The score of each answer by metric, `(answers,)`; None where the metric does not apply.
        fixed: Figures that cannot be taken over other sets of answers.
        references: What the classifier of toxicity gives the references of each answer, by metric; empty without one.
        toxicity: What the classifier of toxicity cannot see; None if there was none.
        checks: Whether the metrics work on these answers' references.
        failures: By metric, the ids of the answers that it failed on, and why.
    """

    cards: dict[str, MetricCard]
    statistics: dict[str, Array]
    items: dict[str, list[float | None]]
    fixed: dict[str, Figure]
    references: dict[str, list[float]]
    toxicity: str | None
    checks: tuple[SelfCheck, ...] = ()
    failures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def metrics(self) -> list[Metric]:
        """The metrics that have statistics, as far as aggregation needs them."""
        return [TEXT.get(name) or _mean_metric(name, self.cards[name]) for name in self.cards if name in self.statistics]


@dataclass(frozen=True)
class Order:
    """What is to be scored with what.

    Attributes:
        metrics: Of this project.
        scripts: Of the `evaluate` library.
        toxicity: What the classifier cannot see; None without one.
        seed: Of resamples that a script needs.
        missing: Metrics that cannot be measured on this machine, and why.
    """

    metrics: list[Metric]
    scripts: list[External]
    toxicity: str | None
    seed: int
    missing: Mapping[str, str] = field(default_factory=dict)


def order(names: Sequence[str], folder: Path, classifier: Callable[[], Classifier], seed: int) -> Order:
    """What the recipe asks for.

    Raises:
        UserError: A name is no metric's, or a script or checkpoint does not exist.
    """
    asked: list[Classifier] = []

    def remember() -> Classifier:
        asked.append(classifier())
        return asked[0]

    missing = _without_encoder(names)
    metrics, scripts = choose([name for name in names if name not in missing], folder, remember)
    return Order(metrics, scripts, asked[0].blind_to if asked else None, seed, missing)


def _without_encoder(names: Sequence[str]) -> dict[str, str]:
    """The metrics that want an encoder where it can neither be found nor fetched, and why: without a network all others are still worth having."""
    wanted = [name for name in names if name in semantic.NAMES]
    if not wanted or len(wanted) == len(names):
        return {}
    try:
        find_encoder()
    except UserError as error:
        say(f"{', '.join(wanted)}: not measured, {error.what}")
        return dict.fromkeys(wanted, f"{error.what}. {error.todo}")
    return {}


def score(predictions: Sequence[Prediction], wanted: Order) -> Scores:
    """Score every answer.

    Raises:
        UserError: A script of the `evaluate` library failed.
    """
    measured = measure(predictions, wanted.metrics)
    statistics = dict(measured.statistics)
    failures = {name: {predictions[place].id: why for place, why in failed.items()} for name, failed in measured.failures.items()}
    cards = {metric.name: card_of(metric, predictions) for metric in wanted.metrics}
    items = {metric.name: _items(metric, statistics[metric.name]) for metric in wanted.metrics}
    references = {metric.name: mean_of_references(metric, predictions) for metric in wanted.metrics if metric.name in toxicity.NAMES}
    fixed: dict[str, Figure] = {}
    for script in wanted.scripts:
        said = ask_script(script, predictions, wanted.seed)
        items[script.name] = list(said.items)
        cards[script.name] = _script_card(script)
        if isinstance(said, Whole):
            fixed[script.name] = _fixed(said, len(predictions))
        else:
            statistics[script.name] = scored(said.items)
    # A metric that fails is told as such already.
    checks = tuple(check(predictions, [metric for metric in wanted.metrics if metric.name not in failures], wanted.seed))
    return Scores(cards, statistics, items, fixed, references, wanted.toxicity, checks, failures)


def identity(predictions: Sequence[Prediction], wanted: Order) -> str:
    """The fingerprint of all that the scores depend on."""
    signatures = {metric.name: metric.signature(predictions) for metric in wanted.metrics}
    scripts = {script.name: script.signature for script in wanted.scripts}
    return fingerprint_of_value([[prediction.to_json() for prediction in predictions], list(signatures), signatures, scripts, wanted.seed])


def write_scores(folder: Path, scores: Scores, predictions: Sequence[Prediction], key: str) -> None:
    """Write both files; `scores.json` last, since it says that the rows are whole."""
    # Until the new rows are there, nothing may vouch for the old ones.
    write_json(folder / "scores.json", {})
    counted = [name for name, table in scores.statistics.items() if not _told_by_scores(table)]
    write_jsonl(folder / "scores.jsonl", (_row(scores, counted, index, prediction.id) for index, prediction in enumerate(predictions)))
    content = {
        "schema_version": SCHEMA_VERSION,
        "identity": key,
        "answers": _fingerprint(predictions),
        "rows": fingerprint_of_file(folder / "scores.jsonl"),
        "order": list(scores.cards),
        "metrics": {name: card.model_dump(mode="json") for name, card in scores.cards.items()},
        "fixed": {name: figure.model_dump(mode="json") for name, figure in scores.fixed.items()},
        "references": {name: rounded(sum(values) / len(values)) for name, values in scores.references.items()},
        "toxicity": scores.toxicity,
        "checks": [asdict(each) for each in scores.checks],
        "failures": scores.failures,
    }
    write_json(folder / "scores.json", content)


def read_scores(folder: Path, predictions: Sequence[Prediction], key: str | None = None) -> Scores | None:
    """The scores of these answers that were written under this identity, or under any; None if there are none.

    What is broken, or is being replaced by another run just now, is none: answers are quickly scored anew.
    """
    try:
        content = read_json(folder / "scores.json")
        if content["schema_version"] != SCHEMA_VERSION or content["answers"] != _fingerprint(predictions) or key not in (None, content["identity"]):
            return None
        if content["rows"] != fingerprint_of_file(folder / "scores.jsonl"):
            return None
        rows = read_jsonl(folder / "scores.jsonl")
        if [row["id"] for row in rows] != [prediction.id for prediction in predictions]:
            return None
        return _from_files(content, rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _fingerprint(predictions: Sequence[Prediction]) -> str:
    return fingerprint_of_value([prediction.to_json() for prediction in predictions])


def _from_files(content: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Scores:
    import numpy as np

    cards = {name: MetricCard.model_validate(content["metrics"][name]) for name in content["order"]}
    fixed = {name: Figure.model_validate(figure) for name, figure in content["fixed"].items()}
    items = {name: [row["scores"][name] for row in rows] for name in cards}
    summed = rows[0]["statistics"] if rows else {}
    statistics = {
        name: np.asarray([row["statistics"][name] for row in rows], dtype=np.float64) if name in summed else _scored(items[name])
        for name in cards
        if name not in fixed
    }
    references = {name: [row["references"][name] for row in rows] for name in content["references"]}
    if not all(np.isfinite(table).all() and table.shape[0] == len(rows) for table in statistics.values()):
        raise ValueError("a statistic is no number")
    for name, values in items.items():
        applied = applies(statistics[name]) if name in statistics else np.ones(len(values), dtype=np.bool_)
        if not all(math.isfinite(value) if value is not None else not applied[place] for place, value in enumerate(values)):
            raise ValueError("a score is no number")
    for name, table in statistics.items():
        if name in TEXT:
            TEXT[name].combine(table[:1])
    checks = tuple(SelfCheck(**each) for each in content["checks"])
    return Scores(cards, statistics, items, fixed, references, content["toxicity"], checks, content["failures"])


def _row(scores: Scores, counted: Sequence[str], index: int, name: str) -> dict[str, Any]:
    return {
        "id": name,
        "scores": {metric: values[index] for metric, values in scores.items.items()},
        "statistics": {metric: [_plain(count) for count in scores.statistics[metric][index]] for metric in counted},
        "references": {metric: values[index] for metric, values in scores.references.items()},
    }


def _plain(count: float) -> int | float:
    return int(count) if float(count).is_integer() else float(count)


def _items(metric: Metric, table: Array) -> list[float | None]:
    # What is no number, a ratio to a reference without words for instance, does not apply either.
    scores = zip(metric.item_scores(table), applies(table), strict=True)
    return [float(score) if applied and math.isfinite(score) else None for score, applied in scores]


def _scored(items: Sequence[float | None]) -> Array:
    """The statistics of a mean of scores, `(answers, 2)`, with (0, 0) where there is none."""
    import numpy as np

    return np.asarray([(0.0, 0.0) if score is None else (score, 1.0) for score in items], dtype=np.float64).reshape(-1, 2)


def _told_by_scores(table: Array) -> bool:
    """Whether the scores say it all: statistics are (score, 1), or (0, 0) where the metric does not apply."""
    import numpy as np

    return table.shape[1] == 2 and bool(np.array_equal(table[:, 1], applies(table)))


def card_of(metric: Metric, predictions: Sequence[Prediction]) -> MetricCard:
    """What a metric's figure is, for the scorecard."""
    return MetricCard(
        title=metric.title,
        unit=metric.unit,
        low=metric.low,
        high=metric.high,
        direction=metric.direction,
        meaning=metric.meaning,
        signature=metric.signature(predictions),
        rate=metric.rate,
        version=metric.version,
        aggregation=metric.aggregation,
    )


def _script_card(script: External) -> MetricCard:
    return MetricCard(
        title=script.name,
        unit=OF_A_SCRIPT,
        low=0,
        high=None,
        direction="unknown",
        meaning=f"What the script {script.name} of the evaluate library says.",
        signature=script.signature,
    )


def _fixed(said: Whole, n: int) -> Figure:
    if said.ci95 is None:
        return Figure(value=rounded(said.value), ci95=None, n=n, reason="the script gives no interval for these answers")
    return Figure(
        value=rounded(said.value),
        ci95=(rounded(said.ci95[0]), rounded(said.ci95[1])),
        n=n,
        interval_method=f"percentile bootstrap, {EXTERNAL_RESAMPLES} resamples",
    )


def _mean_metric(name: str, card: MetricCard) -> Metric:
    """A metric read back from a file."""
    facts: dict[str, Any] = card.model_dump(exclude={"signature"})
    if card.unit == OF_A_SCRIPT:
        # Nobody knows what its figure can be, and JSON has no number for that.
        facts["low"] = -math.inf
    return textless(name, card.signature, "it was read from a file", combine=mean, **facts)
