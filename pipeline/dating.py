"""Dating: the date that belongs to an event, not the first one in its sentence."""

import calendar
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from pipeline import anchors, clauses
from pipeline.documents import Document, Span
from pipeline.events import Draft, When
from pipeline.headings import Heading, headed
from pipeline.periods import precision
from pipeline.timexes import Timex

FRESH_DAYS = 14
"""A document's main date is at most this long before its publication; older is background."""

_SOON = re.compile(
    r"(?:[\w-]+\s+){0,3}(?:second|minute|moment|hour)s?\s+(?:later|earlier|after|before)",
    re.IGNORECASE,
)
"""Times counted from another event of the story ("a minute later"), not from the publication."""

PAST_DAYS = 3650
PAST_DATES = 3
"""A text most of whose dates, and no fewer than these, lie longer ago is history: what it tells
without a date is not of the day of its publication. One with a date of the last year to every
`_NEWS` of them is news with a background."""

BACKGROUND_DAYS = 60
"""A sentence whose only date is older tells background: its events are not of the publication."""

_YEAR = 366
_NEWS = 4

_VAGUE = 5
_ERAS = {
    "first world war": (date(1914, 7, 28), date(1918, 11, 11)),
    "world war i": (date(1914, 7, 28), date(1918, 11, 11)),
    "second world war": (date(1939, 9, 1), date(1945, 9, 2)),
    "world war ii": (date(1939, 9, 1), date(1945, 9, 2)),
    "spanish civil war": (date(1936, 7, 17), date(1939, 4, 1)),
    "korean war": (date(1950, 6, 25), date(1953, 7, 27)),
    "vietnam war": (date(1955, 11, 1), date(1975, 4, 30)),
    "iran-iraq war": (date(1980, 9, 22), date(1988, 8, 20)),
    "falklands war": (date(1982, 4, 2), date(1982, 6, 14)),
    "cold war": (date(1947, 3, 12), date(1991, 12, 26)),
    "rwandan genocide": (date(1994, 4, 7), date(1994, 7, 15)),
}
"""First and last days of what a text dates other things by, from public knowledge."""

_ERA = re.compile(
    r"\b(?:during|in|throughout)\s+(?:the\s+)?(?P<era>" + "|".join(_ERAS) + r")\b", re.IGNORECASE
)

_WEEKDAYS = frozenset(name.lower() for name in (*calendar.day_name, *calendar.day_abbr))
_WEEK = timedelta(days=7)


def dated(
    document: Document,
    drafts: Sequence[Draft],
    timexes: Sequence[Timex],
    headings: Sequence[Heading] = (),
) -> list[Draft]:
    """Give each drafted event the date that belongs to it, as far as the text tells one.

    Parameters
    ----------
    document : Document
    drafts : sequence of Draft
        In the order of the text.
    timexes : sequence of Timex
        Offsets in the document.
    headings : sequence of Heading
        What heads the entries of its lists.
    """
    published = document.published
    timexes = [_window(timex, document) for timex in timexes]
    since = [timex for timex in timexes if published and timex.mod == "AFTER"]
    usable = [
        timex
        for timex in timexes
        if timex.type in {"DATE", "TIME"}
        and (timex.date_end or document.published is None)
        and not _SOON.fullmatch(timex.text)
    ]
    of_past = _is_of_past(usable, document.published)
    own = []
    for draft in drafts:
        sentence = draft.event.sentence
        first = bisect_left(usable, sentence.start, key=_start)
        here = usable[first : bisect_left(usable, sentence.end, key=_start)]
        here += [timex for timex in since if sentence.start <= timex.start < sentence.end]
        when = _own_date(draft, _possible(draft, here, published), published)
        own.append(_with_when(draft, when))
    own = _with_lone_dates(document, own, usable)
    heads = headed(own, headings)
    stories: dict[int, list[Draft]] = {}
    for draft, head in zip(own, heads, strict=True):
        stories.setdefault(head.start, []).append(draft)
    mains = {start: _main_date(document, story) for start, story in stories.items()}
    found: list[Draft] = []
    for draft, head in zip(own, heads, strict=True):
        when = draft.event.when
        if when.source is None and draft.event.modality in {"actual", "denied"}:
            when = _era(document, draft) or _inherited(
                document, draft, found, head.when or mains[head.start]
            )
            if when.source == "publication":
                when = _long_ago(document, draft, usable) or when
            if of_past and when.source == "publication":
                when = replace(when, start=None, prec=_VAGUE)
        found.append(_settled(document, _with_when(draft, when)))
    return found


