"""What one event leads to, stage by stage: books that may be traded, commands, reports, halts, targets, strategies."""

import numpy as np
import pytest

from core.bars.bar import Frame
from core.orders.blotter import find
from core.settings import StrategySettings
from core.vocabulary import (
    BookState,
    Command,
    DenyReason,
    EventFlag,
    EventKind,
    FeedRequest,
    FeedState,
    InstrumentState,
    Mode,
    OrderType,
    Origin,
    Reference,
    Report,
    Request,
    Side,
    TimeInForce,
)
from tests.core_world import LAST, SECOND, SYMBOL, World

LIMIT = {
    "instrument_id": 0,
    "side": Side.BUY,
    "order_type": OrderType.LIMIT,
    "time_in_force": TimeInForce.GTC,
    "price_ticks": 1000,
    "quantity_lots": 10,
}
MARKET = {**LIMIT, "order_type": OrderType.MARKET, "time_in_force": TimeInForce.IOC, "price_ticks": 0}


@pytest.fixture
def world() -> World:
    world = World()
    world.book()
    return world.armed()


def kinds(decisions: list[tuple[object, ...]]) -> list[object]:
    return [row[0] for row in decisions]


def test_a_snapshot_makes_a_book_live_and_says_so() -> None:
    world = World()
    assert world.book() == [(EventKind.BOOK_STATE, BookState.LIVE, 0, Side.NONE, 0, 0)]


def test_a_gap_makes_the_book_untradable_until_the_next_snapshot(world: World) -> None:
    said = world.say(EventKind.FEED_STATE, instrument_id=0, detail=FeedState.GAPPED)
    assert (EventKind.FEED_REQUEST, FeedRequest.RESYNC) in [row[:2] for row in said]
    assert world.command(Command.PLACE_ORDER, **LIMIT)[0][2] is DenyReason.BOOK_NOT_LIVE
    world.book()
    assert kinds(world.command(Command.PLACE_ORDER, **LIMIT)) == [EventKind.ORDER_REQUEST]


def test_a_crossed_frame_is_not_traded_on(world: World) -> None:
    world.level(Side.BUY, 1003, 5, int(EventFlag.LAST_IN_FRAME))
    assert world.state.books.heads[0]["state"] == BookState.CROSSED
    assert world.command(Command.PLACE_ORDER, **LIMIT)[0][2] is DenyReason.BOOK_NOT_LIVE


def test_a_loss_in_a_market_ring_distrusts_every_book_of_the_group(world: World) -> None:
    world.book(instrument_id=1)
    world.say(EventKind.LOSS, reference_id=5)
    assert [int(head["state"]) for head in world.state.books.heads[:2]] == [BookState.GAPPED] * 2


def test_a_dead_market_process_and_a_sleep_cost_the_books_their_trust(world: World) -> None:
    world.say(EventKind.FEED_STALE, detail=1)
    assert world.state.books.heads[0]["state"] == BookState.GAPPED
    world.book()
    world.say(EventKind.RESUMED, reference_id=SECOND)
    assert world.state.books.heads[0]["state"] == BookState.GAPPED


def test_a_whole_feed_may_change_its_state(world: World) -> None:
    world.say(EventKind.FEED_STATE, instrument_id=-1, detail=FeedState.DOWN)
    assert world.state.books.heads[0]["state"] == BookState.SYNCING


def test_silence_makes_a_book_stale_and_missing_snapshots_are_asked_for_again(world: World) -> None:
    world.now_ns += 10 * SECOND
    said = world.say(EventKind.TIMER, venue_ns=world.now_ns)
    assert (EventKind.BOOK_STATE, BookState.STALE) in [row[:2] for row in said]
    assert (EventKind.FEED_REQUEST, FeedRequest.RESYNC) in [row[:2] for row in said]  # the second one never had one


def test_a_closed_market_takes_no_orders(world: World) -> None:
    world.say(EventKind.INSTRUMENT_STATE, instrument_id=0, detail=InstrumentState.CLOSED)
    assert world.command(Command.PLACE_ORDER, **LIMIT)[0][2] is DenyReason.MARKET_CLOSED


def test_absurd_events_change_nothing(world: World) -> None:
    before = world.state.books.heads.copy()
    for instrument_id in (-2, 77):
        world.say(EventKind.BOOK_LEVEL, instrument_id=instrument_id, side=1, price_ticks=5, quantity_lots=5)
        world.say(EventKind.TRADE, instrument_id=instrument_id, side=1, price_ticks=5, quantity_lots=5)
    assert (world.state.books.heads == before).all()


