"""Where the browser tests leave their screenshots."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give $DATELINE_SCREENSHOTS, or a folder below the one that pytest prints with --basetemp."""
    given = os.environ.get("DATELINE_SCREENSHOTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
