"""Entries: the lists that a text is made of, and the words that head each of their entries.

A chronology ("12 May: ..."), an incident log ("**Tue 02/06, Djugu.** ..."), a live blog ("09.40 |
..."), a digest ("GAO, Mali. ...", "**Kabul.** ...") and a report under headings ("LOWER JUBA")
tell the day and the place of what follows once, at its head. This module only finds such labels,
by their form; `pipeline.headings` reads what day and place they name.

No line is a label for itself: one that opens like one is prose until others of the same form stand
beside it.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from pipeline.calendars import MONTH

Bounds = tuple[int, int]
"""Start and end offset of a piece of text."""

_LONGEST = 70
_PROSE_WORDS = 3  # fewer behind a name make a table's row
_HEADING_WORDS = 6

_N = r"\d{1,2}(?:st|nd|rd|th)?"
_WEEKDAY = (
    r"(?i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b"
)
_MONTH = rf"(?i:{MONTH})"
_TO = r"\s?(?:[-–—]|\bto\b|\band\b|&)\s?"
_DAY_MONTH = (
    rf"(?:{_N}(?:{_TO}{_N})?\s+{_MONTH}|{_MONTH}\s+{_N}(?:{_TO}{_N})?)(?![\w/])"
    r"(?:,?\s+(?:1[5-9]|20)\d\d)?"
)
_NUMBERED = r"\d\d?/\d\d?(?:/(?:\d\d){1,2})?|\d\d?\.\d\d?\.\d{4}|\d{4}-\d\d-\d\d"
_HOUR = (
    r"(?:[01]?\d|2[0-4])[:.][0-5]\d(?!\d)(?:\s?[ap]\.?m\b\.?)?(?:\s(?:local\stime|[A-Z]{2,4}\b))?"
    r"|[012]\d[0-5]\d\s?(?:hrs|hours|GMT|UTC)\b"
)
_DATE = (
    r"(?:(?:[Ss]ince|[Ff]rom|[Ll]ate|[Ee]arly|[Mm]id|[Uu]ntil|[Oo]n)[\s-]+)?(?:"
    rf"(?:{_WEEKDAY}\.?,?\s+)?(?:{_DAY_MONTH}(?:{_TO}{_DAY_MONTH})?|{_NUMBERED})"
    rf"|{_MONTH}\s+(?:1[5-9]|20)\d\d|{_WEEKDAY}(?!\s[A-Z])|[Tt]oday\b|[Yy]esterday\b|(?:DAY|Day)\s+\d{{1,3}}\b)"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_WORD = r"[A-Z\u00c0-\u017e][\w'’.-]*[\w'’]"
_SMALL = r"(?:of|the|and|de|del|la|las|los|el|al|es|du|da|do|am|on|upon)"
_NAME = rf"{_WORD}(?:\s(?:{_SMALL}\s){{0,2}}{_WORD}){{0,4}}(?:\s\([^()]{{2,30}}\))?"
_NAMES = rf"{_NAME}(?:(?:,|\s/|/|\sand)\s?{_NAME}){{0,3}}"
_NAMED = rf"{_NAMES}(?:\s[a-z]{{4,12}})?"
_CAPS = r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de'’-]+(?:[ -][A-Z\u00c0-\u00de'’-]+){0,3}"
_STAMP = re.compile(
    rf"(?<![\w/.:])(?P<date>{_DATE}|{_YEAR}(?=\W*$))?(?:,?\s*(?:at\s)?(?P<hour>{_HOUR}))?(?![\w/])"
)
_STOP = r"\s*(?:[:|–—]|-(?=\s)|\.(?=\s))+\s*(?=\S)"
_MARKED = re.compile(
    r"(?P<mark>\*\*\*|\*\*|__|\*|_)(?P<label>[^*_\n]{2,70}?)(?P=mark)"
    rf"(?P<more>,\s+(?:{_HOUR}))?(?P<stop>\s*[.:|–—-]*)\s+(?=\S)"
)
_HEADING = re.compile(r"(?P<depth>#*)\s*(?P<mark>\*{0,3}|_{0,2})(?P<label>.+?)(?P=mark):?\s*#*")
_BULLET = re.compile(r"(?:(?:[-*+•‣▪●]|\(?\d{1,2}[.)])\s+)?")
_TIMED = rf"{_DATE}(?:,?\s(?:at\s)?(?:{_HOUR}))?"
_AND_NAME = rf"(?:(?:,?\s|\s?\(|\s?[|–—-]\s)(?:in\s)?{_NAMES}\)?)?"
_DAY = re.compile(rf"{_TIMED}{_AND_NAME}|{_NAMES},\s{_DATE}|{_MONTH}|{_YEAR}")
_FORMS: Final = tuple(
    (form, re.compile(rf"(?P<label>{label}){stop}"))
    for form, label, stop in (
        ("date", rf"{_TIMED}{_AND_NAME}", _STOP),
        ("date", rf"[\[(](?:{_TIMED}|{_HOUR})[\])]", r":?\s+(?=\S)"),
        ("date", rf"{_NAMES},\s{_DATE}", r"\s?[:|.]\s+(?=\S)"),
        ("date", rf"(?:{_MONTH}|{_YEAR})", r"\s*[:|–—]\s*(?=\S)"),
        ("hour", rf"(?:{_HOUR})\s[|–—-]\s{_NAMES}", r"\s?[:|–—]\s+(?=\S)"),
        ("hour", rf"(?:{_HOUR})", r"(?:\s*[:|–—-]+|\.(?=\s))?\s+(?=\S)"),
        (
            "caps",
            rf"{_CAPS}(?:,\s{_NAME}){{0,2}}(?:\s\([A-Z][\w/]+\))?",
            r"(?:\.|\s*[:|–—]|\s-)\s+(?=[\"“'A-Z\d])",
        ),
        ("item", _NAMED, r"(?:\.|:|\s[|–—-])\s+(?=[\"“'A-Z\d])"),
        ("name", _NAMED, r"(?:\s?:|\s[|–—])\s+(?=[\"“'A-Z\d])"),
    )
)
"""What a line may open with, by form; "item" behind a bullet or a number only."""

_ENOUGH: Final = {"marked": 2, "date": 2, "hour": 3, "caps": 3, "item": 3, "name": 3}
"""Lines of one form from which on they make a list. Two dates may open two lines by chance only
where a colon or a dash does not set them off; a name is more often an abbreviation or a speaker."""

_OF_NAMES: Final = frozenset({"caps", "item", "name"})
_ABBREVIATED = re.compile(r"[A-Z]\w{0,2}|(?:Capt|Prof|Brig|Messrs)\b.*")
"""What ends in a stop without being a label: "Gen. Morillon is to meet"."""


class Label(NamedTuple):
    """Words that head an entry, and what may be a date or an hour in them, and what a name.

    Bounds are offsets into the text, None for what the label does not have.
    """

    words: Bounds
    stamp: Bounds | None
    name: Bounds | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A stretch of a text, `start` to `end`, and the labels that it stands under, outermost first.

    Neither bounds nor stretch have the marks of a list ("- ", "**", ": ").
    """

    start: int
    end: int
    labels: tuple[Label, ...]

    @property
    def is_dated(self) -> bool:
        """Whether a date or an hour heads it."""
        return any(label.stamp is not None for label in self.labels)


