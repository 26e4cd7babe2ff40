"""Cues: what the words around a document's names, and its outlet, say about them.

Names of a document are gathered into units: mentions of one name that the text uses alike ("Kunduz"
in "Kunduz province" is another unit than in "the city of Kunduz"). Units stand in pairs ("Paris,
Texas"; "Tripoli in Lebanon"). A container that the text names but no mention covers ("Alexandria,
La.") is a unit without mentions, as is the name in the outlet's own ("richmondregister.com").
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Protocol
from urllib.parse import urlsplit

from geo.countries import alpha3
from geo.names import normalise

PAIRS: Final = ("comma", "list", "in", "chain")
"""How two names stand: "X, Y"; the same in a list; "X in Y"; X and Z in "X, Y, Z"."""

_COMMA_GAP = re.compile(r"\s*[,(]\s*(?:in\s+)?(?:the\s+)?$")
_IN_GAP = re.compile(
    r"(?:['’]s)?\s+(?:city|town|village|district|county|region|capital)?\s*,?\s*in\s+"
    r"(?:the\s+)?(?:[a-z]+(?:ern)?[\s-]+)?(?:province|state|county|region|district)?(?:\s*of)?\s*$"
)
_CLASS_GAP = re.compile(
    r"\s+(?:city|town|village|district|county|province|state|region)\s*[,(]\s*$"
)
_AFTER_LIST = re.compile(
    r"\s*,?\s*(?:and|or|&)\s+[A-Z]|\s*,\s*[A-Z][\w.'’ -]{1,25},?\s+and\s+[A-Z]"
)
_ADMIN_AFTER = re.compile(
    r"^\s+(?:province|state|oblast|governorate|region|prefecture|department|county|district)s?\b",
    re.IGNORECASE,
)
_DISTRICT_AFTER = re.compile(r"^\s+(?:district|county|rayon|raion)\b", re.IGNORECASE)
_ADMIN_BEFORE = re.compile(
    r"\b(?:province|state|governorate|region|oblast)s?\s+of\s+$", re.IGNORECASE
)
_TOWN_BEFORE = re.compile(
    r"\b(?:city|town|village|port|suburb|capital|hamlet|settlement)s?"
    r"(?:\s+(?:city|town))?(?:\s+of)?,?\s+$",
    re.IGNORECASE,
)
# "Kunduz, Takhar and Badakhshan provinces", "the cities of X and Y": the word holds for each.
_LIST_GAP = re.compile(r"\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+")
_ADMINS_AFTER = re.compile(
    r"^\s+(?:provinces|states|oblasts|governorates|regions|prefectures|departments|counties"
    r"|districts)\b",
    re.IGNORECASE,
)
_PLURAL_OF = re.compile(
    r"\b(?:(?P<admin>provinces|states|governorates|regions|oblasts|districts)"
    r"|(?:cities|towns|villages|ports|suburbs|hamlets|settlements))\s+of\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_TOWN_AFTER = re.compile(
    r"^\s+(?:city|town|village|airport|prison|university|police|mayor|council)\b", re.IGNORECASE
)
_CONTAINER_AFTER = re.compile(r"\s*,\s*(?P<name>[A-Z][\w.'’]*(?:\s+(?:of\s+)?[A-Z][\w.'’]*){0,2})")
_PAPER = re.compile(
    r"(?:the|my|this is|online|daily|weekly|evening|morning|sunday|local|area|central|"
    r"news|newspapers?|net|today|times|herald|tribune|register|gazette|post|star|sun|mail|press|"
    r"journal|courier|dispatch|chronicle|citizen|leader|ledger|enquirer|examiner|observer|"
    r"telegram|telegraph|telegraaf|sentinel|echo|record|recorder|reporter|republican|review|"
    r"monitor|advocate|beacon|bee|banner|bulletin|democrat|standard|advertiser|argus|world|globe|"
    r"mercury|independent|guardian|inquirer|messenger|globe|state|free|live|guide|voice|item|tv|"
    r"fm|radio)"
)
_GENERIC_HOSTS = frozenset("com net org co gov edu info ac biz tv news www news24 m uk us".split())
_FLAGS = ("admin", "district", "town")


class Toponym(Protocol):
    """A name in a text: character offsets, the name, and what kind of mention it is."""

    @property
    def start(self) -> int:
        """Offset of the first character."""

    @property
    def end(self) -> int:
        """Offset after the last character."""

    @property
    def text(self) -> str:
        """The name as written."""

    @property
    def kind(self) -> str:
        """``toponym``, ``metonym``, ``embedded`` or ``demonym``."""


@dataclass(slots=True)
class Unit:
    """Mentions of one name that a text uses alike.

    Attributes
    ----------
    name : str
        The look-up key.
    text : str
        The name as first written.
    role : str
        "name", "demonym", "container" (named in the text, no mention) or "home" (the outlet's).
    cues : tuple of str
        Of "admin", "district", "town": the class words beside the name.
    mentions : list of int
        Indices of the mentions; empty for a container and a home.
    start : int
        Where the first mention begins.
    inner, outer : bool
        The left, the right name of a pair.
    """

    name: str
    text: str
    role: str
    cues: tuple[str, ...] = ()
    mentions: list[int] = field(default_factory=list)
    start: int = 0
    inner: bool = False
    outer: bool = False


@dataclass(slots=True)
class Outline:
    """The units of a document and how they stand to each other.

    Attributes
    ----------
    units : list of Unit
    pairs : dict of (int, int) to str
        (left, right) unit to how they stand, one of `PAIRS`.
    home : int or None
        The unit of the outlet's home.
    countries : frozenset of str
        ISO 3166-1 alpha-3 of the countries that the document is known to be about.
    """

    units: list[Unit]
    pairs: dict[tuple[int, int], str]
    home: int | None
    countries: frozenset[str]


def outline(
    text: str,
    toponyms: Sequence[Toponym],
    *,
    countries: frozenset[str] = frozenset(),
    source: str | None = None,
    is_container: Callable[[str], bool] = lambda _name: False,
) -> Outline:
    """Gather the names of a document into units, with their cues and pairs.

    Parameters
    ----------
    text : str
    toponyms : sequence of Toponym
        In any order.
    countries : frozenset of str
        Known countries, ISO 3166-1 alpha-3.
    source : str or None
        Name, domain or URL of the outlet; several, with spaces between.
    is_container : callable
        Tells whether a name that no mention covers is a country's or a first-level division's.

    Returns
    -------
    Outline
    """
    order = sorted(range(len(toponyms)), key=lambda index: toponyms[index].start)
    links, rights = _links(text, toponyms, order)
    containers = _containers(text, toponyms, order, links, is_container)
    units, unit_of = _gathered(text, toponyms, order, (links, rights), containers)
    pairs: dict[tuple[int, int], str] = {}
    for left, (right, kind) in links.items():
        pairs.setdefault((unit_of[left], unit_of[right]), kind)
        if right in links and links[right][1] == "comma" and kind == "comma":
            pairs.setdefault((unit_of[left], unit_of[links[right][0]]), "chain")
    virtual: dict[str, int] = {}
    for left, container in containers.items():
        name = normalise(container)
        if name not in virtual:
            virtual[name] = len(units)
            start = toponyms[left].end
            units.append(Unit(name, container, "container", start=start, outer=True))
        pairs.setdefault((unit_of[left], virtual[name]), "comma")
    for left, _ in pairs:
        units[left].inner = True
    home, host_countries = home_of(source)
    if home:
        units.append(Unit(normalise(home), home, "home", start=len(text)))
    return Outline(units, pairs, len(units) - 1 if home else None, countries | host_countries)


def _containers(
    text: str,
    toponyms: Sequence[Toponym],
    order: Sequence[int],
    links: Mapping[int, object],
    is_container: Callable[[str], bool],
) -> dict[int, str]:
    """For each name, the container after its comma that no mention covers: "Alexandria, La."."""
    ends = [*(toponyms[index].start for index in order[1:]), len(text)][: len(order)]
    found = {}
    for index, limit in zip(order, ends, strict=True):
        if index in links or toponyms[index].kind == "demonym":
            continue
        match = _CONTAINER_AFTER.match(text, toponyms[index].end)
        words = match["name"].split() if match else []
        for size in range(len(words), 0, -1):
            name = " ".join(words[:size])
            if match and match.start("name") + len(name) <= limit and is_container(name):
                found[index] = name
                break
    return found


def _gathered(
    text: str,
    toponyms: Sequence[Toponym],
    order: Sequence[int],
    linked: tuple[Mapping[int, tuple[int, str]], set[int]],
    containers: Mapping[int, str],
) -> tuple[list[Unit], dict[int, int]]:
    """Units of mentions used alike, and the unit of each mention."""
    shared = _shared_cues(text, toponyms, order)
    links, rights = linked
    known: dict[tuple[object, ...], int] = {}
    units: list[Unit] = []
    unit_of: dict[int, int] = {}
    for index in order:
        toponym = toponyms[index]
        name = normalise(toponym.text)
        role = "demonym" if toponym.kind == "demonym" else "name"
        cues = _cue(text, toponym) or shared.get(index, ())
        holder = toponyms[links[index][0]].text if index in links else containers.get(index, "")
        key = (name, role, cues, normalise(holder), index in rights)
        if key not in known:
            known[key] = len(units)
            start, outer = toponym.start, index in rights
            units.append(Unit(name, toponym.text, role, cues, start=start, outer=outer))
        units[known[key]].mentions.append(index)
        unit_of[index] = known[key]
    return units, unit_of


def home_of(source: str | None) -> tuple[str, frozenset[str]]:
    """Return the name that an outlet's name or domain holds, and the countries of its domain.

    Parameters
    ----------
    source
        "Lexington Herald-Leader", "richmondregister.com", "https://www.lfpress.ca/x", or several
        with spaces between.

    Examples
    --------
    >>> home_of("richmondregister.com"), home_of("Lexington Herald-Leader")[0]
    (('Richmond', frozenset()), 'Lexington')
    >>> home_of("dailystar.com.lb")
    ('', frozenset({'LBN'}))
    """
    if not source:
        return "", frozenset()
    countries: set[str] = set()
    names: list[str] = []
    words: list[str] = []
    for part in source.split()[:30]:
        host = _host(part)
        if not host:
            words.append(part)
            continue
        labels = host.lower().split(".")
        if len(labels[-1]) == 2 and labels[-1] not in {"tv", "fm", "am", "io", "co", "me", "eu"}:
            with suppress(ValueError):  # a top-level domain that is no country's
                countries.add(alpha3(labels[-1]))
        kept = [label for label in labels[:-1] if label not in _GENERIC_HOSTS]
        names.extend(filter(None, (_bare(label) for label in reversed(kept))))
    if words:
        spoken = [word for word in words if not _PAPER.fullmatch(word.lower().strip(",.-"))]
        spoken = [word for word in spoken if word[:1].isupper() and "-" not in word]
        if len(spoken) < len(words) <= 8:
            names.insert(0, " ".join(spoken))
    return (names[0] if names else ""), frozenset(countries)


def _host(part: str) -> str:
    if "://" in part:
        try:
            return urlsplit(part).hostname or ""
        except ValueError:
            return ""
    return part if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", part) else ""


def _bare(label: str) -> str:
    """A domain's label without the words that newspapers are called by."""
    parts = [part for part in label.split("-") if part]
    kept = []
    for part in parts:
        rest, before = part, None
        while rest != before:
            before = rest
            rest = re.sub(rf"^{_PAPER.pattern}(?=.{{4}}|$)", "", rest)
            rest = re.sub(rf"(?<=.{{4}}){_PAPER.pattern}$", "", rest)
        kept.append("" if _PAPER.fullmatch(rest) else rest)
    bare = " ".join(filter(None, kept))
    return bare.title() if len(bare) >= 4 else ""


# "the Dnipro" is the river, "the Dnipro region" is not.
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_ALONE = re.compile(
    r"\s*(?:[.,;:)”\"’]|$)|\s+(?:in|on|at|and|or|to|from|was|were|is|near|into|by|for|with|as|after"
    r"|before|when|while|where|which|that|had|has|have|towards?|late|early|between)\b"
)


def _cue(text: str, toponym: Toponym) -> tuple[str, ...]:
    before = text[max(0, toponym.start - 40) : toponym.start]
    after = text[toponym.end : toponym.end + 20]
    found = []
    if _DISTRICT_AFTER.match(after):
        found.append("district")
    elif _ADMIN_AFTER.match(after) or _ADMIN_BEFORE.search(before):
        found.append("admin")
    if _TOWN_BEFORE.search(before) or _TOWN_AFTER.match(after):
        found.append("town")
    if not found and _THE.search(before) and _ALONE.match(after):
        found.append("water")
    return tuple(found)


def _shared_cues(
    text: str, toponyms: Sequence[Toponym], order: Sequence[int]
) -> Mapping[int, tuple[str, ...]]:
    """Cues that a name of a list has from the class word before or after the whole list."""
    lists: list[list[int]] = []
    for index in order:
        last = toponyms[lists[-1][-1]] if lists else None
        if last is not None and _LIST_GAP.fullmatch(
            text, last.end, max(toponyms[index].start, last.end)
        ):
            lists[-1].append(index)
        else:
            lists.append([index])
    found: dict[int, tuple[str, ...]] = {}
    for names in lists:
        if len(names) < 2:
            continue
        start, end = toponyms[names[0]].start, toponyms[names[-1]].end
        opening = _PLURAL_OF.search(text[max(0, start - 40) : start])
        closing = _ADMINS_AFTER.match(text[end : end + 20])
        if opening is None and closing is None:
            continue
        words = (closing[0] if closing else opening[0] if opening else "").lower()
        cue = "admin" if closing or (opening and opening["admin"]) else "town"
        found |= dict.fromkeys(names, ("district",) if "district" in words else (cue,))
    return found


def _links(
    text: str, toponyms: Sequence[Toponym], order: Sequence[int]
) -> tuple[dict[int, tuple[int, str]], set[int]]:
    """For each left name of a pair the right one and how they stand; and the right ones."""
    links: dict[int, tuple[int, str]] = {}
    rights: set[int] = set()
    listed: set[int] = set()
    for left, right in pairwise(order):
        start, end = toponyms[left].end, toponyms[right].start
        if not 0 < end - start <= 40:
            continue
        gap = text[start:end]
        if "demonym" in {toponyms[left].kind, toponyms[right].kind}:
            continue
        if _COMMA_GAP.fullmatch(gap) or _CLASS_GAP.fullmatch(gap):
            after = text[toponyms[right].end : toponyms[right].end + 45]
            kind = "list" if left in listed or _AFTER_LIST.match(after) else "comma"
        elif _IN_GAP.fullmatch(gap):
            kind = "in"
        else:
            continue
        links[left] = (right, kind)
        (listed if kind == "list" else rights).add(right)
    return links, rights
