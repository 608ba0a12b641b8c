"""What checks need besides the rows: a tokenizer, a classifier, an encoder, a model that marks names; and why each is missing where it is.

A package brings a classifier by an entry point in its `pyproject.toml`, named by the check that uses it:

    [project.entry-points."assistant.checks"]
    toxic = "evalsuite.for_app:TOXICITY"

It is called with a sequence of texts and gives a probability for each; its attribute `name`, where it has one, is told to people.
Nothing is fetched here but the sentence encoder, and that only for a recipe that asks for it. No weights of a base are loaded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from itertools import chain
from pathlib import Path
from typing import Any

from assistant.core import fingerprint
from assistant.core.errors import AssistantError
from assistant.core.plain import one_line
from assistant.core.recipe import Recipe
from assistant.core.recipe_file import RecipeFile
from assistant.data.example import Example
from assistant.data.personal.personal_data import FindNames

GROUP = "assistant.checks"
"""The group of entry points."""

Toxicity = Callable[[Sequence[str]], Sequence[float]]
CountTokens = Callable[[Sequence[Example]], list[int]]


@dataclass(frozen=True)
class Tools:
    """What was found.

    Attributes:
        count_tokens: Tokens of each conversation with its answer, as training will see them; quickest for many at once.
        max_length: Tokens from which training cuts.
        toxicity: The probability of each text to be toxic.
        encode: The embedding of each text, `(texts, width)`, of length 1.
        names: Where persons are named in a text.
        missing: Why something is not there, by the check that wants it; names have the key `name`.
        prints: What each tool is that the recipe asks for, so that another one is seen to be another; an absent one is none of them.
    """

    count_tokens: CountTokens | None = None
    max_length: int = 512
    toxicity: Toxicity | None = None
    encode: Callable[[Sequence[str]], Any] | None = None
    names: FindNames | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    prints: Mapping[str, str] = field(default_factory=dict)


def find_tools(file: RecipeFile) -> Tools:
    """Find what the checks of a recipe need; what none of them asks for is not looked for.

    Raises:
        UserError: The recipe names something that is not there: a template, a folder of a model for names.
    """
    recipe, missing, prints = file.recipe, dict[str, str](), dict[str, str]()
    asked = recipe.data.check
    wants_meaning = asked.off_topic != "ignore" or recipe.data.duplicates.meaning != "ignore"

    def found(check: str, find: Callable[[], tuple[Any, str]]) -> Any:
        try:
            tool, prints[check] = find()
        except _MissingError as error:
            missing[check] = str(error)
            return None
        return tool

    return Tools(
        count_tokens=found("too_long", lambda: _tokens_by(file)) if asked.too_long != "ignore" else None,
        max_length=recipe.training.max_length,
        toxicity=found("toxic", _classifier) if asked.toxic != "ignore" else None,
        encode=found("off_topic", lambda: _encoder(wants_meaning)),
        names=found("name", lambda: _names(recipe, file.folder)) if _asks_for_names(recipe) else None,
        missing={check: why for check, why in missing.items() if check != "off_topic" or asked.off_topic != "ignore"},
        prints={check: what for check, what in prints.items() if check != "off_topic" or wants_meaning},
    )


class _MissingError(Exception):
    """Why a tool is not there."""


def _tokens_by(file: RecipeFile) -> tuple[CountTokens, str]:
    """The base's tokenizer with the recipe's template, where the base is on this machine already."""
    from assistant.models.bases import find_base
    from assistant.models.fitting import light_template

    name = file.recipe.base
    if not _is_here(name, file.folder):
        raise _MissingError(f"the base {one_line(name)} is not on this machine: `assistant base fetch` gets it")
    try:
        base = find_base(name, file.folder)
        template = light_template(base, file.recipe.template, file.folder, file.recipe.system_prompt)
    except AssistantError as error:
        raise _MissingError(f"the base's tokenizer or template cannot be used: {one_line(str(error))}") from None

    backend: Any = getattr(template.tokenizer, "backend_tokenizer", None)
    threads = os.cpu_count() or 1
    # The tokenizer's own threads are turned off for the whole program, since a process that is forked cannot have them.
    pool = ThreadPoolExecutor(threads)

    def lengths_of(texts: list[str]) -> list[int]:
        # Without the places of tokens in the text, which take a third of the time.
        return list(map(len, backend.encode_batch_fast(texts, add_special_tokens=False)))

    def count(examples: Sequence[Example]) -> list[int]:
        texts = [template.render(example.prompt, example.answers[0]) for example in examples]
        if backend is None:
            return list(map(len, template.tokenizer(texts, add_special_tokens=False)["input_ids"])) if texts else []
        share = -(-len(texts) // threads) or 1
        return list(chain.from_iterable(pool.map(lengths_of, (texts[at : at + share] for at in range(0, len(texts), share)))))

    return count, fingerprint.of_value([base.fingerprint, template.tokenizer.chat_template])


def _is_here(base: str, folder: Path) -> bool:
    from assistant.models.bases import embedded_folder
    from assistant.models.embedded import EMBEDDED

    if base in EMBEDDED:
        return embedded_folder(base).exists()
    if (folder / base).is_dir() or Path(base).is_dir():
        return True
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", base):
        return False
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(base, local_files_only=True)).is_dir()
    except (LocalEntryNotFoundError, HfHubHTTPError, ValueError):
        return False


def _classifier() -> tuple[Toxicity, str]:
    """The first classifier, in the order of their packages, that can be loaded."""
    problems: list[str] = []
    for entry in sorted(_entries("toxic"), key=lambda entry: entry.value):
        try:
            found = entry.load()
            if not callable(found):
                raise TypeError(f"{entry.value} cannot be called")
            scorer: Toxicity = found
            return scorer, f"{entry.value} {getattr(scorer, 'name', '')}"
        # A package may end the program while it is imported, which is no reason to end a check.
        except (Exception, SystemExit) as error:
            problems.append(one_line(f"{entry.value} cannot be loaded: {type(error).__name__}: {error}"))
    raise _MissingError("; ".join(problems) or "no installed package brings a classifier")


def _entries(name: str) -> set[EntryPoint]:
    """Each entry once: a package that is installed and also lies in the working folder names it twice."""
    return {EntryPoint(entry.name, entry.value, entry.group) for entry in entry_points(group=GROUP, name=name)}


def _encoder(is_asked_for: bool) -> tuple[Callable[[Sequence[str]], Any], str]:
    from assistant.models.sentences import encoder_folder, load_encoder

    if not is_asked_for and not encoder_folder().exists():
        raise _MissingError("the sentence encoder is not on this machine")
    try:
        return load_encoder().encode, encoder_folder().name
    except AssistantError as error:
        raise _MissingError(f"the sentence encoder cannot be had: {one_line(str(error))}") from None


def _asks_for_names(recipe: Recipe) -> bool:
    return recipe.data.check.personal_data != "ignore" and "name" in recipe.data.check.personal_kinds


def _names(recipe: Recipe, folder: Path) -> tuple[FindNames, str]:
    named = recipe.data.check.names_model
    if named is None:
        raise _MissingError("data.check.names_model names no model that marks persons")
    from assistant.data.personal.names import load_names_model

    model = (folder / named).resolve()
    return load_names_model(model), fingerprint.of_files(model, (path for path in model.iterdir() if path.is_file()))
