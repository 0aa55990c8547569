"""What is told of an order: on which one, in the words in which it was asked."""

import pytest

from core.vocabulary import DenyReason, OrderStatus, OrderType, Phase, Reject, Side
from station.link.order_views import order_news
from station.views.news import is_bad, news_sentence
from station.views.orders import OrderView
from tests.market_views import instruments

BTC = instruments()[0]


def news_of(before: Phase, *, traded: int = 0, **fields: object) -> str:
    plain = {"client_id": 1, "instrument_id": 0, "side": Side.SELL, "price_ticks": 0, "quantity_lots": 3_000}
    return news_sentence(order_news(OrderView(**{**plain, **fields}), traded_lots=traded, phase_before=before), BTC)


STOP = {"asked_type": OrderType.STOP, "order_type": OrderType.MARKET, "trigger_ticks": 121_600}


@pytest.mark.parametrize(
    ("fields", "before", "traded", "told"),
    [
        ({**STOP, "phase": Phase.TRIGGERED}, Phase.WATCHING, 0, "went off: sell BTC-USD.alpha stop 60,800.0"),
        ({**STOP, "status": OrderStatus.CANCELED}, Phase.WATCHING, 0, ""),
        ({**STOP, "phase": Phase.WATCHING}, Phase.WAITING, 0, ""),
        ({**STOP, "status": OrderStatus.FILLED}, Phase.NONE, 3_000, "sold 0.3 BTC-USD.alpha on the stop 60,800.0"),
        ({"price_ticks": 122_000, "status": OrderStatus.FILLED}, Phase.NONE, 3_000,
         "sold 0.3 BTC-USD.alpha on the order at 61,000.0"),
        ({"asked_type": OrderType.TWAP, "status": OrderStatus.PARTIALLY_FILLED}, Phase.WORKING, 100, ""),
        ({"asked_type": OrderType.TWAP, "status": OrderStatus.FILLED}, Phase.WORKING, 100,
         "sold the last 0.01 BTC-USD.alpha on the twap"),
        ({"asked_type": OrderType.ICEBERG, "status": OrderStatus.PARTIALLY_FILLED}, Phase.WORKING, 100,
         "sold 0.01 BTC-USD.alpha on the iceberg, not yet all"),
        ({**STOP, "status": OrderStatus.DENIED, "reason": DenyReason.MAX_POSITION}, Phase.TRIGGERED, 0,
         "denied: sell BTC-USD.alpha stop 60,800.0: the position would pass its limit"),
    ],
)  # fmt: skip
def test_an_order_is_told_of_by_what_was_asked(
    fields: dict[str, object], before: Phase, traded: int, told: str
) -> None:
    assert news_of(before, traded=traded, **fields) == told


@pytest.mark.parametrize(
    ("fields", "traded_for", "told"),
    [
        ({"price_ticks": 122_000}, 3_000 * 122_010, "sold 0.3 BTC-USD.alpha at 61,005.0"),
        ({"order_type": OrderType.MARKET}, 3_000 * 122_010 + 1_500, "sold 0.3 BTC-USD.alpha at 61,005.25"),
        (STOP, 3_000 * 121_500, "sold 0.3 BTC-USD.alpha at 60,750.0 on the stop 60,800.0"),
    ],
)
def test_what_traded_is_told_with_its_price(fields: dict[str, object], traded_for: int, told: str) -> None:
    plain = {"client_id": 1, "instrument_id": 0, "side": Side.SELL, "price_ticks": 0, "quantity_lots": 3_000}
    order = OrderView(**{**plain, "status": OrderStatus.FILLED, **fields})  # type: ignore[arg-type]
    news = order_news(order, traded_lots=3_000, phase_before=Phase.NONE, traded_for=traded_for)
    assert news_sentence(news, BTC) == told


def test_a_refused_move_says_what_to_do_instead() -> None:
    trail = {"order_type": OrderType.TRAILING_STOP, "asked_type": OrderType.TRAILING_STOP, "quantity_lots": 3_000}
    order = OrderView(
        client_id=1, instrument_id=0, side=Side.SELL, price_ticks=0, status=OrderStatus.NEW,
        reason=int(Reject.ONLY_SIZE), **trail,
    )  # type: ignore[arg-type]  # fmt: skip
    news = order_news(order, traded_lots=0, phase_before=Phase.NONE, is_as_before=True)
    assert is_bad(news)
    assert news_sentence(news, BTC) == (
        "sell BTC-USD.alpha trail stays as it was, the venue refused: "
        "of such an order it changes the size alone; cancel it and place it anew"
    )
