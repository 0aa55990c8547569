"""The status line: what an order would mean, whether one can be sent, and whether what is shown can be trusted.

From left to right in the order of what must not be overlooked; what has no room is left out from the right.
"""

from rich.segment import Segment
from rich.style import Style

from core.vocabulary import FeedState, ProcessState
from station.renderables.paint import Paint
from station.renderables.row import Row, fill_both, plain
from station.views.numbers import clock_text, count_text, signed_money, zone_text
from station.views.status import FeedView, StatusView, TapeView
from station.views.terminal import NO_TERMINAL, TerminalView, line_text
from station.views.words import FEED_STATES, MODES, PROCESS_STATES

NS_PER_SECOND = 1_000_000_000
ROOM_FOR_WORDS = 100
COUNTED, ONLY_COUNTED = -1, -2
"""Details of the feeds where there are too many to be named"""
Part = tuple[str, Style]


def status_row(
    view: StatusView, *, paint: Paint, width: int, is_learning: bool = False, terminal: TerminalView = NO_TERMINAL
) -> Row:
    must = [*_mode(view, paint), *_arming(view, paint)]
    if is_learning:
        must.append((" LEARNING ", paint.quiet_block))
    if view.unknown_orders:
        word = f"{view.unknown_orders} UNKNOWN" if width >= ROOM_FOR_WORDS else f"?{view.unknown_orders}"
        must.append((f" {word}", paint.surface_halted))
    must += _line(terminal, paint, width)
    clock = _clock(view.wall_s * NS_PER_SECOND, paint, width)
    room = width - _length(must) - _length(clock)
    for detail in (2, 1, 0, COUNTED, ONLY_COUNTED):
        groups = [
            _lease(view, paint) if detail == 2 else [],
            _feeds(view, paint, detail),
            _core(view, paint, detail),
            _tape(view.tape, paint, detail),
            _account(view, paint) if detail == 2 else [],
        ]
        shown = [part for group in groups for part in group]
        if _length(shown) <= room:
            break
    while groups and _length([part for group in groups for part in group]) > room:
        groups.pop()
    shown = [part for group in groups for part in group]
    return fill_both([*must, *shown], clock, width, paint.surface)


def _clock(wall_ns: int, paint: Paint, width: int) -> list[Part]:
    """With its zone; where there is little room Z stands for UTC, L for local."""
    zone = zone_text(wall_ns)
    zone = f" {zone} " if width >= ROOM_FOR_WORDS else "Z" if zone == "UTC" else "L"
    return [(f" {clock_text(wall_ns)}", paint.surface), (zone, paint.surface_muted)]


def _line(view: TerminalView, paint: Paint, width: int) -> list[Part]:
    """That the screen is drawn more seldom than it should, and how it is doing where somebody asked."""
    if not (view.is_slowed or view.is_asked):
        return []
    chosen = paint.surface_warning if view.is_slowed else paint.surface_muted
    if width < ROOM_FOR_WORDS:
        return [(f" {round(view.frames_per_s)} fps", chosen)]
    return [(f" {'slow line: ' if view.is_slowed else ''}{line_text(view)}", chosen)]


def _length(parts: list[Part]) -> int:
    return sum(len(text) for text, _ in parts)


def _mode(view: StatusView, paint: Paint) -> list[Part]:
    block = (f" {MODES[view.mode]} ", paint.modes[view.mode])
    parts: list[Part] = [block, (f" {plain(view.desk)} ", paint.surface_strong)]
    if not view.is_attached:
        parts.append((" CORE SILENT ", paint.halted_block))
    return parts


def _arming(view: StatusView, paint: Paint) -> list[Part]:
    seat = view.seat
    if view.is_halted:
        return [(" HALTED ", paint.halted_block)]
    if seat.seat < 0:
        return [(" WATCHING ", paint.quiet_block)]
    if seat.is_armed and seat.holds_lease:
        return [(" ARMED ", paint.warning_block)]
    if view.lease_seat >= 0 and not seat.holds_lease:
        return [(f" LEASE AT SEAT {view.lease_seat} ", paint.quiet_block)]
    return [(" DISARMED ", paint.quiet_block)]


def _lease(view: StatusView, paint: Paint) -> list[Part]:
    if view.lease_seat < 0:
        return [(" lease free", paint.surface_muted)]
    if view.seat.holds_lease:
        return [(" lease ours", paint.surface)]
    return [] if not view.lease_place else [(f" at {view.lease_place}", paint.surface_muted)]


