"""What differs in meaning differs in its text: take every colour away, and nothing that matters is lost."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from core.vocabulary import BookState, FeedState, Mode, OrderStatus, ProcessState, Side
from station.renderables.health import DESK_COLUMNS, desk_lines
from station.renderables.ladder import ladder_rows
from station.renderables.orders import ORDER_COLUMNS, order_lines
from station.renderables.paint import Paint, paint_of
from station.renderables.positions import POSITION_COLUMNS, position_lines
from station.renderables.row import Row
from station.renderables.signals import signals_rows
from station.renderables.status import status_row
from station.renderables.table import Column, Table, table_rows
from station.renderables.trades import TRADE_COLUMNS, print_lines, sales_of
from station.renderables.watch import WATCH_COLUMNS, WatchLine
from station.theme import built_in_themes
from station.views.book import BookView
from station.views.flow import PrintsView
from station.views.ladder import LadderView
from station.views.machine import MachineView
from station.views.orders import OrderView, PositionView
from station.views.signals import SignalsView
from station.views.status import FeedView, ProcessView, SeatView, StatusView, TapeView
from tests import desk_views, market_views, order_views

PAINT: Paint = paint_of(built_in_themes()["midnight"])
BTC = market_views.instruments()[0]
Draw = Callable[[Any], Sequence[Row]]
with_ = msgspec.structs.replace


def listed(columns: Sequence[Column[Any]], line: Any) -> list[Row]:
    return table_rows(Table(columns, [line]), paint=PAINT, width=37, height=2)


def status(view: StatusView) -> list[Row]:
    return [status_row(view, paint=PAINT, width=80)]


def health(view: StatusView) -> list[Row]:
    lines = desk_lines(view, MachineView())
    return table_rows(Table(DESK_COLUMNS, lines), paint=PAINT, width=44, height=12)


def signals(view: SignalsView) -> list[Row]:
    return signals_rows(view, BTC, order_views.strategies(), strategies_enabled=True, paint=PAINT, width=34, height=12)


def ladder(view: LadderView) -> list[Row]:
    return ladder_rows(view, paint=PAINT, width=44, height=20)


def watch(view: Any) -> list[Row]:
    return listed(WATCH_COLUMNS, WatchLine(BTC, view))


def order(view: OrderView) -> list[Row]:
    return listed(ORDER_COLUMNS, order_lines([(BTC, view)])[0])


def position(view: PositionView) -> list[Row]:
    return listed(POSITION_COLUMNS, position_lines([(BTC, view)], desk_views.risk(), base_currency="USD")[0])


NO_PRINTS = PrintsView(instrument_id=0)
BOOK: BookView = market_views.book(BTC)
LADDER = LadderView(instrument=BTC, book=BOOK, middle_row=BTC.reference_ticks)
ORDER = with_(order_views.orders(market_views.instruments())[0], instrument_id=0)
POSITION = order_views.positions(market_views.instruments())[0]
TRADES = market_views.trades(BTC)
WATCH = market_views.watch(market_views.instruments())[0]
SIGNALS = market_views.signals(BTC)
STATUS = desk_views.status()
LIVE_FEED = FeedView(venue="alpha", state=FeedState.LIVE)
CORE = ProcessView(name="core", state=ProcessState.RUNNING, pid=7)

PAIRS: dict[str, tuple[Draw, Any, Any]] = {
    "bought, sold": (
        lambda view: listed(TRADE_COLUMNS, print_lines(sales_of(NO_PRINTS, view), BTC)[0]),
        with_(TRADES, trades=(TRADES.trades[0]._replace(side=1),)),
        with_(TRADES, trades=(TRADES.trades[0]._replace(side=-1),)),
    ),
    "last bought, last sold": (watch, with_(WATCH, last_side=1), with_(WATCH, last_side=-1)),
    "up, down": (watch, with_(WATCH, change_ppm=500), with_(WATCH, change_ppm=-500)),
    "book live, gapped": (watch, with_(WATCH, state=BookState.LIVE), with_(WATCH, state=BookState.GAPPED)),
    "ladder: last bought, last sold": (
        ladder, with_(LADDER, book=with_(BOOK, last_side=1)), with_(LADDER, book=with_(BOOK, last_side=-1)),
    ),
    "ladder: cursor, none": (ladder, with_(LADDER, cursor_row=BTC.reference_ticks), LADDER),
    "buy, sell": (order, with_(ORDER, side=Side.BUY), with_(ORDER, side=Side.SELL)),
    "order open, pending": (order, ORDER, with_(ORDER, status=OrderStatus.PENDING_CANCEL)),
    "order open, unknown": (order, ORDER, with_(ORDER, status=OrderStatus.UNKNOWN)),
    "long, short": (position, with_(POSITION, position_lots=300), with_(POSITION, position_lots=-300)),
    "profit, loss": (position, with_(POSITION, realised_e8=10**11), with_(POSITION, realised_e8=-(10**11))),
    "imbalance": (signals, with_(SIGNALS, imbalance=0.4), with_(SIGNALS, imbalance=-0.4)),
    "macd above, below its signal": (
        signals,
        with_(SIGNALS, is_warm=-1, macd_ticks=1.0, macd_signal_ticks=0.5),
        with_(SIGNALS, is_warm=-1, macd_ticks=1.0, macd_signal_ticks=1.5),
    ),
    "armed, disarmed": (status, STATUS, desk_views.status(is_armed=False)),
    "halted": (status, STATUS, desk_views.status(is_halted=True)),
    "paper, live": (status, desk_views.status(mode=Mode.PAPER), desk_views.status(mode=Mode.LIVE)),
    "lease ours, elsewhere": (
        status, with_(STATUS, seat=SeatView(seat=1), lease_seat=1), with_(STATUS, seat=SeatView(seat=1), lease_seat=2),
    ),
    "feed live, stale": (status, with_(STATUS, feeds=(LIVE_FEED,)),
                         with_(STATUS, feeds=(with_(LIVE_FEED, state=FeedState.STALE),))),
    "feed stale, down": (status, with_(STATUS, feeds=(with_(LIVE_FEED, state=FeedState.STALE),)),
                         with_(STATUS, feeds=(with_(LIVE_FEED, state=FeedState.DOWN),))),
    "tape written, not": (status, STATUS, with_(STATUS, tape=TapeView(state=ProcessState.STALE))),
    "core silent": (status, STATUS, with_(STATUS, is_attached=False)),
    "process well, stale": (health, with_(STATUS, processes=(CORE,)),
                            with_(STATUS, processes=(with_(CORE, state=ProcessState.STALE),))),
}  # fmt: skip


def text_of(rows: Sequence[Row]) -> str:
    return "\n".join("".join(segment.text for segment in row) for row in rows)


@pytest.mark.parametrize("name", PAIRS)
def test_two_meanings_have_two_texts(name: str) -> None:
    draw, one, other = PAIRS[name]
    assert one != other
    assert text_of(draw(one)) != text_of(draw(other))
