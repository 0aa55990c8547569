"""The compiled engine does what the obvious one does, and no sequence of orders breaks a book."""

from dataclasses import replace as copy_of
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.vocabulary import InstrumentState, OrderType, Side, TimeInForce
from feeds.simulator.queues import requeue
from feeds.simulator.state import NO_PRICE
from tests.matching_engine import (
    FIRST_TICKS,
    LAST_TICKS,
    MOST_LOTS,
    Engine,
    best_prices,
    reference_book,
    set_state,
    total_resting,
)
from tests.reference.matching import Order, ReferenceBook

pytestmark = pytest.mark.usefixtures("simulator_kernels")


class Step(NamedTuple):
    what: str
    order: Order
    pick: int


PRICES = st.one_of(st.integers(FIRST_TICKS + 58, FIRST_TICKS + 70), st.integers(FIRST_TICKS - 2, LAST_TICKS + 2))


EXCHANGE_TIMES = [TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK, TimeInForce.DAY]
"""What the exchange takes; GTD is kept by the core."""


@st.composite
def steps(draw: st.DrawFn) -> Step:
    what = draw(st.sampled_from(["enter"] * 6 + ["cancel", "replace", "replace", "state"]))
    order = Order(
        account=draw(st.integers(0, 3)),
        client_id=0,
        side=draw(st.sampled_from([Side.BUY, Side.SELL])),
        order_type=draw(st.sampled_from([OrderType.LIMIT] * 5 + [OrderType.MARKET])),
        time_in_force=draw(st.sampled_from([TimeInForce.GTC] * 4 + EXCHANGE_TIMES)),
        price=draw(PRICES),
        lots=draw(st.integers(0, MOST_LOTS + 1)),
        post_only=draw(st.booleans()) and draw(st.booleans()),
    )
    return Step(what, order, draw(st.integers(0, 1_000)))


def play(engine: Engine, book: ReferenceBook, step: Step, number: int, known: dict[int, Order]) -> None:
    """One step on both."""
    if step.what == "enter":
        known[number] = copy_of(step.order, client_id=number)
        engine_said = engine.enter(copy_of(known[number]))
        assert engine_said is book.enter(known[number])
    elif step.what == "state" and step.pick % 3 == 0:
        book.state = list(InstrumentState)[step.pick % 4]
        set_state(engine, book.state)
    elif step.what == "state":
        book.state = InstrumentState.OPEN
        set_state(engine, book.state)
    elif resting := engine.resting():
        client_id = resting[step.pick % len(resting)]
        if step.what == "cancel":
            engine.cancel(client_id)
            book.cancel(known[client_id])
        else:
            lots, price = step.order.lots, known[client_id].price if step.pick % 2 else step.order.price
            assert engine.replace(client_id, price, lots) is book.replace(known[client_id], price, lots)


@settings(max_examples=80, deadline=None)
@given(st.lists(steps(), min_size=12, max_size=80))
def test_the_engine_says_what_the_obvious_one_says(plan: list[Step]) -> None:
    engine, book, known = Engine(), reference_book(), {}
    for number, step in enumerate(plan, start=1):
        play(engine, book, step, number, known)
        assert engine.said_market == [said for said in book.said if said[0] != "report"]
        assert engine.said_reports == [said for said in book.said if said[0] == "report"]
    assert engine.resting() == sorted(order.client_id for order in book.resting)
    for account in range(1, 4):
        assert engine.state.accounts[account, 0]["position_lots"] == book.positions.get(account, 0)


@settings(max_examples=80, deadline=None)
@given(st.lists(steps(), min_size=12, max_size=80))
def test_no_order_crosses_a_book_or_makes_lots(plan: list[Step]) -> None:
    engine, book, known = Engine(), reference_book(), {}
    for number, step in enumerate(plan, start=1):
        play(engine, book, step, number, known)
        bid, ask = best_prices(engine.state)
        assert NO_PRICE in (bid, ask) or bid < ask
        assert total_resting(engine.state) == sum(order.left for order in book.resting)
        traded = sum(int(said[3]) for said in engine.said_market if said[0] == "trade")
        assert traded == engine.state.books["traded_lots"][0]
        assert 2 * traded == sum(order.filled for order in known.values())


@settings(max_examples=50, deadline=None)
@given(st.lists(steps(), min_size=12, max_size=80))
def test_queues_keep_the_order_of_arrival(plan: list[Step]) -> None:
    engine, book, known = Engine(), reference_book(), {}
    for number, step in enumerate(plan, start=1):
        play(engine, book, step, number, known)
    for order in book.resting:
        waiting = [(other.client_id, other.left) for other in book.side_of(order.side) if other.price == order.price]
        assert engine.queue(order.side, order.price) == waiting


@settings(max_examples=50, deadline=None)
@given(st.lists(steps(), min_size=12, max_size=80))
def test_levels_can_be_told_from_the_links_alone(plan: list[Step]) -> None:
    engine, book, known = Engine(), reference_book(), {}
    for number, step in enumerate(plan, start=1):
        play(engine, book, step, number, known)
    before = (engine.state.levels.copy(), engine.state.blocks.copy(), best_prices(engine.state))
    requeue(engine.state)
    assert (engine.state.levels == before[0]).all()
    assert (engine.state.blocks == before[1]).all()
    assert best_prices(engine.state) == before[2]
