"""Fixtures that tests of several folders share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_tools import CHROMIUM, FLAGS
from hypothesis import Phase, settings
from online_tools import Server
from playwright.sync_api import Browser, sync_playwright

# The same examples on every run, and no limit of time for each: a slow machine is no failure. A
# failing table of 71 columns is told as found: making it smaller takes minutes.
settings.register_profile(
    "dateline",
    deadline=None,
    derandomize=True,
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
settings.load_profile("dateline")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium a module: Playwright's loop must be gone before other tests start theirs."""
    if not Path(CHROMIUM).exists():
        pytest.fail(
            f"no browser at {CHROMIUM}: run `apt-get install chromium`, "
            "or set DATELINE_CHROMIUM to one",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A stand-in for Nominatim on loopback."""
    server = Server()
    yield server
    server.stop()
