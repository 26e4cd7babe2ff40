"""Reading ahead."""

import threading

import pytest

from pipeline.ahead import ahead


def test_items_come_in_order_with_what_is_made_of_them():
    assert list(ahead(iter("abc"), str.upper)) == [("a", "A"), ("b", "B"), ("c", "C")]
    assert list(ahead([], str.upper)) == []


def test_the_next_item_is_worked_on_while_this_one_is_used():
    begun = [threading.Event() for _ in range(3)]

    def work(number):
        begun[number].set()
        return number

    for number, _ in ahead(range(3), work):
        assert all(event.wait(5) for event in begun[: number + 2])


def test_one_that_breaks_costs_none_before_it():
    results = ahead([2, 1, 0], lambda number: 2 // number)
    assert [next(results), next(results)] == [(2, 1), (1, 2)]
    with pytest.raises(ZeroDivisionError):
        next(results)
