"""Anchors: how a date hangs together with an event in the parse, and what the tense tells."""

from pipeline import clauses
from pipeline.syntax import Span as Tokens
from pipeline.syntax import Token
from pipeline.timecontext import ORDINALS
from pipeline.timexes import Timex

_NESTED = 6
_SAME_TIME = frozenset({"", "when", "as", "while", "once"})
BELOW = 2
"""Rank of a date of the clause that an event's verb begins: "agreed to meet on Friday"."""

SAID = 9
"""Rank of a date that tells when something was said: the event was no later."""

_AFTERWARDS = frozenset(
    "condemn denounce deplore criticize criticise mourn discuss investigate probe refer speak talk "
    "comment lament regret commemorate remember mark honour honor blame accuse charge convict "
    "sentence jail try indict acquit arrest detain question apologize apologise respond react "
    "protest praise hail welcome deny claim demand fear face describe publish air broadcast".split()
)
"""Lemmas of verbs of what is done about an event once it is over: their day is not the event's."""

OF_NAME = 10
"""Added to the rank of a year within a name: "the 2022 Asian Games" may be in 2023."""

_SHARING = frozenset({"conj", "xcomp", "advcl", "pcomp", "prep", "acl"})
"""Dependencies over which a clause shares the time of the one above."""


_OCCASION = frozenset({"during", "at", "after", "since", "following"})
_EARLIER = frozenset({"earlier", "previously", "formerly", "once"})


def rank_of(token: Token, timex: Timex, tokens: Tokens) -> int | None:
    """Rank a date of an event's sentence: 0 its own clause, `SAID` when it was told, None not its.

    Parameters
    ----------
    token
        The event's word.
    timex, tokens
        The date, and its words in the same sentence.
    """
    if _is_of_object(token, tokens) or _is_of_office(token, tokens):
        return None
    if _precedes(tokens, token) or is_named_by(tokens, token):
        return 0
    anchor = _anchor(tokens)
    if _begins(anchor, token):
        return 1
    rank = _closeness(token, anchor, clauses.speech_verb(token))
    since = token.head.lower_ == "since"
    if (rank is None or since) and _is_during(token, anchor, tokens):
        return 1
    if rank is None and any(item in tokens for item in token.ancestors):
        return 4  # "on Monday, who said ...": the parse hangs the clause on the date itself
    return 1 if rank == SAID and _is_hour_of(token, timex, tokens) else rank


def is_named_by(tokens: Tokens, token: Token) -> bool:
    """Tell whether a date is named by an event: "since May 5, when the rebels attacked"."""
    after = tokens.doc[tokens.end : tokens.end + 2]
    when = next((word for word in after if word.lower_ == "when"), None)
    if when is None or not all(word.text == "," for word in after if word.i < when.i):
        return False
    verb, current = when.head, token
    while current.dep_ == "conj" and current.i != verb.i:
        current = current.head
    beside = current.dep_ == verb.dep_ and current.head.i == verb.head.i
    return token.i > when.i and (current.i == verb.i or beside)


def _begins(verb: Token, token: Token) -> bool:
    """Tell whether a clause tells since when: "40 were killed since the war began in May"."""
    since = any(child.lower_ == "since" and child.dep_ == "mark" for child in verb.children)
    return since and verb.dep_ == "advcl" and verb.head.i == token.i


def lasts(token: Token) -> bool:
    """Tell whether an event may go on: a noun ("talks"), or a perfect ("have been displaced").

    Also one of words told: "said that they had been displaced".
    """
    told = token.dep_ == "ccomp" and "had" in _helpers(token)
    return token.pos_ in {"NOUN", "PROPN"} or is_perfect(token) or told


def is_perfect(token: Token) -> bool:
    """Tell whether a verb tells what has happened by now: "have fled"."""
    return bool(_helpers(token) & {"has", "have"})


def _helpers(token: Token) -> set[str]:
    helpers = {child.lower_ for child in token.children if child.dep_ in {"aux", "auxpass"}}
    since = [word.lower_ for word in token.doc[token.head.i + 1 : token.i]] == ["since"]
    return helpers | {token.head.lower_} if since else helpers  # "have since fled" in two clauses


def is_up_to_now(token: Token) -> bool:
    """Tell whether a verb tells what happened some time up to now: "have fled", not "may have"."""
    modal = any(child.tag_ in {"MD", "TO"} for child in token.children if child.dep_ == "aux")
    return is_perfect(token) and not modal


