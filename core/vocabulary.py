"""The words of the system: every code that crosses a process or is stored, under one name.

Numbers are part of the tape format: they are never reused and never renumbered. Codes of one byte stay below 128.
Order life speaks FIX: *denied* is ours (risk review), *rejected* is the venue's.
"""

from enum import IntEnum, IntFlag


class Side(IntEnum):
    """The sign of what it does to a position."""

    SELL = -1
    NONE = 0
    BUY = 1


class Mode(IntEnum):
    """What an order means. Shown on every screen, impossible to confuse."""

    SIM = 0  # the built-in simulated exchange
    PAPER = 1  # a real feed, fills made by the core's own model
    LIVE = 2  # real orders at a real venue


class AssetClass(IntEnum):
    SPOT = 0  # crypto pairs
    PERPETUAL = 1
    FUTURE = 2
    EQUITY = 3
    QUOTE_ONLY = 4  # prices without a book


class EventKind(IntEnum):
    """What a record is. The fields that each kind uses are listed in records/event.py."""

    NONE = 0
    # Market, from a market process.
    BOOK_LEVEL = 1  # new total at a price; 0 lots deletes it
    TRADE = 2
    FEED_STATE = 3  # detail: FeedState
    INSTRUMENT_STATE = 4  # detail: InstrumentState
    REFERENCE = 5  # detail: Reference; what a venue says of an instrument beside its book
    HISTORY = 6  # a trade of before we listened, made of a candle: for bars only, at the venue's time
    QUEUE_AHEAD = 7  # reference_id: client id of our order, quantity_lots: what stands before it, exactly (level 3)
    # From an order process.
    EXECUTION_REPORT = 20  # detail: Report
    # From a seat: a key, the CLI, the API.
    COMMAND = 30  # detail: Command
    # From the core's own loop.
    TIMER = 40  # reference_id: timer id, venue_ns: when it was due
    HALT = 41  # a halt line changed; source_id: line, reference_id: its value
    FEED_STALE = 42  # source_id: group whose market process stopped beating; detail: 1 stale, 0 beats again
    ORDERS_STALE = 43  # source_id: group whose order process stopped beating; detail: 1 stale, 0 beats again
    LEASE_ENDED = 44  # source_id: seat; its process died or its client froze
    STRATEGY_SWAPPED = 45  # strategy_id: slot, reference_id: hash of its code, sequence: version
    LOSS = 46  # reference_id: records that did not fit; source_id: where
    ROLLOVER = 47  # a trading day begins
    SESSION = 48  # a core or a tape begins; reference_id: kernel hash, client_id: epoch, amount: wall offset
    CHECKPOINT = 49  # reference_id: hash of the state that was saved beside the tape
    RING_FULL = 51  # source_id: group whose request ring is nearly full (-1: the journal); detail: 1 full, 0 room again
    RESUMED = 50  # the machine slept: reference_id: nanoseconds by which BOOTTIME ran ahead
    FLATTENED = 52  # every order process shows flat for the halt that asked for it
    # Decisions of the core, written behind the event that caused them.
    ORDER_REQUEST = 60  # detail: Request
    DENIED = 61  # reason: DenyReason
    ORDER_UPDATE = 62  # the state of an order after a report: status, filled_lots
    FILL = 63  # one execution applied to a position: price, lots, fee in amount
    SIGNAL = 64  # reference_id: SignalName, amount: bits of a float64
    BOOK_STATE = 65  # detail: BookState
    BAR = 66  # a bar closed
    FEED_REQUEST = 67  # detail: FeedRequest, to a market process
    BREAKER = 68  # detail: BreakerState, status: before, reason: BreakerCause; its value and limit: records/event.py
    LIMIT_SET = 69  # reference_id: Limit, amount: new, price_ticks: old, execution_id: hash of the reason
    PROTECTION = 70  # how far an instrument's protective stop has followed: core/risk/stops.py