def test_hot_keys_are_off_until_armed_and_cancels_are_never_gated() -> None:
    world = World()
    world.book()
    world.command(Command.TAKE_LEASE)
    assert world.command(Command.PLACE_ORDER, **LIMIT)[0][2] is DenyReason.NOT_ARMED
    world.command(Command.ARM)
    world.command(Command.PLACE_ORDER, **LIMIT)
    client_id = world.last_client_id
    world.command(Command.DISARM)
    said = world.command(Command.CANCEL_ORDER, client_id=client_id, reference_id=0)
    assert [row[:2] for row in said] == [(EventKind.ORDER_REQUEST, Request.CANCEL)]


def test_who_has_no_lease_is_refused_and_may_take_it(world: World) -> None:
    assert world.command(Command.PLACE_ORDER, **LIMIT, source_id=3)[0][2] is DenyReason.NO_LEASE
    world.command(Command.TAKE_LEASE, source_id=3)
    assert world.state.seats[3]["holds_lease"] == 1
    assert world.state.seats[0]["is_armed"] == 0
    world.say(EventKind.LEASE_ENDED, source_id=3)
    assert world.state.seats[3]["holds_lease"] == 0
    world.command(Command.TAKE_LEASE)
    world.command(Command.RELEASE_LEASE)
    assert world.state.lease.holder[0] == -1


def test_an_order_lives_from_request_to_fill(world: World) -> None:
    world.command(Command.PLACE_ORDER, **LIMIT)
    client_id = world.last_client_id
    assert kinds(world.report(Report.ACCEPTED, client_id, side=Side.BUY)) == [EventKind.ORDER_UPDATE]
    said = world.fill(client_id, Side.BUY, 1000, 10, 10)
    assert set(kinds(said)) == {EventKind.FILL, EventKind.ORDER_UPDATE}
    assert world.position_lots == 10
    world.book(1001, 1003)
    assert world.state.positions.rows[0]["unrealised_e8"] > 0


def test_a_report_told_twice_counts_once(world: World) -> None:
    world.command(Command.PLACE_ORDER, **LIMIT)
    for _ in range(2):
        world.report(
            Report.FILLED,
            world.last_client_id,
            sequence=9,
            side=Side.BUY,
            price_ticks=1000,
            quantity_lots=4,
            filled_lots=4,
            execution_id=5,
        )
    assert world.position_lots == 4


def test_a_replace_is_reviewed_without_the_order_it_replaces(world: World) -> None:
    world.command(Command.PLACE_ORDER, **LIMIT)
    client_id = world.last_client_id
    world.report(Report.ACCEPTED, client_id, side=Side.BUY)
    said = world.command(Command.REPLACE_ORDER, client_id=client_id, price_ticks=999, quantity_lots=20)
    assert [row[:2] for row in said] == [(EventKind.ORDER_REQUEST, Request.REPLACE)]
    assert world.command(Command.REPLACE_ORDER, client_id=99)[0][2] is DenyReason.UNKNOWN_ORDER


def test_cancel_all_asks_for_each_open_order_of_the_side(world: World) -> None:
    world.command(Command.PLACE_ORDER, **LIMIT)
    world.command(Command.PLACE_ORDER, **{**LIMIT, "side": Side.SELL, "price_ticks": 1002})
    assert len(world.command(Command.CANCEL_ALL, instrument_id=0, side=Side.SELL)) == 1
    world.now_ns += SECOND
    assert len(world.command(Command.CANCEL_ALL, instrument_id=-1)) == 2
    world.command(Command.CANCEL_ALL, instrument_id=1)
    assert world.last_reason is DenyReason.NOTHING_TO_DO


def _last_request(world: World) -> np.void:
    record: np.void = world.decisions.records[world.decisions.used[0] - 1]
    assert record["kind"] == EventKind.ORDER_REQUEST
    return record


def _hold(world: World, lots: int) -> None:
    world.command(Command.PLACE_ORDER, **{**MARKET, "quantity_lots": lots})
    world.fill(world.last_client_id, Side.BUY, 1002, lots, lots)


