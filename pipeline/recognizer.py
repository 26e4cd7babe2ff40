"""Place names of a text as the tagger reads it, joined with what the gazetteer knows.

The tagger decides; the gazetteer mends it in four ways: the longest name that it knows around a
place is the place ("Islam Qala", not "Qala"); a well-known name that the tagger half took for a
place is one; a name that it took for a person's or a body's is a place where the words beside it
say so or where a seat of power has it ("near Spin Boldak", "the Pentagon"); and what neither knows
well is dropped. A bare match with the gazetteer never makes a place: half of all such matches on
news are false (shared measurement), for it knows "and" and "Of" as villages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from geo.gazetteer import Candidate, Gazetteer
from pipeline.documents import Span
from pipeline.mentions import PLACE_NOUNS, Mention, kind_of
from pipeline.model import Parsed
from pipeline.syntax import Span as Tokens
from pipeline.tagger import Name, Tagged

HESITANT = 0.3
"""Least probability of each word of a name that the tagger left out and the gazetteer brings in."""

SURE = 0.65
"""Least probability of a name that the tagger alone vouches for; where it is less sure, the
gazetteer has to know the name well. Chosen on three folds of LGL: strict F1 .815 -> .831."""

LOCATED = 0.9
"""Least probability of a name that the tagger takes for a location, though for no toponym."""

DOUBTFUL = 0.4
"""Least probability of each word of such a name."""

FAINT = 0.05
"""Least probability of a town that fighting is called after: "Manbij" .11, "Raqqa" .07 before
"campaign" and "offensive", and "Obama" .01."""

_CALLED = 2
"""Words behind a name in which the word for a building may stand."""

LONGEST = 6
"""Words of the longest name that is looked up."""

_KNOWN = ("PCL", "TERR", "ADM1", "PPLC", "PPLA", "CONT", "SEA", "STRT", "CRSG", "AIRB", "GOVT")
_TOWN = 10_000
_EXACT = frozenset({"primary", "alternate"})
_ARTICLES = frozenset({"the", "a", "an"})
_SIDES = frozenset(
    "northern southern eastern western central north south east west northeastern northwestern "
    "southeastern southwestern".split()
)
"""In lower case: as part of a name they are written large."""

_STATELY = ("PCL", "TERR", "ADM1", "PPLC", "PPLA", "CONT")
_NATIONAL = ("PCL", "TERR", "ADM1", "PPLC")
_SHORT_FORM = re.compile(
    r"((?:[A-Z][\w'’-]*\s+(?:(?:of|for|and|the|on|in)\s+){0,2}){2,8})\(([A-Z]\w{1,9})\)"
)

_NO_PLACES = frozenset({"ORG", "MISC", "FAC"})
_DASHES = frozenset({"-", "–", "—"})
_APOSTROPHES = frozenset("'’")
_ENDS = _DASHES | {"'s", "'", ",", "."}
# Inside of one name: "Dasht-e-Barchi", "Sar-e Pul", "Deir ez-Zor", "Rio de Janeiro".
_JOINTS = _DASHES | frozenset(
    "e i ye al el ez ad ul ud as ash ar an au aux de la del du des do da dos das le les of on upon "
    "am sur sous en and".split()
)
_PLACE_PREPOSITIONS = frozenset(
    "in at near from to into outside across around toward towards inside via off".split()
)
_SEIZE = frozenset(
    "capture seize overrun enter abandon leave reach take retake recapture besiege encircle "
    "surround bomb shell bombard storm attack assault pound raid loot torch control hold quit flee "
    "relieve liberate invade lose evacuate visit tour patrol secure occupy".split()
)
_FIGHTING = frozenset(
    "campaign offensive front siege massacre clashes battle bombing bombings attack attacks "
    "airlift riots killings ambush".split()
)
_PEOPLES = frozenset(
    "Arab Jewish Muslim Christian Kurd Hausa Zulu Igbo Yoruba Tutsi Hutu Fulani Oromo Tamil Sikh "
    "Hindu Roma Berber Mapuche Aboriginal Latino Western".split()
)
_AFTER_PLACES = frozenset(
    "and or in on at was is were has had to for from with by after before where who when "
    "county city town village police".split()
)
_DESCRIBED = re.compile(
    r"^,\s+(?:in|(?:the|a|an)\s+(?:[\w'’-]+\s+){0,4}?(?:capital|city|town|village|district"
    r"|province|port|crossing|post|base|suburb|stronghold|region))\b"
)
# Behind the name of a place that a building or a street is only called after.
_CALLED_AFTER = frozenset(
    "House Hotel Inn Lodge Palace Mansion Barracks Building Tower Towers Gate Square Plaza "
    "Circle Roundabout Park Gardens Street Road Avenue Boulevard Lane Drive".split()
)
_FACILITY_WORDS = re.compile(
    r"^(?:\s+(?:international|air|border|military|naval|refugee|nuclear|power|train|railway))*"
    r"\s+(?:airport|airfield|airbase|base|crossing|camp|dam|plant|port|station|pass|tunnel|bridge"
    r"|canal|strait|river|square|islands?|university|prison)\b",
    re.IGNORECASE,
)

_SURNAME = re.compile(r"\s(?:de|del|do|da|dos|das|du)(?:\s(?:la|las|los|el))?\s[^\W\d_a-z][\w’'-]+")
"""What tells a town from its namesakes: "Santo Domingo de los Colorados"."""

_FACILITY_END = re.compile(_FACILITY_WORDS.pattern.removeprefix("^") + "$", re.IGNORECASE)


def find_mentions(pieces: Sequence[Parsed], gazetteer: Gazetteer) -> list[Mention]:
    """Place names of a document that was read, sorted, not overlapping, offsets in the document."""
    return [
        Mention(
            mention.start + piece.span.start,
            mention.end + piece.span.start,
            mention.text,
            mention.kind,
        )
        for piece in pieces
        for mention in sorted(_mentions(piece, gazetteer), key=lambda mention: mention.start)
    ]


def _mentions(piece: Parsed, gazetteer: Gazetteer) -> Iterator[Mention]:
    """Mentions of one piece, surest first, offsets in the piece."""
    taken: set[int] = set()
    for name in _names(piece, gazetteer):
        start, end = _whole(piece, *_trimmed(piece.tagged, name.start, name.end), gazetteer)
        if start >= end or not taken.isdisjoint(range(start, end)):
            continue
        for first, last in _split(piece, start, end, gazetteer):
            mention = _mention(piece, name._replace(start=first, end=last), gazetteer)
            if mention is not None:
                yield mention
                taken.update(range(first, last))


def _names(piece: Parsed, gazetteer: Gazetteer) -> Iterator[Name]:
    """Candidate names, surest first; one without a label has to be known to the gazetteer."""
    tagged = piece.tagged
    longer = list(_longest(piece, gazetteer))
    yield from (
        name._replace(label="TOP", probability=1.0) for name in longer if _is_half(tagged, name)
    )
    yield from (name for name in tagged.toponyms if name.probability >= SURE)
    yield from _hesitated(tagged)
    yield from (name for name in tagged.names if _is_location(piece, name, gazetteer))
    yield from (name for name in longer if _is_cued(piece, name, gazetteer))
    for name in tagged.names:
        if name.end - name.start > 1 or name.label not in {"ORG", "PER", "LOC", "MISC"}:
            continue
        bare = name._replace(label="")
        if name.label == "MISC" and not _is_of_fighting(piece, name):
            continue
        if _is_cued(piece, bare, gazetteer):
            yield bare


def _is_location(piece: Parsed, name: Name, gazetteer: Gazetteer) -> bool:
    """Tell whether the tagger is sure that a name is a location's, which is more than a toponym.

    So it calls villages that it never met: "the occupation of Heglig". The gazetteer has to know
    the name, and the tagger to half take each of its words for a toponym. Without that, strict F1
    on LGL falls from .860 to .846, with it to .858; end to end it is the same.
    """
    if name.label != "LOC" or name.probability < LOCATED:
        return False
    found = _candidates(piece, name.start, name.end, gazetteer)
    known = bool(found) and found[0].match in _EXACT
    return known and bool((piece.tagged.place[name.start : name.end] >= DOUBTFUL).all())


def _is_half(tagged: Tagged, name: Name) -> bool:
    """Tell whether the tagger saw a place in each word of a known name, or a place in the name."""
    if any(
        t.label == "TOP" and name.start <= t.start and t.end <= name.end for t in tagged.toponyms
    ):
        return True
    located = {
        word
        for other in tagged.names
        if other.label in {"LOC", "FAC"}
        for word in range(other.start, other.end)
    }
    return all(
        word in located or tagged.place[word] >= HESITANT for word in range(name.start, name.end)
    )


def _longest(piece: Parsed, gazetteer: Gazetteer) -> Iterator[Name]:
    """Runs of capitalised words, of two or more, that the gazetteer has as a name; longest first.

    A run stays inside of one of the tagger's names, or outside of all: "Kunduz Hospital Trauma
    Centre" does not become "Trauma".
    """
    words = piece.tagged.words
    closed = [name for name in piece.tagged.names if name.label in {"ORG", "PER", "MISC", "DATE"}]
    start = 0
    while start < len(words):
        if not words[start].text[:1].isupper():
            start += 1
            continue
        end = _run_end(piece.tagged, start)
        found = None
        for last in range(min(end, start + LONGEST), start + 1, -1):
            if _crosses(closed, start, last):
                continue
            best = _candidates(piece, start, last, gazetteer)[:1]
            if best and best[0].match in _EXACT:
                found = last
                break
        if found is None:
            start += 1
        else:
            yield Name(start, found, "", 0.0)
            start = found


def _run_end(tagged: Tagged, start: int) -> int:
    """End of the run of capitalised words from `start` on, over the joints inside of names."""
    words, end, at = tagged.words, start, start
    while at < len(words) and at < start + LONGEST:
        if words[at].text[:1].isupper():
            end = at + 1
        elif at == start or words[at].text.lower() not in _JOINTS:
            break
        at += 1
    return end


def _crosses(names: Sequence[Name], start: int, end: int) -> bool:
    """Tell whether words cut through one of some names."""
    return any(
        name.start < end and start < name.end and not (start <= name.start and name.end <= end)
        for name in names
    )


def _is_cued(piece: Parsed, name: Name, gazetteer: Gazetteer) -> bool:
    """Tell whether a known name that the tagger did not take for a place is one all the same."""
    found = _candidates(piece, name.start, name.end, gazetteer)
    if not found or found[0].match not in _EXACT:
        return False
    words = piece.tagged.words
    before = [word.text.lower() for word in words[max(0, name.start - 2) : name.start]]
    after = words[name.end].text.lower() if name.end < len(words) else ""
    if before[-1:] == ["the"]:
        before.pop()
    last = before[-1] if before else ""
    several = name.end - name.start > 1
    text = piece.span.text[words[name.start].start : words[name.end - 1].end]
    rest = piece.span.text[words[name.end - 1].end :][:40]
    ahead = words[name.end].text if name.end < len(words) else ""
    if ahead[:1].isupper() or ahead == "'s":
        return found[0].place.feature == "GOVT" and ahead == "'s"
    return (
        found[0].place.feature == "GOVT"
        or after in PLACE_NOUNS
        or last in PLACE_NOUNS
        or last in (_PLACE_PREPOSITIONS if several else {"in", "near"})
        or _DESCRIBED.match(rest) is not None
        or _is_object(piece, name)
        or (_is_of_fighting(piece, name) and is_well_known(text, found))
        or (several and not _is_person(piece.tagged, name) and is_well_known(text, found))
    )


def _is_of_fighting(piece: Parsed, name: Name) -> bool:
    """Tell whether a name stands before the fighting that was there: "the Manbij campaign"."""
    words = piece.tagged.words
    fought = name.end < len(words) and words[name.end].text.lower() in _FIGHTING
    return fought and bool((piece.tagged.place[name.start : name.end] >= FAINT).all())


def _is_person(tagged: Tagged, name: Name) -> bool:
    return any(
        other.label == "PER" and other.start < name.end and name.start < other.end
        for other in tagged.names
    )


def _is_object(piece: Parsed, name: Name) -> bool:
    """Tell whether a name stands alone as what somebody seizes, enters or leaves."""
    root = piece.doc[name.start : name.end].root
    return (
        root.dep_ in {"dobj", "nsubjpass"}
        and not any(child.dep_ in {"det", "poss"} for child in root.children)
        and root.head.lemma_.lower() in _SEIZE
    )


def _split(piece: Parsed, start: int, end: int, gazetteer: Gazetteer) -> Iterator[tuple[int, int]]:
    """Both ends of "the Kabul-Kandahar highway", where no place has the whole name."""
    words = piece.tagged.words
    dashes = [number for number in range(start + 1, end - 1) if words[number].text in _DASHES]
    called = words[end - 1].text in _CALLED_AFTER
    if len(dashes) == 1 and not called and not _candidates(piece, start, end, gazetteer):
        parts = ((start, dashes[0]), (dashes[0] + 1, end))
        if all(_candidates(piece, *part, gazetteer) for part in parts):
            yield from parts
            return
    yield start, end


def _candidates(piece: Parsed, start: int, end: int, gazetteer: Gazetteer) -> list[Candidate]:
    words = piece.tagged.words
    text = piece.span.text[words[start].start : words[end - 1].end]
    return gazetteer.candidates(text, limit=3)


def _mention(piece: Parsed, name: Name, gazetteer: Gazetteer) -> Mention | None:
    """The mention that a candidate name is; None if it is none."""
    words = piece.tagged.words
    first, last = words[name.start].start, words[name.end - 1].end
    text = piece.span.text[first:last]
    if not any(character.isalpha() for character in text):
        return None
    candidates = gazetteer.candidates(text, limit=3)
    exact = bool(candidates) and candidates[0].match in _EXACT
    demonym = gazetteer.demonym(text)
    if _is_people(piece, name):
        return None
    if name.label == "ADJ" or (demonym is not None and not exact):
        return _adjective(piece, name, demonym is not None, exact)
    if (
        not name.label
        and not is_well_known(text, candidates)
        and not _is_cued(piece, name, gazetteer)
    ):
        return None
    after = piece.span.text[last : last + 40]
    longer = _FACILITY_WORDS.match(after) or _SURNAME.match(after)
    if longer is not None:
        whole = piece.span.text[first : last + longer.end()]
        found = gazetteer.candidates(whole, limit=1)
        if found and found[0].match in _EXACT:
            last, text, candidates = last + longer.end(), whole, found
    feature = candidates[0].place.feature if candidates else ""
    return Mention(first, last, text, _kind(piece, name, feature))


def _is_people(piece: Parsed, name: Name) -> bool:
    """Tell whether a word that names a people, and towns too, is its adjective: "Arab sector"."""
    words = piece.tagged.words
    if name.end - name.start != 1 or words[name.start].text not in _PEOPLES:
        return False
    after = words[name.end].text if name.end < len(words) else ""
    return after[:1].islower() and after.lower() not in _AFTER_PLACES


def _adjective(piece: Parsed, name: Name, known: bool, exact: bool) -> Mention | None:  # noqa: FBT001
    """Tell "Somali troops", a demonym, from "the Somali region", a place, and "Muslim", neither."""
    words = piece.tagged.words
    first, last = words[name.start].start, words[name.end - 1].end
    after = words[name.end].text.lower() if name.end < len(words) else ""
    text = piece.span.text[first:last]
    if exact and after in PLACE_NOUNS:
        return Mention(first, last, text, "toponym")
    return Mention(first, last, text, "demonym") if known else None


def _kind(piece: Parsed, place: Name, feature: str) -> str:
    """What the name is used for: by the names around it, else by the words that govern it."""
    for name in piece.tagged.names:
        inside = name.start <= place.start and place.end <= name.end
        if (
            inside
            and name.label in {"ORG", "PER", "MISC"}
            and name.end - name.start > (place.end - place.start)
        ):
            return "embedded"
    return kind_of(piece.doc[place.start : place.end], feature)


def _hesitated(tagged: Tagged) -> Iterator[Name]:
    """Runs of capitalised words that the tagger half took for places."""
    start = None
    likely = (tagged.place >= HESITANT).tolist()
    for index, placelike in enumerate([*likely, False]):
        half = placelike and tagged.words[index].text[:1].isupper()
        if half and start is None:
            start = index
        if start is not None and not half:
            yield Name(start, index, "", float(tagged.place[start:index].min()))
            start = None


def is_well_known(text: str, candidates: Sequence[Candidate]) -> bool:
    """Tell whether the gazetteer knows a name well enough to overrule the tagger's doubt."""
    if not candidates or len(text) < 3:
        return False
    best = candidates[0]
    well = best.place.feature.startswith(_KNOWN) or best.place.population >= _TOWN
    return well and best.match in _EXACT


