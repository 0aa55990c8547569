"""How much of the desk's limits would an order use? As risk reckons it, of what the screen knows.

Money limits are in the base currency, and told only where it is known what the instrument's currency is worth in it.
The review in the core (core/risk/review.py) is the one that counts: it asks more, and with the price of its own moment.
"""

from core.vocabulary import Limit
from station.language.situation import Situation
from station.link.tickets import Ticket
from station.views.instrument import InstrumentView
from station.views.risk import LimitView

MONEY = 100_000_000


def slippage_limit(situation: Situation) -> float | None:
    """Basis points; None: it is not known."""
    found = _limit(situation, Limit.MAX_SLIPPAGE_BPS)
    return found.most if found is not None else None


def limits_used(
    entry: Ticket, legs: int, ticks: int, instrument: InstrumentView, situation: Situation
) -> list[tuple[str, float]]:
    """What it is called and the share that is used afterwards: the order, its position, the portfolio, open orders."""
    shares = []
    orders = _limit(situation, Limit.MAX_OPEN_ORDERS)
    if instrument.rate > 0.0 and not entry.is_reduce_only:
        worth = _base(instrument, ticks, entry.quantity_lots)
        before = _base(instrument, ticks, _worst(entry, instrument, situation, 0))
        after = _base(instrument, ticks, _worst(entry, instrument, situation, entry.quantity_lots))
        portfolio = _limit(situation, Limit.MAX_PORTFOLIO_NOTIONAL)
        used = portfolio.used if portfolio is not None and portfolio.used is not None else 0.0
        shares += _share("order size", worth, _limit(situation, Limit.MAX_ORDER_NOTIONAL))
        shares += _share("position", after, _limit(situation, Limit.MAX_POSITION_NOTIONAL))
        shares += _share("portfolio", used + max(0.0, after - before), portfolio)
    if orders is not None:
        shares += _share("open orders", (orders.used or 0.0) + legs, orders)
    return shares


def _worst(entry: Ticket, instrument: InstrumentView, situation: Situation, more_lots: int) -> int:
    """The position in size, if everything that works on either side filled, with so many lots more on the order's."""
    held = situation.position_lots(instrument.instrument_id)
    working = {1: 0, -1: 0}
    for order in situation.orders_of(instrument.instrument_id):
        if not order.is_held and not order.is_insurance:
            working[int(order.side)] += order.open_lots
    working[int(entry.side)] += more_lots
    return max(abs(held + working[1]), abs(held - working[-1]))


def _base(instrument: InstrumentView, ticks: int, lots: int) -> float:
    return abs(instrument.notional_e8(ticks, lots)) / MONEY * instrument.rate


def _share(name: str, used: float, limit: LimitView | None) -> list[tuple[str, float]]:
    return [(name, used / limit.most)] if limit is not None and limit.most > 0 else []


def _limit(situation: Situation, which: Limit) -> LimitView | None:
    return next((one for one in situation.risk.limits if one.limit is which), None)
