"""Figures: what only looks like an event; sport, metaphor, drills, slogans, general truths."""

import re
from collections.abc import Iterator
from typing import Final

from pipeline.clauses import doers, marker
from pipeline.contests import is_sport, is_trade
from pipeline.idioms import is_idle
from pipeline.moods import children_of, effects, own_mood, word_after, word_before
from pipeline.sides import is_accidental_blast, is_forceless
from pipeline.syntax import Token

_ANY: Final = frozenset({"any", "every", "such"})
_DEPTH: Final = 6

_ABSTRACT: Final = frozenset(
    "idea proposal notion share record problem inflation unemployment poverty malaria "
    "disease cancer virus infection epidemic pandemic aids hiv hunger corruption plastic waste "
    "pollution obesity addiction exhaustion fatigue speech remark comment climate attention "
    "imagination interest opportunity chance moment "
    "mood rate price cost tax budget job e-mail email mail complaint criticism "
    "phone-call nerve ratings chart title crown medal "
    "trophy goal deficit gap dream hope spirit fame legacy reputation image idiom accent "
    "stigma racism sexism prejudice doping spam misinformation illiteracy loneliness temptation it "
    " advertising advert".split()
)
_OFTEN: Final = frozenset(
    "often frequently routinely regularly usually sometimes habitually".split()
)
_MANY: Final = frozenset({"many", "several", "countless"})
_SHARES: Final = frozenset("third half quarter fifth share percent % part slice bulk most".split())
_CAUSES: Final = frozenset(
    "storm snowstorm sandstorm hailstorm cyclone hurricane typhoon tornado earthquake quake "
    "tremor shock "
    "aftershock tsunami flood flooding "
    "heatwave drought blizzard wind rain snow hail lightning avalanche landslide wildfire volcano "
    "virus disease pandemic epidemic infection outbreak cholera measles inflation recession crisis "
    "downturn slump share stock price sale profit currency bond yield heart film song album tune "
    "hunger_for fashion fever boredom shortage shortfall tariff critic pundit commentator "
    "reviewer columnist".split()
)
_ACCIDENTS: Final = frozenset(
    "accident crash collision earthquake quake derailment shipwreck avalanche landslide hurricane "
    "cyclone flood stampede".split()
)
"""Nouns of misfortunes: who dies in one was not assaulted."""

_QUAKES: Final = frozenset("earthquake quake aftershock hurricane cyclone tsunami".split())
"""Those that nobody is killed beside by hand: their sentence is about them."""

_FLAMES: Final = frozenset({"fire", "blaze", "inferno"})
_LARGE: Final = frozenset("huge massive big large fierce electrical accidental".split())

_PARTS: Final = frozenset({"advcl", "conj", "xcomp", "acl", "relcl"})
_MISHAP: Final = frozenset("crash collide overturn derail capsize collapse sink".split())
_HURT: Final = frozenset("kill die injure wound destroy damage".split())
_ARMED_MISHAP: Final = frozenset(
    "shot fire fired missile bomb attack attacked explosion blast rebel rebels guerrilla gunfire "
    "guerrillas sabotage bomber bombers suicide gunman gunmen militant militants insurgents drone "
    "terrorist terrorists hijack hijacked hijackers down downed".split()
)
"""Words beside which a crash is no mere accident."""

_RATE: Final = re.compile(
    r"\b(?:every|each) (?:day|week|month|year|hour|\d+ \w+)\b|\bso far (?:this year|in \d{4})\b"
    r"|\b(?:in|over|during|within) (?:only |just |about |nearly |almost |more than )?"
    r"(?:the )?(?:(?:past|last|previous|recent) )?(?:(?:\d+|two|three|four|five|six|seven|eight"
    r"|nine|ten|several|few|many|the past few) (?:months|years|decades)|(?:past|last|recent) "
    r"(?:months|years|decades?))\b(?! (?:ago|earlier|later|before|after|in prison|of))",
    re.IGNORECASE,
)
"""A time over which figures are summed up: what happened in all of it is a statistic."""

