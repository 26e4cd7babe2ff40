"""Charts of the events table, as Altair specifications."""

from datetime import date
from typing import Final

import altair as alt
import numpy as np
import pandas as pd

from geo.present import QUAD_COLOURS
from geo.schema import QUAD_CLASS

_AXIS: Final = {"day": "%-d %b", "week": "%-d %b", "month": "%b %Y", "year": "%Y"}


def timeline(
    bars: pd.DataFrame,
    span: tuple[date, date],
    chosen: tuple[date, date],
    *,
    step: str,
    dark: bool = False,
) -> alt.Chart:
    """Draw a histogram on the scale of the date slider, the chosen days in full colour.

    Parameters
    ----------
    bars
        From `geo.summary.histogram`.
    span
        First and last day of the slider.
    chosen
        First and last day that it selects.
    step
        The histogram's step, for the labels of the axis.
    dark
        Whether the page is dark.

    Returns
    -------
    altair.Chart
        A rectangle a step and quad class, stacked. Its data hold no text but quad classes.
    """
    first, last = (np.datetime64(day, "ms") for day in span)
    table = bars.assign(kind=bars["event_type"].map(dict(QUAD_CLASS)))
    table = table.groupby(["start", "end", "kind"], as_index=False).agg(events=("events", "sum"))
    # Two empty bars hold the scale to the slider's, whatever the filters leave.
    edges = pd.DataFrame({"start": [first, last], "end": [first, last], "kind": "", "events": 0})
    table = pd.concat([table, edges.astype({"events": "int64"})], ignore_index=True)
    # Stacked here: Vega-Lite does not stack marks that have two ends on the other axis.
    table["top"] = table.groupby("start")["events"].cumsum()
    table["foot"] = table["top"] - table["events"]
    start, end = (np.datetime64(day, "ms") for day in chosen)
    table["inside"] = (table["start"] <= end) & (table["end"] > start)
    table["start"] = np.maximum(table["start"].to_numpy(), first)
    table["end"] = np.minimum(table["end"].to_numpy(), last)
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_rect()
        .encode(
            x=alt.X(
                "start:T",
                title=None,
                scale=alt.Scale(type="utc", nice=False),
                axis=alt.Axis(tickCount=6, grid=False, labelPadding=1, format=_AXIS[step]),
            ),
            x2="end:T",
            y=alt.Y("foot:Q", axis=None, scale=alt.Scale(nice=False)),
            y2="top:Q",
            color=alt.Color(
                "kind:N",
                legend=None,
                scale=alt.Scale(
                    domain=list(QUAD_COLOURS),
                    range=[colours[dark] for colours in QUAD_COLOURS.values()],
                ),
            ),
            opacity=alt.condition("datum.inside", alt.value(1), alt.value(0.25)),
            tooltip=[
                alt.Tooltip("start:T", format="%-d %b %Y", title="from"),
                alt.Tooltip("kind:N"),
                alt.Tooltip("events:Q"),
            ],
        )
        .properties(padding={"left": 6, "right": 6, "top": 4, "bottom": 0})
        .configure_view(strokeWidth=0)
    )
    return chart
