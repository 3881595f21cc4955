"""Plain text files, as people save and paste them."""

import pytest

from workers.articles import parse
from workers.errors import CannotWork
from workers.fetching import Page

TITLE = "Vellin offers Sorland talks"
FIRST = "Foreign Minister Marta Vellin said on Monday that Norland was ready to talk."
SECOND = "“We will sit down with them,” she said.  “There is no other way."
THIRD = "“And we will wait.”"
TEXT = "\n\n".join([FIRST, SECOND, THIRD])


def read(body: str) -> tuple[str, str]:
    article = parse(Page("file:///a.txt", body, "file", plain=True))
    assert article.extractor == "plain"
    return article.title, article.text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{TITLE}\n\n{TEXT}", id="as described"),
        pytest.param(f"\ufeff\n{TITLE}\r\n\r\n{FIRST}\r\n\r\n\r\n{SECOND}\r\n\r\n{THIRD}\r\n", id="Windows"),
        pytest.param(f"{TITLE}\n{FIRST}\n{SECOND}\n{THIRD}", id="no blank lines"),
        pytest.param(f"{TITLE}\n\n{TITLE}\n© Ada Holm\n\n{TEXT}", id="headline again, with a credit"),
        pytest.param(f"{TITLE}\n\nPhoto: Ada Holm / Norland Press\n\n{TEXT}", id="credit"),
        pytest.param(f"{TITLE}\x00\n \t\n{TEXT}\n", id="NUL and blanks"),
    ],
)
def test_title_and_paragraphs(body: str) -> None:
    assert read(body) == (TITLE, TEXT)


def test_words_are_kept_as_they_are() -> None:
    odd = "Image rights, she said,  are “© nobody’s” — ﬁnally…"
    assert read(f"{TITLE}\n\n{odd}")[1] == odd


def test_lines_broken_at_a_column_are_joined() -> None:
    wrapped = (
        f"{TITLE}\n\nForeign Minister Marta Vellin said on Monday that Norland was ready\n"
        "to talk with Sorland about the northern fisheries, after a summer in\nwhich boats met.\n\n"
        "Nothing else was said by her or by the others who had come to hear\nit.\n"
    )
    assert read(wrapped)[1].split("\n\n") == [
        "Foreign Minister Marta Vellin said on Monday that Norland was ready to talk with Sorland about the "
        "northern fisheries, after a summer in which boats met.",
        "Nothing else was said by her or by the others who had come to hear it.",
    ]


def test_a_title_alone_is_the_text() -> None:
    assert read("Vellin: we will talk with Sorland\n") == ("Vellin: we will talk with Sorland",) * 2


@pytest.mark.parametrize("body", ["", " \n\n\t", "\x00"])
def test_an_empty_file_is_refused(body: str) -> None:
    with pytest.raises(CannotWork) as refusal:
        read(body)
    assert refusal.value.code == "not-an-article"


def test_a_book_is_refused() -> None:
    with pytest.raises(CannotWork) as refusal:
        read(f"{TITLE}\n\n" + "Vellin said a word. " * 20_000)
    assert refusal.value.code == "not-an-article"
