# ruff: noqa: PLR0911 - rules in their order: the first that holds answers
"""Modality: is an event told as done, planned, possible or denied, or not told at all.

A trigger's own words come first (`pipeline.moods`), then what it hangs under, up to the root: each
governing word is looked up in data/curated/modality.csv and weakens what is below it.
"""

from typing import Final

from pipeline.clauses import SPEECH, governor, is_passive, speech_verb
from pipeline.figures import is_figurative, is_general, is_question, is_slogan, is_staged
from pipeline.moods import (
    CLAUSE,
    RANKS,
    children_of,
    effects,
    is_by_deal,
    is_headline_plan,
    is_infinitive,
    lead_of,
    own_mood,
    word_before,
)
from pipeline.syntax import Token

_DENIAL: Final = frozenset("deny dismiss reject refute dispute rubbish contradict".split())
_FALSE: Final = frozenset(
    "false untrue baseless unfounded fabricated fake wrong untruthful".split()
)
_SUPPOSED: Final = frozenset("fear believe think presume assume suspect suppose".split())
_ACCUSING: Final = frozenset("accuse suspect blame charge convict indict acquit".split())
_ADJUNCT: Final = frozenset(
    {"after", "in", "during", "at", "following", "since", "before", "amid", "near", "by"}
)
_ORDER: Final = ("actual", "planned", "possible", "denied")
_DEPTH: Final = 6

_ASKED_ABOUT: Final = {
    "into": frozenset("inquiry enquiry probe investigation".split()),
    "for": frozenset("apology justice compensation redress reparation revenge".split()),
}
"""What is demanded, planned or refused because of something that happened, by its preposition."""


def modality(token: Token) -> str | None:
    """How the text tells an event: actual, planned, possible or denied; None if it tells none.

    None stands for what reports nothing: questions, slogans, purpose ("to cross the border"),
    accusations (the accusation is the event), drills, fiction, memory, general truths, sport and
    metaphor.

    Parameters
    ----------
    token : Token
        The trigger, a verb or a noun.
    """
    if is_question(token) or is_slogan(token) or is_figurative(token) or is_general(token):
        return None
    return None if is_staged(token) else _told(token, 0)


def _told(token: Token, depth: int) -> str | None:
    if depth > _DEPTH:
        return None
    own = own_mood(token)
    if own in {"denied", "possible", "none"}:
        return None if own == "none" else own
    if token.pos_ in {"NOUN", "PROPN"}:
        return "planned" if own == "planned" else _of_noun(token, depth)
    if own == "planned":
        return _under(token, own, depth)
    if is_infinitive(token):
        return _of_infinitive(token, depth)
    if own == "would":
        return "planned" if speech_verb(token) is not None or is_by_deal(token) else "possible"
    return _under(token, "actual", depth)


def _combined(effect: str, above: str | None) -> str | None:
    """What a word's effect makes of the modality of the clause that the word stands in."""
    if above is None or effect == "none":
        return None
    if effect in {"done", "told"}:
        return above
    if effect == "denied":
        # "did not fail to", "may refuse to": no more than possible.
        return "denied" if above == "actual" else "possible"
    return max(effect, above, key=_ORDER.index)


def _of_noun(token: Token, depth: int) -> str | None:
    """A noun's event is as real as the clause it stands in, less what is said of the noun."""
    if _is_behind(token):
        return "actual"
    effect, head, below = _climb(token)
    if effect:
        return effect if head is None else _governed(effect, head, below, depth)
    if head is None:
        return "actual"
    effect = _on_object(below, head)
    above = _told(head, depth + 1)
    if above is None:
        # What a general truth or a present tense says of a noun may still be news.
        return "actual" if head.tag_ in {"VBZ", "VBP"} and not is_infinitive(head) else None
    if effect == "none":
        return None
    if not effect:
        return "actual" if above == "denied" and not _denies(below, head) else above
    return _combined(effect, "actual" if above == "planned" and effect == "denied" else above)


