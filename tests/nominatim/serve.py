"""Serve the database that `build.py` wrote with Nominatim's own server, on loopback.

    python serve.py FOLDER PORT

What FOLDER/fault holds is done instead of answering: "429" (once, Retry-After: 1), "500",
"garbage".
"""

import spatial_sqlite  # noqa: F401, I001  # must come before any import of sqlite3
import sys
from pathlib import Path

import uvicorn
from nominatim_api.server.falcon.server import get_application


class Faulty:
    """Nominatim's application behind a switch."""

    def __init__(self, application, switch):
        self.application = application
        self.switch = switch

    async def __call__(self, scope, receive, send):
        fault = self.switch.read_text() if self.switch.exists() else ""
        if scope["type"] != "http" or not fault:
            await self.application(scope, receive, send)
            return
        status, headers = (200, []) if fault == "garbage" else (int(fault), [])
        if fault == "429":
            headers = [(b"retry-after", b"1")]
            self.switch.unlink()
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"<html>\xff maintenance"})


def main(folder, port):
    settings = {
        "NOMINATIM_DATABASE_DSN": f"sqlite:dbname={folder / 'places.sqlite'}",
        "NOMINATIM_API_POOL_SIZE": "2",
    }
    application = Faulty(get_application(folder, settings), folder / "fault")
    uvicorn.run(application, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
