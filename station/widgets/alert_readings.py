"""What does an alert's subject read just now? Out of the views that the panes show, and with its unit as a text."""

from collections.abc import Callable
from fnmatch import fnmatchcase

from core.vocabulary import BreakerCause, Hop, SignalName
from station.views.alerts import Alert, Reading
from station.views.instrument import InstrumentView
from station.views.numbers import duration_text, money_text, signed_money
from station.views.orders import OrderNews
from station.widgets.look import Look

E8 = 100_000_000
PPM = 1_000_000
SIGNALS = {
    "imbalance": (SignalName.IMBALANCE, "imbalance"),
    "flow": (SignalName.TRADE_FLOW, "trade_flow"),
    "volatility": (SignalName.VOLATILITY, "volatility"),
    "rsi": (SignalName.RSI, "rsi"),
    "macd": (SignalName.MACD, "macd_ticks"),
}


class Fills:
    """Own trades since the screen opened, by symbol: what `fill BTC*` counts."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def saw(self, news: OrderNews, instrument: InstrumentView) -> None:
        if news.traded_lots:
            self._counts[instrument.symbol] = self._counts.get(instrument.symbol, 0) + 1

    def count(self, pattern: str) -> float:
        wanted = pattern.casefold()
        return float(
            sum(
                count
                for symbol, count in self._counts.items()
                if not wanted or fnmatchcase(symbol.casefold(), wanted) or symbol.casefold().partition(".")[0] == wanted
            )
        )


def reading_of(alert: Alert, look: Look, fills: Fills) -> Reading:
    """None: there is none now, or nothing is called so."""
    subject = alert.subject.casefold()
    if subject == "fill":
        return fills.count(alert.word)
    if subject.startswith("latency."):
        return _latency(subject, look)
    if subject in _OF_DESK:
        return _OF_DESK[subject](look)
    head, _, field = subject.rpartition(".")
    if field == "feed":
        return next((feed.state.name for feed in look.status.feeds if feed.venue.casefold() == head), None)
    instrument = named(subject, look) or named(head, look)
    if instrument is None:
        return None
    return _of_instrument(instrument, "price" if named(subject, look) else field, look)


def named(symbol: str, look: Look) -> InstrumentView | None:
    """By its whole symbol, or by its name: then at the venue on the ladder if it trades there, else the first."""
    found = [one for one in look.instruments if symbol in (one.symbol.casefold(), one.name.casefold())]
    here = [one for one in found if one.venue == look.instrument.venue]
    return next(iter(here or found), None)


def reading_text(alert: Alert, reading: Reading) -> str:
    """With its unit; blank when it is absent."""
    if reading is None or isinstance(reading, str):
        return reading or ""
    field = alert.subject.casefold().rpartition(".")[2]
    if alert.subject.startswith("latency."):
        return duration_text(int(reading))
    if field in ("drawdown", "change"):
        return f"{reading * 100:.2f} %"
    if field in ("pnl", "realised"):
        return signed_money(int(reading * E8))
    if field == "equity":
        return money_text(int(reading * E8))
    return f"{reading:,.10g}"


def _profit(look: Look) -> Reading:
    status = look.status
    return (status.realised_e8 + status.unrealised_e8 - status.fees_e8) / E8 if status.is_attached else None


def _drawdown(look: Look) -> Reading:
    causes = look.source.risk().causes
    return next((one.value / PPM for one in causes if one.cause is BreakerCause.DRAWDOWN), None)


_OF_DESK: dict[str, Callable[[Look], Reading]] = {
    "pnl": _profit,
    "realised": lambda look: look.status.realised_e8 / E8 if look.status.is_attached else None,
    "equity": lambda look: look.source.risk().equity_e8 / E8 or None,
    "drawdown": _drawdown,
    "orders": lambda look: float(look.status.open_orders),
    "unknown": lambda look: float(look.status.unknown_orders),
    "denied": lambda look: float(look.status.denied),
    "halted": lambda look: "yes" if look.status.is_halted else "no",
}


def _latency(subject: str, look: Look) -> Reading:
    _, hop, percentile = subject.split(".")
    for view in look.source.latency():
        if view.hop is Hop[hop.upper()] and view.count:
            return float(view.max_ns if percentile == "max" else getattr(view, f"{percentile}_ns"))
    return None


def _of_instrument(instrument: InstrumentView, field: str, look: Look) -> Reading:
    book = look.book_of(instrument)
    if field == "book":
        return book.state.name
    if field in SIGNALS:
        signals = look.source.signals(instrument.instrument_id)
        name, attribute = SIGNALS[field]
        return float(getattr(signals, attribute)) if signals.has(name) else None
    tick, lot = (mantissa * 10.0**exponent for mantissa, exponent in (
        (instrument.tick_mantissa, instrument.tick_exponent), (instrument.lot_mantissa, instrument.lot_exponent),
    ))  # fmt: skip
    if field == "position":
        held = look.position_of(instrument)
        return (held.position_lots if held is not None else 0) * lot
    if field == "volume":
        return book.day_volume_lots * lot
    if not book.is_live:
        return None
    bid, ask, last, opened = book.best_bid, book.best_ask, book.last_ticks, book.day_open_ticks
    both = bid is not None and ask is not None
    ticks: dict[str, float | None] = {
        "price": last or None,
        "bid": bid,
        "ask": ask,
        "mid": (bid + ask) / 2 if both else None,  # type: ignore[operator]
        "spread": ask - bid if both else None,  # type: ignore[operator]
    }
    if field == "change":
        return last / opened - 1 if last and opened else None
    found = ticks.get(field)
    return None if found is None else found * tick
