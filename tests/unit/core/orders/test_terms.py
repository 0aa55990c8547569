"""What an order may be asked to be, and what the core looks at again."""

from typing import Any

import numpy as np
import pytest

from core.orders.terms import LONGEST_NS, are_terms_possible, is_watched
from core.records.event import EVENT
from core.records.order import ORDER
from core.vocabulary import OrderType, Phase, TimeInForce

NOW_NS = 1_000_000_000_000


def wish(order_type: OrderType, **fields: Any) -> np.void:
    row = np.zeros(1, EVENT)[0]
    row["order_type"], row["time_in_force"] = order_type, TimeInForce.GTC
    for name, value in fields.items():
        row[name] = value
    return row


@pytest.mark.parametrize(
    ("ends_ns", "is_possible"),
    [(NOW_NS, False), (NOW_NS + 1, True), (NOW_NS + LONGEST_NS, True), (NOW_NS + LONGEST_NS + 1, False), (-1, False)],
)
def test_an_order_ends_later_than_now_and_within_a_year(ends_ns: int, is_possible: bool) -> None:
    until = wish(OrderType.LIMIT, time_in_force=TimeInForce.GTD, venue_ns=ends_ns)
    assert are_terms_possible(until, NOW_NS) == is_possible


def test_only_an_order_that_ends_says_when() -> None:
    assert not are_terms_possible(wish(OrderType.LIMIT, time_in_force=TimeInForce.GTD), NOW_NS)
    assert not are_terms_possible(wish(OrderType.LIMIT, venue_ns=NOW_NS + 1), NOW_NS)


@pytest.mark.parametrize(
    ("fields", "is_looked_at"),
    [
        ({"asked_type": OrderType.LIMIT}, False),
        ({"asked_type": OrderType.MARKET}, False),
        ({"asked_type": OrderType.STOP}, True),
        ({"asked_type": OrderType.LIMIT, "ends_ns": 1}, True),
        ({"asked_type": OrderType.LIMIT, "group_id": 1}, True),
        ({"asked_type": OrderType.LIMIT, "phase": Phase.FOLLOWING}, True),
    ],
)
def test_a_plain_order_is_left_alone(fields: dict[str, Any], is_looked_at: bool) -> None:
    row = np.zeros(1, ORDER)[0]
    for name, value in fields.items():
        row[name] = value
    assert is_watched(row) == is_looked_at
