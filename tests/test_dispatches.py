"""The form of the sample dispatches and of their gold: nothing here reads the text for meaning."""

import itertools
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DISPATCHES = sorted((ROOT / "data" / "dispatches").glob("[12]*.md"))
GOLD_PATH = ROOT / "tests" / "quality" / "dispatches_gold.jsonl"
GOLD = [json.loads(line) for line in GOLD_PATH.read_text(encoding="utf-8").splitlines()]

PLOVER = {
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
}
MODALITIES = {"actual", "planned", "possible", "denied"}
GEOMETRIES = {"point", "polygon", "line", "country", "none", "remote"}
TOPONYM_KINDS = {"country", "admin1", "place", "facility", "water", "region"}
COUNTED = {"fatalities", "injured", "displaced", "soldiers", "captured"}
FRONT_MATTER = re.compile(
    r'---\ntitle: "(?P<title>[^"\n]+)"\n'
    r"published: (?P<published>\d{4}-\d{2}-\d{2})\n"
    r"source: Dateline sample \(written for Dateline\)\n---\n\n"
)
# "KUNDUZ, Afghanistan, Aug. 8 —", "KABUL, 13 May –", "HERAT, Afghanistan, Aug. 13 (Sample) -"
DATELINE = re.compile(
    r"(?P<place>[^\n—–]{3,50}?), (?:(?P<m1>[A-Z][a-z]+)\.? (?P<d1>\d{1,2})|(?P<d2>\d{1,2}) (?P<m2>[A-Z][a-z]+))"
    r"(?: \(Sample\))? [—–-] "
)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FURNITURE = re.compile(
    r"^(?:Tags|Most popular|Most read|Copyright|©|Sign up|Follow us)", re.IGNORECASE | re.MULTILINE
)
# Names of news organisations, which no sample may carry.
OUTLETS = re.compile(
    r"\b(?:Reuters|Associated Press|AP|AFP|Agence France|BBC|CNN|Al[ -]Jazeera|Bloomberg|TASS|Interfax|RIA"
    r"|Sputnik|Xinhua|IRNA|Fars|Tolo(?:news)?|Pajhwok|Khaama|Ariana|Dawn|Geo News|PTI|ANI|Kyodo|Yonhap|EFE"
    r"|ANSA|DPA|UPI|NPR|CBS|NBC|ABC|Fox News|Guardian|(?:New York|Financial|Irish|Hindustan) Times"
    r"|Washington Post|Wall Street Journal|Telegraph|Le Monde|Spiegel|Deutsche Welle|DW|VOA|Voice of America"
    r"|RFE|Radio Free|Azadi|Nexstar|The Hill|Euronews|Sky News|Asia-Plus|Gandhara)\b"
)


def parts(path):
    text = path.read_text(encoding="utf-8")
    match = FRONT_MATTER.match(text)
    assert match, f"{path.name}: front matter is not title, published, source"
    return text, match


@pytest.fixture(params=DISPATCHES, ids=lambda path: path.stem)
def dispatch(request):
    return request.param


@pytest.fixture(params=GOLD, ids=lambda record: record["file"].removesuffix(".md"))
def record(request):
    return request.param


def test_there_are_enough_from_afghanistan_and_from_elsewhere():
    abroad = ("cali", "haiti", "nyiragongo")
    season = [
        path
        for path in DISPATCHES
        if "2021-05-01" <= path.name[:10] <= "2021-08-31"
        and not any(word in path.name for word in abroad)
    ]
    assert len(DISPATCHES) >= 50
    assert len(season) >= 40
    assert len(DISPATCHES) - len(season) >= 10


def test_front_matter_and_file_name_agree(dispatch):
    text, match = parts(dispatch)
    assert dispatch.name.startswith(match["published"])
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md", dispatch.name)
    assert date(2015, 1, 1) <= date.fromisoformat(match["published"]) <= date(2023, 12, 31)
    assert "\r" not in text
    assert text.endswith("\n")


def test_body_opens_with_a_place_and_the_day_of_publication(dispatch):
    text, match = parts(dispatch)
    dateline = DATELINE.match(text, match.end())
    assert dateline, f"{dispatch.name}: no dateline"
    assert re.match(r"[^\Wa-z\d_]{3}", dateline["place"]), "the town stands in capitals"
    published = date.fromisoformat(match["published"])
    month = MONTHS.index((dateline["m1"] or dateline["m2"])[:3]) + 1
    day = int(dateline["d1"] or dateline["d2"])
    assert (month, day) == (published.month, published.day)


