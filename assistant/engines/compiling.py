"""Makes the compiled form of a target, compares it with what was trained, and keeps it only if both answer alike."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.core import fingerprint
from assistant.core.errors import DataError, EngineError, UserError
from assistant.core.files import read_json, sweep_unfinished, whole_folder
from assistant.core.home import Home
from assistant.core.progress import progress
from assistant.data.example import Example
from assistant.data.splitting.split import SplitName
from assistant.engines.child import ChildEngine
from assistant.engines.compiled import FORMAT, RECORD, Compiled, drop_weights, place_of, read_compiled, write_compiled
from assistant.engines.parity import ANSWER_TOKENS, SCORED, Said, ask_both, compare
from assistant.engines.protocol import Sampling
from assistant.engines.spec import EngineSpec
from assistant.models.light_tokenizer import LightTokenizer
from assistant.models.template import PromptTemplate
from assistant.registry.manifest import write_manifest
from assistant.registry.target import Target, prepared_of
from assistant.registry.versions import Version


def compiled_of(target: Target, home: Home, spec: EngineSpec, sampling: Sampling) -> tuple[Path, Compiled]:
    """The compiled form of a target; made where there is none from exactly the same inputs.

    One that was refused is kept as a record without weights, so that it is not made at every start.

    Args:
        target: A version or a base.
        home: Where its prepared data is, and the logs.
        spec: What `transformers` would load for it.
        sampling: How its answers are written.

    Raises:
        UserError: What it would be made from cannot be used.
        EngineError: A process of it died.
    """
    precision = target.recipe.engine.precision
    folder, key = place_of(target, spec, precision)
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        sweep_unfinished(folder.parent)
        # Another process may have made the same meanwhile.
        with suppress(FileExistsError), whole_folder(folder) as working:
            _make(target, home, spec, sampling, working, key)
        _forget_older(folder, target)
        if target.kind == "version" and target.version:
            _record(target.version, read_compiled(folder))
    return folder, read_compiled(folder)


def _make(target: Target, home: Home, spec: EngineSpec, sampling: Sampling, folder: Path, key: str) -> None:
    precision = target.recipe.engine.precision
    log = home.logs / "engine.log"
    splits = _splits(target, home)
    with progress(f"{target.label}: compiling for openvino, once", 3) as advance:
        facts = _write(spec, folder, precision, log)
        compiled = Compiled(label=target.label, key=key, precision=precision, **facts)
        write_compiled(folder, compiled)
        if compiled.refusal:
            return
        name: SplitName = "validation" if len(splits["validation"]) else "train"
        examples = _chosen(splits[name], PromptTemplate(LightTokenizer(folder), spec.system_prompt), compiled.context_tokens)
        advance(1, "comparing it with what was trained")
        name_of_reference, reference = _said(spec, log, examples, sampling)
        advance(2, "comparing it with what was trained")
        _, ours = _said(replace(spec, engine="openvino", compiled=str(folder)), log, examples, sampling)
        parity = compare(reference, ours, name_of_reference, f"{len(examples)} examples of the {name} split")
        advance(3, "done")
    write_compiled(folder, compiled.model_copy(update={"parity": parity, "refusal": parity.refusal}))
    if parity.refusal:
        drop_weights(folder)


def _write(spec: EngineSpec, folder: Path, precision: str, log: Path) -> dict[str, Any]:
    order = json.dumps({"spec": spec.to_json(), "folder": str(folder), "precision": precision})
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as stderr:
        done = subprocess.run([sys.executable, "-P", "-m", "assistant.engines.writer"], input=order, stdout=subprocess.PIPE, stderr=stderr, text=True)
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise EngineError(f"the process that compiles {spec.label} ended with code {done.returncode}; its log is {log}") from None
    if "what" in answer:
        raise UserError(answer["what"], answer["todo"])
    return answer


def _said(spec: EngineSpec, log: Path, examples: list[Example], sampling: Sampling) -> tuple[str, Said]:
    """Engine and precision, and what it says."""
    engine = ChildEngine(spec, log)
    try:
        return f"{engine.info.engine} {engine.info.precision}", ask_both(engine, examples, sampling)
    finally:
        engine.close()


def _splits(target: Target, home: Home) -> Mapping[SplitName, Sequence[Example]]:
    try:
        return prepared_of(target, home).splits
    except DataError as error:
        raise EngineError(f"its prepared data, by which a compiled form is compared with it, cannot be read: {error.what}") from None


def _chosen(examples: Sequence[Example], template: PromptTemplate, context_tokens: int) -> list[Example]:
    """Those by whose hash they come first, and that leave room for an answer."""
    fitting = (
        example
        for example in sorted(examples, key=lambda example: fingerprint.of_value(example.id))
        if len(template.encode_example(example.prompt, example.answers[0])) + ANSWER_TOKENS <= context_tokens
    )
    return list(islice(fitting, SCORED))


def _record(version: Version, compiled: Compiled) -> None:
    """Write into the version's manifest how its compiled form compares with it."""
    manifest = version.manifest
    entry = compiled.model_dump(mode="json", include={"key", "parity", "refusal"})
    # A form that is gone is spoken of no more.
    there = {f"openvino {folder.name.split('-')[1]}" for folder in (version.folder / "compiled").glob("openvino-*")}
    kept = {name: value for name, value in manifest.compiled.items() if name in there}
    write_manifest(version.folder, manifest.model_copy(update={"compiled": {**kept, f"openvino {compiled.precision}": entry}}))


def _forget_older(folder: Path, target: Target) -> None:
    """Remove forms that nothing would ever use: of the same precision from other inputs, and those of older programs.

    Several programs may share the cache of bases, each with a form of its own: there only the older ones' go.
    """
    stem = folder.name[: -fingerprint.SHORT]
    pattern = "openvino-*" if target.kind == "version" else f"{target.label}-openvino-*"
    for other in folder.parent.glob(pattern):
        replaced = target.kind == "version" and other.name[: -fingerprint.SHORT] == stem
        if other != folder and (replaced or _is_older(other)):
            shutil.rmtree(other, ignore_errors=True)


def _is_older(folder: Path) -> bool:
    """Whether an older program wrote it; what cannot be read is left alone."""
    try:
        written = read_json(folder / RECORD)["schema_version"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return isinstance(written, int) and written < FORMAT
