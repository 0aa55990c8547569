"""Coinbase's private side on the wire. Numbers are text.

Source: docs.cdp.coinbase.com, advanced-trade "User channel", "List Orders", "List Fills", "List Accounts", 2026.
"""

from datetime import datetime

import msgspec


class Placed(msgspec.Struct):
    order_id: str = ""


class PlaceError(msgspec.Struct):
    error: str = ""
    message: str = ""
    preview_failure_reason: str = ""


class EditError(msgspec.Struct):
    edit_failure_reason: str = ""
    preview_failure_reason: str = ""


class Outcome(msgspec.Struct):
    """Of one cancel"""

    success: bool
    failure_reason: str = ""


class Answer(msgspec.Struct):
    """To an order, an edit or a batch of cancels"""

    success: bool = True
    success_response: Placed | None = None
    error_response: PlaceError | None = None
    errors: list[EditError] = []
    results: list[Outcome] = []


class Refusal(msgspec.Struct):
    error: str = ""
    message: str = ""
    error_details: str = ""


class Terms(msgspec.Struct):
    base_size: str = ""
    limit_price: str = ""
    stop_price: str = ""


class Edit(msgspec.Struct):
    price: str = ""
    size: str = ""


class Order(msgspec.Struct):
    """One of List Orders"""

    order_id: str
    product_id: str
    side: str
    status: str
    client_order_id: str = ""
    order_configuration: dict[str, Terms] = {}
    edit_history: list[Edit] | None = None
    filled_size: str = "0"
    time_in_force: str = ""


class OneOrder(msgspec.Struct):
    order: Order


class Orders(msgspec.Struct):
    orders: list[Order] = []
    has_next: bool = False
    cursor: str = ""


class Fill(msgspec.Struct):
    entry_id: str
    order_id: str
    product_id: str
    side: str
    price: str
    size: str
    trade_time: datetime
    trade_type: str = "FILL"
    commission: str = "0"
    size_in_quote: bool = False
    liquidity_indicator: str = ""


class Fills(msgspec.Struct):
    fills: list[Fill] = []
    cursor: str = ""


class Amount(msgspec.Struct):
    value: str = "0"


class Account(msgspec.Struct):
    currency: str
    available_balance: Amount
    hold: Amount | None = None


class Accounts(msgspec.Struct):
    accounts: list[Account] = []
    has_next: bool = False
    cursor: str = ""


class ServerTime(msgspec.Struct):
    epochMillis: str  # noqa: N815


class UserOrder(msgspec.Struct):
    """An order as the user channel shows it: how much was filled, and not by which executions"""

    order_id: str
    product_id: str
    order_side: str
    status: str
    client_order_id: str = ""
    cumulative_quantity: str = "0"
    leaves_quantity: str = "0"
    limit_price: str = ""
    stop_price: str = ""
    order_type: str = ""
    time_in_force: str = ""
    cancel_reason: str = ""
    reject_reason: str = ""


class Event(msgspec.Struct):
    type: str = ""
    orders: list[UserOrder] = []


class Frame(msgspec.Struct):
    channel: str = ""
    events: list[Event] = []
    sequence_num: int = -1
    type: str = ""
    """error; of frames that have no channel"""
    message: str = ""


class Channels(msgspec.Struct):
    """What is subscribed, in a frame of the channel `subscriptions`"""

    subscriptions: dict[str, list[str]] = {}


class Subscribed(msgspec.Struct):
    events: list[Channels] = []
