import json
import logging
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from strategies import records, tables, texts

from geo import frame, sources
from geo.checks import SHOWN

EVENT = {"event_id": "a", "event_type": "RETREAT", "modality": "actual"}


def event(**values):
    return {**EVENT, **values}


def rules(*rows):
    """Give (row, column) of every violation."""
    with pytest.raises(frame.InvalidEvents) as caught:
        frame.from_records(rows)
    return {(violation.row, violation.column) for violation in caught.value.violations}


def test_schema_has_the_columns_of_the_design_in_order():
    names = list(frame.SCHEMA)
    assert len(names) == 71
    assert names[:2] == ["event_id", "incident_id"]
    assert names[-1] == "reviewed"
    for count in frame.COUNTS:
        assert names.index(f"{count}_high") == names.index(count) + 2
    assert [name for name, column in frame.SCHEMA.items() if not column.nullable] == [
        "event_id",
        "event_type",
        "quad_class",
        "modality",
        "reviewed",
    ]


def test_vocabularies_have_their_sizes():
    assert len(frame.EVENT_TYPES) == 16
    assert len(frame.EVENT_CONTEXTS) == 37
    assert sum(map(len, frame.ACLED_SUB_EVENT_TYPES.values())) == 25
    assert set(frame.EVENT_MODES) < set(frame.EVENT_TYPES)


def test_describe_tells_every_column():
    lines = frame.describe().splitlines()
    assert len(lines) == len(frame.SCHEMA) + 2
    assert all(line.count(" | ") >= 3 for line in lines[2:])
    assert "`RETREAT`" in frame.describe()


def test_empty_table_is_valid_and_typed():
    events = frame.empty()
    frame.validate(events)
    assert len(events) == 0
    assert list(events) == list(frame.SCHEMA)
    assert events.crs == frame.CRS
    for name, column in frame.SCHEMA.items():
        assert str(events[name].dtype) == column.dtype


def test_what_follows_from_others_is_filled():
    events = frame.from_records([event(geometry=shapely.box(60, 30, 70, 40), where_prec=5)])
    row = events.iloc[0]
    assert row["quad_class"] == "material cooperation"
    assert row["geometry"].covers(shapely.Point(row["longitude"], row["latitude"]))
    assert not row["reviewed"]
    assert pd.isna(row["fatalities"])


@pytest.mark.parametrize(
    "value",
    [
        date(2021, 7, 4),
        datetime(2021, 7, 4, 23, 30, tzinfo=UTC),
        "2021-07-04",
        "2021-07-04T23:30:00+04:30",
        pd.Timestamp("2021-07-04 12:00"),
        np.datetime64("2021-07-04T12:00"),
    ],
)
def test_days_of_every_kind(value):
    events = frame.from_records([event(date_start=value, published=value)])
    assert events["date_start"].to_list() == [pd.Timestamp("2021-07-04")]
    assert events["published"].to_list() == [pd.Timestamp("2021-07-04")]


@pytest.mark.parametrize("null", [None, float("nan"), pd.NA, pd.NaT, np.datetime64("NaT")])
def test_nulls_of_every_kind(null):
    events = frame.from_records([event(**dict.fromkeys(["soldiers", "date_start", "title"], null))])
    assert events[["soldiers", "date_start", "title"]].isna().all(axis=None)


def test_days_far_away():
    days = [date(1, 1, 1), date(1850, 2, 3), date(9999, 12, 31)]
    events = frame.from_records(
        event(event_id=str(place), date_start=day) for place, day in enumerate(days)
    )
    assert events["date_start"].dt.date.to_list() == days


def test_sorted_by_day_then_id_undated_last():
    events = frame.from_records(
        [
            event(event_id="d"),
            event(event_id="c", date_end="2021-07-04"),
            event(event_id="b", date_start="2021-07-04"),
            event(event_id="a", date_start="2021-07-05"),
        ]
    )
    assert events["event_id"].to_list() == ["b", "c", "a", "d"]
    assert events.index.to_list() == [0, 1, 2, 3]


def test_lists_are_joined_and_empty_text_is_null():
    events = frame.from_records([event(event_context=["military", "asylum"], title="")])
    assert events["event_context"].to_list() == ["military;asylum"]
    assert events["title"].isna().all()


