"""What pages say of themselves: days as written, outlets, authors, addresses."""

import json
from datetime import date
from typing import Any

import pytest

from workers.articles.metadata import Metadata, metadata, tree

URL = "https://www.courier.example/a?page=2"


def about(head: str = "", body: str = "", url: str = URL) -> Metadata:
    return metadata(tree(f"<html><head>{head}</head><body>{body}<p>text</p></body></html>"), url)


def json_ld(described: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(described)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2031-08-04", date(2031, 8, 4)),
        ("2031-08-04T23:30:00-05:00", date(2031, 8, 4)),
        ("2031-08-04T00:30:00+09:00", date(2031, 8, 4)),
        ("20310804", date(2031, 8, 4)),
        (" 2031-08-04 10:00", date(2031, 8, 4)),
        ("2031-13-04", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_day_is_the_one_written(written: str, day: date | None) -> None:
    assert about(meta("article:published_time", written)).published_on == day
    assert about(json_ld({"@type": "NewsArticle", "datePublished": written})).published_on == day


def test_json_ld_goes_before_open_graph() -> None:
    head = meta("article:published_time", "2031-01-01") + json_ld(
        {"@type": "NewsArticle", "datePublished": "2031-08-04", "dateModified": "2031-08-09"}
    )
    assert about(head).published_on == date(2031, 8, 4)


def test_day_in_the_body() -> None:
    body = '<span itemprop="datePublished" content="2031-08-04T10:00Z">4 August</span>'
    assert about(body=body).published_on == date(2031, 8, 4)


@pytest.mark.parametrize(
    "described",
    [
        {
            "@type": "NewsArticle",
            "publisher": {"name": "The Norland Courier"},
            "author": [{"name": "Ines Torvald"}],
        },
        {
            "@type": ["Thing", "ReportageNewsArticle"],
            "publisher": "The Norland Courier",
            "author": "Ines Torvald",
        },
        {
            "@graph": [
                {"@type": "WebSite", "name": "x"},
                {
                    "@type": "BlogPosting",
                    "publisher": [{"name": "The  Norland\nCourier"}],
                    "author": ["Ines Torvald"],
                },
            ]
        },
        [
            {
                "@type": "Article",
                "publisher": {"name": "The Norland Courier"},
                "author": {"name": "Ines Torvald"},
            }
        ],
    ],
)
def test_outlet_and_author_of_json_ld(described: Any) -> None:
    found = about(json_ld(described))
    assert (found.outlet, found.authors) == ("The Norland Courier", ("Ines Torvald",))


def test_site_name_goes_before_the_publisher() -> None:
    head = json_ld({"@type": "Article", "publisher": "Norland Media Group"})
    assert about(head + meta("og:site_name", "The Norland Courier")).outlet == "The Norland Courier"


@pytest.mark.parametrize(
    ("canonical", "address"),
    [
        ("/a", "https://www.courier.example/a"),
        ("https://www.courier.example/a#top", "https://www.courier.example/a"),
        ("https://courier.example/a", "https://courier.example/a"),
        ("https://m.courier.example/a", "https://m.courier.example/a"),
        ("https://tribune.example/a", URL),
        ("https://courier.example.evil.example/a", URL),
        ("javascript:alert(1)", URL),
        ("/", URL),
        ("http://[", URL),
        ("", URL),
    ],
)
def test_canonical_address_only_on_the_same_site(canonical: str, address: str) -> None:
    assert about(f'<link rel="canonical" href="{canonical}">').url == address
    assert about(meta("og:url", canonical)).url == address


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", False),
        (meta("og:type", "website"), False),
        (meta("og:type", "article"), True),
        (meta("article:published_time", "2031-08-04"), True),
        (json_ld({"@type": "NewsArticle"}), True),
        (json_ld({"@type": "WebSite"}), False),
    ],
)
def test_whether_a_page_calls_itself_an_article(head: str, expected: bool) -> None:
    assert about(head).is_article is expected


def test_nothing_to_read() -> None:
    assert tree("") is None
    assert tree("<!-- -->") is None
