"""The sections of a card's page, in the order in which a reviewer asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.core.plain import many
from assistant.data.telling.blocks import Block, Checklist, Facts, Histogram, Pair, Section, Stack, Steps, Table, Text, Tiles
from assistant.data.telling.checklist import percent
from assistant.data.telling.data_card import Card
from assistant.data.telling.parts import Count, TagBalance
from assistant.data.telling.reported import SAY_THE_SAME, SEVERAL
from assistant.data.telling.sections_held import leakage, origin, personal, repetition
from assistant.data.telling.tiers import TIERS
from assistant.data.telling.topics import ENOUGH

SPLIT_KEYS = ("train", "validation", "test")


def sections_of(card: Card) -> tuple[Section, ...]:
    """All sections; those that have nothing to say are left out."""
    made = (
        Section("checklist", "Checklist", [Checklist(card.checklist)]),
        Section("next", "What to do next", [Steps(card.steps)]),
        Section("quantity", "Quantity", list(_quantity(card))),
        Section("quality", "Quality", list(_quality(card))),
        Section("diversity", "Diversity", list(_diversity(card))),
        Section("topics", "Topics", list(_topics(card))),
        Section("balance", "Balance", list(_balance(card))),
        Section("tokens", "Tokens", list(_tokens(card))),
        Section("duplicates", "Duplicates and groups", list(repetition(card))),
        Section("leakage", "Shared between splits", list(leakage(card))),
        Section("personal", "Personal data", list(personal(card))),
        Section("made", "Made rows", list(_made(card))),
        Section("origin", "Licence and origin", list(origin(card))),
        Section("method", "What was not measured", [Facts(tuple((name, why) for name, why in sorted(card.not_measured.items())))])
        if card.not_measured
        else Section("method", "", []),
    )
    return tuple(section for section in made if section.blocks)


def verdict(card: Card) -> str:
    """How the checklist came out, in words."""
    states = [check.state for check in card.checklist]
    unknown = f", {states.count('not measured')} not measured" if "not measured" in states else ""
    return f"{states.count('passed')} of {len(states)} checks passed, {states.count('failed')} failed{unknown}"


def counted(title: str, names: tuple[str, str], counts: Sequence[Count], note: str = "", share: str = "share") -> Table:
    """A table of counts with a bar each; `share` is the heading of their shares."""
    highest = max((each.count for each in counts), default=0) or 1
    with_share = any(each.share is not None for each in counts)
    columns = (names[0], "", names[1], *((share,) if with_share else ()))
    rows = tuple(
        (each.name, Stack((each.count / highest,)), f"{each.count:,}", *((percent(each.share or 0),) if with_share else ())) for each in counts
    )
    return Table(title, columns, rows, frozenset({2, 3}), note=note)


def missing(card: Card, *names: str) -> Iterator[Text]:
    """What was not measured of a section, and why."""
    for why in dict.fromkeys(card.not_measured[name] for name in names if name in card.not_measured):
        same = [name for name in names if card.not_measured.get(name) == why]
        yield Text(f"Not measured: {', '.join(same)}; {why}.", "missing")


def _quantity(card: Card) -> Iterator[Block]:
    quantity = card.quantity
    yield from missing(card, "rows", "read")
    train = quantity.examples("train")
    meaning = next(meaning for _, name, meaning in TIERS if name == quantity.tier)
    yield Tiles(
        (
            ("example to learn from" if train == 1 else "examples to learn from", f"{train:,}", f"{quantity.tier}: {meaning}"),
            ("examples to examine", f"{quantity.examples('test'):,}", "in test"),
            ("rows found", "n/a" if quantity.rows is None else f"{quantity.rows:,}", "in all sources"),
        )
    )
    yield from _account(card)
    reach = max(each.examples for each in quantity.splits) or 1
    yield Table(
        "Examples by split",
        ("Split", "", "examples", "groups", "made", "left out by limit"),
        tuple(
            (
                each.name,
                Stack((each.examples / reach,)),
                f"{each.examples:,}",
                "n/a" if each.groups is None else f"{each.groups:,}",
                f"{each.made:,}",
                f"{each.left_out:,}",
            )
            for each in quantity.splits
        ),
        frozenset({2, 3, 4, 5}),
    )
    ends = [least for least, _, _ in TIERS[1:]]
    spans = [f"below {ends[0]:,}", *(f"{low:,} to {high - 1:,}" for low, high in pairwise(ends)), f"{ends[-1]:,} and more"]
    yield Table(
        "Rules of thumb",
        ("Tier", "training examples", "What people use so many for", ""),
        tuple((name, span, meaning, "here" if name == quantity.tier else "") for (_, name, meaning), span in zip(TIERS, spans, strict=True)),
        note="Rules of thumb and no more: what is enough depends on the task. Only held-out questions tell.",
    )


def _account(card: Card) -> Iterator[Block]:
    """From what was read to what the splits hold, so that the figures of the card can be added up."""
    quantity, not_used = card.quantity, card.quality.not_used
    if quantity.read is None or not_used is None:
        return
    rows = [
        ("read" if quantity.rows is None else f"read, from {many(quantity.rows, 'row')}", f"{quantity.read:,}"),
        ("not used", f"\N{MINUS SIGN}{sum(each.count for each in not_used):,}"),
        ("used", f"{quantity.used():,}"),
    ]
    rows += [("made from others, by a model, or repeated", f"+{quantity.made():,}")] if quantity.made() else []
    rows += [("made-up secrets planted (data.canaries)", f"+{quantity.planted:,}")] if quantity.planted else []
    rows += [("in train, validation and test", f"{quantity.examples():,}")]
    note = "A conversation is read as one example for each of its answers; a row or turn that could not become one is counted as well."
    yield Table("From the sources to the splits", ("", "examples"), tuple(rows), frozenset({1}), note=note)


def _quality(card: Card) -> Iterator[Block]:
    quality = card.quality
    yield from missing(card, "not used", "kept", "cleaned", "findings", "decisions")
    if quality.findings is not None:
        highest = max((each.count for each in quality.findings), default=0) or 1
        rows = tuple(
            (
                each.rule,
                each.severity,
                Stack(((each.count - each.fixed) / highest, each.fixed / highest)),
                f"{each.count:,}",
                f"{each.fixed:,}",
                "n/a" if each.share is None else percent(each.share),
            )
            for each in quality.findings
        )
        keys = ("left", "mended")
        several = any(each.rule in SEVERAL for each in quality.findings)
        note = "One row may be like several others: of such findings there is no share." if several else ""
        findings = Table("Findings", ("Check", "severity", "", "found", "mended", "of what was read"), rows, frozenset({3, 4, 5}), keys, note)
        yield findings if rows else Text("The checks found nothing.")
    if quality.not_used:
        same = ", ".join(each.name for each in quality.not_used if each.name in SAY_THE_SAME)
        note = "rejected.jsonl holds each of them with its place."
        note += f" What is told as {same} says the same as another row: the checklist does not count it as left out." if same else ""
        yield counted("Not used", ("Reason", "examples"), quality.not_used, note, "of what was read")
    elif quality.not_used is not None:
        yield Text("Everything that was read is used.")
    if quality.cleaned:
        share = f" ({percent(quality.cleaned.share)} of what was read)" if quality.cleaned.share is not None else ""
        yield Text(f"Cleaning changed {many(quality.cleaned.count, 'example')}{share}.")
        if quality.rules:
            yield counted("Cleaned", ("Rule", "examples"), quality.rules, share="of what was read")
    if decided := tuple(each for each in quality.decisions or () if each.count):
        note = "Stale: the row is gone or its text has changed since, so that the decision no longer applies."
        yield counted("Decided by people", ("Decision", "rows"), decided, note if any(each.name == "stale" for each in decided) else "")
    elif quality.decisions is not None:
        yield Text("Nobody has decided about a row yet.")
    if quality.not_looked_for:
        yield Facts(quality.not_looked_for, "Not looked for")


def _diversity(card: Card) -> Iterator[Block]:
    diversity = card.diversity
    yield Text(f"Of what people wrote: {many(diversity.n, 'example')}.")
    lengths = [
        Histogram(title, "words", spread)
        for title, spread in (("Words of a question", diversity.question_words), ("Words of an answer", diversity.answer_words))
        if spread
    ]
    yield Pair(tuple(lengths))
    yield Pair(
        (
            counted("Kinds of question", ("Kind", "questions"), diversity.types, "By the word that asks; for English."),
            counted("How questions begin", ("First words", "questions"), diversity.openings),
        )
    )
    rows = tuple(
        (each.what, f"{each.words:,}", *("n/a" if ratio is None else f"{ratio:.3f}" for ratio in (each.of_1, each.of_2, each.of_3)))
        for each in diversity.distinct
    )
    note = (
        "Different n-grams over all n-grams (Li et al. 2016), over at most 10,000 words of a sample: "
        "the share falls with the number of words, so compare it only with figures over as many."
    )
    yield Table("Distinct n-grams", ("Text", "words", "distinct-1", "distinct-2", "distinct-3"), rows, frozenset({1, 2, 3, 4}), note=note)


def _topics(card: Card) -> Iterator[Block]:
    yield from missing(card, "topics")
    topics = card.topics
    if topics is None:
        return
    if topics.by == "words":
        yield Text(f"Clustered by words (tf-idf), not by meaning: {topics.why}.", "missing")
    yield Text(
        f"{many(topics.train + topics.held_out, 'sampled question')} in {many(len(topics.topics), 'cluster')} (k-means), "
        "each with the question nearest to its middle and the words that are more frequent in it than elsewhere."
    )
    if topics.covered is not None:
        near = f" The nearest question of train has a median cosine of {topics.nearest:.2f}." if topics.nearest is not None else ""
        yield Text(
            f"In a cluster that has {ENOUGH} sampled questions of train or more: "
            f"{percent(topics.covered)} of {many(topics.held_out, 'held-out question')}.{near}"
        )
    reach = max(topic.train + topic.held_out for topic in topics.topics)
    rows = tuple(
        (topic.typical, ", ".join(topic.words), Stack((topic.train / reach, topic.held_out / reach)), f"{topic.train:,}", f"{topic.held_out:,}")
        for topic in topics.topics
    )
    keys = ("train", "held out")
    yield Table("Clusters of questions", ("Typical question", "words of its own", "", *keys), rows, frozenset({3, 4}), keys)


def _balance(card: Card) -> Iterator[Block]:
    if not card.balance:
        yield Text("The recipe names no tags (data.tags), so that there is nothing to be balanced by.")
    for tag in card.balance:
        yield _tag(tag)
    if card.made.balance:
        yield Text(f"Balanced in train: {card.made.balance}.")


def _tag(tag: TagBalance) -> Table:
    reach = max((each.train + each.validation + each.test for each in tag.values), default=0) or 1
    rows = tuple(
        (
            each.value,
            Stack((each.train / reach, each.validation / reach, each.test / reach)),
            f"{each.train:,}",
            f"{each.validation:,}",
            f"{each.test:,}",
            each.tier,
        )
        for each in tag.values
    )
    said = [many(tag.distinct, "value")]
    said += [f"rarer ones that are not shown: {tag.distinct - len(tag.values):,}"] if tag.distinct > len(tag.values) else []
    said += [f"{many(tag.without, 'example')} without one"] if tag.without else []
    said += [f"{tag.imbalance:.1f} times as many of the most frequent as of the rarest in train"] if tag.imbalance is not None else []
    said += [f"evenness {tag.evenness:.2f} (entropy over its maximum; 1 where all are as frequent)"] if tag.evenness is not None else []
    return Table(f"By {tag.tag}", ("Value", "", *SPLIT_KEYS, "tier"), rows, frozenset({2, 3, 4}), SPLIT_KEYS, f"{'; '.join(said)}.")


def _tokens(card: Card) -> Iterator[Block]:
    yield from missing(card, "tokens")
    tokens = card.tokens
    if tokens is None:
        return
    about = "about " if tokens.estimated else ""
    counted_over = f"from a sample of {many(tokens.n, 'example')}" if tokens.estimated else f"{many(tokens.n, 'example')} of train"
    yield Tiles(
        (
            ("tokens an epoch", f"{about}{tokens.epoch_tokens:,}", counted_over),
            ("steps an epoch", f"{tokens.epoch_steps:,}", f"epochs in the recipe: {tokens.epochs:g}"),
            ("examples that are cut", f"{tokens.beyond.count:,}", f"more than {tokens.max_length:,} tokens: {percent(tokens.beyond.share or 0)}"),
        )
    )
    yield Histogram("Tokens of an example, question and answer together", "tokens", tokens.spread)


def _made(card: Card) -> Iterator[Block]:
    made = card.made
    if made.examples:
        told = f"{many(made.examples, 'example')}, {percent(made.share)} of train; none is in validation or test"
        yield Text(f"Made from others, by a model, or repeated: {told}.")
        yield counted("How they were made", ("Method", "examples"), made.methods)
    else:
        yield Text("People wrote every example; none is augmented or synthetic.")
    if made.left_out:
        yield Text(f"Left out of data.augmented: {many(made.left_out, 'row')}; rejected.jsonl says why.")
