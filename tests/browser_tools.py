"""A real server on loopback, a real chromium that can reach nothing else, pages that remember."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from types import MappingProxyType
from typing import Any

import pytest
from playwright.sync_api import Frame, Page

ROOT = Path(__file__).parents[1]
CHROMIUM = os.environ.get("DATELINE_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Every name but loopback fails to resolve: what works here works without a network.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
MAP_READY = """() => [...document.querySelectorAll('iframe')].some((f) => {
  try { const s = f.contentWindow.Dateline.state; return s.drawn && s.painted; }
  catch (e) { return false; } })"""


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    events: Path,
    *options: str,
    base: str = "",
    app: str = "app.py",
    more: tuple[str, ...] = (),
    setting: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """Serve the dashboard of `events`, or another app, with DATELINE_ variables; gives its address."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}{base}/"
    command = [sys.executable, "-m", "streamlit", "run", app, "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port), *options, "--", str(events), *more]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATELINE_")}
    environment |= setting
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as server:
        try:
            for _ in range(300):
                if server.poll() is not None:
                    output = server.stdout.read().decode() if server.stdout else ""
                    pytest.fail(f"the server ended at once:\n{output}", pytrace=False)
                try:
                    with urllib.request.urlopen(f"{address}_stcore/health", timeout=1):
                        break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


@dataclass
class Watched:
    """A page with what went wrong on it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    received: int = 0

    def ready(self) -> None:
        """Wait until base map and events are drawn."""
        self.page.wait_for_function(MAP_READY, timeout=60_000)
        self.idle()

    def idle(self) -> None:
        """Wait until the server has run the script and the page shows it."""
        self.page.wait_for_timeout(250)
        self.page.wait_for_function(
            "() => !document.querySelector('[data-testid=\"stStatusWidget\"]')"
            " && document.querySelector('[data-testid=\"stApp\"]')"
            ".getAttribute('data-test-script-state') !== 'running'",
            timeout=30_000,
        )
        self.page.wait_for_timeout(150)


def watch(page: Page) -> Watched:
    """Record a page's requests, failures and errors."""
    watched = Watched(page)
    page.on("request", lambda request: watched.requests.append(request.url))
    page.on("requestfailed", lambda r: watched.failures.append(f"{r.url}: {r.failure}"))
    page.on(
        "response",
        lambda r: watched.failures.append(f"{r.url}: {r.status}") if r.status >= 400 else None,
    )
    page.on("pageerror", lambda error: watched.failures.append(f"error: {error}"))
    page.on(
        "console",
        lambda m: watched.failures.append(f"console: {m.text}") if m.type == "error" else None,
    )

    def count(socket_: object) -> None:
        def add(data: bytes | str) -> None:
            watched.received += len(data)

        socket_.on("framereceived", add)  # type: ignore[attr-defined]

    page.on("websocket", count)
    return watched


def map_frame(watched: Watched) -> Frame:
    """Return the map's frame."""
    return next(f for f in watched.page.frames if "streamlit_folium" in f.url)


def list_frame(watched: Watched) -> Frame:
    """Return the list's frame."""
    frame = watched.page.wait_for_selector("iframe[title*=dateline_list]").content_frame()
    assert frame is not None
    return frame


def on_page(watched: Watched, longitude: float, latitude: float) -> tuple[float, float]:
    """Return where on the page, in pixels, the map shows a place."""
    x, y = map_frame(watched).evaluate(
        """([lon, lat]) => { const p = Dateline.state.map.latLngToContainerPoint([lat, lon]);
        return [p.x, p.y]; }""",
        [longitude, latitude],
    )
    box = watched.page.locator("iframe").first.bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


def look_at(watched: Watched, longitude: float, latitude: float, zoom: float) -> None:
    """Move the map at once, and wait until the server has answered."""
    map_frame(watched).evaluate(
        "([lon, lat, zoom]) => { Dateline.state.map.setView([lat, lon], zoom, {animate: false}); }",
        [longitude, latitude, zoom],
    )
    watched.idle()


def shown(watched: Watched) -> int:
    """Return how many events the page says that it shows."""
    return int(
        watched.page.locator(".st-key-top strong")
        .first.inner_text()
        .split(" of ")[0]
        .replace(",", "")
    )


def quiet(watched: Watched) -> None:
    """Nothing left the machine, nothing went wrong, and no payload ran."""
    local = ("http://127.0.0.1", "data:", "blob:")
    assert [url for url in watched.requests if not url.startswith(local)] == []
    assert watched.failures == []
    for frame in watched.page.frames:
        assert frame.evaluate("window.__hit") is None


def serious(watched: Watched) -> list[str]:
    """Return axe-core's serious and critical findings in the page and its frames."""
    found = []
    for frame in watched.page.frames:
        frame.evaluate(AXE)
        result: dict[str, Any] = frame.evaluate("() => axe.run(document, { iframes: false })")
        found += [
            f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for one in result["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
    return found
