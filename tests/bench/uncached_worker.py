"""The model process with prefix caching off, to show what caching pays: `python -m tests.bench.uncached_worker`."""

from __future__ import annotations

from typing import Any

from assistant.engines.openvino_engine import OpenVinoEngine
from assistant.engines.worker import main

_open = OpenVinoEngine._open


def _open_uncached(engine: OpenVinoEngine, prefix_caching: bool) -> Any:
    return _open(engine, prefix_caching=False)


if __name__ == "__main__":
    OpenVinoEngine._open = _open_uncached  # type: ignore[method-assign]
    main()
