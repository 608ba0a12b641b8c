"""What stands on top of a scorecard: reasons to take its figures for those of something else than what was released.

A figure can be measured well and still be of the wrong thing: an adapter that changes nothing, a prompt
the version was not trained with, an engine or a way of sampling that no user will meet. Each check says
what it saw in one sentence; what cannot be known is flagged as such, never passed over.

Knows no engine; what one has answered is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.api import Recipe, Target, TargetError, adapter_is_inert, why_prompt_differs

Severity = Literal["refuse", "flag"]
"""refuse: the figures are not those of a trained assistant, and no gate should pass; flag: a reader must know."""

FIXED = ("system_prompt", "template", "base", "data", "training")
"""Keys of a recipe that are settled when a version is finished: another recipe cannot change them in an evaluation."""
LEAST_SHIFT = 1e-4
"""Nats. Threads that add in another order shift a log-probability by less, one step of training by far more."""

LogProbs = Sequence[Sequence[float]]
"""Of each of some answers the log-probabilities of its tokens, in nats."""


@dataclass(frozen=True)
class Flag:
    """One reason.

    Attributes:
        name: Of the check.
        severity: How grave it is.
        sentence: What was seen.
    """

    name: Literal["prompt", "adapter", "engine", "sampling"]
    severity: Severity
    sentence: str


def flags_of(
    target: Target, engine: str, precision: str, given: Recipe | None = None, weighed: tuple[LogProbs, LogProbs] | None = None
) -> list[Flag]:
    """All reasons, the gravest first; none for a base, which was never released, but for what a server does unseen.

    Args:
        target: What was examined, with the recipe that it was examined by.
        engine: What generated the answers, as the record of the run says.
        precision: Of its weights, likewise.
        given: The recipe that a user examined a version by; None for the version's own.
        weighed: How likely the version and its base find a few references (`probing.weigh_references`), both by the same engine in the
            same precision; None where it was not asked.
    """
    found = [*_prompt(target, given), *_adapter(target, weighed), *_engine(target, engine, precision), *_sampling(target)]
    return sorted(found, key=lambda flag: flag.severity != "refuse")


def _is_rendered_elsewhere(target: Target) -> bool:
    remote = target.recipe.engine.remote
    return target.recipe.engine.name == "remote" and remote is not None and remote.endpoint == "chat"


def _prompt(target: Target, given: Recipe | None) -> list[Flag]:
    """Whether the prompt is the one that was trained with."""
    found = []
    if _is_rendered_elsewhere(target):
        found.append("The server rendered the prompts (engine.remote.endpoint: chat): whether by the template of this model cannot be known here.")
    if target.kind == "version" and target.version is not None:
        reason = why_prompt_differs(target.version)
        if reason:
            found.append(f"The prompt may not be the one that {target.label} was trained with: {reason}.")
        own = target.version.recipe
        others = [key for key in FIXED if given is not None and getattr(given, key) != getattr(own, key)]
        if others:
            found.append(
                f"The recipe that was given has another {', another '.join(others)} than {target.label}, which is finished: its own stayed in force."
            )
    return [Flag("prompt", "flag", sentence) for sentence in found]


def _adapter(target: Target, weighed: tuple[LogProbs, LogProbs] | None) -> list[Flag]:
    """Whether training has changed anything."""
    if target.kind == "base" or target.version is None:
        return []
    if target.recipe.engine.name == "remote":
        return [Flag("adapter", "flag", f"A server answered: whether it held the weights of {target.label} cannot be known here.")]
    if target.version.is_adapter:
        try:
            inert = adapter_is_inert(target.version.folder)
        except TargetError as error:
            return [Flag("adapter", "flag", f"Whether the adapter of {target.label} changes anything cannot be known: {error.what}.")]
        if inert:
            return [Flag("adapter", "refuse", f"The adapter of {target.label} is zero throughout: it answers exactly as its base.")]
    if weighed is None:
        if target.version.is_adapter:
            return []
        return [Flag("adapter", "flag", f"Whether {target.label} differs from its base was not looked at: its likelihoods were not asked.")]
    shift, tokens = _shift(*weighed)
    if not tokens:
        return [Flag("adapter", "flag", f"Whether {target.label} differs from its base cannot be known: no token of an answer was weighed.")]
    if shift < LEAST_SHIFT:
        return [
            Flag(
                "adapter",
                "refuse",
                f"{target.label} finds each of {tokens} tokens as likely as its base does, within {LEAST_SHIFT:g} nats: training has changed "
                "nothing, or the adapter was not applied.",
            )
        ]
    return []


def _shift(one: LogProbs, other: LogProbs) -> tuple[float, int]:
    """By how much the likelihood of a token differs at most, in nats, and how many tokens were compared."""
    shifts = [abs(a - b) for row, row_of_other in zip(one, other, strict=True) for a, b in zip(row, row_of_other, strict=True)]
    # What is no number is a difference, whichever side it is on.
    return max((shift if shift == shift else float("inf") for shift in shifts), default=0.0), len(shifts)


def _engine(target: Target, engine: str, precision: str) -> list[Flag]:
    """Whether what answered is what answers in the chat."""
    if target.kind == "base" or target.version is None:
        return []
    own, used = target.version.recipe.engine, target.recipe.engine
    answered = f"{engine} {precision}"
    released = _released(target)
    if released is None:
        if own == used:
            # The same choice as for the chat, made by the same rule on this machine.
            return []
        sentence = f"By what engine {target.label} answers in the chat cannot be known: it was never compiled here. {answered} was examined."
        return [Flag("engine", "flag", sentence)]
    name, wanted = released
    if engine != name or wanted not in (None, precision):
        by = f"{name} {wanted}" if wanted else name
        return [Flag("engine", "flag", f"{answered} was examined; by its own recipe and manifest {target.label} answers by {by}.")]
    if own.name == "remote" and own.remote != used.remote and own.remote and used.remote:
        others = [key for key in ("url", "model", "endpoint") if getattr(own.remote, key) != getattr(used.remote, key)]
        if others:
            return [Flag("engine", "flag", f"Another server than that of {target.label}'s own recipe answered (engine.remote.{', '.join(others)}).")]
    return []


def _released(target: Target) -> tuple[str, str | None] | None:
    """Engine and precision that a version's own recipe leads to, the precision None where any will do; None where nothing says.

    The manifest tells what was compiled and whether it was refused, so that nothing need be compiled to know.
    """
    assert target.version is not None
    own = target.version.recipe.engine
    if own.name in ("transformers", "remote"):
        return own.name, None
    compiled: dict[str, Any] | None = target.version.manifest.compiled.get(f"openvino {own.precision}")
    if own.name == "openvino" or (compiled is not None and not compiled.get("refusal")):
        return "openvino", own.precision
    return ("transformers", None) if compiled is not None else None


def _sampling(target: Target) -> list[Flag]:
    """Whether answers were written as the version's own recipe says."""
    if target.kind == "base" or target.version is None:
        return []
    own, used = target.version.recipe.generation.model_dump(), target.recipe.generation.model_dump()
    others = [f"{key} {used[key]}, not {value}" for key, value in own.items() if used[key] != value]
    if not others:
        return []
    return [Flag("sampling", "flag", f"Answers were written otherwise than the recipe of {target.label} says: {'; '.join(others)}.")]
