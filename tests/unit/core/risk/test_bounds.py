"""What each check allows at its very edge, and what a number that is none is taken for."""

from typing import Any

import numpy as np
import pytest

from core.money import LARGEST_STEPS
from core.records.order import POSITION
from core.risk.checks import LONGEST_VALID_NS, SKEW_NS
from core.risk.exposure import position_changed
from core.risk.group import add_leg, begin_group, see_legs
from core.risk.limits import Risk, make_limits, share_e8
from core.risk.review import review
from core.risk.trades import traded
from core.vocabulary import DenyReason, EventFlag, Origin, Side
from tests.generous import generous_limits
from tests.orders_world import ASK, BID, BTC, NOW_NS, instruments, intent, risk, situation

NONE = DenyReason.NONE
POST_ONLY, REDUCE_ONLY = int(EventFlag.POST_ONLY), int(EventFlag.REDUCE_ONLY)


def asked(desk: Risk, around: dict[str, Any] | None = None, **wish: Any) -> int:
    return int(review(intent(**wish), situation(**(around or {})), desk, NOW_NS))


@pytest.mark.parametrize(
    ("side", "price", "reason"),
    [
        (Side.SELL, BID, DenyReason.WOULD_TAKE),
        (Side.SELL, BID + 1, NONE),
        (Side.BUY, ASK, DenyReason.WOULD_TAKE),
        (Side.BUY, ASK - 1, NONE),
    ],
)
def test_post_only_stays_behind_the_touch_of_the_other_side(side: Side, price: int, reason: DenyReason) -> None:
    assert asked(risk(), side=side, price_ticks=price, flags=POST_ONLY) == reason


@pytest.mark.parametrize(
    "book",
    [
        {"best_bid_ticks": 0},
        {"best_bid_ticks": -1},
        {"best_bid_ticks": ASK, "weighted_mid": float(ASK)},
        {"best_ask_ticks": LARGEST_STEPS + 1},
    ],
)
def test_a_book_without_two_sides_apart_is_not_live(book: dict[str, Any]) -> None:
    assert asked(risk(), book) == DenyReason.BOOK_NOT_LIVE


def test_a_key_may_be_stamped_a_little_later_than_the_core_looked_and_no_more() -> None:
    assert asked(risk(), origin=Origin.KEY, received_ns=NOW_NS + SKEW_NS) == NONE
    assert asked(risk(), origin=Origin.KEY, received_ns=NOW_NS + SKEW_NS + 1) == DenyReason.COMMAND_TOO_OLD


@pytest.mark.parametrize("valid_ns", [-1, LONGEST_VALID_NS + 1])
def test_a_validity_that_is_none_lets_no_key_through(valid_ns: int) -> None:
    desk = risk()
    desk.settings["command_valid_ms"] = valid_ns
    assert asked(desk, origin=Origin.KEY, received_ns=NOW_NS) == DenyReason.COMMAND_TOO_OLD


def test_an_inverse_contract_is_valued_where_it_is_worth_most() -> None:
    desk = risk()
    desk.limits[BTC]["is_inverse"] = 1
    desk.limits[BTC]["max_order_notional_e8"] = 2_000  # 1e6 lots * 10 / 5,000 ticks
    assert asked(desk, price_ticks=5_000, quantity_lots=1_000_000) == NONE
    assert asked(desk, price_ticks=4_990, quantity_lots=1_000_000) == DenyReason.MAX_ORDER_NOTIONAL


@pytest.mark.parametrize("loss_ppm", [0, -1, 1_000_001])
def test_a_stop_that_is_no_part_of_the_price_bears_no_loss(loss_ppm: int) -> None:
    desk = risk()
    desk.limits[BTC]["loss_ppm"] = loss_ppm
    assert asked(desk) == DenyReason.TRADE_LOSS


def test_a_sum_that_cannot_be_is_no_sum() -> None:
    desk = risk()
    desk.exposures[0]["gross_notional_e8"] = -5
    assert asked(desk, {"position_row": 0}) == DenyReason.MAX_GROSS_NOTIONAL
    desk = risk()
    desk.currencies[0]["gross_notional_e8"] = -1
    assert asked(desk) == DenyReason.MAX_GROSS_NOTIONAL