def _trimmed(tagged: Tagged, start: int, end: int) -> tuple[int, int]:
    """Without a leading article or side ("northern") and trailing possessive or punctuation."""
    while start < end and tagged.words[start].text.lower() in _ARTICLES:
        start += 1
    while start < end - 1 and tagged.words[start].text in _SIDES:
        start += 1
    while end > start and tagged.words[end - 1].text in _ENDS:
        end -= 1
    return start, end


def _whole(piece: Parsed, start: int, end: int, gazetteer: Gazetteer) -> tuple[int, int]:
    """With what the words or the tagger cut off a name: "Sana" of "Sana'a", "Elizabeth Barracks".

    What a building or a street is called after lies elsewhere: "Hyderabad House" is in New Delhi.
    But that of a country or a province is its parliament.
    """
    words = piece.tagged.words
    if start >= end:
        return start, end
    tail = words[end : end + 2]
    if (
        len(tail) == 2
        and tail[0].text in _APOSTROPHES
        and tail[1].text.islower()
        and words[end - 1].end == tail[0].start
        and tail[0].end == tail[1].start
    ):
        return start, end + 2
    last = end
    while last < min(end + _CALLED, len(words)) and words[last].text[:1].isupper():
        last += 1
        if words[last - 1].text in _CALLED_AFTER:
            break
    else:
        return start, end
    found = _candidates(piece, start, end, gazetteer)
    if found and found[0].place.feature.startswith(_NATIONAL[:3]):
        return start, end
    while start and _goes_on(piece.tagged, start - 1):
        start -= 1
    return start, last


