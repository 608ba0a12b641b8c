"""The prompt template: the one place where messages become tokens, for training, chat, evaluation and export.

Its fingerprint goes into every version's manifest, and whoever renders for a version checks it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core import fingerprint
from assistant.core.errors import TemplateError
from assistant.core.files import read_json
from assistant.core.messages import Message, goes_on, without_begun

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Rendered:
    """An example as tokens.

    Attributes:
        prompt_ids: Everything before the answer, `(prompt,)`.
        answer_ids: The answer with the end of its turn, which are trained on, `(answer,)`.
    """

    prompt_ids: tuple[int, ...]
    answer_ids: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.prompt_ids) + len(self.answer_ids)


@dataclass(frozen=True)
class PromptTemplate:
    """A tokenizer with its chat template, and the system prompt that stands before each conversation.

    Attributes:
        tokenizer: Holds the template; nothing else calls it to render.
        system_prompt: Empty for the template's own, if it has one.
        own_end_ids: Tokens that end an answer of the base beside the template's: it knew them before.
    """

    tokenizer: PreTrainedTokenizerBase
    system_prompt: str = ""
    own_end_ids: tuple[int, ...] = ()

    def conversation(self, messages: Sequence[Message]) -> list[Message]:
        """The messages with the system prompt before them, unless they open with one of their own.

        What looks like a special token in their text is made harmless: a question that holds the end of
        a turn and the beginning of a system turn stays a question.
        """
        said = [Message(role=message["role"], content=self.harmless(message["content"])) for message in messages]
        if self.system_prompt and not (said and said[0]["role"] == "system"):
            return [Message(role="system", content=self.system_prompt), *said]
        return said

    def harmless(self, text: str) -> str:
        """The text with a space in everything that would be read as a special token."""
        return self._special.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)

    @cached_property
    def _special(self) -> re.Pattern[str]:
        tokens = {token.content for token in self.tokenizer.added_tokens_decoder.values() if token.special and len(token.content) > 1}
        return re.compile("|".join(re.escape(token) for token in sorted(tokens, key=len, reverse=True)) or r"(?!)")

    def render(self, messages: Sequence[Message], answer: str | None = None) -> str:
        """The text that the model reads.

        Args:
            messages: The conversation, ending with the user's turn.
            answer: The assistant's answer; None to end where it would begin.
        """
        said = self.conversation(messages)
        if answer is not None:
            said.append(Message(role="assistant", content=self.harmless(answer)))
        try:
            text = self.tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=answer is None)
        except Exception as error:
            # Templates raise what they like: no system role, roles that do not alternate, a Jinja error.
            raise TemplateError(
                f"the chat template cannot render this conversation: {error}", "Name another template in the recipe, or set system_prompt to ''."
            ) from error
        return str(text)

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """The tokens of the prompt of an answer that is still to come; of the rest of one, where the messages end with its beginning."""
        return [*self._tokens(self.render(without_begun(messages))), *self.encode_begun(messages)]

    def encode_begun(self, messages: Sequence[Message]) -> list[int]:
        """The tokens of the answer that the messages end with, as they stand behind those of its prompt; none if it is not begun."""
        if not goes_on(messages):
            return []
        prompt, begun = self.render(messages[:-1]), self.render_begun(messages)
        before, whole = self._tokens(prompt), self._tokens(prompt + begun)
        # Split together as in training, unless the prompt's last characters and the answer's first ones would be one token.
        return whole[len(before) :] if whole[: len(before)] == before else self._tokens(begun)

    def render_begun(self, messages: Sequence[Message]) -> str:
        """The answer that the messages end with as a model wrote it behind the prompt; empty if it is not begun.

        White space and special tokens that the template puts before an answer were written by the model and are missing in
        its text. Anything else that a template does to an answer, cutting its thoughts off for instance, is undone: the
        model is to go on from what it said.
        """
        if not goes_on(messages):
            return ""
        text, prompt = self.harmless(messages[-1]["content"]), self.render(messages[:-1])
        whole = self.render(messages[:-1], messages[-1]["content"])
        lead, found, _ = whole.removeprefix(prompt).partition(text.strip())
        is_kept = found and whole.startswith(prompt) and not self._special.sub("", lead).strip()
        return lead + text.lstrip() if is_kept else text

    def encode_example(self, messages: Sequence[Message], answer: str) -> Rendered:
        """The tokens of a conversation with its answer.

        Raises:
            TemplateError: The prompt's tokens are not how the whole begins, so that training and
                answering would see different prompts.
        """
        prompt = self.encode(messages)
        whole = self._tokens(self.render(messages, answer))
        if whole[: len(prompt)] != prompt:
            raise TemplateError(
                "the chat template renders a prompt differently once the answer follows it",
                "Name a template in the recipe whose prompt stays as it is, `chatml` for instance.",
            )
        return Rendered(tuple(prompt), tuple(whole[len(prompt) :]))

    @cached_property
    def end_ids(self) -> tuple[int, ...]:
        """The tokens that end an answer: the one that the template closes a turn with, then those of tokenizer and base.

        Raises:
            TemplateError: The template closes a turn with ordinary words only, so that a model would never stop.
        """
        answer = self.encode_example([Message(role="user", content="Hello")], "Hello").answer_ids
        special = {number for number, token in self.tokenizer.added_tokens_decoder.items() if token.special}
        closing = [number for number in answer if number in special]
        if not closing:
            raise TemplateError(
                "the chat template does not end an answer with a special token, so the assistant would never stop",
                "Let the template close the assistant's turn with eos_token, or name `chatml` or `plain` in the recipe.",
            )
        others = {self.tokenizer.eos_token_id, *self.own_end_ids} - {closing[0], None, self.tokenizer.pad_token_id}
        return (closing[0], *sorted(others))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the template, the system prompt, the special tokens and the vocabulary."""
        backend = getattr(self.tokenizer, "backend_tokenizer", None)
        vocabulary = sorted(self.tokenizer.get_vocab().items())
        return fingerprint.of_value(
            {
                "template": self.tokenizer.chat_template,
                "system_prompt": self.system_prompt,
                "special_tokens": {name: str(token) for name, token in self.tokenizer.special_tokens_map.items()},
                "end_ids": self.end_ids,
                "pad_id": self.tokenizer.pad_token_id,
                "vocabulary": fingerprint.of_value(vocabulary),
                "normalizer": str(backend.normalizer) if backend is not None else None,
            }
        )

    def decode(self, ids: Sequence[int]) -> str:
        """The text of generated tokens, without special ones."""
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def _tokens(self, text: str) -> list[int]:
        # The template writes the special tokens itself: a second BOS would be one too many.
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])


