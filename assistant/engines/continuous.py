"""Continuous batching by transformers, for a GPU: a request that is done makes room for the next one at once.

On a CPU it is slower than batches of like length, which is why it is not used there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.core.errors import EngineError
from assistant.engines.protocol import StopSignal

if TYPE_CHECKING:
    from transformers import GenerationConfig, PreTrainedModel

POLL_S = 0.05
"""How often the stop signal is looked at."""


def generate_continuously(
    model: PreTrainedModel, prompts: Sequence[Sequence[int]], limits: Sequence[int], settings: GenerationConfig, batch_size: int, stop: StopSignal
) -> Iterator[tuple[int, list[int], list[float]]]:
    """Answer prompts greedily, `batch_size` of them under way at any time.

    Args:
        model: On its device.
        prompts: Tokens of each prompt.
        limits: Most new tokens of each.
        settings: Ends and padding; nothing is sampled.
        batch_size: Requests under way.
        stop: Ends it; what is under way then is dropped.

    Yields:
        The index of a prompt that is answered, its new tokens, and seconds from its beginning to each of them.

    Raises:
        EngineError: The model failed.
    """
    manager = model.init_continuous_batching(generation_config=settings)
    manager.start()
    began: dict[str, float] = {}
    waiting = iter(range(len(prompts)))
    try:
        while not stop.is_set():
            while len(began) < batch_size and (index := next(waiting, None)) is not None:
                began[str(index)] = time.perf_counter()
                manager.add_request(list(prompts[index]), request_id=str(index), max_new_tokens=limits[index], record_timestamps=True)
            if not began:
                return
            result = manager.get_result(timeout=POLL_S)
            if result is None:
                if not manager.is_running():
                    raise EngineError("transformers ended its continuous batching before every request was answered")
                continue
            if result.error:
                raise EngineError(f"transformers failed: {result.error}")
            started = began.pop(result.request_id)
            yield int(result.request_id), list(result.generated_tokens), [at - started for at in result.timestamps or ()]
    finally:
        manager.stop(block=True, hard_stop=bool(began))
