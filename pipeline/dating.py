"""Dating: the date that belongs to an event, not the first one in its sentence."""

import calendar
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from pipeline import anchors, clauses
from pipeline.distances import away, distances, stands_for
from pipeline.documents import Document, Span
from pipeline.events import Draft, When
from pipeline.headings import Heading, headed
from pipeline.periods import days_of, precision
from pipeline.syntax import Token
from pipeline.telling import VERBAL
from pipeline.timespans import era, window
from pipeline.timexes import Timex

NEWS_DAYS = 7
"""A document's main date is rather one of the last week than one further back."""

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
    timexes = [window(timex, document.text, document.published) for timex in timexes]
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
    told = _told(own, usable, published, of_past=of_past)
    heads = headed(own, headings)
    stories: dict[int, list[Draft]] = {}
    for draft, head in zip(own, heads, strict=True):
        stories.setdefault(head.start, []).append(draft)
    mains = {start: _main_date(document, story, told) for start, story in stories.items()}
    found: list[Draft] = []
    for draft, head in zip(own, heads, strict=True):
        when = draft.event.when
        if when.source is None and draft.event.modality in {"actual", "denied"}:
            main = head.when or mains[head.start]
            near = _date_source(draft, found, told, whole=main.source != "heading")
            when = era(document, draft.event.sentence) or _inherited(document, draft, near, main)
            when = _by_distance(draft, own, told, near, when) or when
            if when.source == "publication":
                when = _long_ago(document, draft, usable) or when
            if of_past and when.source == "publication":
                when = replace(when, start=None, prec=_VAGUE)
        run = anchors.days_before(draft.token)
        found.append(_settled(document, _with_when(draft, _begun(when, run) if run else when)))
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
        if free and len(here) == 1 and here[0].start not in claimed and here[0].date_prec in {1, 2}:
            low, high = sorted([(trigger.start, trigger.end), (here[0].start, here[0].end)])
            parted = _BETWEEN.search(document.text, low[1], high[0])
            fits = _fits(draft.token, here[0], document.published)
            if here[0].date_start and not parted and fits:
                found.append(_with_when(draft, _when(here[0], before=False)))
                continue
        found.append(draft)
    return found


def _fits(token: Token, timex: Timex, published: date | None) -> bool:
    """Tell whether a date goes with a verb's tense: no past day with "have fled", none ahead."""
    if published is None or timex.date_end is None or token.pos_ != "VERB":
        return True
    over = timex.date_end < published and anchors.is_up_to_now(token)
    return not over and not _is_ahead(timex, published)


def _start(timex: Timex) -> int:
    return timex.start


_LATER = re.compile(r"\b(?:later|after|afterwards)$", re.IGNORECASE)


def _possible(draft: Draft, timexes: Sequence[Timex], published: date | None) -> Sequence[Timex]:
    """Dates that an event may have: what lies ahead is no deadline ("by Sept. 11") of a past tense.

    Nor was it "a week later" than the publication: what that counts from was not found.
    """
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
        if timex.date_end is None
        or timex.date_end <= published
        or (timex.date_start is not None and not _LATER.search(timex.text))
    ]


def _begun(when: When, days: int) -> When:
    """Let an event begin some days before those it is told of."""
    if when.start is None or when.end is None or not days < when.start.toordinal():
        return when
    first = when.start - timedelta(days=days)
    return replace(when, start=first, prec=precision(first, when.end))


