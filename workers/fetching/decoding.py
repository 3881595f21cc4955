"""Bytes of a page -> text: byte order mark, the header's charset, the page's own, UTF-8, a guess."""

import codecs
import re

from charset_normalizer import from_bytes

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What pages call Latin-1 is Windows' superset of it, as the HTML standard says.
_SUPERSETS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
}
# Python's own, which no page is written in; punycode takes time that grows with the square of the length
_NOT_OF_THE_WEB = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"}
DAMAGED = 0.2
"""Share of unreadable characters among those beyond ASCII up to which a page counts as damaged UTF-8."""


def decoded(body: bytes, content_type: str) -> str:
    """The text of a body; never fails, unreadable bytes become U+FFFD and NUL bytes go."""
    return _decoded(body, content_type).replace("\x00", "")


def _decoded(body: bytes, content_type: str) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    header, page = _HEADER.search(content_type), _META.search(body[:4096])
    stated = [header[1]] if header else []
    # a page whose own statement can be read in ASCII isn't in UTF-16, as the same standard says
    stated += [page[1].decode("ascii")] if page and not page[1].lower().startswith(b"utf-16") else []
    for charset in (*stated, "utf-8"):
        try:
            return _strictly(body, _SUPERSETS.get(charset.lower(), charset))
        except (LookupError, UnicodeError):
            continue
    text = body.decode("utf-8", "replace")
    beyond = sum(character > "\x7f" for character in text)
    if text.count("\ufffd") <= DAMAGED * beyond:
        return text
    guess = from_bytes(body[:100_000]).best()
    return body.decode(guess.encoding if guess else "cp1252", "replace")


def _strictly(body: bytes, charset: str) -> str:
    if codecs.lookup(charset).name in _NOT_OF_THE_WEB:
        raise LookupError(charset)
    return body.decode(charset)
