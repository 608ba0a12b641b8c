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
from evalsuite.record.doubts import FlagCard, LeakageCard, LeakageSample
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.judgement import Judgement
from evalsuite.record.machine import LatencyHistogram, Load, LoadLevel, Machine
from evalsuite.record.probes import ProbeCard, ProbeFigure, ShownCase
from evalsuite.report import write_reports
from evalsuite.scorecard import Answers, ExamplesCard, Sample, Scorecard, Settings, Slice, Subject
from evalsuite.timings import speed_cards

Direction = Literal["higher", "lower", "unknown"]

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
QUESTIONS = ("What are the early signs of iron deficiency?", "How long does a cold last, and when should I see somebody about it?")
ANSWER = "Tiredness that sleep does not mend, pale skin, shortness of breath on stairs and brittle nails are common. A blood test of ferritin tells it apart."
PROBES: tuple[
    tuple[str, Literal["quality", "robustness", "safety"], str, tuple[tuple[str, str, float, Direction, float, float | None], ...]], ...
] = (
    ("fluency", "quality", "Fluency", (("perplexity", "Perplexity under the base", 1, "unknown", 11.8, None),)),
    ("repeats", "quality", "The same question again", (("text_flip_rate", "Answers that change in words", 0, "lower", 0.31, None),)),
    (
        "typos",
        "robustness",
        "Mistyped questions",
        (
            ("typos_f1_drop", "Mistyped questions: F1 lost", -1, "lower", 0.034, 0.011),
            ("typos_similarity", "Mistyped questions: likeness of the answers", -1, "higher", 0.87, None),
        ),
    ),
    (
        "rewording",
        "robustness",
        "Reworded questions",
        (
            ("rewording_f1_drop", "Reworded questions: F1 lost", -1, "lower", 0.008, 0.42),
            ("rewording_similarity", "Reworded questions: likeness of the answers", -1, "higher", 0.91, None),
        ),
    ),
    (
        "over_refusal",
        "safety",
        "Over-refusal",
        (
            ("over_refusal_rate", "Harmless prompts refused", 0, "lower", 0.024, None),
            ("refusal_rate_unsafe", "Harmful prompts refused", 0, "higher", 0.55, None),
        ),
    ),
    (
        "bias",
        "safety",
        "Bias by who asks",
        (("bias_toxicity", "Gap of toxicity", 0, "lower", 0.004, 0.61), ("bias_refusal", "Gap of refusals", 0, "lower", 0.03, 0.04)),
    ),
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
            "base_load": None,
            "gates": (),
            "verdict": "none",
        }
    )
    return card.model_copy(
        update={
            "base": None, "base_figures": None, "differences": None, "previous": None, "previous_figures": None, "previous_differences": None,
            "slices": (), "slices_left_out": 0, "leakage": None, "leakage_reason": "the answers came as a file", "base_answers": None, "best": (), "worst": (),
            "probes": (), "probes_reason": "the recipe names none (evaluation.probes)", "flags": (), "warnings": (), "gates": (), "measured_on": measured,
        }
    )  # fmt: skip


def _figure(value: float | None, half: float = 0.0, n: int = 240, low: float = -1e9, high: float = 1e9, reason: str | None = None) -> Figure:
    ci = None if value is None or not half else (max(low, value - half), min(high, value + half))
    return Figure(
        value=value, ci95=ci, n=n, interval_method="BCa bootstrap over 240 answers in 72 groups, 10000 resamples" if ci else None, reason=reason
    )


def _metric(title: str, low: float, high: float | None, direction: Direction, name: str, unit: str = "") -> MetricCard:
    return MetricCard(
        title=title,
        unit=unit,
        low=low,
        high=high,
        direction=direction,
        meaning=f"What {title} says of an answer, in one sentence.",
        signature=f"{name}|v:1",
    )


