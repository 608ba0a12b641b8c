"""The manifest of a version: what it was made from, by what, and how it went."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.core.errors import TargetError
from assistant.core.files import read_json, write_json

FILE = "manifest.json"


class Part(BaseModel):
    """What the parts of a manifest have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class BaseFacts(Part):
    """The base a version was trained from."""

    name: str
    """As the recipe names it."""
    fingerprint: str
    """SHA-256 over its config, weights and tokenizer."""
    license: str
    """Of its weights; empty if unknown."""
    grown: bool
    """Whether rows for new tokens were added to its vocabulary."""


class TrainingFacts(Part):
    """How a training went."""

    method: Literal["lora", "qlora", "full"]
    """As in the recipe."""
    precision: str
    """Of the weights while training."""
    device: str
    """Where it ran."""
    steps: int
    """Steps of the optimizer."""
    best_step: int | None
    """The step whose weights were kept; null where nothing was validated."""
    validation_loss: float | None
    """Mean negative log-likelihood of a validation token at that step, in nats; null where nothing was validated."""
    train_loss: float
    """The same of the last logged training steps."""
    tokens: int
    """Tokens that were seen, padding not counted."""
    seconds: float
    """Spent training, over all resumed parts."""
    tokens_per_s: float
    """Tokens seen a second, validation and saving included."""
    peak_memory_mib: float
    """The largest resident memory of the process."""
    peak_device_memory_mib: float | None
    """The largest memory allocated on a GPU; null without one."""
    trained_parameters: int
    """Weights that were changed."""
    total_parameters: int
    """Weights of the base."""
    seed: int
    """Of the adapter's start and of the order of the examples."""
    rows: dict[str, Any]
    """How many rows were whole, cut or left out by max_length."""
    resumed: int
    """How often it was interrupted and continued."""


class Manifest(Part):
    """Everything about one version."""

    schema_version: Literal[1] = 1
    """Of this file."""
    name: str
    """The assistant."""
    version: int
    """Its number."""
    created: str
    """When, in UTC."""
    recipe_folder: str
    """What relative paths in the recipe start from."""
    identity: str
    """Fingerprint of everything that decides the training: the same identity is the same version."""
    base: BaseFacts
    """What it was trained from."""
    template: str
    """Fingerprint of the prompt template: template, system prompt, special tokens."""
    data: str
    """Fingerprint of the three splits."""
    recipe: str
    """Fingerprint of the resolved recipe."""
    code: dict[str, str]
    """This project's version and the fingerprint of its code."""
    libraries: dict[str, str]
    """Versions of the libraries that decide a result."""
    machine: dict[str, Any]
    """What it was trained on."""
    training: TrainingFacts
    """How it went."""
    compiled: dict[str, Any] = {}
    """What was compiled from it, by engine and precision: its fingerprint, how it compares with what was trained, why it is not used."""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a version's folder."""
    write_json(folder / FILE, manifest.model_dump(mode="json"))


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a version.

    Raises:
        TargetError: It is missing or was written by another program.
    """
    try:
        return Manifest.model_validate(read_json(folder / FILE))
    except (OSError, ValueError, ValidationError) as error:
        first = str(error).splitlines()[0]
        raise TargetError(f"{folder} is not a finished version: {first}", "`assistant list` shows the versions that are.") from None
