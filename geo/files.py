"""Files replaced whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a new path beside `path` to write to; when the block ends well, it becomes `path`.

    A reader sees the old file or the new one, never half of one; after an error the old one stands
    and nothing is left behind. Missing parent folders are made.

    Parameters
    ----------
    path
        The file to write or replace.

    Yields
    ------
    Path
        A path in the same folder with the same suffix, at which there is no file yet.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.stem}.{secrets.token_hex(4)}{target.suffix}")
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())  # else a power cut can leave a named but empty file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
