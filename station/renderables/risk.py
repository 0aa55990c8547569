"""The risk page: breaker, limits as bars, protective stops, denials; beside them losses, stress and correlation.

     ACTIVE   breaker WARNING: the drawdown from the peak of the day, 10.4 % of 10.0 %, since 13:36:07
    gross notional  ━━━━━━━━━━━━━━━━━━────      38,211 / 50,000   76 % !

A bar that is nearly full changes its colour and is followed by a mark, so that colour alone says nothing. What has no
room is left out whole, the least worth first: no figure is cut.
"""

from collections.abc import Mapping, Sequence

from rich.style import Style

from core.vocabulary import BreakerCause, BreakerState, TradingState
from station.renderables.paint import Paint
from station.renderables.row import Row, fill, left, plain, right
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.numbers import DASH, clock_text, count_text, money_text
from station.views.orders import PositionView
from station.views.portfolio import PortfolioView
from station.views.risk import CauseView, LimitView, ProtectionView, RiskView
from station.views.words import BREAKER_CAUSES, BREAKER_STATES, TRADING_STATES, denied_sentence

Line = list[tuple[str, Style]]
NAME, SHORT_NAME = 22, 17
SAID_BY_THE_UNIT = ("notional", "trigger")
"""Left out where the whole name has no room"""
NUMBERS = 18
SHARE = 8
MONEY = "of the base currency"
"""The unit of such a limit"""
NEAR = 0.75
"""From this share of a limit on it is marked."""
ROOM_FOR_BOTH = 116
"""From here on losses, stress and correlation stand beside the limits."""
ROOM_FOR_CAUSE = 90
LEFT_SHARE = 0.53
CELL = 6
"""Of the heat map"""
SHORTEST_BAR = 4
ROOM_FOR_NAMES = 60
MOST_DENIALS = 6
AMOUNT = 10
SHORT_SYMBOL, ROOM_FOR_SYMBOL = 13, 60
ROOM_FOR_WARNING = 44
"""From here on it is said where the breaker warns, beside where it opens."""
METHOD = 13
STRESS, STRESS_LOSS = 22, 12
LOSSES = {"VaR 99": "var_99", "ES 99": "shortfall_99", "VaR 95": "var_95", "ES 95": "shortfall_95"}
"""The most worth first"""
PPM = (BreakerCause.DRAWDOWN, BreakerCause.FEEDS)


def risk_rows(
    view: RiskView,
    portfolio: PortfolioView,
    instruments: Mapping[int, InstrumentView],
    positions: Mapping[int, PositionView],
    *,
    wall_s: int,
    paint: Paint,
    width: int,
) -> list[Row]:
    """As many as there are. `positions` by instrument: how far the market is from a stop."""
    wide = int(width * LEFT_SHARE) if width >= ROOM_FOR_BOTH else width
    first = [*_state_lines(view, wall_s, paint, wide), *_limit_lines(view, portfolio.currency, paint, wide - 1), []]
    first += _protection_lines(view, instruments, positions, paint, wide)
    first += _cause_lines(view, paint, wide)
    first += _denial_lines(view, paint)
    second = _portfolio_lines(portfolio, instruments, paint, width - wide if wide < width else width)
    if wide == width:
        return _filled([*first, *second], paint, width)
    height = max(len(first), len(second))
    rows = _filled(first, paint, wide, height), _filled(second, paint, width - wide, height)
    return [(*one, *other) for one, other in zip(*rows, strict=True)]


def _filled(lines: Sequence[Line], paint: Paint, width: int, height: int = 0) -> list[Row]:
    rows = [fill([(plain(text), style) for text, style in line], width, paint.text) for line in lines]
    return rows + [fill([], width, paint.text)] * (height - len(rows))


# Breaker, limits, protection, denials.


