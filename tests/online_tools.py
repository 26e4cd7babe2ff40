"""A service that answers by script, one on loopback with faults, and a clock that waits for none."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.geocoders import Nominatim

from geo.cached import CachedGeocoder
from geo.online import online_geocoder

KUNDUZ = [{"lat": "36.73", "lon": "68.86", "display_name": "Kunduz, Afghanistan", "place_id": 1}]


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 1_000_000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now += seconds


class Canned(BaseSyncAdapter):
    """An adapter without a network: a list of answers or errors, the last one for ever."""

    def __init__(self, script):
        super().__init__(proxies=None, ssl_context=None)
        self.script = list(script)
        self.urls = []
        self.headers = []

    def get_json(self, url, *, timeout, headers):
        self.urls.append(url)
        self.headers.append(headers)
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    get_text = get_json

    def queries(self):
        return [{k: v[0] for k, v in parse_qs(urlsplit(url).query).items()} for url in self.urls]


def refused(status, **headers):
    return AdapterHTTPError("no", status_code=status, headers=headers, text="no")


def cached(tmp_path, *script, kind=Nominatim, clock=None, options=(), **more):
    adapter = Canned(script)
    geocoder = kind(**dict(options), user_agent="t/1", adapter_factory=lambda **_: adapter)
    clock = clock or Clock()
    return (
        CachedGeocoder(geocoder, tmp_path / "a.sqlite", clock=clock, sleep=clock.sleep, **more),
        adapter,
        clock,
    )


class Server(ThreadingHTTPServer):
    """A small stand-in for Nominatim on loopback, with every fault one can ask for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen = []
        self.fault = None
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}).start()

    @property
    def domain(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)["q"][0]
        self.server.seen.append((query, self.headers["User-Agent"]))
        fault = self.server.fault
        body = json.dumps([{**KUNDUZ[0], "display_name": query}]).encode()
        if fault == "slow":
            time.sleep(0.6)
            return
        if fault == "cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[{")
            self.wfile.flush()
            self.connection.close()
            return
        if fault == "garbage":
            body = b"<html>maintenance</html>"
        self.send_response(fault if isinstance(fault, int) else 200)
        if fault == 429:
            self.send_header("Retry-After", "1")
            self.server.fault = None
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def client(server, tmp_path, **more):
    arguments = {"min_delay_seconds": 0, "error_wait_seconds": 0.01, "max_retries": 1, **more}
    online = online_geocoder(
        "nominatim", domain=server.domain, user_agent="dateline-test/1", timeout=0.3, proxies={}
    )
    return CachedGeocoder(online, tmp_path / "a.sqlite", **arguments)