def days_before(token: Token) -> int:
    """Count the days that it has gone on before the one it is told of: "for a third day" is two."""
    lengths = (
        length
        for child in token.children
        if child.lower_ == "for"
        for length in child.children
        if length.lower_ in {"day", "night"}
    )
    words = (word.lower_ for length in lengths for word in length.children)
    return next((ORDINALS[word] - 1 for word in words if word in ORDINALS), 0)


def is_present(token: Token) -> bool:
    """Tell whether a verb tells of now: "is fleeing", "have fled", "flee"."""
    helpers = _helpers(token)
    if helpers & {"had", "was", "were", "did"}:
        return False
    return token.tag_ in {"VBZ", "VBP"} or bool(helpers & {"has", "have", "is", "are", "'s", "’s"})


def is_earlier(token: Token) -> bool:
    """Tell whether a verb tells of a time before that of its text: "had fled", "once fled"."""
    said = {child.lower_ for child in token.children if child.dep_ == "advmod"} & _EARLIER
    return "had" in _helpers(token) or (bool(said) and token.tag_ in {"VBD", "VBN"})


def _is_hour_of(token: Token, timex: Timex, tokens: Tokens) -> bool:
    """Tell whether a part of a day belongs to the event noun before it: words have but a day."""
    between = tokens.doc[token.i : tokens.start]
    return (
        timex.type == "TIME"
        and token.pos_ in {"NOUN", "PROPN"}
        and token.i < tokens.start
        and all(item.pos_ not in {"VERB", "AUX"} or item.dep_ == "amod" for item in between)
    )


def _is_during(token: Token, anchor: Token, tokens: Tokens) -> bool:
    """Tell whether a date is that of an occasion: "during a visit to Kabul last week said"."""
    behind = tokens.start < anchor.i or anchor.i < token.i
    if token.head.lower_ not in _OCCASION or not token.i < tokens.start or not behind:
        return False
    return all(item.pos_ not in {"VERB", "AUX"} for item in tokens.doc[token.i : tokens.start])


def _is_of_object(token: Token, tokens: Tokens) -> bool:
    """Tell whether a date is that of what somebody is tried for: "condemned Monday's attack"."""
    within = tokens.root.dep_ in {"poss", "compound", "nummod", "amod", "nmod"}
    return within and token.pos_ == "VERB" and token.lemma_.lower() in _AFTERWARDS


def _is_of_office(token: Token, tokens: Tokens) -> bool:
    """Tell whether a date ends what somebody was: "Lopez, minister until May, was shot"."""
    before = tokens.doc[max(tokens.start - 2, 0) : tokens.start]
    between = tokens.doc[tokens.end : token.i]
    return any(item.lower_ in {"until", "till"} for item in before) and any(
        item.text == "," for item in between
    )


def is_of_name(tokens: Tokens, token: Token) -> bool:
    """Tell whether a year is a part of a name that is no event's: "the 2022 Asian Games"."""
    after = tokens.doc[tokens.end : tokens.end + 1]
    bare = tokens.end - tokens.start == 1 and tokens.root.text.isdigit()
    return bare and any(word.pos_ == "PROPN" and word.i != token.i for word in after)


def is_since(tokens: Tokens, token: Token) -> bool:
    """Tell whether a date only begins an event's time: "since March", "since they met in May".

    Not the time of what it is counted from itself: the meeting was in May.
    """
    current = tokens.root
    for _ in range(_NESTED):
        if current.i == token.i and current.pos_ != "VERB":
            return False
        if current.lower_ == "since":
            return True
        if current.pos_ in {"VERB", "AUX"}:
            return _begins(current, token) or any(
                child.lower_ == "since" and current.i < child.i < tokens.start
                for child in current.children
                if not child.i < token.i < tokens.start  # "since the raid in May"
            )
        if current.head.i == current.i:
            return False
        current = current.head
    return False


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
    if token.dep_ == "appos" and token.head.pos_ == "VERB":
        return _verb_before(tokens, token.head) or token.head
    current = token
    while current.head.i != current.i and current.pos_ not in {"VERB", "AUX"}:
        if (
            current.pos_ == "NOUN"
            and current is not token
            and current.dep_ not in {"pobj", "npadvmod"}
        ):
            return _verb_behind(tokens, current) or current
        current = current.head
    return _past_clause(tokens, current)


def _verb_before(tokens: Tokens, above: Token) -> Token | None:
    """The verb nearest before a date that the parse ties to one above, if no comma parts them."""
    for word in reversed(tokens.doc[above.i + 1 : tokens.start]):
        if word.pos_ == "PUNCT":
            return None
        if word.pos_ == "VERB":
            return word
    return None


