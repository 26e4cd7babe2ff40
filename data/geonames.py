"""A bigger gazetteer: the shipped one and a GeoNames dump, in one file of the same form.

`build` reads `allCountries.zip`, or dumps of single countries, as streams (`data/dumps.py`), and
adds to the shipped gazetteer every place of the kinds in `KEEP`. What ships stays: ids, shown
names, facts by hand, demonyms, ranking. A row of the dump about a shipped place (the same GeoNames
id; an airport within 3 km; a place by hand of its name and kind near by) only adds names to it, and
what it lacks: divisions above it, population, the point of a division that has none of its own.
Country polygons and borders are not touched.

All that grows with the dump lies on disk: rows and names are staged in SQLite, which sorts them
with temporary files. Memory holds the shipped places, the codes of divisions and four bytes a
place. The result appears by rename when it is whole; after an error, or a kill, the old file stands
and the run starts anew.

Use the result with the environment variable `DATELINE_GAZETTEER`, or `Gazetteer(path)`. GeoNames'
data is under CC BY 4.0; the file carries the attribution.
"""

import math
import re
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from data.draft import (
    ALTERNATE,
    BASE,
    CODE,
    DEPENDENT,
    LANGUAGE,
    PLAIN,
    POSITIONS,
    PRIMARY,
    Draft,
    plain,
    words,
)
from data.dumps import Entry, Faults, Table, alternate, entry, tables
from data.merged import FULL, finish, start
from data.settlements import SEAT
from data.shipped import Shipped, postings
from geo.files import replacing
from geo.gazetteer import Gazetteer
from geo.packed import unpack

Progress = Callable[[str, int, int], None]