def _state_lines(view: RiskView, wall_s: int, paint: Paint, width: int) -> list[Line]:
    """One line; a narrow pane has the cause on a second."""
    block = {TradingState.ACTIVE: paint.accent_block, TradingState.REDUCING: paint.warning_block}
    style = {BreakerState.NORMAL: paint.up, BreakerState.WARNING: paint.warning_bold}.get(view.breaker, paint.halted)
    line: Line = [
        (" ", paint.text),
        (f" {TRADING_STATES[view.trading_state]} ", block.get(view.trading_state, paint.halted_block)),
        (" breaker ", paint.muted),
        (BREAKER_STATES[view.breaker], style),
    ]
    if view.breaker is BreakerState.NORMAL:
        return [_whole([*line, (f"  equity {money_text(view.equity_e8, 0)}", paint.muted)], width)]
    if view.breaker is BreakerState.TRIGGERED:
        left_s = view.until_wall_ns // 10**9 - wall_s
        line.append((f" {_span(left_s)} to go" if left_s > 0 else " may be re-armed", paint.strong))
    reached = f"{_value(view.cause, view.value)} of {_value(view.cause, view.at)}"
    since = f", since {clock_text(view.since_wall_ns)}" if view.since_wall_ns else ""
    if width < ROOM_FOR_CAUSE:
        cause = view.cause.name.lower().replace("_", " ")
        return [line, [(f" {cause} {reached}", style)]]
    return [[*line, (f": {BREAKER_CAUSES[view.cause]}, {reached}{since}", style)]]


def _limit_lines(view: RiskView, currency: str, paint: Paint, width: int) -> list[Line]:
    """Those of which something can be used up. Money is in the desk's base currency."""
    return [_limit_line(limit, limit.share, currency, paint, width) for limit in view.limits if limit.share is not None]


def _limit_line(limit: LimitView, share: float, currency: str, paint: Paint, width: int) -> Line:
    style = paint.halted if share >= 1 else paint.warning_bold if share >= NEAR else paint.text
    bar_style = paint.halted if share >= 1 else paint.warning if share >= NEAR else paint.accent
    # Down: 100 % is said of what is full, and of nothing else.
    percent = f"{min(999, int(share * 100))} %{' !' if share >= NEAR else '  '}"
    numbers = f"{_number(limit.used or 0.0)} / {_number(limit.most)}"
    name = NAME if width >= ROOM_FOR_NAMES else SHORT_NAME
    bar = width - name - SHARE - 2
    parts: Line = []
    if bar >= NUMBERS:
        parts = [(right(numbers, NUMBERS), paint.muted)]
        bar -= NUMBERS + 1
    named = _limit_name(limit)
    if limit.unit == MONEY and currency:
        named = f"{named} {currency}"
    if len(named) > name:
        named = " ".join(word for word in named.split() if word not in SAID_BY_THE_UNIT)
    line: Line = [(f" {left(named, name)} ", paint.text)]
    if bar >= SHORTEST_BAR:
        full, half = divmod(min(2 * bar, max(0, round(share * 2 * bar))), 2)
        line += [("━" * full + "╸" * half, bar_style), ("─" * (bar - full - half), paint.faint), (" ", paint.text)]
    return [*line, *parts, (right(percent, SHARE), style)]


def _limit_name(limit: LimitView) -> str:
    """As risk.toml has it, without what the unit says already."""
    words = limit.name.removeprefix("max_").replace("_", " ")
    return words.replace(" pct", " %").replace(" bps", " bps")


def _protection_lines(
    view: RiskView,
    instruments: Mapping[int, InstrumentView],
    positions: Mapping[int, PositionView],
    paint: Paint,
    width: int,
) -> list[Line]:
    lines: list[Line] = []
    shown = [(one, instruments.get(one.instrument_id, NO_INSTRUMENT)) for one in view.protections]
    longest = max((len(instrument.symbol) for _, instrument in shown), default=0)
    name = longest if width >= ROOM_FOR_SYMBOL else min(longest, SHORT_SYMBOL)
    for one, instrument in shown:
        line = _protection_line(
            one, instrument, positions.get(one.instrument_id), paint, name, is_narrow=width < ROOM_FOR_SYMBOL
        )
        lines.append(_whole(line, width))
    guarded = {one.instrument_id for one in view.protections if one.stop_ticks}
    lines += [
        [(f" ! {instruments.get(number, NO_INSTRUMENT).symbol} has no protective stop", paint.warning_bold)]
        for number, held in positions.items()
        if held.position_lots and number not in guarded
    ]
    return [[(" protective stops", paint.head)], *lines, []] if lines else []