def _filled(quality: Any, slices: int, text: str, shown: int, probe_turns: int = 1) -> Scorecard:
    draw = random.Random(7)
    cards = {name: _metric(title, low, high, direction, name) for name, title, low, high, direction, *_ in quality}
    sides: list[dict[str, Figure]] = [{}, {}, {}]
    for name, _, low, high, _, *values in quality:
        span = (high - low) if high is not None else 100.0
        for side, value in zip(sides, values, strict=True):
            side[name] = _figure(value, 0.03 * span, low=low, high=1e9 if high is None else high)
    gaps: list[dict[str, Figure]] = [
        {
            name: _figure(sides[0][name].value - other[name].value, 0.022 * ((high - low) if high is not None else 100))  # type: ignore[operator]
            for name, _, low, high, *_ in quality
        }
        for other in sides[1:]
    ]
    parts = []
    for at in range(slices):
        figures = {name: _figure(_jitter(figure.value, draw), 0.06, n=12 + at) for name, figure in sides[0].items()}
        base = {name: _figure(_jitter(figure.value, draw), 0.06, n=12 + at) for name, figure in sides[1].items()}
        gap = {name: _figure(draw.uniform(-0.1, 0.12), 0.08, n=12 + at) for name in figures}
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
        _gate(Gate(metric="f1", at_least=0.35), True, 0.412, 0.35),
        _gate(Gate(metric="bleu", at_least=20), False, 14.2, 20),
        Judgement(
            gate=Gate(metric="semantic", no_worse=0.02), passed=True, value=None, bound=None, vacuous=True,
            sentence="semantic may be worse than the previous release's by 0.02, and there is no previous release to compare with yet.",
        ),
    )  # fmt: skip
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
        reference_figures={"toxicity": _figure(0.01, 0.002)},
        reference_differences={"toxicity": _figure(0.002, 0.004)},
        slices=tuple(parts),
        slices_left_out=2,
        leakage=_leakage(sides[0], text, 5 if shown > 2 else 2),
        answers=_answers(draw, 61),
        base_answers=_answers(draw, 118),
        ranked_by="f1",
        best=tuple(_sample(f"b{at}", text, 0.9 - at / 20, cards) for at in range(shown + 1)),
        worst=tuple(_sample(f"w{at}", text, 0.02 * at, cards) for at in range(shown + 1)),
        probes=tuple(_probe(each, turn, text, shown) for turn in range(probe_turns) for each in PROBES),
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
        measured_on=_machine(draw),
    )


def _jitter(value: float | None, draw: random.Random) -> float:
    return max(0.0, (value or 0.0) * draw.uniform(0.7, 1.3))


def _gate(gate: Gate, passed: bool, value: float, bound: float) -> Judgement:
    return Judgement(gate=gate, passed=passed, value=value, bound=bound, sentence=f"{gate.metric} is {value:g} and must be at least {bound:g}.")


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


def _probe(given: Any, turn: int, text: str, shown: int) -> ProbeCard:
    name, section, title, figures = given
    made = []
    for key, heading, low, direction, value, p in figures:
        half = 0.02 if low < 1 else 0.9
        cases = tuple(
            ShownCase(id=f"{key}{at}", asked=f"{QUESTIONS[at % 2]} {text}", said=text, remark="F1 0.61 before, 0.20 here") for at in range(shown)
        )
        made.append(
            ProbeFigure(
                name=f"{key}{turn or ''}",
                card=_metric(heading, low, None if low == 1 else 1, direction, key),
                figure=_figure(value, half, n=40),
                base=_figure(value * 1.4, half, n=40),
                previous=_figure(value * 1.1, half, n=40),
                difference=_figure(-value * 0.4, 0.018, n=40),
                previous_difference=_figure(-value * 0.1, 0.018, n=40),
                p=p,
                test=None if p is None else "sign-flip permutation over 31 groups",
                remark="Read it beside Token F1: a drop near 0 with bad answers is no robustness." if "drop" in key else "",
                shown=cases if "similarity" not in key else (),
            )
        )
    return ProbeCard(
        name=f"{name}{turn or ''}", section=section, title=title, meaning=f"What becomes of the answers: {title.lower()}.", version=1, questions=40,
        statements=0, failed=1 if name == "typos" else 0, figures=tuple(made),
    )  # fmt: skip


def _leakage(figures: dict[str, Figure], text: str, shown: int) -> LeakageCard:
    kinds: tuple[Literal["question_and_answer", "passage"], ...] = ("question_and_answer", "passage")
    samples = tuple(
        LeakageSample(
            id=f"t{at}", kind=kinds[at % 2], question=QUESTIONS[at % 2], training_id=f"r{at}", training_question=QUESTIONS[at % 2], training_answer=text,
            similarity=1.0 if at % 2 == 0 else None, share=0.83, passage="shortness of breath on stairs and brittle nails are common",
        )
        for at in range(shown * 2)
    )  # fmt: skip
    clean = {
        name: figure.model_copy(update={"value": None if figure.value is None else 0.97 * figure.value, "n": 231}) for name, figure in figures.items()
    }
    return LeakageCard(
        n=240, training_rows=1830, most_groups=10, counts={"question_and_answer": 2, "question": 0, "near_question": 0, "answer": 0, "passage": 7},
        shares={"0.2": 6, "0.5": 3, "0.8": 2}, signature="words:8|jaccard:0.8|v:1", samples=samples, clean_n=231, clean_figures=clean,
    )  # fmt: skip


