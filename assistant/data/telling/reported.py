"""What `prepare` has measured already, read from its report; a key that is missing is a thing that was not measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from assistant.data.dealt import LEFT_OUT_BY_BALANCE
from assistant.data.enlarging.made import LeftOut
from assistant.data.splitting.leakage.between import WORDING
from assistant.data.splitting.leakage.finding import Kind
from assistant.data.splitting.split import SPLITS
from assistant.data.telling.parts import Count, FindingCount, Leakage, Made, Quality, Quantity, Repetition, SplitFigures
from assistant.data.telling.shown import shown
from assistant.data.telling.tiers import tier_of
from assistant.data.telling.walk import Walked

Report = Mapping[str, Any]
ASK_THE_SAME: tuple[Kind, ...] = ("question_and_answer", "question", "near_question")
"""Kinds of leakage in which train asks what is held out."""
SAY_THE_SAME = ("duplicate", "near_duplicate", "same_meaning")
"""Why a row is not used that says the same as another one, so that nothing is lost with it."""
SEVERAL = ("near_duplicate", "same_meaning")
"""Rules by which one row may have several findings: it can be like several others, and in several ways."""
OF_MADE_ROWS = frozenset[str](get_args(LeftOut))
GRAVEST = ("error", "warning", "note")
NOT_REPORTED = "it is not in the report of these prepared data; prepare them again"


def whole(report: Any, *keys: str) -> int | None:
    """A whole number of the report; None where there is none."""
    value = part(report, *keys)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def part(report: Any, *keys: str) -> Any:
    """What stands under keys within each other; None where one is missing."""
    for key in keys:
        if not isinstance(report, Mapping):
            return None
        report = report.get(key)
    return report


def quantity_of(report: Report, walked: Walked) -> Quantity:
    """How much there is."""
    splits = tuple(
        SplitFigures(
            name,
            walked.examples[name],
            walked.made[name],
            whole(report, "splits", name, "groups"),
            whole(report, "splits", name, "left_out_by_limit") or 0,
        )
        for name in SPLITS
    )
    planted = whole(report, "canaries", "examples") or 0
    return Quantity(whole(report, "rows"), whole(report, "read"), planted, splits, tier_of(walked.examples["train"]))


def quality_of(report: Report, quantity: Quantity) -> Quality:
    """What was wrong and what became of it; shares are of all that was read, be it used or not."""
    read = quantity.read
    cleaned, findings, decisions = whole(report, "cleaned", "examples"), part(report, "findings"), part(report, "decisions")
    not_used = _not_used(report, quantity)
    return Quality(
        not_used=None if not_used is None else _counts(not_used, read),
        kept=whole(report, "examples"),
        cleaned=None if cleaned is None else Count("examples that cleaning changed", cleaned, cleaned / read if read else None),
        rules=_counts(part(report, "cleaned", "rules") or {}, read),
        findings=None if findings is None else tuple(sorted(_findings(findings, read), key=_gravest)),
        not_looked_for=tuple((shown(check, 40), shown(str(why))) for check, why in sorted((part(report, "not_looked_for") or {}).items())),
        decisions=None if decisions is None else _counts(decisions),
    )


def _not_used(report: Report, quantity: Quantity) -> dict[str, int] | None:
    """What was read and is in no split, by reason; None where the report does not say."""
    rejected = part(report, "rejected")
    if quantity.read is None or not isinstance(rejected, Mapping):
        return None
    counts = {str(reason): count for reason, count in rejected.items() if isinstance(count, int) and reason not in OF_MADE_ROWS}
    # Undersampling leaves made rows out as well, which were not read: as many as there are too many.
    if thinned := counts.get(LEFT_OUT_BY_BALANCE):
        made = sum(counts.values()) + quantity.used() - quantity.read
        counts[LEFT_OUT_BY_BALANCE] -= min(max(0, made), thinned)
    return {reason: count for reason, count in counts.items() if count}


def repetition_of(report: Report) -> Repetition:
    """What is the same."""
    return Repetition(
        exact=whole(report, "duplicates", "dropped"),
        near=_numbers(part(report, "duplicates", "near")),
        meaning=_numbers(part(report, "duplicates", "meaning")),
        groups=whole(report, "groups", "found"),
        joined=whole(report, "groups", "joined"),
    )


def leakage_of(report: Report, walked: Walked) -> Leakage | None:
    """What held-out examples share with train; None without held-out examples."""
    held_out = walked.examples["validation"] + walked.examples["test"]
    if not held_out:
        return None
    told = part(report, "leakage")
    counts = part(told, "counts")
    if not isinstance(counts, Mapping) or whole(told, "n") is None:
        return Leakage(held_out, walked.same_question, None, None)
    asked = [whole(counts, kind) or 0 for kind in ASK_THE_SAME]
    return Leakage(held_out, walked.same_question, max(asked), tuple(_shared(told, counts)))


def made_of(report: Report, walked: Walked) -> Made:
    """What people did not write, and how classes were balanced."""
    made, train = walked.made.total(), walked.examples["train"]
    return Made(
        made, made / train if train else 0.0, _counts(walked.methods, made), whole(report, "augmented", "left_out"), _balance(part(report, "balance"))
    )


def _balance(told: Any) -> str:
    if not isinstance(told, Mapping):
        return ""
    before, after = (part(told, when) or {} for when in ("before", "after"))
    changed = [f"{shown(value, 40)} {before[value]} to {after.get(value, 'unknown')}" for value in list(before)[:10]]
    return f"tag {shown(str(told.get('tag')), 40)} by {shown(str(told.get('by')), 20)}: {', '.join(changed)}" + (", ..." if len(before) > 10 else "")


def _counts(told: Mapping[str, Any], of: int | None = None) -> tuple[Count, ...]:
    """The most frequent first."""
    numbers = [(shown(str(name), 60), count) for name, count in told.items() if isinstance(count, int)]
    return tuple(Count(name, count, count / of if of else None) for name, count in sorted(numbers, key=lambda item: (-item[1], item[0])))


def _findings(told: Mapping[str, Any], read: int | None) -> Iterator[FindingCount]:
    for rule, entry in told.items():
        # A rule may find what is an error in one row and a warning in another.
        for severity, counts in (part(entry, "by_severity") or {entry.get("severity", "note"): entry}).items():
            count = whole(counts, "count") or 0
            share = count / read if read and rule not in SEVERAL else None
            yield FindingCount(shown(rule, 60), shown(str(severity), 20), count, whole(counts, "fixed") or 0, share)


def _gravest(finding: FindingCount) -> tuple[int, int, str]:
    order = GRAVEST.index(finding.severity) if finding.severity in GRAVEST else len(GRAVEST)
    return order, -finding.count, finding.rule


def _numbers(told: Any) -> dict[str, int] | None:
    return {shown(name, 40): count for name, count in told.items() if isinstance(count, int)} if isinstance(told, Mapping) else None


def _shared(told: Mapping[str, Any], counts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was looked for, and how many of the held-out examples have it."""
    yield "searched for in train", f"{whole(told, 'n') or 0:,}"
    yield "share nothing with it", f"{whole(told, 'clean') or 0:,}"
    yield from ((words, f"{whole(counts, kind) or 0:,}") for kind, words in WORDING.items() if kind in counts)
    if (more := whole(told, "more_than_half")) is not None:
        yield "share more than half of their answer's passages", f"{more:,}"
    mean = part(told, "mean_share")
    if isinstance(mean, float):
        yield "mean share of an answer's passages that stand in train", f"{mean:.1%}"
