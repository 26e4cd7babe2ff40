"""Which lines of an article are prose, and which are page furniture.

One pass over the lines, no parser and no model: a line is furniture by what it says ("Load more",
"Copyright 2023 ..."), by what it looks like (a by-line, a photo credit, a bare link), or by where
it stands (headline-like lines under "Most Popular", menus after the last sentence). Rules err to
the side of keeping text: an odd paragraph costs little, a lost one is lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pipeline import entries
from pipeline.calendars import MONTH, MONTHS, WEEKDAYS
from pipeline.entries import Bounds, Entry, Lead, Row


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of an article stand in its text; all bounds are offsets into that text."""

    headline: Bounds | None = None
    dateline: Bounds | None = None
    dateline_place: Bounds | None = None
    paragraphs: tuple[Bounds, ...] = ()
    date_lines: tuple[str, ...] = ()  # texts that may tell the day of publication, best first
    furniture: tuple[Bounds, ...] = field(default=())  # every line left out, in order
    entries: tuple[Entry, ...] = field(default=())  # of the lists in it, in order


_HEADLINE_WORDS = 30  # a longer first line without a full stop is taken for prose
_SUBHEAD_WORDS = 10
_RAGGED = 10  # columns that hands left free at the end of a line, of a line of two in a sentence
_FULL_LINE = 50  # columns of a block's longest line from which on it was wrapped
_WRAP_COLUMNS = 120  # a line longer than this was not wrapped by hand: its end ends a paragraph
_LONGEST_FURNITURE = 400  # a longer line is prose, unless it is a copyright notice
_HEAD_LINES = 8  # how far down a bare date counts as the date of the article

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_TERMINAL = re.compile(r"[.!?…:;,][\"'”’»)\]*_]*$|[.!?]\s*\[\d+\]$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]*_]*$")

_TIME = r"(?:\d{1,2}[:.]\d\d(?::\d\d)?(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)"
_ZONE = (
    r"(?:\(?\b(?:GMT|UTC|BST|CET|CEST|EST|EDT|ET|PST|PDT|PT|AFT|local time)\b(?:\s*[+-]\d+)?\)?)"
)
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\.?"
)
_DAY = (
    rf"(?:{MONTH}\s*\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[\s-]{MONTH}(?:,?[\s-]\d{{4}})?|\d{{4}}-\d\d-\d\d(?:T[\d:.]+Z?)?"
    r"|\d{1,2}[./]\d{1,2}[./]\d{4})"
)
_LABEL = (
    r"(?:first\s+published|originally\s+published|published|posted|last\s+updated|updated|"
    r"last\s+modified|modified|created|issued|date|dated)(?:\s+on|\s+at)?"
)
_DATE_LINE = re.compile(
    rf"(?:{_LABEL}\s*[:|-]?\s*)?(?:(?:{_TIME}\s*{_ZONE}?|{_WEEKDAY})\s*+[,|-]?+\s*+(?:on\s+)?+)*+"
    rf"{_DAY}(?:\s*+(?:[,|·•-]|at)?+\s*+(?:{_TIME}|{_ZONE}))*+\.?",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:first |originally )?(?:published|posted|issued)\b|date[d:]", re.IGNORECASE
)

