"""Which addresses may be fetched: public ones only, and the very one that was checked is connected to.

The fetcher works inside somebody's network. Without this rule, a page could make it read an intranet or a
cloud's metadata service (server-side request forgery), also by a redirect or by a name that resolves to
another address the second time (DNS rebinding).
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

import httpcore

from workers.errors import CannotWork, TryAgain

PORTS = {"http": 80, "https": 443}
LONGEST = 4096
MOST_ADDRESSES = 4
"""Of one host that are tried, one after the other."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""Of the registries of special purposes (RFC 6890), what Python 3.11 takes for public."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def refused(detail: str) -> CannotWork:
    """The error for an address outside the public internet."""
    return CannotWork("address-refused", "This address cannot be fetched", detail, 422)


def normal(url: str) -> str:
    """An address as it is requested: scheme and host in lower case, no fragment.

    Raises:
        CannotWork: not an http(s) address with a host (``bad-address``), or one that carries a password or
            another port than 80 and 443 (``address-refused``).
    """
    parts = _parts(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        ascii_host = str(_ipv6(host)) if ":" in host else host.encode("idna").decode("ascii")
        port = parts.port
    except (UnicodeError, ValueError) as error:
        raise _bad("Its host name or port cannot be read.") from error
    if parts.username or parts.password:
        raise refused("It carries a user name or password. Remove them and try again.")
    shown = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    netloc = shown if port in (None, PORTS[parts.scheme]) else f"{shown}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def _parts(url: str) -> SplitResult:
    url = url.strip()
    if len(url) > LONGEST:
        raise _bad(f"It is longer than {LONGEST} characters.")
    if _CONTROL.search(url):
        raise _bad("It holds unprintable characters. Copy it again from the address bar.")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise _bad("It cannot be read as an address.") from error
    if parts.scheme not in PORTS:
        raise _bad("Only addresses that begin with http:// or https:// can be fetched.")
    if not parts.hostname:
        raise _bad("It names no site.")
    return parts


def _ipv6(host: str) -> ipaddress.IPv6Address:
    address = ipaddress.IPv6Address(host)
    if address.scope_id:
        raise ValueError("a zone is a matter of one machine")
    return address


def _bad(detail: str) -> CannotWork:
    return CannotWork("bad-address", "This is not a web address", detail, 422)


def public(address: IpAddress) -> bool:
    """Whether an IP address belongs to the public internet, by what it embeds as well."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(inner)
        # the ipaddress module counts site-local and unassigned space as global
        if address not in _GLOBAL_UNICAST:
            return False
    special = address.is_multicast or address.is_reserved or any(address in network for network in _SPECIAL)
    return address.is_global and not special


class PublicOnly(httpcore.NetworkBackend):
    """Opens connections to checked addresses only.

    Args:
        allowed: ``host:port`` names that need not be public.
        deadline: moment (``time.monotonic``) after which no connection waits for anything.
    """

    def __init__(self, allowed: Iterable[str], deadline: float) -> None:
        self._allowed = frozenset(allowed)
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check every address, connect to the first that answers; the time left is shared out.

        Raises:
            CannotWork: one of the host's addresses, or the port, isn't public (``address-refused``).
            TryAgain: the name cannot be resolved (``site-error``).
        """
        exempt = f"{host}:{port}" in self._allowed
        if not exempt and port not in PORTS.values():
            raise refused(f"Port {port} is not one of the web's.")
        addresses = _resolved(host, port)
        if not exempt and not all(public(address) for address in addresses):
            raise refused(f"{host} is not on the public internet, so this server will not fetch it.")
        error: Exception = httpcore.ConnectError(f"{host} has no address")
        tried = addresses[:MOST_ADDRESSES]
        for position, address in enumerate(tried):
            share = _left(self._deadline, timeout, httpcore.ConnectTimeout) / (len(tried) - position)
            try:
                stream = self._backend.connect_tcp(str(address), port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
            else:
                return _Timed(stream, self._deadline)
        raise error

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        """Never: a page's address cannot name one.

        Raises:
            CannotWork: always.
        """
        raise refused("It is not a web address.")


class _Timed(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline.

    The time-out of a read begins anew with each byte, so a site that drips could hold us for hours.
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None, error: type[httpcore.TimeoutException]) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise error("the time for this page is up")
    return left if timeout is None else min(left, timeout)


def _resolved(host: str, port: int) -> list[IpAddress]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise TryAgain(
            "site-error", "The site cannot be reached", f"The name {host} is unknown. Check the address.", 502
        ) from error
    # a scope ("fe80::1%eth0") names a local link, which `public` refuses anyway
    addresses = [ipaddress.ip_address(str(info[4][0]).split("%")[0]) for info in found]
    return list(dict.fromkeys(addresses))
