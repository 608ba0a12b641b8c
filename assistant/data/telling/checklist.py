"""The checklist: what should be so before a model learns from the data, ticked by what was measured."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.plain import many
from assistant.core.recipe_data import Data
from assistant.data.telling.data_card import Card, Check
from assistant.data.telling.parts import Personal
from assistant.data.telling.reported import SAY_THE_SAME
from assistant.data.telling.shown import shown

LEAST_TRAIN, LEAST_TEST, LEAST_OF_VALUE = 100, 100, 20
MOST_IMBALANCE = 10.0
MOST_NOT_USED, MOST_WARNINGS, MOST_BEYOND, MOST_MADE, MOST_OPENING = 0.05, 0.10, 0.01, 0.5, 0.25
LEAST_COVERED, LEAST_READ = 0.8, 50


def checklist_of(card: Card, data: Data) -> tuple[Check, ...]:
    """All points, in the order in which a reviewer asks."""
    return (*_quantity(card), *_quality(card), *_people(card), *_splits(card, data), *_diversity(card))


def _most(name: str, value: float | None, most: float, figure: str, bound: str, why: str) -> Check:
    """A point that holds where a figure is not above a bound; `figure` is the reason where there is none."""
    return Check(name, "not measured" if value is None else "passed" if value <= most else "failed", figure, bound, why, value)


def _least(name: str, value: float | None, least: float, figure: str, bound: str, why: str) -> Check:
    return Check(name, "not measured" if value is None else "passed" if value >= least else "failed", figure, bound, why, value)


def percent(share: float) -> str:
    """A share in words."""
    return f"{round(100 * share, 1):g}%"


def _quantity(card: Card) -> Iterator[Check]:
    train, test = card.quantity.examples("train"), card.quantity.examples("test")
    why = "With fewer, solved examples in the prompt do as well as training; a rule of thumb."
    yield _least("Enough to learn from", train, LEAST_TRAIN, f"{many(train, 'example')} in train", f"at least {LEAST_TRAIN}", why)
    why = "A share measured on 100 answers is uncertain by up to 10 points either way, on 25 by 20."
    yield _least("Enough to examine", test, LEAST_TEST, f"{many(test, 'example')} in test", f"at least {LEAST_TEST}", why)
    for tag in card.balance:
        why = "What is seen a few times is learned by heart or not at all."
        name, bound = f"Enough of every {tag.tag}", f"at least {LEAST_OF_VALUE} in train"
        yield _least(name, tag.smallest, LEAST_OF_VALUE, f"the rarest of {many(tag.distinct, 'value')} has {tag.smallest:,} in train", bound, why)
        why = "A model answers as most of its examples do; rare kinds come off worse."
        figure = "train has no value of it" if tag.imbalance is None else f"{tag.imbalance:.1f} times as many of the most frequent as of the rarest"
        yield _most(f"Balanced by {tag.tag}", tag.imbalance, MOST_IMBALANCE, figure, f"at most {MOST_IMBALANCE:g} times", why)


def _quality(card: Card) -> Iterator[Check]:
    yield _nothing_lost(card)
    left = {severity: _left(card, severity) for severity in ("error", "warning")}
    why = "No model should learn from such a row as it is."
    reason = card.not_measured.get("findings", "")
    yield _most("No errors left", left["error"], 0, reason if left["error"] is None else f"{left['error']:,} left", "none", why)
    warned, kept = left["warning"], card.quality.kept
    share = None if warned is None or kept is None else warned / max(1, kept)
    figure = card.not_measured.get("kept", reason)
    if warned is not None and kept is not None:
        figure = f"{many(warned, 'warning')} in {many(kept, 'example')}"
    why = "A model repeats what it was shown: broken-off answers, boilerplate, leftovers of a page."
    yield _most("Few warnings", share, MOST_WARNINGS, figure, f"at most {percent(MOST_WARNINGS)} of the examples", why)
    tokens = card.tokens
    figure = f"more than {tokens.max_length:,} tokens in {tokens.beyond.count:,} of {tokens.n:,}" if tokens else card.not_measured.get("tokens", "")
    why = "What lies beyond is cut off: the model learns answers without their end."
    cut = tokens.beyond.share if tokens else None
    yield _most("Fits the model", cut, MOST_BEYOND, figure, f"at most {percent(MOST_BEYOND)} are cut", why)


def _nothing_lost(card: Card) -> Check:
    """Whether nearly all that was read is used; what only says again what another row says is not lost."""
    read, not_used = card.quantity.read, card.quality.not_used
    share, figure = None, card.not_measured.get("not used", "")
    if read is not None and not_used is not None:
        same = sum(each.count for each in not_used if each.name in SAY_THE_SAME)
        lost = sum(each.count for each in not_used) - same
        share = lost / read if read else 0.0
        figure = f"not used: {lost:,} of {read:,} that were read" + (f", besides {many(same, 'duplicate')}" if same else "")
    why = "What is left out is mostly not left out by chance: one source, one kind of row. Duplicates are not lost: another row says the same."
    return _most("Hardly anything left out", share, MOST_NOT_USED, figure, f"at most {percent(MOST_NOT_USED)}, duplicates aside", why)


def _found(personal: Personal) -> str:
    """In how many examples personal data are, and what was not looked for."""
    less = [f"names looked for in {personal.names_in:,} of them alone"] if personal.names_in is not None else []
    less += [f"not looked for: {', '.join(kind for kind, _ in personal.not_looked_for)}"] if personal.not_looked_for else []
    return f"some in {personal.examples:,} of {many(personal.looked_at, 'example')}" + (f" ({'; '.join(less)})" if less else "")


def _left(card: Card, severity: str) -> int | None:
    """Findings that nothing mends; None where nothing was looked for."""
    findings = card.quality.findings
    return None if findings is None else sum(each.count - each.fixed for each in findings if each.severity == severity)


def _people(card: Card) -> Iterator[Check]:
    personal = card.personal
    found = personal.examples if personal else None
    figure = _found(personal) if personal else card.not_measured.get("personal", "")
    yield _most("No personal data", found, 0, figure, "none", "A model can recite what it was trained on to anybody.")
    read = None if card.quality.decisions is None else sum(each.count for each in card.quality.decisions if each.name != "stale")
    figure = card.not_measured.get("decisions", "") if read is None else f"{many(read, 'row')} decided"
    why = "No check knows whether an answer is true; somebody who knows must have read some."
    yield _least("Read by a person", read, LEAST_READ, figure, f"at least {LEAST_READ} rows", why)
    yield _most("Written by people", card.made.share, MOST_MADE, f"{percent(card.made.share)} of train is made from other rows",
                f"at most {percent(MOST_MADE)}", "Made rows repeat the model's or the method's own habits.")  # fmt: skip
    named = 1.0 if card.origin.license else 0.0
    yield _least("Licence named", named, 1, card.origin.license or "license is empty in the recipe", "named", "Nobody may use what nobody allowed.")


def _splits(card: Card, data: Data) -> Iterator[Check]:
    why = "Rows of one page or topic resemble each other; parted, the test asks what was learned."
    figure = f"by {shown(data.group)}" if data.group else "data.group names no column"
    yield _least("Split by group", 1.0 if data.group else 0.0, 1, figure, "a group named", why)
    near = card.repetition.near
    why = "The same question in other words in train and test makes a score too good."
    looked = 0.0 if data.duplicates.near == "ignore" else None if near is None else 1.0
    alike = ", ".join(f"{near.get(what, 0):,} by {what}" for what in ("question", "answer", "both")) if near else ""
    figure = f"looked for; rows nearly like another: {alike}" if looked and near else card.not_measured.get("near", "")
    yield _least("Near duplicates kept together", looked, 1, figure or "data.duplicates.near is ignore", "looked for", why)
    leakage = card.leakage
    same = leakage.same_question if leakage else None
    if leakage and leakage.asked is not None:
        same = max(leakage.same_question, leakage.asked)
    nearly = ", or nearly so" if leakage and leakage.asked is not None else ""
    figure = card.not_measured.get("leakage", "")
    if leakage:
        figure = f"asked in train{nearly}: {same:,} of {many(leakage.held_out, 'held-out question')}"
    yield _most("Nothing of the test in train", same, 0, figure, "none", "What was learned beforehand measures memory, not ability.")


def _diversity(card: Card) -> Iterator[Check]:
    openings, topics = card.diversity.openings, card.topics
    first = openings[0] if openings else None
    figure = f"{percent(first.share or 0)} of the questions begin with \u201c{first.name}\u201d" if first else "no question has a word"
    why = "An assistant that has met one wording fails at others."
    share = first.share if first and card.diversity.n >= LEAST_TRAIN else None
    figure = figure if share is not None or not first else f"too few to tell: {many(card.diversity.n, 'question')}"
    yield _most("Asked in many ways", share, MOST_OPENING, figure, f"at most {percent(MOST_OPENING)} begin alike", why)
    covered = topics.covered if topics else None
    figure = f"{percent(covered)} of held-out questions are about topics of train" if covered is not None else ""
    figure = figure or card.not_measured.get("topics") or "no held-out questions"
    why = "Where the test asks about what was never trained, a score says little about training."
    yield _least("Test and train about the same", covered, LEAST_COVERED, figure, f"at least {percent(LEAST_COVERED)}", why)
