"""The model that an assistant starts from: embedded, a folder, or a hub id; always ends as a folder here."""

from __future__ import annotations

import difflib
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.core import fingerprint
from assistant.core.errors import BaseError
from assistant.core.files import read_json, sweep_unfinished, write_json
from assistant.core.home import user_cache
from assistant.models.embedded import EMBEDDED, build_embedded
from assistant.models.hub import fetch_from_hub

WEIGHTS = ("*.safetensors", "*.safetensors.index.json")


@dataclass(frozen=True)
class Base:
    """A base on this machine.

    Attributes:
        name: As the recipe names it.
        folder: Config, safetensors, tokenizer.
        fingerprint: SHA-256 over config, weights and tokenizer.
        license: Of the weights; empty if unknown.
    """

    name: str
    folder: Path
    fingerprint: str
    license: str = ""


def cached_bases() -> Path:
    """Where embedded and prepared bases are kept."""
    return user_cache() / "bases"


def embedded_folder(name: str) -> Path:
    """The folder of an embedded base; another pinned wheel has another folder."""
    return cached_bases() / f"{name}-{EMBEDDED[name].sha256[: fingerprint.SHORT]}"


def find_base(name: str, relative_to: Path) -> Base:
    """Get a base onto this machine.

    Args:
        name: An embedded name, a folder (absolute, or relative to `relative_to`), or a hub id.
        relative_to: The recipe's folder.

    Raises:
        BaseError: It is unknown, cannot be fetched, or holds no safetensors.
    """
    if name in EMBEDDED:
        folder = embedded_folder(name)
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            sweep_unfinished(folder.parent)
            with suppress(FileExistsError):  # Another process has built the same meanwhile.
                build_embedded(name, folder)
        return Base(name, folder, _fingerprint(folder), EMBEDDED[name].license)
    for candidate in (relative_to / name, Path(name)):
        if candidate.is_dir():
            return _checked(name, candidate.resolve())
    if re.fullmatch(r"[\w.-]+/[\w.-]+", name) and not name.startswith("."):
        return _checked(name, fetch_from_hub(name))
    near = difflib.get_close_matches(name, EMBEDDED, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"Name {', '.join(EMBEDDED)}, a model folder that exists, or a hub id such as org/name."
    raise BaseError(f"unknown base `{name}`", hint)


def _checked(name: str, folder: Path) -> Base:
    if not (folder / "config.json").exists():
        raise BaseError(f"the base {folder} has no config.json", "Name a folder in the format of transformers.")
    if not list(folder.glob("*.safetensors")):
        raise BaseError(f"the base {folder} has no safetensors", "Only safetensors are loaded; save the model again in that format.")
    return Base(name, folder, _fingerprint(folder))


def _fingerprint(folder: Path) -> str:
    """SHA-256 of what decides the answers, remembered by sizes and times: weights can be large."""
    paths = sorted({path for pattern in (*WEIGHTS, "config.json", "tokenizer*", "*.model") for path in folder.glob(pattern)})
    state = {str(path): [path.stat().st_size, path.stat().st_mtime_ns] for path in paths}
    memory = user_cache() / "fingerprints" / f"{fingerprint.of_value(state)[:24]}.json"
    if memory.exists():
        return str(read_json(memory)["fingerprint"])
    value = fingerprint.of_files(folder, paths)
    write_json(memory, {"folder": str(folder), "fingerprint": value})
    return value
