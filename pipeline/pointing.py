"""Pointing: places that a text names by no name of their own.

"The town" and "there" point back at a name; a hospital, a street or a quarter that nobody knows is
in the town that is told of. Both are expressions like any other, at a place that the text has
named: the linker weighs them beside the names of their sentence.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geo.gazetteer import Gazetteer, Place
from geo.relations import Relation, locate
from pipeline.documents import Document, Span
from pipeline.expressions import Expression
from pipeline.mentions import PLACE_NOUNS, Mention
from pipeline.model import Parsed
from pipeline.places import Site
from pipeline.syntax import Token

REACH = 1200
"""Characters back to the name that a noun points at."""

VILLAGERS = 50_000
"""Most inhabitants of what is called a village; of unknown size many are."""

TOWNSPEOPLE = 500_000
"""Most inhabitants of what is called a town, and no city."""

_HAPPENED = 2
"""Names of a town that an event there counts as, where the town that a text is about is sought."""

_SURE = 0.9
"""Score of a capital, which is one place, though not named."""

_TOWN_NOUNS = frozenset({"town", "village", "hamlet", "settlement"})
_FEATURES = {
    "island": ("ISL",), "province": ("ADM1",), "district": ("ADM2",), "airport": ("AIR",),
    "airfield": ("AIR",), "base": ("AIRB", "INSM"), "camp": ("CMP",), "port": ("PRT",),
    "valley": ("VAL",), "gorge": ("VAL",), "crossing": ("CRSG",), "prison": ("PSN",),
    "square": ("SQR",), "dam": ("DAM",), "peninsula": ("PEN",),
}  # fmt: skip
"""Features of what a noun may point at; it may also point at what has the noun in its name."""

_NOUNS = frozenset({"city", *_TOWN_NOUNS, *_FEATURES})
# What may stand between "the" and a noun that points back: "the northern town" is another.
_PLAIN = frozenset(
    "same whole entire besieged embattled stricken battered historic ancient old small tiny little "
    "sleepy remote ruined".split()
)
_BUILDING = (
    r"(?i:hospital|clinic|hotel|court|courthouse|church|cathedral|mosque|temple|synagogue|chapel"
    r"|school|academy|college|university|institute|library|museum|theat(?:re|er)|cinema|stadium"
    r"|arena|market|mall|palace|barracks|prison|jail|station|square|plaza|street|road|avenue"
    r"|boulevard|lane|embassy|consulate|parliament|headquarters|quarter|neighbou?rhood|suburb"
    r"|ward|park|tower|hall|cemetery|airport|monument|cent(?:re|er)|junction|roundabout|terminal"
    r"|compound|store|bridge|harbou?r|pier)"
)
_ENDS_AS_BUILDING = re.compile(rf"\s{_BUILDING}$")
_BEGINS_AS_STREET = re.compile(
    r"^(?:hospital|hotel|plaza|place|piazza|avenida|avenue|calle|carrera|rue|via|rua|jalan)\s"
    r"|\w(?:stra(?:ss|ß)e|gasse|platz)$",
    re.IGNORECASE,
)
_BUILDING_AFTER = re.compile(rf"(?:['’]s?)?(?:\s+[a-z]+(?:['’]s|s['’])?)?\s+{_BUILDING}\b")
_UNRECOGNISED = re.compile(
    r"\b(?:(?:at|in|near|outside|inside|behind|on|into|around|from|to|of)\s+(?:the\s+)?|the\s+)"
    r"(?!National|Government|President|Supreme|Federal)"
    rf"(?P<name>(?:(?:[a-z]{{2}}-)?[A-Z0-9][\w’'.-]*\s+){{1,5}}(?:[a-z]+(?:['’]s|s['’])\s+)?{_BUILDING})\b"
    r"(?!['’]s)",
)
"""A building whose name the tagger takes for a person's or a body's. A nation's are in its capital,
whatever town the text is about."""

_ASIDE = 40
"""Characters after a place's name within which the text may say what it lies in."""

_SPEAKER_AFTER = re.compile(r",?\s+(?:said|says|told|tells|reported|announced|confirmed|denied)\b")
_SPEAKER_BEFORE = re.compile(
    r"\b(?:reporters|journalists|conference|said|speaking|statement|telephone|phone)"
    r"\s+(?:in|from|at)\s+$"
)
"""Where somebody speaks, nothing happens: "officials in Bishkek said"."""

