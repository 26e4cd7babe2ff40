"""Build data/static/vendor: the browser libraries of the map, from their npm packages.

    python data/build_assets.py

Every package is pinned by version and by the registry's own sha512, so a rebuild gives the same
bytes or stops. manifest.json lists what was taken: file, package, version, licence, sha256.

The dashboard asks no content network for anything (research: with one of folium's four hosts
down, streamlit-folium shows no map at all). Leaflet is the only library our map uses; folium's
other defaults (jQuery, Bootstrap, Font Awesome, awesome-markers) serve icons and popups that the
map has no use for, so they are neither shipped nor loaded.
"""

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "vendor"


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package and the files taken from it."""

    name: str
    version: str
    licence: str
    sha512: str  # of the tarball, base64, as the registry gives it
    files: tuple[str, ...]  # paths inside the package


PACKAGES = (
    Package(
        name="leaflet",
        version="1.9.4",
        licence="BSD-2-Clause",
        sha512="nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA==",
        files=(
            "LICENSE",
            "dist/leaflet.js",
            "dist/leaflet.css",
            "dist/images/layers.png",
            "dist/images/layers-2x.png",
            "dist/images/marker-icon.png",
        ),
    ),
)


def fetch(package: Package, folder: Path) -> Path:
    """Download the package's tarball into `folder` with `npm pack` and check its digest."""
    out = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    tarball = folder / out.strip().splitlines()[-1]
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if digest != package.sha512:
        msg = f"{package.name} {package.version}: sha512 {digest}, expected {package.sha512}"
        raise ValueError(msg)
    return tarball


def build(vendor: Path = VENDOR) -> list[dict[str, str]]:
    """Write the vendored files and manifest.json; return the manifest's rows."""
    rows: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as temporary:
        for package in PACKAGES:
            with tarfile.open(fetch(package, Path(temporary))) as archive:
                for name in package.files:
                    member = archive.extractfile(f"package/{name}")
                    if member is None:
                        msg = f"{package.name} {package.version} has no file {name}"
                        raise FileNotFoundError(msg)
                    content = member.read()
                    target = vendor / package.name / name.removeprefix("dist/")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
                    rows.append(
                        {
                            "file": target.relative_to(vendor).as_posix(),
                            "package": package.name,
                            "version": package.version,
                            "licence": package.licence,
                            "sha256": hashlib.sha256(content).hexdigest(),
                        }
                    )
    (vendor / "manifest.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return rows


if __name__ == "__main__":
    for row in build():
        print(row["file"], row["version"], row["licence"])