def _feeds(view: StatusView, paint: Paint, detail: int) -> list[Part]:
    """Where they have no room one by one, those that are well are counted, at last the others too."""
    parts: list[Part] = []
    named = list(view.feeds)
    if detail <= COUNTED:
        named = [feed for feed in view.feeds if feed.state is not FeedState.LIVE]
        well = len(view.feeds) - len(named)
        parts += [(" ●", paint.surface_up), (f"{well} live", paint.surface)] if well else []
    if detail <= ONLY_COUNTED and named:
        parts += [(" ●", paint.surface_stale), (f"{len(named)} not live", paint.surface_stale)]
        named = []
    for feed in named:
        parts += [(" ", paint.surface), ("●", _feed_style(feed, paint)), (plain(feed.venue), paint.surface)]
        if feed.state is not FeedState.LIVE or detail == 2:
            parts.append((f" {FEED_STATES[feed.state]}", _feed_style(feed, paint)))
        if detail == 2 and feed.gaps:
            parts.append((f" {count_text(feed.gaps)} gaps", paint.surface_stale))
    if not view.feeds:
        parts.append((" no feed", paint.surface_stale))
    for gateway in view.gateways:
        if gateway.state is not FeedState.LIVE:
            parts.append((f" orders {FEED_STATES[gateway.state]}", paint.surface_halted))
    return parts


def _feed_style(feed: FeedView, paint: Paint) -> Style:
    if feed.state is FeedState.LIVE:
        return paint.surface_up
    return paint.surface_halted if feed.state is FeedState.DOWN else paint.surface_stale


def _core(view: StatusView, paint: Paint, detail: int) -> list[Part]:
    pin = f"cpu{view.core_cpu}" if view.core_cpu >= 0 else "no pin"
    parts: list[Part] = [(" core ", paint.surface_muted), (percent_text(view.core_busy_ppm), paint.surface)]
    if detail >= 1:
        parts.append((f" {pin}", paint.surface_muted))
    ill = [process for process in view.processes if process.state not in (ProcessState.RUNNING, ProcessState.NONE)]
    parts += [(f" {plain(process.name)} {PROCESS_STATES[process.state]}", paint.surface_halted) for process in ill[:2]]
    return parts


def percent_text(millionths: int) -> str:
    """Four characters: 0.3%, 12%, 100%."""
    percent = millionths / 10_000
    return f"{percent:3.1f}%" if percent < 9.95 else f"{percent:3.0f}%"


def _tape(tape: TapeView, paint: Paint, detail: int) -> list[Part]:
    parts: list[Part] = [(" tape ", paint.surface_muted)]
    if tape.state is ProcessState.RUNNING:
        parts.append((f"{count_text(tape.rows_per_s):>5}/s", paint.surface))
        if detail >= 2:
            parts.append((f" {count_text(tape.written)} rows", paint.surface_muted))
    else:
        word = "cannot write" if tape.state is ProcessState.STALE else PROCESS_STATES[tape.state] or "off"
        parts.append((word, paint.surface_halted))
    if tape.dropped:
        parts.append((f" {count_text(tape.dropped)} lost", paint.surface_halted))
    return parts


def _account(view: StatusView, paint: Paint) -> list[Part]:
    profit = view.realised_e8 + view.unrealised_e8 - view.fees_e8
    chosen = paint.surface_up if profit > 0 else paint.surface_down if profit < 0 else paint.surface_muted
    word, strategies = ("on", paint.surface_warning) if view.strategies_enabled else ("off", paint.surface_muted)
    return [
        (" strategies ", paint.surface_muted),
        (word, strategies),
        ("  P/L ", paint.surface_muted),
        (f"{signed_money(profit)}{f' {plain(view.currency)}' if view.currency else ''} ", chosen),
        (f"without {view.unrated_positions} " if view.unrated_positions else "", paint.surface_warning),
    ]


def banner_row(view: StatusView, *, said: str, paint: Paint, width: int, rearm_key: str) -> Row:
    """Stands where the hint line is while the desk is halted; what was just said is added."""
    why = plain(view.halt_reason) or "no reason given"
    return fill_both(
        [
            (" HALTED ", paint.halted_block),
            (f" {why} · {_proof(view)}", paint.halted_block),
            (f" · {plain(said)}" if said else "", paint.halted_block),
        ],
        [(f" {rearm_key} re-arms ", paint.halted_block)],
        width,
        paint.halted_block,
    )


def _proof(view: StatusView) -> str:
    """What may stay open: protective stops when nobody meant the halt, orders of others with kill_scope "own"."""
    if view.is_flattening:
        return "flattening…"
    if not view.is_halt_proven:
        return "cancelling…"
    cancelled = sum(gateway.halt_cancelled for gateway in view.gateways)
    left = sum(gateway.open_at_venue for gateway in view.gateways)
    return f"{f'{left} left' if left else 'nothing is'} open at the venue, {cancelled} cancelled"


def too_small_rows(width: int, height: int, *, least: tuple[int, int], paint: Paint) -> list[Row]:
    """Instead of a broken screen."""
    sentence = f"This terminal has {width}×{height}; the station needs {least[0]}×{least[1]}. Make it larger."
    words, lines = sentence.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) + 1 > max(8, width - 2) and lines[-1]:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    lines.append("The kill keys work all the same.")
    space: Row = (Segment(" " * width, paint.text),)
    text: list[Row] = [(Segment(f" {line}"[:width].ljust(width), paint.strong),) for line in lines]
    above = max(0, (height - len(text)) // 2)
    return ([space] * above + text + [space] * height)[:height]
