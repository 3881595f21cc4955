"""Fetching from a real server on this machine that answers as sites do: well, oddly, slowly, with malice."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from settings import Settings
from tests.conftest import PATIENCE
from workers.errors import CannotWork, CheckError, TryAgain
from workers.fetching import Page, client, fetch

HTML = "<html><head><title>Vellin</title></head><body><p>“We will talk,” Vellin said.</p></body></html>"
TYPE = "Content-Type: text/html; charset=utf-8"


def answer(status: str, *headers: str, body: bytes = b"") -> bytes:
    """An HTTP answer, byte for byte."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def good(body: bytes = HTML.encode(), *headers: str) -> bytes:
    return answer("200 OK", TYPE, *headers, body=body)


def to(address: str) -> bytes:
    return answer("302 Found", f"Location: {address}", TYPE)


@dataclass
class RawSite:
    """A server that gives the bytes it was told to give, and keeps what it was asked."""

    listener: socket.socket
    answers: dict[str, bytes] = field(default_factory=dict)
    dripping: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    """Per path: what is sent at once, and what is then sent byte by byte for ever."""
    asked: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with suppress(OSError), ExitStack() as open_sockets:
            open_sockets.enter_context(client)
            client.settimeout(PATIENCE)
            if self.tls:
                client = open_sockets.enter_context(self.tls.wrap_socket(client, server_side=True))
            request = b""
            while b"\r\n\r\n" not in request:
                part = client.recv(65536)
                if not part:
                    return
                request += part
            self.asked.append(request.decode())
            path = request.split()[1].decode()
            if path not in self.dripping:
                client.sendall(self.answers.get(path, answer("404 Not Found", TYPE)))
                return
            start, drop = self.dripping[path]
            client.sendall(start)
            while not self.over.wait(0.05):
                client.sendall(drop)

    def requests(self, path: str) -> list[str]:
        return [request for request in self.asked if request.split()[1] == path]


@pytest.fixture
def raw() -> Iterator[RawSite]:
    """A site on this machine: ``raw.answers[path] = bytes``."""
    site = RawSite(socket.create_server(("127.0.0.1", 0)))
    threading.Thread(target=site.serve, daemon=True).start()
    yield site
    site.over.set()
    # closing alone does not wake the thread that waits in accept
    with suppress(OSError):
        site.listener.shutdown(socket.SHUT_RDWR)
    site.listener.close()


@pytest.fixture
def get(raw: RawSite, settings_for: Callable[..., Settings]) -> Callable[..., Page]:
    """Fetch from the site: ``get("/article")``, or any other URL, with settings changed by keyword."""

    def fetched(url: str, **changed: object) -> Page:
        settings = settings_for(**{"fetch_allow_hosts": frozenset({raw.host}), **changed})
        return fetch(raw.url(url) if url.startswith("/") else url, settings)

    return fetched


Get = Callable[..., Page]


def test_page_comes_with_its_final_address(raw: RawSite, get: Get) -> None:
    raw.answers |= {"/old": to("/new?edition=2"), "/new?edition=2": good()}
    assert get("/old") == Page(raw.url("/new?edition=2"), HTML)


def test_plain_text_is_told_apart(raw: RawSite, get: Get) -> None:
    raw.answers["/a.txt"] = answer("200 OK", "Content-Type: Text/Plain", body=b"Vellin\n\nWe will talk.")
    assert get("/a.txt").plain


def test_gzip_and_windows_1252(raw: RawSite, get: Get) -> None:
    body = gzip.compress(HTML.encode("cp1252"))
    raw.answers["/a"] = answer(
        "200 OK", "Content-Type: text/html; charset=windows-1252", "Content-Encoding: gzip", body=body
    )
    assert get("/a").body == HTML


def test_requests_say_who_asks_and_nothing_of_the_reader(raw: RawSite, get: Get) -> None:
    cookie = "Set-Cookie: reader=1; Path=/"
    raw.answers |= {
        "/old": answer("302 Found", "Location: /new", cookie),
        "/new": good(HTML.encode(), cookie),
    }
    get("/old", fetch_contact="https://courier.example/robot")
    for request in raw.asked:
        headers = dict(line.lower().split(": ", 1) for line in request.strip().split("\r\n")[1:])
        assert headers["host"] == raw.host
        assert headers["user-agent"].startswith("onrecord/")
        assert headers["user-agent"].endswith("(+https://courier.example/robot)")
        assert not {"cookie", "referer", "authorization"} & set(headers)
    assert len(raw.asked) == 3  # robots.txt once, then the two hops


PDF = b"%PDF-1.7 " + b"x" * 400


