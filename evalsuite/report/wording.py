"""How figures, intervals and verdicts are written, alike on every page."""

from __future__ import annotations

from collections.abc import Iterator

from evalsuite.record.figure import Figure, MetricCard
from evalsuite.scorecard import Scorecard

VERDICTS = {"fit": "Fit for release", "not fit": "Not fit for release", "none": "No verdict: the recipe has no gates"}
SPEED_SHOWN = (
    "ttft_ms_p50",
    "ttft_ms_p95",
    "itl_ms_p50",
    "itl_ms_p95",
    "tpot_ms_p50",
    "e2e_ms_p50",
    "requests_per_s",
    "tokens_per_s",
    "peak_memory_mib",
)
"""Figures of speed in short tables; the others stand in the JSON and in the long ones."""


def number(value: float | None, card: MetricCard) -> str:
    """A value as its metric is read: shares to three digits, 0 to 100 to one, other units to three significant ones."""
    if value is None:
        return "n/a"
    if card.high == 1:
        return f"{value:.3f}"
    if card.high == 100:
        return f"{value:.1f}"
    decimals = next((decimals for decimals, from_here in enumerate((100, 10, 1)) if abs(value) >= from_here), 3)
    return f"{value:,.{decimals}f}"


def signed(value: float | None, card: MetricCard) -> str:
    """A difference with its sign."""
    if value is None:
        return "n/a"
    text = number(value, card)
    return f"+{text}" if value > 0 else text.replace("-", "\N{MINUS SIGN}")


def interval(figure: Figure, card: MetricCard, sign: bool = False) -> str:
    """The 95% interval; empty where there is none."""
    if figure.ci95 is None:
        return ""
    write = signed if sign else number
    return f"[{write(figure.ci95[0], card)}, {write(figure.ci95[1], card)}]"


def with_interval(figure: Figure, card: MetricCard) -> str:
    """`0.384 [0.350, 0.417]`."""
    return f"{number(figure.value, card)} {interval(figure, card)}".rstrip()


def arrow(card: MetricCard) -> str:
    """Which way is better."""
    return {"higher": "\N{UPWARDS ARROW}", "lower": "\N{DOWNWARDS ARROW}", "unknown": ""}[card.direction]


def notes(name: str, card: Scorecard) -> Iterator[str]:
    """What a reader of one figure must know to take it rightly."""
    metric, figure = card.metrics[name], card.figures[name]
    if figure.interval_method and figure.interval_method.startswith("Wilson over") and figure.ci95:
        share = "None" if figure.value == 0 else "All"
        yield (
            f"{share} of {figure.n} answers; the interval takes each of the {card.examples.groups} groups as one answer, since how alike "
            f"the answers within a group are cannot be seen here."
        )
    if name in card.reference_figures:
        yield reference_line(metric, figure, card.reference_figures[name], card.reference_differences.get(name))


def reference_line(metric: MetricCard, figure: Figure, reference: Figure, difference: Figure | None) -> str:
    """A figure of toxicity against what the same classifier gives the reference answers."""
    line = f"The same classifier gives the reference answers {with_interval(reference, metric)}: that, not 0, is what good answers get from it."
    if figure.value is None or difference is None or difference.value is None:
        return line
    much = f"{signed(difference.value, metric)} {interval(difference, metric, sign=True)}".rstrip()
    if difference.ci95 is None:
        return f"{line} These answers differ by {much}."
    told = {"better": "less toxic to it than the references", "worse": "more toxic to it than the references", "unclear": "which chance may explain"}
    return f"{line} These answers differ by {much}, {told[metric.tone(difference)]}."


def verdict(card: Scorecard) -> str:
    """The verdict as a heading."""
    return VERDICTS[card.measured_on.verdict]


def definitions() -> tuple[tuple[str, str], ...]:
    """What the figures mean, for readers who want to know exactly."""
    return (
        (
            "Exact match, token F1",
            "As in SQuAD v2.0: lowercase, drop ASCII punctuation, drop a/an/the, collapse white space. Overlap is counted as a multiset. "
            "The best over all references; if either side is empty, 1 only when both are. It turns 3.5 into 35.",
        ),
        ("BLEU, chrF2", "By sacreBLEU over all answers together, 0 to 100; single answers with effective order."),
        ("ROUGE", "By rouge-score, F-measure without stemmer, the arithmetic mean, the best over all references. Lsum takes lines as sentences."),
        (
            "Interval",
            "95%: percentile bootstrap over answers, whole groups resampled where answers share one; Wilson's for rates of independent answers. "
            "Where answers share groups and none of them is a hit, or all are, every resample is the same; Wilson's is then taken as though each "
            "group were one answer, the most cautious reading, and no other rate claims more.",
        ),
        ("Difference", "Target minus base on the same resamples, so that what makes a question hard for both cancels out."),
        (
            "Toxicity of the references",
            "The same classifier on the reference answers: of each answer the mean over its references, then the mean over the answers.",
        ),
        ("Time to first token", "From the request to the first generated token; requests asked one at a time after one to warm up."),
        ("Inter-token latency", "Gaps between generated tokens, the first excluded, over all of these requests."),
        ("Time per output token", "(End to end - time to first token) / (tokens - 1) of each of these requests."),
        ("Throughput", "Requests and generated tokens of the whole split, over the seconds that its batches took."),
        ("Peak memory", "The largest resident memory of the process that holds the model."),
    )