@given(texts())
def test_cleaning_keeps_length_and_is_idempotent(text):
    clean = frame.clean_text(text)
    assert len(clean) == len(text)
    assert frame.clean_text(clean) == clean
    clean.encode()
    assert "\0" not in clean


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"event_id": None}, "event_id"),
        ({"event_type": "FIGHT"}, "event_type"),
        ({"event_type": None}, "event_type"),
        ({"event_mode": "drone"}, "event_mode"),
        ({"event_context": "military; asylum"}, "event_context"),
        ({"quad_class": "verbal conflict"}, "quad_class"),
        ({"acled_event_type": "Riots", "acled_sub_event_type": "Attack"}, "acled_sub_event_type"),
        ({"acled_sub_event_type": "Attack"}, "acled_sub_event_type"),
        ({"modality": "maybe"}, "modality"),
        ({"actor1_type": "Army"}, "actor1_type"),
        ({"actor1_country": "Afg"}, "actor1_country"),
        ({"country": "AF"}, "country"),
        ({"soldiers": -1}, "soldiers"),
        ({"soldiers": 1.5}, "soldiers"),
        ({"soldiers": True}, "soldiers"),
        ({"soldiers": "12"}, "soldiers"),
        ({"soldiers": 10**11}, "soldiers"),
        ({"soldiers": 10**30}, "soldiers"),
        ({"soldiers": float("inf")}, "soldiers"),
        ({"injured": 5, "injured_low": 6}, "injured_low"),
        ({"injured_low": 6, "injured_high": 5}, "injured_low"),
        ({"injured": 5, "injured_high": 4}, "injured"),
        ({"date_start": "July 4"}, "date_start"),
        ({"date_start": 20210704}, "date_start"),
        ({"date_start": "2021-07-05", "date_end": "2021-07-04"}, "date_start"),
        ({"date_start": "2021-07-03", "date_end": "2021-07-04", "date_prec": 1}, "date_prec"),
        ({"date_prec": 1}, "date_prec"),
        ({"date_start": "2021-07-03", "date_prec": 6}, "date_prec"),
        ({"date_source": "guess"}, "date_source"),
        ({"geometry": "POINT (0 0)", "where_prec": 1}, "geometry"),
        ({"geometry": shapely.Point(1, 2)}, "where_prec"),
        ({"geometry": shapely.Point(181, 2), "where_prec": 1}, "geometry"),
        ({"geometry": shapely.Point(34, 91), "where_prec": 1}, "geometry"),
        ({"geometry": shapely.Point(66, 34), "where_prec": 6}, "geometry"),
        ({"geometry": shapely.MultiPoint([(0, 0), (1, 1)]), "where_prec": 1}, "geometry"),
        (
            {"geometry": shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "where_prec": 5},
            "geometry",
        ),
        ({"longitude": 1.0}, "longitude"),
        ({"longitude": 1.0, "latitude": 91.0}, "latitude"),
        ({"longitude": float("inf"), "latitude": 1.0}, "longitude"),
        ({"where_prec": 8}, "where_prec"),
        ({"relation": "atop"}, "relation"),
        ({"location_source": "guess"}, "location_source"),
        ({"sentence_start": 3}, "sentence_start"),
        ({"sentence_start": 3, "sentence_end": 3}, "sentence_start"),
        ({"sentence": "abc", "sentence_start": 3, "sentence_end": 5}, "sentence_end"),
        ({"trigger_start": -1, "trigger_end": 5}, "trigger_start"),
        ({"confidence": 1.1}, "confidence"),
        ({"confidence": "high"}, "confidence"),
        ({"reviewed": 1}, "reviewed"),
        ({"title": 5}, "title"),
        ({"titel": "x"}, "titel"),
    ],
)
def test_each_rule(values, column):
    assert column in {name for _, name in rules(event(**values))}


def test_all_violations_at_once_and_a_short_message():
    rows = [event(event_id=f"e{place}", soldiers=-place - 1, country="xx") for place in range(50)]
    with pytest.raises(frame.InvalidEvents) as caught:
        frame.from_records(rows)
    assert len(caught.value.violations) == 100
    lines = str(caught.value).splitlines()
    assert len(lines) == SHOWN + 2
    assert lines[0].startswith("100 violations")
    assert lines[-1] == "  and 80 more"


def test_casts_and_rules_are_told_together():
    assert rules(event(soldiers="5", country="xx"), event(event_id="b", confidence=2)) == {
        ("a", "soldiers"),
        ("a", "country"),
        ("b", "confidence"),
    }


def test_a_long_value_is_cut_in_the_message():
    with pytest.raises(frame.InvalidEvents) as caught:
        frame.from_records([event(modality="x" * 10_000)])
    assert len(str(caught.value)) < 300


def test_ids_are_unique():
    assert rules(event(), event()) == {("a", "event_id")}


def test_height_goes_and_empty_geometry_is_none():
    events = frame.from_records(
        [
            event(geometry=shapely.Point(1, 2, 3), where_prec=1),
            event(event_id="b", geometry=shapely.Polygon(), where_prec=1),
        ]
    )
    assert not events.geometry.has_z.any()
    assert events.geometry.isna().to_list() == [False, True]


