"""Which engine speaks for a target on this machine, why, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.core.errors import EngineError, UserError
from assistant.core.home import Home
from assistant.core.machine import has_bf16, package_versions, sees_gpu
from assistant.core.progress import say
from assistant.engines.child import ChildEngine
from assistant.engines.protocol import Engine
from assistant.engines.spec import EngineSpec
from assistant.engines.specifying import sampling_of, spec_of
from assistant.models.gguf_support import read_config, why_not
from assistant.registry.target import Target


@dataclass(frozen=True)
class Chosen:
    """The engine of a target, not opened yet.

    Attributes:
        name: `openvino`, `transformers` or `remote`.
        why: In a few words.
        key: What decides, beside the target, with which words it answers: two different keys may answer differently.
        open: Opens it; a model process loads in the background.
    """

    name: str
    why: str
    key: Mapping[str, Any]
    open: Callable[[], Engine]


def open_engine(target: Target, home: Home) -> Engine:
    """Choose and open the engine of a target.

    Raises:
        UserError: The recipe asks for an engine that cannot speak for it.
    """
    return choose_engine(target, home).open()


def choose_engine(target: Target, home: Home) -> Chosen:
    """Choose the engine of a target, and say which and why; compiles what openvino reads where that is not done yet.

    Raises:
        UserError: The recipe asks for an engine that cannot speak for the target, or what it was made from is gone.
    """
    if target.recipe.engine.name == "remote":
        chosen = _remote(target)
    else:
        spec = spec_of(target)
        against = _against_openvino(target, spec)
        chosen = _transformers(spec, home, against) if against else _openvino(target, home, spec)
    say(f"{target.label}: {chosen.name}, {chosen.why}")
    return chosen


def _against_openvino(target: Target, spec: EngineSpec) -> str | None:
    """Why `transformers` speaks for a target rather than `openvino`; None if it does not."""
    wanted = target.recipe.engine
    if wanted.name == "transformers":
        return "as the recipe says"
    reason = None
    if find_spec("openvino_genai") is None:
        reason = "openvino-genai is not installed"
    elif sees_gpu() and wanted.name == "auto":
        reason = "for the GPU"
    else:
        reason = why_not(read_config(Path(spec.weights)), wanted.precision)
    return _insisted(target, reason) if reason else None


def _insisted(target: Target, reason: str) -> str:
    """The reason against openvino, unless the recipe leaves no choice."""
    if target.recipe.engine.name == "openvino":
        raise UserError(f"openvino cannot speak for {target.label}: {reason}", "Say `engine.name: auto`, or another engine.precision.")
    return reason


def _openvino(target: Target, home: Home, spec: EngineSpec) -> Chosen:
    from assistant.engines.compiling import compiled_of

    try:
        folder, compiled = compiled_of(target, home, spec, sampling_of(target.recipe))
    except EngineError as error:
        return _transformers(spec, home, _insisted(target, str(error)))
    if compiled.refusal:
        return _transformers(spec, home, _insisted(target, compiled.refusal))
    reading = replace(spec, engine="openvino", compiled=str(folder.resolve()))
    return Chosen(
        name="openvino",
        why=f"{compiled.precision}, the faster engine on a CPU",
        key={"engine": "openvino", "precision": compiled.precision, "compiled": compiled.key, "bf16_instructions": has_bf16()},
        open=lambda: ChildEngine(reading, home.logs / "engine.log"),
    )


def _transformers(spec: EngineSpec, home: Home, why: str) -> Chosen:
    versions = package_versions()
    return Chosen(
        name="transformers",
        why=why,
        key={
            "engine": "transformers",
            "precision": "auto",
            "processor": "gpu" if sees_gpu() else "cpu with bf16" if has_bf16() else "cpu",
            "torch": versions["torch"],
            "transformers": versions["transformers"],
        },
        open=lambda: ChildEngine(spec, home.logs / "engine.log"),
    )


def _remote(target: Target) -> Chosen:
    from assistant.engines.remote_engine import RemoteEngine
    from assistant.models.template import load_template

    remote = target.recipe.engine.remote
    assert remote
    rendered_here = remote.endpoint == "completions"
    spec = spec_of(target) if rendered_here else None
    template = load_template(Path(spec.tokenizer), spec.system_prompt, spec.template_fingerprint) if spec else None
    settled = remote.model_dump(include={"url", "model", "endpoint", "limit_key", "penalty_key"})
    return Chosen(
        name="remote",
        why=f"{remote.model} at {remote.url}",
        key={"engine": "remote", **settled},
        open=lambda: RemoteEngine(remote, target.label, target.recipe.system_prompt, template),
    )
