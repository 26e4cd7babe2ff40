"""app.py: widgets, state, link and the designed states, without a browser (Streamlit's AppTest)."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
from app_tools import opener
from sample_events import FIRST, HOSTILE, sample, write_sample
from streamlit.testing.v1 import AppTest

from geo.filters import Filters, mask
from geo.frame import from_records, write
from geo.listing import PAGE

EVENTS, _ = sample()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("events"))


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Any:

    return opener(monkeypatch, folder, timeout=180)


def _component(at: AppTest, name: str) -> dict[str, Any]:
    """Return what was sent to one of the page's frames."""
    found = [c.proto for c in at.get("component_instance") if c.proto.component_name.endswith(name)]
    return json.loads(found[0].json_args)


def _map(at: AppTest) -> dict[str, Any]:
    return _component(at, "st_folium")


def _list(at: AppTest) -> dict[str, Any]:
    return _component(at, "dateline_list")


def _param(at: AppTest, name: str) -> list[str]:
    value = at.query_params[name]
    return value if isinstance(value, list) else [value]


def _options(at: AppTest) -> list[str]:
    return [option.content for group in at.get("button_group") for option in group.proto.options]


def _payload(at: AppTest) -> dict[str, Any]:
    script = _map(at)["feature_group"]
    start = script.index("Dateline.events(")
    text = script[script.index("{", start) : script.index(");", start)]
    return json.loads(text)


def _text(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.caption, *at.info, *at.error))


def _html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def _shown(at: AppTest) -> int:
    words = next(e.value for e in at.markdown if "events shown" in e.value)
    return int(words.split("**")[1].split(" of ")[0].replace(",", ""))


def test_first_view(start: Any) -> None:
    at = start()
    actual = int(EVENTS["modality"].eq("actual").sum())
    assert _shown(at) == actual
    assert f"{300 - actual} hidden by filter (whether it happened)" in _text(at)
    assert "12 undated, 12 at country level, 12 without a place" in _text(at)
    assert _list(at)["total"] == actual
    assert len(_list(at)["rows"]) == PAGE
    assert at.query_params == {}


def test_the_list_is_newest_first_and_can_be_ordered_otherwise(start: Any) -> None:
    at = start()
    dates = [row["date"] for row in _list(at)["rows"]]
    assert dates == sorted(dates, reverse=True)
    at.selectbox(key="sort").select("oldest").run()
    dates = [row["date"] for row in _list(at)["rows"]]
    assert dates == sorted(dates)
    assert _param(at, "sort") == ["oldest"]
    at.toggle(key="grouped").set_value(True).run()
    assert _param(at, "grouped") == ["yes"]


def test_more_rows_come_when_they_are_asked_for(start: Any) -> None:
    at = start()
    at.session_state["limit"] = 60
    at.run()
    assert len(_list(at)["rows"]) == 60


def test_a_first_visit_is_explained_once(start: Any) -> None:
    at = start()
    assert any("one sentence of a report" in m.value for m in at.markdown)
    assert _list(at)["seen"] is False
    at.button(key="dismiss").click().run()
    assert not any("one sentence of a report" in m.value for m in at.markdown)
    assert _list(at)["seen"] is True
    assert not any("one sentence of a report" in m.value for m in start(q="kabul").markdown)


def test_the_map_gets_only_local_files_and_keeps_its_identity(start: Any) -> None:
    at = start()
    before = _map(at)
    assert all(url.startswith("../app.") for url in before["js_links"] + before["css_links"])
    at.slider(key="dates").set_value((FIRST, FIRST.replace(day=9))).run()
    after = _map(at)
    assert before["script"] == after["script"]
    assert before["feature_group"] != after["feature_group"]


def test_the_slider_selects_the_days(start: Any) -> None:
    at = start()
    end = FIRST.replace(day=9)
    at.slider(key="dates").set_value((FIRST, end)).run()
    wanted = mask(EVENTS, Filters(date_from=FIRST, date_to=end))
    assert _shown(at) == wanted.sum()
    at.checkbox(key="undated").uncheck().run()
    assert _shown(at) == wanted.sum() - 12
    assert _param(at, "dates") == [f"{FIRST}_{end}"]
    assert _param(at, "undated") == ["no"]


