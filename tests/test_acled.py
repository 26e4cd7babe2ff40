from dataclasses import replace

import pytest

from geo.schema import ACLED_SUB_EVENT_TYPES, EVENT_MODES, EVENT_TYPES
from pipeline.acled import acled_of, category_of, cued, cues, type_of
from pipeline.actors import Actor
from pipeline.documents import Span
from pipeline.events import Event, When

SOLDIERS = Actor("Military Forces of Kenya", "State forces", "KEN")
REBELS = Actor("Hamas", "Rebel group", "PSE")
PEOPLE = Actor("Civilians", "Civilians", None)
MARCHERS = Actor("Protesters", "Protesters", None)

EVENT = Event(
    doc_id="d", sentence=Span(0, 6, "struck"), trigger=Span(0, 6, "struck"), event_type="ASSAULT",
    event_mode="", modality="actual", actor1=None, actor2=None, counts=(), when=When(), site=None,
    location_source=None, attribution=None, confidence=0.5,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sub"),
    [
        ({}, "Armed clash"),
        ({"actor2": PEOPLE}, "Attack"),
        ({"actor2": MARCHERS}, "Excessive force against protesters"),
        ({"trigger": Span(0, 6, "seized"), "actor1": REBELS}, "Non-state actor overtakes territory"),
        ({"trigger": Span(0, 6, "seized"), "actor1": SOLDIERS}, "Government regains territory"),
        ({"event_mode": "drone"}, "Air/drone strike"),
        ({"event_mode": "suicide-attack"}, "Suicide bomb"),
        ({"event_mode": "abduct"}, "Abduction/forced disappearance"),
        ({"event_type": "PROTEST"}, "Peaceful protest"),
        ({"event_type": "PROTEST", "event_mode": "riot"}, "Violent demonstration"),
        ({"event_type": "COERCE", "event_mode": "arrest"}, "Arrests"),
        ({"event_type": "COERCE"}, "Other"),
        ({"event_type": "RETREAT", "event_mode": "ceasefire"}, "Agreement"),
        ({"event_type": "RETREAT", "event_mode": "withdraw"}, "Change to group/activity"),
        ({"event_type": "CONSULT"}, None),
        ({"modality": "planned"}, None),
        ({"modality": "denied"}, None),
    ],
)  # fmt: skip
def test_sub_types(changes, sub):
    assert acled_of(replace(EVENT, **changes))[1] == sub


def test_every_answer_is_of_the_table():
    for event_type in EVENT_TYPES:
        for mode in ("", *EVENT_MODES.get(event_type, ())):
            kind, sub = acled_of(replace(EVENT, event_type=event_type, event_mode=mode))
            assert (kind is None) == (sub is None)
            assert kind is None or sub in ACLED_SUB_EVENT_TYPES[kind]


def told(text, **changes):
    return replace(EVENT, sentence=Span(0, len(text), text), **changes)


@pytest.mark.parametrize(
    ("text", "sub"),
    [
        ("Two men on a motorbike threw a grenade at a bar.", "Grenade"),
        ("Police fired tear gas at students who marched in Lima.", "Protest with intervention"),
        ("Students marched in Lima.", "Peaceful protest"),
        ("On 12 March 2019, militants and soldiers exchanged fire.", "Armed clash"),
        ("The army retook the town from the rebels.", "Government regains territory"),
        (
            "Rebels captured the town after the soldiers fled.",
            "Non-state actor overtakes territory",
        ),
        ("The Arakan Army overran a base near the town.", "Non-state actor overtakes territory"),
        ("The group claimed responsibility for the bombing.", None),
        ("Rain fell.", None),
    ],
)
def test_cues(text, sub):
    assert cued(text) == sub


def test_of_a_long_report_the_first_sentences_count():
    text = "A bomb went off in the market. " + "Officials met. " * 15 + "Gunmen kidnapped a man."
    assert cued(text) == "Remote explosive/landmine/IED"
    assert cued("Gunmen kidnapped a man.") == "Abduction/forced disappearance"


def test_cues_count_where_they_agree_with_the_category():
    text = "After the tear gas at the rally, the two presidents met."
    assert acled_of(told(text, event_type="PROTEST"))[1] == "Peaceful protest"
    text = "Police fired tear gas at the rally."
    assert acled_of(told(text, event_type="PROTEST"))[1] == "Protest with intervention"
    assert acled_of(told(text, event_type="CONSULT")) == (None, None)
    assert acled_of(told(text, event_type="PROTEST", modality="planned")) == (None, None)


def test_every_cue_is_of_the_table():
    subs = {sub for subs in ACLED_SUB_EVENT_TYPES.values() for sub in subs}
    assert {cue.sub_type for cue in cues()} == subs | {None}


def test_every_sub_type_has_a_category_and_a_mode_of_it():
    for kind, subs in ACLED_SUB_EVENT_TYPES.items():
        for sub in subs:
            event_type, mode = category_of(sub)
            assert type_of(sub) == kind
            assert event_type in EVENT_TYPES
            assert mode in {"", *EVENT_MODES.get(event_type, ())}
