"""What is shown before Enter: price, worth, fees and stakes are those of the order that would go out."""

from typing import Any

import msgspec
import pytest

from core.vocabulary import BookState, Limit, OrderType
from station.language.lines import understand
from station.language.preview import previewed
from station.language.situation import Situation
from station.views.book import BookView
from station.views.prompt import Preview
from station.views.risk import LimitView, RiskView
from station.views.signals import SignalsView
from station.views.status import DelayView
from tests import market_views, order_views

KNOWN = tuple(
    msgspec.structs.replace(
        one,
        maker_fee_ppm=100,
        taker_fee_ppm=400,
        value_numerator=5_000 if one.name == "BTC-USD" else 1_000,
        native_types=1 << OrderType.STOP if one.venue == "beta" else 0,
    )
    for one in market_views.instruments()
)  # a BTC tick is 0.5, a lot 0.0001: 5,000e-8 a tick and lot


def show(line: str, *, state: BookState = BookState.LIVE, is_empty: bool = False, **more: Any) -> Preview:
    def book(number: int) -> BookView:
        return BookView(instrument_id=number) if is_empty else market_views.book(KNOWN[number], state=state)

    known = {
        "instruments": KNOWN,
        "orders": order_views.orders(KNOWN),
        "positions": order_views.positions(KNOWN),
        "chosen_id": 0,
    }
    situation = Situation(book=book, **{**known, **more})
    (wish,) = understand(line, situation)
    return previewed(wish, situation)


def test_a_resting_order_pays_the_makers_fee_on_its_own_price() -> None:
    facts = dict(show("buy 2 @ 61000").facts)
    assert facts["price"] == "61,000.0"
    assert facts["worth"] == "122,000.00 USD"
    assert facts["fee maker"] == "12.20"
    assert facts["position"] == "+0.3 → +2.3"
    assert facts["from market"] == "-486.7 bps"


def test_an_order_that_would_trade_at_once_pays_the_takers_at_the_touch() -> None:
    shown = show("buy 2 @ 65000")
    facts = dict(shown.facts)
    assert facts["price"] == "64,121.0"
    assert facts["fee taker"] == "51.30"
    assert shown.warnings == ("it trades at once",)


def test_a_bracket_shows_what_it_may_lose_and_win() -> None:
    facts = dict(show("buy 2 @ 61000 tp 61500 62500 sl 60800").facts)
    assert facts["at the stop"] == "-400.00"
    assert facts["at the targets"] == "+2,000.00"
    assert facts["reward : risk"] == "5.00"
    short = dict(show("sell 2 @ 65000 tp 64500 sl 65500").facts)
    assert (short["at the stop"], short["at the targets"]) == ("-1,000.00", "+1,000.00")


def test_it_says_who_works_the_order() -> None:
    assert dict(show("sell 1 ETH-USD.alpha stop 2900").facts)["worked"] == "here, until it goes out"
    assert dict(show("sell 1 ETH-USD.beta stop 2900").facts)["worked"] == "at beta"
    assert dict(show("buy 2 twap 10m").facts)["worked"] == "here, in slices"
    assert "worked" not in dict(show("buy 2 @ 61000").facts)


def test_an_order_that_only_reduces_never_passes_flat() -> None:
    assert dict(show("sell 2 @ 65000 reduce").facts)["position"] == "+0.3 → 0"
    assert dict(show("buy 2 @ 61000 reduce").facts)["position"] == "+0.3 → +0.3"


@pytest.mark.parametrize(("line", "count"), [("cancel all", "6"), ("cancel sells", "1"), ("cancel BTC*", "4")])
def test_a_cancel_says_how_many(line: str, count: str) -> None:
    assert dict(show(line).facts)["orders"] == count


def test_a_book_that_cannot_be_trusted_is_told() -> None:
    assert show("buy 2 @ 61000", state=BookState.GAPPED).warnings == ("the book is not live: it would be denied",)
    assert show("buy 2 market", is_empty=True).warnings == ("the book is empty: its price is not known",)


def limits(**most: float) -> RiskView:
    """Of the base currency; of the portfolio 1,000 are used, and of the orders 3."""
    used = {"MAX_PORTFOLIO_NOTIONAL": 1_000.0, "MAX_OPEN_ORDERS": 3.0}
    return RiskView(limits=tuple(LimitView(Limit[name], most[name], used.get(name), "") for name in most))


def test_what_takes_is_walked_through_the_book() -> None:
    facts = dict(show("buy 2 market").facts)
    asks = market_views.book(KNOWN[0]).asks
    left, paid, levels = 20_000, 0, 0
    for ticks, lots in asks:
        taken = min(left, lots)
        left, paid, levels = left - taken, paid + ticks * taken, levels + (taken > 0)
    assert facts["fills at"] == f"{paid / 20_000 * 0.5:,.2f} over {levels} levels"
    mid = (asks[0][0] + market_views.book(KNOWN[0]).bids[0][0]) / 2
    assert facts["slippage"] == f"{(paid / 20_000 - mid) / mid * 10_000:.1f} bps"
    assert "slippage" not in dict(show("buy 2 @ 61000").facts)
    assert "slippage" not in dict(show("buy 2 twap 10m").facts)