def _settled(document: Document, draft: Draft) -> Draft:
    """What lies ahead of the publication day is planned; what is planned lies ahead of it."""
    event, when, published = draft.event, draft.event.when, document.published
    first = when.start or when.end
    told = when.source in {"text", "heading"} and when.text is not None
    if published is None or not told or first is None:
        return draft
    if event.modality == "planned" and when.start is None and first > published:
        ahead = replace(when, start=published, prec=precision(published, first))
        return replace(draft, event=replace(event, when=ahead))
    if event.modality == "actual" and first > published:
        return replace(draft, event=replace(event, modality="planned"))
    if event.modality == "actual" and when.end is not None and when.end > published:
        # "this year" is so far only up to the publication
        so_far = replace(when, end=published, prec=precision(first, published))
        return replace(draft, event=replace(event, when=so_far))
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
        below = rank == anchors.BELOW and draft.event.modality == "actual"
        if rank is None or (below and _is_ahead(timex, published)):
            continue  # "agreed to meet on Friday", "rejected it and will march on Friday"
        when = _when(timex, before=rank == anchors.SAID)
        if timex.mod == "AFTER" and timex.value and anchors.is_named_by(tokens, token):
            when = replace(when, end=(days_of(timex.value) or (None, None))[1])
        if published is not None and anchors.lasts(token) and anchors.is_since(tokens, token):
            when = _from_then_on(when, published)
        if when.end is None and published is not None:
            continue  # "after 2010" tells no day
        if anchors.is_of_name(tokens, token):
            rank += anchors.OF_NAME
        gap = abs(tokens.root.i - token.i)
        if best is None or (rank, gap) < best[:2]:
            best = (rank, gap, when)
    return best[2] if best else When()


def _is_ahead(timex: Timex, published: date | None) -> bool:
    return bool(published and timex.date_start and timex.date_start > published)


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


class _Told(NamedTuple):
    """A date of a main clause, the verb that it is the time of, and where the clause stands."""

    verb: Token
    when: When
    piece: Span


def _told(
    drafts: Sequence[Draft], usable: Sequence[Timex], published: date | None, *, of_past: bool
) -> list[_Told]:
    """The dates that tell when something happened, be it an event that was found or not.

    News goes on with none that is long past: "He was born in 1961. Gunmen shot him at home."
    """
    oldest = date.min
    if published is not None and not of_past:
        oldest = date.fromordinal(max(1, published.toordinal() - BACKGROUND_DAYS))
    pieces = {draft.parsed.span.start: draft.parsed for draft in drafts}
    found = []
    for parsed in pieces.values():
        first = bisect_left(usable, parsed.span.start, key=_start)
        for timex in usable[first : bisect_left(usable, parsed.span.end, key=_start)]:
            if not _is_past(timex, published) or (timex.date_end or oldest) < oldest:
                continue
            tokens = parsed.tokens(timex.start, timex.end)
            verb = anchors.told_by(tokens) if tokens is not None else None
            if verb is not None:
                found.append(_Told(verb, _when(timex, before=False), parsed.span))
    return found


def _main_date(document: Document, drafts: Iterable[Draft], told: Iterable[_Told]) -> When:
    """The first date that an actual event of the document has of its own, if it is news.

    If none has one, the first date of a main clause. What is news of the last week goes before.
    """
    whens = [draft.event.when for draft in drafts if draft.event.modality == "actual"]
    whens += [item.when for item in told]
    days = [when for when in whens if when.end is not None and when.prec in {1, 2}]
    published = document.published
    if published is None:
        return next(iter(days), When())
    for most in (NEWS_DAYS, FRESH_DAYS):
        for when in days:
            if when.end and timedelta(0) <= published - when.end <= timedelta(days=most):
                return when
    return When()


def _where(when: When) -> int:
    return when.text.start if when.text else -1


def _by_distance(
    draft: Draft, own: Sequence[Draft], told: Sequence[_Told], near: When | None, otherwise: When
) -> When | None:
    """The date of an event that its sentence counts from another one, or another one from it.

    "Two days after the raid, troops came": the raid was told before, with the date `near`. "Troops
    came two days after a raid": the raid is what is new, and the troops have the date `otherwise`.
    """
    for distance in distances(draft.parsed, draft.event.sentence):
        of_point, of_verb = (_known(word, own, told) for word in (distance.point, distance.verb))
        base = of_point or (near if distance.fronted else None)
        if stands_for(draft.token, distance.verb) and base is not None:
            return away(base, distance, back=False)
        new = near is None or not distance.fronted
        if stands_for(draft.token, distance.point) and (of_verb is not None or new):
            return away(of_verb or replace(otherwise, start=otherwise.end), distance, back=True)
    return None


