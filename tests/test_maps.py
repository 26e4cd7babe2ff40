"""geo.maps: bounded, inert, and the same base map whatever the events are."""

import json
import os
import re
from typing import Any

import folium
import jinja2
import pytest
import shapely
import streamlit_folium
from hypothesis import given
from hypothesis import strategies as st
from sample_events import HOSTILE, sample

from geo.frame import EVENT_TYPES, empty, from_records
from geo.maps import (
    MAX_FEATURES,
    PALETTE,
    View,
    base_map,
    drawn,
    events_layer,
    js_json,
    payload,
)
from geo.summary import at_country_level

EVENTS, _ = sample()
TEXTS = st.text() | st.lists(
    st.sampled_from(["{", "}", "%", "#", "<", "`", "$", "\\", '"', "a", "\u2028"])
).map("".join)


def _sent(layer: folium.FeatureGroup) -> str:
    """Return what streamlit-folium would send for a layer."""
    base = base_map()
    base.get_root().render()
    return streamlit_folium._get_feature_group_string(layer, base)


@given(
    st.recursive(
        TEXTS | st.integers() | st.none(), lambda x: st.lists(x) | st.dictionaries(TEXTS, x)
    )
)
def test_js_json_is_inert_and_keeps_its_value(value: Any) -> None:
    text = js_json(value)
    assert json.loads(text) == value
    assert jinja2.Template(text).render() == text
    assert text.isascii()
    assert not re.search(r"[<>&`$]|\{\{|\{%|\{#", text)


