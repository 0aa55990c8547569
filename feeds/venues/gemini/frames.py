"""How Gemini writes its frequent frames, letter by letter. Source: recordings of 2021, docs.gemini.com, 2026."""

from feeds.frame_shapes import levels_frame, trades_frame
from feeds.scan import BUY, SELL

_TRADE = (
    '{"type":"trade","symbol":"<symbol>","event_id":<id>,"timestamp":<time_ms>,"price":"<price>",'
    '"quantity":"<quantity>","side":'
)
SHAPES = (
    levels_frame(
        '{"type":"l2_updates","symbol":"<symbol>","changes":[<each>["<side>","<price>","<quantity>"]</each>]}'
    ),
    trades_frame(_TRADE + '"buy"}', side=BUY),
    trades_frame(_TRADE + '"sell"}', side=SELL),
)
"""Trades of blocks and auctions have other sides, and are none of these."""