def test_length_is_that_of_a_short_report(dispatch):
    text, match = parts(dispatch)
    furniture = FURNITURE.search(text)
    body = text[match.end() : furniture.start() if furniture else None]
    assert 80 <= len(body.split()) <= 220


def test_no_news_organisation_is_named(dispatch):
    found = OUTLETS.search(dispatch.read_text(encoding="utf-8"))
    assert found is None, f"{dispatch.name} names {found and found[0]}"


def test_no_paragraph_is_used_twice():
    seen = Counter(
        paragraph
        for path in DISPATCHES
        for paragraph in path.read_text(encoding="utf-8").split("\n\n")
        if len(paragraph) > 80
    )
    assert [paragraph for paragraph, times in seen.items() if times > 1] == []


def test_some_carry_page_furniture():
    with_furniture = [p for p in DISPATCHES if FURNITURE.search(p.read_text(encoding="utf-8"))]
    assert len(with_furniture) >= 6


def test_gold_covers_every_file_once_and_alternates_the_split():
    assert [record["file"] for record in GOLD] == [path.name for path in DISPATCHES]
    expected = itertools.islice(itertools.cycle(("dev", "test")), len(GOLD))
    assert [record["split"] for record in GOLD] == list(expected)


def test_gold_is_large_and_varied_enough():
    events = [event for record in GOLD for event in record["events"]]
    assert len(events) >= 120
    assert sum(len(record["toponyms"]) for record in GOLD) >= 250
    assert {event["modality"] for event in events} == MODALITIES
    assert {event["geometry"] for event in events} == GEOMETRIES
    assert len({event["event_type"] for event in events}) >= 14
    assert sum(bool(event["counts"]) for event in events) >= 20


def test_spans_of_events_are_exact(record):
    text, match = parts(ROOT / "data" / "dispatches" / record["file"])
    for event in record["events"]:
        start, end = event["trigger"]
        assert match.end() <= start < end
        assert text[start:end] == event["trigger_text"]
        assert text[start:end].strip() == text[start:end]
        if event["place_span"] is None:
            assert event["place_text"] is None
        else:
            start, end = event["place_span"]
            assert match.end() <= start < end
            assert text[start:end] == event["place_text"]


def test_events_keep_to_the_ontology(record):
    published = date.fromisoformat(record["file"][:10])
    for event in record["events"]:
        assert {event["event_type"], *event["alt_types"]} <= PLOVER
        assert event["event_type"] not in event["alt_types"]
        assert event["modality"] in MODALITIES
        assert event["geometry"] in GEOMETRIES
        assert {key.removesuffix("_low") for key in event["counts"]} <= COUNTED
        assert all(isinstance(n, int) and n > 0 for n in event["counts"].values())
        first, last = (
            date.fromisoformat(event[key]) if event[key] else None
            for key in ("date_start", "date_end")
        )
        if first:
            assert last, "an event with a start has an end"
            assert first <= last
        if event["modality"] == "actual" and last:
            # A week named without its days ("last week") may run past the day of publication.
            assert (first or last) <= published
        if event["modality"] in {"actual", "denied"}:
            continue
        assert last is None or last >= published


def test_events_have_the_coordinates_that_their_geometry_needs(record):
    for event in record["events"]:
        located = event["geometry"] in {"point", "polygon", "country"}
        assert (event["lon"] is not None) == located
        assert (event["lat"] is not None) == located
        if located:
            assert event["place"]
            assert -180 <= event["lon"] <= 180
            assert -90 <= event["lat"] <= 90
            assert event["tolerance_km"] > 0


def test_toponyms_are_exact_sorted_and_apart(record):
    text, match = parts(ROOT / "data" / "dispatches" / record["file"])
    furniture = FURNITURE.search(text)
    end = match.end()
    assert record["toponyms"]
    for toponym in record["toponyms"]:
        assert end <= toponym["start"] < toponym["end"]
        end = toponym["end"]
        assert text[toponym["start"] : end] == toponym["text"]
        assert toponym["kind"] in TOPONYM_KINDS
        assert toponym["country"] is None or re.fullmatch(r"[A-Z]{3}", toponym["country"])
        assert -180 <= toponym["lon"] <= 180
        assert -90 <= toponym["lat"] <= 90
    assert furniture is None or end <= furniture.start(), "furniture carries no gold"
    assert record["toponyms"][0]["in_dateline"]
