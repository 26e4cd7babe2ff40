import pytest
from pipeline_tools import pieces

from geo.gazetteer import default_gazetteer
from pipeline.places import resolve_mentions
from pipeline.recognizer import complete, find_mentions

ZAMBIA = "LUSAKA — Police arrested four traders in Kitwe on Monday, Zambian officials said. "


def placed(text):
    made, parsed = pieces(text)
    gazetteer = default_gazetteer()
    found = complete(parsed, find_mentions(parsed, gazetteer), made.dateline_place, gazetteer)
    answers = resolve_mentions(made, found, gazetteer)
    return {mention.text: answer and answer.place.name for mention, answer in answers.items()}


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        # A little place abroad is named with what it lies in; a capital need not be.
        (ZAMBIA + "A student was shot in Redlands on Friday.", "Redlands", None),
        (ZAMBIA + "A student was shot in Redlands, California.", "Redlands", "Redlands"),
        (ZAMBIA + "The president flew to Geneva on Friday.", "Geneva", "Geneva"),
        # A building is called after a town; what has that name as its last is a part of it.
        (ZAMBIA + "Envoys met at Nairobi House.", "Nairobi House", None),
        (ZAMBIA + "Fans met at Kitwe Park.", "Kitwe Park", "Kitwe"),
        (ZAMBIA + "Shops in North Kitwe were looted.", "North Kitwe", "Kitwe"),
        (ZAMBIA + "Gunmen came from Kitwe Khel.", "Kitwe Khel", None),
    ],
)
def test_a_name_that_is_hardly_that_place_has_none(text, name, place):
    assert placed(text)[name] == place


def test_a_name_alone_in_a_text_is_no_stranger():
    assert placed("Two men were shot in Redlands on Friday.")["Redlands"] == "Redlands"


def test_a_report_is_filed_from_a_town_and_from_no_province():
    found = placed("ULAANBAATAR, July 14 - Police in Ulaanbaatar arrested ten men on Monday.")
    assert found["ULAANBAATAR"] == found["Ulaanbaatar"] == "Ulan Bator"
