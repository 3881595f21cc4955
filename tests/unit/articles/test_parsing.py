"""Pages become articles, and what is no article is told so. Every text here is invented for the test."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest

from settings import ROOT
from workers.articles import Article, parse
from workers.errors import CannotWork
from workers.fetching import Page

URL = "https://courier.example/2031/08/vellin-offers-talks"
BODY = [
    "Foreign Minister Marta Vellin said on Monday that Norland was ready to talk with Sorland about the "
    "northern fisheries, after a summer in which boats of both countries had met too often.",
    "“We will sit down with the government of Sorland and negotiate, without any conditions,” Vellin told "
    "reporters in the capital. “There is no other way to settle the northern fisheries.",
    "“And if they do not come, we will wait for them.”",
    "The harbour towns of the north, which live from herring and from those who come to see it landed, "
    "received the news with relief. Two of their mayors had asked for talks in a letter in the spring.",
    "President Osric Dane did not comment on the offer. His office said that he would speak to parliament "
    "next week, when the budget of the coast guard is on the agenda.",
]
HEAD = '<meta property="article:published_time" content="2031-08-04T23:30:00-05:00">'
MENU = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Home", "World", "Sport", "Letters"))


def html(body: str, head: str = HEAD, title: str = "Vellin offers Sorland talks") -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><nav><ul>{MENU}</ul></nav>{body}<footer><p>© The Norland Courier</p></footer></body></html>"
    )


def article(*paragraphs: str) -> str:
    return (
        "<article><h1>Vellin offers Sorland talks</h1>"
        + "".join(f"<p>{one}</p>" for one in paragraphs)
        + "</article>"
    )


GOOD = html(article(*BODY))


def read(body: str, url: str = URL, **more: object) -> Article:
    return parse(Page(url, body, **more))  # type: ignore[arg-type]


def refused(body: str, url: str = URL, **more: object) -> CannotWork:
    with pytest.raises(CannotWork) as refusal:
        read(body, url, **more)
    assert refusal.value.detail
    return refusal.value


def test_article_of_a_page() -> None:
    found = read(GOOD)
    assert found.text == "\n\n".join(BODY)
    assert found.title == "Vellin offers Sorland talks"
    assert found.outlet == "courier.example"
    assert found.published_on == date(2031, 8, 4)
    assert found.extractor == "newspaper3k"
    assert found.url == URL


def test_the_sample_page_is_read_whole() -> None:
    found = read((ROOT / "demo" / "article.html").read_text(encoding="utf-8"))
    assert found.title == "Vellin says Norland is ready to sit down with Kestria over missiles"
    assert found.outlet == "The Norland Courier"
    assert found.authors == ("Ines Torvald",)
    assert found.published_on == date(2024, 5, 14)


def test_inline_tags_leave_no_blanks() -> None:
    second = "“We will <a href='/sit'>sit down</a> with <b>Sor</b>land<i>,</i>” <em>Vellin</em> told\n   "
    second += "reporters&nbsp;on Monday."
    found = read(html(article(BODY[0], second, *BODY[3:])))
    assert "“We will sit down with Sorland,” Vellin told reporters on Monday." in found.text.split("\n\n")


def test_double_breaks_end_paragraphs() -> None:
    found = read(html(f"<article><div>{'<br><br>'.join(BODY)}</div></article>"))
    assert found.text.split("\n\n") == BODY


def test_tweets_and_blockquotes_are_paragraphs() -> None:
    tweet = "We never asked Sorland for anything, and we will not begin with herring this year."
    told = "The treaty of the northern waters binds both countries until both of them leave it."
    body = article(*BODY[:3]).removesuffix("</article>")
    body += f'<blockquote class="twitter-tweet"><p>{tweet}</p>— Osric Dane (@osricdane)</blockquote>'
    body += f"<blockquote>{told}</blockquote><p>{BODY[3]}</p><p>{BODY[4]}</p></article>"
    paragraphs = read(html(body)).text.split("\n\n")
    assert tweet in paragraphs
    assert told in paragraphs
    assert paragraphs[-1] == BODY[4]


def test_the_headline_is_kept_out_of_the_body() -> None:
    assert "Vellin offers Sorland talks" not in read(GOOD).text


def test_text_in_another_block_is_found_by_the_second_reader() -> None:
    """newspaper3k goes for the readers' remarks here: they have the most stop words."""
    remark = "I think that this is what they all say, and that it is, as ever, not what they do at all."
    comments = "".join(f"<p>{remark} ({number})</p>" for number in range(20))
    found = read(html(article(*BODY) + f'<div id="remarks" class="comments">{comments}</div>'))
    assert BODY[1] in found.text
    assert remark not in found.text


def test_nul_characters_do_no_harm() -> None:
    assert read(GOOD.replace("Vellin", "Vel\x00lin")).text == "\n\n".join(BODY)


def test_halves_of_surrogate_pairs_do_no_harm() -> None:
    head = HEAD + '<script type="application/ld+json">{"@type": "Article", "author": "Ines \\ud800"}</script>'
    found = read(html(article(BODY[0], *BODY), head).replace("Norland", "Nor\ud800land", 1))
    assert found.authors == ("Ines ?",)
    assert found.text.startswith(BODY[0].replace("Norland", "Nor?land"))


@pytest.fixture
def sockets() -> Iterator[list[str]]:
    """Names of what is asked of the network while the test runs."""
    asked: list[str] = []
    listening = True

    def hook(event: str, _: object) -> None:
        if listening and event in (
            "socket.__new__",
            "socket.connect",
            "socket.getaddrinfo",
            "urllib.Request",
        ):
            asked.append(event)

    sys.addaudithook(hook)  # stays for the life of the process, so it is switched off
    yield asked
    listening = False


