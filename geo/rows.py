"""A large events table that stays on disk: only the columns and rows asked for come into memory.

A million events as a GeoDataFrame take over a gigabyte, most of it text that nobody reads and a
Python object for each point. `Rows` maps an Arrow file into memory instead: the operating system
loads the pages that are touched and drops them again. The file is made once from GeoParquet, batch
by batch, and kept in a cache folder until the table changes. A small table is read as a frame.
"""

import hashlib
import mmap
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from geo.checks import InvalidEvents, validate
from geo.files import replacing
from geo.frame import EVENTS_FILE, read
from geo.schema import CRS, SCHEMA, SCHEMA_VERSION

LARGE: Final = 50_000
"""A GeoParquet file of more rows than this is read as `Rows`."""

_BATCH: Final = 65_536
_FORMAT: Final = 1  # raise when the Arrow file changes
_ARROW: Final = {
    "str": pa.large_string(),  # as pandas holds text, so that nothing is copied
    "Int64": pa.int64(),
    "float64": pa.float64(),
    "datetime64[ms]": pa.timestamp("ms"),
    "bool": pa.bool_(),
    "geometry": pa.binary(),
}


class Rows:
    """An events table on disk, with the part of a GeoDataFrame's interface that viewing needs.

    ``rows[name]`` is a Series of one column, made anew each time; ``rows[names]``, ``rows[mask]``
    and ``rows.iloc[positions]`` are GeoDataFrames of the schema's dtypes, ``rows.iloc[i]`` a row.

    Parameters
    ----------
    table
        Columns of `geo.schema.SCHEMA` with geometry as WKB.
    mapped
        The file behind it, if it is memory-mapped.
    """

    def __init__(self, table: pa.Table, mapped: mmap.mmap | None = None) -> None:
        self._table = table
        self._mapped = mapped
        self.columns = tuple(table.column_names)

    def __len__(self) -> int:
        """Return the number of events."""
        return int(self._table.num_rows)

    @property
    def iloc(self) -> "_ILoc":
        """Rows by position."""
        return _ILoc(self)

    def __getitem__(self, wanted: Any) -> Any:
        """Return a column by name, columns by a list of names, or rows by a mask of bools."""
        if isinstance(wanted, str):
            return self.column(wanted)
        if isinstance(wanted, list) and all(isinstance(name, str) for name in wanted):
            return _frame(self._table.select(wanted))
        mask = np.asarray(wanted)
        if mask.dtype != bool or mask.shape != (len(self),):
            raise TypeError(f"rows are chosen by {len(self)} bools or by iloc, not by {wanted!r}")
        return self.take(np.flatnonzero(mask))

    def column(self, name: str) -> "pd.Series[Any]":
        """Return a column as a Series; ``geometry`` as WKB bytes."""
        return _series(self._table.column(name), name)

    def arrow(self, name: str) -> pa.ChunkedArray:
        """Return a column as it is stored."""
        return self._table.column(name)

    def release(self) -> None:
        """Give the pages that were read back to the operating system, which keeps them cached."""
        if self._mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)
        pa.default_memory_pool().release_unused()

    def take(self, positions: npt.ArrayLike, names: Sequence[str] | None = None) -> Any:
        """Return rows by position, in that order; all columns, or only those of `names`."""
        wanted = np.asarray(positions, dtype=np.int64)
        table = self._table if names is None else self._table.select(list(names))
        return _frame(_taken(table, wanted), index=np.asarray(positions))

    def records(self, positions: npt.ArrayLike, names: Sequence[str]) -> list[dict[str, Any]]:
        """Return some columns of rows by position as mappings; what is missing is None."""
        wanted = np.asarray(positions, dtype=np.int64)
        found: list[dict[str, Any]] = _taken(self._table.select(list(names)), wanted).to_pylist()
        return found


