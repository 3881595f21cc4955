"""The day something was said, from the words around it and the day of publication.

The nearest expression wins; without one a report speaks of the day it was published. What cannot be
placed ("days later", "once", "after the March 3 attack") gives an unknown day: undated beats wrongly dated.
A day that belongs to something else ("Vellin, who was elected in 2016, said") says nothing of the quote.
"""

import re
from datetime import date, timedelta

from workers.quotes.quote import Day

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_SHORT = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "sept": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_MONTH_NUMBER = {**{name: i + 1 for i, name in enumerate(_MONTHS)}, **_SHORT}
_NUMBER = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}

_M = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
_N = r"(?i:\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
_SPEAKING = (
    r"interviews?|speech|address|debate|hearing|testimony|rally|appearance|remarks|statement|letter|op-ed|article"
    r"|essay|column|book|memoir|report|memo|e-?mail|tweets?|posts?|video|podcast|broadcast|conversation|conference"
    r"|briefing|teleconference|(?:phone|conference)\s+call|town\s+hall|profile|message|note|text|announcement|ruling|opinion|convention|study|survey|poll|release|forum|event|summit"
)
_OF_PEOPLE = re.compile(
    r"""
    ,?\s*\b(?:who|whom|whose|which)\b[^,]*
  | ,?\s*\b(?:elected|appointed|born|nominated|sworn\s+in|convicted|impeached|ousted|founded|passed|enacted|adopted
      |signed|launched)\s+(?:\w+\s+){0,3}?(?:in|on|since)\b[^,]*
  | \b[Ff]rom\s+(?:19|20)\d\d\s+(?:to|until|through)\s+(?:19|20)\d\d
    """,
    re.VERBOSE,
)
"""A day of the speaker's life ("Vellin, who was elected in 2016,")."""
_AROUND = re.compile(
    r"""\b(?:(?i:minutes|hours|days?|weeks?|months?|years?)\s+)?(?:[Aa]fter|[Bb]efore|[Aa]head\s+of|[Pp]rior\s+to|[Ff]ollowing|[Ss]ince|[Uu]ntil
    |in\s+the\s+(?:wake|aftermath)\s+of|[Dd]espite)\b[^,]*""",
    re.VERBOSE,
)
"""Words that place the saying before or behind another event: its day is not theirs."""
_OPENS_AROUND = re.compile(r"\s*(?:After|Before|Following|Ahead\s+of)\s[^,]*,")
"""A sentence that begins so tells of a day it doesn't name ("After the test, ...")."""
_OF_THINGS = re.compile(
    rf"""
    \b(?:[Tt]he|an?|his|her|their|its)\s+(?:(?:{_M})\s*(?:\d{{1,2}}\b)?,?\s*)?(?:(?:19|20)\d\d\s+)?(?<=[\s\d])
      (?!(?:\w+\s+){{0,2}}?(?:{_SPEAKING})\b)(?<=\d\s)\w+
  | \b(?!(?:night|morning|afternoon|evening|day|days|month|end|start|beginning|{_SPEAKING})\b)[a-z]+\s+of\s+{_M}
      (?:\s+\d{{1,2}}\b)?(?:,?\s+(?:19|20)\d\d\b)?
  | \b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day['’]s\s+(?!(?:\w+\s+){{0,2}}?(?:{_SPEAKING})\b)\w+
    """,
    re.VERBOSE,
)
"""A day that tells one thing from another ("the 2016 treaty", "the attacks of May 3", "Monday's vote")."""

_EXPRESSION = re.compile(
    rf"""
    \b(?P<mdy>(?P<m1>{_M})\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y1>(?:19|20)\d\d))?)\b
  | \b(?P<dmy>(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{_M})(?:,?\s+(?P<y2>(?:19|20)\d\d))?)\b
  | \b(?P<my>(?:[Ii]n|[Ll]ast|[Bb]ack\s+in|[Ll]ate|[Ee]arly)\s+(?:late\s+|early\s+|mid-)?(?P<m3>{_M})(?:,?\s+(?:of\s+)?(?P<y3>(?:19|20)\d\d|last\s+year))?)\b
  | \b(?P<my2>(?P<m4>{_M}),?\s+(?P<y4>(?:19|20)\d\d))\b
  | \b(?P<year>(?:[Ii]n|[Bb]ack\s+in)\s+(?:(?:early|late|mid)[\s-])?(?P<y5>(?:19|20)\d\d))\b(?!\s*(?:%|percent|people|dollars))
  | \b(?P<event>(?:a|an|his|her|the|their)\s+(?P<y6>(?:19|20)\d\d)\s+(?:\w+\s+){{0,2}}?(?:{_SPEAKING}))\b
  | \b(?P<ago>(?P<n>{_N})\s+(?P<unit>day|week|month|year)s?\s+(?:ago|earlier|before|previously))\b
  | \b(?P<lastunit>[Ll]ast\s+(?P<lu>week|month|year|summer|spring|fall|autumn|winter|night))\b
  | \b(?P<weekday>(?:(?P<lastw>[Ll]ast)\s+|[Oo]n\s+|late\s+|early\s+)?(?P<w>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday))\b
  | \b(?P<yesterday>[Yy]esterday)\b
  | \b(?P<today>[Tt]oday|[Tt]onight|[Tt]his\s+(?:morning|afternoon|evening)|[Ee]arlier\s+in\s+the\s+day)\b
  | \b(?P<vague>(?:a|an|one)\s+(?:day|week|month|year)\s+(?:later|after|before)|(?:hours|days|weeks|months|years|minutes)\s+(?:later|after|before|earlier|ago)|[Ee]arlier(?:\s+this\s+\w+)?
      |[Pp]reviously|[Oo]nce|in\s+the\s+past|[Ff]ormerly|[Rr]ecently|this\s+(?:week|month|year)|(?:has|have|had)\s+(?:\w+\s+){{0,2}}?(?:said|told|argued|vowed|promised|insisted|claimed|pledged|warned|written|called|declared)
      |has\s+(?:long|previously|repeatedly|often)|at\s+th(?:e|at)\s+time|back\s+then|then(?=\s*(?:[.,;]|$))|[Tt]hen-
      |[Dd]uring\s+(?:his|her|their|the)\s+(?:\w+\s+)?(?:campaign|primar(?:y|ies)|tenure|presidency)
      |[Aa]s\s+(?:a\s+)?(?:candidate|nominee|senator|governor|mayor))
    """,
    re.VERBOSE,
)  # fmt: skip


