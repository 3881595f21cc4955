"""Political pairs we write ourselves: reversals, and as many pairs that only look like one.

Three sources. `stances.toml` and ``positions/*.toml`` hold hand-written positions for and against public
questions: demands, deeds, arguments. ``positions/clippings.toml`` and ``positions/*.jsonl`` hold single pairs
as two press clippings of one official. The rest are frames filled from word lists: pledge and refusal,
conditions for talks, figures and dates, blame, praise, and their doubles that conflict with nothing: another
object, another year, another speaker, a double negation. Every generator takes a `Vocabulary`; the held-out
one shares no topic, object or name with the one trained on, so that measuring on it means something.
"""

import json
import random
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.pairs import Label, Pair

HELD_OUT_SHARE = 6
"""One in so many entries of each word list is held out."""

STANCES = Path(__file__).with_name("stances.toml")
POSITIONS = Path(__file__).with_name("positions")
CLIPPINGS = POSITIONS / "clippings.toml"

ACTIONS = {
    ("raise", "raising"): (
        "fuel duty", "the sales tax", "the retirement age", "university fees", "the water price",
        "ministers' salaries", "the property tax", "tobacco duty", "the speed limit", "import duties",
        "parking charges", "the debt ceiling",
    ),
    ("close", "closing"): (
        "the Arden naval base", "the consulate in Porto Sel", "the Lindholm coal plant", "rural post offices",
        "the border with Kestria", "the maternity ward in Dorn", "our embassy in Talmar",
        "the women's shelters",
    ),
    ("cut", "cutting"): (
        "the defence budget", "housing benefit", "funding for the arts", "the civil service",
        "disability payments", "corporate tax", "the research budget", "support for farmers", "legal aid",
        "school meals",
    ),
    ("sell", "selling"): (
        "the national airline", "fighter jets to Osmara", "state forests",
        "our shares in the telecoms company", "the port of Vael", "submarines to the kingdom", "the lottery",
        "council houses",
    ),
    ("send", "sending"): (
        "troops to Kestria", "peacekeepers to the Amber Coast", "an ambassador to Talmar",
        "warships to the strait", "medical teams to the flooded provinces", "more rifles to the rebels",
        "observers to the election",
    ),
    ("sign", "signing"): (
        "the fisheries treaty", "the migration compact", "the free trade deal with Osmara",
        "the climate accord", "the spending bill", "the extradition agreement", "the surveillance act",
        "the ceasefire proposal",
    ),
    ("support", "supporting"): (
        "Senator Halvorsen's nomination", "a ban on short flights", "the carbon levy", "the new constitution",
        "a tax on plastic bags", "the rescue package for Meridian Bank", "a no-fly zone",
        "a boycott of the games", "lower postage for newspapers", "the merger of the two counties",
        "the jobs bill", "quotas for women",
    ),
    ("build", "building"): (
        "a tunnel under the sound", "a prison in Hartwell", "a third runway", "four gas-fired power stations",
        "the coastal motorway", "an opera house", "a fence along the river", "tram lines to the suburbs",
    ),
    ("leave", "leaving"): (
        "the customs union", "the Northern Council", "the human rights convention", "the grain pact",
        "the coalition",
    ),
    ("ban", "banning"): (
        "plastic packaging", "foreign ownership of farmland", "diesel cars from the centre",
        "the Homeland Party", "advertising aimed at children", "strikes in hospitals",
        "the messaging service Parley", "private schools",
    ),
    ("pardon", "pardoning"): (
        "Colonel Drexler", "the convicted bankers", "the Hartwell Six", "former governor Lusk",
    ),
    ("extend", "extending"): (
        "the state of emergency", "the mission in the desert", "the contract with Novabahn",
        "the heating subsidy", "the eviction ban", "shop opening hours", "the lockdown in the capital",
    ),
    ("meet", "meeting"): (
        "President Okoro", "the leaders of the strike", "the rebel commander Asan Tell", "the exiled queen",
        "the families of the victims", "Chancellor Breuer", "the delegation from Talmar",
    ),
    ("appoint", "appointing"): (
        "a special prosecutor", "Marcus Thiel to the court", "a woman as chief of staff",
        "my brother-in-law to the board", "an independent commissioner",
    ),
    ("recognise", "recognising"): (
        "the government in Talmar", "the result of the referendum", "the Amber Coast as a state",
    ),
}  # fmt: skip

