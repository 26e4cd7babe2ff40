"""The staged places and names of several sources, and how they become a gazetteer file.

Staging is an SQLite file beside the target; sorting is SQLite's own, with temporary files, so that
memory does not grow with the number of names. geo/gazetteer.py describes the tables of the result.
"""

import sqlite3
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from data.draft import LANGUAGE
from data.shipped import Shipped
from geo.names import skeleton

#: Postings that a key keeps, best first: the reader takes no more of them (geo/gazetteer.py).
MOST_POSTINGS = 2000
#: Numbers of places have three bytes.
MOST_PLACES = 0xFFFFFF
FULL = "; free space beside the file and in SQLITE_TMPDIR (or TMPDIR)"
_BATCH = 50_000


def start(path: Path) -> sqlite3.Connection:
    """Open an empty staging file.

    Tables: `stage`, a place a row, by `sid` (see `Shipped`); `post`, a name of a place a row.
    """
    db = sqlite3.connect(path)
    db.executescript(
        """
        PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
        PRAGMA cache_size = -32768; PRAGMA locking_mode = EXCLUSIVE;
        CREATE TABLE stage (sid INTEGER PRIMARY KEY, ref, name TEXT, feature INT, country INT,
            admin1 INT, admin2 INT, lon INT, lat INT, population INT, position INT, bbox TEXT,
            prior INT, spelt INT);
        CREATE TABLE post (key TEXT, sid INT, kind INT);
        CREATE TABLE number (sid INTEGER PRIMARY KEY, id INT, prior INT, spelt INT);
        CREATE TABLE bone (form TEXT, key TEXT);
        """
    )
    return db


def finish(
    db: sqlite3.Connection,
    path: Path,
    shipped: Shipped,
    features: dict[str, int],
    report: Callable[[str, int, int], None],
) -> int:
    """Write the gazetteer file of what is staged; return the number of its places.

    Parameters
    ----------
    db
        As `start` opened it, filled.
    path
        File to write; there is none yet.
    shipped
        The gazetteer that was added to: lists of countries and positions, attribution.
    features
        Feature code -> index.
    report
        Called with the step, rows done and all rows.

    Raises
    ------
    ValueError
        There are more than `MOST_PLACES` places.
    """
    whole = db.execute("SELECT count(*) FROM stage").fetchone()[0]
    if whole > MOST_PLACES:
        raise ValueError(f"{whole} places, but {MOST_PLACES} are the most: give fewer dumps")
    db.execute("ATTACH ? AS file", (str(path),))
    db.executescript(
        """
        PRAGMA file.page_size = 4096; PRAGMA file.journal_mode = OFF;
        PRAGMA file.synchronous = OFF; PRAGMA file.cache_size = -32768;
        CREATE TABLE file.meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE file.country (iso3 TEXT PRIMARY KEY, place INT) WITHOUT ROWID;
        CREATE TABLE file.place (id INTEGER PRIMARY KEY, ref, name TEXT, feature INT, country INT,
            admin1 INT, admin2 INT, lon INT, lat INT, population INT, position INT, bbox TEXT);
        CREATE TABLE file.name (key TEXT PRIMARY KEY, posts BLOB) WITHOUT ROWID;
        CREATE TABLE file.skeleton (form TEXT PRIMARY KEY, keys TEXT) WITHOUT ROWID;
        """
    )
    columns = _places(db, whole, report)
    _names(db, report)
    _skeletons(db)
    meta = {
        "attribution": shipped.attribution,
        "countries": "|".join(shipped.countries),
        "features": "|".join(sorted(features, key=lambda code: features[code])),
        "positions": "|".join(shipped.positions),
        **columns,
    }
    db.executemany("INSERT INTO file.meta VALUES (?, ?)", sorted(meta.items()))
    pairs = [
        (iso3, number)
        for iso3, sid in shipped.country_places()
        for (number,) in db.execute("SELECT id FROM number WHERE sid = ?", (sid,))
    ]
    db.executemany("INSERT INTO file.country VALUES (?, ?)", sorted(pairs))
    report("index", 0, whole)
    db.execute("CREATE UNIQUE INDEX file.by_ref ON place (ref)")
    db.commit()
    db.execute("DETACH file")
    return int(whole)


