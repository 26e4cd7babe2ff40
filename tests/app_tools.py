"""The app without a browser: opened by Streamlit's AppTest."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[1] / "app.py"


def opener(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *, timeout: float
) -> Callable[..., AppTest]:
    """Return what opens the app on a folder, or another path, with a query in the address."""
    # AppTest leaves the app as `__main__`, which a worker process of a later test would run.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr("sys.argv", ["app.py"])

    def run(path: Path = folder, **query: Any) -> AppTest:
        monkeypatch.setenv("DATELINE_EVENTS", str(path))
        at = AppTest.from_file(str(APP), default_timeout=timeout)
        for name, value in query.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception
        return at

    return run
