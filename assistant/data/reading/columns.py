"""What the columns of a row mean: recognized by their names, or named in the recipe.

A layout turns a row into turns: the turns before the question, the question, its reference answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from assistant.core.messages import Message
from assistant.core.recipe_data import Columns, Data
from assistant.data.reading.cells import UnusableError, answers_of, messages_of, text_of

QUESTIONS = ("question", "instruction", "prompt", "query", "input_text", "q")
ANSWERS = ("answers", "answer", "output", "completion", "response", "references", "a")
INPUTS = ("input", "context_input")
CONVERSATIONS = ("messages", "conversations", "conversation")
IDS = ("id", "uid", "qid", "row_id")


@dataclass(frozen=True)
class Turns:
    """One question of a row.

    Attributes:
        history: What was said before it.
        question: What the user says.
        answers: Reference answers, the first of which is trained on.
        opening: The first question of the conversation; empty where this one is.
        is_shortened: More was said before it than `history` holds.
    """

    history: tuple[Message, ...]
    question: str
    answers: tuple[str, ...]
    opening: str = field(default="", compare=False)
    is_shortened: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Layout:
    """Which columns of a file hold what; None where there is none.

    Attributes:
        kind: Whether a row is a question with its answers or a whole conversation.
        question: Column of the question, or of the conversation.
        answer: Column of the answers.
        input: Column of text that belongs to the question.
        id: Column of the row's own name.
        is_recognized: It is by their names alone that columns mean what they do.
    """

    kind: Literal["pair", "conversation"]
    question: str
    answer: str | None = None
    input: str | None = None
    id: str | None = None
    is_recognized: bool = field(default=False, compare=False)

    def describe(self) -> str:
        """The layout in a few words, for a report."""
        return " / ".join(column for column in (self.question, self.input, self.answer) if column)


def mappings_of(data: Data, names: Collection[str] | None = None) -> tuple[Columns, ...]:
    """What a recipe says that columns mean; of `names` alone, those whose columns are all among them."""
    mappings = (data.columns, *data.more_columns) if data.columns else data.more_columns
    return tuple(each for each in mappings if names is None or set(each.model_dump(exclude_none=True).values()) <= set(names))


def named_by(columns: Columns) -> tuple[str, ...]:
    """The columns by which a mapping is known to be a file's: those of its question and answer, or of its conversation."""
    return tuple(name for name in (columns.messages, columns.question, columns.answer) if name)


def layout_from(mappings: Sequence[Columns], names: Sequence[str]) -> tuple[Layout | None, Columns | None]:
    """The layout of a file.

    Args:
        mappings: What a recipe says that columns mean.
        names: The columns of the file.

    Returns:
        The layout by the first mapping whose columns the file has, and that mapping; else the one that is recognized, with the columns of a
        mapping that names neither question nor answer; else one by a mapping of whose columns the file has some. None where nothing fits.
    """
    for columns in mappings:
        if (wanted := named_by(columns)) and all(name in names for name in wanted):
            return _layout_by(columns), columns
    if found := recognize(names):
        beside = next((columns for columns in mappings if not named_by(columns)), None)
        return (replace(found, input=beside.input or found.input, id=beside.id or found.id), beside) if beside else (found, None)
    nearest = next((columns for columns in mappings if any(name in names for name in named_by(columns))), None)
    return (_layout_by(nearest), nearest) if nearest else (None, None)


def _layout_by(columns: Columns) -> Layout:
    if columns.messages:
        return Layout("conversation", columns.messages, id=columns.id)
    assert columns.question
    return Layout("pair", columns.question, columns.answer, columns.input, columns.id)


def recognize(names: Sequence[str]) -> Layout | None:
    """Find the layout by the names of the columns, without regard to case; None if there is none."""
    by_lower = {name.lower().strip(): name for name in reversed(names)}

    def first(candidates: Sequence[str]) -> str | None:
        return next((by_lower[name] for name in candidates if name in by_lower), None)

    conversation, question, answer, name = first(CONVERSATIONS), first(QUESTIONS), first(ANSWERS), first(IDS)
    if conversation:
        return Layout("conversation", conversation, id=name, is_recognized=True)
    if question and answer:
        return Layout("pair", question, answer, first(INPUTS), name, is_recognized=True)
    # {"input": ..., "output": ...} has no instruction: the input is the question.
    lone = first(INPUTS)
    return Layout("pair", lone, answer, None, name, is_recognized=True) if lone and answer else None


