"""The data card's figures, from a recipe and its prepared data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.tools import CountTokens
from assistant.data.scratch import scratch
from assistant.data.telling.checklist import checklist_of
from assistant.data.telling.data_card import Card
from assistant.data.telling.diversity import diversity_of
from assistant.data.telling.origin import origin_of
from assistant.data.telling.personal_kinds import kinds_of, personal_of
from assistant.data.telling.reported import NOT_REPORTED, leakage_of, made_of, quality_of, quantity_of, repetition_of
from assistant.data.telling.shown import shown
from assistant.data.telling.steps import steps_of
from assistant.data.telling.tags import balance_of
from assistant.data.telling.token_figures import tokens_of
from assistant.data.telling.topics import LEAST, Encode, topics_of
from assistant.data.telling.walk import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.data.personal.personal_data import FindNames
    from assistant.data.prepare import Prepared

NO_ENCODER = "the sentence encoder is not on this machine; the command assistant base fetch minilm-l6 gets it"
NO_TOKENIZER = "the base's tokenizer is not on this machine"
NO_NAMES = "data.check.names_model names no model that marks persons"


def card_of(
    file: RecipeFile,
    prepared: Prepared,
    encode: Encode | None = None,
    count_tokens: CountTokens | None = None,
    why_not: Mapping[str, str] | None = None,
    names: FindNames | None = None,
) -> Card:
    """Measure what a data card tells.

    The examples are read once, and never held together: a sample of them, chosen by the hashes of their ids, is clustered.

    Args:
        file: The recipe.
        prepared: Its data.
        encode: The sentence encoder; None to cluster questions by their words.
        count_tokens: Tokens of a question with its answer, as training would see them; None to count none.
        why_not: Why one of them is missing: `encode`, `count_tokens`, `names`.
        names: What marks persons; None to look for no names.

    Returns:
        The same for the same recipe, data and encoder.

    Raises:
        DataError: The prepared data are missing or broken.
    """
    recipe, report = file.recipe, prepared.report
    reasons = {"encode": NO_ENCODER, "count_tokens": NO_TOKENIZER, "names": NO_NAMES, **(why_not or {})}
    with scratch() as database:
        walked = walk(prepared.splits, database, count_tokens, kinds_of(recipe.data.check, names is not None), names)
        quantity = quantity_of(report, walked)
        card = Card(
            name=recipe.name,
            description=shown(recipe.description, 500),
            notice=shown(recipe.notice, 1_000),
            origin=origin_of(recipe, report, prepared.fingerprint),
            quantity=quantity,
            quality=quality_of(report, quantity),
            diversity=diversity_of(walked),
            topics=topics_of(walked.samples, encode, reasons["encode"]),
            balance=balance_of(database, recipe.data.tags, quantity.examples()),
            tokens=tokens_of(walked.tokens, walked.examples["train"], recipe.training) if count_tokens else None,
            repetition=repetition_of(report),
            personal=personal_of(walked, recipe.data.check, names is not None, reasons["names"]),
            leakage=leakage_of(report, walked),
            made=made_of(report, walked),
        )
    card = replace(card, not_measured=_reasons(card, file, reasons))
    card = replace(card, checklist=checklist_of(card, recipe.data))
    return replace(card, steps=steps_of(card, file.path))


def _reasons(card: Card, file: RecipeFile, given: Mapping[str, str]) -> dict[str, str]:
    """Why each part is missing that is."""
    duplicates = file.recipe.data.duplicates
    not_compared = dict(card.quality.not_looked_for).get("same_meaning", NOT_REPORTED)
    examples = card.quantity.examples()
    missing: dict[str, tuple[object, str]] = {
        "rows": (card.quantity.rows, NOT_REPORTED),
        "read": (card.quantity.read, NOT_REPORTED),
        "not used": (card.quality.not_used, NOT_REPORTED),
        "kept": (card.quality.kept, NOT_REPORTED),
        "cleaned": (card.quality.cleaned, NOT_REPORTED),
        "findings": (card.quality.findings, NOT_REPORTED),
        "decisions": (card.quality.decisions, NOT_REPORTED),
        "near": (card.repetition.near, "data.duplicates.near is ignore" if duplicates.near == "ignore" else NOT_REPORTED),
        "meaning": (card.repetition.meaning, "data.duplicates.meaning is ignore" if duplicates.meaning == "ignore" else not_compared),
        "tokens": (card.tokens, given["count_tokens"]),
        "topics": (card.topics, f"fewer than {LEAST} questions, or none with a word"),
        "topics by meaning": (card.topics is None or card.topics.by == "meaning" or None, given["encode"]),
        "personal": (card.personal, "the recipe asks for no kind of them that can be looked for" if examples else "there are no examples"),
        "leakage": (card.leakage, "there are no held-out examples"),
        "near and passages shared with train": (card.leakage is None or card.leakage.reported, NOT_REPORTED),
    }
    return {name: shown(why) for name, (part, why) in missing.items() if part is None}
