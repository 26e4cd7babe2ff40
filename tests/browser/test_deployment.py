"""Other deployments: a map only, fetching allowed, kept texts; in a real chromium."""

from collections.abc import Callable
from pathlib import Path

import pytest
from browser_tools import Watched, list_frame, map_frame, quiet, serving, shown
from sample_events import write_sample

pytestmark = pytest.mark.browser

TEXT = "KABUL, July 5, 2021 - Taliban fighters attacked Kunduz on Sunday, officials said."


def test_a_map_only_deployment_offers_no_text_to_add(
    visit: Callable[..., Watched], tmp_path: Path, shots: Path
) -> None:
    with serving(write_sample(tmp_path, 40), setting={"DATELINE_ADD": "off"}) as url:
        watched = visit(url=url)
        page = watched.page
        assert page.get_by_role("button", name="Add text").count() == 0
        for name in ("Reset", "Charts", "Data"):
            assert page.get_by_role("button", name=name, exact=True).count() == 1
        list_frame(watched).get_by_role("option").first.click()
        page.wait_for_selector(".dl-sentence")
        page.screenshot(path=shots / "map-only.png")
        assert map_frame(watched).evaluate("Dateline.state.data.features.length") > 5
        # Nor does an address open the panel.
        again = visit("?panel=add", url=url)
        assert again.page.get_by_text("Text of a report").count() == 0
        quiet(watched)


def test_addresses_can_be_given_where_fetching_is_on(
    visit: Callable[..., Watched], tmp_path: Path, shots: Path
) -> None:
    with serving(write_sample(tmp_path, 40), setting={"DATELINE_FETCH": "on"}) as url:
        watched = visit(url=url)
        page = watched.page
        page.get_by_role("button", name="Add text").click()
        page.get_by_role("tab", name="Address").click()
        box = page.get_by_role("textbox", name="Address of a page")
        assert box.is_enabled()
        # An address of this machine is refused, and says so; the form stays.
        box.fill(url)
        page.get_by_role("button", name="Find the events").click()
        page.get_by_test_id("stAlert").wait_for(timeout=60_000)
        page.screenshot(path=shots / "address-refused.png")
        assert page.get_by_role("button", name="Find the events").is_visible()
        quiet(watched)


def test_kept_texts_stay_in_a_file_of_their_own(
    visit: Callable[..., Watched], tmp_path: Path, shots: Path
) -> None:
    folder = write_sample(tmp_path / "table", 40)
    before = sorted(path.name for path in folder.iterdir())
    with serving(folder, setting={"DATELINE_WORKSPACE": str(tmp_path / "kept")}) as url:
        watched = visit(url=url)
        page, total = watched.page, shown(watched)
        page.get_by_role("button", name="Add text").click()
        page.get_by_role("textbox", name="Text of a report").fill(TEXT)
        page.get_by_role("button", name="Find the events").click()
        page.get_by_text("Sentence by sentence").wait_for(timeout=180_000)
        watched.idle()
        new = shown(watched)
        assert new >= 1
        assert map_frame(watched).evaluate("Dateline.state.data.features.every((f) => f[7])")
        page.get_by_role("button", name="Keep", exact=True).click()
        watched.idle()
        page.screenshot(path=shots / "kept.png")
        assert shown(watched) == total + new
        assert sorted(path.name for path in folder.iterdir()) == before
        assert len(list((tmp_path / "kept").glob("*/events.parquet"))) == 1
        another = visit(url=url)
        assert shown(another) == total + new, "everyone sees them"
        quiet(watched)
