"""The compiled form of a version on disk: a GGUF or a graph, the light tokenizer, and what it was compared with.

It stands in the version's own folder and goes with it; that of an untrained base stands in the user's cache.
Its name holds the fingerprint of everything it was made from, so that a changed input finds none and
makes another.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.core import fingerprint
from assistant.core.errors import EngineError
from assistant.core.files import read_json, write_json
from assistant.core.home import user_cache
from assistant.engines.parity import Parity
from assistant.engines.spec import EngineSpec
from assistant.registry.target import Target

RECORD = "compiled.json"
WEIGHTS = "model.gguf"
GRAPH = "openvino_model.xml"
"""As openvino-genai calls it in a folder; its weights stand beside it."""
INT8 = "int8"
"""The precision that is no GGUF's: see `packing`."""
STUB_TOKENIZER = "stub.gguf"
FORMAT = 3
"""Of what is written, to be raised with every change of `packing` or `gguf_file` too; what has another one is compiled anew."""

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json")


class Compiled(BaseModel):
    """What a compiled form is, beside its weights."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    schema_version: int = FORMAT
    """Of this file."""
    label: str
    """The version or base it speaks for."""
    key: str
    """Fingerprint of everything it was made from."""
    precision: str
    """Of its matrices: `int8`, or as GGUF calls it."""
    context_tokens: int = 0
    """The longest prompt and answer together."""
    kv_bytes_per_token: int = 0
    """What the attention keeps of one token at most."""
    activation_group: int | None = None
    """Values that share a scale where activations are rounded to 8 bits, 0 where they are not; null for what openvino does by itself."""
    parity: Parity | None = None
    """How it compares with what was trained; null where it could not be made."""
    refusal: str | None = None
    """Why it is not used; null if it is."""


def weights_of(folder: Path, precision: str) -> Path:
    """What openvino-genai is to open: a GGUF, or the folder of a graph."""
    return folder if precision == INT8 else folder / WEIGHTS


def drop_weights(folder: Path) -> None:
    """Remove the weights of a form that is not used; its record says why."""
    for name in (WEIGHTS, GRAPH, Path(GRAPH).with_suffix(".bin")):
        (folder / name).unlink(missing_ok=True)


def place_of(target: Target, spec: EngineSpec, precision: str) -> tuple[Path, str]:
    """Where the compiled form of a target is, or would be, and the fingerprint of what it is made from."""
    files = [Path(spec.tokenizer) / name for name in TOKENIZER_FILES]
    inputs = {
        "format": FORMAT,
        "target": target.fingerprint,
        "precision": precision,
        "tokenizer": fingerprint.of_files(Path(spec.tokenizer), [path for path in files if path.exists()]),
        "libraries": _library_versions(),
    }
    key = fingerprint.of_value(inputs)
    name = f"openvino-{precision}-{key[: fingerprint.SHORT]}"
    if target.kind == "version":
        assert target.version
        return target.version.folder / "compiled" / name, key
    return user_cache() / "compiled" / f"{target.label}-{name}", key


def read_compiled(folder: Path) -> Compiled:
    """Read what a compiled form is.

    Raises:
        EngineError: It is damaged.
    """
    try:
        return Compiled.model_validate(read_json(folder / RECORD))
    except (OSError, ValueError, ValidationError) as error:
        raise EngineError(f"the compiled form in {folder} is damaged ({str(error).splitlines()[0]}); remove it, and it is made anew") from None


def write_compiled(folder: Path, compiled: Compiled) -> None:
    """Write what a compiled form is."""
    write_json(folder / RECORD, compiled.model_dump(mode="json"))


def _library_versions() -> dict[str, Any]:
    from importlib.metadata import version

    return {name: version(name) for name in ("openvino", "openvino-genai", "gguf")}
