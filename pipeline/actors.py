"""Actors: a noun group's words to a named, typed actor with its country."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from geo.gazetteer import Gazetteer, Place
from pipeline import cast, clauses
from pipeline.kinds import kinds_of
from pipeline.lexicon import is_a, rows
from pipeline.mentions import PLACE_NOUNS
from pipeline.syntax import Token

STATE = "State forces"
REBELS = "Rebel group"
CIVILIANS = "Civilians"
PROTESTERS = "Protesters"
EXTERNAL = "External/Other forces"
MILITIAS = "Political militia"
IDENTITY = "Identity militia"
BAND = "Unidentified Armed Group"
"""Name of armed men of whom nothing else is known."""
RIOTERS = "Rioters"
ARMED = frozenset({STATE, REBELS, MILITIAS, IDENTITY, EXTERNAL, RIOTERS})
"""Kinds that use force."""

_PROTESTING = frozenset({"protester", "demonstrator", "striker", "marcher"})
_RIOTING = frozenset({"rioter", "looter", "mob"})
_ARMED_BANDS = frozenset(
    "fighter militant insurgent rebel gunman militiaman militia guerrilla jihadist terrorist "
    "extremist attacker assailant bomber mercenary gang separatist cartel raider robber bandit "
    "kidnapper abductor hijacker captor trafficker sniper pirate arsonist killer gangster warlord "
    "vigilante mutineer guerilla".split()
)
_PEOPLES = frozenset(
    "population public community household crew crewman crewmen tribe congregation".split()
)
"""Who is meant by nouns that are none of persons."""

_WITH_ARMS = frozenset({"armed", "masked", "hooded"})
"""What men are who are no civilians."""

_GROUPS = (
    (_PROTESTING, "Protesters", PROTESTERS),
    (_RIOTING, "Rioters", RIOTERS),
    (_ARMED_BANDS, BAND, MILITIAS),
)
_FORCES = (
    ("police", "Police Forces"),
    ("soldiers", "Military Forces"),
    ("government", "Government"),
)
_TRIES = 4
"""Earlier mentions of "the embassy" that are asked whose it is."""

_PLURALS = frozenset({"NNS", "NNPS"})
_MODIFIERS = frozenset({"amod", "compound", "poss", "nmod", "nummod", "det", "case"})


_BODIES = frozenset({"Government", "Military Forces", "Police Forces"})

_OUT_OF_OFFICE = frozenset(
    "former ex opposition candidate candidates mayoral shadow deposed ousted toppled exiled "
    "runaway fugitive".split()
)
"""Words beside a title of those who do not speak for a state."""

_PRIVATE = frozenset(
    "federation association union company club foundation university college hospital chamber "
    "party league church holdings corp corporation inc ltd network society trust firm team "
    "newspaper magazine airline bank institute guild guilds academy school "
    "festival studio studios brand startup charity ngo".split()
)
"""Words of bodies whose heads do not speak for a state."""

_LINKS = frozenset({"of", "from"})
_LOCAL = frozenset({"of", "from", "in"})
_LOCALS = frozenset("police court authorities authority tribunal judge prosecutor".split())

_ABROAD = frozenset("embassy consulate envoy ambassador diplomat".split())
_MISSION = "Foreign Mission"
"""Who stands for a state in another: where a text comes from tells not whose they are."""

_WHOSE = frozenset({"its", "their", "his", "her"})

_MOTION = frozenset(
    "flee withdraw retreat return travel fly move go come arrive leave escape migrate evacuate "
    "march deploy cross send pull relocate deport expel extradite".split()
)
"""Lemmas of verbs whose "to X" and "from X" are places, not parties."""

_ACRONYMS = frozenset({"US", "USA", "UK", "UAE", "DRC", "CAR", "PRC", "DPRK", "ROK", "FRG"})
"""Countries that news writes in capitals; other short words in capitals are other things."""

_LONG_ACRONYM = 5

_RANKS = frozenset("Adm Brig Capt Cdr Cmdr Col Cpl Gen Lieut Lt Maj Sgt".split())
"""Ranks before a name, without the dot that stands behind them."""
_BEGINNING = 3
"""First letters by which aliases are looked up; those no longer are abbreviations."""
_SINGLE_DEMONYMS = ("an", "ine", "i", "er")
"""Endings of demonyms that mean one person behind "the"; "the Chinese" are many."""

_BARE = re.compile(r"^[\W_]+|[^\w).]+$")
_OF = re.compile(r"\b(?:of|for|and|the)$")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts or is acted on.

    Attributes
    ----------
    name : str
        Normalised: an entry of data/curated/actors.csv, or "Military Forces of X" and the like.
    kind : str or None
        ACLED's inter code by name ("State forces", "Civilians", ...).
    country : str or None
        ISO 3166-1 alpha-3.
    """

    name: str
    kind: str | None
    country: str | None


