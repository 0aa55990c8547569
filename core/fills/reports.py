"""What the paper venue answers: execution reports, as an order process writes them."""

import numpy as np

from core.fills.venue import PaperVenue, next_report
from core.kernel import kernel
from core.money import fee_e8, value_e8
from core.vocabulary import EventFlag, EventKind, OrderStatus, Report

MAKER = int(EventFlag.MAKER)
FINAL = int(EventFlag.FINAL)


@kernel
def report_order(venue: PaperVenue, order: np.void, report: int, reason: int, now_ns: int) -> None:
    """A word on an order: accepted, cancelled, replaced, refused …"""
    record = venue.reports[next_report(venue, now_ns)]
    _identify(record, order, now_ns)
    record["detail"] = report
    record["reason"] = reason
    record["reference_id"] = order["venue_order_id"]
    record["price_ticks"] = order["price_ticks"]
    record["quantity_lots"] = order["quantity_lots"]
    if report == Report.STATE:
        record["status"] = OrderStatus.PARTIALLY_FILLED if order["filled_lots"] > 0 else OrderStatus.NEW
    if report == Report.CANCELED or report == Report.EXPIRED or report == Report.REJECTED:
        record["flags"] = FINAL


@kernel
def report_stranger(venue: PaperVenue, request: np.void, report: int, reason: int, now_ns: int) -> None:
    """A word on a request that has no order here."""
    record = venue.reports[next_report(venue, now_ns)]
    _identify(record, request, now_ns)
    record["reference_id"] = request["reference_id"]
    record["filled_lots"] = 0
    record["detail"] = report
    record["reason"] = reason
    record["price_ticks"] = request["price_ticks"]
    record["quantity_lots"] = request["quantity_lots"]
    if report == Report.REJECTED or report == Report.NOT_SENT:
        record["flags"] = FINAL


@kernel
def report_execution(
    venue: PaperVenue, order: np.void, price_ticks: int, lots: int, is_maker: int, instrument: np.void, now_ns: int
) -> None:
    """One execution: counted on the order, with its fee."""
    order["filled_lots"] += lots
    record = venue.reports[next_report(venue, now_ns)]
    _identify(record, order, now_ns)
    state = venue.state[0]
    record["detail"] = Report.FILLED
    record["reference_id"] = order["venue_order_id"]
    record["price_ticks"] = price_ticks
    record["quantity_lots"] = lots
    record["execution_id"] = state["next_execution_id"]
    state["next_execution_id"] += 1
    traded_e8 = value_e8(price_ticks, lots, instrument)
    record["amount"] = fee_e8(traded_e8, instrument["maker_fee_ppm"] if is_maker == 1 else instrument["taker_fee_ppm"])
    if is_maker == 1:
        record["flags"] = MAKER
    if order["filled_lots"] == order["quantity_lots"]:
        record["flags"] |= FINAL


@kernel
def _identify(record: np.void, order: np.void, now_ns: int) -> None:
    """Fields of a PAPER_ORDER and of an ORDER_REQUEST have the same names."""
    record["tape_sequence"] = 0
    record["now_ns"] = 0
    record["received_ns"] = now_ns
    record["venue_ns"] = now_ns
    record["filled_lots"] = order["filled_lots"]
    record["reference_id"] = 0
    record["execution_id"] = 0
    record["client_id"] = order["client_id"]
    record["valid_until_ns"] = 0
    record["amount"] = 0
    record["instrument_id"] = order["instrument_id"]
    record["group_id"] = 0
    record["strategy_id"] = order["strategy_id"]
    record["account_id"] = order["account_id"]
    record["source_id"] = order["source_id"]
    record["flags"] = 0
    record["kind"] = EventKind.EXECUTION_REPORT
    record["side"] = order["side"]
    record["order_type"] = order["order_type"]
    record["time_in_force"] = order["time_in_force"]
    record["status"] = OrderStatus.NONE
    record["reason"] = 0
    record["origin"] = 0
