"""Pools: the places that a name may mean, with what is known of each before any context.

A pool is worked out once for a name and kept (`Pools`), as arrays that `geo.evidence` puts together
for a document. Names that the gazetteer lacks get a pool of second best: the name written out
("Loudon Co."), near spellings in the document's country, and the places inside the name ("Kabul"
in "Kabul University").
"""

import math
import re
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import count
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.gazetteer import COUNTRY_BONUS, Candidate, Gazetteer, Place
from geo.names import normalise, stripped

LIMIT: Final = 50
"""Candidates weighed per name."""

STATIC: Final = (
    *("match_primary", "match_alternate", "match_code", "match_stripped", "match_spelling"),
    *("spelling_likeness", "spelling_english"),
    *("match_demonym", "match_expanded", "embedded", "embedded_share", "embedded_first"),
    *("embedded_last", "name_equal", "country", "admin1", "admin2", "capital", "seat", "section"),
    *("continent", "region", "water", "air", "land", "facility", "government", "population"),
    *("population_unknown", "population_share", "prior", "prior_gap", "rank", "first"),
    *("kind_match", "kind_mismatch", "division_of_town"),
)
"""Features of a candidate that no context changes, in the order of `Pool.static`."""

_COLUMN = {name: index for index, name in enumerate(STATIC)}
_EXACT_COLUMNS = {
    "primary": "match_primary",
    "alternate": "match_alternate",
    "language": "match_alternate",
    "code": "match_code",
    "stripped": "match_stripped",
    "skeleton": "match_spelling",
    "fuzzy": "match_spelling",
    "demonym": "match_demonym",
}
_CLASSES = (
    (("PCL", "TERR"), "country"),
    (("ADM1",), "admin1"),
    (("ADM",), "admin2"),
    (("PPLX", "PPLL", "PPLF", "PPLQ", "PPLW", "PPLS", "STLMT"), "section"),
    (("CONT",), "continent"),
    (("RGN", "AREA"), "region"),
    (("SEA", "OCN", "GULF", "BAY", "STRT", "LK", "STM", "CNL"), "water"),
    (("AIR",), "air"),
    (("ISL", "MT", "VAL", "DSRT", "PEN", "PASS", "TUNL"), "land"),
    (("GOVT",), "government"),
    (("CRSG", "INSM", "CMP", "DAM", "BLDG", "SQR", "PRT", "PSN"), "facility"),
)
_TOWN_POPULATION = 50_000
_KEPT = 4096
_EMBEDDED_SPANS = 3
_EMBEDDED_LIMIT = 12
_SPELLINGS = 5
_ARTICLE_BEFORE = 4
# Where English names are written in English: a name that the gazetteer lacks is no misspelling.
_ENGLISH = frozenset({"USA", "GBR", "CAN", "AUS", "NZL", "IRL"})

_ABBREVIATIONS = {
    "co": "county", "cos": "counties", "twp": "township", "mt": "mount", "mtn": "mountain",
    "mtns": "mountains", "ft": "fort", "st": "saint", "ste": "sainte", "pt": "point",
    "prov": "province", "dist": "district", "is": "island", "isl": "island", "rep": "republic",
    "intl": "international", "n": "north", "s": "south", "e": "east", "w": "west", "no": "north",
    "so": "south", "jct": "junction", "hts": "heights", "spgs": "springs",
}  # fmt: skip
_STREET = frozenset(
    "street st avenue ave av road rd boulevard blvd drive dr lane ln highway hwy route interstate "
    "parkway pkwy turnpike expressway freeway motorway alley crescent terrace".split()
)
_FACILITY = frozenset(
    "school schools university college academy institute hospital clinic infirmary airport "
    "airfield airbase base park parks gardens church cathedral mosque temple synagogue chapel "
    "abbey stadium "
    "arena center centre bridge building hall court courthouse plaza square mall museum library "
    "station prison jail penitentiary cemetery zoo theatre theater hotel palace castle tower house "
    "mine plant refinery factory port harbor harbour dock docks pier terminal campus field ground "
    "embassy consulate ministry parliament barracks camp jetty market refuge preserve reserve "
    "monument memorial club casino dam reservoir tunnel gate farm ranch speedway racecourse".split()
)
_NATURAL = frozenset(
    "river lake creek brook stream mountain mountains mount hill hills valley bay canyon falls "
    "forest beach coast island islands sea ocean gulf strait peninsula desert basin delta pond "
    "swamp marsh ridge range plateau cape point sound pass volcano glacier reef springs".split()
)
_AREA = frozenset(
    "side township twp heights district downtown midtown uptown village estate estates quarter "
    "neighborhood neighbourhood suburb suburbs area borough ward county region".split()
)
_SMALL = frozenset(
    "the of and at in on for de la le el al a an to new old great upper lower greater north south "
    "east west central northern southern eastern western saint san santa first second high middle "
    "elementary primary secondary junior senior national regional state public community "
    "international union royal federal general city town united".split()
)
_PEOPLE = re.compile(r"(?:ites?|ians?|ans?|ers?|eers?|ish|ese|is?)$")
_ENDINGS = ("", "a", "o", "e", "y", "ia", "as", "ey", "s")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*\.?")


