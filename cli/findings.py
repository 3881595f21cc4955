"""A finished check as a reader wants it on a terminal: two dated statements, Now and Then, and why."""

import re
import unicodedata
from datetime import date
from typing import Any

from rich.console import Console
from rich.text import Text

KINDS = {"contradiction": "may conflict", "shift": "position has shifted"}
WIDEST = 100
INDENT = 8


def show(check: dict[str, Any], console: Console | None = None) -> None:
    """Print a done check in the form of the API (docs/api.md) to stdout.

    Words that clash are bold and underlined on a terminal, between asterisks elsewhere.
    """
    console = console or Console(highlight=False, soft_wrap=False)
    console.width = min(console.width, WIDEST)
    article, findings = check["article"], check["findings"]
    _print(console, Text(clean(article["title"]), style="bold"))
    _print(console, Text(clean(_comma(article["outlet"], _day(article["published_on"], "day"))), style="dim"))
    console.print()
    for number, finding in enumerate(findings, 1):
        _show_finding(console, number, finding)
    _print(console, Text(summary(check)))


def summary(check: dict[str, Any]) -> str:
    """What was compared with what, and what came of it, in one or two sentences."""
    compared, found = check["compared"], len(check["findings"])
    quotes, officials, earlier = compared["quotes"], compared["officials"], compared["earlier"]
    if not quotes:
        return "No statement by an official was found in this article."
    scope = f"{_count(quotes, 'statement')} by {_count(officials, 'official')}"
    if not earlier:
        return f"{scope}; nothing that they said earlier is on record yet."
    compared_with = f"{scope} compared with {_count(earlier, 'statement')} on record."
    if not found:
        return f"No conflict found. {compared_with}"
    return f"{compared_with} Two statements that seem to conflict need not: read both where they stand."


def _show_finding(console: Console, number: int, finding: dict[str, Any]) -> None:
    official = finding["official"]
    head = Text(f"{number}. ", style="bold")
    head.append(clean(_comma(official["name"], official["office"])), style="bold")
    head.append(f": {KINDS[finding['kind']]}", style="bold yellow")
    head.append(f" ({finding['score']:.2f})", style="dim")
    _print(console, head)
    for label, side in (("Now", finding["now"]), ("Then", finding["then"])):
        said = Text(f"{label:<{INDENT - 3}}", style="bold cyan")
        said.append(_day(side["said_on"], side["precision"]), style="bold default")
        _print(console, said, 3)
        _print(console, _quoted(side, marks=not console.is_terminal), INDENT)
        source = side["source"]
        if source["url"] == finding["now"]["source"]["url"]:
            _print(console, Text("in this article", style="dim"), INDENT)
        else:
            where = ": ".join(part for part in (source["outlet"], source["title"]) if part)
            _print(console, Text(clean(where), style="dim"), INDENT)
            _print_line(console, Text(clean(source["url"]), style="dim"), INDENT)
    _print(console, Text("Why", style="bold cyan"), 3)
    _print(console, Text(clean(finding["reason"])), INDENT)
    console.print()


def _quoted(side: dict[str, Any], marks: bool) -> Text:
    """The words on one line, the clash emphasised; quotation marks only round what was said word for word."""
    text, direct = side["text"], side["type"] == "direct"
    shown = Text("“" if direct else "")
    at = 0
    for start, end in sorted(side["clash"]):
        shown.append(clean(text[at:start]))
        words = clean(text[start:end])
        shown.append(f"*{words}*" if marks else words, style="bold underline")
        at = end
    shown.append(clean(text[at:]) + ("”" if direct else ""))
    return shown


def _print(console: Console, text: Text, indent: int = 0) -> None:
    """Print wrapped lines with an indent and no blanks after them."""
    for line in text.wrap(console, console.width - indent):
        _print_line(console, line, indent)


def _print_line(console: Console, line: Text, indent: int) -> None:
    """Print one line however long it is; an address that was cut could not be opened."""
    line.rstrip()
    console.print(Text(" " * indent) + line, no_wrap=True, overflow="ignore", crop=False)


def _day(day: str | None, precision: str) -> str:
    """A day in words, no more exact than it is known."""
    if day is None or precision == "unknown":
        return "day unknown"
    match day.split("-"):
        case [year, month, number]:
            known = date(int(year), int(month), int(number))
            return f"{known.day} {known:%B %Y}"
        case [year, month]:
            return f"{date(int(year), int(month), 1):%B %Y}"
        case _:
            return day


def _comma(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def clean(text: str) -> str:
    """A page's words made harmless for a terminal: no escape codes, no changes of direction, one line."""
    kept = "".join(
        " " if unicodedata.category(c) == "Cc" else c for c in text if unicodedata.category(c) != "Cf"
    )
    return re.sub(r"\s+", " ", kept)
