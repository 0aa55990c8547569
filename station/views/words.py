"""Codes in the words of a trader: why an order was denied, what a state means."""

from core.vocabulary import (
    BookState,
    BreakerCause,
    BreakerState,
    DenyReason,
    FeedState,
    Hop,
    InstrumentState,
    Mode,
    OrderStatus,
    ProcessState,
    Reject,
    SignalName,
    TradingState,
)

DENIED: dict[DenyReason, str] = {
    DenyReason.NONE: "done",
    DenyReason.HALTED: "the desk is halted: re-arm it first",
    DenyReason.NO_LEASE: "another seat holds the trading lease",
    DenyReason.NOT_ARMED: "the hot keys of this seat are not armed",
    DenyReason.COMMAND_TOO_OLD: "it reached the core too late and was not sent",
    DenyReason.UNKNOWN_INSTRUMENT: "the core does not know this instrument",
    DenyReason.UNKNOWN_ORDER: "there is no such order",
    DenyReason.BAD_SIDE: "the side is neither buy nor sell",
    DenyReason.BAD_ORDER_TYPE: "the venue does not take this kind of order",
    DenyReason.BAD_QUANTITY: "the quantity is below the least or above the most that the venue takes",
    DenyReason.BAD_PRICE: "the price is not one that the venue takes",
    DenyReason.BOOK_NOT_LIVE: "the book is not live: nothing trades on it",
    DenyReason.MARKET_CLOSED: "the market is closed",
    DenyReason.PRICE_COLLAR: "the price lies too far through the market",
    DenyReason.MAX_ORDER_LOTS: "the order is larger than the limit for one order",
    DenyReason.MAX_ORDER_NOTIONAL: "the order is worth more than the limit for one order",
    DenyReason.MAX_POSITION: "the position would pass its limit",
    DenyReason.MAX_OPEN_ORDERS: "too many orders are open",
    DenyReason.ORDER_RATE: "too many orders in one second",
    DenyReason.DAILY_LOSS: "the loss of the day has reached its limit: only reducing is allowed",
    DenyReason.SELF_CROSS: "it would trade with an order of our own",
    DenyReason.WOULD_TAKE: "post-only, and the price would trade at once",
    DenyReason.REDUCE_ONLY: "reduce-only, and it would not reduce",
    DenyReason.GATEWAY_BUSY: "the order process does not keep up",
    DenyReason.GATEWAY_DOWN: "the order process or the venue is down",
    DenyReason.BLOTTER_FULL: "no room for another order",
    DenyReason.ORDER_NOT_OPEN: "the order is no longer open",
    DenyReason.STRATEGIES_DISABLED: "strategies are switched off",
    DenyReason.NOTHING_TO_DO: "there is no position and no order of ours for it",
    DenyReason.MAX_GROSS_NOTIONAL: "all positions together would pass their limit",
    DenyReason.OVERFLOW: "the numbers are too large",
    DenyReason.REDUCING: "the desk only closes positions now",
    DenyReason.FAT_FINGER: "far larger than what you usually send",
    DenyReason.SECTOR_EXPOSURE: "its sector would pass its limit",
    DenyReason.PORTFOLIO_EXPOSURE: "the whole portfolio would pass its limit",
    DenyReason.CONCENTRATION: "too much of the portfolio would lie in one instrument",
    DenyReason.MAX_POSITIONS: "too many positions are open",
    DenyReason.LEVERAGE: "the leverage would pass its limit",
    DenyReason.MARGIN: "the margin would not suffice",
    DenyReason.MESSAGE_RATE: "the venue takes no more messages for now",
    DenyReason.DUPLICATE: "the same order was sent a moment ago",
    DenyReason.TRADE_LOSS: "it could lose more than one trade may",
    DenyReason.EQUITY_SHARE: "the position would hold too large a share of the equity",
    DenyReason.TRADE_COUNT: "the trades of the day are used up (max_trades in risk.toml): positions are only closed",
    DenyReason.COOL_DOWN: "the breaker cools down",
    DenyReason.SLIPPAGE: "the book is too thin: it would slip too far",
    DenyReason.BAD_TRIGGER: "the trigger, offset or times of the order cannot be",
    DenyReason.GROUP: "another leg of its group was denied",
    DenyReason.NO_REASON: "a limit is loosened, or the breaker armed again, only with a reason: --reason",
    DenyReason.BAD_LIMIT: "there is no such limit, or it cannot have this value",
}

BREAKER_CAUSES: dict[BreakerCause, str] = {
    BreakerCause.NONE: "nothing",
    BreakerCause.DAILY_LOSS: "the loss of the day",
    BreakerCause.DRAWDOWN: "the drawdown from the peak of the day",
    BreakerCause.LOSING_STREAK: "trades that lost, one after another",
    BreakerCause.TRADE_COUNT: "the number of trades today",
    BreakerCause.SLIPPAGE: "fills far behind the price they were decided at",
    BreakerCause.LATENCY: "frames that reach the core late",
    BreakerCause.FEEDS: "books that are not live",
    BreakerCause.GAPS: "gaps in the feeds",
}


def breaker_cause(code: int) -> str:
    """What opened the breaker; a code that this version does not know is shown as it is."""
    try:
        return BREAKER_CAUSES[BreakerCause(code)]
    except (KeyError, ValueError):
        return f"code {code}"


