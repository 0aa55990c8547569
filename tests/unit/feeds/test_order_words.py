"""What is a venue's own about orders: signatures, parameters, and what its documents' bodies mean to us."""

import base64
import gzip
import json
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from core.clock import monotonic_ns
from core.records.event import EVENT
from core.units import LARGEST
from core.vocabulary import AssetClass, EventFlag, OrderStatus, OrderType, Reject, Report, Side, TimeInForce
from feeds.credentials import Credentials
from feeds.errors import NotSent, RateLimited, VenueRefused
from feeds.instruments import Instrument, as_row
from feeds.order_entry.amounts import executed_ticks
from feeds.order_entry.budget import Budget
from feeds.order_entry.names import ClientNames, MarkedNames, UuidNames, VenueIds, number_of
from feeds.order_entry.orders import LiveOrders
from feeds.order_entry.words import NewOrder, Shown
from feeds.venues.alpaca import order_messages as alpaca_messages
from feeds.venues.alpaca import order_words as alpaca_words
from feeds.venues.alpaca.orders import AlpacaOrders
from feeds.venues.binance.futures_orders import FuturesOrders
from feeds.venues.binance.order_words import futures_parameters
from feeds.venues.binance.order_words import order_parameters as binance
from feeds.venues.bybit import order_words as bybit_words
from feeds.venues.bybit import signing as bybit_signing
from feeds.venues.bybit.orders import BybitOrders
from feeds.venues.coinbase import order_messages as coinbase_messages
from feeds.venues.coinbase import order_words as coinbase_words
from feeds.venues.coinbase import signing as coinbase_signing
from feeds.venues.coinbase.orders import CoinbaseOrders
from feeds.venues.contract import VenueReport
from feeds.venues.kraken import order_words as kraken_words
from feeds.venues.kraken import signing as kraken_signing
from feeds.venues.okx import order_words as okx_words
from feeds.venues.okx import signing as okx_signing
from feeds.venues.okx.orders import OkxOrders
from tests.doubles.alpaca import AlpacaDouble
from tests.doubles.coinbase import CoinbaseDouble
from tests.doubles.okx import OkxDouble
from tests.doubles.venues import ENTRIES

WALL_OFFSET_NS = 1_700_000_000_000_000_000


def row_of(venue: str, symbol: str, **fields: Any) -> np.void:
    given: dict[str, Any] = {"base": "BTC", "quote": "USDT", "settlement": "USDT", "tick": "0.1", "lot": "0.01"}
    given |= fields
    given |= {"tick": Decimal(given["tick"]), "lot": Decimal(given["lot"])}
    made = Instrument(symbol=f"X.{venue}", venue_symbol=symbol, venue=venue, **given)
    row: np.void = as_row(made, source_id=0, book_slot=0, bar_slot=0)[0]
    return row


SPOT = row_of("any", "BTC-USDT")
SWAP = row_of("any", "BTC-USDT-SWAP", asset_class=AssetClass.PERPETUAL)


def new(row: np.void = SPOT, quantity_lots: int = 125, **fields: Any) -> NewOrder:
    """Buy 1.25 at 64,000.5, good until cancelled."""
    request = np.zeros(1, EVENT)[0]
    defaults = {
        "side": Side.BUY,
        "order_type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
        "price_ticks": 640_005,
    }
    for name, value in {**defaults, **fields}.items():
        request[name] = value
    return NewOrder(request, row, client_text="ours", quantity_lots=quantity_lots, wall_offset_ns=WALL_OFFSET_NS)


def vectors(captures: Path, venue: str, *, least: int) -> list[tuple[dict[str, str], str]]:
    rows = json.loads((captures / "auth_vectors" / "auth_vectors.json").read_text())
    found = [(row["input"], row["expected"]) for row in rows if row["venue"] == venue]
    assert len(found) >= least
    return found


def fixture(captures: Path, venue: str, name: str) -> Any:
    """A body of the venue's documents, as a maintained client keeps it for its tests."""
    bundle = captures / "nautilus" / "adapter_fixtures" / f"{venue}_fixtures.json.gz"
    files = json.loads(gzip.decompress(bundle.read_bytes()))["files"]
    return next(json.loads(file["text"]) for file in files if file["path"].endswith(f"/{name}.json"))


