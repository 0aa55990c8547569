"""An order in words becomes tickets: what kind, at which price, for how long, and what hangs on it.

buy 2 BTC-USD @ 61000 post tp 61500 sl 60800
sell 1 ETH-USD stop 2900 limit 2890 | mit 3100 | lit 3100 | trail 1.5% from 3000
buy 5 BTC-USD @ 61000 iceberg 0.5 | twap 10m | vwap 1h cap 10% show 0.2 | peg best -2t | mtl | market
buy 1 BTC-USD @ 60000 oco stop 61500          one of two
… tp 61500:50% 62000:50%   … sl 60800 limit 60790   … sl trail 1%
… ioc | fok | day | gtc | gtd 17:30 | gtd 2h   … reduce   … post   … route
"""

import re
from collections.abc import Callable
from decimal import Decimal

import msgspec

from core.vocabulary import OrderType, Side, TimeInForce
from station.language.amounts import (
    is_price_like,
    offset_of,
    price_of,
    quantity_of,
    read_moment,
    read_offset,
    read_percent_ppm,
    read_price,
    read_quantity,
    read_span,
    share_of,
)
from station.language.reader import Reader, Word
from station.language.situation import Situation, read_instrument
from station.link.tickets import MOST_LEGS, Ticket
from station.views.instrument import InstrumentView
from station.views.orders import SLICED

RESTING = (OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED, OrderType.ICEBERG, OrderType.PEGGED)
WITHOUT_PRICE = (OrderType.MARKET, OrderType.MARKET_IF_TOUCHED, OrderType.TRAILING_STOP, OrderType.MARKET_TO_LIMIT)
ROUTED = (OrderType.LIMIT, OrderType.MARKET)
TIMES = {name.lower(): TimeInForce[name] for name in ("IOC", "FOK", "DAY", "GTC", "GTD")}
_PERCENT = re.compile(r"\d+(\.\d+)?%")


