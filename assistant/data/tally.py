"""Counts of findings by rule, with the first places of each, for a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
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
    """The findings of one rule.

    Attributes:
        severity: How bad they are.
        fix: What would mend the first of them.
        count: How many there are.
        by: How many of them are mended, by what.
        first: Some of them.
    """

    severity: Severity
    fix: Fix
    count: int = 0
    by: Counter[Fix] = field(default_factory=Counter)
    first: list[Finding] = field(default_factory=list)

    @property
    def fixed(self) -> int:
        """How many of them are mended."""
        return self.by.total()


class Tally:
    """Findings as they are counted.

    Attributes:
        rules: By the name of the rule, in the order in which they were first found.
    """

    def __init__(self) -> None:
        self.rules: dict[str, Found] = {}

    def add(self, finding: Finding) -> None:
        """Count one more."""
        found = self.rules.setdefault(finding.rule, Found(finding.severity, finding.fix))
        found.count += 1
        if finding.is_fixed:
            found.by[finding.fix] += 1
        if len(found.first) < SHOWN:
            found.first.append(finding)

    def remaining(self, severity: Severity = "error") -> int:
        """How many of a severity `prepare` would not mend."""
        return sum(found.count - found.fixed for found in self.rules.values() if found.severity == severity)

    def count(self, severity: Severity = "error") -> int:
        """How many of a severity there are."""
        return sum(found.count for found in self.rules.values() if found.severity == severity)

    def to_json(self) -> dict[str, Any]:
        """The counts, the worst first, for a report."""
        worst_first = sorted(self.rules.items(), key=lambda item: (ORDER.index(item[1].severity), item[0]))
        return {
            rule: {
                "severity": found.severity,
                "fix": found.fix,
                "count": found.count,
                "fixed": found.fixed,
                "by": dict(sorted(found.by.items())),
                "first": [finding.to_json() for finding in found.first],
            }
            for rule, found in worst_first
        }


def fixed_in_words(by: Mapping[Fix, int]) -> str:
    """How many of a rule's findings are mended, and by what."""
    return ", ".join(f"{count} {FIXED[fix]}" for fix, count in sorted(by.items()))
