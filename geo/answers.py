"""Answers of geocoding services, kept on disk, and a report of what was asked.

`AnswerStore` is one SQLite file in write-ahead mode: several processes may read and write it at
once, and a process killed in the middle of a write leaves a whole file. It also keeps the time of
each service's last request, so that all processes together keep to one pace, and stop together
when a service asks them to wait.
"""

import json
import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geopy.location import Location

__all__ = ["OUTCOMES", "Answer", "AnswerStore", "Lookup", "Report", "key_of", "merged"]

_APPLICATION = 0x444C4741  # "DLGA", in the head of the file
_VERSION = 1
_BUSY_SECONDS = 30.0
_FARTHEST_SLOT = 3600.0
_LONGEST_HOLD = 7 * 86_400.0
_TABLES = (
    # key: service, name and options as JSON; found: JSON list of [address, latitude, longitude,
    # raw], [] for nothing; asked: seconds since 1970
    """CREATE TABLE IF NOT EXISTS answer
    (key TEXT PRIMARY KEY, found TEXT NOT NULL, asked REAL NOT NULL) WITHOUT ROWID""",
    # next: no request before; held: the service itself asked to wait until then
    """CREATE TABLE IF NOT EXISTS pace
    (service TEXT PRIMARY KEY, next REAL NOT NULL, held REAL NOT NULL) WITHOUT ROWID""",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: places, best first (none: it knows no such place), and when."""

    found: tuple[Location, ...]
    asked: float


class AnswerStore:
    """Answers and paces in a file. One object may serve several threads, and survives a fork.

    Parameters
    ----------
    path
        The file; made, with its folders, when missing.

    Raises
    ------
    ValueError
        There is a file that is no such store; it is left as it is.
    OSError
        The folder cannot be made.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._owner = 0
        self._handle: sqlite3.Connection | None = None
        with self._lock:
            self._connection()

    def _connection(self) -> sqlite3.Connection:
        """The connection of this process; a child must not use the one of its parent."""
        if self._handle is None or self._owner != os.getpid():
            self._handle = _opened(self.path)
            self._owner = os.getpid()
        return self._handle

    def get(self, key: str) -> Answer | None:
        """Return the answer to a question, or None if it was never asked."""
        with self._lock:
            row = (
                self._connection()
                .execute("SELECT found, asked FROM answer WHERE key = ?", (key,))
                .fetchone()
            )
        if row is None:
            return None
        places = tuple(
            Location(name, (lat, lon), raw) for name, lat, lon, raw in json.loads(row[0])
        )
        return Answer(places, row[1])

    def put(self, key: str, found: Iterable[Location], asked: float) -> None:
        """Keep an answer, in place of an older one.

        Raises
        ------
        sqlite3.Error
            The file cannot be written (disk full, no permission).
        """
        rows = [[place.address, place.latitude, place.longitude, place.raw] for place in found]
        text = json.dumps(rows, default=str)
        with self._lock:
            self._connection().execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (key, text, asked)
            )

    def turn(self, service: str, delay: float, now: float) -> tuple[float, bool]:
        """Take the next turn to ask a service, `delay` seconds after the last one.

        Returns
        -------
        tuple
            Seconds to wait, and whether the turn was refused, because the service asked all to
            wait for so long.
        """
        with self._lock, self._connection() as connection:  # commits at the end
            connection.execute("BEGIN IMMEDIATE")
            row = connection.execute(
                "SELECT next, held FROM pace WHERE service = ?", (service,)
            ).fetchone()
            following, held = row or (now, now)
            if now < held < now + _LONGEST_HOLD:  # else the clock was set back
                return held - now, True
            start = max(now, following)
            if start - now > _FARTHEST_SLOT:  # likewise
                start = now
            connection.execute(
                "INSERT OR REPLACE INTO pace VALUES (?, ?, ?)", (service, start + delay, 0.0)
            )
            return start - now, False

    def hold(self, service: str, until: float) -> None:
        """Let nobody ask a service before a time (seconds since 1970)."""
        with self._lock:
            self._connection().execute(
                "INSERT INTO pace VALUES (?, ?, ?)"
                " ON CONFLICT (service) DO UPDATE SET held = excluded.held",
                (service, until, until),
            )

    def __len__(self) -> int:
        """Return the number of answers."""
        with self._lock:
            count = self._connection().execute("SELECT count(*) FROM answer").fetchone()[0]
        return int(count)

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._lock:
            if self._handle is not None and self._owner == os.getpid():
                self._handle.close()
            self._handle = None


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection)
    except sqlite3.OperationalError:  # locked, read-only, disk full: the file may be sound
        connection.close()
        raise
    except (sqlite3.DatabaseError, ValueError) as error:
        connection.close()
        raise ValueError(
            f"{path} is not a store of geocoders' answers ({error}); move it away or choose "
            "another file"
        ) from error
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    # One transaction, else another process may make the tables between the two looks.
    with connection:
        connection.execute("BEGIN")
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    if tables and mark != _APPLICATION:
        raise ValueError("it is another program's database")
    if version > _VERSION:
        raise ValueError("a later version of this program wrote it")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=NORMAL")
    if not tables:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            for statement in _TABLES:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={_APPLICATION}")
            connection.execute(f"PRAGMA user_version={_VERSION}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Set write-ahead mode. SQLite does not wait here for other processes that open the file."""
    for _ in range(200):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.02)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


