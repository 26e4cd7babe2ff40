"""How long a person waits for the events of a text of 1,000 words to be on the map.

    pytest tests/benchmarks/test_adding_speed.py -q -s

From the click that begins the reading to the second frame after the map has drawn the new events,
in a real chromium; the first reading of a server, which loads the models, is told apart. Also the
processor time of the server, which a busy machine does not change. DATELINE_BENCH_STEPS readings.
"""

import os
import re
import statistics
import time
from pathlib import Path

import pytest
from browser_tools import MAP_READY, ROOT, serving, watch
from playwright.sync_api import Browser, Frame
from sample_events import write_sample

pytestmark = [pytest.mark.browser, pytest.mark.slow]
READINGS = max(2, int(os.environ.get("DATELINE_BENCH_STEPS", "6")))
WORDS = 1000

_ARM = """() => { const frame = [...document.querySelectorAll('iframe')]
    .find((f) => { try { return f.contentWindow.Dateline; } catch (e) { return false; } });
  window.__took = null;
  const fresh = () => { const d = frame.contentWindow.Dateline.state.data; return d.features.filter((f) => f[7]).length; };
  document.addEventListener('click', () => { const start = performance.now();
    const look = () => fresh() === 0 ? requestAnimationFrame(look)
      : requestAnimationFrame(() => requestAnimationFrame(() => { window.__took = [performance.now() - start, fresh()]; }));
    look(); }, { once: true, capture: true }); }"""


def _article() -> str:
    """A text of `WORDS` words out of the sample dispatches, the same each time."""
    words: list[str] = []
    for file in sorted((ROOT / "data" / "dispatches").glob("2021-07-*.md")):
        body = re.sub(r"\A---.*?---", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        words += [*body.split(" "), "\n\n"]
        if sum(map(bool, map(str.strip, words))) >= WORDS:
            break
    return " ".join(words[: WORDS + 20])


def _processor(port: str) -> float:
    """Seconds of processor time of the server on that port; 0 where it cannot be read."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"--server.port\0{port}\0" in (process / "cmdline").read_text():
                return time.clock_gettime((~int(process.name) << 3) | 2)
        except OSError:
            continue
    return 0.0


def test_a_text_of_a_thousand_words_is_on_the_map(
    browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, took, spent = _article(), [], []
    assert 950 <= len(text.split()) <= 1100
    with serving(write_sample(tmp_path, 150)) as url:
        port = url.split(":")[-1].strip("/")
        watched = watch(browser.new_page(viewport={"width": 1366, "height": 768}))
        page = watched.page
        page.goto(url)
        page.wait_for_function(MAP_READY, timeout=300_000)
        watched.idle()
        frame: Frame = next(f for f in page.frames if "streamlit_folium" in f.url)
        found = 0
        for _ in range(READINGS + 1):
            page.get_by_role("button", name="Add text").click()
            box = page.get_by_role("textbox", name="Text of a report")
            box.fill(text)
            box.blur()
            watched.idle()
            page.wait_for_timeout(500)
            page.evaluate(_ARM)
            before = _processor(port)
            page.get_by_role("button", name="Find the events").click()
            page.wait_for_function("() => window.__took !== null", timeout=180_000)
            ms, found = page.evaluate("window.__took")
            took.append(ms)
            spent.append(1000 * (_processor(port) - before))
            watched.idle()
            page.get_by_role("button", name="Discard").click()
            frame.wait_for_function(
                "Dateline.state.data.features.every((f) => !f[7])", timeout=60_000
            )
            watched.idle()
            page.get_by_role("button", name="Close").first.click()
            watched.idle()
        page.close()
    with capsys.disabled():
        print(  # noqa: T201  # the figures are what this is for
            f"\n{len(text.split())} words to {found} events on the map: median "
            f"{statistics.median(took[1:]):.0f} ms (n={READINGS}), of the server's processor "
            f"{statistics.median(spent[1:]):.0f} ms; the first of a server {took[0]:.0f} ms"
        )
    assert found > 0
    assert watched.failures == []