@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        pytest.param(answer("404 Not Found", TYPE), "not-found", "Check the address", id="404"),
        pytest.param(answer("410 Gone", TYPE), "not-found", "Check the address", id="410"),
        pytest.param(answer("401 Unauthorized", TYPE), "paywall", "send its text", id="401"),
        pytest.param(answer("402 Payment Required", TYPE), "paywall", "send its text", id="402"),
        pytest.param(answer("403 Forbidden", TYPE), "paywall", "send its text", id="403"),
        pytest.param(
            answer("200 OK", "Content-Type: application/pdf", body=PDF), "not-html", "pdf", id="PDF"
        ),
        pytest.param(good(PDF), "not-html", "a PDF", id="PDF called HTML"),
        pytest.param(answer("200 OK", "Content-Type: image/png"), "not-html", "image/png", id="image"),
        pytest.param(good(b"x", "Content-Encoding: br"), "not-html", "'br'", id="packed unasked"),
        pytest.param(to("/a"), "not-found", "redirects", id="redirect to itself"),
        pytest.param(to("javascript:alert(1)"), "bad-address", "http", id="redirect to a script"),
        pytest.param(to("file:///etc/passwd"), "bad-address", "http", id="redirect to a file"),
        pytest.param(to("http://127.0.0.1/"), "address-refused", "public", id="redirect to itself inside"),
        pytest.param(to("http://127.0.0.1:6379/"), "address-refused", "6379", id="redirect to the queue"),
        pytest.param(to("http://localhost/"), "address-refused", "public", id="redirect to localhost"),
        pytest.param(
            to("http://169.254.169.254/latest/meta-data/"), "address-refused", "public", id="metadata"
        ),
        pytest.param(to("http://[::1]/"), "address-refused", "public", id="redirect to IPv6 loopback"),
        pytest.param(
            to("http://[::ffff:a9fe:a9fe]/"), "address-refused", "public", id="redirect to mapped IPv4"
        ),
        pytest.param(to("http://2130706433/"), "address-refused", "public", id="redirect to a decimal host"),
        pytest.param(to("http://0177.0.0.1/"), "bad-address", "IPv4", id="redirect to an octal host"),
        pytest.param(to("//u:p@127.0.0.1/"), "address-refused", "password", id="redirect with a password"),
    ],
)
def test_lasting_faults(raw: RawSite, get: Get, given: bytes, code: str, told: str) -> None:
    raw.answers["/a"] = given
    with pytest.raises(CannotWork) as fault:
        get("/a")
    assert fault.value.code == code
    assert told in fault.value.detail


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(answer("429 Too Many Requests", "Retry-After: 120"), "in 120 seconds", id="429"),
        pytest.param(
            answer("503 Service Unavailable", "Retry-After: Mon, 03 Mar 2031 09:30:00 GMT"),
            "after 3 March 2031, 09:30 UTC",
            id="503 with a date",
        ),
        pytest.param(answer("503 Service Unavailable", "Retry-After: soon"), "later", id="503 with nonsense"),
        pytest.param(answer("500 Internal Server Error"), "500", id="500"),
        pytest.param(b"", "did not answer", id="hangs up"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", "did not answer", id="another protocol"),
        pytest.param(good(b"no gzip", "Content-Encoding: gzip"), "did not answer", id="broken gzip"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\nContent-Type: text/html\r\n\r\n<p>",
            "did not",
            id="cut off",
        ),
    ],
)
def test_passing_faults(raw: RawSite, get: Get, given: bytes, told: str) -> None:
    raw.answers["/a"] = given
    with pytest.raises(TryAgain) as fault:
        get("/a")
    assert fault.value.code == "site-error"
    assert told in fault.value.detail


def test_nobody_listens(get: Get, raw: RawSite) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(TryAgain) as fault:
            get(f"http://{host}/", fetch_allow_hosts=frozenset({host}))
    assert fault.value.code == "site-error"


def test_a_name_nobody_has(get: Get) -> None:
    with pytest.raises(TryAgain) as fault:
        get("http://no-such-site.invalid/article")
    assert fault.value.code == "site-error"
    assert "no-such-site.invalid" in fault.value.detail


def test_huge_page_is_given_up_on(raw: RawSite, get: Get) -> None:
    raw.answers["/a"] = good(b"<p>" + b"x" * 20_000)
    with pytest.raises(CannotWork) as fault:
        get("/a", fetch_max_bytes=10_000)
    assert fault.value.code == "too-large"
    assert get("/a", fetch_max_bytes=30_000).body.startswith("<p>x")


def test_size_is_counted_after_unpacking(raw: RawSite, get: Get) -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    assert len(bomb) < 30_000
    raw.answers["/a"] = good(bomb, "Content-Encoding: gzip")
    with pytest.raises(CannotWork) as fault:
        get("/a", fetch_max_bytes=1_000_000)
    assert fault.value.code == "too-large"


def test_a_bomb_inside_a_bomb_is_not_unpacked(raw: RawSite, get: Get) -> None:
    packer = zlib.compressobj(9, wbits=31)
    inner = b"".join([*(packer.compress(bytes(10_000_000)) for _ in range(20)), packer.flush()])
    raw.answers["/a"] = good(gzip.compress(inner), "Content-Encoding: gzip, gzip")
    with pytest.raises(CannotWork) as fault:
        get("/a")
    assert fault.value.code == "not-html"
    assert "gzip, gzip" in fault.value.detail


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        pytest.param(f"HTTP/1.1 200 OK\r\n{TYPE}\r\n\r\n<p>".encode(), b"x", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", id="headers"),
        pytest.param(b"", b"", id="silence"),
    ],
)
def test_a_site_that_drips_is_left(raw: RawSite, get: Get, start: bytes, drop: bytes) -> None:
    # each byte comes well within the time; only the page as a whole does not
    raw.dripping["/a"] = start, drop
    with pytest.raises(TryAgain) as fault:
        get("/a", fetch_timeout=0.5)
    assert "too slow" in fault.value.title


