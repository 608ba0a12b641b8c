"""What this machine can do for an assistant, and what is on: for `assistant doctor`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from assistant.core.allocator import can_keep_memory, preloaded_allocator
from assistant.core.home import user_cache
from assistant.core.machine import available_memory_mib, describe, has_bf16, package_versions, sees_gpu


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: What.
        state: What was found.
        advice: What would be better; empty where nothing would.
    """

    about: str
    state: str
    advice: str = ""


def examine() -> list[Finding]:
    """Look at the machine; loads no model and imports nothing heavy."""
    machine = describe()
    gpu = sees_gpu()
    fast = find_spec("openvino_genai") is not None
    return [
        Finding("machine", f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB; {machine['system']}"),
        Finding("memory", f"{available_memory_mib():,.0f} MiB available"),
        Finding("GPU", "a device is there; torch decides whether it can use it" if gpu else "none in sight"),
        Finding("bfloat16", *_bf16()),
        Finding("answers", *_answers(gpu, fast)),
        Finding("allocator", *_allocator()),
        Finding("threads", os.environ.get("OMP_NUM_THREADS", "as many as cores")),
        Finding("cache", str(user_cache())),
        Finding("libraries", ", ".join(f"{name} {version}" for name, version in package_versions().items())),
    ]


def _bf16() -> tuple[str, str]:
    if has_bf16():
        return "multiplied by the processor itself: training and transformers use it", ""
    return "not multiplied by this processor: fp32 is used", "A processor with AVX512-BF16, AMX or ARM's bf16 trains about twice as fast."


def _answers(gpu: bool, fast: bool) -> tuple[str, str]:
    if gpu:
        return "transformers, on the GPU", ""
    if fast:
        return "openvino where it reads the architecture of the base, else transformers", ""
    return "transformers: openvino-genai is not installed", "`pip install openvino-genai` answers several times as fast."


def _allocator() -> tuple[str, str]:
    preloaded = preloaded_allocator()
    if preloaded:
        return f"{preloaded}, preloaded", ""
    if can_keep_memory():
        return "the C library's own, told to keep what training frees", ""
    advice = "Preload tcmalloc (LD_PRELOAD) for trainings, if the system has it." if Path("/proc").exists() else ""
    return "the C library's own, which cannot be told to keep what training frees", advice
