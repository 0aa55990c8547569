"""Do all who keep books agree? The exchange, the order process's report log, the core, and the day file.

Every function returns sentences; none: they agree.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from core.insuring import can_insure
from core.orders.terms import is_insurance
from core.vocabulary import OPEN_STATUSES, EventFlag, OrderStatus, OrderType, Phase, Reject, Report, Side
from feeds.sent_orders import KILL_SPACE
from station.link.instruments import wide
from tests.chaos.venue_ledger import VenueLedger
from tests.reference.money_twin import half_away
from tests.reference.positions_twin import PositionTwin

Fill = tuple[int, int, int, int, int, int, int]
"""instrument, side, execution id, client id, ticks, lots, fee"""

AT_VENUE = (Phase.NONE, Phase.FOLLOWING)
"""What an order is whose terms the exchange knows; others the core works itself."""


@dataclass
class Books:
    """What one look found."""

    venue: VenueLedger
    reports: np.ndarray
    """EVENT[n]: the report log"""
    orders: list[np.void]
    """ORDER: the core's cells"""
    positions: dict[int, np.void]
    """POSITION by instrument: the core's cells, account's totals"""
    instruments: np.ndarray
    recorded: list[Fill] | None = None
    """From the day file; None: the tape has a loss"""
    requested: set[int] = field(default_factory=set)
    """Client ids of all new orders on the tape"""


def differences(books: Books) -> list[str]:
    return [
        *_nothing_twice(books),
        *_fills(books),
        *_orders(books),
        *_positions(books),
        *_insured(books),
        *_recorded(books),
    ]


def open_differences(books: Books) -> list[str]:
    """Open orders of core and exchange, term by term. What is still on its way may differ for a moment."""
    venue = {int(row["client_id"]): _terms(row) for row in books.venue.open_orders()}
    core = {
        int(row["client_id"]): _terms(row)
        for row in books.orders
        if OrderStatus(int(row["status"])) in OPEN_STATUSES and row["phase"] in AT_VENUE
    }
    pending = [
        f"order {row['client_id']} is {OrderStatus(int(row['status'])).name} in the core"
        for row in books.orders
        if OrderStatus(int(row["status"])) in OPEN_STATUSES
        and row["status"] not in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)
    ]
    return [*pending, *_compare("open order", "the core", core, "the exchange", venue)]


def _insured(books: Books) -> list[str]:
    """Where the exchange holds stops, each position has one there of its size, and nothing else has."""
    held = {
        number: -int(books.positions[number]["position_lots"]) if number in books.positions else 0
        for number, row in enumerate(books.instruments)
        if can_insure(int(row["native_types"]))
    }
    stops: dict[int, list[int]] = {number: [] for number in held}
    for row in books.venue.open_orders():
        if row["order_type"] == OrderType.STOP and int(row["book"]) in stops:
            stops[int(row["book"])].append(int(row["side"]) * (int(row["quantity_lots"]) - int(row["filled_lots"])))
    return [
        f"instrument {number}: a position of {-lots} lots has these stops at the exchange: {stops[number]}"
        for number, lots in held.items()
        if stops[number] != ([lots] if lots else [])
    ]


def venue_fills(venue: VenueLedger) -> list[Fill]:
    names = ("book", "side", "execution_id", "client_id", "price_ticks", "quantity_lots", "fee_e8")
    return [tuple(int(row[name]) for name in names) for row in venue.fills.values()]  # type: ignore[misc]


def _terms(row: np.void) -> tuple[int, ...]:
    return tuple(int(row[name]) for name in ("side", "price_ticks", "quantity_lots", "filled_lots"))


def _compare(what: str, one: str, ones: dict[object, object], other: str, others: dict[object, object]) -> list[str]:
    told = [f"{what} {key} only {one} knows: {ones[key]}" for key in ones.keys() - others.keys()]
    told += [f"{what} {key} only {other} knows: {others[key]}" for key in others.keys() - ones.keys()]
    told += [
        f"{what} {key}: {one} says {ones[key]}, {other} says {others[key]}"
        for key in ones.keys() & others.keys()
        if ones[key] != others[key]
    ]
    return told


def _nothing_twice(books: Books) -> list[str]:
    arrived = Counter(client_id for client_id in books.venue.arrived.values() if client_id)
    told = [f"client id {key} reached the exchange {count} times" for key, count in arrived.items() if count > 1]
    entered = Counter(int(row["client_id"]) for row in books.venue.orders.values())
    told += [f"client id {key} has {count} orders at the exchange" for key, count in entered.items() if count > 1]
    refused = books.reports[books.reports["reason"] == Reject.DUPLICATE_ID]
    told += [f"client id {key} was refused as sent before" for key in refused["client_id"]]
    executed = Counter(_logged_fills(books))
    told += [f"execution {key} is {count} times in the report log" for key, count in executed.items() if count > 1]
    return told


def _logged_fills(books: Books) -> list[Fill]:
    rows = books.reports[books.reports["detail"] == Report.FILLED]
    names = ("instrument_id", "side", "execution_id", "client_id", "price_ticks", "quantity_lots", "amount")
    return [tuple(int(row[name]) for name in names) for row in rows]  # type: ignore[misc]


def _fills(books: Books) -> list[str]:
    log, venue = set(_logged_fills(books)), set(venue_fills(books.venue))
    told = [f"fill {fill} is in the report log and not at the exchange" for fill in sorted(log - venue)]
    return told + [f"fill {fill} is at the exchange and not in the report log" for fill in sorted(venue - log)]


