"""What a person reads of prepared data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.data.prepare import Prepared
from assistant.data.splitting.split import SPLITS


def lines_of(prepared: Prepared) -> Iterator[str]:
    """How many rows became examples, what is not used and where, how the examples were dealt."""
    report = prepared.report
    for name, file in report["files"].items():
        yield f"{name}: columns {file['columns']}"
    yield f"{report['rows']} rows"
    for kind, entry in report["problems"].items():
        yield f"not used: {entry['count']} x {kind}"
        for place in entry["first"]:
            yield f"    {place['file']}:{place['line']}{': ' + place['detail'] if place['detail'] else ''}"
        if entry["count"] > len(entry["first"]):
            yield f"    and {entry['count'] - len(entry['first'])} more"
    if report["duplicates"]["dropped"]:
        yield f"not used: {report['duplicates']['dropped']} exact duplicates (case and spaces aside)"
        for name, times in report["duplicates"]["most"].items():
            yield f"    {name}: {times} more of it"
    if report["ids_used_twice"]["renamed"]:
        yield f"renamed: {report['ids_used_twice']['renamed']} examples whose id another one has: {', '.join(report['ids_used_twice']['most'])}"
    if report["groups"]["joined"]:
        yield f"joined: {report['groups']['found']} groups to {report['groups']['found'] - report['groups']['joined']}, because they share questions"
    for split in SPLITS:
        facts = report["splits"][split]
        words = facts["answer_words"]
        length = f", answers of {words['min']} to {words['max']} words" if words else ""
        limited = f" ({facts['left_out_by_limit']} left out by data.limit)" if facts["left_out_by_limit"] else ""
        yield f"{split}: {facts['examples']} examples in {facts['groups']} groups{length}{limited}"
    yield from _planted(report.get("canaries"))
    yield f"{'found' if prepared.found else 'written'}: {prepared.folder}"


def _planted(secrets: Mapping[str, int] | None) -> Iterator[str]:
    if secrets:
        yield f"planted in train: {secrets['planted']} made-up secrets (data.canaries) as {secrets['examples']} more examples, a test of memorization"