@pytest.mark.parametrize(("label", "days"), [("7 d", 7), ("30 d", 30), ("All", 60)])
def test_presets(start: Any, label: str, days: int) -> None:
    at = start()
    next(button for button in at.button if button.label == label).click().run()
    first, last = at.slider(key="dates").value
    assert (last - first).days + 1 == days


def test_filters_counts_and_reset(start: Any) -> None:
    at = start()
    labels = _options(at)
    assault = int((EVENTS["event_type"].eq("ASSAULT") & EVENTS["modality"].eq("actual")).sum())
    assert f":orange[★] Assault {assault}" in labels
    at.session_state["type"] = ["ASSAULT"]
    at.session_state["precision"] = ["province", "exact"]
    at.run()
    wanted = mask(
        EVENTS, Filters(event_types=frozenset({"ASSAULT"}), where_precs=frozenset({1, 4}))
    )
    assert _shown(at) == wanted.sum()
    assert _param(at, "type") == ["ASSAULT"]
    at.button(key="reset").click().run()
    assert _shown(at) == EVENTS["modality"].eq("actual").sum()
    assert at.query_params == {}


def test_no_match_says_which_filter_to_open_and_resets(start: Any) -> None:
    at = start()
    at.text_input(key="q").set_value("no such word").run()
    assert _shown(at) == 0
    assert "Open the filter on search words to see 288." in _text(at)
    at.button(key="reset").click().run()
    assert _shown(at) == 288


def test_the_link_opens_the_same_view(start: Any) -> None:
    event = EVENTS.loc[EVENTS["event_type"].eq("ASSAULT"), "event_id"].iloc[-1]
    at = start(type=["ASSAULT", "AID"], dates="2021-06-10_2021-07-05", q="column", event=event)
    assert at.session_state["type"] == ["AID", "ASSAULT"]
    assert [str(day) for day in at.slider(key="dates").value] == ["2021-06-10", "2021-07-05"]
    assert _payload(at)["selected"] == event
    assert 'class="dl-sentence"' in _html(at)


@pytest.mark.parametrize(
    "query",
    [
        {"type": "<script>", "dates": "x", "event": "{{7*7}}", "modality": "%", "precision": "9"},
        {"dates": "2021-07-05_2021-06-01", "q": "x" * 5000, "undated": "?"},
        {"dates": "0001-01-01_9999-12-31"},
    ],
)
def test_nonsense_in_the_link_is_ignored(start: Any, query: dict[str, str]) -> None:
    at = start(**query)
    assert not at.exception
    assert [day.isoformat() for day in at.slider(key="dates").value] == ["2021-06-01", "2021-07-30"]
    assert at.session_state["event"] is None


def test_choosing_an_event_shows_its_sentence_in_its_article(start: Any) -> None:
    at = start()
    at.session_state["event"] = "e0023"
    at.run()
    html = _html(at)
    row = EVENTS.set_index("event_id").loc["e0023"]
    assert 'advanced<small class="dl-tag">action</small>' in html
    assert f'{row["location"]}<small class="dl-tag">place</small>' in html
    assert f"{row['date_start']:%A %-d %B %Y}, from “{row['date_text']}”" in html
    assert "exact place, 1 of 7" in html
    assert "A closing line." in html
    assert _list(at)["selected"] == "e0023"


def test_the_selection_stays_with_the_event_when_rows_move(start: Any) -> None:
    at = start()
    at.session_state["event"] = "e0023"
    at.run()
    at.text_input(key="q").set_value(EVENTS.set_index("event_id").loc["e0023", "location"]).run()
    assert _list(at)["selected"] == "e0023"
    at.text_input(key="q").set_value("no such word").run()
    assert at.session_state["event"] == "e0023"