@dataclass(frozen=True, slots=True)
class Pool:
    """What a name may mean, a row a candidate, best by prior first.

    Attributes
    ----------
    candidates : tuple of Candidate
    embedded : array of bool, shape (K,)
        The name of the candidate is only a part of the name in the text.
    static : array of float, shape (K, len(STATIC))
    place, country, admin1, admin2 : array of int, shape (K,)
        Codes of the place itself, its country and divisions; -1 for none. Equal codes, equal thing.
    points : array of float, shape (K, 3)
        The label point on the unit sphere.
    level : array of int, shape (K,)
        0 country or dependency, 1 ADM1, 2 ADM2, 3 anything local, 4 wider than a country.
    exact : bool
        The name as it stands is in the gazetteer.
    """

    candidates: tuple[Candidate, ...]
    embedded: NDArray[np.bool_]
    static: NDArray[np.float64]
    place: NDArray[np.int64]
    country: NDArray[np.int64]
    admin1: NDArray[np.int64]
    admin2: NDArray[np.int64]
    points: NDArray[np.float64]
    level: NDArray[np.int64]
    exact: bool

    def take(self, rows: NDArray[np.int64]) -> "Pool":
        """Return a pool of some of the rows, in the order given."""
        return Pool(
            tuple(self.candidates[row] for row in rows),
            self.embedded[rows],
            self.static[rows],
            self.place[rows],
            self.country[rows],
            self.admin1[rows],
            self.admin2[rows],
            self.points[rows],
            self.level[rows],
            self.exact and len(rows) > 0,
        )


class Codes:
    """Numbers for strings: the same string, the same number, in this process."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._next = count()

    def __call__(self, key: object) -> int:
        """Return the number of a key; -1 for None."""
        if key is None:
            return -1
        number = self._numbers.get(key)
        # setdefault is atomic: two threads may waste a number, never share one.
        return self._numbers.setdefault(key, next(self._next)) if number is None else number


CODES: Final = Codes()


class Pools:
    """The pools of one gazetteer, kept while they are used."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], Pool] = {}

    def named(self, name: str, gazetteer: Gazetteer, *, demonym: bool = False) -> Pool:
        """Return the pool of a name as the gazetteer has it; empty if it has not.

        Parameters
        ----------
        name
            As written in the text.
        gazetteer
        demonym
            The name is that of a people, or an adjective: places so called come first.
        """
        key = ("demonym" if demonym else "name", name)
        kept = self._kept.get(key)
        return kept if kept is not None else self._keep(key, _named(name, gazetteer, demonym))

    def second_best(self, name: str, gazetteer: Gazetteer, country: str | None) -> Pool:
        """Return a pool for a name that the gazetteer lacks.

        Parameters
        ----------
        name
            As written in the text.
        gazetteer
        country
            ISO 3166-1 alpha-3 of the country whose spellings to look through, or None.
        """
        key = ("second", name, country or "")
        kept = self._kept.get(key)
        return kept if kept is not None else self._keep(key, _second(name, gazetteer, country))

    def _keep(self, key: tuple[str, ...], pool: Pool) -> Pool:
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[key] = pool
        return pool


_POOLS: "weakref.WeakKeyDictionary[Gazetteer, Pools]" = weakref.WeakKeyDictionary()


def pools_of(gazetteer: Gazetteer) -> Pools:
    """Return the pools of a gazetteer; they are dropped with it."""
    found = _POOLS.get(gazetteer)
    if found is None:
        found = _POOLS.setdefault(gazetteer, Pools())
    return found


def name_class(name: str) -> str:
    """Tell what a name looks like: "street", "facility", "natural", "area" or "plain".

    Examples
    --------
    >>> name_class("Memphis St."), name_class("Clifton Park High School"), name_class("Lima")
    ('street', 'facility', 'plain')
    >>> name_class("Lake Lanier"), name_class("North Side")
    ('natural', 'area')
    """
    words = normalise(name).split()
    if len(words) < 2:
        return "plain"
    for kind, wanted in (
        ("street", _STREET),
        ("facility", _FACILITY),
        ("natural", _NATURAL),
        ("area", _AREA),
    ):
        if words[-1] in wanted:
            return kind
    if words[0] in {"lake", "mount", "river", "mt", "cape", "gulf"}:
        return "natural"
    if words[0] in {"university", "port", "bank", "highway", "route", "interstate", "fort", "camp"}:
        return "facility"
    if words[0] in {"downtown", "north", "south", "east", "west", "greater"}:
        return "area"
    return "plain"


