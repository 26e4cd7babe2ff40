"""Clauses: who does what to whom in a parse, and what governs what."""

from collections.abc import Iterable, Iterator
from functools import partial

from pipeline.calendars import WEEKDAYS
from pipeline.syntax import Token

SPEECH = frozenset(
    "say tell report announce state note add claim quote declare reveal indicate explain show "
    "believe confirm describe acknowledge admit insist argue estimate determine conclude think "
    "know write tweet post recall remark suggest stress read hear learn find see".split()
)
"""Lemmas of verbs whose clause is told, not done; the clause under them carries the event."""

_QUOTING = SPEECH | frozenset(
    "denounce condemn criticise criticize warn demand urge complain promise vow threaten accuse "
    "protest lament plead appeal".split()
)
"""Lemmas of verbs that may stand behind a quotation, before who speaks it."""

_MEANS = frozenset("phone telephone video videolink letter email air land sea road rail".split())
"""What "by" names besides a doer: the parser calls both an agent."""

_SAID = frozenset(
    "warning call appeal threat demand request criticism condemnation apology praise support "
    "pledge promise letter message offer invitation accusation complaint protest objection".split()
)
"""Nouns of words that come "from" whoever speaks them."""

_JOINT = frozenset(
    "clash talk negotiation meeting battle fighting agreement ceasefire truce war conflict "
    "firefight gunfight gunbattle skirmish dialogue summit exchange confrontation".split()
)
"""Nouns of what goes on "between" two sides; a name before them says what it is about."""

_MUTUAL = frozenset(
    "clash fight battle skirmish meet trade exchange swap sign conclude reach hold resume restore "
    "begin start end negotiate break sever".split()
)
"""Verbs whose two subjects are the two sides."""

_CROWDED = frozenset("protest demonstration rally riot march unrest".split())
"""Nouns of what people do in a country: "Algeria's protests" are not its government's."""

_DONE_TO = frozenset(
    "convict sentence arrest charge jail detain imprison fine acquit kill execute wound injure "
    "deport expel abduct kidnap indict".split()
)
"""Lemmas of verbs that need an object: without one behind a passive they are passive too."""

_MEASURES = frozenset(
    "million thousand hundred dozen number herd flock lot score majority some all many kind swarm "
    "pack colony group pair".split()
)
"""Nouns that only measure: of "millions of birds" the birds are meant."""

_WANTING = frozenset("want have get see need keep prefer order like".split())
"""Lemmas of verbs with a participle and who undergoes it: "want the woman detained"."""

_LEFT = frozenset("dead wounded injured hurt homeless".split())

_IF = frozenset({"if", "unless", "whether", "lest"})
_TIME = frozenset({"after", "before", "as", "while", "when", "since", "until", "once", "because"})
_UP_TO_SPEECH = frozenset("conj ccomp xcomp advcl aux dobj prep pobj attr nsubj".split())
"""Dependencies that a verb of saying is looked for across."""


def subjects(token: Token) -> list[Token]:
    """Grammatical subjects of a verb, its own or taken over along coordination and control."""
    return _subjects(token, {"nsubj", "nsubjpass"})


def doers(token: Token) -> list[Token]:
    """Who does it: the active subject, or the agent of a passive; of a noun, "by X" or "X's"."""
    if _is_nominal(token):
        return _noun_doers(token)
    quoted = _quoted(token)
    if quoted is not None:
        return [quoted]
    agents = [
        item
        for child in token.children
        if child.dep_ == "agent"
        for item in _with_conjuncts(child.children)
        if item.dep_ in {"pobj", "conj"} and item.lemma_.lower() not in _MEANS
    ]
    if agents:
        return agents
    if is_passive(token):
        return []
    if token.dep_ in {"acl", "relcl"} and not _has(token, "nsubj"):
        return [token.head] if token.tag_ == "VBG" or _heads_clause(token) else []
    found = _subjects(token, {"nsubj"})
    return found or _promised(token) or _beside_day(token)


def meant(token: Token) -> Token:
    """What a word stands for: of "millions of birds" the birds, of "which" what it refers to."""
    if token.lower_ in {"which", "that", "who"} and token.head.dep_ == "relcl":
        return token.head.head
    if token.lemma_.lower() in _MEASURES:
        for child in token.children:
            if child.lower_ == "of":
                return next(iter(child.children), token)
    return token


