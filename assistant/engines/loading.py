"""Which engine a spec asks for; runs in the model process."""

from __future__ import annotations

from collections.abc import Callable

from assistant.core.errors import EngineError
from assistant.engines.protocol import ScoringEngine
from assistant.engines.spec import EngineSpec


def load_engine(spec: EngineSpec, tell: Callable[[str], None] = lambda what: None) -> ScoringEngine:
    """Load the model of a spec into this process.

    Args:
        spec: What to load.
        tell: Told each stage of it, in a few words.

    Raises:
        EngineError: There is no such engine.
    """
    tell(f"loading {spec.label}: the libraries of {spec.engine}")
    if spec.engine == "transformers":
        from assistant.engines.transformers_engine import TransformersEngine

        return TransformersEngine(spec, tell)
    if spec.engine == "openvino":
        from assistant.engines.openvino_engine import OpenVinoEngine

        return OpenVinoEngine(spec, tell)
    raise EngineError(f"unknown engine `{spec.engine}`")