def test_flatten_cancels_then_closes_and_goes_on_after_a_partial_fill(world: World) -> None:
    _hold(world, 10)
    world.command(Command.PLACE_ORDER, **LIMIT)
    resting = world.last_client_id
    said = world.command(Command.FLATTEN, instrument_id=0)
    assert [row[1] for row in said] == [Request.CANCEL]
    said = world.report(Report.CANCELED, resting, side=Side.BUY)
    assert said[-1][:2] == (EventKind.ORDER_REQUEST, Request.NEW)
    assert said[-1][3:] == (Side.SELL, 0, 10)
    closing = int(world.decisions.records[world.decisions.used[0] - 1]["client_id"])
    world.fill(closing, Side.SELL, 1000, 4, 4)
    said = world.report(Report.CANCELED, closing, side=Side.SELL, filled_lots=4)
    assert said[-1][3:] == (Side.SELL, 0, 6)
    closing = int(world.decisions.records[world.decisions.used[0] - 1]["client_id"])
    world.fill(closing, Side.SELL, 1000, 6, 6)
    assert world.position_lots == 0
    assert world.state.targets[0]["is_wanted"] == 0


def test_reverse_closes_the_position_first_and_then_opens_the_other_side(world: World) -> None:
    _hold(world, 10)
    assert world.command(Command.REVERSE, instrument_id=0)[-1][3:] == (Side.SELL, 0, 10)
    closing = _last_request(world)
    assert closing["flags"] == EventFlag.REDUCE_ONLY
    assert world.fill(int(closing["client_id"]), Side.SELL, 1000, 10, 10)[-1][3:] == (Side.SELL, 0, 10)
    opening = _last_request(world)
    assert opening["flags"] == 0
    world.fill(int(opening["client_id"]), Side.SELL, 1000, 10, 10)
    assert world.position_lots == -10
    assert world.state.targets[0]["is_wanted"] == 0


def test_reverse_of_nothing_is_nothing_to_do(world: World) -> None:
    world.command(Command.REVERSE, instrument_id=1)
    assert world.last_reason is DenyReason.NOTHING_TO_DO


def test_the_order_limit_never_blocks_the_closing_half_of_a_reverse(world: World) -> None:
    _hold(world, 10)
    world.state.risk.limits["max_order_notional_e8"] = 1
    assert world.command(Command.REVERSE, instrument_id=0)[-1][3:] == (Side.SELL, 0, 10)
    said = world.fill(int(_last_request(world)["client_id"]), Side.SELL, 1000, 10, 10)
    assert said[-1][:3] == (EventKind.DENIED, 0, DenyReason.MAX_ORDER_NOTIONAL)
    assert world.position_lots == 0
    assert world.state.targets[0]["is_wanted"] == 0


@pytest.mark.parametrize(("allowed_lots", "slices"), [(10, [10]), (9, [5, 5]), (4, [2, 4, 4]), (3, [2, 2, 3, 3])])
def test_the_other_side_of_a_reverse_is_opened_in_orders_that_the_limit_allows(
    world: World, allowed_lots: int, slices: list[int]
) -> None:
    _hold(world, 10)
    one_lot_e8 = 1002 * 500_000  # a tick is 0.5, a lot 0.01
    world.state.risk.limits["max_order_notional_e8"] = allowed_lots * one_lot_e8
    world.command(Command.REVERSE, instrument_id=0)
    sent = []
    while world.position_lots > -10:
        request = _last_request(world)
        lots = int(request["quantity_lots"])
        sent.append(lots)
        world.fill(int(request["client_id"]), Side.SELL, 1000, lots, lots)
    assert sent == [10, *slices]
    assert world.state.targets[0]["is_wanted"] == 0


def test_a_halt_stops_everything_but_cancels_until_the_rearm_that_saw_it(world: World) -> None:
    world.command(Command.PLACE_ORDER, **LIMIT)
    client_id = world.last_client_id
    world.say(EventKind.HALT, source_id=16, reference_id=3)
    assert world.state.seats[0]["is_armed"] == 0
    assert world.command(Command.PLACE_ORDER, **LIMIT, origin=Origin.CLI)[0][2] is DenyReason.HALTED
    assert kinds(world.command(Command.CANCEL_ORDER, client_id=client_id)) == [EventKind.ORDER_REQUEST]
    world.command(Command.REARM, amount=2)
    assert world.last_reason is DenyReason.HALTED
    world.command(Command.REARM, amount=3)
    assert world.last_reason is DenyReason.NONE
    world.command(Command.ARM)
    assert kinds(world.command(Command.PLACE_ORDER, **LIMIT)) == [EventKind.ORDER_REQUEST]