def test_js_json_refuses_nan() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        js_json(float("nan"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_not_run_on_the_server(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATELINE_SSTI", raising=False)
    events = EVENTS.head(40).copy()
    for column in ("sentence", "title", "location", "where_text", "actor1", "event_id"):
        events[column] = [f"{text} {i}" for i in range(len(events))]
    events["event_id"] = events["event_id"].astype("str")
    layer = events_layer(events, events["event_id"].iloc[0])
    sent = _sent(layer)
    layer.get_root().render()  # the whole page, compiled again by branca
    assert "DATELINE_SSTI" not in os.environ
    assert "</script" not in sent
    assert not re.search(r"[`$<]", sent)


def test_the_probe_of_the_test_above_works_on_folium_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DATELINE_SSTI", raising=False)
    unsafe = folium.Map(tiles=None)
    folium.CircleMarker((0, 0), popup=HOSTILE[0]).add_to(unsafe)
    unsafe.get_root().render()
    assert os.environ.pop("DATELINE_SSTI") == "1"


def test_the_base_map_asks_no_other_host_and_is_constant() -> None:
    one, two = base_map((60, 30, 70, 38)), base_map((60, 30, 70, 38))
    links = [url for _, url in one.default_js + one.default_css]
    assert links
    assert all(url.startswith("../app.dateline_assets/") for url in links)
    strings = [streamlit_folium._get_map_string(m) for m in (one, two) if m.get_root().render()]
    assert strings[0] == strings[1]
    assert not [
        url for url in re.findall(r"https?://[^\"']+", strings[0]) if "openstreetmap" not in url
    ]
    assert folium.Map.default_js[0][1].startswith("https")  # folium itself is left as it is


def test_country_level_and_unplaced_events_are_not_drawn() -> None:
    sent = payload(EVENTS, None, view=None)
    ids = {feature["id"] for feature in sent["features"]}
    stacked = sum(cell["n"] for cell in sent["cells"])
    assert len(ids) + stacked == drawn(EVENTS).sum()
    hidden = EVENTS.loc[at_country_level(EVENTS) | EVENTS.geometry.isna(), "event_id"]
    assert not ids & set(hidden)


def test_kinds_tell_the_precision() -> None:
    sent = payload(EVENTS, None, view=None)
    kinds = {feature["id"]: feature["kind"] for feature in sent["features"]}
    for _, row in EVENTS.iterrows():
        kind = kinds.get(row["event_id"])
        if kind == "border":
            assert row["relation"] == "border"
        elif kind == "link":
            assert row["relation"] == "remote"
        elif kind == "area":
            assert row["where_prec"] == 4
        elif kind is not None:
            assert (kind == "point") == (row["where_prec"] == 1)
    assert set(kinds.values()) == {"near", "area", "border", "link"} | (
        {"point"} & set(kinds.values())
    )


def test_shapes_of_the_same_place_are_sent_once() -> None:
    sent = payload(EVENTS, None, view=None)
    used = [feature["shape"] for feature in sent["features"] if "shape" in feature]
    assert len(used) > len(sent["shapes"])
    assert set(used) == set(range(len(sent["shapes"])))
    south, west = (
        sent["shapes"][0][0][0][0]
        if isinstance(sent["shapes"][0][0][0][0], list)
        else sent["shapes"][0][0][0]
    )
    assert 20 < south < 60
    assert 30 < west < 75


def test_few_events_of_a_point_are_spread_and_many_are_a_stack() -> None:
    few = EVENTS[EVENTS["where_prec"].eq(1)].head(5)
    few = few.set_geometry([few.geometry.iloc[0]] * 5, crs=few.crs)
    sent = payload(few, None, view=None)
    assert sorted((f["i"], f["n"]) for f in sent["features"]) == [(i, 5) for i in range(5)]
    assert payload(EVENTS, None, view=None)["cells"]


def test_the_selected_event_is_brought_into_view() -> None:
    row = EVENTS[drawn(EVENTS)].iloc[0]
    sent = payload(EVENTS, row["event_id"], view=None)
    assert sent["selected"] == row["event_id"]
    assert sent["focus"] == pytest.approx(list(row.geometry.bounds), abs=1e-5)
    assert payload(EVENTS, "no such event", view=None)["focus"] is None


def test_what_is_sent_is_bounded() -> None:
    big = EVENTS[EVENTS.geom_type.eq("Point")]
    big = big.iloc[[i % len(big) for i in range(20_000)]].reset_index(drop=True)
    for view in (None, View((60.0, 29.0, 75.0, 39.0), 6), View((69.1, 34.4, 69.3, 34.6), 12)):
        sent = payload(big, None, view=view)
        assert len(sent["features"]) <= MAX_FEATURES
        assert len(sent["cells"]) <= MAX_FEATURES
        assert len(js_json(sent)) < 200_000
    assert sum(c["n"] for c in payload(big, None, view=None)["cells"]) == len(big)


def test_two_thousand_single_events_stay_below_the_limit() -> None:
    some = EVENTS[EVENTS["where_prec"].eq(2)]
    some = some.iloc[[i % len(some) for i in range(MAX_FEATURES)]].reset_index(drop=True)
    points = some.geometry.translate(0.0).to_numpy()
    some = some.set_geometry(
        [point.__class__(point.x + i / 1e4, point.y) for i, point in enumerate(points)],
        crs=some.crs,
    )
    sent = payload(some, None, view=None)
    assert len(sent["features"]) == MAX_FEATURES
    assert len(js_json(sent)) < 400_000


def test_an_empty_table_draws_nothing() -> None:
    sent = payload(empty(), None, view=None)
    assert sent["features"] == sent["cells"] == sent["shapes"] == []
    assert "Dateline.events" in _sent(events_layer(empty()))


def test_every_type_has_its_own_symbol() -> None:
    assert set(PALETTE) == set(EVENT_TYPES)
    assert len({(s.colour, s.shape) for s in PALETTE.values()}) == len(PALETTE)
    assert len({s.colour for s in PALETTE.values()}) == 4


def test_large_shapes_are_made_light() -> None:
    coast = shapely.Point(66, 34).buffer(3, quad_segs=20_000)
    events = from_records(
        [
            {
                "event_id": "a",
                "event_type": "AID",
                "modality": "actual",
                "geometry": coast,
                "where_prec": 5,
            }
        ]
    )
    sent = payload(events, None, view=None)
    assert sum(len(ring) for polygon in sent["shapes"][0] for ring in polygon) <= 600