WILL = (
    "We will {do}.", "I promise to {do}.", "My government is going to {do}.",
    "The cabinet has decided to {do}.", "We are determined to {do}, and we will do it this year.",
    "It is right to {do}, and we are getting on with it.", "She announced plans to {do}.",
    "He said that the government would {do}.", "I have always been in favour of {doing}.",
    "We have no choice: we have to {do}.", "There are good reasons to {do}, and I intend to act on them.",
    "Yesterday we agreed to {do}.", "I have come to the conclusion that we need to {do}.",
    "I can confirm that we will {do}.", "I would be glad to {do}.",
    "The minister defended {doing} as necessary.", "Yes, I want to {do}. I make no secret of it.",
    "The time has come to {do}.", "I am open to {doing}.", "I have changed my mind: we should {do}.",
)  # fmt: skip
WONT = (
    "We will not {do}.", "I will never {do}.", "There are no plans to {do}.",
    "We have absolutely no intention to {do}.", "I rule out {doing}.", "He ruled out {doing}.",
    "She insisted that she would not {do}.", "It would be wrong to {do}.",
    "Nobody in this government wants to {do}.", "I refuse to {do}, today and tomorrow.",
    "We have decided not to {do}.", "The idea of {doing} is off the table.",
    "I have always been against {doing}.", "You will not see me {do}.",
    "The government rejected {doing}, calling it a mistake.", "There is no reason whatsoever to {do}.",
    "As long as I am in office, we will not {do}.", "No responsible person would {do}.",
    "I'm not in favour of {doing}.", "We stopped {doing}, and it stays that way.",
    "I give you my word that we won't {do}.",
)  # fmt: skip
WILL_AFTER_ALL = (
    "It's not true that I oppose {doing}.", "I would not hesitate to {do}.",
    "Nobody should doubt that we will {do}.", "We will not give up our plan to {do}.",
    "There is nothing wrong with {doing}, and I back it.",
)  # fmt: skip
SAYS_NOTHING = (
    "The previous government wanted to {do}.", "The opposition keeps calling on us to {do}.",
    "In 1998 they decided to {do}.", "A commission will look at whether to {do}.",
    "Some people ask me what it would cost to {do}.",
    "There was a long debate about {doing} in the chamber last night.",
    "If I were in the opposition, I would talk about {doing} too.",
    "My colleague from Dorn has his own views on {doing}.",
    "The newspapers have been writing about {doing} for months.",
    "Half the country is for {doing} and half is against it.",
)  # fmt: skip
NEVER_SAID = (
    "I never said that we would {do}.", "I never promised to {do}.",
    "Nobody ever announced that we would {do}.", "At no point did I suggest {doing}.",
    "I have never spoken in favour of {doing}.",
)  # fmt: skip

PARTIES = (
    "the rebels", "Kestria", "the Talmar government", "the unions", "the militia", "the separatists",
    "the junta", "the Amber Front", "the protesters", "the regime in Osmara", "the students",
    "the northern tribes",
)  # fmt: skip
STEPS = (
    "laid down their arms", "released all prisoners", "withdrawn from the valley", "recognised our borders",
    "ended the strike", "stopped testing missiles", "apologised publicly", "opened the port",
    "left the airfield",
)  # fmt: skip
ONLY_AFTER = (
    "There will be no talks with {who} until they have {step}.",
    "We can only negotiate once {who} have {step}.",
    "First {who} must have {step}; only then will we sit down with them.",
    "He ruled out negotiations, saying talks can only happen after {who} have {step}.",
    "I will not meet {who} before they have {step}.",
    "No dialogue with {who} is possible unless they have {step}.",
)  # fmt: skip
NOW = (
    "We are ready to talk to {who} now, without any preconditions.",
    "I would like to sit down with {who} and talk.",
    "I have invited {who} to talks next week, and I attach no conditions.",
    "Our door is open to {who}, whatever they do.", "She said she wanted a dialogue with {who} at once.",
    "We are already talking to {who} and will continue.",
    "We don't ask {who} for anything in advance. Let's talk.",
)  # fmt: skip
ONCE = (
    "As soon as {who} have {step}, we will come to the table.",
    "Talks with {who} make sense when they have {step}.",
    "{who} know what they have to do before we meet them: we want to see that they have {step}.",
)  # fmt: skip