def _places(
    db: sqlite3.Connection, whole: int, report: Callable[[str, int, int], None]
) -> dict[str, bytes]:
    """Number the places and write them; return the columns that are kept in memory."""
    country, feature, prior = bytearray(), bytearray(), bytearray()

    def numbered() -> Iterator[tuple[int, ...]]:
        rows = db.execute("SELECT * FROM stage ORDER BY country, admin1, feature, name, sid")
        for number, (sid, *place, weight, spelt) in enumerate(rows):
            country.append(place[3])
            feature.append(place[2])
            prior.extend(max(0, min(65535, weight)).to_bytes(2, "little"))
            numbers.append((sid, number, weight, spelt))
            if number % _BATCH == 0:
                report("sorting places", number, whole)
                _numbers(db, numbers)
            yield (number, *place)

    numbers: list[tuple[int, int, int, int]] = []
    db.executemany(f"INSERT INTO file.place VALUES ({','.join('?' * 12)})", numbered())
    _numbers(db, numbers)
    db.execute(
        "UPDATE file.place SET admin1 = (SELECT n.id FROM number n WHERE n.sid = admin1),"
        " admin2 = (SELECT n.id FROM number n WHERE n.sid = admin2)"
        " WHERE admin1 IS NOT NULL OR admin2 IS NOT NULL"
    )
    db.commit()
    return {"country": bytes(country), "feature": bytes(feature), "prior": bytes(prior)}


def _numbers(db: sqlite3.Connection, numbers: list[tuple[int, int, int, int]]) -> None:
    db.executemany("INSERT INTO number VALUES (?, ?, ?, ?)", numbers)
    numbers.clear()


def _names(db: sqlite3.Connection, report: Callable[[str, int, int], None]) -> None:
    """Write each key with its places, best first, and stage the skeletons of the keys."""
    whole = db.execute("SELECT count(*) FROM post").fetchone()[0]
    report("sorting names", 0, whole)

    def packed() -> Iterator[tuple[str, bytes]]:
        rows = db.execute(
            "SELECT p.key, n.id, p.kind, n.spelt FROM post p JOIN number n ON n.sid = p.sid"
            " ORDER BY p.key, n.prior DESC, n.id, p.kind"
        )
        done = 0
        bones: list[tuple[str, str]] = []
        for key, group in groupby(rows, key=itemgetter(0)):
            posts = bytearray()
            spelt, last = False, -1
            for _, number, kind, marked in group:
                done += 1
                # Of two kinds of a name the better one comes first, and stays.
                if number != last and len(posts) < 4 * MOST_POSTINGS:
                    posts += (number | kind << 24).to_bytes(4, "little")
                last = number
                spelt = spelt or (bool(marked) and kind < LANGUAGE)
                if done % _BATCH == 0:
                    report("sorting names", done, whole)
                    db.executemany("INSERT INTO bone VALUES (?, ?)", bones)
                    bones.clear()
            if spelt and key.isascii() and 2 < len(key) <= 30:
                form = skeleton(key)
                if 1 < len(form) <= 24:
                    bones.append((form, key))
            yield key, bytes(posts)
        db.executemany("INSERT INTO bone VALUES (?, ?)", bones)

    db.executemany("INSERT INTO file.name VALUES (?, ?)", packed())
    db.commit()


def _skeletons(db: sqlite3.Connection) -> None:
    rows = db.execute("SELECT form, key FROM bone ORDER BY form, key")
    grouped = groupby(rows, key=itemgetter(0))
    db.executemany(
        "INSERT INTO file.skeleton VALUES (?, ?)",
        ((form, "\n".join(key for _, key in group)) for form, group in grouped),
    )
    db.commit()
