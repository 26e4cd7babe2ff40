"""What a server does with memory once a large table is loaded.

Making a table ready takes several times what it keeps. What is left of that would stay with the
process, and Streamlit, which collects garbage after every run of the page, would look at each of
the loaded objects again each time (0.1 s a run).
"""

import ctypes
import gc
import time
from typing import Final

_M_ARENA_MAX: Final = -8  # from glibc's malloc.h
_ARENAS: Final = 2


def settle() -> None:
    """Give back what loading took, and have the garbage collector leave alone what was loaded.

    Streamlit runs each visit in threads of its own, and glibc gives each thread a heap of its own
    that keeps the largest arrays ever made in it: with two heaps for all threads a visitor costs
    less.
    """
    gc.collect()
    gc.freeze()  # these live as long as the server: one look at them was enough
    if _LIBC is not None:
        _LIBC.mallopt(_M_ARENA_MAX, _ARENAS)
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
