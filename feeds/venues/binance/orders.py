"""Binance spot orders as an OrderVenue: REST or WebSocket API for what we ask, the user data for what happens.

Replacing is cancel, then new with what the cancelled one left: exact, where the venue's cancelReplace could fill both.
Its position in an instrument is the balance of the base currency less what the configuration keeps out.
Fees in a third currency (BNB) are estimated at the instrument's own rate; the venue's figure is in its books.
"""

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal

import msgspec
import numpy as np

from core.errors import UnitsError
from core.units import MONEY_SCALE, to_decimal
from core.vocabulary import OrderStatus, Reject, Report, TimeInForce
from feeds.config import VenueConfig
from feeds.credentials import Credentials
from feeds.errors import VenueError, VenueRefused
from feeds.venues.binance.calls import BinanceCalls
from feeds.venues.binance.messages import Account, AccountTrade, ExecutionReport, PlacedOrder, Tagged
from feeds.venues.binance.order_words import (
    NO_SUCH_ORDER,
    OPEN,
    REPORTS,
    SIDES,
    STATUSES,
    TIMES_IN_FORCE,
    client_of,
    client_text,
    lots_of,
    order_parameters,
    reason_of,
    ticks_of,
)
from feeds.venues.contract import VenueFill, VenueOrder, VenuePosition, VenueReport

NS_PER_MS = 1_000_000
ALL_SYMBOLS_EVERY = 20
"""Fills are asked for the symbols that were traded; every so many rounds for all (each costs 20 of 6,000 a minute)."""


class Revisions:
    """Which order at the venue is the present form of one of ours, and what the earlier ones had filled."""

    def __init__(self) -> None:
        self.current: dict[int, int] = {}
        self._filled_before: dict[tuple[int, int], int] = {}
        self.replacing: set[int] = set()

    def filled_before(self, client_id: int, revision: int) -> int:
        return self._filled_before.get((client_id, revision), 0)

    def is_known(self, client_id: int, revision: int) -> bool:
        return revision == 0 or (client_id, revision) in self._filled_before

    def begin(self, client_id: int, revision: int, filled_before: int) -> None:
        self.current[client_id] = revision
        self._filled_before[client_id, revision] = filled_before