class EventFlag(IntFlag):
    """Bits of `flags`. Integrity, bars, signals and strategies run at LAST_IN_FRAME only."""

    SNAPSHOT_BEGIN = 1  # forget the book before this level
    SNAPSHOT_END = 2
    LAST_IN_FRAME = 4  # a half-applied frame is crossed by nature
    POST_ONLY = 8
    REDUCE_ONLY = 16
    MAKER = 32  # this execution added liquidity
    POSSIBLE_DUPLICATE = 64  # sent again after a restart; known by execution_id
    EXTERNAL = 128  # not ours: adopted from the venue
    FINAL = 256  # the venue will not speak of this order again
    ONE_CANCELS = 512  # a leg of which one fill takes as much from the others of its group
    WAITS = 1024  # a leg that is held until the entry of its group has filled
    MORE = 2048  # a leg that others follow: the group is reviewed and placed with its last one
    IN_BPS = 4096  # the order's offset is in basis points of the price, not in ticks
    TO_MID = 8192  # pegged to the mid, not to the best price of its own side
    ROUTE = 16384  # to be spread over all venues that trade the pair


class FeedRequest(IntEnum):
    """What the core asks of a market process, by instrument_id."""

    RESYNC = 1
    SUBSCRIBE = 2
    UNSUBSCRIBE = 3


class FeedState(IntEnum):
    """Of one venue's feed, or of one instrument of it when instrument_id is set."""

    DOWN = 0
    CONNECTING = 1
    SYNCING = 2
    LIVE = 3
    GAPPED = 4
    STALE = 5


class Reference(IntEnum):
    """What a REFERENCE event says, in its `reference_id`; a liquidation has price, lots and side instead."""

    NONE = 0
    MARK_E8 = 1  # the venue's fair price, in 1e-8 of the quote currency
    INDEX_E8 = 2  # of the underlying
    FUNDING_E8 = 3  # rate of the running interval, in 1e-8; positive: longs pay
    FUNDING_AT_NS = 4  # when it is paid next, the venue's clock
    OPEN_INTEREST_LOTS = 5
    LIQUIDATION = 6  # side of the forced order
    DAY_VOLUME_LOTS = 7  # of the venue's last 24 hours, as are the next four
    DAY_OPEN_TICKS = 8
    DAY_HIGH_TICKS = 9
    DAY_LOW_TICKS = 10
    DAY_VWAP_E8 = 11


class InstrumentState(IntEnum):
    OPEN = 0
    CLOSED = 1
    SUSPENDED = 2
    POST_ONLY = 3


class BookState(IntEnum):
    """Nothing trades on a book that is not LIVE."""

    SYNCING = 0  # no snapshot yet
    LIVE = 1
    GAPPED = 2  # an update was lost: only a snapshot repairs it
    CROSSED = 3  # best bid at or above best ask at the end of a frame
    STALE = 4  # the feed fell silent


class Command(IntEnum):
    """What a seat may ask for."""

    PLACE_ORDER = 1
    CANCEL_ORDER = 2  # client_id
    REPLACE_ORDER = 3  # client_id, new price and quantity
    CANCEL_ALL = 4  # of instrument_id; of all when it is -1; of one side when side is set
    FLATTEN = 5  # close the position of instrument_id (-1: of all)
    REVERSE = 6  # turn the position of instrument_id round
    BREAK_EVEN = 7  # the stops of instrument_id go to the price at which its position costs nothing
    PAUSE_ORDER = 8  # client_id of an order that is worked in slices; amount: 1 pause, 0 go on
    ARM = 10  # hot keys of this seat
    DISARM = 11
    TAKE_LEASE = 12  # reason in the desk's log
    RELEASE_LEASE = 13
    ENABLE_STRATEGIES = 20  # amount: 1 on, 0 off; strategy_id: slot, -1 all
    SET_PARAMETER = 21  # strategy_id: slot, reference_id: index, amount: bits of a float64
    REARM = 30  # amount: sum of the halt lines that were seen
    SET_LIMIT = 31  # execution_id: Limit, amount: its value, filled_lots: hash of the reason; 0: none given
    REARM_BREAKER = 32  # filled_lots: hash of the reason
    STRESS = 127  # benchmarks only: echo straight to the tape


