"""geo.charts: what a chart counts adds up, and its CSV says the same."""

import csv
import io
import json

import numpy as np
import pytest
from sample_events import sample

from geo import outlines
from geo.charts import counted, drawn, to_csv
from geo.index import Index
from geo.words import CHART_NAMES

EVENTS, _ = sample()
INDEX = Index(EVENTS)
EVERY = np.arange(len(EVENTS))


def test_over_time_counts_each_dated_event_once() -> None:
    table = counted("time", INDEX, EVERY)
    assert table["events"].sum() == EVENTS["date_start"].notna().sum()
    by_type = table.groupby("event_type")["events"].sum().to_dict()
    assert by_type == EVENTS.dropna(subset=["date_start"])["event_type"].value_counts().to_dict()
    assert table["start"].is_monotonic_increasing


def test_pairs_of_actors() -> None:
    table = counted("actors", INDEX, EVERY[:10])
    assert table.to_dict("records") == [
        {"actor1": "the column", "actor2": "the garrison", "events": 10}
    ]


def test_provinces() -> None:
    events = EVENTS.assign(
        admin1=EVENTS["location"].where(EVENTS["country"].eq("AFG")), country=EVENTS["country"]
    )
    table = counted("province", Index(events), EVERY)
    assert set(table["country"]) == {"AFG"}
    assert table["events"].sum() == events["admin1"].notna().sum()
    assert table["events"].is_monotonic_decreasing


@pytest.mark.parametrize("name", CHART_NAMES)
def test_nothing_to_count_is_an_empty_table(name: str) -> None:
    assert counted(name, INDEX, EVERY[:0]).empty


@pytest.mark.parametrize("name", ["time", "actors"])
@pytest.mark.parametrize("dark", [False, True])
def test_a_chart_is_a_small_specification_with_a_menu_for_pictures(
    name: str, *, dark: bool
) -> None:
    table = counted(name, INDEX, EVERY)
    spec = drawn(name, table, dark=dark).to_dict()
    assert spec["usermeta"]["embedOptions"]["actions"]["export"] == {"png": True, "svg": True}
    assert len(json.dumps(spec)) < 200_000


@pytest.mark.parametrize("name", ["time", "actors"])
def test_the_csv_has_every_row(name: str) -> None:
    table = counted(name, INDEX, EVERY)
    lines = list(csv.reader(io.StringIO(to_csv(table))))
    assert lines[0] == list(table.columns)
    assert sum(int(line[-1]) for line in lines[1:]) == table["events"].sum()


def test_outlines_of_a_country_under_the_names_of_the_events() -> None:
    found = outlines.provinces("AFG", ["Kundūz"])
    assert len(found) == 34
    assert "Kundūz" in found
    assert len(json.dumps(found)) < 200_000
    assert outlines.provinces("XXX", []) == {}
    table = counted("province", INDEX, EVERY).head(0)
    spec = drawn("choropleth", table, outlines=found).to_dict()
    assert [len(rows) for rows in spec["datasets"].values()] == [34]
