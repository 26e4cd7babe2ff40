"""Names of places to candidate places: world-wide, offline, read-only.

The gazetteer is one SQLite file, built by `data/build_gazetteer.py` and shipped compressed
as `data/gazetteer.sqlite.xz`. The first use unpacks it into a cache folder; every later use
only opens it. Look-ups are exact on a normalised key (`normalise`); two approximate tiers, for
spellings that no source lists, run only inside a country that the caller names, because
world-wide they bring more wrong answers than right ones.

Tables of the file
------------------
place
    One row a place; `id` runs by country, so a country is a range of ids.
name
    key -> postings, four bytes each: place id (three bytes, little endian), match kind.
skeleton
    consonant skeleton of a key -> the keys that share it.
meta
    `country` (one byte a place: index into `countries`), `prior` (two bytes a place:
    thousandths), lists of countries, features and positions, and the attribution.

All coordinates are degrees, EPSG:4326.
"""

import os
import sqlite3
import sys
import threading
import weakref
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from importlib import resources
from pathlib import Path

from geo.names import looks_like_code, normalise, one_off, skeleton, stripped
from geo.packed import unpack

ATTRIBUTION = (
    "Contains GeoNames data (geonames.org, CC BY 4.0), Natural Earth (public domain), "
    "OurAirports (public domain), airportsdata (MIT), CIA World Factbook (public domain)."
)

#: The ways in which a key can match, by their number in the file.
MATCHES = ("primary", "alternate", "language", "demonym", "code", "stripped", "skeleton", "fuzzy")
_PRIMARY, _ALTERNATE = 0, 1
_DEMONYM, _CODE, _STRIPPED, _SKELETON, _FUZZY = 3, 4, 5, 6, 7

# What each way of matching takes from the prior. Alternate names in GeoNames have no language
# and hold many accidents ("Ningarhar" is an alternate of Nigeria), hence the distance to 0.
_COST = (0.0, 0.5, 1.2, 0.3, 0.6, 0.6, 1.5, 2.5)
#: What a place of the country asked for gets: more than any prior, so that it comes first.
COUNTRY_BONUS = 12.0
# What an alternate name costs more where another place of the country asked for has it as its own
# name: Kohistan is a district, and a by-name of the town Kuhsan in another province.
_BYNAME, _BYNAME_OF_DIVISION = 0.5, 2.0
# Near spellings. A prior says little here, since what is well known has its spellings listed; these
# numbers were chosen on 8,337 names of towns and districts of 15 countries, each hidden in turn.
_PRIOR_SHARE = 0.4
_UNLIKE = 12.0
_NEAR_KINDS = ("PPL", "ADM", "AIR", "CRSG", "CMP")
_TIERS = ((_SKELETON, 0.7), (_FUZZY, 0.8))  # how, and the least likeness
_HINT_BONUS = 1.5
# Words after which the name alone says little, and how known a place must be to be meant by it.
_NATURAL = frozenset({("STM",), ("LK",), ("ISL",), ("MT",), ("PASS",)})
_KNOWN = 3.5
_HINT_COST = 4.0
_LONGEST = 100
_MOST_POSTINGS = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the gazetteer.

    Attributes
    ----------
    place_id
        Stable id with its source: "geonames:1135689", "ourairports:OAIX", "dateline:kremlin".
    name
        The usual English name.
    feature
        GeoNames feature code: PCLI, ADM1, ADM2, PPLC, PPLA, PPL, AIRP, AIRB, CONT, RGN, SEA,
        STRT, LK, STM, MT, PASS ...; CRSG is a border crossing, GOVT a seat of power whose
        name stands for a government (a metonym).
    country
        ISO 3166-1 alpha-3 (XKX for Kosovo); None for seas, continents and regions of several
        countries.
    admin1, admin1_id, admin2
        English name and place_id of the first-level division, name of the second-level one.
        An ADM1 has its own name and id there.
    longitude, latitude
        Label point, degrees, EPSG:4326.
    population
        Inhabitants; 0 when unknown.
    position
        How the point is known: "point" (surveyed), "polygon" (inside its outline), "seat" (its
        namesake town), "mean" (of its towns), "parent" (only the division above is placed) or
        "bbox" (middle of a box).
    bbox
        (west, south, east, north), degrees, for regions and waters known as a box; west > east
        where it crosses the antimeridian.
    """

    place_id: str
    name: str
    feature: str
    country: str | None
    admin1: str | None
    admin1_id: str | None
    admin2: str | None
    longitude: float
    latitude: float
    population: int
    position: str
    bbox: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a name may mean.

    Attributes
    ----------
    place
        The place.
    matched
        The key that matched.
    match
        One of `MATCHES`.
    score
        Prior score, higher is better; comparable within one query only.
    """

    place: Place
    matched: str
    match: str
    score: float