@lru_cache(maxsize=1)
def table() -> Mapping[str, Sequence[tuple[str, Actor]]]:
    """Aliases in lower case with their actors, the longest first, by their first letters."""
    actors: dict[str, Actor] = {}
    for row in rows("actors.csv"):
        actor = Actor(row["name"], row["type"], row["country"] or None)
        for alias in (row["name"], *row["aliases"].split("|")):
            actors[alias.lower()] = actor
    found: dict[str, list[tuple[str, Actor]]] = {}
    for alias in sorted(actors, key=len, reverse=True):
        found.setdefault(alias[:_BEGINNING], []).append((alias, actors[alias]))
    return found


def named(text: str) -> Actor | None:
    """The first actor of the table that a text names; short all-caps aliases only as written."""
    lower = text.lower()
    known = table()
    for start in range(len(lower)):
        if start and lower[start - 1].isalnum():
            continue
        for alias, actor in known.get(lower[start : start + _BEGINNING], ()):
            end = start + len(alias)
            if not lower.startswith(alias, start) or lower[end : end + 1].isalnum():
                continue
            if len(alias) > _BEGINNING or text[start:end].isupper():
                return actor
    return None


def actor_of(token: Token, gazetteer: Gazetteer) -> Actor | None:
    """The actor that a noun group names, by its head token; None where it names nobody.

    A table entry wins; else a country (adjective, possessive or compound) with the class of the
    head noun ("Afghan servicemen" are the Military Forces of Afghanistan); else the class alone.
    Who is named shortly is whoever was introduced under that name before.
    """
    actor = _as_worded(token, gazetteer)
    vague = actor is not None and actor.country is None and actor.name in {*_BODIES, _MISSION}
    if token.ent_type_ == "PERSON" and (actor is None or actor.kind is None or vague):
        return _introduced(token, gazetteer) or actor
    if vague and actor is not None:
        actor = _owned(token, actor, gazetteer)
        vague = actor.country is None
    if vague and _is_definite(token):
        earlier = (_as_worded(other, gazetteer) for other in islice(cast.same_body(token), _TRIES))
        known = (other for other in earlier if other is not None and other.country is not None)
        return next((other for other in known if other.kind == STATE), actor)
    return actor


def who(token: Token) -> Token | None:
    """The word that names somebody: itself, or what a pronoun stands for; None if nobody knows."""
    if token.lower_ in cast.PRONOUNS and token.pos_ == "PRON":
        return cast.stands_for(token)
    if token.lower_ in cast.SPEAKERS and token.pos_ == "PRON":
        speech = clauses.speech_verb(token)
        said = clauses.subjects(speech) if speech is not None else []
        return said[0] if said and said[0].lower_ not in cast.SPEAKERS else None
    return token


def is_goal(token: Token) -> bool:
    """Tell whether a noun group is where a movement goes or comes from: "fled to the Maldives"."""
    link = token.head
    named_place = token.ent_type_ in {"GPE", "LOC", "FAC"} or not token.ent_type_
    return (
        token.dep_ == "pobj"
        and link.lower_ in {"to", "from", "into"}
        and link.head.lemma_.lower() in _MOTION
        and named_place
    )


def _introduced(token: Token, gazetteer: Gazetteer) -> Actor | None:
    """A person as introduced before: by office, or else by full name."""
    fuller = cast.introduced(token)
    if fuller is None:
        return None
    holder = fuller.head if fuller.dep_ == "appos" else fuller
    return _as_worded(holder, gazetteer) or _as_worded(fuller, gazetteer)


def _owned(token: Token, actor: Actor, gazetteer: Gazetteer) -> Actor:
    """A state's body with the country of its pronoun: "Iran said its security forces"."""
    own = next((word for word in token.children if word.lower_ in _WHOSE), None)
    owner = cast.stands_for(own) if own is not None else None
    whose = _as_worded(owner, gazetteer) if owner is not None else None
    home = gazetteer.country(whose.country) if whose is not None and whose.country else None
    if home is None or actor.name not in _BODIES:
        return actor
    return Actor(f"{actor.name} of {_with_article(home.name)}", actor.kind, home.country)