def _is_of_past(timexes: Sequence[Timex], published: date | None) -> bool:
    """Tell whether a text is about times long ago."""
    if published is None:
        return False
    ages = [(published - timex.date_end).days for timex in timexes if timex.date_end is not None]
    old = sum(age > PAST_DAYS for age in ages)
    recent = sum(age <= _YEAR for age in ages)
    return old >= PAST_DATES and old * 2 > len(ages) and old > _NEWS * recent


def _long_ago(document: Document, draft: Draft, usable: Sequence[Timex]) -> When | None:
    """On or before the only date of a sentence, if it is long past.

    Such a date is that of another clause: of four events half are of that time and most of the
    others before it ("memories of abuse, when one priest was tried in 2014"). What has happened by
    now, or is going on, is of the present.
    """
    sentence = draft.event.sentence
    if _LIFE.search(sentence.text):
        return When(None, document.published, _VAGUE, None, "publication")
    first = bisect_left(usable, sentence.start, key=_start)
    here = usable[first : bisect_left(usable, sentence.end, key=_start)]
    if len(here) != 1 or here[0].date_end is None or document.published is None:
        return None
    old = (document.published - here[0].date_end).days > BACKGROUND_DAYS
    if not old or here[0].mod == "ON_OR_BEFORE":  # "minister until May 2009"
        return None
    if anchors.is_perfect(draft.token):
        return When(None, document.published, _VAGUE, None, "publication")
    if anchors.is_present(draft.token):
        return None
    return replace(_when(here[0], before=True), prec=_VAGUE, source="inherited")


_LIFE = re.compile(
    r"\b(?:years?\s+old|aged\s+\w+)\s+when\b|\bwhen\s+(?:he|she|they|I|we)\s+(?:was|were)\s+(?:a\s+)?(?:child|boy|girl|young"
    r"|children|\d+\b)|\bas\s+a\s+(?:child|boy|girl|teenager|young\s+\w+)\b|\bin\s+(?:his|her|their|my)\s+(?:youth|childhood|teens)\b"
)
"""Words of a life told: what happened then was long before the publication."""

_SPAN = re.compile(
    r"(?:the\s+)?(?:last\s+(?!(?:day|night|hour|minute)$)|past|recent)", re.IGNORECASE
)
_LENGTH = re.compile(r"P(?P<time>T?)(?P<count>[\d.]+|X)(?P<unit>[HMDWYE])")
_DAYS = {"H": 1 / 24, "D": 1, "W": 7, "M": 30, "Y": 365, "E": 3650}
_RECENT = {"days": 7, "weeks": 30, "months": 365, "years": 3650, "decades": 36500}
_SOME = 9
"""The most that "the past few weeks" may be."""


_AGO = re.compile(r"\b(?:few|several)\s+(?P<unit>days|weeks|months|years)\s+ago$", re.IGNORECASE)
_AGO_DAYS = {"days": 1, "weeks": 7, "months": 30, "years": 365}


