"""Hypothesis strategies for records and tables of events, shared by tests."""

from datetime import date, timedelta

import geopandas as gpd
import shapely
from hypothesis import strategies as st

from geo import frame

HOSTILE = (
    "</script><script>alert(1)</script>",
    "{{ 7*7 }} {% raw %} ${x} `x` \\u0041 C:\\u",
    '=HYPERLINK("http://x","y")',
    "+1|cmd",
    "-2",
    "@SUM(1)",
    "\tx",
    " =1+1",
    "a\0b",
    "lone \ud800 and \udfff",
    "quotes \" ' “ ”",
    "line\r\nbreak\rand\nmore",
    "<![CDATA[ ]]> &amp; &#0; \x01\x1b\ufffe",
    "كابل Душанбе 喀布尔 🏔 \u2028\u2029 \u202e",
    "NULL",
    "nan",
    "null",
)

COUNTRIES = ("AFG", "TJK", "RUS", "USA", "FJI")


def texts() -> st.SearchStrategy[str]:
    """Text as news and vandals write it, lone surrogates and NUL among it."""
    return st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20), st.just("Kabul fell."))


def degrees(bound: int) -> st.SearchStrategy[float]:
    """Degrees on the grid of six decimals, which exports keep exactly."""
    return st.integers(-bound * 10**6, bound * 10**6).map(lambda micro: round(micro / 10**6, 6))


def points() -> st.SearchStrategy[shapely.Point]:
    return st.builds(shapely.Point, degrees(180), degrees(90))


@st.composite
def boxes(draw: st.DrawFn) -> shapely.Polygon:
    west = draw(st.integers(-180, 170))
    south = draw(st.integers(-90, 80))
    wide, high = draw(st.integers(1, 10)), draw(st.integers(1, 10))
    box = shapely.box(west, south, west + wide, south + high)
    if draw(st.booleans()):
        hole = shapely.box(west + 0.25, south + 0.25, west + 0.75, south + 0.75)
        box = shapely.Polygon(box.exterior, [hole.exterior])
    return box if draw(st.booleans()) else box.reverse()


@st.composite
def lines(draw: st.DrawFn) -> shapely.LineString:
    # No edge of 180 degrees or more: that would go over the antimeridian and be cut.
    points = st.tuples(degrees(89), degrees(90))
    return shapely.LineString(draw(st.lists(points, min_size=2, max_size=5, unique=True)))


@st.composite
def multi(draw: st.DrawFn) -> shapely.Geometry:
    if draw(st.booleans()):
        return shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)])
    return shapely.MultiLineString([draw(lines()), draw(lines())])


def geometries() -> st.SearchStrategy[shapely.Geometry | None]:
    return st.one_of(st.none(), points(), boxes(), lines(), multi())


@st.composite
def records(draw: st.DrawFn) -> dict[str, object]:
    """Draw a valid record of an event, but for its event_id."""
    kind = draw(st.sampled_from(frame.EVENT_TYPES))
    record: dict[str, object] = {
        "event_type": kind,
        "modality": draw(st.sampled_from(frame.MODALITIES)),
        "confidence": draw(st.none() | st.floats(0, 1)),
        "reviewed": draw(st.booleans()),
        "country": draw(st.sampled_from((None, *COUNTRIES))),
        "event_context": draw(st.lists(st.sampled_from(frame.EVENT_CONTEXTS), max_size=2)),
        "title": draw(st.none() | texts()),
        "location": draw(st.none() | texts()),
        "actor1": draw(st.none() | texts()),
    }
    if kind in frame.EVENT_MODES:
        record["event_mode"] = draw(st.sampled_from((None, *frame.EVENT_MODES[kind])))
    low, best, high = sorted(draw(st.tuples(*[st.integers(0, 10**9)] * 3)))
    for name in draw(st.sets(st.sampled_from(frame.COUNTS))):
        record |= {f"{name}_low": low, name: best, f"{name}_high": high}
    sentence = draw(st.none() | texts())
    if sentence:
        start = draw(st.integers(0, 10**6))
        record |= {
            "sentence": sentence,
            "sentence_start": start,
            "sentence_end": start + len(sentence),
        }
    day = draw(st.none() | st.dates() | st.dates(date(2021, 5, 1), date(2021, 8, 31)))
    if day is not None:
        span = draw(st.integers(0, min(40, (date.max - day).days)))
        start_known = draw(st.booleans())
        record |= {
            "date_start": day if start_known else None,
            "date_end": draw(st.sampled_from((day + timedelta(span), None)))
            if start_known
            else day,
            "date_prec": draw(st.sampled_from((None, 2, 5))),
        }
    shape = draw(geometries())
    if shape is not None:
        record |= {"geometry": shape, "where_prec": draw(st.integers(1, 5))}
    return record


@st.composite
def tables(draw: st.DrawFn, max_size: int = 6) -> gpd.GeoDataFrame:
    """Draw a valid events table; text cleaned, coordinates on the grid of six decimals."""
    rows = draw(st.lists(records(), max_size=max_size))
    return frame.from_records({"event_id": f"e{i}", **row} for i, row in enumerate(rows))


@st.composite
def filters(draw: st.DrawFn) -> dict[str, object]:
    """Draw keyword arguments of `geo.filters.Filters`, each narrowing or left out."""
    first, last = sorted(draw(st.tuples(*[st.dates(date(2021, 4, 1), date(2021, 9, 30))] * 2)))
    west, east = draw(st.tuples(st.integers(-180, 180), st.integers(-180, 180)))
    south, north = sorted(draw(st.tuples(st.integers(-90, 90), st.integers(-90, 90))))
    every: dict[str, object] = {
        "date_from": first,
        "date_to": last,
        "event_types": draw(st.frozensets(st.sampled_from(frame.EVENT_TYPES))),
        "modalities": draw(st.frozensets(st.sampled_from(frame.MODALITIES))),
        "where_precs": draw(st.frozensets(st.integers(1, 7))),
        "bbox": (west, south, east, north),
        "countries": draw(st.frozensets(st.sampled_from(COUNTRIES))),
        "text": draw(texts()),
        "undated": False,
    }
    return {name: every[name] for name in draw(st.sets(st.sampled_from(sorted(every))))}