def what_is_missing(names: Sequence[str]) -> str:
    """Which half of a layout the columns lack, for an error."""
    lower = {name.lower().strip() for name in names}
    if lower & {*QUESTIONS, *INPUTS}:
        return "no answer"
    return "no question" if lower & {*ANSWERS} else "no question and answer"


def turns_of(row: Mapping[str, Any], layout: Layout, longest: int | None = None) -> Iterator[Turns | UnusableError]:
    """The questions of one row: one for a pair, one for each assistant turn of a conversation.

    Args:
        row: It.
        layout: Which columns hold what.
        longest: Messages of a history, besides a system message that opens it; None for all.

    Yields:
        Each question, or why that turn of a conversation is not used.

    Raises:
        UnusableError: The row has no question or no answer.
    """
    if layout.is_recognized and not row.keys() >= {layout.question, layout.answer} - {None}:
        # Rows of one file may say the same in other words: `answer` here, `answers` there.
        layout = recognize(tuple(row)) or layout
    if layout.kind == "conversation":
        yield from _turns_of_conversation(messages_of(_cell(row, layout.question)), longest)
    else:
        yield _turns_of_pair(row, layout, longest)


def _cell(row: Mapping[str, Any], column: str) -> Any:
    if column not in row:
        raise UnusableError("missing column", column)
    return row[column]


def _turns_of_pair(row: Mapping[str, Any], layout: Layout, longest: int | None) -> Turns:
    assert layout.answer
    asked, answered = _cell(row, layout.question), _cell(row, layout.answer)
    said: list[Message] = []
    if isinstance(asked, list):
        # TRL's conversational prompt: the last turn is the question.
        said = list(messages_of(asked))
        if not said or said[-1]["role"] != "user":
            raise UnusableError("prompt without a user turn at its end")
        asked = said.pop()["content"]
    if isinstance(answered, list) and answered and all(isinstance(item, dict) and {"role", "from"} & item.keys() for item in answered):
        # TRL's conversational completion.
        answered = [message["content"] for message in messages_of(answered) if message["role"] == "assistant"][:1]
    question = text_of(asked, "question")
    if not question.strip():
        raise UnusableError("empty question")
    extra = text_of(row.get(layout.input), "input") if layout.input else ""
    history, is_shortened = _latest(said, longest)
    return Turns(history, f"{question}\n\n{extra}" if extra.strip() else question, answers_of(answered), _opening(said), is_shortened)


def _latest(said: Sequence[Message], longest: int | None) -> tuple[tuple[Message, ...], bool]:
    """What of it a history holds, and whether that is not all; it takes no longer for what is not held."""
    system = said[:1] if said and said[0]["role"] == "system" and said[0]["content"].strip() else ()
    kept: list[Message] = []
    for at in range(len(said) - 1, len(system) - 1, -1):
        if said[at]["content"].strip():
            if len(kept) == longest:
                return (*system, *reversed(kept)), True
            kept.append(said[at])
    return (*system, *reversed(kept)), False


def _opening(said: Sequence[Message]) -> str:
    return next((message["content"] for message in said if message["role"] == "user" and message["content"].strip()), "")


def _turns_of_conversation(messages: Sequence[Message], longest: int | None) -> Iterator[Turns | UnusableError]:
    said: list[Message] = []
    answers = 0
    for message in messages:
        if message["role"] != "assistant":
            if message["content"].strip() or message["role"] == "user":
                said.append(message)
            continue
        answers += 1
        if not said or said[-1]["role"] != "user":
            yield UnusableError("turn of the assistant without a question before it", f"answer {answers} of the conversation")
        elif said[-1]["content"].strip() and message["content"].strip():
            asked = said.pop()["content"]
            history, is_shortened = _latest(said, longest)
            yield Turns(history, asked, (message["content"],), _opening(said), is_shortened)
            said.append(Message(role="user", content=asked))
        else:
            # What is left of the exchange is no context for the next one either.
            yield UnusableError(f"empty {'answer' if said.pop()['content'].strip() else 'question'}", f"answer {answers} of the conversation")
            continue
        if message["content"].strip():
            said.append(message)
    if not answers:
        raise UnusableError("conversation without an answer")