def _is_definite(token: Token) -> bool:
    return any(child.dep_ == "det" and child.lower_ == "the" for child in token.children)


def somebody(token: Token, gazetteer: Gazetteer) -> Actor | None:
    """Civilians, for a noun of persons that names no side: "patients", "two fishermen".

    Armed bands, for those who are told to bear arms.
    """
    words = _group(token)
    country, name = (_countries(words, gazetteer) or [(None, "")])[0]
    among = f" ({name})" if name else ""
    if _bears_arms(token):
        return Actor(BAND + among, MILITIAS, country)
    counted = token.ent_type_ == "NORP" and any(c.dep_ == "nummod" for c in token.children)
    if counted or "person" in kinds_of(token) or token.lemma_.lower() in _PEOPLES:
        return Actor("Civilians" + among, CIVILIANS, country)
    return None


def _as_worded(token: Token, gazetteer: Gazetteer) -> Actor | None:
    """The actor that the words of a noun group name by themselves."""
    words = _group(token)
    text = " ".join(word.text for word in words)
    country_names = _countries(words, gazetteer)
    country, country_name = country_names[0] if country_names else (None, None)
    found = named(text)
    past = token.ent_type_ == "PERSON" and _speaks_for_none(words)
    if found is not None and not past and not (is_a(token, "civilians") and found.kind == REBELS):
        return found
    return _by_class(token, words, country, country_name, gazetteer) or _by_entity(
        token, words, gazetteer
    )


def counterparts(token: Token, actor: Actor, gazetteer: Gazetteer) -> list[Actor]:
    """The others of a plural that names several countries: "the presidents of Peru and Chile".

    Parameters
    ----------
    token : Token
        Head of the noun group.
    actor : Actor
        What `actor_of` makes of it: the first country's.
    gazetteer : Gazetteer
    """
    role, of, _ = actor.name.partition(" of ")
    if not of or token.tag_ not in {"NNS", "NNPS"}:
        return []
    joined = [item for word in _group(token) if word.i != token.i for item in word.conjuncts]
    return [
        Actor(f"{role} of {name}", actor.kind, country)
        for country, name in _countries(joined, gazetteer)
        if country != actor.country
    ]


def at_home(actor: Actor | None, country: str | None, gazetteer: Gazetteer) -> Actor | None:
    """Give a state's body without a country the one that the report is written from.

    "The government" of a text from Lima is Peru's. Actors that name their country, or are no
    state's, stay as they are.
    """
    home = gazetteer.country(country) if country else None
    if actor is None or home is None or actor.country or actor.name not in _BODIES:
        return actor
    return Actor(f"{actor.name} of {_with_article(home.name)}", actor.kind, home.country)


def is_armed(token: Token) -> bool:
    """Tell whether a noun group names an armed actor of the table."""
    found = named(" ".join(word.text for word in _group(token)))
    if found is None:
        return False
    return found.kind in {REBELS, MILITIAS, IDENTITY} or (
        found.kind == STATE and not re.search("Government|Authority|Council", found.name)
    )


def is_leader(token: Token) -> bool:
    """Tell whether a noun group names a person or body that speaks for a state."""
    found = named(" ".join(word.text for word in _group(token)))
    if found is not None and found.kind in {STATE, EXTERNAL}:
        return True
    titles = (word for word in _group(token) if word.i < token.i)
    return token.ent_type_ == "PERSON" and any(is_a(word, "leader") for word in titles)


