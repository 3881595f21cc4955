"""An lxml element as paragraphs: one per block, inline tags joined without stray blanks."""

import re
from typing import Any

_BLOCKS = {
    "p", "div", "section", "article", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li",
    "table", "tr", "td", "th", "pre", "figure", "figcaption", "main", "header", "footer", "aside",
    "dl", "dt", "dd", "hr", "body",
}  # fmt: skip
_SILENT = {"script", "style", "noscript", "template", "svg", "iframe", "form", "button", "select", "textarea"}
_BLANKS = re.compile(r"[\s\u00a0\u200b]+")


def rendered(node: Any) -> str:
    """Text of an element; blocks and double line breaks are separated by one blank line."""
    parts: list[str] = []
    _collect(node, parts)
    blocks = "".join(parts).split("\n")
    return "\n\n".join(words for block in blocks if (words := _BLANKS.sub(" ", block).strip()))


def _collect(root: Any, parts: list[str]) -> None:
    """Walk without recursion: pages nest deeper than Python's stack."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, left = stack.pop()
        if left:
            parts.append("\n" if node.tag in _BLOCKS else "")
            if node is not root:
                parts.append(_flat(node.tail))
            continue
        if not isinstance(node.tag, str) or node.tag in _SILENT:
            if node is not root:
                parts.append(_flat(node.tail))
            continue
        if node.tag in _BLOCKS or node.tag == "br":
            parts.append("\n")
        parts.append(_flat(node.text))
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))


def _flat(text: str | None) -> str:
    return text.replace("\n", " ").replace("\r", " ") if text else ""
