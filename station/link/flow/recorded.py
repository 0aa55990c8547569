"""Bars of before this desk started, from the recordings of the day: asked of the running recorder, once for each chart.

The recorder answers on a thread of ours, so a chart begins without them and has them a moment later. Where it does not
answer there are none, and it is asked again after ASK_AGAIN_S. Seconds in which nothing traded have no bar.
"""

import queue
import threading
import time
from pathlib import Path

import numpy as np

from core.bars.bar import PERIOD_NS
from core.vocabulary import EventKind
from feeds.store.asking import ask_recorder
from feeds.store.errors import QueryError
from station.views.flow import Candle

BARS = 512
TIMEOUT_S = 10.0
ASK_AGAIN_S = 30.0

QUESTION = """
with told as (
    select t.now_ns + s.wall_offset_ns as wall_ns, t.price_ticks, t.quantity_lots, t.side, t.session, t.tape_sequence
    from tape_market t join tape_session s using (session) join tape_instrument i using (session, instrument_id)
    where t.kind = {kind} and i.symbol = '{symbol}'
)
select wall_ns // {period} * {period} as start_ns, arg_min(price_ticks, (session, tape_sequence)), max(price_ticks),
       min(price_ticks), arg_max(price_ticks, (session, tape_sequence)), sum(quantity_lots)::bigint,
       coalesce(sum(quantity_lots) filter (side > 0), 0)::bigint, count(*),
       sum(price_ticks::double * quantity_lots)
from told where wall_ns >= {since} and wall_ns < {until}
group by start_ns order by start_ns
"""


class RecordedBars:
    """By instrument and frame."""

    def __init__(self, socket: Path, instruments: np.ndarray) -> None:
        self._socket, self._instruments = socket, instruments
        self._found: dict[tuple[int, int, int], tuple[Candle, ...]] = {}
        self._asked_s: dict[tuple[int, int, int], float] = {}
        self._wanted: queue.SimpleQueue[tuple[int, int, int]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def before(self, instrument_id: int, frame: int, until_wall_ns: int) -> tuple[Candle, ...]:
        """Oldest first; none as long as they are not known."""
        key = (instrument_id, frame, until_wall_ns)
        if key in self._found:
            return self._found[key]
        if until_wall_ns and time.monotonic() - self._asked_s.get(key, -ASK_AGAIN_S) >= ASK_AGAIN_S:
            self._asked_s[key] = time.monotonic()
            self._wanted.put(key)
            if self._thread is None:
                self._thread = threading.Thread(target=self._ask_all, name="recorded bars", daemon=True)
                self._thread.start()
        return ()

    def _ask_all(self) -> None:
        while True:
            key = self._wanted.get()
            try:
                self._found[key] = self._ask(*key)
            except QueryError:
                continue  # asked again when it is wanted again

    def _ask(self, instrument_id: int, frame: int, until_wall_ns: int) -> tuple[Candle, ...]:
        period_ns = PERIOD_NS[frame]
        question = QUESTION.format(
            kind=int(EventKind.TRADE),
            symbol=self._instruments[instrument_id]["symbol"].decode().replace("'", "''"),
            period=period_ns,
            since=until_wall_ns - until_wall_ns % period_ns - BARS * period_ns,
            until=until_wall_ns,
        )
        answer = ask_recorder(question, socket_path=self._socket, limit=BARS + 1, timeout_s=TIMEOUT_S)
        return tuple(Candle(*row) for row in answer.rows)


def joined(
    older: tuple[Candle, ...], candles: tuple[Candle, ...], since_wall_ns: int, period_ns: int
) -> tuple[Candle, ...]:
    """Recorded bars and then ours; the one in which we began is made of both.

    Where the venue told us of its past, its bars go first: they hold what was recorded too.
    """
    if not candles or not older:
        return candles or older
    first = candles[0]
    before = [candle for candle in older if candle.start_wall_ns < first.start_wall_ns]
    last = older[-1]
    is_ours_alone = first.start_wall_ns == since_wall_ns - since_wall_ns % period_ns
    if last.start_wall_ns == first.start_wall_ns and is_ours_alone:
        first = Candle(
            start_wall_ns=first.start_wall_ns,
            open_ticks=last.open_ticks,
            high_ticks=max(last.high_ticks, first.high_ticks),
            low_ticks=min(last.low_ticks, first.low_ticks),
            close_ticks=first.close_ticks,
            volume_lots=last.volume_lots + first.volume_lots,
            buy_lots=last.buy_lots + first.buy_lots,
            trades=last.trades + first.trades,
            value=last.value + first.value,
        )
    return (*before, first, *candles[1:])
