"""Idioms: verbs of conflict that tell none here, by what they are done to or by what means."""

from collections.abc import Sequence
from typing import Final

from pipeline.clauses import doers, meant, undergoers
from pipeline.kinds import LIVING, kinds_of
from pipeline.syntax import Token

ARMS: Final = frozenset(
    "police officer soldier troop army gunman militant rebel militia bomb bomber grenade rocket "
    "missile drone artillery tear tear-gas civilian hostage villager protester demonstrator fan "
    "supporter rioter insurgent jihadist terrorist convoy checkpoint barracks casualty wounded "
    "dead "
    "injured".split()
)
"""Words beside which nothing is taken for a game, nor for a quarrel or a hunt."""

_ATTACK: Final = frozenset("attack assault blast slam hit hammer clash target strike lash".split())
_ARGUED: Final = frozenset(
    "claim accuse say call argue allege describe question suggest deem insist label brand".split()
)
_INSULTED: Final = frozenset(
    "criticise criticize insult undermine mock ridicule denounce condemn belittle accuse "
    "discredit".split()
)
_AIRED: Final = frozenset(
    "television tv radio twitter facebook media press newspaper article column interview speech "
    "parliament debate podcast air".split()
)
_POLICIES: Final = frozenset(
    "policy decision law bill issue ruling reform handling plan budget proposal approach stance "
    "view theory argument record legacy constitution strategy scheme programme program".split()
)
_POLITICS: Final = frozenset(
    "party minister lawmaker senator mp deputy parliament coalition opposition politician "
    "candidate congressman lawyer senate committee bidder company firm shareholder director "
    "executive regulator".split()
)
"""Whose clashes over something are of words or money, unless weapons or the police are near."""

_CROWD: Final = frozenset(
    "crowd mob protester demonstrator rioter people villager resident student worker activist "
    "supporter youth migrant disperse warn warning".split()
)
"""Words beside which shots into the air are meant for somebody."""

_DEADLY: Final = frozenset("kill slaughter cull shoot die poison massacre destroy hunt".split())
_HELPED: Final = frozenset("rescue save free release evacuate treat feed".split())
_ANIMALS: Final = frozenset(
    "poultry cattle livestock rhino turkey seal crop coral kiwi whale dolphin shark bear wolf pig "
    "cow bull sheep goat bird elephant monkey fox snake bat rat lion leopard crocodile bee wasp "
    "locust".split()
)
"""Those that `pipeline.kinds` does not know, or knows as something else too."""

_ADMIRERS: Final = frozenset("fan shopper customer tourist photographer admirer rush".split())
_WORKS: Final = frozenset(
    "talk lecture book film movie documentary drama play novel memoir exhibition seminar opera "
    "poem painting musical museum miniseries".split()
)
"""What is made about an event long past; "talks on the fighting" are not."""

_LEFT_SO: Final = frozenset(
    "dead wounded injured hurt stranded homeless trapped damaged destroyed hospitalised "
    "hospitalized unconscious".split()
)
_NEAR_BY: Final = 6
"""Words between what is left and how."""

_IDLE: Final = {
    verb: frozenset(nouns.split())
    for verb, nouns in {
        "take": "office oath part place care note step photo picture advantage time exam vote "
        "medal lead role turn look",
        "meet": "aspiration need demand target goal requirement deadline standard expectation cost "
        "obligation criterion",
        "demonstrate": "employment ability commitment need understanding competence effectiveness "
        "eligibility skill importance value",
        "reinforce": "arrangement feeling idea stereotype perception belief view message",
        "release": "water steam gas report album film movie song single series statement datum "
        "figure video list "
        "app version update software product model "
        "study photo book finding result survey trailer game version music",
        "recall": "car vehicle product toy phone airbag model day moment time",
        "kill": "light engine motor time bill deal plan project mood appetite germ weed",
        "shoot": "satellite probe portrait film video scene picture photo footage movie commercial "
        "clip series photograph glance look arrow goal",
        "ban": "app sprinter athlete runner player footballer striker cyclist boxer swimmer coach "
        "skater jockey trainer driver",
        "sack": "coach manager trainer boss executive chairman",
        "fire": "coach manager trainer executive chairman chief cook employee staff ceo winner",
        "withdraw": "support backing facility application cash money bid nomination remark "
        "appeal candidacy",
        "mobilise": "resource fund capital",
        "mobilize": "resource fund capital",
        "seize": "opportunity chance moment initiative",
        "strike": "balance chord tone",
        "battle": "traffic flame blaze fire cold heat wind wave weather cancer illness disease "
        "addiction depression odds inflation",
        "fight": "flame blaze fire wildfire cancer illness disease infection odds inflation crime "
        "poverty corruption boredom",
        "enter": "market race contest competition",
        "lift": "trophy weight spirit cup",
        "kidnap": "show",
        "save": "shot penalty goal point money energy time",
        "host": "game championship tournament festival gala exhibition concert",
        "break": "silence record news leg",
        "catch": "cold eye glimpse fire train toddler ball",
        "drop": "point hint",
        "lose": "home house job livelihood limb leg arm hand eye sight power electricity seat "
        "election vote match game contract appeal case patience hope faith temper money",
    }.items()
}
"""Verbs of conflict and diplomacy, and the objects with which they tell neither."""


