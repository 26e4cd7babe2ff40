"""Linking: the date and the place that belong to an event, not the first ones in its sentence."""

import calendar
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from geo.gazetteer import Gazetteer
from pipeline import clauses
from pipeline.confidence import rated
from pipeline.documents import Document, Span
from pipeline.events import Draft, Event, When
from pipeline.placing import place_drafts
from pipeline.scenes import Scene
from pipeline.syntax import Span as Tokens
from pipeline.syntax import Token
from pipeline.timexes import Timex

FRESH_DAYS = 14
"""A document's main date is at most this long before its publication; older is background."""

Rate = Callable[[Draft], Draft]

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

_NESTED = 6
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

_SAME_TIME = frozenset({"", "when", "as", "while", "once"})
_WEEKDAYS = frozenset(name.lower() for name in (*calendar.day_name, *calendar.day_abbr))
_WEEK = timedelta(days=7)
_SPEECH = 9
"""Rank of a date that tells when something was said: the event was no later."""

_OF_NAME = 10
"""Added to the rank of a year within a name: "the 2022 Asian Games" may be in 2023."""

_SHARING = frozenset({"conj", "xcomp", "advcl", "pcomp", "prep", "acl"})
"""Dependencies over which a clause shares the time of the one above."""


def link(
    document: Document,
    drafts: Sequence[Draft],
    timexes: Sequence[Timex],
    scene: Scene,
    gazetteer: Gazetteer,
    *,
    rate: Rate = rated,
) -> list[Event]:
    """Give each drafted event its date and place.

    Parameters
    ----------
    document : Document
    drafts : sequence of Draft
        In the order of the text.
    timexes : sequence of Timex
        Offsets in the document.
    scene : Scene
        The document's places; those that only name governments count for nothing here.
    gazetteer : Gazetteer
        Gives countries and capitals for borders and calls.
    rate : callable
        Gives a placed draft its confidence.

    Returns
    -------
    list of Event
        In the order of `drafts`; one told of several places comes once for each.
    """
    dated = _dates(document, drafts, timexes)
    return [rate(draft).event for draft in place_drafts(document, dated, scene, gazetteer)]


def _dates(document: Document, drafts: Sequence[Draft], timexes: Sequence[Timex]) -> list[Draft]:
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
        own.append(
            _with_when(
                draft,
                _own_date(draft, _possible(draft, here, document.published), document.published),
            )
        )
    own = _with_lone_dates(document, own, usable)
    main = _main_date(document, own)
    found: list[Draft] = []
    for draft in own:
        when = draft.event.when
        if when.source is None and draft.event.modality in {"actual", "denied"}:
            when = _era(document, draft) or _inherited(document, draft, found, main)
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
    """The only date of a sentence, if it is long past: nearer than the day of publication."""
    sentence = draft.event.sentence
    first = bisect_left(usable, sentence.start, key=_start)
    here = usable[first : bisect_left(usable, sentence.end, key=_start)]
    if len(here) != 1 or here[0].date_end is None or document.published is None:
        return None
    if (document.published - here[0].date_end).days <= BACKGROUND_DAYS:
        return None
    when = _when(here[0], before=False)
    return replace(when, prec=max(when.prec or 2, 2), source="inherited")


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
    if published is None or when.source != "text" or when.text is None or first is None:
        return draft
    if event.modality == "actual" and first > published:
        return replace(draft, event=replace(event, modality="planned"))
    weekday = when.text.text.lower() in _WEEKDAYS and when.start == when.end
    if event.modality == "planned" and weekday and first < published:
        # A bare weekday is the last one before the text, but not of "plans to march on Sunday".
        later = replace(when, start=first + _WEEK, end=first + _WEEK)
        return replace(draft, event=replace(event, when=later))
    return draft


def _own_date(draft: Draft, timexes: Sequence[Timex], published: date | None) -> When:
    """The date of the event's own clause, or of the clause that carries it."""
    token, parsed = draft.token, draft.parsed
    anchors = []
    for timex in timexes:
        tokens = parsed.tokens(timex.start, timex.end)
        if tokens is not None and tokens.root.sent == token.sent:
            anchors.append((timex, _anchor(tokens), tokens))
    best: tuple[int, int, When] | None = None
    speech = clauses.speech_verb(token)
    for timex, anchor, tokens in anchors:
        rank = 0 if _precedes(tokens, token) else _closeness(token, anchor, speech)
        if rank is None and any(item in tokens for item in token.ancestors):
            rank = 4  # "on Monday, who said ...": the parse hangs the clause on the date itself
        if rank is None:
            continue
        when = _when(timex, before=rank == _SPEECH)
        if published is not None and token.pos_ in {"NOUN", "PROPN"} and _is_since(tokens):
            when = _from_then_on(when, published)
        if _is_of_name(tokens, token):
            rank += _OF_NAME
        gap = abs(tokens.root.i - token.i)
        if best is None or (rank, gap) < best[:2]:
            best = (rank, gap, when)
    return best[2] if best else When()


