"""End without a word if this Python can build and serve a Nominatim database; else tell why.

python check.py
"""

import spatial_sqlite  # noqa: F401, I001  # must come before any import of sqlite3
import importlib
import sqlite3

for name in ("aiosqlite", "falcon", "icu", "nominatim_api", "uvicorn"):
    importlib.import_module(name)
connection = sqlite3.connect(":memory:")
connection.enable_load_extension(True)
connection.execute("SELECT load_extension('mod_spatialite')")