REJECTED: dict[Reject, str] = {
    Reject.NONE: "no reason given",
    Reject.OTHER: "a reason of its own",
    Reject.UNKNOWN_ORDER: "it does not know the order",
    Reject.TOO_LATE: "it was filled or cancelled before",
    Reject.WOULD_TAKE: "post-only, and it would have traded at once",
    Reject.INSUFFICIENT_FUNDS: "the funds do not suffice",
    Reject.BAD_PRICE: "the price is not allowed",
    Reject.BAD_QUANTITY: "the quantity is not allowed",
    Reject.MARKET_CLOSED: "the market is closed",
    Reject.RATE_LIMIT: "too many requests",
    Reject.SELF_TRADE: "it would trade with an order of our own",
    Reject.DUPLICATE_ID: "it has an order of this id",
    Reject.UNKNOWN_INSTRUMENT: "it does not know the instrument",
    Reject.NOT_FILLABLE: "it could not be filled whole",
    Reject.ONLY_SIZE: "of such an order it changes the size alone; cancel it and place it anew",
}

TRADING_STATES: dict[TradingState, str] = {
    TradingState.ACTIVE: "ACTIVE",
    TradingState.REDUCING: "REDUCING",
    TradingState.HALTED: "HALTED",
}

BREAKER_STATES: dict[BreakerState, str] = {
    BreakerState.NORMAL: "normal",
    BreakerState.WARNING: "WARNING",
    BreakerState.TRIGGERED: "TRIGGERED",
}

MODES: dict[Mode, str] = {Mode.SIM: "SIM", Mode.PAPER: "PAPER", Mode.LIVE: "LIVE"}

BOOK_STATES: dict[BookState, str] = {
    BookState.SYNCING: "SYNCING",
    BookState.LIVE: "LIVE",
    BookState.GAPPED: "GAPPED",
    BookState.CROSSED: "CROSSED",
    BookState.STALE: "STALE",
}

BOOK_SENTENCES: dict[BookState, str] = {
    BookState.SYNCING: "waiting for the first snapshot",
    BookState.LIVE: "",
    BookState.GAPPED: "an update was lost, waiting for a snapshot",
    BookState.CROSSED: "bid at or above ask, not to be trusted",
    BookState.STALE: "the feed fell silent",
}

INSTRUMENT_STATES: dict[InstrumentState, str] = {
    InstrumentState.OPEN: "OPEN",
    InstrumentState.CLOSED: "CLOSED",
    InstrumentState.SUSPENDED: "SUSPENDED",
    InstrumentState.POST_ONLY: "POST-ONLY",
}

FEED_STATES: dict[FeedState, str] = {
    FeedState.DOWN: "down",
    FeedState.CONNECTING: "connecting",
    FeedState.SYNCING: "syncing",
    FeedState.LIVE: "live",
    FeedState.GAPPED: "gapped",
    FeedState.STALE: "stale",
}

ORDER_STATES: dict[OrderStatus, str] = {
    OrderStatus.NONE: "",
    OrderStatus.PENDING_NEW: "sending",
    OrderStatus.NEW: "open",
    OrderStatus.PARTIALLY_FILLED: "partly",
    OrderStatus.PENDING_CANCEL: "cancel…",
    OrderStatus.PENDING_REPLACE: "change…",
    OrderStatus.FILLED: "filled",
    OrderStatus.CANCELED: "canceled",
    OrderStatus.REJECTED: "rejected",
    OrderStatus.EXPIRED: "expired",
    OrderStatus.DENIED: "denied",
    OrderStatus.UNKNOWN: "UNKNOWN",
    OrderStatus.NOT_SENT: "not sent",
}

PROCESS_STATES: dict[ProcessState, str] = {
    ProcessState.NONE: "",
    ProcessState.STARTING: "starting",
    ProcessState.RUNNING: "running",
    ProcessState.STALE: "stale",
    ProcessState.DEAD: "dead",
    ProcessState.RESTARTING: "restarting",
    ProcessState.GIVEN_UP: "given up",
    ProcessState.STOPPED: "stopped",
}

HOPS: dict[Hop, tuple[str, str]] = {
    Hop.VENUE_TO_FEED: ("venue→us", "venue to feed (two clocks)"),
    Hop.DECODE: ("decode", "socket to ring"),
    Hop.FEED_TO_CORE: ("feed→core", "socket to core"),
    Hop.STEP: ("step", "one event in the core"),
    Hop.TICK_TO_ORDER: ("tick→ord", "tick to order"),
    Hop.KEY_TO_CORE: ("key→core", "key to core"),
    Hop.CORE_TO_WIRE: ("core→wire", "core to wire"),
    Hop.WIRE_TO_ACK: ("wire→ack", "wire to ack"),
    Hop.REPORT_TO_CORE: ("rep→core", "report to core"),
    Hop.CORE_TO_SCREEN: ("core→eye", "core to screen"),
    Hop.HALT_TO_CORE: ("halt→core", "halt to core"),
    Hop.RECORD: ("record", "batch to database"),
}

SIGNALS: dict[SignalName, str] = {
    SignalName.IMBALANCE: "imbalance",
    SignalName.WEIGHTED_MID: "weighted mid",
    SignalName.MICRO_PRICE: "micro-price",
    SignalName.TRADE_FLOW: "trade flow",
    SignalName.VOLATILITY: "volatility",
    SignalName.RSI: "RSI",
    SignalName.MACD: "MACD",
}


def denied_sentence(code: int) -> str:
    """A reason's words; a code that this version does not know is shown as it is."""
    try:
        return DENIED[DenyReason(code)]
    except (KeyError, ValueError):
        return f"for a reason that this screen does not know (code {code})"


def rejected_sentence(code: int) -> str:
    """Why the venue refused."""
    try:
        return REJECTED[Reject(code)]
    except (KeyError, ValueError):
        return f"code {code}"