def _goes_on(tagged: Tagged, number: int) -> bool:
    """Tell whether a word is the beginning of the name whose rest follows."""
    word = tagged.words[number].text
    return word[:1].isupper() and word.lower() not in _ARTICLES and not tagged.starts[number]


def complete(
    pieces: Sequence[Parsed],
    mentions: Sequence[Mention],
    dateline: Span | None,
    gazetteer: Gazetteer,
) -> list[Mention]:
    """Add the dateline, and the other occurrences of names that the document uses as places.

    Parameters
    ----------
    pieces : sequence of Parsed
        The document's parse.
    mentions : sequence of Mention
        Those found so far.
    dateline : Span or None
        The place of the document's date line, which stands outside of its prose.
    gazetteer : Gazetteer

    Returns
    -------
    list of Mention
        All mentions, sorted.
    """
    found = list(mentions)
    if dateline is not None and not any(
        dateline.start < m.end and m.start < dateline.end for m in found
    ):
        found.append(Mention(dateline.start, dateline.end, dateline.text, "toponym"))
    known = {mention.text.strip() for mention in found if mention.kind in {"toponym", "metonym"}}
    known |= {bare for name in known if (bare := _FACILITY_END.sub("", name)) != name}
    wanted = {name for name in known if len(name) > 3}
    surnames = _surnames(pieces)
    if not wanted:
        return _without_others(pieces, found, surnames, gazetteer)
    longest = sorted(wanted, key=len, reverse=True)
    pattern = re.compile(
        r"(?<![\w-])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w-])", re.IGNORECASE
    )
    taken = {at for mention in found for at in range(mention.start, mention.end)}
    for piece in pieces:
        for match in pattern.finditer(piece.span.text):
            start, end = match.start() + piece.span.start, match.end() + piece.span.start
            if not match[0][0].isupper() or not taken.isdisjoint(range(start, end)):
                continue
            tokens = piece.tokens(start, end)
            if tokens is None:
                continue
            candidates = gazetteer.candidates(match[0], limit=1)
            feature = candidates[0].place.feature if candidates else ""
            nation = feature.startswith(_NATIONAL) and match[0] not in surnames
            if _is_inside_another(tokens, alone=nation):
                continue
            found.append(Mention(start, end, match[0], kind_of(tokens, feature)))
    return _without_others(pieces, found, surnames, gazetteer)


