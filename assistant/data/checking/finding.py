"""What is wrong with a row: by which rule, how bad, what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assistant.data.example import Place

Severity = Literal["error", "warning", "note"]
"""error: no model should learn from the row as it is; warning: somebody should look at it; note: worth knowing."""

Fix = Literal["drop", "mask", "clean", "group", "edit", "accept"]
"""What mends it: the row is left out, the place is masked, a cleaning rule mends it, it is kept together with what it resembles, a
person must edit it, or has accepted it as it is."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with one row.

    Attributes:
        rule: The check's name: that of its key under `data.check`, or `missing`, `equal`, `duplicate`, `unreadable` and the like.
        severity: How bad it is.
        fix: What would mend it.
        is_fixed: Whether `prepare` does so under this recipe.
        place: Where the row is.
        id: The example's; empty where the row became none.
        detail: What is particular to this row, in a few words; made of the row's text, so it is printed with care.
    """

    rule: str
    severity: Severity
    fix: Fix
    is_fixed: bool
    place: Place | None
    id: str = ""
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """The finding as one row of a report."""
        place: Mapping[str, Any] = self.place.to_json() if self.place else {"file": None, "line": None}
        return {
            "rule": self.rule,
            "severity": self.severity,
            "fix": self.fix,
            "fixed": self.is_fixed,
            **place,
            "id": self.id,
            "detail": self.detail,
        }
