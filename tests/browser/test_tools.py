"""The tools of the map in a real chromium: measure, areas, a place, picture, heat, stacks."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser_tools import Watched, look_at, map_frame, on_page, quiet, serving, shown
from PIL import Image
from pyproj import Geod
from sample_events import sample, write_sample

from geo.filters import Filters, mask

pytestmark = pytest.mark.browser
EVENTS, _ = sample(150)
KABUL, KUNDUZ = (69.1723, 34.5289), (68.8570, 36.7290)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(write_sample(tmp_path_factory.mktemp("events"), 150)) as url:
        yield url


def _tool(watched: Watched, name: str) -> None:
    map_frame(watched).get_by_role("button", name=name, exact=True).click()


def _hint(watched: Watched) -> str:
    found = map_frame(watched).locator(".dateline-hint:not([hidden])")
    return found.inner_text() if found.count() else ""


def _click(watched: Watched, *places: tuple[float, float]) -> None:
    for place in places:
        watched.page.mouse.click(*on_page(watched, *place))
        watched.page.wait_for_timeout(350)  # two clicks at once would be a double click


def test_a_distance_is_measured_and_goes(visit: Callable[..., Watched], shots: Path) -> None:
    watched = visit()
    look_at(watched, 68, 35.5, 6)
    _tool(watched, "Measure a distance")
    assert "Click points" in _hint(watched)
    start, end = (63.0, 36.0), (66.0, 33.0)  # nothing happened there
    _click(watched, start, end)
    wanted = Geod(ellps="WGS84").inv(*start, *end)[2] / 1000
    assert float(_hint(watched).partition(" km")[0]) == pytest.approx(wanted, rel=0.01)
    watched.page.screenshot(path=shots / "measure.png")
    watched.page.keyboard.press("Enter")
    label = map_frame(watched).locator(".dateline-label")
    assert float(label.inner_text().removesuffix(" km")) == pytest.approx(wanted, rel=0.01)
    assert _hint(watched) == ""
    watched.page.keyboard.press("Escape")
    label.wait_for(state="detached")
    # Events lie in Kabul: a click that measures chooses none of them, one that does not does.
    _tool(watched, "Measure a distance")
    _click(watched, KABUL)
    watched.page.keyboard.press("Escape")
    watched.idle()
    assert "event=" not in watched.page.url
    watched.page.wait_for_timeout(500)
    _click(watched, KABUL)
    watched.page.wait_for_selector(".dl-sentence")
    quiet(watched)


def test_a_rectangle_filters_and_its_chip_removes_it(
    visit: Callable[..., Watched], shots: Path
) -> None:
    watched = visit()
    look_at(watched, 68, 35.5, 6)
    before, page = shown(watched), watched.page
    _tool(watched, "Filter by a rectangle")
    page.mouse.move(*on_page(watched, 67.5, 38))
    page.mouse.down()
    page.mouse.move(*on_page(watched, 69, 37), steps=4)
    page.mouse.move(*on_page(watched, 71, 36), steps=4)
    page.mouse.up()
    page.get_by_text("drawn area ✕").wait_for()
    watched.idle()
    page.screenshot(path=shots / "rectangle.png")
    ring = ((67.5, 36.0), (71.0, 36.0), (71.0, 38.0), (67.5, 38.0))
    assert abs(shown(watched) - mask(EVENTS, Filters(area=ring)).sum()) <= 1  # a pixel's width
    assert 0 < shown(watched) < before
    assert "event=" not in page.url
    assert map_frame(watched).evaluate("Dateline.state.data.area.length") == 4
    page.get_by_text("drawn area ✕").click()
    watched.idle()
    assert shown(watched) == before
    assert map_frame(watched).evaluate("Dateline.state.data.area.length") == 0
    quiet(watched)


def test_an_area_filters_and_escape_leaves_it_as_it_was(visit: Callable[..., Watched]) -> None:
    watched = visit()
    look_at(watched, 68, 35.5, 6)
    _tool(watched, "Filter by an area")
    _click(watched, (66.2, 38), (71, 38), (71, 36), (66.2, 36))
    watched.page.keyboard.press("Enter")
    watched.page.get_by_text("drawn area ✕").wait_for()
    watched.idle()
    few, link = shown(watched), watched.page.url
    ring = ((66.2, 38.0), (71.0, 38.0), (71.0, 36.0), (66.2, 36.0))
    assert abs(few - mask(EVENTS, Filters(area=ring)).sum()) <= 1
    # A second one that is given up: the first stays in force, and on the map.
    _tool(watched, "Filter by an area")
    _click(watched, (60, 30), (62, 30))
    watched.page.keyboard.press("Escape")
    watched.idle()
    assert _hint(watched) == ""
    assert (shown(watched), watched.page.url) == (few, link)
    assert map_frame(watched).evaluate("Boolean(Dateline.tools.state.area._map)")
    again = visit("?" + link.partition("?")[2])
    assert shown(again) == few, "the address holds it"
    quiet(watched)


def test_the_map_flies_to_a_place_and_marks_it(visit: Callable[..., Watched], shots: Path) -> None:
    watched = visit(reduced_motion="reduce")
    page, frame = watched.page, map_frame(watched)
    box = page.get_by_role("textbox", name="Find a place on the map")
    box.fill("Kandahar")
    box.press("Enter")
    frame.get_by_text("Kandahar", exact=False).first.wait_for(timeout=60_000)
    watched.idle()
    page.screenshot(path=shots / "place.png")
    centre = frame.evaluate(
        "(() => { const c = Dateline.state.map.getCenter(); return [c.lng, c.lat]; })()"
    )
    assert centre == pytest.approx([65.7, 31.6], abs=1.0)
    assert frame.evaluate("Dateline.state.map.getZoom()") >= 7
    box.fill("Qqqqzzzx")
    box.press("Enter")
    page.get_by_text("No place of that name.").wait_for()
    moved = frame.evaluate("Dateline.state.map.getCenter().lng")
    assert moved == pytest.approx(centre[0]), "and the map stays where it is"
    quiet(watched)


def test_a_picture_of_the_map_is_saved_with_its_attribution(
    visit: Callable[..., Watched], tmp_path: Path, shots: Path
) -> None:
    watched = visit("?type=AID")
    with watched.page.expect_download() as started:
        _tool(watched, "Save a picture of the map")
    assert started.value.suggested_filename == "dateline-map.png"
    started.value.save_as(shots / "picture.png")
    with Image.open(shots / "picture.png") as picture:
        wide, tall = picture.size
        colours = picture.convert("RGB").getcolors(1 << 24)
        foot = picture.convert("L").crop((0, tall - 60, wide, tall))
    frame = map_frame(watched).evaluate(
        "(() => { const s = Dateline.state.map.getSize(); return [s.x, s.y]; })()"
    )
    assert wide == 2 * frame[0], "sharp enough for paper"
    assert tall > 2 * frame[1], "with lines below: what is shown, and whose data"
    assert colours is not None
    assert len(colours) > 50, "a map, and not an empty canvas"
    aid = sum(n for n, (r, g, b) in colours if abs(r) + abs(g - 158) + abs(b - 115) < 12)
    assert aid > 800, "the events lie on it"
    low, high = foot.getextrema()
    assert (low < 100, high) == (True, 255), "dark words on white"
    quiet(watched)


def test_heat_takes_the_place_of_the_marks(visit: Callable[..., Watched], shots: Path) -> None:
    watched = visit()
    frame = map_frame(watched)
    _tool(watched, "Layers")
    frame.get_by_label("Heat map").check()
    frame.wait_for_function("Dateline.state.drawn.heat > 0", timeout=60_000)
    watched.idle()
    watched.page.screenshot(path=shots / "heat.png")
    marked = frame.evaluate(
        """() => { const c = document.querySelector('.leaflet-dateline-heat-pane canvas');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 20; return n; }"""
    )
    assert marked > 500, "something warm is painted"
    frame.get_by_label("Heat map").uncheck()
    frame.wait_for_function("Dateline.state.drawn.heat === 0", timeout=60_000)
    assert frame.locator(".leaflet-dateline-heat-pane canvas").count() == 0
    quiet(watched)


def test_borders_of_provinces_can_be_hidden(visit: Callable[..., Watched]) -> None:
    watched = visit()
    frame = map_frame(watched)
    look_at(watched, 68, 35.5, 6)
    there = "Dateline.state.base.some((l) => l.dateline === 'admin1' && l._map)"
    frame.wait_for_function(there)
    _tool(watched, "Layers")
    frame.get_by_label("Borders of provinces").uncheck()
    assert not frame.evaluate(there)
    frame.get_by_label("Borders of provinces").check()
    assert frame.evaluate(there)


def test_events_of_one_point_spread_on_legs(visit: Callable[..., Watched], shots: Path) -> None:
    """Few at one point lie side by side; more are a number, and spider out when it is clicked."""
    watched = visit()
    page, frame = watched.page, map_frame(watched)
    at = frame.evaluate(
        """() => { const s = Dateline.state, found = Object.values(s.map._layers)
          .filter((l) => l.options.quads && l.feature.properties.box).sort((a, b) => a.options.count - b.options.count)[0];
        return found && [found.options.count, found.getLatLng().lng, found.getLatLng().lat]; }"""
    )
    assert at, "a stack in the sample"
    count, *place = at
    look_at(watched, *place, 9)
    page.mouse.click(*on_page(watched, *place))
    page.get_by_text("events at this point").wait_for()
    frame.wait_for_function("Dateline.state.data.spider", timeout=60_000)
    watched.idle()
    page.mouse.move(10, 10)
    page.screenshot(path=shots / "spider.png")
    points = frame.evaluate(
        """(ids) => ids.map((id) => { const p = Dateline.state.byId.get(id)._point; return [p.x, p.y]; })""",
        frame.evaluate("Dateline.state.data.spider.features.map((f) => f[0])"),
    )
    assert len(points) == count
    apart = [
        ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
        for i, a in enumerate(points)
        for b in points[:i]
    ]
    assert min(apart) > 12, "each can be clicked"
    # The first leg's event opens in the source panel.
    x, y = frame.evaluate(
        """() => { const s = Dateline.state, l = s.byId.get(s.data.spider.features[0][0]);
        const p = s.map.layerPointToContainerPoint(l._point); return [p.x, p.y]; }"""
    )
    box = page.locator("iframe").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_selector(".dl-sentence")
    quiet(watched)


def test_the_first_view_comes_back(visit: Callable[..., Watched]) -> None:
    watched = visit()
    frame = map_frame(watched)
    where = "(() => { const m = Dateline.state.map, c = m.getCenter(); return [m.getZoom(), c.lng, c.lat]; })()"
    before = frame.evaluate(where)
    look_at(watched, 10, 50, 4)
    assert "view=50.0000%2C10.0000%2C4.00" in watched.page.url
    _tool(watched, "Back to the first view")
    watched.idle()
    assert frame.evaluate(where) == pytest.approx(before, abs=0.3)
    watched.page.mouse.move(*on_page(watched, *KABUL))
    told = frame.locator(".dateline-where").inner_text()
    latitude, longitude = (float(part.partition("°")[0]) for part in told.split(", "))
    assert (longitude, latitude) == pytest.approx(KABUL, abs=0.1)


def test_the_selected_event_is_seen_where_it_is_one_of_a_number(
    visit: Callable[..., Watched],
) -> None:
    points = EVENTS[EVENTS.geom_type.eq("Point") & EVENTS["modality"].eq("actual")]
    _, many = max(points.groupby(["longitude", "latitude"]), key=lambda group: len(group[1]))
    stacked, place = many["event_id"].iloc[0], [*many[["longitude", "latitude"]].iloc[0]]
    watched = visit(f"?event={stacked}")
    frame = map_frame(watched)
    drawn = "(id) => Boolean(Dateline.state.byId.get(id))"
    rings = """() => Object.values(Dateline.state.map._layers).filter((l) => l.options.encircles)
      .map((l) => [l.getLatLng().lng, l.getLatLng().lat])"""
    assert not frame.evaluate(drawn, stacked), "it is one of a number"
    assert frame.evaluate(rings) == [place]
    alone = frame.evaluate("Dateline.state.data.features.findLast((f) => f[3] < 2)[0]")
    again = map_frame(visit(f"?event={alone}"))
    assert again.evaluate(drawn, alone)
    assert again.evaluate(rings) == []
    quiet(watched)