def is_idle(token: Token) -> bool:
    """Tell whether a word of conflict or diplomacy tells neither: by its object, or in words only.

    Parameters
    ----------
    token : Token
        A verb or a noun that could report an event.
    """
    return (
        _is_of_words(token)
        or _is_of_animals(token)
        or _has_idle_object(token)
        or _is_set_on(token)
        or _is_famous(token)
        or _is_theme(token)
        or _is_in_the_air(token)
        or _is_charge(token)
        or _is_state(token)
        or _is_outcome(token)
        or _is_craze(token)
    )


def _is_of_words(token: Token) -> bool:
    """Tell whether an attack is one of words: "attacked Han, claiming that", "on television"."""
    lemma = token.lemma_.lower()
    if lemma not in _ATTACK or token.pos_ in {"NOUN", "PROPN"}:
        return False
    if lemma == "clash":
        return _is_quarrel(token)
    if _is_armed(token):
        return False
    found = _objects(token)
    return _all_of(found, _POLICIES) or any(_says(child, found) for child in token.children)


def _is_quarrel(token: Token) -> bool:
    """Tell whether politicians clash over something."""
    over = any(child.lower_ == "over" for child in token.children)
    sides = [*doers(token)]
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in {"with", "against"}:
            sides.extend(child.children)
    lemmas = {word.lemma_.lower() for side in sides for word in (side, *side.children)}
    return over and bool(lemmas & _POLITICS) and not lemmas & ARMS


def _says(child: Token, attacked: Sequence[Token]) -> bool:
    """Tell whether a part of an attack's clause shows that words made it."""
    if child.dep_ in {"advcl", "xcomp"} and child.tag_ == "VBG":
        people = all(
            item.ent_type_ in {"PERSON", "ORG"} or item.lemma_.lower() in _POLITICS
            for item in attacked
        )
        return people and child.lemma_.lower() in _ARGUED
    if child.dep_ == "conj":
        return child.lemma_.lower() in _INSULTED
    if child.dep_ == "ccomp":
        return any(item.lower_ == "what" for item in child.children)
    on = child.dep_ == "prep" and child.lower_ in {"on", "in"}
    return on and any(item.lemma_.lower() in _AIRED for item in child.children)


def _is_of_animals(token: Token) -> bool:
    """Tell whether animals do it, or only animals or plants are killed by nobody who fights.

    "Two bulls charged tourists"; those that are rescued are none of news of conflict either.
    """
    lemma = token.lemma_.lower()
    by = doers(token) if token.pos_ == "VERB" else []
    if lemma == "charge":
        by = by or [token.head]  # "bulls charged" read as a participle
    if _all_of(by, _ANIMALS):
        return True  # by name: a drone, a shell and a mole are living things too
    if lemma not in _DEADLY | _HELPED or (lemma in _DEADLY and _is_armed(token)):
        return False
    return _are_animals(_objects(token))


