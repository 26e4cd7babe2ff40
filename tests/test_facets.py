"""geo.facets and geo.index: selections and counts tell the truth for any table and filter."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_events import FIRST, sample

from geo.facets import counts, precision_counts, selection, shown
from geo.filters import Filters, mask
from geo.frame import MODALITIES, from_records
from geo.index import UNDATED, Codes, Index, Running

EVENTS, DOCUMENTS = sample()
INDEX = Index(EVENTS)
ALL = np.ones(len(EVENTS), dtype=bool)

filters = st.builds(
    Filters,
    date_from=st.none() | st.dates(FIRST, FIRST + dt.timedelta(days=20)),
    date_to=st.none() | st.dates(FIRST + dt.timedelta(days=20), FIRST + dt.timedelta(days=60)),
    event_types=st.none() | st.frozensets(st.sampled_from(sorted(set(EVENTS["event_type"])))),
    modalities=st.none() | st.frozensets(st.sampled_from(MODALITIES)),
    where_precs=st.none() | st.frozensets(st.integers(1, 7)),
    countries=st.none() | st.frozensets(st.sampled_from(["AFG", "TJK", "XXX"])),
    actors=st.none() | st.just(frozenset({"the column"})),
    confidence=st.none() | st.sampled_from([0.5, 0.9]),
    bbox=st.none() | st.just((60.0, 30.0, 70.0, 36.0)),
    area=st.none() | st.just(((60.0, 30.0), (75.0, 30.0), (75.0, 38.0))),
    text=st.sampled_from(["", "kabul", "column", "nothing like it", "{{"]),
    undated=st.booleans(),
)


@given(filters)
def test_a_selection_keeps_what_the_filters_keep(chosen: Filters) -> None:
    assert (selection(INDEX, chosen).keep == mask(EVENTS, chosen).to_numpy()).all()


@given(filters)
def test_opening_a_facet_never_hides_an_event_and_shown_adds_up(chosen: Filters) -> None:
    selected = selection(INDEX, chosen)
    told = shown(INDEX, selected)
    assert told.total == len(EVENTS)
    assert told.shown == selected.keep.sum()
    assert all(number >= 0 for number in told.hidden_by.values())
    assert sum(told.hidden_by.values()) <= told.total - told.shown
    assert list(told.hidden_by.values()) == sorted(told.hidden_by.values(), reverse=True)
    for facet in selected.passes:
        assert (selected.without(facet) >= selected.keep).all()


def test_the_open_filter_restricts_nothing() -> None:
    selected = selection(INDEX, Filters(modalities=None))
    assert selected.passes == {}
    assert selected.keep.all()


@pytest.mark.parametrize("facet", ["event_type", "modality", "country", "source"])
def test_counts_are_those_of_the_column(facet: str) -> None:
    found = counts(INDEX, facet, ALL)
    assert found == EVENTS[facet].dropna().value_counts().to_dict()
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_an_actor_on_both_sides_counts_once() -> None:
    base = {"event_type": "AID", "modality": "actual"}
    sides = [("x", "y"), ("x", "x"), (None, "x"), (None, None)]
    index = Index(
        from_records(
            {**base, "event_id": str(n), "actor1": one, "actor2": two}
            for n, (one, two) in enumerate(sides)
        )
    )
    assert counts(index, "actor", np.ones(4, dtype=bool)) == {"x": 3, "y": 1}
    assert index.codes("actor").among(frozenset({"x"})).tolist() == [True, True, True, False]


def test_counts_react_to_the_other_filters() -> None:
    selected = selection(INDEX, Filters(event_types=frozenset({"AID"}), modalities=None))
    there = counts(INDEX, "country", selected.without("country"))
    assert sum(there.values()) == EVENTS[EVENTS["event_type"].eq("AID")]["country"].notna().sum()
    assert sum(counts(INDEX, "event_type", selected.without("event_type")).values()) == len(EVENTS)


def test_precision_counts() -> None:
    found = precision_counts(INDEX, ALL)
    assert sum(found.values()) == EVENTS["where_prec"].notna().sum()
    assert list(found) == [1, 2, 3, 4, 5, 6, 7]


def test_an_index_has_the_table_in_numbers() -> None:
    days = EVENTS["date_start"].dropna().to_numpy().astype("datetime64[D]").astype(int)
    assert INDEX.first[~INDEX.undated].tolist() == days.tolist()
    assert (INDEX.first == UNDATED).sum() == 12
    assert INDEX.country_level.sum() == 12
    assert INDEX.unplaced.sum() == 12
    assert (INDEX.drawn | INDEX.country_level | INDEX.unplaced).all()
    coded = INDEX.codes("location")
    names = pd.Series([None if code < 0 else coded.names[code] for code in coded.codes])
    assert names.fillna("").tolist() == EVENTS["location"].fillna("").tolist()


def test_results_are_remembered_and_forgotten() -> None:
    index = Index(EVENTS)
    made = []
    for number in (1, 1, *range(2, 60), 1):
        index.remembered((number,), lambda number=number: made.append(number) or ALL)
    assert made == [1, *range(2, 60), 1]


@given(st.lists(st.lists(st.booleans(), min_size=40, max_size=40), min_size=1, max_size=6))
def test_running_counts_are_those_of_counting_anew(choices: list[list[bool]]) -> None:
    codes = np.arange(40, dtype=np.int8) % 5 - 1
    coded = Codes(("a", "b", "c", "d"), codes, np.roll(codes, 3))
    running = Running(coded.tally)
    for choice in choices:
        few = np.array(choice)
        for rows in (few, few ^ (np.arange(40) == 7), np.ones(40, dtype=bool)):
            found = running.of(rows)
            assert found.tolist() == coded.tally(rows).tolist()
            assert found.tolist() == coded.tally(np.flatnonzero(rows)).tolist()
            found[:] = -1  # what is given out is the caller's own
