"""Tells the C library to keep memory that training frees, instead of giving it back and asking for it again at every step.

About a third of the time of a training on a CPU is otherwise the kernel handing out and clearing pages.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

# Parameters of glibc's mallopt(3).
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4
_KEPT_BYTES = 2**31 - 1
_TOP_PAD_BYTES = 64 * 2**20


def give_back_memory() -> bool:
    """Give the system what was freed so far, once; returns whether this C library can do so."""
    library = _c_library()
    return library is not None and hasattr(library, "malloc_trim") and bool(library.malloc_trim(0))


def keep_memory() -> bool:
    """Keep freed memory for the next allocation; returns whether this C library could be told so."""
    library = _c_library()
    if library is None or not can_keep_memory():
        return False
    settings = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, _KEPT_BYTES), (_TOP_PAD, _TOP_PAD_BYTES))
    return all(library.mallopt(parameter, value) for parameter, value in settings)


def can_keep_memory() -> bool:
    """Whether this C library can be told to keep memory."""
    return hasattr(_c_library(), "mallopt")


def preloaded_allocator() -> str | None:
    """The allocator that was loaded before the C library's own (tcmalloc, jemalloc, mimalloc); None for none."""
    try:
        mapped = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return next((name for name in ("tcmalloc", "jemalloc", "mimalloc") if f"lib{name}" in mapped), None)


def _c_library() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL("libc.so.6")
    except OSError:
        return None
