"""Whether a compiled form answers like the weights that were trained: the same questions to both.

Two figures: how likely each finds the given answers, which sees every small shift of the weights; and
how much of their own greedy answers they share, which sees a wrong prompt or a wrong end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from assistant.data.example import Example
from assistant.engines.protocol import Answer, Request, Sampling, ScoringEngine

MOST_LOG_PROB_GAP = 0.03
"""Nats a token; bfloat16 alone shifts an assistant of 135 million weights by 0.002, q8_0 by 0.005, int8 by 0.006."""

LEAST_OVERLAP = 0.4
"""Of the tokens of two greedy answers; one token chosen otherwise leads to another wording of the same answer."""

SCORED = 32
"""At most so many examples are scored."""

ASKED = 16
"""At most so many questions are answered by both."""

ANSWER_TOKENS = 48
"""An answer is compared as far as this."""


Said = tuple[list[tuple[float, ...]], list[Answer]]
"""Log-probabilities of the tokens of each given answer, and an engine's own answers."""


class Parity(BaseModel):
    """How a compiled form compares with the weights it was made from."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    reference: str
    """Engine and precision it was compared with."""
    source: str
    """Which examples both were asked."""
    scored_tokens: int
    """Answer tokens whose probability was compared."""
    reference_log_prob: float
    """Mean log-probability of an answer token under the trained weights, in nats."""
    log_prob: float
    """The same under the compiled form."""
    log_prob_gap: float
    """Their difference; negative where the compiled form finds the answers less likely."""
    answers: int
    """Greedy answers that were compared."""
    identical_answers: int
    """Those among them that are the same to the last token."""
    overlap: float
    """Mean F1 of the tokens of two answers to the same question, 0 to 1."""
    most_log_prob_gap: float
    """The bound on the size of the difference, in nats."""
    least_overlap: float
    """The bound on the overlap."""

    @property
    def refusal(self) -> str | None:
        """Why the compiled form is not used; None if it is within both bounds."""
        if not abs(self.log_prob_gap) <= self.most_log_prob_gap:
            return f"its log-probabilities differ by {self.log_prob_gap:+.3f} nats a token, more than {self.most_log_prob_gap}"
        if not self.overlap >= self.least_overlap:
            shared, least = f"{100 * self.overlap:.0f}%", f"{100 * self.least_overlap:.0f}%"
            return f"its greedy answers share {shared} of their tokens with those of the trained weights, less than {least}"
        return None


def ask_both(engine: ScoringEngine, examples: Sequence[Example], sampling: Sampling) -> Said:
    """What one of the two engines says.

    Args:
        engine: It.
        examples: Questions with answers, the same for both.
        sampling: The recipe's; what is compared is greedy and short.

    Returns:
        Log-probabilities of the tokens of each given answer, and the engine's own answers to the first questions.
    """
    greedy = replace(sampling, temperature=0.0, max_new_tokens=min(sampling.max_new_tokens, ANSWER_TOKENS))
    scored = engine.log_probs([(example.prompt, example.answers[0]) for example in examples[:SCORED]])
    answers = engine.generate([Request(example.prompt, greedy) for example in examples[:ASKED]], batch_size=ASKED)
    return scored, answers


def compare(reference: Said, compiled: Said, name: str, source: str) -> Parity:
    """The figures of two engines that were asked the same.

    Args:
        reference: What the trained weights said.
        compiled: What the compiled form said.
        name: Engine and precision of the reference.
        source: Which examples they were asked.
    """
    (their_scores, their_answers), (our_scores, our_answers) = reference, compiled
    theirs = [value for row in their_scores for value in row]
    ours = [value for row in our_scores for value in row]
    mean, our_mean = sum(theirs) / len(theirs), sum(ours) / len(ours)
    # Both engines know the tokens of what they say.
    pairs = [(one.token_ids or (), other.token_ids or ()) for one, other in zip(their_answers, our_answers, strict=True)]
    return Parity(
        reference=name,
        source=source,
        scored_tokens=len(theirs),
        reference_log_prob=round(mean, 5),
        log_prob=round(our_mean, 5),
        log_prob_gap=round(our_mean - mean, 5),
        answers=len(pairs),
        identical_answers=sum(one == other for one, other in pairs),
        overlap=round(sum(_overlap(one, other) for one, other in pairs) / len(pairs), 4),
        most_log_prob_gap=MOST_LOG_PROB_GAP,
        least_overlap=LEAST_OVERLAP,
    )


def _overlap(one: Sequence[int], other: Sequence[int]) -> float:
    """F1 of two multisets of tokens: twice what they share over what they have together."""
    shared = (Counter(one) & Counter(other)).total()
    return 2 * shared / (len(one) + len(other)) if one or other else 1.0