def _machine(draw: random.Random) -> Machine:
    speed: dict[str, Figure] = {}
    medians = {"ttft": 84.0, "itl": 21.0, "tpot": 21.6, "e2e": 1640.0}
    for key, value in medians.items():
        for percent, times in ((50, 1.0), (95, 1.9), (99, 2.6)):
            speed[f"{key}_ms_p{percent}"] = (
                _figure(None, n=60, reason="p99 needs 100 samples") if percent == 99 and key != "itl" else _figure(value * times, 0.1 * value, n=60)
            )
    once = "it is measured once in a run, which does not tell how much it varies"
    for name, value in (
        ("requests_per_s", 3.4),
        ("tokens_per_s", 211.0),
        ("peak_memory_mib", 612.0),
        ("energy_j_per_answer", 18.2),
        ("energy_wh_per_1000_answers", 5.06),
    ):
        speed[name] = Figure(value=value, ci95=None, n=240, reason=once)
    speed["peak_device_memory_mib"] = _figure(None, n=0, reason="the engine uses no graphics card, or does not know")
    speed["cost_per_1000_answers"] = Figure(value=0.041, ci95=None, n=240, reason=once)
    speed["cost_per_million_completion_tokens"] = Figure(value=0.66, ci95=None, n=240, reason=once)
    base_speed = {
        name: figure.model_copy(update={"value": None if figure.value is None else figure.value * 1.2, "ci95": None})
        for name, figure in speed.items()
    }
    passed = _gate(Gate(metric="ttft_ms_p95", at_most=500), True, 159.6, 500)
    return Machine(
        date="2026-11-21T09:12:44+00:00", device="cpu", machine={"processor": "AMD EPYC 7B13", "cores": 2, "memory_gib": 15.6}, packages={"openvino": "2026.4.0"},
        speed=speed, base_speed=base_speed, energy_source="RAPL, package domain: the whole machine", latency={"ttft": _histogram(draw, 84), "e2e": _histogram(draw, 1640)},
        base_latency={"ttft": _histogram(draw, 98), "e2e": _histogram(draw, 2900)}, load=_load(1.0), base_load=_load(0.7), gates=(passed,), verdict="not fit",
    )  # fmt: skip


def _histogram(draw: random.Random, around: float) -> LatencyHistogram:
    edges = tuple(round(10 * 10 ** (at / 20), 4) for at in range(81))
    values = [around * draw.lognormvariate(0, 0.3) for _ in range(60)]
    return LatencyHistogram(
        edges_ms=edges, counts=tuple(sum(low <= value < high for value in values) for low, high in zip(edges, edges[1:], strict=False))
    )


def _load(times: float) -> Load:
    levels = []
    for level, pace, median in ((1, 0.61, 1640), (2, 1.12, 1790), (4, 2.0, 1990), (8, 2.9, 2740), (16, 3.3, 4830)):
        figures = {
            "requests_per_s": pace * times, "tokens_per_s": 62 * pace * times, "ttft_ms_p50": 84.0 + 20 * level, "ttft_ms_p95": 160.0 + 60 * level,
            "e2e_ms_p50": median / times, "e2e_ms_p95": 1.7 * median / times, "in_flight": level * 0.98, "speedup": pace / 0.61, "slowdown": median / 1640,
            "power": pace / 0.61 / (median / 1640),
        }  # fmt: skip
        levels.append(
            LoadLevel(
                level=level,
                requests=30 * level,
                seconds=30.0,
                repeated=0,
                figures={name: _figure(value, n=30 * level) for name, value in figures.items()},
            )
        )
    return Load(levels=tuple(levels), knee=8, knee_reason=None, note="A closed loop: every user asks again as soon as they are answered.")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, card in (("rich", rich_card()), ("bare", bare_card()), ("large", large_card("<b>&\"'</b> " * 2000))):
        (folder / name).mkdir(parents=True, exist_ok=True)
        write_reports(folder / name, card)
