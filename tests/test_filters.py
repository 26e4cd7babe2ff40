from dataclasses import fields
from datetime import date

import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import filters as narrowings
from strategies import tables

from geo import frame
from geo.filters import Filters, event_days, mask, passes, select
from geo.index import Index

WIDE = Filters(modalities=None)


def kept(events, **values):
    return set(select(events, Filters(**values))["event_id"])


@pytest.fixture(scope="module")
def events():
    base = {"event_type": "RETREAT", "modality": "actual"}
    return frame.from_records(
        {**base, "event_id": name, **values}
        for name, values in {
            "day": {"date_start": "2021-07-04", "date_end": "2021-07-04"},
            "month": {"date_start": "2021-06-01", "date_end": "2021-06-30"},
            "by": {"date_end": "2021-07-10"},
            "from": {"date_start": "2021-07-20"},
            "never": {"date_text": "some day"},
            "planned": {"modality": "planned", "date_start": "2021-09-11"},
            "dot": {"geometry": shapely.Point(69, 34), "where_prec": 1, "country": "AFG"},
            "area": {
                "geometry": shapely.box(60, 30, 75, 38),
                "where_prec": 5,
                "title": "Straße (50%",
            },
            "label": {"longitude": 69.0, "latitude": 34.0, "where_prec": 6, "actor1": "Ghani"},
            "fiji": {"geometry": shapely.Point(179.5, -17), "where_prec": 2, "event_type": "AID"},
        }.items()
    )


def test_the_default_keeps_what_happened(events):
    assert set(events["event_id"]) - kept(events) == {"planned"}


def test_days_meet_the_span(events):
    dated = {"undated": False, "modalities": None}
    assert kept(events, date_from=date(2021, 7, 4), date_to=date(2021, 7, 10), **dated) == {
        "day",
        "by",
    }
    assert kept(events, date_from=date(2021, 6, 30), date_to=date(2021, 6, 30), **dated) == {
        "month"
    }
    assert kept(events, date_to=date(2021, 5, 31), **dated) == set()
    assert kept(events, date_from=date(2021, 7, 20), **dated) == {"from", "planned"}
    assert kept(events, **dated) == {"day", "month", "by", "from", "planned"}


def test_undated_events_stay_whatever_the_span(events):
    assert kept(events, date_from=date.max) == {"never", "dot", "area", "label", "fiji"}
    assert kept(events, date_to=date.min) == {"never", "dot", "area", "label", "fiji"}


def test_event_days(events):
    days = event_days(events).set_axis(events["event_id"])
    assert days.loc["by"].to_list() == [pd.Timestamp("2021-07-10")] * 2
    assert days.loc["from"].to_list() == [pd.Timestamp("2021-07-20")] * 2
    assert days.loc["never"].isna().all()
    assert str(days.dtypes["first"]) == "datetime64[ms]"


def test_lists(events):
    assert kept(events, event_types=frozenset({"AID"})) == {"fiji"}
    assert kept(events, event_types=frozenset()) == set()
    assert kept(events, where_precs=frozenset({1, 6})) == {"dot", "label"}
    assert kept(events, countries=frozenset({"AFG"})) == {"dot"}
    assert kept(events, modalities=frozenset({"planned"})) == {"planned"}


def test_box_meets_geometry_or_label(events):
    assert kept(events, bbox=(68, 33, 70, 35)) == {"dot", "area", "label"}
    assert kept(events, bbox=(60, 30, 61, 31)) == {"area"}
    assert kept(events, bbox=(170, -20, -170, -10)) == {"fiji"}
    assert kept(events, bbox=(-180, -90, 180, 90)) == {"dot", "area", "label", "fiji"}


def test_words_are_plain_and_without_case(events):
    assert kept(events, text="STRASSE (50%") == {"area"}
    assert kept(events, text=" ghani ") == {"label"}
    assert kept(events, text=".*") == set()


@pytest.mark.parametrize(
    "bbox", [(0, 10, 10, 0), (-181, 0, 0, 1), (0, 0, 200, 1), (0, float("nan"), 1, 1)]
)
def test_no_box(events, bbox):
    with pytest.raises(ValueError, match="west, south, east, north"):
        mask(events, Filters(bbox=bbox))


def test_no_span(events):
    with pytest.raises(ValueError, match="swap"):
        mask(events, Filters(date_from=date(2021, 7, 2), date_to=date(2021, 7, 1)))