def _fingerprint_or_none(template: PromptTemplate) -> str | None:
    """None for a template that cannot even be used: surely not the one that was trained with."""
    try:
        return template.fingerprint
    except TemplateError:
        return None


def end_ids_in(folder: Path) -> tuple[int, ...]:
    """The end tokens that a model's or a version's generation settings name; none if it has no settings."""
    path = folder / "generation_config.json"
    if not path.exists():
        return ()
    named = read_json(path).get("eos_token_id")
    return tuple(named) if isinstance(named, list) else () if named is None else (int(named),)


def save_template(template: PromptTemplate, folder: Path) -> None:
    """Write tokenizer, chat template, and the settings that say how an answer ends: padding is never among the end tokens."""
    from transformers import GenerationConfig

    template.tokenizer.save_pretrained(folder)
    GenerationConfig(
        bos_token_id=template.tokenizer.bos_token_id, eos_token_id=list(template.end_ids), pad_token_id=template.tokenizer.pad_token_id
    ).save_pretrained(folder)


def load_template(folder: Path, system_prompt: str, expected: str | None = None) -> PromptTemplate:
    """Read the template that stands with a tokenizer.

    Args:
        folder: A tokenizer with its chat template.
        system_prompt: As in the recipe.
        expected: The fingerprint that must come out; None where nothing was trained with one.

    Raises:
        TemplateError: It is not the template that was trained with.
    """
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    template = PromptTemplate(tokenizer, system_prompt, end_ids_in(folder))
    if expected and _fingerprint_or_none(template) != expected:
        raise TemplateError(
            f"the prompt template in {folder} is not the one this version was trained with",
            "Restore the tokenizer, template and system prompt of the version, or train a new one.",
        )
    return template
