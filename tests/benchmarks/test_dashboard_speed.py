"""How fast the dashboard answers with many events, beside the usual ways to draw them.

    pytest tests/benchmarks/test_dashboard_speed.py -q -s

DATELINE_BENCH_EVENTS sets the size (default 100,000; issue 6 asks for 1,000,000), and
DATELINE_BENCH_PEERS=1 measures folium markers, pydeck and st.map in the same run: how long until
their page has what a step of the slider changes, which is a lower bound of what they take to
paint. Prints medians of 20 with the 95th percentile; asserts only what a busy machine cannot
fail: what is sent, that playing sends nothing, and that the view stays.
"""

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from browser_tools import MAP_READY, ROOT, serving, watch
from many_events import write_many
from playwright.sync_api import Browser, Error, Frame, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EVENTS = int(os.environ.get("DATELINE_BENCH_EVENTS", "100000"))
STEPS = int(os.environ.get("DATELINE_BENCH_STEPS", "20"))
SENT = 200_000  # bytes; the bound of design.md's scale section for one interaction
SIZE = {"width": 1366, "height": 768}

# From the key press to the second frame after the new layer is there.
_ARM = """() => { const top = window, frame = [...document.querySelectorAll('iframe')]
    .find((f) => { try { return f.contentWindow.Dateline; } catch (e) { return false; } });
  const drawn = () => frame.contentWindow.Dateline.state.drawn.revision, before = drawn();
  top.__took = null;
  document.addEventListener('keydown', () => { const start = performance.now();
    const look = () => drawn() === before ? requestAnimationFrame(look)
      : requestAnimationFrame(() => requestAnimationFrame(() => { top.__took = performance.now() - start; }));
    look(); }, { once: true, capture: true }); }"""
# The same until the server's own drawing of those days, which can be read and clicked.
_ARM_ANSWER = _ARM.replace("drawn() === before", "drawn() === before || ahead()").replace(
    "const drawn", "const ahead = () => frame.contentWindow.Dateline.state.drawn.ahead, drawn"
)
_MOVE = """(k) => new Promise((done) => { const s = Dateline.state, before = s.drawn.revision, start = performance.now();
  const look = () => s.drawn.revision === before ? requestAnimationFrame(look)
    : requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
  s.map.once('moveend', look);
  if (k % 2) s.map.panBy([k % 4 === 1 ? 260 : -260, 40], { animate: false });
  else s.map.setZoom(s.map.getZoom() + (k % 4 ? -1 : 1), { animate: false }); })"""


