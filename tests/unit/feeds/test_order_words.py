"""In which words each venue is asked."""

from typing import Any

import numpy as np
import pytest
from msgspec import Raw

from core.vocabulary import EventFlag, OrderType, Side, TimeInForce
from feeds.errors import VenueRefused
from feeds.venues.alpaca import order_words as alpaca_words
from feeds.venues.alpaca.orders import AlpacaOrders
from feeds.venues.binance.order_words import futures_parameters
from feeds.venues.binance.order_words import order_parameters as binance
from feeds.venues.bybit import order_words as bybit_words
from feeds.venues.coinbase import order_words as coinbase_words
from feeds.venues.kraken import order_words as kraken_words
from feeds.venues.okx import order_words as okx_words
from tests.doubles.alpaca import AlpacaDouble
from tests.doubles.order_bench import EQUITY, SPOT, SWAP, WALL_OFFSET_NS, new, row_of


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"type": "LIMIT", "price": "64000.5", "quantity": "1.25", "timeInForce": "GTC", "side": "BUY"}),
        ({"time_in_force": TimeInForce.FOK}, {"timeInForce": "FOK"}),
        ({"time_in_force": TimeInForce.DAY, "side": Side.SELL}, {"timeInForce": "GTC", "side": "SELL"}),
        ({"flags": EventFlag.POST_ONLY}, {"type": "LIMIT_MAKER", "timeInForce": None}),
        ({"order_type": OrderType.MARKET}, {"type": "MARKET", "price": None, "timeInForce": None}),
        ({"order_type": OrderType.STOP, "execution_id": 650_000}, {"type": "STOP_LOSS", "stopPrice": "65000.0"}),
        (
            {"order_type": OrderType.STOP_LIMIT, "execution_id": 650_000},
            {"type": "STOP_LOSS_LIMIT", "stopPrice": "65000.0", "price": "64000.5", "timeInForce": "GTC"},
        ),
    ],
)
def test_binance_is_asked_in_its_words(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    asked = binance(new(**fields))
    assert {name: asked.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"type": "LIMIT", "price": "64000.5", "timeInForce": "GTC", "reduceOnly": None}),
        ({"flags": EventFlag.POST_ONLY}, {"type": "LIMIT", "timeInForce": "GTX"}),
        ({"flags": EventFlag.REDUCE_ONLY, "order_type": OrderType.MARKET}, {"type": "MARKET", "reduceOnly": "true"}),
        ({"time_in_force": TimeInForce.IOC}, {"timeInForce": "IOC"}),
    ],
)
def test_binance_futures_are_asked_in_their_words(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    asked = futures_parameters(new(SWAP, **fields))
    assert {name: asked.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("row", "fields", "expected"),
    [
        (SPOT, {}, {"ordType": "limit", "px": "64000.5", "sz": "1.25", "tdMode": "cash", "stpMode": "cancel_taker"}),
        (SPOT, {"order_type": OrderType.MARKET}, {"ordType": "market", "px": None, "tgtCcy": "base_ccy"}),
        (SWAP, {"order_type": OrderType.MARKET}, {"ordType": "market", "tgtCcy": None, "tdMode": "cross"}),
        (SWAP, {"flags": EventFlag.REDUCE_ONLY}, {"reduceOnly": True}),
        (SPOT, {"flags": EventFlag.REDUCE_ONLY}, {"reduceOnly": None}),
        (SPOT, {"flags": EventFlag.POST_ONLY}, {"ordType": "post_only"}),
        (SPOT, {"time_in_force": TimeInForce.IOC}, {"ordType": "ioc"}),
        (SPOT, {"time_in_force": TimeInForce.FOK}, {"ordType": "fok"}),
        (SPOT, {"time_in_force": TimeInForce.GTD}, {"ordType": "limit"}),
    ],
)
def test_okx_is_asked_in_its_words(row: np.void, fields: dict[str, Any], expected: dict[str, Any]) -> None:
    asked = okx_words.order_parameters(new(row, **fields))
    assert {name: asked.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"order_type": OrderType.STOP}, {"ordType": "trigger", "triggerPx": "65000.0", "orderPx": "-1"}),
        ({"order_type": OrderType.STOP, "flags": EventFlag.REDUCE_ONLY}, {"ordType": "trigger", "reduceOnly": True}),
        ({"order_type": OrderType.LIMIT_IF_TOUCHED}, {"ordType": "trigger", "orderPx": "64000.5"}),
        ({"order_type": OrderType.TRAILING_STOP, "amount": 50}, {"callbackSpread": "5.0", "activePx": "65000.0"}),
        (
            {"order_type": OrderType.TRAILING_STOP, "amount": 150, "flags": EventFlag.IN_BPS},
            {"ordType": "move_order_stop", "callbackRatio": "0.0150", "callbackSpread": None},
        ),
    ],
)
def test_okx_takes_triggers_as_algo_orders(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    asked = okx_words.algo_parameters(new(SWAP, execution_id=650_000, **fields))
    assert {name: asked.get(name) for name in expected} == expected
    assert asked["algoClOrdId"] == "ours"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (OrderType.STOP, {"newTriggerPx": "65000.0", "newOrdPx": "-1"}),
        (OrderType.STOP_LIMIT, {"newTriggerPx": "65000.0", "newOrdPx": "64000.5"}),
        (OrderType.TRAILING_STOP, {}),
    ],
)
def test_okx_changes_a_trigger_with_both_of_its_prices(kind: OrderType, expected: dict[str, Any]) -> None:
    assert okx_words.algo_change(new(SWAP, execution_id=650_000, order_type=kind)) == expected


