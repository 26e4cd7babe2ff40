"""Who passes which filter, and what each option of a filter would show.

Pure functions on an `Index`; the cost of each is linear in the rows, a few milliseconds at a
million, and none copies the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.filters import Filters, passes
from geo.index import Bools, Index, Ints


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events pass each facet of a `Filters` value.

    Attributes
    ----------
    passes
        Facet name -> bool array over the table's rows; only facets that restrict something.
    keep
        Bool array: the events that pass all of them.
    """

    passes: Mapping[str, Bools]
    keep: Bools

    def without(self, facet: str) -> Bools:
        """Return what would be kept if `facet` were open: the base of that facet's counts."""
        if facet not in self.passes:
            return self.keep
        return _all(self.passes, len(self.keep), leave_out=facet)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on the screen and what is not, in numbers of events.

    Attributes
    ----------
    total
        Rows of the table.
    shown
        Those that pass the filters.
    hidden_by
        Facet name -> how many more would be shown if that facet alone were opened, largest first;
        an event hidden by two facets is in neither figure.
    undated, unplaced, country_level
        Of those shown: without any date; without a geometry; known by country only and so in the
        tray, not on the map. The last two do not overlap.
    """

    total: int
    shown: int
    hidden_by: Mapping[str, int]
    undated: int
    unplaced: int
    country_level: int


def selection(index: Index, filters: Filters, documents: pd.DataFrame | None = None) -> Selection:
    """Apply each facet of `filters` by itself.

    Parameters
    ----------
    index
        Of an events table.
    filters
        What to keep.
    documents
        The articles, for ``filters.articles``.

    Returns
    -------
    Selection
        ``keep`` equals ``geo.filters.mask(events, filters)``.

    Raises
    ------
    ValueError
        As `geo.filters.mask`.
    """
    found = passes(index, filters, documents)
    return Selection(found, _all(found, index.rows))


def shown(index: Index, selected: Selection) -> Shown:
    """Count what a selection shows and hides.

    Parameters
    ----------
    index
        Of the whole events table.
    selected
        Its `selection`.

    Returns
    -------
    Shown
        See there.
    """
    kept = int(np.count_nonzero(selected.keep))
    hidden = {
        facet: int(np.count_nonzero(selected.without(facet))) - kept for facet in selected.passes
    }
    return Shown(
        total=index.rows,
        shown=kept,
        hidden_by=dict(sorted(hidden.items(), key=lambda item: -item[1])),
        undated=int(np.count_nonzero(selected.keep & index.undated)),
        unplaced=int(np.count_nonzero(selected.keep & index.unplaced)),
        country_level=int(np.count_nonzero(selected.keep & index.country_level)),
    )


def counts(index: Index, facet: str, rows: Bools) -> dict[str, int]:
    """Count events by the values of a facet.

    Parameters
    ----------
    index
        Of an events table.
    facet
        A name that `Index.codes` knows.
    rows
        Bool, a value a row: which to count.

    Returns
    -------
    dict
        Value -> number of events, the most frequent first, ties by value; also values that no
        chosen row has, with 0.
    """
    found = zip(index.codes(facet).names, index.counted(facet, rows).tolist(), strict=True)
    return dict(sorted(found, key=lambda item: (-item[1], item[0])))


def precision_counts(index: Index, rows: Bools) -> dict[int, int]:
    """Count events by UCDP where_prec code, 1 to 7; those without a code are left out."""
    tally = index.counted("where_prec", rows, partial(_by_precision, index.where_prec))
    return {code: int(tally[code]) for code in range(1, 8)}


def _by_precision(codes: Ints, rows: Bools | Ints) -> npt.NDArray[np.int64]:
    return np.bincount(codes[rows], minlength=8)[:8].astype(np.int64)


def _all(passes: Mapping[str, Bools], rows: int, *, leave_out: str | None = None) -> Bools:
    keep = np.ones(rows, dtype=bool)
    for facet, passed in passes.items():
        if facet != leave_out:
            keep &= passed
    return keep