def _told(name: str, values: list[float], unit: str = "ms") -> str:
    low = sorted(values)
    worst = low[max(0, -(-95 * len(low) // 100) - 1)]
    return (
        f"{name}: median {statistics.median(low):.0f} {unit}, p95 {worst:.0f} {unit} (n={len(low)})"
    )


def _memory(port: str) -> dict[str, int]:
    """MB of the server's process on that port: all, and without the mapped file's pages."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text()
            if f"--server.port\0{port}\0" not in command:
                continue
            lines = (process / "status").read_text().splitlines()
        except OSError:
            continue
        values = {
            line.split(":")[0]: line.split()[1]
            for line in lines
            if line.startswith(("VmRSS", "Rss"))
        }
        return {name: int(value) // 1024 for name, value in values.items()}
    return {}


class _Out:
    """Prints each figure as it comes, so that a run that breaks off has said something."""

    def append(self, line: str) -> None:
        print(line, flush=True)  # noqa: T201  # the figures are what this is for


def _frame(page: Page) -> Frame:
    return next(f for f in page.frames if "streamlit_folium" in f.url)


def _steps(page: Page, arm: str, idle: Callable[[], None]) -> list[float]:
    page.get_by_role("slider", name="Dates").last.focus()
    times = []
    for _ in range(STEPS):
        page.evaluate(arm)
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("() => window.__took !== null", timeout=180_000)
        times.append(page.evaluate("window.__took"))
        idle()
    return times


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = os.environ.get("DATELINE_BENCH_FOLDER")
    if given and (Path(given) / "events.parquet").exists():
        return Path(given)
    return write_many(Path(given) if given else tmp_path_factory.mktemp("many"), EVENTS)


def test_the_dashboard_with_many_events(  # noqa: PLR0915  # one visit, figure after figure
    browser: Browser, folder: Path
) -> None:
    out = _Out()
    out.append(f"\n{EVENTS:,} events")
    with serving(folder) as url:
        port = url.split(":")[-1].strip("/")
        page = browser.new_page(viewport=SIZE)
        page.goto(url)
        page.wait_for_function(MAP_READY, timeout=300_000)
        out.append(f"first map, first visit of all: {page.evaluate('performance.now()'):.0f} ms")
        page.close()
        first = []
        for _ in range(max(3, STEPS // 4)):
            page = browser.new_page(viewport=SIZE)
            page.goto(url)
            page.wait_for_function(MAP_READY, timeout=120_000)
            first.append(page.evaluate("performance.now()"))
            page.close()
        out.append(_told("first map, warm server", first))
        time.sleep(2)
        watched = watch(browser.new_page(viewport=SIZE))
        page = watched.page
        page.goto(url)
        watched.ready()
        page.wait_for_timeout(2000)
        one = _memory(port)
        sent: list[float] = []

        def idle() -> None:
            watched.idle()
            sent.append(watched.received - sum(sent) - start)

        start = watched.received
        out.append(_told("slider to paint", _steps(page, _ARM, idle)))
        ahead = _frame(page).evaluate("Dateline.player.slider.steps")
        out.append(f"of these drawn before the server answered: {ahead} of {STEPS}")
        out.append(_told("slider to the server's answer", _steps(page, _ARM_ANSWER, idle)))
        del sent[STEPS:]
        out.append(_told("sent a step", [n / 1000 for n in sent], "kB"))
        frame = _frame(page)
        moves, moved = [], []
        for k in range(STEPS):
            before = watched.received
            moves.append(frame.evaluate(_MOVE, k))
            watched.idle()
            moved.append((watched.received - before) / 1000)
        out.append(_told("pan or zoom to repaint", moves))
        out.append(_told("sent a move", moved, "kB"))
        assert max(sent) < SENT
        assert max(moved) * 1000 < SENT

        view = frame.evaluate("Dateline.viewNow()")
        frame.locator("button[aria-label='Play']").click()
        frame.wait_for_function("Dateline.player.state.active", timeout=120_000)
        page.wait_for_timeout(3000)
        watched.idle()
        before = watched.received
        page.wait_for_timeout(8000)
        assert watched.received == before, "playing asks nothing of the server"
        gaps, ms = frame.evaluate(
            "(() => { const s = Dateline.player.state.stats; return [s.gaps.slice(30), s.ms]; })()"
        )
        out.append(_told("frame while playing", gaps) + f", longest gap {max(gaps):.0f} ms")
        out.append(f"frames a second while playing: median {1000 / statistics.median(gaps):.0f}")
        out.append(_told("of that our drawing", ms))
        frame.locator("button[aria-label='Pause']").click()
        watched.idle()
        assert frame.evaluate("Dateline.viewNow()") == view
        assert watched.failures == []
        worn = _memory(port)
        others = [browser.new_page(viewport=SIZE) for _ in range(4)]
        for other in others:
            other.goto(url)
            other.wait_for_function(MAP_READY, timeout=120_000)
        page.wait_for_timeout(2000)
        many = _memory(port)
        if one and many:
            each = (many["VmRSS"] - worn["VmRSS"]) / 4
            out.append(
                f"server memory, one visitor: {one}, after these steps: {worn}; each further: {each:.0f} MB"
            )
        for other in others:
            other.close()
        page.close()


# For the peers: until their page tells the new number, and two frames more.
_ARM_PEER = """() => { const told = () => [...document.querySelectorAll('p')].map((p) => p.textContent).find((t) => t.endsWith(' shown'));
  const before = told();
  window.__took = null;
  document.addEventListener('keydown', () => { const start = performance.now();
    const look = () => told() === before ? requestAnimationFrame(look)
      : requestAnimationFrame(() => requestAnimationFrame(() => { window.__took = performance.now() - start; }));
    look(); }, { once: true, capture: true }); }"""
LIMIT = 90  # seconds; who has not answered by then has given its result


@pytest.mark.skipif("DATELINE_BENCH_PEERS" not in os.environ, reason="minutes, and gigabytes")
@pytest.mark.parametrize("kind", ["pydeck", "map", "markers"])
def test_the_usual_ways(browser: Browser, folder: Path, kind: str) -> None:
    """Until a step's data are in the page; that these draw it too comes on top."""
    app = str(ROOT / "tests" / "benchmarks" / "peer_app.py")
    out, took = _Out(), []
    # A server that is busy with a million markers does not end when it is told to, but later.
    late = suppress(subprocess.TimeoutExpired)
    with late, serving(folder / "events.parquet", app=app, more=(kind,)) as url:
        page = browser.new_page(viewport=SIZE)
        page.set_default_timeout(LIMIT * 1000)
        start = time.monotonic()
        try:
            page.goto(url)
            page.get_by_text(" shown").wait_for()
            page.wait_for_timeout(3000)
            out.append(f"{kind}: first data in the page {time.monotonic() - start - 3:.1f} s")
            page.get_by_role("slider").last.focus()
            start = time.monotonic()
            while len(took) < STEPS and time.monotonic() - start < LIMIT:
                page.evaluate(_ARM_PEER)
                page.keyboard.press("ArrowLeft")
                page.wait_for_function("() => window.__took !== null", timeout=LIMIT * 1000)
                took.append(page.evaluate("window.__took"))
                page.wait_for_timeout(1000)
        except Error as error:  # it hung, or the page died: that is its result
            out.append(
                f"{kind}: broke off after {LIMIT} s or less: {error.message.splitlines()[0]}"
            )
        with suppress(Error):
            page.close()
        if took:
            out.append(f"{kind}: {_told('slider to data in the page', took)}")