def test_country_level_may_be_a_polygon_or_a_line():
    frame.from_records(
        [
            event(geometry=shapely.box(60, 30, 70, 40), where_prec=6),
            event(event_id="b", geometry=shapely.LineString([(0, 0), (9, 9)]), where_prec=6),
        ]
    )


@pytest.mark.parametrize(
    ("spoil", "column"),
    [
        (lambda events: events.drop(columns="title"), "title"),
        (lambda events: events.assign(extra=1), "extra"),
        (lambda events: events.assign(soldiers=1.0), "soldiers"),
        (lambda events: events.set_crs(3857, allow_override=True), "geometry"),
        (lambda events: events.assign(title="a\0b"), "title"),
        (lambda events: events.assign(title=""), "title"),
        (
            lambda events: events.assign(geometry=gpd.GeoSeries([shapely.Point()], crs=4326)),
            "geometry",
        ),
        (
            lambda events: events.assign(
                geometry=gpd.GeoSeries([shapely.Point(1, 2, 3)], crs=4326)
            ),
            "geometry",
        ),
        (
            lambda events: events.assign(
                date_end=pd.Series(["2021-07-04T12:00"], dtype="datetime64[ms]")
            ),
            "date_end",
        ),
    ],
)
def test_validate_a_spoiled_table(spoil, column):
    with pytest.raises(frame.InvalidEvents) as caught:
        frame.validate(spoil(frame.from_records([event()])))
    assert column in {violation.column for violation in caught.value.violations}


def test_days_beyond_the_calendar():
    events = frame.from_records([event()])
    events["date_start"] = np.array(["12000-01-01"], dtype="datetime64[ms]")
    with pytest.raises(frame.InvalidEvents, match="date_start"):
        frame.validate(events)


def test_only_a_geodataframe_is_a_table():
    with pytest.raises(TypeError, match="DataFrame"):
        frame.validate(pd.DataFrame())


@settings(deadline=None, max_examples=25)
@given(tables())
def test_parquet_round_trip(tmp_path_factory, events):
    path = tmp_path_factory.mktemp("t") / "events.parquet"
    frame.write(events, path)
    assert_geodataframe_equal(frame.read(path), events)
    assert_geodataframe_equal(frame.read(path.parent), events)


@settings(deadline=None, max_examples=25)
@given(records())
def test_records_of_a_table_give_the_table(record):
    events = frame.from_records([{"event_id": "a", **record}])
    again = frame.from_records(events.to_dict("records"))
    assert_geodataframe_equal(again, events)


def test_metadata_and_other_readers(tmp_path):
    path = tmp_path / "events.parquet"
    frame.write(frame.from_records([event(geometry=shapely.Point(1, 2), where_prec=1)]), path)
    metadata = pq.read_schema(path).metadata
    assert json.loads(metadata[b"dateline"]) == {
        "schema_version": frame.SCHEMA_VERSION,
        "attribution": frame.ATTRIBUTION,
    }
    geo = json.loads(metadata[b"geo"])
    assert geo["columns"]["geometry"]["geometry_types"] == ["Point"]
    assert geo["columns"]["geometry"]["bbox"] == [1, 2, 1, 2]
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"
    assert gpd.read_parquet(path).crs == frame.CRS


