"""Toponym resolution: names of a document, by their context, to one place each or none.

The method is the document-context baseline of the field, put together from published heuristics:
containment ("X, Y"), one sense per document, and minimality of countries and first-level divisions
(Leidner 2007, Toponym Resolution in Text; Lieberman and Samet 2012), over the gazetteer's prior of
feature class and population. Weights were set by hand before looking at any score; a learned ranker
is to take their place behind the same function.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from geo.gazetteer import Candidate, Gazetteer, Place
from geo.names import normalise

VERSION = "context-1"
"""Name of this resolver in the table's ``resolver`` column."""

LIMIT = 30
"""Candidates weighed per name."""

_COUNTRY_WEIGHT = 3.0
_ADMIN1_WEIGHT = 2.0
_NEAR_WEIGHT = 1.0
_NEAR_KM = 150.0
_CLASS_WEIGHT = 2.5
_DIVISION_PENALTY = 1.2
_TOWN_POPULATION = 50_000
_ROUNDS = 2
_TEMPERATURE = 0.6
_PAIR_GAP = re.compile(
    r"\s*[,(]\s*(?:in\s+)?(?:the\s+)?$"
    r"|(?:['’]s)?\s+(?:city|town|village|district|county|region|capital)?\s*,?\s*in\s+"
    r"(?:the\s+)?(?:[a-z]+(?:ern)?[\s-]+)?(?:province|state|county|region|district)?(?:\s*of)?\s*$"
)
_ADMIN_AFTER = re.compile(
    r"^\s+(?:province|state|oblast|governorate|region|prefecture|department|county|district)s?\b",
    re.IGNORECASE,
)
_DISTRICT_AFTER = re.compile(r"^\s+(?:district|county|rayon|raion)\b", re.IGNORECASE)
_ADMIN_BEFORE = re.compile(
    r"\b(?:province|state|governorate|region|oblast)s?\s+of\s+$", re.IGNORECASE
)
_TOWN_BEFORE = re.compile(
    r"\b(?:city|town|village|port|suburb|capital|hamlet|settlement)s?"
    r"(?:\s+(?:city|town))?(?:\s+of)?,?\s+$",
    re.IGNORECASE,
)
# "Kunduz, Takhar and Badakhshan provinces", "the cities of X and Y": the word holds for each.
_LIST_GAP = re.compile(r"\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+")
_ADMINS_AFTER = re.compile(
    r"^\s+(?:provinces|states|oblasts|governorates|regions|prefectures|departments|counties"
    r"|districts)\b",
    re.IGNORECASE,
)
_PLURAL_OF = re.compile(
    r"\b(?:(?P<admin>provinces|states|governorates|regions|oblasts|districts)"
    r"|(?:cities|towns|villages|ports|suburbs|hamlets|settlements))\s+of\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_TOWN_AFTER = re.compile(r"^\s+(?:city|town|village|airport|prison|university)\b", re.IGNORECASE)
_FIRST_LEVEL = frozenset({"PCLI", "PCLD", "PCLS", "PCLF", "TERR", "PCLIX", "ADM1", "CONT"})


class Toponym(Protocol):
    """A name in a text: character offsets, the name, and what kind of mention it is."""

    @property
    def start(self) -> int:
        """Offset of the first character."""

    @property
    def end(self) -> int:
        """Offset after the last character."""

    @property
    def text(self) -> str:
        """The name as written."""

    @property
    def kind(self) -> str:
        """``toponym``, ``metonym``, ``embedded`` or ``demonym``."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The place that a name stands for.

    Attributes
    ----------
    place : Place
    score : float
        0 to 1: the share of this candidate among all weighed, by a softmax over their scores.
    candidates : tuple of Candidate
        The best five, this one first.
    """

    place: Place
    score: float
    candidates: tuple[Candidate, ...]


def resolve(
    text: str,
    toponyms: Sequence[Toponym],
    gazetteer: Gazetteer,
    *,
    countries: Iterable[str] = (),
) -> list[Resolution | None]:
    """Give each name its place, or None where the gazetteer has no candidate.

    Parameters
    ----------
    text : str
        The document.
    toponyms : sequence of Toponym
        Names in it, with offsets into `text`; any order.
    gazetteer : Gazetteer
    countries : iterable of str
        ISO 3166-1 alpha-3 codes that the context is known to be about (a source's home, say).

    Returns
    -------
    list
        Aligned with `toponyms`; never shorter.
    """
    names = [normalise(toponym.text) for toponym in toponyms]
    pools = _pools(text, toponyms, names, gazetteer)
    held = _contained(text, toponyms, names, pools)
    votes = _total([dict.fromkeys(countries, 1.0), _demonym_votes(toponyms, gazetteer)])
    choice = {name: pool[0][1] for name, pool in pools.items() if pool}
    ranked: dict[str, list[tuple[float, Candidate]]] = pools
    for _ in range(_ROUNDS):
        ranked = _rank(pools, held, choice, votes, Counter(names))
        choice = {name: pool[0][1] for name, pool in ranked.items() if pool}
    ranked = _with_variants(ranked, choice, votes, gazetteer)
    answers: list[Resolution | None] = []
    for index, name in enumerate(names):
        pool = ranked.get(name, [])
        if index in held:
            pool = [entry for entry in pool if entry[1].place.place_id in held[index]] or pool
        answers.append(_answer(pool))
    return answers


def _pools(
    text: str, toponyms: Sequence[Toponym], names: Sequence[str], gazetteer: Gazetteer
) -> dict[str, list[tuple[float, Candidate]]]:
    """Candidates of each distinct name by prior, moved by words like "province" beside it."""
    pools: dict[str, list[tuple[float, Candidate]]] = {}
    cues: dict[str, Counter[str]] = defaultdict(Counter)
    shared = _shared_cues(text, toponyms)
    for index, (toponym, name) in enumerate(zip(toponyms, names, strict=True)):
        cues[name].update(_cue(text, toponym) or shared.get(index, []))
        if name not in pools:
            found = (
                _demonym_pool(toponym.text, gazetteer)
                if toponym.kind == "demonym"
                else gazetteer.candidates(toponym.text, limit=LIMIT)
            )
            pools[name] = [(candidate.score, candidate) for candidate in found]
    for name, pool in pools.items():
        towns = {item.place.admin1_id for _, item in pool[:8] if _is_town(item)}
        pools[name] = sorted(
            ((score + _class_bonus(item.place, cues[name], towns), item) for score, item in pool),
            key=_by_score,
        )
    return pools


def _is_town(candidate: Candidate) -> bool:
    """A town that a bare name means rather than the division of the same name."""
    place = candidate.place
    return candidate.match == "primary" and (
        place.feature.startswith(("PPLC", "PPLA")) or place.population >= _TOWN_POPULATION
    )


def _demonym_pool(word: str, gazetteer: Gazetteer) -> list[Candidate]:
    place = gazetteer.demonym(word)
    return [] if place is None else [Candidate(place, word, "demonym", 0.0)]


def _cue(text: str, toponym: Toponym) -> list[str]:
    before = text[max(0, toponym.start - 40) : toponym.start]
    after = text[toponym.end : toponym.end + 20]
    found = []
    if _DISTRICT_AFTER.match(after):
        found.append("district")
    elif _ADMIN_AFTER.match(after) or _ADMIN_BEFORE.search(before):
        found.append("admin")
    if _TOWN_BEFORE.search(before) or _TOWN_AFTER.match(after):
        found.append("town")
    return found


def _shared_cues(text: str, toponyms: Sequence[Toponym]) -> dict[int, list[str]]:
    """Cues that a name of a list has from the class word before or after the whole list."""
    order = sorted(range(len(toponyms)), key=lambda index: toponyms[index].start)
    lists: list[list[int]] = []
    for index in order:
        last = toponyms[lists[-1][-1]] if lists else None
        if last is not None and _LIST_GAP.fullmatch(text[last.end : toponyms[index].start]):
            lists[-1].append(index)
        else:
            lists.append([index])
    found: dict[int, list[str]] = {}
    for names in lists:
        if len(names) < 2:
            continue
        start, end = toponyms[names[0]].start, toponyms[names[-1]].end
        opening = _PLURAL_OF.search(text[max(0, start - 40) : start])
        closing = _ADMINS_AFTER.match(text[end : end + 20])
        if opening is None and closing is None:
            continue
        words = (closing[0] if closing else opening[0] if opening else "").lower()
        cue = "admin" if closing or (opening and opening["admin"]) else "town"
        found |= dict.fromkeys(names, ["district"] if "district" in words else [cue])
    return found


def _class_bonus(place: Place, cues: Mapping[str, int], towns: set[str | None]) -> float:
    """Move a candidate by the words beside its name; without any, towns go before divisions."""
    feature = place.feature
    if not cues:
        return -_DIVISION_PENALTY if feature == "ADM1" and place.place_id in towns else 0.0
    strength = _CLASS_WEIGHT / sum(cues.values())
    bonus = 0.0
    if feature.startswith("ADM1"):
        bonus += strength * cues.get("admin", 0)
    if feature.startswith("ADM2"):
        bonus += strength * (cues.get("district", 0) + 0.5 * cues.get("admin", 0))
    if feature.startswith("PPL"):
        bonus += strength * cues.get("town", 0)
    return bonus


def _contained(
    text: str,
    toponyms: Sequence[Toponym],
    names: Sequence[str],
    pools: Mapping[str, list[tuple[float, Candidate]]],
) -> dict[int, frozenset[str]]:
    """For "X, Y" and "X in Y": the candidates of X that lie in a candidate of Y, and that of Y."""
    order = sorted(range(len(toponyms)), key=lambda index: toponyms[index].start)
    held: dict[int, frozenset[str]] = {}
    for left, right in pairwise(order):
        gap = text[toponyms[left].end : toponyms[right].start]
        if len(gap) > 40 or not _PAIR_GAP.search(gap) or toponyms[right].kind == "demonym":
            continue
        inside = _inside(pools.get(names[left], []), pools.get(names[right], []))
        if inside is not None:
            held[left], held[right] = inside
    return held


def _inside(
    inner: Sequence[tuple[float, Candidate]], outer: Sequence[tuple[float, Candidate]]
) -> tuple[frozenset[str], frozenset[str]] | None:
    for _, container in sorted(outer, key=lambda entry: entry[1].place.feature not in _FIRST_LEVEL):
        whole = container.place
        if whole.feature not in _FIRST_LEVEL and not whole.feature.startswith("ADM2"):
            continue
        parts = frozenset(
            candidate.place.place_id
            for _, candidate in inner
            if candidate.place.place_id != whole.place_id and _lies_in(candidate.place, whole)
        )
        if parts:
            return parts, frozenset({whole.place_id})
    return None


def _lies_in(place: Place, whole: Place) -> bool:
    if whole.feature == "ADM1":
        return place.admin1_id == whole.place_id and place.feature != "ADM1"
    if whole.feature.startswith("ADM2"):
        return place.admin2 == whole.name and place.country == whole.country
    return place.country == whole.country and place.feature not in _FIRST_LEVEL - {"ADM1"}


def _demonym_votes(toponyms: Sequence[Toponym], gazetteer: Gazetteer) -> dict[str, float]:
    votes: dict[str, float] = defaultdict(float)
    for toponym in toponyms:
        if toponym.kind == "demonym":
            place = gazetteer.demonym(toponym.text)
            if place is not None and place.country:
                votes[place.country] += 0.5
    return votes


def _rank(
    pools: Mapping[str, list[tuple[float, Candidate]]],
    held: Mapping[int, frozenset[str]],
    choice: Mapping[str, Candidate],
    votes: Mapping[str, float],
    frequency: Mapping[str, int],
) -> dict[str, list[tuple[float, Candidate]]]:
    """Score each name's candidates again by what the other names of the document now stand for."""
    pinned = frozenset().union(*held.values()) if held else frozenset()
    countries: dict[str, dict[str, float]] = {}
    admins: dict[str, dict[str, float]] = {}
    for name, candidate in choice.items():
        weight = _certainty(pools[name], pinned) * (1 + math.log(frequency[name]))
        place = candidate.place
        countries[name] = {place.country: weight} if place.country else {}
        admins[name] = {place.admin1_id: weight} if place.admin1_id else {}
    all_countries = _total([*countries.values(), votes])
    all_admins = _total(admins.values())
    points = {name: candidate.place for name, candidate in choice.items()}
    ranked = {}
    for name, pool in pools.items():
        own_country, own_admin = countries.get(name, {}), admins.get(name, {})
        total_country = sum(all_countries.values()) - sum(own_country.values()) + 1.0
        total_admin = sum(all_admins.values()) - sum(own_admin.values()) + 1.0
        scored = []
        for prior, candidate in pool:
            place = candidate.place
            score = prior
            if place.country:
                vote = all_countries[place.country] - own_country.get(place.country, 0.0)
                score += _COUNTRY_WEIGHT * vote / total_country
            if place.admin1_id:
                vote = all_admins[place.admin1_id] - own_admin.get(place.admin1_id, 0.0)
                score += _ADMIN1_WEIGHT * vote / total_admin
            score += _NEAR_WEIGHT * _nearness(place, name, points)
            if place.place_id in pinned:
                score += _CLASS_WEIGHT
            scored.append((score, candidate))
        ranked[name] = sorted(scored, key=_by_score)
    return ranked


def _with_variants(
    ranked: dict[str, list[tuple[float, Candidate]]],
    choice: Mapping[str, Candidate],
    votes: Mapping[str, float],
    gazetteer: Gazetteer,
) -> dict[str, list[tuple[float, Candidate]]]:
    """Look names without a candidate up again by spelling, within the document's main country."""
    missing = [name for name, pool in ranked.items() if not pool]
    named = Counter(item.place.country for item in choice.values() if item.place.country)
    about = _total([votes, named])
    if not missing or not about:
        return ranked
    country = max(about, key=about.__getitem__)
    for name in missing:
        found = gazetteer.candidates(name, country=country, limit=5, fuzzy=True)
        ranked[name] = [
            (candidate.score, candidate)
            for candidate in found
            if candidate.place.country == country
        ]
    return ranked


def _certainty(pool: Sequence[tuple[float, Candidate]], pinned: frozenset[str]) -> float:
    """How far a name may speak for its country: fully if alone, pinned or far ahead of the rest."""
    best_score, best = pool[0]
    if best.place.place_id in pinned:
        return 1.0
    rivals = [score for score, item in pool[1:] if item.place.country != best.place.country]
    return 1.0 if not rivals or best_score - max(rivals) >= 1.0 else 0.3


def _nearness(place: Place, name: str, points: Mapping[str, Place]) -> float:
    """1 if another chosen point of the document is at hand, falling with distance."""
    nearest = min(
        (
            distance_km(place.longitude, place.latitude, other.longitude, other.latitude)
            for other_name, other in points.items()
            if other_name != name and other.feature not in _FIRST_LEVEL and other is not place
        ),
        default=math.inf,
    )
    return math.exp(-nearest / _NEAR_KM)


def distance_km(west: float, south: float, east: float, north: float) -> float:
    """Great-circle distance in km of (lon, lat) in degrees; haversine, radius 6371.0088 km."""
    half_lat = math.radians(north - south) / 2
    half_lon = math.radians(east - west) / 2
    chord = math.sin(half_lat) ** 2 + (
        math.cos(math.radians(south)) * math.cos(math.radians(north)) * math.sin(half_lon) ** 2
    )
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(chord)))


def _answer(pool: Sequence[tuple[float, Candidate]]) -> Resolution | None:
    if not pool:
        return None
    top = pool[0][0]
    weights = [math.exp((score - top) / _TEMPERATURE) for score, _ in pool]
    return Resolution(
        pool[0][1].place,
        round(1 / sum(weights), 4),
        tuple(candidate for _, candidate in pool[:5]),
    )


def _by_score(entry: tuple[float, Candidate]) -> tuple[float, str]:
    return -entry[0], entry[1].place.place_id


def _total(parts: Iterable[Mapping[str, float]]) -> defaultdict[str, float]:
    """Sum of weights by key; 0 for a key that none has."""
    total: defaultdict[str, float] = defaultdict(float)
    for part in parts:
        for key, weight in part.items():
            total[key] += weight
    return total