def _without_others(
    pieces: Sequence[Parsed],
    mentions: Sequence[Mention],
    surnames: Mapping[str, int],
    gazetteer: Gazetteer,
) -> list[Mention]:
    """Mentions, sorted, without names that the document gives to a person or a body.

    "Lee Park ... said Park" is no county, and "the Institute of Water Research (IWR)" no town; a
    country, a province or its seat stays one, and so does what the text says that somebody is in.
    """
    short = {name for piece in pieces for name in _short_forms(piece.span.text, gazetteer)}
    kept = []
    for mention in sorted(mentions, key=lambda mention: mention.start):
        if mention.text in short:
            continue
        placed = mention.kind in {"toponym", "metonym"}
        if placed and surnames.get(mention.text, mention.start) < mention.start:
            found = gazetteer.candidates(mention.text, limit=1)
            known = bool(found) and found[0].place.feature.startswith(_STATELY)
            if not known and not _is_located(pieces, mention):
                continue
        kept.append(mention)
    return kept


def _surnames(pieces: Sequence[Parsed]) -> dict[str, int]:
    """Last words of full names of people, and where each first stands in the document."""
    found: dict[str, int] = {}
    for piece in pieces:
        for name in piece.doc.ents:
            if name.label_ == "PERSON" and len(name) > 1:
                found.setdefault(name[-1].text, piece.span.start + name.start_char)
    return found


