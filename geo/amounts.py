"""Areas, lengths and distances in plain words, no more exact than they are known."""

from shapely.geometry.base import BaseGeometry

from geo import geodesy

__all__ = ["kilometres", "length", "size"]


def size(geometry: BaseGeometry) -> str:
    """Area of polygons, EPSG:4326, in words: "about 91,000 km²"."""
    return f"about {_rounded(geodesy.area_km2(geometry)):,} km²"


def length(geometry: BaseGeometry) -> str:
    """Length of lines, EPSG:4326, in words: "about 1,200 km"."""
    return f"about {_rounded(geodesy.length_km(geometry)):,} km"


def kilometres(value: float) -> str:
    """Kilometres with at most three digits: miles turned into 80.4672 km mean 80."""
    return f"{value:.0f} km" if value >= 10 else f"{value:.2g} km"


def _rounded(value: float) -> int:
    """Two significant digits: a part's area is no better known."""
    return int(float(f"{value:.1e}")) if value >= 1 else 1
