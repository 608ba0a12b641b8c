"""What this machine is, and how much memory this process took at most."""

from __future__ import annotations

import os
import platform
import resource
import sys
from functools import cache
from pathlib import Path
from typing import Any

PACKAGES = ("torch", "transformers", "trl", "peft", "bitsandbytes", "datasets", "tokenizers", "safetensors")


@cache
def cpu_flags() -> frozenset[str]:
    """The processor's feature flags as Linux names them; empty where they cannot be read."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return frozenset()
    return next((frozenset(line.partition(":")[2].split()) for line in lines if line.startswith(("flags", "Features"))), frozenset())


def has_bf16() -> bool:
    """Whether the processor multiplies bfloat16 itself; where it does not, bf16 is slower than fp32."""
    return bool(cpu_flags() & {"avx512_bf16", "amx_bf16", "bf16"})


def sees_gpu() -> bool:
    """Whether torch would probably find a GPU; asks the system, not torch, whose loading takes a second."""
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in {"", "-1"}
    return not hidden and any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg"))


def usable_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def peak_memory_mib() -> float:
    """The largest resident size this process has had, in MiB."""
    # getrusage of a child process on Linux counts what its parent was when it started it; VmHWM does not.
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def available_memory_mib() -> float:
    """Memory that this process may still take: what the machine has left, or what its container allows."""
    import psutil

    left = psutil.virtual_memory().available
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii"))
        left = left if limit == "max" else min(left, int(limit) - used)
    except (OSError, ValueError):
        # No container, or one that does not tell.
        pass
    return max(0.0, left / 2**20)


def describe() -> dict[str, Any]:
    """What a figure was measured on."""
    import psutil

    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "processor": _processor_name(),
        "cores": usable_cores(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "bf16_instructions": has_bf16(),
    }


def package_versions() -> dict[str, str]:
    """The installed versions of the libraries that decide a result; imports none of them."""
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str] = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
