"""The events table as folium layers: a constant base map, and one layer that changes.

The only module that imports folium. Two rules hold everywhere:

- Text from outside reaches the browser only as JSON made by `js_json`, and the page only through
  textContent (data/static/dateline-map.js). branca compiles rendered text again as a Jinja
  template, so a headline in any folium popup, tooltip, icon, property or layer name would be run
  as Python on the server; no such thing is used here.
- What is sent is bounded: at most `MAX_FEATURES` events, and beyond that cells of the view. The
  base map never depends on the events, so the component in the page keeps its identity and the
  person's view; events travel in a feature group of their own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import MacroElement
from folium.template import Template
from shapely.geometry.base import BaseGeometry

from geo.present import PALETTE, place, short_day, type_label
from geo.summary import Bbox, Bools, at_country_level, cells, in_view, is_remote

__all__ = [
    "COLUMNS",
    "MAX_FEATURES",
    "PALETTE",
    "Click",
    "View",
    "base_map",
    "click_from",
    "drawn",
    "events_layer",
    "js_json",
    "payload",
    "view_from",
]

MAX_FEATURES: Final = 2000
"""Most events drawn one by one; more are gathered into cells (research: 2,000 take 160 ms)."""

TEXT_FEATURES: Final = 400
"""Up to this many events carry their sentence for the tooltip, so that a step stays small."""

MAX_SPREAD: Final = 12
"""Up to this many events of one point are spread around it; more are one symbol with a number."""

COLUMNS: Final = (
    *("event_id", "event_type", "modality", "date_start", "date_end", "location", "where_text"),
    *("where_prec", "relation", "sentence", "longitude", "latitude", "geometry"),
)
"""The columns of the events table that a map needs."""

TILES: Final = {
    "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    "attribution": "Map tiles © OpenStreetMap contributors",
}
"""Online tiles, asked for only when a person turns them on."""

_WORLD: Final = (-180.0, -60.0, 180.0, 78.0)
_WORDS: Final = {
    "map": "Map of events. The list beside it has the same events for the keyboard.",
    "legend": "How sure is the place?",
    "home": "Back to the first view",
    "full": "Full screen",
    "nobase": "The base map could not be loaded; events are drawn without it.",
    "credit": "Natural Earth, GeoNames",
    "zoom": "Click to zoom in",
    "stack": "Click to list them",
    "kinds": {
        "point": "exact place",
        "near": "near it, or its district",
        "area": "somewhere in this area",
        "border": "somewhere on this line",
        "link": "a call or message between two",
        "unsure": "planned, possible or denied",
    },
}


@dataclass(frozen=True, slots=True)
class View:
    """What the map shows.

    Attributes
    ----------
    bbox
        (west, south, east, north), degrees, EPSG:4326.
    zoom
        Web map zoom level.
    """

    bbox: Bbox
    zoom: float


def view_from(value: Any) -> View | None:
    """Read the view that the browser reports through streamlit-folium; None for nonsense."""
    try:
        corners, zoom = value["bounds"], float(value["zoom"])
        west, south = (float(corners["_southWest"][axis]) for axis in ("lng", "lat"))
        east, north = (float(corners["_northEast"][axis]) for axis in ("lng", "lat"))
    except (KeyError, TypeError, ValueError):
        return None
    if not np.isfinite([west, south, east, north, zoom]).all():
        return None
    return View((west, south, east, north), min(max(zoom, 0.0), 22.0))


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


def click_from(value: Any) -> Click | None:
    """Read the click that the browser reports through streamlit-folium; None for nonsense."""
    try:
        properties = value["last_active_drawing"]["properties"]
        at, event_id, box = float(properties["at"]), properties.get("id"), properties.get("box")
        west, south, east, north = (float(edge) for edge in box or (0, 0, 0, 0))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    return Click(
        at,
        event_id if isinstance(event_id, str) else None,
        (west, south, east, north) if box else None,
    )


class _LocalMap(folium.Map):
    """A folium map that loads our own copies of Leaflet and its drawing code, and nothing else."""

    def __init__(self, assets: str, **options: Any) -> None:
        super().__init__(tiles=None, **options)
        self.default_js = [
            ("leaflet", f"{assets}vendor/leaflet/leaflet.js"),
            ("dateline", f"{assets}dateline-map.js"),
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
    assets: str = "../app.dateline_assets/",
    basemap: str = "../app.dateline_basemap/",
) -> folium.Map:
    """Return the constant map: ground, borders, names, controls; no event.

    Parameters
    ----------
    home
        (west, south, east, north) to show first, degrees; None is the world.
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
        "basemap": basemap,
        "tiles": TILES,
        "types": [[name, s.colour, s.dark, s.shape] for name, s in PALETTE.items()],
        "words": _WORDS,
    }
    figure.add_child(_Call("base", config))
    return figure


