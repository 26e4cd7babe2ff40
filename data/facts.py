"""The hand-written facts of `data/curated/`, for `data/build_gazetteer.py`."""

import csv
import re
import sys
from pathlib import Path

from shapely.geometry import Point

from data.draft import ALTERNATE, BASE, CODE, DEMONYM, LANGUAGE, PRIMARY, Draft, Row
from geo.names import normalise, skeleton

_CROSSING = re.compile(r"( border)?( crossing| post)?$", re.IGNORECASE)

RECALLED = 4.2
"""Prior of a place of `recalled.csv`: below that of a village in GeoNames."""

FOLDER = Path(__file__).resolve().parent / "curated"


def _table(name: str) -> list[dict[str, str]]:
    """Read a curated CSV; lines that begin with # are comments."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if line and not line.startswith("#")))


def curated(draft: Draft) -> None:
    """Add the hand-written names, places and demonyms."""
    kinds = {"code": CODE, "primary": PRIMARY, "alternate": ALTERNATE}
    for r in _table("aliases.csv"):
        numbers = find(draft, r["target"])
        if len(numbers) != 1:
            _missing("aliases.csv", r["target"])
            continue
        for text in r["aliases"].split("|"):
            shown = text.startswith("=")
            if shown:
                draft.rows[numbers[0]].name = text[1:]
            draft.alias(numbers[0], text[shown:], PRIMARY if shown else kinds[r["kind"]])
    table = _table("places.csv")
    corrected = {"ADM2", "PPL", "PPLA", "PPLA2"}
    towns = _correctable(
        draft, {draft.by_iso3[r["country"]] for r in table if r["feature"] in corrected}
    )
    for r in table:
        _curated_place(draft, r, towns)
    for r in _table("recalled.csv"):
        _recalled_place(draft, r)
    for r in _table("demonyms.csv"):
        numbers = find(draft, r["target"])
        if len(numbers) != 1:
            _missing("demonyms.csv", r["target"])
            continue
        for text in r["words"].split("|"):
            draft.alias(numbers[0], text, DEMONYM)


def find(draft: Draft, target: str) -> list[int]:
    """Return the places that a selector of the curated tables means.

    "AFG" is a country, "AFG/Kunduz" an ADM1, "AFG/Kunduz/Imam Sahib" an ADM2, and anything
    with a colon a place_id.
    """
    if ":" in target:
        source, _, number = target.partition(":")
        ref = int(number) if source == "geonames" else target
        return [draft.by_ref[ref]] if ref in draft.by_ref else []
    iso3, *rest = target.split("/")
    iso2 = draft.by_iso3[iso3]
    if not rest:
        return [draft.country[iso2]]
    found = [n for n in draft.admin1s[iso2] if _called(draft, n, rest[0])]
    if len(found) > 1:
        key = normalise(rest[0])
        found = [n for n in found if draft.names.get((key, n)) == PRIMARY] or found
    if len(rest) == 2 and found:
        found = [
            n for n in draft.adm2 if draft.rows[n].admin1 in found and _called(draft, n, rest[1])
        ]
    return found


def _called(draft: Draft, number: int, name: str) -> bool:
    return draft.names.get((normalise(name), number), DEMONYM) < LANGUAGE


def _around(draft: Draft, lon: float, lat: float, iso2: str) -> int | None:
    """Return the ADM1 of a country in whose outline a point lies."""
    point = Point(lon, lat)
    for number in draft.admin1s[iso2]:
        if number in draft.outline and draft.outline[number].intersects(point):
            return number
    return None


def _missing(table: str, target: str) -> None:
    print(f"{table}: no single place {target}", file=sys.stderr)


def _curated_place(draft: Draft, r: dict[str, str], towns: dict[int, set[str]]) -> None:
    """Add a place of the table, or correct the row that it is about."""
    iso2 = draft.by_iso3[r["country"]] if r["country"] else ""
    box = _box(r)
    lon, lat = float(r["lon"]), float(r["lat"])
    admin1 = _home(draft, r)
    if admin1 is None and iso2 and box is None:
        admin1 = _around(draft, lon, lat, iso2)
    number = _known(draft, r, admin1, towns)
    if number is None:
        ref = r["id"] or f"dateline:{normalise(r['name']).replace(' ', '-')}"
        if ref in draft.by_ref:
            raise ValueError(f"places.csv: the id {ref} is used twice")
        row = Row(ref, r["name"], r["feature"], iso2, lon, lat, BASE[r["feature"]])
        row.admin1 = admin1
        number = draft.add(row)
        if row.feature == "ADM2":
            draft.adm2.append(number)
    row = draft.rows[number]
    if row.feature != "ADM1":
        row.position = "bbox" if box else "point"
        row.lon, row.lat, row.bbox = lon, lat, box
    if r["weight"]:
        row.prior = float(r["weight"])
    elif row.feature == "ADM2":
        row.prior = max(row.prior, BASE["ADM2"])
    row.name = r["name"]
    draft.alias(number, r["name"], PRIMARY)
    for text in r["aliases"].split("|"):
        draft.alias(number, text, ALTERNATE if text.startswith("~") else PRIMARY)
    _crossing_names(draft, number)


def _recalled_place(draft: Draft, r: dict[str, str]) -> None:
    """Add a place that the sources lack; it corrects none of theirs, and weighs little."""
    iso2, lon, lat = draft.by_iso3[r["country"]], float(r["lon"]), float(r["lat"])
    row = Row(r["id"], r["name"], r["feature"], iso2, lon, lat, RECALLED)
    row.admin1, row.position = _around(draft, lon, lat, iso2), "recalled"
    number = draft.add(row)
    draft.alias(number, r["name"], PRIMARY)
    for text in filter(None, r["aliases"].split("|")):
        draft.alias(number, text, ALTERNATE)
    _crossing_names(draft, number)


def _crossing_names(draft: Draft, number: int) -> None:
    """Add the ways in which news writes a border crossing: "Torkham border"."""
    row = draft.rows[number]
    if row.feature != "CRSG" or " bridge" in row.name.lower():
        return
    core = _CROSSING.sub("", row.name)
    for form in ("border", "crossing", "border crossing", "border post"):
        draft.alias(number, f"{core} {form}", ALTERNATE)


def _home(draft: Draft, r: dict[str, str]) -> int | None:
    """Return the ADM1 that a line names."""
    if not r["admin1"]:
        return None
    found = find(draft, f"{r['country']}/{r['admin1']}")
    if len(found) != 1:
        raise ValueError(f"places.csv: {len(found)} ADM1 called {r['admin1']}, of {r['name']}")
    return found[0]


def _box(r: dict[str, str]) -> tuple[float, float, float, float] | None:
    if not r["bbox"]:
        return None
    values = [float(v) for v in r["bbox"].split()]
    if len(values) != 4 or not -90 <= values[1] < values[3] <= 90:
        raise ValueError(f"places.csv: bbox of {r['name']} must be west south east north")
    return (values[0], values[1], values[2], values[3])


def _known(
    draft: Draft, r: dict[str, str], admin1: int | None, towns: dict[int, set[str]]
) -> int | None:
    """Return the number of a row that the sources have and the curated line corrects."""
    if r["id"] and not r["id"].startswith("dateline:"):
        found = find(draft, r["id"])
        if not found:
            raise ValueError(f"places.csv: no place has the id {r['id']}")
        return found[0]
    if r["feature"] not in {"ADM2", "PPL", "PPLA", "PPLA2"} or admin1 is None:
        return None
    district = r["feature"] == "ADM2"
    keys = {normalise(text) for text in (r["name"], *r["aliases"].split("|")) if text}
    # Two consonants are too few to tell towns by: Reim is not Ruhama.
    bones = {form for key in keys if len(form := skeleton(key)) > 2 or district}
    inside = {
        number: own
        for number, own in towns.items()
        if draft.rows[number].admin1 == admin1
        and (draft.rows[number].feature == "ADM2") == district
    }
    exact = [number for number, own in inside.items() if keys & own]
    near = [
        number
        for number, own in inside.items()
        if bones & {skeleton(key) for key in own if key.isascii()}
    ]
    return next(iter(exact + near), None)


def _correctable(draft: Draft, countries: set[str]) -> dict[int, set[str]]:
    """Return the keys of the districts and towns of the countries that a table corrects."""
    found: dict[int, set[str]] = {
        number: set()
        for number, row in enumerate(draft.rows)
        if row.country in countries and (row.feature == "ADM2" or row.feature.startswith("PPL"))
    }
    for (key, number), kind in draft.names.items():
        if number in found and kind <= ALTERNATE:
            found[number].add(key)
    return found
