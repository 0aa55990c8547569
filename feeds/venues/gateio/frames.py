"""How Gate.io writes its frequent frames, letter by letter. Source: recordings of 2021 and 2023, API v4."""

from feeds.frame_shapes import levels_frame, trades_frame

_HEADS = ('{"time":<_>,', '{"time":<_>,"time_ms":<_>,')
_UPDATE = (
    '"channel":"spot.order_book_update","event":"update","result":{"t":<time_ms>,"e":"depthUpdate","E":<_>,'
    '"s":"<symbol>","U":<number>,"u":<number>,"b":[<each_bid>["<price>","<quantity>"]</each>],'
    '"a":[<each_ask>["<price>","<quantity>"]</each>]}}'
)
_TRADE = (
    '"channel":"spot.trades","event":"update","result":{"id":<id>,"create_time":<_>,"create_time_ms":"<time_ms>",'
    '"side":"<side>","currency_pair":"<symbol>","amount":"<quantity>","price":"<price>"}}'
)
_FUTURES_UPDATE = (
    '"channel":"futures.order_book_update","event":"update","result":{'
    '"U":<number>,"a":[<each_ask>{"p":"<price>","s":<quantity>}</each>],'
    '"b":[<each_bid>{"p":"<price>","s":<quantity>}</each>],"s":"<symbol>","t":<time_ms>,"u":<number>}}'
)
SPOT = (*(levels_frame(head + _UPDATE) for head in _HEADS), *(trades_frame(head + _TRADE) for head in _HEADS))
FUTURES = tuple(levels_frame(head + _FUTURES_UPDATE) for head in _HEADS)