def test_a_redirect_chain_has_five_links(raw: RawSite, get: Get) -> None:
    raw.answers |= {f"/{hop}": to(f"/{hop + 1}") for hop in range(6)} | {"/6": good()}
    assert get("/1").url == raw.url("/6")
    with pytest.raises(CannotWork) as fault:
        get("/0")
    assert fault.value.code == "not-found"


def robots(text: str) -> bytes:
    return answer("200 OK", "Content-Type: text/plain", body=text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /private",
        "\ufeffUser-agent: *\nDisallow: /private",
        "User-agent: OnRecord\nDisallow: /private\n\nUser-agent: *\nAllow: /",
    ],
)
def test_robots_txt_is_kept_to(raw: RawSite, get: Get, text: str) -> None:
    raw.answers |= {
        "/robots.txt": robots(text),
        "/public": good(),
        "/private": good(),
        "/way": to("/private"),
    }
    assert get("/public").body == HTML
    for path in ("/private", "/way"):
        with pytest.raises(CannotWork) as fault:
            get(path)
        assert fault.value.code == "blocked-by-robots"
        assert "send the page's text" in fault.value.detail
    assert raw.requests("/private") == []
    assert len(raw.requests("/robots.txt")) == 1


def test_robots_txt_may_be_elsewhere(raw: RawSite, get: Get) -> None:
    raw.answers |= {
        "/robots.txt": to("/rules.txt"),
        "/rules.txt": robots("User-agent: *\nDisallow: /"),
        "/a": good(),
    }
    with pytest.raises(CannotWork) as fault:
        get("/a")
    assert fault.value.code == "blocked-by-robots"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(answer("404 Not Found"), id="none"),
        pytest.param(answer("503 Service Unavailable"), id="broken"),
        pytest.param(b"", id="hangs up"),
        pytest.param(to("http://169.254.169.254/"), id="lures inside"),
        pytest.param(to("/robots.txt"), id="loop"),
        pytest.param(good(b"<html>User-agent: nobody</html>"), id="a page"),
    ],
)
def test_a_site_without_rules_allows_all(raw: RawSite, get: Get, given: bytes) -> None:
    raw.answers |= {"/robots.txt": given, "/a": good()}
    assert get("/a").body == HTML


def test_the_address_that_was_checked_is_the_one_connected_to(
    raw: RawSite, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name whose second answer differs (DNS rebinding): the system's resolver is replaced, since no real
    name can be made to change between two questions."""
    real, asked = socket.getaddrinfo, []

    def rebinding(host: str, *rest: object, **named: object) -> object:
        if host != "rebinding.example":
            return real(host, *rest, **named)  # type: ignore[arg-type]
        asked.append(host)
        return real("127.0.0.1" if len(asked) > 1 else "192.0.2.1", *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with pytest.raises(CheckError) as fault:
        get("http://rebinding.example/")
    assert fault.value.code == "address-refused"
    assert raw.asked == []


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above: no public name of this kind can be relied on."""
    real = socket.getaddrinfo

    def both(host: str, *rest: object, **named: object) -> object:
        found = [real(one, *rest, **named)[0] for one in ("8.8.8.8", "10.0.0.1")]  # type: ignore[arg-type]
        return found

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(CannotWork) as fault:
        get("http://mixed.example/")
    assert fault.value.code == "address-refused"


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A certificate for courier.example that this process trusts, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    file = tmp_path / "courier.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=courier.example", "-addext", "subjectAltName=DNS:courier.example",
         "-keyout", tmp_path / "key.pem", "-out", file],
        check=True,
        capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    client._tls.cache_clear()
    yield file
    client._tls.cache_clear()


@pytest.mark.parametrize("name", ["courier.example", "tribune.example"])
def test_tls_is_spoken_with_the_name_and_not_the_pinned_address(
    raw: RawSite, get: Get, certificate: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The names resolve to this machine by a replaced resolver; everything else is real."""
    asked_for: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    context.sni_callback = lambda _, asked, __: asked_for.append(asked)
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **named: real("127.0.0.1", *rest, **named))
    host = f"{name}:{raw.host.split(':')[1]}"
    raw.answers["/a"] = good()
    raw.tls = context
    if name == "courier.example":
        assert get(f"https://{host}/a", fetch_allow_hosts=frozenset({host})).body == HTML
        assert f"Host: {host}\r\n" in raw.requests("/a")[0]
    else:
        with pytest.raises(TryAgain) as fault:
            get(f"https://{host}/a", fetch_allow_hosts=frozenset({host}))
        assert "certificate" in fault.value.detail.lower()
        assert raw.asked == []
    assert set(asked_for) == {name}
