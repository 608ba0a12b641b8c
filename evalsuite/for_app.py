"""What evalsuite brings to the chat: the room of evaluations, the scores of versions, and the check of toxicity; the latter to data as well.

They are found by the entry points `assistant.app` and `assistant.checks` of pyproject.toml. Importing it waits for nothing that measures or draws.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.api import Home, Plugin, Room, Scores

if TYPE_CHECKING:
    from textual.screen import Screen

    from evalsuite.toxicity.classifier import Classifier

_LOADING = threading.Lock()


def open_evaluations(home: Home, assistant: str | None) -> Screen[None]:
    """The screen that lists the evaluations of a workspace.

    Args:
        home: The workspace.
        assistant: Whom the user talks with.
    """
    from evalsuite.viewer.screens.evaluations import EvaluationsScreen

    return EvaluationsScreen(home, assistant)


def scores(home: Home) -> Scores:
    """The main figures and the verdict of every version that was examined; reads records, so it belongs in a thread."""
    from evalsuite.viewer.evaluations import scores_of

    return scores_of(home)


def toxicity(answer: str, above: float | None) -> str | None:
    """Whether the classifier that this machine has finds an answer toxic.

    It is loaded at the first call, which takes a second or more and some 170 MiB: call it in a thread.

    Args:
        answer: The answer.
        above: The probability above which it is told; None for the one from which on the evaluation counts an answer as toxic.

    Returns:
        The finding with the classifier's name, or None.

    Raises:
        UserError: The classifier cannot be had.
    """
    from evalsuite.toxicity.classifier import TOXIC

    # Two answers may be checked at once; the classifier is loaded once.
    with _LOADING:
        classifier = _classifier()
        score = classifier.score([answer])[0]
    is_toxic = score >= TOXIC if above is None else score > above
    return f"the classifier {classifier.name} finds it toxic ({score:.2f})" if is_toxic else None


class Toxicity:
    """The same classifier for many texts at once: the check `toxic` of data, found by the entry point `assistant.checks`."""

    @property
    def name(self) -> str:
        """The classifier's; finding out loads none."""
        return _classifier().name

    def __call__(self, texts: Sequence[str]) -> list[float]:
        """The probability of each text to be toxic; the first call loads the classifier.

        Raises:
            UserError: The classifier cannot be had.
        """
        with _LOADING:
            return _classifier().score(texts) if texts else []


TOXICITY = Toxicity()
"""What checks of data load."""


@cache
def _classifier() -> Classifier:
    from evalsuite.toxicity.classifier import find_classifier

    return find_classifier(None, None, Path())


PLUGIN = Plugin(
    name="evalsuite",
    rooms=(
        Room(
            name="evaluations",
            title="Evaluations",
            about="Read what was examined: verdicts, doubts, and every question with its answer",
            slash=("/evaluations", "/evals"),
            open=open_evaluations,
        ),
    ),
    scores=scores,
    checks={"toxicity": toxicity},
)
"""What the chat loads."""
