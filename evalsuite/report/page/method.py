"""The end of the page: where everything comes from, what figures mean, and how to get them again."""

from __future__ import annotations

from typing import Any

from evalsuite.report.definitions import definitions
from evalsuite.report.page.section import Section
from evalsuite.scorecard import Scorecard, Subject

SAID_ELSEWHERE = {"base", "trained"}
"""Facts about the target that the page says in other words."""
KINDS = {"version": "a finished training", "base": "a base", "server": "the model behind a server", "file": "answers that came as a file"}


def notice(card: Scorecard) -> Section | None:
    """What users must know before they rely on it."""
    return Section("notice", "Notice", {}) if card.notice else None


def method(card: Scorecard) -> Section:
    """The small print."""
    missing = dict(sorted(card.not_measured.items()))
    missing |= {name: figure.reason or "" for name, figure in sorted(card.measured_on.speed.items()) if figure.value is None}
    missing |= {figure.name: figure.figure.reason or "" for probe in card.probes for figure in probe.figures if figure.figure.value is None}
    for what, reason in (("probes", card.probes_reason), ("leakage", card.leakage_reason), ("load", card.measured_on.load_reason)):
        missing |= {what: reason} if reason else {}
    signatures = [(name, card.metrics[name].signature, card.figures[name]) for name in card.order]
    signatures += [(figure.name, figure.card.signature, figure.figure) for probe in card.probes for figure in probe.figures]
    return Section(
        "method", "How it was measured", {"facts": _facts(card), "definitions": definitions(card), "missing": missing, "signatures": signatures}
    )


def again(card: Scorecard) -> Section:
    """The commands."""
    return Section("again", "Run it again", {})


def _facts(card: Scorecard) -> list[tuple[str, str]]:
    """What was examined, with what, on what."""
    measured, settings = card.measured_on, card.settings
    machine = measured.machine
    facts = [
        ("Evaluation", card.run),
        ("Examples", f"{card.examples.n} in {card.examples.groups} groups, {card.examples.source}; fingerprint {card.examples.fingerprint[:12]}"),
        ("Target", f"{card.target.label}, {KINDS[card.target.kind]}, fingerprint {card.target.fingerprint[:12]}"),
    ]
    facts += [(name, _beside(side)) for name, side in (("Base", card.base), ("Previous release", card.previous)) if side]
    facts += [(name.replace("_", " ").capitalize(), _short(value)) for name, value in sorted(card.target.facts.items()) if name not in SAID_ELSEWHERE]
    facts += [
        ("Engine", f"{card.target.engine}, {card.target.precision}, on {measured.device}"),
        ("Sampling", ", ".join(f"{name} {value}" for name, value in sorted(settings.sampling.items()))),
        ("Batch size", str(settings.batch_size)),
        ("Resamples", f"{settings.resamples}, seed {settings.seed}"),
        ("Self-checks", _self_checks(card)),
        ("Machine", ", ".join(f"{name.replace('_', ' ')} {_short(value)}" for name, value in sorted(machine.items()))),
        ("Libraries", ", ".join(f"{name} {number}" for name, number in sorted(measured.packages.items()))),
        ("Answered", measured.date),
    ]
    return facts


def _beside(subject: Subject) -> str:
    return f"{subject.label}, fingerprint {subject.fingerprint[:12]}, evaluation {subject.run}"


def _short(value: Any) -> str:
    """A fact in words, fingerprints by their beginning, numbers to four digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text[:12] if len(text) == 64 else text


def _self_checks(card: Scorecard) -> str:
    """How many metrics give references as answers their best, and those of other questions far less."""
    asked = [check for check in card.self_checks if check.passed is not None]
    passed = sum(check.passed is True for check in asked)
    return f"{passed} of {len(asked)} metrics give references as answers their best, and references of other questions far less"
