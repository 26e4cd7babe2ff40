"""Build the gazetteer that ships with Dateline: `python -m data.build_gazetteer [--cache DIR]`.

Distils the packages of `data/sources.py` and the hand-written facts of `data/curated/` into one
SQLite file, compressed as `data/gazetteer.sqlite.xz`. `geo/gazetteer.py` describes the file's
tables; `data/README.md` the sources, their licences and the size. The result depends on its
inputs alone: rows are sorted, and no time or path goes in.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from data.divisions import countries, demonyms_of_cia, divisions
from data.draft import Draft, write
from data.facts import curated
from data.settlements import airports, enclose, rescue, seats, towns
from data.sources import DEFAULT_CACHE
from geo.packed import pack

TARGET = Path(__file__).resolve().parent / "gazetteer.sqlite.xz"


def build(cache: Path, target: Path = TARGET) -> Draft:
    """Build the gazetteer and write it, packed, to `target`."""
    draft = Draft(cache)
    countries(draft)
    demonyms_of_cia(draft)
    divisions(draft)
    towns(draft)
    airports(draft)
    curated(draft)
    rescue(draft)
    seats(draft)
    enclose(draft)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gazetteer.sqlite"
        write(draft, path)
        pack(path, target)
        print(f"{path.stat().st_size / 1e6:.1f} MB, packed {target.stat().st_size / 1e6:.1f} MB")
    return draft


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Build data/gazetteer.sqlite.xz.")
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="folder for packages")
    parser.add_argument("--out", type=Path, default=TARGET, help="the packed file")
    arguments = parser.parse_args()
    draft = build(arguments.cache, arguments.out)
    print(f"{len(draft.rows)} places, {len(draft.names)} names")
    print(dict(Counter(row.feature for row in draft.rows).most_common()))
    print(dict(sorted(draft.quality.items())))


if __name__ == "__main__":
    main()