def told_by(orders: type[LiveOrders], row: np.void, *frames: Any) -> list[VenueReport]:
    entry = next(entry for entry in ENTRIES.values() if entry.orders is orders)
    venue = orders(entry.double(row).config(), entry.double.keys, {0: row}, wall_offset_ns=WALL_OFFSET_NS)
    reports: list[VenueReport] = []
    venue._report = reports.append
    for frame in frames:
        venue.calls.on_frame(json.dumps(frame).encode(), 1)
    assert venue.bad_messages == 0
    return reports


# Binance


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


def test_binance_futures_tell_of_executions_and_liquidations_as_their_documents_do(captures: Path) -> None:
    row = row_of("binance-usdm", "BTCUSDT", lot="0.001", asset_class=AssetClass.PERPETUAL)
    (fill,) = told_by(FuturesOrders, row, fixture(captures, "binance", "order_update_trade"))
    assert (fill.report, fill.price_ticks, fill.quantity_lots, fill.fee_e8) == (Report.FILLED, 71_005, 1, 1_000_000)
    (forced,) = told_by(FuturesOrders, row, fixture(captures, "binance", "order_update_adl"))
    assert (forced.report, forced.client_id, forced.quantity_lots) == (Report.FILLED, 0, 5)
    assert told_by(FuturesOrders, row, fixture(captures, "binance", "trade_lite")) == []


# OKX


def test_okx_is_signed_as_its_vector_says(captures: Path) -> None:
    for vector, expected in vectors(captures, "okx", least=1):
        assert okx_signing.sign(vector["message"], vector["secret"]) == expected
    headers = okx_signing.signed_headers(
        Credentials("k", "s", "p"), 1_607_418_537_715, "GET", "/api/v5/account/balance", "", is_demo=True
    )
    assert headers["OK-ACCESS-TIMESTAMP"] == "2020-12-08T09:08:57.715Z"
    assert headers["OK-ACCESS-SIGN"] == okx_signing.sign("2020-12-08T09:08:57.715ZGET/api/v5/account/balance", "s")
    assert (headers["OK-ACCESS-PASSPHRASE"], headers["x-simulated-trading"]) == ("p", "1")


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


def test_okx_tells_of_executions_as_its_documents_do(captures: Path) -> None:
    row = row_of("okx", "BTC-USDT-SWAP", asset_class=AssetClass.PERPETUAL)
    (fill,) = told_by(OkxOrders, row, fixture(captures, "okx", "ws_orders"))
    assert (fill.report, fill.price_ticks, fill.quantity_lots, fill.is_maker) == (Report.FILLED, 1_036_989, 3, True)
    assert (fill.venue_order_id, fill.execution_id, fill.client_id) == (2_497_956_918_703_120_384, 1_518_905_529, 0)
    assert fill.is_final


def test_okx_names_ours_in_what_a_trigger_became(captures: Path) -> None:
    row = row_of("okx", "BTC-USDT-SWAP", asset_class=AssetClass.PERPETUAL)
    frame = fixture(captures, "okx", "ws_orders_trigger")
    frame["data"][0]["algoClOrdId"] = okx_words.NAMES.write(77)
    assert [report.client_id for report in told_by(OkxOrders, row, frame)] == [77]


def test_okx_cancels_a_post_only_order_that_would_take(captures: Path) -> None:
    row = row_of("okx", "BTC-USDT-SWAP", asset_class=AssetClass.PERPETUAL)
    frame = fixture(captures, "okx", "ws_orders")
    frame["data"][0] |= {"state": "canceled", "cancelSource": "31", "tradeId": "", "fillSz": "0", "accFillSz": "0"}
    (end,) = told_by(OkxOrders, row, frame)
    assert (end.report, end.reject, end.is_final) == (Report.CANCELED, Reject.WOULD_TAKE, True)


# Bybit


def test_bybit_is_signed_as_its_vectors_say(captures: Path) -> None:
    for vector, expected in vectors(captures, "bybit", least=3):
        assert bybit_signing.sign(vector["message"], vector["secret"]) == expected
    headers = bybit_signing.signed_headers(
        Credentials("test_api_key", "test_secret"), 1_700_000_000_000, 5_000, "category=linear&symbol=BTCUSDT"
    )
    assert headers["X-BAPI-SIGN"] == "fd4f31228a46109dc6673062328693696df9a96c7ff04e6491a45e7f63a0fdd7"


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
        ("linear", {"order_type": OrderType.LIMIT_IF_TOUCHED, "side": Side.SELL}, {"triggerDirection": 1}),
        ("linear", {"order_type": OrderType.STOP_LIMIT}, {"triggerDirection": 1, "price": "64000.5"}),
        ("spot", {"order_type": OrderType.STOP}, {"orderFilter": "StopOrder", "triggerDirection": None}),
    ],
)
def test_bybit_is_asked_in_its_words(category: str, fields: dict[str, Any], expected: dict[str, Any]) -> None:
    asked = bybit_words.order_parameters(new(execution_id=650_000, **fields), category)
    assert {name: asked.get(name) for name in expected} == expected


