"""How Kraken Futures writes its frequent frames, letter by letter. Source: recordings of 2021, its documents."""

from feeds.frame_shapes import levels_frame, trades_frame

SHAPES = (
    levels_frame(
        '{"feed":"book","product_id":"<symbol>","side":"<side>","seq":<number>,"price":<price>,"qty":<quantity>,'
        '"timestamp":<time_ms>}'
    ),
    trades_frame(
        '{"feed":"trade","product_id":"<symbol>","uid":"<id>","side":"<side>","type":"fill","seq":<number>,'
        '"time":<time_ms>,"qty":<quantity>,"price":<price>}'
    ),
)