def _protection_line(
    one: ProtectionView,
    instrument: InstrumentView,
    held: PositionView | None,
    paint: Paint,
    name: int,
    *,
    is_narrow: bool,
) -> Line:
    """What is worth most first: the stop, who holds it, how far it is."""
    side = "long" if one.side > 0 else "short"
    stop = one.trail_ticks or one.stop_ticks
    line: Line = [
        (f" {left(instrument.symbol_in(name), name)} {left(side, 5)} ", paint.text),
        (f"{'trail' if one.trail_ticks else 'stop '} {instrument.price(stop)}", paint.own),
    ]
    where = "closing" if one.is_closing else "at venue" if one.venue_stop_ticks else "core only"
    shown = f" {where.removeprefix('at ').removesuffix(' only'):<5}" if is_narrow else f"  {where:<9}"
    line.append((shown, paint.warning_bold if one.is_closing else paint.muted))
    if held is not None and held.mark_ticks:
        line.append((f" {(stop - held.mark_ticks) / held.mark_ticks * 100:+.2f}%", paint.muted))
    if one.is_closing:
        return line
    targets = [ticks for ticks in (one.first_target_ticks, one.second_target_ticks)[one.targets_hit :] if ticks]
    words = [f"{'' if at else '  targets'} {instrument.price(ticks)}" for at, ticks in enumerate(targets)]
    return [*line, *((word, paint.muted) for word in words)]


def _whole(line: Line, width: int) -> Line:
    """Its first parts, as many as have room."""
    used = 0
    for at, (text, _) in enumerate(line):
        used += len(text)
        if used > width:
            return line[: max(1, at)]
    return line


def _cause_lines(view: RiskView, paint: Paint, width: int) -> list[Line]:
    """What the breaker looks at, and from where on it warns and opens."""
    if not view.causes:
        return []
    with_warning = width >= ROOM_FOR_WARNING
    words = ("now", "warns", "opens") if with_warning else ("now", "opens")
    name = min(17, max(0, width - 4 - len(words) * AMOUNT))
    heading = "".join(right(word, AMOUNT) for word in words)
    lines: list[Line] = [[(f" {left('breaker', name)}{heading}", paint.head)]]
    for one in view.causes:
        is_near = any(at is not None and one.value >= at for at in (one.warning, one.trigger))
        line: Line = [(f" {left(one.cause.name.lower().replace('_', ' '), name)}", paint.text)]
        line.append((right(_value(one.cause, one.value), AMOUNT), paint.warning_bold if is_near else paint.text))
        lines.append([*line, (_thresholds(one, with_warning=with_warning) + (" !" if is_near else ""), paint.muted)])
    return [*lines, []]


def _thresholds(one: CauseView, *, with_warning: bool) -> str:
    thresholds = (one.warning, one.trigger) if with_warning else (one.trigger,)
    values = (DASH if at is None else _value(one.cause, at) for at in thresholds)
    return "".join(right(value, AMOUNT) for value in values)


def _denial_lines(view: RiskView, paint: Paint) -> list[Line]:
    lines: list[Line] = [
        [(f" {right(count_text(count), 6)} × ", paint.text), (denied_sentence(reason), paint.muted)]
        for reason, count in view.denied[:MOST_DENIALS]
    ]
    return [[(" denied", paint.head)], *lines, []] if lines else []


