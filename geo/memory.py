"""What a server does with memory once a large table is loaded.

Making a table ready takes several times what it keeps. What is left of that would stay with the
process, and Streamlit, which collects garbage after every run of the page, would look at each of
the loaded objects again each time (0.1 s a run).
"""

import ctypes
import gc
import time
from typing import Final

_M_TRIM_THRESHOLD: Final = -1  # from glibc's malloc.h
_M_ARENA_MAX: Final = -8
_ARENAS: Final = 2
_TRIM: Final = 128 * 1024  # bytes


def spare() -> None:
    """Have large arrays go back to the operating system when they are freed; before any is made.

    Streamlit runs each visit in threads of its own, and glibc gives each thread a heap of its own
    that keeps the largest arrays ever made in it: with two heaps for all threads a visitor costs
    less. And glibc keeps ever larger freed blocks for itself unless its limit is set: with a
    million events and one visitor a server has 482 MB, without it 581.
    """
    if _LIBC is not None:
        _LIBC.mallopt(_M_ARENA_MAX, _ARENAS)
        _LIBC.mallopt(_M_TRIM_THRESHOLD, _TRIM)


def settle() -> None:
    """Give back what loading took, and have the garbage collector leave alone what was loaded."""
    gc.collect()
    gc.freeze()  # these live as long as the server: one look at them was enough
    give_back()


def give_back() -> None:
    """Return freed memory to the operating system, but not more often than every ten seconds.

    Only on Linux with glibc. It takes some milliseconds, and memory that is used again some more.
    """
    now = time.monotonic()
    if _LIBC is not None and now - _LAST[0] > _PAUSE:
        _LAST[0] = now
        _LIBC.malloc_trim(0)


def _libc() -> ctypes.CDLL | None:
    try:
        found = ctypes.CDLL("libc.so.6")
    except OSError:
        return None  # another system
    return found if hasattr(found, "malloc_trim") else None


_LIBC: Final = _libc()
_PAUSE: Final = 10.0  # seconds
_LAST: Final = [-_PAUSE]