#: Feature codes that go in, with the alternate names a row needs: streams, lakes, hills and the
#: like number in the millions, and those that news names have more names than one.
KEEP = {
    **dict.fromkeys(words("ADM1 ADM2 ADM3 ADM4 ADMD LTER TERR PCL PCLD PCLF PCLI PCLIX PCLS"), 0),
    **dict.fromkeys(
        words(
            "PPL PPLA PPLA2 PPLA3 PPLA4 PPLA5 PPLC PPLCH PPLF PPLG PPLH PPLL PPLQ PPLR PPLS PPLW "
            "PPLX STLMT"
        ),
        0,
    ),
    **dict.fromkeys(words("SEA OCN GULF STRT DLTA"), 0),
    **dict.fromkeys(words("CNL LGN RSV BAYS FLLS ESTY STMS"), 1),
    **dict.fromkeys(words("BAY CHN FJD GLCR LK LKS RF SD STM WAD"), 2),
    **dict.fromkeys(
        words("AREA BTL CONT INDS MILB MNA NVB OAS OILF GASF PRT RGN RGNE RGNH TRB"), 0
    ),
    **dict.fromkeys(words("CST LCTY PRK RES RESN"), 1),
    **dict.fromkeys(
        words(
            "AIRB AIRF AIRP BRKS CMP CMPMN CMPRF CSTM DAM FT INSM OILR PRN PS PSH PSN PSTB PSTC "
            "STNB TNL"
        ),
        0,
    ),
    **dict.fromkeys(words("BDG CSTL GOVL HSP MN MNMT PAL RSTN SQR STDM UNIV USGE"), 1),
    **dict.fromkeys(words("ATOL DSRT ERG GRGE ISL ISLS PASS PEN VLC"), 0),
    **dict.fromkeys(words("GAP MTS PLAT PLN"), 1),
    **dict.fromkeys(words("BCH CAPE CNYN MT PK RDGE VAL"), 2),
}
# Languages of alternate names that are none: links, codes of posts, ports and phones.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]+)?")
_BATCH = 20_000
_POINT = POSITIONS.index("point")
_LOOSE = ", ".join(str(POSITIONS.index(p)) for p in ("seat", "mean", "parent", "recalled"))


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did.

    Attributes
    ----------
    rows
        Rows of the dumps that are of GeoNames' form.
    added, matched
        Rows that became places; rows about places that ship.
    left_out
        Rows of kinds that do not go in, of unknown countries, or met before.
    broken, reports
        Rows that could not be read, and the first ten as "file:line: reason".
    places, size
        Places and bytes of the file written.
    seconds
        Time it took.
    """

    rows: int
    added: int
    matched: int
    left_out: int
    broken: int
    reports: tuple[str, ...]
    places: int
    size: int
    seconds: float


def build(
    dumps: Sequence[Path],
    out: Path,
    *,
    alternate_names: Path | None = None,
    features: Collection[str] = (),
    base: Path | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Write the gazetteer of the shipped places and those of GeoNames dumps.

    Parameters
    ----------
    dumps
        `allCountries.zip`, country dumps (zip or txt); with them, beside or inside, perhaps
        `admin1CodesASCII.txt`, `admin2Codes.txt`, `hierarchy.zip`.
    out
        SQLite file to write, replaced whole. The folder needs free space of about 2 kB a place
        while the build runs; SQLite's sorters also use the folder of SQLITE_TMPDIR or TMPDIR.
    alternate_names
        `alternateNamesV2.zip`: names by language, used in place of the dump's own column. English
        preferred names become the shown ones of places that do not ship.
    features
        Feature codes ("HLL") or classes ("T") to keep besides `KEEP`.
    base
        Unpacked gazetteer to add to; default the shipped one.
    progress
        Called with the step's name, what is done of it and the whole, in bytes or rows.

    Raises
    ------
    FileNotFoundError
        An input is missing.
    ValueError
        An input is damaged or not in GeoNames' form (no readable row at all), or the result would
        have more than 16,777,215 places or 255 kinds.
    OSError
        The disk is full, or `out` cannot be written.
    """
    began = time.monotonic()
    sources = tables(dumps)
    named = tables([alternate_names], role="names") if alternate_names else []
    if not any(table.role == "places" for table in sources):
        raise ValueError(f"no table of places among {', '.join(map(str, dumps))}")
    if out.is_dir():
        raise IsADirectoryError(f"{out} is a folder: name the file to write")
    out.parent.mkdir(parents=True, exist_ok=True)
    shipped = Shipped(base or unpack(Path(__file__).resolve().parent / "gazetteer.sqlite.xz"))
    report = progress or (lambda _step, _done, _whole: None)
    try:
        with (
            closing(shipped),
            tempfile.TemporaryDirectory(dir=out.parent, prefix=".dateline-") as folder,
            replacing(out) as path,
            closing(start(Path(folder) / "stage.sqlite")) as db,
        ):
            merge = _Merge(
                shipped,
                db,
                report,
                names_apart=bool(named),
                more=frozenset(f.upper() for f in features),
            )
            merge.copy_shipped()
            merge.read_divisions(sources)
            merge.read_places(sources)
            merge.read_names(named)
            merge.flush()
            if not merge.rows:
                first = "".join(f"\n  {line}" for line in merge.faults.first[:3])
                raise ValueError(f"no row of {', '.join(map(str, dumps))} is GeoNames' form{first}")
            places = finish(db, path, shipped, merge.features, report)
            with closing(Gazetteer(path)) as check:
                if len(check) != places:
                    raise OSError(f"{out} came out with {len(check)} places, not {places}")
            size = path.stat().st_size
    except sqlite3.OperationalError as error:
        hint = FULL if "full" in str(error) else ""
        raise OSError(f"cannot write {out}: {error}{hint}") from error
    counts = merge.counts
    return Summary(
        merge.rows, counts["added"], counts["matched"], counts["left out"], merge.faults.count,
        tuple(merge.faults.first), places, size, time.monotonic() - began,
    )  # fmt: skip


