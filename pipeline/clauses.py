"""Clauses: who does what to whom in a parse, what governs what, and is it told as a fact."""

from collections.abc import Iterable, Iterator

from pipeline.syntax import Token

SPEECH = frozenset(
    "say tell report announce state note add claim quote declare reveal indicate explain show "
    "believe confirm describe acknowledge admit insist argue estimate determine conclude think "
    "know write tweet post recall remark suggest stress read hear learn find see".split()
)
"""Lemmas of verbs whose clause is told, not done; the clause under them carries the event."""

_MAY = frozenset({"may", "might", "could", "can"})
_WILL = frozenset({"will", "shall", "'ll", "wo", "’ll"})
_PLAN = frozenset(
    "plan intend aim prepare schedule expect hope want seek agree decide promise pledge vow order "
    "propose try urge ask demand call need consider threaten set offer wish attempt "
    "instruct oblige require tell warn advise encourage due authorise authorize approve".split()
)
_PLAN_NOUNS = frozenset(
    "plan goal intention decision order deadline promise proposal effort bid pledge aim call "
    "demand request offer commitment vow readiness agreement deal talk ability attempt mandate "
    "need".split()
)
_FEAR = frozenset(
    "fear worry risk suspect doubt wonder speculate predict forecast threaten project".split()
)
_FEAR_NOUNS = frozenset(
    "fear risk threat possibility prospect danger chance concern worry speculation rumour rumor "
    "forecast likelihood potential spectre specter warning".split()
)
_DENY = frozenset("deny refute dispute dismiss".split())
_MANAGE = frozenset(
    "begin start continue manage help force have proceed go come stop keep lead cause see allow "
    "compel use".split()
)
_MEANS = frozenset("phone telephone video videolink letter email air land sea road rail".split())
"""What "by" names besides a doer: the parser calls both an agent."""

_IF = frozenset({"if", "unless", "whether", "lest"})
_TIME = frozenset({"after", "before", "as", "while", "when", "since", "until", "once", "because"})
_PERHAPS = frozenset({"possibly", "likely", "potentially", "possible", "potential"})
_AHEAD = frozenset({"planned", "scheduled", "upcoming", "proposed"})
_WOULD = frozenset({"would", "should", "must", "'d"})
_RANKS = frozenset({"first", "second", "third", "last", "latest", "only", "next"})
_CLAUSE = frozenset({"ccomp", "xcomp", "advcl", "relcl", "acl", "pcomp", "parataxis", "csubj"})
_UP_TO_SPEECH = frozenset("conj ccomp xcomp advcl aux dobj prep pobj attr nsubj".split())
"""Dependencies that a verb of saying is looked for across."""


def subjects(token: Token) -> list[Token]:
    """Grammatical subjects of a verb, its own or taken over along coordination and control."""
    return _subjects(token, {"nsubj", "nsubjpass"})


def doers(token: Token) -> list[Token]:
    """Who does it: the active subject, or the agent of a passive; of a noun, "by X" or "X's"."""
    if token.pos_ in {"NOUN", "PROPN"}:
        return _noun_doers(token)
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
        return [token.head] if token.tag_ == "VBG" else []
    return _subjects(token, {"nsubj"})


