"""What a person sees: a real chromium, cut off from every host but the server on loopback.

Screenshots go to the folder that pytest prints with ``--basetemp``, or to $DATELINE_SCREENSHOTS.
"""

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser_tools import ROOT, Watched, serving, watch
from PIL import Image
from playwright.sync_api import Browser, Frame
from sample_events import HOSTILE, write_sample

from geo.frame import read

pytestmark = pytest.mark.browser
ARTICLE = (
    "KUNDUZ, Afghanistan, July 5, 2021 - Taliban fighters attacked Imam Sahib district on Sunday, "
    "killing 12 soldiers, officials said.\n\nThe weather was fine. President Ashraf Ghani visited "
    "Herat on Monday.\n\nThe army said it would send troops to Kandahar next week.\n"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(write_sample(tmp_path_factory.mktemp("events"), 150)) as url:
        yield url


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Watched]]:
    contexts = []

    def open_page(query: str = "", *, url: str | None = None, **options: Any) -> Watched:
        options.setdefault("viewport", {"width": 1366, "height": 768})
        context = browser.new_context(accept_downloads=True, **options)
        contexts.append(context)
        watched = watch(context.new_page())
        watched.page.goto((url or address) + query)
        watched.ready()
        return watched

    yield open_page
    for context in contexts:
        context.close()


def _frame(watched: Watched) -> Frame:
    return next(f for f in watched.page.frames if "streamlit_folium" in f.url)


def _state(watched: Watched) -> dict[str, Any]:
    return _frame(watched).evaluate(
        """() => { const s = Dateline.state, m = s.map, layers = Object.values(m._layers);
        const drawn = layers.filter((l) => l.feature && l.feature.properties &&
          (l.feature.properties.id || l.feature.properties.box || l.feature.properties.zoom));
        return { zoom: m.getZoom(), centre: m.getCenter(), ...s.drawn, selected: s.selected,
          ids: drawn.map((l) => l.feature.properties.id).filter(Boolean).sort(),
          events: drawn.reduce((n, l) => n + (l.options.count || 1), 0), layers: drawn.length }; }"""
    )


def _pixels(watched: Watched) -> np.ndarray:
    shot = watched.page.locator("iframe").first.screenshot()
    return np.asarray(Image.open(BytesIO(shot)).convert("RGB"), dtype=np.int16)


def _nothing_left_the_machine(watched: Watched) -> None:
    foreign = [
        u for u in watched.requests if not u.startswith(("http://127.0.0.1", "data:", "blob:"))
    ]
    assert foreign == []
    assert watched.failures == []


def test_the_slider_changes_the_map_and_keeps_the_view(
    visit: Callable[..., Watched], shots: Path
) -> None:
    watched = visit()
    page = watched.page
    page.screenshot(path=shots / "desktop.png")
    _frame(watched).evaluate("() => { Dateline.state.map.setView([36, 69], 7, {animate: false}); }")
    page.wait_for_timeout(500)
    before, pixels = _state(watched), _pixels(watched)
    assert before["layers"] > 20

    thumb = page.locator(".st-key-time").get_by_role("slider").last
    thumb.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    watched.idle()
    keyed = _state(watched)
    assert 0 < keyed["events"] < before["events"]
    assert (np.abs(_pixels(watched) - pixels).max(axis=2) > 40).sum() > 200
    assert "dates=2021-06-01_2021-07-10" in page.url

    box = page.locator(".st-key-time").get_by_role("slider").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y, steps=8)
    page.mouse.up()
    watched.idle()
    dragged = _state(watched)
    assert 0 < dragged["events"] < keyed["events"]
    assert dragged["zoom"] == before["zoom"] == 7
    assert dragged["centre"] == before["centre"]
    assert len([f for f in page.frames if "streamlit_folium" in f.url]) == 1

    page.get_by_role("button", name="All", exact=True).click()
    watched.idle()
    assert _state(watched)["ids"] == before["ids"]
    _nothing_left_the_machine(watched)