class _Merge:
    """The staged rows, and what is known while they come in."""

    def __init__(
        self,
        shipped: Shipped,
        db: sqlite3.Connection,
        report: Progress,
        *,
        names_apart: bool,
        more: frozenset[str],
    ) -> None:
        self.shipped, self.db, self.report = shipped, db, report
        self.names_apart, self.more = names_apart, more
        self.faults = Faults()
        self.counts: Counter[str] = Counter()
        self.rows = 0
        self.features = {code: i for i, code in enumerate(shipped.features)}
        # "AF.24" or "AF.24.2402" -> sid of the division; id of a row -> the shipped one it is.
        self.divisions: dict[str, int] = {}
        self.merged: dict[int, int] = {}
        self.above: dict[int, int] = {}
        self._places: list[tuple[object, ...]] = []
        self._mends: list[tuple[object, ...]] = []
        self._posts: list[tuple[str, int, int]] = []
        self._keys = Draft(Path())

    def copy_shipped(self) -> None:
        """Stage the shipped places and their names."""
        sids, priors = self.shipped.sids, self.shipped.prior
        marked = {self.shipped.country_of.get(iso2) for iso2 in PLAIN}
        for row in self.shipped.rows():
            number, ref, name, feature, country, admin1, admin2, *rest = row
            above = (None if n is None else sids[n] for n in (admin1, admin2))
            prior = priors[number]
            population, code = rest[2] or 0, self.shipped.features[feature]
            spelt = code in {"ADM1", "PCLI", "PPLC"} or population > 50_000
            spelt = spelt or country in marked
            self._places.append(
                (sids[number], ref, name, feature, country, *above, *rest, prior, spelt)
            )
            self._full()
        self.flush()
        for key, posts in self.shipped.names():
            self._posts.extend((key, sids[number], kind) for number, kind in postings(posts))
            self._full()
        self.flush()

    def read_divisions(self, sources: Sequence[Table]) -> None:
        """Learn which place a code of a division means.

        In this order: the division's own row; `admin1CodesASCII.txt` and `admin2Codes.txt`; the
        ADM1 that ships for most of the places with that code.
        """
        votes: dict[str, Counter[int]] = defaultdict(Counter)
        listed: dict[str, int] = {}
        own: dict[str, int] = {}
        for table, _, line in self._lines(sources, "divisions"):
            if table.role == "places":
                self._division(line, own, votes)
            elif table.role == "admin":
                code, *_, ref = line.decode("utf-8", "replace").split("\t")
                if ref.isdecimal() and int(ref) in self.shipped:
                    listed[code] = int(ref)
            elif table.role == "hierarchy":
                parent, child, *_ = (*line.split(b"\t"), b"")
                if parent.isdigit() and child.isdigit():
                    self.above[int(child)] = int(parent)
        voted = {code: min(tally, key=lambda s: (-tally[s], s)) for code, tally in votes.items()}
        self.divisions = voted | listed | own
        first = {sid for code, sid in self.divisions.items() if code.count(".") == 1}
        self.above = {child: parent for child, parent in self.above.items() if parent in first}

    def _division(self, line: bytes, own: dict[str, int], votes: dict[str, Counter[int]]) -> None:
        """Note the code of a division's row, or a vote for the code of a shipped place."""
        ref = line.partition(b"\t")[0].decode("ascii", "replace")
        above = self.shipped.admin1(int(ref)) if ref.isdecimal() and len(ref) < 12 else None
        if above is None and b"\tA\tADM" not in line:
            return
        try:
            row = entry(line)
        except ValueError:
            return  # told when its turn comes
        code = f"{row.country}.{row.admin1}"
        if row.code in {"ADM1", "ADM2"}:
            sid = self.shipped.same(row, self._names(row)) or row.ref
            own[code if row.code == "ADM1" else f"{code}.{row.admin2}"] = sid
        elif above is not None and row.admin1 not in {"", "00"}:
            votes[code][above] += 1

    def read_places(self, sources: Sequence[Table]) -> None:
        """Stage the places of the dumps, or what they add to shipped ones."""
        for table, number, line in self._lines(sources, "places"):
            if table.role != "places":
                continue
            try:
                row = entry(line)
            except ValueError as error:
                self.faults.add(table.label, number, str(error))
                continue
            self.rows += 1
            if not self._wanted(row):
                self.counts["left out"] += 1
                continue
            keys = self._names(row)
            sid = self.shipped.same(row, keys)
            if sid is None:
                self._add(row, keys)
            else:
                self._match(row, sid, keys)
            self._full()

    def read_names(self, sources: Sequence[Table]) -> None:
        """Stage the alternate names by language of every staged place."""
        self.flush()
        for table, number, line in self._lines(sources, "names"):
            try:
                fields = alternate(line)
            except ValueError as error:
                self.faults.add(table.label, number, str(error))
                continue
            ref, language, name = int(fields[1]), fields[2], fields[3]
            sid = self.merged.get(ref, ref)
            codes = language in {"abbr", "iata", "icao"}
            if not codes and language and not _LANGUAGE.fullmatch(language):
                continue
            found = self.db.execute("SELECT feature, population FROM stage WHERE sid = ?", (sid,))
            place = found.fetchone()
            if place is None or (self.shipped.is_country(sid) and not language):
                continue
            preferred = language == "en" and fields[4] == "1" and fields[7] != "1"
            kind = LANGUAGE
            if codes:
                kind = CODE
            elif fields[7] != "1" and language in {"en", ""}:
                kind = PRIMARY if preferred else ALTERNATE
            if preferred and sid == ref and ref not in self.shipped:
                self.db.execute("UPDATE stage SET name = ? WHERE sid = ?", (name, sid))
            elif sid != ref or ref in self.shipped:
                kind = max(kind, ALTERNATE)
            self._keys.names.clear()
            self._keys.alias(0, name, kind, script=place[1] is not None and place[1] >= 50_000)
            self._posts.extend((key, sid, kind) for (key, _), kind in self._keys.names.items())
            self._full()

    def flush(self) -> None:
        """Write what is waiting."""
        before = self.db.total_changes
        self.db.executemany(
            f"INSERT OR IGNORE INTO stage VALUES ({','.join('?' * 14)})", self._places
        )
        repeated = len(self._places) - (self.db.total_changes - before)
        self.counts["added"] -= repeated
        self.counts["left out"] += repeated
        self.db.executemany("INSERT INTO post VALUES (?, ?, ?)", self._posts)
        self.db.executemany(_MEND, self._mends)
        for waiting in (self._places, self._posts, self._mends):
            waiting.clear()
        self.db.commit()

    def _full(self) -> None:
        if len(self._posts) + len(self._places) >= _BATCH:
            self.flush()

    def _lines(self, sources: Sequence[Table], step: str) -> Iterator[tuple[Table, int, bytes]]:
        """Yield the lines of all tables, and tell how many bytes are done."""
        whole = sum(table.size for table in sources)
        done = 0
        for table in sources:
            if table.role == "other":
                continue
            for count, (number, line) in enumerate(table.lines()):
                done += len(line) + 1
                if count % _BATCH == 0:
                    self.report(step, done, whole)
                yield table, number, line
        self.report(step, whole, whole)

    def _wanted(self, row: Entry) -> bool:
        if row.country and row.country not in self.shipped.country_of:
            return False
        if row.code in self.more or row.group in self.more:
            return bool(row.code)
        least = KEEP.get(row.code)
        return least is not None and (least == 0 or _alternates(row) >= least)

    def _names(self, row: Entry) -> dict[str, int]:
        """Return the keys of a row, with the kind of each; alternates as the shipped towns have."""
        draft = self._keys
        draft.names.clear()
        draft.alias(0, row.name, PRIMARY, script=True)
        if not self.names_apart and row.alternates:
            big = row.population >= 50_000 or row.code in {"PPLC", "PPLA", "ADM1"}
            for name in row.alternates.split(","):
                # Lower-case entries are machine transliterations, short upper-case ones codes.
                if name.isascii() and (name[:1].islower() or (name.isupper() and len(name) <= 4)):
                    continue
                if "/" not in name:
                    draft.alias(0, name, ALTERNATE, script=big)
        return {key: kind for (key, _), kind in draft.names.items()}

    def _above(self, row: Entry) -> tuple[int | None, int | None]:
        """Return the sids of the ADM1 and the ADM2 that a row lies in."""
        code = f"{row.country}.{row.admin1}"
        admin1 = self.divisions.get(code)
        admin2 = self.divisions.get(f"{code}.{row.admin2}") if row.admin2 else None
        if admin1 is None and row.ref in self.above:
            admin1 = self.above[row.ref]
        own = self.merged.get(row.ref, row.ref)
        return (None if admin1 == own else admin1), (None if admin2 == own else admin2)

    def _add(self, row: Entry, keys: dict[str, int]) -> None:
        iso2, code = row.country, row.code
        feature = self.features.setdefault(code, len(self.features))
        if feature > 255:
            raise ValueError(f"more than 255 feature codes, {code} one too many: keep fewer")
        spelt = code in {"ADM1", "PPLC", "PPLA"} or row.population > 50_000
        spelt = spelt or (iso2 in PLAIN and (code in _SEATS or row.population > 5000))
        self._places.append(
            (
                row.ref, row.ref, plain(row.name, iso2), feature,
                self.shipped.country_of.get(iso2, 0), *self._above(row),
                round(row.longitude * 1e5), round(row.latitude * 1e5), row.population or None,
                _POINT, None, round(1000 * prior(row)), spelt,
            )
        )  # fmt: skip
        self._posts.extend((key, row.ref, kind) for key, kind in keys.items())
        self.counts["added"] += 1

    def _match(self, row: Entry, sid: int, keys: dict[str, int]) -> None:
        if sid != row.ref:
            self.merged[row.ref] = sid
        self.counts["matched"] += 1
        if self.shipped.is_country(sid):
            return  # GeoNames lists provinces and peoples among the names of a state
        self._posts.extend((key, sid, max(kind, ALTERNATE)) for key, kind in keys.items())
        if sid == row.ref:
            above = self._above(row)
            self._mends.append(
                (
                    row.code in {"ADM1", "ADM2"}, round(row.longitude * 1e5),
                    round(row.latitude * 1e5), *above, row.population or None, sid,
                )
            )  # fmt: skip


