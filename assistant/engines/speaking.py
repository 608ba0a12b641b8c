"""What engines that hold a model have in common: messages to prompt tokens, generated tokens to an answer and its text."""

from __future__ import annotations

import time
from collections.abc import Sequence

from assistant.core.errors import QuestionError
from assistant.engines.protocol import Answer, FinishReason, Request, StopSignal
from assistant.models.template import PromptTemplate


def prompt_of(request: Request, template: PromptTemplate, model: str, room: int | None) -> list[int]:
    """The tokens of a request's prompt.

    Args:
        request: What is asked.
        template: Renders it.
        model: What the model is called.
        room: The longest prompt and answer together, in tokens; None if there is no such bound.

    Raises:
        QuestionError: There is no room for an answer behind it.
    """
    prompt = template.encode(request.messages)
    if room is not None and len(prompt) >= room:
        raise QuestionError(
            f"the conversation has {len(prompt)} tokens, and {model} can read no more than {room}",
            "Begin a new conversation, or shorten the question.",
        )
    return prompt


def answer_of(
    row: Sequence[int],
    times_s: Sequence[float],
    prompt_tokens: int,
    template: PromptTemplate,
    ends: frozenset[int],
    began: float,
    stop: StopSignal,
    begun: Sequence[int] = (),
) -> Answer:
    """The answer in a row of generated tokens; what stands behind its end token is padding.

    Args:
        row: Generated tokens.
        times_s: Seconds from the beginning to each of them.
        prompt_tokens: Of the prompt.
        template: Decodes them.
        ends: Tokens that end an answer.
        began: By `time.perf_counter`.
        stop: Whether someone asked for the end.
        begun: Tokens of the answer's beginning where this is its rest.
    """
    length = next((place + 1 for place, token in enumerate(row) if token in ends), len(row))
    ids = tuple(row[:length])
    reason: FinishReason = "stop" if ids and ids[-1] in ends else "cancelled" if stop.is_set() else "length"
    return Answer(
        text=_text_of(ids, begun, template, is_whole=reason == "stop"),
        token_ids=ids,
        token_times_s=tuple(times_s[:length]),
        prompt_tokens=prompt_tokens,
        finish_reason=reason,
        seconds=times_s[length - 1] if length else time.perf_counter() - began,
    )


def _text_of(ids: Sequence[int], begun: Sequence[int], template: PromptTemplate, is_whole: bool) -> str:
    """The text of generated tokens; of the rest of an answer with the white space that it begins with."""
    # Decoded together with its beginning: by themselves, many tokenizers lose the space before the first word of a rest.
    text = template.decode([*begun, *ids])[len(template.decode(begun)) :].rstrip() if begun else template.decode(ids).strip()
    # Half a character that the answer was cut in: whoever continues it says the whole one.
    return text if is_whole else text.rstrip("\ufffd")


class Speller:
    """The text of tokens as they come: nothing while a character is incomplete, and no white space before the first word.

    Args:
        template: Holds the tokenizer.
        begun: Tokens of the answer's beginning where its rest comes, whose white space is kept.
    """

    def __init__(self, template: PromptTemplate, begun: Sequence[int] = ()) -> None:
        from tokenizers.decoders import DecodeStream

        self._decoder = DecodeStream(skip_special_tokens=True)
        self._backend = template.tokenizer.backend_tokenizer
        for token in begun:
            self._decoder.step(self._backend, token)
        self._begun = bool(begun)

    def text_of(self, token: int) -> str:
        """What the next token adds to the text."""
        text: str = self._decoder.step(self._backend, token) or ""
        text = text if self._begun else text.lstrip()
        self._begun = self._begun or bool(text)
        return text