def _value(cause: BreakerCause, value: int) -> str:
    if cause is BreakerCause.DAILY_LOSS:
        return money_text(value, 0)
    if cause in PPM:
        return f"{value / 10_000:.1f} %"
    return f"{value / 100:.1f} bps" if cause is BreakerCause.SLIPPAGE else count_text(value)


# Losses, stress, correlation.


def _portfolio_lines(
    view: PortfolioView, instruments: Mapping[int, InstrumentView], paint: Paint, width: int
) -> list[Line]:
    if view.measured_ns == 0:
        return [[(" portfolio risk: nothing measured yet", paint.muted)]]
    currency = view.currency
    room = max(1, (width - METHOD - 1) // AMOUNT)
    shown = sorted(list(LOSSES)[:room], key=lambda name: (not name.startswith("VaR"), name))
    lines: list[Line] = [
        _whole(
            [
                (" portfolio ", paint.head),
                (f"gross {view.gross:,.0f}", paint.text),
                (f" net {view.net:+,.0f}", paint.text),
                (f" {currency}", paint.text),
            ],
            width,
        ),
        [(f" {left('in a day', METHOD)}{''.join(right(name, AMOUNT) for name in shown)}", paint.head)],
    ]
    for method in ("historical", "parametric", "monte_carlo"):
        losses = [getattr(getattr(view, method), LOSSES[name]) for name in shown]
        texts = "".join(right(f"{loss:,.0f}" if loss else DASH, AMOUNT) for loss in losses)
        lines.append([(f" {left(method.replace('_', ' '), METHOD)}", paint.muted), (texts, paint.text)])
    if view.stress:
        lines += [[], [(" stress", paint.head)]]
        worst = max(1.0, *(abs(one.loss) for one in view.stress))
        longest = max(len(one.name) for one in view.stress)
        name = min(max(STRESS, min(longest, width // 2)), max(0, width - STRESS_LOSS - 1))
        for one in view.stress:
            bar = round(max(0.0, one.loss) / worst * max(0, width - name - STRESS_LOSS - 4))
            lines.append(
                [
                    (f" {left(one.name, name)}", paint.muted),
                    (right(f"{-one.loss:+,.0f}", STRESS_LOSS), paint.sign(-one.loss)),
                    (f" {'━' * bar}", paint.down),
                ]
            )
    if view.held and not view.samples:
        lines += [[], [(" correlation: no returns to measure it by yet", paint.muted)]]
    elif view.held:
        lines += [[], *_heat_map(view, instruments, paint, width)]
    return lines


def _heat_map(view: PortfolioView, instruments: Mapping[int, InstrumentView], paint: Paint, width: int) -> list[Line]:
    """Correlation as colour and figure; as many instruments as there is room for. Columns are called by the numbers of
    the rows: whole symbols have no room over them, and halves of them look alike."""
    held = view.held[: max(1, (width - SHORT_SYMBOL - 4) // CELL)]
    symbols = [instruments.get(one.instrument_id, NO_INSTRUMENT) for one in held]
    longest = max(len(instrument.symbol) for instrument in symbols)
    name = min(longest, max(SHORT_SYMBOL, width - 4 - CELL * len(held)))
    heading = "".join(right(f"{number} ", CELL) for number in range(1, len(held) + 1))
    lines: list[Line] = [[(f" {left('correlation', name + 3)}{heading}", paint.head)]]
    for row, one in enumerate(held):
        line: Line = [(f" {row + 1:>2} ", paint.muted), (left(symbols[row].symbol_in(name), name), paint.text)]
        for value in one.correlations[: len(held)]:
            line.append((right(f"{value:+.2f} ", CELL), _heat(value, paint)))
        lines.append(line)
    return lines


def _heat(value: float, paint: Paint) -> Style:
    palette = paint.palette
    colour = palette.up if value > 0 else palette.down
    if paint.is_blunt:
        return paint.behind(colour, palette.background)
    return paint.behind(palette.foreground, paint.tint(colour, min(1.0, abs(value)) / 2, on=palette.background))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def _span(seconds: int) -> str:
    hours, rest = divmod(seconds, 3_600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
