"""The browser and the sample table are shared with the benchmarks: they stand in tests/."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser_tools import browser  # noqa: F401