def _window(timex: Timex, document: Document) -> Timex:
    """Give "the past two weeks" and "recent months" their days, up to the publication.

    "A few weeks ago" is two to `_SOME` of them ago. But not "the last two weeks of the war".
    """
    published = document.published
    if published is None or published.year < 1000 or timex.date_end:
        return timex
    if ago := _AGO.search(timex.text):
        days = _AGO_DAYS[ago["unit"].lower()]
        first, last = (published - timedelta(days=count * days) for count in (_SOME, 2))
        return replace(timex, date_start=first, date_end=last, date_prec=precision(first, last))
    if not _SPAN.match(timex.text):
        return timex
    if document.text.startswith(" of ", timex.end):
        return timex
    length = _LENGTH.fullmatch(timex.value or "") if timex.type == "DURATION" else None
    days = _RECENT.get(timex.text.split()[-1].lower(), 0) if timex.value == "PAST_REF" else 0
    if length:
        count = _SOME if length["count"] == "X" else float(length["count"])
        days = round(count * (1 / 24 if length["time"] else _DAYS[length["unit"]]))
    if not 0 < days < published.toordinal():
        return timex
    first = published - timedelta(days=days)
    return replace(
        timex,
        type="DATE",
        date_start=first,
        date_end=published,
        date_prec=precision(first, published),
    )


def _era(document: Document, draft: Draft) -> When | None:
    """The days of the war that a sentence dates an event by ("during the First World War")."""
    event = draft.event
    found = _ERA.search(event.sentence.text)
    if found is None or document.published is None:
        return None
    first, last = _ERAS[found["era"].lower()]
    start = event.sentence.start + found.start("era")
    return When(first, last, _VAGUE, Span(start, start + len(found["era"]), found["era"]), "text")


_BETWEEN = re.compile(
    r"[;:]|\.\s|\b(?:who|whom|which|whose|that|where|after|before|following|since|until|when|while|although"
    r"|though|despite|without|because|if|had)\b",
    re.IGNORECASE,
)  # words that part a date from an event


def _with_lone_dates(
    document: Document, drafts: Sequence[Draft], usable: Sequence[Timex]
) -> list[Draft]:
    """Give an event the only day its sentence names, where the parse ties the day to nothing."""
    claimed = {draft.event.when.text.start for draft in drafts if draft.event.when.text}
    found = []
    for draft in drafts:
        sentence, trigger = draft.event.sentence, draft.event.trigger
        first = bisect_left(usable, sentence.start, key=_start)
        here = usable[first : bisect_left(usable, sentence.end, key=_start)]
        free = draft.event.when.source is None and draft.event.modality == "actual"
        if free and len(here) == 1 and here[0].start not in claimed and here[0].date_prec == 1:
            low, high = sorted([(trigger.start, trigger.end), (here[0].start, here[0].end)])
            if here[0].date_start and not _BETWEEN.search(document.text, low[1], high[0]):
                found.append(_with_when(draft, _when(here[0], before=False)))
                continue
        found.append(draft)
    return found


def _start(timex: Timex) -> int:
    return timex.start


def _possible(draft: Draft, timexes: Sequence[Timex], published: date | None) -> Sequence[Timex]:
    """Dates that an event may have: no deadline ahead ("by Sept. 11") is that of a past tense."""
    token = draft.token
    past = token.tag_ == "VBD" or (
        token.tag_ == "VBN"
        and any(child.lower_ in {"was", "were", "had"} for child in token.children)
    )
    if published is None or not past or draft.event.modality != "actual":
        return timexes
    return [
        timex
        for timex in timexes
        if timex.date_start is not None or timex.date_end is None or timex.date_end <= published
    ]


def _settled(document: Document, draft: Draft) -> Draft:
    """What lies ahead of the publication day is planned; what is planned lies ahead of it."""
    event, when, published = draft.event, draft.event.when, document.published
    first = when.start or when.end
    told = when.source in {"text", "heading"} and when.text is not None
    if published is None or not told or first is None:
        return draft
    if event.modality == "actual" and first > published:
        return replace(draft, event=replace(event, modality="planned"))
    weekday = when.source == "text" and when.start == when.end
    weekday = weekday and when.text is not None and when.text.text.lower() in _WEEKDAYS
    if event.modality == "planned" and weekday and first < published:
        # A bare weekday is the last one before the text, but not of "plans to march on Sunday".
        later = replace(when, start=first + _WEEK, end=first + _WEEK)
        return replace(draft, event=replace(event, when=later))
    return draft


