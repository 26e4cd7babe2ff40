"""geo.words: every text is used, and the page shows no text that is not there."""

import ast
import re
from pathlib import Path

from geo import words

ROOT = Path(__file__).parents[1]
CODE = "\n".join(
    file.read_text(encoding="utf-8")
    for file in (ROOT / "app.py", *ROOT.glob("geo/*.py"), *ROOT.glob("pipeline/*.py"))
)


def test_every_text_is_used() -> None:
    names = [name for name in vars(words) if name.isupper()]
    own = (ROOT / "geo" / "words.py").read_text(encoding="utf-8")
    unused = [
        name
        for name in names
        if not re.search(rf"(?:words\.|import[^\n]*\b){name}\b", CODE)
        and len(re.findall(rf"\b{name}\b", own)) < 2
    ]
    assert len(names) > 100
    assert unused == []


def test_the_app_has_no_text_of_its_own() -> None:
    """Strings with a space in them are prose, but for docstrings and formats."""
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    shown = [
        one.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords))
        for one in ast.walk(argument)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and " " in one.value
    ]
    assert [text for text in shown if re.search(r"[A-Za-z]{3,} [a-z]", text)] == []