class _ILoc:
    """What `Rows.iloc` gives."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __getitem__(self, wanted: Any) -> Any:
        if isinstance(wanted, slice):
            return self._rows.take(np.arange(len(self._rows))[wanted])
        positions = np.asarray(wanted)
        if positions.ndim == 0:
            return self._rows.take([int(positions)]).iloc[0]
        if positions.dtype == bool:
            return self._rows[positions]
        return self._rows.take(np.where(positions < 0, positions + len(self._rows), positions))


def open_events(path: str | Path, *, cache: Path | None = None) -> gpd.GeoDataFrame | Rows:
    """Open an events table for viewing.

    Parameters
    ----------
    path
        As `geo.frame.read` takes it.
    cache
        Where the Arrow files of large tables are kept; by default ``DATELINE_CACHE``, else the
        user's cache folder. The files can be read by their owner only.

    Returns
    -------
    GeoDataFrame or Rows
        `Rows` for one GeoParquet file of more than `LARGE` rows, sorted by day as `geo.frame.write`
        leaves it; everything else is read whole.

    Raises
    ------
    FileNotFoundError, InvalidEvents, ValueError
        As `geo.frame.read`.
    """
    source = Path(path)
    source = source / EVENTS_FILE if (source / EVENTS_FILE).exists() else source
    if source.suffix != ".parquet" or not source.is_file() or not _is_large(source):
        return read(path)
    stamp = source.stat()
    name = f"{source.resolve()}|{stamp.st_size}|{stamp.st_mtime_ns}|{_FORMAT}|{SCHEMA_VERSION}"
    file = (cache or _cache()) / f"events-{hashlib.sha256(name.encode()).hexdigest()[:24]}.arrow"
    if not file.exists():
        _make(source, file)
    with file.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    return Rows(pa.ipc.open_file(pa.py_buffer(mapped)).read_all(), mapped)


def geometry_types(events: gpd.GeoDataFrame | Rows) -> npt.NDArray[np.int8]:
    """Return shapely's type number of each row's geometry, -1 for none, without making any.

    Parameters
    ----------
    events
        An events table.
    """
    if not isinstance(events, Rows):
        types: npt.NDArray[np.int8] = shapely.get_type_id(events.geometry.to_numpy()).astype(
            np.int8
        )
        return types
    found = []
    for chunk in events.arrow("geometry").chunks:
        types = np.full(len(chunk), -1, dtype=np.int8)
        known = chunk.is_valid().to_numpy(zero_copy_only=False)
        offsets = np.frombuffer(chunk.buffers()[1], dtype=np.int32)
        starts = offsets[chunk.offset : chunk.offset + len(chunk)][known]
        # WKB: byte order (we write little endian), then the type as four bytes; ISO and extended
        # WKB mark Z and M in the upper ones, which `geo.frame` has removed.
        types[known] = np.frombuffer(chunk.buffers()[2], dtype=np.uint8)[starts + 1]
        found.append(types)
    return _SHAPELY_TYPE[np.concatenate(found)] if found else np.array([], dtype=np.int8)


_SHAPELY_TYPE: Final = np.array([-1, 0, 1, 3, 4, 5, 6, 7, -1], dtype=np.int8)  # by WKB type


def wkb(events: gpd.GeoDataFrame | Rows, positions: npt.ArrayLike) -> npt.NDArray[np.object_]:
    """Return the geometries of some rows as WKB bytes, None for none.

    Parameters
    ----------
    events
        An events table.
    positions
        Of its rows.
    """
    if isinstance(events, Rows):
        column = events.arrow("geometry").take(pa.array(np.asarray(positions, dtype=np.int64)))
        return np.array(column.to_pylist() or [], dtype=object)
    chosen = events["geometry"].iloc[positions].to_numpy()
    return np.asarray(shapely.to_wkb(chosen, byte_order=1), dtype=object)


def part(
    events: gpd.GeoDataFrame | Rows, positions: npt.ArrayLike, names: Sequence[str]
) -> pd.DataFrame:
    """Return some columns of some rows.

    Parameters
    ----------
    events
        An events table.
    positions
        Of its rows.
    names
        Columns, without ``geometry``.
    """
    if isinstance(events, Rows):
        found: pd.DataFrame = events.take(positions, names)
        return found
    return pd.DataFrame(events[list(names)].iloc[positions])


def records(
    events: gpd.GeoDataFrame | Rows, positions: npt.ArrayLike, names: Sequence[str]
) -> list[dict[str, Any]]:
    """Return some columns of some rows as mappings, one a row: what a step of the slider reads.

    Parameters
    ----------
    events
        An events table.
    positions
        Of its rows.
    names
        Columns, without ``geometry``.

    Returns
    -------
    list of dict
        Values as `geo.frame.is_null` and `geo.present` take them; days are datetimes.
    """
    if isinstance(events, Rows):
        # Straight from Arrow: frames of a few rows would cost more than the rows themselves.
        return events.records(positions, names)
    chosen = np.asarray(positions, dtype=np.int64)
    columns = [events[name].array.take(chosen).tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def find(events: gpd.GeoDataFrame | Rows, event_id: str) -> int | None:
    """Return the position of an event, or None if the table does not have it."""
    if isinstance(events, Rows):
        at = pc.index(events.arrow("event_id"), event_id).as_py()
        return at if at >= 0 else None
    found = np.flatnonzero(events["event_id"].to_numpy() == event_id)
    return int(found[0]) if len(found) else None


def _is_large(source: Path) -> bool:
    try:
        return int(pq.read_metadata(source).num_rows) > LARGE
    except (pa.ArrowException, OSError):
        return False  # `read` says what is wrong with it


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    folder = Path(os.environ.get("DATELINE_CACHE") or Path(home) / "dateline")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        user = os.getuid() if hasattr(os, "getuid") else 0
        return Path(tempfile.gettempdir()) / f"dateline-{user}"
    return folder


def _make(source: Path, target: Path) -> None:
    """Write the Arrow file of a GeoParquet file, each batch checked by the table's rules."""
    _check_head(source)
    last = np.datetime64("0001-01-01", "ms")
    schema = pa.schema([(name, _ARROW[column.dtype]) for name, column in SCHEMA.items()])
    with replacing(target) as part:
        part.touch(mode=0o600)
        with pa.OSFile(str(part), "wb") as out, pa.ipc.new_file(out, schema) as writer:
            for batch in _batches(source, schema):
                try:
                    validate(_frame(batch))
                except InvalidEvents as error:
                    raise InvalidEvents(error.violations, where=str(source)) from None
                first = pc.coalesce(batch["date_start"], batch["date_end"]).to_numpy()
                first = np.concatenate([[last], first[~np.isnat(first)]])
                if (first[1:] < first[:-1]).any():
                    raise ValueError(
                        f"{source} is not sorted by day; write it again with geo.frame.write"
                    )
                last = first[-1]
                writer.write_table(batch)
        target.unlink(missing_ok=True)
    for old in target.parent.glob("events-*.arrow"):  # tables that have changed since
        if old != target and old.stat().st_mtime < target.stat().st_mtime - 30 * 86_400:
            with suppress(OSError):
                old.unlink()


