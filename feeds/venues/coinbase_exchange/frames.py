"""How Coinbase Exchange writes its frequent frames, letter by letter. Source: recordings of 2021, its documents."""

from feeds.frame_shapes import levels_frame, trades_frame

SHAPES = (
    levels_frame(
        '{"type":"l2update","product_id":"<symbol>","changes":[<each>["<side>","<price>","<quantity>"]</each>],'
        '"time":"<time_iso>Z"}'
    ),
    trades_frame(
        '{"type":"match","trade_id":<id>,"maker_order_id":"<_>","taker_order_id":"<_>","side":"<maker_side>",'
        '"size":"<quantity>","price":"<price>","product_id":"<symbol>","sequence":<number>,"time":"<time_iso>Z"}'
    ),
)
