"""The desk pane: processes, feeds, order sides and recorder, with the last fault in words."""

from rich.style import Style

from core.vocabulary import FeedState, ProcessState
from station.renderables.paint import Paint
from station.renderables.row import Row, cut, fill, left, plain, right
from station.views.numbers import count_text
from station.views.status import StatusView
from station.views.words import FEED_STATES, PROCESS_STATES

Part = tuple[str, Style]
NAME_WIDTH = 14


def health_rows(view: StatusView, *, paint: Paint, width: int, height: int) -> list[Row]:
    lines: list[list[Part]] = []
    hours, rest = divmod(view.uptime_s, 3600)
    lines.append([(" up ", paint.muted), (f"{hours}:{rest // 60:02d}:{rest % 60:02d}", paint.text),
                  ("  open ", paint.muted), (str(view.open_orders), paint.text),
                  ("  unknown ", paint.muted),
                  (str(view.unknown_orders), paint.halted if view.unknown_orders else paint.text),
                  ("  denied ", paint.muted), (str(view.denied), paint.text)])  # fmt: skip
    for process in view.processes:
        is_well = process.state is ProcessState.RUNNING
        lines.append([
            (" ● " if is_well else " ○ ", paint.up if is_well else paint.halted),
            (left(plain(process.name), NAME_WIDTH), paint.text),
            (f" {left(PROCESS_STATES[process.state], 10)}", paint.muted if is_well else paint.halted),
            (right(f"pid {process.pid}" if process.pid else "", 11), paint.muted),
            (f"  restarted {process.restarts}×" if process.restarts else "", paint.warning),
        ])  # fmt: skip
    for feed in view.feeds:
        is_well = feed.state is FeedState.LIVE
        numbers = f"{right(count_text(feed.events), 6)} events {feed.gaps} gaps {feed.resyncs} resyncs"
        faults = "".join(
            f" {count_text(count)} {word}" for count, word in ((feed.bad_frames, "bad"), (feed.dropped, "dropped"))
            if count
        )  # fmt: skip
        lines.append([
            (" ⇣ ", paint.up if is_well else paint.stale_bold),
            (left(plain(feed.venue), NAME_WIDTH), paint.text),
            (f" {left(FEED_STATES[feed.state], 10)}", paint.muted if is_well else paint.stale_bold),
            (numbers, paint.muted), (faults, paint.warning),
        ])  # fmt: skip
        if feed.message and not is_well:
            lines.append([(f"   {plain(feed.message)}", paint.stale)])
    for gateway in view.gateways:
        is_well = gateway.state is FeedState.LIVE
        lines.append([
            (" ⇡ ", paint.up if is_well else paint.halted),
            (left(plain(gateway.venue), NAME_WIDTH), paint.text),
            (f" {left(FEED_STATES[gateway.state], 10)}", paint.muted if is_well else paint.halted),
            (f"{gateway.open_at_venue} open at the venue", paint.muted),
        ])  # fmt: skip
        if gateway.message and not is_well:
            lines.append([(f"   {plain(gateway.message)}", paint.stale)])
    tape = view.tape
    is_well = tape.state is ProcessState.RUNNING
    rows = f"{right(count_text(tape.written), 6)} rows {count_text(tape.rows_per_s)}/s {count_text(tape.behind)} behind"
    lines.append([
        (" ▤ ", paint.up if is_well else paint.halted), (left("recorder", NAME_WIDTH), paint.text),
        (f" {left(PROCESS_STATES[tape.state] or 'off', 10)}", paint.muted if is_well else paint.halted),
        (rows, paint.muted),
        (f" {count_text(tape.dropped)} lost" if tape.dropped else "", paint.halted),
    ])  # fmt: skip
    if tape.message and not is_well:
        lines.append([(f"   {plain(tape.message)}", paint.stale)])
    return [fill([(cut(text, width), style) for text, style in line], width, paint.text) for line in lines[:height]]