@pytest.mark.parametrize(
    ("category", "fields", "expected"),
    [
        (
            "spot",
            {},
            {"orderType": "Limit", "price": "64000.5", "qty": "1.25", "timeInForce": "GTC", "reduceOnly": None},
        ),
        ("spot", {"order_type": OrderType.MARKET}, {"orderType": "Market", "marketUnit": "baseCoin", "price": None}),
        ("linear", {"order_type": OrderType.MARKET}, {"marketUnit": None, "positionIdx": 0, "timeInForce": None}),
        ("linear", {"flags": EventFlag.REDUCE_ONLY}, {"reduceOnly": True}),
        ("linear", {"flags": EventFlag.POST_ONLY}, {"timeInForce": "PostOnly"}),
        ("spot", {"time_in_force": TimeInForce.FOK}, {"timeInForce": "FOK"}),
        (
            "linear",
            {"order_type": OrderType.STOP, "side": Side.SELL},
            {"orderType": "Market", "triggerPrice": "65000.0", "triggerDirection": 2, "orderFilter": None},
        ),
        (
            "inverse",
            {"order_type": OrderType.STOP, "flags": EventFlag.REDUCE_ONLY},
            {"reduceOnly": True, "triggerPrice": "65000.0", "triggerDirection": 1},
        ),
        ("linear", {"order_type": OrderType.LIMIT_IF_TOUCHED, "side": Side.SELL}, {"triggerDirection": 1}),
        ("linear", {"order_type": OrderType.STOP_LIMIT}, {"triggerDirection": 1, "price": "64000.5"}),
        ("spot", {"order_type": OrderType.STOP}, {"orderFilter": "StopOrder", "triggerDirection": None}),
    ],
)
def test_bybit_is_asked_in_its_words(category: str, fields: dict[str, Any], expected: dict[str, Any]) -> None:
    asked = bybit_words.order_parameters(new(execution_id=650_000, **fields), category)
    assert {name: asked.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("fields", "over_socket", "over_rest"),
    [
        (
            {},
            {"order_type": "limit", "limit_price": b"64000.5", "order_qty": b"1.25", "time_in_force": "gtc"},
            {"ordertype": "limit", "price": "64000.5", "volume": "1.25", "timeinforce": "GTC", "pair": "XBTUSD"},
        ),
        (
            {"order_type": OrderType.MARKET},
            {"order_type": "market", "limit_price": None, "time_in_force": None},
            {"ordertype": "market", "price": None},
        ),
        ({"flags": EventFlag.POST_ONLY}, {"post_only": True}, {"oflags": "post"}),
        ({"time_in_force": TimeInForce.FOK}, {"time_in_force": "fok"}, {"timeinforce": "FOK"}),
        (
            {"time_in_force": TimeInForce.GTD, "venue_ns": 3_600_000_000_000},
            {"time_in_force": "gtd", "expire_time": "2023-11-14T23:13:20Z"},
            {"timeinforce": "GTD", "expiretm": 1_700_003_600},
        ),
        (
            {"order_type": OrderType.STOP_LIMIT},
            {
                "order_type": "stop-loss-limit",
                "triggers": {"reference": "last", "price": b"65000.0", "price_type": "static"},
                "limit_price": b"64000.5",
            },
            {"ordertype": "stop-loss-limit", "price": "65000.0", "price2": "64000.5", "trigger": "last"},
        ),
        (
            {"order_type": OrderType.MARKET_IF_TOUCHED},
            {"order_type": "take-profit", "limit_price": None},
            {"ordertype": "take-profit", "price": "65000.0", "price2": None},
        ),
    ],
)
def test_kraken_is_asked_in_its_words(
    fields: dict[str, Any], over_socket: dict[str, Any], over_rest: dict[str, Any]
) -> None:
    order = new(row_of("kraken", "BTC/USD"), execution_id=650_000, **fields)
    for asked, expected in (
        (kraken_words.socket_parameters(order), over_socket),
        (kraken_words.rest_parameters(order), over_rest),
    ):
        assert {name: _plain(asked.get(name)) for name in expected} == expected