def _own_date(draft: Draft, timexes: Sequence[Timex], published: date | None) -> When:
    """The date of the event's own clause, or of the clause that carries it."""
    token, parsed = draft.token, draft.parsed
    best: tuple[int, int, When] | None = None
    for timex in timexes:
        tokens = parsed.tokens(timex.start, timex.end)
        if tokens is None or tokens.root.sent != token.sent:
            continue
        rank = anchors.rank_of(token, timex, tokens)
        if rank is None:
            continue
        when = _when(timex, before=rank == anchors.SAID)
        if published is not None and anchors.lasts(token) and anchors.is_since(tokens):
            when = _from_then_on(when, published)
        if when.end is None and published is not None:
            continue  # "after 2010" tells no day
        if anchors.is_of_name(tokens, token):
            rank += anchors.OF_NAME
        gap = abs(tokens.root.i - token.i)
        if best is None or (rank, gap) < best[:2]:
            best = (rank, gap, when)
    return best[2] if best else When()


def _from_then_on(when: When, published: date) -> When:
    first = when.start
    if first is None or first >= published:
        return when
    days = (published - first).days
    prec = 3 if days <= 7 else 4 if days <= 31 else _VAGUE
    return replace(when, end=published, prec=max(prec, when.prec or 0))


def _when(timex: Timex, *, before: bool) -> When:
    span = Span(timex.start, timex.end, timex.text)
    if timex.date_end is None and timex.date_start is None:
        return When(text=span, source="text")
    start, end = timex.date_start, timex.date_end
    if before or timex.mod in {"ON_OR_BEFORE", "BEFORE"}:
        start = None
    return When(start, end, timex.date_prec, span, "text")


def _main_date(document: Document, drafts: Iterable[Draft]) -> When:
    """The first date that an actual event of the document has of its own, if it is news."""
    for draft in drafts:
        event = draft.event
        when = event.when
        if event.modality != "actual" or when.end is None or when.prec not in {1, 2}:
            continue
        if document.published is None or (
            timedelta(0) <= document.published - when.end <= timedelta(days=FRESH_DAYS)
        ):
            return when
    return When()


_SAME_DAY = re.compile(
    r"\b(?:hours?|minutes|moments|shortly|just|immediately|soon|right)\s+after\b[^;:]*$",
    re.IGNORECASE,
)  # before a clause of "after" that tells what happened on the same day


def _inherited(document: Document, draft: Draft, earlier: Sequence[Draft], main: When) -> When:
    """The date of the clause above, of the sentence before in the paragraph, of the document.

    In an entry of a list that has a day, that day is nearer than the sentence before.
    """
    source = _date_source(draft, earlier, whole=main.source != "heading") or main
    marker = clauses.marker(draft.token) if draft.token.dep_ in {"advcl", "pcomp"} else ""
    sentence = draft.event.sentence
    before = document.text[sentence.start : draft.event.trigger.start]
    if marker == "after" and _SAME_DAY.search(before):
        earlier_on = False
    else:
        earlier_on = marker in {"after", "since", "until"} or anchors.is_earlier(draft.token)
    if source.end is not None:
        start = None if earlier_on else source.start
        if source.source == "heading":
            return replace(source, start=start)
        return When(start, source.end, max(source.prec or 2, 2), source.text, "inherited")
    day = document.published
    if day is None:
        return When()
    start = None if earlier_on else day
    return When(start, day, 2, None, "publication")


def _date_source(draft: Draft, earlier: Sequence[Draft], *, whole: bool) -> When | None:
    """The date of an event told before in the sentence or, with `whole`, in the paragraph."""
    for other in reversed(earlier):
        same = other.event.sentence == draft.event.sentence
        if other.parsed.span != draft.parsed.span or not (whole or same):
            return None
        told = other.event.when.end is not None and other.event.modality == "actual"
        if told and not (
            anchors.is_aside(other.token, draft.token)
            or anchors.is_reacted_to(other.token, draft.token)
        ):
            return other.event.when
    return None


def _with_when(draft: Draft, when: When) -> Draft:
    return replace(draft, event=replace(draft.event, when=when))
