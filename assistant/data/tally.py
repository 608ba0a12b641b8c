"""Counts of findings by rule, with the first places of each, for a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.data.checking.finding import Finding, Fix, Severity

SHOWN = 5
"""How many findings of each rule are kept to be shown; all are counted."""
ORDER: tuple[Severity, ...] = ("error", "warning", "note")

FIXED: Mapping[Fix, str] = {
    "drop": "left out",
    "mask": "masked",
    "clean": "mended",
    "group": "kept together",
    "edit": "edited",
    "accept": "accepted in a review",
}
"""What became of those that are mended, by what mends them."""


@dataclass
class Found:
    """The findings of one rule that are equally bad.

    Attributes:
        severity: How bad.
        fix: What would mend them.
        count: How many.
        fixed: Those that `prepare` mends, by how: a row that is left out for something else settles these too.
        first: Some of them, to be shown.
    """

    severity: Severity
    fix: Fix
    count: int = 0
    fixed: Counter[Fix] = field(default_factory=Counter)
    first: list[Finding] = field(default_factory=list)


class Tally:
    """Findings as they are counted.

    Attributes:
        found: By rule and severity, which a rule may have several of, in the order in which they were first found.
    """

    def __init__(self) -> None:
        self.found: dict[tuple[str, Severity], Found] = {}

    def add(self, finding: Finding) -> None:
        """Count one more."""
        found = self.found.setdefault((finding.rule, finding.severity), Found(finding.severity, finding.fix))
        found.count += 1
        if finding.is_fixed:
            found.fixed[finding.fix] += 1
        if len(found.first) < SHOWN:
            found.first.append(finding)

    def remaining(self, severity: Severity = "error") -> int:
        """How many of a severity `prepare` would not mend."""
        return sum(found.count - found.fixed.total() for found in self.found.values() if found.severity == severity)

    def count(self, severity: Severity = "error") -> int:
        """How many of a severity there are."""
        return sum(found.count for found in self.found.values() if found.severity == severity)

    def to_json(self) -> dict[str, Any]:
        """The counts by rule, the worst first, for a report."""
        rules: dict[str, list[Found]] = {}
        for (rule, _), found in sorted(self.found.items(), key=lambda item: (ORDER.index(item[0][1]), item[0][0])):
            rules.setdefault(rule, []).append(found)
        return {rule: _as_json(of_rule) for rule, of_rule in rules.items()}


def _as_json(of_rule: Sequence[Found]) -> dict[str, Any]:
    """One rule's findings, the worst first."""
    fixed = sum((found.fixed for found in of_rule), Counter[Fix]())
    return {
        "severity": of_rule[0].severity,
        "by_severity": {found.severity: {"count": found.count, "fixed": found.fixed.total()} for found in of_rule},
        "fix": of_rule[0].fix,
        "count": sum(found.count for found in of_rule),
        "fixed": fixed.total(),
        "fixed_by": dict(fixed),
        "first": [finding.to_json() for found in of_rule for finding in found.first][:SHOWN],
    }