# Whole lines that are buttons, menus and section labels; matched without case and final marks.
_LABELS = re.compile(
    r"""(?:
      most\ (?:popular|read|viewed|shared|watched)|trending(?:\ now)?|popular\ (?:stories|now)
    | (?:load|read|show|see|view|learn)\ (?:more|all
      |full\ (?:article|story))(?:\ (?:stories|articles|here|comments))?
    | continue\ reading|keep\ reading|click\ here|skip\ to\ (?:main\ )?content|back\ to\ top
    | scroll\ to\ continue
    | related(?:\ (?:stories|articles|news|content|topics|coverage|posts|reading|links))?
    | more\ (?:stories|news|like\ this|on\ this(?:\ (?:story|topic))?|from\ .{2,40}|in\ .{2,30}
      |about\ .{2,30})
    | recommended(?:\ for\ you)?|you\ (?:may|might)\ also\ like|what\ to\ read\ next|up\ next
    | read\ next
    | latest(?:\ (?:news|stories|headlines))?|top\ stories|editor(?:'|’)?s(?:'|’)?\ picks?
    | in\ this\ (?:story|article)
    | advertisement|advert|ad|sponsored(?:\ content)?|promoted(?:\ content)?
    | story\ continues\ below(?:\ advertisement)?
    | (?:article|story)\ continues\ (?:below|after).{0,30}
    | share(?:\ (?:this|on|via)\b.{0,40})?|tweet|retweet|pin\ it
    | print(?:\ this\ (?:page|article))?|e-?mail(?:\ this.{0,20})?
    | facebook|twitter|x|whatsapp|telegram|linkedin|reddit|copy\ link|save|bookmark|listen
    | watch(?:\ live)?|live|gallery
    | facebook\W+twitter.{0,80}
    | (?:\d+\ )?comments?|leave\ a\ (?:comment|reply)|view\ comments
    | join\ the\ (?:conversation|discussion)
    | subscribe(?:\ (?:now|to|for)\b.{0,80})?|newsletters?|log\ ?in|sign\ (?:in|out)
    | my\ account|register
    | home|menu|search|close|next|previous|world|politics|business|sports?|opinion|video
    | photos?|about(?:\ us)?
    | contact(?:\ us)?|careers|help|site\ ?map
    | terms(?:\ (?:of\ (?:use|service)|and\ conditions))?|privacy(?:\ policy)?
    | cookie\ (?:policy|settings)|accessibility|advertise(?:\ with\ us)?|rss|about\ the\ authors?
    | main\ area\ (?:top|bottom)|\d+\ min(?:ute)?s?\ read|file\ photo
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# Lines that begin like this are furniture whatever follows.
_OPENERS = re.compile(
    r"""(?:
      (?:tags?|topics?|keywords|categor(?:y|ies)|filed\ under|filed\ in|posted\ in|labels
      |more\ on)\s*:
    | tags?\s+(?-i:[A-Z#])
    | (?:©|\(c\)|copyright\s*(?:©|\(c\)|\d{4}))
    | all\ rights\ reserved\b
    | (?:read\ (?:more|also|next|this)|also\ read|see\ also
      |related(?:\ (?:stories|articles|news|coverage))?|watch|listen|recommended|more
    | don(?:'|’)t\ miss)\s*[:|»>–—]
    | (?:sign|signed)\ up\ (?:for|to|here|now)\b|subscribe\ to\b
    | follow\ (?:us|me|him|her|the\ (?:author|reporter|bbc)|@\w+)\b
    | follow\ \S+(?:\ \S+){0,3}\ on\ (?:twitter|x|facebook)
    | join\ our\ (?:whatsapp|telegram|newsletter|channel)|download\ (?:our|the)\ .{0,20}app\b
    | get\ (?:our|the)\ .{0,30}(?:newsletter|briefing|app)\b
    | (?:this\ (?:material|article|story|content)\ (?:may|was\ (?:originally|first)\ published))
    | (?:we\ use\ cookies|by\ (?:clicking|continuing|using\ this\ site))\b
    | (?:advertisement|sponsored)\s*[:|-]
    | (?:photo|image|picture|video|credit|source|caption|graphic|map|photograph
      |file\ photo)s?(?:\ (?:credit|by|courtesy\ of))?\s*:
    | (?:photos?|photographs?|image|graphic)\ (?:by|courtesy)\s
    | (?:phone|tel|fax|e-?mail|contact)\s*:
    | (?:https?://|www\.)\S+$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_REPORTERS = re.compile(
    r"[(\[]?(?:additional\s+|with\s+)?(?:reporting|writing|editing|reported|written|edited|compiled|"
    r"translated|produced|words|text)\s+(?:and\s+\w+\s+)?(?:by|from)\s+[A-Z]",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    rf"by:?\s+(?>(?:{_DAY}|{_TIME}|[A-Z][\w.'’-]*|the|and|&|of|in|for|de|da|van|von|al|bin|ul|el|[a-z]+@\S+"
    r"|staff|reporter|correspondent|writer)(?:\s*(?:,|\||·|/)\s*|\s+|$))+",
)
_CREDIT = re.compile(
    r"[(\[].{0,200}\b(?:photos?|images?|pictures?|getty|handout|file|pool|graphic|courtesy)\b.{0,80}[)\]]"
    r"|.{0,200}(?:getty\s+images|shutterstock|/\s?(?:afp|ap|reuters|epa|epa-efe|getty)\b"
    r"|via\s+(?:ap|reuters|getty|afp))[\w\s/.-]{0,30}[)\]]?"
    r"|.{0,160}[(\[](?:AP|AFP|Reuters|EPA|Getty|File|Photo)[)\]]",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"most (?:popular|read|viewed)|related(?: \w+)?|recommended.*|you (?:may|might) also like"
    r"|trending.*|more (?:stories|news|from .*|in .*|about .*)|latest(?: \w+)?|top stories"
    r"|read (?:next|more)|up next|what to read next|popular .*|editor.{0,2}s.{0,2} picks?",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"(?:[-*_=~#]\s*){3,}|`{3}.*|<!--.*-->|</?[a-z][^>]*>|!\[[^\]]*\]\([^)]*\)|\[\^?\w+\]:\s.*"
    r"|(?:[-*+•|>]?\s*\[[^\]]*\]\([^)]*\)[\s|·,•]*+)+|[\W_]+",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"(?:>\s*)+|(?:[-*+•‣▪●]|\d{1,2}[.)])\s+(?=\S)|[*_]{1,3}(?=\w)")
_BULLET = re.compile(r"(?:[-*+•‣▪●]|\d{1,2}[.)])\s+\S")
_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")

_CAPS = r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de'’.-]+(?:[ -][A-Z\u00c0-\u00de'’.-]+){0,3}"
_TITLE = (
    r"[A-Z\u00c0-\u00de][\w'’.-]+(?:[ -](?:(?:of|the|de|la|al|el|and|am)[ -])?"
    r"[A-Z\u00c0-\u00de][\w'’.-]+){0,3}"
)
_NOTES = re.compile(r"(?:\s*\[[A-Z][^\[\]\n]{1,60}\])+(?=\s)")
"""A monitor's notes behind a date line: "[TEXT]", "[Excerpt] [passage omitted]"."""
_REGION = rf"(?:,\s+(?!{MONTH}\b){_TITLE}){{0,2}}"
_AGENCY = r"\((?!\d)[A-Z@][\w.@/&' -]{1,40}\)"
_WHEN = rf"(?:{_WEEKDAY},?\s+)?(?:{_DAY}|(?i:\d{{1,2}}\s+{MONTH}(?:\s+\d{{2}}(?:\d{{2}})?)?))"
_DASH = r"(?:--+|[-–—―_]|&mdash;)"
_DATELINE = re.compile(
    rf"""(?:
      \(?(?P<a>{_CAPS})(?:\s*/\s*{_CAPS}
      |\ and\ {_CAPS})?{_REGION}(?:\ \((?!\d){_TITLE}\))?
      (?:,?\s*\|?\s*{_WHEN})?\)?(?:,?\s*{_AGENCY})?(?:,?\s+{_WHEN})?\s*{_DASH}(?=\s|$|["“‘A-Z])
    | (?P<b>{_TITLE})(?:\s*/\s*{_TITLE})?{_REGION},?\s+
      (?:{_WHEN}\s*,?\s*)?(?:{_AGENCY})\s*(?:{_WHEN})?\s*(?:{_DASH}|:)(?=\s|$)
    | (?P<c>{_TITLE})(?:\ \({_TITLE}\))?{_REGION},?\s+{_WHEN}\s*(?:\s{_DASH}|:)(?=\s|$)
    | (?P<d>{_TITLE}),\s+{_TITLE}\s+[–—](?=\s)
    | \((?P<e>{_TITLE})(?:\s*/\s*{_TITLE})?{_REGION}(?:,\s+{_WHEN})?\)\s*(?:{_DASH}|:)?(?=\s|$)
    | (?P<f>{_CAPS})(?:{_REGION}:|(?:,\s+{_TITLE}){{1,2}}\.)(?=\s+["“‘A-Z])
    )""",
    re.VERBOSE,
)
_NOT_PLACES = frozenset(
    "NATO BREAKING UPDATE EXCLUSIVE ANALYSIS WATCH VIDEO OPINION EXPLAINER FACTBOX TIMELINE "
    "LIVE UN EU US U.S. UK U.K. BBC CNN ISIS ISIL TTP IS PKK HTS IDF OCHA UNHCR UNAMA WHO "
    "NOTE CORRECTION URGENT NEWS EDITORIAL PRESS READ MORE KEY POINTS HIGHLIGHTS SUMMARY "
    "BACKGROUND CONTEXT SITUATION ALERT WARNING ADVICE STATEMENT REPORT QUESTION "
    "ANSWER Q A TOPLINE".split()
)
_FILED = re.compile(
    rf"(?:[Bb]y|BY|[Ff]rom|FROM)\s+\S.{{1,60}}?(?:\s+in|(?<=correspondent),)\s+(?P<place>{_TITLE})$"
)
"""A by-line that tells where its reporter is: "From our correspondent, Karak"."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    block: int  # number of the blank-line separated block
    kind: str  # "prose" | "short" | "heading" | "section" | "furniture" | "date" | "bullet"
    lead: Lead | None = None


def _kind(text: str, position: int) -> str:
    """Classify one stripped line by itself; `position` counts lines from the top."""
    if len(text) > _LONGEST_FURNITURE:
        return "furniture" if re.match(r"(?:copyright|©)", text, re.IGNORECASE) else "prose"
    bare = text.strip("*_ ").rstrip(" .:»>→↴▼+!…")
    kind = "prose" if _TERMINAL.search(text) or text.count(" ") >= _HEADLINE_WORDS else "short"
    if _LABELS.fullmatch(bare):
        kind = "section" if _SECTION.fullmatch(bare) else "furniture"
    elif _DATE_LINE.fullmatch(text.strip("*_ |()")):
        near_top = position < _HEAD_LINES or _PUBLISHED.match(text.strip("*_ |("))
        kind = "date" if near_top else "furniture"
    elif (
        _MARKUP.fullmatch(text)
        or _OPENERS.match(bare)
        or _REPORTERS.match(text)
        or _is_byline(text.strip("*_ "))
        or _CREDIT.fullmatch(text)
        or "all rights reserved" in text.lower()
    ):
        kind = "furniture"
    elif _HEADING.match(text):
        kind = "heading"
    elif _BULLET.match(text):
        kind = "bullet"
    return kind


def _is_byline(text: str) -> bool:
    """Tell "By Jane Doe, Sample Press" from "By Monday the town had fallen"."""
    if re.match(r"from our (?:own )?correspondent\b", text, re.IGNORECASE):
        return not _SENTENCE_END.search(text)
    if text[:2].lower() != "by" or len(text) > 140 or _SENTENCE_END.search(text):
        return False
    first = re.split(r"[\s:,.]+", text.lower(), maxsplit=2)[1:2]
    named = first and first[0] not in MONTHS and first[0] not in WEEKDAYS
    return bool(named and _BYLINE.fullmatch("by" + text[2:]))


def _lines(text: str, start: int) -> list[_Line]:
    found: list[_Line] = []
    block, previous_end, fenced = 0, start, False
    for position, m in enumerate(_LINE.finditer(text, start)):
        stripped = m[0].strip()
        between = text[previous_end : m.start()]
        if not stripped:
            continue
        if between.count("\n") > 1 or between.count("\r") > 1 or between.strip("\r\n"):
            block += 1
        left = m.start() + len(m[0]) - len(m[0].lstrip())
        kind = _kind(stripped, min(position, len(found)))
        if stripped.startswith("```"):
            fenced = not fenced
        elif fenced:
            kind = "furniture"
        found.append(_Line(left, left + len(stripped), stripped, block, kind))
        previous_end = m.end()
    return found


def _with_leads(lines: list[_Line]) -> list[_Line]:
    """Mark the lines that open as entries of a list do: they are prose, however short."""
    told = [
        line
        for before, line in zip([None, *lines], lines, strict=False)
        if line.kind in {"prose", "short", "bullet"} and _begins(line, before)
    ]
    found = {told[number]: lead for number, lead in entries.leads([i.text for i in told]).items()}
    return [
        replace(line, kind="prose", lead=found[line]) if line in found else line for line in lines
    ]


def _begins(line: _Line, before: _Line | None) -> bool:
    """Tell whether a line begins a paragraph, rather than that a text editor wrapped it."""
    return (
        before is None
        or before.block != line.block
        or _SENTENCE_END.search(before.text) is not None
        or entries.heading(before.text)[0] not in {"", "name", "other"}
        or entries.opening(before.text) is not None
    )


def _joined(lines: list[_Line], text: str) -> list[_Line]:
    """Join lines that a text editor wrapped.

    A break is the editor's where the next word would not have fitted in the block's longest line.
    """
    widest: dict[int, int] = {}
    for line in lines:
        widest[line.block] = max(widest.get(line.block, 0), _column(line, text))
    groups: list[list[_Line]] = []
    for line in lines:
        before = groups[-1][-1] if groups else None
        if (
            before
            and before.block == line.block
            and before.kind in {"prose", "short", "bullet"}
            and line.kind in {"prose", "short"}
            and line.lead is None
            and len(before.text) <= _WRAP_COLUMNS
            and _wraps(before, line, text, widest[line.block])
        ):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        _Line(
            group[0].start,
            group[-1].end,
            text[group[0].start : group[-1].end],
            group[0].block,
            group[0].kind if group[0].kind == "bullet" or group[0].lead else group[-1].kind,
            group[0].lead,
        )
        for group in groups
    ]


def _wraps(line: _Line, following: _Line, text: str, widest: int) -> bool:
    """Tell whether a line was broken because the next word did not fit, or hardly did."""
    column = _column(line, text) + 1 + len(following.text.split(maxsplit=1)[0])
    # Old agency texts are ragged: a word that would just have fitted may stand on the next line.
    ragged = line.kind == "short" and _FULL_LINE <= widest <= _WRAP_COLUMNS
    return column + (_RAGGED if ragged else 0) > widest


def _column(line: _Line, text: str) -> int:
    """The column that a line ends in: the first of a paragraph may be indented."""
    return line.end - 1 - max(text.rfind("\n", 0, line.start), text.rfind("\r", 0, line.start))


def _without_menus(lines: list[_Line]) -> list[_Line]:
    """Turn headline-like lines to furniture where they stand in a list of links or a menu."""
    prose = [i for i, line in enumerate(lines) if line.kind in {"prose", "bullet"}]
    first = prose[0] if prose else len(lines)
    last = prose[-1] if prose else len(lines)
    written = sum(len(line.text) for line in lines if line.kind == "prose")
    loose = sum(len(line.text) for line in lines if line.kind == "short")
    punctuated = written > loose  # else the text has no full stops, and they can tell us nothing
    kept: list[_Line] = []
    in_list = False
    for i, line in enumerate(lines):
        kind = line.kind
        if kind == "section" or (kind == "furniture" and line.text.endswith((":", "↴"))):
            in_list = True
        elif kind == "prose" and len(line.text) >= _WRAP_COLUMNS // 2:
            in_list = False
        elif (
            kind == "short"
            and punctuated
            and i > first
            and (in_list or i > last or line.text.count(" ") < _SUBHEAD_WORDS)
        ):
            kind = "furniture"
        kept.append(replace(line, kind=kind))
    return kept


def _forms(lines: list[_Line], top: int | None) -> list[str]:
    """The form of each line that is a heading of what follows, empty for the others.

    The headline may be one too, if it looks like those behind it and not as headlines do.
    """
    prose = [line.kind in {"prose", "bullet"} for line in lines]
    small = any(not line.text.isupper() for line, told in zip(lines, prose, strict=True) if told)
    forms = [""] * len(lines)
    for i, line in enumerate(lines):
        form, _ = entries.heading(line.text)
        told = line.kind in {"short", "heading"} or form == "date"
        if told and (form != "caps" or small) and (i != top or form not in {"name", "other"}):
            forms[i] = form
    kept = entries.headings(forms, prose)
    return [form if i in kept else "" for i, form in enumerate(forms)]


def _rows(lines: list[_Line], forms: list[str], text: str) -> Iterator[Row]:
    """The lines as `entries.cut` reads them."""
    for line, form in zip(lines, forms, strict=True):
        start, end = _bounds_of(line)
        bounds = line.lead.label if line.lead else entries.heading(line.text)[1] if form else None
        label = None
        if bounds is not None:
            label = entries.label_of(text, line.start + bounds[0], line.start + bounds[1])
        yield Row(start, end, line.lead, label, form, line.kind in {"prose", "short", "bullet"})


def _headline(lines: list[_Line]) -> int | None:
    """Return the index of the line that is the headline, if the article opens with one."""
    for i, line in enumerate(lines):
        if line.kind in {"furniture", "section", "date"}:
            continue
        rest = any(later.kind in {"prose", "bullet", "short"} for later in lines[i + 1 :])
        if line.kind == "heading":
            return i
        if not rest or len(line.text) > 250 or line.text.count(" ") >= _HEADLINE_WORDS:
            return None
        asks = line.kind == "prose" and line.text[-1] in "?!" and len(line.text) < _WRAP_COLUMNS
        return i if (line.kind == "short" or asks) and not _dateline_in(line.text) else None
    return None


def _dateline_in(text: str) -> re.Match[str] | None:
    m = _DATELINE.match(text)
    if not m:
        return None
    place = m[str(m.lastgroup)] if m.lastgroup else ""
    return None if set(place.split()) <= _NOT_PLACES else m


def _bounds_of(line: _Line) -> Bounds:
    """Return the bounds of the line's words, without bullet, quote mark, heading marks or label."""
    if line.lead is not None:
        return line.start + line.lead.body, line.end
    heading = _HEADING.match(line.text)
    if heading:
        return line.start + heading.start(1), line.start + heading.end(1)
    prefix = _PREFIX.match(line.text)
    start = line.start + (prefix.end() if prefix and line.kind != "short" else 0)
    return start, line.end


def lay_out(text: str, start: int = 0) -> Layout:
    """Find headline, dateline and body paragraphs of an article.

    Parameters
    ----------
    text
        The article. Plain text or Markdown; a paragraph is a line, or several lines that an
        editor wrapped.
    start
        Offset at which the article starts, for instance after front matter.

    Returns
    -------
    Layout
        Bounds as offsets into `text`. Blank text gives an empty layout.
    """
    joined = _joined(_with_leads(_lines(text, start)), text)
    lines = _without_menus(joined)
    top = _headline(lines)
    forms = _forms(joined, top)
    headline = dateline = place = None
    dates: list[str] = []
    paragraphs: list[Bounds] = []
    furniture: list[Bounds] = []
    for i, line in enumerate(lines):
        if i == top:
            headline = _bounds_of(line)
            continue
        if line.kind == "date" and not forms[i]:
            dates.append(line.text)
        if line.kind in {"furniture", "section", "date", "heading"} or forms[i]:
            furniture.append((line.start, line.end))
            if i < _HEAD_LINES and re.match(r"by\b", line.text, re.IGNORECASE):
                dates.append(line.text)
            filed = _FILED.match(line.text) if i < _HEAD_LINES and not place else None
            if filed is not None:
                place = (line.start + filed.start("place"), line.start + filed.end("place"))
            continue
        begin, end = _bounds_of(line)
        m = _dateline_in(text[begin:end]) if not paragraphs and not dateline else None
        if m and m.lastgroup:
            dateline = (begin, begin + m.end())
            place = (begin + m.start(m.lastgroup), begin + m.end(m.lastgroup))
            begin += m.end()
            notes = _NOTES.match(text, begin, end)
            begin = notes.end() if notes else begin
            while begin < end and text[begin].isspace():
                begin += 1
        if begin < end:
            paragraphs.append((begin, end))
    dates.sort(key=lambda found: not _PUBLISHED.match(found))
    return Layout(
        headline,
        dateline,
        place,
        tuple(paragraphs),
        tuple(dates),
        tuple(furniture),
        entries.cut(list(_rows(lines, forms, text))),
    )
