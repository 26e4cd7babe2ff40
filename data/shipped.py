"""What the shipped gazetteer knows, as `data/geonames.py` needs it to add a dump to it."""

import sqlite3
from array import array
from collections import defaultdict
from pathlib import Path

from data.draft import ALTERNATE, CODE, PRIMARY
from data.dumps import Entry

# Two-letter codes that are words of English, hence no keys of the gazetteer.
_WORDS = {
    "AS": "ASM", "AT": "AUT", "BE": "BEL", "BY": "BLR", "IN": "IND", "IS": "ISL", "IT": "ITA",
    "NO": "NOR", "TO": "TON",
}  # fmt: skip
_AIRPORTS = frozenset({"AIRB", "AIRF", "AIRP"})
# Degrees within which two places of one name and one kind are the same.
_NEAR = {"P": 0.3, "A": 1.0, "": 0.6}
_NEAR_AIRPORT = 0.03


class Shipped:
    """Places of a gazetteer file by GeoNames id, by name and by position; about 60 MB.

    A place has a `sid` here, its number while two sources are merged: the GeoNames id where it
    has one, else minus its number in the file, minus 1.

    Parameters
    ----------
    path
        An unpacked gazetteer (geo/gazetteer.py describes the tables).

    Attributes
    ----------
    countries
        ISO 3166-1 alpha-3 by index; "" at 0.
    country_of
        ISO 3166-1 alpha-2 -> index of the country.
    features, positions
        Feature codes and words for positions, by index.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        self._db.execute("PRAGMA mmap_size=268435456")
        meta = dict(self._db.execute("SELECT key, value FROM meta"))
        self.countries: list[str] = meta["countries"].split("|")
        self.features: list[str] = meta["features"].split("|")
        self.positions: list[str] = meta["positions"].split("|")
        self.attribution: str = meta["attribution"]
        self.prior = array("H", meta["prior"])
        self._country, self._feature = bytes(meta["country"]), bytes(meta["feature"])
        self._admin1 = array("i", [-1]) * len(self._country)
        self.sids = array("q", [0]) * len(self._country)
        self._numbers: dict[int, int] = {}
        self._own: dict[int, tuple[float, float, tuple[float, ...] | None]] = {}
        self._airports: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, ref, admin1, lon, lat, box in self._db.execute(
            "SELECT id, ref, admin1, lon, lat, bbox FROM place ORDER BY id"
        ):
            feature = self.features[self._feature[number]]
            self._admin1[number] = -1 if admin1 is None else admin1
            if isinstance(ref, int):
                self.sids[number] = ref
                self._numbers[ref] = number
                continue
            self.sids[number] = -number - 1
            place = lon / 1e5, lat / 1e5
            if feature in _AIRPORTS:
                self._airports[_cell(*place)].append(number)
            bounds = None if box is None else tuple(float(v) for v in box.split(","))
            self._own[number] = (*place, bounds)
        self._read_names()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __contains__(self, ref: int) -> bool:
        """Tell whether a GeoNames id is one of the file's."""
        return ref in self._numbers

    def is_country(self, sid: int) -> bool:
        """Tell whether a place of the file is a country or a dependency."""
        number = self._numbers.get(sid)
        return number is not None and self.features[self._feature[number]].startswith("PCL")

    def admin1(self, ref: int) -> int | None:
        """Return the sid of the ADM1 that the file has for a GeoNames id."""
        number = self._numbers.get(ref)
        above = -1 if number is None else self._admin1[number]
        return None if above < 0 else self.sids[above]

    def country_places(self) -> list[tuple[str, int]]:
        """Return (ISO 3166-1 alpha-3, sid) of every country."""
        found = self._db.execute("SELECT iso3, place FROM country ORDER BY iso3")
        return [(iso3, self.sids[number]) for iso3, number in found]

    def rows(self) -> sqlite3.Cursor:
        """Return the rows of the file's table `place`, in order."""
        return self._db.execute(
            "SELECT id, ref, name, feature, country, admin1, admin2, lon, lat, population,"
            " position, bbox FROM place ORDER BY id"
        )

    def names(self) -> sqlite3.Cursor:
        """Return (key, postings) of every name of the file."""
        return self._db.execute("SELECT key, posts FROM name")

    def same(self, entry: Entry, keys: dict[str, int]) -> int | None:
        """Return the sid of the file's place that a row of a dump is about, or None.

        The same GeoNames id; else a first-level division of that name in the country; else an
        airport within 3 km; else a place by hand of the same name and kind near by.

        Parameters
        ----------
        entry
            The row.
        keys
            Its keys with the kind of each.
        """
        if entry.ref in self._numbers:
            return entry.ref
        country = self.country_of.get(entry.country, 0)
        if entry.code == "ADM1":
            for key, kind in keys.items():
                if kind == PRIMARY and (country, key) in self._divisions:
                    return self._divisions[country, key]
        if entry.code in _AIRPORTS:
            number = self._airport(entry.longitude, entry.latitude)
            if number is not None:
                return self.sids[number]
        for key, kind in keys.items():
            for number in self._named.get(key, ()) if kind <= ALTERNATE else ():
                if self._country[number] in {0, country} and self._akin(number, entry):
                    return self.sids[number]
        return None

    def _read_names(self) -> None:
        """Index the names of countries, of first-level divisions and of the places by hand."""
        self.country_of: dict[str, int] = {}
        self._divisions: dict[tuple[int, str], int] = {}
        self._named: dict[str, list[int]] = defaultdict(list)
        adm1 = self.features.index("ADM1")
        countries = {place for (place,) in self._db.execute("SELECT place FROM country")}
        for key, posts in self.names():
            for number, kind in postings(posts):
                if number in countries and kind == CODE and len(key) == 2:
                    self.country_of[key.upper()] = self._country[number]
                elif number in self._own and kind <= ALTERNATE:
                    self._named[key].append(number)
                elif self._feature[number] == adm1 and kind == PRIMARY:
                    self._divisions[self._country[number], key] = self.sids[number]
        index = {iso3: i for i, iso3 in enumerate(self.countries)}
        self.country_of |= {iso2: index[iso3] for iso2, iso3 in _WORDS.items() if iso3 in index}

    def _airport(self, lon: float, lat: float) -> int | None:
        x, y = _cell(lon, lat)
        for column in (x - 1, x, x + 1):
            for row in (y - 1, y, y + 1):
                for number in self._airports.get((column, row), ()):
                    own = self._own[number]
                    if max(abs(own[0] - lon), abs(own[1] - lat)) <= _NEAR_AIRPORT:
                        return number
        return None

    def _akin(self, number: int, entry: Entry) -> bool:
        """Tell whether a place by hand is of a row's kind and near it."""
        group = _group(self.features[self._feature[number]])
        if group != (entry.group if entry.group in {"P", "A"} else ""):
            return False
        lon, lat, box = self._own[number]
        near = _NEAR[group]
        if box is None:
            apart = abs(lon - entry.longitude)
            return min(apart, 360 - apart) <= near and abs(lat - entry.latitude) <= near
        west, south, east, north = box
        across = west - near <= entry.longitude <= east + near
        if west > east:
            across = entry.longitude >= west - near or entry.longitude <= east + near
        return across and south - near <= entry.latitude <= north + near


def postings(posts: bytes) -> list[tuple[int, int]]:
    """Return (place number, kind of name) of a posting list."""
    return [
        (int.from_bytes(posts[i : i + 3], "little"), posts[i + 3]) for i in range(0, len(posts), 4)
    ]


def _group(feature: str) -> str:
    """Return "P" for towns, "A" for divisions, "" for the rest."""
    if feature.startswith(("PPL", "STLMT")):
        return "P"
    return "A" if feature.startswith(("ADM", "PCL")) else ""


def _cell(lon: float, lat: float) -> tuple[int, int]:
    return round(lon * 10), round(lat * 10)
