"""Public offices as news text writes them, before a name ("Foreign Minister Marta Vellin") or behind it."""

import re

_KIND = (
    r"(?:foreign|defen[cs]e|finance|interior|home|treasury|trade|health|education|energy|environment|justice|labou?r|agriculture|transport"
    r"|housing|state|press|cabinet|environment|culture|immigration|commerce|homeland\s+security|veterans\s+affairs|shadow|first|prime|deputy"
    r"|junior|senior|interim|acting|federal|district|appeals|supreme\s+court|chief|associate|assistant|under|european|vice)"
)
_OF = r"(?:\s+(?:of|for)\s+(?:the\s+)?[A-Za-z]+(?:\s+(?:and\s+)?[A-Z][A-Za-z]+){0,3})"
_CORE = rf"""(?:
    (?:vice[\s-]+)?president(?:-elect)?|prime\s+minister|first\s+minister|deputy\s+prime\s+minister|taoiseach|chancellor(?:\s+of\s+the\s+exchequer)?|premier
  | (?:{_KIND}\s+){{0,3}}(?:minister{_OF}?|secretary(?:{_OF}|-general|\s+general)?)
  | attorney[\s-]+general|solicitor[\s-]+general|surgeon\s+general
  | senator|sen\.|representative|rep\.|congressman|congresswoman|lawmaker|MP|MEP|assemblyman|assemblywoman|state\s+senator
  | (?:lieutenant\s+|lt\.\s+)?governor|gov\.|mayor|councill?or|councilman|councilwoman|alderman
  | (?:house\s+|senate\s+)?(?:speaker|majority\s+leader|minority\s+leader|majority\s+whip|minority\s+whip|opposition\s+leader)(?:\s+of\s+the\s+house)?|leader\s+of\s+the\s+opposition
  | (?:supreme\s+court\s+|chief\s+|associate\s+)?justice|(?:federal\s+|district\s+|appeals\s+court\s+)?judge
  | general|gen\.|admiral|adm\.
  | (?:eu\s+|european\s+|police\s+)?commissioner|commission\s+president|high\s+representative
  | (?:u\.?s\.?\s+|un\s+|u\.n\.\s+)?ambassador|(?:special\s+)?envoy|(?:fbi|cia|cdc|nih|niaid|dni|fda|fema|epa|budget|intelligence)\s+(?:director|administrator|chief|commissioner)
  | director\s+of\s+(?:the\s+)?(?:national|centers|fbi|cia|cdc|office)[\w\s]{{0,40}}
  | (?:federal\s+reserve|fed)\s+(?:chair|chairman|chairwoman)|national\s+security\s+advis[eo]r|(?:white\s+house\s+)?chief\s+of\s+staff
  | (?:white\s+house\s+|government\s+|state\s+department\s+|foreign\s+ministry\s+|pentagon\s+|ministry\s+|[\w]+\s+)?(?:press\s+secretary|spokesman|spokeswoman|spokesperson)
  | (?:judiciary|intelligence|finance|armed\s+services|foreign\s+relations|budget)\s+(?:committee\s+)?(?:chairman|chairwoman|chair)
)"""
_PREFIX = r"(?:then-?\s*|acting\s+|ex-)?(?:[A-Z][\w.’']*[’']s\s+|U\.?S\.?\s+|the\s+|[A-Z][a-z]+(?:an|ish|ese|i|ian)\s+)?"
_OFFICE = rf"{_PREFIX}(?P<office>(?:former\s+)?{_CORE})"
BEFORE = re.compile(rf"(?<!\w){_OFFICE}\s+$", re.IGNORECASE | re.VERBOSE)
_BETWEEN = (
    r"(?:(?!(?:to|of|for|by|in|at|on|with|from|against|under|near|and|or|who|whose|as)\s)[\w.-]+\s+){0,3}?"
)
"""Words in front of the office ("a Liberal senator"), but none that makes it another's ("a critic of the president")."""
_ANOTHERS = (
    r"(?!['’]|\s+(?:said|says|added|told|practitioner|counsel|manager|contractor)\b"
    r"|\s+(?-i:[A-Z][\w-]+\s+){0,2}(?-i:[A-Z][\w-]+)['’]s\s)"
)
"""What makes an office another's or none: "the mayor's husband", "the judge said", "general counsel"."""
BEHIND = re.compile(
    r"^\s*,\s+(?:\d\d,\s+)?"
    r"(?:an?\s+|the\s+|his\s+|her\s+|its\s+|[\w.]+[’']s\s+|who\s+(?:is|was)\s+(?:an?\s+|the\s+)?)?"
    rf"{_BETWEEN}(?P<office>{_CORE})\b{_ANOTHERS}",
    re.IGNORECASE | re.VERBOSE,
)
_ALSO_PRIVATE = re.compile(r"(?:vice[\s-]+)?president|secretary", re.IGNORECASE)
_PRIVATE = re.compile(
    r"\b(?:institute|cent(?:er|re)|university|college|school|network|company|corp|inc|group|association"
    r"|club|union|foundation|society|chamber|team|firm|motors|fund)\b",
    re.IGNORECASE,
)
"""Bodies whose presidents and secretaries hold no public office."""
PARTY = re.compile(
    r"^\s*\((?:R|D|I|L|Lab|Con|Lib)[.,]?\s*[-–—,]\s*[A-Z][\w. ]+\)|^\s*,\s+(?:R|D|I)[-–—]\s?[A-Z][\w.]+"
)
ALONE = re.compile(
    rf"^(?:the|that|this|our|their|its|his|her)?\s*(?:former\s+|outgoing\s+|new\s+)?(?P<office>{_CORE})$",
    re.IGNORECASE | re.VERBOSE,
)

