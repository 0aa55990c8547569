"""Bars from the whole list of trades at once: slow, obvious."""

from typing import NamedTuple


class Trade(NamedTuple):
    wall_ns: int
    price_ticks: int
    quantity_lots: int
    side: int


class Bar(NamedTuple):
    """The fields of BAR in order, without `value`."""

    start_ns: int
    end_ns: int
    open_ticks: int
    high_ticks: int
    low_ticks: int
    close_ticks: int
    volume_lots: int
    buy_lots: int
    trades: int


def time_bars(trades: list[Trade], period_ns: int, until_ns: int) -> list[Bar]:
    """Every bar that ended at or before `until_ns`, from the one of the first trade on."""
    bars: list[Bar] = []
    if not trades:
        return bars
    start_ns = trades[0].wall_ns // period_ns * period_ns
    while start_ns + period_ns <= until_ns:
        inside = [trade for trade in trades if start_ns <= trade.wall_ns < start_ns + period_ns]
        bars.append(_bar(inside, start_ns, start_ns + period_ns, bars[-1].close_ticks if bars else 0))
        start_ns += period_ns
    return bars


def counted_bars(trades: list[Trade], *, trades_per_bar: int = 0, lots_per_bar: int = 0) -> list[Bar]:
    """A bar closes with the trade that fills it."""
    bars: list[Bar] = []
    inside: list[Trade] = []
    for trade in trades:
        inside.append(trade)
        lots = sum(one.quantity_lots for one in inside)
        if (trades_per_bar and len(inside) >= trades_per_bar) or (lots_per_bar and lots >= lots_per_bar):
            bars.append(_bar(inside, inside[0].wall_ns, trade.wall_ns, 0))
            inside = []
    return bars


def _bar(inside: list[Trade], start_ns: int, end_ns: int, last_ticks: int) -> Bar:
    prices = [trade.price_ticks for trade in inside] or [last_ticks]
    return Bar(
        start_ns,
        end_ns,
        prices[0],
        max(prices),
        min(prices),
        prices[-1],
        sum(trade.quantity_lots for trade in inside),
        sum(trade.quantity_lots for trade in inside if trade.side > 0),
        len(inside),
    )
