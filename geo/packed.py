"""The packed gazetteer: one compressed file shipped, unpacked once into a cache folder."""

import hashlib
import lzma
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder in which the unpacked gazetteer is kept.

    `DATELINE_CACHE` decides when set; otherwise the platform's own cache folder, else the
    temporary folder.
    """
    chosen = os.environ.get("DATELINE_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        root = str(Path("~/Library/Caches").expanduser())
    else:
        root = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(root or tempfile.gettempdir()) / "dateline"


def pack(path: Path, target: Path) -> None:
    """Compress a gazetteer file for shipping, with its size and hash in front.

    Parameters
    ----------
    path
        The SQLite file.
    target
        The packed file: size (8 bytes, little endian), SHA-256 of the content (8 bytes of it),
        then the content as xz.
    """
    raw = path.read_bytes()
    head = len(raw).to_bytes(8, "little") + hashlib.sha256(raw).digest()[:8]
    target.write_bytes(head + lzma.compress(raw, preset=9))


def unpack(packed: Path, folder: Path | None = None) -> Path:
    """Unpack the shipped file into a cache folder, once, and return the path of the result.

    The file name carries a hash of the content, and the size is checked on every call, so that
    a new release, or a damaged copy, is unpacked again. The new file appears by rename: other
    processes see all of it or nothing.

    Parameters
    ----------
    packed
        A file that `pack` wrote.
    folder
        Cache folder; default `cache_folder()`, or the temporary folder where that cannot be
        written.

    Raises
    ------
    FileNotFoundError
        `packed` does not exist.
    ValueError
        `packed` is not such a file.
    OSError
        No folder can be written.
    """
    if not packed.is_file():
        raise FileNotFoundError(
            f"no gazetteer at {packed}: build it with `python -m data.build_gazetteer`"
        )
    with packed.open("rb") as file:
        head = file.read(16)
    size, name = int.from_bytes(head[:8], "little"), f"gazetteer-{head[8:].hex()}.sqlite"
    user = os.getuid() if hasattr(os, "getuid") else 0
    homes = [folder or cache_folder(), Path(tempfile.gettempdir()) / f"dateline-{user}"]
    for home in homes:
        if _is_sound(home / name, size):
            return home / name
    raw = _decompress(packed, size)
    try:
        return _write(homes[0] / name, raw)
    except OSError:
        return _write(homes[1] / name, raw)


def _is_sound(path: Path, size: int) -> bool:
    """Tell whether an unpacked file is whole: size, header and the mark at the end."""
    try:
        found = path.stat()
        # In a shared temporary folder another user may have put a file of that name.
        foreign = hasattr(os, "getuid") and found.st_uid not in {os.getuid(), 0}
        if found.st_size != size or foreign:
            return False
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError:
        return False


def _decompress(packed: Path, size: int) -> bytes:
    """Return the content of a packed file, checked against the hash in its head."""
    data = packed.read_bytes()
    try:
        # Not more than the head says, whatever the rest would swell to.
        raw = lzma.LZMADecompressor().decompress(data[16:], size + 1)
    except (lzma.LZMAError, OverflowError) as error:
        raise ValueError(f"{packed} is not a packed gazetteer ({error}): build it again") from error
    if hashlib.sha256(raw).digest()[:8] != data[8:16]:
        raise ValueError(f"{packed} is damaged: its content has another hash than its head")
    return raw


def _write(target: Path, raw: bytes) -> Path:
    """Write a file under a temporary name, then rename it into place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        Path(temporary).replace(target)
    except OSError:
        with suppress(OSError):
            Path(temporary).unlink()
        if not _is_sound(target, len(raw)):  # else another process was faster (Windows)
            raise
    return target