def _is_behind(token: Token) -> bool:
    """Tell whether it is what is asked about: "demanded an inquiry into the massacre"."""
    asked, above = _ASKED_ABOUT.get(token.head.lower_), token.head.head
    if token.dep_ != "pobj" or asked is None:
        return False
    objects = (child for child in above.children if child.dep_ == "dobj")
    return any(item.lemma_.lower() in asked for item in (above, *objects))


def _denies(below: Token, head: Token) -> bool:
    """Tell whether a negated verb denies this argument: "fighting has not resumed"."""
    return (
        below.dep_ in {"nsubj", "nsubjpass", "dobj", "attr"} and head.lemma_.lower() not in SPEECH
    )


def _climb(token: Token) -> tuple[str, Token | None, Token]:
    """Nouns above a noun: their effect, the verb above them, and the argument just below it."""
    below, current = token, token.head
    effect = ""
    if current.i == token.i:
        return "", None, token
    for _ in range(_DEPTH):
        if current.pos_ in {"VERB", "AUX"}:
            return effect, current, below
        if current.pos_ in {"NOUN", "PROPN"} and below.dep_ != "conj":
            found = effects().get((current.lemma_.lower(), "n"), "")
            if found == "report":
                found = _reported(current)
            if not effect and found and (below.dep_ in {"prep", "acl", "pcomp", "compound"}):
                effect = found
            if any(child.lower_ == "no" and child.dep_ == "det" for child in current.children):
                effect = "denied" if effect else effect
        if current.head.i == current.i:
            return effect, None, current
        below, current = current, current.head
    return effect, None, below


def _reported(noun: Token) -> str:
    """Denied where a report is: "dismissed reports of", "claims of a massacre were false"."""
    verb = governor(noun)
    if verb is not None and verb.lemma_.lower() in _DENIAL:
        return "denied"
    if any(item.lower_ in _FALSE for item in noun.sent if item.i > noun.i):
        return "denied"
    return "possible" if noun.lemma_.lower() in {"rumour", "rumor", "speculation"} else ""


def _governed(effect: str, head: Token, below: Token, depth: int) -> str | None:
    """An event under a plan or a fear, which stands in a clause of its own."""
    if effect == "none":
        return None
    if effect in {"planned", "possible"} and _on_plan(below, head):
        return "denied"
    if effect == "possible" and effects().get((head.lemma_.lower(), "v")) == "denied":
        return "possible"
    above = _told(head, depth + 1)
    if above is None or effect == "denied" or (effect == "possible" and above == "denied"):
        return effect  # rumours that "could not be checked" are rumours
    return _combined(effect, above)


def _on_plan(below: Token, head: Token) -> bool:
    """Tell whether a plan came to nothing: "foiled a plot to bomb", "the bid failed"."""
    lemma = head.lemma_.lower()
    if below.dep_ in {"dobj", "nsubjpass", "pobj"} or (below.dep_ == "nsubj" and lemma != "block"):
        if effects().get((lemma, "p")) == "denied" or _is_off(head):
            return below.dep_ != "nsubj" or lemma in {"fail", "collapse", "founder"}
        if lemma == "end":
            return any(item.lower_ == "failure" for item in head.subtree)
    return False


def _is_off(verb: Token) -> bool:
    """Tell whether a verb with its particle cancels: "called off", "ruled out"."""
    words = {child.lower_ for child in verb.children if child.dep_ in {"prt", "advmod", "prep"}}
    lemma = verb.lemma_.lower()
    return (lemma == "call" and "off" in words) or (lemma == "rule" and "out" in words)


