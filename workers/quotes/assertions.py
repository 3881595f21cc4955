"""Whether a quote claims something its speaker can be held to.

Questions, conditions, fragments, requests to nobody knows whom, other people's words and what somebody did
*not* say ("never said that ...") are shown as quotes and never compared.
"""

import re

LEAST_WORDS = 4
"""Fewer words ("made a mistake") say nothing that could be compared."""

_MARKS = '“”"«»'
_QUESTION = re.compile(r"\?[\"”’')\]]*\s*$")
_CONDITION = re.compile(
    r"^(?:and |but |so |well,? )?(?:if|suppose|imagine|unless|whether|were (?:he|she|they|I)"
    r"|should (?:the|a|an|he|she|it|they|we|I|\w+)\b[^,?]*,(?! (?:he|she|they|we|I) (?:ask|say|said)))",
    re.IGNORECASE,
)
_WOULD_IF = re.compile(
    r"\b(?:would|could|might)\b[^.!?]*\bif\b|\bif\b[^.!?]*\b(?:would|could|might)\b", re.IGNORECASE
)
_FROM_OTHERS = re.compile(
    r"^\W*(?:(?:and|but|so|well|look),?\s+)*(?!I\b|[Ww]e\b)(?:\w+[\w’'-]*\s+){1,4}?"
    r"(?:say|says|said|told|tells|claim|claims|claimed)\b"
)
_REQUEST = re.compile(
    r"\b(?:call(?:s|ed|ing)?\s+(?:up)?on|urg(?:e|es|ed|ing)|ask(?:s|ed|ing)?|appeal(?:s|ed|ing)?\s+to)"
    r"\s+(?:them|him|her|you)\b",
    re.IGNORECASE,
)
_UNSAID = re.compile(
    r"(?:\b(?:not|never|cannot|will|would|could|can|may|might|should|must)|n[’']t"
    r"|\b(?:refus\w+|declin\w+|expect\w+|want\w*|plan\w*|hop\w+|likely|unlikely|set|poised|due|scheduled|urged|going"
    r"|fail\w*|reluctant|intend\w*|about|hesitat\w+|is|are|was|were)\s+to)\s+(?:\w+ly\s+|also\s+|even\s+|ever\s+|be\s+)?$"
    r"|\b(?:[Nn]obody|[Nn]o\s+one|[Nn]one|[Nn]either|[Ff]ew)\b[^,.;“”\"]*$"
    r"|(?:^|[,;.“”]\s*|\b(?:and|but)\s+)(?:[Ii]f|[Uu]nless|[Ww]hether)\b[^,.;“”\"]*$"
)
_QUESTIONS = re.compile(r"^(?:ask|wonder)")
_NAMING = re.compile(r"^(?:call|label|brand|dub|describ)")
_MARKED = re.compile(r"[“\"'‘]([^“”\"'‘’]+)[”\"'’]")
_DENIALS = re.compile(r"^den(?:y|ie)")
_REACH = 60
"""Characters in front of a reporting verb that can turn it round."""


def claims(content: str) -> bool:
    """Whether words claim something that can be held against other words.

    Not a fragment, a question, a condition, somebody else's words, or a request whose addressee the words
    don't name ("we call upon them to ..."): whose doing it is about, nobody could tell from the quote.
    """
    words = content.strip()
    if len(words.split()) < LEAST_WORDS or _QUESTION.search(words) or _CONDITION.match(words):
        return False
    if _WOULD_IF.search(words) or _FROM_OTHERS.match(words) or _REQUEST.search(words):
        return False
    whole = words[0] in _MARKS and any(mark in words[-2:] for mark in _MARKS)
    return not whole and not _cited(words)


def _cited(words: str) -> bool:
    """Whether most of the words stand between inner marks ("They told me, ‘...’")."""
    inner = words.find("‘")
    return inner >= 0 and len(words) - inner > len(words) / 2


def brands(verb: str, content: str) -> bool:
    """Whether somebody is only called a word or two ("called Dane “confused” for saying ...")."""
    marked = [len(part.split()) for part in _MARKED.findall(content)]
    return bool(_NAMING.match(verb.lower())) and max(marked, default=0) < LEAST_WORDS


def reports(text: str, cue_start: int, verb: str) -> bool:
    """Whether a reporting verb tells what its subject did say.

    Args:
        text: of the article.
        cue_start: where the verb begins.
        verb: the verb as written.
    """
    word = verb.lower()
    if _QUESTIONS.match(word) or _DENIALS.match(word) or word.startswith("jok"):
        return False
    start = max(text.rfind("\n", 0, cue_start) + 1, cue_start - _REACH)
    return _UNSAID.search(text[start:cue_start]) is None