def _orders(books: Books) -> list[str]:
    """Nothing is open but what protects a position, every end is the exchange's, and nobody forgot an order."""
    protects = {int(row["client_id"]) for row in books.orders if is_insurance(row) and row["status"] in OPEN_STATUSES}
    venue = {int(row["client_id"]): row for row in books.venue.orders.values()}
    still_open = [int(row["client_id"]) for row in books.venue.open_orders()]
    told = [f"order {key} is open at the exchange" for key in still_open if key not in protects]
    known = set(books.reports["client_id"].tolist())
    told += [f"order {key} of the exchange is not in the report log" for key in venue if key not in known]
    ends = _ends(books.reports)
    for key, row in venue.items():
        there = OrderStatus(int(row["status"])).name
        if key in protects:
            continue
        if key not in ends:
            told.append(f"order {key} has no end in the report log, {there} there")
        elif ends[key] != int(row["status"]):
            told.append(f"order {key} ended {OrderStatus(ends[key]).name} in the report log, {there} there")
    for row in books.orders:
        key, status = int(row["client_id"]), OrderStatus(int(row["status"]))
        if key in protects:
            continue
        if status in OPEN_STATUSES:
            told.append(f"order {key} is {status.name} in the core")
        elif key in venue and (status, int(row["filled_lots"])) != (
            int(venue[key]["status"]),
            int(venue[key]["filled_lots"]),
        ):
            end = venue[key]
            told.append(
                f"order {key} ended {status.name} with {row['filled_lots']} lots in the core, "
                f"{OrderStatus(int(end['status'])).name} with {end['filled_lots']} there"
            )
    sent = {key for key in venue if key < KILL_SPACE}
    told += [f"order {key} is at the exchange, the core never asked for it" for key in sorted(sent - books.requested)]
    return told


def _ends(reports: np.ndarray) -> dict[int, int]:
    """Client id → status, of the last report that said FINAL."""
    says = {
        Report.REJECTED: OrderStatus.REJECTED,
        Report.CANCELED: OrderStatus.CANCELED,
        Report.EXPIRED: OrderStatus.EXPIRED,
        Report.NOT_SENT: OrderStatus.NOT_SENT,
        Report.FILLED: OrderStatus.FILLED,
    }
    ends = {}
    for row in reports[(reports["flags"] & EventFlag.FINAL) != 0]:
        ends[int(row["client_id"])] = int(says.get(Report(int(row["detail"])), row["status"]))
    return ends


def _positions(books: Books) -> list[str]:
    """The core's rows against the exchange's accounts, and its money against exact arithmetic."""
    told = []
    twins = _twins(books)
    for number, account in enumerate(books.venue.accounts):
        row = books.positions.get(number)
        there = {name: int(account[name]) for name in ("position_lots", "bought_lots", "sold_lots", "fees_e8", "fills")}
        here = {name: int(row[name]) if row is not None else 0 for name in there}
        if here != there:
            told.append(f"position of instrument {number}: the core says {here}, the exchange says {there}")
        twin = twins.get(number)
        if twin is not None and row is not None:
            wanted = (twin.lots, twin.cost, twin.realised_e8, twin.fees_e8)
            found = (
                int(row["position_lots"]), wide(row["cost_high"], row["cost_low"]), int(row["realised_e8"]),
                int(row["fees_e8"]),
            )  # fmt: skip
            if wanted != found:
                told.append(f"lots, cost, realised, fees of instrument {number}: the core {found}, exactly {wanted}")
        if twin is not None:
            paid = sum(_notional(books, fill) for fill in venue_fills(books.venue) if fill[0] == number)
            if paid != int(account["notional_e8"]):
                told.append(f"cash of instrument {number}: the exchange {account['notional_e8']}, its fills {paid}")
            rounding = 2 * int(account["fills"]) + 1
            if abs(-twin.cash - int(account["notional_e8"])) > rounding:
                told.append(
                    f"cash of instrument {number}: the core's fills {-twin.cash}, exchange {account['notional_e8']}"
                )
    return told


def _notional(books: Books, fill: Fill) -> int:
    twin = _twin(books.instruments[fill[0]])
    return fill[1] * half_away(twin.money(fill[4] * fill[5]))


def _twin(instrument: np.void) -> PositionTwin:
    return PositionTwin(int(instrument["value_numerator"]), int(instrument["value_denominator"]))


def _twins(books: Books) -> dict[int, PositionTwin]:
    """Every logged execution, in the order in which the core was told."""
    twins: dict[int, PositionTwin] = {}
    for number, side, _, _, ticks, lots, fee in dict.fromkeys(_logged_fills(books)):
        twins.setdefault(number, _twin(books.instruments[number])).fill(side, ticks, lots, fee)
    return twins


def _recorded(books: Books) -> list[str]:
    if books.recorded is None:
        return []
    counted = Counter(books.recorded)
    told = [f"fill {fill} is {count} times in the day file" for fill, count in counted.items() if count > 1]
    venue = set(venue_fills(books.venue))
    told += [f"fill {fill} is not in the day file" for fill in sorted(venue - counted.keys())]
    return told + [f"fill {fill} is in the day file only" for fill in sorted(counted.keys() - venue)]


def as_recorded(row: list[object], names: list[str]) -> Fill:
    """A row of the view `fills`."""
    value = dict(zip(names, row, strict=True))
    return (
        int(value["instrument_id"]), int(Side[str(value["side"])]), int(value["execution_id"]), int(value["client_id"]),  # type: ignore[call-overload]
        int(value["price_ticks"]), int(value["quantity_lots"]), int(value["fee_e8"]),  # type: ignore[call-overload]
    )  # fmt: skip
