"""A real server on loopback, a real chromium that can reach nothing else, pages that remember."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket

import pytest
from playwright.sync_api import Page

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
MAP_READY = """() => [...document.querySelectorAll('iframe')].some((f) => {
  try { const s = f.contentWindow.Dateline.state; return s.drawn && s.painted; }
  catch (e) { return false; } })"""


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    events: Path, *options: str, base: str = "", app: str = "app.py", more: tuple[str, ...] = ()
) -> Iterator[str]:
    """Serve the dashboard of `events`, or another app; gives its address."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}{base}/"
    command = [sys.executable, "-m", "streamlit", "run", app, "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port), *options, "--", str(events), *more]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATELINE_")}
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
