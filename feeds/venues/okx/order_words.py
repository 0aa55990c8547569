"""OKX's words for orders, and ours: types, states, reasons of refusal.

Derivatives are traded in cross margin and net positions. Triggered orders are what the venue calls algo orders: they
have lists and calls of their own, and become a normal order that still names ours when they trigger.

Source: okx.com/docs-v5, "Order Book Trading / Trade", "Algo Trading", "Error Code", 2026.
"""

from core.vocabulary import AssetClass, OrderStatus, OrderType, Reject, Side, TimeInForce
from feeds.order_entry.names import MarkedNames
from feeds.order_entry.refusals import ErrorTable
from feeds.order_entry.words import NewOrder

NAMES = MarkedNames("stn", "r")
"""Letters and digits only, 32 of them"""
NATIVE_TYPES = (
    OrderType.STOP,
    OrderType.STOP_LIMIT,
    OrderType.MARKET_IF_TOUCHED,
    OrderType.LIMIT_IF_TOUCHED,
    OrderType.TRAILING_STOP,
)
STATUSES = {
    "live": OrderStatus.NEW,
    "partially_filled": OrderStatus.PARTIALLY_FILLED,
    "filled": OrderStatus.FILLED,
    "canceled": OrderStatus.CANCELED,
    "mmp_canceled": OrderStatus.CANCELED,
    # Of algo orders
    "pause": OrderStatus.NEW,
    "partially_effective": OrderStatus.NEW,
    "effective": OrderStatus.NEW,  # its order says more
    "order_placed": OrderStatus.NEW,
    "order_failed": OrderStatus.REJECTED,
    "partially_failed": OrderStatus.REJECTED,
}
SIDES = {"buy": Side.BUY, "sell": Side.SELL}
TIMES_IN_FORCE = {"ioc": TimeInForce.IOC, "fok": TimeInForce.FOK}
WOULD_TAKE_SOURCE = "31"
"""cancelSource of a post-only order that would have taken"""
_SHORT_LIVED = {TimeInForce.IOC: "ioc", TimeInForce.FOK: "fok"}

ONLY_SIZE = "only-size"
"""None of the venue's codes: what it would not do is not asked of it."""
ERRORS = ErrorTable(
    not_looked_at=(
        "50102", "50103", "50104", "50105", "50106", "50107", "50110", "50111", "50112",
        "50113", "50114", "50119", "60009",
    ),
    throttled=("50011", "50040", "50061"),
    outcome_unknown=("50001", "50004", "50005", "50013", "50026"),
    no_such_order=("51400", "51503", "51603"),
    codes={
        ONLY_SIZE: Reject.ONLY_SIZE,
        "51001": Reject.UNKNOWN_INSTRUMENT,
        "51006": Reject.BAD_PRICE,
        "51008": Reject.INSUFFICIENT_FUNDS,
        "51016": Reject.DUPLICATE_ID,
        "51020": Reject.BAD_QUANTITY,
        "51021": Reject.MARKET_CLOSED,
        "51022": Reject.MARKET_CLOSED,
        "51027": Reject.MARKET_CLOSED,
        "51028": Reject.MARKET_CLOSED,
        "51119": Reject.INSUFFICIENT_FUNDS,
        "51121": Reject.BAD_QUANTITY,
        "51127": Reject.INSUFFICIENT_FUNDS,
        "51131": Reject.INSUFFICIENT_FUNDS,
        "51400": Reject.UNKNOWN_ORDER,
        "51401": Reject.TOO_LATE,
        "51402": Reject.TOO_LATE,
        "51410": Reject.TOO_LATE,
        "51503": Reject.UNKNOWN_ORDER,
        "51509": Reject.TOO_LATE,
        "51510": Reject.TOO_LATE,
        "51603": Reject.UNKNOWN_ORDER,
    },
    words=(
        ("insufficient", Reject.INSUFFICIENT_FUNDS),
        ("duplicate", Reject.DUPLICATE_ID),
        ("price", Reject.BAD_PRICE),
        ("order amount", Reject.BAD_QUANTITY),
        ("lot size", Reject.BAD_QUANTITY),
        ("suspended", Reject.MARKET_CLOSED),
        ("too frequent", Reject.RATE_LIMIT),
    ),
)  # fmt: skip


def is_algo(kind: OrderType) -> bool:
    return kind in NATIVE_TYPES


def order_parameters(order: NewOrder) -> dict[str, object]:
    """Of POST /api/v5/trade/order. DAY and GTD are GTC there: the core ends them."""
    if order.type == OrderType.MARKET:
        kind = "market"
    elif order.is_post_only:
        kind = "post_only"
    else:
        kind = _SHORT_LIVED.get(order.time_in_force, "limit")
    parameters = {**_terms(order), "clOrdId": order.client_text, "ordType": kind, "stpMode": "cancel_taker"}
    if order.has_limit:
        parameters["px"] = order.price
    elif _is_spot(order):
        parameters["tgtCcy"] = "base_ccy"
    return parameters


def algo_parameters(order: NewOrder) -> dict[str, object]:
    """Of POST /api/v5/trade/order-algo."""
    parameters = {**_terms(order), "algoClOrdId": order.client_text}
    if order.type != OrderType.TRAILING_STOP:
        limit = order.price if order.has_limit else "-1"
        return parameters | {
            "ordType": "trigger",
            "triggerPx": order.trigger,
            "triggerPxType": "last",
            "orderPx": limit,
        }
    parameters["ordType"] = "move_order_stop"
    if order.is_in_bps:
        parameters["callbackRatio"] = f"{order.offset // 10_000}.{order.offset % 10_000:04d}"
    else:
        parameters["callbackSpread"] = order.offset_price
    return parameters | ({"activePx": order.trigger} if order.trigger else {})


def algo_change(order: NewOrder) -> dict[str, object]:
    """Of POST /api/v5/trade/amend-algos: of a trigger both prices go together, a trail keeps what it has."""
    if order.type == OrderType.TRAILING_STOP:
        return {}
    return {"newTriggerPx": order.trigger, "newOrdPx": order.price if order.has_limit else "-1"}


def _terms(order: NewOrder) -> dict[str, object]:
    terms: dict[str, object] = {
        "instId": order.symbol,
        "tdMode": "cash" if _is_spot(order) else "cross",
        "side": "buy" if order.is_buy else "sell",
        "sz": order.quantity,
    }
    if order.is_reduce_only and not _is_spot(order):
        terms["reduceOnly"] = True
    return terms


def _is_spot(order: NewOrder) -> bool:
    return int(order.row["asset_class"]) == AssetClass.SPOT
