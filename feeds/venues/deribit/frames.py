"""How Deribit writes its frequent frames, letter by letter. Source: recordings of 2021, docs.deribit.com, 2026."""

from feeds.frame_shapes import levels_frame, trades_frame

_HEAD = '{"jsonrpc":"2.0","method":"subscription","params":{"channel":'
_SIDES = (
    '"bids":[<each_bid>["<action>",<price>,<quantity>]</each>],'
    '"asks":[<each_ask>["<action>",<price>,<quantity>]</each>]'
)
SHAPES = (
    levels_frame(
        _HEAD + '"book.<_>","data":{"type":"change","timestamp":<time_ms>,"prev_change_id":<number>,'
        '"instrument_name":"<symbol>","change_id":<number>,' + _SIDES + "}}}"
    ),
    trades_frame(
        _HEAD + '"trades.<symbol>.<_>","data":[<each>{"trade_seq":<_>,"trade_id":"<id>","timestamp":<time_ms>,'
        '"tick_direction":<_>,"price":<price>,"mark_price":<_>,"instrument_name":"<_>","index_price":<_>,'
        '"direction":"<side>","amount":<quantity>,"contracts":<_>}</each>]}}'
    ),
)
