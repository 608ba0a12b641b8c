"""Made-up findings of probes and of leakage."""

from __future__ import annotations

from typing import Any, Literal

from evalsuite.record.doubts import LeakageCard, LeakageSample
from evalsuite.record.figure import Figure
from evalsuite.record.probes import ProbeCard, ProbeFigure, ShownCase
from tests.evalsuite.report.made_up import QUESTIONS, Direction, made_figure, made_metric

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


def made_probe(given: Any, turn: int, text: str, shown: int) -> ProbeCard:
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
                card=made_metric(heading, low, None if low == 1 else 1, direction, key),
                figure=made_figure(value, half, n=40),
                base=made_figure(value * 1.4, half, n=40),
                previous=made_figure(value * 1.1, half, n=40),
                difference=made_figure(-value * 0.4, 0.018, n=40),
                previous_difference=made_figure(-value * 0.1, 0.018, n=40),
                p=p,
                test=None if p is None else "sign-flip permutation over 31 groups",
                remark="Read it beside Token F1: a drop near 0 with bad answers is no robustness." if "drop" in key else "",
                shown=cases if "similarity" not in key else (),
            )
        )
    return ProbeCard(
        name=f"{name}{turn or ''}",
        section=section,
        title=title,
        meaning=f"What becomes of the answers: {title.lower()}.",
        version=1,
        questions=40,
        statements=0,
        failed=1 if name == "typos" else 0,
        figures=tuple(made),
    )


def made_leakage(figures: dict[str, Figure], text: str, shown: int) -> LeakageCard:
    kinds: tuple[Literal["question_and_answer", "passage"], ...] = ("question_and_answer", "passage")
    samples = tuple(
        LeakageSample(
            id=f"t{at}",
            kind=kinds[at % 2],
            question=QUESTIONS[at % 2],
            training_id=f"r{at}",
            training_question=QUESTIONS[at % 2],
            training_answer=text,
            similarity=1.0 if at % 2 == 0 else None,
            share=0.83,
            passage="shortness of breath on stairs and brittle nails are common",
        )
        for at in range(shown * 2)
    )
    clean = {
        name: figure.model_copy(update={"value": None if figure.value is None else 0.97 * figure.value, "n": 231}) for name, figure in figures.items()
    }
    return LeakageCard(
        n=240,
        training_rows=1830,
        most_groups=10,
        counts={"question_and_answer": 2, "question": 0, "near_question": 0, "answer": 0, "passage": 7},
        shares={"0.2": 6, "0.5": 3, "0.8": 2},
        signature="words:8|jaccard:0.8|v:1",
        samples=samples,
        clean_n=231,
        clean_figures=clean,
    )
