"""The events as folium layers: a constant base map, one layer that changes, and what comes back.

The only module that imports folium. Two rules hold everywhere:

- Text from outside reaches the browser only as JSON made by `js_json`, and the page only through
  textContent (data/static/dateline-map.js). branca compiles rendered text again as a Jinja
  template, so a headline in any folium popup, tooltip, icon, property or layer name would be run
  as Python on the server; no such thing is used here.
- What is sent is bounded (`geo.drawing`). The base map never depends on the events, so the
  component in the page keeps its identity and the person's view; events travel in a feature group
  of their own.
"""

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import folium
import numpy as np
from branca.element import MacroElement
from folium.template import Template

from geo.cells import KINDS, QUADS, Bbox, View, view_of
from geo.drawing import MAX_FEATURES, MAX_SPREAD, Screen, payload
from geo.others import drawn, read_others
from geo.present import MODALITY_LABELS, PALETTE, QUAD_COLOURS
from geo.table import Table
from geo.words import COMPARED, MAP

__all__ = [
    "MAX_FEATURES",
    "PALETTE",
    "Area",
    "Brush",
    "Click",
    "Reply",
    "Screen",
    "View",
    "base_map",
    "beside",
    "compare",
    "events_layer",
    "js_json",
    "payload",
    "reply_from",
    "screen",
    "take_over",
]

TILES: Final = (
    ("osm", "OpenStreetMap", "https://tile.openstreetmap.org/{z}/{x}/{y}.png", 19,
     "© OpenStreetMap contributors"),
    ("topo", "OpenTopoMap", "https://a.tile.opentopomap.org/{z}/{x}/{y}.png", 17,
     "© OpenStreetMap contributors, SRTM; style © OpenTopoMap (CC BY-SA)"),
    ("hot", "Humanitarian", "https://a.tile.openstreetmap.fr/hot/{z}/{x}/{y}.png", 19,
     "© OpenStreetMap contributors; style: Humanitarian OpenStreetMap Team, OSM France"),
    ("light", "Light (CARTO)", "https://a.basemaps.cartocdn.com/light_all/{z}/{x}/{y}.png", 19,
     "© OpenStreetMap contributors © CARTO"),
    ("dark", "Dark (CARTO)", "https://a.basemaps.cartocdn.com/dark_all/{z}/{x}/{y}.png", 19,
     "© OpenStreetMap contributors © CARTO"),
)  # fmt: skip
"""Online base maps: name, label, address, deepest zoom, attribution. Asked for only when a person
chooses one."""

TIME_HEIGHT: Final = 112
"""Height of the timeline below the map, inside the same frame, in pixels; the map has the rest."""

MAX_RING: Final = 60
"""Most vertices of an area drawn on the map."""

_WORLD: Final = (-180.0, -60.0, 180.0, 78.0)


@dataclass(frozen=True, slots=True)
class Click:
    """What was clicked on the map.

    Attributes
    ----------
    at
        When, in milliseconds: a second click on the same thing is another click.
    event_id
        The event, if it was one.
    box
        (west, south, east, north), degrees, around a stack of events at one point, if it was one.
    """

    at: float
    event_id: str | None = None
    box: Bbox | None = None


@dataclass(frozen=True, slots=True)
class Brush:
    """Days that were chosen on the timeline, or on which playing ended; `at` as in `Click`."""

    at: float
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Area:
    """A ring of (longitude, latitude) drawn on the map, () if deleted; `at` as in `Click`."""

    at: float
    ring: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """All that the map has told, each part None until there is one.

    Attributes
    ----------
    view, click, dates, area
        The last of each.
    heat
        Whether the heat layer is chosen.
    want, have
        Key (`geo.drawing.row_key`) of the arrays that the player asks for, and of those it has.
    """

    view: View | None = None
    click: Click | None = None
    dates: Brush | None = None
    area: Area | None = None
    heat: bool = False
    want: str = ""
    have: str = ""


def reply_from(value: Any) -> Reply:
    """Read what the map's frame reports; whatever is nonsense in it is left out."""
    if not isinstance(value, Mapping):
        return Reply()
    texts = {
        name: text
        for name in ("want", "have")
        if isinstance(text := value.get(name), str) and len(text) <= 40
    }
    return Reply(
        view=_view(value.get("view")),
        click=_click(value.get("click")),
        dates=_brush(value.get("dates")),
        area=_area(value.get("area")),
        heat=value.get("heat") is True,
        **texts,
    )


