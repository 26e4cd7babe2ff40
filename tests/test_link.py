"""geo.link: an address opens the same view, and nonsense in it is ignored."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.filters import Filters
from geo.frame import EVENT_TYPES, MODALITIES
from geo.link import (
    MAX_FIGURE,
    MAX_TEXT,
    SORTS,
    Link,
    build,
    chips,
    filters,
    parse,
    ring_from,
    told,
    without,
)
from geo.present import PRECISIONS
from geo.schema import COUNTS


def _some(values: object) -> st.SearchStrategy[tuple[str, ...]]:
    options = list(values)  # type: ignore[call-overload]
    return st.sets(st.sampled_from(options)).map(lambda s: tuple(o for o in options if o in s))


NAMES = st.lists(st.text(min_size=1, max_size=MAX_TEXT), unique=True, max_size=4).map(tuple)
CORNERS = st.tuples(st.integers(-1800, 1800), st.integers(-900, 900)).map(
    lambda corner: (corner[0] / 10, corner[1] / 10)
)
BOUNDS = st.none() | st.integers(0, MAX_FIGURE)


def _figured(link: Link, figure: str, bounds: tuple[int | None, int | None]) -> Link:
    least, most = bounds
    if least is not None and most is not None and least > most:
        least, most = most, least
    return replace(link, figure=figure, least=least, most=most)


LINKS = st.builds(
    Link,
    type=_some(EVENT_TYPES),
    modality=_some(MODALITIES),
    precision=_some(PRECISIONS),
    country=NAMES,
    province=NAMES,
    actor=NAMES,
    source=NAMES,
    confidence=st.integers(0, 100),
    q=st.text(max_size=MAX_TEXT),
    articles=st.booleans(),
    undated=st.booleans(),
    reviewed=st.booleans(),
    grouped=st.booleans(),
    sort=st.sampled_from(SORTS),
    dates=st.none() | st.tuples(st.dates(), st.dates()).map(lambda days: tuple(sorted(days))),
    area=st.none() | st.lists(CORNERS, min_size=3, max_size=9, unique=True).map(tuple),
    event=st.none() | st.text(),
    view=st.none() | st.just((68.85, 36.73, 7.5)),
)
FIGURED = LINKS | st.builds(_figured, LINKS, st.sampled_from(COUNTS), st.tuples(BOUNDS, BOUNDS))


@given(FIGURED)
def test_an_address_opens_the_view_it_was_made_of(link: Link) -> None:
    assert parse(build(link)) == link


@given(
    st.dictionaries(
        st.sampled_from(
            [
                *("type", "modality", "precision", "country", "actor", "q", "undated", "dates"),
                *("event", "x", "area", "view", "figure", "confidence", "sort", "articles"),
            ]
        ),
        st.lists(st.text()),
    )
)
def test_any_address_is_read(query: dict[str, list[str]]) -> None:
    link = parse(query)
    assert set(link.type) <= set(EVENT_TYPES)
    assert set(link.modality) <= set(MODALITIES)
    assert len(link.q) <= MAX_TEXT
    assert 0 <= link.confidence <= 100
    assert link.sort in SORTS
    filters(link)
    told(link)


def test_the_default_view_has_a_bare_address() -> None:
    assert build(Link()) == {}
    assert parse({}) == Link()


def test_dates() -> None:
    days = (dt.date(2021, 7, 1), dt.date(2021, 7, 31))
    assert parse({"dates": ["2021-07-01_2021-07-31"]}).dates == days
    for nonsense in (
        "2021-07-31_2021-07-01",
        "2021-07-01",
        "x_y",
        "",
        "2021-07-01_2021-07-02_2021-07-03",
    ):
        assert parse({"dates": [nonsense]}).dates is None


@given(FIGURED)
def test_every_filter_in_force_has_a_chip_that_removes_it(link: Link) -> None:
    for _ in range(60):
        named = chips(link)
        if not named:
            break
        link = without(link, next(iter(named)))
    assert chips(link) == {}
    assert filters(link) == Filters()


def test_an_unknown_chip_changes_nothing() -> None:
    link = Link(type=("AID",))
    for chip in ("type=ASSAULT", "event", "x", "view", "", "type", "="):
        assert filters(without(link, chip)).modalities == Filters().modalities
    assert without(link, "type=ASSAULT") == link
    assert without(link, "event") == link


def test_what_a_link_keeps_in_words() -> None:
    link = Link(type=("ASSAULT",), figure="fatalities", least=10, province=("AFG/Kunduz",))
    assert told(link) == "Assault; Kunduz, AFG; at least 10 killed; Happened"
    dated = replace(link, dates=(dt.date(2021, 7, 1), dt.date(2021, 7, 31)), reviewed=True)
    assert told(dated).startswith("1 July 2021 to 31 July 2021; ")
    assert told(Link(modality=())) == "happened or not"


@pytest.mark.parametrize(
    "corners",
    [[], [(1, 2), (3, 4)], [(1, 2), (3, 4), (200, 5)], [(1, 2), (3, 4), ("nan", 5)], [1, 2], "abc"],
)
def test_what_is_no_area(corners: object) -> None:
    assert ring_from(corners) is None


def test_a_closed_ring_is_opened() -> None:
    assert ring_from([(1, 2), (3, 4), (5, 6), (1, 2)]) == ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0))
