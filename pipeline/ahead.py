"""Reading ahead: the model works on the next items while the rules work on these."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def ahead(
    items: Iterable[Given], function: Callable[[Given], Made]
) -> Iterator[tuple[Given, Made]]:
    """Items with what a function makes of them, each computed while the one before is used.

    One thread of its own computes, one item ahead: it pays where the function leaves Python
    alone, as the model does.

    Parameters
    ----------
    items : iterable
    function : callable
        What it raises is raised when its item is asked for.

    Yields
    ------
    tuple
        An item and the function's result, in the order of `items`.
    """
    with ThreadPoolExecutor(1, "ahead") as thread:
        waiting: tuple[Given, Future[Made]] | None = None
        for item in items:
            following = item, thread.submit(function, item)
            if waiting is not None:
                yield waiting[0], waiting[1].result()
            waiting = following
        if waiting is not None:
            yield waiting[0], waiting[1].result()
