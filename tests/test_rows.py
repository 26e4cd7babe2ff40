"""geo.rows: a large table on disk gives what the same table in memory gives."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from sample_events import sample

from geo import rows
from geo.cells import points
from geo.checks import InvalidEvents
from geo.frame import is_null, read, write
from geo.index import Index
from geo.present import short_day
from geo.rows import Rows, find, geometry_types, open_events, part, records, wkb
from geo.schema import SCHEMA

EVENTS, _ = sample()


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rows:
    monkeypatch.setattr(rows, "LARGE", 100)
    monkeypatch.setattr(rows, "_BATCH", 64)
    write(EVENTS, tmp_path / "events.parquet")
    found = open_events(tmp_path, cache=tmp_path / "cache")
    assert isinstance(found, Rows)
    return found


def test_rows_are_those_of_the_frame(large: Rows, tmp_path: Path) -> None:
    whole = read(tmp_path)
    assert len(large) == len(whole)
    at = [0, 7, 5, len(whole) - 1]
    assert_geodataframe_equal(large.iloc[at], whole.iloc[at])
    mask = np.arange(len(whole)) % 3 == 0
    assert_geodataframe_equal(large[mask], whole[mask])
    assert_geodataframe_equal(large.iloc[10:20], whole.iloc[10:20])
    assert large.iloc[5]["event_id"] == whole.iloc[5]["event_id"]
    for name in SCHEMA:
        if name != "geometry":
            pd.testing.assert_series_equal(large[name], whole[name])
    pd.testing.assert_frame_equal(part(large, at, ["location"]), part(whole, at, ["location"]))
    assert (wkb(large, at) == wkb(whole, at)).all()


def test_records_are_those_of_the_frame(large: Rows, tmp_path: Path) -> None:
    whole = read(tmp_path)
    at = [0, 90, 5, len(whole) - 1, 70]
    names = [name for name in SCHEMA if name != "geometry"]
    frame = part(whole, at, names).to_dict("records")
    for table in (large, whole):
        found = records(table, at, names)
        assert len(found) == len(frame)
        for event, expected in zip(found, frame, strict=True):
            for name in names:
                known = not is_null(expected[name])
                assert is_null(event[name]) != known, name
                assert not known or event[name] == expected[name], name
            assert short_day(event) == short_day(expected)
        assert records(table, [], names) == []


def test_index_and_points_are_the_same(large: Rows, tmp_path: Path) -> None:
    whole = read(tmp_path)
    assert (geometry_types(large) == geometry_types(whole)).all()
    a, b = Index(large), Index(whole)  # type: ignore[arg-type]
    for name in ("first", "last", "event_type", "where_prec", "country_level", "drawn"):
        assert (getattr(a, name) == getattr(b, name)).all(), name
    assert (points(a).place == points(b).place).all()
    large.release()
    assert large["event_id"].iloc[0] == whole["event_id"].iloc[0]


def test_an_event_is_found(large: Rows) -> None:
    for table in (large, EVENTS):
        assert find(table, str(EVENTS["event_id"].iloc[9])) == 9
        assert find(table, "no such event") is None


def test_the_copy_is_made_once_and_again_when_the_table_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "LARGE", 100)
    write(EVENTS, tmp_path / "events.parquet")
    for _ in range(2):
        open_events(tmp_path, cache=tmp_path / "cache")
    (copy,) = (tmp_path / "cache").iterdir()
    assert copy.stat().st_mode & 0o077 == 0, "only its owner reads it"
    write(EVENTS.head(150), tmp_path / "events.parquet")
    assert len(open_events(tmp_path, cache=tmp_path / "cache")) == 150


def test_a_small_table_is_a_frame(tmp_path: Path) -> None:
    write(EVENTS, tmp_path / "events.parquet")
    assert_geodataframe_equal(open_events(tmp_path), read(tmp_path))
    with pytest.raises(FileNotFoundError):
        open_events(tmp_path / "none")


def test_an_invalid_large_table_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LARGE", 100)
    monkeypatch.setattr("geo.frame.validate", lambda _: None)
    broken = EVENTS.copy()
    broken.loc[250, "where_prec"] = 99
    write(broken, tmp_path / "events.parquet")
    with pytest.raises(InvalidEvents, match="99"):
        open_events(tmp_path, cache=tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*.arrow"))