def _named(name: str, gazetteer: Gazetteer, demonym: bool) -> Pool:  # noqa: FBT001
    if demonym:
        place = gazetteer.demonym(name)
        if place is not None:
            return _pool([Candidate(place, normalise(name), "demonym", 0.0)], name)
    return _pool(gazetteer.candidates(name, limit=LIMIT), name)


def _second(name: str, gazetteer: Gazetteer, country: str | None) -> Pool:
    """Written out, or with an article; else spelled otherwise, or places in it, or a people's."""
    for form in written_out(name):
        found = gazetteer.candidates(form, limit=LIMIT)
        if found:
            return _pool(found, form, expanded=True)
    with_article = list(_with_article(name, gazetteer, country))
    if with_article:
        return _pool(with_article, f"al {name}", expanded=True)
    spelled: list[Candidate] = []
    if country is not None:
        near = gazetteer.candidates(name, country=country, limit=_SPELLINGS, fuzzy=True)
        spelled = [
            replace(item, score=item.score - COUNTRY_BONUS)
            for item in near
            if item.place.country == country
        ]
    inner = list(_embedded(name, gazetteer)) or list(_people(name, gazetteer))
    return _pool(spelled, name, inner=inner, exact=False)


def written_out(name: str) -> Iterator[str]:
    """Yield other ways to write a name: "W. Va." as "W.Va.", "Loudon Co." as "loudon county"."""
    tight = re.sub(r"\.\s+", ".", name)
    if tight != name:
        yield tight
    if name.isascii() and name.isalpha() and name.istitle() and 3 <= len(name) <= 5:
        yield f"{name}."
    words = normalise(name).split()
    if len(words) < 2:
        return
    full = [_ABBREVIATIONS.get(word, word) for word in words]
    if full != words:
        yield " ".join(full)


def _with_article(name: str, gazetteer: Gazetteer, country: str | None) -> Iterator[Candidate]:
    """Places of a country whose Arabic article the text leaves out: "Fasher" for El Fasher."""
    key = normalise(name)
    if country is None or " " in key or len(key) < _ARTICLE_BEFORE or not name[:1].isupper():
        return
    for article in ("al", "el", f"a{key[0]}"):
        for item in gazetteer.candidates(f"{article} {key}", limit=_EMBEDDED_LIMIT):
            if item.place.country == country and item.match in {"primary", "alternate"}:
                yield item


def _embedded(name: str, gazetteer: Gazetteer) -> Iterator[tuple[Candidate, float, bool, bool]]:
    """Places inside a name: (candidate, share of the letters, at its head, at its end)."""
    words = [match[0] for match in _WORD.finditer(name)][:10]
    taken: set[int] = set()
    found = 0
    for size in range(len(words) - 1, 0, -1):
        for start in range(len(words) - size + 1):
            span = range(start, start + size)
            if found >= _EMBEDDED_SPANS or not taken.isdisjoint(span):
                continue
            part = " ".join(words[start : start + size])
            if not _may_be_inside(words[start : start + size], part):
                continue
            items = [
                item
                for item in gazetteer.candidates(part, limit=_EMBEDDED_LIMIT)
                if item.match in {"primary", "alternate", "language"}
            ]
            if not items:
                continue
            taken.update(span)
            found += 1
            share = len(part) / max(len(name), 1)
            for item in items:
                yield item, share, start == 0, start + size == len(words)


def _may_be_inside(words: Sequence[str], part: str) -> bool:
    if len(part) < 4 or not part[0].isupper():
        return False
    keys = [normalise(word) for word in words]
    generic = _STREET | _FACILITY | _NATURAL | _AREA | _SMALL
    return any(key and key not in generic and not key.isdigit() for key in keys)


def _people(name: str, gazetteer: Gazetteer) -> Iterator[tuple[Candidate, float, bool, bool]]:
    """Well-known places that a word for people is made of: "Ohioans", "New Londoners"."""
    key = normalise(name)
    if not (name[:1].isupper() and len(key) >= 5):
        return
    match = _PEOPLE.search(key)
    stem = key[: match.start()] if match else ""
    if len(stem) < 3:
        return
    for ending in _ENDINGS:
        for item in gazetteer.candidates(stem + ending, limit=_EMBEDDED_LIMIT):
            place = item.place
            known = place.feature.startswith(("PCL", "ADM1", "PPLC", "PPLA"))
            if item.match == "primary" and (known or place.population >= _TOWN_POPULATION):
                yield item, len(stem) / len(key), True, True


