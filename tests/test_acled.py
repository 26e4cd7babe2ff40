from dataclasses import replace

import pytest

from geo.schema import ACLED_SUB_EVENT_TYPES, EVENT_MODES, EVENT_TYPES
from pipeline.acled import acled_of
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