FIGURES = (
    "The {thing} will cost {n} million.", "We have spent {n} million on the {thing}.",
    "The {thing} will create {n} jobs.", "{n} people were employed at the {thing} when I took office.",
    "There were {n} complaints about the {thing} last year.",
    "The {thing} will save taxpayers {n} million a year.", "{n} families were affected by the {thing}.",
)  # fmt: skip
DATES = (
    "The {thing} will be finished in {n}.", "The {thing} is going to open in {n}.",
    "We will complete the {thing} by {n}.", "The decision on the {thing} was taken in {n}.",
    "I first heard about the {thing} in {n}.",
)  # fmt: skip
THINGS = (
    "new bridge", "data centre", "airport extension", "vaccine programme", "hospital in Dorn", "metro line",
    "dam", "naval shipyard", "school reform", "housing programme", "satellite project", "steelworks",
    "flood barrier", "tax portal", "broadband network", "training scheme", "parliament building", "wind park",
    "rescue fund",
)  # fmt: skip

EVENTS = (
    "the attack on the embassy", "the blackout", "the bank's collapse", "the leak", "the famine",
    "the fire in the depot", "the cyber attack", "the rise in prices", "the failed evacuation",
    "the poisoning", "the rail accident", "the break-up of the alliance", "the housing shortage",
    "the unrest in the south",
)  # fmt: skip
CULPRITS = (
    "Kestria", "the previous government", "Talmar's secret service", "the central bank", "the Amber Front",
    "the speculators", "Minister Graf", "the contractors", "the opposition", "General Ruiz", "the regulators",
    "foreign mercenaries",
)  # fmt: skip
GUILTY = (
    "I blame {who} for {what}.", "There is no doubt that {who} caused {what}.",
    "The blame for {what} lies with {who}.", "We know that {what} was the work of {who}.",
    "Everybody knows that we owe {what} to {who}.",
)  # fmt: skip
INNOCENT = (
    "{who} had nothing to do with {what}.", "We don't blame {who} for {what}.",
    "It is absurd to say that {who} caused {what}.",
    "I never accused {who} of anything in connection with {what}.",
    "It was not the fault of {who} that we saw {what}.", "There is no evidence linking {who} to {what}.",
)  # fmt: skip

JUDGED = (
    "the Talmar accord", "General Ruiz", "Senator Halvorsen", "the school reform", "the Novabahn contract",
    "Chancellor Breuer", "the pension law", "the currency union", "my predecessor", "the Osmara deal",
    "the emergency act", "Judge Marlow", "the health service", "the northern alliance", "the single market",
    "the housing act", "Governor Lusk", "the new constitution",
)  # fmt: skip
PRAISE = (
    "{it} has served this country well.", "I think {it} is the best thing that has happened to us in years.",
    "I have full confidence in {it}.", "{it} sets the standard for everybody else.",
    "We can be proud of {it}.", "You won't hear a bad word about {it} from me.",
    "{it} has my complete support.", "I was right to stand up for {it}.",
)  # fmt: skip
SCORN = (
    "{it} was a mistake from the beginning.", "I never trusted {it}.", "{it} has done nothing but harm.",
    "{it} is a disaster for working people.", "I have lost all confidence in {it}.",
    "I can no longer support {it}.", "We would be better off without {it}.",
    "Nobody can defend {it} any more, and I don't.",
)  # fmt: skip
MIXED = (
    "{it} was discussed at length in committee.", "I will speak about {it} tomorrow.",
    "People have strong feelings about {it}.", "A new book about {it} has come out.",
    "My office has received many letters about {it}.",
)  # fmt: skip

