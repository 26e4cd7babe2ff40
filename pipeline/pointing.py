"""Pointing: places that a text names by no name of their own.

"The town" and "there" point back at a name; a hospital, a street or a quarter that nobody knows is
in the town that is told of. Both are expressions like any other, at a place that the text has
named: the linker weighs them beside the names of their sentence.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

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
    r"(?:hospital|clinic|hotel|court|courthouse|church|cathedral|mosque|temple|synagogue|chapel"
    r"|school|academy|college|university|institute|library|museum|theat(?:re|er)|cinema|stadium"
    r"|arena|market|mall|palace|barracks|prison|jail|station|square|plaza|street|road|avenue"
    r"|boulevard|lane|embassy|consulate|parliament|headquarters|quarter|neighbou?rhood|suburb"
    r"|ward|park|tower|hall|cemetery|airport|monument|cent(?:re|er)|junction|roundabout|terminal"
    r"|compound|store)"
)
_ENDS_AS_BUILDING = re.compile(rf"\s{_BUILDING}$", re.IGNORECASE)
_BEGINS_AS_STREET = re.compile(
    r"^(?:hospital|hotel|plaza|place|piazza|avenida|avenue|calle|carrera|rue|via|rua|jalan)\s"
    r"|\w(?:stra(?:ss|ß)e|gasse|platz)$",
    re.IGNORECASE,
)
_BUILDING_AFTER = re.compile(rf"(?:['’]s?)?(?:\s+[a-z]+(?:['’]s|s['’])?)?\s+{_BUILDING}\b")
_UNRECOGNISED = re.compile(
    r"\b(?:(?:at|in|near|outside|inside|behind|on|into|around|from|to|of)\s+(?:the\s+)?|the\s+)"
    rf"(?P<name>(?:[A-Z0-9][\w’'.-]*\s+){{1,5}}(?:[a-z]+(?:['’]s|s['’])\s+)?{_BUILDING})\b"
    r"(?!['’]s)",
)
"""A building whose name the tagger takes for a person's or a body's."""

_LIES_IN = PLACE_NOUNS | frozenset(
    ", ( - in of on the a an at near outside northern southern eastern western central north south "
    "east west city's small".split()
)
"""Words between a place and the one that it lies in."""

_ASIDE = 40


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of the text, and the place that it is, if it is known."""

    expression: Expression
    site: Site | None

    @property
    def is_town(self) -> bool:
        return self.site is not None and self.site.place.feature.startswith(("PPL", "STLMT"))


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
        self._all = expressions
        line = document.dateline_place
        self._line = range(line.start, line.end) if line is not None else range(0)
        self._paragraphs = [piece.span.start for piece in pieces]
        home = Counter(site.place.country for site in sites if site.place.country)
        self._home = max(home, key=lambda code: home[code], default=None)
        self._names = [
            _Name(words, known.get(words))
            for words in expressions
            if words.mentions[0].kind == "toponym"
        ]
        self._starts = [name.expression.start for name in self._names]
        self._nouns: dict[Expression, str] = {}
        self._capitals: dict[Expression, Place] = {}
        for name in self._names:
            if name.site is None and self._is_building(name.expression):
                self._nouns[name.expression] = ""
        for piece in pieces:
            self._nouns.update(dict.fromkeys(self._unrecognised(piece), ""))
            for token in piece.doc:
                if token.lower_ == "capital":
                    self._add_capital(token, piece, gazetteer)
                elif token.lower_ == "there" or token.lower_ in _NOUNS:
                    words = _pointer(token, piece)
                    if words is not None:
                        self._nouns[words] = token.lower_

    def _add_capital(self, token: Token, piece: Parsed, gazetteer: Gazetteer) -> None:
        """Note "the capital" of the country that the text is about, or "the Peruvian capital"."""
        whose = _whose(token)
        if whose is None:
            return
        nation = gazetteer.demonym(whose.title()) if whose else None
        if whose and nation is None:
            return  # "the provincial capital"
        country = nation.country if nation is not None else self._home
        capital = gazetteer.capital(country) if country else None
        if capital is not None:
            words = _expression(token, piece)
            self._nouns[words] = "capital"
            self._capitals[words] = capital

    def __contains__(self, words: Expression) -> bool:
        """Tell whether words point at a named place."""
        return words in self._nouns

    def sites(self) -> list[Site]:
        """Sites of all that points, by what the text says alone."""
        found = (self.site(words, ()) for words in self._nouns)
        return [site for site in found if site is not None]

    def points_back(self, words: Expression) -> bool:
        """Tell whether words are but a noun or "there"."""
        return bool(self._nouns.get(words))

    def site(self, words: Expression, towns: Iterable[str]) -> Site | None:
        """Where that is what words point at.

        Parameters
        ----------
        words : Expression
        towns : iterable of str
            Ids of the places of the events told before.
        """
        noun = self._nouns[words]
        if noun == "capital":
            capital = self._capitals[words]
            return Site(words, locate(words.relation, [capital]), capital, _SURE)
        if noun == "there":
            name = self._last(words)
        elif noun in {"", "city"}:
            name = self._town_around(words) if not noun else None
            name = name or self._chief_town(words.start, Counter(towns))
        else:
            name = self._nearest(words.start, noun)
        if name is not None and name.expression in self._nouns:
            return self.site(name.expression, towns)
        if name is None or name.site is None:
            return None
        relation = Relation("at") if noun else Relation("near")
        place = name.site.place
        return Site(words, locate(relation, [place]), place, name.site.score)

    def _is_building(self, words: Expression) -> bool:
        """Tell whether a name is that of a building, a street or a quarter."""
        name = words.mentions[0]
        if _ENDS_AS_BUILDING.search(name.text) or _BEGINS_AS_STREET.search(name.text):
            return True
        return _BUILDING_AFTER.match(self._text[name.end : name.end + 40]) is not None

    def _unrecognised(self, piece: Parsed) -> Iterator[Expression]:
        """Names of buildings that are no names of places so far."""
        for match in _UNRECOGNISED.finditer(piece.span.text):
            words = piece.spot(*match.span("name"))
            if not any(words.start < other.end and other.start < words.end for other in self._all):
                yield _at(words)

    def _before(self, at: int, reach: int = REACH) -> Iterator[_Name]:
        """The names before a character, last first."""
        for name in reversed(self._names[: bisect_left(self._starts, at)]):
            if at - name.expression.start > reach:
                return
            if name.expression.end <= at:
                yield name

    def _last(self, words: Expression) -> _Name | None:
        """The last place named in this sentence or the one before, if one lies in the other: it."""
        found = None
        for name in self._before(words.start, words.start - self._floor(words)):
            if found is not None:
                gap = self._text[name.expression.end : found.expression.start].lower()
                if len(gap) > _ASIDE or not set(re.findall(r"\w+|[^\w\s]", gap)) <= _LIES_IN:
                    break
            found = name
        return found

    def _floor(self, words: Expression) -> int:
        """Where the sentence before the words begins, as far as stops tell."""
        stops = [match.end() for match in re.finditer(r"[.!?]\s|\n", self._text[: words.start])]
        return stops[-2] if len(stops) > 1 else 0

    def _town_around(self, words: Expression) -> _Name | None:
        """The town that the text says a building is in: "the clinic in Kumba"."""
        number = bisect_left(self._starts, words.end)
        after = self._names[number] if number < len(self._names) else None
        if after is None or not after.is_town or after.expression.start - words.end > _ASIDE:
            return None
        gap = self._text[words.end : after.expression.start].lower()
        gap = _BUILDING_AFTER.sub("", gap, count=1)
        return after if set(re.findall(r"\w+|[^\w\s]", gap)) <= _LIES_IN else None

    def _chief_town(self, at: int, events: Counter[str]) -> _Name | None:
        """The town that the text up to here is about: that it names most, and where most is told."""
        towns = [name for name in self._before(at, at) if name.is_town]
        tally = Counter(_id(name) for name in towns)
        tally.update(_id(name) for name in towns if name.expression.start in self._line)
        return max(
            towns,
            key=lambda name: tally[_id(name)] + _HAPPENED * events[_id(name)],
            default=None,
        )

    def _nearest(self, at: int, noun: str) -> _Name | None:
        """The last name before that a noun fits; None if nobody knows where that is."""
        spoken = re.compile(rf"\b{noun}\b", re.IGNORECASE)
        for name in self._before(at):
            words = name.expression.mentions[0]
            beside = self._text[words.start : words.end + len(noun) + 1]
            if spoken.search(beside) or _fits(name, noun):
                return name
            if name.site is None and noun in _TOWN_NOUNS and not self._is_building(name.expression):
                return None
        return None


