"""Columns in a file that numpy alone reads."""

import pytest

from geo import columns

TABLE = {
    "code": ["AFG", "ISL", "X"],
    "name": ["Afghanistan", "Ísland", ""],
    "large": [True, False, False],
    "latitude": [33.0, 65.0, 0.5],
    "geometry": [b"\x01\x00abc", None, b"z"],
}


def test_what_is_written_is_read(tmp_path):
    columns.write(tmp_path / "a.npz", TABLE)
    assert columns.read(tmp_path / "a.npz") == TABLE


def test_some_columns(tmp_path):
    columns.write(tmp_path / "a.npz", TABLE)
    some = {name: TABLE[name] for name in ("code", "geometry")}
    assert columns.read(tmp_path / "a.npz", ("code", "geometry")) == some


def test_the_same_columns_give_the_same_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        columns.write(tmp_path / name, TABLE)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_no_rows(tmp_path):
    columns.write(tmp_path / "a.npz", {"code": [], "name": []})
    assert columns.read(tmp_path / "a.npz") == {"code": [], "name": []}


def test_columns_of_different_length(tmp_path):
    with pytest.raises(ValueError, match="differ in length"):
        columns.write(tmp_path / "a.npz", {"code": ["a"], "name": []})


def test_what_cannot_be_read_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="build_boundaries"):
        columns.read(tmp_path / "none.npz")
    columns.write(tmp_path / "a.npz", TABLE)
    whole = (tmp_path / "a.npz").read_bytes()
    for damaged in (
        b"",
        b"no archive",
        whole[: len(whole) // 2],
        whole[:300] + b"~" * 40 + whole[340:],
    ):
        (tmp_path / "a.npz").write_bytes(damaged)
        with pytest.raises(ValueError, match="build it again"):
            columns.read(tmp_path / "a.npz")