class Draft:
    """One order while its words are read."""

    def __init__(self, reader: Reader, situation: Situation, instrument: InstrumentView, side: Side) -> None:
        self.reader, self.situation, self.instrument, self.side = reader, situation, instrument, side
        self.asked = Ticket(instrument_id=instrument.instrument_id, side=side, quantity_lots=0)
        self.targets: list[tuple[Word, int, str]] = []
        """Word, price, and how much of the entry; empty: an even share"""
        self.guard: Draft | None = None
        """The stop of a bracket"""
        self.other: Draft | None = None
        """The order that competes with this one"""
        self._said: dict[str, Word] = {}
        self._kind: Word | None = None
        """The word that says what kind of order it is; None: a limit"""
        self._valid: Word | None = None

    def read(self, *, leaving_out: tuple[str, ...] = ()) -> "Draft":
        known = {key: clause for key, clause in CLAUSES.items() if key not in leaving_out}
        while (word := self.reader.next) is not None:
            clause = known.get(word.key)
            if clause is None:
                raise self.reader.unknown(word, known, "word of an order")
            self.reader.take("", "")
            if word.key in self._said:
                raise self.reader.wrong(word, f"`{word.key}` is said twice")
            self._said[word.key] = word
            clause(self, word)
        return self

    # ---- what each word does

    def ask(self, **terms: int) -> None:
        self.asked = msgspec.structs.replace(self.asked, **terms)

    def kind(self, word: Word, order_type: OrderType) -> None:
        if self._kind is not None:
            raise self.reader.wrong(
                word, f"it is `{self._kind.key}` already", f"say `{self._kind.key}` or `{word.key}`"
            )
        self._kind = word
        self.ask(order_type=order_type)

    def price(self, what: str, from_ticks: int = 0) -> int:
        return read_price(
            self.reader, self.instrument, self.situation, side=self.side, from_ticks=from_ticks, what=what
        )

    def at(self, word: Word) -> None:
        if self.asked.price_ticks:
            raise self.reader.wrong(word, "the limit is said twice")
        self.ask(price_ticks=self.price("the price"))

    def plain(self, word: Word) -> None:
        self.kind(word, {"market": OrderType.MARKET, "mtl": OrderType.MARKET_TO_LIMIT}[word.key])

    def triggered(self, word: Word) -> None:
        kinds = {"stop": OrderType.STOP, "mit": OrderType.MARKET_IF_TOUCHED, "lit": OrderType.LIMIT_IF_TOUCHED}
        self.kind(word, kinds[word.key])
        self.ask(trigger_ticks=self.price("the trigger"))

    def trail(self, word: Word) -> None:
        self.kind(word, OrderType.TRAILING_STOP)
        offset, is_in_bps = read_offset(self.reader, self.instrument, "how far it trails")
        if offset == 0:
            raise self.reader.wrong(self.reader.last, "a trailing stop needs a distance", "for example 1.5% or 30t")
        self.ask(offset=offset, is_in_bps=is_in_bps)
        if self.reader.take_if("from"):
            self.ask(activation_ticks=self.price("where it begins to trail"))

    def iceberg(self, word: Word) -> None:
        self.kind(word, OrderType.ICEBERG)
        self.ask(display_lots=read_quantity(self.reader, self.instrument, "how much it shows"))

    def sliced(self, word: Word) -> None:
        self.kind(word, OrderType[word.key.upper()])
        span_ns, starts_ns = read_span(self.reader, "how long it takes"), self.situation.now_ns
        while (more := self.reader.take_if("from", "cap", "show")) is not None:
            if more.key == "from":
                starts_ns = read_moment(self.reader, self.situation, "when it begins")
            elif more.key == "cap":
                self.ask(participation_ppm=read_percent_ppm(self.reader, "its part of the volume"))
            else:
                self.ask(display_lots=read_quantity(self.reader, self.instrument, "the size of a slice"))
        self.ask(starts_ns=starts_ns, ends_ns=starts_ns + span_ns)

    def peg(self, word: Word) -> None:
        self.kind(word, OrderType.PEGGED)
        to = self.reader.take("what it is pegged to", "best or mid")
        if to.key not in ("best", "mid"):
            raise self.reader.wrong(to, f"{to.text!r} is no peg", "say best or mid")
        self.ask(is_to_mid=to.key == "mid")
        behind = self.reader.next
        if behind is not None and is_price_like(behind):
            self.reader.take("", "")
            if behind.text[0] != "-":
                raise self.reader.wrong(behind, "a peg stands at its price or behind it", "for example -2t")
            offset, is_in_bps = offset_of(self.reader, behind, behind.text[1:], self.instrument)
            self.ask(offset=offset, is_in_bps=is_in_bps)

    def valid(self, word: Word) -> None:
        if self._valid is not None:
            raise self.reader.wrong(word, f"it is `{self._valid.key}` already", "say one of both")
        self._valid = word
        if word.key == "gtd":
            self.ask(ends_ns=read_moment(self.reader, self.situation, "until when"))
        self.ask(time_in_force=TIMES[word.key])

    def post(self, word: Word) -> None:
        self.ask(is_post_only=True)

    def reduce(self, word: Word) -> None:
        self.ask(is_reduce_only=True)

    def route(self, word: Word) -> None:
        if len(self.situation.venues_of(self.instrument)) == 1:
            right = "leave out `route`"
            raise self.reader.wrong(word, f"only {self.instrument.venue} has {self.instrument.name}", right)
        self.ask(is_routed=True)

    def target(self, word: Word) -> None:
        while is_price_like(self.reader.next) or not self.targets:
            said = self.reader.take("the target's price", "for example 61500, +1%, 61500:50% 62000:50%")
            price, _, share = said.text.partition(":")
            shown = Word(price, said.start, said.start + len(price))
            book = self.situation.book(self.instrument.instrument_id)
            ticks = price_of(self.reader, shown, price, self.instrument, book, -self.side, self.entry_ticks())
            self._beyond(said, ticks, is_target=True)
            self.targets.append((said, ticks, share))

    def stop_loss(self, word: Word) -> None:
        guard = Draft(self.reader, self.situation, self.instrument, Side(-self.side))
        if self.reader.next is not None and self.reader.next.key == "trail":
            guard.trail(self.reader.take("", ""))
        else:
            guard.kind(word, OrderType.STOP)
            ticks = guard.price("the stop's price", self.entry_ticks())
            guard.ask(trigger_ticks=ticks)
            self._beyond(self.reader.last, ticks, is_target=False)
            if self.reader.take_if("limit"):
                guard.ask(price_ticks=guard.price("the stop's limit", ticks))
        self.guard = guard

    def either(self, word: Word) -> None:
        if self.targets or self.guard is not None:
            raise self.reader.wrong(word, "an order with target or stop has no `oco`", "leave out tp and sl")
        other = Draft(self.reader, self.situation, self.instrument, self.side)
        self.other = other.read(leaving_out=("oco", "tp", "sl"))

    def entry_ticks(self) -> int:
        """Where the entry is expected to trade; 0: the book is empty."""
        book = self.situation.book(self.instrument.instrument_id)
        touch = book.best_ask if self.side is Side.BUY else book.best_bid
        return self.asked.price_ticks or self.asked.trigger_ticks or touch or 0

    def _beyond(self, word: Word, ticks: int, *, is_target: bool) -> None:
        entry = self.entry_ticks()
        is_above = is_target == (self.side is Side.BUY)
        if entry and (ticks - entry) * (1 if is_above else -1) <= 0:
            what = "target" if is_target else "stop"
            order = "buy" if self.side is Side.BUY else "sell"
            where = f"{'above' if is_above else 'below'} {self.instrument.plain_price(entry)}"
            raise self.reader.wrong(word, f"the {what} of a {order} lies {where}")

    # ---- what comes of it

    def ticket(self, quantity_lots: int, **group: bool) -> Ticket:
        """Raises NotUnderstood when the words do not go together."""
        asked = msgspec.structs.replace(self.asked, quantity_lots=quantity_lots)
        if asked.order_type is OrderType.STOP and asked.price_ticks:
            asked = msgspec.structs.replace(asked, order_type=OrderType.STOP_LIMIT)
        if asked.order_type is OrderType.LIMIT_IF_TOUCHED and not asked.price_ticks:
            asked = msgspec.structs.replace(asked, price_ticks=asked.trigger_ticks)
        if asked.order_type is OrderType.MARKET and self._valid is None:
            asked = msgspec.structs.replace(asked, time_in_force=TimeInForce.IOC)
        self._go_together(asked)
        return msgspec.structs.replace(asked, **group)

    def _go_together(self, asked: Ticket) -> None:
        reader, kind = self.reader, self._kind
        if asked.is_routed:
            self._can_be_routed(asked)
        if kind is None:
            if not asked.price_ticks:
                raise reader.unfinished("the price", "say @ 61000, or market")
            return
        if asked.order_type is OrderType.ICEBERG and not asked.price_ticks:
            raise reader.wrong(kind, "`iceberg` needs a price", "say @ 61000 before it")
        if asked.order_type in WITHOUT_PRICE and asked.price_ticks:
            raise reader.wrong(kind, f"`{kind.key}` has no price", f"leave out the price, or `{kind.key}`")
        if asked.is_post_only and asked.order_type not in RESTING:
            raise reader.wrong(self._said["post"], f"`{kind.key}` does not rest", "leave out `post`")
        if asked.order_type in SLICED and self._valid is not None:
            raise reader.wrong(self._valid, f"`{kind.key}` lasts as long as it says", f"leave out `{self._valid.key}`")
        if asked.order_type is OrderType.ICEBERG and asked.display_lots > asked.quantity_lots:
            raise reader.wrong(kind, "it would show more than there is", "show less than the quantity")

    def _can_be_routed(self, asked: Ticket) -> None:
        is_alone = not self.targets and self.guard is None and self.other is None
        if asked.time_in_force is TimeInForce.FOK:
            raise self.reader.wrong(self._said["fok"], "no venue can promise what another fills", "say `ioc`")
        if (
            asked.order_type not in ROUTED
            or asked.time_in_force is TimeInForce.GTD
            or asked.is_post_only
            or not is_alone
        ):
            right = "route a market order, or a limit order that may take"
            raise self.reader.wrong(self._said["route"], "only a plain order that takes is routed", right)