def test_bybit_tells_of_orders_and_executions_as_its_documents_do(captures: Path) -> None:
    row = row_of("bybit-linear", "BTCUSDT", lot="0.001", asset_class=AssetClass.PERPETUAL)
    (end,) = told_by(BybitOrders, row, fixture(captures, "bybit", "ws_account_order"))
    assert (end.report, end.quantity_lots, end.is_final) == (Report.CANCELED, 10, True)
    (stop,) = told_by(BybitOrders, row, fixture(captures, "bybit", "ws_account_order_stop_limit"))
    assert (stop.report, stop.price_ticks, stop.side) == (Report.ACCEPTED, 445_000, Side.SELL)
    (fill,) = told_by(BybitOrders, row, fixture(captures, "bybit", "ws_account_execution"))
    assert fill.report == Report.FILLED
    assert fill.execution_id > 0


# Kraken


def test_kraken_is_signed_as_its_vector_says(captures: Path) -> None:
    for vector, expected in vectors(captures, "kraken", least=1):
        headers = kraken_signing.signed(
            Credentials("k", vector["secret"]), vector["path"], int(vector["nonce"]), vector["body"]
        )
        assert headers["API-Sign"] == expected


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


# Coinbase


def test_coinbase_signs_as_the_standards_vector_says() -> None:
    """RFC 8037, appendix A: key, payload and signature of an EdDSA token."""
    secret = base64.b64encode(base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")).decode()
    payload = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    signature = coinbase_signing._signature(coinbase_signing.private_key(secret), payload)
    assert base64.urlsafe_b64encode(signature).decode().rstrip("=") == (
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )


def test_coinbase_tokens_name_key_time_and_call() -> None:
    """The signature is checked by the double."""
    text = coinbase_signing.token(CoinbaseDouble.keys, 1_700_000_000, "GET api.coinbase.com/api/v3/brokerage/accounts")
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in text.split(".")[:2])
    assert (header["alg"], header["kid"]) == ("ES256", CoinbaseDouble.keys.key)
    assert (claims["iss"], claims["nbf"], claims["exp"]) == ("cdp", 1_700_000_000, 1_700_000_120)
    assert claims["uri"] == "GET api.coinbase.com/api/v3/brokerage/accounts"