@settings(deadline=None, max_examples=30)
@given(tables(), narrowings(), narrowings())
def test_a_narrower_filter_selects_a_subset(events, first, second):
    wider = Filters(**{"modalities": None, **first})
    both = {**second, **first}
    # A span of the second that begins after the first's end is no span.
    if both.get("date_from", date.min) > both.get("date_to", date.max):
        return
    narrower = Filters(**{"modalities": None, **both})
    assert not (mask(events, narrower) & ~mask(events, wider)).any()


@settings(deadline=None, max_examples=30)
@given(tables(), narrowings())
def test_select_is_pure_idempotent_and_aligned(events, values):
    filters = Filters(**values)
    before = events.copy(deep=True)
    shuffled = events.iloc[::-1]
    keep = mask(shuffled, filters)
    assert keep.index.equals(shuffled.index)
    assert keep.dtype == bool
    once = select(shuffled, filters)
    assert_geodataframe_equal(once, shuffled[keep.to_numpy()])
    assert_geodataframe_equal(select(once, filters), once)
    assert_geodataframe_equal(events, before)
    frame.validate(once)


@settings(deadline=None, max_examples=20)
@given(tables(), st.dates(date(2021, 4, 1), date(2021, 9, 30)))
def test_before_and_after_a_day_miss_no_dated_event(events, day):
    before = mask(events, Filters(modalities=None, undated=False, date_to=day))
    after = mask(events, Filters(modalities=None, undated=False, date_from=day))
    dated = event_days(events)["first"].notna()
    assert ((before | after) == dated).all()


def test_filters_are_values():
    assert hash(Filters()) == hash(Filters())
    assert len(fields(Filters)) == 18


@pytest.fixture(scope="module")
def many():
    base = {"event_type": "ASSAULT", "modality": "actual"}
    return frame.from_records(
        {**base, "event_id": name, **values}
        for name, values in {
            "a": {"country": "AFG", "admin1": "Kunduz", "actor1": "Taliban", "source": "BBC"},
            "b": {"country": "PAK", "admin1": "Punjab", "actor2": "Taliban", "confidence": 0.9},
            "c": {"country": "IND", "admin1": "Punjab", "actor1": "Army", "confidence": 0.2},
            "d": {"fatalities": 10, "reviewed": True, "doc_id": "d1"},
            "e": {"fatalities_low": 20, "fatalities_high": 40, "injured": 3},
            "f": {"fatalities": 0},
            "p": {"geometry": shapely.Point(69, 36), "where_prec": 1},
            "q": {"geometry": shapely.box(60, 30, 61, 31), "where_prec": 4},
            "l": {"longitude": 68.5, "latitude": 36.5, "where_prec": 6},
        }.items()
    )


def test_names(many):
    assert kept(many, countries=frozenset({"PAK", "IND"})) == {"b", "c"}
    assert kept(many, provinces=frozenset({"PAK/Punjab"})) == {"b"}
    assert kept(many, actors=frozenset({"Taliban"})) == {"a", "b"}
    assert kept(many, sources=frozenset({"BBC"})) == {"a"}
    assert kept(many, ids=frozenset({"a", "f", "x"})) == {"a", "f"}
    assert kept(many, reviewed=True) == {"d"}
    assert kept(many, confidence=0.5) == {"b"}
    assert kept(many, text="bbc") == {"a"}


@pytest.mark.parametrize(
    ("least", "most", "ids"),
    [
        (None, None, {"d", "e", "f"}),
        (1, None, {"d", "e"}),
        (11, None, {"e"}),
        (30, 35, {"e"}),
        (41, None, set()),
        (None, 0, {"f"}),
        (None, 20, {"d", "e", "f"}),
    ],
)
def test_figures_meet_their_range(many, least, most, ids):
    assert kept(many, figures=(("fatalities", least, most),)) == ids


def test_a_drawn_area(many):
    triangle = ((68.0, 35.0), (70.0, 35.0), (69.0, 38.0))
    assert kept(many, area=triangle) == {"p", "l"}
    assert kept(many, area=((59.0, 29.0), (60.5, 29.0), (60.5, 30.5))) == {"q"}
    bow = ((60.0, 30.0), (70.0, 40.0), (70.0, 30.0), (60.0, 40.0))  # crosses itself
    assert "q" in kept(many, area=bow)
    with pytest.raises(ValueError, match="three or more corners"):
        kept(many, area=((1.0, 2.0), (3.0, 4.0)))


def test_search_in_articles(many):
    documents = pd.DataFrame({"doc_id": ["d1"], "text": ["Nothing but a Word."]})
    index = Index(many)
    found = passes(index, Filters(text="a word", articles=True), documents)["text"]
    assert list(many["event_id"][found]) == ["d"]
    assert not passes(index, Filters(text="a word"), documents)["text"].any()
