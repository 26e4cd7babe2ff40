"""ACLED's event type and sub-event type of an event, where its ontology has one.

Two ways: by the words of the report (data/curated/acled_cues.csv), since ACLED's sub-types hang on
means and circumstances that no trigger tells ("tear gas", "without a fight"); and by the event's
PLOVER category, mode and actors. The words count where they agree with the category.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from geo.schema import ACLED_SUB_EVENT_TYPES
from pipeline.actors import CIVILIANS, PROTESTERS, STATE
from pipeline.events import Event
from pipeline.lexicon import rows

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
_MURDER: Final = re.compile(r"murder|assassinat|massacr|execut|behead|lynch|gunned down")
"""Triggers whose victims could not fight back, whoever they were."""

_TYPE_OF = {sub: kind for kind, subs in ACLED_SUB_EVENT_TYPES.items() for sub in subs}

_LEAD = 180  # characters after which the next full stop ends what is read for cues
_STOP = re.compile(r"[.!?]\s")

_GROUPS: Final = {
    "gun": r"\b(gunmen|shot|shooting|fired|rifles?|gunfire|bomb\w*)\b",
    "protest": r"\b(protest\w*|demonstrat\w*|burning (barricades|tyres|tires)|rall(y|ies|ied)"
    r"|march(ed|es|ing)"
    r"|(?<!\d )march(?! \d)|sit-?ins?|vigils?"
    r"|picket\w*|hunger strike|(went|go|gone|going) on strike|work stoppage|general strike"
    r"|(gathered|took to the streets|blocked) .{0,60}\b(to demand|to call for|against|over))\b",
    "violent": r"\b(riot(s|ed|ers?|ing)?\b(?! police)|molotov\w*|petrol bombs?|firebombs?"
    r"|(threw|throw\w*|hurl\w*|pelt\w*) "
    r".{0,25}(stones?|rocks|bottles|police|vehicles|bombs?|cocktails)|stone-?pelt\w*|torch\w*"
    r"|set .{0,30}(fire|ablaze|alight)|burn(ed|ing|t) .{0,12}(tyres|tires|barricades|cars|vehicles"
    r"|buses)|loot\w*|vandali\w*|ransack\w*|clash\w* with|smash\w*|turned violent|attacked)\b",
    "forces": r"\b(police\w*|officers?|soldiers?|troops|security forces|security|army|military"
    r"|paramilitar\w*|gendarme\w*|forces|guards?)\b",
    "harm": r"\b(kill(ed|ing|s)?|dead|died|dies|wound\w*|injur\w*|shot|stabb?\w*|behead\w*|hack\w*"
    r"|beat(en|ing)?|murder\w*|assassinat\w*|massacr\w*|lost (his|her|their) li\w+|poison\w*)\b",
    "deadly": r"\b(kill(ed|ing|s)?|died|behead\w*|hack\w*|massacr\w*|shot dead)\b",
    "clash": r"\b(clash\w*|exchang\w+ (of )?(fire|gunfire)|gun ?-?(battle|fight)\w*|gunfights?"
    r"|firefights?|fought|fighting|shoot-?outs?|ambush\w*|returned fire|battles?|skirmish\w*"
    r"|crossfire|armed confrontation|combat|encounter)\b",
    "named": r"\b(arakan|karen|kachin|wa state|shan state|resistance|liberation|independence"
    r"|syrian national|libyan national|people's) army\b|\barmy fighters\b",
    "state": r"\b(army|armed forces|military|troops|soldiers|police|government|regime|federal"
    r"|security forces|forces|national|marines|fardc|peshmerga)\b",
    "rebels": r"\b(rebels?|militants?|fighters?|insurgents?|guerrillas?|taliban|militia\w*"
    r"|jihadi\w*|islamic state|isis|isil|daesh|al[- ]?shabaab|boko haram|separatists?|houthis?"
    r"|[a-z]+ army|ansar [a-z-]+|ansar|al-\w+|front|m23|gunmen|[a-z]*an forces|cartel|hts)\b",
}
"""Patterns that rows of acled_cues.csv name in <>."""

_FITTING: Final = {
    "Battles": frozenset({"ASSAULT", "COERCE", "RETREAT", "MOBILIZE"}),
    "Explosions/Remote violence": frozenset({"ASSAULT"}),
    "Violence against civilians": frozenset({"ASSAULT", "COERCE"}),
    "Protests": frozenset({"PROTEST"}),
    "Riots": frozenset({"PROTEST", "ASSAULT"}),
    "Strategic developments": frozenset(
        {"AGREE", "SUPPORT", "COOPERATE", "RETREAT", "MOBILIZE", "COERCE", "CONCEDE"}
    ),
}
"""Categories of events that a cue of each ACLED type may be about."""

_CATEGORY: Final = {
    "Violent demonstration": ("PROTEST", "riot"),
    "Mob violence": ("ASSAULT", ""),
    "Agreement": ("SUPPORT", ""),
    "Arrests": ("COERCE", "arrest"),
    "Change to group/activity": ("MOBILIZE", ""),
    "Disrupted weapons use": ("COERCE", "seize"),
    "Headquarters or base established": ("MOBILIZE", ""),
    "Looting/property destruction": ("COERCE", ""),
    "Non-violent transfer of territory": ("RETREAT", "withdraw"),
    "Other": ("COERCE", ""),
}


@dataclass(frozen=True, slots=True)
class Cue:
    """Patterns that tell a sub-event type (None: nothing that ACLED codes), if none of `unless`."""

    sub_type: str | None
    words: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None


def acled_of(event: Event) -> tuple[str | None, str | None]:
    """ACLED event type and sub-event type; (None, None) where ACLED codes no such event.

    Only what happened is coded: ACLED holds no plans, threats or denials. The mapping follows the
    definitions of ACLED's codebook (types and sub-types as in its R package's category table).
    """
    if event.modality != "actual":
        return None, None
    cue = cued(event.sentence.text)
    fits = cue is not None and event.event_type in _FITTING[_TYPE_OF[cue]]
    sub = cue if fits else _sub_type(event)
    return (None, None) if sub is None else (_TYPE_OF[sub], sub)


def cued(text: str) -> str | None:
    """The sub-event type that a report's words tell, None where they tell none.

    Parameters
    ----------
    text : str
        A sentence, or a note of a few as ACLED writes them; of a longer report its first sentences
        count, for the rest tells what came before and after.
    """
    end = _STOP.search(text, _LEAD)
    low = (text[: end.start()] if end else text).lower()
    for cue in cues():
        if cue.unless is not None and cue.unless.search(low):
            continue
        if all(pattern.search(low) for pattern in cue.words):
            return cue.sub_type
    return None


def type_of(sub_type: str) -> str:
    """ACLED event type of a sub-event type."""
    return _TYPE_OF[sub_type]


def category_of(sub_type: str) -> tuple[str, str]:
    """PLOVER category and mode that a sub-event type is nearest to."""
    kind = _TYPE_OF[sub_type]
    default = ("PROTEST", "demo") if kind == "Protests" else ("ASSAULT", "")
    return _CATEGORY.get(sub_type, default)


@lru_cache(maxsize=1)
def cues() -> tuple[Cue, ...]:
    """Rows of acled_cues.csv, in their order."""
    return tuple(
        Cue(
            None if row["sub_event_type"] == "none" else row["sub_event_type"],
            tuple(_pattern(part) for part in row["words"].split(" && ")),
            _pattern(row["unless"]) if row["unless"] else None,
        )
        for row in rows("acled_cues.csv")
    )


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"<(\w+)>", lambda name: f"(?:{_GROUPS[name[1]]})", text), re.DOTALL)


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
    murdered = victim is None and _MURDER.match(event.trigger.text.lower()) is not None
    return "Attack" if victim == CIVILIANS or murdered else "Armed clash"


def _takes(trigger: str) -> bool:
    word = trigger.lower().split()[0]
    return any(word.startswith(stem[:4]) for stem in _TAKING) or word in {"took", "fell"}