def _past_clause(tokens: Tokens, verb: Token) -> Token:
    """The verb that a date belongs to where a comma before it ends a relative clause."""
    at = tokens.start - 1
    at -= at > 0 and tokens.doc[at].dep_ == "prep"
    if at < 0 or tokens.doc[at].text != ",":
        return verb
    current = verb
    while current.head.i != current.i and current.dep_ != "relcl":
        current = current.head
    above = clauses.governor(current.head) if current.dep_ == "relcl" else None
    return verb if above is None or above.i > verb.i else above


def _verb_behind(tokens: Tokens, subject: Token) -> Token | None:
    """The verb of a subject if a date stands right before it: "a court on Monday jailed"."""
    while subject.dep_ == "conj":
        subject = subject.head
    verb = subject.head
    if subject.dep_ not in {"nsubj", "nsubjpass"} or not tokens.end <= verb.i <= tokens.end + 3:
        return None
    between = tokens.doc[tokens.end : verb.i]
    return verb if all(item.pos_ in {"AUX", "ADV"} for item in between) else None


def _closeness(token: Token, anchor: Token, speech: Token | None) -> int | None:
    """Rank a date: 0 own clause, 3 to 5 a clause above, `SAID` the verb of saying."""
    if _is_own(token, anchor):
        return 0
    if _is_afterwards(token, anchor):
        return SAID
    if token.pos_ in {"NOUN", "PROPN"} and _is_noun_s(token, anchor):
        return 0 if anchor.i in {item.i for item in token.subtree} else 1
    if anchor.head.i == token.i and anchor.dep_ in {"xcomp", "conj"} and anchor.i > token.i:
        return BELOW
    if speech is not None and anchor.i == speech.i:
        return SAID
    return _clauses_up(token, anchor)


def _is_own(token: Token, anchor: Token) -> bool:
    """Tell whether what a date modifies is the event's word itself, or only words of it."""
    if anchor.i == token.i:
        return True
    part = anchor.dep_ in {"prep", "xcomp", "advcl"} and anchor.pos_ != "VERB"
    return anchor.head.i == token.i and (anchor.dep_ == "acl" or part)


def _is_afterwards(token: Token, anchor: Token) -> bool:
    """Tell whether a date is that of what was done about an event: "arrested on Monday over it"."""
    verb = clauses.governor(token) if token.pos_ in {"NOUN", "PROPN"} else None
    if verb is None or verb.i != anchor.i or verb.lemma_.lower() not in _AFTERWARDS:
        return False
    return token.dep_ not in {"nsubj", "nsubjpass"} and token.i > verb.i


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
        if current.dep_ == "conj" and is_present(current) != is_present(current.head):
            return None  # "they banned it in 2006, but are lifting the ban"
        current = current.head
        if anchor.i == current.i:
            return rank
    return None


_NO_DAY = frozenset("since until till by before after from of than to".split())
"""Words before a date that does not tell when its clause happened."""

_LEVEL = frozenset({"conj", "ccomp", "parataxis", "dep"})
"""Dependencies of a clause that tells as much as the one above it."""


def told_by(tokens: Tokens) -> Token | None:
    """The verb that a date is the time of, if it tells what happened: that of a main clause."""
    before = tokens.doc[tokens.start - 1] if tokens.start > tokens.root.sent.start else None
    verb = _anchor(tokens)
    if (before is not None and before.lower_ in _NO_DAY) or verb.pos_ not in {"VERB", "AUX"}:
        return None
    current = verb
    while current.head.i != current.i:
        if current.dep_ not in _LEVEL:
            return None
        current = current.head
    ahead = any(child.tag_ in {"MD", "TO"} for child in verb.children if child.dep_ == "aux")
    return None if ahead or _is_telling(verb) else verb


def _is_telling(verb: Token) -> bool:
    """Tell whether a verb only brings what somebody says: "said", not "declared war"."""
    said = any(child.dep_ in {"ccomp", "parataxis"} for child in verb.children)
    bare = not any(child.dep_ == "dobj" for child in verb.children)
    return verb.lemma_.lower() in clauses.SPEECH and (said or bare)


def is_aside(token: Token, other: Token) -> bool:
    """Tell whether an event is told by the way, in a relative clause that the other is not in."""
    current = token
    while current.head.i != current.i:
        if current.dep_ in {"relcl", "acl"}:
            return not any(item.i == other.i for item in current.subtree)
        current = current.head
    return False


def is_reacted_to(token: Token, other: Token) -> bool:
    """Tell whether an event is what the other is about: an attack that somebody condemns."""
    return other.lemma_.lower() in _AFTERWARDS and any(item.i == token.i for item in other.subtree)
