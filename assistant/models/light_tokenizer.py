"""A tokenizer with its chat template as one small file, used without transformers.

Importing transformers takes seconds, which a user would wait for before a first answer. The file is
written from a tokenizer of transformers, whose template and special tokens it holds as they are; the
tokens themselves are split by the same `tokenizers` library. It has what `PromptTemplate` asks of a
tokenizer, and no more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core.files import read_json, write_json

if TYPE_CHECKING:
    from jinja2 import Template
    from tokenizers import AddedToken, Tokenizer
    from transformers import PreTrainedTokenizerBase

TOKENIZER, PROMPTING = "tokenizer.json", "prompting.json"


def save_light(tokenizer: PreTrainedTokenizerBase, end_ids: Sequence[int], folder: Path) -> None:
    """Write what `LightTokenizer` reads.

    Raises:
        ValueError: The tokenizer has no form in the `tokenizers` library.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ValueError("only a tokenizer of the `tokenizers` library can be used without transformers")
    backend = type(backend).from_str(backend.to_str())
    # Whatever a caller asked for last stays in the backend.
    backend.no_padding()
    backend.no_truncation()
    backend.save(str(folder / TOKENIZER))
    named = {key: str(value) for key, value in tokenizer.special_tokens_map.items() if isinstance(value, str) or hasattr(value, "content")}
    ids = {"eos": tokenizer.eos_token_id, "pad": tokenizer.pad_token_id, "ends": list(end_ids)}
    write_json(folder / PROMPTING, {"schema": 1, "template": tokenizer.chat_template, "named": named, "ids": ids})


class LightTokenizer:
    """Renders, encodes and decodes as the tokenizer that was saved.

    Args:
        folder: Written by `save_light`.

    Attributes:
        backend_tokenizer: The tokenizer of the `tokenizers` library.
        chat_template: Its source.
        eos_token_id: The end token.
        pad_token_id: The padding.
        end_ids: Tokens that end an answer, the template's own first.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        prompting = read_json(folder / PROMPTING)
        self.backend_tokenizer: Tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self.chat_template: str = prompting["template"]
        self.eos_token_id: int | None = prompting["ids"]["eos"]
        self.pad_token_id: int | None = prompting["ids"]["pad"]
        self.end_ids: tuple[int, ...] = tuple(prompting["ids"]["ends"])
        self._named: dict[str, str] = prompting["named"]

    @cached_property
    def added_tokens_decoder(self) -> dict[int, AddedToken]:
        """Tokens that were added to the vocabulary, by number."""
        return dict(self.backend_tokenizer.get_added_tokens_decoder())

    def apply_chat_template(self, conversation: Sequence[Any], tokenize: bool = False, add_generation_prompt: bool = True) -> str:
        """Render messages; with the arguments of transformers' method that are used here."""
        assert not tokenize
        said: dict[str, Any] = {"messages": list(conversation), "tools": None, "documents": None}
        return self._compiled.render(**said, add_generation_prompt=add_generation_prompt, **self._named)

    def __call__(self, text: str, add_special_tokens: bool = False) -> dict[str, list[int]]:
        """The tokens of a text."""
        return {"input_ids": self.backend_tokenizer.encode(text, add_special_tokens=add_special_tokens).ids}

    def decode(self, ids: Sequence[int], skip_special_tokens: bool = True, clean_up_tokenization_spaces: bool = False) -> str:
        """The text of tokens."""
        assert not clean_up_tokenization_spaces
        return str(self.backend_tokenizer.decode(list(ids), skip_special_tokens=skip_special_tokens))

    @cached_property
    def _compiled(self) -> Template:
        """The template, in a sandbox like that of transformers: it came with a model."""
        from jinja2.ext import loopcontrols
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        from assistant.models.jinja_parts import GenerationTag, PlainNamespace, plain_dict

        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[GenerationTag, loopcontrols])
        environment.filters["tojson"] = _to_json
        environment.globals.update(dict=plain_dict, namespace=PlainNamespace)
        environment.globals["raise_exception"] = _raise
        environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
        return environment.from_string(self.chat_template)


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, separators: Any = None, sort_keys: bool = False) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _raise(message: str) -> None:
    from jinja2 import TemplateError

    raise TemplateError(message)
