"""ACLED's event type and sub-event type of an event, where its ontology has one."""

from geo.schema import ACLED_SUB_EVENT_TYPES
from pipeline.actors import CIVILIANS, PROTESTERS, STATE
from pipeline.events import Event

_REMOTE = {
    "aerial": "Air/drone strike",
    "drone": "Air/drone strike",
    "heavy-weapons": "Shelling/artillery/missile attack",
    "explosives": "Remote explosive/landmine/IED",
    "suicide-attack": "Suicide bomb",
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
    if kind == "PROTEST":
        return "Violent demonstration" if mode == "riot" else "Peaceful protest"
    if kind == "COERCE":
        return "Arrests" if mode == "arrest" else "Other"
    if kind == "RETREAT":
        if mode == "ceasefire":
            return "Agreement"
        if mode == "withdraw" and event.site is not None and event.site.location.where_prec <= 3:
            return "Non-violent transfer of territory"
        return "Change to group/activity"
    if kind == "MOBILIZE":
        return "Change to group/activity"
    return None


def _assault(event: Event) -> str:
    mode = event.event_mode
    if mode in _REMOTE:
        return _REMOTE[mode]
    if mode == "abduct":
        return "Abduction/forced disappearance"
    if mode == "sexual":
        return "Sexual violence"
    if mode == "destroy":
        return "Looting/property destruction"
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
