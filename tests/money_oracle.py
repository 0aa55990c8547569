"""Positions, profit and fees against Decimal, on as many random fills as one likes: python -m tests.money_oracle

The oracle is the book-keeping rule written down once more, in decimal arithmetic with sixty digits and half-up
rounding, from prices and quantities as a venue writes them: it knows no ticks, no lots and no 128-bit pairs.
"""

import argparse
import random
import sys
import time
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

import numpy as np

from core.orders.positions import TOTAL, make_positions, mark, on_fill, row_of
from feeds.instruments import Instrument, as_row

UNIT = Decimal("0.00000001")
LARGEST_POSITION_E8 = 1e16
DIGITS = Context(prec=60, rounding=ROUND_HALF_UP)


def contract(name: str, tick: str, lot: str, size: str = "1", *, inverse: bool = False) -> Instrument:
    return Instrument(
        symbol=f"{name}.oracle",
        venue_symbol=name,
        venue="oracle",
        base="BTC",
        quote="USD",
        settlement="BTC" if inverse else "USD",
        tick=Decimal(tick),
        lot=Decimal(lot),
        contract_size=Decimal(size),
        is_inverse=inverse,
    )


CONTRACTS = (
    contract("SPOT", "0.01", "0.00001"),
    contract("SMALL", "0.000001", "0.001"),  # a tick times a lot is less than a unit of money
    contract("LINEAR", "0.1", "0.001"),
    contract("FUTURE", "0.25", "1", "50"),
    contract("INVERSE", "0.5", "1", "100", inverse=True),
    contract("QUANTO", "0.05", "1", "0.000001"),  # ETHUSD settled in XBT: 1e-6 XBT a contract and dollar
    contract("EQUITY", "0.01", "1"),
)


@dataclass
class Account:
    """One contract's position in decimal."""

    instrument: Instrument
    held: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    """Signed: price * quantity of what is open; of an inverse contract its value in the base."""
    realised: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    executions: int = field(default=0)

    def fill(self, side: int, price: Decimal, quantity: Decimal, fee: Decimal) -> None:
        closing = min(quantity, abs(self.held)) if self.held * side < 0 else Decimal(0)
        if closing:
            sign = 1 if self.held > 0 else -1
            part = self._rounded_cost(self.cost * closing / abs(self.held)) if closing < abs(self.held) else self.cost
            self.realised += self._earned(part, price, closing * sign)
            self.cost -= part
        opening = quantity - closing
        if opening:
            self.cost += side * (self._inverse_value(price, opening) if self.instrument.is_inverse else price * opening)
        self.held += side * quantity
        self.fees += fee
        self.executions += 1

    def unrealised(self, price: Decimal) -> Decimal:
        return self._earned(self.cost, price, self.held) if self.held else Decimal(0)

    def _earned(self, cost: Decimal, price: Decimal, quantity: Decimal) -> Decimal:
        if self.instrument.is_inverse:
            sign = 1 if quantity > 0 else -1
            return cost - sign * self._inverse_value(price, abs(quantity))
        return ((price * quantity - cost) * self.instrument.contract_size).quantize(UNIT)

    def _inverse_value(self, price: Decimal, quantity: Decimal) -> Decimal:
        return (quantity * self.instrument.contract_size / price).quantize(UNIT)

    def _rounded_cost(self, cost: Decimal) -> Decimal:
        """To the smallest step that a cost can have: a tick times a lot, or a unit of the base."""
        step = UNIT if self.instrument.is_inverse else self.instrument.tick * self.instrument.lot
        return (cost / step).quantize(Decimal(1)) * step


def compare(fills: int, seed: int) -> int:
    """Both books over the same random fills; how many were compared. Raises AssertionError at the first difference."""
    chance = random.Random(seed)
    rows = [as_row(one, source_id=0, book_slot=-1, bar_slot=-1)[0] for one in CONTRACTS]
    positions = make_positions(len(rows), instruments=len(rows))
    accounts = [Account(one) for one in CONTRACTS]
    places = [row_of(positions, 0, index, TOTAL) for index in range(len(rows))]
    prices = [chance.randrange(2_000, 200_000) for _ in rows]
    with localcontext(DIGITS):
        for number in range(fills):
            index = chance.randrange(len(rows))
            one, account = CONTRACTS[index], accounts[index]
            prices[index] = max(100, prices[index] + chance.randrange(-40, 41))
            side, lots = _trade(chance, rows[index], prices[index], int(positions.rows[places[index]]["position_lots"]))
            fee_e8 = chance.randrange(-1_000, 100_000)
            on_fill(positions, places[index], side, prices[index], lots, fee_e8, rows[index], number)
            account.fill(side, one.tick * prices[index], one.lot * lots, UNIT * fee_e8)
            if number % 97 == 0:
                mark(positions, index, prices[index] - 1, prices[index] + 1, rows[index])
                _check(positions.rows[places[index]], account, one.tick * prices[index])
    with localcontext(DIGITS):
        for index, account in enumerate(accounts):
            mark(positions, index, prices[index] - 1, prices[index] + 1, rows[index])
            _check(positions.rows[places[index]], account, CONTRACTS[index].tick * prices[index])
    return fills


def _trade(chance: random.Random, row: np.void, price_ticks: int, held: int) -> tuple[int, int]:
    """Any side and size, with no position worth more than a hundred million: money saturates at 46 billion."""
    per_tick = int(row["value_numerator"]) / int(row["value_denominator"])
    most = max(2, int(LARGEST_POSITION_E8 / (per_tick / price_ticks if row["is_inverse"] else per_tick * price_ticks)))
    lots = min(most, chance.choice((1, 2, 7, 100, chance.randrange(1, 50_000))))
    side = chance.choice((-1, 1))
    return (-1 if held > 0 else 1, lots) if abs(held) + lots > most else (side, lots)


def _check(row: np.void, account: Account, price: Decimal) -> None:
    found = {
        "held": int(row["position_lots"]) * account.instrument.lot,
        "realised": int(row["realised_e8"]) * UNIT,
        "unrealised": int(row["unrealised_e8"]) * UNIT,
        "fees": int(row["fees_e8"]) * UNIT,
    }
    wanted = {
        "held": account.held,
        "realised": account.realised,
        "unrealised": account.unrealised(price),
        "fees": account.fees,
    }
    assert found == wanted, (account.instrument.symbol, account.executions, found, wanted)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.money_oracle", description=__doc__.splitlines()[0])
    parser.add_argument("--fills", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    compare(options.fills, options.seed)
    print(f"{options.fills:,} fills of {len(CONTRACTS)} contracts equal in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
