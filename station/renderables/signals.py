"""The signals of the instrument on the ladder, each with a gauge where it has ends, and the strategies below."""

from collections.abc import Sequence

from rich.style import Style

from core.vocabulary import SignalName
from station.renderables.paint import Paint
from station.renderables.row import Row, fill, fill_both, left, plain, right
from station.views.instrument import InstrumentView
from station.views.numbers import count_text, fitting_money
from station.views.signals import SignalsView, StrategyView
from station.views.words import SIGNALS

NAME_WIDTH, MONEY_WIDTH = 12, 10
VALUE_WIDTH = 13
MOST_GAUGE = 61


def signals_rows(
    view: SignalsView,
    instrument: InstrumentView,
    strategies: Sequence[StrategyView],
    *,
    strategies_enabled: bool,
    paint: Paint,
    width: int,
    height: int,
) -> list[Row]:
    rows = [_line(name, view, instrument, paint, width) for name in SignalName]
    if strategies and height > len(rows) + 1:
        word, word_style = ("on", paint.warning_bold) if strategies_enabled else ("off", paint.muted)
        rows.append(fill_both([(" strategies ", paint.head)], [(f"{word} ", word_style)], width, paint.text))
        rows += [_strategy(strategy, paint, width, strategies_enabled) for strategy in strategies]
    return rows[:height]


def _line(name: SignalName, view: SignalsView, instrument: InstrumentView, paint: Paint, width: int) -> Row:
    label = (f" {left(SIGNALS[name], NAME_WIDTH)}", paint.muted)
    if not view.has(name):
        return fill([label, (right("warming up", VALUE_WIDTH), paint.muted)], width, paint.text)
    text, number, chosen = _value(name, view, instrument, paint)
    room = width - NAME_WIDTH - VALUE_WIDTH - 3
    parts = [label, (right(text, VALUE_WIDTH), chosen)]
    if number is not None and room >= 7:
        parts.append((" ", paint.text))
        parts += gauge(number, min(room, MOST_GAUGE), paint)
    return fill(parts, width, paint.text)


def _value(
    name: SignalName, view: SignalsView, instrument: InstrumentView, paint: Paint
) -> tuple[str, float | None, Style]:
    """Text, and the place on a gauge from -1 to 1 for signals that have ends."""
    match name:
        case SignalName.IMBALANCE:
            return f"{view.imbalance:+.2f}", view.imbalance, paint.sign(view.imbalance)
        case SignalName.WEIGHTED_MID:
            return instrument.price_between(view.weighted_mid_ticks), None, paint.text
        case SignalName.MICRO_PRICE:
            return instrument.price_between(view.micro_price_ticks), None, paint.text
        case SignalName.TRADE_FLOW:
            return f"{view.trade_flow:+.2f}", view.trade_flow, paint.sign(view.trade_flow)
        case SignalName.VOLATILITY:
            return f"{view.volatility * 10_000:.2f} bp/√s", None, paint.text
        case SignalName.RSI:
            place = view.rsi / 50.0 - 1.0
            return f"{view.rsi:.1f}", place, paint.sign(place if abs(place) >= 0.4 else 0.0)
        case SignalName.MACD:
            above = view.macd_ticks - view.macd_signal_ticks
            arrow = "▴" if above > 0 else "▾" if above < 0 else " "
            return f"{arrow}{_ticks(view.macd_ticks)}", None, paint.sign(above)


def _ticks(distance: float) -> str:
    """Never longer than its column: digits give way before the unit does."""
    if abs(distance) < 999.95:
        return f"{distance:+.1f} ticks"
    return f"{'+' if distance > 0 else ''}{count_text(round(distance))} ticks"


def gauge(place: float, width: int, paint: Paint) -> list[tuple[str, Style]]:
    """A line with a bar from its middle: -1 at the left end, 1 at the right."""
    half = width // 2
    length = min(half, round(abs(place) * half)) if place == place else 0
    if place < 0:
        return [("─" * (half - length), paint.faint), ("━" * length, paint.down), ("┼", paint.muted),
                ("─" * half, paint.faint)]  # fmt: skip
    return [("─" * half, paint.faint), ("┼", paint.muted), ("━" * length, paint.up),
            ("─" * (half - length), paint.faint)]  # fmt: skip


def _strategy(strategy: StrategyView, paint: Paint, width: int, strategies_enabled: bool) -> Row:
    is_on = strategy.is_enabled and strategies_enabled
    dot = ("●", paint.up) if is_on else ("○", paint.muted)
    named = f" {plain(strategy.name)} v{strategy.version}"
    money = fitting_money(strategy.realised_e8, MONEY_WIDTH)
    earned = (f"{right(money, MONEY_WIDTH)} ", paint.sign(strategy.realised_e8))
    wishes = (f" {count_text(strategy.intents)} wishes ", paint.muted)
    has_room = len(named) + len(wishes[0]) + len(earned[0]) + 2 <= width
    return fill_both(
        [(" ", paint.text), dot, (named, paint.text)], [wishes, earned] if has_room else [earned], width, paint.text
    )
