"""How Bitstamp writes its trades, letter by letter. Source: recordings of 2022, websocket v2 documents, 2026."""

from feeds.frame_shapes import trades_frame

SHAPES = (
    trades_frame(
        '{"data":{"id":<id>,"timestamp":"<_>","amount":<_>,"amount_str":"<quantity>","price":<_>,"price_str":"<price>",'
        '"type":<side>,"microtimestamp":"<time_us>","buy_order_id":<_>,"sell_order_id":<_>},'
        '"channel":"live_trades_<symbol>","event":"trade"}'
    ),
)
"""Updates of books are kept for the comparison with the venue, and so go by their envelopes."""