#: What can come of a look-up. The first two were answered by the service, the next two by the
#: store; "failed" was sent in vain, "not sent" was not, and `Lookup.reason` tells why.
OUTCOMES = ("found", "nothing", "found in cache", "nothing in cache", "failed", "not sent")
_SENT = ("found", "nothing", "failed")


@dataclass(frozen=True, slots=True)
class Lookup:
    """One name that a geocoder was to look up.

    Attributes
    ----------
    service
        Whom: "nominatim at example.org".
    query
        The name, exactly as it was, or would have been, sent.
    outcome
        One of `OUTCOMES`.
    reason
        Why it failed or was not sent; else empty.
    seconds
        What it took.
    """

    service: str
    query: str
    outcome: str
    reason: str = ""
    seconds: float = 0.0


class Report:
    """What was looked up: counts of everything, and the look-ups themselves but for cached ones.

    Attributes
    ----------
    counts
        (service, outcome) -> number.
    lookups
        Every look-up that was sent, failed, or was not sent, in order.
    """

    def __init__(self, observer: Callable[[Lookup], None] | None = None) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.lookups: list[Lookup] = []
        self._observer = observer
        self._lock = threading.Lock()

    def add(self, lookup: Lookup) -> None:
        """Count a look-up in."""
        with self._lock:
            self.counts[lookup.service, lookup.outcome] += 1
            if not lookup.outcome.endswith("in cache"):
                self.lookups.append(lookup)
        if self._observer is not None:
            self._observer(lookup)

    @property
    def failures(self) -> list[Lookup]:
        """The look-ups that failed or were not sent, in order."""
        return [lookup for lookup in self.lookups if lookup.reason]

    @property
    def sent(self) -> list[str]:
        """Every name that left this machine, in order."""
        return [lookup.query for lookup in self.lookups if lookup.outcome in _SENT]

    def lines(self) -> list[str]:
        """Return the report in words: a line a service, then a line for each kind of failure."""
        services = dict.fromkeys(service for service, _ in self.counts)
        lines = []
        for service in services:
            told = [
                f"{self.counts[service, outcome]} {outcome}"
                for outcome in OUTCOMES
                if self.counts[service, outcome]
            ]
            lines.append(f"{service}: {', '.join(told)}")
            reasons: dict[tuple[str, str], list[str]] = {}
            for lookup in self.failures:
                if lookup.service == service:
                    reasons.setdefault((lookup.outcome, lookup.reason), []).append(lookup.query)
            lines.extend(
                f"  {outcome} ({reason}): {_listed(names)}"
                for (outcome, reason), names in reasons.items()
            )
        return lines

    def __str__(self) -> str:
        """Return `lines` as one text."""
        return "\n".join(self.lines())


def merged(reports: Sequence[Report]) -> Report:
    """Return one report of several."""
    whole = Report()
    for report in reports:
        whole.counts.update(report.counts)
        whole.lookups.extend(report.lookups)
    return whole


def _listed(names: Sequence[str], most: int = 5) -> str:
    shown = "; ".join(name[:60] for name in names[:most])
    return shown if len(names) <= most else f"{shown}; and {len(names) - most} more"


def key_of(*parts: Any) -> str:
    """Return the key of a question: its parts as JSON."""
    return json.dumps(parts, sort_keys=True, default=str)