def test_what_slips_too_far_or_is_not_shown_is_told() -> None:
    narrow = limits(MAX_SLIPPAGE_BPS=0.001)
    assert dict(show("buy 2 market", risk=narrow).facts)["slippage"].endswith(" of 0.001 bps")
    assert show("buy 2 market", risk=narrow).warnings == ("it would slip by more than 0.001 bps: it would be denied",)
    assert [warning for warning in show("buy 900 market").warnings if "more than the book shows" in warning]
    resting = show("buy 2 @ 64121").warnings
    assert resting[0] == "it trades at once"
    assert resting[1].endswith("of it would rest")
    assert show("buy 2 @ 64121 ioc").warnings == ("it trades at once",)


def test_an_order_that_is_routed_says_where_it_goes_and_what_all_fees_are() -> None:
    shown = dict(show("buy 2 market route").facts)
    goes = [shown["to alpha"], shown["to beta"]]
    assert sum(float(part.split()[0]) for part in goes) == pytest.approx(2.0)
    alone = float(dict(show("buy 2 market").facts)["slippage"].split()[0])
    assert float(shown["slippage"].split()[0]) <= alone


def test_a_dear_venue_gets_nothing_while_a_cheap_one_has_lots() -> None:
    dear = tuple(msgspec.structs.replace(one, taker_fee_ppm=90_000) if one.venue == "beta" else one for one in KNOWN)
    assert "to beta" not in dict(show("buy 0.1 market route", instruments=dear).facts)
    cheap = tuple(msgspec.structs.replace(one, taker_fee_ppm=90_000) if one.venue == "alpha" else one for one in KNOWN)
    facts = dict(show("buy 0.1 market route", instruments=cheap).facts)
    assert facts["to beta"].startswith("0.1 at ")
    assert "to alpha" not in facts


def test_a_part_says_its_price_with_the_fee_and_how_slow_its_venue_is() -> None:
    left, cash = 1_000, 0.0
    for ticks, lots in market_views.book(KNOWN[0]).asks:
        cash += min(left, lots) * ticks * 0.5
        left -= min(left, lots)
    alone = tuple(
        msgspec.structs.replace(one, taker_fee_ppm=90_000)
        if one.venue == "beta"
        else msgspec.structs.replace(one, source_id=1)
        for one in KNOWN
    )
    delays = (DelayView(), DelayView(ack_ns=8_000_000, delay_ns=12_500_000))
    facts = dict(show("buy 0.1 market route", instruments=alone, delays=delays).facts)
    assert facts["to alpha"] == f"0.1 at {cash / 1_000 * 1.0004:,.2f} with fee · 12.5ms"
    assert dict(show("buy 0.1 market route", instruments=alone).facts)["to alpha"].endswith(" · not timed yet")
    assert "to alpha" not in dict(show("buy 0.1 market", instruments=alone).facts)


def test_a_slow_venue_gets_nothing_while_a_quick_one_has_lots() -> None:
    apart = tuple(msgspec.structs.replace(one, source_id=1) if one.venue == "beta" else one for one in KNOWN)

    def goes_to(*delays: DelayView) -> set[str]:
        shown = show("buy 0.1 market route", instruments=apart, delays=delays, signals=wild)
        return {name for name, _ in shown.facts if name.startswith("to ")}

    def wild(instrument_id: int) -> SignalsView:
        return SignalsView(instrument_id=instrument_id, volatility=0.01)

    quick, slow = DelayView(ack_ns=1, delay_ns=1_000_000), DelayView(ack_ns=1, delay_ns=4_000_000_000)
    assert goes_to(quick, slow) == {"to alpha"}
    assert goes_to(slow, quick) == {"to beta"}


def test_the_limits_that_it_would_use_are_told() -> None:
    most = limits(
        MAX_ORDER_NOTIONAL=244_000, MAX_POSITION_NOTIONAL=1e6, MAX_PORTFOLIO_NOTIONAL=123_000, MAX_OPEN_ORDERS=40
    )
    facts = dict(show("buy 2 @ 61000", risk=most, orders=(), positions=()).facts)
    assert facts["limits"] == "order size 50% · position 12% · portfolio 100% · open orders 10%"
    warned = show("buy 4 @ 61000", risk=limits(MAX_ORDER_NOTIONAL=122_000)).warnings
    assert warned == ("beyond the limit on order size: it would be denied",)


def test_limits_in_money_are_not_told_of_a_currency_that_nobody_valued() -> None:
    unvalued = tuple(msgspec.structs.replace(one, rate=0.0) for one in KNOWN)
    assert "limits" not in dict(show("buy 2 @ 61000", risk=limits(MAX_ORDER_NOTIONAL=1.0), instruments=unvalued).facts)


def test_margin_is_told_where_not_all_is_paid() -> None:
    lent = tuple(msgspec.structs.replace(one, margin_ppm=100_000) for one in KNOWN)
    assert dict(show("buy 2 @ 61000", instruments=lent).facts)["margin"] == "12,200.00"
    assert "margin" not in dict(show("buy 2 @ 61000").facts)
