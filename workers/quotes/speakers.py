"""Who speaks: the noun phrase that is the subject of a reporting verb, as written.

No parser: phrases are read word by word away from the verb until a word that cannot belong to a subject.
A phrase that cannot be read gives None, which costs a quote rather than a wrong speaker.
"""

import re

from workers.quotes.cues import LEXICON
from workers.quotes.quote import Mention

_TOKEN = re.compile(r"\w+(?:[.’'\-&]\w+)*\.?|[^\w\s]")
_PRONOUN = {"he", "she", "they", "i", "we", "it", "who", "you"}
PERSONAL = {"he", "she", "they", "i", "we"}
_SKIP, _TIME = frozenset(LEXICON["between"]), frozenset(LEXICON["times"])
_BREAK, _AFTER_BREAK = frozenset(LEXICON["clause_openers"]), frozenset(LEXICON["after_subject"])
_TITLES, _DETERMINERS = frozenset(LEXICON["titles"]), frozenset(LEXICON["determiners"])
_CLAUSE_VERBS = frozenset(LEXICON["clause_verbs"])
_BARE_ROLES = frozenset(LEXICON["bare_roles"])
_LONGEST = 14

Token = tuple[int, int, str]


def subject_before(text: str, start: int, end: int) -> Mention | None:
    """The subject that ends where a verb begins (``end``), looking back no further than ``start``."""
    tokens = [(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(text, start, end)]
    tokens = _without_tail(tokens)
    if not tokens:
        return None
    if tokens[-1][2] == ")":
        # "Sen. Vellin (I-Varn) said"
        opening = next((i for i in range(len(tokens) - 1, -1, -1) if tokens[i][2] == "("), 0)
        tokens = tokens[:opening]
        if not tokens:
            return None
    if tokens[-1][2] in ",—–-":
        return _described(text, tokens)
    if tokens[-1][2].lower() == "who":
        tokens.pop()
        if tokens and tokens[-1][2] == ",":
            tokens.pop()
    elif tokens[-1][2].lower() in ("and", "but", "then"):
        return first_subject(text, start, tokens[-1][0])
    return _phrase(text, tokens)


def subject_after(text: str, start: int, end: int) -> Mention | None:
    """The subject behind an inverted verb ("said Vellin, who ..."), None when a clause stands there."""
    kept: list[Token] = []
    for match in _TOKEN.finditer(text, start, end):
        token = (match.start(), match.end(), match.group())
        word = token[2].lower()
        if word in _CLAUSE_VERBS:
            return None
        if not token[2][0].isalnum() or word in _AFTER_BREAK or len(kept) == _LONGEST:
            break
        kept.append(token)
        if word in PERSONAL or (token[2].endswith(".") and word not in _TITLES and len(word) > 2):
            break
    return _mention(text, kept) if kept and _can_begin(kept[0][2]) else None


def first_subject(text: str, start: int, end: int) -> Mention | None:
    """The subject at the beginning of a clause: a pronoun, or the first name or noun phrase."""
    kept: list[Token] = []
    clause = text[start:end]
    # "In March, Vellin ruled out ...": the subject stands behind the comma of a fronted adverbial
    fronted = re.match(
        r"\s*(?:[Ii]n|[Oo]n|[Aa]t|[Aa]fter|[Bb]efore|[Dd]uring|Speaking|Asked|Earlier|Later|Last|But|And|Yet|Still|However|Meanwhile)\b[^,“\"]{0,90},\s+",
        clause,
    )
    offset = start + (fronted.end() if fronted else 0)
    for match in _TOKEN.finditer(text, offset, end):
        token = (match.start(), match.end(), match.group())
        word = token[2]
        if not kept and word.lower() in ("but", "and", "so", "yet"):
            continue
        if kept and not (word[0].isupper() or word.lower() in ("of", "the", "de", "van", "von", "for")):
            if kept[0][2].lower() in _DETERMINERS and len(kept) < 4 and word[0].isalpha():
                kept.append(token)
                continue
            break
        if not kept and not _can_begin(word):
            return None
        kept.append(token)
        if word.lower() in PERSONAL or len(kept) == _LONGEST:
            break
    while kept and kept[-1][2].lower() in ("of", "the", "for", "de"):
        kept.pop()
    return _mention(text, kept) if kept else None


def _without_tail(tokens: list[Token]) -> list[Token]:
    """Drop auxiliaries, adverbs and days between subject and verb."""
    tokens = list(tokens)
    while tokens:
        word = tokens[-1][2].lower()
        if (
            word in _SKIP
            or (word.endswith("ly") and len(word) > 4 and word != "family" and not tokens[-1][2][0].isupper())
            or (word in _TIME and len(tokens) > 1 and not (tokens[-1][2][0].isupper() and word == "may"))
        ):
            tokens.pop()
        else:
            break
    return tokens


def _described(text: str, tokens: list[Token]) -> Mention | None:
    """ "Vellin, the foreign minister, said": the subject stands before the comma before."""
    mark = tokens[-1][2]
    inner = tokens[:-1]
    for i in range(len(inner) - 1, 0, -1):
        if inner[i][2] in ("”", "“", '"'):
            return None
        if inner[i][2] == mark:
            # several commas ("Vellin, 52, the minister, said"): the first of them follows the name
            before = inner[:i]
            while (j := _last(before, mark)) is not None and len(before) - j <= 5:
                before = before[:j]
            return _phrase(text, before) if before else None
    return None


def _last(tokens: list[Token], mark: str) -> int | None:
    return next((i for i in range(len(tokens) - 1, 0, -1) if tokens[i][2] == mark), None)


def _phrase(text: str, tokens: list[Token]) -> Mention | None:
    if not tokens:
        return None
    if tokens[-1][2].lower() in _PRONOUN:
        last = tokens[-1]
        return None if last[2].lower() in ("who", "it", "you") else Mention(last[0], last[1], last[2])
    kept: list[Token] = []
    for token in reversed(tokens):
        word = token[2].lower()
        if word in _BREAK or len(kept) == _LONGEST:
            break
        if not token[2][0].isalnum():
            break
        kept.insert(0, token)
    while kept and kept[0][2].lower() in (
        _TIME | _SKIP | {"and", "of", "to", "for", "at", "with", "by", "from"}
    ):
        kept.pop(0)
    return _mention(text, _from_head(kept)) if kept else None


def _from_head(kept: list[Token]) -> list[Token]:
    """Cut what stands before the last determiner-led or capitalised run that reaches the verb."""
    for i in range(len(kept) - 1, -1, -1):
        word = kept[i][2]
        if word.lower() in _DETERMINERS and not (
            i and kept[i - 1][2].lower() in ("of", "for", "at", "in", "from", "with")
        ):
            return kept[i:]
    for i, token in enumerate(kept):
        if token[2][0].isupper():
            # a lower-case role may lead a name: "foreign minister Marta Vellin"
            return kept[max(0, i - 3) :] if all(t[2].islower() for t in kept[:i]) and i <= 3 else kept[i:]
    return kept


def _can_begin(word: str) -> bool:
    plain = word.lower()
    return word[0].isupper() or plain in PERSONAL or plain in _DETERMINERS or plain in _BARE_ROLES


def _mention(text: str, tokens: list[Token]) -> Mention | None:
    if not tokens:
        return None
    start, end = tokens[0][0], tokens[-1][1]
    words = text[start:end]
    if words.endswith(".") and tokens[-1][2].lower() not in _TITLES and not re.search(r"\b[A-Z]\.$", words):
        end -= 1
        words = words[:-1]
    return Mention(start, end, words) if words and not words.isdigit() else None