def take_over(state: Any, span: tuple[date, date] | None, reply: Reply) -> bool:
    """Take over into the session's state what is new in a reply.

    Parameters
    ----------
    state
        A mutable mapping: ``event``, ``place``, ``dates`` and ``area`` are set; ``map_seen`` holds
        the stamps of what was taken over before.
    span
        First and last day of the timeline's scale, to which chosen days are cut.
    reply
        What the map told.

    Returns
    -------
    bool
        Whether anything was: a mere move of the map is not.
    """
    seen = dict(state.get("map_seen") or {})
    news = {
        name: part
        for name in ("click", "dates", "area")
        if (part := getattr(reply, name)) is not None and part.at != seen.get(name)
    }
    state["map_seen"] = seen | {name: part.at for name, part in news.items()}
    if click := news.get("click"):
        if click.event_id is not None:
            state["event"] = click.event_id
        elif click.box is not None:
            state["place"] = click.box
    if (brush := news.get("dates")) and span:
        first, last = max(brush.first, span[0]), min(brush.last, span[1])
        if first <= last:
            state["dates"] = (first, last)
    if area := news.get("area"):
        state["area"] = area.ring or None
    return bool(news)


def screen(state: Mapping[str, Any], table: Table, reply: Reply, *, dark: bool) -> Screen:
    """Say what the map is to look like for a session.

    Parameters
    ----------
    state
        The session's; ``others`` is a file to compare with (`geo.others.Others`).
    table
        What is shown.
    reply
        What the map told.
    dark
        Whether the page is dark.
    """
    return Screen(
        view=reply.view,
        home=table.start,
        dark=dark,
        event=table.row(state["event"]),
        new=state["new"],
        dates=state["dates"] if table.span else None,
        scale=state["slider"] if table.span else None,
        place=state["place"],
        area=state.get("area"),
        fly=state["fly"],
        heat=reply.heat,
        caption=state["caption"],
    )


def compare(state: MutableMapping[str, Any], name: str = "", data: bytes | None = None) -> None:
    """Take over a file to compare with, or that there is none any more.

    Parameters
    ----------
    state
        The session's: ``others`` is set to the events, or None, and ``others_said`` to what is to
        be said of them, plain text.
    name, data
        The file's name and content.
    """
    state["others"], state["others_said"] = None, ""
    if data is None:
        return
    try:
        found = read_others(name, data)
    except ValueError as error:
        state["others_said"] = str(error)
        return
    state["others"] = found
    state["others_said"] = COMPARED.format(len(found.said), found.left_out)


def _numbers(values: Any, count: int) -> list[float] | None:
    try:
        numbers = [float(value) for value in values]
    except (TypeError, ValueError):
        return None
    return numbers if len(numbers) == count and np.isfinite(numbers).all() else None


def _view(value: Any) -> View | None:
    numbers = _numbers(value, 5)
    if numbers is None:
        return None
    west, south, east, north, zoom = numbers
    if not (west < east and -90 <= south < north <= 90 and max(map(abs, numbers)) < 1e4):
        return None
    return View((west, south, east, north), min(max(zoom, 0.0), 22.0))


def _click(value: Any) -> Click | None:
    try:
        at, event_id, box = float(value["at"]), value.get("id"), value.get("box")
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if isinstance(event_id, str):
        return Click(at, event_id)
    edges = _numbers(box, 4)
    if edges is None:
        return None
    west, south, east, north = edges
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    return Click(at, None, (west, south, east, north))


def _brush(value: Any) -> Brush | None:
    try:
        first, last = (date.fromordinal(int(value[end]) + 719_163) for end in ("first", "last"))
        return Brush(float(value["at"]), first, last) if first <= last else None
    except (KeyError, OverflowError, TypeError, ValueError):
        return None


def _area(value: Any) -> Area | None:
    try:
        at, ring = float(value["at"]), list(value["ring"])
    except (KeyError, TypeError, ValueError):
        return None
    corners = [_numbers(corner, 2) for corner in ring]
    if len(corners) > MAX_RING or 0 < len(corners) < 3:
        return None
    found = [(c[0], c[1]) for c in corners if c and abs(c[0]) <= 180 and abs(c[1]) <= 90]
    return Area(at, tuple(found)) if len(found) == len(corners) else None


