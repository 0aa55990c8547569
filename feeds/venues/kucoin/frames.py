"""How KuCoin writes its frequent frames, letter by letter. Source: recordings of 2021, docs-new, 2026."""

from feeds.frame_shapes import levels_frame, trades_frame

_ROWS = (
    '"changes":{"asks":[<each_ask>["<price>","<quantity>","<_>"]</each>],'
    '"bids":[<each_bid>["<price>","<quantity>","<_>"]</each>]}'
)
SHAPES = (
    levels_frame(
        '{"data":{"sequenceStart":<number>,"symbol":"<symbol>",' + _ROWS + ',"sequenceEnd":<number>},'
        '"subject":"trade.l2update","topic":"/market/level2:<symbol>","type":"message"}'
    ),
    levels_frame(
        '{"topic":"/market/level2:<symbol>","type":"message","subject":"trade.l2update","data":{' + _ROWS + ","
        '"sequenceEnd":<number>,"sequenceStart":<number>,"symbol":"<symbol>","time":<time_ms>}}'
    ),
    trades_frame(
        '{"data":{"symbol":"<symbol>","sequence":"<_>","side":"<side>","size":"<quantity>","price":"<price>",'
        '"takerOrderId":"<_>","time":"<time_ns>","type":"match","makerOrderId":"<_>","tradeId":"<id>"},'
        '"subject":"trade.l3match","topic":"/market/match:<symbol>","type":"message"}'
    ),
)
