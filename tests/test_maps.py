"""geo.maps: constant base map, inert layers, and nothing but sense taken from the browser."""

import json
import os
import re
from datetime import date
from typing import Any

import folium
import jinja2
import pytest
import streamlit_folium
from hypothesis import given
from hypothesis import strategies as st
from sample_events import HOSTILE, sample

from geo.cells import points
from geo.facets import selection
from geo.filters import Filters
from geo.frame import EVENT_TYPES
from geo.index import Index
from geo.maps import (
    PALETTE,
    TILES,
    Reply,
    Screen,
    base_map,
    events_layer,
    js_json,
    payload,
    reply_from,
    take_over,
)

EVENTS, _ = sample()
TEXTS = st.text() | st.lists(
    st.sampled_from(["{", "}", "%", "#", "<", "`", "$", "\\", '"', "a", "\u2028"])
).map("".join)
SPAN = (date(2021, 6, 1), date(2021, 7, 30))


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
    index = Index(events)
    fly = {"lon": 69.2, "lat": 34.5, "bbox": None, "name": text, "at": 1.0}
    screen = Screen(event=0, caption=text, fly=fly, new=frozenset(events["event_id"]))
    data = payload(index, points(index), selection(index, Filters()), screen)
    layer = events_layer(data | {"key": text, "url": text})
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
    tiles = {url for _, _, url, _, _ in TILES}  # asked for only when a person chooses them
    assert set(re.findall(r"https?://[^\"']+", strings[0])) == tiles
    assert folium.Map.default_js[0][1].startswith("https")  # folium itself is left as it is


def test_every_type_has_its_own_symbol() -> None:
    assert set(PALETTE) == set(EVENT_TYPES)
    assert len({(s.colour, s.shape) for s in PALETTE.values()}) == len(PALETTE)
    assert len({s.colour for s in PALETTE.values()}) == 4


def test_a_reply_is_read() -> None:
    reply = reply_from(
        {
            "view": [60, 30, 70, 38, 5.5],
            "click": {"id": "e1", "at": 12},
            "dates": {"first": 18779, "last": 18800, "at": 13},
            "area": {"ring": [[60, 30], [61, 30], [61, 31]], "at": 14},
            "heat": True,
            "want": "ab",
            "have": "",
        }
    )
    assert reply.view is not None
    assert reply.view.bbox == (60, 30, 70, 38)
    assert reply.click is not None
    assert reply.click.event_id == "e1"
    assert reply.dates is not None
    assert (reply.dates.first, reply.dates.last) == (date(2021, 6, 1), date(2021, 6, 22))
    assert reply.area is not None
    assert reply.area.ring == ((60, 30), (61, 30), (61, 31))
    assert reply.heat
    assert reply.want == "ab"


JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda x: st.lists(x, max_size=6) | st.dictionaries(st.text(max_size=5), x, max_size=4),
    max_leaves=8,
)


@given(
    JUNK
    | st.fixed_dictionaries(
        dict.fromkeys(("view", "click", "dates", "area", "heat", "want", "have"), JUNK)
    )
)
def test_nonsense_from_the_browser_is_left_out(value: Any) -> None:
    reply = reply_from(value)
    assert isinstance(reply, Reply)
    take_over({}, SPAN, reply)


@pytest.mark.parametrize(
    "ring",
    [[[0, 0], [1, 1]], [[0, 0]] * 61, [[0, 0], [1, 0], [200, 1]], [[0, 0], [1, 0], ["a", 1]]],
)
def test_an_area_that_is_none_is_left_out(ring: list) -> None:
    assert reply_from({"area": {"ring": ring, "at": 1}}).area is None


def test_what_is_new_is_taken_over_once() -> None:
    state: dict[str, Any] = {}
    value = {"click": {"id": "e1", "at": 1}, "dates": {"first": 18700, "last": 18800, "at": 2}}
    assert take_over(state, SPAN, reply_from(value))
    assert state["event"] == "e1"
    assert state["dates"] == (SPAN[0], date(2021, 6, 22))  # cut to the scale
    state["event"] = None
    assert not take_over(state, SPAN, reply_from(value | {"view": [60, 30, 70, 38, 5]}))
    assert state["event"] is None
    box = {"box": [1, 2, 3, 4], "at": 5}
    assert take_over(state, SPAN, reply_from(value | {"click": box}))
    assert state["place"] == (1, 2, 3, 4)
    assert take_over(state, SPAN, reply_from({"area": {"ring": [], "at": 6}}))
    assert state["area"] is None