def _is_located(pieces: Sequence[Parsed], mention: Mention) -> bool:
    """Tell whether something is in or near what a mention names, or comes from it."""
    for piece in pieces:
        tokens = piece.tokens(mention.start, mention.end)
        if tokens is not None:
            before = tokens.doc[tokens.start - 1].lower_ if tokens.start else ""
            return before in {"in", "near", "at", "outside"} or before in PLACE_NOUNS
    return True  # the date line


def _short_forms(text: str, gazetteer: Gazetteer) -> Iterator[str]:
    """Short names that stand in brackets behind a body's own: "the Water Research Unit (WRU)"."""
    for match in _SHORT_FORM.finditer(text):
        words = [word for word in match[1].split() if word[:1].isupper()]
        letters = match[2].upper()
        initials = iter("".join(word[0] for word in words))
        if len(letters) > 1 and all(letter in initials for letter in letters):
            candidates = gazetteer.candidates(match[2], limit=1)
            place = candidates[0].place.feature if candidates else ""
            whole = gazetteer.candidates(" ".join(words), limit=1)
            if not place.startswith("PCL") and not (whole and whole[0].match in _EXACT):
                yield match[2]


def _is_inside_another(tokens: Tokens, *, alone: bool) -> bool:
    """Tell whether words are a person's, or part of a longer name that is no place.

    With `alone`, a person has to have more of a name: that of a capital or a country is no surname.
    """
    people = [name for name in tokens.doc.ents if name.label_ == "PERSON"]
    if any(
        name.start < tokens.end
        and tokens.start < name.end
        and not (alone and len(name) == len(tokens))
        for name in people
    ):
        return True
    return any(
        name.label_ in _NO_PLACES
        and name.start < tokens.end
        and tokens.start < name.end
        and len(name) > len(tokens)
        for name in tokens.doc.ents
    )
