"""geo.memory: what is loaded is left alone by the collector, and freed memory can be given back."""

import gc
import sys

import numpy as np
import pytest

from geo import memory


def test_what_is_loaded_is_not_looked_at_again() -> None:
    kept = [[number] for number in range(1000)]
    before = gc.get_freeze_count()
    memory.settle()
    try:
        assert gc.get_freeze_count() > before
        assert not any(known is kept[0] for known in gc.get_objects())
    finally:
        gc.unfreeze()
    assert any(known is kept[0] for known in gc.get_objects())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_freed_memory_is_given_back_but_not_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    class Libc:
        def malloc_trim(self, pad: int) -> None:
            calls.append(pad)

    monkeypatch.setattr(memory, "_LIBC", Libc())
    monkeypatch.setattr(memory, "_LAST", [-100.0])
    clock = iter([0.0, 3.0, 11.0, 12.0])
    monkeypatch.setattr(memory.time, "monotonic", lambda: next(clock))
    for _ in range(4):
        memory.give_back()
    assert calls == [0, 0]


def test_elsewhere_nothing_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_LIBC", None)
    memory.give_back()
    assert np.ones(3).sum() == 3