# A division that ships without a point of its own takes the dump's, and stands higher for it; what
# ships and is known stays.
_MEND = f"""
    UPDATE stage SET
        prior = prior + iif(?1 AND position = {POSITIONS.index("parent")}, 600, 0),
        lon = iif(?1 AND position IN ({_LOOSE}), ?2, lon),
        lat = iif(?1 AND position IN ({_LOOSE}), ?3, lat),
        position = iif(?1 AND position IN ({_LOOSE}), {_POINT}, position),
        admin1 = coalesce(admin1, ?4), admin2 = coalesce(admin2, ?5),
        population = coalesce(population, ?6)
    WHERE sid = ?7
"""
_SEATS = frozenset(words("ADM1 ADM2 PPLC PPLA PPLA2 PPLA3"))


def prior(row: Entry) -> float:
    """Return how well known a place of a dump is, on the scale of the shipped gazetteer.

    As `data/settlements.py` and `data/divisions.py` have it, but villages of unknown size, millions
    in the full dump, stand below those that ship, and the fame of a river or a hill, which has no
    population, goes by the number of its names.
    """
    people = math.log10(row.population + 1)
    if row.group == "P":
        seat = "PPLA" if row.code == "PPLC" and row.country in DEPENDENT else row.code
        unknown = 1.8 if row.code in {"PPLA", "PPLA2"} else 1.0
        return max(0.1, people + SEAT.get(seat, 0) + (0 if row.population else unknown))
    if row.group == "A":
        height = {"ADM1": 4.5, "ADM2": 2.2, "ADM3": 1.6, "ADM4": 1.2}.get(row.code, 1.6)
        return height + people / (3 if row.code == "ADM1" else 4)
    fame = 1.2 + 0.45 * math.log2(1 + _alternates(row))
    return min(fame, BASE.get(row.code, 4.5) - 1)


def _alternates(row: Entry) -> int:
    return row.alternates.count(",") + 1 if row.alternates else 0