_SUMMED: Final = frozenset(
    "kill murder assassinate massacre execute wound injure die kidnap abduct attack bomb destroy "
    "capture arrest".split()
)

_ILLS: Final = frozenset(
    "liquor alcohol brew leak monoxide fume smoke poisoning heatstroke tumour tumor cholera ebola "
    "malaria covid covid-19 coronavirus flu influenza pneumonia tuberculosis polio dengue illness "
    "complication cancer aids starvation malnutrition dehydration old-age overdose stroke".split()
)
"""What kills nobody by a hand, beside `_CAUSES`."""

_BY: Final = frozenset({"by", "of", "from"})
_ANYONE: Final = frozenset("those anyone anybody everyone everybody whoever".split())
_COMPOUNDS: Final = frozenset(
    "heart panic asthma anxiety price bidding trade tariff culture star charm media "
    "advertising sales ratings currency chess marketing legal court courtroom custody takeover "
    "boardroom election campaign title relegation promotion lightning snowball pillow food "
    "trial controlled mock simulated quarry".split()
)
_OF_WHAT: Final = frozenset(
    "word words wits will wills idea interest laughter colour color applause joy enthusiasm "
    "creativity popularity support growth demand emotion energy sound taste flavour flavor "
    "criticism praise sale nerve nerves personality".split()
)
_AGAINST: Final = frozenset({"on", "against", "with", "over", "to", "for"})
_FICTION: Final = frozenset(
    "film movie novel thriller sitcom videogame cartoon fable opera museum exhibition memoir book "
    "documentary painting drama".split()
)
_SAVING: Final = frozenset({"save", "preserve", "keep", "win", "protect", "prove"})
_BENEATH: Final = frozenset({"dobj", "nsubjpass", "dative"})


def is_question(token: Token) -> bool:
    """Tell whether its sentence asks."""
    return token.sent.text.rstrip("\"”'’ ").endswith("?")


def is_slogan(token: Token) -> bool:
    """Tell whether an order opens the sentence or a quotation: "Stop bombing", "Do not march"."""
    verb = token
    if token.tag_ == "VBG" and token.dep_ == "xcomp":
        verb = token.head
    if verb.tag_ != "VB" or children_of(verb, {"nsubj", "nsubjpass"}):
        return False
    auxiliaries = [child for child in verb.children if child.dep_ == "aux"]
    if any(child.lower_ != "do" for child in auxiliaries):
        return False
    first = min([verb, *auxiliaries], key=lambda item: item.i)
    before = word_before(first)
    return before is None or before.text in {'"', "“", "'", "‘", ":"}


def is_general(token: Token) -> bool:
    """Tell whether it is said of such things in general, not of one that happened."""
    if token.pos_ in {"NOUN", "PROPN"}:
        return _is_truth(token) or any(
            child.dep_ == "det" and child.lower_ in _ANY for child in token.children
        )
    if _is_statistic(token) or _is_of_anyone(token) or _is_habit(token):
        return True
    # A headline, which has no full stop, tells news in the present tense.
    return (
        token.tag_ in {"VBZ", "VBP"}
        and token.lower_.startswith(token.lemma_.lower()[:-1])  # "overran" is no present
        and token.sent.text.rstrip("\"”'’ ").endswith(".")
        and not children_of(token, {"aux", "auxpass", "neg"})
        and own_mood(token) == ""
    )


def _is_truth(token: Token) -> bool:
    """Tell whether something is said of a bare noun: "peaceful protest is a human right"."""
    verb = token.head
    return (
        token.dep_ == "nsubj"
        and verb.lower_ in {"is", "are"}
        and bool(children_of(verb, {"attr"}))
        and not children_of(token, {"det", "poss", "nummod", "prep", "acl", "relcl"})
    )


def _is_statistic(token: Token) -> bool:
    """Tell whether it sums up a long time: "over the past 10 years rebels have killed 3,000"."""
    if token.lemma_.lower() in _SUMMED:
        own = [item for item in token.subtree if item.dep_ not in {"relcl", "ccomp"}]
        return _RATE.search(" ".join(item.text for item in own)) is not None
    return False