def test_the_tray_lists_country_level_events(start: Any) -> None:
    at = start()
    at.session_state["tray"] = "AFG"
    at.run()
    assert _list(at)["total"] == 12
    assert {row["place"] for row in _list(at)["rows"]} == {"Afghanistan"}


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_is_shown_as_it_is_and_run_nowhere(start: Any, number: int) -> None:
    os.environ.pop("DATELINE_SSTI", None)
    at = start(event=f"e{number:04d}", modality=["actual", "planned", "possible", "denied"])
    assert "DATELINE_SSTI" not in os.environ
    html = _html(at)
    assert "<img" not in html
    assert "<script" not in html
    assert _payload(at)["selected"] == f"e{number:04d}"
    title = next(
        e.value for e in at.markdown if e.value.startswith("**") and "shown" not in e.value
    )
    assert "![" not in title
    links = [element.proto.url for element in at.get("link_button")]
    assert links == ([] if number == 3 else [f"https://example.org/{number}"])


def test_a_missing_table_says_how_to_build_it(start: Any, tmp_path: Path) -> None:
    at = start(tmp_path / "nothing")
    assert at.subheader[0].value == "No events yet"
    assert "make run" in at.info[0].value
    assert not at.get("component_instance")


def test_an_invalid_table_lists_its_violations(start: Any, tmp_path: Path) -> None:
    write(EVENTS, tmp_path / "events.parquet")
    table = pq.read_table(tmp_path / "events.parquet")
    column = table.schema.get_field_index("modality")
    bad = table.set_column(column, "modality", [["<b>perhaps</b>"] * len(table)])
    pq.write_table(bad.replace_schema_metadata(table.schema.metadata), tmp_path / "events.parquet")
    at = start(tmp_path)
    assert "not a valid events table" in at.error[0].value
    assert at.text[0].value.startswith("modality ")
    assert "(300 events, the first " in at.text[0].value


def test_a_file_that_is_no_table(start: Any, tmp_path: Path) -> None:
    (tmp_path / "events.parquet").write_bytes(b"![x](http://example.org/x.png)")
    at = start(tmp_path)
    assert at.subheader[0].value == "The events cannot be read"
    assert not at.exception


def _one(**values: Any) -> gpd.GeoDataFrame:
    return from_records([{"event_id": "a", "event_type": "AID", "modality": "actual", **values}])


@pytest.mark.parametrize("values", [{}, {"date_start": FIRST, "date_end": FIRST}])
def test_a_table_with_one_day_or_none_has_no_slider(
    start: Any, tmp_path: Path, values: Any
) -> None:
    write(_one(**values), tmp_path / "events.parquet")
    at = start(tmp_path, event="a")
    assert "dates" not in [slider.key for slider in at.slider]
    assert _shown(at) == 1
    assert "text is not stored" in _html(at)


def test_an_empty_table(start: Any, tmp_path: Path) -> None:
    write(from_records([]), tmp_path / "events.parquet")
    at = start(tmp_path)
    assert "The table has no events yet." in _text(at)
    assert at.button(key="reset").label == "Reset"


def test_every_filter_selects_and_stands_in_the_address_as_a_chip(start: Any) -> None:
    at = start()
    at.multiselect(key="country").set_value(["TJK", "QAT"])
    at.multiselect(key="source").set_value(["Sample"])
    at.multiselect(key="actor").set_value(["the column"])
    at.slider(key="confidence").set_value(50)
    at.text_input(key="q").set_value("closing line")
    at.checkbox(key="articles").check().run()
    wanted = mask(EVENTS, Filters(countries=frozenset({"TJK", "QAT"})))
    assert _shown(at) == wanted.sum()
    chips = [label for label in _options(at) if label.endswith("✕")]
    assert len(chips) == 6
    assert _param(at, "country") == ["TJK", "QAT"]
    assert _param(at, "confidence") == ["50"]
    at.session_state["chips"] = "country=QAT"
    at.run()
    at.checkbox(key="reviewed").check().run()
    assert _shown(at) == 0