def undergoers(token: Token) -> list[Token]:
    """To whom: direct objects, or the subject of a passive; of a noun, "of X"."""
    if token.pos_ in {"NOUN", "PROPN"}:
        return list(_prepositional(token, {"of", "on", "against"}))
    found = [
        item
        for child in token.children
        if child.dep_ in {"dobj", "dative", "nsubjpass"}
        for item in _with_conjuncts([child])
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


def is_passive(token: Token) -> bool:
    """Tell whether a verb is passive: "be" or "get", or a participle that modifies a noun."""
    if _has(token, "nsubjpass") or _has(token, "auxpass"):
        return True
    if token.dep_ == "acl":
        return token.tag_ == "VBN"
    return (
        token.dep_ == "conj"
        and token.tag_ == "VBN"
        and not _has(token, "nsubj")
        and not _has(token, "aux")
        and token.head.pos_ == "VERB"
        and is_passive(token.head)
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


def modality(token: Token, depth: int = 0) -> str | None:
    """How the text tells an event: actual, planned, possible or denied; None if it tells none.

    None stands for purpose clauses ("to cross the border"), questions, and clauses under a
    hypothetical one: they report nothing.

    Parameters
    ----------
    token : Token
        The trigger.
    depth : int
        Guard against endless ascent; callers leave it out.
    """
    if depth > 6 or token.sent.text.rstrip("\"”'’ ").endswith("?"):
        return None
    own = _own_modality(token)
    if own in {"denied", "possible"}:
        return own
    if token.pos_ in {"NOUN", "PROPN"}:
        return "planned" if own == "planned" else _noun_modality(token, depth)
    return _verb_modality(token, own, depth)


def _verb_modality(token: Token, own: str, depth: int) -> str | None:
    if own == "planned":
        return _under(token, own, depth)
    if _infinitive(token):
        return _infinitive_modality(token, depth)
    if own == "would":
        return "planned" if speech_verb(token) is not None else "possible"
    return _under(token, "actual", depth)


def _own_modality(token: Token) -> str:
    """What a trigger's own words say: denied, possible, planned, would, or nothing (empty)."""
    children = list(token.children)
    auxiliaries = {child.lower_ for child in children if child.dep_ == "aux"}
    adjectives = {child.lower_ for child in children if child.dep_ == "amod"}
    adverbs = {child.lower_ for child in children if child.dep_ == "advmod"}
    conditional = any(child.dep_ == "mark" and child.lower_ in _IF for child in children)
    said = {
        "denied": any(_negates(child) for child in children),
        "possible": conditional or auxiliaries & _MAY or (adjectives | adverbs) & _PERHAPS,
        "planned": auxiliaries & _WILL or adjectives & _AHEAD,
        "would": auxiliaries & _WOULD,
    }
    return next((name for name, holds in said.items() if holds), "")


def _negates(child: Token) -> bool:
    return (
        child.dep_ == "neg"
        or (child.lower_ == "no" and child.dep_ == "det")
        or child.lower_ == "never"
    )


def _noun_modality(token: Token, depth: int) -> str | None:
    """A noun's event is as real as the clause it stands in, less what is said of the noun."""
    head = token.head
    while (
        head.dep_ in {"prep", "pobj", "compound", "conj"}
        and head.head.i != head.i
        and head.pos_ not in {"NOUN", "VERB"}
    ):
        head = head.head
    if head.pos_ == "NOUN":
        return _by_noun(head) or "actual"
    if head.pos_ in {"VERB", "AUX"}:
        return _by_verb(token, head) or modality(head, depth + 1)
    return "actual"


def _by_noun(head: Token) -> str:
    """How a noun weakens what hangs under it ("fears of an attack"); empty if it does not."""
    lemma = head.lemma_.lower()
    if lemma in _FEAR_NOUNS:
        return "possible"
    return "planned" if lemma in _PLAN_NOUNS else ""


def _by_verb(token: Token, head: Token) -> str:
    """How a verb weakens its noun ("denied the attack"); empty if it does not."""
    lemma = head.lemma_.lower()
    if lemma in _DENY:
        return "denied"
    if token.dep_ not in {"dobj", "pobj"}:
        return ""
    if lemma in _FEAR | {"consider", "avoid", "prevent"}:
        return "possible"
    return "planned" if lemma in _PLAN else ""


def _infinitive(token: Token) -> bool:
    return any(child.dep_ == "aux" and child.lower_ == "to" for child in token.children) or (
        token.dep_ == "pcomp" and token.tag_ == "VBG"
    )


def _infinitive_modality(token: Token, depth: int) -> str | None:
    head = token.head
    if token.dep_ == "conj":
        return modality(head, depth + 1) if _infinitive(head) else None
    if token.dep_ == "pcomp":
        return _gerund_modality(token, depth)
    if head.lemma_.lower() in _DENY | {"fail", "refuse", "decline"}:
        return "denied"
    if token.dep_ in {"xcomp", "ccomp"}:
        return _complement_modality(head, depth)
    if token.dep_ in {"acl", "relcl"}:
        return _attribute_modality(head, depth)
    return None


def _complement_modality(head: Token, depth: int) -> str | None:
    """Of "to do" under a verb or adjective: planned, managed, feared, or nothing told."""
    lemma = head.lemma_.lower()
    if lemma in _FEAR:
        return "possible"
    if lemma == "be" or lemma in _PLAN:
        return "planned" if modality(head, depth + 1) is not None else None
    if lemma == "have" and _has_object(head):
        return None  # "had nowhere to go but to cross"
    if lemma in _MANAGE:
        return modality(head, depth + 1)
    return "planned" if head.pos_ in {"ADJ", "NOUN"} else None


def _attribute_modality(head: Token, depth: int) -> str | None:
    """Of "to do" under a noun: planned ("the goal to ..."), done ("the first to ..."), or none."""
    if head.lemma_.lower() in _PLAN_NOUNS:
        return "planned"
    if not _ordinal(head):
        return None
    verb = governor(head)
    return modality(verb, depth + 1) if verb is not None else "actual"


def _ordinal(token: Token) -> bool:
    """Tell whether a noun is ranked: "the third capital to be seized" was seized."""
    return any(
        child.ent_type_ == "ORDINAL" or child.lower_ in _RANKS
        for child in token.children
        if child.i < token.i
    )


def _has_object(token: Token) -> bool:
    return any(child.dep_ in {"dobj", "advmod"} and child.i > token.i for child in token.children)


def _gerund_modality(token: Token, depth: int) -> str | None:
    preposition = token.head
    above = preposition.head
    weakened = _by_noun(above) if above.pos_ == "NOUN" else ""
    if weakened:
        return weakened
    verb = above if above.pos_ in {"VERB", "AUX"} else governor(above)
    if verb is not None and verb.lemma_.lower() in {"accuse", "suspect", "blame", "charge"}:
        return None  # "accused X of shelling": the accusation is the event
    if preposition.lower_ == "without":
        return "denied"
    if preposition.lower_ in {"against", "instead", "for", "before"}:
        return None
    return modality(verb, depth + 1) if verb is not None else "actual"


def _under(token: Token, own: str, depth: int) -> str | None:
    """Weaken a clause by the one that it hangs under."""
    head = token.head
    if head.i == token.i or token.dep_ not in _CLAUSE | {"conj"}:
        return own
    told: str | None = own
    if head.lemma_.lower() in _DENY and token.dep_ in {"ccomp", "xcomp", "pcomp"}:
        told = "denied"
    elif token.dep_ in {"ccomp", "xcomp"}:
        told = _under_saying(token, own)
    elif head.pos_ not in {"VERB", "AUX"}:
        feared = token.dep_ == "acl" and head.lemma_.lower() in _FEAR_NOUNS
        told = "possible" if feared else own
    elif token.dep_ == "conj":
        told = _under_conjunct(token, own, depth)
    elif token.dep_ == "advcl" and own == "actual":
        told = _under_adverbial(token, depth)
    return told


def _under_saying(token: Token, own: str) -> str:
    lemma = token.head.lemma_.lower()
    if lemma in _FEAR or (lemma == "warn" and own != "actual"):
        return "possible"
    if lemma in {"demand", "urge", "propose", "insist", "suggest"} and token.tag_ == "VB":
        return "planned"
    return own


def _under_conjunct(token: Token, own: str, depth: int) -> str | None:
    """A second verb shares the first one's modality unless it is a clause of its own."""
    if token.tag_ in {"VBD", "VBZ"} or _has(token, "aux") or _has(token, "nsubj"):
        return own
    above = modality(token.head, depth + 1)
    return above if own == "actual" else own


def _under_adverbial(token: Token, depth: int) -> str | None:
    """A clause of time or manner without a past tense of its own is as real as the one above."""
    if token.tag_ not in {"VBP", "VBZ", "VB", "VBN", "VBG"}:
        return "actual"
    above = modality(token.head, depth + 1)
    bare = token.tag_ in {"VBN", "VBG"} and not _has(token, "auxpass") and not _has(token, "aux")
    return above if above == "actual" or bare else None


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


def _noun_doers(token: Token) -> list[Token]:
    found = list(_prepositional(token, {"by"}))
    return found or [
        child for child in token.children if child.dep_ in {"poss", "compound"} and child.ent_type_
    ]


def _prepositional(token: Token, words: set[str]) -> Iterator[Token]:
    for child in token.children:
        if child.dep_ in {"prep", "agent"} and child.lower_ in words:
            yield from _with_conjuncts([item for item in child.children if item.dep_ == "pobj"])


def _with_conjuncts(tokens: Iterable[Token]) -> list[Token]:
    return [item for token in tokens for item in (token, *token.conjuncts)]


def _has(token: Token, dependency: str) -> bool:
    return any(child.dep_ == dependency for child in token.children)
