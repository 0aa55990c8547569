"""A trader who never rests: random orders, changes and cancels from a seat, until told to stop, or shot.

    python -m tests.chaos.client --desk NAME --instruments 0,1

Reads lines: `go SEED STRATEGIES`, `stop`, `end`. Answers `ready` once, and `stopped N` with the commands sent.
"""

import argparse
import select
import sys
import time
from random import Random

import numpy as np
from msgspec.structs import replace

from core.clock import monotonic_ns
from core.memory import numpy_cell
from core.vocabulary import BookState, OrderStatus, OrderType, Origin, Side, TimeInForce
from station.errors import CommandsFull, NoAnswer
from station.link.attach import attach
from station.link.commands import CommandLink, open_commands
from station.link.listing import filled_cells
from station.link.tickets import Ticket

PAUSE_S = 0.001
ACTS = 3
"""Commands a look."""
LEASE_WITHIN_S = 0.3
SETTLED = (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)


class Trader:
    def __init__(self, desk: str, numbers: tuple[int, ...]) -> None:
        """`numbers`: of the instruments that are traded."""
        self._numbers = numbers
        self._attachment = attach(desk)
        self._link: CommandLink = open_commands(self._attachment, client="chaos", origin=Origin.API)
        memory = self._attachment.memory
        self._instruments = memory.table("instruments")
        self._books = memory.cells("books")
        self._orders = memory.cells("orders")
        self.sent = 0

    def trade(self, random: Random, *, with_strategies: bool) -> None:
        """Until a line comes."""
        self.sent = 0
        enabled_at = 0.0
        while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
            self._link.seat.beat()
            if not self._has_lease():
                continue
            if with_strategies and time.monotonic() > enabled_at:
                enabled_at = time.monotonic() + 0.5  # a halt switches them off
                self._send(lambda: self._link.enable_strategies(True))
            for _ in range(ACTS):
                self._act(random)
        self._send(lambda: self._link.enable_strategies(False))
        self._send(self._link.release_lease)

    def _has_lease(self) -> bool:
        health = self._link.health()
        if health is None:
            return False
        if int(health["lease_seat"]) == self._link.seat.number:
            return True
        try:
            return not self._link.wait(self._link.take_lease(), what="the lease", within_s=LEASE_WITHIN_S).is_denied
        except (NoAnswer, CommandsFull):
            return False

    def _act(self, random: Random) -> None:
        number = random.choice(self._numbers)
        choice = random.random()
        if choice < 0.50:
            self._place(random, number)
        elif choice < 0.60:
            self._place_what_the_core_works(random, number)
        elif choice < 0.78:
            self._on_an_order(random, lambda order: self._link.cancel(int(order["client_id"])))
        elif choice < 0.92:
            self._on_an_order(random, lambda order: self._replace(random, order))
        elif choice < 0.95:
            self._send(lambda: self._link.cancel_all(random.choice((-1, number))))
        elif choice < 0.98:
            self._send(lambda: self._link.flatten(number))
        else:
            self._send(lambda: self._link.reverse(number))

    def _place(self, random: Random, number: int) -> None:
        top = numpy_cell.read(self._books, number)
        if top is None or top["state"] != BookState.LIVE or not (top["bid_count"] and top["ask_count"]):
            return
        side = random.choice((Side.BUY, Side.SELL))
        bid, ask = int(top["bids"][0]["price_ticks"]), int(top["asks"][0]["price_ticks"])
        near, far = (bid, ask) if side is Side.BUY else (ask, bid)
        kind = random.random()
        away = random.randrange(1, 30) * -side
        price = near if kind < 0.3 else far if kind < 0.5 else near + away
        is_market = kind > 0.9
        ticket = Ticket(
            instrument_id=number,
            side=side,
            quantity_lots=self._lots(random, number, bid),
            price_ticks=0 if is_market else price,
            order_type=OrderType.MARKET if is_market else OrderType.LIMIT,
            time_in_force=random.choice((TimeInForce.GTC, TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC))
            if not is_market
            else TimeInForce.IOC,
            is_post_only=not is_market and price == near and random.random() < 0.3,
        )
        self._send(lambda: self._link.place(ticket))

    def _place_what_the_core_works(self, random: Random, number: int) -> None:
        """Stops, trails, icebergs, a TWAP of a few seconds, and brackets; near enough that many of them go off."""
        top = numpy_cell.read(self._books, number)
        if top is None or top["state"] != BookState.LIVE or not (top["bid_count"] and top["ask_count"]):
            return
        side = random.choice((Side.BUY, Side.SELL))
        bid, ask = int(top["bids"][0]["price_ticks"]), int(top["asks"][0]["price_ticks"])
        touch, lots, away = ask if side is Side.BUY else bid, self._lots(random, number, bid), random.randrange(2, 12)
        base = Ticket(instrument_id=number, side=side, quantity_lots=lots)
        kind = random.randrange(5)
        if kind == 4:
            self._send(lambda: self._link.place_group(_bracket(base, touch, away)))
            return
        ticket = (
            replace(base, order_type=OrderType.STOP, trigger_ticks=touch + side * away),
            replace(base, order_type=OrderType.TRAILING_STOP, offset=away),
            replace(base, order_type=OrderType.ICEBERG, price_ticks=touch, quantity_lots=4 * lots, display_lots=lots),
            replace(
                base,
                order_type=OrderType.TWAP,
                quantity_lots=3 * lots,
                display_lots=lots,
                ends_ns=monotonic_ns() + 3_000_000_000,
            ),
        )[kind]
        self._send(lambda: self._link.place(ticket))

    def _lots(self, random: Random, number: int, ticks: int) -> int:
        row = self._instruments[number]
        per_lot_e8 = max(1, ticks) * int(row["value_numerator"]) / int(row["value_denominator"])
        least = max(int(row["min_lots"]), int(int(row["min_notional_e8"]) / per_lot_e8 * 1.1) + 1)
        return least * random.randrange(1, 6)

    def _on_an_order(self, random: Random, act: object) -> None:
        rows = [row for row in filled_cells(self._orders, "client_id") if row["status"] in SETTLED]
        if rows:
            row = random.choice(rows)
            self._send(lambda: act(row))  # type: ignore[operator]

    def _replace(self, random: Random, order: np.void) -> int:
        return self._link.replace(
            int(order["client_id"]),
            price_ticks=int(order["price_ticks"]) + random.randrange(-5, 6),
            quantity_lots=int(order["filled_lots"])
            + self._lots(random, int(order["instrument_id"]), int(order["price_ticks"])),
        )

    def _send(self, send: object) -> None:
        try:
            send()  # type: ignore[operator]
            self.sent += 1
        except CommandsFull:  # the core is away
            time.sleep(PAUSE_S)


def _bracket(entry: Ticket, touch: int, away: int) -> tuple[Ticket, ...]:
    """A stop and a target that wait for an entry that takes at once."""
    leg = replace(
        entry,
        side=Side(-entry.side),
        waits=True,
        is_one_cancels=True,
        is_reduce_only=True,
        time_in_force=TimeInForce.GTC,
    )
    return (
        replace(leg, order_type=OrderType.STOP, trigger_ticks=touch - entry.side * away),
        replace(leg, price_ticks=touch + entry.side * away),
        replace(entry, price_ticks=touch),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.client", description=__doc__)
    parser.add_argument("--desk", default="main")
    parser.add_argument("--instruments", required=True, help="numbers, with commas between")
    given = parser.parse_args()
    trader = Trader(given.desk, tuple(map(int, given.instruments.split(","))))
    print("ready", flush=True)
    for line in iter(sys.stdin.readline, "end\n"):
        match line.split():
            case ["go", seed, with_strategies]:
                trader.trade(Random(seed), with_strategies=with_strategies == "1")
            case ["stop"]:
                print(f"stopped {trader.sent}", flush=True)
            case _:
                return


if __name__ == "__main__":
    main()