def _are_animals(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and all(
        item.lemma_.lower() in _ANIMALS or kinds_of(item) & LIVING for item in tokens
    )


def _has_idle_object(token: Token) -> bool:
    """Tell whether a verb has, or a noun is, an object that tells no conflict: "took office"."""
    verb = token.head if token.dep_ == "dobj" and token.pos_ == "NOUN" else token
    nouns = _IDLE.get(verb.lemma_.lower())
    return nouns is not None and verb.pos_ == "VERB" and _all_of(_objects(verb)[:1], nouns)


def _is_set_on(token: Token) -> bool:
    """Tell whether a chance is taken, or a room left: "seized on the trend", "stormed off"."""
    after = [child.lower_ for child in token.children if child.i == token.i + 1]
    lemma = token.lemma_.lower()
    if lemma == "storm":
        return after in (["off"], ["out"], ["away"])
    return lemma == "seize" and after in (["on"], ["upon"])


def _is_state(token: Token) -> bool:
    """Tell whether a siege is only the name of an emergency: "decreed a state of siege"."""
    return (
        token.lemma_ == "siege" and token.head.lower_ == "of" and token.head.head.lemma_ == "state"
    )


def _is_outcome(token: Token) -> bool:
    """Tell whether something is left so, and nobody leaves: "leaving lorries stranded"."""
    if token.lower_ not in {"leaving", "left"} or token.dep_ not in {"advcl", "acl", "conj"}:
        return False  # "troops left Jalalabad"
    found = _objects(token)[:1]
    return bool(found) and any(
        item.lower_ in _LEFT_SO and item.i > found[0].i
        for item in token.subtree
        if item.i - found[0].i <= _NEAR_BY
    )


def _is_craze(token: Token) -> bool:
    """Tell whether it is done for love: "fans besieged a hotel", "took the town by storm"."""
    lemma, by = token.lemma_.lower(), doers(token)
    if lemma in {"besiege", "storm", "mob"}:
        armed = {item.lemma_.lower() for item in token.sent} & (ARMS - _ADMIRERS)
        return not armed and _all_of(by, _ADMIRERS)
    storm = any(item.lower_ == "storm" and item.head.lower_ == "by" for item in token.subtree)
    return lemma == "take" and storm and any(item.ent_type_ == "PERSON" for item in by)


def _is_famous(token: Token) -> bool:
    """Tell whether a battle is only referred to by its name: "lessons of the siege of Vienna"."""
    return (
        token.lemma_.lower() in {"battle", "siege"}
        and token.dep_ == "pobj"
        and not any(item.ent_type_ == "DATE" for item in token.sent)
        and any(
            item.ent_type_ in {"GPE", "LOC", "FAC"}
            for child in token.children
            if child.lower_ == "of"
            for item in child.children
        )
    )


def _is_theme(token: Token) -> bool:
    """Tell whether it is what a book, a film or a lecture is about: "a film about the siege"."""
    if token.dep_ != "pobj" or token.head.lower_ not in {"about", "of", "on"}:
        return False
    work = token.head.head
    return work.lemma_.lower() in _WORKS and work.tag_ not in {"NNS", "NNPS"}


def _is_in_the_air(token: Token) -> bool:
    """Tell whether shots are fired into the air, and not over a crowd."""
    if token.lemma_.lower() not in {"fire", "shoot", "shot", "gunfire"}:
        return False
    words = {item.lower_ for item in token.sent} | {item.lemma_.lower() for item in token.sent}
    return not words & _CROWD and any(
        item.lower_ in {"air", "sky"} and item.head.lower_ in {"in", "into", "to"}
        for item in token.subtree
    )


def _is_charge(token: Token) -> bool:
    """Tell whether a deed is what somebody is charged with: "arrested on charges of murder"."""
    if token.dep_ not in {"pobj", "pcomp"} or token.head.lower_ != "of":
        return False
    return token.head.head.lemma_.lower() in {"charge", "count", "conviction"}


def _is_armed(token: Token) -> bool:
    return any(item.lower_ in ARMS or item.lemma_.lower() in ARMS for item in token.sent)


def _all_of(tokens: Sequence[Token], lemmas: frozenset[str]) -> bool:
    return bool(tokens) and all(
        item.lemma_.lower() in lemmas and not item.ent_type_ for item in tokens
    )


def _objects(token: Token) -> list[Token]:
    """Whom or what a verb is done to; of "millions of birds" and "which", what they mean."""
    found = doers(token) if token.lemma_.lower() == "die" else undergoers(token)
    return [meant(item) for item in found]
