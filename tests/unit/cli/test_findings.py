"""What a reader sees on a terminal and in a pipe."""

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from cli.findings import clean, show, summary

NOW = "We would like to sit down with Kestria."
THEN = "We will not talk to Kestria.\n\nThere is nothing to talk about."


def side(
    text: str, clash: tuple[int, int], day: str, precision: str, source: dict[str, Any]
) -> dict[str, Any]:
    return {
        "text": text,
        "statement": text,
        "type": "direct",
        "said_on": day,
        "precision": precision,
        "start": 0,
        "end": len(text),
        "clash": [list(clash)],
        "source": source,
    }


@pytest.fixture
def check() -> dict[str, Any]:
    courier = {"url": "https://courier.example/a", "title": "Today", "outlet": "The Courier"}
    tribune = {"url": "https://tribune.example/b", "title": "No talks", "outlet": "The Tribune"}
    return {
        "state": "done",
        "url": "https://courier.example/a?from=mail",
        "article": {"title": "Vellin offers talks", "outlet": "The Courier", "published_on": "2024-05-14"},
        "compared": {"quotes": 12, "officials": 2, "earlier": 1},
        "findings": [
            {
                "id": "1",
                "kind": "contradiction",
                "score": 0.934,
                "reason": "In March 2024: “not talk”. On 14 May 2024: “sit down”.",
                "official": {"name": "Marta Vellin", "slug": "marta-vellin", "office": "Foreign Minister"},
                "now": side(NOW, (17, 25), "2024-05-14", "day", courier),
                "then": side(THEN, (3, 16), "2024-03", "month", tribune),
            }
        ],
    }


def shown(check: dict[str, Any], **options: Any) -> str:
    out = StringIO()
    show(check, Console(file=out, highlight=False, **options))
    return out.getvalue()


def test_a_finding_is_two_dated_statements_with_sources_and_a_reason(check: dict[str, Any]) -> None:
    assert shown(check, width=100).splitlines() == [
        "Vellin offers talks",
        "The Courier, 14 May 2024",
        "",
        "1. Marta Vellin, Foreign Minister: may conflict (0.93)",
        "   Now  14 May 2024",
        "        “We would like to *sit down* with Kestria.”",
        "        in this article",
        "   Then March 2024",
        "        “We *will not talk* to Kestria. There is nothing to talk about.”",
        "        The Tribune: No talks",
        "        https://tribune.example/b",
        "   Why",
        "        In March 2024: “not talk”. On 14 May 2024: “sit down”.",
        "",
        "12 statements by 2 officials compared with 1 statement on record. Two statements that seem to",
        "conflict need not: read both where they stand.",
    ]


def test_words_of_a_reporter_stand_without_quotation_marks(check: dict[str, Any]) -> None:
    check["findings"][0]["then"] |= {"type": "mixed", "text": "talks “can wait”", "clash": [[6, 16]]}
    assert "        talks *“can wait”*\n" in shown(check, width=100)


def test_words_that_clash_are_bold_and_underlined_on_a_terminal(check: dict[str, Any]) -> None:
    text = shown(check, width=100, force_terminal=True, color_system="standard")
    assert "\x1b[1;4mwill not talk\x1b[0m" in text
    assert "*" not in text


def test_no_colour_where_it_is_not_wanted(check: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(check, width=100, force_terminal=True, color_system="standard")
    assert "\x1b[3" not in text  # codes 30 to 39 are the colours
    assert "\x1b[1;4mwill not talk" in text


def test_lines_fit_a_narrow_terminal(check: dict[str, Any]) -> None:
    assert max(len(line) for line in shown(check, width=44).splitlines()) <= 44


def test_a_page_cannot_command_the_terminal(check: dict[str, Any]) -> None:
    check["article"]["title"] = "\x1b]0;owned\x07Title \x9b31m\u202edetrever"
    check["findings"][0]["now"]["text"] = "We would \x1b[2Jlike to sit down"
    text = shown(check, width=100)
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)


def test_marks_of_the_page_are_not_read_as_style(check: dict[str, Any]) -> None:
    check["findings"][0]["reason"] = "[bold]We[/bold] [link=file:///etc/passwd]x[/link] :smile:"
    assert "[bold]We[/bold] [link=file:///etc/passwd]x[/link] :smile:" in shown(check, width=100)


@pytest.mark.parametrize(
    ("quotes", "officials", "earlier", "text"),
    [
        (0, 0, 0, "No statement by an official was found in this article."),
        (3, 1, 0, "3 statements by 1 official; nothing that they said earlier is on record yet."),
        (1, 1, 2, "No conflict found. 1 statement by 1 official compared with 2 statements on record."),
    ],
)
def test_no_finding_is_an_answer_too(quotes: int, officials: int, earlier: int, text: str) -> None:
    compared = {"quotes": quotes, "officials": officials, "earlier": earlier}
    assert summary({"compared": compared, "findings": []}) == text


def test_clean_keeps_words() -> None:
    assert clean("Łódź “naïve” 東京\n\n next") == "Łódź “naïve” 東京 next"
