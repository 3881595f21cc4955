"""Which addresses are one page: too few only costs time, too many would show the wrong result."""

import pytest

from ledger.addresses import page_of

PAGE = "https://courier.example/talks?id=7&page"


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        f"  {PAGE}\n",
        "HTTPS://Courier.Example:443/talks?id=7&page#comments",
        "https://courier.example/talks?utm_source=letter&id=7&fbclid=abc&page&UTM_MEDIUM",
    ],
)
def test_the_same_page(url: str) -> None:
    assert page_of(url) == PAGE


@pytest.mark.parametrize(
    "url",
    [
        "http://courier.example/talks?id=7&page",
        "https://courier.example/Talks?id=7&page",
        "https://reader:secret@courier.example/talks?id=7&page",
        "https://courier.example/talks/?id=7&page",
        "https://courier.example:8443/talks?id=7&page",
        "https://courier.example/talks?page&id=7",
        "https://courier.example/talks?id=7",
        "https://courier.example/talks?id=7&page=",
        "https://courier.example/talks?id=7&page&gclidian=1",
    ],
)
def test_another_page(url: str) -> None:
    assert page_of(url) != PAGE


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://courier.example", "https://courier.example/"),
        ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
        ("http://[broken", "http://[broken"),
        ("http://courier.example:port/", "http://courier.example:port/"),
        ("", "/"),
    ],
)
def test_odd_addresses(url: str, page: str) -> None:
    assert page_of(url) == page
