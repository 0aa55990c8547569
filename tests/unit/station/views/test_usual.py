"""The fat finger and the reasons to disarm."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vocabulary import BookState, Side
from station.views.arming import against_arming, idle_too_long, was_taken
from station.views.status import SeatView
from station.views.usual import distance_text, next_order_text, size_text, usual_lots
from station.widgets.sizes import Sizes
from tests.desk_views import status
from tests.market_views import book, instruments

BTC = instruments()[0]
BOOK = book(BTC)
MIDDLE = BTC.reference_ticks


@pytest.mark.parametrize(("minutes", "idle_s", "why"), [
    (15, 899.9, ""), (15, 900, "15 minutes without a key"), (1, 60, "1 minute without a key"), (0, 1e9, ""),
])  # fmt: skip
def test_idle_minutes_disarm(minutes: int, idle_s: float, why: str) -> None:
    assert idle_too_long(idle_s, minutes) == why


def test_an_untrusted_book_and_a_silent_core_are_reasons() -> None:
    assert against_arming(status(), BOOK, BTC) == ""
    gapped = msgspec.structs.replace(BOOK, state=BookState.GAPPED)
    assert against_arming(status(), gapped, BTC).startswith("the book of BTC-USD.alpha is ")
    assert against_arming(msgspec.structs.replace(status(), is_attached=False), BOOK, BTC) == "the core is silent"


def test_a_lease_that_was_taken_is_told_with_who_has_it() -> None:
    ours = status()
    theirs = msgspec.structs.replace(ours, lease_seat=3, seat=SeatView(seat=0))
    assert was_taken(ours, theirs) == "the trading lease is lost to seat 3"
    assert was_taken(ours, msgspec.structs.replace(theirs, lease_seat=-1)) == "the trading lease is lost"
    assert was_taken(ours, status(is_armed=False)) == ""
    assert was_taken(theirs, theirs) == ""


@given(st.lists(st.integers(1, 10**9), min_size=1), st.integers(1, 10**9))
def test_the_usual_size_is_one_that_was_sent(sent: list[int], preset: int) -> None:
    usual = usual_lots(sent, preset)
    assert usual in sent
    assert sum(lots <= usual for lots in sent) * 2 >= len(sent)
    assert sum(lots >= usual for lots in sent) * 2 >= len(sent)


def test_before_anything_was_sent_the_preset_is_usual() -> None:
    sizes = Sizes()
    preset = sizes.lots(BTC)
    assert sizes.usual(BTC) == preset
    sizes.sent(BTC, 7 * preset)
    assert sizes.usual(BTC) == 7 * preset


@pytest.mark.parametrize(("lots", "text"), [(299, ""), (300, "3× your usual size"), (5_000, "50× your usual size")])
def test_a_size_is_held_against_the_usual(lots: int, text: str) -> None:
    assert size_text(lots, 100) == text


@pytest.mark.parametrize(
    ("ticks", "side", "text"),
    [
        (MIDDLE + 1, Side.BUY, "at the ask"),
        (MIDDLE - 1, Side.BUY, "0.2 bps from the ask"),
        (MIDDLE + 14, Side.BUY, "1.0 bps through the ask"),
        (MIDDLE - 1, Side.SELL, "at the bid"),
    ],
)
def test_the_distance_is_from_the_price_that_it_could_trade_with(ticks: int, side: Side, text: str) -> None:
    assert distance_text(ticks, BOOK, side) == text


def test_the_next_order_is_in_one_line_and_is_odd_when_it_is_far_or_large() -> None:
    assert next_order_text(BTC, 1_000, MIDDLE - 1, BOOK, 1_000) == (
        "0.1 BTC-USD.alpha at 64,120.0 · 0.2 bps from the ask", False,
    )  # fmt: skip
    assert next_order_text(BTC, 10_000, MIDDLE - 1, BOOK, 1_000)[1]
    assert next_order_text(BTC, 1_000, MIDDLE * 98 // 100, BOOK, 1_000)[1]
