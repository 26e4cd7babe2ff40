"""Columns of the shipped outlines in one file each, which numpy alone can read.

An ``.npz`` holds an array for each column: text as fixed-width characters, flags and numbers as
they are, and shapes as their WKB end to end, with the offsets of their ends beside them. GeoParquet
would ask for pyarrow, 165 MB, of everyone who only wants to know where a place is.
"""

import io
import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

_ENDS = ".ends"


def write(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """Write columns of equal length; the same columns give the same bytes.

    Parameters
    ----------
    path : Path
        The file, replaced whole.
    columns : mapping of str to sequence
        Of str (None is written as ""), bool, float, or bytes (None stays so).

    Raises
    ------
    ValueError
        The columns differ in length.
    """
    if len({len(values) for values in columns.values()}) > 1:
        raise ValueError(f"columns differ in length: {sorted(columns)}")
    arrays: dict[str, Any] = {}
    for name, values in columns.items():
        if any(isinstance(value, bytes) for value in values):
            parts = [value or b"" for value in values]
            arrays[name] = np.frombuffer(b"".join(parts), np.uint8)
            arrays[name + _ENDS] = np.cumsum([len(part) for part in parts])
        else:
            arrays[name] = np.array(["" if value is None else value for value in values])
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)
    part.replace(path)


def read(path: Path, names: Collection[str] | None = None) -> dict[str, list[Any]]:
    """Read the columns of a file that `write` wrote, or some of them.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ValueError
        It is not such a file.
    """
    if not path.exists():
        raise FileNotFoundError(f"no {path}; run `python -m data.build_boundaries` to make it")
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            wanted = [n for n in arrays.files if names is None or n.removesuffix(_ENDS) in names]
            found = {name: arrays[name] for name in wanted}
    except (EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} is damaged ({error}): build it again") from error
    columns: dict[str, list[Any]] = {}
    for name, values in found.items():
        if name.endswith(_ENDS):
            continue
        ends = found.get(name + _ENDS)
        columns[name] = values.tolist() if ends is None else _cut(values.tobytes(), ends.tolist())
    return columns


def _cut(joined: bytes, ends: list[int]) -> list[bytes | None]:
    starts = [0, *ends[:-1]]
    return [joined[start:end] or None for start, end in zip(starts, ends, strict=True)]
