"""The sections about what a reviewer holds the data to: sameness, leakage, personal data, origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.core.plain import many
from assistant.data.telling.blocks import Block, Facts, Stack, Table, Text
from assistant.data.telling.data_card import Card
from assistant.data.telling.parts import Repetition

NAMES = {
    "question": "rows by their question",
    "answer": "rows by their answer",
    "both": "rows by both",
    "dropped": "rows left out",
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
        facts.append(("Groups", _groups(same, same.groups, same.joined or 0)))
    yield Facts(tuple(facts))


def _told(counts: Mapping[str, int]) -> str:
    named = [*(name for name in NAMES if name in counts), *(name for name in counts if name not in NAMES)]
    return "; ".join(f"{NAMES.get(name, name)}: {counts[name]:,}" for name in named if counts[name]) or "nothing found"


def _groups(same: Repetition, found: int, joined: int) -> str:
    """How many groups there were and are, and what joined them."""
    if not joined:
        return f"{found:,}, none of them joined to another"
    told = f"{found:,} as found, {found - joined:,} after joining"
    near, meaning = ((counts or {}).get("groups_joined", 0) for counts in (same.near, same.meaning))
    equal = joined - near - meaning
    # A report without its duplicates does not tell one reason from another.
    if same.exact is None or equal < 0:
        return told
    why = (("they ask the same question", equal), ("they ask or answer nearly the same", near), ("they ask what means the same", meaning))
    return f"{told}; fewer because {', '.join(f'{reason}: {count:,}' for reason, count in why if count)}"


def leakage(card: Card) -> Iterator[Block]:
    """What held-out examples share with train."""
    found = card.leakage
    if found is None:
        yield Text(f"Not measured: {card.not_measured['leakage']}.", "missing")
        return
    asked = f"{found.same_question:,} of {many(found.held_out, 'held-out example')}"
    yield Text(f"Asked word for word in train as well, case and spaces aside: {asked}.")
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
    yield Text(f"What looks like personal data is in {found.examples:,} of {many(found.looked_at, 'prepared example')}. The card does not repeat it.")
    if found.names_in is not None:
        yield Text(f"Names of persons were looked for in a sample of {found.names_in:,} of them, since that takes a model.", "missing")
    if found.examples:
        highest = max(each.count for each in found.kinds) or 1
        rows = tuple((each.name, Stack((each.count / highest,)), f"{each.count:,}") for each in found.kinds)
        yield Table("By kind", ("Kind", "", "places"), rows, frozenset({2}))
    else:
        yield Text(f"Looked for: {', '.join(each.name for each in found.kinds)}.")
    if found.not_looked_for:
        yield Facts(found.not_looked_for, "Not looked for")


def origin(card: Card) -> Iterator[Block]:
    """Licence and sources."""
    came = card.origin
    yield Facts((("Licence", came.license or "the recipe names none"), ("Fingerprint of the splits", came.fingerprint)))
    if came.files:
        rows = tuple((name, columns, digest) for name, digest, columns in came.files)
        yield Table("Files", ("File", "columns", "SHA-256"), rows)
    if came.sources:
        yield Table("Other sources", ("Source", "what was read"), came.sources, note="Without users, passwords and parameters.")
