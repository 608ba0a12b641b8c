"""The one doorway to `assistant` for other packages and for scripts.

Importing it loads no heavy library, and what reads recipes only when it is asked for: `--help` needs none.
What is not named here is an inner matter and may change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.chat.plugin import Check, Plugin, Queue, Room, Scores
from assistant.core import fingerprint
from assistant.core.energy import Energy, EnergyMeter, energy_meter
from assistant.core.errors import (
    AssistantError,
    BaseError,
    DataError,
    EngineError,
    QuestionError,
    RecipeError,
    TargetError,
    TemplateError,
    UserError,
)
from assistant.core.files import make_folder, read_json, read_jsonl, readable_disk_errors, whole_folder, write_json, write_jsonl, write_text
from assistant.core.fingerprint import of_file as fingerprint_of_file
from assistant.core.fingerprint import of_value as fingerprint_of_value
from assistant.core.home import Home, user_cache
from assistant.core.machine import describe as describe_machine
from assistant.core.machine import package_versions, peak_memory_mib
from assistant.core.messages import Message
from assistant.core.page import page_style, page_templates
from assistant.core.plain import one_line, plain, plain_json
from assistant.core.program import run_program
from assistant.core.progress import progress, say
from assistant.core.termination import Termination
from assistant.engines.protocol import Answer, Engine, EngineInfo, Request, Sampling, ScoringEngine, StopSignal, Stream, Token

if TYPE_CHECKING:
    from assistant.chat.review import ReviewItem, ReviewQueue
    from assistant.core.recipe import Recipe
    from assistant.core.recipe_evaluation import Evaluation as EvaluationSettings
    from assistant.core.recipe_evaluation import Gate, Price
    from assistant.core.recipe_evaluation import Judge as JudgeSettings
    from assistant.core.recipe_file import RecipeFile, load_recipe, override_recipe, parse_recipe
    from assistant.data.canaries import Canary, canaries, canaries_in, is_canary, other_codes
    from assistant.data.example import Example
    from assistant.data.personal.personal_data import PersonalSpan, find_personal_data
    from assistant.data.splitting.equality import asked, normal_form
    from assistant.data.splitting.leakage.finding import Finding as LeakageFinding
    from assistant.data.splitting.leakage.finding import Kind as LeakageKind
    from assistant.data.splitting.leakage.finding import Leakage
    from assistant.data.splitting.leakage.search import leakage_of, leakage_signature
    from assistant.data.splitting.split import SplitName
    from assistant.engines.opening import Chosen, choose_engine, open_engine
    from assistant.engines.specifying import sampling_of
    from assistant.models.sentences import SentenceEncoder, load_encoder
    from assistant.registry.adapter import adapter_is_inert
    from assistant.registry.target import Target, Training, answers_of_file, base_of, find_target, previous_of, server_of, training_of
    from assistant.registry.trained_prompt import why_prompt_differs
else:
    _ROOM_OF = {
        "EvaluationSettings": "core.recipe_evaluation",
        "Gate": "core.recipe_evaluation",
        "JudgeSettings": "core.recipe_evaluation",
        "Price": "core.recipe_evaluation",
        "Recipe": "core.recipe",
        "RecipeFile": "core.recipe_file",
        "load_recipe": "core.recipe_file",
        "override_recipe": "core.recipe_file",
        "parse_recipe": "core.recipe_file",
        "CODES": "data.canaries",
        "Canary": "data.canaries",
        "canaries": "data.canaries",
        "canaries_in": "data.canaries",
        "is_canary": "data.canaries",
        "other_codes": "data.canaries",
        "asked": "data.splitting.equality",
        "normal_form": "data.splitting.equality",
        "Leakage": "data.splitting.leakage.finding",
        "LeakageFinding": "data.splitting.leakage.finding",
        "LeakageKind": "data.splitting.leakage.finding",
        "leakage_signature": "data.splitting.leakage.search",
        "leakage_of": "data.splitting.leakage.search",
        "Example": "data.example",
        "PersonalSpan": "data.personal.personal_data",
        "find_personal_data": "data.personal.personal_data",
        "Chosen": "engines.opening",
        "choose_engine": "engines.opening",
        "open_engine": "engines.opening",
        "sampling_of": "engines.specifying",
        "adapter_is_inert": "registry.adapter",
        "SentenceEncoder": "models.sentences",
        "load_encoder": "models.sentences",
        "ReviewItem": "chat.review",
        "ReviewQueue": "chat.review",
        "Target": "registry.target",
        "answers_of_file": "registry.target",
        "base_of": "registry.target",
        "find_target": "registry.target",
        "previous_of": "registry.target",
        "server_of": "registry.target",
        "Training": "registry.target",
        "training_of": "registry.target",
        "why_prompt_differs": "registry.trained_prompt",
    }

    _NAMED = {
        "EvaluationSettings": "Evaluation",
        "JudgeSettings": "Judge",
        "LeakageFinding": "Finding",
        "LeakageKind": "Kind",
    }

    def __getattr__(name: str) -> object:
        """Fetch what is named here from its room when it is first asked for; pydantic, which they all need, takes a quarter of a second."""
        if name not in _ROOM_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"assistant.{_ROOM_OF[name]}"), _NAMED.get(name, name))
        return value


__all__ = [
    "Answer",
    "AssistantError",
    "BaseError",
    "Canary",
    "Check",
    "Chosen",
    "DataError",
    "Energy",
    "EnergyMeter",
    "Engine",
    "EngineError",
    "EngineInfo",
    "EvaluationSettings",
    "Example",
    "Examples",
    "Gate",
    "Home",
    "JudgeSettings",
    "Leakage",
    "LeakageFinding",
    "LeakageKind",
    "Message",
    "PersonalSpan",
    "Plugin",
    "Price",
    "QuestionError",
    "Queue",
    "Recipe",
    "RecipeError",
    "RecipeFile",
    "Request",
    "ReviewItem",
    "ReviewQueue",
    "Room",
    "Sampling",
    "Scores",
    "ScoringEngine",
    "SentenceEncoder",
    "StopSignal",
    "Stream",
    "Target",
    "TargetError",
    "TemplateError",
    "Termination",
    "Token",
    "Training",
    "UserError",
    "adapter_is_inert",
    "answers_of_file",
    "asked",
    "base_of",
    "canaries",
    "canaries_in",
    "choose_engine",
    "describe_machine",
    "energy_meter",
    "examples_of",
    "find_personal_data",
    "find_target",
    "fingerprint_of_file",
    "fingerprint_of_value",
    "is_canary",
    "leakage_of",
    "leakage_signature",
    "load_encoder",
    "load_recipe",
    "make_folder",
    "normal_form",
    "one_line",
    "open_engine",
    "other_codes",
    "override_recipe",
    "package_versions",
    "page_style",
    "page_templates",
    "parse_recipe",
    "peak_memory_mib",
    "plain",
    "plain_json",
    "previous_of",
    "progress",
    "read_json",
    "read_jsonl",
    "readable_disk_errors",
    "request_of",
    "run_program",
    "sampling_of",
    "say",
    "server_of",
    "split_of_group",
    "training_of",
    "user_cache",
    "whole_folder",
    "why_prompt_differs",
    "write_json",
    "write_jsonl",
    "write_text",
]


@dataclass(frozen=True)
class Examples:
    """Examples to examine a target with.

    Attributes:
        items: The examples, in order.
        fingerprint: SHA-256 over them.
        source: Where they are from, in a few words.
    """

    items: tuple[Example, ...]
    fingerprint: str
    source: str


def examples_of(target: Target, home: Home, split: str = "test", file: Path | None = None) -> Examples:
    """The examples of a target's own split, or all of a file.

    For a version these are the examples that were held out of its training, whatever became of the
    recipe's files since.

    Raises:
        DataError: They are missing, or there are none.
    """
    if file is not None:
        return _examples_of_file(target, home, file)
    from assistant.registry.target import prepared_of

    items = list(prepared_of(target, home).splits[split])  # type: ignore[index]
    if not items:
        raise DataError(f"{target.recipe.name} has no {split} examples", "Give data.split a share for them, or name a file with --data.")
    return _examples(items, f"{split} split of {target.recipe.name}")


def _examples_of_file(target: Target, home: Home, file: Path) -> Examples:
    """All examples of a file, read as the recipe's own files as far as it has their columns."""
    from assistant.data.reading.columns import mappings_of
    from assistant.data.reading.read import Wanted, column_names, read_examples
    from assistant.data.splitting.equality import asked
    from assistant.data.splitting.split import drop_duplicates, join_groups
    from assistant.registry.target import training_of

    data = target.recipe.data
    names = column_names(file)
    group, tags = data.group if data.group in names else None, tuple(tag for tag in data.tags if tag in names)
    wanted = Wanted(mappings_of(data, names), group, tags, clean=data.clean, history=data.history)
    unique, _ = drop_duplicates(read_examples([file], wanted).examples)
    items = join_groups(unique, data.split.seed)
    source = str(file)
    if target.version is not None:
        questions = [asked(example) for example in items]
        of_file = set(questions)
        learned = {question for example in training_of(target, home) if (question := asked(example)) in of_file}
        known = sum(question in learned for question in questions)
        source += f" ({known} of its {len(items)} questions were seen in training)" if known else " (none of its questions was seen in training)"
    return _examples(items, source)


def split_of_group(group: str, recipe: Recipe) -> SplitName:
    """The split that examples of a group fall to, as long as they share no question with another group."""
    from assistant.data.splitting.groups import share
    from assistant.data.splitting.split import split_at

    return split_at(share(recipe.data.split.seed, group), recipe.data.split)


def request_of(example: Example, sampling: Sampling) -> Request:
    """The request that asks an example's question."""
    return Request(messages=example.prompt, sampling=sampling)


def _examples(items: Sequence[Example], source: str) -> Examples:
    return Examples(tuple(items), fingerprint.of_value([example.to_json() for example in items]), source)
