"""How BitMEX writes its frequent frames, letter by letter. Source: recordings of 2021, documents, 2026."""

from feeds.frame_shapes import FrameShape, orders_frame, trades_frame

_ROW = '{"symbol":"<symbol>","id":<id>,"side":"<side>"'
_TRADE = (
    '{"timestamp":"<time_iso>Z","symbol":"<symbol>","side":"<side>","size":<quantity>,"price":<price>,'
    '"tickDirection":"<_>","trdMatchID":"<id>","grossValue":<_>,"homeNotional":<_>,"foreignNotional":<_>'
)


def _book(table: str, action: str, row: str) -> FrameShape:
    return orders_frame(f'{{"table":"{table}","action":"{action}","data":[<each>{row}</each>]}}')


SHAPES = (
    *(
        _book(table, action, _ROW + rest)
        for table in ("orderBookL2", "orderBookL2_25")
        for action, rest in (
            ("update", ',"size":<quantity>}'),
            ("delete", "}"),
            ("insert", ',"size":<quantity>,"price":<price>}'),
        )
    ),
    trades_frame('{"table":"trade","action":"insert","data":[<each>' + _TRADE + "}</each>]}"),
    trades_frame('{"table":"trade","action":"insert","data":[<each>' + _TRADE + ',"trdType":"Regular"}</each>]}'),
)
BEST_25_FROM = 3
"""Places in SHAPES: the full table is told before it."""