@pytest.mark.parametrize(
    "secret", ["", "nothing", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----"]
)
def test_a_secret_that_is_no_private_key_is_a_sentence_without_it(secret: str) -> None:
    with pytest.raises(NotSent, match="must be a private key") as raised:
        coinbase_signing.token(Credentials("k", secret), 1)
    assert not secret or secret not in str(raised.value)


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


async def test_coinbase_reads_lists_as_its_documents_write_them(captures: Path) -> None:
    row = row_of("coinbase", "BTC-USD", quote="USD", settlement="USD", tick="0.01", lot="0.00000001")
    venue = CoinbaseOrders(CoinbaseDouble(row).config(), CoinbaseDouble.keys, {0: row}, wall_offset_ns=WALL_OFFSET_NS)
    one = msgspec.json.decode(json.dumps(fixture(captures, "coinbase", "http_order")), type=coinbase_messages.OneOrder)
    shown = venue.order_of(venue._shown(one.order))
    assert (shown.price_ticks, shown.quantity_lots, shown.filled_lots) == (1_000_000, 100_000, 100_000)
    fills = msgspec.json.decode(json.dumps(fixture(captures, "coinbase", "http_fills")), type=coinbase_messages.Fills)
    fill = venue._fill_of(venue._execution(fills.fills[0]))
    assert (fill.price_ticks, fill.quantity_lots, fill.fee_e8, fill.is_maker) == (4_512_345, 500_000, 114_000_000, True)


# Alpaca


EQUITY = row_of("any", "AAPL", asset_class=AssetClass.EQUITY, lot="0.000001")


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


def test_alpaca_tells_of_its_recorded_cycle(captures: Path) -> None:
    recorded = captures / "misc_wire" / "alpaca" / "alpaca_trade_updates_20260918.jsonl"
    frames = [json.loads(json.loads(line)["data"]) for line in recorded.read_text().splitlines()]
    row = row_of("alpaca", "DOGE/USD", base="DOGE", quote="USD", settlement="USD", tick="0.0000001", lot="0.1")
    told = told_by(AlpacaOrders, row, *frames)
    assert [report.report for report in told] == [Report.ACCEPTED, Report.FILLED]
    assert (told[1].price_ticks, told[1].quantity_lots, told[1].filled_lots) == (851_119, 1_297, 1_297)
    assert told[1].is_final
    activity = alpaca_messages.Activity("x", "b28e2b24-b1b2-40cc-8979-63f45e8edc02", "DOGEUSD", "sell", "0.0851119",
                                        "129.7", "129.70", datetime.fromtimestamp(0, UTC))  # fmt: skip
    venue = AlpacaOrders(AlpacaDouble(row).config(), AlpacaDouble.keys, {0: row}, wall_offset_ns=WALL_OFFSET_NS)
    assert venue._fill_of(venue._execution(activity)).execution_id == told[1].execution_id


# Names and budgets


@pytest.mark.parametrize("names", [MarkedNames(), MarkedNames("stn", "r"), UuidNames()])
@given(client_id=st.integers(1, (1 << 62) - 1), revision=st.integers(0, 9_999))
def test_a_client_id_survives_every_venues_text(names: ClientNames, client_id: int, revision: int) -> None:
    text = names.write(client_id, revision)
    assert names.read(text) == (client_id, revision)
    assert len(text) <= 36


@given(st.text(max_size=40))
def test_a_strangers_name_is_none_of_ours(text: str) -> None:
    for names in (MarkedNames(), MarkedNames("stn", "r"), UuidNames()):
        client_id, revision = names.read(text)
        assert not client_id or names.write(client_id, revision) == text


def test_okx_takes_letters_and_digits_only_and_a_uuid_is_one() -> None:
    assert okx_words.NAMES.write((1 << 62) - 1, 9_999).isalnum()
    assert len(okx_words.NAMES.write((1 << 62) - 1, 9_999)) <= 32
    assert uuid.UUID(UuidNames().write(77)).version == 4


def test_ids_are_numbers_that_fit_and_texts_are_found_again() -> None:
    assert number_of("2497956918703120384") == 2_497_956_918_703_120_384
    assert number_of("") == number_of("0") == 0
    hashed = number_of("8c065341-7b52-4ca9-ac2c-37e31ac55c94")
    assert 0 < hashed < 1 << 62
    assert hashed == number_of("8c065341-7b52-4ca9-ac2c-37e31ac55c94")
    ids = VenueIds()
    assert ids.text(ids.number("OUF4EM-FRGI2-MQMWZD")) == "OUF4EM-FRGI2-MQMWZD"
    assert ids.text(hashed) == ""
    assert VenueIds(are_numbers=True).text(77) == "77"


async def test_a_budget_refuses_orders_lets_cancels_through_and_makes_questions_wait() -> None:
    budget = Budget(100.0, at_once=4)
    for _ in range(4):
        budget.spend_or_refuse(1, url="x")
    with pytest.raises(RateLimited):
        budget.spend_or_refuse(1, url="x")
    budget.spend(2)
    assert budget.left < 0
    begun_ns = monotonic_ns()
    await budget.wait(1)
    assert monotonic_ns() - begun_ns > 20_000_000  # four and the kept one, at a hundred a second


def test_an_execution_off_the_tick_is_rounded_to_our_harm() -> None:
    assert executed_ticks("64000.57", SPOT, Side.BUY) == 640_006
    assert executed_ticks("64000.57", SPOT, Side.SELL) == 640_005
    assert executed_ticks("64000.5", SPOT, Side.BUY) == 640_005


def test_one_odd_order_of_somebody_else_hides_no_list() -> None:
    venue = OkxOrders(ENTRIES["okx"].double(SPOT).config(), OkxDouble.keys, {0: SPOT}, wall_offset_ns=WALL_OFFSET_NS)
    odd = Shown(
        symbol="BTC-USDT", order_id="1", client_text="theirs", side=Side.BUY, price="64000.57", quantity="1.255",
        filled="99999999999999999999", status=OrderStatus.NEW,
    )  # fmt: skip
    order = venue.order_of(odd)
    assert (order.price_ticks, order.quantity_lots, order.filled_lots) == (640_005, 125, LARGEST)