def _click_event(watched: Watched, event: str) -> None:
    """Bring an event's symbol into view, and click where it is drawn."""
    at = _frame(watched).evaluate(
        """(id) => { const m = Dateline.state.map;
        const mark = Object.values(m._layers).find((l) => l._point && l.feature && l.feature.properties.id === id);
        m.setView(mark.getLatLng(), 9, {animate: false});
        const p = m.layerPointToContainerPoint(mark._point); return [p.x, p.y]; }""",
        event,
    )
    watched.page.wait_for_timeout(600)
    box = watched.page.locator("iframe").first.bounding_box()
    assert box is not None
    watched.page.mouse.click(box["x"] + at[0], box["y"] + at[1])
    watched.page.wait_for_selector(".dl-sentence")
    watched.idle()


def _a_point(watched: Watched) -> str:
    return _frame(watched).evaluate(
        """() => Object.values(Dateline.state.map._layers)
        .filter((l) => l._point && l.feature && l.feature.properties.id && !l.options.offset[0])
        .map((l) => l.feature.properties.id).sort().pop()"""
    )


def test_a_click_on_the_map_shows_the_sentence_in_its_article(
    visit: Callable[..., Watched], shots: Path
) -> None:
    watched = visit()
    event = _a_point(watched)
    _click_event(watched, event)
    page = watched.page
    assert f"event={event}" in page.url
    assert _state(watched)["selected"] == event
    sentence = page.locator("mark.dl-sentence").all_inner_texts()
    assert "The column" in "".join(sentence)
    for name, label in (("place", "place"), ("date", "date"), ("action", "action")):
        assert page.locator(f".dl-{name} .dl-tag").first.inner_text() == label
    page.screenshot(path=shots / "desktop-selected.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    main = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    assert main <= 768, "the page must not scroll at 1366 x 768"
    _nothing_left_the_machine(watched)


def _click_row(watched: Watched, row: int) -> None:
    """Click a row of the list, which is in a frame of its own."""
    frame = watched.page.wait_for_selector("iframe[title*=dateline_list]").content_frame()
    assert frame is not None
    frame.get_by_role("option").nth(row).click()


def test_a_row_of_the_list_selects_on_the_map(visit: Callable[..., Watched]) -> None:
    watched = visit()
    _click_row(watched, 1)
    watched.page.wait_for_selector(".dl-sentence")
    watched.idle()
    first = _state(watched)["selected"]
    assert f"event={first}" in watched.page.url
    # Another choice replaces it, and does not come back when the filters change.
    _click_row(watched, 3)
    watched.idle()
    second = _state(watched)["selected"]
    assert second != first
    watched.page.get_by_role("button", name="30 d", exact=True).click()
    watched.idle()
    assert _state(watched)["selected"] == second
    _nothing_left_the_machine(watched)


def test_the_download_is_the_selection(visit: Callable[..., Watched], tmp_path: Path) -> None:
    watched = visit("?type=AID")
    watched.page.get_by_test_id("stPopoverButton").filter(has_text="Download").click()
    for label, suffix in (("GeoJSON", "geojson"), ("CSV", "csv")):
        with watched.page.expect_download() as started:
            watched.page.get_by_role("button", name=label, exact=True).click()
        started.value.save_as(tmp_path / f"events.{suffix}")
    found = json.loads((tmp_path / "events.geojson").read_text(encoding="utf-8"))
    assert found["type"] == "FeatureCollection"
    assert found["features"]
    assert {f["properties"]["event_type"] for f in found["features"]} == {"AID"}
    rows = (tmp_path / "events.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "event_type" in rows[0]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_is_inert(visit: Callable[..., Watched], number: int) -> None:
    everything = "&".join(f"modality={m}" for m in ("actual", "planned", "possible", "denied"))
    watched = visit(f"?event=e{number:04d}&{everything}")
    page = watched.page
    page.wait_for_selector(".dl-article")
    event = f"e{number:04d}"
    # Every tooltip is opened too: that is where text becomes part of the map's page.
    _frame(watched).evaluate(
        "() => Object.values(Dateline.state.map._layers).forEach((l) => l.feature && l.openTooltip && l.openTooltip())"
    )
    page.wait_for_timeout(200)
    for frame in page.frames:
        assert frame.evaluate("window.__hit") is None
    assert page.locator(".dl-article img, .dl-article script").count() == 0
    assert _frame(watched).locator(".leaflet-tooltip img, .leaflet-tooltip script").count() == 0
    shown = page.locator(".dl-article").first.inner_text()
    words = HOSTILE[number].split()[0].replace("\u2028", "")
    assert words[:8] in shown
    assert _state(watched)["selected"] == event
    if number == 3:
        assert page.get_by_text("Open the original").count() == 0
    _nothing_left_the_machine(watched)


def test_a_phone(visit: Callable[..., Watched], shots: Path) -> None:
    watched = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = watched.page
    page.screenshot(path=shots / "phone.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("iframe").first.bounding_box()
    assert box is not None
    assert box["y"] < 300, "the map is on the first screen"
    line = page.locator(".st-key-welcome").bounding_box()
    assert line is not None
    assert line["y"] + line["height"] <= 844, "and so is the line for a first visit"
    page.screenshot(path=shots / "phone-full.png", full_page=True)
    _nothing_left_the_machine(watched)


def test_dark(visit: Callable[..., Watched], shots: Path) -> None:
    watched = visit("?event=e0023", color_scheme="dark")
    watched.page.screenshot(path=shots / "desktop-dark.png")
    assert _pixels(watched).mean() < 80
    _nothing_left_the_machine(watched)


def test_no_match_is_explained_and_undone(visit: Callable[..., Watched], shots: Path) -> None:
    watched = visit("?q=zzz")
    page = watched.page
    page.get_by_text("No event matches. Open the filter on search words").wait_for()
    page.screenshot(path=shots / "no-match.png")
    assert _state(watched)["layers"] == 0
    _frame(watched).evaluate("() => { window.__same = true; }")
    page.get_by_role("button", name="Show all").click()
    watched.idle()
    assert _state(watched)["layers"] > 20
    assert _frame(watched).evaluate("window.__same"), "the map must not be mounted anew"


def test_what_is_not_on_the_map_can_be_listed(visit: Callable[..., Watched], shots: Path) -> None:
    watched = visit()
    page = watched.page
    page.get_by_test_id("stPopoverButton").filter(has_text="Country level: Afghanistan 6").click()
    page.get_by_test_id("stPopoverBody").get_by_text("Afghanistan 6").click()
    watched.idle()
    page.screenshot(path=shots / "tray.png")
    page.get_by_text("6 events not on the map").wait_for()
    page.get_by_role("heading", name="Dateline").click()  # closes the popover
    page.get_by_test_id("stPopoverBody").wait_for(state="detached")
    watched.idle()
    _click_row(watched, 1)
    page.screenshot(path=shots / "tray-chosen.png")
    page.wait_for_selector(".dl-sentence")
    assert page.get_by_text("country only, 6 of 7").count() == 1
    _nothing_left_the_machine(watched)


def test_a_stack_of_events_is_listed_by_a_click(visit: Callable[..., Watched], shots: Path) -> None:
    watched = visit()
    at = _frame(watched).evaluate(
        """() => { const m = Dateline.state.map;
        const stack = Object.values(m._layers).find((l) => l.options.count > 1 && l.feature.properties.box);
        m.setView(stack.getLatLng(), 9, {animate: false});
        const p = m.layerPointToContainerPoint(stack._point); return [p.x, p.y]; }"""
    )
    watched.page.wait_for_timeout(600)
    box = watched.page.locator("iframe").first.bounding_box()
    assert box is not None
    watched.page.mouse.click(box["x"] + at[0], box["y"] + at[1])
    watched.page.get_by_text("events at this point").wait_for()
    watched.page.screenshot(path=shots / "stack.png")
    watched.page.get_by_text("events at this point").click()
    watched.page.get_by_text("events at this point").wait_for(state="detached")
    _nothing_left_the_machine(watched)


def test_online_tiles_are_asked_for_only_when_chosen(visit: Callable[..., Watched]) -> None:
    watched = visit()
    _nothing_left_the_machine(watched)
    frame = _frame(watched)
    frame.get_by_role("button", name="Layers").click()
    frame.get_by_text("OpenStreetMap", exact=True).click()
    watched.idle()
    asked = {
        url.split("/")[2]
        for url in watched.requests
        if not url.startswith(("http://127.0.0.1", "data:", "blob:"))
    }
    assert asked == {"tile.openstreetmap.org"}
    attribution = _frame(watched).locator(".leaflet-control-attribution").inner_text()
    assert "OpenStreetMap contributors" in attribution


def test_below_a_base_path(visit: Callable[..., Watched], tmp_path: Path) -> None:
    with serving(
        write_sample(tmp_path / "few", 40),
        "--server.baseUrlPath",
        "maps/dateline",
        base="/maps/dateline",
    ) as url:
        watched = visit(url=url)
        assert _state(watched)["layers"] > 5
        _nothing_left_the_machine(watched)


def test_a_missing_table_is_explained(browser: Browser, tmp_path: Path, shots: Path) -> None:
    with serving(tmp_path / "nothing") as url:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(url)
        page.get_by_text("No events yet").wait_for(timeout=180_000)
        page.get_by_text("make run").first.wait_for()
        page.screenshot(path=shots / "missing.png")
        page.close()


def test_the_demo(visit: Callable[..., Watched], shots: Path) -> None:
    """The README's screenshots: an event chosen, in the dark, in a hand; a chart; a text added."""
    demo = ROOT / "data" / "demo"
    if not (demo / "events.parquet").exists():
        pytest.fail("the demo is not built: `make demo` builds it", pytrace=False)
    events = read(demo)
    told = events[events["where_prec"].eq(1) & events["modality"].eq("actual")]
    told = told[told["date_text_start"].notna() & told["trigger_start"].notna()]
    told = told[told["location"].eq("Kunduz")] if told["location"].eq("Kunduz").any() else told
    event = told.sort_values(["confidence", "event_id"])["event_id"].iloc[-1]
    with serving(demo) as url:
        for name, query, options in (
            ("dashboard", f"?event={event}", {}),
            ("dashboard-dark", f"?event={event}", {"color_scheme": "dark"}),
            ("dashboard-phone", "", {"viewport": {"width": 390, "height": 844}}),
        ):
            watched = visit(query, url=url, **options)
            watched.page.wait_for_timeout(1500)
            watched.page.screenshot(path=shots / f"{name}.png")
            assert _state(watched)["layers"] > 10
            _nothing_left_the_machine(watched)
        watched = visit(url=url)
        page = watched.page
        page.get_by_role("button", name="Charts").click()
        page.get_by_role("radio", name="Provinces on a map").click()
        page.get_by_text("save it as PNG").wait_for()
        watched.idle()
        page.wait_for_timeout(1500)
        page.screenshot(path=shots / "dashboard-charts.png")
        page.keyboard.press("Escape")
        page.get_by_test_id("stDialog").wait_for(state="detached")
        page.get_by_role("button", name="Add text").click()
        page.get_by_role("textbox", name="Text of a report").fill(ARTICLE)
        page.get_by_role("button", name="Find the events").click()
        page.get_by_text("Sentence by sentence").wait_for(timeout=180_000)
        watched.idle()
        page.wait_for_timeout(1500)
        page.screenshot(path=shots / "dashboard-add.png")
        assert page.locator(".dl-found").count() == 3
        _nothing_left_the_machine(watched)