def _id(name: _Name) -> str:
    return name.site.place.place_id if name.site is not None else ""


def _fits(name: _Name, noun: str) -> bool:
    """Tell whether a known place is such as a noun says."""
    if name.site is None:
        return False
    place = name.site.place
    if noun not in _TOWN_NOUNS:
        return place.feature.startswith(_FEATURES[noun])
    most = TOWNSPEOPLE if noun in {"town", "settlement"} else VILLAGERS
    return name.is_town and place.feature != "PPLC" and place.population <= most


def _pointer(token: Token, piece: Parsed) -> Expression | None:
    """The expression that a noun or "there" is, if it points at a place named before."""
    if token.lower_ == "there":
        if token.tag_ == "EX" or token.dep_ == "expl":
            return None
    else:
        if not _points(token):
            return None
    return _expression(token, piece)


def _expression(token: Token, piece: Parsed) -> Expression:
    """The expression that a noun is, with its article."""
    first = min((c.idx for c in token.children if c.dep_ == "det" and c.i < token.i), default=token.idx)
    return _at(piece.spot(first, token.idx + len(token)))


def _at(words: Span) -> Expression:
    mention = Mention(words.start, words.end, words.text, "toponym")
    return Expression(words.start, words.end, words.text, Relation("at"), (mention,))


def _whose(token: Token) -> str | None:
    """The nation in "the Peruvian capital"; empty where none is said; None if it is another."""
    following = token.doc.tokens[token.i + 1 : token.i + 3]
    named = [item.text for item in following if item.text != ","]
    if not token.pos_ == "NOUN" or (named and named[0][:1].isupper()):
        return None
    whose, determined = "", False
    for child in token.children:
        if child.dep_ == "det" and child.lower_ in {"the", "this", "our"}:
            determined = True
        elif child.dep_ == "poss" and child.lower_ in {"country", "nation", "our", "its"}:
            determined = True
        elif child.i < token.i:
            whose, determined = f"{whose} {child.text}".strip(), determined
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
