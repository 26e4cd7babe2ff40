"""What the gazetteer takes: shipped size, opening, memory of a process that has it open."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geo import gazetteer as module
from geo.gazetteer import default_gazetteer

SHIPPED = Path(module.__file__).parents[1] / "data" / "gazetteer.sqlite.xz"

# Memory of the process before and after: the modules, then the file open and asked.
_OPEN = """
import json, sys, time
def resident():
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return {key: int(fields[key].split()[0]) / 1024 for key in ("VmRSS", "RssAnon", "VmHWM")}
bare = resident()
from geo.gazetteer import Gazetteer
from pathlib import Path
imported = resident()
began = time.perf_counter()
gazetteer = Gazetteer(Path(sys.argv[1]))
opened = time.perf_counter() - began
found = gazetteer.candidates("Kunduz", country="AFG")
assert found and found[0].place.country == "AFG"
first = time.perf_counter() - began
print(json.dumps({"bare": bare, "imported": imported, "open": resident(),
                  "open_ms": 1000 * opened, "first_answer_ms": 1000 * first}))
"""


def test_shipped_size(benchmark):
    size = benchmark(lambda: SHIPPED.stat().st_size)
    benchmark.extra_info["shipped_mb"] = round(size / 1e6, 2)
    benchmark.extra_info["unpacked_mb"] = round(default_gazetteer().path.stat().st_size / 1e6, 2)
    assert size <= 30e6


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_and_opening_of_a_fresh_process(benchmark):
    path = str(default_gazetteer().path)

    def fresh():
        command = [sys.executable, "-c", _OPEN, path]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    found = benchmark.pedantic(fresh, rounds=3)
    for step in ("bare", "imported", "open"):
        benchmark.extra_info[f"resident_mb_{step}"] = round(found[step]["VmRSS"], 1)
    benchmark.extra_info["own_memory_mb_open"] = round(found["open"]["RssAnon"], 1)
    benchmark.extra_info["peak_mb"] = round(found["open"]["VmHWM"], 1)
    benchmark.extra_info["open_ms"] = round(found["open_ms"], 2)
    benchmark.extra_info["first_answer_ms"] = round(found["first_answer_ms"], 2)
