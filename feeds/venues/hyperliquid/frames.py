"""How Hyperliquid writes its frequent frames, letter by letter. Source: recordings of 2026, documents, 2026."""

from feeds.frame_shapes import levels_frame

_BOOK = (
    '{"channel":"l2Book","data":{"coin":"<symbol>","time":<time_ms>,"levels":['
    '[<each_bid>{"px":"<price>","sz":"<quantity>","n":<_>}</each>],'
    '[<each_ask>{"px":"<price>","sz":"<quantity>","n":<_>}</each>]]'
)
SHAPES = (levels_frame(_BOOK + "}}"), levels_frame(_BOOK + ',"fast":<_>}}'))
"""A trade may have been told before: their ids are looked at, by their envelopes."""