def _shipped() -> Path:
    """Return the path of the shipped artefact."""
    return Path(str(resources.files("data") / "gazetteer.sqlite.xz"))


class Gazetteer:
    """Look-ups in the gazetteer file. One object may serve several threads.

    Parameters
    ----------
    path
        An unpacked SQLite file; default the shipped one, unpacked on first use.
    point_of_view
        Disputed area to the country it has instead of ours (`geo.boundaries.Boundaries`): the
        places in it get that country. Countries themselves keep their own.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ValueError
        It is not a gazetteer, or the point of view names what cannot be.
    """

    def __init__(
        self, path: Path | None = None, *, point_of_view: Mapping[str, str] | None = None
    ) -> None:
        shipped = path is None
        self.path = unpack(_shipped()) if path is None else Path(path)
        if not self.path.is_file():
            raise FileNotFoundError(f"no gazetteer at {self.path}")
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[sqlite3.Connection] = []
        self._closed = False
        self._finalise = weakref.finalize(self, _close_all, self._open)
        try:
            self._load()
        except (sqlite3.DatabaseError, KeyError) as error:
            self._finalise()
            if not shipped:
                raise ValueError(f"{self.path} is not a gazetteer: {error}") from error
            # A damaged copy in the cache: unpack it once more.
            self.path.unlink(missing_ok=True)
            self.path = unpack(_shipped())
            self._local = threading.local()
            self._open = []
            self._finalise = weakref.finalize(self, _close_all, self._open)
            self._load()
        if point_of_view:
            self._see(point_of_view)
        self._row = lru_cache(maxsize=50_000)(self._read_row)
        self._capital = lru_cache(maxsize=300)(self._find_capital)
        # A document asks for the same few names at every stage.
        self._ranked = lru_cache(maxsize=4096)(self._find)
        self._people = lru_cache(maxsize=4096)(self._find_people)

    def _load(self) -> None:
        meta = dict(self._connection().execute("SELECT key, value FROM meta"))
        self.attribution: str = meta["attribution"]
        self._countries: list[str] = meta["countries"].split("|")
        self._features: list[str] = meta["features"].split("|")
        self._positions: list[str] = meta["positions"].split("|")
        self._country_of = bytearray(meta["country"])
        self._feature_of = bytes(meta["feature"])
        self._prior = array("H", meta["prior"])
        if sys.byteorder == "big":
            self._prior.byteswap()
        self._index = {name: i for i, name in enumerate(self._countries) if name}

    def _see(self, point_of_view: Mapping[str, str]) -> None:
        """Give the places in disputed areas the country that the point of view has there."""
        # Only here, so that looking names up needs neither shapely nor the boundaries.
        from geo.boundaries import Boundaries  # noqa: PLC0415
        from geo.disputed import near, switched  # noqa: PLC0415

        theirs = Boundaries(point_of_view=point_of_view)
        countries = [i for i, name in enumerate(self._features) if name.startswith("PCL")]
        query = "SELECT id, feature, lon, lat FROM place WHERE country = ?"
        for area, code in switched(theirs.disputed(), point_of_view):
            old, new = self._countries.index(area.country), self._countries.index(code)
            places = self._connection().execute(query, (old,)).fetchall()
            rows = [
                (row[0], row[2] / 1e5, row[3] / 1e5) for row in places if row[1] not in countries
            ]
            for number, longitude, latitude in near(area, rows):
                if (theirs.country_at(longitude, latitude) or "") == code:
                    self._country_of[number] = new

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            if self._closed:
                raise ValueError("this gazetteer is closed")
            uri = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
            # Each thread has its own; only `close` touches it from another thread.
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            connection.execute("PRAGMA mmap_size=268435456")
            connection.execute("PRAGMA query_only=1")
            with self._lock:
                self._open.append(connection)
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close the file. Later look-ups raise ValueError or sqlite3.ProgrammingError."""
        self._closed = True
        self._ranked.cache_clear()
        self._people.cache_clear()
        self._finalise()

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self._country_of)

    # --- look-ups -----------------------------------------------------------------------------

    def place(self, place_id: str) -> Place | None:
        """Return the place of an id such as "geonames:1135689", or None."""
        source, _, number = place_id.partition(":")
        wanted: str | int = place_id
        if source == "geonames" and number.isascii() and number.isdigit() and len(number) < 12:
            wanted = int(number)
        elif not place_id.isascii():
            return None
        found = self._connection().execute("SELECT id FROM place WHERE ref = ?", (wanted,))
        row = found.fetchone()
        return None if row is None else self._row(row[0])

    def points(
        self, feature: str, *, without: Collection[str] = ()
    ) -> "tuple[array[int], array[float], array[float]]":
        """Return where every place of a kind lies, for an index of the caller's own.

        Parameters
        ----------
        feature
            Beginning of the GeoNames feature codes wanted: "PPL" for towns and villages.
        without
            Codes to leave out.

        Returns
        -------
        tuple of array
            Numbers (see `numbered`), longitudes and latitudes in degrees, EPSG:4326, in parallel.
        """
        codes = [
            i
            for i, code in enumerate(self._features)
            if code.startswith(feature) and code not in without
        ]
        marks = ",".join("?" * len(codes))
        query = f"SELECT id, lon, lat FROM place WHERE feature IN ({marks})"  # noqa: S608 (marks)
        numbers, longitudes, latitudes = array("i"), array("d"), array("d")
        for number, lon, lat in self._connection().execute(query, codes):
            numbers.append(number)
            longitudes.append(lon / 1e5)
            latitudes.append(lat / 1e5)
        return numbers, longitudes, latitudes

    def numbered(self, number: int) -> Place:
        """Return the place of a number that `points` gave."""
        return self._row(number)

    def country(self, iso3: str) -> Place | None:
        """Return the country of an ISO 3166-1 alpha-3 code, or None."""
        if iso3 not in self._index:
            return None
        found = self._connection().execute("SELECT place FROM country WHERE iso3 = ?", (iso3,))
        row = found.fetchone()
        return None if row is None else self._row(row[0])

    def capital(self, iso3: str) -> Place | None:
        """Return the capital of an ISO 3166-1 alpha-3 code, or None; of several, the best known.

        Parameters
        ----------
        iso3
            "AFG"; South Africa and Bolivia have more than one.
        """
        if iso3 not in self._index or "PPLC" not in self._features:
            return None
        return self._capital(self._index[iso3])

    def _find_capital(self, country: int) -> Place | None:
        code, best = self._features.index("PPLC"), None
        number = self._country_of.find(country)
        while number >= 0:
            if self._feature_of[number] == code and (
                best is None or self._prior[number] > self._prior[best]
            ):
                best = number
            number = self._country_of.find(country, number + 1)
        return None if best is None else self._row(best)

    def demonym(self, word: str) -> Place | None:
        """Return the country (or region) whose people or adjective a word names, or None.

        Parameters
        ----------
        word
            "Tajik", "Afghans", "Turkish", "Texan".
        """
        return None if len(word) > _LONGEST else self._people(word)

    def _find_people(self, word: str) -> Place | None:
        ids = [number for number, kind in self._postings(normalise(word)) if kind == _DEMONYM]
        if not ids:
            return None
        return self._row(max(ids, key=lambda number: (self._prior[number], -number)))

    def candidates(
        self, name: str, *, country: str | None = None, limit: int = 20, fuzzy: bool = False
    ) -> list[Candidate]:
        """Return the places that a name may mean, best first.

        Parameters
        ----------
        name
            The name as written: "Kunduz", "Kunduz province", "U.S.", "Tajik".
        country
            ISO 3166-1 alpha-3: places of that country come first; no place is left out for it.
        limit
            The most candidates to return.
        fuzzy
            Look for near spellings as well, where `country` is given and has no exact match.

        Returns
        -------
        list of Candidate
            Empty when nothing matches, and for anything that cannot be a name.
        """
        if not name or len(name) > _LONGEST or limit < 1:
            return []
        return list(self._ranked(name, country, limit, fuzzy))

    def _find(
        self,
        name: str,
        country: str | None,
        limit: int,
        fuzzy: bool,  # noqa: FBT001
    ) -> tuple[Candidate, ...]:
        key = normalise(name)
        if not key:
            return ()
        bare, kinds = stripped(key)
        code = looks_like_code(name.strip())
        best: dict[int, tuple[float, int, str]] = {}
        self._collect(best, key, code=code, kinds=kinds)
        if bare != key:
            self._collect(best, bare, code=False, kinds=kinds, strip=bool(kinds))
            if kinds[:1] in _NATURAL:
                self._weigh(best, bare, kinds)
        wanted = self._index.get(country) if country else None
        if wanted is not None:
            if fuzzy and not any(self._country_of[number] == wanted for number in best):
                self._near(best, bare, wanted, (*_NEAR_KINDS, *kinds))
            self._favour(best, wanted)
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
        return tuple(
            Candidate(self._row(number), matched, MATCHES[match], round(score, 3))
            for number, (score, match, matched) in ranked
        )

    def _postings(self, key: str) -> list[tuple[int, int]]:
        """Return (place number, match kind) of each posting of a key."""
        row = self._connection().execute("SELECT posts FROM name WHERE key = ?", (key,)).fetchone()
        if row is None:
            return []
        posts: bytes = row[0][: 4 * _MOST_POSTINGS]
        values = memoryview(posts).cast("I") if sys.byteorder == "little" else _words(posts)
        return [(value & 0xFFFFFF, value >> 24) for value in values]

    def _collect(
        self,
        best: dict[int, tuple[float, int, str]],
        key: str,
        *,
        code: bool,
        kinds: tuple[str, ...],
        strip: bool = False,
    ) -> None:
        """Add the places of a key to `best`, number -> (score, match, key)."""
        for number, kind in self._postings(key):
            if kind == _CODE and not code:
                continue
            match = _STRIPPED if strip and kind < _DEMONYM else kind
            score = self._prior[number] / 1000 - _COST[kind]
            if kinds:
                if self._features[self._feature_of[number]].startswith(kinds):
                    score += _HINT_BONUS
                elif strip:
                    score -= _HINT_COST
            if strip:
                score -= _COST[_STRIPPED]
            known = best.get(number)
            if known is None or score > known[0]:
                best[number] = (score, match, key)

    def _weigh(
        self, best: dict[int, tuple[float, int, str]], bare: str, kinds: tuple[str, ...]
    ) -> None:
        """Drop what the bare name of a natural feature brought in, where no such feature has it.

        "Coco Islands" is no town that is also called Coco; "Lampedusa island" is the town's.
        """
        if any(self._features[self._feature_of[n]].startswith(kinds) for n in best):
            return
        own = {number for number, kind in self._postings(bare) if kind == _PRIMARY}
        for number, (_, match, matched) in list(best.items()):
            known = number in own and self._prior[number] >= 1000 * _KNOWN
            if match == _STRIPPED and matched == bare and not known:
                del best[number]

    def _favour(self, best: dict[int, tuple[float, int, str]], wanted: int) -> None:
        """Put the places of one country first, and own names there before by-names of others."""
        here = [number for number in best if self._country_of[number] == wanted]
        own = {self._features[self._feature_of[n]] for n in here if best[n][1] == _PRIMARY}
        cost = 0.0
        if own:
            cost = _BYNAME_OF_DIVISION if own & {"ADM1", "ADM2"} else _BYNAME
        for number in here:
            score, match, matched = best[number]
            byname = cost if match == _ALTERNATE else 0.0
            best[number] = (score + COUNTRY_BONUS - byname, match, matched)

    def _near(
        self,
        best: dict[int, tuple[float, int, str]],
        key: str,
        wanted: int,
        kinds: tuple[str, ...],
    ) -> None:
        """Add places of one country whose spelling is near: same skeleton, else one letter off."""
        if not key.isascii():
            return
        bones = skeleton(key)
        for tier, least in _TIERS:
            forms = [bones] if tier == _SKELETON else list(one_off(bones))
            found = False
            for other in self._alike(forms, key, least):
                likeness = SequenceMatcher(None, key, other, autojunk=False).ratio()
                for number, kind in self._postings(other):
                    if kind > _DEMONYM or self._country_of[number] != wanted:
                        continue
                    if not self._features[self._feature_of[number]].startswith(kinds):
                        continue
                    score = _PRIOR_SHARE * self._prior[number] / 1000 - _COST[kind] - _COST[tier]
                    score -= _UNLIKE * (1 - likeness)
                    known = best.get(number)
                    if known is None or score > known[0]:
                        best[number] = (score, tier, other)
                        found = True
            if found:
                return

    def _alike(self, forms: Sequence[str], key: str, least: float) -> Iterator[str]:
        """Yield the keys whose skeleton is one of the forms and that look like `key`."""
        marks = ",".join("?" * len(forms))
        query = f"SELECT form, keys FROM skeleton WHERE form IN ({marks})"  # noqa: S608 (marks)
        known = dict(self._connection().execute(query, forms))
        matcher = SequenceMatcher(None, "", key, autojunk=False)
        for form in filter(known.__contains__, forms):
            for other in known[form].split("\n"):
                # Twice the letters in common over all letters, which is at most this.
                if 2 * min(len(key), len(other)) / (len(key) + len(other)) < least:
                    continue
                matcher.set_seq1(other)
                if matcher.quick_ratio() >= least and matcher.ratio() >= least:
                    yield other

    def _read_row(self, number: int) -> Place:
        row = (
            self._connection()
            .execute(
                "SELECT ref, name, feature, admin1, admin2, lon, lat, population,"
                " position, bbox FROM place WHERE id = ?",
                (number,),
            )
            .fetchone()
        )
        ref, name, feature, admin1, admin2, lon, lat, population, position, bbox = row
        code = self._features[feature]
        place_id = f"geonames:{ref}" if isinstance(ref, int) else ref
        admin1_name = admin1_id = None
        if code == "ADM1":
            admin1_name, admin1_id = name, place_id
        elif admin1 is not None:
            parent = self._row(admin1)
            admin1_name, admin1_id = parent.name, parent.place_id
        admin2_name = name if code == "ADM2" else None
        if admin2 is not None:
            admin2_name = self._row(admin2).name
        box = None
        if bbox is not None:
            west, south, east, north = (float(value) for value in bbox.split(","))
            box = (west, south, east, north)
        return Place(
            place_id=place_id,
            name=name,
            feature=code,
            country=self._countries[self._country_of[number]] or None,
            admin1=admin1_name,
            admin1_id=admin1_id,
            admin2=admin2_name,
            longitude=lon / 1e5,
            latitude=lat / 1e5,
            population=population or 0,
            position=self._positions[position],
            bbox=box,
        )


def _words(posts: bytes) -> "array[int]":
    """Return the 32-bit words of a posting list on a big-endian machine."""
    words = array("I", posts)
    words.byteswap()
    return words


def _close_all(connections: list[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()
    connections.clear()


@lru_cache(maxsize=1)
def default_gazetteer() -> Gazetteer:
    """Return the gazetteer that everything uses, opened once a process.

    That is the file which the environment variable `DATELINE_GAZETTEER` names, such as one that
    `data/geonames.py` built from the full GeoNames dump; unset or empty, the shipped one. Places
    in disputed areas have the country that `DATELINE_POV` gives them ("Crimea=RUS").

    Raises
    ------
    FileNotFoundError
        The variable names no file.
    ValueError
        The file is not a gazetteer.
    """
    chosen = os.environ.get("DATELINE_GAZETTEER")
    seen: dict[str, str] = {}
    if os.environ.get("DATELINE_POV"):
        from geo.disputed import parse  # noqa: PLC0415 (it brings shapely)

        seen = parse(os.environ["DATELINE_POV"])
    if not chosen:
        return Gazetteer(point_of_view=seen)
    path = Path(chosen).expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f"DATELINE_GAZETTEER names {path}, which is no file: mend or unset the variable"
        )
    return Gazetteer(path, point_of_view=seen)
