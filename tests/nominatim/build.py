"""Fill a database of a real Nominatim (nominatim-api, SQLite back end) with places of our own.

    python build.py FOLDER PLACES.json

PLACES.json is a list of {"name", "kind", "country_code", "country", "state", "longitude",
"latitude", "population"}; kind is "country", "state" or "town". Nominatim's own way, an import of
OpenStreetMap data into PostgreSQL, needs data that no registry has; the tables here are those that
`nominatim convert -o sqlite` writes (nominatim-api's sqlalchemy_schema and the ICU tokenizer's
word table), as far as searching by name reads them.

nominatim-api is GPL-3.0-or-later, so it stays a program of its own that tests start; nothing of
Dateline imports it.
"""

import spatial_sqlite  # noqa: F401, I001  # must come before any import of sqlite3
import asyncio
import datetime as dt
import json
import sys
from pathlib import Path

import nominatim_api
import sqlalchemy as sa
from icu import Transliterator
from nominatim_api.search.query_analyzer_factory import make_query_analyzer
from nominatim_api.sql.sqlalchemy_types import Geometry, IntArray

NORMALISATION = ":: lower (); '-' > ' '; [[:Punctuation:][:Symbol:]]+ > ' '; [:Space:]+ > ' ';"
TRANSLITERATION = (
    ":: Latin (); :: Ascii (); :: NFD (); [[:Nonspacing Mark:]] >; :: lower ();"
    " [^a-z0-9[:Space:]] >; :: NFC (); [:Space:]+ > ' ';"
)
# kind -> class, type, rank, admin_level
KINDS = {
    "country": ("boundary", "administrative", 4, 2),
    "state": ("boundary", "administrative", 8, 4),
    "town": ("place", "town", 16, 15),
}
IMPORTANCE = {"country": 0.8, "state": 0.5, "town": 0.2}
INDEXED = (
    ("placex_place_node_areas", "geometry"),
    ("placex", "geometry"),
    ("country_osm_grid", "geometry"),
    ("location_property_osmline", "linegeo"),
    ("location_property_tiger", "linegeo"),
    ("location_postcodes", "geometry"),
    ("search_name", "centroid"),
)
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Words:
    """The table of search words, in the making."""

    def __init__(self):
        self._first = Transliterator.createFromRules("n", NORMALISATION)
        self._second = Transliterator.createFromRules("t", TRANSLITERATION)
        self._ids = {}
        self.rows = []

    def token(self, name):
        return self._second.transliterate(self._first.transliterate(name)).strip()

    def add(self, token, kind, word, info):
        if (token, kind) not in self._ids:
            self._ids[token, kind] = number = len(self._ids) + 1
            row = {"word_id": number, "word_token": token, "type": kind, "word": word}
            self.rows.append({**row, "info": info})
        return self._ids[token, kind]

    def of_name(self, name):
        """Ids of the whole name and of its words."""
        token, info = self.token(name), {"count": 1, "addr_count": 1}
        ids = {self.add(token, "W", name, info)}
        return ids | {self.add(part, "w", None, info) for part in token.split()}


def rows_of(places, words):
    """Rows of placex and search_name."""
    placex, search = [], []
    for number, place in enumerate(places, 1):
        class_, type_, rank, level = KINDS[place["kind"]]
        importance = IMPORTANCE[place["kind"]] + min(0.2, place["population"] / 1e8)
        point = f"POINT({place['longitude']} {place['latitude']})"
        shared = {"place_id": number, "importance": importance, "centroid": point}
        shared["country_code"] = place["country_code"]
        address = {k: place[k] for k in ("state", "country") if place.get(k) != place["name"]}
        placex.append(
            {
                **shared,
                "parent_place_id": 0,
                "rank_address": rank,
                "rank_search": rank,
                "indexed_status": 0,
                "indexed_date": NOW,
                "osm_type": "N",
                "osm_id": number,
                "class_": class_,
                "type": type_,
                "admin_level": level,
                "name": {"name": place["name"]},
                "address": {key: value for key, value in address.items() if value},
                "extratags": {},
                "geometry": point,
            }
        )
        around = set().union(*(words.of_name(value) for value in address.values() if value), set())
        search.append(
            {
                **shared,
                "address_rank": rank,
                "name_vector": sorted(words.of_name(place["name"])),
                "nameaddress_vector": sorted(around),
            }
        )
    return placex, search