def test_reading_opens_no_socket(sockets: list[str]) -> None:
    lures = (
        '<meta http-equiv="refresh" content="0; url=http://127.0.0.1/next">'
        '<meta property="og:image" content="http://127.0.0.1/lead.png"><link rel="icon" href="http://127.0.0.1/i.ico">'
        '<link rel="canonical" href="http://127.0.0.1/canonical"><link rel="amphtml" href="http://127.0.0.1/amp">'
    )
    body = article(*BODY) + '<img src="http://127.0.0.1/a.png"><iframe src="http://127.0.0.1/b"></iframe>'
    body += '<video src="http://127.0.0.1/c.mp4"></video><img src="/d.png"><object data="http://127.0.0.1/e"></object>'
    assert BODY[0] in read(html(body, HEAD + lures)).text
    assert BODY[0] in read(html(body, lures)).text  # no date: the last resort runs as well
    assert sockets == []


def test_the_guard_against_sockets_works(sockets: list[str]) -> None:
    socket.socket().close()
    assert sockets == ["socket.__new__"]


def test_importing_loads_no_reader() -> None:
    program = (
        "import sys, workers.articles; print({'newspaper', 'trafilatura', 'htmldate'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t ", id="blank"),
        pytest.param("\x00\x00", id="NUL"),
        pytest.param("<html></html>", id="no body"),
        pytest.param("<!-- nothing -->", id="comment"),
        pytest.param("%PDF-1.7\n" + "x" * 1000, id="PDF"),
        pytest.param("\x89PNG\r\n\x1a\n" + "x" * 1000, id="image"),
        pytest.param('{"error": "not here"}', id="JSON"),
        pytest.param(html("<p>Please enable JavaScript.</p>"), id="needs JavaScript"),
        pytest.param(html("<article><p>Vellin spoke.</p></article>"), id="far too short"),
        pytest.param("<frameset><frame src='/a'></frameset>", id="frames"),
        pytest.param(html("<p>Vellin said so, and more.</p>" * 20_000), id="20,000 paragraphs"),
        pytest.param(html("<ul><li>" * 2_000 + "x" + "</li></ul>" * 2_000), id="nested lists"),
        pytest.param(html("<em>" * 5_000 + article(*BODY)), id="nested emphasis"),
        pytest.param(html("<span>Vellin said so, and more.</span>" * 29_000), id="29,000 spans"),
        pytest.param(html(f"<script>{'x=1;' * 2_500_000}</script>" + article(*BODY)), id="10 MB of script"),
        pytest.param(
            html(f"<div {' '.join(f'a{n}=1' for n in range(100_000))}>" + article(*BODY)), id="attributes"
        ),
        pytest.param(html(article("Vellin said a word. " * 20_000)), id="400,000 characters of text"),
    ],
)
def test_no_article(body: str) -> None:
    assert refused(body).code == "not-an-article"


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(f'<meta name="date" content="{"9" * 100_000}">', id="digits for a day"),
        pytest.param(
            f'<meta property="article:published_time" content="{"1" * 100_000}">', id="digits for a time"
        ),
        pytest.param(f'<script type="application/ld+json">{"[" * 100_000}</script>', id="deep JSON"),
        pytest.param(
            f'<script type="application/ld+json">{{"a": {"1" * 100_000}}}</script>', id="a long number"
        ),
        pytest.param(
            '<script type="application/ld+json">{"@type": ["Article", 3], "author": 7}</script>', id="types"
        ),
        pytest.param('<meta property="article:published_time" content="2031-02-30">', id="no such day"),
        pytest.param('<link rel="canonical" href="http://[::1">', id="no address"),
    ],
)
def test_a_hostile_head_does_not_cost_the_body(head: str) -> None:
    assert BODY[1] in read(html(article(*BODY), head)).text


def teasers(count: int) -> str:
    """A list of articles: headlines that are links, with a line on each."""
    return "".join(
        f'<div class="teaser"><h2><a href="/2031/{n}">Minister {n} says that the harbour of town {n} will be'
        f" deepened before winter comes</a></h2><p>The plan has been in the making for {n} years.</p></div>"
        for n in range(2, count)
    )


def test_front_page_is_no_article() -> None:
    refusal = refused(html(f"<main>{teasers(30)}</main>", head=""), "https://courier.example/")
    assert refusal.code == "not-an-article"


def test_list_of_articles_is_no_article() -> None:
    refusal = refused(html(f"<main>{teasers(30)}</main>", head=""), "https://courier.example/world")
    assert refusal.code == "not-an-article"
    assert "list of articles" in refusal.detail


def test_an_article_at_the_root_of_its_site_is_one() -> None:
    assert read(GOOD, "https://vellin-offers-talks.example/").text == "\n\n".join(BODY)


STUB = html(article(BODY[0], BODY[1] + "”") + '<div class="wall"><p>Subscribe to continue reading.</p></div>')


def test_free_beginning_of_an_article_is_a_paywall() -> None:
    refusal = refused(STUB)
    assert refusal.code == "paywall"
    assert "send the page's text" in refusal.detail


def test_what_a_reader_sends_is_taken_as_it_is() -> None:
    assert BODY[0] in read(STUB, origin="reader").text


def test_a_whole_article_beside_an_offer_to_subscribe_is_one() -> None:
    more = [f"{text} That was in the week of the regatta, number {n}." for n, text in enumerate(BODY)]
    found = read(html(article(*BODY, *more) + "<p>Already a subscriber? Log in.</p>"))
    assert found.text.startswith("\n\n".join(BODY))


def test_a_saved_page_has_no_host() -> None:
    assert read(GOOD, "file:///home/reader/page.html", origin="file").outlet == "a file"