def _known(word: Token, own: Sequence[Draft], told: Sequence[_Told]) -> When | None:
    """The date that a sentence gives to a word."""
    for draft in own:
        if draft.token is word and draft.event.when.end is not None:
            return draft.event.when
    return next((item.when for item in told if item.verb is word), None)


_SAME_DAY = re.compile(
    r"\b(?:hours?|minutes|moments|shortly|just|immediately|soon|right)\s+after\b[^;:]*$",
    re.IGNORECASE,
)  # before a clause of "after" that tells what happened on the same day


def _is_past(timex: Timex, published: date | None) -> bool:
    """Tell whether a date is of some days at most a month apart, and not ahead."""
    first, last, prec = timex.date_start, timex.date_end, timex.date_prec
    if first is None or last is None or prec is None:
        return False
    return prec < _VAGUE and (published is None or last <= published)


def _inherited(document: Document, draft: Draft, near: When | None, main: When) -> When:
    """The date told last in the paragraph, or that of the list's entry or the document."""
    source, day = near or main, document.published
    if source.end is None:
        when = When(day, day, 2, None, "publication") if day is not None else When()
    elif source.source == "heading":
        when = source
    else:
        when = When(source.start, source.end, max(source.prec or 2, 2), source.text, "inherited")
    if _is_before(document, draft):
        return replace(when, start=None)
    # A lead in the perfect ("rebels have freed two men") tells what the text dates below.
    before = when.text is not None and when.text.start < draft.event.trigger.start
    if not before or day is None or when.end is None or when.source == "heading":
        return when
    if near is None and draft.event.event_type in VERBAL:
        # What is said about an event elsewhere in the text is said on its day or later.
        return _from_then_on(replace(when, start=when.start or when.end), day)
    if anchors.is_up_to_now(draft.token):
        return _from_then_on(when, day) if when.start else replace(when, end=day)
    return when


def _is_before(document: Document, draft: Draft) -> bool:
    """Tell whether an event was before what is told around it: "after rebels attacked"."""
    below = draft.token.dep_ in {"advcl", "pcomp", "relcl"}  # "hours after they met" is a relcl
    marker = clauses.marker(draft.token) if below else ""
    start = draft.event.sentence.start
    if marker == "after" and _SAME_DAY.search(document.text[start : draft.event.trigger.start]):
        return False
    if marker == "since" and anchors.is_up_to_now(draft.token):
        return False
    if marker in {"after", "since", "until"}:
        return True
    # "They denied that they had attacked it": not before the attack that was told.
    return anchors.is_earlier(draft.token) and draft.event.modality != "denied"


def _date_source(
    draft: Draft, earlier: Sequence[Draft], told: Sequence[_Told], *, whole: bool
) -> When | None:
    """The date told last before an event in its paragraph, or anywhere if it is "since then".

    Without `whole` in its sentence alone: the day of a list's entry is nearer than that of the
    sentence before.
    """
    at, when = -1, None
    begins = 0 if whole else draft.event.sentence.start
    since = any(child.lower_ == "since" for child in draft.token.children)
    for other in reversed(earlier):
        if other.parsed.span != draft.parsed.span and not since:
            break
        if other.event.trigger.start < begins:
            break
        known = other.event.when.end is not None and other.event.modality == "actual"
        if known and _may_share(other.token, draft.token):
            at, when = other.event.trigger.start, other.event.when
            break
    for item in told:
        start = _where(item.when)
        here = start >= begins and (since or item.piece == draft.parsed.span)
        if here and at < start < draft.event.trigger.start and _may_share(item.verb, draft.token):
            at, when = start, item.when
    return when


def _may_share(told: Token, token: Token) -> bool:
    if told.doc is not token.doc:
        return True
    return not (anchors.is_aside(told, token) or anchors.is_reacted_to(told, token))


def _with_when(draft: Draft, when: When) -> Draft:
    return replace(draft, event=replace(draft.event, when=when))
