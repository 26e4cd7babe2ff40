"""An analyst's session in a real chromium without a network, a screenshot at each step.

Screenshots go to $DATELINE_SCREENSHOTS, or to the folder that pytest prints with ``--basetemp``.
"""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pytest
from browser_tools import MAP_READY, ROOT, Watched, serving, watch
from hostile import GENERATED
from playwright.sync_api import Browser, Frame
from sample_events import sample, write_sample

from geo.frame import write
from geo.sources import write_documents

pytestmark = pytest.mark.browser

AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
ARTICLE = (
    "KUNDUZ, Afghanistan, July 5, 2021 - Taliban fighters attacked Imam Sahib district on Sunday, "
    "killing 12 soldiers, officials said.\n\nThe weather was fine. President Ashraf Ghani visited "
    "Herat on Monday.\n\nThe army said it would send troops to Kandahar next week.\n"
)


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("events"), 150)


@pytest.fixture(scope="module")
def address(events: Path) -> Iterator[str]:
    with serving(events) as url:
        yield url


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Watched]]:
    contexts = []

    def open_page(query: str = "", *, url: str | None = None, **options: Any) -> Watched:
        options.setdefault("viewport", {"width": 1366, "height": 768})
        contexts.append(browser.new_context(accept_downloads=True, **options))
        watched = watch(contexts[-1].new_page())
        watched.page.goto((url or address) + query)
        watched.page.wait_for_function(MAP_READY, timeout=180_000)
        _list(watched).locator("[role=option], .empty").first.wait_for()
        watched.idle()
        return watched

    yield open_page
    for context in contexts:
        context.close()


def _list(watched: Watched) -> Frame:
    frame = watched.page.wait_for_selector("iframe[title*=dateline_list]").content_frame()
    assert frame is not None
    return frame


def _quiet(watched: Watched) -> None:
    """Nothing left the machine, and nothing went wrong."""
    local = ("http://127.0.0.1", "data:", "blob:")
    assert [url for url in watched.requests if not url.startswith(local)] == []
    assert watched.failures == []