class Lead(NamedTuple):
    """How a line opens: its label's form and bounds in the line, and where its prose begins."""

    form: str
    label: Bounds
    body: int


class Row(NamedTuple):
    """A line for `cut`.

    Attributes
    ----------
    start, end : int
        Offsets in the text, of its prose.
    lead : Lead or None
    label : Label or None
        Of the lead or the heading.
    heading : str
        Form of a heading; empty for other lines.
    is_prose : bool
    """

    start: int
    end: int
    lead: Lead | None
    label: Label | None
    heading: str
    is_prose: bool


def leads(lines: Sequence[str]) -> dict[int, Lead]:
    """Find the lines that open with a label of a list, by their number.

    Parameters
    ----------
    lines : sequence of str
        The lines of a text that may begin its paragraphs, stripped.
    """
    found = {
        number: lead for number, line in enumerate(lines) if (lead := opening(line)) is not None
    }
    counts = Counter(lead.form for lead in found.values())
    kept = {form for form, count in counts.items() if count >= _ENOUGH[form]}
    if 2 * counts["name"] < len(lines):
        kept.discard("name")
    if all(line.isupper() for line in lines):
        kept -= _OF_NAMES  # capitals set nothing off in a text that has no other letters
    return {number: lead for number, lead in found.items() if lead.form in kept}


def opening(line: str) -> Lead | None:
    """How a line opens, if it does as entries do; whether it is one, its neighbours tell."""
    bullet = _BULLET.match(line)
    at = bullet.end() if bullet else 0
    marked = _MARKED.match(line, at)
    if marked:
        return _marked(marked)
    last = at + _LONGEST
    for form, pattern in _FORMS:
        m = pattern.match(line, at, last)
        if m is None or (form == "item" and not at):
            continue
        if form in _OF_NAMES and (
            _ABBREVIATED.fullmatch(m["label"]) or line.count(" ", m.end()) < _PROSE_WORDS
        ):
            continue
        return Lead(form, m.span("label"), m.end())
    return None


def _marked(m: re.Match[str]) -> Lead | None:
    """A label in bold or italics; words of the sentence itself may be so too."""
    label = m["label"]
    stamp = _STAMP.match(label)
    set_off = m["stop"].strip() or label.rstrip()[-1] in ".:?!|–—" or m["more"]
    if not set_off and not (stamp and stamp.end() == len(label)):
        return None
    return Lead("marked", (m.start("label"), m.end("more" if m["more"] else "label")), m.end())


