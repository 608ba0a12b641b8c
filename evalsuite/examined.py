"""One target with all that is known of its answers: what the first two stages hand to the third."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.api import Target
from evalsuite.evaluation import Evaluation
from evalsuite.judging import ProbeResult
from evalsuite.prediction import Prediction
from evalsuite.scorecard import Subject
from evalsuite.scores import Scores
from evalsuite.timings import Timed


@dataclass(frozen=True)
class Examined:
    """One target with all that is known of its answers.

    Attributes:
        target: What answered.
        evaluation: Where its answers lie.
        predictions: Its answers.
        scores: What metrics say of them.
        timed: What was timed.
        probes: What further questions found out.
        weighed: How likely it finds a few references, token by token; None where it was not asked or does not tell.
        fluency: How likely it finds another's answers; None where it was not asked.
    """

    target: Target
    evaluation: Evaluation
    predictions: Sequence[Prediction]
    scores: Scores
    timed: Timed
    probes: Sequence[ProbeResult] = ()
    weighed: Sequence[Sequence[float]] | None = None
    fluency: ProbeResult | None = None

    @property
    def subject(self) -> Subject:
        """What it is, for the scorecard."""
        return Subject(
            label=self.target.label,
            kind=self.target.kind,
            fingerprint=self.target.fingerprint,
            run=self.evaluation.run,
            engine=self.timed.about["engine"],
            precision=self.timed.about["precision"],
            facts=dict(self.target.facts),
        )