_LIES_IN = PLACE_NOUNS | frozenset(
    ", ( - in of on the a an at near outside northern southern eastern western central north south "
    "east west city's small".split()
)
"""Words between a place and the one that it lies in."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of the text, and the place that it is, if it is known."""

    expression: Expression
    site: Site | None

    @property
    def is_town(self) -> bool:
        return self.site is not None and self.site.place.feature.startswith(("PPL", "STLMT"))

    @property
    def place_id(self) -> str:
        return self.site.place.place_id if self.site is not None else ""


@dataclass(frozen=True, slots=True)
class _Pointer:
    """What words point with: a noun, "there", or nothing, if they name a building or a nation.

    `floor` is where the sentence before begins; `capital` is that of the nation that is meant.
    """

    noun: str = ""
    floor: int = 0
    capital: Place | None = None


class Pointing:
    """What in a document points at a named place.

    Parameters
    ----------
    document : Document
    pieces : sequence of Parsed
        Its parse.
    expressions : sequence of Expression
        Its names, known or not, in the order of the text.
    sites : sequence of Site
        Those that are known.
    gazetteer : Gazetteer
        Gives nations and their capitals.
    """

    def __init__(
        self,
        document: Document,
        pieces: Sequence[Parsed],
        expressions: Sequence[Expression],
        sites: Sequence[Site],
        gazetteer: Gazetteer,
    ) -> None:
        known = {site.expression: site for site in sites}
        self._text = document.text
        self._entries = document.entries
        line = document.dateline_place
        self._line = range(line.start, line.end) if line is not None else range(0)
        home = Counter(site.place.country for site in sites if site.place.country)
        self._home = max(home, key=lambda code: home[code], default=None)
        self._gazetteer = gazetteer
        self._names = [
            _Name(words, known.get(words))
            for words in expressions
            if words.mentions[0].kind == "toponym" and not self._is_of_speaker(words)
        ]
        self._starts = [name.expression.start for name in self._names]
        starts = [piece.span.start for piece in pieces]
        self._pointers: dict[Expression, _Pointer] = {
            name.expression: _Pointer(
                floor=starts[max(bisect_right(starts, name.expression.start) - 1, 0)]
            )
            for name in self._names
            if name.site is None and self._is_building(name.expression)
        }
        for piece in pieces:
            self._pointers.update(self._unrecognised(piece, expressions))
            self._pointers.update(self._nouns(piece))

    def __contains__(self, words: Expression) -> bool:
        """Tell whether words point at a named place."""
        return words in self._pointers

    def sites(self) -> list[Site]:
        """Sites of all that points, by what the text says alone."""
        found = (self.site(words, ()) for words in self._pointers)
        return [site for site in found if site is not None]

    def lost(self) -> list[Expression]:
        """Words that point at a name which nobody knows."""
        found = ((words, self._target(words, ())) for words in self._pointers)
        return [words for words, name in found if name is not None and name.site is None]

    def points_back(self, words: Expression) -> bool:
        """Tell whether words say nothing of the place without those that stand elsewhere."""
        return bool(self._pointers[words].noun) if words in self._pointers else False

    def name(self, words: Expression) -> Expression:
        """The name that words point back at; themselves if they have one of their own."""
        name = self._target(words, ()) if self.points_back(words) else None
        return words if name is None else name.expression

    def is_building(self, words: Expression) -> bool:
        """Tell whether words name a building or a street, of which only the town is known."""
        pointer = self._pointers.get(words)
        return pointer is not None and not pointer.noun and pointer.capital is None

    def site(self, words: Expression, towns: Iterable[str]) -> Site | None:
        """Where that is what words point at.

        Parameters
        ----------
        words : Expression
        towns : iterable of str
            Ids of the places of the events told before.

        Returns
        -------
        Site or None
            The town that a building is in is only near it.
        """
        pointer = self._pointers[words]
        if pointer.capital is not None:
            place = pointer.capital
            return Site(words, locate(words.relation, [place]), place, _SURE)
        name = self._target(words, towns)
        if name is None or name.site is None:
            return None
        near = not pointer.noun or name.expression in self._pointers
        relation, place = Relation("near" if near else "at"), name.site.place
        return Site(words, locate(relation, [place]), place, name.site.score)

    def _target(self, words: Expression, towns: Iterable[str]) -> _Name | None:
        """The name that words point at; of a building, the town that it is in."""
        pointer = self._pointers[words]
        if pointer.capital is not None:
            return None
        if pointer.noun == "there":
            name = self._last(words.start, pointer.floor)
        elif not pointer.noun:
            start = words.start - pointer.floor
            name = (
                self._town_around(words)
                or self._chief_town(words.start, Counter(towns), start)
                or self._chief_town(words.start, Counter(towns), words.start)
            )
        elif pointer.noun == "city":
            name = self._chief_town(words.start, Counter(towns), words.start)
        else:
            name = self._nearest(words.start, pointer.noun)
        if name is not None and name.expression in self._pointers:
            return self._target(name.expression, towns)
        return name

    # --- what points ------------------------------------------------------------------------------

    def _nouns(self, piece: Parsed) -> Iterator[tuple[Expression, _Pointer]]:
        """Nouns and "there", as far as they point at a place."""
        for token in piece.doc:
            if token.lower_ == "capital":
                whose = _whose(token)
                capital = self._capital(whose) if whose is not None else None
                if capital is not None:
                    noun = "" if whose else "capital"
                    yield _expression(token, piece), _Pointer(noun, capital=capital)
            elif token.lower_ == "there":
                if token.tag_ != "EX" and token.dep_ != "expl":
                    yield _expression(token, piece), _Pointer("there", _floor(token, piece))
            elif token.lower_ in _NOUNS and _points(token):
                yield _expression(token, piece), _Pointer(token.lower_)

    def _capital(self, whose: str) -> Place | None:
        """The capital of a nation, or of the country that the text is about."""
        nation = self._gazetteer.demonym(whose.title()) if whose else None
        if whose and nation is None:
            return None  # "the provincial capital"
        country = nation.country if nation is not None else self._home
        return self._gazetteer.capital(country) if country else None

    def _is_building(self, words: Expression) -> bool:
        """Tell whether a name is that of a building, a street or a quarter."""
        name = words.mentions[0]
        if _ENDS_AS_BUILDING.search(name.text) or _BEGINS_AS_STREET.search(name.text):
            return True
        return _BUILDING_AFTER.match(self._text, name.end) is not None

    def _is_of_speaker(self, words: Expression) -> bool:
        before = self._text[max(0, words.start - 40) : words.start]
        return bool(_SPEAKER_AFTER.match(self._text, words.end) or _SPEAKER_BEFORE.search(before))

    def _unrecognised(
        self, piece: Parsed, expressions: Sequence[Expression]
    ) -> Iterator[tuple[Expression, _Pointer]]:
        """Names of buildings that are no names of places so far."""
        for match in _UNRECOGNISED.finditer(piece.span.text):
            words = piece.spot(*match.span("name"))
            at = bisect_left(expressions, words.end, key=lambda other: other.start)
            if not at or expressions[at - 1].end <= words.start:
                yield _at(words), _Pointer(floor=piece.span.start)

    # --- what is pointed at -----------------------------------------------------------------------

    def _before(self, at: int, reach: int = REACH) -> Iterator[_Name]:
        """The names before a character, last first; of a list only those of its own entry."""
        first = max(at - reach, self._entry(at))
        for name in reversed(self._names[: bisect_left(self._starts, at)]):
            if name.expression.start < first:
                return
            if name.expression.end <= at:
                yield name

    def _entry(self, at: int) -> int:
        """Where the entry of a list that a character stands in begins, with what heads it."""
        inside = (entry for entry in self._entries if entry.start <= at < entry.end)
        heads = (entry.labels[-1].words[0] for entry in inside if entry.labels)
        return max(heads, default=0)

    def _last(self, at: int, floor: int) -> _Name | None:
        """The last place named since a character; of one that lies in another, the inner."""
        found = None
        for name in self._before(at, at - floor):
            if found is not None and not self._lies_in(name.expression.end, found):
                break
            found = name
        return found

    def _town_around(self, words: Expression) -> _Name | None:
        """The town that the text says a building is in: "the clinic in Kumba"."""
        number = bisect_left(self._starts, words.end)
        after = self._names[number] if number < len(self._names) else None
        if after is None or not after.is_town:
            return None
        tail = _BUILDING_AFTER.match(self._text, words.end)
        return after if self._lies_in(tail.end() if tail else words.end, after) else None

    def _lies_in(self, end: int, outer: _Name) -> bool:
        """Tell whether the words between the end of a name and another say that it lies there."""
        return lies_in(self._text[end : outer.expression.start])

    def _chief_town(self, at: int, events: Counter[str], reach: int) -> _Name | None:
        """The town that the text so far is about: that it names most, and where most happens."""
        towns = [name for name in self._before(at, reach) if name.is_town]
        tally = Counter(name.place_id for name in towns)
        tally.update(name.place_id for name in towns if name.expression.start in self._line)

        def weight(name: _Name) -> int:
            return tally[name.place_id] + _HAPPENED * events[name.place_id]

        return max(towns, key=weight, default=None)

    def _nearest(self, at: int, noun: str) -> _Name | None:
        """The last name before that a noun fits, or may fit, since nobody knows it."""
        spoken = re.compile(rf"\b{noun}\b", re.IGNORECASE)
        for name in self._before(at):
            words = name.expression.mentions[0]
            beside = self._text[words.start : words.end + len(noun) + 1]
            unknown = name.site is None and noun in _TOWN_NOUNS
            if unknown and not self._is_building(name.expression):
                return name
            if spoken.search(beside) or _fits(name, noun):
                return name
        return None


