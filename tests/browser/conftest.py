"""What the browser tests share: pages that remember, and a folder for their screenshots."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_tools import MAP_READY, Watched, list_frame, watch
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give $DATELINE_SCREENSHOTS, or a folder below the one that pytest prints with --basetemp."""
    given = os.environ.get("DATELINE_SCREENSHOTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Watched]]:
    """Give what opens the page of the module's `address`, or of another, and waits for it."""
    contexts = []

    def open_page(query: str = "", *, url: str | None = None, **options: Any) -> Watched:
        options.setdefault("viewport", {"width": 1366, "height": 768})
        contexts.append(browser.new_context(accept_downloads=True, **options))
        watched = watch(contexts[-1].new_page())
        watched.page.goto((url or request.getfixturevalue("address")) + query)
        watched.page.wait_for_function(MAP_READY, timeout=180_000)
        list_frame(watched).locator("[role=option], .empty").first.wait_for()
        watched.idle()
        return watched

    yield open_page
    for context in contexts:
        context.close()
