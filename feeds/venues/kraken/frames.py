"""How Kraken writes its frequent frames, letter by letter. Source: recordings of 2026, websocket-v2."""

from feeds.frame_shapes import levels_frame, trades_frame

SHAPES = (
    levels_frame(
        '{"channel":"book","type":"update","data":[{"symbol":"<symbol>",'
        '"bids":[<each_bid>{"price":<price>,"qty":<quantity>}</each>],'
        '"asks":[<each_ask>{"price":<price>,"qty":<quantity>}</each>],'
        '"checksum":<number>,"timestamp":"<time_iso>Z"}]}'
    ),
    trades_frame(
        '{"channel":"trade","type":"update","data":[<each>{"symbol":"<symbol>","side":"<side>","price":<price>,'
        '"qty":<quantity>,"ord_type":"<_>","trade_id":<id>,"timestamp":"<time_iso>Z"}</each>]}'
    ),
)