def heading(line: str) -> tuple[str, Bounds]:
    """The form of a line that may be a heading, and the bounds of its words; "" where it is none.

    Parameters
    ----------
    line : str
        A stripped line, no paragraph's.
    """
    if len(line) > _LONGEST:
        return "", (0, 0)
    m = _HEADING.fullmatch(line)
    if m is None or m["label"].count(" ") >= _HEADING_WORDS:
        return "", (0, 0)
    label, bounds = m["label"].rstrip(": "), m.span("label")
    if label[-1:] in {".", "!", "?", ",", ";", "…"}:
        return "", (0, 0)
    if m["depth"]:
        form = m["depth"]
    elif m["mark"]:
        form = "marked"
    elif _DAY.fullmatch(label):
        form = "date"
    elif label.isupper():
        form = "caps"
    else:
        form = "name" if re.fullmatch(_NAMES, label) else "other"
    return form, bounds


def headings(forms: Sequence[str], prose: Sequence[bool]) -> set[int]:
    """Which lines are headings: there are two or more of their form, each before its text.

    Parameters
    ----------
    forms : sequence of str
        Of each line, as `heading` has it.
    prose : sequence of bool
        Whether each line is a paragraph of the text.
    """
    leading: set[int] = set()
    for number in reversed(range(len(forms) - 1)):
        after = number + 1
        nested = after in leading and forms[after] != forms[number]
        if forms[number] and (prose[after] or nested):
            leading.add(number)
    counts = Counter(forms[number] for number in leading)
    kept = {form for form, count in counts.items() if count > 1 and form != "other"}
    if "name" in kept:
        kept.add("other")
    return {number for number in leading if forms[number] in kept}


def label_of(text: str, start: int, end: int) -> Label:
    """Take a label apart into its date or hour and its name."""
    stamp = next((m for m in _STAMP.finditer(text[start:end]) if m[0].strip(" ,")), None)
    words = start, end
    if stamp is None:
        return Label(words, None, _trimmed(text, start, end))
    first, last = start + stamp.start(), start + stamp.end()
    before, after = _trimmed(text, start, first), _trimmed(text, last, end)
    return Label(words, _trimmed(text, first, last), after or before)


def _trimmed(text: str, start: int, end: int) -> Bounds | None:
    """Bounds without the marks around; None where fewer than three letters are left."""
    bare = text[start:end]
    start += len(bare) - len(bare.lstrip(" ,.:;|–—-*_"))
    end -= len(bare) - len(bare.rstrip(" ,.:;|–—-*_"))
    if text[start:end].startswith("(") and text[start:end].endswith(")"):
        start, end = start + 1, end - 1
    bare = text[start:end]
    return (start, end) if sum(map(str.isalnum, bare)) > 2 and bare[-1] != "?" else None


def cut(rows: Sequence[Row]) -> tuple[Entry, ...]:
    """Cut a text into its entries.

    An entry goes on to the next label of the list or to the next heading; the last one, behind
    which the text may go on without a list, is no longer than the longest before it.
    """
    longest = _longest(rows)
    found: list[Entry] = []
    under: list[tuple[str, Label | None]] = []
    label, left = None, 0
    for row in rows:
        if row.heading:
            under = _stacked(under, row)
            label, left = None, 0
        elif row.is_prose:
            opens = row.lead is not None
            if row.lead is not None:
                label, left = row.label, longest[row.lead.form]
            outer = tuple(name for _, name in under if name is not None)
            labels = (*outer, label) if label is not None and left > 0 else outer
            left -= 1
            if found and not opens and found[-1].labels == labels:
                found[-1] = Entry(found[-1].start, row.end, labels)
            elif labels or (found and found[-1].labels):
                found.append(Entry(row.start, row.end, labels))
    return tuple(entry for entry in found if entry.labels)


def _stacked(under: Sequence[tuple[str, Label | None]], row: Row) -> list[tuple[str, Label | None]]:
    """The headings that hold from a heading on: it ends those of its form and what they began."""
    forms = [form for form, _ in under]
    kept = under[: forms.index(row.heading)] if row.heading in forms else under
    return [*kept, (row.heading, row.label)]


def _longest(rows: Sequence[Row]) -> Mapping[str, int]:
    """Paragraphs of the longest entry of each form that another one of its form follows."""
    found: Counter[str] = Counter()
    form, count = "", 0
    for row in rows:
        if row.heading:
            form = ""
        elif row.lead is not None:
            if row.lead.form == form:
                found[form] = max(found[form], count)
            form, count = row.lead.form, 1
            found[form] = max(found[form], 1)
        elif row.is_prose:
            count += 1
    return found
