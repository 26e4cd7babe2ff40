"""The same events in the usual ways, for the benchmark of the map: markers, pydeck or st.map.

streamlit run tests/benchmarks/peer_app.py -- EVENTS.parquet KIND
"""

import sys
from datetime import timedelta

import folium
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pydeck
import streamlit as st
from streamlit_folium import st_folium


@st.cache_resource
def load(path: str) -> pd.DataFrame:
    columns = ["longitude", "latitude", "date_start"]
    return pq.read_table(path, columns=columns).to_pandas()


events = load(sys.argv[1])
first, last = events["date_start"].min().date(), events["date_start"].max().date()
days = st.slider("Dates", first, last, (first, last - timedelta(days=0)))
low, high = (np.datetime64(day, "ms") for day in days)
shown = events[(events["date_start"] >= low) & (events["date_start"] <= high)]
if sys.argv[2] == "markers":
    base = folium.Map((20, 20), zoom_start=2, tiles=None)
    for longitude, latitude in zip(shown["longitude"], shown["latitude"], strict=True):
        folium.CircleMarker((latitude, longitude), radius=4).add_to(base)
    st_folium(base, key="map", returned_objects=[])
elif sys.argv[2] == "pydeck":
    layer = pydeck.Layer(
        "ScatterplotLayer", shown[["longitude", "latitude"]], get_position="[longitude, latitude]",
        get_radius=20_000, get_fill_color=[213, 94, 0],
    )  # fmt: skip
    view = pydeck.ViewState(longitude=20, latitude=20, zoom=1)
    st.pydeck_chart(pydeck.Deck([layer], initial_view_state=view, map_style=None))
else:
    st.map(shown[["longitude", "latitude"]], size=20_000)
st.caption(f"{len(shown):,} shown")
