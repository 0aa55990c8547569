"""Bitfinex's pairs as our instruments. The venue has no steps: prices have five significant digits, quantities eight
decimals; so the last price decides.

    tick    two digits finer than those five, for orders far from the market (BTC at 60,000: 0.01)
    lot     1e-8, of coins below 1 coarser by their zeros, so that large orders do not have too many lots
"""

from decimal import Decimal

import msgspec
from msgspec import Raw

from core.vocabulary import AssetClass
from feeds.instruments import Instrument

MAKER_PPM, TAKER_PPM = 1_000, 2_000
"""The lowest tier; what an account really pays comes with every fill."""
NAMES = {"UST": "USDT", "UDC": "USDC", "EUT": "EURT", "DSH": "DASH", "IOT": "IOTA", "QTM": "QTUM", "ATO": "ATOM",
         "ALG": "ALGO", "MNA": "MANA"}  # fmt: skip
"""Of /v2/conf/pub:map:currency:sym, those that people meet."""

PRICE_DIGITS = 7
FINEST_LOT = -8
MIN_SIZE, MAX_SIZE, LAST_PRICE = 3, 4, 7
"""Columns of a pair's details and of a ticker"""

_decode_pairs = msgspec.json.Decoder(list[list[tuple[str, list[Raw]]]]).decode
_decode_tickers = msgspec.json.Decoder(list[list[Raw]]).decode


def pairs(bodies: list[bytes], venue: str) -> list[Instrument]:
    """Spot pairs, perpetuals when they came, tickers last. Left out: what has no last price, as nobody trades it."""
    last = {_text(row[0]): _number(row[LAST_PRICE]) for row in _decode_tickers(bodies[-1]) if len(row) > LAST_PRICE}
    return [
        _instrument(pair, details, last[f"t{pair}"], venue)
        for body in bodies[:-1]
        for pair, details in _decode_pairs(body)[0]
        if last.get(f"t{pair}", 0) > 0
    ]


def _instrument(pair: str, details: list[Raw], price: Decimal, venue: str) -> Instrument:
    first, second = pair.split(":") if ":" in pair else (pair[:3], pair[3:])
    is_perpetual = second.endswith("F0")
    base, quote = (NAMES.get(name, name) for name in (first.removesuffix("F0"), second.removesuffix("F0")))
    magnitude = price.adjusted()
    return Instrument(
        symbol=f"{base}-{quote}{'-PERP' if is_perpetual else ''}.{venue}",
        venue_symbol=f"t{pair}",
        venue=venue,
        base=base,
        quote=quote,
        settlement=quote,
        asset_class=AssetClass.PERPETUAL if is_perpetual else AssetClass.SPOT,
        tick=Decimal(1).scaleb(magnitude - PRICE_DIGITS + 1),
        lot=Decimal(1).scaleb(FINEST_LOT - min(magnitude, 0)),
        min_quantity=_number(details[MIN_SIZE]),
        max_quantity=_number(details[MAX_SIZE]),
        maker_fee_ppm=MAKER_PPM,
        taker_fee_ppm=TAKER_PPM,
    )


def _text(value: Raw) -> str:
    return bytes(value).decode().strip('"')


def _number(value: Raw) -> Decimal:
    """null is 0."""
    return Decimal(_text(value)) if bytes(value) != b"null" else Decimal(0)