_SHORT = {
    "sen.": "senator",
    "rep.": "representative",
    "gov.": "governor",
    "gen.": "general",
    "adm.": "admiral",
    "lt. governor": "lieutenant governor",
}
_PLURALS = re.compile(r"(?:s|men|women)$")
_CORE_RE = re.compile(rf"^{_CORE}$", re.IGNORECASE | re.VERBOSE)


def plain(office: str) -> str:
    """An office in lower case with abbreviations spelled out: "Sen." -> "senator"."""
    words = " ".join(office.lower().split())
    return _SHORT.get(words, words)


def before(text: str, at: int) -> str | None:
    """The office written right in front of a name that begins at a place."""
    match = BEFORE.search(text[max(0, at - 90) : at])
    return plain(match["office"]) if match else None


def behind(text: str, at: int) -> str | None:
    """The office written right behind a name that ends at a place, set off by a comma or by a party tag."""
    if PARTY.match(text[at : at + 40]):
        return "member of the legislature"
    ahead = text[at : at + 120]
    match = BEHIND.match(ahead)
    if match is None:
        return None
    clause = re.split(r"[,;\n]", ahead[match.start("office") :], maxsplit=1)[0]
    if _ALSO_PRIVATE.match(clause) and _PRIVATE.search(clause):
        return None
    return plain(match["office"])


def untitled(lead: str) -> str:
    """Words in front of a name, without the office right before it ("Former Secretary of State " -> "")."""
    match = BEFORE.search(lead)
    return lead[: match.start()] if match else lead


def alone(mention: str) -> str | None:
    """The office that a mention without a name speaks of ("the foreign minister"), or None."""
    match = ALONE.match(" ".join(mention.split()))
    return plain(match["office"]) if match else None


def agree(one: str, other: str) -> bool:
    """Whether two descriptions can be of one office: one's words are among the other's."""
    a, b = _words(one), _words(other)
    return bool(a and b) and (a <= b or b <= a)


def _words(office: str) -> set[str]:
    return {
        word for word in re.findall(r"\w+", plain(office)) if word not in {"the", "of", "for", "former", "a"}
    }