class Origin(IntEnum):
    NONE = 0
    KEY = 1
    CLI = 2
    API = 3
    STRATEGY = 4
    KILL = 5
    EXTERNAL = 6
    PROTECTION = 7  # the core's own protective stops


class OrderType(IntEnum):
    """What is asked. What a venue does not take itself the core works: core/orders/terms.py."""

    NONE = 0
    LIMIT = 1
    MARKET = 2
    STOP = 3  # a market order when the last price reaches the trigger, against us
    STOP_LIMIT = 4
    MARKET_IF_TOUCHED = 5  # when the price comes to the trigger, in our favour
    LIMIT_IF_TOUCHED = 6
    TRAILING_STOP = 7  # a stop whose trigger follows the best price by an offset, from its activation on
    ICEBERG = 8  # a limit order that shows a part of itself
    TWAP = 9  # evenly over its time
    VWAP = 10  # with the market's volume over its time
    MARKET_TO_LIMIT = 11  # takes the best price; what is left rests there
    PEGGED = 12  # a limit order that follows the best price of its side, or the mid


class Phase(IntEnum):
    """Where an order is that the core works itself."""

    NONE = 0  # at the venue, or on its way: nothing of it is ours to work
    WAITING = 1  # for its group's entry
    WATCHING = 2  # for its trigger
    TRIGGERED = 3  # it goes out as soon as its group's other legs are cancelled, and risk lets it
    WORKING = 4  # in slices: its children are at the venue
    PAUSED = 5
    FOLLOWING = 6  # at the venue; its price is kept at the best, or the mid


class TimeInForce(IntEnum):
    NONE = 0
    GTC = 1
    IOC = 2
    FOK = 3
    DAY = 4
    GTD = 5


class OrderStatus(IntEnum):
    """FIX OrdStatus, and UNKNOWN for an order whose outcome nobody has told us."""

    NONE = 0
    PENDING_NEW = 1
    NEW = 2
    PARTIALLY_FILLED = 3
    PENDING_CANCEL = 4
    PENDING_REPLACE = 5
    FILLED = 6
    CANCELED = 7
    REJECTED = 8
    EXPIRED = 9
    DENIED = 10
    UNKNOWN = 11
    NOT_SENT = 12


OPEN_STATUSES = frozenset(
    {
        OrderStatus.PENDING_NEW,
        OrderStatus.NEW,
        OrderStatus.PARTIALLY_FILLED,
        OrderStatus.PENDING_CANCEL,
        OrderStatus.PENDING_REPLACE,
        OrderStatus.UNKNOWN,
    }
)
"""It may still trade; as a table for kernels in core/orders/transitions.py."""


class Request(IntEnum):
    """What the core asks of an order process."""

    NEW = 1
    CANCEL = 2
    REPLACE = 3
    LOOK_UP = 4  # after a restart: what became of this order? answered by Report.STATE or NOT_SENT
    HOLD = 5  # to the journal alone: an order that the core works itself, as it stands now


class Report(IntEnum):
    """What an order process tells (FIX ExecType)."""

    ACCEPTED = 1
    REJECTED = 2
    FILLED = 3  # price and quantity of this execution; filled_lots is the total after it
    CANCELED = 4
    CANCEL_REJECTED = 5
    REPLACED = 6
    REPLACE_REJECTED = 7
    EXPIRED = 8
    NOT_SENT = 9
    UNKNOWN = 10  # sent, no answer, being looked up
    ADOPTED = 11  # an order that we find at the venue and did not know
    STATE = 12  # the venue's word on an order, from a look-up: status and filled_lots


