"""The sections about what a reviewer holds the data to: sameness, leakage, personal data, origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.data.telling.blocks import Block, Facts, Stack, Table, Text
from assistant.data.telling.data_card import Card

NAMES = {
    "question": "rows by their question",
    "answer": "by their answer",
    "both": "by both",
    "dropped": "left out",
    "groups_joined": "groups joined to others",
    "boilerplate": "rows whose answer is boilerplate and joins none",
    "not_compared": "comparisons left out, because a text had too much in common with others",
}


def repetition(card: Card) -> Iterator[Block]:
    """Duplicates and groups."""
    same = card.repetition
    facts = [("Exact duplicates left out", "n/a" if same.exact is None else f"{same.exact:,}")]
    facts += [
        (title, _told(counts)) for title, counts in (("Nearly the same words", same.near), ("The same meaning", same.meaning)) if counts is not None
    ]
    facts += [
        (f"{title}: not measured", card.not_measured[key])
        for key, title in (("near", "Nearly the same words"), ("meaning", "The same meaning"))
        if key in card.not_measured
    ]
    if same.groups is not None:
        facts.append(("Groups", f"{same.groups:,} as found, {same.joined or 0:,} of them joined to others because they share questions"))
    yield Facts(tuple(facts))


def _told(counts: Mapping[str, int]) -> str:
    named = [*(name for name in NAMES if name in counts), *(name for name in counts if name not in NAMES)]
    return ", ".join(f"{counts[name]:,} {NAMES.get(name, name)}" for name in named if counts[name]) or "nothing found"


def leakage(card: Card) -> Iterator[Block]:
    """What held-out examples share with train."""
    found = card.leakage
    if found is None:
        yield Text(f"Not measured: {card.not_measured['leakage']}.", "missing")
        return
    yield Text(f"{found.same_question:,} of {found.held_out:,} held-out examples ask word for word what train asks, case and spaces aside.")
    if found.reported is None:
        yield Text(
            f"Not measured: near questions and passages shared with train. {card.not_measured['near and passages shared with train']}.", "missing"
        )
    elif found.reported:
        yield Table("As prepare measured it", ("Of validation and test", "examples"), found.reported, frozenset({1}))


def personal(card: Card) -> Iterator[Block]:
    """Personal data by kind."""
    found = card.personal
    if found is None:
        yield Text(f"Not measured: {card.not_measured['personal']}.", "missing")
        return
    total = card.quantity.examples()
    sampled = f" (a sample of {total:,})" if found.looked_at < total else ""
    yield Text(
        f"{found.examples:,} of {found.looked_at:,} prepared examples{sampled} hold what looks like personal data. The card does not repeat it."
    )
    if found.examples:
        highest = max(each.count for each in found.kinds) or 1
        rows = tuple((each.name, Stack((each.count / highest,)), f"{each.count:,}") for each in found.kinds)
        yield Table("By kind", ("Kind", "", "places"), rows, frozenset({2}))
    else:
        yield Text(f"Looked for: {', '.join(each.name for each in found.kinds)}.")
    if found.not_looked_for:
        yield Facts(found.not_looked_for, "Not looked for here")


def origin(card: Card) -> Iterator[Block]:
    """Licence and sources."""
    came = card.origin
    yield Facts((("Licence", came.license or "the recipe names none"), ("Fingerprint of the splits", came.fingerprint)))
    if came.files:
        rows = tuple((name, columns, digest) for name, digest, columns in came.files)
        yield Table("Files", ("File", "columns", "SHA-256"), rows)
    if came.sources:
        yield Table("Other sources", ("Source", "what was read"), came.sources, note="Without users, passwords and parameters.")
