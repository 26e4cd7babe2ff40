"""Whether anything flickers while time plays or the slider steps: every painted frame is looked at.

    pytest tests/benchmarks/test_dashboard_motion.py -q -s

Chromium sends each frame that it paints. In every one the ground must be there (it is compared with
a picture of the map without events), so must the events, and map, list and slider may not move. Prints
the longest gap between frames; asserts no times. DATELINE_BENCH_EVENTS sets the size (20,000).
"""

import base64
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser_tools import MAP_READY, Watched, serving, watch
from many_events import write_many
from PIL import Image
from playwright.sync_api import Browser, Frame

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EVENTS = int(os.environ.get("DATELINE_BENCH_EVENTS", "20000"))
FOLDER = os.environ.get("DATELINE_BENCH_FOLDER")
SAME = 40  # of 255: what a colour may differ after JPEG and still be the ground's

_PANES = """(seen) => { for (const name of ['overlayPane', 'dateline-player', 'dateline-heat'])
  Dateline.state.map.getPane(name).style.opacity = seen ? '' : '0'; }"""
_RECTS = """() => { const seen = window.__rects = new Set();
  const look = () => { seen.add(JSON.stringify([...document.querySelectorAll('.stMain iframe, .stMain .stSlider')].map((e) => {
    const r = e.getBoundingClientRect(); return [r.left, r.top, r.width, r.height].map(Math.round); })));
    if (window.__rects === seen) requestAnimationFrame(look); };
  look(); }"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = FOLDER and (Path(FOLDER) / "events.parquet").exists()
    folder = Path(FOLDER or "") if given else write_many(tmp_path_factory.mktemp("many"), EVENTS)
    with serving(folder) as url:
        yield url


class Film:
    """The frames of the map that chromium painted while something was done."""

    def __init__(self, watched: Watched) -> None:
        self.watched, self.page = watched, watched.page
        self.map: Frame = next(f for f in self.page.frames if "streamlit_folium" in f.url)
        outer = self.page.locator("iframe[title*='st_folium']").bounding_box()
        inner = self.map.evaluate(
            "(() => { const s = Dateline.state.map.getSize(); return [s.x, s.y]; })()"
        )
        assert outer is not None
        left, top = int(outer["x"]) + 2, int(outer["y"]) + 2
        self.part = (left, top, left + inner[0] - 4, top + inner[1] - 4)
        self.map.evaluate(_PANES, False)
        self.page.wait_for_timeout(500)
        self.ground = self._cut(self.page.screenshot())
        self.map.evaluate(_PANES, True)
        self.page.wait_for_timeout(500)

    def _cut(self, picture: bytes) -> np.ndarray:
        with Image.open(io.BytesIO(picture)) as image:
            return np.asarray(image.convert("RGB").crop(self.part), dtype=np.int16)

    def of(self, act: Callable[[], None]) -> tuple[np.ndarray, np.ndarray]:
        """Return of each frame the share that is ground, and the share that is not: the events."""
        session = self.page.context.new_cdp_session(self.page)
        pictures: list[str] = []

        def painted(event: dict[str, Any]) -> None:
            pictures.append(event["data"])
            session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

        session.on("Page.screencastFrame", painted)
        session.send("Page.startScreencast", {"format": "jpeg", "quality": 90})
        self.page.evaluate(_RECTS)
        act()
        moved = self.page.evaluate(
            "(() => { const n = window.__rects; window.__rects = null; return [...n]; })()"
        )
        session.send("Page.stopScreencast")
        session.detach()
        assert len(moved) == 1, f"the page moved: {moved}"
        cut = [self._cut(base64.b64decode(picture)) for picture in pictures]
        same = [(abs(picture - self.ground).max(axis=2) <= SAME).mean() for picture in cut]
        return np.array(same), 1 - np.array(same)


def _told(what: str, ground: np.ndarray, marks: np.ndarray, gaps: list[float] | None = None) -> str:
    text = f"{what}: {len(ground)} frames, ground at least {ground.min():.0%}, events at least {marks.min():.1%}"
    return text + (f", longest gap {max(gaps):.0f} ms" if gaps else "")


def test_nothing_flickers(
    browser: Browser, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    watched = watch(page)
    page.goto(address)
    page.wait_for_function(MAP_READY, timeout=300_000)
    watched.idle()
    page.wait_for_timeout(1000)
    film = Film(watched)

    def steps() -> None:
        page.get_by_role("slider", name="Dates").last.focus()
        for _ in range(5):
            page.keyboard.press("ArrowLeft")
            watched.idle()

    def play() -> None:
        film.map.locator("button[aria-label='Play']").click()
        film.map.wait_for_function(
            "Dateline.player.state.active && Dateline.player.state.stats.frames > 20",
            timeout=120_000,
        )
        page.wait_for_timeout(4000)
        film.map.locator("button[aria-label='Pause']").click()
        film.map.wait_for_function(
            "!Dateline.player.state.active && !Dateline.player.state.awaiting", timeout=60_000
        )
        watched.idle()

    stepped, played = film.of(steps), film.of(play)
    gaps = film.map.evaluate("Dateline.player.state.stats.gaps.slice(5)")
    with capsys.disabled():
        print()  # noqa: T201  # the figures are what this is for
        print(_told("slider steps", *stepped))  # noqa: T201
        print(_told("playing", *played, gaps))  # noqa: T201
    for ground, marks in (stepped, played):
        assert len(ground) >= 5
        assert ground.min() > 0.5, "a frame without the ground"
        assert marks.min() > 0.25 * np.median(marks), "a frame without events"
    # It can fail: without the panes of the events a frame has none.
    film.map.evaluate(_PANES, False)
    page.wait_for_timeout(300)
    bare = abs(film._cut(page.screenshot()) - film.ground).max(axis=2) <= SAME
    assert 1 - bare.mean() < 0.25 * np.median(stepped[1])
    assert watched.failures == []
    page.close()
