"""What a wish would do, before it is sent: price, worth, fees, slippage, limits, what it risks and may win.

Fees are the instrument's own: the taker's where the order would trade at once, the maker's where it would rest. What
would trade at once is walked through the books that are shown (cost.py); any other price that only the market will tell
is taken from the best price on the other side.
"""

from core.vocabulary import OrderType, Side, TimeInForce
from station.language.cost import PPM, Cost, cost_of
from station.language.limits import limits_used, slippage_limit
from station.language.situation import Situation
from station.link.tickets import Ticket
from station.link.wishes import Cancel, CancelAll, Group, Wish, sentence
from station.views.instrument import NO_INSTRUMENT, InstrumentView
from station.views.numbers import duration_text, money_text, signed_money
from station.views.orders import SLICED
from station.views.prompt import Preview
from station.views.usual import size_text

AT_ONCE = (OrderType.LIMIT, OrderType.MARKET, OrderType.MARKET_TO_LIMIT)
CROSSES = (OrderType.MARKET, OrderType.MARKET_TO_LIMIT, OrderType.TWAP, OrderType.VWAP)
AT_TRIGGER = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED)


def previewed(wish: Wish, situation: Situation) -> Preview:
    number = getattr(wish, "instrument_id", -1)
    instrument = situation.instrument(number) if number >= 0 else NO_INSTRUMENT
    said = sentence(wish, instrument)
    match wish:
        case Ticket():
            return _of_order(wish, (), said, instrument, situation)
        case Group():
            entry = wish.legs[-1]
            return _of_order(entry, wish.legs[:-1], said, instrument, situation)
        case Cancel():
            order = next((one for one in situation.orders if one.client_id == wish.client_id), None)
            left = instrument.short(order.open_lots) if order is not None else "?"
            return Preview(sentence=said, facts=(("open", left),))
        case CancelAll():
            orders = situation.orders if number < 0 else situation.orders_of(number)
            count = sum(wish.side is Side.NONE or order.side is wish.side for order in orders)
            return Preview(sentence=said, facts=(("orders", str(count)),))
        case _:
            return Preview(sentence=said)