def undergoers(token: Token) -> list[Token]:
    """To whom: direct objects, or the subject of a passive; of a noun, "of X"."""
    if _is_nominal(token):
        return list(_prepositional(token, {"of", "on", "against"}))
    return [] if _quoted(token) is not None else _verb_undergoers(token)


def _is_nominal(token: Token) -> bool:
    """Tell whether a word is a noun, or a gerund that stands for one: "Fighting between them"."""
    if token.pos_ in {"NOUN", "PROPN"}:
        return True
    gerund = token.tag_ == "VBG" and token.dep_ in {"nsubj", "nsubjpass"}
    return gerund and not any(child.dep_ in {"nsubj", "dobj"} for child in token.children)


def _verb_undergoers(token: Token) -> list[Token]:
    # "left 17 people dead" may be read as a clause of its own.
    small = [child for child in token.children if child.lower_ in _LEFT and child.dep_ == "ccomp"]
    if small:
        return _with_conjuncts(item for item in small[0].children if item.dep_ == "nsubj")
    bare = _is_wanted(token) or _is_bare(token)
    kinds = {"dobj", "dative", "nsubjpass", *(["nsubj"] if bare else [])}
    found = [
        item
        for child in token.children
        if child.dep_ in kinds
        for item in _with_conjuncts(_relative([child]) if child.dep_ == "nsubjpass" else [child])
    ]
    if found:
        return found
    if token.dep_ in {"acl", "relcl"} and token.tag_ == "VBN" and is_passive(token):
        return [token.head]
    if token.dep_ == "conj" and is_passive(token):
        return _subjects(token, {"nsubjpass"})
    if token.dep_ == "conj" and token.head.pos_ == "VERB" and token.i < token.head.right_edge.i:
        return [
            child for child in token.head.children if child.dep_ == "dobj" and child.i > token.i
        ]
    return found


def is_mutual(token: Token) -> bool:
    """Tell whether two doers do something to each other: "soldiers and rebels clashed"."""
    return token.lemma_.lower() in (_MUTUAL if token.pos_ == "VERB" else _JOINT)


def is_passive(token: Token) -> bool:
    """Tell whether a verb is passive: "be" or "get", or a participle that modifies a noun."""
    if _has(token, "nsubjpass") or _has(token, "auxpass"):
        return True
    if _is_wanted(token) or _is_bare(token):
        return True
    if token.dep_ == "acl":
        return token.tag_ == "VBN"
    return (
        token.dep_ == "conj"
        and (token.tag_ == "VBN" or (token.lemma_.lower() in _DONE_TO and not _has(token, "dobj")))
        and not _has(token, "nsubj")
        and not _has(token, "aux")
        and token.head.pos_ == "VERB"
        and is_passive(token.head)
    )


def _is_wanted(token: Token) -> bool:
    """Tell whether a participle is what somebody wants done: "wanted the woman detained"."""
    return (
        token.tag_ == "VBN"
        and token.dep_ == "ccomp"
        and token.head.lemma_.lower() in _WANTING
        and not _has(token, "aux")
        and not _has(token, "dobj")
    )


def _is_bare(token: Token) -> bool:
    """Tell whether a participle is read as a main verb: "Two men abducted there were freed"."""
    return (
        token.tag_ == "VBN"
        and token.lemma_.lower() in _DONE_TO
        and _has(token, "nsubj")
        and not any(map(partial(_has, token), ("aux", "auxpass", "dobj")))
    )


def governor(token: Token) -> Token | None:
    """The nearest verb above a token (nouns and prepositions skipped), None at the root."""
    current = token
    while current.head.i != current.i:
        current = current.head
        if current.pos_ in {"VERB", "AUX"}:
            return current
    return None


def marker(token: Token) -> str:
    """The word that joins an adverbial clause: "after", "before", "as", "while" or empty."""
    for child in token.children:
        if child.dep_ in {"mark", "advmod"} and child.lower_ in _TIME | _IF:
            return child.lower_
    if token.dep_ == "pcomp" and token.head.dep_ in {"prep", "mark"}:
        return token.head.lower_
    return ""


def speech_verb(token: Token) -> Token | None:
    """The verb of saying that a clause hangs under, at any depth of its complement chain."""
    current = token
    while current.head.i != current.i:
        if current.dep_ in {"ccomp", "parataxis"} and current.head.lemma_.lower() in SPEECH:
            return current.head
        if current.dep_ not in _UP_TO_SPEECH:
            return None
        current = current.head
    return None