def _on_object(below: Token, head: Token) -> str:
    """What a verb does to the event noun that is its object, subject or complement."""
    lemma = head.lemma_.lower()
    table = effects()
    if _is_off(head) and below.dep_ in {"dobj", "nsubjpass", "prt"}:
        return "denied"
    if below.dep_ in {"dobj", "nsubjpass", "attr", "oprd"}:
        if below.dep_ == "nsubjpass" and not is_passive(head):
            return ""
        return table.get((lemma, "o"), "")
    if below.dep_ == "prep":
        return _by_preposition(below.lower_, lemma)
    return _of_subject(head) if below.dep_ == "nsubj" else ""


def _by_preposition(word: str, lemma: str) -> str:
    if word == "without":
        return "denied"
    if word in _ADJUNCT:
        return ""
    if word == "from" or (word == "against" and lemma in {"guard", "protect"}):
        return "none"
    return effects().get((lemma, "o"), "")


def _of_subject(head: Token) -> str:
    """What is said of an event noun: "looms", "is within reach", "is likely"."""
    lemma, table = head.lemma_.lower(), effects()
    if lemma in {"loom", "threaten"} or any(c.lower_ == "within" for c in head.children):
        return "possible"
    if lemma != "be":
        return ""
    said = [child for child in head.children if child.dep_ in {"acomp", "attr"}]
    return next(
        (table[c.lemma_.lower(), "a"] for c in said if (c.lemma_.lower(), "a") in table), ""
    )


def _of_infinitive(token: Token, depth: int) -> str | None:
    if token.dep_ == "conj" and is_infinitive(token.head):
        return _told(token.head, depth + 1)
    if token.dep_ == "pcomp":
        return _of_gerund(token, depth)
    lead = lead_of(token)
    if lead is not None:
        if lead.lower_ == "order" and (word_before(lead) or lead).lower_ in {"in", "and"}:
            return None
        if lead.lower_ == "on" and (word_before(lead) or lead).lemma_.lower() == "go":
            return _told(word_before(lead) or lead, depth + 1)
        before = word_before(token)
        denied_to = before is not None and before.lower_ == "to" and _follows_not(before)
        found = _under_word(token, lead, depth)
        if found is not None:
            return "denied" if denied_to and found == "planned" else found
        if is_headline_plan(token):
            return "planned"
    return _of_head(token, depth)


def _follows_not(token: Token) -> bool:
    before = word_before(token)
    return before is not None and before.lower_ == "not"


def _under_word(token: Token, lead: Token, depth: int) -> str | None:
    """An infinitive after a verb, an adjective or a plan's noun that the table knows."""
    lemma = lead.lemma_.lower()
    if lead.pos_ in {"VERB", "AUX"}:
        if lead.tag_ == "VBG" and lemma == "go":
            return "planned"
        if lemma == "be":
            return "planned" if _told(lead, depth + 1) is not None else None
        effect = effects().get((lemma, "v"), "")
        if effect == "told":
            perfect = any(child.lower_ == "have" for child in token.children)
            supposed = lemma in _SUPPOSED
            return ("possible" if supposed else "actual") if perfect or is_passive(lead) else None
        return _combined(effect, _told(lead, depth + 1)) if effect else None
    effect = effects().get((lead.lower_, "a"), "")
    if effect and lead.pos_ in {"ADJ", "ADV", "NOUN", "ADP", "SCONJ"}:
        copula = governor(lead)
        above = "actual" if copula is None else _told(copula, depth + 1)
        return _combined(effect, above or "actual")
    if lead.pos_ == "NOUN" and (lemma, "n") in effects():
        return _under_plan(lead, depth)
    return None


def _of_head(token: Token, depth: int) -> str | None:
    """An infinitive by the tree alone: under a verb with an object between, or under a noun."""
    head = token.head
    lemma = head.lemma_.lower()
    if head.pos_ in {"VERB", "AUX"} and token.dep_ in {"xcomp", "ccomp", "advcl", "dep", "pobj"}:
        return _of_head_verb(token, head, depth)
    if head.pos_ == "ADJ":
        effect = effects().get((lemma, "a"), "planned")
        return effect if effect in {"planned", "possible", "denied"} else "actual"
    if head.pos_ in {"NOUN", "PROPN"} and (lemma, "n") in effects():
        return _under_plan(head, depth)
    if head.pos_ in {"NOUN", "PROPN"} and _is_ranked(head):
        verb = governor(head)
        return "actual" if verb is None else _told(verb, depth + 1)
    return None


