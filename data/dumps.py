"""Reader of GeoNames' dump format, as the readme.txt of its download area documents it.

A dump is a UTF-8 text of 19 tab-separated columns without a header (`COLUMNS`), plain or in a zip:
`allCountries.zip`, `AF.zip`, `AF.txt`. Beside or inside it may stand `admin1CodesASCII.txt`,
`admin2Codes.txt` and `hierarchy.txt`; names by language are in `alternateNamesV2.zip`. Everything
is read as a stream, a line at a time. GeoNames' data: geonames.org, CC BY 4.0.
"""

import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, cast

COLUMNS = (
    "geonameid", "name", "asciiname", "alternatenames", "latitude", "longitude", "feature class",
    "feature code", "country code", "cc2", "admin1 code", "admin2 code", "admin3 code",
    "admin4 code", "population", "elevation", "dem", "timezone", "modification date",
)  # fmt: skip
REPORTED = 10
_LONGEST = 1 << 20  # bytes of a line; GeoNames' own stay below 50,000
_ROLES = (
    ("admin", re.compile(r"admin[12]codes(ascii)?\.txt", re.IGNORECASE)),
    ("hierarchy", re.compile(r"hierarchy\.txt", re.IGNORECASE)),
    ("names", re.compile(r"alternatenames(v2)?\.txt", re.IGNORECASE)),
    (
        "other",
        re.compile(
            r"(readme|iso-languagecodes|countryinfo|timezones|featurecodes.*|admin5.*|"
            r"(alternatename)?(modifications|deletes).*)\.txt|.*(?<!\.txt)",
            re.IGNORECASE,
        ),
    ),
    ("places", re.compile(r".*\.txt", re.IGNORECASE)),
)


class Entry(NamedTuple):
    """One row of a dump: those of the 19 columns that a gazetteer needs.

    `latitude` and `longitude` are degrees, EPSG:4326; `country` is ISO 3166-1 alpha-2 or "";
    `admin1` and `admin2` are GeoNames' codes ("24", "2402"); 0 people means unknown.
    """

    ref: int
    name: str
    alternates: str
    latitude: float
    longitude: float
    group: str
    code: str
    country: str
    admin1: str
    admin2: str
    population: int


@dataclass(slots=True)
class Faults:
    """Rows that could not be read: how many, and the first `REPORTED` as "file:line: reason"."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, file: str, line: int, reason: str) -> None:
        """Count a broken row."""
        self.count += 1
        if len(self.first) < REPORTED:
            self.first.append(f"{file}:{line}: {reason}")


@dataclass(frozen=True, slots=True)
class Table:
    """A text file, or a member of a zip.

    Attributes
    ----------
    path, member
        The file; the member's name when `path` is a zip, else "".
    role
        "places", "admin" (codes of divisions), "hierarchy", "names" (alternate names) or "other".
    size
        Bytes, unpacked.
    """

    path: Path
    member: str
    role: str
    size: int

    @property
    def label(self) -> str:
        """Name for messages: "AF.zip/AF.txt"."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield line numbers from 1 and the lines, without their ends; empty ones are left out.

        Raises
        ------
        ValueError
            The zip is damaged.
        OSError
            The file cannot be read.
        """
        with self._stream() as stream:
            number = 0
            try:
                while line := stream.readline(_LONGEST):
                    number += 1
                    if number == 1:
                        line = line.removeprefix(b"\xef\xbb\xbf")
                    line = line.rstrip(b"\r\n")
                    if line:
                        yield number, line
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise ValueError(
                    f"{self.label} is damaged after line {number} ({error}): download it again"
                ) from error

    @contextmanager
    def _stream(self) -> Iterator[io.BufferedReader]:
        if not self.member:
            with self.path.open("rb") as file:
                yield file
            return
        with (
            zipfile.ZipFile(self.path) as archive,
            archive.open(self.member) as member,
            io.BufferedReader(cast("io.RawIOBase", member), 1 << 18) as stream,
        ):
            yield cast("io.BufferedReader", stream)


def tables(paths: Sequence[Path], *, role: str | None = None) -> list[Table]:
    """Return the text files that paths name, looking into zips.

    Parameters
    ----------
    paths
        .txt and .zip files in GeoNames' forms.
    role
        What every file holds, whatever it is called; by default the name tells.

    Raises
    ------
    FileNotFoundError
        A path names no file.
    ValueError
        A file is neither a text nor a readable zip, or a zip is encrypted.
    """
    found = []
    for path in paths:
        if not path.is_file():
            raise FileNotFoundError(f"no file {path}")
        if path.suffix.lower() == ".txt":
            own = role or _role(path.name)
            found.append(Table(path, "", own, path.stat().st_size))
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                members = [member for member in archive.infolist() if not member.is_dir()]
            for member in members:
                if member.flag_bits & 1:
                    raise ValueError(f"{path}: {member.filename} is encrypted")
                own = _role(Path(member.filename).name)
                own = role if role and own != "other" else own
                found.append(Table(path, member.filename, own, member.file_size))
        else:
            raise ValueError(
                f"{path} is neither a .txt file nor a whole zip: give GeoNames' allCountries.zip, "
                "a country's (AF.zip), or the text inside"
            )
    return found


def _role(name: str) -> str:
    return next(role for role, pattern in _ROLES if pattern.fullmatch(name))


def entry(line: bytes) -> Entry:
    """Read one row.

    Raises
    ------
    ValueError
        The row is not of GeoNames' form; the message says why.
    """
    fields = text(line).split("\t")
    if len(fields) != len(COLUMNS):
        raise ValueError(f"{len(fields)} columns, not {len(COLUMNS)}")
    ref, name = fields[0], fields[1].strip()
    # isdigit alone takes other scripts' digits, and int() takes "1_000".
    if not (ref.isascii() and ref.isdigit() and 0 < len(ref) < 12):
        raise ValueError(f"geonameid {_quoted(ref)} is no number")
    if not name:
        raise ValueError("no name")
    latitude = _degrees(fields[4], 90, "latitude")
    longitude = _degrees(fields[5], 180, "longitude")
    people = fields[14]
    if people and not (people.isascii() and people.isdigit() and len(people) < 12):
        raise ValueError(f"population {_quoted(people)} is no number")
    return Entry(
        int(ref), name, fields[3], latitude, longitude, fields[6], fields[7],
        fields[8], fields[10], fields[11], int(people or 0),
    )  # fmt: skip


def alternate(line: bytes) -> list[str]:
    """Read one row of `alternateNamesV2.txt`, or of the old form of eight columns.

    Returns
    -------
    list of str
        Id of the name, geonameid, language, name, then the marks "1" or "": preferred, short,
        colloquial, historic; then years.

    Raises
    ------
    ValueError
        The row is not of that form.
    """
    fields = text(line).split("\t")
    if len(fields) not in {8, 10}:
        raise ValueError(f"{len(fields)} columns, not 10 of alternate names")
    if not (fields[1].isascii() and fields[1].isdigit() and len(fields[1]) < 12):
        raise ValueError(f"geonameid {_quoted(fields[1])} is no number")
    return fields


def text(line: bytes) -> str:
    """Decode a line.

    Raises
    ------
    ValueError
        It is not UTF-8.
    """
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start + 1} of the line)") from error


def _degrees(value_: str, most: int, name: str) -> float:
    try:
        value = float(value_)
    except ValueError:
        value = math.nan
    if not -most <= value <= most:  # also false for NaN
        raise ValueError(f"{name} {_quoted(value_)} is not between -{most} and {most}")
    return value


def _quoted(value: str) -> str:
    return repr(value if len(value) <= 40 else value[:40] + "...")
