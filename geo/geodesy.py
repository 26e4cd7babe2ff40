"""Shapes on the globe: parts of polygons, sectors, corridors, bands; areas and lengths.

Everything takes and gives EPSG:4326, (lon, lat) in degrees; distances are kilometres. Results are
valid and lie within [-180, 180] x [-90, 90]: what crosses the antimeridian is cut there.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

GEOD = Geod(ellps="WGS84")
#: Radius of the sphere of the same area as WGS 84 (Snyder 1987, Map Projections, p. 16).
AUTHALIC_KM = 6371.007

_WORLD = box(-180.0, -90.0, 180.0, 90.0)
#: Compass directions as steps east and north; (0, 0) is the middle.
STEPS = {
    "north": (0, 1),
    "south": (0, -1),
    "east": (1, 0),
    "west": (-1, 0),
    "north-east": (1, 1),
    "north-west": (-1, 1),
    "south-east": (1, -1),
    "south-west": (-1, -1),
    "central": (0, 0),
}
# Share of the bounding box that a direction takes. A third is the best single number for a cut
# box; corners and the middle take more. Measured in `geo.parts`.
_OUTER, _CORNER, _MIDDLE = 1 / 3, 0.45, 0.4
_LEAST = 0.1
_SHORT, _POLAR = 0.5, 85.0  # degrees: where a step is as good as straight
_CONE, _ROUND = 45.0, 270.0  # degrees: height and width of what a cone takes
_MANY = 400  # vertices
_STRAIGHT = 0.5  # degrees: a longer step is not straight on a cone

_Map = Callable[[NDArray[Any]], NDArray[Any]]


def area_km2(geometry: BaseGeometry) -> float:
    """Area in km2, on the authalic sphere (within 0.5 % of the ellipsoid)."""
    return float(shapely.area(equal_area(geometry)))


def length_km(geometry: BaseGeometry) -> float:
    """Length of lines in km, along the ellipsoid (or of the rings of polygons).

    Steps of up to half a degree by the radii of the ellipsoid half-way (within 1e-5 of the
    geodesic, and a coast of 40,000 vertices in 2 ms instead of 50), longer ones as geodesics.
    """
    points, line = shapely.get_coordinates(_lines(geometry), return_index=True)
    steps = line[1:] == line[:-1]
    start, end = points[:-1][steps], points[1:][steps]
    off = end - start
    far = (np.abs(off) > _SHORT).any(axis=1) | (np.abs(start[:, 1]) > _POLAR)
    east, north = _km_per_degree((start[:, 1] + end[:, 1]) / 2)
    km = np.hypot(off[:, 0] * east, off[:, 1] * north)
    if far.any():
        one, two = start[far], end[far]
        km[far] = np.asarray(GEOD.inv(one[:, 0], one[:, 1], two[:, 0], two[:, 1])[2]) / 1000
    return float(km.sum())


def azimuth(direction: str) -> float:
    """Degrees clockwise from north of a compass direction of `STEPS` (not "central")."""
    east, north = STEPS[direction]
    return math.degrees(math.atan2(east, north)) % 360


def destination(longitude: float, latitude: float, bearing: float, km: float) -> Point:
    """Point that lies `km` away along the geodesic that leaves at `bearing` degrees."""
    x, y, _ = GEOD.fwd(longitude, latitude, bearing, km * 1000)
    return Point(x, y)


def mainland(shape: BaseGeometry) -> BaseGeometry:
    """Leave out the far-off islands and territories that "the north of X" does not mean.

    The largest parts that together make 70 % of the area are the core (one for France, several
    for Indonesia). Other parts stay if they lie within 2 degrees of it, or are 2 % of the area
    and lie within 8 degrees. Without this the northern third of the box of the Netherlands or
    Norway is all of the country, and that of the USA is Alaska.
    """
    parts = shapely.get_parts(shape)
    if len(parts) == 1:
        return shape
    sizes = shapely.area(equal_area(parts))
    order = np.argsort(-sizes, kind="stable")
    shares = sizes[order] / sizes.sum()
    core_count = int(np.searchsorted(np.cumsum(shares), 0.7)) + 1
    core = shapely.MultiPolygon(list(parts[order[:core_count]]))
    shapely.prepare(core)
    rest = parts[order[core_count:]]
    near = shapely.dwithin(core, rest, 2.0)
    large = (shares[core_count:] >= 0.02) & shapely.dwithin(core, rest, 8.0)
    kept = [*core.geoms, *rest[near | large]]
    return shapely.MultiPolygon(kept) if len(kept) > 1 else kept[0]


def part(shape: BaseGeometry, direction: str, *, share: float | None = None) -> BaseGeometry:
    """Part of a polygon in a direction: the outer third of its mainland's bounding box.

    The box is cut into thirds of its height on an equal-area cylinder and thirds of its width;
    corners ("north-east") take 45 % of both, "central" the middle 40 % of both. If the shape
    leaves that corner empty, the box grows until it holds a tenth of the shape.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        EPSG:4326.
    direction : str
        One of `STEPS`.
    share : float, optional
        Share of the box to take instead, 0 to 1.

    Returns
    -------
    Polygon or MultiPolygon
        Never empty for a shape that is not.
    """
    whole = mainland(unwrapped(shape))
    west, south, east, north = whole.bounds
    low, high = math.sin(math.radians(south)), math.sin(math.radians(north))
    step_x, step_y = STEPS[direction]
    usual = _CORNER if step_x and step_y else _OUTER
    share = share or (_MIDDLE if direction == "central" else usual)
    enough = _LEAST * whole.area
    while True:
        x0, x1 = _cut(west, east, step_x, share, central=direction == "central")
        s0, s1 = _cut(low, high, step_y, share, central=direction == "central")
        y0, y1 = (math.degrees(math.asin(max(-1.0, min(1.0, s)))) for s in (s0, s1))
        piece = polygons(shapely.intersection(whole, box(x0, y0, x1, y1)))
        if share >= 1 or (not piece.is_empty and piece.area >= enough):
            return wrapped(piece)
        share = min(1.0, share + 0.1)


def circle(longitude: float, latitude: float, km: float) -> BaseGeometry:
    """Geodesic circle, 64 corners."""
    return _ring(longitude, latitude, np.linspace(0, 360, 64, endpoint=False), km)


def sector(
    longitude: float, latitude: float, bearing: float, km: float, *, width: float = 90.0
) -> BaseGeometry:
    """Circular sector `width` degrees wide around a bearing."""
    bearings = np.linspace(bearing - width / 2, bearing + width / 2, 17)
    return _ring(longitude, latitude, bearings, km, apex=True)


def geodesic(start: tuple[float, float], end: tuple[float, float]) -> BaseGeometry:
    """Geodesic from one (lon, lat) to another, a vertex each 100 km or so, cut at 180 degrees."""
    return wrapped(LineString(_path(start, end)))


def corridor(
    start: tuple[float, float], end: tuple[float, float], half_width_km: float
) -> BaseGeometry:
    """Strip along the geodesic between two (lon, lat), with flat ends."""
    path = _path(start, end)
    forward, _, _ = GEOD.inv(path[:-1, 0], path[:-1, 1], path[1:, 0], path[1:, 1])
    bearings = np.append(forward, forward[-1])
    sides = [
        _reach(path[:, 0], path[:, 1], bearings + turn, half_width_km, around=path[:, 0])
        for turn in (-90.0, 90.0)
    ]
    return wrapped(_fixed(Polygon(np.vstack([sides[0], sides[1][::-1]]))))


def band(
    line: BaseGeometry,
    km: float,
    *,
    quad_segs: int = 6,
    lost: float = 0.05,
    filled: bool = False,
) -> BaseGeometry:
    """Zone within `km` of a line or polygon, with `quad_segs` corners to a quarter circle.

    Bends of less than `lost` times `km` are lost first, of twice that where over 400 vertices stay:
    they do not show (zones of 100 km along borders overlap the exact ones by 99 %, and a buffer
    takes up to 50 times as long with them). With `filled` a closed line, as of an island, counts
    with what it encloses, which takes a third of the time.

    Buffers on a conformal cone (Lambert's, Snyder 1987, Map Projections, pp. 104-107) fitted to
    the latitudes, for shapes higher than 45 degrees on several, so that the width is right within
    4 %. Near a pole, where no cone is open enough, strips of a degree of latitude in a plane of
    true local scale do (5 %). (A degree-based buffer is wrong by half at 60 degrees north.)
    """
    line = unwrapped(line)
    west, south, east, north = line.bounds
    reach = km / 111.0
    polar = max(abs(south), abs(north)) + reach > _POLAR or east - west > _ROUND
    pieces = []
    height = 1.0 if polar else _CONE
    for strip, low, high in _strips(line, height):
        if polar:
            to_plane, to_degrees = _true_scale((low + high) / 2)
            flat = shapely.transform(strip, to_plane)
        else:
            _, bottom, _, top = strip.bounds
            to_plane, to_degrees = _cone(bottom - reach, top + reach, (west + east) / 2)
            flat = shapely.transform(shapely.segmentize(strip, _STRAIGHT), to_plane)
        smooth = shapely.simplify(flat, km * lost)
        if shapely.get_num_coordinates(smooth) > _MANY:
            smooth = shapely.simplify(flat, 2 * km * lost)
        bare = _pieces(_thinned(smooth, 2 * km * lost), filled=filled)
        zones = shapely.buffer(bare, km, quad_segs=quad_segs)
        grown = zones[0] if len(zones) == 1 else shapely.union_all(zones)
        if not polar:
            grown = shapely.segmentize(grown, _STRAIGHT * 111.0)
        piece = shapely.transform(grown, to_degrees)
        # Necks of some metres may cross; make_valid would take thrice as long.
        pieces.append(piece if piece.is_valid else shapely.buffer(piece, 0))
    return wrapped(_gathered(pieces))


def label_point(geometry: BaseGeometry) -> Point:
    """Point to write a label at: on the largest part; half-way along for lines."""
    parts = shapely.get_parts(geometry)
    if parts[0].geom_type == "LineString":
        longest = max(parts, key=lambda g: float(g.length))
        return cast("Point", shapely.line_interpolate_point(longest, 0.5, normalized=True))
    if parts[0].geom_type == "Point":
        return cast("Point", parts[0])
    largest = max(parts, key=lambda g: float(g.area))
    return cast("Point", shapely.point_on_surface(largest))


def bbox_polygon(bounds: tuple[float, float, float, float]) -> BaseGeometry:
    """Polygon of a bbox (west, south, east, north); west > east crosses the antimeridian."""
    west, south, east, north = bounds
    return wrapped(box(west, south, east if east >= west else east + 360, north))


def unwrapped(shape: BaseGeometry) -> BaseGeometry:
    """Move western parts by +360 degrees where that makes the whole narrower (RUS, USA, FJI)."""
    west, _, east, _ = shape.bounds
    if east - west <= 180:
        return shape
    parts = [
        affinity.translate(g, 360) if g.bounds[2] <= 0 else g for g in shapely.get_parts(shape)
    ]
    moved = _multi(shape)(parts)
    return moved if moved.bounds[2] - moved.bounds[0] < east - west else shape


def wrapped(geometry: BaseGeometry) -> BaseGeometry:
    """Bring longitudes beyond 180 degrees back, cut at the antimeridian; clip at the poles."""
    west, south, east, north = geometry.bounds if not geometry.is_empty else (0.0,) * 4
    if west >= -180 and south >= -90 and east <= 180 and north <= 90:
        return geometry
    shifted = [
        shapely.intersection(affinity.translate(geometry, turn), _WORLD) for turn in (0, 360, -360)
    ]
    kept = [piece for piece in shifted if not piece.is_empty]
    if not kept:
        return geometry.intersection(_WORLD)
    dimension = max(shapely.get_dimensions(geometry), 0)
    same = [
        g
        for piece in kept
        for g in shapely.get_parts(shapely.get_parts(piece))
        if shapely.get_dimensions(g) == dimension
    ]
    if east - west >= 360 or dimension == 0:
        return shapely.union_all(same)
    if len(same) == 1:
        return cast("BaseGeometry", same[0])
    return shapely.MultiLineString(same) if dimension == 1 else shapely.MultiPolygon(same)


def polygons(geometry: BaseGeometry) -> BaseGeometry:
    """Keep the polygons of a mixed result, as Polygon or MultiPolygon."""
    parts = [g for g in shapely.get_parts(shapely.get_parts(geometry)) if g.geom_type == "Polygon"]
    parts = [g for g in parts if not g.is_empty]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _cut(low: float, high: float, step: int, share: float, *, central: bool) -> tuple[float, float]:
    """Interval of the outer `share` of [low, high] in the direction of `step`."""
    size = (high - low) * share
    if step > 0:
        return high - size, high
    if step < 0:
        return low, low + size
    if central:
        middle = (low + high) / 2
        return middle - size / 2, middle + size / 2
    return low, high


def _ring(
    longitude: float, latitude: float, bearings: NDArray[Any], km: float, *, apex: bool = False
) -> BaseGeometry:
    reach = km / 111.0  # a degree of latitude, rounded down
    if abs(latitude) + reach >= 90:  # a pole inside: the whole cap, as no ring can enclose it
        inner = abs(latitude) - reach
        return box(-180, *((inner, 180, 90) if latitude > 0 else (-90, 180, -inner)))
    n = len(bearings)
    x, y = np.full(n, longitude), np.full(n, latitude)
    corners = _reach(x, y, bearings, km, around=x)
    if apex:
        corners = np.vstack([corners, [longitude, latitude]])
    return wrapped(_fixed(Polygon(corners)))


def _reach(
    x: NDArray[Any], y: NDArray[Any], bearings: NDArray[Any], km: float, *, around: NDArray[Any]
) -> NDArray[Any]:
    """Points at `km` along bearings; longitudes continuous with `around`."""
    out_x, out_y, _ = GEOD.fwd(x, y, bearings, np.full(len(x), km * 1000))
    out_x = np.asarray(out_x)
    return np.column_stack([out_x - 360 * np.round((out_x - around) / 360), out_y])


def _path(start: tuple[float, float], end: tuple[float, float]) -> NDArray[Any]:
    """Vertices of a geodesic with continuous longitudes (they may pass 180)."""
    _, _, metres = GEOD.inv(*start, *end)
    count = int(min(200, max(1, metres / 100_000)))
    path = np.array([start, *GEOD.npts(*start, *end, count), end], dtype=float)
    path[:, 0] = np.degrees(np.unwrap(np.radians(path[:, 0])))
    return path


def _fixed(shape: BaseGeometry) -> BaseGeometry:
    return shape if shape.is_valid else polygons(shapely.make_valid(shape))


def equal_area(geometry: Any) -> Any:
    """Project degrees to km on Lambert's cylindrical equal-area projection.

    Parameters
    ----------
    geometry : BaseGeometry or array of them

    Returns
    -------
    BaseGeometry or ndarray
        As many as came.
    """

    def project(xy: NDArray[Any]) -> NDArray[Any]:
        radians = np.radians(xy)
        return np.column_stack([radians[:, 0], np.sin(radians[:, 1])]) * AUTHALIC_KM

    return shapely.transform(geometry, project)


def _km_per_degree(latitude: Any) -> tuple[Any, Any]:
    """Kilometres per degree of longitude and latitude on WGS 84 (series of its radii)."""
    phi = np.radians(np.clip(latitude, -89.0, 89.0))
    east = 111.41288 * np.cos(phi) - 0.09350 * np.cos(3 * phi)
    north = 111.13295 - 0.55982 * np.cos(2 * phi) + 0.00118 * np.cos(4 * phi)
    return east, north


def _lines(geometry: BaseGeometry) -> NDArray[Any]:
    parts = shapely.get_parts(geometry)
    return np.asarray(shapely.get_rings(parts) if shapely.get_dimensions(geometry) == 2 else parts)


def _pieces(shape: BaseGeometry, *, filled: bool) -> NDArray[Any]:
    """Parts, which are buffered one by one, as offsets that cross take up to nine times as long."""
    parts = np.asarray(shapely.get_parts(shape))
    if filled and shapely.get_dimensions(shape) == 1:
        for row in np.flatnonzero(shapely.is_closed(parts) & (shapely.get_num_points(parts) > 3)):
            parts[row] = Polygon(parts[row].coords)
    return parts


def _thinned(shape: BaseGeometry, size: float) -> BaseGeometry:
    """Of the parts smaller than a square of `size` leave one a square: skerries, reefs.

    A buffer around each of a thousand islets costs more than the coast behind them.
    """
    parts = shapely.get_parts(shape)
    west, south, east, north = shapely.bounds(parts).T
    small = np.maximum(east - west, north - south) < size
    if small.sum() < 2:
        return shape
    cells = np.rint(np.column_stack([west + east, south + north])[small] / (2 * size))
    _, first = np.unique(cells, axis=0, return_index=True)
    kept = [*parts[~small], *parts[small][np.sort(first)]]
    return _multi(shape)(kept)


def _strips(shape: BaseGeometry, height: float) -> list[tuple[BaseGeometry, float, float]]:
    """Parts in groups up to some height (degrees); each with its southern and northern edge.

    Where a part is higher itself, all are cut at equal distances.
    """
    _, south, _, north = shape.bounds
    if north - south <= height:
        return [(shape, south, north)]
    parts = shapely.get_parts(shape)
    low, high = shapely.bounds(parts)[:, 1], shapely.bounds(parts)[:, 3]
    found: list[tuple[BaseGeometry, float, float]] = []
    if (high - low).max() <= height:
        gather = (
            shapely.MultiPolygon if shapely.get_dimensions(shape) == 2 else shapely.MultiLineString
        )
        left = np.ones(len(parts), dtype=bool)
        while left.any():
            here = left & (high <= low[left].min() + height)
            found.append((gather(list(parts[here])), low[here].min(), high[here].max()))
            left &= ~here
        return found
    cuts = np.linspace(south, north, math.ceil((north - south) / height) + 1).tolist()
    for bottom, top in itertools.pairwise(cuts):
        strip = shapely.intersection(shape, box(-360, bottom, 540, top))
        if not strip.is_empty:
            found.append((strip, bottom, top))
    return found


def _multi(shape: BaseGeometry) -> Callable[[Any], BaseGeometry]:
    """Kind of a collection of a shape's parts."""
    return shapely.MultiPolygon if shapely.get_dimensions(shape) == 2 else shapely.MultiLineString


def _gathered(pieces: list[BaseGeometry]) -> BaseGeometry:
    """Union of zones, which are mostly apart."""
    if len(pieces) == 1:
        return pieces[0]
    if len(pieces) == 2 and not shapely.intersects(*pieces):
        return polygons(shapely.GeometryCollection(pieces))
    return shapely.union_all(pieces)


def _cone(south: float, north: float, middle: float) -> tuple[_Map, _Map]:
    """Map degrees to km on a conformal cone that is true at two parallels, and back.

    The cone of parallels that mirror each other is a cylinder, which is left out: it is opened by
    a twentieth of a degree.
    """
    sixth = (north - south) / 6
    one, two = np.radians(south + sixth), np.radians(north - sixth)
    if abs(one + two) < 1e-3:
        two += 1e-3
    rise = np.log(np.tan(np.pi / 4 + two / 2) / np.tan(np.pi / 4 + one / 2))
    n = float(np.log(np.cos(one) / np.cos(two)) / rise) if rise > 1e-6 else float(np.sin(one))
    size = AUTHALIC_KM * np.cos(one) * np.tan(np.pi / 4 + one / 2) ** n / n

    def to_plane(xy: NDArray[Any]) -> NDArray[Any]:
        radians = np.radians(xy)
        radius = size / np.tan(np.pi / 4 + radians[:, 1] / 2) ** n
        angle = n * (radians[:, 0] - np.radians(middle))
        return np.column_stack([radius * np.sin(angle), -radius * np.cos(angle)])

    def to_degrees(xy: NDArray[Any]) -> NDArray[Any]:
        side = np.sign(n)
        angle = np.arctan2(side * xy[:, 0], -side * xy[:, 1])
        latitude = 2 * np.arctan((size / (side * np.hypot(*xy.T))) ** (1 / n)) - np.pi / 2
        return np.column_stack([np.degrees(angle / n) + middle, np.degrees(latitude)])

    return to_plane, to_degrees


def _true_scale(latitude: float) -> tuple[_Map, _Map]:
    """Map degrees to km in a plane with the scale of one latitude, and back."""
    scale = np.array(_km_per_degree(latitude))
    return (lambda xy: xy * scale), (lambda xy: xy / scale)


def joined(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Union of polygons that may share edges."""
    return polygons(shapely.union_all(list(shapes)))


def covered(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Union of polygons of one coverage: ten times as fast as that of any polygons."""
    if len(shapes) == 1:
        return shapes[0]
    try:
        whole = polygons(shapely.coverage_union_all(list(shapes)))
    except shapely.errors.GEOSException:  # lines that were guessed do not always meet
        return joined(shapes)
    return whole if whole.is_valid else joined(shapes)