class _LocalMap(folium.Map):
    """A folium map that loads our own copies of Leaflet and its drawing code, and nothing else."""

    def __init__(self, assets: str, **options: Any) -> None:
        super().__init__(tiles=None, **options)
        names = ("fonts", "map", "tools", "counts", "player", "picture")
        self.default_js = [
            ("leaflet", f"{assets}vendor/leaflet/leaflet.js"),
            *((f"dateline_{name}", f"{assets}dateline-{name}.js") for name in names),
        ]
        self.default_css = [
            ("leaflet_css", f"{assets}vendor/leaflet/leaflet.css"),
            ("dateline_css", f"{assets}dateline-map.css"),
        ]


class _Call(MacroElement):
    """A call of the drawing code with its parent and inert JSON."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "Dateline.{{ this.function }}({{ this._parent.get_name() }}, {{ this.data }});"
        "{% endmacro %}"
    )

    def __init__(self, function: str, data: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca's
        self._name = "Dateline"
        self.function = function
        self.data = js_json(data)


def js_json(value: object) -> str:
    r"""Write JSON that is inert in a script, in `eval`, in a template literal and in Jinja.

    Parameters
    ----------
    value
        Anything that `json.dumps` takes; NaN is refused.

    Returns
    -------
    str
        ASCII. ``json.loads`` gives the value back; rendering it as a Jinja template gives the same
        text; it holds none of ``< > & ` $`` and no ``{{ {% {#``.

    Examples
    --------
    >>> js_json("{{ 7*7 }} </script>")
    '"{\\u007b 7*7 }} \\u003c/script\\u003e"'
    """
    # One pass of replacements over ASCII text. "{" is replaced wherever it follows another, so a
    # run of three leaves no pair either. A nested empty list of objects gives "[{", never "{{".
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    for mark in "<>&`$":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    for second in "{%#":
        while "{" + second in text:
            text = text.replace("{" + second, f"{{\\u{ord(second):04x}")
    return text


def base_map(
    home: Bbox | None = None,
    *,
    view: tuple[float, float, float] | None = None,
    height: int = 460 + TIME_HEIGHT,
    assets: str = "../app.dateline_assets/",
    basemap: str = "../app.dateline_basemap/",
) -> folium.Map:
    """Return the constant map: ground, borders, names, controls, timeline; no event.

    Parameters
    ----------
    home
        (west, south, east, north) of "home", degrees; None is the world.
    view
        (longitude, latitude, zoom) to begin with, from a link; None is `home`. Must be the same in
        every run of a session.
    height
        Of the frame, in pixels, until the page's style gives it another: map and timeline.
    assets, basemap
        Where the browser finds data/static and data/basemap: addresses relative to the map's frame
        (/component/streamlit_folium.st_folium/), so that they hold below any base path.

    Returns
    -------
    folium.Map
        Make a new one for each run: streamlit-folium writes into it.
    """
    west, south, east, north = home or _WORLD
    figure = _LocalMap(
        assets,
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=4,
        prefer_canvas=True,
        font_size="12px",
        zoom_control="topright",
        maxZoom=18,
        minZoom=2,
        zoomSnap=0.5,
        worldCopyJump=True,
        attributionControl=True,
    )
    config = {
        "home": [west, south, east, north],
        "view": list(view) if view else None,
        "height": height,
        "time": TIME_HEIGHT,
        "basemap": basemap,
        "tiles": TILES,
        "types": [[s.label, s.colour, s.dark, s.shape, s.glyph] for s in PALETTE.values()],
        "quads": [[quad, *QUAD_COLOURS[quad]] for quad in QUADS],
        "modalities": list(MODALITY_LABELS.values()),
        "kinds": KINDS,
        "spread": MAX_SPREAD,
        "words": MAP,
    }
    figure.add_child(_Call("base", config))
    return figure


def beside(state: Mapping[str, Any], look: Screen) -> dict[str, Any]:
    """Return what is drawn of the file to compare with, if there is one, for `events_layer`."""
    others = state.get("others")
    if others is None:
        return {}
    view = look.view or view_of(look.home or _WORLD)
    return {"others": drawn(others, view, look.dates), "follow": True, "ahead": False}


def events_layer(data: Mapping[str, Any]) -> folium.FeatureGroup:
    """Return the layer that changes, for streamlit-folium's ``feature_group_to_add``.

    Parameters
    ----------
    data
        As `geo.drawing.payload` gives it.

    Returns
    -------
    folium.FeatureGroup
        With one element, a call with inert JSON.
    """
    group = folium.FeatureGroup(name="events")
    group.add_child(_Call("events", data))
    return group
