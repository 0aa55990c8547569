"""What happened to an order, in a sentence for the hint line; bad news also as a toast."""

from core.vocabulary import OrderStatus, OrderType, Side
from station.views.instrument import InstrumentView
from station.views.orders import PLAIN, TRIGGERED, OrderNews
from station.views.words import denied_sentence, rejected_sentence
from station.views.working import KINDS

BY_TIME = (OrderType.TWAP, OrderType.VWAP)
BAD = frozenset({OrderStatus.REJECTED, OrderStatus.NOT_SENT, OrderStatus.UNKNOWN, OrderStatus.EXPIRED})


def is_bad(news: OrderNews) -> bool:
    return news.is_as_before or (news.status in BAD and not news.traded_lots)


def news_sentence(news: OrderNews, instrument: InstrumentView) -> str:
    """Empty for what the trader sees anyway: an order that is open, or gone because he cancelled it."""
    is_buy = news.side is Side.BUY
    if news.traded_lots and news.kind in BY_TIME and news.status is not OrderStatus.FILLED:
        return ""  # slice after slice for an hour: the list of orders shows how far it is
    if news.traded_lots:
        did = "bought" if is_buy else "sold"
        rest = "" if news.status is OrderStatus.FILLED else ", not yet all"
        quantity = instrument.short(news.traded_lots)
        quantity = f"the last {quantity}" if news.kind in BY_TIME else quantity
        price = f" at {_average(news.average_ticks, instrument)}" if news.average_ticks else ""
        # The price says enough of a plain order.
        order = f" on the {_named(news, instrument)}" if news.kind not in PLAIN or not price else ""
        return f"{did} {quantity} {instrument.symbol}{price}{order}{rest}"
    what = f"{'buy' if is_buy else 'sell'} {instrument.symbol} {_at(news, instrument)}"
    if news.is_as_before:
        return f"{what} stays as it was, the venue refused: {rejected_sentence(news.reason)}"
    match news.status:
        case OrderStatus.REJECTED:
            return f"the venue rejected: {what}: {rejected_sentence(news.reason)}"
        case OrderStatus.DENIED:
            return f"denied: {what}: {denied_sentence(news.reason)}"
        case OrderStatus.EXPIRED:
            return f"expired: {what}"
        case OrderStatus.NOT_SENT:
            return f"not sent, it came too late: {what}"
        case OrderStatus.UNKNOWN:
            return f"outcome not known, being looked up: {what}"
        case _:
            return f"went off: {what}" if news.has_gone_off else ""


def _average(ticks: float, instrument: InstrumentView) -> str:
    return instrument.price(int(ticks)) if ticks == int(ticks) else instrument.price_between(ticks)


def _named(news: OrderNews, instrument: InstrumentView) -> str:
    return f"order {_at(news, instrument)}" if news.kind in PLAIN else _at(news, instrument)


def _at(news: OrderNews, instrument: InstrumentView) -> str:
    """ "at 61,000.0", "at market", "stop 60,800.0", "twap"."""
    if news.kind in TRIGGERED and news.trigger_ticks:
        return f"{KINDS[news.kind]} {instrument.price(news.trigger_ticks)}"
    if news.kind not in PLAIN:
        return KINDS[news.kind]
    return f"at {instrument.price(news.price_ticks)}" if news.price_ticks else "at market"
