import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cues import home_of, outline
from pipeline.mentions import Mention


def mentions_of(text, *names):
    found, start = [], 0
    for name in names:
        at = text.index(name, start)
        start = at + len(name)
        found.append(Mention(at, start, name, "toponym"))
    return found


def pairs(text, *names, **options):
    found = outline(text, mentions_of(text, *names), **options)
    return {
        (found.units[left].text, found.units[right].text): kind
        for (left, right), kind in found.pairs.items()
    }


@pytest.mark.parametrize(
    ("text", "names", "wanted"),
    [
        ("in Paris, Texas.", ("Paris", "Texas"), {("Paris", "Texas"): "comma"}),
        ("in Paris (Texas)", ("Paris", "Texas"), {("Paris", "Texas"): "comma"}),
        ("in Tripoli in Lebanon", ("Tripoli", "Lebanon"), {("Tripoli", "Lebanon"): "in"}),
        ("in Paris, Lima and Rome", ("Paris", "Lima", "Rome"), {("Paris", "Lima"): "list"}),
        ("Paris and Texas", ("Paris", "Texas"), {}),
        ("Paris is big. Texas is bigger.", ("Paris", "Texas"), {}),
    ],
)
def test_how_two_names_stand(text, names, wanted):
    assert pairs(text, *names) == wanted


def test_a_chain_of_containers():
    found = pairs("in Kingston, Ontario, Canada.", "Kingston", "Ontario", "Canada")
    assert found["Kingston", "Canada"] == "chain"
    assert found["Kingston", "Ontario"] == found["Ontario", "Canada"] == "comma"


def test_a_container_that_is_no_mention():
    text = "in Alexandria, La. She left"
    known = {"La."}.__contains__
    found = outline(text, mentions_of(text, "Alexandria"), is_container=known)
    assert [(unit.text, unit.role) for unit in found.units] == [
        ("Alexandria", "name"),
        ("La.", "container"),
    ]
    assert found.units[1].mentions == []
    assert pairs(text, "Alexandria") == {}, "nothing says that La. is one"


def test_one_name_used_in_two_ways_is_two_units():
    text = "Kunduz province, the city of Kunduz, and again the city of Kunduz"
    found = outline(text, mentions_of(text, "Kunduz", "Kunduz", "Kunduz"))
    assert [(unit.cues, unit.mentions) for unit in found.units] == [
        (("admin",), [0]),
        (("town",), [1, 2]),
    ]


def test_the_class_word_of_a_list_holds_for_each():
    text = "Kunduz, Takhar and Badakhshan provinces"
    found = outline(text, mentions_of(text, "Kunduz", "Takhar", "Badakhshan"))
    assert [unit.cues for unit in found.units] == [("admin",)] * 3


@pytest.mark.parametrize(
    ("source", "name", "countries"),
    [
        ("richmondregister.com", "Richmond", set()),
        ("Lexington Herald-Leader", "Lexington", set()),
        ("https://www.lfpress.ca/news/london?id=1", "Lfpress", {"CAN"}),
        ("cambridge-news.co.uk", "Cambridge", {"GBR"}),
        ("dailystar.com.lb", "", {"LBN"}),
        ("civil.ge", "Civil", {"GEO"}),
        ("http://[broken", "", set()),
        ("nbc.tv", "", set()),
        ("", "", set()),
        (None, "", set()),
    ],
)
def test_homes_of_outlets(source, name, countries):
    assert home_of(source) == (name, frozenset(countries))


@given(st.text(max_size=60))
def test_any_source_is_read(source):
    name, countries = home_of(source)
    assert isinstance(name, str)
    assert all(len(country) == 3 for country in countries)


def test_a_text_without_names():
    found = outline("Nothing here.", [], source="cambridge-news.co.uk")
    assert [unit.role for unit in found.units] == ["home"]
    assert found.home == 0
    assert outline("", []).units == []
