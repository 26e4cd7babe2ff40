"""Charts of the events shown: their tables, and Altair specifications of them.

Each chart is a small table of counts, which is also its CSV. The picture is made in the browser by
Vega's own menu (PNG and SVG); nothing of it is asked of another host.
"""

from collections.abc import Mapping
from typing import Any, Final

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import words
from geo.export import inert
from geo.index import UNDATED, Index
from geo.present import PALETTE, QUAD_COLOURS, country_name
from geo.schema import EVENT_TYPES, QUAD_CLASS
from geo.summary import step_for

MOST: Final = 25
"""Bars of a chart of names; the CSV has all."""

_TEXT: Final = ("#1d2429", "#e4e9ed")  # on light, on dark: .streamlit/config.toml

Positions = npt.NDArray[np.intp]

_UNITS: Final = {"day": "D", "week": "W", "month": "M", "year": "Y"}
# What Vega's menu offers: the picture. Its editor would be a page of another host.
_MENU: Final = {
    "export": {"png": True, "svg": True},
    "source": False,
    "compiled": False,
    "editor": False,
}


def counted(name: str, index: Index, positions: Positions) -> pd.DataFrame:
    """Count the events shown for a chart.

    Parameters
    ----------
    name
        ``time``, ``province``, ``choropleth`` or ``actors``.
    index
        Of the events table.
    positions
        The events shown.

    Returns
    -------
    DataFrame
        ``events`` (int64), and before it: for ``time`` ``start`` (``datetime64[ms]``, first day of
        a step, see `geo.summary.step_for`; Mondays for weeks) and ``event_type``; for the provinces
        ``country`` (ISO 3166-1 alpha-3) and ``province``; for ``actors`` ``actor1`` and
        ``actor2``. By time, else the most frequent first. Events without what is counted are left
        out.
    """
    if name == "time":
        return _over_time(index, positions)
    if name == "actors":
        coded = index.codes("actor")
        second = coded.codes if coded.also is None else coded.also
        pairs = pd.DataFrame({"actor1": coded.codes[positions], "actor2": second[positions]})
        pairs = _tally(pairs[(pairs >= 0).all(axis=1)])
        return pairs.assign(
            **{column: _names(coded.names, pairs[column]) for column in pairs.columns[:2]}
        )
    coded = index.codes("province")
    found = _tally(pd.DataFrame({"province": coded.codes[positions]}).query("province >= 0"))
    named = [name.partition("/") for name in _names(coded.names, found["province"])]
    return pd.DataFrame(
        {
            "country": pd.Series([country for country, _, _ in named], dtype="str"),
            "province": pd.Series([province for _, _, province in named], dtype="str"),
            "events": found["events"],
        }
    )


def _over_time(index: Index, positions: Positions) -> pd.DataFrame:
    first = index.first[positions]
    dated = first != UNDATED
    days = first[dated].astype("datetime64[D]")
    if not len(days):
        return pd.DataFrame({"start": [], "event_type": [], "events": []})
    step = step_for(days.min().item(), days.max().item())
    if step == "week":  # 1970-01-05 was a Monday
        start = days - (days - np.datetime64("1970-01-05")).astype(np.int64) % 7
    else:
        start = days.astype(f"datetime64[{_UNITS[step]}]").astype("datetime64[D]")
    types = index.event_type[positions][dated]
    found = pd.DataFrame({"start": start.astype("datetime64[ms]"), "event_type": types})
    found = found.groupby(["start", "event_type"], as_index=False).size()
    found["event_type"] = [EVENT_TYPES[code] for code in found["event_type"]]
    return found.rename(columns={"size": "events"})


def _tally(rows: pd.DataFrame) -> pd.DataFrame:
    keys = list(rows.columns)
    found = rows.groupby(keys, as_index=False).size().rename(columns={"size": "events"})
    return found.sort_values(
        ["events", *keys], ascending=[False, *[True] * len(keys)], ignore_index=True
    )


def _names(names: tuple[str, ...], codes: "pd.Series[Any]") -> list[str]:
    return [names[code] for code in codes]


def countries(table: pd.DataFrame) -> dict[str, str]:
    """Return the countries of a table of provinces, code -> name, those of most events first."""
    sums = table.groupby("country")["events"].sum().sort_values(ascending=False)
    return {str(code): country_name(str(code)) for code in sums.index}


def to_csv(table: pd.DataFrame) -> str:
    """Give a chart's table as CSV; names that a spreadsheet might run get an apostrophe.

    Parameters
    ----------
    table
        From `counted`.

    Returns
    -------
    str
        RFC 4180, with a header; days as ISO 8601.
    """
    safe = table.copy()
    for name in table.columns:
        if name == "start":
            safe[name] = np.datetime_as_string(table[name].to_numpy(), unit="D")
        elif name != "events":
            safe[name] = [inert(str(value)) for value in table[name]]
    text: str = safe.to_csv(index=False, lineterminator="\r\n")
    return text


