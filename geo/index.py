"""An events table as coded arrays: what filters, counts and the map read at each step.

Comparing text a million times takes seconds, comparing small numbers takes milliseconds. An
`Index` holds a table's columns as numpy arrays, row for row; each is made when it is first asked
for and kept, so that a table is coded once however many people look at it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.rows import Rows, geometry_types
from geo.schema import EVENT_TYPES, MODALITIES

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]

UNDATED: Final = np.iinfo(np.int32).min
"""`Index.first` and `Index.last` of an event without a date."""

COUNTRY_LEVEL: Final = 6
"""UCDP where_prec of an event known only by its country."""

_LINES: Final = (1, 5)  # LineString, MultiLineString
_CHUNK: Final = 131_072  # rows
_KEPT: Final = 24  # results of searches and drawn areas that an index remembers


@dataclass(frozen=True, slots=True)
class Codes:
    """A column of text as numbers.

    Attributes
    ----------
    names
        The different values, in the order of the codes.
    codes
        A number a row: the position in `names`, or -1 for null; the smallest integer type.
    also
        A second such array where a row can have two values (its two actors), else None.
    """

    names: tuple[str, ...]
    codes: Ints
    also: Ints | None = None

    def among(self, wanted: frozenset[str]) -> Bools:
        """Say for each row whether it has one of the `wanted` values; null has none."""
        table = np.zeros(len(self.names) + 1, dtype=bool)  # the last is that of -1
        table[:-1] = [value in wanted for value in self.names]
        found: Bools = table[self.codes]
        if self.also is not None:
            found = found | table[self.also]
        return found

    def tally(self, rows: Bools | Ints) -> npt.NDArray[np.int64]:
        """Count the chosen rows by value: an array along `names`.

        Parameters
        ----------
        rows
            Bool, a value a row; or positions.
        """
        if rows.dtype != bool:
            return self._tallied(self.codes[rows], None if self.also is None else self.also[rows])
        counted = np.zeros(len(self.names), dtype=np.int64)
        for part in chunks(len(rows)):
            also = None if self.also is None else self.also[part][rows[part]]
            counted += self._tallied(self.codes[part][rows[part]], also)
        return counted

    def _tallied(self, first: Ints, second: Ints | None) -> npt.NDArray[np.int64]:
        counted = _counted(first, len(self.names))
        if second is not None:
            counted += _counted(second[second != first], len(self.names))  # a row counts once
        return counted


class Running:
    """Counts of the chosen rows, brought up to date by what has changed since the last time.

    A step of the slider changes a day's rows of a million: these are counted, not all.

    Parameters
    ----------
    count
        Counts rows, chosen by bools or by positions, to an array of integers of always one shape.
    """

    def __init__(self, count: Callable[[Any], npt.NDArray[np.int64]]) -> None:
        self._count = count
        self._last: tuple[Bools, npt.NDArray[np.int64]] | None = None

    def of(self, rows: Bools) -> npt.NDArray[np.int64]:
        """Return the counts of `rows`: bool, a value a row, which must not be changed later."""
        last = self._last  # one look: another visitor's thread may replace it
        changed = None if last is None else np.flatnonzero(last[0] != rows)
        if last is None or changed is None or len(changed) > len(rows) // 8:
            found = self._count(rows)
        else:
            chosen = rows[changed]
            found = last[1] + self._count(changed[chosen]) - self._count(changed[~chosen])
        self._last = rows, found
        return found.copy()


def chunks(rows: int, times: int = 1) -> Iterator[slice]:
    """Cut a table into parts whose arrays stay in the processor's cache, and small in memory.

    Parameters
    ----------
    rows
        Of the table.
    times
        How many times as large as they are by default.
    """
    step = _CHUNK * times
    return (slice(start, start + step) for start in range(0, rows, step))


def _counted(codes: Ints, size: int) -> npt.NDArray[np.int64]:
    # Read as unsigned, -1 is the largest number of its size: no pass to shift or drop it.
    known = (
        codes.view(codes.dtype.str.replace("i", "u")) if codes.itemsize < 4 else codes[codes >= 0]
    )
    return np.bincount(known, minlength=size)[:size].astype(np.int64)


class Index:
    """The coded columns of an events table.

    Parameters
    ----------
    events
        An events table, or some columns of one: only what is asked for must be there. It is kept
        and not copied; row i of each array is its i-th row.
    """

    def __init__(self, events: gpd.GeoDataFrame | Rows) -> None:
        self.events = events
        self.rows = len(events)
        self._codes: dict[str, Codes] = {}
        self._results: dict[tuple[object, ...], Bools] = {}
        self._running: dict[str, Running] = {}

    @cached_property
    def first(self) -> npt.NDArray[np.int32]:
        """First day of each event, in days since 1970-01-01 (start, or end without a start)."""
        return _days(self.events["date_start"].fillna(self.events["date_end"]))

    @cached_property
    def last(self) -> npt.NDArray[np.int32]:
        """Last day of each event, in days since 1970-01-01 (end, or start without an end)."""
        return _days(self.events["date_end"].fillna(self.events["date_start"]))

    @cached_property
    def undated(self) -> Bools:
        """Whether an event has no date at all."""
        found: Bools = self.first == UNDATED
        return found

    @cached_property
    def event_type(self) -> npt.NDArray[np.int8]:
        """Position in `geo.schema.EVENT_TYPES`."""
        return _positions(self.events["event_type"], EVENT_TYPES)

    @cached_property
    def modality(self) -> npt.NDArray[np.int8]:
        """Position in `geo.schema.MODALITIES`."""
        return _positions(self.events["modality"], MODALITIES)

    @cached_property
    def where_prec(self) -> npt.NDArray[np.int8]:
        """UCDP precision code 1 to 7; 0 is null."""
        found: npt.NDArray[np.int8] = self.events["where_prec"].fillna(0).to_numpy(dtype=np.int8)
        return found

    @cached_property
    def longitude(self) -> Floats:
        """Label point, degrees east on WGS 84; NaN without one."""
        found: Floats = self.events["longitude"].to_numpy(dtype=np.float64)
        return found

    @cached_property
    def latitude(self) -> Floats:
        """Label point, degrees north on WGS 84; NaN without one."""
        found: Floats = self.events["latitude"].to_numpy(dtype=np.float64)
        return found

    @cached_property
    def confidence(self) -> npt.NDArray[np.float32]:
        """Confidence, 0 to 1; NaN without one."""
        found: npt.NDArray[np.float32] = self.events["confidence"].to_numpy(dtype=np.float32)
        return found

    @cached_property
    def reviewed(self) -> Bools:
        """Whether a person has checked an event."""
        found: Bools = self.events["reviewed"].to_numpy(dtype=bool)
        return found

    @cached_property
    def geometry_type(self) -> npt.NDArray[np.int8]:
        """Type id of each geometry as shapely has it (0 point, 1 line, ...); -1 is none."""
        return geometry_types(self.events)

    @cached_property
    def placed(self) -> Bools:
        """Whether an event has a geometry."""
        return self.geometry_type >= 0

    @cached_property
    def country_level(self) -> Bools:
        """Whether only an event's country is known, so that it has no place on the map.

        A link between two capitals (``relation`` "remote") is drawn as a line and is not meant.
        """
        coarse: Bools = self.where_prec == COUNTRY_LEVEL
        coded = self.codes("relation")
        remote = coded.among(frozenset(v for v in coded.names if v.startswith("remote")))
        links: Bools = remote & np.isin(self.geometry_type, _LINES)
        return coarse & ~links

    @cached_property
    def drawn(self) -> Bools:
        """Whether an event has a place on the map: a geometry, and more than its country."""
        return self.placed & ~self.country_level

    @cached_property
    def unplaced(self) -> Bools:
        """Whether no place was found, not even a country."""
        return ~self.placed & ~self.country_level

    @cached_property
    def by_day(self) -> bool:
        """Whether the rows are in the order of their first days, the undated last."""
        order = self.first[~self.undated]
        return bool((order[1:] >= order[:-1]).all() and not self.undated[: len(order)].any())

    def codes(self, name: str) -> Codes:
        """Return a column of text as numbers.

        Parameters
        ----------
        name
            A column of text of the table; or ``province``, country and admin1 as "AFG/Kunduz"; or
            ``actor``, both actors.
        """
        if name not in self._codes:
            self._codes[name] = self._coded(name)
            if isinstance(self.events, Rows):
                self.events.release()  # the text that was read is not needed again
        return self._codes[name]

    def _coded(self, name: str) -> Codes:
        events = self.events
        if name == "province":
            # A name alone is not enough: there is a Punjab in India and one in Pakistan.
            return _factorized(events["country"].fillna("?") + "/" + events["admin1"])
        if name == "actor":
            both = _factorized(pd.concat([events["actor1"], events["actor2"]], ignore_index=True))
            return Codes(both.names, both.codes[: self.rows], both.codes[self.rows :])
        return _factorized(events[name])

    def counted(
        self, name: str, rows: Bools, count: Callable[[Any], npt.NDArray[np.int64]] | None = None
    ) -> npt.NDArray[np.int64]:
        """Return the counts of `rows`, which must not be changed later; see `Running`.

        Parameters
        ----------
        name
            A name that `codes` knows; or any other, with `count`.
        rows
            Bool, a value a row.
        count
            As `Running` takes it; the first given under a name is kept.
        """
        running = self._running.get(name)
        if running is None:
            running = self._running.setdefault(name, Running(count or self.codes(name).tally))
        return running.of(rows)

    def figure(self, name: str) -> tuple[Floats, Floats]:
        """Return the lowest and the highest reported figure of each event; NaN without one.

        Parameters
        ----------
        name
            One of `geo.schema.COUNTS`.
        """
        best, low, high = (
            self.events[f"{name}{end}"].to_numpy(dtype=np.float64, na_value=np.nan)
            for end in ("", "_low", "_high")
        )
        return np.where(np.isnan(low), best, low), np.where(np.isnan(high), best, high)

    def remembered(self, key: tuple[object, ...], make: Callable[[], Bools]) -> Bools:
        """Return the result under `key`, made once: for what is slow, such as a search.

        Parameters
        ----------
        key
            What the result depends on, beside the table.
        make
            Makes it: bool, a value a row.
        """
        found = self._results.pop(key, None)
        if found is None:
            found = make()
            while len(self._results) >= _KEPT:
                self._results.pop(next(iter(self._results)), None)
        self._results[key] = found  # at the end: what was not asked for longest goes first
        return found


def _days(values: "pd.Series[Any]") -> npt.NDArray[np.int32]:
    days = values.to_numpy().astype("datetime64[D]")
    numbers = days.astype(np.int64)
    return np.where(np.isnat(days), UNDATED, numbers).astype(np.int32)


def _positions(values: "pd.Series[Any]", order: tuple[str, ...]) -> npt.NDArray[np.int8]:
    coded = _factorized(values)
    place = {value: position for position, value in enumerate(order)}
    table = np.array([*(place.get(value, -1) for value in coded.names), -1], dtype=np.int8)
    return table[coded.codes]


def _factorized(values: "pd.Series[Any]") -> Codes:
    codes, found = pd.factorize(values)
    size = np.int8 if len(found) < 127 else np.int16 if len(found) < 32767 else np.int32
    return Codes(tuple(map(str, found)), codes.astype(size))
