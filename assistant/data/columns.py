"""What the columns of a row mean: recognized by their names, or named in the recipe.

A layout turns a row into turns: the turns before the question, the question, its reference answers.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.core.messages import Message
from assistant.core.recipe import Columns

QUESTIONS = ("question", "instruction", "prompt", "query", "input_text", "q")
ANSWERS = ("answers", "answer", "output", "completion", "response", "references", "a")
INPUTS = ("input", "context_input")
CONVERSATIONS = ("messages", "conversations", "conversation")
IDS = ("id", "uid", "row_id")

ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
}


class UnusableError(Exception):
    """A row without a usable question and answer.

    Args:
        kind: What is wrong, the same words for all rows like it.
        detail: What is particular to this one.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True)
class Turns:
    """One question of a row.

    Attributes:
        history: What was said before it.
        question: What the user says.
        answers: Reference answers, the first of which is trained on.
    """

    history: tuple[Message, ...]
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Which columns of a file hold what; None where there is none.

    Attributes:
        kind: Whether a row is a question with its answers or a whole conversation.
        question: Column of the question, or of the conversation.
        answer: Column of the answers.
        input: Column of text that belongs to the question.
        id: Column of the row's own name.
    """

    kind: Literal["pair", "conversation"]
    question: str
    answer: str | None = None
    input: str | None = None
    id: str | None = None

    def describe(self) -> str:
        """The layout in a few words, for a report."""
        return " / ".join(column for column in (self.question, self.input, self.answer) if column)


def layout_from(columns: Columns) -> Layout | None:
    """The layout that a recipe names; None where it leaves it to be recognized."""
    if columns.messages:
        return Layout("conversation", columns.messages, id=columns.id)
    if columns.question:
        return Layout("pair", columns.question, columns.answer, columns.input, columns.id)
    return None


def recognize(names: Sequence[str]) -> Layout | None:
    """Find the layout by the names of the columns, without regard to case; None if there is none."""
    by_lower = {name.lower().strip(): name for name in names}

    def first(candidates: Sequence[str]) -> str | None:
        return next((by_lower[name] for name in candidates if name in by_lower), None)

    conversation, question, answer, name = first(CONVERSATIONS), first(QUESTIONS), first(ANSWERS), first(IDS)
    if conversation:
        return Layout("conversation", conversation, id=name)
    if question and answer:
        return Layout("pair", question, answer, first(INPUTS), name)
    # {"input": ..., "output": ...} has no instruction: the input is the question.
    lone = first(INPUTS)
    return Layout("pair", lone, answer, None, name) if lone and answer else None


def turns_of(row: Mapping[str, Any], layout: Layout) -> Iterator[Turns]:
    """The questions of one row: one for a pair, one for each assistant turn of a conversation.

    Raises:
        UnusableError: The row has no question or no answer.
    """
    if layout.kind == "conversation":
        yield from _turns_of_conversation(row, layout.question)
    else:
        yield _turns_of_pair(row, layout)


def _turns_of_pair(row: Mapping[str, Any], layout: Layout) -> Turns:
    assert layout.answer
    for column in (layout.question, layout.answer):
        if column not in row:
            raise UnusableError("missing column", column)
    asked, answered = row[layout.question], row[layout.answer]
    history: tuple[Message, ...] = ()
    if isinstance(asked, list):
        # TRL's conversational prompt: the last turn is the question.
        said = _messages(asked)
        if not said or said[-1]["role"] != "user":
            raise UnusableError("prompt without a user turn at its end")
        history, asked = said[:-1], said[-1]["content"]
        if isinstance(answered, list):
            answered = [message["content"] for message in _messages(answered) if message["role"] == "assistant"][:1]
    question = _clean(asked, "question")
    extra = str(row.get(layout.input) or "").strip() if layout.input else ""
    if not question:
        raise UnusableError("empty question")
    return Turns(history, f"{question}\n\n{extra}" if extra else question, _answers(answered))


def _answers(value: Any) -> tuple[str, ...]:
    """Reference answers from a text, a list of texts, or SQuAD's `{"text": [...]}`."""
    if isinstance(value, dict) and "text" in value:
        value = value["text"]
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _list_in_text(value)
    texts = value if isinstance(value, list) else [value]
    answers = [text for text in (_clean(text, "answer") for text in texts) if text]
    if not answers:
        raise UnusableError("empty answer")
    return tuple(dict.fromkeys(answers))


def _list_in_text(text: str) -> Any:
    """The list that a CSV cell holds as text, in JSON's or Python's writing; else the text itself."""
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            return value
    return text


def _turns_of_conversation(row: Mapping[str, Any], column: str) -> Iterator[Turns]:
    if column not in row:
        raise UnusableError("missing column", column)
    said = _messages(row[column])
    found = False
    for place, message in enumerate(said):
        if message["role"] == "assistant" and place and said[place - 1]["role"] == "user" and message["content"]:
            found = True
            yield Turns(said[: place - 1], said[place - 1]["content"], (message["content"],))
    if not found:
        raise UnusableError("conversation without an answer")


def _messages(value: Any) -> tuple[Message, ...]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise UnusableError("conversation is not a list") from None
    if not isinstance(value, list):
        raise UnusableError("conversation is not a list")
    return tuple(_message(turn) for turn in value)


def _message(turn: Any) -> Message:
    if not isinstance(turn, dict):
        raise UnusableError("turn is not an object")
    role, content = turn.get("role", turn.get("from")), turn.get("content", turn.get("value"))
    if role not in ROLES:
        raise UnusableError("turn with an unknown role", repr(role))
    return Message(role=ROLES[role], content=_clean(content, "turn"))  # type: ignore[typeddict-item]


def _clean(value: Any, what: str) -> str:
    """Text without the white space around it and without control characters."""
    if value is None:
        return ""
    if not isinstance(value, str):
        if isinstance(value, (dict, list)):
            raise UnusableError(f"{what} is not text", type(value).__name__)
        value = str(value)
    return "".join(char for char in value.replace("\r\n", "\n") if char >= " " or char in "\n\t").strip()