def test_write_replaces_whole_or_not_at_all(tmp_path):
    path = tmp_path / "deep" / "events.parquet"
    frame.write(frame.from_records([event()]), path)
    before = path.read_bytes()
    bad = frame.from_records([event()]).assign(modality="maybe")
    with pytest.raises(frame.InvalidEvents):
        frame.write(bad, path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["events.parquet"]
    with pytest.raises(IsADirectoryError, match=r"events\.parquet"):
        frame.write(frame.empty(), path.parent)


def test_folder_of_parts(tmp_path):
    frame.write(frame.from_records([event(date_start="2021-07-05")]), tmp_path / "part-0.parquet")
    frame.write(frame.empty(), tmp_path / "part-1.parquet")
    frame.write(
        frame.from_records([event(event_id="b", date_start="2021-07-04")]),
        tmp_path / "part-2.parquet",
    )
    sources.write_documents([], tmp_path / "documents.parquet")
    assert frame.read(tmp_path)["event_id"].to_list() == ["b", "a"]
    frame.write(frame.from_records([event()]), tmp_path / "part-3.parquet")
    with pytest.raises(frame.InvalidEvents, match="unique"):
        frame.read(tmp_path)


def test_an_older_table_is_filled_and_a_strange_column_left_out(tmp_path, caplog):
    events = frame.from_records([event(soldiers=5, geometry=shapely.Point(1, 2), where_prec=1)])
    older = events.drop(columns=["where_note", "soldiers_low"]).assign(extra="x")
    older.to_parquet(tmp_path / "old.parquet")
    with caplog.at_level(logging.WARNING):
        assert_geodataframe_equal(frame.read(tmp_path / "old.parquet"), events)
    assert "extra" in caplog.text
    events.drop(columns="modality").to_parquet(tmp_path / "old.parquet")
    with pytest.raises(frame.InvalidEvents, match=r"old\.parquet"):
        frame.read(tmp_path / "old.parquet")


def test_a_table_in_other_dtypes_and_crs(tmp_path):
    events = frame.from_records(
        [
            event(
                soldiers=5, date_start="2021-07-04", geometry=shapely.Point(10, 20), where_prec=1
            ),
            event(event_id="b"),
        ]
    )
    other = events.assign(
        soldiers=events["soldiers"].astype("float64"),
        date_start=events["date_start"].astype("datetime64[ns]"),
        title=None,
    ).to_crs(3857)
    other.rename_geometry("geom").to_parquet(tmp_path / "other.parquet")
    read = frame.read(tmp_path / "other.parquet")
    assert_geodataframe_equal(read, events, check_less_precise=True)


def test_clear_errors_of_read(tmp_path):
    with pytest.raises(FileNotFoundError, match="dateline build"):
        frame.read(tmp_path / "none.parquet")
    with pytest.raises(FileNotFoundError, match=r"no \.parquet"):
        frame.read(tmp_path)
    text = tmp_path / "text.parquet"
    text.write_text("not parquet")
    with pytest.raises(ValueError, match=r"text\.parquet is not a Parquet file"):
        frame.read(text)
    sources.write_documents([], tmp_path / "documents.parquet")
    with pytest.raises(ValueError, match="GeoParquet"):
        frame.read(tmp_path / "documents.parquet")
    (tmp_path / "x.xlsx").write_text("")
    with pytest.raises(ValueError, match=r"\.xlsx is not one of \.parquet"):
        frame.read(tmp_path / "x.xlsx")
    for broken in (
        "",
        "[]",
        '{"type":"Feature"}',
        '{"features":[{"geometry":{"type":"Cube"}}]}',
        '{"features":[1]}',
    ):
        (tmp_path / "x.geojson").write_text(broken)
        with pytest.raises(ValueError, match=r"x\.geojson is not a GeoJSON file of events"):
            frame.read(tmp_path / "x.geojson")
    (tmp_path / "x.gpkg").write_text("")
    with pytest.raises(ValueError, match=r"x\.gpkg is not a GeoPackage"):
        frame.read(tmp_path / "x.gpkg")


def test_a_foreign_geojson_tells_what_is_missing(tmp_path):
    path = tmp_path / "x.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"a":1}}]}'
    )
    with pytest.raises(frame.InvalidEvents, match="event_id"):
        frame.read(path)


def test_a_newer_major_version_is_refused(tmp_path):
    path = tmp_path / "events.parquet"
    frame.write(frame.empty(), path)
    table = pq.read_table(path)
    pq.write_table(
        table.replace_schema_metadata(
            {**table.schema.metadata, b"dateline": b'{"schema_version":"2.0"}'}
        ),
        path,
    )
    with pytest.raises(ValueError, match=r"schema version 2\.0"):
        frame.read(path)


def test_a_file_cut_short(tmp_path):
    path = tmp_path / "events.parquet"
    frame.write(frame.from_records([event()]), path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ValueError, match=r"events\.parquet"):
        frame.read(path)


def test_documents_round_trip(tmp_path):
    frame.write(frame.empty(), tmp_path / "events.parquet")
    written = [
        {
            "doc_id": "a",
            "text": "Kabul\0 fell\ud800.",
            "published": date(1850, 1, 1),
            "path": "left out",
        },
        {"doc_id": "b", "text": "x", "title": "T", "published": None},
        {"doc_id": "a", "text": "again"},
    ]
    sources.write_documents(written, tmp_path)
    for path in (tmp_path, tmp_path / "documents.parquet", tmp_path / "events.parquet"):
        documents = sources.read_documents(path)
        assert documents.index.to_list() == ["a", "b"]
        assert documents.loc["a", "text"] == "Kabul� fell�."
        assert documents["published"].dt.year.to_list()[0] == 1850
    assert len(frame.read(tmp_path)) == 0


def test_documents_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="dateline build"):
        sources.read_documents(tmp_path)
    with pytest.raises(ValueError, match="doc_id"):
        sources.write_documents([{"text": "x"}], tmp_path)
    (tmp_path / "documents.parquet").write_text("x")
    with pytest.raises(ValueError, match="not a Parquet"):
        sources.read_documents(tmp_path)
    pd.DataFrame({"doc_id": ["a"]}).to_parquet(tmp_path / "documents.parquet")
    with pytest.raises(ValueError, match="no column title"):
        sources.read_documents(tmp_path)
