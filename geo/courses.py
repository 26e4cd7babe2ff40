"""Courses of rivers and canals, for which a point or a box would be wrong.

``data/curated/courses.csv`` has some 140 that the news names, a point every 50 to 400 km, drawn by
hand from public knowledge: good for a map of a country, not for telling a bank.
"""

import csv
from functools import cache
from importlib import resources

from shapely.geometry import LineString

__all__ = ["course"]


def course(place_id: str) -> LineString | None:
    """Course of a river or canal from its head to its mouth, EPSG:4326 (lon, lat).

    Parameters
    ----------
    place_id : str
        Of a `geo.gazetteer.Place`: "dateline:panj-river".

    Returns
    -------
    LineString or None
        None for any other place, and for the rivers that are not drawn yet.

    Examples
    --------
    >>> course("dateline:suez-canal").bounds
    (32.27, 29.93, 32.57, 31.25)
    """
    return _courses().get(place_id)


@cache
def _courses() -> dict[str, LineString]:
    text = (resources.files("data") / "curated" / "courses.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        f"dateline:{row['id']}": LineString(
            [tuple(map(float, point.split())) for point in row["course"].split("|")]
        )
        for row in rows
    }
