"""llama.cpp in a process of its own, run in the peers' environment: `python llama_process.py MODEL.gguf SLOTS THREADS`.

Takes an order a line on stdin, `{"prompts": [[token, ...], ...], "max_new_tokens": n}`, and answers each with a line. The
prompts of an order are all under way at once, one to a slot of its server (continuous batching).
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import xllamacpp

CONTEXT = 1024
"""Tokens of a slot."""


def ask(server: Any, prompt: list[int], limit: int, streamed: bool) -> dict[str, Any]:
    """One greedy answer: how many tokens, and seconds to each if they were told one by one."""
    order = {"prompt": prompt, "n_predict": limit, "temperature": 0, "stream": streamed, "cache_prompt": True}
    times: list[float] = []
    began = time.perf_counter()
    if not streamed:
        done = server.handle_completions(order)
        return {"tokens": done["usage"]["completion_tokens"], "times_s": []}

    def heard(piece: Any) -> None:
        if piece["choices"] and piece["choices"][0]["finish_reason"] is None:
            times.append(time.perf_counter() - began)

    server.handle_completions(order, heard)
    return {"tokens": len(times), "times_s": times}


def main() -> None:
    """Serve until the pipe is closed; llama.cpp's own words go to stderr."""
    outgoing = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    model, slots, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    settings = xllamacpp.CommonParams()
    settings.model.path = model
    settings.n_parallel, settings.n_ctx = slots, slots * CONTEXT
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(settings)
    print(json.dumps({"system": xllamacpp.get_system_info(), "version": xllamacpp.__version__}), file=outgoing, flush=True)
    with ThreadPoolExecutor(slots) as pool:
        for line in sys.stdin:
            order = json.loads(line)
            streamed = len(order["prompts"]) == 1
            began = time.perf_counter()
            asked = [pool.submit(ask, server, prompt, order["max_new_tokens"], streamed) for prompt in order["prompts"]]
            answers = [one.result() for one in asked]
            print(json.dumps({"answers": answers, "seconds": time.perf_counter() - began}), file=outgoing, flush=True)
    # Its server would wait for a loop that nobody ends.
    os._exit(0)


if __name__ == "__main__":
    main()
