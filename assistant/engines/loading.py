"""Which engine a spec asks for; runs in the model process."""

from __future__ import annotations

from assistant.core.errors import EngineError
from assistant.engines.protocol import ScoringEngine
from assistant.engines.spec import EngineSpec


def load_engine(spec: EngineSpec) -> ScoringEngine:
    """Load the model of a spec into this process.

    Raises:
        EngineError: There is no such engine.
    """
    if spec.engine == "transformers":
        from assistant.engines.transformers_engine import TransformersEngine

        return TransformersEngine(spec)
    if spec.engine == "openvino":
        from assistant.engines.openvino_engine import OpenVinoEngine

        return OpenVinoEngine(spec)
    raise EngineError(f"unknown engine `{spec.engine}`")