def _is_habit(token: Token) -> bool:
    """Tell whether it happens again and again, and no day is told: "attacked many times"."""
    often = any(
        child.lower_ in _OFTEN
        or (child.lower_ == "times" and any(item.lower_ in _MANY for item in child.children))
        for child in token.children
    )
    return often and not any(item.ent_type_ == "DATE" for item in token.subtree)


def _is_of_anyone(token: Token) -> bool:
    """Tell whether it says which people are meant: "those who have been kidnapped"."""
    head = token.head
    if token.dep_ not in {"relcl", "acl"} or head.i == token.i:
        return False
    if any(item.ent_type_ in {"DATE", "GPE"} for item in token.subtree):
        return False
    return head.lower_ in _ANYONE or any(child.lower_ in _ANYONE for child in head.children)


def is_staged(token: Token) -> bool:
    """Tell whether it is rehearsed, made up or remembered."""
    current = token
    for _ in range(_DEPTH):
        above = current.head
        if _has_fiction(current):
            return True
        if above.i == current.i:
            return False
        part = "v" if above.pos_ == "VERB" else "n"
        below = current.dep_ not in {"nsubj", "nsubjpass"}
        if below and effects().get((above.lemma_.lower(), part)) == "none":
            return True
        if _long_after(current):
            return True
        current = above
    return False


def _has_fiction(token: Token) -> bool:
    """Tell whether a verb's subject or setting is a made-up story or game: "in the film"."""
    return token.pos_ in {"VERB", "AUX"} and any(
        _is_fiction(item)
        for child in token.children
        if child.dep_ in {"nsubj", "prep"}
        for item in (child, *child.children)
    )


def _is_fiction(token: Token) -> bool:
    lemma = token.lemma_.lower()
    return lemma in _FICTION or (
        lemma == "game" and any(child.lower_ == "video" for child in token.children)
    )


def _long_after(token: Token) -> bool:
    """Tell whether "ten years after" leads to a noun: memory, not news."""
    if token.dep_ != "prep" or token.lower_ not in {"after", "since"}:
        return False
    before = word_before(token)
    return before is not None and before.lemma_.lower() in {"year", "decade", "century"}


def is_figurative(token: Token) -> bool:
    """Tell whether a trigger is meant of sport, markets, weather, illness or opinion.

    A sentence that also names soldiers, bombs, police or the like is never taken for sport. Word
    lists are from general knowledge; the development half of tests/quality/modality_gold.jsonl
    was looked at.

    Parameters
    ----------
    token : Token
        A verb or a noun that could report an event.
    """
    return (
        _has_abstract_object(token)
        or _has_natural_cause(token)
        or _is_set_phrase(token)
        or is_sport(token)
        or is_trade(token)
        or is_idle(token)
        or is_forceless(token)
        or is_accidental_blast(token)
    )


def _has_abstract_object(token: Token) -> bool:
    for child in token.children:
        if child.dep_ in {"dobj", "dative"} and _is_abstract(child):
            return True
        about = child.dep_ == "prep" and child.lower_ in _AGAINST and child.i > token.i
        means = child.dep_ in {"prep", "agent"} and child.lower_ in {"with", "by"}
        if child.lower_ == "for" and token.pos_ not in {"NOUN", "PROPN"}:
            continue  # "marched for jobs"
        if (about or means) and any(_is_abstract(item) for item in child.children):
            return True
    return False


def _is_abstract(token: Token) -> bool:
    if token.lower_ == "it" and token.head.lemma_.lower() != "kill":
        return False
    words = [token, *(child for child in token.children if child.dep_ == "compound")]
    if any(word.lemma_.lower() in _ABSTRACT and not word.ent_type_ for word in words):
        return True
    # "a third of the market", and no "bombing of a market"
    return token.lemma_.lower() in _SHARES and any(
        item.lemma_.lower() in {"market", "vote", "audience"}
        for child in token.children
        if child.lower_ == "of"
        for item in child.children
    )


