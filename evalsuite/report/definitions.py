"""What the figures mean: one plain sentence or two for each, alike on every page."""

from __future__ import annotations

from evalsuite.scorecard import Scorecard


def definitions(card: Scorecard | None = None) -> tuple[tuple[str, str], ...]:
    """What the figures mean, for readers who want to know exactly.

    Args:
        card: Whose figures; parts that it does not have are left out. None for all of them.
    """
    measured = card.measured_on if card else None
    kept = {
        "Probes": card is None or bool(card.probes),
        "Leakage": card is None or card.leakage is not None,
        "Load": measured is None or measured.load is not None,
        "Energy": measured is None or any(name.startswith("energy") and figure.value is not None for name, figure in measured.speed.items()),
        "Cost": measured is None or any(name.startswith("cost") and figure.value is not None for name, figure in measured.speed.items()),
        "Toxicity of the references": card is None or bool(card.reference_figures),
    }
    return tuple((title, text) for title, text in _definitions() if kept.get(title, True))


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        (
            "Exact match, token F1",
            "As in SQuAD v2.0: lowercase, drop ASCII punctuation, drop a/an/the, collapse white space. Overlap is counted as a multiset. "
            "The best over all references; if either side is empty, 1 only when both are. It turns 3.5 into 35.",
        ),
        ("BLEU, chrF2", "By sacreBLEU over all answers together, 0 to 100; single answers with effective order."),
        ("ROUGE", "By rouge-score, F-measure without stemmer, the arithmetic mean, the best over all references. Lsum takes lines as sentences."),
        (
            "Likeness of meaning",
            "Cosines of sentence embeddings by all-MiniLM-L6-v2, which was trained on English. It sees what a text is about rather than what it "
            "claims: a sentence and its denial, or the same with another number, lie close together. Likeness does not begin at 0: references of "
            "other questions of the same field score 0.05 to 0.31 on average. Repeating the question scores 1 in relevance; answers of one "
            "sentence have no flow.",
        ),
        (
            "Interval",
            "95%: BCa bootstrap over answers, no narrower than Student's t, whole groups resampled where answers share one; Wilson's for rates of "
            "independent answers. "
            "Where answers share groups and none of them is a hit, or all are, every resample is the same; Wilson's is then taken as though each "
            "group were one answer, the most cautious reading, and no other rate claims more.",
        ),
        (
            "Difference",
            "Target minus base (or previous release) in pairs: the same resamples, or Newcombe's interval for rates of independent answers, so that "
            "what makes a question hard for both cancels out.",
        ),
        (
            "Toxicity of the references",
            "The same classifier on the reference answers: of each answer the mean over its references, then the mean over the answers.",
        ),
        ("Time to first token", "From the request to the first generated token; requests asked one at a time after one to warm up."),
        ("Inter-token latency", "Gaps between generated tokens, the first excluded, over all of these requests."),
        ("Time per output token", "(End to end - time to first token) / (tokens - 1) of each of these requests."),
        (
            "Interval of a latency",
            "By order statistics of the requests; of gaps between tokens a bootstrap over whole requests. None where requests are too few, or not "
            "independent.",
        ),
        ("Throughput", "Requests and generated tokens of the whole split, over the seconds that its batches took."),
        ("Peak memory", "The largest resident memory of the process that holds the model."),
        (
            "Load",
            "So many users at once, each asking again as soon as they are answered; figures are over the steady state. The knee is the level of the "
            "greatest power, throughput over the time of an answer: with more users answers take longer by more than throughput gains.",
        ),
        ("Energy", "What the machine used while the whole split was answered in batches, over the answers; not of this process alone."),
        ("Cost", "The price that the recipe states, times the measured seconds or tokens of the whole split."),
        (
            "Probes",
            "Further questions, made without chance and asked of all sides alike; p is that of the probe's own test and is not corrected for their "
            "number.",
        ),
        (
            "Leakage",
            "Test examples of which a question, an answer or a passage of eight words stands in what was trained on; the clean figures are over the "
            "others.",
        ),
    )
