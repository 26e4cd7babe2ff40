"""pipeline.fetching: only public pages are fetched, whatever the address, its name or its redirects."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pipeline.fetching import FetchError, allowed, fetch, is_public

PRIVATE = (
    *("127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("0.0.0.0", "100.64.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1", "192.0.2.1"),
)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::6810:84e5", "::ffff:8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


class Pages(BaseHTTPRequestHandler):
    """Answers by path; counts what reached it."""

    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        port = self.server.server_address[1]
        headers: dict[str, str] = {"Content-Type": "text/html; charset=utf-8"}
        body, status = b"<p>Hello.</p>", 200
        match self.path:
            case "/moved":
                status, headers["Location"] = 302, "/page"
            case "/loop":
                status, headers["Location"] = 302, "/loop"
            case "/inside":
                status, headers["Location"] = 302, f"http://127.0.0.2:{port}/secret"
            case "/file":
                status, headers["Location"] = 302, "file:///etc/passwd"
            case "/image":
                headers["Content-Type"] = "image/png"
            case "/large":
                body = b"x" * 50_000
            case "/missing":
                status = 404
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def pages() -> Iterator[str]:
    Pages.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def here(address: Any, port: int) -> bool:
    return str(address) == "127.0.0.1"


def test_a_page_and_its_redirect(pages: str) -> None:
    page = fetch(f"{pages}/moved", may=here)
    assert page.url == f"{pages}/page"
    assert (page.content, page.suffix) == (b"<p>Hello.</p>", ".html")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/loop", "redirects more than"),
        ("/inside", "not a public web server"),
        ("/file", "begins with http"),
        ("/image", "not a page of text"),
        ("/large", "larger than"),
        ("/missing", "404"),
        ("/a b\r\nX: y", "not an address"),
    ],
)
def test_what_is_refused(pages: str, path: str, why: str) -> None:
    with pytest.raises(FetchError, match=why):
        fetch(pages + path, may=here, max_bytes=10_000)
    assert "/secret" not in Pages.asked


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1/",
        "javascript:alert(1)",
        "http://",
        "http://user:secret@example.org/",
        "http://[::1",
        "http://example.org:99999/",
        "//example.org",
        "",
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_the_servers_own_network_is_never_reached(url: str, pages: str) -> None:
    with pytest.raises(FetchError):
        fetch(url)
    assert Pages.asked == []


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*args: Any, **kwargs: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.215.14", 80)), (2, 1, 6, "", ("127.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(FetchError, match="not a public web server"):
        fetch("http://example.org/")


def test_other_ports_are_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("93.184.215.14", 6379))]
    )
    with pytest.raises(FetchError, match="not a public web server"):
        fetch("http://example.org:6379/")


@pytest.mark.parametrize(("value", "on"), [("on", True), ("ON ", True), ("", False), ("1", False)])
def test_it_is_off_unless_switched_on(
    monkeypatch: pytest.MonkeyPatch, value: str, *, on: bool
) -> None:
    monkeypatch.setenv("DATELINE_FETCH", value)
    assert allowed() is on