OPENINGS = (
    "Let me be very clear.", "Look,", "As I told the committee this morning,", "I've said it before:",
    "Well, thank you for the question.", "We have thought about this long and hard.",
    "People in this country are worried, and I understand that.", "Of course,", "My answer is simple.",
    "I know that not everybody likes to hear this.", "Ladies and gentlemen,", "To be honest with you,",
    "This is about our children.", "We inherited a difficult situation.",
    "I was in Hartwell last week and spoke to many people there.",
    "There has been a lot of speculation lately.", "The world has changed.",
    "You asked me about that in the summer.",
)  # fmt: skip
ENDINGS = (
    "That is what we were elected for.", "And I think most people agree.",
    "That has been our position all along.", "We owe that to the next generation.",
    "I have nothing to add to that.", "It won't be easy.", "And that's that.",
    "My colleagues in the cabinet see it the same way.", "We will publish the details in due course.",
    "Thank you very much.", "Everything else is speculation.", "I look forward to the debate.",
    "The country deserves nothing less.",
)  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """The words one run of the generators may use, trained on or held out, never both.

    Attributes:
        real: sentences that officials really said, by official; used for pairs that share only the speaker.
    """

    rng: random.Random
    held_out: bool = False
    real: dict[str, list[str]] = field(default_factory=dict)

    def some(self, words: Sequence[str], count: int = 1) -> list[str]:
        """Different entries of a list, from this vocabulary's share of it."""
        return self.rng.sample(self._share(words), count)

    def action(self) -> tuple[dict[str, str], dict[str, str]]:
        """Two actions with the same verb and different objects where the list allows, as frame values."""
        (do, doing), objects = self.rng.choice(list(ACTIONS.items()))
        share = self._share(objects)
        one, other = self.rng.sample(share, 2) if len(share) > 1 else (share[0], self.some(THINGS)[0])
        return (
            {"do": f"{do} {one}", "doing": f"{doing} {one}"},
            {"do": f"{do} {other}", "doing": f"{doing} {other}"},
        )

    def topics(self) -> list["Topic"]:
        """The questions with written positions in this share."""
        files = [STANCES, *sorted(POSITIONS.glob("*.toml"))]
        tables = [table for file in files for table in _toml(file).get("topic", [])]
        return [Topic.of(table) for table in tables if table.get("held_out", False) == self.held_out]

    def clippings(self) -> list[tuple[str, str, str, Label]]:
        """Single pairs: subject, earlier, later, label. None is held out."""
        if self.held_out:
            return []
        written = _toml(CLIPPINGS)
        pairs = [(*pair, label) for name, label in CLIPPING_LABELS.items() for pair in written[name]]
        for file in sorted(POSITIONS.glob("*.jsonl")):
            rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
            pairs += [(row["topic"], row["earlier"], row["later"], row["label"]) for row in rows]
        return pairs

    def spoken(self, text: str) -> str:
        """The sentence as it might stand in a speech: often with something said before or after it."""
        text = text[0].upper() + text[1:]
        if self.rng.random() < 0.35:
            opening = self.rng.choice(OPENINGS)
            whole = opening.endswith(".") or text.startswith("I ")
            text = f"{opening} {text if whole else text[0].lower() + text[1:]}"
        return f"{text} {self.rng.choice(ENDINGS)}" if self.rng.random() < 0.25 else text

    def _share(self, words: Sequence[str]) -> list[str]:
        share = [word for i, word in enumerate(words) if (i % HELD_OUT_SHARE == 2) == self.held_out]
        return share or list(words)


CLIPPING_LABELS: dict[str, Label] = {"conflict": "contradiction", "fair": "consistent"}

WITH_SUBJECT = 0.7
"""Share of clippings that name their subject as statements from articles do ("On the toll: ...")."""


