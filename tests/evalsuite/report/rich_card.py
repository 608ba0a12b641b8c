"""A scorecard with every part filled from made-up, plausible values, so that a page can be looked at whole.

`python -m tests.evalsuite.report.rich_card FOLDER` writes its pages.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any, Literal

from assistant.api import Gate
from evalsuite.cost import cost_cards
from evalsuite.record.doubts import FlagCard
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.judgement import Judgement
from evalsuite.report import write_reports
from evalsuite.scorecard import Answers, ExamplesCard, Sample, Scorecard, Settings, Slice, Subject
from evalsuite.timings import speed_cards
from tests.evalsuite.report.made_up import QUESTIONS, Direction, made_figure, made_gate, made_metric
from tests.evalsuite.report.made_up_machine import made_machine
from tests.evalsuite.report.made_up_probes import PROBES, made_leakage, made_probe

QUALITY: tuple[tuple[str, str, float, float | None, Direction, float, float, float], ...] = (
    # name, title, low, high, direction, this, base, previous
    ("f1", "Token F1", 0, 1, "higher", 0.412, 0.198, 0.405),
    ("exact_match", "Exact match", 0, 1, "higher", 0.041, 0.0, 0.038),
    ("bleu", "BLEU", 0, 100, "higher", 14.2, 3.1, 12.4),
    ("chrf", "chrF2", 0, 100, "higher", 38.6, 24.0, 38.9),
    ("rouge1", "ROUGE-1", 0, 1, "higher", 0.431, 0.219, 0.420),
    ("rougeL", "ROUGE-L", 0, 1, "higher", 0.352, 0.161, 0.349),
    ("semantic", "Semantic similarity", -1, 1, "higher", 0.742, 0.551, 0.771),
    ("numeric", "Numeric agreement", 0, 1, "higher", 0.287, 0.102, 0.260),
    ("toxicity", "Toxicity", 0, 1, "lower", 0.012, 0.019, 0.011),
    ("words", "Words", 0, None, "unknown", 61.4, 118.2, 58.9),
)
ANSWER = (
    "Tiredness that sleep does not mend, pale skin, shortness of breath on stairs and brittle nails are common. "
    "A blood test of ferritin tells it apart."
)


def rich_card(**changes: Any) -> Scorecard:
    """Everything filled; `changes` replace parts of it."""
    return _filled(QUALITY, slices=6, text=ANSWER, shown=2).model_copy(update=changes)


def large_card(text: str) -> Scorecard:
    """Sixty metrics, twenty slices, eighteen probes with long texts everywhere."""
    metrics = tuple((f"{name}_{turn}" if turn else name, f"{title} {turn or ''}", *rest) for turn in range(6) for name, title, *rest in QUALITY)
    return _filled(metrics, slices=20, text=text, shown=5, probe_turns=3)  # type: ignore[arg-type]


def bare_card() -> Scorecard:
    """As little as an evaluation can hold: no base, no previous release, no gate, no probe, no leakage, no load."""
    card = rich_card()
    measured = card.measured_on.model_copy(
        update={
            "base_speed": None,
            "latency": {},
            "base_latency": None,
            "load": None,
            "load_reason": None,
            "gates": (),
            "verdict": "none",
        }
    )
    return card.model_copy(
        update={
            "base": None,
            "base_figures": None,
            "differences": None,
            "previous": None,
            "previous_figures": None,
            "previous_differences": None,
            "slices": (),
            "slices_left_out": 0,
            "leakage": None,
            "leakage_reason": "the answers came as a file",
            "base_answers": None,
            "best": (),
            "worst": (),
            "probes": (),
            "probes_reason": "the recipe names none (evaluation.probes)",
            "flags": (),
            "warnings": (),
            "gates": (),
            "measured_on": measured,
        }
    )


def _filled(quality: Any, slices: int, text: str, shown: int, probe_turns: int = 1) -> Scorecard:
    draw = random.Random(7)
    cards = {name: made_metric(title, low, high, direction, name) for name, title, low, high, direction, *_ in quality}
    sides: list[dict[str, Figure]] = [{}, {}, {}]
    for name, _, low, high, _, *values in quality:
        span = (high - low) if high is not None else 100.0
        for side, value in zip(sides, values, strict=True):
            side[name] = made_figure(value, 0.03 * span, low=low, high=1e9 if high is None else high)
    gaps: list[dict[str, Figure]] = [
        {
            name: made_figure(sides[0][name].value - other[name].value, 0.022 * ((high - low) if high is not None else 100))  # type: ignore[operator]
            for name, _, low, high, *_ in quality
        }
        for other in sides[1:]
    ]
    parts = []
    for at in range(slices):
        figures = {name: made_figure(_jitter(figure.value, draw), 0.06, n=12 + at) for name, figure in sides[0].items()}
        base = {name: made_figure(_jitter(figure.value, draw), 0.06, n=12 + at) for name, figure in sides[1].items()}
        gap = {name: made_figure(draw.uniform(-0.1, 0.12), 0.08, n=12 + at) for name in figures}
        value = ("symptoms", "treatment", "prevention", "nutrition", "sleep", "first aid")[at % 6] + (f" {text[:300]}" if slices > 6 else "")
        parts.append(
            Slice(
                tag="topic" if at < slices // 2 else "difficulty",
                value=value,
                n=12 + at,
                figures=figures,
                base_figures=base,
                previous_differences=gap,
            )
        )
    gates = (
        made_gate(Gate(metric="f1", at_least=0.35), True, 0.412, 0.35),
        made_gate(Gate(metric="bleu", at_least=20), False, 14.2, 20),
        Judgement(
            gate=Gate(metric="semantic", no_worse=0.02),
            passed=True,
            value=None,
            bound=None,
            vacuous=True,
            sentence="semantic may be worse than the previous release's by 0.02, and there is no previous release to compare with yet.",
        ),
    )
    return Scorecard(
        run="health-2-3f81a2c0de",
        title="health@2",
        description="Answers everyday questions about health in plain words.",
        notice="Not medical advice. Answers can be fluent and wrong; somebody who knows must read them.",
        target=_subject("health@2", "version"),
        base=_subject("SmolLM2-135M-Instruct", "base"),
        previous=_subject("health@1", "version"),
        examples=ExamplesCard(source="the test split of health", fingerprint="ab" * 32, n=240, groups=72, limit=None),
        settings=Settings(
            sampling={"temperature": 0.0, "top_p": 1.0, "max_new_tokens": 160, "seed": 0}, batch_size=16, latency_requests=60, resamples=10000, seed=0
        ),
        order=tuple(cards),
        metrics=cards,
        figures=sides[0],
        base_figures=sides[1],
        differences=gaps[0],
        previous_figures=sides[2],
        previous_differences=gaps[1],
        reference_figures={"toxicity": made_figure(0.01, 0.002)},
        reference_differences={"toxicity": made_figure(0.002, 0.004)},
        slices=tuple(parts),
        slices_left_out=2,
        leakage=made_leakage(sides[0], text, 5 if shown > 2 else 2),
        answers=_answers(draw, 61),
        base_answers=_answers(draw, 118),
        ranked_by="f1",
        best=tuple(_sample(f"b{at}", text, 0.9 - at / 20, cards) for at in range(shown + 1)),
        worst=tuple(_sample(f"w{at}", text, 0.02 * at, cards) for at in range(shown + 1)),
        probes=tuple(made_probe(each, turn, text, shown) for turn in range(probe_turns) for each in PROBES),
        flags=(
            FlagCard(name="adapter", severity="refuse", sentence="health@2 finds each of 412 tokens as likely as its base does, within 0.0001 nats."),
            FlagCard(name="sampling", severity="flag", sentence="Tokens were drawn with temperature 0, and the recipe of the release says 0.7."),
        ),
        toxicity="It was trained on comments of the web: irony, dialect and medical words mislead it.",
        not_measured={"judge_grade": "the recipe names no judge"},
        warnings=(
            "9 of 240 examples share something with what was trained on (2 in the question with its answer, 7 in a passage of eight words or more): "
            "the figures may flatter; the figures of the 231 clean ones stand beside them.",
            "The 240 examples fall into 72 groups; answers within a group are not independent, and intervals allow for that.",
        ),
        gates=gates,
        commands=("evalsuite run health@2 --again", "evalsuite report health-2-3f81a2c0de", "evalsuite gate health-2-3f81a2c0de"),
        speed_metrics={**speed_cards(), **cost_cards(None)}
        | {name: card.model_copy(update={"unit": "EUR"}) for name, card in cost_cards(None).items()},
        measured_on=made_machine(draw),
    )


def _jitter(value: float | None, draw: random.Random) -> float:
    return max(0.0, (value or 0.0) * draw.uniform(0.7, 1.3))


def _subject(label: str, kind: Literal["version", "base"]) -> Subject:
    facts = {"base": "SmolLM2-135M-Instruct", "method": "lora", "trained": "2026-11-20", "data_fingerprint": "cd" * 32}
    return Subject(label=label, kind=kind, fingerprint="ef" * 32, run=f"{label}-run", engine="openvino", precision="int8", facts=facts)


def _answers(draw: random.Random, around: int) -> Answers:
    words = tuple(sorted(max(1, round(draw.gauss(around, around / 3))) for _ in range(240)))
    return Answers(finish_reasons={"stop": 221, "length": 19}, words=words, empty=1, repeated=3, same_as_base=0)


def _sample(name: str, text: str, score: float, cards: dict[str, MetricCard]) -> Sample:
    scores = dict.fromkeys(cards, score)
    return Sample(
        id=name,
        question=QUESTIONS[0],
        references=(text, text),
        prediction=text,
        scores=scores,
        base_prediction=text,
        base_scores=dict.fromkeys(cards, 0.11),
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, card in (("rich", rich_card()), ("bare", bare_card()), ("large", large_card("<b>&\"'</b> " * 2000))):
        (folder / name).mkdir(parents=True, exist_ok=True)
        write_reports(folder / name, card)
