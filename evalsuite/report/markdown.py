"""`scorecard.md`: the record as text, short enough for a comment on a pull request.

Text from models and users is escaped and clipped; what would make it too long for a comment is left out, and said to be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from evalsuite.gates import condition
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.definitions import definitions
from evalsuite.report.wording import (
    SECTIONS,
    SPEED_SHOWN,
    arrow,
    doubts,
    gate_mark,
    gates_line,
    interval,
    leakage_line,
    load_line,
    notes,
    number,
    p_value,
    signed,
    verdict,
    with_interval,
)
from evalsuite.scorecard import Sample, Scorecard

SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")
LONGEST = 60_000
"""Characters; GitHub takes 65,536 in a comment."""
LONGEST_TEXT = 300
"""Characters shown of a text."""
SAMPLES = 3
"""Answers shown of the best and of the worst."""
Lines = Iterator[str]


def markdown(card: Scorecard) -> str:
    """The scorecard in Markdown; text from models and users is escaped."""
    made = {write: "\n".join(write(card)) for write in (_head, _gates, _quality, _probes, _slices, _speed, _samples, _method, _again)}
    left_out = []
    for write, title in ((_samples, "best and worst answers"), (_method, "how it was measured"), (_slices, "figures by tag"), (_probes, "probes")):
        if sum(map(len, made.values())) + len(made) > LONGEST - 200 and made[write]:
            made[write] = ""
            left_out.append(title)
    text = "\n".join(part for part in made.values() if part)
    note = f"\nLeft out, to be short enough for a comment: {', '.join(left_out)}. They are in scorecard.html." if left_out else ""
    if len(text) + len(note) > LONGEST - 200:
        text = text[: LONGEST - 600].rsplit("\n", 1)[0]
        # No block of commands stays open.
        text += "\n```" * (text.count("\n```") % 2)
        note += "\n\nCut here, to be short enough for a comment: the rest is in scorecard.html."
    return f"{text}{note}\n"


def _head(card: Scorecard) -> Lines:
    yield f"# {_clip(card.title)}: {verdict(card)}"
    yield ""
    if card.judgements or card.flags:
        yield f"{gates_line(card)[:1].upper()}{gates_line(card)[1:]}."
        yield ""
    for flag in card.flags:
        weight = "Not fit, whatever the gates say" if flag.severity == "refuse" else "Must be known"
        yield f"- **{weight}** ({escaped(flag.name)}): {_clip(flag.sentence)}"
    if card.flags:
        yield ""
    if card.description:
        yield f"{_clip(card.description)}\n"
    if card.notice:
        yield f"> {_clip(card.notice, 1000)}\n"
    yield f"{card.examples.n} examples, {_clip(card.examples.source)}; {escaped(card.target.engine)}, {escaped(card.target.precision)}."
    yield ""
    for doubt in doubts(card)[:20]:
        yield f"- **Note:** {_clip(doubt, 500)}"
    yield f"- **Learned beforehand:** {_clip(leakage_line(card), 500)}."
    yield ""


def _gates(card: Scorecard) -> Lines:
    if not card.judgements:
        return
    marks = [gate_mark(each) if each.passed else "**failed**" for each in card.judgements]
    rows = [(mark, escaped(condition(each.gate)), escaped(each.sentence)) for mark, each in zip(marks, card.judgements, strict=True)]
    yield from _section("Gates", ("", "gate", "figure"), rows)


def _quality(card: Scorecard) -> Lines:
    sides: list[tuple[str, Mapping[str, Figure] | None, Callable[[Figure, MetricCard], str]]] = [
        ("base", card.base_figures, _cell),
        ("previous", card.previous_figures, _cell),
        (_clip(card.title), card.figures, _cell),
        ("to base", card.differences, _gap),
        ("to previous", card.previous_differences, _gap),
    ]
    present = [(head, side, write) for head, side, write in sides if side is not None]
    rows = []
    for name in card.order:
        metric = card.metrics[name]
        figures = ((side.get(name), write) for _, side, write in present)
        rows.append([_title(metric), *(write(figure, metric) if figure else "n/a" for figure, write in figures)])
    yield from _section("Quality", ["metric", *(head for head, _, _ in present)], rows)
    if card.differences or card.previous_differences:
        yield "In brackets 95% intervals; a difference in bold leaves out 0.\n"
    for name in card.order:
        for note in notes(name, card):
            yield f"- {escaped(card.metrics[name].title)}: {escaped(note)}"
    yield ""


def _probes(card: Scorecard) -> Lines:
    """The first figure of each probe: the others stand in the page."""
    rows = []
    for section, title in SECTIONS.items():
        for probe in card.probes:
            if probe.section == section and probe.figures:
                first = probe.figures[0]
                gaps = [_gap(each, first.card) if each else "" for each in (first.difference, first.previous_difference)]
                rows.append((title, _title(first.card), _cell(first.figure, first.card), *gaps, "" if first.p is None else escaped(p_value(first.p))))
    if rows:
        yield from _section("Probes", ("", "figure", _clip(card.title), "to base", "to previous", "p"), rows)


def _slices(card: Scorecard) -> Lines:
    name = card.ranked_by
    if not card.slices or name is None:
        return
    rows = [(_clip(each.tag, 80), _clip(each.value, 80), str(each.n), _cell(each.figures[name], card.metrics[name])) for each in card.slices]
    yield from _section(f"By tag: {escaped(card.metrics[name].title)}", ("tag", "value", "n", _clip(card.title)), rows)


def _speed(card: Scorecard) -> Lines:
    measured = card.measured_on
    heads = ["figure", *(["base"] if measured.base_speed else []), _clip(card.title)]
    rows = []
    spent = [name for name in ("energy_j_per_answer", "cost_per_1000_answers") if name in measured.speed and measured.speed[name].value is not None]
    for name in (*SPEED_SHOWN, *spent):
        metric = card.speed_metrics[name]
        columns = [measured.base_speed[name]] if measured.base_speed else []
        rows.append([f"{metric.title} ({escaped(metric.unit)})", *(number(figure.value, metric) for figure in (*columns, measured.speed[name]))])
    yield from _section("Speed and memory", heads, rows)
    if load_line(card):
        yield f"Load: {_clip(load_line(card))}.\n"


def _samples(card: Scorecard) -> Lines:
    for title, samples in (("Worst answers", card.worst), ("Best answers", card.best)):
        if samples:
            yield f"## {title}\n"
            for sample in samples[:SAMPLES]:
                yield from _sample(sample, card)


def _sample(sample: Sample, card: Scorecard) -> Lines:
    assert card.ranked_by is not None
    metric = card.metrics[card.ranked_by]
    yield f"**{_clip(sample.question or sample.id)}** ({escaped(metric.title)} {number(sample.scores[card.ranked_by], metric)})\n"
    yield f"- answer: {_clip(sample.prediction)}"
    yield f"- reference: {_clip(sample.references[0])}"
    if sample.base_prediction is not None:
        yield f"- base: {_clip(sample.base_prediction)}"
    yield ""


def _method(card: Scorecard) -> Lines:
    settings = card.settings
    yield "## How it was measured\n"
    for title, text in definitions(card):
        yield f"- **{title}**: {escaped(text)}"
    yield f"- **Resamples**: {settings.resamples}, seed {settings.seed}; batch size {settings.batch_size}"
    if card.toxicity:
        yield f"- **Toxicity**: {escaped(card.toxicity)}"
    for name, reason in sorted(card.not_measured.items()):
        yield f"- **Not measured**: {escaped(name)}: {_clip(reason)}"
    for name in card.order:
        yield f"- `{name}`: `{card.metrics[name].signature}`"
    yield ""


def _again(card: Scorecard) -> Lines:
    yield "## Again\n\n```sh"
    yield from card.commands
    yield "```"


def _section(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Lines:
    yield f"## {title}\n"
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _title(metric: MetricCard) -> str:
    return f"{escaped(metric.title)} {arrow(metric)}".rstrip()


def _cell(figure: Figure, metric: MetricCard) -> str:
    return with_interval(figure, metric) if figure.value is not None else f"not measured: {_clip(figure.reason or '')}"


def _gap(figure: Figure, metric: MetricCard) -> str:
    text = signed(figure.value, metric)
    bold = f"**{text}** {metric.tone(figure)}" if metric.tone(figure) != "unclear" else text
    return f"{bold} {interval(figure, metric, sign=True)}".rstrip()


def _clip(text: str, longest: int = LONGEST_TEXT) -> str:
    return escaped(text if len(text) <= longest else f"{text[: longest - 1]}\N{HORIZONTAL ELLIPSIS}")


def escaped(text: str) -> str:
    """Text as itself: on one line, with nothing in it that Markdown or HTML reads as a sign."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
