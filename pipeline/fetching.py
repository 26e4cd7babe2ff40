"""One web page, fetched for a person who gave its address: off unless a server's owner allows it.

A server that fetches what strangers name can be made to read its own network ("server-side request
forgery"). So: only http and https on their own ports; every address that the name resolves to must
be public; the connection goes to the address that was checked, not to the name again (DNS
rebinding); each redirect is checked in the same way; size and time are bounded.
"""

import http.client
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

MAX_BYTES: Final = 5_000_000
SECONDS: Final = 20.0
REDIRECTS: Final = 5
AGENT: Final = "Dateline"

_PORTS: Final = {"http": 80, "https": 443}
_TYPES: Final = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt"}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchError(ValueError):
    """A page that may not or cannot be fetched; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page.

    Attributes
    ----------
    url
        Its address, after redirects.
    content
        Its bytes.
    suffix
        ``.html`` or ``.txt``.
    """

    url: str
    content: bytes
    suffix: str


def allowed() -> bool:
    """Say whether this server may fetch pages: only with ``DATELINE_FETCH=on``."""
    return os.environ.get("DATELINE_FETCH", "").strip().lower() == "on"


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the public internet.

    Not so are loopback, private, link-local (where clouds keep their credentials), multicast and
    reserved ones, also where they are wrapped into IPv6 (RFC 4291 mapped, RFC 3056 6to4, RFC 4380
    Teredo, RFC 6052 NAT64).
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None or address.teredo is not None:
            return False
        if address in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast and not address.is_reserved


def fetch(
    url: str,
    *,
    seconds: float = SECONDS,
    max_bytes: int = MAX_BYTES,
    may: Callable[[Address, int], bool] = lambda address, port: (
        is_public(address) and port in _PORTS.values()
    ),
) -> Page:
    """Fetch a page.

    Parameters
    ----------
    url
        Its address, http or https.
    seconds
        For all of it, redirects too.
    max_bytes
        Largest page.
    may
        Whether an address and port may be connected to; for tests.

    Returns
    -------
    Page
        See there.

    Raises
    ------
    FetchError
        If the address may not be fetched, does not answer, or is no text.
    """
    end = time.monotonic() + seconds
    for _ in range(REDIRECTS + 1):
        parts = _checked(url)
        try:
            connection = _connect(parts, may, end)
            try:
                answer = _get(connection, parts)
                if answer.status in _MOVED and (target := answer.getheader("Location")):
                    url = urljoin(url, target)
                    continue
                return _page(url, answer, max_bytes, end)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise FetchError(f"the page could not be fetched: {error}") from error
    raise FetchError(f"the page redirects more than {REDIRECTS} times")


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise FetchError(f"this is not an address: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise FetchError("an address begins with http:// or https:// and names a host")
    if parts.username is not None or parts.password is not None:
        raise FetchError("an address with a user name in it is not fetched")
    if port == 0:
        raise FetchError("port 0 is no port")
    return parts


def _connect(
    parts: SplitResult, may: Callable[[Address, int], bool], end: float
) -> http.client.HTTPConnection:
    """Open a connection to an address of the host that was found to be allowed."""
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = {ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found}
    # One private address among public ones is refused too: which is taken would be chance.
    if not addresses or not all(may(address, port) for address in addresses):
        raise FetchError(f"{host} is not a public web server, and only those are fetched")
    left = max(end - time.monotonic(), 0.01)
    raw = socket.create_connection((str(min(addresses, key=str)), port), timeout=left)
    if parts.scheme == "https":
        raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    connection = http.client.HTTPConnection(host, port, timeout=left)
    connection.sock = raw
    return connection


def _get(connection: http.client.HTTPConnection, parts: SplitResult) -> http.client.HTTPResponse:
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    try:
        connection.request(
            "GET",
            path,
            headers={
                "User-Agent": AGENT,
                "Accept": ", ".join(_TYPES),
                "Accept-Encoding": "identity",
            },
        )
    except (ValueError, http.client.InvalidURL) as error:  # control characters
        raise FetchError(f"this is not an address: {error}") from error
    return connection.getresponse()


def _page(url: str, answer: http.client.HTTPResponse, max_bytes: int, end: float) -> Page:
    if answer.status != http.HTTPStatus.OK:
        raise FetchError(f"the server answered {answer.status} {answer.reason}"[:200])
    kind = (answer.getheader("Content-Type") or "text/html").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise FetchError(f"{kind[:80]} is not a page of text")
    content = bytearray()
    while chunk := answer.read1(65536):
        content += chunk
        if len(content) > max_bytes:
            raise FetchError(f"the page is larger than {max_bytes // 1_000_000} MB")
        if time.monotonic() > end:
            raise FetchError("the page took too long")
    return Page(url, bytes(content), _TYPES[kind])
