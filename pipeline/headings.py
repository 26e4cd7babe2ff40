"""Headings: the day and the place that the labels of a text's lists give to their entries.

`pipeline.entries` finds the labels, `pipeline.entrydays` reads their days. A name beside a day, or
one that is well known, is where the entry happened.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from geo.gazetteer import Gazetteer
from pipeline.documents import Document
from pipeline.entries import Bounds, Label
from pipeline.events import Draft, When
from pipeline.linker import holds
from pipeline.mentions import PLACE_NOUNS, Mention
from pipeline.places import Site
from pipeline.recognizer import is_well_known
from pipeline.scenes import Scene
from pipeline.timexes import Timex, find_timexes

_BESIDE = PLACE_NOUNS | frozenset(
    "provinces districts cities towns villages regions states counties area areas direction sector "
    "axis front frontline northern southern eastern western central north south east west "
    "north-east north-west south-east south-west greater the of and near in".split()
)
"""Words of a label that leave it the name of a place: "Kunduz province", "Pokrovsk direction"."""

_AREAS = ("ADM", "RGN")

_PART = re.compile(r"[^,/()&;|–—]+")
_ONE_OF_TWO = re.compile(r"(?:(?!\s+and\b).)+")
_WORD = re.compile(r"[\w'’.-]*\w")


@dataclass(frozen=True, slots=True)
class Heading:
    """What the labels of an entry say of all that it tells.

    Attributes
    ----------
    start, end : int
        Offsets of the entry in the document.
    when : When or None
        Its day; None where no label names one.
    site : Site or None
        Its place.
    """

    start: int
    end: int
    when: When | None = None
    site: Site | None = None


NO_HEADING = Heading(0, 0)
"""What heads the prose outside of all entries."""


def headed(drafts: Sequence[Draft], headings: Sequence[Heading]) -> list[Heading]:
    """What heads each draft's entry; `headings` are in the order of the text."""
    found = []
    for draft in drafts:
        at = draft.event.trigger.start
        number = bisect_right(headings, at, key=_start) - 1
        inside = number >= 0 and at < headings[number].end
        found.append(headings[number] if inside else NO_HEADING)
    return found


def _start(heading: Heading) -> int:
    return heading.start


def named(document: Document, mentions: Sequence[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Place names in the labels of a document's lists, which stand outside of its prose.

    A name is taken for a place's if the gazetteer knows it well, if a day or an hour stands beside
    it, or if the prose names that place: "Outlook" and "Police" are towns too. What the prose
    writes small, as it does "police", is none.

    Parameters
    ----------
    document : Document
    mentions : sequence of Mention
        Those of its prose.
    gazetteer : Gazetteer
    """
    known = {mention.text.lower() for mention in mentions if mention.kind == "toponym"}
    taken = [(mention.start, mention.end) for mention in mentions]
    found = []
    for label in _labels(document):
        for start, end in _names(document.text, label):
            name = document.text[start:end]
            best = gazetteer.candidates(name, limit=1)
            if not best or any(a < end and start < b for a, b in taken):
                continue
            sure = label.stamp is not None or name.lower() in known or is_well_known(name, best)
            if sure or best[0].place.feature.startswith(_AREAS):
                small = re.search(rf"\b{re.escape(name.lower())}\b", document.text)
                if small is None:
                    found.append(Mention(start, end, name, "toponym"))
                    taken.append((start, end))
    return found


def _labels(document: Document) -> list[Label]:
    """All labels, each once."""
    return list(dict.fromkeys(label for entry in document.entries for label in entry.labels))


def _names(text: str, label: Label) -> Iterable[Bounds]:
    """What may be a place's name in a label: its parts, without the words that describe places."""
    if label.name is None:
        return
    for part in _PART.finditer(text, *label.name):
        for piece in (part, *_ONE_OF_TWO.finditer(text, *part.span())):
            words = list(_WORD.finditer(text, *piece.span()))
            words = words[words[0][0] == "and" :] if words else words
            while len(words) > 1 and words[-1][0] in _BESIDE:
                words.pop()
            if words and words[0][0][:1].isupper():
                yield words[0].start(), words[-1].end()


def _site(text: str, labels: Iterable[Label], scene: Scene) -> Site | None:
    """The place that the innermost label names that is nothing but places' names.

    It is the first, "Yarang (Pattani)", unless the next one lies in it.
    """
    for label in reversed(list(labels)):
        if label.name is None:
            continue
        sites = scene.within(*label.name)
        rest = text[slice(*label.name)]
        for site in sites:
            for mention in site.expression.mentions:
                rest = rest.replace(mention.text, " ")
        words = {word.lower() for word in re.findall(r"[\w-]+", rest)}
        if sites and words <= _BESIDE:
            return reduce(lambda at, site: site if holds(at.place, site.place) else at, sites)
    return None


def headings_of(document: Document, whens: Sequence[When | None], scene: Scene) -> list[Heading]:
    """What heads each of a document's entries; none where no label names a day or a place.

    Such labels only divide a report: "Background", "What happened?".

    Parameters
    ----------
    document : Document
    whens : sequence of When or None
        As `pipeline.entrydays.days` gives them.
    scene : Scene
        The document's places, those of `named` among them.
    """
    found = [
        Heading(entry.start, entry.end, when, _site(document.text, entry.labels, scene))
        for entry, when in zip(document.entries, whens, strict=True)
    ]
    return found if any(item.when or item.site for item in found) else []


def timexes_in(
    document: Document, timexes: Sequence[Timex], whens: Sequence[When | None]
) -> list[Timex]:
    """Read anew the time expressions of dated entries: "the same evening" is of the entry's day.

    Parameters
    ----------
    document : Document
    timexes : sequence of Timex
        Of its whole text.
    whens : sequence of When or None
        As `pipeline.entrydays.days` gives them.
    """
    found: list[Timex] = []
    last = 0
    for entry, when in zip(document.entries, whens, strict=True):
        if when is None or when.end is None:
            continue
        found += [timex for timex in timexes if last <= timex.start < entry.start]
        text, last = document.text[entry.start : entry.end], entry.end
        found += [
            replace(timex, start=timex.start + entry.start, end=timex.end + entry.start)
            for timex in find_timexes(text, document.published, day=when.end)
        ]
    return [*found, *(timex for timex in timexes if timex.start >= last)]
