"""Linking: the date and the place that belong to an event, not the first ones in its sentence."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from geo.gazetteer import Gazetteer
from pipeline.actors import at_home
from pipeline.confidence import rated
from pipeline.dating import dated
from pipeline.documents import Document
from pipeline.events import Draft, Event
from pipeline.headings import Heading
from pipeline.parties import apart
from pipeline.placing import place_drafts
from pipeline.scenes import Scene
from pipeline.timexes import Timex

Rate = Callable[[Draft], Draft]


def link(
    document: Document,
    drafts: Sequence[Draft],
    timexes: Sequence[Timex],
    scene: Scene,
    gazetteer: Gazetteer,
    *,
    headings: Sequence[Heading] = (),
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
    headings : sequence of Heading
        What heads the entries of its lists.
    rate : callable
        Gives a placed draft its confidence.

    Returns
    -------
    list of Event
        In the order of `drafts`; one told of several places comes once for each.
    """
    whens = dated(document, drafts, timexes, headings)
    placed = place_drafts(document, whens, scene, gazetteer, headings)
    return [rate(_whose(draft, gazetteer)).event for draft in placed]


def _whose(draft: Draft, gazetteer: Gazetteer) -> Draft:
    """The draft with "the army" as that of the country where its sentence says that it acted."""
    event = draft.event
    if event.site is None or event.location_source != "sentence":
        return draft
    country = event.site.location.country
    actor1, actor2 = (
        at_home(named, country, gazetteer) if country and named and not named.country else actor
        for named, actor in zip(draft.named, (event.actor1, event.actor2), strict=True)
    )
    actor1, actor2 = apart(actor1, actor2, event.event_type)
    return replace(draft, event=replace(event, actor1=actor1, actor2=actor2))