async def make_tables(api):
    async with api.begin() as db:
        await db.execute(sa.select(sa.func.InitSpatialMetaData(True, "WGS84")))
        await db.connection.run_sync(db.t.meta.create_all)
        for table in db.t.meta.sorted_tables:
            for column in table.c:
                if isinstance(column.type, Geometry):
                    kind = column.type.subtype.upper()
                    recover = sa.func.RecoverGeometryColumn(
                        table.name, column.name, 4326, kind, "XY"
                    )
                    await db.execute(sa.select(recover))
        properties = {
            "tokenizer": "icu",
            "tokenizer_import_normalisation": NORMALISATION,
            "tokenizer_import_transliteration": TRANSLITERATION,
            "database_version": "5.3.3-0",
        }
        rows = [{"property": key, "value": value} for key, value in properties.items()]
        await db.execute(db.t.properties.insert(), rows)
        status = {"lastimportdate": NOW, "sequence_id": 1, "indexed": True}
        await db.execute(db.t.import_status.insert(), [status])


async def fill(api, places):
    words = Words()
    placex, search = rows_of(places, words)
    async with api.begin() as db:
        await make_query_analyzer(db)  # defines the table of words
        table = db.t.meta.tables["word"]
        await db.connection.run_sync(table.create)
        for place in places:
            if place["kind"] == "country":
                code, token = place["country_code"], words.token(place["name"])
                words.add(token, "C", code, {"cc": code})
                name = {"name": place["name"], "name:en": place["name"]}
                row = {"country_code": code, "name": name, "derived_name": {}, "partition": 0}
                await db.execute(db.t.country_name.insert(), [row])
        await db.execute(db.t.placex.insert(), placex)
        await db.execute(db.t.search_name.insert(), search)
        await db.execute(table.insert(), words.rows)
        await db.connection.run_sync(sa.Index("word_token", table.c.word_token).create)
        await reverse_words(db, search)
        await finish(db)


async def reverse_words(db, search):
    """The inverted lists that stand in for PostgreSQL's GIN indices."""
    table = sa.Table(
        "reverse_search_name",
        db.t.meta,
        sa.Column("word", sa.Integer()),
        sa.Column("column", sa.Text()),
        sa.Column("places", IntArray),
    )
    await db.connection.run_sync(table.create)
    lists = {}
    for row in search:
        for column in ("name_vector", "nameaddress_vector"):
            for word in row[column]:
                lists.setdefault((word, column), []).append(row["place_id"])
    rows = [{"word": w, "column": c, "places": sorted(v)} for (w, c), v in lists.items()]
    await db.execute(table.insert(), rows)
    await db.connection.run_sync(sa.Index("reverse_word", table.c.word, table.c.column).create)


async def finish(db):
    table = sa.Table(
        "pg_tables",
        db.t.meta,
        sa.Column("schemaname", sa.Text, default="public"),
        sa.Column("tablename", sa.Text),
    )
    await db.connection.run_sync(table.create)
    await db.execute(table.insert(), [{"tablename": name} for name in db.t.meta.tables])
    await db.execute(
        sa.text(
            "CREATE TABLE placex_place_node_areas AS"
            " SELECT place_id, ST_Expand(geometry, 0.1) AS geometry FROM placex"
        )
    )
    recover = sa.func.RecoverGeometryColumn(
        "placex_place_node_areas", "geometry", 4326, "GEOMETRY", "XY"
    )
    await db.execute(sa.select(recover))
    for name, column in INDEXED:
        await db.execute(sa.select(sa.func.CreateSpatialIndex(name, column)))


async def main(folder, places):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".env").write_text("")
    settings = {
        "NOMINATIM_DATABASE_DSN": f"sqlite:dbname={folder / 'places.sqlite'}",
        "NOMINATIM_DATABASE_RW": "1",
        "NOMINATIM_TOKENIZER": "icu",
    }
    api = nominatim_api.NominatimAPIAsync(folder, settings)
    try:
        await make_tables(api)
        await fill(api, places)
    finally:
        await api.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8"))))