def _of_head_verb(token: Token, head: Token, depth: int) -> str | None:
    lemma = head.lemma_.lower()
    ranked = next((child for child in head.children if child.dep_ == "attr"), None)
    if ranked is not None and _is_ranked(ranked):
        return _told(head, depth + 1)
    if lemma == "have" and _has_object(head):
        return None  # "had nowhere to go but to cross"
    effect = effects().get((lemma, "v"), "")
    if not effect:
        return None
    if token.dep_ == "advcl":
        if not children_of(head, {"dobj", "nsubjpass"}):
            return None  # purpose
        if effect == "denied" and lemma not in {"forbid", "prohibit"}:
            return None  # "blocked the road to prevent"
    if effect == "told":
        return "actual" if children_of(token, {"aux"}) and is_passive(head) else None
    return _combined(effect, _told(head, depth + 1))


def _under_plan(noun: Token, depth: int) -> str | None:
    effect = effects()[noun.lemma_.lower(), "n"]
    if effect == "report":
        effect = _reported(noun) or "done"
    if any(child.lower_ == "no" and child.dep_ == "det" for child in noun.children):
        return "denied"
    _, head, below = _climb(noun)
    if head is None:
        return effect if effect != "done" else "actual"
    return _governed(effect, head, below, depth)


def _is_ranked(token: Token) -> bool:
    """Tell whether a noun is ranked: "the third capital to be seized" was seized."""
    return any(
        child.ent_type_ == "ORDINAL" or child.lower_ in RANKS
        for child in token.children
        if child.i < token.i
    )


def _has_object(token: Token) -> bool:
    return any(child.dep_ in {"dobj", "advmod"} and child.i > token.i for child in token.children)


def _of_gerund(token: Token, depth: int) -> str | None:
    preposition = token.head
    above = preposition.head
    if above.pos_ == "NOUN" and (above.lemma_.lower(), "n") in effects():
        return _under_plan(above, depth)
    verb = above if above.pos_ in {"VERB", "AUX"} else governor(above)
    lemma = verb.lemma_.lower() if verb is not None else ""
    if lemma in _ACCUSING:
        return None  # "accused X of shelling": the accusation is the event
    if preposition.lower_ == "without":
        return "denied"
    if preposition.lower_ == "from" and (
        lemma == "keep" or effects().get((lemma, "v")) == "denied"
    ):
        return "denied"
    if preposition.lower_ in {"against", "instead", "for", "before", "from"}:
        return None
    if verb is None:
        return "actual"
    effect = effects().get((lemma, "v"), "done")
    return _combined("done" if effect == "none" else effect, _told(verb, depth + 1))


def _under(token: Token, own: str, depth: int) -> str | None:
    """Weaken a clause by the one that it hangs under."""
    weak = _by_lead_of_that(token)
    if weak:
        return weak
    if own == "actual" and _is_feared(token):
        return "possible"
    head = token.head
    if head.i == token.i or token.dep_ not in CLAUSE | {"conj"}:
        return own
    if token.dep_ == "conj":
        return _under_conjunct(token, own, depth)
    if token.dep_ == "advcl":
        return _under_adverbial(token, depth) if own == "actual" else own
    if head.pos_ in {"NOUN", "PROPN"} and token.dep_ == "acl":
        return _under_noun(token, head, own)
    if token.dep_ in {"ccomp", "xcomp"}:
        return _under_verb(token, own, depth)
    return own


