"""What an intent is denied for before and beside the checks of risk, and what of it is not judged."""

from typing import Any

import pytest

from core.vocabulary import Command, DenyReason, EventKind, OrderType, Phase, Report, Request, Side, TimeInForce
from tests.core_world import SIZES
from tests.held_orders import LAST_IN_FRAME, ORDER, Desk

STOP: dict[str, Any] = {"order_type": OrderType.STOP, "side": Side.SELL, "execution_id": 990}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def denied(desk: Desk, **fields: Any) -> DenyReason:
    """Of a new order; NONE: it was not."""
    said = desk.command(Command.PLACE_ORDER, **{**ORDER, "price_ticks": 1000, **fields})
    return next((row[2] for row in said if row[0] is EventKind.DENIED), DenyReason.NONE)


@pytest.mark.parametrize("instrument_id", [-1, 2, 77])
@pytest.mark.parametrize("order_type", [OrderType.LIMIT, OrderType.ICEBERG])
def test_an_instrument_that_is_not_there_is_not_traded(desk: Desk, instrument_id: int, order_type: OrderType) -> None:
    assert denied(desk, instrument_id=instrument_id, order_type=order_type) is DenyReason.UNKNOWN_INSTRUMENT


@pytest.mark.parametrize("source_id", [-1, 64])
def test_an_instrument_without_an_order_process_is_not_traded(desk: Desk, source_id: int) -> None:
    desk.state.instruments[0]["source_id"] = source_id
    assert denied(desk) is DenyReason.GATEWAY_DOWN


def test_a_blotter_that_is_full_takes_no_more_and_says_so(desk: Desk) -> None:
    reasons = [denied(desk, price_ticks=900 - number) for number in range(SIZES.open_orders + 1)]
    assert reasons[-1] is DenyReason.BLOTTER_FULL
    assert set(reasons[:-1]) <= {DenyReason.NONE, DenyReason.BLOTTER_FULL}


def test_an_order_that_nobody_has_is_not_changed(desk: Desk) -> None:
    said = desk.command(Command.REPLACE_ORDER, client_id=123, price_ticks=990, quantity_lots=5)
    assert [row[2] for row in said if row[0] is EventKind.DENIED] == [DenyReason.UNKNOWN_ORDER]


def test_a_stop_of_the_venue_that_would_go_off_at_once_is_refused_too(desk: Desk) -> None:
    desk.state.instruments["native_types"] = 1 << OrderType.STOP
    assert denied(desk, **{**STOP, "execution_id": 1001, "price_ticks": 0}) is DenyReason.BAD_TRIGGER
    assert denied(desk, **{**STOP, "price_ticks": 0}) is DenyReason.NONE


def test_of_a_pegged_order_alone_what_was_asked_is_written_beside_what_left(desk: Desk) -> None:
    desk.place(order_type=OrderType.PEGGED)
    assert desk.order(desk.last_client_id)["phase"] == Phase.FOLLOWING
    assert [int(row["detail"][0]) for row in desk.journal] == [Request.NEW, Request.HOLD]
    desk.journal.clear()
    desk.place(order_type=OrderType.MARKET_TO_LIMIT)
    assert [int(row["detail"][0]) for row in desk.journal] == [Request.NEW]


class TestTheAntiSlippageGuard:
    @pytest.fixture
    def desk(self) -> Desk:
        """50 lots at the best price of each side, and far behind them many."""
        desk = Desk()
        desk.level(Side.SELL, 1020, 500)
        desk.level(Side.BUY, 980, 500, LAST_IN_FRAME)
        desk.state.risk.settings["max_slippage_bps"] = 5_000  # in millionths
        return desk

    @pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
    def test_what_takes_is_judged(self, desk: Desk, side: Side) -> None:
        market = {"order_type": OrderType.MARKET, "time_in_force": TimeInForce.IOC, "price_ticks": 0, "side": side}
        assert denied(desk, **market, quantity_lots=50) is DenyReason.NONE
        assert denied(desk, **market, quantity_lots=120) is DenyReason.SLIPPAGE

    @pytest.mark.parametrize(
        ("side", "ticks"), [(Side.BUY, 1001), (Side.SELL, 1001), (Side.BUY, 990), (Side.SELL, 1010)]
    )
    def test_what_rests_is_not(self, desk: Desk, side: Side, ticks: int) -> None:
        assert denied(desk, side=side, price_ticks=ticks, quantity_lots=900) is DenyReason.NONE

    def test_what_is_not_to_trade_now_is_not(self, desk: Desk) -> None:
        assert denied(desk, **STOP, price_ticks=0, quantity_lots=120) is DenyReason.NONE

    def test_what_is_changed_so_that_it_takes_is(self, desk: Desk) -> None:
        client_id = desk.place(price_ticks=990, quantity_lots=120)
        desk.report(Report.ACCEPTED, client_id)
        desk.command(Command.REPLACE_ORDER, client_id=client_id, price_ticks=1020, quantity_lots=120)
        assert desk.last_reason is DenyReason.SLIPPAGE
        desk.command(Command.REPLACE_ORDER, client_id=client_id, price_ticks=991, quantity_lots=120)
        assert desk.last_reason is DenyReason.NONE