def _plain(value: Any) -> Any:
    if isinstance(value, Raw):
        return bytes(value)
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else value


def test_kraken_calls_one_pair_by_three_names() -> None:
    assert {"XBTUSD", "XXBTZUSD", "BTC/USD"} <= kraken_words.pairs_of("BTC/USD")
    assert {"ETHUSDT", "XETHXXBT"} <= kraken_words.pairs_of("ETH/USDT") | kraken_words.pairs_of("ETH/BTC")
    assert [kraken_words.currency_of(name) for name in ("XXBT", "ZUSD", "SOL", "XXDG", "USDT")] == [
        "BTC", "USD", "SOL", "DOGE", "USDT",
    ]  # fmt: skip
    assert kraken_words.code_of("EGeneral:Invalid arguments:volume") == "EGeneral:Invalid arguments"


@pytest.mark.parametrize(
    ("fields", "kind", "expected"),
    [
        ({}, "limit_limit_gtc", {"base_size": "1.25", "limit_price": "64000.5", "post_only": False}),
        ({"flags": EventFlag.POST_ONLY}, "limit_limit_gtc", {"post_only": True}),
        ({"order_type": OrderType.MARKET}, "market_market_ioc", {"base_size": "1.25", "limit_price": None}),
        ({"time_in_force": TimeInForce.IOC}, "sor_limit_ioc", {"post_only": None}),
        ({"time_in_force": TimeInForce.FOK}, "limit_limit_fok", {"limit_price": "64000.5"}),
        (
            {"time_in_force": TimeInForce.GTD, "venue_ns": 3_600_000_000_000},
            "limit_limit_gtd",
            {"end_time": "2023-11-14T23:13:20Z"},
        ),
        (
            {"order_type": OrderType.STOP_LIMIT, "side": Side.SELL},
            "stop_limit_stop_limit_gtc",
            {"stop_price": "65000.0", "stop_direction": "STOP_DIRECTION_STOP_DOWN"},
        ),
    ],
)
def test_coinbase_is_asked_in_its_words(fields: dict[str, Any], kind: str, expected: dict[str, Any]) -> None:
    asked = coinbase_words.order_parameters(new(execution_id=650_000, **fields))
    configuration = asked["order_configuration"]
    assert isinstance(configuration, dict)
    assert {name: configuration[kind].get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("row", "lots", "fields", "expected"),
    [
        (SPOT, 125, {}, {"type": "limit", "limit_price": "64000.5", "qty": "1.25", "time_in_force": "gtc"}),
        (SPOT, 125, {"order_type": OrderType.MARKET}, {"type": "market", "limit_price": None}),
        (SPOT, 125, {"time_in_force": TimeInForce.DAY}, {"time_in_force": "gtc"}),
        (EQUITY, 2_000_000, {"time_in_force": TimeInForce.DAY}, {"time_in_force": "day", "qty": "2.000000"}),
        (EQUITY, 2_000_000, {"time_in_force": TimeInForce.IOC}, {"time_in_force": "ioc"}),
        (EQUITY, 2_500_000, {"time_in_force": TimeInForce.IOC}, {"time_in_force": "day"}),
        (
            EQUITY,
            2_000_000,
            {"order_type": OrderType.STOP},
            {"type": "stop", "stop_price": "65000.0", "limit_price": None},
        ),
        (SPOT, 125, {"order_type": OrderType.STOP_LIMIT}, {"type": "stop_limit", "stop_price": "65000.0"}),
    ],
)
def test_alpaca_is_asked_in_its_words(
    row: np.void, lots: int, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    asked = alpaca_words.order_parameters(new(row, quantity_lots=lots, execution_id=650_000, **fields))
    assert {name: asked.get(name) for name in expected} == expected


async def test_alpaca_sends_no_post_only_order_that_could_take() -> None:
    venue = AlpacaOrders(AlpacaDouble(SPOT).config(), AlpacaDouble.keys, {0: SPOT}, wall_offset_ns=WALL_OFFSET_NS)
    with pytest.raises(VenueRefused, match="no post-only orders"):
        await venue.send_order(new(flags=EventFlag.POST_ONLY))