def events_layer(
    events: gpd.GeoDataFrame,
    selected: str | None = None,
    *,
    view: View | None = None,
    dark: bool = False,
    tiles: bool = False,
) -> folium.FeatureGroup:
    """Return the layer of the events to show, for streamlit-folium's ``feature_group_to_add``.

    Parameters
    ----------
    events
        The selected events; only `COLUMNS` are read.
    selected
        event_id to mark and to bring into view.
    view
        What the browser shows; needed only to gather more than `MAX_FEATURES` events into cells.
    dark, tiles
        How the base map looks: on a dark page, with online tiles.

    Returns
    -------
    folium.FeatureGroup
        With one element: its JSON holds at most `MAX_FEATURES` features or cells. A click on an
        event gives ``{"id": event_id}`` as ``last_active_drawing``'s properties, on a stack of
        events at one point ``{"box": [west, south, east, north]}``.
    """
    group = folium.FeatureGroup(name="events")
    group.add_child(_Call("events", payload(events, selected, view=view, dark=dark, tiles=tiles)))
    return group


def payload(
    events: gpd.GeoDataFrame,
    selected: str | None,
    *,
    view: View | None,
    dark: bool = False,
    tiles: bool = False,
) -> dict[str, Any]:
    """Return what `events_layer` sends, as plain data; see there."""
    on_map = events.loc[drawn(events), list(COLUMNS)]
    features: list[dict[str, Any]] = []
    gathered: list[dict[str, Any]] = []
    shapes: list[Any] = []
    if len(on_map) > MAX_FEATURES:
        box, zoom = (_padded(view.bbox), view.zoom) if view else ((-180.0, -90.0, 180.0, 90.0), 3)
        visible = on_map[in_view(on_map, box)]
        if len(visible) > MAX_FEATURES:
            gathered = _cells(visible, box, zoom)
            visible = visible.iloc[:0]
        on_map_now = visible
    else:
        on_map_now = on_map
    if len(on_map_now):
        features, shapes, stacks = _features(on_map_now)
        gathered += stacks
    return {
        "dark": dark,
        "tiles": tiles,
        "selected": selected,
        "focus": _focus(on_map, selected),
        "features": features,
        "shapes": shapes,
        "cells": gathered,
    }


def drawn(events: gpd.GeoDataFrame) -> Bools:
    """Say which events have a place on the map: a geometry, and more than their country."""
    placed: Bools = events.geometry.notna().to_numpy()
    return placed & ~at_country_level(events)


def _kinds(events: gpd.GeoDataFrame) -> list[str]:
    """Name how each event is drawn: point, near, area, border or link."""
    exact = events["where_prec"].eq(1).fillna(value=False).to_numpy(dtype=bool)
    remote = is_remote(events)
    kinds = []
    for geometry_type, is_exact, is_link in zip(events.geom_type, exact, remote, strict=True):
        if geometry_type == "Point":
            kinds.append("point" if is_exact else "near")
        elif "Line" in geometry_type:
            kinds.append("link" if is_link else "border")
        else:
            kinds.append("area")
    return kinds


def _features(
    events: gpd.GeoDataFrame,
) -> tuple[list[dict[str, Any]], list[Any], list[dict[str, Any]]]:
    """Return features in drawing order, the shapes that they point to, and stacks of points."""
    types, modalities = list(PALETTE), ("actual", "planned", "possible", "denied")
    with_text = len(events) <= TEXT_FEATURES
    kinds = _kinds(events)
    shapes: list[Any] = []
    number: dict[bytes, int] = {}
    areas: list[tuple[float, dict[str, Any]]] = []
    lines: list[dict[str, Any]] = []
    points: dict[tuple[float, float], list[dict[str, Any]]] = {}
    for kind, row in zip(kinds, events.to_dict("records"), strict=True):
        feature: dict[str, Any] = {
            "id": row["event_id"],
            "kind": kind,
            "type": types.index(row["event_type"]),
            "modality": modalities.index(row["modality"]),
            "title": " · ".join(t for t in (type_label(row["event_type"]), short_day(row)) if t),
            "place": _clip(place(row), 60),
        }
        if with_text and isinstance(row["sentence"], str):
            feature["text"] = _clip(row["sentence"], 160)
        geometry = row["geometry"]
        if geometry.geom_type == "Point":
            at = (round(geometry.x, 5), round(geometry.y, 5))
            feature["lon"], feature["lat"] = at
            points.setdefault(at, []).append(feature)
            continue
        key = shapely.to_wkb(geometry)
        if key not in number:
            number[key] = len(shapes)
            shapes.append(_coordinates(key))
        feature["shape"], feature["prec"] = number[key], int(row["where_prec"])
        if kind == "area":
            areas.append((geometry.area, feature))
        else:
            lines.append(feature)
    spread, stacks = _spread(points)
    areas.sort(key=lambda item: -item[0])  # the largest below, so that each can be clicked
    return [feature for _, feature in areas] + lines + spread, shapes, stacks