@dataclass(frozen=True)
class Topic:
    """Positions on one question.

    Attributes:
        sides: what is said and done for it, and against it; any of one conflicts with any of the other.
        reasons: arguments of each side, which conflict with what the other side says and does.
        beside: what fits both sides, though it may sound opposed to one.
    """

    sides: tuple[list[str], list[str]]
    reasons: tuple[list[str], list[str]]
    beside: list[str]

    @classmethod
    def of(cls, table: dict[str, list[str]]) -> "Topic":
        """From a ``[[topic]]`` of a file, where only yes, no and aside must be there."""
        return cls(
            (table["yes"] + table.get("yes_acts", []), table["no"] + table.get("no_acts", [])),
            (table.get("yes_reasons", []), table.get("no_reasons", [])),
            table["aside"] + table.get("near", []),
        )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


Drawn = tuple[str, str, Label]


def positions(words: Vocabulary) -> Iterator[Drawn]:
    """Hand-written positions: across sides, within a side, beside the point, on another question."""
    topics, choose = words.topics(), words.rng.choice
    while True:
        topic, other = words.rng.sample(topics, 2)
        for side in (0, 1):
            against = choose(topic.sides[1 - side])
            yield choose(topic.sides[side] + topic.reasons[side]), against, "contradiction"
        side = choose([0, 1])
        own = topic.sides[side] + topic.reasons[side]
        if len(own) > 1:
            one, two = words.rng.sample(own, 2)
            yield one, two, "consistent"
        yield choose(topic.sides[0] + topic.sides[1]), choose(topic.beside), "consistent"
        yield choose(topic.sides[side]), choose(other.sides[0] + other.sides[1]), "neutral"


def clippings(words: Vocabulary) -> Iterator[Drawn]:
    """Single pairs, each as often as the others, mostly with their subject in front."""
    pairs = words.clippings()
    while pairs:
        for subject, earlier, later, label in words.rng.sample(pairs, len(pairs)):
            front = f"On {subject}: " if words.rng.random() < WITH_SUBJECT else ""
            yield front + earlier, front + later, label


def pledges(words: Vocabulary) -> Iterator[Drawn]:
    """Pledge against refusal of one action, and frames that only sound like it."""
    choose = words.rng.choice
    while True:
        same, other = words.action()
        yield choose(WILL).format(**same), choose(WONT).format(**same), "contradiction"
        yield choose(WILL).format(**same), choose(WONT).format(**other), "neutral"
        side = choose([WILL, WILL + WILL_AFTER_ALL, WONT])
        yield choose(side).format(**same), choose(side).format(**same), "consistent"
        yield choose(WILL + WONT).format(**same), choose(SAYS_NOTHING).format(**same), "neutral"
        yield choose(NEVER_SAID).format(**same), choose(WILL).format(**same), "contradiction"
        yield choose(NEVER_SAID).format(**same), choose(WONT).format(**same), "consistent"
        yield choose(WILL_AFTER_ALL).format(**same), choose(WONT).format(**same), "contradiction"


def conditions(words: Vocabulary) -> Iterator[Drawn]:
    """Talks only after a step, against talks at once."""
    choose = words.rng.choice
    while True:
        who, another = words.some(PARTIES, 2)
        values = {"who": who, "step": words.some(STEPS)[0]}
        yield choose(ONLY_AFTER).format(**values), choose(NOW).format(**values), "contradiction"
        yield choose(ONLY_AFTER).format(**values), choose(ONCE).format(**values), "consistent"
        yield choose(ONLY_AFTER).format(**values), choose(NOW).format(who=another), "neutral"
        yield choose(NOW).format(**values), choose(NOW).format(**values), "consistent"


def figures(words: Vocabulary) -> Iterator[Drawn]:
    """The same claim with another number or year, the same one in other words, other claims."""
    rng = words.rng
    while True:
        thing, another = words.some(THINGS, 2)
        dated = rng.random() < 0.4
        frames = DATES if dated else FIGURES
        one, two = rng.sample(range(2009, 2034), 2) if dated else rng.sample(range(12, 960), 2)
        frame, elsewhere = rng.sample(frames, 2)
        yield frame.format(thing=thing, n=one), frame.format(thing=thing, n=two), "contradiction"
        yield frame.format(thing=thing, n=one), f"I repeat: {frame.format(thing=thing, n=one)}", "entailment"
        yield frame.format(thing=thing, n=one), frame.format(thing=another, n=two), "neutral"
        if not dated:
            yield frame.format(thing=thing, n=one), elsewhere.format(thing=thing, n=two), "neutral"