def _by_class(
    token: Token,
    words: list[Token],
    country: str | None,
    country_name: str | None,
    gazetteer: Gazetteer,
) -> Actor | None:
    heads = [token, *(word for word in words if word.dep_ in {"pobj", "compound"})]
    of = f" of {country_name}" if country_name else ""
    among = f" ({country_name})" if country_name else ""
    own = [word for word in heads if word is token or word.ent_type_ != "ORG"]
    for members, name, kind in _GROUPS:
        if any(word.lemma_.lower() in members for word in own):
            return Actor(name + among, kind, country)
    if not country and any(word.lemma_.lower() in _ABROAD for word in heads):
        return Actor(_MISSION, STATE, None)
    for noun_class, name in _FORCES:
        if any(is_a(word, noun_class) for word in heads):
            return Actor(name + of, STATE, country)
    person = token.ent_type_ == "PERSON"
    titled = heads if not person else [*heads, *(word for word in words if word.dep_ == "appos")]
    leads = any(is_a(word, "leader") for word in titled)
    # "Pheu Thai" is a party of Thailand, not its government.
    outside = [word for word in words if word.ent_type_ != "ORG"]
    leads = leads and (person or (country, country_name) in _countries(outside, gazetteer))
    if (leads or is_a(token, "officials")) and not _speaks_for_none(words):
        return Actor("Government" + of, STATE, country)
    if any(is_a(word, "civilians") for word in own):
        return Actor("Civilians" + among, CIVILIANS, country)
    return None


def _bears_arms(token: Token) -> bool:
    """Tell whether a group is told to bear arms: "armed men", "men armed with axes"."""
    if not (is_a(token, "people") or "person" in kinds_of(token)):
        return False
    return any(
        child.lower_ in _WITH_ARMS and child.dep_ in {"amod", "acl"} for child in token.children
    )


def _speaks_for_none(words: list[Token]) -> bool:
    """Tell whether a title is one of a private body or was once held: "the former president"."""
    return any(word.lower_ in _OUT_OF_OFFICE or word.lower_ in _PRIVATE for word in words)


def _by_entity(token: Token, words: list[Token], gazetteer: Gazetteer) -> Actor | None:
    """A country's own name stands for its government; other people and bodies for themselves."""
    countries = _countries(words, gazetteer)
    country, name = countries[0] if countries else (None, "")
    # The parser leaves some countries at the start of a sentence without a label.
    unlabelled = not token.ent_type_ and token.pos_ == "PROPN" and _countries([token], gazetteer)
    if country and any(_is_one_of(word, gazetteer) for word in (token, *_of_quantity(token))):
        return Actor(f"Civilians ({name})", CIVILIANS, country)
    if country and (token.ent_type_ in {"GPE", "NORP", "LOC"} or unlabelled):
        own = _is_own_name(token, gazetteer)
        return Actor(f"Government of {name}", STATE, country) if own else None
    if token.ent_type_ in {"PERSON", "ORG"}:
        alone = country and len(words) == 1 and _state(token.text, gazetteer) is not None
        if alone and cast.introduced(token) is None:
            return Actor(f"Government of {name}", STATE, country)  # "Washington froze it"
        return Actor(_name_of(token), None, country)
    # "The chairman of the union, Muhammad Ali"
    people = [word for word in words if word.dep_ == "appos" and word.ent_type_ == "PERSON"]
    return Actor(_name_of(people[0]), None, None) if people else None


def _is_own_name(token: Token, gazetteer: Gazetteer) -> bool:
    """Tell whether a country gave a name its last word: no "Kabul Province", no "China Moly"."""
    start = token.i
    while start > token.sent.start and token.doc[start - 1].head.i == token.i:
        if token.doc[start - 1].dep_ != "compound" or not token.doc[start - 1].text[:1].isupper():
            break
        start -= 1
    words = [word.text for word in token.doc[start : token.i + 1]]
    endings = (" ".join(words[at:]) for at in range(len(words)))
    return len(words) == 1 or any(_state(name, gazetteer) is not None for name in endings)


def _of_quantity(token: Token) -> list[Token]:
    """The noun of "thousands of Indians"."""
    if token.pos_ != "NUM" and not is_a(token, "people"):
        return []
    links = (child for child in token.children if child.lower_ == "of")
    return [item for link in links for item in link.children if item.dep_ == "pobj"]


def _is_one_of(token: Token, gazetteer: Gazetteer) -> bool:
    """Tell whether a demonym means people, not their state: "an Afghan", "thousands of Indians"."""
    if gazetteer.demonym(token.text) is None:
        return False
    counted = any(child.dep_ == "nummod" for child in token.children)
    of_many = token.dep_ == "pobj" and token.head.lower_ == "of" and token.tag_ in _PLURALS
    article = next((child.lower_ for child in token.children if child.dep_ == "det"), "")
    single = article in {"a", "an"} or (
        article == "the" and token.lower_.endswith(_SINGLE_DEMONYMS)
    )
    return counted or of_many or single