class DenyReason(IntEnum):
    """Why the core refused. The first check that fails gives the reason."""

    NONE = 0
    HALTED = 1
    NO_LEASE = 2
    NOT_ARMED = 3
    COMMAND_TOO_OLD = 4
    UNKNOWN_INSTRUMENT = 5
    UNKNOWN_ORDER = 6
    BAD_SIDE = 7
    BAD_ORDER_TYPE = 8
    BAD_QUANTITY = 9
    BAD_PRICE = 10
    BOOK_NOT_LIVE = 11
    MARKET_CLOSED = 12
    PRICE_COLLAR = 13
    MAX_ORDER_LOTS = 14
    MAX_ORDER_NOTIONAL = 15
    MAX_POSITION = 16
    MAX_OPEN_ORDERS = 17
    ORDER_RATE = 18
    DAILY_LOSS = 19
    SELF_CROSS = 20
    WOULD_TAKE = 21  # post-only at a price that trades
    REDUCE_ONLY = 22
    GATEWAY_BUSY = 23
    GATEWAY_DOWN = 24
    BLOTTER_FULL = 25
    ORDER_NOT_OPEN = 26
    STRATEGIES_DISABLED = 27
    NOTHING_TO_DO = 28  # flatten without a position
    MAX_GROSS_NOTIONAL = 29
    OVERFLOW = 30
    REDUCING = 31  # the desk only closes positions: drawdown, or the breaker's warning
    FAT_FINGER = 32  # far more than what is usual here
    SECTOR_EXPOSURE = 33
    PORTFOLIO_EXPOSURE = 34
    CONCENTRATION = 35
    MAX_POSITIONS = 36
    LEVERAGE = 37
    MARGIN = 38
    MESSAGE_RATE = 39  # of the venue
    DUPLICATE = 40
    TRADE_LOSS = 41  # could lose more than one trade may
    EQUITY_SHARE = 42
    TRADE_COUNT = 43
    COOL_DOWN = 44
    SLIPPAGE = 45
    BAD_TRIGGER = 46
    GROUP = 47  # another leg of its group was denied
    NO_REASON = 48  # a limit is loosened, or the breaker armed again, without saying why
    BAD_LIMIT = 49  # there is no such limit, or it cannot have this value


class TradingState(IntEnum):
    """Of the whole desk."""

    ACTIVE = 0
    REDUCING = 1
    HALTED = 2


class BreakerState(IntEnum):
    NORMAL = 0
    WARNING = 1  # only what reduces risk
    TRIGGERED = 2  # everything is cancelled; after the cool-down, re-armed with a reason


class BreakerCause(IntEnum):
    """What opened the breaker."""

    NONE = 0
    DAILY_LOSS = 1  # 1e-8 of the base currency
    DRAWDOWN = 2  # of the equity, from the day's peak, in millionths
    LOSING_STREAK = 3  # closed trades that lost, one after another
    TRADE_COUNT = 4  # orders that traded today
    SLIPPAGE = 5  # of the last fills, behind the touch at their decision, in millionths
    LATENCY = 6  # frames in a row that reached the core late
    FEEDS = 7  # books that were live and are not, in millionths of all
    GAPS = 8  # of all books, in this minute