CLAUSES: dict[str, Callable[[Draft, Word], None]] = {
    "@": Draft.at, "limit": Draft.at, "market": Draft.plain, "mtl": Draft.plain,
    "stop": Draft.triggered, "mit": Draft.triggered, "lit": Draft.triggered, "trail": Draft.trail,
    "iceberg": Draft.iceberg, "twap": Draft.sliced, "vwap": Draft.sliced, "peg": Draft.peg,
    "ioc": Draft.valid, "fok": Draft.valid, "day": Draft.valid, "gtc": Draft.valid, "gtd": Draft.valid,
    "post": Draft.post, "reduce": Draft.reduce, "route": Draft.route,
    "tp": Draft.target, "sl": Draft.stop_loss, "oco": Draft.either,
}  # fmt: skip


def read_order(reader: Reader, situation: Situation, side: Side) -> tuple[Ticket, ...]:
    """Behind `buy` or `sell`: one ticket, or the legs of a group in the order in which the core is told of them."""
    size = reader.take("the quantity", "for example 0.5")
    instrument = read_instrument(reader, situation, is_any_venue=reader.has_ahead("route"))
    lots = quantity_of(reader, size, size.text, instrument)
    draft = Draft(reader, situation, instrument, side).read()
    if draft.other is not None:
        is_reducing = draft.asked.is_reduce_only or draft.other.asked.is_reduce_only
        both = {"is_one_cancels": True, "is_reduce_only": is_reducing}
        return draft.ticket(lots, **both), draft.other.ticket(lots, **both)
    exits = {"waits": True, "is_one_cancels": True, "is_reduce_only": True}
    legs = [draft.guard.ticket(lots, **exits)] if draft.guard is not None else []
    legs += _targets(draft, lots, **exits)
    if len(legs) + 1 > MOST_LEGS:
        raise reader.wrong(draft.targets[-1][0], f"a group has at most {MOST_LEGS} orders", "leave out a target")
    return (*legs, draft.ticket(lots))