def _is_of_name(tokens: Tokens, token: Token) -> bool:
    """Tell whether a year is a part of a name that is no event's: "the 2022 Asian Games"."""
    after = tokens.doc[tokens.end : tokens.end + 1]
    bare = tokens.end - tokens.start == 1 and tokens.root.text.isdigit()
    return bare and any(word.pos_ == "PROPN" and word.i != token.i for word in after)


def _is_since(tokens: Tokens) -> bool:
    """Tell whether a date only begins a time: "since March", "since the truce ended in May"."""
    current = tokens.root
    for _ in range(_NESTED):
        if current.lower_ == "since":
            return True
        if current.pos_ in {"VERB", "AUX"}:
            return any(
                child.lower_ == "since" and current.i < child.i < tokens.start
                for child in current.children
            )
        if current.head.i == current.i:
            return False
        current = current.head
    return False


def _from_then_on(when: When, published: date) -> When:
    first = when.start
    if first is None or first >= published:
        return when
    days = (published - first).days
    prec = 3 if days <= 7 else 4 if days <= 31 else _VAGUE
    return replace(when, end=published, prec=max(prec, when.prec or 0))


def _precedes(tokens: Tokens, token: Token) -> bool:
    """Tell whether a date stands in an event noun's group: "the 31 October dynamite attack"."""
    if token.pos_ not in {"NOUN", "PROPN"} or not 0 <= token.i - tokens.end <= 3:
        return False
    between = tokens.doc[tokens.end : token.i]
    return all(word.pos_ in {"NOUN", "PROPN", "ADJ", "PART"} for word in between)


def _anchor(tokens: Tokens) -> Token:
    """The verb or event noun that a date modifies."""
    token = tokens.root
    before = tokens.doc[tokens.start - 1] if tokens.start > 0 else token
    if before.dep_ == "prep" and token.head.i >= tokens.end:
        # The parser reads "In 1842 tribesmen attacked" as 1842 tribesmen.
        return before.head
    current = token
    while current.head.i != current.i and current.pos_ not in {"VERB", "AUX"}:
        if (
            current.pos_ == "NOUN"
            and current is not token
            and current.dep_ not in {"pobj", "npadvmod"}
        ):
            return current
        current = current.head
    return current


def _closeness(token: Token, anchor: Token, speech: Token | None) -> int | None:
    """Rank a date: 0 own clause, 3 to 5 a clause above, `_SPEECH` the verb of saying."""
    if _is_own(token, anchor):
        return 0
    if token.pos_ in {"NOUN", "PROPN"} and _is_noun_s(token, anchor):
        return 0 if anchor.i in {item.i for item in token.subtree} else 1
    if anchor.head.i == token.i and anchor.dep_ in {"xcomp", "conj"} and anchor.i > token.i:
        return 2
    if speech is not None and anchor.i == speech.i:
        return _SPEECH
    return _clauses_up(token, anchor)


def _is_own(token: Token, anchor: Token) -> bool:
    """Tell whether what a date modifies is the event's word itself, or only words of it."""
    if anchor.i == token.i:
        return True
    part = anchor.dep_ in {"prep", "xcomp", "advcl"} and anchor.pos_ != "VERB"
    return anchor.head.i == token.i and (anchor.dep_ == "acl" or part)


def _is_noun_s(token: Token, anchor: Token) -> bool:
    """Tell whether a date belongs to an event noun: its verb's, or one within its group."""
    verb = clauses.governor(token)
    if verb is not None and anchor.i == verb.i and verb.lemma_.lower() not in clauses.SPEECH:
        return True
    return any(item.i == anchor.i for item in token.subtree)


def _clauses_up(token: Token, anchor: Token) -> int | None:
    """Rank a date of one of the next clauses above that happen at the same time; None if none."""
    current = token
    for rank in (3, 4, 5):
        after = current.dep_ == "advcl" and clauses.marker(current) not in _SAME_TIME
        if current.head.i == current.i or current.dep_ not in _SHARING or after:
            return None
        current = current.head
        if anchor.i == current.i:
            return rank
    return None


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
    """The date of the clause above, of the sentence before in the paragraph, of the document."""
    source = _date_source(draft, earlier) or main
    marker = clauses.marker(draft.token) if draft.token.dep_ in {"advcl", "pcomp"} else ""
    sentence = draft.event.sentence
    before = document.text[sentence.start : draft.event.trigger.start]
    if marker == "after" and _SAME_DAY.search(before):
        marker = ""
    if source.end is not None:
        start = None if marker in {"after", "since", "until"} else source.start
        return When(start, source.end, max(source.prec or 2, 2), source.text, "inherited")
    day = document.published
    if day is None:
        return When()
    start = None if marker in {"after", "since", "until"} else day
    return When(start, day, 2, None, "publication")


def _date_source(draft: Draft, earlier: Sequence[Draft]) -> When | None:
    for other in reversed(earlier):
        if other.parsed.span != draft.parsed.span:
            return None
        if other.event.when.end is not None and other.event.modality == "actual":
            return other.event.when
    return None


def _with_when(draft: Draft, when: When) -> Draft:
    return replace(draft, event=replace(draft.event, when=when))