def _check_head(source: Path) -> None:
    """Read the first rows as a table, for `read`'s errors: version, CRS, kind of file."""
    with TemporaryDirectory() as folder, pq.ParquetFile(source) as parquet:
        head = Path(folder) / EVENTS_FILE
        few = pa.Table.from_batches([next(parquet.iter_batches(1000))])
        pq.write_table(few.cast(parquet.schema_arrow), head)
        read(head)


def _batches(source: Path, schema: pa.Schema) -> Iterator[pa.Table]:
    with pq.ParquetFile(source) as parquet:
        names = [name for name in parquet.schema_arrow.names if name in SCHEMA]
        for batch in parquet.iter_batches(_BATCH, columns=names):
            yield pa.table(
                {
                    field.name: batch[field.name].cast(field.type)
                    if field.name in names
                    else pa.nulls(len(batch), field.type)
                    for field in schema
                },
                schema=schema,
            )


def _taken(table: pa.Table, positions: npt.NDArray[np.int64]) -> pa.Table:
    """Take rows batch by batch: Arrow's own take would join the batches of a whole column first."""
    order = np.argsort(positions, kind="stable")
    wanted = positions[order]
    cuts = np.flatnonzero(np.diff(wanted // _BATCH)) + 1
    parts = [
        table.slice(int(some[0]) // _BATCH * _BATCH, _BATCH).take(pa.array(some % _BATCH))
        for some in np.split(wanted, cuts)
        if len(some)
    ]
    joined = pa.concat_tables(parts).combine_chunks() if parts else table.slice(0, 0)
    return joined.take(pa.array(np.argsort(order, kind="stable")))


def _series(column: pa.ChunkedArray, name: str, index: Any = None) -> "pd.Series[Any]":
    dtype = SCHEMA[name].dtype
    if dtype == "str":
        values: Any = pd.array(column.cast(pa.large_string()), dtype="str")
    elif dtype == "Int64":
        known = column.is_valid().to_numpy()
        values = pd.arrays.IntegerArray(pc.fill_null(column, 0).to_numpy().astype(np.int64), ~known)
    elif dtype == "bool":
        values = pc.fill_null(column, False).to_numpy()
    else:
        values = column.to_numpy()
    return pd.Series(values, name=name, index=index, copy=False)


def _frame(table: pa.Table, index: Sequence[int] | npt.NDArray[Any] | None = None) -> Any:
    """Return an Arrow table as a frame of the schema's dtypes; with geometry, a GeoDataFrame."""
    columns = {name: _series(table.column(name), name) for name in table.column_names}
    wkb = columns.get("geometry")
    if wkb is not None:
        columns["geometry"] = gpd.GeoSeries(
            shapely.from_wkb(wkb.to_numpy(dtype=object)), crs=CRS, name="geometry"
        )
    frame = pd.DataFrame(columns)
    if index is not None:
        frame.index = pd.Index(index)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS) if wkb is not None else frame
