"""Rows that are made of judgements: to train on, to prefer one answer to another, to ask at every examination.

Pure: a judgement and a recipe in, a row out, or why there is none. Knows no file, and not what was exported before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from assistant.chat.rated import Asked, Entry, Judgement, Said, Vote, row_id
from assistant.core.errors import UserError
from assistant.core.messages import Message

if TYPE_CHECKING:
    from assistant.core.recipe import Recipe

ExportKind = Literal["training", "preference", "regression"]
EXPORTS: tuple[ExportKind, ...] = ("training", "preference", "regression")

TRIES = 1000
"""Names of a group that are tried until one falls to the training split."""


@dataclass(frozen=True)
class Row:
    """A row.

    Attributes:
        judgements: The names of those that it is made of.
        content: Its columns.
        asked: What it asks, in the form in which questions are equal.
        texts: What users and assistants wrote in it.
    """

    judgements: tuple[str, ...]
    content: Mapping[str, Any]
    asked: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    """A judgement that gives no row.

    Attributes:
        judgement: Its name.
        why: In plain words.
    """

    judgement: str
    why: str


Made = Row | LeftOut


def rows_of(kind: ExportKind, judgements: Sequence[Judgement], recipe: Recipe) -> list[Made]:
    """What becomes of judgements, in their order.

    Args:
        kind: What the rows are for.
        judgements: Ratings and votes.
        recipe: Of the assistant that is to learn, or to be asked.
    """
    if kind == "preference":
        return list(_preferences(judgements, recipe))
    return [_row(kind, judgement, recipe) for judgement in judgements]


def _row(kind: ExportKind, judgement: Judgement, recipe: Recipe) -> Made:
    if isinstance(judgement, Vote):
        return LeftOut(judgement.id, "a vote says which answer is better, and not that it is right; `export preference` takes it")
    wanted = judgement.wanted
    if wanted is None:
        return LeftOut(judgement.id, "the answer is bad, and nobody said what would have been right")
    if judgement.correction is None and not judgement.said.is_whole:
        return LeftOut(judgement.id, "the answer did not come to its own end; correct it, and the whole of it is taken")
    history = _history(judgement.asked, judgement.said, recipe)
    columns = recipe.data.columns
    in_messages = bool(columns and columns.messages) and kind == "training"
    if in_messages and any(message["role"] == "assistant" for message in history):
        # Of a column of whole conversations every answer is learned, and nobody judged those before this one.
        return LeftOut(judgement.id, f"in the column {columns and columns.messages} the answers before it would be learned with it")
    group = group_to_train(row_id(judgement), recipe) if kind == "training" else row_id(judgement)
    asked: Any = [*history, Message(role="user", content=judgement.asked.question)] if history else judgement.asked.question
    content: dict[str, Any] = {(columns.id if columns and columns.id else "id"): row_id(judgement)}
    if in_messages and columns and columns.messages:
        content[columns.messages] = [*history, *_user(judgement.asked), Message(role="assistant", content=wanted)]
    else:
        content[columns.question if columns and columns.question else "question"] = asked
        content[columns.answer if columns and columns.answer else "answers"] = [wanted]
    if columns and columns.input:
        # What stood there is part of the question by now.
        content[columns.input] = ""
    content[recipe.data.group or "group"] = group
    content.setdefault("note", f"{kind}: {_origin(judgement)}")
    texts = (*(message["content"] for message in history), judgement.asked.question, wanted)
    return Row((judgement.id,), content, asked_key(judgement.asked), texts)


def group_to_train(name: str, recipe: Recipe) -> str:
    """A group that falls to the training split of a recipe; always the same one for a name.

    Raises:
        UserError: Next to no group falls there.
    """
    from assistant.data.splitting.groups import share
    from assistant.data.splitting.split import split_at

    split = recipe.data.split
    for number in range(TRIES):
        group = f"{name} ({number})" if number else name
        if split_at(share(split.seed, group), split) == "train":
            return group
    raise UserError(f"the recipe {recipe.name} deals next to nothing to its training split", "Give data.split.train a larger share.")


def asked_key(asked: Asked) -> tuple[str, ...]:
    """What is asked, equal where the project's data count two questions as one."""
    from assistant.data.example import Example
    from assistant.data.splitting.equality import asked as key

    return key(Example("", asked.question, (), "", history=asked.messages))


