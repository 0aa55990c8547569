"""A whole line becomes wishes: orders, cancels, moves, closing.

buy … | sell …                                    station/language/orders.py
cancel all | BTC* | buys BTC-USD | sells | #12    close BTC-USD 50% | close half
flat BTC-USD | flat all                           reverse BTC-USD
be BTC-USD          stops to break-even           move #12 @ 60900 | stop 980 | size 2
pause #12 | resume BTC-USD                        slices
"""

from collections.abc import Callable

from core.vocabulary import OrderType, Side, TimeInForce
from station.language.amounts import read_price, read_quantity, share_of
from station.language.orders import read_order
from station.language.reader import Reader
from station.language.situation import Situation, order_of, read_instrument, read_instruments
from station.link.tickets import Ticket
from station.link.wishes import BreakEven, Cancel, CancelAll, Flatten, Group, Move, Pause, Reverse, Wish
from station.views.instrument import InstrumentView
from station.views.orders import SLICED

Wishes = tuple[Wish, ...]
SHARES = {"quarter": "25%", "half": "50%", "all": "100%", "¼": "25%", "½": "50%", "¾": "75%"}


def understand(line: str, situation: Situation) -> Wishes:
    """What the line asks for. Raises NotUnderstood, pointing at the word."""
    reader = Reader(line)
    verb = reader.take("what to do", f"one of {', '.join(VERBS)}")
    read = VERBS.get(verb.key)
    if read is None:
        raise reader.unknown(verb, VERBS, "command")
    wished = read(reader, situation)
    if reader.next is not None:
        raise reader.wrong(reader.next, f"`{verb.key}` ends before {reader.next.text!r}", "leave it out")
    return wished


def closing(instrument: InstrumentView, position_lots: int, lots: int) -> Ticket:
    """A part of a position at the market."""
    return Ticket(
        instrument_id=instrument.instrument_id,
        side=Side.SELL if position_lots > 0 else Side.BUY,
        quantity_lots=lots,
        order_type=OrderType.MARKET,
        time_in_force=TimeInForce.IOC,
        is_reduce_only=True,
    )


def _buy(reader: Reader, situation: Situation) -> Wishes:
    return _placed(read_order(reader, situation, Side.BUY))


def _sell(reader: Reader, situation: Situation) -> Wishes:
    return _placed(read_order(reader, situation, Side.SELL))


def _placed(legs: tuple[Ticket, ...]) -> Wishes:
    return (legs[0],) if len(legs) == 1 else (Group(legs=legs),)


def _cancel(reader: Reader, situation: Situation) -> Wishes:
    if reader.take_if("all", "everything"):
        return (CancelAll(),)
    side = Side.NONE
    if said := reader.take_if("buys", "sells"):
        side = Side.BUY if said.key == "buys" else Side.SELL
        if reader.next is None and situation.chosen_id < 0:
            return (CancelAll(side=side),)
    word = reader.next
    if word is None and side is Side.NONE:
        raise reader.unfinished("what to cancel", "all, a symbol, BTC*, buys, sells, or #12")
    if word is not None and word.text.removeprefix("#").isdecimal() and side is Side.NONE:
        named = []
        while reader.next is not None:
            named.append(order_of(reader, situation, reader.take("", "")))
        return tuple(Cancel(client_id=order.client_id, instrument_id=order.instrument_id) for order in named)
    return tuple(
        CancelAll(instrument_id=one.instrument_id, side=side)
        for one in _with_orders(reader, situation, read_instruments(reader, situation))
    )


def _with_orders(reader: Reader, situation: Situation, found: list[InstrumentView]) -> list[InstrumentView]:
    """One that was named is asked for in any case; of a pattern those that have an order."""
    busy = [one for one in found if situation.orders_of(one.instrument_id)]
    if not busy and len(found) > 1:
        raise reader.wrong(reader.last, f"no open order matches {reader.last.text}")
    return busy or found