def _pool(
    found: Sequence[Candidate],
    name: str,
    *,
    inner: Sequence[tuple[Candidate, float, bool, bool]] = (),
    expanded: bool = False,
    exact: bool = True,
) -> Pool:
    items = [*found, *(entry[0] for entry in inner)]
    key = normalise(name)
    _, kinds = stripped(key)
    static = np.zeros((len(items), len(STATIC)))
    tops = [
        max((item.score for item in part), default=0.0)
        for part in (found, [entry[0] for entry in inner])
    ]
    people = sum(item.place.population for item in items)
    towns = {item.place.admin1_id for item in items[:8] if _is_town(item)}
    for rank, item in enumerate(items):
        row, place = static[rank], item.place
        row[_COLUMN["match_expanded" if expanded else _EXACT_COLUMNS[item.match]]] = 1.0
        if rank >= len(found):
            _, share, head, end = inner[rank - len(found)]
            row[:] = 0.0
            row[_COLUMN["embedded"]] = 1.0
            row[_COLUMN["embedded_share"]] = share
            row[_COLUMN["embedded_first"]] = head
            row[_COLUMN["embedded_last"]] = end
        row[_COLUMN["name_equal"]] = key in {own := normalise(place.name), stripped(own)[0]}
        if item.match in {"skeleton", "fuzzy"}:
            likeness = SequenceMatcher(None, key, item.matched, autojunk=False).ratio()
            row[_COLUMN["spelling_likeness"]] = 10 * (likeness - 0.8)
            row[_COLUMN["spelling_english"]] = place.country in _ENGLISH
        column = _class_column(place.feature)
        if column is not None:
            row[_COLUMN[column]] = 1.0
        row[_COLUMN["population"]] = math.log10(place.population + 1)
        row[_COLUMN["population_unknown"]] = place.population == 0
        row[_COLUMN["population_share"]] = place.population / people if people else 0.0
        row[_COLUMN["prior"]] = min(item.score, 12.0)
        row[_COLUMN["prior_gap"]] = max(item.score - tops[rank >= len(found)], -8.0)
        row[_COLUMN["rank"]] = math.log1p(rank)
        row[_COLUMN["first"]] = rank == 0
        if kinds:
            fits = place.feature.startswith(kinds)
            row[_COLUMN["kind_match" if fits else "kind_mismatch"]] = 1.0
        row[_COLUMN["division_of_town"]] = place.feature == "ADM1" and place.place_id in towns
    return _arrays(items, static, len(found), exact=exact and bool(found))


def _arrays(
    items: Sequence[Candidate], static: NDArray[np.float64], whole: int, *, exact: bool
) -> Pool:
    places = [item.place for item in items]
    angles = np.radians([(place.longitude, place.latitude) for place in places]).reshape(-1, 2)
    return Pool(
        candidates=tuple(items),
        embedded=np.arange(len(items)) >= whole,
        static=static,
        place=_codes(place.place_id for place in places),
        country=_codes(place.country for place in places),
        admin1=_codes(place.admin1_id for place in places),
        admin2=_codes(_admin2(place) for place in places),
        points=unit_vectors(angles[:, 0], angles[:, 1]),
        level=np.array([_level(place.feature) for place in places], dtype=np.int64),
        exact=exact,
    )


def unit_vectors(
    longitude: NDArray[np.float64], latitude: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Points on the unit sphere, shape (N, 3), of longitudes and latitudes in radians."""
    flat = np.cos(latitude)
    return np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1)


def _codes(keys: Iterable[object]) -> NDArray[np.int64]:
    return np.array([CODES(key) for key in keys], dtype=np.int64)


def _admin2(place: Place) -> tuple[str | None, str | None, str] | None:
    return None if place.admin2 is None else (place.country, place.admin1_id, place.admin2)


def _level(feature: str) -> int:
    if feature.startswith(("PCL", "TERR")):
        return 0
    if feature.startswith("ADM1"):
        return 1
    if feature.startswith("ADM"):
        return 2
    return 4 if feature in {"CONT", "RGN", "SEA", "OCN", "STM", "GULF", "AREA"} else 3


def _class_column(feature: str) -> str | None:
    if feature == "PPLC":
        return "capital"
    if feature == "PPLA":
        return "seat"
    return next((column for heads, column in _CLASSES if feature.startswith(heads)), None)


def _is_town(candidate: Candidate) -> bool:
    """A town that a bare name means rather than the division of the same name."""
    place = candidate.place
    return candidate.match == "primary" and (
        place.feature.startswith(("PPLC", "PPLA")) or place.population >= _TOWN_POPULATION
    )