def _spread(
    points: dict[tuple[float, float], list[dict[str, Any]]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Number the events of one point, or make them a stack if they are many."""
    features, stacks = [], []
    for (longitude, latitude), here in points.items():
        if len(here) > MAX_SPREAD:
            tally = np.bincount([feature["type"] for feature in here])
            edge = 1e-5
            stacks.append(
                {
                    "lon": longitude,
                    "lat": latitude,
                    "n": len(here),
                    "type": int(tally.argmax()),
                    "box": [
                        *(longitude - edge, latitude - edge, longitude + edge, latitude + edge),
                    ],
                    "title": f"{len(here):,} events: {here[0]['place']}",
                }
            )
            continue
        for i, feature in enumerate(here):
            if len(here) > 1:
                feature["i"], feature["n"] = i, len(here)
            features.append(feature)
    return features, stacks


def _cells(events: gpd.GeoDataFrame, box: Bbox, zoom: float) -> list[dict[str, Any]]:
    types = list(PALETTE)
    table = cells(pd.DataFrame(events[["longitude", "latitude", "event_type"]]), box, zoom)
    return [
        {
            "lon": round(row["longitude"], 4),
            "lat": round(row["latitude"], 4),
            "n": row["events"],
            "type": types.index(row["event_type"]),
            "box": [round(row[edge], 5) for edge in ("west", "south", "east", "north")],
            "title": f"{row['events']:,} events, most often {PALETTE[row['event_type']].label}",
        }
        for row in table.head(MAX_FEATURES).to_dict("records")
    ]


def _focus(events: gpd.GeoDataFrame, selected: str | None) -> list[float] | None:
    if selected is None:
        return None
    geometry = events.loc[events["event_id"].eq(selected), "geometry"]
    return [round(float(edge), 5) for edge in geometry.iloc[0].bounds] if len(geometry) else None


def _padded(bbox: Bbox, share: float = 0.1) -> Bbox:
    """Widen a view a little, and bring it back into the world."""
    west, south, east, north = bbox
    wide, tall = (east - west) * share, (north - south) * share
    if east - west + 2 * wide >= 360:
        return (-180.0, max(south - tall, -90.0), 180.0, min(north + tall, 90.0))
    wrap = [(edge + 180.0) % 360.0 - 180.0 for edge in (west - wide, east + wide)]
    return (wrap[0], max(south - tall, -90.0), wrap[1], min(north + tall, 90.0))


@lru_cache(maxsize=4096)
def _coordinates(wkb: bytes, most: int = 600) -> list[Any]:
    """Return a line or polygon as Leaflet's nested [latitude, longitude] lists, made light.

    Simplified (Douglas-Peucker) until it has at most `most` vertices, which shifts edges by a few
    pixels at the most when it fills the screen.
    """
    geometry: BaseGeometry = shapely.from_wkb(wkb)
    west, south, east, north = geometry.bounds
    tolerance = max(east - west, north - south) / 2000
    light = geometry
    while shapely.get_num_coordinates(light) > most and tolerance < 10:
        light = geometry.simplify(tolerance)
        tolerance *= 2
    parts = shapely.get_parts(light)
    if "Line" in light.geom_type:
        return [_ring(part) for part in parts]
    return [[_ring(part.exterior), *map(_ring, part.interiors)] for part in parts]


def _ring(line: BaseGeometry) -> Sequence[Any]:
    return np.round(shapely.get_coordinates(line)[:, ::-1], 4).tolist()  # type: ignore[no-any-return]


def _clip(text: str, most: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