def _under_noun(token: Token, head: Token, own: str) -> str:
    """A participle or clause under a noun: "fears that", "without a shot being fired"."""
    above = head.head
    if head.dep_ == "pobj" and above.lower_ == "without":
        return "denied"
    wanted = effects().get((above.lemma_.lower(), "v")) == "planned"
    if head.dep_ == "dobj" and above.pos_ == "VERB" and wanted and token.tag_ == "VBN":
        return "planned"  # "wants the bridge destroyed"
    effect = effects().get((head.lemma_.lower(), "n"), "")
    return "possible" if effect == "possible" else own


def _is_feared(token: Token) -> bool:
    """Tell whether a participle follows a fear: "feared killed"."""
    before = word_before(token)
    feared = before is not None and before.lemma_.lower() in {"fear", "presume"}
    return feared and token.tag_ in {"VBN", "JJ"}


def _by_lead_of_that(token: Token) -> str:
    """What the word before "that" says of its clause: "fears that", "it is possible that"."""
    marks = [child for child in token.children if child.dep_ == "mark" and child.lower_ == "that"]
    lead = word_before(marks[0]) if marks else None
    if lead is None:
        return ""
    lemma = lead.lower_
    before = word_before(lead)
    negated = before is not None and before.lower_ in {"not", "n't", "never"}
    if lemma in {"true", "correct"}:
        return "denied" if negated else ""
    if lead.pos_ == "VERB" and lead.tag_ != "VBN" and lead.i > lead.sent.start:
        return ""
    effect = effects().get((lead.lemma_.lower(), "n"), "")
    if effect == "report":
        return _reported(lead)
    adjective = effects().get((lemma, "a"), "")
    found = effect or adjective
    return found if found in {"possible", "denied"} else ""


def _under_verb(token: Token, own: str, depth: int) -> str | None:
    """A complement clause or a bare complement: "said that", "demanded that", "stopped doing"."""
    head = token.head
    lemma = head.lemma_.lower()
    if lemma in {"deny", "refute", "dispute"}:
        return "denied"
    effect = effects().get((lemma, "v"), "")
    if effect == "possible" or (lemma == "warn" and own != "actual"):
        return "possible"
    if lemma in {"include", "involve"} and token.tag_ == "VBG" and is_by_deal(head):
        return "planned"  # "the measures include sending troops"
    if token.tag_ == "VB" and not children_of(token, {"aux"}):
        if effect == "planned" or lemma in {"insist", "suggest", "recommend"}:
            return "planned"
        if effect == "done":
            return _told(head, depth + 1)
    if token.tag_ == "VBG" and token.dep_ == "xcomp" and effect:
        if effect == "denied" and lemma == "stop":
            # "stopped shelling" tells that they shelled; "stop migrants crossing" prevents it.
            effect = (
                "denied" if children_of(token, {"nsubj"}) or children_of(head, {"dobj"}) else "done"
            )
        return _combined(effect, _told(head, depth + 1))
    return own


def _under_conjunct(token: Token, own: str, depth: int) -> str | None:
    """A second verb shares the first one's modality unless it is a clause of its own."""
    if token.tag_ in {"VBD", "VBZ"} or children_of(token, {"aux", "nsubj"}):
        return own
    if token.head.pos_ not in {"VERB", "AUX"}:
        return own
    above = _told(token.head, depth + 1)
    return above if own == "actual" else own


def _under_adverbial(token: Token, depth: int) -> str | None:
    """A clause of time or manner without a past tense of its own is as real as the one above."""
    if token.tag_ not in {"VBP", "VBZ", "VB", "VBN", "VBG"}:
        return "actual"
    if token.head.pos_ not in {"VERB", "AUX"}:
        return "actual"
    above = _told(token.head, depth + 1)
    bare = token.tag_ in {"VBN", "VBG"} and not children_of(token, {"auxpass", "aux"})
    return above if above == "actual" or bare else None