@pytest.mark.parametrize(("field", "value"), [("sector", 64), ("sector", -1), ("rate_ppm", 0)])
def test_an_instrument_of_no_sector_or_without_a_rate_is_denied(field: str, value: int) -> None:
    desk = risk()
    desk.limits[BTC][field] = value
    assert asked(desk) == DenyReason.SECTOR_EXPOSURE


def test_what_is_held_and_only_reduces_passes_a_desk_that_only_closes_and_nothing_else_held_does() -> None:
    desk = risk(reduce_only=1)
    assert asked(desk, {"is_held": 1}, flags=REDUCE_ONLY) == NONE
    assert asked(desk, {"is_held": 1}) == DenyReason.REDUCING


def test_what_the_core_works_is_no_second_press_and_makes_the_next_one_none() -> None:
    pressed = {"source_id": 3, "origin": Origin.KEY, "received_ns": NOW_NS - 1}
    worked = {"source_id": 3, "origin": Origin.KEY, "received_ns": NOW_NS}
    desk = risk(duplicate_ms=250)
    assert [asked(desk, **pressed), asked(desk, **worked), asked(desk, **pressed)] == [NONE, NONE, DenyReason.DUPLICATE]
    desk = risk(duplicate_ms=250)
    assert [asked(desk, **worked), asked(desk, **pressed)] == [NONE, NONE]


def position(**fields: int) -> np.void:
    row = np.zeros(1, POSITION)[0]
    row["instrument_id"], row["strategy_id"] = BTC, -1
    for name, value in fields.items():
        row[name] = value
    return row


@pytest.mark.parametrize(
    ("fields", "count"),
    [({}, 0), ({"position_lots": -1}, 1), ({"working_buy_lots": 1}, 1), ({"working_sell_lots": 1}, 1)],
)
def test_a_position_is_open_when_anything_is_held_or_works(fields: dict[str, int], count: int) -> None:
    desk = risk()
    position_changed(desk, 0, position(**fields))
    assert desk.totals[0]["open_positions"] == count


def test_what_was_never_marked_is_worth_nothing_also_where_a_price_of_nothing_is_worth_most() -> None:
    desk = risk()
    desk.limits[BTC]["is_inverse"] = 1
    position_changed(desk, 0, position(position_lots=5))
    assert desk.exposures[0]["gross_notional_e8"] == 0
    position_changed(desk, 0, position(position_lots=5_000, mark_ticks=10))
    assert desk.exposures[0]["gross_notional_e8"] == 5_000


@pytest.mark.parametrize(
    ("is_filled", "seen"), [(False, (1, 0, 7)), (True, (0, 7, 0))], ids=["that works", "that counts as filled"]
)
def test_a_leg_is_seen_by_the_next_one(is_filled: bool, seen: tuple[int, int, int]) -> None:
    desk, around = risk(), situation()
    begin_group(desk)
    assert add_leg(desk, intent(quantity_lots=7, side=Side.BUY), is_filled)
    see_legs(desk, around, intent())
    assert (around["open_orders"], around["position_lots"], around["working_buy_lots"]) == seen


@pytest.mark.parametrize(
    ("said", "kept"), [(100_000, 100_000), (1_000_000, 1_000_000), (0, 1_000_000), (-1, 1_000_000)]
)
def test_a_margin_is_a_part_of_the_notional_or_all_of_it(said: int, kept: int) -> None:
    rows = instruments()
    rows["margin_ppm"] = said
    limits, _ = make_limits(rows, generous_limits())
    assert limits[BTC]["margin_ppm"] == kept


def test_a_margin_of_more_than_everything_is_everything() -> None:
    rows = instruments()
    rows["margin_ppm"] = 1_000_001
    assert make_limits(rows, generous_limits())[0][BTC]["margin_ppm"] == 1_000_000


def test_a_negative_share_is_rounded_away_from_zero_too() -> None:
    assert share_e8(1, -500_000) == -1
    assert share_e8(-1, -500_000) == 1


def test_an_execution_of_a_row_that_is_none_counts_nowhere() -> None:
    desk = risk()
    before = desk.trades.copy()
    for row in (-1, len(desk.trades)):
        traded(desk, row, position(position_lots=3))
    assert (desk.trades == before).all()
