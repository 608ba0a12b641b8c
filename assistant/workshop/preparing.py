"""What a person reads of prepared data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.core.plain import many, one_line
from assistant.data.checking.finding import Fix
from assistant.data.prepare import Prepared
from assistant.data.splitting.split import SPLITS
from assistant.data.tally import FIXED
from assistant.data.tally import ORDER as GRAVEST
from assistant.workshop.places import from_here

SHOWN_CHARACTERS = 160
"""Of a detail, which is made of a row's own words."""
TOLD_ELSEWHERE = ("missing", "unreadable", "answer_words", "duplicate", "near_duplicate", "same_meaning")
"""Findings that the lines on rows and duplicates tell."""


def lines_of(prepared: Prepared) -> Iterator[str]:
    """How many rows became examples, what was mended, what is not used and where, how the examples were dealt."""
    report = prepared.report
    for name, file in report["files"].items():
        yield f"{name}: columns {file['columns']}"
    yield from passed_over(report)
    yield f"{many(report['rows'], 'row')}, {many(report['questions'], 'different question')}"
    if report["history_shortened"]:
        yield f"shortened: {report['history_shortened']} examples hold only the latest of what was said before their question (data.history)"
    mended = report["cleaned"]
    if mended["examples"]:
        rules = ", ".join(f"{rule} {count}" for rule, count in sorted(mended["rules"].items(), key=lambda item: (-item[1], item[0])))
        yield f"mended: {mended['examples']} of them by cleaning ({rules})"
    yield from decided(report)
    for kind, entry in report["problems"].items():
        yield from _places(f"not used: {entry['count']} x {kind}", entry)
    yield from _findings(report["findings"])
    yield from _duplicates(report["duplicates"])
    if report["ids_used_twice"]["renamed"]:
        yield f"renamed: {report['ids_used_twice']['renamed']} examples whose id another one has: {', '.join(report['ids_used_twice']['most'])}"
    groups = report["groups"]
    if groups["joined"]:
        yield f"joined: {groups['found']} groups to {groups['found'] - groups['joined']}, because they ask or answer the same, or nearly so"
    yield from _splits(report)
    yield f"{'found' if prepared.found else 'written'}: {prepared.folder}"
    yield "look on: `assistant data review` decides about rows one by one, `assistant data card` describes the data"


def passed_over(report: Mapping[str, Any]) -> Iterator[str]:
    """Which files and sheets of what was named were not read, and why."""
    for kind, entry in report["passed_over"].items():
        yield from _places(f"passed over: {entry['count']} x {kind}", entry)


def decided(report: Mapping[str, Any]) -> Iterator[str]:
    """What people decided in reviews, and which decisions are about nothing that is there."""
    if counts := ", ".join(f"{count} {how}" for how, count in report["decisions"].items() if count):
        yield f"decided in reviews: {counts}"
    if count := report["decisions"]["stale"]:
        named = ", ".join(report["stale_decisions"]) + (", ..." if count > len(report["stale_decisions"]) else "")
        yield "    " + one_line(f"stale, since the row is gone or says something else now: {named}; `data review` shows what it says")


def _findings(findings: Mapping[str, Any]) -> Iterator[str]:
    """What was found and is used all the same, or was mended; rows that are left out for it are told with it."""
    for rule, found in sorted(findings.items(), key=lambda item: (GRAVEST.index(item[1]["severity"]), item[0])):
        if rule in TOLD_ELSEWHERE:
            continue
        fixed = how_fixed(found["fixed_by"], found["count"])
        each_of = [(severity, found["by_severity"][severity]["count"]) for severity in GRAVEST if severity in found["by_severity"]]
        head = each_of[0][0] if len(each_of) == 1 else " and ".join(f"{count} {severity}{'s' if count > 1 else ''}" for severity, count in each_of)
        yield from _places(f"{head}: {found['count']} x {rule}{f' ({fixed})' if fixed else ''}", found)


def how_fixed(fixed: Mapping[Fix, int], count: int) -> str:
    """What was done about so many findings, in words; empty where nothing was.

    Args:
        fixed: How many were mended, by how.
        count: How many there are.
    """
    if list(fixed.values()) == [count]:
        return FIXED[next(iter(fixed))]
    return ", ".join(f"{each} {FIXED[fix]}" for fix, each in fixed.items())


def _duplicates(duplicates: Mapping[str, Any]) -> Iterator[str]:
    if duplicates["dropped"]:
        yield f"not used: {duplicates['dropped']} exact duplicates (case and spaces aside)"
        for name, times in sorted(duplicates["most"].items(), key=lambda item: (-item[1], item[0])):
            yield f"    {name}: {times} more of it"
    for kind, what in (("near", "nearly the same as others"), ("meaning", "of the same meaning as others")):
        if same := (duplicates[kind] or {}).get("dropped"):
            yield f"not used: {same} {what}"


def _places(head: str, entry: Mapping[str, Any]) -> Iterator[str]:
    yield one_line(head)
    for place in entry["first"]:
        where = f"{place['file']}:{place['line']}" if place["line"] else place["file"]
        detail = f": {from_here(place['detail'])[:SHOWN_CHARACTERS]}" if place["detail"] else ""
        yield "    " + one_line(from_here(str(where)) + detail)
    if entry["count"] > len(entry["first"]):
        yield f"    and {entry['count'] - len(entry['first'])} more"


def _splits(report: Mapping[str, Any]) -> Iterator[str]:
    for split in SPLITS:
        facts = report["splits"][split]
        words = facts["answer_words"]
        longest = many(words["max"], "word") if words else ""
        length = (f", answers of {longest}" if words["min"] == words["max"] else f", answers of {words['min']} to {longest}") if words else ""
        limited = f" ({facts['left_out_by_limit']} left out by data.limit)" if facts["left_out_by_limit"] else ""
        yield f"{split}: {many(facts['examples'], 'example')} in {many(facts['groups'], 'group')}{length}{limited}"
    made = report["augmented"]
    if made["rows"] or made["left_out"]:
        yield f"added to train: {made['rows']} rows that were made (data.augmented), {made['left_out']} left out"
    if balance := report["balance"]:
        changes = ", ".join(f"{value} {count} to {balance['after'][value]}" for value, count in balance["before"].items())
        yield one_line(f"balanced in train by {balance['by']} over {balance['tag']}: {changes}")
    yield from _planted(report.get("canaries"))
    leakage = report["leakage"]
    yield f"leakage: {leakage['n']} held-out examples searched for in train; {leakage['clean']} share nothing with it (docs/leakage.md)"


def _planted(secrets: Mapping[str, int] | None) -> Iterator[str]:
    if secrets:
        yield f"planted in train: {secrets['planted']} made-up secrets (data.canaries) as {secrets['examples']} more examples, a test of memorization"
