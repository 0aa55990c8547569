"""Signatures by their vectors, and what the venues' own bodies mean to us."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from core.vocabulary import AssetClass, Reject, Report, Side
from feeds.credentials import Credentials
from feeds.errors import NotSent
from feeds.venues.alpaca import order_messages as alpaca_messages
from feeds.venues.alpaca.orders import AlpacaOrders
from feeds.venues.binance.futures_orders import FuturesOrders
from feeds.venues.bybit import signing as bybit_signing
from feeds.venues.bybit.orders import BybitOrders
from feeds.venues.coinbase import order_messages as coinbase_messages
from feeds.venues.coinbase import signing as coinbase_signing
from feeds.venues.coinbase.orders import CoinbaseOrders
from feeds.venues.kraken import signing as kraken_signing
from feeds.venues.okx import order_words as okx_words
from feeds.venues.okx import signing as okx_signing
from feeds.venues.okx.orders import OkxOrders
from tests.doubles.alpaca import AlpacaDouble
from tests.doubles.coinbase import CoinbaseDouble
from tests.doubles.order_bench import WALL_OFFSET_NS, fixture, row_of, told_by, vectors


def test_binance_futures_tell_of_executions_and_liquidations_as_their_documents_do(captures: Path) -> None:
    row = row_of("binance-usdm", "BTCUSDT", lot="0.001", asset_class=AssetClass.PERPETUAL)
    (fill,) = told_by(FuturesOrders, row, fixture(captures, "binance", "order_update_trade"))
    assert (fill.report, fill.price_ticks, fill.quantity_lots, fill.fee_e8) == (Report.FILLED, 71_005, 1, 1_000_000)
    (forced,) = told_by(FuturesOrders, row, fixture(captures, "binance", "order_update_adl"))
    assert (forced.report, forced.client_id, forced.quantity_lots) == (Report.FILLED, 0, 5)
    assert told_by(FuturesOrders, row, fixture(captures, "binance", "trade_lite")) == []


def test_okx_is_signed_as_its_vector_says(captures: Path) -> None:
    for vector, expected in vectors(captures, "okx", least=1):
        assert okx_signing.sign(vector["message"], vector["secret"]) == expected
    headers = okx_signing.signed_headers(
        Credentials("k", "s", "p"), 1_607_418_537_715, "GET", "/api/v5/account/balance", "", is_demo=True
    )
    assert headers["OK-ACCESS-TIMESTAMP"] == "2020-12-08T09:08:57.715Z"
    assert headers["OK-ACCESS-SIGN"] == okx_signing.sign("2020-12-08T09:08:57.715ZGET/api/v5/account/balance", "s")
    assert (headers["OK-ACCESS-PASSPHRASE"], headers["x-simulated-trading"]) == ("p", "1")


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


def test_bybit_is_signed_as_its_vectors_say(captures: Path) -> None:
    for vector, expected in vectors(captures, "bybit", least=3):
        assert bybit_signing.sign(vector["message"], vector["secret"]) == expected
    headers = bybit_signing.signed_headers(
        Credentials("test_api_key", "test_secret"), 1_700_000_000_000, 5_000, "category=linear&symbol=BTCUSDT"
    )
    assert headers["X-BAPI-SIGN"] == "fd4f31228a46109dc6673062328693696df9a96c7ff04e6491a45e7f63a0fdd7"


def test_bybit_tells_of_orders_and_executions_as_its_documents_do(captures: Path) -> None:
    row = row_of("bybit-linear", "BTCUSDT", lot="0.001", asset_class=AssetClass.PERPETUAL)
    (end,) = told_by(BybitOrders, row, fixture(captures, "bybit", "ws_account_order"))
    assert (end.report, end.quantity_lots, end.is_final) == (Report.CANCELED, 10, True)
    (stop,) = told_by(BybitOrders, row, fixture(captures, "bybit", "ws_account_order_stop_limit"))
    assert (stop.report, stop.price_ticks, stop.side) == (Report.ACCEPTED, 445_000, Side.SELL)
    (fill,) = told_by(BybitOrders, row, fixture(captures, "bybit", "ws_account_execution"))
    assert fill.report == Report.FILLED
    assert fill.execution_id > 0


def test_kraken_is_signed_as_its_vector_says(captures: Path) -> None:
    for vector, expected in vectors(captures, "kraken", least=1):
        headers = kraken_signing.signed(
            Credentials("k", vector["secret"]), vector["path"], int(vector["nonce"]), vector["body"]
        )
        assert headers["API-Sign"] == expected


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


async def test_coinbase_reads_lists_as_its_documents_write_them(captures: Path) -> None:
    row = row_of("coinbase", "BTC-USD", quote="USD", settlement="USD", tick="0.01", lot="0.00000001")
    venue = CoinbaseOrders(CoinbaseDouble(row).config(), CoinbaseDouble.keys, {0: row}, wall_offset_ns=WALL_OFFSET_NS)
    one = msgspec.json.decode(json.dumps(fixture(captures, "coinbase", "http_order")), type=coinbase_messages.OneOrder)
    shown = venue.order_of(venue._shown(one.order))
    assert (shown.price_ticks, shown.quantity_lots, shown.filled_lots) == (1_000_000, 100_000, 100_000)
    fills = msgspec.json.decode(json.dumps(fixture(captures, "coinbase", "http_fills")), type=coinbase_messages.Fills)
    fill = venue._fill_of(venue._execution(fills.fills[0]))
    assert (fill.price_ticks, fill.quantity_lots, fill.fee_e8, fill.is_maker) == (4_512_345, 500_000, 114_000_000, True)


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
