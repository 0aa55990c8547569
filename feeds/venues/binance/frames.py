"""How Binance writes its frequent frames, letter by letter (feeds/frame_shapes.py).

Source: recordings of 2021 to 2026; binance-spot-api-docs (web-socket-streams.md) and the futures' documents, 2026-07.
"""

from feeds.frame_shapes import FrameShape, levels_frame, trades_frame

_ROWS = '"b":[<each_bid>["<price>","<quantity>"]</each>],"a":[<each_ask>["<price>","<quantity>"]</each>]}}'


def _depth(own: str) -> FrameShape:
    """The numbers are first and last update id, and at futures the last one of the message before."""
    return levels_frame('{"stream":"<lower>@depth<_>","data":{"e":"depthUpdate","E":<time_ms>,' + own + _ROWS)


def _trade(kind: str, own: str) -> FrameShape:
    return trades_frame(f'{{"stream":"<lower>@{kind}","data":{{"e":"{kind}","E":<_>,{own}}}}}')


SPOT = (
    _depth('"s":"<symbol>","U":<number>,"u":<number>,'),
    _trade(
        "trade", '"s":"<symbol>","t":<id>,"p":"<price>","q":"<quantity>","T":<time_ms>,"m":<is_buyer_maker>,"M":<_>'
    ),
    _trade(
        "aggTrade",
        '"s":"<symbol>","a":<id>,"p":"<price>","q":"<quantity>","f":<_>,"l":<_>,"T":<time_ms>,"m":<is_buyer_maker>,"M":<_>',
    ),
)
_FUTURES_TRADES = (
    _trade(
        "trade",
        '"T":<time_ms>,"s":"<symbol>","t":<id>,"p":"<price>","q":"<quantity>","X":"MARKET","m":<is_buyer_maker>',
    ),
    _trade(
        "aggTrade",
        '"a":<id>,"s":"<symbol>","p":"<price>","q":"<quantity>","f":<_>,"l":<_>,"T":<time_ms>,"m":<is_buyer_maker>',
    ),
)
USD_MARGINED = (_depth('"T":<_>,"s":"<symbol>","U":<number>,"u":<number>,"pu":<number>,'), *_FUTURES_TRADES)
COIN_MARGINED = (_depth('"T":<_>,"s":"<symbol>","ps":"<_>","U":<number>,"u":<number>,"pu":<number>,'), *_FUTURES_TRADES)
