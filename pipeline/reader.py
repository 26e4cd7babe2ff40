"""The event reader: which words tell an event, of which kind and how, and where it happened.

A branch of the tagger's network: it goes on from the vectors of the tagger's fourth layer with two
layers of its own, so that one pass over a text gives names, syntax and events. It was taught by
sentences that were annotated for it; data/reader/README.md is its card, and
`pipeline.train_reader` trains it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime

from geo.schema import EVENT_TYPES

FOLDER: Final = Path(__file__).resolve().parents[1] / "data" / "reader"
"""Where the model's files lie: ``model.onnx`` and ``labels.json``."""

BEGINS: Final = 4
"""Layers of the tagger below the reader's."""

MODALITIES: Final = ("actual", "planned", "possible", "denied")

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of the n words of a text.

    Attributes
    ----------
    events : ndarray of float, shape (n, 17)
        How likely each word tells no event, or one of each category of `geo.schema.EVENT_TYPES`.
    told : ndarray of float, shape (n, 4)
        How likely an event told by the word is actual, planned, possible, denied.
    asks, sites : ndarray of float, shapes (n, k) and (n, k + 1)
        By which `place_score` tells how likely one word names the place of another's event.
    """

    events: Array
    told: Array
    asks: Array
    sites: Array

    def cut(self, start: int, end: int) -> "Reading":
        """What is said of words `start` to `end` (exclusive)."""
        return Reading(*(getattr(self, field.name)[start:end] for field in fields(self)))

    def likely(self, word: int) -> float:
        """How likely a word tells an event at all."""
        return float(1.0 - self.events[word, 0])

    def event_type(self, word: int) -> str:
        """The likeliest category of the event that a word tells."""
        return EVENT_TYPES[int(self.events[word, 1:].argmax())]

    def modality(self, word: int, ruled: str | None) -> str:
        """How a word's event is told: as the rules say, where they say anything.

        The rules know moods, negation and governing words, and the reader has seen few events that
        are not actual: it speaks where they have no word for what is told.
        """
        return ruled or MODALITIES[int(self.told[word].argmax())]

    def place_score(self, word: int, places: Sequence[int]) -> float:
        """Log-odds that a name is the place of the event that `word` tells; `places`: its words."""
        of = self.sites[list(places)]
        return float((of[:, :-1] @ self.asks[word] + of[:, -1]).max())


def session(path: Path) -> Any:
    """What runs a network on one core of the processor; the tagger's windows run side by side."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Every window has a shape of its own: an arena would keep memory for each.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        path,
        options,
        providers=["CPUExecutionProvider"],
        # The plain normalisation is vectorised, the fused one not: a fifth of the time.
        disabled_optimizers=["SkipLayerNormFusion"],
    )


class Reader:
    """Runs the reader's part of the network.

    Parameters
    ----------
    folder : Path
        See `FOLDER`.

    Raises
    ------
    FileNotFoundError
        If the folder lacks a file of the model.
    """

    outputs: Final = tuple(field.name for field in fields(Reading))

    def __init__(self, folder: Path = FOLDER) -> None:
        for name in ("model.onnx", "labels.json"):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"no {name} of the event reader in {folder}")
        labels = json.loads((folder / "labels.json").read_text("utf-8"))
        self.version: str = labels["version"]
        self._session = session(folder / "model.onnx")

    @property
    def widths(self) -> dict[str, int]:
        """Columns of each output."""
        return {item.name: int(item.shape[-1]) for item in self._session.get_outputs()}

    def read(self, hidden: Array, first: Array) -> list[Array]:
        """Read a window.

        Parameters
        ----------
        hidden : ndarray of float32, shape (1, p, size)
            Vectors of its pieces, as the tagger's output ``hidden`` has them.
        first : ndarray of int64, shape (w,)
            Index of each word's first piece.

        Returns
        -------
        list of ndarray, each of shape (1, w, ...)
            In the order of `outputs`.
        """
        values: list[Array] = self._session.run(
            list(self.outputs), {"hidden": hidden, "first": first}
        )
        return values
