"""Each extra of pyproject.toml is needed only by what it is for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = ("geopandas", "pandas", "pyarrow", "pyogrio")
DASHBOARD = ("altair", "folium", "streamlit", "streamlit_folium")
TRAINING = ("torch", "spacy", "transformers", "onnx")
TEXT = ("onnxruntime", "trafilatura", "htmldate")


def dateline(*words: str, without: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run a command in a process in which those libraries cannot be imported."""
    script = (
        f"import sys; sys.modules.update(dict.fromkeys({without!r}));"
        f"from pipeline.__main__ import main; sys.exit(main({list(words)!r}))"
    )
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.fixture
def texts(tmp_path: Path) -> str:
    """One document in the form that geoparse and dates read."""
    record = {
        "doc_id": "a", "id": "a", "published": "2021-07-05",
        "text": "Taliban fighters seized two districts in Badakhshan on Sunday.",
    }  # fmt: skip
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("geoparse", "TEXTS"), "Badakhshan"),
        (("dates", "TEXTS"), "2021-07-04"),
        (("geocode", "--json", "Kunduz"), "Kunduz"),
        (("locate", "northern Afghanistan"), "Afghanistan"),
    ],
)
def test_text_needs_no_table_and_no_map(texts: str, words: tuple[str, ...], said: str) -> None:
    done = dateline(
        *(texts if word == "TEXTS" else word for word in words),
        without=(*TABLE, *DASHBOARD, *TRAINING),
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout


def test_a_place_needs_no_reader_of_texts() -> None:
    done = dateline("geocode", "--json", "Kunduz", without=(*TEXT, *TABLE, *DASHBOARD, *TRAINING))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


@pytest.mark.parametrize(
    ("words", "without", "extra"),
    [
        (("build", "TEXTS", "-o", "OUT"), TABLE, "table"),
        (("export", "nothing.parquet", "-o", "out.geojson"), TABLE, "table"),
        (("geoparse", "TEXTS"), TEXT, "text"),
    ],
)
def test_what_is_missing_is_named(
    texts: str, tmp_path: Path, words: tuple[str, ...], without: tuple[str, ...], extra: str
) -> None:
    given = {"TEXTS": texts, "OUT": str(tmp_path / "out")}
    done = dateline(*(given.get(word, word) for word in words), without=without)
    assert done.returncode == 2
    assert f"pip install 'dateline[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr
