"""Why an event is where it is: the places of that name that the gazetteer knows; and place search.

Apart from the other modules of the view, for it opens the gazetteer: the dashboard imports it when
a person asks, and a deployment without the gazetteer does without these two answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo import words
from geo.frame import is_null
from geo.gazetteer import Candidate, Place, default_gazetteer

MOST = 6
"""How many candidates are told."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A place that the words of an event could mean.

    Attributes
    ----------
    name
        "Kunduz, Kunduz, AFG": the place with what it lies in.
    how
        How the words match it.
    score
        The gazetteer's rank, comparable within one list; higher is better.
    chosen
        Whether the event stands there.
    """

    name: str
    how: str
    score: float
    chosen: bool


def readings(event: Mapping[str, Any]) -> list[Reading]:
    """List the places that an event's place name could mean, best first.

    Parameters
    ----------
    event
        A row of the events table.

    Returns
    -------
    list of Reading
        At most `MOST`, without the article's context, which has the last word; the chosen place
        is among them where the gazetteer has it under these words or the location's name.
    """
    known = default_gazetteer()
    names = [event[column] for column in ("where_text", "location") if not is_null(event[column])]
    chosen = None if is_null(event["place_id"]) else known.place(str(event["place_id"]))
    names += [chosen.name] if chosen else []
    for name in names:
        found = known.candidates(str(name), limit=3 * MOST)
        if not found:
            continue
        told = [_reading(one, event["place_id"]) for one in found]
        kept = told[:MOST]
        if not any(one.chosen for one in kept):
            kept[-1:] = [one for one in told if one.chosen] or kept[-1:]
        if chosen is None or any(one.chosen for one in kept):
            return kept
    return []


def _reading(found: Candidate, place_id: object) -> Reading:
    how = words.CANDIDATES_MATCH.get(found.match, found.match)
    return Reading(_address(found.place), how, found.score, found.place.place_id == place_id)


def _address(place: Place) -> str:
    parts = (place.name, place.admin2, place.admin1, place.country)
    return ", ".join(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that was looked for.

    Attributes
    ----------
    name
        With what it lies in.
    longitude, latitude
        Degrees, WGS 84.
    bbox
        (west, south, east, north), degrees, where the gazetteer has it.
    """

    name: str
    longitude: float
    latitude: float
    bbox: tuple[float, float, float, float] | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as the map takes it: ``name``, ``lon``, ``lat``, ``bbox``."""
        return {"name": self.name, "lon": self.longitude, "lat": self.latitude, "bbox": self.bbox}


def spot(name: str) -> Spot | None:
    """Look for a place by name; the best candidate, or None."""
    found = default_gazetteer().candidates(name.strip(), limit=1) if name.strip() else []
    if not found:
        return None
    place = found[0].place
    return Spot(_address(place), place.longitude, place.latitude, place.bbox)
