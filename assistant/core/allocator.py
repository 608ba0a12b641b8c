"""Tells the C library to keep memory that training frees, instead of giving it back and asking for it again at every step.

About a third of the time of a training on a CPU is otherwise the kernel handing out and clearing pages.
"""

from __future__ import annotations

import ctypes
import sys

# Parameters of glibc's mallopt(3).
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4
_KEPT_BYTES = 2**31 - 1
_TOP_PAD_BYTES = 64 * 2**20


def keep_memory() -> bool:
    """Keep freed memory for the next allocation; returns whether this C library could be told so."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return False
    return all(mallopt(parameter, value) for parameter, value in ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, _KEPT_BYTES), (_TOP_PAD, _TOP_PAD_BYTES)))
