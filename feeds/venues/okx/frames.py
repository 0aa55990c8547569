"""How OKX writes its frequent frames, letter by letter. Source: recordings of 2021 to 2026, OKX API guide, 2026."""

from feeds.frame_shapes import levels_frame, trades_frame

_BOOK = (
    '{"arg":{"channel":"books<_>","instId":"<symbol>"},"action":"update","data":[{'
    '"asks":[<each_ask>["<price>","<quantity>","<_>","<_>"]</each>],'
    '"bids":[<each_bid>["<price>","<quantity>","<_>","<_>"]</each>],"ts":"<time_ms>","checksum":<signed>'
)
_TRADES = (
    '{"arg":{"channel":"trades","instId":"<symbol>"},"data":[<each>{"instId":"<symbol>","tradeId":"<id>",'
    '"px":"<price>","sz":"<quantity>","side":"<side>","ts":"<time_ms>"'
)
NUMBERED, NUMBERED_BACKWARDS = 0, 1
"""Places in SHAPES: checksum, prevSeqId, seqId; checksum, seqId, prevSeqId. Before 2023 a checksum alone."""
SHAPES = (
    levels_frame(_BOOK + ',"prevSeqId":<number>,"seqId":<number>}]}'),
    levels_frame(_BOOK + ',"seqId":<number>,"prevSeqId":<number>}]}'),
    levels_frame(_BOOK + "}]}"),
    trades_frame(_TRADES + ',"count":"<_>","source":"<_>","seqId":<_>}</each>]}'),
    trades_frame(_TRADES + ',"count":"<_>","source":"<_>"}</each>]}'),
    trades_frame(_TRADES + "}</each>]}"),
)