class BinanceOrders:
    """One account. `instruments`: instrument_id → row of the instrument table."""

    def __init__(
        self,
        config: VenueConfig,
        credentials: Credentials,
        instruments: dict[int, np.void],
        *,
        wall_offset_ns: int,
        say: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self.name = config.name
        self._config, self._rows, self._say = config, instruments, say
        self._by_symbol = {row["venue_symbol"].decode(): index for index, row in instruments.items()}
        self._calls = BinanceCalls(
            config, credentials, wall_offset_ns=wall_offset_ns, on_event=self._on_event, on_stream=self._on_stream
        )
        self._revisions = Revisions()
        self._report: Callable[[VenueReport], None] = lambda report: None
        self._traded: set[str] = set(self._by_symbol)
        self._rounds = 0
        self.bad_messages = 0

    async def start(self, report: Callable[[VenueReport], None]) -> None:
        self._report = report
        await self._calls.start()

    async def start_quietly(self) -> None:
        """By REST and without user data: one connection less that has to be there, and nothing is reported."""
        await self._calls.start_quietly()

    async def close(self) -> None:
        await self._calls.close()

    async def place(self, request: np.void) -> None:
        await self._place(request, quantity_lots=int(request["quantity_lots"]), revision=0)

    async def cancel(self, request: np.void) -> None:
        try:
            await self._calls.order("order.cancel", self._name_of(request))
        except VenueRefused as refusal:
            self._refused(request, Report.CANCEL_REJECTED, refusal)

    async def replace(self, request: np.void) -> None:
        client_id = int(request["client_id"])
        self._revisions.replacing.add(client_id)
        try:
            body = await self._calls.order("order.cancel", self._name_of(request))
        except VenueRefused as refusal:
            self._revisions.replacing.discard(client_id)
            self._refused(request, Report.REPLACE_REJECTED, refusal)
            return
        except VenueError:
            self._revisions.replacing.discard(client_id)
            raise
        try:
            await self._place_what_is_left(request, msgspec.json.decode(body, type=PlacedOrder))
        finally:
            self._revisions.replacing.discard(client_id)

    async def open_orders(self) -> list[VenueOrder]:
        body = await self._calls.rest("GET", "/api/v3/openOrders", {})
        shown = []
        for placed in msgspec.json.decode(body, type=list[PlacedOrder]):
            if placed.symbol in self._by_symbol:
                client_id, revision = client_of(placed.clientOrderId)
                if self._revisions.is_known(client_id, revision):
                    shown.append(self._shown(placed, self._revisions.filled_before(client_id, revision)))
                else:
                    found = await self.look_up(client_id, self._by_symbol[placed.symbol])
                    shown.append(found or self._shown(placed, 0))
                self._traded.add(placed.symbol)
        return shown

    async def look_up(self, client_id: int, instrument_id: int) -> VenueOrder | None:
        """Through all of its revisions: the last one is the order, the earlier ones add what they had filled."""
        symbol = self._rows[instrument_id]["venue_symbol"].decode()
        self._traded.add(symbol)
        found, filled_before, revision = None, 0, 0
        while True:
            name = client_text(client_id, revision)
            try:
                body = await self._calls.rest("GET", "/api/v3/order", {"symbol": symbol, "origClientOrderId": name})
            except VenueRefused as refusal:
                if refusal.code in NO_SUCH_ORDER:
                    return found
                raise VenueError(f"the venue would not say: {refusal}") from refusal
            placed = msgspec.json.decode(body, type=PlacedOrder)
            self._revisions.begin(client_id, revision, filled_before)
            found = self._shown(placed, filled_before)
            if found.status in OPEN or found.status == OrderStatus.FILLED:
                return found
            filled_before, revision = found.filled_lots, revision + 1

    async def fills_since(self, venue_ns: int) -> list[VenueFill]:
        symbols = set(self._by_symbol) if self._rounds % ALL_SYMBOLS_EVERY == 0 else self._traded
        self._rounds += 1
        self._traded = set()
        fills: list[VenueFill] = []
        for symbol in sorted(symbols):
            fills += await self._fills_of(symbol, venue_ns)
        return sorted(fills, key=lambda fill: fill.venue_ns)

    async def positions(self) -> list[VenuePosition]:
        """One for each base currency, at the first instrument that trades it."""
        body = await self._calls.rest("GET", "/api/v3/account", {"omitZeroBalances": "true"})
        balances = {
            row.asset: Decimal(row.free) + Decimal(row.locked)
            for row in msgspec.json.decode(body, type=Account).balances
        }
        positions, seen = [], set()
        for instrument_id, row in self._rows.items():
            base = row["base"].decode()
            if base in seen:
                continue
            seen.add(base)
            held = balances.get(base, Decimal(0)) - Decimal(self._config.kept_balances.get(base, "0"))
            lots = held / to_decimal(1, int(row["lot_mantissa"]), int(row["lot_exponent"]))
            whole = int(lots.to_integral_value(ROUND_DOWN))
            positions.append(VenuePosition(instrument_id=instrument_id, position_lots=whole))
        return positions

    async def _place(self, request: np.void, *, quantity_lots: int, revision: int) -> None:
        row = self._rows[int(request["instrument_id"])]
        self._traded.add(row["venue_symbol"].decode())
        parameters = order_parameters(request, row, quantity_lots=quantity_lots, revision=revision)
        try:
            await self._calls.order("order.place", parameters)
        except VenueRefused as refusal:
            if reason_of(refusal.text) == Reject.DUPLICATE_ID:
                raise VenueError(f"an order of this name is there already: {refusal}") from refusal
            self._refused(request, Report.REJECTED if revision == 0 else Report.CANCELED, refusal)

    async def _place_what_is_left(self, request: np.void, cancelled: PlacedOrder) -> None:
        client_id = int(request["client_id"])
        row = self._rows[int(request["instrument_id"])]
        revision = self._revisions.current.get(client_id, 0)
        filled = self._revisions.filled_before(client_id, revision) + lots_of(cancelled.executedQty, row)
        left_lots = int(request["quantity_lots"]) - filled
        if left_lots <= 0:
            self._tell_end(request, Report.CANCELED, filled)
            return
        self._revisions.begin(client_id, revision + 1, filled)
        await self._place(request, quantity_lots=left_lots, revision=revision + 1)

    def _name_of(self, request: np.void) -> dict[str, str | int]:
        """Whom a cancel means: by the venue's id when we have it and it cannot have been replaced."""
        symbol = self._rows[int(request["instrument_id"])]["venue_symbol"].decode()
        self._traded.add(symbol)
        client_id = int(request["client_id"])
        revision = self._revisions.current.get(client_id, 0)
        if revision == 0 and request["reference_id"]:
            return {"symbol": symbol, "orderId": int(request["reference_id"])}
        return {"symbol": symbol, "origClientOrderId": client_text(client_id, revision)}

    def _refused(self, request: np.void, report: Report, refusal: VenueRefused) -> None:
        self._tell_end(request, report, 0, reject=reason_of(refusal.text))

    def _tell_end(self, request: np.void, report: Report, filled_lots: int, reject: Reject = Reject.NONE) -> None:
        self._report(
            VenueReport(
                report=report,
                instrument_id=int(request["instrument_id"]),
                client_id=int(request["client_id"]),
                filled_lots=filled_lots,
                reject=reject,
                is_final=report in (Report.REJECTED, Report.CANCELED),
            )
        )

    # The user data

    def _on_event(self, event: bytes, received_ns: int) -> None:
        try:
            if msgspec.json.decode(event, type=Tagged).e == "executionReport":
                self._on_execution_report(msgspec.json.decode(event, type=ExecutionReport), received_ns)
        except (msgspec.DecodeError, UnicodeError, UnitsError, KeyError, ArithmeticError) as error:
            self.bad_messages += 1
            self._say(f"a message of the user data made no sense: {error}")

    def _on_stream(self, is_open: bool) -> None:
        if not is_open:
            self._traded = set(self._by_symbol)  # what happens meanwhile is found by asking
            self._say("the user data stream broke, it is opened again")

    def _on_execution_report(self, told: ExecutionReport, received_ns: int) -> None:
        if told.s not in self._by_symbol or told.x not in REPORTS:
            return
        instrument_id = self._by_symbol[told.s]
        row = self._rows[instrument_id]
        self._traded.add(told.s)
        client_id, revision = client_of(told.C or told.c)
        report = REPORTS[told.x]
        if report == Report.CANCELED and client_id in self._revisions.replacing:
            return  # half of a replacement; the new half speaks for both
        if report == Report.ACCEPTED and revision > 0:
            report = Report.REPLACED
        before = self._revisions.filled_before(client_id, revision)
        is_fill = report == Report.FILLED
        is_current = revision == self._revisions.current.get(client_id, 0)
        self._report(
            VenueReport(
                report=report,
                instrument_id=instrument_id,
                client_id=client_id,
                venue_order_id=told.i,
                side=SIDES[told.S],
                price_ticks=ticks_of(told.L if is_fill else told.p, row),
                quantity_lots=lots_of(told.l, row) if is_fill else before + lots_of(told.q, row),
                filled_lots=before + lots_of(told.z, row),
                execution_id=told.t if is_fill else 0,
                fee_e8=self._fee_e8(row, told.n or "0", told.N, told.L, told.l, told.m) if is_fill else 0,
                reject=Reject.NONE if told.r == "NONE" else reason_of(told.r),
                status=STATUSES[told.X],
                is_maker=told.m,
                is_final=is_current and STATUSES[told.X] not in OPEN,
                venue_ns=told.T * NS_PER_MS,
                received_ns=received_ns,
            )
        )

    def _fee_e8(self, row: np.void, fee: str, asset: str | None, price: str, quantity: str, is_maker: bool) -> int:
        """In the quote currency."""
        if asset == row["quote"].decode():
            amount = Decimal(fee)
        elif asset == row["base"].decode():
            amount = Decimal(fee) * Decimal(price)
        else:
            ppm = int(row["maker_fee_ppm"] if is_maker else row["taker_fee_ppm"])
            amount = Decimal(price) * Decimal(quantity) * ppm / 1_000_000
        return int((amount * MONEY_SCALE).to_integral_value())

    # What the venue shows

    def _shown(self, placed: PlacedOrder, filled_before: int) -> VenueOrder:
        instrument_id = self._by_symbol[placed.symbol]
        row = self._rows[instrument_id]
        client_id, _ = client_of(placed.clientOrderId)
        return VenueOrder(
            instrument_id=instrument_id,
            venue_order_id=placed.orderId,
            client_id=client_id,
            side=SIDES[placed.side],
            price_ticks=ticks_of(placed.price, row),
            quantity_lots=filled_before + lots_of(placed.origQty, row),
            filled_lots=filled_before + lots_of(placed.executedQty, row),
            status=STATUSES.get(placed.status, OrderStatus.UNKNOWN),
            time_in_force=TIMES_IN_FORCE.get(placed.timeInForce, TimeInForce.GTC),
        )

    async def _fills_of(self, symbol: str, venue_ns: int) -> list[VenueFill]:
        parameters: dict[str, str | int] = {"symbol": symbol, "limit": 1_000}
        if venue_ns:
            parameters["startTime"] = venue_ns // NS_PER_MS
        body = await self._calls.rest("GET", "/api/v3/myTrades", parameters)
        instrument_id = self._by_symbol[symbol]
        row = self._rows[instrument_id]
        return [
            VenueFill(
                instrument_id=instrument_id,
                execution_id=trade.id,
                venue_order_id=trade.orderId,
                client_id=0,  # the venue does not say; the order is known by its own id
                side=SIDES["BUY" if trade.isBuyer else "SELL"],
                price_ticks=ticks_of(trade.price, row),
                quantity_lots=lots_of(trade.qty, row),
                fee_e8=self._fee_e8(
                    row, trade.commission, trade.commissionAsset, trade.price, trade.qty, trade.isMaker
                ),
                is_maker=trade.isMaker,
                venue_ns=trade.time * NS_PER_MS,
            )
            for trade in msgspec.json.decode(body, type=list[AccountTrade])
        ]
