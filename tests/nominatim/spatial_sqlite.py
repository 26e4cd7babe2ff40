"""Let nominatim-api's SQLite back end work on a Python whose sqlite3 cannot load extensions.

Imported before anything that imports sqlite3. PyPI's pysqlite3-binary is the same module built
with extensions on; without it, Python's own must do.
"""

import sys

try:
    import pysqlite3
    import pysqlite3.dbapi2
except ImportError:
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