def _of_order(
    entry: Ticket, legs: tuple[Ticket, ...], said: str, instrument: InstrumentView, situation: Situation
) -> Preview:
    book = situation.book(instrument.instrument_id)
    touch = book.best_ask if entry.side is Side.BUY else book.best_bid
    ticks = _price(entry, touch)
    if not ticks:
        return Preview(sentence=said, warnings=("the book is empty: its price is not known",))
    worth = instrument.notional_e8(ticks, entry.quantity_lots)
    is_taking = _takes(entry, touch)
    cost = _cost(entry, instrument, situation) if is_taking and entry.order_type in AT_ONCE else None
    facts = [
        ("price", ("about " if not entry.price_ticks else "") + instrument.price(ticks)),
        ("worth", f"{money_text(worth)} {instrument.settlement}"),
        (f"fee {'taker' if is_taking else 'maker'}", money_text(_fee(worth, instrument, is_taking, cost))),
    ]
    facts += _taken(cost, instrument, situation) if cost is not None else []
    facts += _routed(cost, entry, situation) if cost is not None and entry.is_routed else []
    if touch:
        facts.append(("from market", f"{(ticks - touch) / touch * 10_000:+.1f} bps"))
    held = situation.position_lots(instrument.instrument_id)
    facts.append(("position", f"{_signed(instrument, held)} → {_signed(instrument, held + _grown(entry, held))}"))
    facts += _stakes(entry, legs, ticks, instrument)
    if 0 < instrument.margin_ppm < PPM:
        facts.append(("margin", money_text(worth * instrument.margin_ppm // PPM)))
    used = limits_used(entry, 1 + len(legs), ticks, instrument, situation)
    if used:
        facts.append(("limits", " · ".join(f"{name} {share:.0%}" for name, share in used)))
    where = _where(entry, instrument)
    if where:
        facts.append(("worked", where))
    warnings = _warnings(entry, book.is_live, is_taking)
    usual = situation.usual_lots(instrument) if situation.usual_lots is not None else 0
    warnings += [large] if (large := size_text(entry.quantity_lots, usual)) else []
    warnings += _costly(entry, cost, instrument, situation) if cost is not None else []
    warnings += [f"beyond the limit on {name}: it would be denied" for name, share in used if share > 1.0]
    return Preview(sentence=said, facts=tuple(facts), warnings=tuple(warnings))


def _cost(entry: Ticket, instrument: InstrumentView, situation: Situation) -> Cost:
    """Of what would trade at once."""
    venues = situation.venues_of(instrument) if entry.is_routed else [instrument]
    books = [(one, situation.book(one.instrument_id)) for one in venues]
    return cost_of(instrument, books, entry.side, entry.quantity_lots, entry.price_ticks, situation.slowness_of)


def _fee(worth_e8: int, instrument: InstrumentView, is_taking: bool, cost: Cost | None) -> int:
    """Of what is shown the taker's, level by level; of the rest as if it traded at the price, or rested."""
    if cost is None:
        return worth_e8 * (instrument.taker_fee_ppm if is_taking else instrument.maker_fee_ppm) // PPM
    return cost.fee_e8 + max(0, worth_e8 - sum(part.worth_e8 for part in cost.parts)) * instrument.maker_fee_ppm // PPM


def _taken(cost: Cost, instrument: InstrumentView, situation: Situation) -> list[tuple[str, str]]:
    """At which price on average, and how far behind the mid."""
    if not cost.parts:
        return []
    levels = f"{cost.levels} level{'s' if cost.levels > 1 else ''}"
    most = slippage_limit(situation)
    allowed = f" of {most:g}" if most is not None else ""
    return [
        ("fills at", f"{cost.average:,.{instrument.price_places + 1}f} over {levels}"),
        ("slippage", f"{cost.slip_bps:.1f}{allowed} bps"),
    ]


def _routed(cost: Cost, entry: Ticket, situation: Situation) -> list[tuple[str, str]]:
    """What each venue gets, at which price with its fee, and how slow it is."""
    facts = []
    for part in cost.parts:
        one, delay = part.instrument, situation.delay_of(part.instrument)
        price = f"{part.average_with_fee(entry.side):,.{one.price_places + 1}f}"
        slow = duration_text(delay.delay_ns) if delay.ack_ns else "not timed yet"
        facts.append((f"to {one.venue}", f"{one.short(part.lots)} at {price} with fee · {slow}"))
    return facts


def _costly(entry: Ticket, cost: Cost, instrument: InstrumentView, situation: Situation) -> list[str]:
    most, found = slippage_limit(situation), []
    if most is not None and cost.slip_bps > most:
        found.append(f"it would slip by more than {most:g} bps: it would be denied")
    if cost.beyond_lots > 0 and entry.order_type is OrderType.MARKET:
        found.append(f"{instrument.short(cost.beyond_lots)} more than the book shows")
    elif cost.beyond_lots > 0 and entry.time_in_force is not TimeInForce.IOC:
        found.append(f"{instrument.short(cost.beyond_lots)} of it would rest")
    return found


def _price(entry: Ticket, touch: int | None) -> int:
    if entry.order_type in AT_TRIGGER:
        return entry.price_ticks or entry.trigger_ticks
    if entry.order_type is OrderType.LIMIT and entry.price_ticks and touch:
        better = min if entry.side is Side.BUY else max
        return better(entry.price_ticks, touch)
    return entry.price_ticks or touch or 0


def _takes(entry: Ticket, touch: int | None) -> bool:
    """Would it trade as a taker?"""
    if entry.order_type in CROSSES or entry.order_type in (OrderType.STOP, OrderType.MARKET_IF_TOUCHED):
        return True
    if entry.order_type is OrderType.TRAILING_STOP:
        return True
    return not entry.is_post_only and touch is not None and (entry.price_ticks - touch) * entry.side >= 0


def _grown(entry: Ticket, held: int) -> int:
    grown = int(entry.side) * entry.quantity_lots
    if not entry.is_reduce_only:
        return grown
    return 0 if held * grown >= 0 else max(grown, -held) if grown < 0 else min(grown, -held)


def _stakes(entry: Ticket, legs: tuple[Ticket, ...], ticks: int, instrument: InstrumentView) -> list[tuple[str, str]]:
    """What the stop would lose and the targets would win, without fees."""
    lost = won = 0
    for leg in legs:
        level = leg.trigger_ticks or leg.price_ticks
        amount = instrument.notional_e8(level, leg.quantity_lots) - instrument.notional_e8(ticks, leg.quantity_lots)
        amount *= -int(entry.side) if instrument.is_inverse else int(entry.side)
        if leg.order_type is OrderType.LIMIT:
            won += amount
        elif level:
            lost += amount
    facts = [("at the stop", signed_money(lost))] if lost else []
    facts += [("at the targets", signed_money(won))] if won else []
    if lost < 0 < won:
        facts.append(("reward : risk", f"{won / -lost:.2f}"))
    return facts


def _where(entry: Ticket, instrument: InstrumentView) -> str:
    """By whom, when it is more than a plain order."""
    kind = entry.order_type
    if kind in (OrderType.LIMIT, OrderType.MARKET, OrderType.MARKET_TO_LIMIT):
        return ""
    if instrument.native_types >> int(kind) & 1:
        return f"at {instrument.venue}"
    return "here, in slices" if kind in SLICED else "here, until it goes out"


def _warnings(entry: Ticket, is_live: bool, is_taking: bool) -> list[str]:
    found = [] if is_live else ["the book is not live: it would be denied"]
    if entry.is_post_only is False and is_taking and entry.order_type is OrderType.LIMIT:
        found.append("it trades at once")
    return found


def _signed(instrument: InstrumentView, lots: int) -> str:
    return f"{'+' if lots > 0 else ''}{instrument.short(lots)}"