def test_the_figures_filter_has_bounds_when_a_figure_is_chosen(start: Any) -> None:
    at = start()
    assert not at.number_input
    at.selectbox(key="figure").select("fatalities").run()
    at.number_input(key="least").set_value(3).run()
    assert _shown(at) == 0
    assert _param(at, "figure") == ["fatalities:3-"]


def test_a_drawn_area_restricts_and_is_a_chip(start: Any) -> None:
    at = start(area="68,34_70,34_70,38_68,38")
    ring = ((68.0, 34.0), (70.0, 34.0), (70.0, 38.0), (68.0, 38.0))
    assert _shown(at) == mask(EVENTS, Filters(area=ring)).sum()
    assert "drawn area ✕" in [label.replace("\\", "") for label in _options(at)]
    assert _param(at, "area") == ["68,34_70,34_70,38_68,38"]


def test_the_maps_view_stays_in_the_address(start: Any) -> None:
    at = start(view="36.7,68.9,7", type=["AID"])
    assert _param(at, "view") == ["36.7,68.9,7"]


def test_the_source_panel_tells_why_and_lists_the_others(start: Any) -> None:
    at = start(event="e0023")
    at.session_state["tab"] = "why"
    at.run()
    assert "The sentence names it" in _html(at)
    assert "Read against the day of publication" in _html(at)
    at.session_state["tab"] = "others"
    at.run()
    assert "tells of no other event" in _text(at)
    at.session_state["tab"] = "article"
    at.run()
    assert "And one more." in _html(at)


def test_a_place_is_found_for_the_map(start: Any) -> None:
    at = start()
    at.text_input(key="place_search").set_value("Kunduz").run()
    assert at.session_state["fly"]["name"].startswith("Kunduz")
    at.text_input(key="place_search").set_value("Qqqqzzzx").run()
    assert "No place of that name." in _text(at)


def test_the_data_page(start: Any) -> None:
    at = start()
    at.button(key="data").click().run()
    assert "Dates</dt><dd dir='auto'>1 June 2021 to 30 July 2021" in _html(at)
    assert any("GeoNames" in element.value for element in at.text)


def test_the_charts(start: Any) -> None:
    at = start()
    at.button(key="charts").click().run()
    assert "save it as PNG" in _text(at)


def test_a_chart_without_anything_to_count_says_so(start: Any) -> None:
    at = start()
    at.session_state["chart"] = "choropleth"
    at.button(key="charts").click().run()
    assert "None of the events shown has what this chart counts." in _text(at)


def test_adding_can_be_switched_off(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_ADD", "off")
    assert "Add text" not in [button.label for button in start().button]


def test_without_the_text_extra_it_says_so(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    at = start()
    monkeypatch.setitem(sys.modules, "pipeline.adding", None)
    # Imported before by another test, it would be found as an attribute of its package.
    monkeypatch.delattr("pipeline.adding", raising=False)
    at.button(key="add").click().run()
    assert "the text extra is not installed" in _text(at)


def _added(at: AppTest) -> None:
    for _ in range(100):
        if at.session_state["added"] is not None or not at.session_state["job"]:
            return
        time.sleep(0.3)
        at.run()


def test_a_pasted_text_is_on_the_map_and_can_be_discarded(start: Any) -> None:
    at = start()
    at.button(key="add").click().run()
    at.button(key="add-start").click().run()
    assert at.warning[0].value == "There is nothing to read yet."
    text = "KABUL, July 5, 2021 - Taliban fighters attacked Kunduz on Sunday, officials said."
    at.text_area(key="add-text").set_value(text)
    at.button(key="add-start").click().run()
    _added(at)
    at.run()
    new = at.session_state["new"]
    assert len(new) >= 1
    assert _shown(at) == len(new)
    assert "attacked Kunduz" in _html(at)
    assert any("texts read: 1" in element.value for element in at.text)
    at.button(key="add-discard").click().run()
    assert _shown(at) == 288
    at.button(key="add-close").click().run()
    assert _list(at)["total"] == 288
