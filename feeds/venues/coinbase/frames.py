"""How Coinbase writes its frequent frames, letter by letter. Source: recordings of 2026, its documents."""

from feeds.frame_shapes import levels_frame, trades_frame

_LEVELS = (
    ',"timestamp":"<time_iso>Z","sequence_num":<number>,"events":[{"type":"update","product_id":"<symbol>","updates":['
    '<each>{"side":"<side>","event_time":"<_>","price_level":"<price>","new_quantity":"<quantity>"}</each>]}]}'
)
_TRADES = (
    ',"timestamp":"<time_iso>Z","sequence_num":<number>,"events":[{"type":"update","trades":['
    '<each>{"product_id":"<symbol>","trade_id":"<id>","price":"<price>","size":"<quantity>","time":"<time_iso>Z",'
    '"side":"<maker_side>"}</each>]}]}'
)
SHAPES = (
    levels_frame('{"channel":"l2_data"' + _LEVELS),
    trades_frame('{"channel":"market_trades"' + _TRADES, is_asked=True),
    levels_frame('{"channel":"l2_data","client_id":""' + _LEVELS),
    trades_frame('{"channel":"market_trades","client_id":""' + _TRADES, is_asked=True),
)
"""As recorded, and as documented."""
TRADES_SHAPES = (1, 3)