def _targets(draft: Draft, lots: int, **exits: bool) -> list[Ticket]:
    """Shares as they were said; without, even ones. What rounding leaves of all goes to the last."""
    reader, instrument = draft.reader, draft.instrument
    legs, left = [], lots
    are_said = any(share for _, _, share in draft.targets)
    percents = [Decimal(share[:-1]) for _, _, share in draft.targets if _PERCENT.fullmatch(share)]
    for index, (word, ticks, share) in enumerate(draft.targets):
        behind = len(draft.targets) - index
        if are_said and not share:
            raise reader.wrong(word, "this target does not say its share, and another does", f"say {word.text}:50%")
        size = share_of(reader, word, share, lots, instrument) if share else left // behind
        if behind == 1 and len(percents) == len(draft.targets) and sum(percents) == 100:
            size = left
        if size > left:
            raise reader.wrong(word, "the targets are larger than the order", f"{instrument.short(left)} is left")
        if size < instrument.min_lots:
            least = instrument.short(instrument.min_lots)
            raise reader.wrong(word, "a target is smaller than the venue takes", f"at least {least} each")
        left -= size
        target = Ticket(
            instrument_id=instrument.instrument_id, side=Side(-draft.side), quantity_lots=size, price_ticks=ticks
        )
        legs.append(msgspec.structs.replace(target, **exits))
    return legs
