"""Bytes of pages in the encodings that pages really have, and in those they only claim."""

import codecs

import pytest

from workers.fetching.decoding import decoded

WORDS = "“Wir sprechen mit Kestria”, sagte Außenministerin Vellin – für 5 €."
PAGE = f"<html><head><title>x</title></head><body><p>{WORDS}</p></body></html>"


def with_meta(charset: str) -> str:
    return PAGE.replace("<title>", f'<meta charset="{charset}"><title>')


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(PAGE.encode(), "text/html; charset=utf-8", id="header"),
        pytest.param(PAGE.encode(), 'text/html; charset="UTF-8"', id="quoted header"),
        pytest.param(PAGE.encode(), "text/html", id="nothing stated, UTF-8"),
        pytest.param(PAGE.encode("cp1252"), "text/html; charset=windows-1252", id="windows-1252"),
        pytest.param(PAGE.encode("cp1252"), "text/html; charset=iso-8859-1", id="windows called latin-1"),
        pytest.param(PAGE.encode("cp1252"), "text/html; charset=utf-8", id="header is wrong"),
        pytest.param(with_meta("windows-1252").encode("cp1252"), "text/html", id="meta"),
        pytest.param(
            codecs.BOM_UTF8 + PAGE.encode(), "text/html; charset=iso-8859-1", id="mark before header"
        ),
        pytest.param(PAGE.encode("utf-16"), "text/html", id="UTF-16 with a mark"),
        pytest.param(PAGE.encode("utf-16-le"), "text/html; charset=utf-16le", id="UTF-16 by its header"),
        pytest.param(with_meta("utf-16").encode(), "text/html", id="UTF-16 claimed in ASCII"),
        pytest.param(PAGE.encode(), "text/html; charset=klingon", id="unknown charset"),
        pytest.param(PAGE.encode(), "text/html; charset=punycode", id="punycode"),
        pytest.param(PAGE.encode(), "text/html; charset=undefined", id="Python's undefined"),
        pytest.param(PAGE.encode(), "text/html; charset=unicode_escape", id="Python's escapes"),
        pytest.param(PAGE.encode(), "text/html; charset=hex", id="no text encoding"),
    ],
)
def test_words_are_read_as_written(body: bytes, content_type: str) -> None:
    assert WORDS in decoded(body, content_type)


def test_one_damaged_character_leaves_the_others_alone() -> None:
    body = PAGE.encode() * 3
    damaged = body[:60] + b"\xe2\x80" + body[60:]
    assert decoded(damaged, "text/html").count(WORDS) >= 2


def test_nul_characters_go() -> None:
    assert decoded(b"<p>Vel\x00lin</p>", "text/html; charset=utf-8") == "<p>Vellin</p>"


def test_any_bytes_become_text() -> None:
    text = decoded(bytes(range(256)) * 40, "text/html")
    assert isinstance(text, str)
    assert "\x00" not in text
