"""Hostile text in a real chromium: nothing of it runs, in the page or in what is exported from it."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import pytest
from browser_tools import Watched, map_frame, quiet, serving, watch
from hostile import GENERATED, PAYLOADS
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError
from sample_events import sample

from geo.export import to_bytes
from geo.frame import read, write
from geo.sources import write_documents

pytestmark = pytest.mark.browser


def _hostile(folder: Path) -> list[str]:
    """Write a table in which every text is a payload; give its event_ids."""
    events, documents = sample(len(PAYLOADS) + 5)
    texts = {document["doc_id"]: document for document in documents}
    for number, payload in enumerate(PAYLOADS):
        row = events.index[number]
        for column in ("title", "sentence", "actor1", "actor2", "location", "source", "where_note"):
            events.loc[row, column] = payload
        for span in ("trigger", "place", "date_text"):
            events.loc[row, [f"{span}_start", f"{span}_end"]] = pd.NA
        events.loc[row, ["sentence_start", "sentence_end"]] = [0, len(payload)]
        texts[events.loc[row, "doc_id"]]["text"] = payload
    write(events, folder / "events.parquet")
    write_documents(documents, folder)
    return list(events["event_id"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    _hostile(made)
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Any:
    with serving(folder) as url:
        yield url


def test_text_of_events_runs_nowhere(visit: Callable[..., Watched], shots: Path) -> None:
    """In list, article, reasons, others, charts and every tooltip of the map."""
    watched = visit("?event=e0007&modality=&grouped=yes")
    page = watched.page
    for number in (0, 23, 60, 90, 110):
        page.goto(f"{page.url.partition('?')[0]}?event=e{number:04d}&modality=")
        watched.ready()
        for tab in ("Why", "Article", "Others"):
            if page.get_by_role("radio", name=tab).count():
                page.get_by_role("radio", name=tab).click()
                watched.idle()
        quiet(watched)
    opened = map_frame(watched).evaluate(
        """() => Object.values(Dateline.state.map._layers).filter((l) => l.feature && l.getTooltip && l.getTooltip())
          .map((l) => { l.openTooltip(); const n = l.getTooltip().getElement(); const found = n ? n.querySelectorAll('img, script, svg, iframe, a').length : 0; l.closeTooltip(); return found; })"""
    )
    assert len(opened) > 50
    assert set(opened) == {0}
    page.screenshot(path=shots / "hostile.png")
    page.get_by_role("button", name="Charts").click()
    page.get_by_text("Who with whom").click()
    page.wait_for_timeout(2500)
    page.screenshot(path=shots / "hostile-chart.png")
    page.keyboard.press("Escape")
    page.get_by_test_id("stDialog").wait_for(state="detached")
    page.get_by_role("button", name="Data", exact=True).click()
    page.get_by_text("Sources of the texts").wait_for()
    quiet(watched)


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), 16))
def test_every_parameter_of_the_address_may_be_hostile(
    visit: Callable[..., Watched], start: int
) -> None:
    names = ("q", "actor", "source", "country", "province", "event", "dates", "area", "view")
    names += ("type", "modality", "precision", "sort", "figure", "confidence", "grouped")
    some = [PAYLOADS[(start + n) % len(PAYLOADS)] for n in range(len(names))]
    query = dict(zip(names, some, strict=True)) | {some[0]: some[1]}
    watched = visit("?" + urlencode(query))
    quiet(watched)
    assert watched.page.get_by_test_id("stException").count() == 0


def test_the_players_arrays_carry_no_text_and_run_nothing(visit: Callable[..., Watched]) -> None:
    watched = visit("?modality=")
    frame = map_frame(watched)
    fetched: list[bytes] = []
    watched.page.on("response", lambda r: fetched.append(r.body()) if "/media/" in r.url else None)
    frame.get_by_role("button", name="Play", exact=True).click()
    frame.wait_for_function("Dateline.player.state.stats.frames > 5", timeout=60_000)
    frame.get_by_role("button", name="Pause").click()
    watched.idle()
    assert len(fetched) == 1
    assert not any(word in fetched[0] for word in (b"__hit", b"onerror", b"script", b"cycler"))
    quiet(watched)


def test_names_of_files_to_read_are_text(visit: Callable[..., Watched], shots: Path) -> None:
    watched = visit()
    page = watched.page
    page.get_by_role("button", name="Add text").click()
    page.get_by_role("tab", name="Files").click()
    names = ["<img src=x onerror=window.__hit=1>.txt", "{{7*7}}{% x.txt", "![x](y).bin", "..%2f.md"]
    page.get_by_test_id("stFileUploader").locator("input[type=file]").first.set_input_files(
        [
            {"name": name, "mimeType": "text/plain", "buffer": GENERATED[number].encode()}
            for number, name in enumerate(names)
        ]
    )
    page.get_by_role("button", name="Find the events").click()
    page.get_by_text("Sentence by sentence").wait_for(timeout=180_000)
    watched.idle()
    page.screenshot(path=shots / "hostile-files.png")
    assert page.get_by_text("![x](y).bin", exact=False).count() >= 1, "named, as it stands"
    quiet(watched)


@pytest.mark.parametrize("ending", ["geojson", "csv", "kml", "csv-metadata.json"])
def test_exports_opened_in_a_browser_run_nothing(
    browser: Browser, folder: Path, tmp_path: Path, ending: str
) -> None:
    """GeoJSON and metadata as text, KML as the tree that the browser makes of XML, CSV not at all."""
    events = read(folder)
    content = to_bytes(events, np.arange(len(events)), ending, " ".join(PAYLOADS[:30]))
    suffix = "xml" if ending == "kml" else ending.rpartition(".")[2]  # .kml would only be saved
    file = tmp_path / f"events.{suffix}"
    file.write_bytes(content)
    context = browser.new_context()
    watched = watch(context.new_page())
    with suppress(PlaywrightError):  # what is saved and not shown
        watched.page.goto(file.as_uri())
    watched.page.wait_for_timeout(500)
    assert watched.page.evaluate("window.__hit") is None
    assert [url for url in watched.requests if not url.startswith("file:")] == []
    if ending != "csv":
        assert "onerror" in watched.page.content(), "it is shown, as text"
        assert watched.page.locator("img, iframe").count() == 0
    context.close()
