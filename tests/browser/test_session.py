"""An analyst's session in a real chromium without a network, a screenshot at each step.

Screenshots go to $DATELINE_SCREENSHOTS, or to the folder that pytest prints with ``--basetemp``.
"""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser_tools import (
    Watched,
    list_frame,
    look_at,
    map_frame,
    on_page,
    quiet,
    serving,
    shown,
)
from sample_events import write_sample

pytestmark = pytest.mark.browser

ACLED = (
    "event_id_cnty,event_date,event_type,actor1,location,latitude,longitude\n"
    "AFG1,05 July 2021,Battles,Taliban,Guzara,34.2,62.2\n"
)
ARTICLE = (
    "KUNDUZ, Afghanistan, July 5, 2021 - Taliban fighters attacked Imam Sahib district on Sunday, "
    "killing 12 soldiers, officials said.\n\nThe weather was fine. President Ashraf Ghani visited "
    "Herat on Monday.\n\nThe army said it would send troops to Kandahar next week.\n\n"
    "The Taliban fighters attacked Imam Sahib on Sunday morning, residents said.\n"
)


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("events"), 150)


@pytest.fixture(scope="module")
def address(events: Path) -> Iterator[str]:
    with serving(events) as url:
        yield url


@dataclass
class Session:
    """A page, and a numbered screenshot at each step."""

    watched: Watched
    shots: Path
    files: Path
    step: int = 0

    def shot(self, name: str) -> None:
        self.step += 1
        self.watched.page.wait_for_timeout(400)
        self.watched.page.screenshot(path=self.shots / f"session-{self.step:02d}-{name}.png")


def test_a_session(visit: Callable[..., Watched], shots: Path, tmp_path: Path) -> None:
    session = Session(visit(), shots, tmp_path)
    session.shot("first-visit")
    session.watched.page.get_by_role("button", name="Got it").click()
    session.watched.idle()
    _read(session)
    _filter(session, visit)
    _move_in_time(session)
    _use_the_map(session)
    _count(session)
    _add(session)
    _export(session)
    quiet(session.watched)


def _read(session: Session) -> None:
    """By the keyboard through the list, then the tabs of the source; hovering shows on the map."""
    watched, page, frame = session.watched, session.watched.page, map_frame(session.watched)
    events = list_frame(watched).get_by_role("option")
    events.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dl-sentence")
    watched.idle()
    assert events.nth(2).get_attribute("aria-selected") == "true"
    session.shot("chosen")
    page.get_by_role("radio", name="Why").click()
    page.get_by_text("Why this place?").wait_for()
    watched.idle()
    session.shot("why")
    page.get_by_role("radio", name="Article").click()
    page.get_by_text("And one more.").wait_for()
    session.shot("article")
    page.get_by_role("radio", name="Others").click()
    page.get_by_text("tells of no other event").wait_for()
    page.get_by_role("radio", name="Text").click()
    watched.idle()
    ringed = "Object.values(Dateline.state.map._layers).filter((l) => l.options.hover).length"
    assert frame.evaluate(ringed) == 0
    for row in range(8):
        events.nth(row).hover()
        if frame.evaluate(ringed):
            break
    assert frame.evaluate(ringed) == 1, "what is under the pointer in the list is marked"
    session.shot("hovered")


def _filter(session: Session, visit: Callable[..., Watched]) -> None:
    """Filters, their chips, and the address that opens the same view; the list in other orders."""
    watched, page = session.watched, session.watched.page
    events = list_frame(watched).get_by_role("option")
    before = shown(watched)
    page.get_by_text("Assault", exact=False).first.click()
    watched.idle()
    assert 0 < shown(watched) < before
    page.get_by_role("textbox", name="Search", exact=True).fill("kabul")
    page.keyboard.press("Enter")
    watched.idle()
    session.shot("filtered")
    again = visit("?" + page.url.partition("?")[2])
    assert shown(again) == shown(watched)
    assert list_frame(again).get_by_role("option").count() == events.count()
    assert again.page.url == page.url
    again.page.close()
    page.get_by_text("“kabul” ✕").click()
    watched.idle()
    assert "q=" not in page.url
    page.get_by_role("button", name="Reset").click()
    watched.idle()
    assert shown(watched) == before
    page.get_by_text("By incident").click()
    watched.idle()
    list_frame(watched).get_by_role("button", name="Show more").click()
    watched.idle()
    assert events.count() == 40
    session.shot("list")


def _move_in_time(session: Session) -> None:
    """Play a moving window, and from the start on; a step back; the whole again."""
    watched, page, frame = session.watched, session.watched.page, map_frame(session.watched)
    frame.get_by_role("button", name="Play", exact=True).click()
    frame.wait_for_function("Dateline.player.state.stats.frames > 20", timeout=60_000)
    session.shot("playing")
    frame.get_by_role("button", name="Pause").click()
    page.wait_for_function("location.search.includes('dates=')", timeout=60_000)
    watched.idle()
    frame.get_by_label("Days shown while playing").select_option("cumulative")
    frame.get_by_role("button", name="One day back").click()
    watched.idle()
    session.shot("stepped")
    page.get_by_role("button", name="All", exact=True).click()
    watched.idle()
    assert "dates=" not in page.url