class Limit(IntEnum):
    """Every limit that can be set while the desk runs; its place in risk's settings. Units: core/risk_limits.py."""

    MAX_ORDER_NOTIONAL = 0
    MAX_POSITION_NOTIONAL = 1
    MAX_POSITION_UNITS = 2
    MAX_GROSS_NOTIONAL = 3
    MAX_SECTOR_NOTIONAL = 4
    MAX_PORTFOLIO_NOTIONAL = 5
    MAX_POSITIONS = 6
    EQUITY_SHARE_PCT = 7
    TRADE_LOSS = 8
    DAILY_LOSS = 9
    DAILY_LOSS_WARNING_PCT = 10
    REDUCE_DRAWDOWN_PCT = 11
    HALT_DRAWDOWN_PCT = 12
    MAX_LOSSES = 13
    MAX_TRADES = 14
    COOL_DOWN_MINUTES = 15
    CONCENTRATION_PCT = 16
    CONCENTRATION_FROM = 17
    MAX_LEVERAGE = 18
    MARGIN_SHARE_PCT = 19
    MAX_ORDER_LOTS = 20
    MAX_OPEN_ORDERS = 21
    ORDERS_PER_SECOND = 22
    MESSAGES_PER_SECOND = 23
    COLLAR_BPS = 24
    FAT_FINGER_OWN = 25
    FAT_FINGER_MARKET = 26
    DUPLICATE_MS = 27
    COMMAND_VALID_MS = 28
    SLIPPAGE_WARNING_BPS = 29
    SLIPPAGE_TRIGGER_BPS = 30
    SLIPPAGE_FILLS = 31
    LATENCY_MS = 32
    LATENCY_WARNING_FRAMES = 33
    LATENCY_TRIGGER_FRAMES = 34
    FEEDS_WARNING_PCT = 35
    FEEDS_TRIGGER_PCT = 36
    GAPS_WARNING = 37
    GAPS_TRIGGER = 38
    WARNING_SECONDS = 39
    STOP_LOSS_PCT = 40
    TRAILING_PCT = 41
    TRAILING_AFTER_PCT = 42
    FIRST_TARGET_PCT = 43
    SECOND_TARGET_PCT = 44
    REDUCE_ONLY = 45  # 1: positions are only closed
    MAX_SLIPPAGE_BPS = 46
    VENUE_STOP_BEHIND_PCT = 47


class Reject(IntEnum):
    """Why the venue refused, in words that every venue's own codes are mapped to."""

    NONE = 0
    OTHER = 1
    UNKNOWN_ORDER = 2
    TOO_LATE = 3  # filled or cancelled before
    WOULD_TAKE = 4
    INSUFFICIENT_FUNDS = 5
    BAD_PRICE = 6
    BAD_QUANTITY = 7
    MARKET_CLOSED = 8
    RATE_LIMIT = 9
    SELF_TRADE = 10
    DUPLICATE_ID = 11
    UNKNOWN_INSTRUMENT = 12
    NOT_FILLABLE = 13  # fill-or-kill that could not be filled whole
    ONLY_SIZE = 14  # the change asked for more than the venue changes of such an order


class SignalName(IntEnum):
    """The columns of records/snapshot.SIGNALS, in order."""

    IMBALANCE = 0
    WEIGHTED_MID = 1
    MICRO_PRICE = 2
    TRADE_FLOW = 3
    VOLATILITY = 4
    RSI = 5
    MACD = 6


class Hop(IntEnum):
    """Where time is measured. Each process tallies its own; the screen draws all."""

    VENUE_TO_FEED = 0  # the venue's stamp to our socket: holds the difference of two clocks
    DECODE = 1  # bytes off the socket to the ring
    FEED_TO_CORE = 2  # off the socket to the core's hand
    STEP = 3  # one event through book, signals, strategy, risk, orders
    TICK_TO_ORDER = 4  # off the socket to an order request in its ring
    KEY_TO_CORE = 5  # a client's command to the core's hand
    CORE_TO_WIRE = 6  # a request in its ring to the venue
    WIRE_TO_ACK = 7  # the venue's answer
    REPORT_TO_CORE = 8  # an execution report to the core's hand
    CORE_TO_SCREEN = 9  # published to drawn
    HALT_TO_CORE = 10  # a halt line written to the core's acknowledgement
    RECORD = 11  # a batch into the database


class ProcessState(IntEnum):
    NONE = 0
    STARTING = 1
    RUNNING = 2
    STALE = 3  # it lives and does not beat
    DEAD = 4
    RESTARTING = 5
    GIVEN_UP = 6  # three deaths in a minute
    STOPPED = 7


class WaitPolicy(IntEnum):
    BACKOFF = 0  # spin, yield, then sleep 50 us
    SPIN = 1  # for a CPU of its own
