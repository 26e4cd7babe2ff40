import numpy as np
import pytest

from geo.gazetteer import default_gazetteer
from geo.pools import LIMIT, STATIC, name_class, pools_of, written_out


@pytest.fixture(scope="module")
def pools():
    return pools_of(default_gazetteer())


def test_a_pool_is_kept_and_its_rows_agree(pools):
    pool = pools.named("Springfield", default_gazetteer())
    assert pools.named("Springfield", default_gazetteer()) is pool
    count = len(pool.candidates)
    assert 1 < count <= LIMIT
    assert pool.exact
    assert pool.static.shape == (count, len(STATIC))
    assert np.allclose(np.linalg.norm(pool.points, axis=1), 1)
    assert {len(pool.place), len(pool.country), len(pool.level)} == {count}
    same = {item.place.country for item in pool.candidates}
    assert len(set(pool.country.tolist())) == len(same)


def test_unknown_names_have_an_empty_pool(pools):
    pool = pools.named("Xqzzvw", default_gazetteer())
    assert len(pool.candidates) == 0
    assert not pool.exact


def test_some_rows_of_a_pool(pools):
    pool = pools.named("Springfield", default_gazetteer())
    part = pool.take(np.array([2, 0]))
    assert part.candidates == (pool.candidates[2], pool.candidates[0])
    assert part.place.tolist() == [pool.place[2], pool.place[0]]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("W. Va.", "W.Va."),
        ("Loudon Co.", "loudon county"),
        ("Mt. Pleasant", "mount pleasant"),
        ("Calif", "Calif."),
    ],
)
def test_written_out(name, wanted):
    assert wanted in list(written_out(name))
    assert list(written_out("Lima Peru")) == []


@pytest.mark.parametrize(
    ("name", "place", "head"),
    [
        ("Kabul Xqz University", "Kabul", True),
        ("University of Xqz at Nairobi", "Nairobi", False),
        ("Xqz of Lagos Station", "Lagos", False),
    ],
)
def test_places_inside_a_name(pools, name, place, head):
    pool = pools.second_best(name, default_gazetteer(), None)
    found = [item.place.name for item in pool.candidates]
    assert place in found
    row = pool.static[found.index(place)]
    assert pool.embedded.all()
    assert row[STATIC.index("embedded")] == 1
    assert bool(row[STATIC.index("embedded_first")]) is head


def test_generic_words_are_no_place_inside_a_name(pools):
    pool = pools.second_best("North High School Street", default_gazetteer(), None)
    assert len(pool.candidates) == 0


def test_spellings_of_the_country_asked_for(pools):
    pool = pools.second_best("Mombassa", default_gazetteer(), "KEN")
    best = pool.candidates[0]
    assert (best.place.name, best.place.country) == ("Mombasa", "KEN")
    assert not pool.exact
    assert best.score < 12, "the bonus for the country is no part of the prior"


def test_peoples_that_no_table_has(pools):
    pool = pools.second_best("Wichitans", default_gazetteer(), None)
    assert pool.candidates[0].place.name == "Wichita"
    assert pool.embedded.all()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Memphis St.", "street"),
        ("Clifton Park High School", "facility"),
        ("University of Kabul", "facility"),
        ("Lake Lanier", "natural"),
        ("North Side", "area"),
        ("Lima", "plain"),
        ("Street", "plain"),
    ],
)
def test_what_a_name_looks_like(name, kind):
    assert name_class(name) == kind


@pytest.mark.parametrize(
    ("name", "country", "place"),
    [("Fasher", "SDN", "El Fasher"), ("Qaim", "IRQ", "Al Qa'im"), ("Fasher", "IRQ", None)],
)
def test_a_name_may_lack_its_article(name, country, place):
    found = pools_of(default_gazetteer()).second_best(name, default_gazetteer(), country)
    names = [item.place.name for item in found.candidates]
    assert (place in names) if place else not names