def _preferences(judgements: Sequence[Judgement], recipe: Recipe) -> Iterator[Made]:
    """Pairs in TRL's conversational form: from corrections, from votes, from a good and a bad answer to one question."""
    met: set[tuple[str, ...]] = set()
    bad: dict[tuple[str, ...], list[Entry]] = {}
    for judgement in judgements:
        if isinstance(judgement, Entry) and judgement.verdict == "bad" and judgement.said.text.strip():
            bad.setdefault(_prompt_key(judgement, recipe), []).append(judgement)
    used: set[str] = set()
    why: dict[str, str] = {}
    for judgement in judgements:
        for chosen, rejected, of in _pairs(judgement, bad, recipe, why):
            row = _pair(judgement, chosen, rejected, of, recipe)
            if chosen.strip() and chosen.strip() != rejected.strip() and row.texts not in met:
                met.add(row.texts)
                used.update(row.judgements)
                yield row
    for judgement in judgements:
        if judgement.id not in used:
            yield LeftOut(judgement.id, why.get(judgement.id, "the better answer and the worse one say the same, or it was said before"))


def _pairs(
    judgement: Judgement, bad: Mapping[tuple[str, ...], Sequence[Entry]], recipe: Recipe, why: dict[str, str]
) -> Iterator[tuple[str, str, tuple[Judgement, ...]]]:
    """The better text, the worse one, and what says so."""
    if isinstance(judgement, Vote):
        if judgement.preferred is None:
            why[judgement.id] = "it prefers neither answer"
        elif not judgement.preferred[0].is_whole:
            why[judgement.id] = "the preferred answer did not come to its own end"
        else:
            yield judgement.preferred[0].text, judgement.preferred[1].text, (judgement,)
        return
    if judgement.correction is not None and judgement.said.text.strip():
        yield judgement.correction, judgement.said.text, (judgement,)
    if judgement.verdict == "bad":
        why[judgement.id] = "the answer is bad, and no better one to the same question is known"
    elif judgement.correction is None and not judgement.said.is_whole:
        why[judgement.id] = "the answer did not come to its own end"
    else:
        why[judgement.id] = "no worse answer to the same question is known"
        for worse in bad.get(_prompt_key(judgement, recipe), ()):
            yield judgement.wanted or "", worse.said.text, (judgement, worse)


def _pair(judgement: Judgement, chosen: str, rejected: str, of: tuple[Judgement, ...], recipe: Recipe) -> Row:
    said = judgement.said if isinstance(judgement, Entry) else judgement.left
    prompt = [*_history(judgement.asked, said, recipe, whole=True), *_user(judgement.asked)]
    content = {
        "id": "-".join(row_id(each) if number == 0 else each.id for number, each in enumerate(of)),
        "prompt": prompt,
        "chosen": [Message(role="assistant", content=chosen)],
        "rejected": [Message(role="assistant", content=rejected)],
        "note": "preference: " + "; ".join(map(_origin, of)),
    }
    texts = (*(message["content"] for message in prompt), chosen, rejected)
    return Row(tuple(each.id for each in of), content, asked_key(judgement.asked), texts)


def _prompt_key(entry: Entry, recipe: Recipe) -> tuple[str, ...]:
    messages = [*_history(entry.asked, entry.said, recipe, whole=True), *_user(entry.asked)]
    return tuple(text for message in messages for text in (message["role"], message["content"]))


def _user(asked: Asked) -> list[Message]:
    return [Message(role="user", content=asked.question)]


def _history(asked: Asked, said: Said, recipe: Recipe, whole: bool = False) -> list[Message]:
    """What stood before a question; the recipe's own system prompt only where the prompt is to be whole."""
    own = said.speaker.system_prompt if said.speaker else None
    system = recipe.system_prompt if own is None else own
    if not system or (system == recipe.system_prompt and not whole):
        return list(asked.messages)
    return [Message(role="system", content=system), *asked.messages]


def _origin(judgement: Judgement) -> str:
    """Where a row comes from, for whoever reads the file."""
    when = datetime.fromtimestamp(judgement.created, UTC).date()
    if isinstance(judgement, Vote):
        return f"in a vote of {when} between {_named(judgement.speakers)}"
    reasons = f" ({', '.join(judgement.reasons)})" if judgement.reasons else ""
    corrected = "; corrected by hand" if judgement.correction is not None else ""
    return f"an answer of {_named(judgement.speakers)}, called {judgement.verdict}{reasons} on {when}{corrected}"


def _named(speakers: Iterable[str]) -> str:
    return " and ".join(speaker or "somebody unknown" for speaker in speakers)