def lies_in(gap: str) -> bool:
    """Tell whether the words between two names say that the first lies in the second.

    Examples
    --------
    >>> lies_in(", a suburb in the "), lies_in(" and "), lies_in(" in northern ")
    (True, False, True)
    """
    words = re.findall(r"\w+|[^\w\s]", gap.lower())
    return 0 < len(gap) <= _ASIDE and _LIES_IN.issuperset(words)


def _fits(name: _Name, noun: str) -> bool:
    """Tell whether a known place is such as a noun says."""
    if name.site is None:
        return False
    place = name.site.place
    if noun not in _TOWN_NOUNS:
        return place.feature.startswith(_FEATURES[noun])
    most = TOWNSPEOPLE if noun in {"town", "settlement"} else VILLAGERS
    return name.is_town and place.feature != "PPLC" and place.population <= most


def _floor(token: Token, piece: Parsed) -> int:
    """Where the sentence before that of a word begins."""
    here = token.sent
    starts = (one.start_char for one in piece.doc.sents if one.end == here.start)
    return piece.span.start + next(starts, here.start_char)


def _expression(token: Token, piece: Parsed) -> Expression:
    """The expression that a noun is, with its article."""
    first = min(
        (c.idx for c in token.children if c.dep_ == "det" and c.i < token.i), default=token.idx
    )
    return _at(piece.spot(first, token.idx + len(token)))


