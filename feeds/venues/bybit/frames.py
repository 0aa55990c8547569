"""How Bybit writes its frequent frames, letter by letter. Source: recordings of 2026, v5 documents."""

from feeds.frame_shapes import FrameShape, levels_frame, trades_frame

_LEVELS = (
    '"data":{"s":"<symbol>","b":[<each_bid>["<price>","<quantity>"]</each>],'
    '"a":[<each_ask>["<price>","<quantity>"]</each>],"u":<number>,"seq":<_>},"cts":<time_ms>}'
)
_SPOT_TRADE = '{"i":"<id>","T":<time_ms>,"p":"<price>","v":"<quantity>","S":"<side>","s":"<symbol>"'
_TRADE = '{"T":<time_ms>,"s":"<symbol>","S":"<side>","v":"<quantity>","p":"<price>","L":"<_>","i":"<id>"'
_TAILS = ("", ',"BT":<_>', ',"BT":<_>,"RPI":<_>', ',"BT":<_>,"RPI":<_>,"seq":<_>')
"""Newer ones are longer."""
_DEPTHS = (200, 50, 1000)
"""The best level alone is a quote."""


def _shapes(between: str, after: str, trade: str) -> tuple[FrameShape, ...]:
    """`between`, `after`: where the time stands, before the type or behind it."""
    books = (f'{{"topic":"orderbook.{depth}.<symbol>",{between}"type":"delta",{after}' + _LEVELS for depth in _DEPTHS)
    head = f'{{"topic":"publicTrade.<symbol>",{between}"type":"snapshot",{after}"data":[<each>{trade}'
    trades = (head + tail + "}</each>]}" for tail in reversed(_TAILS))
    return (*map(levels_frame, books), *map(trades_frame, trades))


SPOT = _shapes('"ts":<number>,', "", _SPOT_TRADE)
CONTRACTS = _shapes("", '"ts":<number>,', _TRADE)
