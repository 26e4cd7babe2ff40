"""How long exports take; run once by CI so that they cannot rot, and read when one gets slow."""

import json
from datetime import date, timedelta

import pytest
import shapely

from geo import frame
from geo.export import to_csv, to_geojson, to_geopackage
from geo.filters import Filters, select

EVENTS = 10_000


@pytest.fixture(scope="module")
def events():
    circle = shapely.Point(66, 34).buffer(4, quad_segs=250)  # as many vertices as a country has
    sentence = "Tajikistan’s border guard service said 1,037 Afghan servicemen moved across."
    return frame.from_records(
        {
            "event_id": f"e{place:05}",
            "event_type": frame.EVENT_TYPES[place % 16],
            "modality": "actual",
            "geometry": circle if place % 50 == 0 else shapely.Point(place % 180, place % 90),
            "where_prec": 5,
            "date_start": date(2021, 5, 1) + timedelta(place % 120),
            "soldiers": place,
            "sentence": sentence,
            "sentence_start": place,
            "sentence_end": place + len(sentence),
            "title": "Sample",
            "location": "Kunduz",
            "country": "AFG",
            "confidence": 0.5,
        }
        for place in range(EVENTS)
    )


def test_to_geojson(benchmark, events):
    text = benchmark(to_geojson, events)
    assert len(json.loads(text)["features"]) == EVENTS


def test_to_csv(benchmark, events, tmp_path):
    benchmark(to_csv, events, tmp_path / "events.csv")


def test_to_geopackage(benchmark, events, tmp_path):
    benchmark(to_geopackage, events, tmp_path / "events.gpkg")


def test_write(benchmark, events, tmp_path):
    benchmark(frame.write, events, tmp_path / "events.parquet")


def test_read(benchmark, events, tmp_path):
    frame.write(events, tmp_path / "events.parquet")
    assert len(benchmark(frame.read, tmp_path / "events.parquet")) == EVENTS


def test_select(benchmark, events):
    filters = Filters(
        date_from=date(2021, 6, 1),
        date_to=date(2021, 7, 1),
        bbox=(60, 20, 80, 40),
        text="border guard",
    )
    assert len(benchmark(select, events, filters)) > 0