def _at(words: Span) -> Expression:
    mention = Mention(words.start, words.end, words.text, "toponym")
    return Expression(words.start, words.end, words.text, Relation("at"), (mention,))


def _whose(token: Token) -> str | None:
    """The nation in "the Peruvian capital"; empty where none is said; None if it is none's."""
    following = (item.text for item in token.doc.tokens[token.i + 1 : token.i + 3])
    named = next((text for text in following if text != ","), "")
    if token.pos_ != "NOUN" or named[:1].isupper():
        return None  # "the capital, Lima"
    whose, determined = "", False
    for child in token.children:
        if child.lower_ in {"the", "this", "our"} or (
            child.dep_ == "poss" and child.lower_ in {"country", "nation"}
        ):
            determined = True
        elif child.i < token.i:
            whose = f"{whose} {child.text}".strip()
        elif child.lower_ == "of":
            return None
    return whose if determined else None


def _points(token: Token) -> bool:
    """Tell whether a noun stands for a place named before: "the town", no "town of X"."""
    determined = False
    for child in token.children:
        if child.dep_ == "det" and child.lower_ in {"the", "this", "that"}:
            determined = True
        elif child.i < token.i:
            if child.lower_ not in _PLAIN:
                return False
        elif child.dep_ in {"relcl", "acl", "appos"} or (
            child.dep_ == "prep" and not any(item.ent_type_ == "DATE" for item in child.children)
        ):
            return False
    following = token.doc[token.i + 1].text if token.i + 1 < len(token.doc) else ""
    return determined and not following[:1].isupper()