def drawn(
    name: str,
    table: pd.DataFrame,
    *,
    dark: bool = False,
    outlines: Mapping[str, Any] | None = None,
) -> alt.Chart:
    """Draw a chart.

    Parameters
    ----------
    name
        As in `counted`.
    table
        From there, with at least one row.
    dark
        Whether the page is dark.
    outlines
        For ``choropleth``: name of a province -> GeoJSON geometry, of one country.

    Returns
    -------
    altair.Chart
        Its data hold names from outside; Vega draws them as text on a canvas.
    """
    if name == "time":
        chart = _time_chart(table, dark=dark)
    elif name == "choropleth" and outlines is not None:
        chart = _map_chart(table, outlines, dark=dark)
    else:
        labels = table.head(MOST).copy()
        first, second = labels.columns[:2]
        labels["label"] = (
            labels[first] + " → " + labels[second]
            if name == "actors"
            else labels[second] + ", " + labels[first]
        )
        chart = (
            alt.Chart(labels)
            .mark_bar(color=_ink(dark=dark))
            .encode(
                x=alt.X("events:Q", title=words.CHART_EVENTS, axis=alt.Axis(tickMinStep=1)),
                y=alt.Y(
                    "label:N",
                    title=None,
                    sort=None,
                    axis=alt.Axis(
                        labelLimit=260, labelOverlap=False, labelBound=False, labelFlush=False
                    ),
                ),
                tooltip=[
                    alt.Tooltip("label:N", title=" "),
                    alt.Tooltip("events:Q", title=words.CHART_EVENTS),
                ],
            )
        )
    text = _TEXT[dark]
    made: alt.Chart = (
        chart.properties(usermeta={"embedOptions": {"actions": _MENU}})
        .configure_axis(labelColor=text, titleColor=text)
        .configure_legend(labelColor=text, titleColor=text)
    )
    return made


def _ink(*, dark: bool) -> str:
    return QUAD_COLOURS["verbal cooperation"][dark]


def _shade(event_type: str, *, dark: bool) -> str:
    """Return a type's own shade of its class's colour, the strongest for the last: an assault."""
    same = [name for name in PALETTE if QUAD_CLASS[name] == QUAD_CLASS[event_type]][::-1]
    share = (0.5 if dark else 0.62) * same.index(event_type) / max(len(same) - 1, 1)
    colour = PALETTE[event_type].dark if dark else PALETTE[event_type].colour
    ground = 0 if dark else 255
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (ground - part) * share):02x}" for part in parts)


def _time_chart(table: pd.DataFrame, *, dark: bool) -> alt.Chart:
    rows = table.assign(kind=[PALETTE[name].label for name in table["event_type"]])
    types = [name for name in PALETTE if name in set(table["event_type"])]
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("start:T", title=None, scale=alt.Scale(type="utc")),
            y=alt.Y("events:Q", title=words.CHART_EVENTS, axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(
                    domain=[PALETTE[name].label for name in types],
                    range=[_shade(name, dark=dark) for name in types],
                ),
            ),
            order=alt.Order("kind:N"),
            tooltip=[
                alt.Tooltip("start:T", format="%-d %b %Y", title="from"),
                alt.Tooltip("kind:N", title=" "),
                alt.Tooltip("events:Q", title=words.CHART_EVENTS),
            ],
        )
    )
    return chart


def _map_chart(table: pd.DataFrame, outlines: Mapping[str, Any], *, dark: bool) -> alt.Chart:
    number = dict(zip(table["province"], table["events"].tolist(), strict=True))
    features = [
        {
            "type": "Feature",
            "geometry": shape,
            "properties": {"name": name, "events": number.get(name, 0)},
        }
        for name, shape in outlines.items()
    ]
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=features))
        .mark_geoshape(stroke="#66727e", strokeWidth=0.7)
        .encode(
            color=alt.Color(
                "properties.events:Q",
                title=words.CHART_EVENTS,
                scale=alt.Scale(
                    range=["#222b34", "#56b4e9"] if dark else ["#f2f4f5", "#00619a"], domainMin=0
                ),
            ),
            tooltip=[
                alt.Tooltip("properties.name:N", title=" "),
                alt.Tooltip("properties.events:Q", title=words.CHART_EVENTS),
            ],
        )
        .project(type="azimuthalEqualArea", rotate=_middle(outlines))
    )
    return chart


def _middle(outlines: Mapping[str, Any]) -> list[float]:
    """Return the rotation that brings a country to the middle, across the date line too."""
    rings = [ring for shape in outlines.values() for part in shape["coordinates"] for ring in part]
    at = np.concatenate([np.asarray(ring, dtype=np.float64) for ring in rings])
    lon = np.sort(at[:, 0])
    gaps = np.diff(np.append(lon, lon[0] + 360.0))
    widest = int(gaps.argmax())  # the country begins east of the widest gap
    middle = lon[(widest + 1) % len(lon)] + (360.0 - gaps[widest]) / 2
    south, north = at[:, 1].min(), at[:, 1].max()
    return [round(-((middle + 180.0) % 360.0 - 180.0), 2), round(-(south + north) / 2, 2), 0.0]
