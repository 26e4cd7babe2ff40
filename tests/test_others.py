"""geo.others: files of other sources are read, or refused with a reason; what is sent is bounded."""

import json
from datetime import date

import numpy as np
import pytest

from geo.cells import View
from geo.others import drawn, read_others

WORLD = View((-180.0, -80.0, 180.0, 80.0), 2)
ACLED = """event_id_cnty,event_date,event_type,sub_event_type,actor1,location,latitude,longitude,notes
AFG1,04 July 2021,Battles,Armed clash,Group A,Kunduz,36.729,68.857,x
AFG2,2021-07-09,Protests,,Group B,Kabul,34.53,69.17,"a, b"
AFG3,2021-07-10,Riots,,Group B,nowhere,,,
"""
UCDP = "id,date_start,date_end,side_a,side_b,latitude,longitude\n1,2021-07-01 00:00:00.000,2021-07-05 00:00:00.000,A,B,36,68\n"


def test_acled_and_ucdp_are_read() -> None:
    acled = read_others("acled.csv", ACLED.encode())
    assert (len(acled.said), acled.left_out) == (2, 1)
    assert acled.said[0] == "2021-07-04 · Battles · Armed clash · Group A · Kunduz"
    ucdp = read_others("ucdp.csv", b"\xef\xbb\xbf" + UCDP.encode())
    assert ucdp.last[0] - ucdp.first[0] == 4
    semicolons = read_others("eu.csv", b"lat;lon\n36,5;68,25\n")
    assert semicolons.located.longitude[0] == 68.25


def test_geojson_of_any_geometry_is_read() -> None:
    square = [[[60, 30], [61, 30], [61, 31], [60, 31], [60, 30]]]
    features = [
        {"type": "Feature", "properties": {"date": "2021-07-04", "name": "p"},
         "geometry": {"type": "Point", "coordinates": [68, 36]}},
        {"type": "Feature", "properties": None,
         "geometry": {"type": "Polygon", "coordinates": square}},
        {"type": "Feature", "properties": {}, "geometry": None},
    ]  # fmt: skip
    found = read_others("x.geojson", json.dumps({"features": features}).encode())
    assert (len(found.said), found.left_out) == (2, 1)
    assert 60 < found.located.longitude[1] < 61


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no columns"),
        (b"a,b\n1,2\n", "no columns"),
        (b"lon,lat\nx,y\n", "no event"),
        (b"{", "not a GeoJSON"),
        (b'{"features": [1]}', "not a GeoJSON"),
        (b"[" * 100_000, "not a GeoJSON"),
        (b"\x00\xff\xfe\x89PNG", "no columns"),
    ],
)
def test_what_is_none_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_others("file", data)


def test_dates_and_view_choose_what_is_drawn() -> None:
    acled = read_others("acled.csv", ACLED.encode())
    sent = drawn(acled, WORLD, (date(2021, 7, 1), date(2021, 7, 5)))
    assert [row[:2] for row in sent["rows"]] == [[68.857, 36.729]]
    assert not drawn(acled, View((0.0, 0.0, 10.0, 10.0), 5))["rows"]


def test_many_are_cells_that_add_up() -> None:
    random = np.random.default_rng(5)
    lines = [f"{x:.3f},{y:.3f}" for x, y in random.normal((66, 34), 4, (5000, 2))]
    many = read_others("many.csv", "\n".join(["lon,lat", *lines]).encode())
    sent = drawn(many, WORLD)
    assert sent["cells"]
    assert sum(row[2] for row in sent["rows"]) == 5000
    assert len(json.dumps(sent)) < 50_000
