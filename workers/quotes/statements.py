"""What is compared: the words of a quote made to stand alone."""

import re

_INNER_MARKS = re.compile(r"[“”\"«»]")


def statement(content: str, framing: str | None, topic: str | None) -> str:
    """The words as one sentence that needs no article around it.

    Quotation marks go and blanks are folded. In front stand what it is about (``topic``, of
    `workers.quotes.topics`) and the stance that the article names (``framing``), so that «ruled out
    negotiations, saying talks "can only ..."» becomes "On Kestria: ruled out negotiations: talks can only
    ...". Measured: without them the model misses conflicts whose words share no name.
    """
    parts = [f"On {topic}" if topic else "", framing or "", content]
    tidy = [" ".join(_INNER_MARKS.sub("", part).split()).strip(" ,;:.—–-") for part in parts]
    words = ": ".join(part for part in tidy if part)
    return words[:1].upper() + words[1:]