def blame(words: Vocabulary) -> Iterator[Drawn]:
    """Accusation against acquittal of one culprit; two culprits, or two events, do not conflict."""
    choose = words.rng.choice
    while True:
        (who, other), (what, event) = words.some(CULPRITS, 2), words.some(EVENTS, 2)
        accused = choose(GUILTY).format(who=who, what=what)
        yield accused, choose(INNOCENT).format(who=who, what=what), "contradiction"
        yield accused, choose(INNOCENT).format(who=other, what=what), "neutral"
        yield accused, choose(INNOCENT + GUILTY).format(who=who, what=event), "neutral"
        yield accused, choose(GUILTY).format(who=who, what=what), "consistent"


def verdicts(words: Vocabulary) -> Iterator[Drawn]:
    """Praise against scorn of one law or person."""
    choose = words.rng.choice
    while True:
        one, other = words.some(JUDGED, 2)
        yield choose(PRAISE).format(it=one), choose(SCORN).format(it=one), "contradiction"
        yield choose(PRAISE).format(it=one), choose(SCORN).format(it=other), "neutral"
        side = choose([PRAISE, SCORN])
        yield choose(side).format(it=one), choose(side).format(it=one), "consistent"
        yield choose(PRAISE + SCORN).format(it=one), choose(MIXED).format(it=one), "neutral"


def same_speaker(words: Vocabulary) -> Iterator[Drawn]:
    """Two real sentences of one official picked at random: almost never a conflict."""
    officials = [official for official, sentences in words.real.items() if len(sentences) > 1]
    while officials:
        one, two = words.rng.sample(words.real[words.rng.choice(officials)], 2)
        yield one, two, "neutral"


GENERATORS: dict[str, Callable[[Vocabulary], Iterator[Drawn]]] = {
    "positions": positions,
    "clippings": clippings,
    "pledges": pledges,
    "conditions": conditions,
    "figures": figures,
    "blame": blame,
    "verdicts": verdicts,
    "same_speaker": same_speaker,
}

SHARES = {
    "positions": 0.48,
    "clippings": 0.12,
    "pledges": 0.12,
    "conditions": 0.04,
    "figures": 0.04,
    "blame": 0.03,
    "verdicts": 0.04,
    "same_speaker": 0.13,
}
"""What part of the pairs each generator makes."""

SINGLE_PAIRS = {
    "positions": 0.40,
    "clippings": 0.34,
    "pledges": 0.06,
    "conditions": 0.03,
    "figures": 0.04,
    "blame": 0.02,
    "verdicts": 0.03,
    "same_speaker": 0.08,
}
"""Shares with more of the single pairs, which are closest to what newspapers print."""


def political(words: Vocabulary, count: int, shares: Mapping[str, float] = SHARES) -> list[Pair]:
    """About ``count`` different pairs in random order, each in a random direction where it has none."""
    found: dict[tuple[str, str], Pair] = {}
    for name, share in shares.items():
        drawn = GENERATORS[name](words)
        wanted, tries = len(found) + round(count * share), 20 * count
        for _ in range(tries):
            if len(found) >= wanted or (item := next(drawn, None)) is None:
                break
            earlier, later, label = item
            as_it_is = name in ("same_speaker", "clippings")
            texts = (earlier, later) if as_it_is else (words.spoken(earlier), words.spoken(later))
            pair = Pair(*texts, label, f"political/{name}")
            if label != "entailment" and words.rng.random() < 0.5:
                pair = pair.swapped()
            if texts[0] != texts[1]:
                found.setdefault((pair.premise, pair.hypothesis), pair)
    pairs = list(found.values())
    words.rng.shuffle(pairs)
    return pairs