_ENTRY = re.compile(rf"(?:{_M}\s+(?:\d{{1,2}},?\s+)?)?(?:19|20)\d\d\b[^“”\"\n]{{0,120}}?:(?=\s)")
_EVENT = re.compile(rf"\b(?:{_SPEAKING})\b|\basked\b")


def entry(text: str, start: int, end: int) -> int | None:
    """Where the date in front of a timeline's entry ends ("Nov. 5, 2012, remarks in Osmara: ..."), or None."""
    match = _ENTRY.match(text, start, end)
    return match.end() if match else None


def tells_of_speaking(words: str) -> bool:
    """Whether some words name an occasion of speaking ("During a 2004 teleconference on jobs")."""
    return _EVENT.search(words) is not None


def names_a_day(words: str) -> bool:
    """Whether some words name a day, month or year at all, even one that cannot be placed."""
    return _EXPRESSION.search(words) is not None


def day_said(words: str, published_on: date | None) -> Day | None:
    """The day named by the first expression in some words.

    Returns:
        None when they name none; an unknown `Day` when they name one that cannot be placed.
    """
    own = _OF_PEOPLE.sub(" ", words)
    elsewhere = _OPENS_AROUND.match(own) or any(
        _EXPRESSION.search(part.group()) for part in _AROUND.finditer(own)
    )
    best = Day.unknown() if elsewhere else None
    direct = _OF_THINGS.sub(" ", _AROUND.sub(" ", own))
    for match in _EXPRESSION.finditer(direct):
        day = _resolved(match, published_on)
        if day.first is not None:
            return day
        best = day
    return best


def _resolved(match: re.Match[str], published: date | None) -> Day:
    try:
        return _exact(match, published)
    except ValueError:  # "February 30"
        return Day.unknown()


def _exact(match: re.Match[str], published: date | None) -> Day:
    for month, day, year in (("m1", "d1", "y1"), ("m2", "d2", "y2")):
        if match[month]:
            return _day_of_month(_number(match[month]), int(match[day]), match[year], published)
    if match["m3"]:
        return _month(
            _number(match["m3"]), match["y3"], published, last=match["my"].lower().startswith("last")
        )
    if match["m4"]:
        return Day.in_month(int(match["y4"]), _number(match["m4"]))
    if year := match["y5"] or match["y6"]:
        said = int(year)
        return Day.unknown() if published and said > published.year else Day.in_year(said)
    return _relative(match, published) if published else Day.unknown()


def _relative(match: re.Match[str], published: date) -> Day:
    if match["w"]:
        back = (published.weekday() - _WEEKDAYS.index(match["w"].lower())) % 7
        if match["lastw"] and back == 0:
            back = 7
        return Day.on(published - timedelta(days=back))
    if match["yesterday"]:
        return Day.on(published - timedelta(days=1))
    if match["today"]:
        return Day.on(published)
    if match["n"]:
        return _ago(match["n"], match["unit"], published) if match["ago"].endswith("ago") else Day.unknown()
    match match["lu"]:
        case "night":
            return Day.on(published - timedelta(days=1))
        case "month":
            before = published.replace(day=1) - timedelta(days=1)
            return Day.in_month(before.year, before.month)
        case "year":
            return Day.in_year(published.year - 1)
    return Day.unknown()


def _ago(count: str, unit: str, published: date) -> Day:
    number = int(count) if count.isdigit() else _NUMBER[count.lower()]
    match unit:
        case "day":
            return Day.on(published - timedelta(days=number))
        case "month":
            index = published.year * 12 + published.month - 1 - number
            return Day.in_month(index // 12, index % 12 + 1)
        case "year":
            return Day.in_year(published.year - number)
    return Day.unknown()


def _day_of_month(month: int, day: int, year: str | None, published: date | None) -> Day:
    if year:
        return Day.on(date(int(year), month, day))
    if published is None:
        return Day.unknown()
    said = date(published.year, month, day)
    return Day.on(said if said <= published else date(published.year - 1, month, day))


def _month(month: int, year: str | None, published: date | None, last: bool) -> Day:
    if year and year.isdigit():
        return Day.in_month(int(year), month)
    if published is None:
        return Day.unknown()
    if year or last or month > published.month:
        past = last and not year and month < published.month
        return Day.in_month(published.year - (0 if past else 1), month)
    return Day.in_month(published.year, month)


def _number(name: str) -> int:
    return _MONTH_NUMBER[name.lower().rstrip(".")]
