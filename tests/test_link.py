"""geo.link: an address opens the same view, and nonsense in it is ignored."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from geo.frame import EVENT_TYPES, MODALITIES
from geo.link import MAX_TEXT, Link, build, parse
from geo.present import PRECISIONS


def _some(values: object) -> st.SearchStrategy[tuple[str, ...]]:
    options = list(values)  # type: ignore[call-overload]
    return st.sets(st.sampled_from(options)).map(lambda s: tuple(o for o in options if o in s))


LINKS = st.builds(
    Link,
    type=_some(EVENT_TYPES),
    modality=_some(MODALITIES),
    precision=_some(PRECISIONS),
    q=st.text(max_size=MAX_TEXT),
    undated=st.booleans(),
    dates=st.none() | st.tuples(st.dates(), st.dates()).map(lambda days: tuple(sorted(days))),
    event=st.none() | st.text(),
)


@given(LINKS)
def test_an_address_opens_the_view_it_was_made_of(link: Link) -> None:
    assert parse(build(link)) == link


@given(
    st.dictionaries(
        st.sampled_from(["type", "modality", "precision", "q", "undated", "dates", "event", "x"]),
        st.lists(st.text()),
    )
)
def test_any_address_is_read(query: dict[str, list[str]]) -> None:
    link = parse(query)
    assert set(link.type) <= set(EVENT_TYPES)
    assert set(link.modality) <= set(MODALITIES)
    assert len(link.q) <= MAX_TEXT


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