def _name_of(token: Token) -> str:
    """The words of a name, without stray marks; "University of" goes on to its end."""
    for entity in token.doc.ents:
        if entity.start <= token.i < entity.end:
            start, end = entity.start, entity.end
            if entity.label_ == "ORG":
                start = _name_start(token, start)
            while end < len(token.doc) and _OF.search(token.doc[end - 1].lower_):
                if not token.doc[end].text[:1].isupper():
                    break
                end += 1
            name = _BARE.sub("", str(token.doc[start:end].text)) or str(token.text)
            shouted = entity.label_ == "PERSON" and name.isupper() and len(name) > _LONG_ACRONYM
            return name.title() if shouted else name
    return str(token.text)


def _name_start(token: Token, start: int) -> int:
    """Where a body's name begins that the tagger has in two: "Columbia" before "University"."""
    while start > token.sent.start:
        # "Export-Import Bank"
        dash = start - 2 > token.sent.start and token.doc[start - 1].text == "-"
        word = token.doc[start - 2 if dash else start - 1]
        if word.dep_ != "compound" or word.pos_ != "PROPN" or word.head.i < start:
            break
        if word.ent_type_ not in {"ORG", "GPE", "LOC"} or not word.text[:1].isupper():
            break
        start = word.i
    return start


def _group(token: Token) -> list[Token]:
    """Words of the noun group: modifiers and of-phrases, without clauses and other conjuncts.

    Police and courts are those of where they are: "police in Harare"; soldiers may be far away.
    """
    words: list[Token] = []
    links = _LOCAL if token.lemma_.lower() in _LOCALS else _LINKS

    def take(item: Token) -> None:
        for child in item.children:
            if child.i < item.i and child.dep_ in _MODIFIERS:
                take(child)
        words.append(item)
        for child in item.children:
            if child.i > item.i and child.dep_ == "prep" and child.lower_ in links:
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        take(inner)
            elif child.i > item.i and child.dep_ == "appos":
                take(child)

    before = token.head
    # "French troops handed over Gossi": the parser may take the adjective for the clause's head.
    if token.dep_ == "nsubj" and before.i == token.i - 1 and before.ent_type_ in {"NORP", "GPE"}:
        words.append(before)
    take(token)
    return words


def _countries(words: list[Token], gazetteer: Gazetteer) -> list[tuple[str | None, str]]:
    found = []
    for name in _names(words):
        home = _state(name, gazetteer)
        if home is not None:
            found.append((home.country, _with_article(home.name)))
    return found


def _state(name: str, gazetteer: Gazetteer) -> Place | None:
    """The country that a name, an adjective or a capital's name stands for."""
    if name.isupper() and 1 < len(name) < _LONG_ACRONYM and name not in _ACRONYMS:
        return None
    if name.lower() in PLACE_NOUNS or name.removesuffix(".") in _RANKS:
        return None  # "Island" is Iceland in Icelandic, and "Col" a code of Colombia
    place = gazetteer.demonym(name)
    if place is None:
        candidates = gazetteer.candidates(name, limit=1)
        place = candidates[0].place if candidates else None
        if place is None or not place.feature.startswith(("PCL", "GOVT", "PPLC", "TERR")):
            return None
    return gazetteer.country(place.country) if place.country else None


def _names(words: list[Token]) -> list[str]:
    """The capitalised words of a group, longest runs first: "Saudi Arabia" before "Arabia"."""
    runs: list[list[Token]] = []
    for word in words:
        if word.text[:1].isupper():
            if runs and runs[-1][-1].i + 1 == word.i:
                runs[-1].append(word)
            else:
                runs.append([word])
    return [
        " ".join(word.text for word in run[start:end])
        for run in runs
        for start, end in _pieces(len(run))
    ]


def _pieces(length: int) -> list[tuple[int, int]]:
    """Starts and ends within a run: the run whole, its first two and last two words, each word."""
    whole = [(0, length), (0, 2), (length - 2, length)] if length > 1 else []
    return list(
        dict.fromkeys([*(p for p in whole if p[0] >= 0), *((i, i + 1) for i in range(length))])
    )


def _with_article(name: str) -> str:
    """Countries that English gives an article, as the actors' table writes them too."""
    first = name.split(maxsplit=1)[0]
    plural = first in {"United", "Netherlands", "Philippines", "Maldives", "Bahamas", "Gambia"}
    republic = name.endswith(("Republic", "Islands", "Emirates"))
    return f"the {name}" if plural or republic else name