def _heads_clause(token: Token) -> bool:
    """Tell whether a verb read as a participle is the main one: "French troops handed it over"."""
    above = token.head.head
    return token.tag_ == "VBD" and above.pos_ not in {"VERB", "AUX"} and token.head.dep_ == "nsubj"


def _promised(token: Token) -> list[Token]:
    """Who is expected to do it: "the minister was due to visit"."""
    if token.dep_ != "xcomp" or not is_passive(token.head):
        return []
    return _with_conjuncts(item for item in token.head.children if item.dep_ == "nsubjpass")


def _beside_day(token: Token) -> list[Token]:
    """A subject read as a second object of the words before it: "On Friday Chad rejected it"."""
    if token.tag_ not in {"VBD", "VBZ", "VBP"}:
        return []
    for child in token.children:
        if child.dep_ == "prep" and child.i < token.i:
            objects = [item for item in child.children if item.dep_ == "pobj"]
            named = [word for item in objects for word in item.children if word.lower_ in WEEKDAYS]
            if len(objects) > 1 or named:
                return objects[-1:]
    return []


def _subjects(token: Token, kinds: set[str]) -> list[Token]:
    current = token
    for _ in range(6):
        found = [child for child in current.children if child.dep_ in kinds]
        if found:
            return _with_conjuncts(_relative(found))
        if current.dep_ in {"conj", "xcomp"} and current.head.pos_ in {"VERB", "AUX"}:
            if current.dep_ == "xcomp":
                objects = [child for child in current.head.children if child.dep_ == "dobj"]
                if objects:
                    return _with_conjuncts(objects)
            if (
                current.dep_ == "conj"
                and is_passive(current.head)
                and "nsubjpass" not in kinds
                and not is_passive(current)
            ):
                return _with_conjuncts([c for c in current.head.children if c.dep_ == "nsubjpass"])
            current = current.head
            continue
        if (
            current.dep_ == "advcl"
            and current.tag_ in {"VBG", "VBN"}
            and current.head.pos_ == "VERB"
        ):
            current = current.head
            continue
        if current.dep_ == "relcl":
            return _with_conjuncts([current.head])
        return []
    return []


def _relative(found: list[Token]) -> list[Token]:
    """Who "who" and "which" stand for."""
    return [
        token.head.head
        if token.lower_ in {"who", "which", "that"} and token.head.dep_ == "relcl"
        else token
        for token in found
    ]


def _quoted(token: Token) -> Token | None:
    """Who speaks behind a quotation, read as an object: '"...," denounced the bishops'."""
    if token.pos_ != "VERB" or token.lemma_.lower() not in _QUOTING or _has(token, "nsubj"):
        return None
    objects = [child for child in token.children if child.dep_ == "dobj" and child.i > token.i]
    at = token.i - 1
    while at >= token.sent.start and token.doc[at].text in {",", '"', "”", "'", "''"}:
        if token.doc[at].text != ",":
            return objects[0] if objects else None
        at -= 1
    return None


def _noun_doers(token: Token) -> list[Token]:
    lemma = token.lemma_.lower()
    found = list(_prepositional(token, {"by"}))
    if not found and (lemma in _JOINT or token.lower_ in _JOINT):
        found = list(_prepositional(token, {"between"}))
    if not found and lemma in _SAID:
        found = list(_prepositional(token, {"from"}))
    return found or [child for child in token.children if _is_owner(child, lemma)]


def _is_owner(child: Token, lemma: str) -> bool:
    """Tell whether a name before a noun does what it says: "the US strike", "Iran's attack"."""
    if child.dep_ not in {"poss", "compound"} or not child.ent_type_:
        return False
    place = child.ent_type_ in {"GPE", "LOC", "NORP", "FAC"}
    if lemma in _CROWDED and place:
        return False
    return child.dep_ == "poss" or lemma not in _JOINT or place


def _prepositional(token: Token, words: set[str]) -> Iterator[Token]:
    for child in token.children:
        if child.dep_ in {"prep", "agent"} and child.lower_ in words:
            yield from _with_conjuncts([item for item in child.children if item.dep_ == "pobj"])


def _with_conjuncts(tokens: Iterable[Token]) -> list[Token]:
    return [item for token in tokens for item in (token, *token.conjuncts)]


def _has(token: Token, dependency: str) -> bool:
    return any(child.dep_ == dependency for child in token.children)