def _serious(watched: Watched) -> list[str]:
    """Return axe-core's serious and critical findings in the page and its frames."""
    found = []
    for frame in watched.page.frames:
        frame.evaluate(AXE)
        result = frame.evaluate("() => axe.run(document, { iframes: false })")
        found += [
            f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for one in result["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
    return found


def test_a_session(  # noqa: PLR0915  # one session, step by step
    visit: Callable[..., Watched], shots: Path, tmp_path: Path
) -> None:
    watched = visit()
    page, steps = watched.page, iter(range(1, 99))

    def shot(name: str) -> None:
        page.wait_for_timeout(400)
        page.screenshot(path=shots / f"session-{next(steps):02d}-{name}.png")

    shot("first-visit")
    page.get_by_role("button", name="Got it").click()
    watched.idle()

    # Reading: by the keyboard through the list, then the tabs of the source.
    events = _list(watched).get_by_role("option")
    events.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dl-sentence")
    watched.idle()
    assert events.nth(2).get_attribute("aria-selected") == "true"
    shot("chosen")
    page.get_by_role("radio", name="Why").click()
    page.get_by_text("Why this place?").wait_for()
    watched.idle()
    shot("why")
    page.get_by_role("radio", name="Article").click()
    page.get_by_text("And one more.").wait_for()
    shot("article")
    page.get_by_role("radio", name="Text").click()

    # Filters, their chips, and the address that opens the same view.
    before = _list(watched).locator(".foot span").inner_text()
    page.get_by_text("Assault", exact=False).first.click()
    watched.idle()
    assert _list(watched).locator(".foot").count() == 0 or (
        _list(watched).locator(".foot span").inner_text() != before
    )
    page.get_by_role("textbox", name="Search").fill("kabul")
    page.keyboard.press("Enter")
    watched.idle()
    shot("filtered")
    rows = events.count()
    again = visit("?" + page.url.partition("?")[2])
    assert _list(again).get_by_role("option").count() == rows
    again.page.close()
    page.get_by_text("“kabul” ✕").click()
    watched.idle()
    assert "q=" not in page.url
    page.get_by_role("button", name="Reset").click()
    watched.idle()

    # The list in other orders, and more of it.
    page.get_by_text("By incident").click()
    watched.idle()
    _list(watched).get_by_role("button", name="Show more").click()
    watched.idle()
    assert events.count() == 60
    shot("list")

    # Charts with their data.
    page.get_by_role("button", name="Charts").click()
    page.get_by_text("saves it as PNG or SVG").wait_for()
    page.wait_for_timeout(1200)
    shot("chart")
    with page.expect_download() as started:
        page.get_by_role("button", name="Data as CSV").click()
    started.value.save_as(tmp_path / "time.csv")
    lines = list(csv.reader((tmp_path / "time.csv").read_text(encoding="utf-8").splitlines()))
    assert lines[0] == ["start", "event_type", "events"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Data", exact=True).click()
    page.get_by_text("Licences and attribution").wait_for()
    shot("data")
    page.keyboard.press("Escape")
    page.wait_for_timeout(400)

    # Adding a text: its events on the map at once, checked by sentence, then thrown away.
    page.get_by_role("button", name="Add text").click()
    page.get_by_role("textbox", name="Text of a report").fill(ARTICLE)
    shot("add")
    page.get_by_role("button", name="Find the events").click()
    page.get_by_text("Sentence by sentence").wait_for(timeout=180_000)
    watched.idle()
    shot("added")
    assert page.locator(".dl-found").count() >= 1
    page.get_by_role("button", name="Discard").click()
    watched.idle()
    page.get_by_role("button", name="Close").click()
    watched.idle()

    # Downloads.
    page.get_by_test_id("stPopoverButton").filter(has_text="Download").click()
    shot("download")
    for label, ending in (("GeoJSON", "geojson"), ("GeoParquet", "parquet"), ("KML", "kml")):
        with page.expect_download() as started:
            page.get_by_role("button", name=label, exact=True).click()
        started.value.save_as(tmp_path / f"events.{ending}")
        assert (tmp_path / f"events.{ending}").stat().st_size > 1000
    found = json.loads((tmp_path / "events.geojson").read_text(encoding="utf-8"))
    assert "Happened" in found["filters"]
    assert "GeoNames" in found["attribution"]
    _quiet(watched)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_no_serious_finding(
    visit: Callable[..., Watched], shots: Path, scheme: str
) -> None:
    watched = visit("?event=e0023", color_scheme=scheme)
    watched.page.screenshot(path=shots / f"axe-{scheme}.png")
    found = _serious(watched)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_sizes(visit: Callable[..., Watched], shots: Path, width: int, height: int) -> None:
    watched = visit("?event=e0023", viewport={"width": width, "height": height})
    page = watched.page
    page.screenshot(path=shots / f"size-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width >= 1366:
        main = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        assert main <= height, "the page must not scroll on a desk"
    _quiet(watched)


def test_the_keyboard_reaches_everything_with_a_visible_focus(
    visit: Callable[..., Watched],
) -> None:
    page = visit().page
    reached, unseen = set(), []
    for _ in range(120):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            const ring = [e, e.parentElement, e.parentElement && e.parentElement.parentElement].some((n) => n &&
              (getComputedStyle(n).outlineStyle !== 'none' || getComputedStyle(n).boxShadow !== 'none'
               || getComputedStyle(n).borderColor === 'rgb(0, 97, 154)'));
            return [e.tagName, (e.getAttribute('aria-label') || e.textContent || '').trim().slice(0, 30), ring]; }"""
        )
        reached.add((told[0], told[1]))
        if told[0] not in {"BODY", "IFRAME"} and not told[2]:
            unseen.append(told[:2])
    tags = {tag for tag, _ in reached}
    assert {"BUTTON", "INPUT", "IFRAME"} <= tags
    assert any("Add text" in words for _, words in reached)
    assert unseen == []


def test_hostile_text_runs_nowhere(browser: Browser, tmp_path: Path, shots: Path) -> None:
    """A payload in each surrounding, in list, article, reasons, others, tooltips and address."""
    events, documents = sample(len(GENERATED) + 5)
    texts = {document["doc_id"]: document for document in documents}
    for number, payload in enumerate(GENERATED):
        row = events.index[number]
        for column in ("title", "sentence", "actor1", "location", "source", "where_note"):
            events.loc[row, column] = payload
        for span in ("trigger", "place", "date_text"):
            events.loc[row, [f"{span}_start", f"{span}_end"]] = pd.NA
        events.loc[row, ["sentence_start", "sentence_end"]] = [0, len(payload)]
        texts[events.loc[row, "doc_id"]]["text"] = payload
    write(events, tmp_path / "events.parquet")
    write_documents(documents, tmp_path)
    with serving(tmp_path) as url:
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        watched = watch(context.new_page())
        page = watched.page
        ids = list(events["event_id"].iloc[[0, 7, 23, 60, 90]])
        for event in ids:
            hostile = urlencode({"actor": GENERATED[3], "area": GENERATED[1], "view": GENERATED[2]})
            page.goto(f"{url}?event={event}&modality=&{hostile}")
            page.wait_for_function(MAP_READY, timeout=180_000)
            watched.idle()
            for tab in ("Why", "Others"):
                page.get_by_role("radio", name=tab).click()
                watched.idle()
            for frame in page.frames:
                assert frame.evaluate("window.__hit") is None
        page.screenshot(path=shots / "hostile.png")
        page.get_by_role("button", name="Charts").click()
        page.get_by_text("Who with whom").click()
        page.wait_for_timeout(2500)
        page.screenshot(path=shots / "hostile-chart.png")
        for frame in page.frames:
            assert frame.evaluate("window.__hit") is None
        _quiet(watched)
        context.close()
