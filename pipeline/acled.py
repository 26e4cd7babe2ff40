"""ACLED's event type and sub-event type of an event, where its ontology has one."""

from geo.schema import ACLED_SUB_EVENT_TYPES
from pipeline.actors import CIVILIANS, PROTESTERS, STATE
from pipeline.events import Event

_ASSAULTS = {
    "aerial": "Air/drone strike",
    "drone": "Air/drone strike",
    "heavy-weapons": "Shelling/artillery/missile attack",
    "explosives": "Remote explosive/landmine/IED",
    "suicide-attack": "Suicide bomb",
    "abduct": "Abduction/forced disappearance",
    "sexual": "Sexual violence",
    "destroy": "Looting/property destruction",
}
"""Modes of ASSAULT whose sub-type does not hang on who did it to whom."""

_BY_MODE = {("PROTEST", "riot"): "Violent demonstration", ("COERCE", "arrest"): "Arrests"}
_BY_TYPE = {
    "PROTEST": "Peaceful protest",
    "COERCE": "Other",
    "MOBILIZE": "Change to group/activity",
}
_TAKING = frozenset(
    "seize capture overrun take fall retake recapture conquer occupy gain collapse enter".split()
)
_TYPE_OF = {sub: kind for kind, subs in ACLED_SUB_EVENT_TYPES.items() for sub in subs}


def acled_of(event: Event) -> tuple[str | None, str | None]:
    """ACLED event type and sub-event type; (None, None) where ACLED codes no such event.

    Only what happened is coded: ACLED holds no plans, threats or denials. The mapping follows the
    definitions of ACLED's codebook (types and sub-types as in its R package's category table).
    """
    sub = _sub_type(event) if event.modality == "actual" else None
    return (None, None) if sub is None else (_TYPE_OF[sub], sub)


def _sub_type(event: Event) -> str | None:
    kind, mode = event.event_type, event.event_mode
    if kind == "ASSAULT":
        return _assault(event)
    if kind == "RETREAT":
        return _retreat(event)
    return _BY_MODE.get((kind, mode), _BY_TYPE.get(kind))


def _retreat(event: Event) -> str:
    if event.event_mode == "ceasefire":
        return "Agreement"
    pinned = event.site is not None and event.site.location.where_prec <= 3
    left = event.event_mode == "withdraw" and pinned
    return "Non-violent transfer of territory" if left else "Change to group/activity"


def _assault(event: Event) -> str:
    if event.event_mode in _ASSAULTS:
        return _ASSAULTS[event.event_mode]
    doer = event.actor1.kind if event.actor1 is not None else None
    victim = event.actor2.kind if event.actor2 is not None else None
    if victim == PROTESTERS:
        return "Excessive force against protesters"
    if _takes(event.trigger.text):
        return (
            "Government regains territory"
            if doer == STATE
            else "Non-state actor overtakes territory"
        )
    return "Attack" if victim == CIVILIANS else "Armed clash"


def _takes(trigger: str) -> bool:
    word = trigger.lower().split()[0]
    return any(word.startswith(stem[:4]) for stem in _TAKING) or word in {"took", "fell"}
