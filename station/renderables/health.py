"""The desk pane: processes, feeds, order sides and recorder. What is well says little, what is ill says why."""

from rich.style import Style

from core.vocabulary import FeedState, ProcessState
from station.renderables.paint import Paint
from station.renderables.row import Row, fill, left, plain
from station.views.numbers import count_text, duration_text
from station.views.status import FeedView, StatusView, TapeView
from station.views.words import FEED_STATES, PROCESS_STATES

Part = tuple[str, Style]
NAME, SHORT_NAME = 14, 10
STATE = 10
ROOM_FOR_NAME = 60


def health_rows(view: StatusView, *, paint: Paint, width: int, height: int) -> list[Row]:
    lines = [_summary(view, paint)]
    for process in view.processes:
        is_well = process.state is ProcessState.RUNNING
        again = f", restarted {process.restarts}×" if process.restarts else ""
        told = f"pid {process.pid}{again}" if process.pid else ""
        lines += _entry("●○", process.name, PROCESS_STATES[process.state], told, "", is_well, paint, width)
    for feed in view.feeds:
        is_well = feed.state is FeedState.LIVE
        lines += _entry("⇣⇣", feed.venue, FEED_STATES[feed.state], _of_feed(feed), feed.message, is_well, paint, width)
    for gateway in view.gateways:
        is_well = gateway.state is FeedState.LIVE
        told = f"{gateway.open_at_venue} orders open there"
        lines += _entry("⇡⇡", gateway.venue, FEED_STATES[gateway.state], told, gateway.message, is_well, paint, width)
    tape = view.tape
    is_well = tape.state is ProcessState.RUNNING and not tape.dropped
    word = PROCESS_STATES[tape.state] or "off"
    lines += _entry("▤▤", "recorder", word, _of_tape(tape), tape.message, is_well, paint, width)
    return [fill(line, width, paint.text) for line in lines[:height]]


def _summary(view: StatusView, paint: Paint) -> list[Part]:
    hours, rest = divmod(view.uptime_s, 3600)
    return [
        (" up ", paint.muted),
        (f"{hours}:{rest // 60:02d}:{rest % 60:02d}", paint.text),
        ("  open ", paint.muted),
        (str(view.open_orders), paint.text),
        ("  unknown ", paint.muted),
        (str(view.unknown_orders), paint.halted if view.unknown_orders else paint.text),
        ("  denied ", paint.muted),
        (count_text(view.denied), paint.text),
    ]


def _entry(
    marks: str, name: str, state: str, told: str, message: str, is_well: bool, paint: Paint, width: int
) -> list[list[Part]]:
    """One line; a second one for the message of what is ill. `marks`: while well, while ill."""
    line = [
        (f" {marks[0] if is_well else marks[1]} ", paint.up if is_well else paint.halted),
        (left(plain(name), NAME if width >= ROOM_FOR_NAME else SHORT_NAME), paint.text),
        (f" {left(state, STATE)} ", paint.muted if is_well else paint.warning_bold),
        (told, paint.muted),
    ]
    return [line] if is_well or not message else [line, [(f"   {plain(message)}", paint.warning)]]


def _of_feed(feed: FeedView) -> str:
    """Rates, only the faults that there are, ages by the venue's clock and by ours (since the last frame)."""
    faults = (
        (feed.gaps, "gaps"),
        (feed.resyncs, "resyncs"),
        (feed.bad_frames, "bad frames"),
        (feed.dropped, "dropped"),
    )
    told = [f"{count_text(count)} {word}" for count, word in faults if count]
    told += [f"{duration_text(feed.untrusted_ns)} untrusted"] if feed.untrusted_ns else []
    told += [f"now for {duration_text(feed.untrusted_for_ns)}"] if feed.untrusted_for_ns > 0 else []
    known = ((0 if feed.is_recorded else feed.venue_age_ns, "venue"), (feed.silent_ns, "ours"))
    ages = [f"{duration_text(age_ns)} {word}" for age_ns, word in known if age_ns > 0]
    ages += ["recorded"] if feed.is_recorded else []
    rates = f"{count_text(feed.events_per_s)}/s {count_text(feed.bytes_per_s)}B/s"
    return ", ".join([rates, *told, *ages, f"{count_text(feed.events)} events"])


def _of_tape(tape: TapeView) -> str:
    lost = f"{count_text(tape.dropped)} lost, " if tape.dropped else ""
    return f"{lost}{count_text(tape.written)} rows, {count_text(tape.behind)} behind"
