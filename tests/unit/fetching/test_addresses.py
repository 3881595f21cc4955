"""Which addresses are taken for web addresses, and which of them are public."""

import ipaddress
import time

import httpcore
import pytest

from workers.errors import CannotWork
from workers.fetching.addresses import LONGEST, PublicOnly, normal, public


@pytest.mark.parametrize(
    ("written", "requested"),
    [
        ("https://Courier.Example", "https://courier.example/"),
        ("HTTPS://courier.example:443/a?b=c#d", "https://courier.example/a?b=c"),
        ("  http://courier.example:80/a \n", "http://courier.example/a"),
        ("http://courier.example:8080/a", "http://courier.example:8080/a"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/ä"),
        ("https://courier.example./a", "https://courier.example/a"),
        ("http://[2606:4700::1111]/a", "http://[2606:4700::1111]/a"),
        ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
    ],
)
def test_address_is_requested_in_one_form(written: str, requested: str) -> None:
    assert normal(written) == requested


@pytest.mark.parametrize(
    "url",
    [
        "",
        "courier.example/article",
        "//courier.example/article",
        "https://",
        "https:///article",
        "javascript:alert(1)",
        "data:text/html,<p>hello",
        "file:///etc/passwd",
        "ftp://courier.example/a",
        "gopher://courier.example/",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://[1::2::3]/",
        "http://courier.example:port/",
        "http://courier.example:99999/",
        "http://courier..example/",
        "http://" + "a" * 64 + ".example/",
        "http://courier.example/\x00",
        "http://courier.example/\r\nHost: other",
        "https://courier.example/" + "a" * LONGEST,
    ],
)
def test_what_is_no_web_address_is_told(url: str) -> None:
    with pytest.raises(CannotWork) as refusal:
        normal(url)
    assert refusal.value.code == "bad-address"
    assert refusal.value.detail


@pytest.mark.parametrize("url", ["https://marta@courier.example/", "https://marta:secret@courier.example/a"])
def test_an_address_with_a_password_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(CannotWork) as refusal:
        normal(url)
    assert refusal.value.code == "address-refused"
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
        "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "100::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1", "2002:7f00:1::1", "2002:a9fe:a9fe::1",
        "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_no_public_address(address: str) -> None:
    assert not public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_public_address(address: str) -> None:
    assert public(ipaddress.ip_address(address))


def connect(host: str, port: int = 80, allowed: tuple[str, ...] = ()) -> None:
    PublicOnly(allowed, time.monotonic() + 10).connect_tcp(host, port, timeout=10)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "::1", "::ffff:127.0.0.1", "169.254.169.254",
        "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0",
    ],
)  # fmt: skip
def test_no_spelling_of_a_private_host_is_connected_to(host: str) -> None:
    with pytest.raises(CannotWork) as refusal:
        connect(host)
    assert refusal.value.code == "address-refused"


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
def test_only_ports_of_the_web(port: int) -> None:
    with pytest.raises(CannotWork, match=str(port)):
        connect("8.8.8.8", port)


def test_an_allowance_is_for_one_port() -> None:
    with pytest.raises(CannotWork):
        connect("127.0.0.1", 80, allowed=("127.0.0.1:8000",))


def test_nothing_is_waited_for_after_the_deadline() -> None:
    late = PublicOnly(("127.0.0.1:9",), time.monotonic() - 1)
    with pytest.raises(httpcore.ConnectTimeout):
        late.connect_tcp("127.0.0.1", 9, timeout=10)
