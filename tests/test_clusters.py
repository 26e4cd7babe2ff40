from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geo import frame
from geo.gazetteer import default_gazetteer
from pipeline import clusters
from pipeline.clusters import cluster, ranges

DAY = date(2021, 7, 12)


def row(number, **changes):
    place = default_gazetteer().candidates("Garissa", limit=1)[0].place
    record = {
        "event_id": f"{number:016x}", "event_type": "ASSAULT",
        "quad_class": frame.QUAD_CLASS["ASSAULT"], "trigger": "attack", "modality": "actual",
        "date_start": DAY, "date_end": DAY, "date_prec": 1, "date_source": "text",
        "published": DAY, "published_source": "user", "actor1": None,
        "doc_id": f"d{number}", "sentence": "attack", "sentence_start": 0, "sentence_end": 6,
        "trigger_start": 0, "trigger_end": 6, "confidence": 0.5, "recognizer": "r",
        "resolver": "r", "reviewed": False, "location": "Garissa", "place_id": place.place_id,
        "feature": place.feature, "country": "KEN", "longitude": 39.6, "latitude": -0.45,
        "where_prec": 1, "relation": "at", "location_source": "sentence",
        "geometry": Point(39.6, -0.45), "where_text": "Garissa", "where_note": "n",
        "place_start": 0, "place_end": 7,
    }  # fmt: skip
    made = {**record, **changes}
    return {**made, "sentence_end": len(made["sentence"])}


ELSEWHERE = {"place_id": "geonames:1", "longitude": 30.0, "latitude": 5.0, "geometry": Point(30, 5)}


def incidents(rows):
    table = frame.from_records(rows)
    ids = cluster(table)
    assert ids.index.equals(table.index)
    return dict(zip(table["event_id"], ids, strict=True))


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        (
            {"longitude": 39.7, "place_id": "geonames:1", "geometry": Point(39.7, -0.45)},
            True,
        ),  # 11 km
        ({"date_start": date(2021, 7, 13), "date_end": date(2021, 7, 13)}, True),
        ({"date_start": date(2021, 7, 14), "date_end": date(2021, 7, 14)}, False),
        ({"date_start": date(2021, 7, 14), "date_end": date(2021, 7, 14), "date_prec": 2}, True),
        (ELSEWHERE, False),
        ({"doc_id": "d1"}, False),
        ({"modality": "planned"}, False),
        ({"actor1": "Hamas"}, True),
        ({"event_type": "CONSULT", "quad_class": frame.QUAD_CLASS["CONSULT"]}, False),
        ({"event_type": "PROTEST", "quad_class": frame.QUAD_CLASS["PROTEST"]}, True),
        ({"sentence": "a wholly different story of rustled cattle"}, True),
        ({"fatalities": 40, "sentence": "a wholly different story of rustled cattle"}, False),
        ({"where_prec": 6, "geometry": None}, False),
    ],
)
def test_reports_of_one_incident(changes, same):
    found = incidents([row(1, fatalities=3), row(2, **changes)])
    assert (len(set(found.values())) == 1) == same


def test_other_doers_are_other_incidents():
    found = incidents(
        [
            row(1, actor1="Hamas", sentence="Hamas attacked a patrol"),
            row(2, actor1="Islamic State", sentence="Islamic State killed two shepherds"),
        ]
    )
    assert len(set(found.values())) == 2


def test_empty_table_has_no_incidents():
    assert len(cluster(frame.empty())) == 0


ROWS = [
    row(1), row(2, actor1="Hamas"), row(3, actor1="Islamic State"), row(4, **ELSEWHERE),
    row(5, date_start=date(2021, 7, 13), date_end=date(2021, 7, 13)), row(6, where_prec=6, geometry=None),
]  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(ROWS))))
def test_incidents_do_not_depend_on_the_order_of_rows(order):
    table = frame.from_records(ROWS)
    ids = cluster(table)
    assert 1 < ids.nunique() < len(ROWS)
    shuffled = cluster(table.iloc[order])
    assert list(shuffled.index) == list(order)
    assert shuffled.sort_index().equals(ids)


def test_one_agency_rather_tells_of_two():
    words = {"sentence": "a wholly different story of rustled cattle"}
    two = incidents([row(1, source="Wire"), row(2, source="Post", **words)])
    one = incidents([row(1, source="Wire"), row(2, source="Wire", **words)])
    assert (len(set(two.values())), len(set(one.values()))) == (1, 2)


def test_a_document_never_has_two_rows_of_one_incident():
    rows = [row(1), row(2), row(3, doc_id="d1"), row(4, doc_id="d2")]
    found = incidents(rows)
    for document in ("d1", "d2"):
        mine = [found[item["event_id"]] for item in rows if item["doc_id"] == document]
        assert len(set(mine)) == len(mine)


def test_a_crowd_is_clustered_too(monkeypatch):
    rows = [row(number, doc_id=f"d{number}") for number in range(1, 9)]
    monkeypatch.setattr(clusters, "LARGEST", 3)
    assert len(set(incidents(rows).values())) == 1
    monkeypatch.setattr(clusters, "CROWD", 4)
    assert len(set(incidents(rows).values())) == 1


def test_unplaced_and_placed_reports_meet_by_their_words():
    words = "Two drones struck the airport and damaged a civilian aircraft"
    none = dict.fromkeys(
        ("place_id", "feature", "country", "longitude", "latitude", "where_prec", "relation",
         "location", "location_source", "where_text", "where_note", "place_start", "place_end",
         "geometry")
    )  # fmt: skip
    assert (
        len(set(incidents([row(1, sentence=words), row(2, sentence=words, **none)]).values())) == 1
    )
    other = "Farmers burned a bridge"
    assert (
        len(set(incidents([row(1, sentence=other), row(2, sentence=words, **none)]).values())) == 2
    )


def test_ranges_keep_what_sources_say():
    rows = [
        row(1, source="Wire", fatalities=12, fatalities_low=12, fatalities_high=12),
        row(2, source="Post", fatalities_low=15),
        row(3, injured=4, injured_low=4, injured_high=4),
        row(4, **ELSEWHERE),
    ]
    table = frame.from_records(rows)
    found = ranges(table.assign(incident_id=cluster(table)))
    assert list(found["reports"]) == [3, 1]
    assert found["sources"].tolist() == ["Post; Wire; d3", "d4"]
    assert found["fatalities_low"].tolist()[0] == 12
    assert found["fatalities_high"].tolist()[0] == 15
    assert found["injured_low"].tolist()[0] == 4
    assert found.iloc[1].filter(like="_").isna().all()
    assert list(found.index) == sorted(found.index)