def _flat(reader: Reader, situation: Situation) -> Wishes:
    if reader.take_if("all", "everything"):
        return (Flatten(),)
    return tuple(Flatten(instrument_id=one.instrument_id) for one in read_instruments(reader, situation))


def _close(reader: Reader, situation: Situation) -> Wishes:
    share = reader.take_if(*SHARES)
    instrument = read_instrument(reader, situation) if share is None or reader.next is not None else None
    if instrument is None:
        instrument = situation.instrument(situation.chosen_id) if situation.chosen_id >= 0 else None
    if instrument is None:
        raise reader.unfinished("the instrument", "for example close BTC-USD half")
    place = reader.last
    share = share or reader.take_if(*SHARES)
    held = situation.position_lots(instrument.instrument_id)
    if held == 0:
        raise reader.wrong(place, f"there is no position in {instrument.symbol}")
    text = SHARES[share.key] if share is not None else "100%"
    if share is None and reader.next is not None:
        share = reader.take("", "")
        text = share.text
    lots = share_of(reader, share or place, text, abs(held), instrument)
    if lots == abs(held):
        return (Flatten(instrument_id=instrument.instrument_id),)
    if not instrument.min_lots <= lots <= abs(held):
        least, most = instrument.short(instrument.min_lots), instrument.short(abs(held))
        raise reader.wrong(share or place, f"{instrument.short(lots)} cannot be closed", f"between {least} and {most}")
    return (closing(instrument, held, lots),)


def _reverse(reader: Reader, situation: Situation) -> Wishes:
    return (Reverse(instrument_id=read_instrument(reader, situation).instrument_id),)


def _break_even(reader: Reader, situation: Situation) -> Wishes:
    return tuple(BreakEven(instrument_id=one.instrument_id) for one in read_instruments(reader, situation))


def _pause(reader: Reader, situation: Situation) -> Wishes:
    return _paused(reader, situation, is_paused=True)


def _resume(reader: Reader, situation: Situation) -> Wishes:
    return _paused(reader, situation, is_paused=False)


def _paused(reader: Reader, situation: Situation, *, is_paused: bool) -> Wishes:
    word = reader.next
    if word is not None and word.text.removeprefix("#").isdecimal():
        found = [order_of(reader, situation, reader.take("", ""))]
    else:
        ids = {one.instrument_id for one in read_instruments(reader, situation)}
        found = [order for order in situation.orders if order.instrument_id in ids]
    sliced = [order for order in found if order.kind in SLICED]
    if not sliced:
        raise reader.wrong(reader.last, "no order that is worked in slices", "an iceberg, twap or vwap can be paused")
    return tuple(
        Pause(client_id=order.client_id, instrument_id=order.instrument_id, is_paused=is_paused) for order in sliced
    )


def _move(reader: Reader, situation: Situation) -> Wishes:
    order = order_of(reader, situation, reader.take("which order", "for example move #12 @ 60900"))
    instrument = situation.instrument(order.instrument_id)
    found: dict[str, int] = {}
    while (word := reader.take_if("@", "limit", "stop", "trigger", "size")) is not None:
        if word.key == "size":
            found["quantity_lots"] = read_quantity(reader, instrument)
        elif word.key in ("stop", "trigger"):
            now = order.trigger_ticks
            found["trigger_ticks"] = read_price(
                reader, instrument, situation, side=order.side, from_ticks=now, what="the trigger"
            )
        else:
            now = order.price_ticks
            found["price_ticks"] = read_price(
                reader, instrument, situation, side=order.side, from_ticks=now, what="the price"
            )
    if not found:
        raise reader.unfinished("where to", "@ 60900, stop 980, or size 2")
    return (Move(client_id=order.client_id, instrument_id=order.instrument_id, **found),)


VERBS: dict[str, Callable[[Reader, Situation], Wishes]] = {
    "buy": _buy, "sell": _sell, "cancel": _cancel, "close": _close, "flat": _flat, "flatten": _flat,
    "reverse": _reverse, "be": _break_even, "move": _move, "pause": _pause, "resume": _resume,
}  # fmt: skip
