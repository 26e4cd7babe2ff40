from dataclasses import replace
from datetime import date

import pytest
from pipeline_tools import events

from geo.gazetteer import default_gazetteer
from geo.relations import Relation, locate
from pipeline.actors import Actor
from pipeline.counts import Count
from pipeline.documents import Span
from pipeline.events import Event, When
from pipeline.expressions import Expression
from pipeline.incidents import event_id, fold
from pipeline.mentions import Mention
from pipeline.places import Site

REBELS = Actor("Unidentified Armed Group", "Political militia", None)
DAY = date(2021, 7, 12)


def site(name, kind="at"):
    place = default_gazetteer().candidates(name, limit=1)[0].place
    mention = Mention(0, len(name), name, "toponym")
    expression = Expression(0, len(name), name, Relation(kind), (mention,))
    return Site(expression, locate(expression.relation, [place]), place, 0.9)


def made(start=0, **changes):
    event = Event(
        doc_id="d1", sentence=Span(start, start + 20, "x" * 20), trigger=Span(start, start + 6, "attack"),
        event_type="ASSAULT", event_mode="", modality="actual", actor1=REBELS, actor2=None,
        counts=(), when=When(DAY, DAY, 1, Span(start + 10, start + 16, "Monday"), "text"),
        site=site("Garissa"), location_source="sentence", attribution=None, confidence=0.8,
    )  # fmt: skip
    return replace(event, **changes)


def killed(best, low, high, text):
    return Count("fatalities", best, low, high, text)


def test_headline_and_lead_are_one_event():
    headline = made(
        actor1=None, when=When(DAY, DAY, 2, None, "publication"), site=None, location_source=None
    )
    lead = made(50, counts=(killed(9, 9, 9, "nine"),))
    (found,) = fold([headline, lead])
    assert found.trigger == lead.trigger
    assert found.when == lead.when
    assert found.site == lead.site
    assert found.counts == lead.counts


def test_headline_and_lead_of_a_text():
    text = "Gunmen kill nine in Garissa\n\nGunmen killed nine people in Garissa on Monday, police said."
    assert [item.event_type for item in events(text)] == ["ASSAULT"]


@pytest.mark.parametrize(
    "other",
    [
        made(50, site=site("Mombasa")),
        made(50, event_type="PROTEST"),
        made(50, modality="planned"),
        made(50, event_mode="aerial"),
        made(50, when=When(date(2021, 7, 14), date(2021, 7, 14), 1, None, "text")),
        made(50, actor1=Actor("Military Forces of Kenya", "State forces", "KEN")),
        made(50, counts=(killed(90, 90, 90, "ninety"),)),
    ],
    ids=["place", "type", "modality", "mode", "day", "doer", "count"],
)
def test_what_differs_stays_apart(other):
    first = made(
        counts=(killed(9, 9, 9, "nine"),), event_mode="explosives" if other.event_mode else ""
    )
    assert len(fold([first, other])) == 2


def test_near_counts_are_one():
    found = fold(
        [made(counts=(killed(100, 100, 100, "100"),)), made(50, counts=(killed(98, 98, 98, "98"),))]
    )
    assert len(found) == 1


def test_counts_are_merged():
    (found,) = fold(
        [
            made(counts=(killed(None, 200, None, "hundreds"),)),
            made(50, counts=(killed(1000, 1000, None, "more than 1,000"),)),
            made(90, counts=(killed(1037, 1037, 1037, "1,037"),)),
        ]
    )
    (count,) = found.counts
    assert (count.best, count.low, count.high) == (1037, 1000, 1037)
    assert count.text == "hundreds; more than 1,000; 1,037"


def test_ground_taken_and_a_bridge_blown_up_are_two_events():
    text = (
        "Ukrainian troops entered Kherson on Friday. The only big bridge of Kherson was blown up "
        "behind them on Friday."
    )
    found = {event.trigger.text: event.event_mode for event in events(text)}
    assert found == {"entered": "", "blown up": "explosives"}


POLICE = Actor("Police Forces of Kenya", "State forces", "KEN")


def test_who_does_one_and_suffers_the_other_tells_two_events():
    shot, stoned = made(actor1=POLICE), made(50, actor1=None, actor2=POLICE)
    assert len(fold([shot, stoned])) == 2
    clash, again = made(actor2=POLICE), made(50, actor1=POLICE, actor2=REBELS)
    assert len(fold([clash, again])) == 1


def test_events_of_one_place_and_day_are_tied_and_others_need_more():
    bare = {"actor1": None, "site": site("Kenya")}
    one = made(**bare)
    other = made(50, trigger=Span(50, 56, "clash!"), sentence=Span(50, 70, "y" * 20), **bare)
    assert len(fold([one, other])) == 2
    back = replace(other, sentence=Span(46, 70, "the clash! of Kenya ends"))
    assert len(fold([one, back])) == 1
    spot = {"actor1": None, "site": site("Garissa")}
    assert len(fold([replace(one, **spot), replace(other, **spot)])) == 1


def test_fold_keeps_the_order_of_the_first_telling():
    a, b = made(), made(50, site=site("Mombasa"))
    assert fold([a, b, made(90)])[1] == b
    assert fold([]) == []


def test_event_id_tells_events_apart():
    ids = {
        event_id(made()),
        event_id(made(50)),
        event_id(made(event_type="PROTEST")),
        event_id(made(doc_id="d2")),
    }
    assert len(ids) == 4
    assert event_id(made()) == event_id(made())
    assert all(len(item) == 16 for item in ids)


def test_a_part_of_the_world_says_less_of_the_place_than_a_country():
    wide = replace(site("Kenya"), location=replace(site("Kenya").location, where_prec=7))
    first = made(site=wide, location_source="sentence")
    again = made(
        50, trigger=Span(50, 58, "attacked"), sentence=Span(40, 80, first.sentence.text),
        site=site("Kenya"), location_source="country_fallback",
    )  # fmt: skip
    (event,) = fold([first, again])
    assert event.location_source == "country_fallback"
