"""`scorecard.md`: the record as text, for pull requests and terminals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evalsuite.gates import condition
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.wording import SPEED_SHOWN, arrow, definitions, interval, notes, number, signed, verdict, with_interval
from evalsuite.scorecard import Sample, Scorecard

SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")


def markdown(card: Scorecard) -> str:
    """The scorecard in Markdown; text from models and users is escaped."""
    parts = (_head(card), _gates(card), _quality(card), _slices(card), _speed(card), _samples(card), _method(card))
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(card: Scorecard) -> Iterator[str]:
    yield f"# {escaped(card.title)}: {verdict(card)}"
    yield ""
    if card.description:
        yield f"{escaped(card.description)}\n"
    if card.notice:
        yield f"> {escaped(card.notice)}\n"
    yield f"{card.examples.n} examples, {escaped(card.examples.source)}; {escaped(card.target.engine)}, {escaped(card.target.precision)}."
    yield ""
    for warning in card.warnings:
        yield f"- **Note:** {escaped(warning)}"
    yield ""


def _gates(card: Scorecard) -> Iterator[str]:
    if not card.judgements:
        return
    rows = [("passed" if each.passed else "**failed**", escaped(condition(each.gate)), escaped(each.sentence)) for each in card.judgements]
    yield from _section("Gates", ("", "gate", "figure"), rows)


def _quality(card: Scorecard) -> Iterator[str]:
    heads = ["metric", *(["base"] if card.base else []), escaped(card.title), *(["difference"] if card.differences else [])]
    rows = []
    for name in card.order:
        figure, metric = card.figures[name], card.metrics[name]
        row = [f"{escaped(metric.title)} {arrow(metric)}".rstrip()]
        if card.base_figures:
            row.append(_cell(card.base_figures[name], metric))
        row.append(_cell(figure, metric))
        if card.differences:
            difference = card.differences.get(name)
            row.append(f"{signed(difference.value, metric)} {interval(difference, metric, sign=True)}".rstrip() if difference else "n/a")
        rows.append(row)
    yield from _section("Quality", heads, rows)
    for name in card.order:
        for note in notes(name, card):
            yield f"- {escaped(card.metrics[name].title)}: {escaped(note)}"
    yield ""


def _slices(card: Scorecard) -> Iterator[str]:
    name = card.ranked_by
    if not card.slices or name is None:
        return
    rows = [(escaped(each.tag), escaped(each.value), str(each.n), _cell(each.figures[name], card.metrics[name])) for each in card.slices]
    yield from _section(f"By tag: {card.metrics[name].title}", ("tag", "value", "n", escaped(card.title)), rows)


def _speed(card: Scorecard) -> Iterator[str]:
    measured = card.measured_on
    heads = ["figure", *(["base"] if measured.base_speed else []), escaped(card.title)]
    rows = []
    for name in SPEED_SHOWN:
        metric = card.speed_metrics[name]
        columns = [measured.base_speed[name]] if measured.base_speed else []
        rows.append([f"{metric.title} ({metric.unit})", *(number(figure.value, metric) for figure in (*columns, measured.speed[name]))])
    yield from _section("Speed and memory", heads, rows)


def _samples(card: Scorecard) -> Iterator[str]:
    for title, samples in (("Best answers", card.best), ("Worst answers", card.worst)):
        if samples:
            yield f"## {title}\n"
            for sample in samples:
                yield from _sample(sample, card)


def _sample(sample: Sample, card: Scorecard) -> Iterator[str]:
    assert card.ranked_by is not None
    metric = card.metrics[card.ranked_by]
    yield f"**{escaped(sample.question or sample.id)}** ({metric.title} {number(sample.scores[card.ranked_by], metric)})\n"
    yield f"- answer: {escaped(sample.prediction)}"
    yield f"- reference: {escaped(sample.references[0])}"
    if sample.base_prediction is not None:
        yield f"- base: {escaped(sample.base_prediction)}"
    yield ""


def _method(card: Scorecard) -> Iterator[str]:
    settings = card.settings
    yield "## How it was measured\n"
    for title, text in definitions():
        yield f"- **{title}**: {escaped(text)}"
    yield f"- **Resamples**: {settings.resamples}, seed {settings.seed}; batch size {settings.batch_size}"
    if card.toxicity:
        yield f"- **Toxicity**: {escaped(card.toxicity)}"
    for name, reason in sorted(card.not_measured.items()):
        yield f"- **Not measured**: {escaped(name)}: {escaped(reason)}"
    for name in card.order:
        yield f"- `{name}`: `{card.metrics[name].signature}`"
    yield "\n## Again\n\n```sh"
    yield from card.commands
    yield "```"


def _section(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _cell(figure: Figure, metric: MetricCard) -> str:
    return with_interval(figure, metric) if figure.value is not None else f"not measured: {escaped(figure.reason or '')}"


def escaped(text: str) -> str:
    """Text as itself: on one line, with nothing in it that Markdown or HTML reads as a sign."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