def test_no_rearm_while_a_flatten_is_unfinished(world: World) -> None:
    world.say(EventKind.HALT, source_id=16, reference_id=1, amount=1)
    world.command(Command.REARM, amount=1)
    assert world.last_reason is DenyReason.HALTED
    world.say(EventKind.FLATTENED)
    world.command(Command.REARM, amount=1)
    assert world.last_reason is DenyReason.NONE


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        (EventKind.ORDERS_STALE, {"source_id": 0}, DenyReason.GATEWAY_DOWN),
        (EventKind.RING_FULL, {"source_id": 0}, DenyReason.GATEWAY_BUSY),
        (EventKind.RING_FULL, {"source_id": -1}, DenyReason.GATEWAY_BUSY),
    ],
)
def test_what_cannot_be_sent_is_denied(
    world: World, kind: EventKind, fields: dict[str, int], reason: DenyReason
) -> None:
    world.say(kind, detail=1, **fields)
    assert world.command(Command.PLACE_ORDER, **LIMIT)[0][2] is reason
    world.say(kind, detail=0, **fields)
    assert kinds(world.command(Command.PLACE_ORDER, **LIMIT)) == [EventKind.ORDER_REQUEST]


def test_trades_are_kept_for_the_screen_and_move_the_queue(world: World) -> None:
    world.command(Command.PLACE_ORDER, **LIMIT)
    client_id = world.last_client_id
    world.report(Report.ACCEPTED, client_id, side=Side.BUY)
    order = world.state.blotter.orders[world.state.blotter.open_slots[0]]
    world.level(Side.SELL, 1002, 40)
    assert order["queue_ahead_lots"] == 50, "it joined behind everything"
    world.say(EventKind.TRADE, instrument_id=0, side=Side.SELL, price_ticks=1000, quantity_lots=20)
    assert order["queue_ahead_lots"] == 30
    world.level(Side.BUY, 1000, 12, int(EventFlag.LAST_IN_FRAME))
    assert order["queue_ahead_lots"] == 12
    assert world.state.trades[0]["count"] == 1


def test_an_order_that_is_filled_in_part_still_moves_up_the_queue(world: World) -> None:
    world.command(Command.PLACE_ORDER, **LIMIT)
    client_id = world.last_client_id
    world.report(Report.ACCEPTED, client_id)
    order = world.state.blotter.orders[find(world.state.blotter, client_id)]
    world.level(Side.BUY, 1000, 50, LAST)
    world.fill(client_id, Side.BUY, 1000, 1, 1)
    order["queue_ahead_lots"] = 30
    world.say(EventKind.TRADE, instrument_id=0, side=Side.SELL, price_ticks=1000, quantity_lots=20)
    assert order["queue_ahead_lots"] == 10


def test_a_report_that_comes_twice_is_counted_once(world: World) -> None:
    world.command(Command.PLACE_ORDER, **LIMIT)
    client_id = world.last_client_id
    fill = {"side": Side.BUY, "price_ticks": 1000, "quantity_lots": 1, "filled_lots": 1, "execution_id": 7}
    for sequence in (1, 1, 2):  # again, and again under another number
        told = {"instrument_id": 0, "sequence": sequence, "client_id": client_id, **fill}
        world.say(EventKind.EXECUTION_REPORT, detail=Report.FILLED, **told)
    assert world.position_lots == 1
    assert world.state.core[0]["fills"] == 1
    assert world.state.risk.breaker[0]["trades"] == 1


def test_what_comes_of_an_instrument_without_a_book_touches_no_other_book(world: World) -> None:
    world.state.instruments[0]["book_slot"] = -1
    world.say(EventKind.INSTRUMENT_STATE, instrument_id=0, detail=InstrumentState.SUSPENDED)
    assert world.state.instruments[0]["state"] == InstrumentState.SUSPENDED
    before = world.state.books.heads.copy()
    world.book(1100, 1102)
    world.say(EventKind.TRADE, instrument_id=0, side=Side.BUY, price_ticks=1100, quantity_lots=1)
    assert (world.state.books.heads == before).all()


def test_the_state_of_an_instrument_is_shown_at_once(world: World) -> None:
    head = world.state.books.heads[world.state.instruments[0]["book_slot"]]
    head["is_dirty"] = 0
    world.say(EventKind.INSTRUMENT_STATE, instrument_id=0, detail=InstrumentState.SUSPENDED)
    assert head["is_dirty"] == 1


def test_a_bar_that_a_frame_closes_is_in_the_signals_with_that_frame(world: World) -> None:
    seen = world.state.signals.bars_seen
    world.say(EventKind.TRADE, instrument_id=0, side=Side.BUY, price_ticks=1001, quantity_lots=1)
    world.now_ns += 2 * SECOND
    before = int(seen[0])
    world.level(Side.BUY, 1000, 40, LAST)
    assert seen[0] > before


