"""What a line of words asks for; and what is told of one that asks for nothing that can be."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vocabulary import OrderType, Side, TimeInForce
from station.language.lines import VERBS, understand
from station.language.orders import CLAUSES
from station.language.reader import NotUnderstood
from station.language.situation import Situation
from station.link.tickets import Ticket
from station.link.wishes import (
    BreakEven,
    Cancel,
    CancelAll,
    Flatten,
    Group,
    Move,
    Pause,
    Reverse,
    Wish,
    sentence,
)
from station.views.book import BookView
from station.views.orders import OrderView
from tests import market_views, order_views

KNOWN = market_views.instruments()
BTC, ETH = KNOWN[0], KNOWN[1]  # tick 0.5 at 64,120.5; tick 0.01 at 3,412.85
SECOND = 1_000_000_000
NOW, WALL = 50 * SECOND, (13 * 3600 + 37 * 60) * SECOND
TWAP = OrderView(
    client_id=(7 << 32) + 12, instrument_id=1, side=Side.BUY, asked_type=OrderType.TWAP, price_ticks=0, quantity_lots=9
)
SITUATION = Situation(
    instruments=KNOWN,
    book=lambda number: market_views.book(KNOWN[number]),
    orders=(*order_views.orders(KNOWN), TWAP),
    positions=order_views.positions(KNOWN),
    chosen_id=0,
    now_ns=NOW,
    wall_ns=WALL,
)


def ask(line: str) -> Any:
    (wish,) = understand(line, SITUATION)
    return wish


def btc(side: Side = Side.BUY, lots: int = 20_000, **terms: Any) -> Ticket:
    return Ticket(instrument_id=0, side=side, quantity_lots=lots, **terms)


def eth(side: Side = Side.SELL, lots: int = 1_000, **terms: Any) -> Ticket:
    return Ticket(instrument_id=1, side=side, quantity_lots=lots, **terms)


ORDERS: dict[str, Ticket] = {
    "buy 2 BTC-USD.alpha @ 61000": btc(price_ticks=122_000),
    "buy 2 BTC-USD@61000.5 post": btc(price_ticks=122_001, is_post_only=True),
    "BUY 2 btc-usd.alpha @ 61,000 IOC": btc(price_ticks=122_000, time_in_force=TimeInForce.IOC),
    "buy 2 @ bid": btc(price_ticks=128_240),
    "buy 2 @ ask+2t fok": btc(price_ticks=128_244, time_in_force=TimeInForce.FOK),
    "buy 2 @ -1%": btc(price_ticks=126_957),
    "buy 2 BTC-USD market route": btc(
        order_type=OrderType.MARKET, time_in_force=TimeInForce.IOC, is_routed=True
    ),
    "buy 2 @ 61000 route": btc(price_ticks=122_000, is_routed=True),
    "sell 1 ETH-USD market route": eth(
        order_type=OrderType.MARKET, time_in_force=TimeInForce.IOC, is_routed=True
    ),
    "buy 2 market": btc(order_type=OrderType.MARKET, time_in_force=TimeInForce.IOC),
    "sell 2 @ 65000 reduce day": btc(
        Side.SELL, price_ticks=130_000, is_reduce_only=True, time_in_force=TimeInForce.DAY
    ),
    "buy 2 @ 61000 gtd 17:30": btc(
        price_ticks=122_000, time_in_force=TimeInForce.GTD, ends_ns=NOW + (3 * 3600 + 53 * 60) * SECOND
    ),
    "buy 2 @ 61000 gtd 13:00": btc(
        price_ticks=122_000, time_in_force=TimeInForce.GTD, ends_ns=NOW + (24 * 3600 - 37 * 60) * SECOND
    ),
    "buy 2 @ 61000 gtd 90s": btc(price_ticks=122_000, time_in_force=TimeInForce.GTD, ends_ns=NOW + 90 * SECOND),
    "sell 1 ETH-USD.alpha stop 2900": eth(order_type=OrderType.STOP, trigger_ticks=290_000),
    "sell 1 ETH-USD.alpha stop 2900 limit 2890": eth(
        order_type=OrderType.STOP_LIMIT, trigger_ticks=290_000, price_ticks=289_000
    ),
    "sell 1 ETH-USD.alpha mit 3500": eth(order_type=OrderType.MARKET_IF_TOUCHED, trigger_ticks=350_000),
    "sell 1 ETH-USD.alpha lit 3500": eth(
        order_type=OrderType.LIMIT_IF_TOUCHED, trigger_ticks=350_000, price_ticks=350_000
    ),
    "sell 1 ETH-USD.alpha trail 1.5%": eth(order_type=OrderType.TRAILING_STOP, offset=150, is_in_bps=True),
    "sell 1 ETH-USD.alpha trail 30t from 3500": eth(
        order_type=OrderType.TRAILING_STOP, offset=30, activation_ticks=350_000
    ),
    "sell 1 ETH-USD.alpha trail 12.5": eth(order_type=OrderType.TRAILING_STOP, offset=1_250),
    "buy 2 @ 61000 iceberg 0.2": btc(price_ticks=122_000, order_type=OrderType.ICEBERG, display_lots=2_000),
    "buy 2 twap 10m": btc(order_type=OrderType.TWAP, starts_ns=NOW, ends_ns=NOW + 600 * SECOND),
    "buy 2 vwap 1h cap 10% show 0.1": btc(
        order_type=OrderType.VWAP, starts_ns=NOW, ends_ns=NOW + 3_600 * SECOND, participation_ppm=100_000,
        display_lots=1_000,
    ),
    "buy 2 twap 10m from 14:00": btc(
        order_type=OrderType.TWAP, starts_ns=NOW + 1_380 * SECOND, ends_ns=NOW + 1_980 * SECOND
    ),
    "buy 2 peg best": btc(order_type=OrderType.PEGGED),
    "buy 2 @ 65000 peg mid -2t": btc(price_ticks=130_000, order_type=OrderType.PEGGED, is_to_mid=True, offset=2),
    "buy 2 mtl": btc(order_type=OrderType.MARKET_TO_LIMIT),
}  # fmt: skip


@pytest.mark.parametrize("line", ORDERS)
def test_an_order_in_words_is_the_order_that_was_meant(line: str) -> None:
    assert ask(line) == ORDERS[line]


@pytest.mark.parametrize("line", ORDERS)
def test_what_is_shown_of_an_order_can_be_typed_again(line: str) -> None:
    wish = ask(line)
    shown = sentence(wish, KNOWN[wish.instrument_id])
    if wish.time_in_force is TimeInForce.GTD or (wish.starts_ns > NOW):
        return  # a moment is shown as a word only
    assert ask(shown) == wish


def test_a_bracket_tells_stop_and_targets_first_and_the_entry_last() -> None:
    group = ask("buy 2 BTC-USD.alpha @ 61000 post tp 61500 sl 60800")
    exits = {"waits": True, "is_one_cancels": True, "is_reduce_only": True}
    assert group == Group(
        legs=(
            btc(Side.SELL, order_type=OrderType.STOP, trigger_ticks=121_600, **exits),
            btc(Side.SELL, price_ticks=123_000, **exits),
            btc(price_ticks=122_000, is_post_only=True),
        )
    )
    assert ask(sentence(group, BTC)) == group


@pytest.mark.parametrize(
    ("line", "sizes"),
    [
        ("buy 1 @ 61000 tp 61500:50% 62000:50%", [5_000, 5_000]),
        ("buy 1 @ 61000 tp 61500 62000 63000", [3_333, 3_333, 3_334]),
        ("buy 1 @ 61000 tp 61500:33.3% 62000:66.7%", [3_330, 6_670]),
        ("buy 1 @ 61000 tp 61500:0.25 62000:0.5", [2_500, 5_000]),
        ("buy 1 @ 61000 tp 61500:25% 62000:50%", [2_500, 5_000]),
    ],
)
def test_several_targets_share_the_entry(line: str, sizes: list[int]) -> None:
    assert [leg.quantity_lots for leg in ask(line).legs[:-1]] == sizes


def test_target_and_stop_may_be_said_from_the_entry() -> None:
    stop, target, _ = ask("sell 1 ETH-USD.alpha @ 3500 tp -100t sl +1%").legs
    assert (stop.trigger_ticks, target.price_ticks) == (353_500, 349_900)
    trailing, _ = ask("buy 1 @ 61000 sl trail 1%").legs
    assert (trailing.order_type, trailing.offset, trailing.is_in_bps) == (OrderType.TRAILING_STOP, 100, True)
    limited, _ = ask("buy 1 @ 61000 sl 60800 limit 60790").legs
    assert (limited.order_type, limited.price_ticks) == (OrderType.STOP_LIMIT, 121_580)


def test_of_two_orders_one_takes_from_the_other() -> None:
    first, second = ask("sell 1 ETH-USD.alpha @ 3500 oco stop 2900 reduce").legs
    assert first == eth(price_ticks=350_000, is_one_cancels=True, is_reduce_only=True)
    assert second == eth(order_type=OrderType.STOP, trigger_ticks=290_000, is_one_cancels=True, is_reduce_only=True)


@pytest.mark.parametrize(
    ("line", "wished"),
    [
        ("cancel all", (CancelAll(),)),
        ("cancel BTC*", (CancelAll(instrument_id=0),)),
        ("cancel ETH-USD.beta", (CancelAll(instrument_id=9),)),
        ("cancel buys", (CancelAll(instrument_id=0, side=Side.BUY),)),
        ("cancel sells ETH-USD.alpha", (CancelAll(instrument_id=1, side=Side.SELL),)),
        ("cancel #3", (Cancel(client_id=(7 << 32) + 3, instrument_id=0),)),
        (f"cancel {(7 << 32) + 3} #1", (
            Cancel(client_id=(7 << 32) + 3, instrument_id=0), Cancel(client_id=(7 << 32) + 1, instrument_id=1)
        )),
        ("be BTC-USD", (BreakEven(instrument_id=0),)),
        ("be", (BreakEven(instrument_id=0),)),
        ("pause #12", (Pause(client_id=(7 << 32) + 12, instrument_id=1),)),
        ("resume ETH-USD.alpha", (Pause(client_id=(7 << 32) + 12, instrument_id=1, is_paused=False),)),
        ("move #3 @ 60900", (Move(client_id=(7 << 32) + 3, instrument_id=0, price_ticks=121_800),)),
        ("move #3 @ +2t size 0.1", (
            Move(client_id=(7 << 32) + 3, instrument_id=0, price_ticks=128_241, quantity_lots=1_000),
        )),
        ("move #3 stop 980", (Move(client_id=(7 << 32) + 3, instrument_id=0, trigger_ticks=1_960),)),
        ("reverse ETH-USD.alpha", (Reverse(instrument_id=1),)),
        ("flat", (Flatten(instrument_id=0),)),
        ("flat all", (Flatten(),)),
        ("close", (Flatten(instrument_id=0),)),
        ("close half", (btc(
            Side.SELL, 1_500, order_type=OrderType.MARKET, time_in_force=TimeInForce.IOC, is_reduce_only=True
        ),)),
        ("close ETH-USD.alpha 25%", (eth(
            Side.BUY, 3_125, order_type=OrderType.MARKET, time_in_force=TimeInForce.IOC, is_reduce_only=True
        ),)),
    ],
)  # fmt: skip
def test_a_command_in_words_is_the_wish_that_was_meant(line: str, wished: tuple[Wish, ...]) -> None:
    assert understand(line, SITUATION) == wished


@pytest.mark.parametrize(
    ("line", "place", "what", "right"),
    [
        ("", "", "what to do is missing", "buy"),
        ("byu 2 BTC-USD @ 61000", "byu", "'byu' is no command", "did you mean buy?"),
        ("buy", "", "the quantity is missing", "0.5"),
        ("buy 2 BTC-USD.alpha", "", "the price is missing", "@ 61000, or market"),
        ("buy 2 BTC-USD.alpha @", "", "the price is missing", "61000"),
        ("buy two BTC-USD @ 61000", "two", "a number", ""),
        ("buy 2.00001 BTC-USD @ 61000", "2.00001", "lies between two quantities", "say 2.0000 or 2.0001"),
        ("buy 0.00001 @ 61000", "0.00001", "lies between two quantities", "0.0001"),
        ("buy 0.001 @ 61000", "0.001", "not a size", "the smallest is 0.01"),
        ("buy 2 @ 61000.3", "61000.3", "lies between two prices", "say 61000.0 or 61000.5"),
        ("buy 2 BTC-USX @ 61000", "BTC-USX", "is no instrument", "did you mean BTC-USD?"),
        ("buy 2 SOL-USD @ 150", "SOL-USD", "several venues", "SOL-USD.alpha or SOL-USD.beta"),
        ("buy 2 @ 61000 post route", "route", "only a plain order that takes", "a limit order that may take"),
        ("buy 2 @ 61000 route tp 61500", "route", "only a plain order that takes", "a market order"),
        ("buy 2 twap 10m route", "route", "only a plain order that takes", "a market order"),
        ("buy 2 @ 61000 fok route", "fok", "no venue can promise", "say `ioc`"),
        ("buy 2 @ 61000 pst", "pst", "is no word of an order", "did you mean post?"),
        ("buy 2 @ 61000 stop 62000 mit 60000", "mit", "it is `stop` already", ""),
        ("buy 2 @ 61000 post post", "post", "said twice", ""),
        ("buy 2 @ 61000 ioc day", "day", "it is `ioc` already", ""),
        ("buy 2 market @ 61000", "market", "has no price", "leave out"),
        ("buy 2 market post", "post", "does not rest", "leave out `post`"),
        ("buy 2 iceberg 0.1", "iceberg", "needs a price", "@ 61000"),
        ("buy 2 @ 61000 iceberg 3", "iceberg", "more than there is", ""),
        ("buy 2 twap ten", "ten", "a span of time", ""),
        ("buy 2 vwap 1h cap 110%", "110%", "no part of the volume", "at most 100%"),
        ("buy 2 vwap 1h ioc", "ioc", "lasts as long as it says", ""),
        ("buy 2 peg worst", "worst", "is no peg", "best or mid"),
        ("buy 2 peg best +2t", "+2t", "behind", "-2t"),
        ("sell 1 trail 0%", "0%", "needs a distance", "30t"),
        ("sell 1 trail 0.001%", "0.001%", "lies between two", "0.00 or 0.01"),
        ("buy 2 @ 61000 tp 60000", "60000", "the target of a buy lies above 61000", ""),
        ("sell 2 @ 65000 sl 64900", "64900", "the stop of a sell lies above 65000", ""),
        ("buy 2 @ 61000 tp 61500:80% 62000:30%", "62000:30%", "larger than the order", "0.4 is left"),
        ("buy 2 @ 61000 tp 61500:50% 62000", "62000", "does not say its share", "62000:50%"),
        ("buy 0.01 @ 61000 tp 61500 62000", "61500", "smaller than the venue takes", "at least 0.01"),
        ("buy 2 @ 61000 tp 62000 62001 62002 62003 62004 62005 62006 62007", "62007", "at most 8 orders", ""),
        ("buy 2 @ 61000 tp 62000 oco stop 63000", "oco", "no `oco`", ""),
        ("buy 2 @ 61000 oco stop 63000 tp 64000", "tp", "is no word of an order", ""),
        ("cancel", "", "what to cancel is missing", "all"),
        ("cancel #99", "#99", "no open order has the number 99", "open are #6"),
        ("cancel XRP*", "XRP*", "no open order matches", ""),
        ("cancel Q*", "Q*", "no instrument matches", ""),
        ("pause #3", "#3", "worked in slices", ""),
        ("move #3", "", "where to is missing", "@ 60900"),
        ("close SOL-USD.alpha", "SOL-USD.alpha", "no position", ""),
        ("reverse BTC-USD now", "now", "ends before 'now'", "leave it out"),
    ],
)
def test_a_mistake_points_at_its_word_and_says_what_would_be_right(
    line: str, place: str, what: str, right: str
) -> None:
    with pytest.raises(NotUnderstood) as told:
        understand(line, SITUATION)
    error = told.value
    assert what in error.what
    assert right in error.right
    assert line[error.start : error.end].strip() == place
    assert error.pointed.splitlines()[-1] == " " * error.start + "^" * (error.end - error.start)


def test_without_an_instrument_on_a_ladder_it_has_to_be_said() -> None:
    nowhere = Situation(instruments=KNOWN, book=lambda number: BookView(instrument_id=number))
    with pytest.raises(NotUnderstood, match="several venues"):
        understand("buy 2 BTC-USD @ 61000", nowhere)
    with pytest.raises(NotUnderstood, match="no instrument"):
        understand("buy 2 @ 61000", nowhere)
    with pytest.raises(NotUnderstood, match="has no ask"):
        understand("buy 2 BTC-USD.alpha @ ask", nowhere)


PAGE = Path(__file__).resolve().parents[4] / "docs" / "order-language.md"
EXAMPLES = [line for block in re.findall(r"```\n(.*?)```", PAGE.read_text(), re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_line_of_the_page_is_understood(line: str) -> None:
    assert understand(line, SITUATION)


def test_the_page_names_every_word_and_every_command() -> None:
    text = PAGE.read_text()
    words = [word for word in (*CLAUSES, *VERBS) if word != "flatten"]  # the long form of `flat`
    assert [word for word in words if not re.search(rf"(^|[` ]){re.escape(word)}([` ]|$)", text, re.MULTILINE)] == []


WORDS = [
    *("buy", "sell", "2", "0.5", "BTC-USD.alpha", "ETH*", "@", "61000", "61000.3", "stop", "limit", "mit", "lit"),
    *("trail", "1%", "30t", "iceberg", "twap", "10m", "vwap", "cap", "peg", "best", "mid", "-2t", "mtl", "oco", "ioc"),
    *("gtd", "17:30", "reduce", "post", "tp", "sl", "61500:50%", "cancel", "all", "#3", "be", "pause", "move", "size"),
    *("close", "half", ":", "%", "½", "١"),
]


def mistake_in(line: str) -> NotUnderstood | None:
    try:
        return None if understand(line, SITUATION) else NotUnderstood(line, (0, 0), "")
    except NotUnderstood as error:
        return error


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_any_words_are_an_order_or_a_mistake_with_a_place(line: str) -> None:
    mistake = mistake_in(line)
    assert mistake is None or (mistake.what and 0 <= mistake.start < mistake.end <= len(line) + 2)


@given(st.text(max_size=40))
def test_any_text_is_an_order_or_a_mistake(line: str) -> None:
    mistake = mistake_in(line)
    assert mistake is None or mistake.what