def _has_natural_cause(token: Token) -> bool:
    """Tell whether weather, illness or a market does it; a noun has no such doer."""
    if token.pos_ in {"NOUN", "PROPN"}:
        return False
    causes = [child for child in token.children if child.dep_ == "nsubj"]
    means = {"agent"}
    if token.lemma_.lower() in {"kill", "die", "sicken"}:
        causes, means = doers(token), {"agent", "prep"}
        if token.dep_ in {"acl", "relcl"}:  # "a cholera epidemic killed 20" read as its participle
            causes.append(token.head)
    under = [child for child in token.children if child.dep_ in means and child.lower_ in _BY]
    causes += [item for child in under for item in child.children]
    return _is_accident(token) or any(map(_is_cause, causes))


def _is_cause(token: Token) -> bool:
    """Tell whether a noun is weather, disease or the like; a sentence's first looks like a name."""
    lemma = token.lemma_.lower()
    if token.i == token.sent.start and token.ent_type_ == "MISC":
        return lemma.removesuffix("s") in _CAUSES
    if lemma in _FLAMES and token.tag_ == "NN" and not token.ent_type_:
        # "Israeli fire killed three" is of guns.
        bare = all(child.dep_ == "det" or child.lower_ in _LARGE for child in token.children)
        others = (item.lower_ for item in token.sent if item is not token)
        return bare and not any(word in _ARMED_MISHAP for word in others)
    wave = lemma == "wave" and any(child.lower_ in {"heat", "cold"} for child in token.children)
    return wave or (lemma in _CAUSES | _ILLS and not token.ent_type_)


def _is_accident(token: Token) -> bool:
    """Tell whether a crash or a quake did it: "killed in a plane crash", "crashed, killing 17"."""
    if token.lemma_.lower() not in _MISHAP | _HURT:
        return False
    if any(item.lower_ in _ARMED_MISHAP for item in token.sent):
        return False
    if any(item.lemma_.lower() in _QUAKES for item in token.sent):
        return True
    return any(_is_mishap(item) or _by_mishap(item) for item in _parts_around(token))


def _parts_around(token: Token) -> Iterator[Token]:
    """A verb, those that it is a part of, or is told beside, and when it was: "when it sank"."""
    yield from (child for child in token.children if child.dep_ == "advcl" and marker(child))
    current = token
    for _ in range(_DEPTH):
        yield current
        if current.dep_ not in _PARTS or current.head.i == current.i:
            return
        current = current.head


def _is_mishap(token: Token) -> bool:
    # Planes that "crashed into" a tower may have been flown there.
    into = any(child.lower_ == "into" for child in token.children)
    return token.lemma_.lower() in _MISHAP | _ACCIDENTS and not into


def _names_mishap(token: Token) -> bool:
    return token.lemma_.lower() in _ACCIDENTS and token.pos_ in {"NOUN", "PROPN"}


def _by_mishap(token: Token) -> bool:
    return any(
        _names_mishap(item)
        for child in token.children
        if child.dep_ in {"agent", "nsubj", "prep"}
        for item in (child, *child.children)
    )


def _is_set_phrase(token: Token) -> bool:
    """Compounds and of-phrases: "heart attack", "price war", "war of words", "under fire for"."""
    if token.pos_ not in {"NOUN", "PROPN"}:
        return False
    for child in token.children:
        if child.dep_ in {"compound", "amod"} and child.lemma_.lower() in _COMPOUNDS:
            return True
        if child.lower_ == "of" and any(i.lemma_.lower() in _OF_WHAT for i in child.children):
            return True
        # "won a battle to save a cinema"
        if child.dep_ in {"acl", "relcl", "advcl", "xcomp"} and child.lemma_.lower() in _SAVING:
            return token.lemma_.lower() in {"battle", "fight", "war", "struggle"}
    before, after = word_before(token), word_after(token)
    return (
        token.lemma_.lower() == "fire"
        and before is not None
        and before.lower_ == "under"
        and after is not None
        and after.lower_ in {"for", "over"}
    )
