"""Events of another source beside ours: the files of ACLED, UCDP and others, in a real chromium."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser_tools import Watched, look_at, map_frame, on_page, quiet, serving
from hostile import GENERATED
from sample_events import write_sample

pytestmark = pytest.mark.browser

ACLED = (
    "event_id_cnty,event_date,event_type,sub_event_type,actor1,location,latitude,longitude\n"
    "AFG1,05 July 2021,Battles,Armed clash,Taliban,Farah,32.37,62.11\n"
    "AFG2,06 July 2021,Riots,Mob violence,Rioters,Ghazni,33.55,68.42\n"
    "AFG3,01 January 2011,Riots,Mob violence,Rioters,Zaranj,30.96,61.86\n"
    "AFG4,06 July 2021,Riots,Mob violence,Rioters,nowhere,,\n"
)
UCDP = (
    "id,date_start,date_end,side_a,side_b,where_description,latitude,longitude\n"
    '7,2021-07-01 00:00:00.000,2021-07-03 00:00:00.000,Government,IS,"Farah, town",32.37,62.11\n'
)
FEATURES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [62.11, 32.37]},
            "properties": {"name": "Farah", "date": "2021-07-02"},
        },
        {
            "type": "Feature",
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[68, 33], [69, 33], [69, 34], [68, 33]]],
            },
            "properties": None,
        },
    ],
}
FARAH = (62.11, 32.37)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(write_sample(tmp_path_factory.mktemp("events"), 150)) as url:
        yield url


def _load(watched: Watched, name: str, content: str) -> None:
    page = watched.page
    page.get_by_test_id("stPopoverButton").filter(has_text="Compare").click()
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": content.encode()}
    )


def _others(watched: Watched) -> list[list[object]]:
    found: list[list[object]] = map_frame(watched).evaluate(
        "Dateline.tools.state.others ? Dateline.tools.state.others.rows : []"
    )
    return found


def _drawn(watched: Watched) -> int:
    count: int = map_frame(watched).evaluate(
        "(() => { const l = Dateline.tools.state.othersLayer; return l ? l.getLayers().length : 0; })()"
    )
    return count


def _close(watched: Watched) -> None:
    watched.page.keyboard.press("Escape")
    watched.page.get_by_test_id("stPopoverBody").wait_for(state="detached")
    watched.idle()


@pytest.mark.parametrize(
    ("name", "content", "told", "shown"),
    [
        ("acled.csv", ACLED, "Events read: 3; left out, without a place: 1", 2),
        ("ged.csv", UCDP, "Events read: 1; left out, without a place: 0", 1),
        ("own.geojson", json.dumps(FEATURES), "Events read: 2; left out, without a place: 0", 2),
    ],
)
def test_a_file_is_drawn_beside_ours_and_can_be_hidden(  # noqa: PLR0917
    visit: Callable[..., Watched], shots: Path, name: str, content: str, told: str, shown: int
) -> None:
    watched = visit()
    page, frame = watched.page, map_frame(watched)
    look_at(watched, 65.5, 33.5, 6)
    ours = frame.evaluate("Dateline.state.data.features.length")
    _load(watched, name, content)
    page.get_by_text(told).wait_for()
    _close(watched)
    assert len(_others(watched)) == _drawn(watched) == shown, "those of the days chosen"
    assert frame.evaluate("Dateline.state.data.features.length") == ours
    page.mouse.move(*on_page(watched, *FARAH))
    tip = frame.locator(".leaflet-tooltip")
    tip.wait_for()
    assert name in tip.inner_text()
    assert "Farah" in tip.inner_text()
    page.screenshot(path=shots / f"compare-{name}.png")
    frame.get_by_role("button", name="Layers").click()
    frame.get_by_label("Events to compare with").uncheck()
    assert _drawn(watched) == 0
    frame.get_by_label("Events to compare with").check()
    assert _drawn(watched) == shown
    quiet(watched)


def test_the_days_hold_for_the_others_too_and_the_file_can_be_taken_away(
    visit: Callable[..., Watched],
) -> None:
    watched = visit("?dates=2021-07-06_2021-07-30")
    look_at(watched, 65.5, 33.5, 6)
    _load(watched, "acled.csv", ACLED)
    watched.page.get_by_text("Events read: 3").wait_for()
    watched.idle()
    assert [row[3] for row in _others(watched)] == [
        "2021-07-06 · Riots · Mob violence · Rioters · Ghazni"
    ]
    watched.page.get_by_role("button", name="Remove acled.csv").click()
    watched.idle()
    assert _others(watched) == []
    quiet(watched)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("names.csv", "place,day\nFarah,2021-07-01\n", "no columns longitude and latitude"),
        ("broken.geojson", '{"type": "FeatureCollection", "features": [', "is not a GeoJSON file"),
        ("far.csv", "longitude,latitude\n900,1\n", "no event with a longitude and a latitude"),
    ],
)
def test_a_file_that_is_none_says_why(
    visit: Callable[..., Watched], name: str, content: str, told: str
) -> None:
    watched = visit()
    _load(watched, name, content)
    watched.page.get_by_text(told).wait_for()
    assert _others(watched) == []
    quiet(watched)


def test_hostile_names_and_properties_are_text(visit: Callable[..., Watched], shots: Path) -> None:
    """A payload for each symbol, each of whose tooltips is opened, in a file of a hostile name."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [60 + 0.12 * number, 33]},
            "properties": {"title": payload, payload: payload},
        }
        for number, payload in enumerate(GENERATED)
    ]
    watched = visit()
    look_at(watched, 65.5, 33.5, 6)
    name = "<img src=x onerror=window.__hit=1>{{7*7}}.geojson"
    _load(watched, name, json.dumps({"type": "FeatureCollection", "features": features}))
    watched.page.get_by_text(f"Events read: {len(GENERATED)}").wait_for()
    watched.idle()
    watched.page.screenshot(path=shots / "compare-hostile.png")
    quiet(watched)
    _close(watched)
    texts = map_frame(watched).evaluate(
        """() => Dateline.tools.state.othersLayer.getLayers().map((l) => { l.openTooltip();
          const node = l.getTooltip().getElement(), found = [node.textContent, node.querySelectorAll('img, script, svg, iframe, a').length];
          l.closeTooltip(); return found; })"""
    )
    assert len(texts) > 50
    assert {tags for _, tags in texts} == {0}
    assert all(text.startswith(name) for text, _ in texts)
    quiet(watched)