def test_what_the_venue_says_of_our_place_in_the_queue_stands_until_the_book_is_lost(world: World) -> None:
    world.command(Command.PLACE_ORDER, **LIMIT)
    client_id = world.last_client_id
    world.report(Report.ACCEPTED, client_id, side=Side.BUY)
    order = world.state.blotter.orders[world.state.blotter.open_slots[0]]

    def told(lots: int, client_id: int = client_id) -> tuple[int, int]:
        world.say(EventKind.QUEUE_AHEAD, instrument_id=0, reference_id=client_id, quantity_lots=lots)
        return int(order["queue_ahead_lots"]), int(order["queue_is_exact"])

    assert told(17) == (17, 1)
    world.say(EventKind.TRADE, instrument_id=0, side=Side.SELL, price_ticks=1000, quantity_lots=5)
    world.level(Side.BUY, 1000, 8)
    assert (order["queue_ahead_lots"], order["queue_is_exact"]) == (17, 1), "no guess of ours"
    assert told(12) == (12, 1)
    assert told(3, client_id + 1) == (12, 1), "another order"
    assert told(-1) == (12, 1)
    world.say(EventKind.FEED_STATE, instrument_id=0, detail=FeedState.GAPPED)
    assert (order["queue_ahead_lots"], order["queue_is_exact"]) == (12, 0)
    world.book(lots=10)
    assert order["queue_ahead_lots"] == 10, "an estimate again"
    assert told(4) == (4, 1)
    world.book()
    assert order["queue_is_exact"] == 0, "a new snapshot: until it is told anew"


def test_what_a_venue_says_beside_its_book_and_candles_of_the_past_arrive(world: World) -> None:
    world.say(EventKind.REFERENCE, instrument_id=0, detail=Reference.FUNDING_E8, reference_id=12_500)
    assert world.state.books.heads[0]["references"][Reference.FUNDING_E8] == 12_500
    minute_ns = 60_000_000_000
    history = {"instrument_id": 0, "side": Side.BUY, "price_ticks": 990, "quantity_lots": 7}
    for minute in range(3):
        world.say(EventKind.HISTORY, venue_ns=minute * minute_ns, **history)
    assert world.state.bars.counts[0, Frame.M1] == 2


def test_a_new_day_begins_counting_anew(world: World) -> None:
    _hold(world, 10)
    world.say(EventKind.ROLLOVER)
    assert world.state.positions.rows[0]["bought_lots"] == 0
    assert world.position_lots == 10


def test_strategies_are_off_at_the_start_and_quote_when_enabled() -> None:
    maker = StrategySettings(name="market_maker", symbol=SYMBOL, parameters={"size_lots": 5.0})
    world = World(strategies=(maker,))
    world.book()
    assert world.level(Side.BUY, 1000, 60, int(EventFlag.LAST_IN_FRAME)) == []
    world.armed()
    world.command(Command.ENABLE_STRATEGIES, strategy_id=-1, amount=1)
    said: list[tuple[object, ...]] = []
    for number in range(600):  # the micro-price warms up: it counts how the touch changes and the mid moves
        said += world.level(Side.BUY, 1001, number % 2, 0)
        said += world.level(Side.BUY, 1000, 40 + number % 7 * 30, int(EventFlag.LAST_IN_FRAME))
    assert (EventKind.ORDER_REQUEST, Request.NEW) in [row[:2] for row in said]
    world.command(Command.SET_PARAMETER, strategy_id=0, reference_id=0, amount=0x4014000000000000)
    assert world.state.slots.records[world.state.slots.current[0]]["parameters"][0] == 5.0
    world.command(Command.ENABLE_STRATEGIES, strategy_id=0, amount=0)
    assert world.state.slots.is_enabled[0] == 0


def test_a_strategy_that_is_not_on_leaves_its_slot_empty() -> None:
    off = StrategySettings(name="imbalance_taker", symbol=SYMBOL, on=False)
    world = World(strategies=(off, StrategySettings(name="market_maker", symbol=SYMBOL)))
    world.armed()
    world.command(Command.ENABLE_STRATEGIES, strategy_id=-1, amount=1)
    assert list(world.state.slots.is_enabled[:2]) == [0, 1]


def test_paper_mode_fills_from_the_displayed_book() -> None:
    world = World(mode=Mode.PAPER)
    world.book()
    world.armed()
    world.command(Command.PLACE_ORDER, **MARKET)
    world.now_ns += SECOND
    said = world.level(Side.SELL, 1002, 60, int(EventFlag.LAST_IN_FRAME))
    world.now_ns += SECOND
    said += world.level(Side.SELL, 1002, 61, int(EventFlag.LAST_IN_FRAME))
    assert EventKind.FILL in kinds(said)
    assert world.position_lots == 10