def _use_the_map(session: Session) -> None:
    """An area, heat, a distance, a place, another source's file, and a picture."""
    watched, page, frame = session.watched, session.watched.page, map_frame(session.watched)
    look_at(watched, 68, 35.5, 6)
    frame.get_by_role("button", name="Filter by a rectangle").click()
    page.mouse.move(*on_page(watched, 67.5, 38))
    page.mouse.down()
    page.mouse.move(*on_page(watched, 71, 36), steps=5)
    page.mouse.up()
    page.get_by_text("drawn area ✕").wait_for()
    watched.idle()
    session.shot("area")
    page.get_by_text("drawn area ✕").click()
    watched.idle()
    frame.get_by_role("button", name="Layers").click()
    frame.get_by_label("Heat map").check()
    frame.wait_for_function("Dateline.state.drawn.heat > 0", timeout=60_000)
    session.shot("heat")
    frame.get_by_label("Heat map").uncheck()
    frame.wait_for_function("Dateline.state.drawn.heat === 0", timeout=60_000)
    frame.get_by_role("button", name="Layers").click()
    page.get_by_role("textbox", name="Find a place on the map").fill("Herat")
    page.keyboard.press("Enter")
    frame.get_by_text("Herat", exact=False).first.wait_for(timeout=60_000)
    page.wait_for_timeout(1200)
    session.shot("place")
    page.get_by_test_id("stPopoverButton").filter(has_text="Compare").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "acled.csv", "mimeType": "text/csv", "buffer": ACLED.encode()}
    )
    page.get_by_text("Events read: 1; left out, without a place: 0").wait_for()
    session.shot("compared")
    page.keyboard.press("Escape")
    watched.idle()
    with page.expect_download() as started:
        frame.get_by_role("button", name="Save a picture of the map").click()
    started.value.save_as(session.shots / "session-picture.png")


def _count(session: Session) -> None:
    """Charts with their data, and the data page."""
    page = session.watched.page
    page.get_by_role("button", name="Charts").click()
    page.get_by_text("save it as PNG").wait_for()
    page.wait_for_timeout(1200)
    session.shot("chart")
    page.get_by_test_id("stDialog").locator("canvas, svg.marks").first.hover()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download as PNG").click()
    started.value.save_as(session.shots / "session-chart.png")
    with page.expect_download() as started:
        page.get_by_role("button", name="Data as CSV").click()
    started.value.save_as(session.files / "time.csv")
    lines = list(csv.reader((session.files / "time.csv").read_text(encoding="utf-8").splitlines()))
    assert lines[0] == ["start", "event_type", "events"]
    page.keyboard.press("Escape")
    page.get_by_test_id("stDialog").wait_for(state="detached")
    page.get_by_role("button", name="Data", exact=True).click()
    page.get_by_text("Licences and attribution").wait_for()
    session.shot("data")
    page.keyboard.press("Escape")
    page.get_by_test_id("stDialog").wait_for(state="detached")


def _add(session: Session) -> None:
    """A text: its events on the map at once, checked by sentence, then thrown away."""
    watched, page = session.watched, session.watched.page
    before = shown(watched)
    page.get_by_role("button", name="Add text").click()
    page.get_by_role("textbox", name="Text of a report").fill(ARTICLE)
    session.shot("add")
    page.get_by_role("button", name="Find the events").click()
    page.get_by_text("Sentence by sentence").wait_for(timeout=180_000)
    watched.idle()
    session.shot("added")
    assert page.locator(".dl-found").count() >= 1
    page.get_by_role("link", name="same event as in sentence 1").click()
    assert "12 soldiers" in str(page.locator("li:target").text_content())
    page.get_by_role("button", name="Discard").click()
    watched.idle()
    page.get_by_role("button", name="Close").click()
    watched.idle()
    assert shown(watched) == before


def _export(session: Session) -> None:
    """Every format, with the filter and the attribution inside."""
    page = session.watched.page
    page.get_by_test_id("stPopoverButton").filter(has_text="Download").click()
    session.shot("download")
    for label, ending in (
        ("GeoJSON", "geojson"),
        ("CSV", "csv"),
        ("GeoPackage", "gpkg"),
        ("KML", "kml"),
        ("GeoParquet", "parquet"),
    ):
        with page.expect_download() as started:
            page.get_by_role("button", name=label, exact=True).click()
        started.value.save_as(session.files / f"events.{ending}")
        assert (session.files / f"events.{ending}").stat().st_size > 1000
    found = json.loads((session.files / "events.geojson").read_text(encoding="utf-8"))
    assert found["filters"] == "1 June 2021 to 30 July 2021; Happened"
    assert "GeoNames" in found["attribution"]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_sizes(visit: Callable[..., Watched], shots: Path, width: int, height: int) -> None:
    watched = visit("?event=e0023", viewport={"width": width, "height": height})
    page = watched.page
    page.screenshot(path=shots / f"size-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width >= 1366:
        main = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        assert main <= height, "the page must not scroll on a desk"
        bottom = page.locator(".st-key-detail").evaluate("(e) => e.getBoundingClientRect().bottom")
        assert height - 40 < bottom < height, "and fills the window"
    quiet(watched)
