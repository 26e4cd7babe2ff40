"""What the documents say is true: commands parse, files exist, tables are told."""

import ast
import re
import shlex
from pathlib import Path

import pytest

from pipeline.arguments import parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DATA = (ROOT / "data" / "README.md").read_text(encoding="utf-8")


def blocks(text):
    return "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))


def commands():
    return [line for line in blocks(README).splitlines() if line.startswith("dateline ")]


@pytest.mark.parametrize("line", commands())
def test_readme_commands_parse(line):
    parser().parse_args(shlex.split(line)[1:])


def test_readme_names_every_command():
    choices = next(
        action.choices for action in parser()._actions if getattr(action, "choices", None)
    )
    told = {shlex.split(line)[1] for line in commands()}
    assert told == set(choices)


def test_readme_make_targets_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", README)) <= targets


@pytest.mark.parametrize("text", [README, DATA])
def test_linked_files_exist(text):
    base = ROOT if text is README else ROOT / "data"
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert [link for link in links if not (base / link).exists()] == []


def test_every_curated_table_is_told():
    names = [path.name for path in (ROOT / "data" / "curated").iterdir()]
    assert [name for name in names if name not in DATA] == []


def test_every_module_starts_with_a_docstring():
    modules = [*ROOT.glob("geo/*.py"), *ROOT.glob("pipeline/*.py"), *ROOT.glob("data/*.py")]
    missing = [str(path) for path in modules if not ast.get_docstring(ast.parse(path.read_text()))]
    assert missing == []


def test_the_dashboard_loads_no_language_code():
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert "pipeline" not in " ".join(ast.unparse(node) for node in imports)


def test_constraints_pin_every_package_with_a_hash_and_name_no_host():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 50
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in text
