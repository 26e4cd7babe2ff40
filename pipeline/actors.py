"""Actors: a noun group's words to a named, typed actor with its country."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from geo.gazetteer import Gazetteer
from pipeline.lexicon import is_a, rows
from pipeline.syntax import Token

STATE = "State forces"
REBELS = "Rebel group"
CIVILIANS = "Civilians"
PROTESTERS = "Protesters"
EXTERNAL = "External/Other forces"
MILITIAS = "Political militia"
IDENTITY = "Identity militia"
RIOTERS = "Rioters"

_PROTESTING = frozenset({"protester", "demonstrator", "striker", "marcher"})
_RIOTING = frozenset({"rioter", "looter", "mob"})
_ARMED_BANDS = frozenset(
    "fighter militant insurgent rebel gunman militiaman militia guerrilla jihadist terrorist "
    "extremist attacker assailant bomber mercenary gang separatist cartel".split()
)
_GROUPS = (
    (_PROTESTING, "Protesters", PROTESTERS),
    (_RIOTING, "Rioters", RIOTERS),
    (_ARMED_BANDS, "Unidentified Armed Group", MILITIAS),
)
_FORCES = (
    ("police", "Police Forces"),
    ("soldiers", "Military Forces"),
    ("government", "Government"),
)
_MODIFIERS = frozenset({"amod", "compound", "poss", "nmod", "nummod", "det", "case"})


_BODIES = frozenset({"Government", "Military Forces", "Police Forces"})


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
def table() -> tuple[re.Pattern[str], Mapping[str, Actor]]:
    """One pattern over all aliases, longest first, and the actor of each alias in lower case."""
    actors: dict[str, Actor] = {}
    for row in rows("actors.csv"):
        actor = Actor(row["name"], row["type"], row["country"] or None)
        for alias in (row["name"], *row["aliases"].split("|")):
            actors[alias.lower()] = actor
    names = sorted(actors, key=len, reverse=True)
    return re.compile(
        r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)", re.IGNORECASE
    ), actors


def named(text: str) -> Actor | None:
    """The first actor of the table that a text names; short all-caps aliases only as written."""
    pattern, actors = table()
    for match in pattern.finditer(text):
        if len(match[0]) > 3 or match[0].isupper():
            return actors[match[0].lower()]
    return None


def actor_of(token: Token, gazetteer: Gazetteer) -> Actor | None:
    """The actor that a noun group names, by its head token; None where it names nobody.

    A table entry wins; else a country (adjective, possessive or compound) with the class of the
    head noun ("Afghan servicemen" are the Military Forces of Afghanistan); else the class alone.
    """
    words = _group(token)
    text = " ".join(word.text for word in words)
    country_names = _countries(words, gazetteer)
    country, country_name = country_names[0] if country_names else (None, None)
    found = named(text)
    if found is not None and not (is_a(token, "civilians") and found.kind == REBELS):
        return found
    return _by_class(token, words, country, country_name) or _by_entity(token, words, gazetteer)


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
    token: Token, words: list[Token], country: str | None, country_name: str | None
) -> Actor | None:
    heads = [token, *(word for word in words if word.dep_ in {"pobj", "compound"})]
    lemmas = {word.lemma_.lower() for word in heads}
    of = f" of {country_name}" if country_name else ""
    among = f" ({country_name})" if country_name else ""
    for members, name, kind in _GROUPS:
        if lemmas & members:
            return Actor(name + among, kind, country)
    for noun_class, name in _FORCES:
        if any(is_a(word, noun_class) for word in heads):
            return Actor(name + of, STATE, country)
    person = token.ent_type_ == "PERSON"
    leads = any(is_a(word, "leader") for word in heads)
    if (leads and (country or person)) or is_a(token, "officials"):
        return Actor("Government" + of, STATE, country)
    if any(is_a(word, "civilians") for word in heads):
        return Actor("Civilians" + among, CIVILIANS, country)
    return None


def _by_entity(token: Token, words: list[Token], gazetteer: Gazetteer) -> Actor | None:
    """A country's own name stands for its government; other people and bodies for themselves."""
    countries = _countries(words, gazetteer)
    country, name = countries[0] if countries else (None, "")
    # The parser leaves some countries at the start of a sentence without a label.
    unlabelled = not token.ent_type_ and token.pos_ == "PROPN" and _countries([token], gazetteer)
    if country and (token.ent_type_ in {"GPE", "NORP", "LOC"} or unlabelled):
        return Actor(f"Government of {name}", STATE, country)
    if token.ent_type_ in {"PERSON", "ORG"}:
        return Actor(_name_of(token), None, country)
    return None


def _name_of(token: Token) -> str:
    for entity in token.doc.ents:
        if entity.start <= token.i < entity.end:
            return str(entity.text)
    return str(token.text)


def _group(token: Token) -> list[Token]:
    """Words of the noun group: modifiers and of-phrases, without clauses and other conjuncts."""
    words: list[Token] = []

    def take(item: Token) -> None:
        for child in item.children:
            if child.i < item.i and child.dep_ in _MODIFIERS:
                take(child)
        words.append(item)
        for child in item.children:
            if child.i > item.i and child.dep_ == "prep" and child.lower_ in {"of", "from"}:
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        take(inner)
            elif child.i > item.i and child.dep_ == "appos":
                take(child)

    take(token)
    return words


def _countries(words: list[Token], gazetteer: Gazetteer) -> list[tuple[str | None, str]]:
    found = []
    for name in _names(words):
        place = gazetteer.demonym(name)
        if place is None:
            candidates = gazetteer.candidates(name, limit=1)
            place = candidates[0].place if candidates else None
            if place is None or not place.feature.startswith(("PCL", "GOVT", "PPLC", "TERR")):
                continue
        home = gazetteer.country(place.country) if place.country else None
        if home is not None:
            found.append((home.country, _with_article(home.name)))
    return found


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
