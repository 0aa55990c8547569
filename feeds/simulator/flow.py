"""The crowd at work: prices that wander, orders that come in clusters, stand around the fair price and go again.

Every cycle each stream draws how many orders arrive (self-exciting: an arrival makes the next more likely for 0.2 s,
A. Hawkes, Biometrika 58(1), 1971); each arrival is a new limit order, a cancel, or a market order. All go through the
same engine as anybody's. Only + - * / on floats and integers: compiled and plain Python agree bit for bit.
"""

from core.kernel import kernel
from core.vocabulary import OrderType, Side, TimeInForce
from feeds.simulator.crowd import CYCLE_NS, CYCLES_PER_PRICE, DECAY_SHIFT, WHOLE, CrowdState
from feeds.simulator.generator import below, exponential, next_word, normal, uniform
from feeds.simulator.matching import MOST_EVENTS_PER_CYCLE, cancel, enter, has_room
from feeds.simulator.queues import take_row
from feeds.simulator.state import CROWD, NO_PRICE, ExchangeState
from feeds.simulator.stops import fire_stop

BUY = int(Side.BUY)
SELL = int(Side.SELL)
LIMIT = int(OrderType.LIMIT)
GTC = int(TimeInForce.GTC)
IOC = int(TimeInForce.IOC)
MOST_PER_CYCLE = 64
PERCENT = WHOLE // 100
NEWS_EVERY_MS = 90_000
REGIME_DICE = 120_000
PULL = 1.0 / (3_600.0 * 1_000.0 * 2.0)
"""To the reference, each millisecond: half of a day's wandering is taken back."""


@kernel
def run_crowd(state: ExchangeState, crowd: CrowdState, until_ns: int) -> int:
    """Run whole cycles up to `until_ns`. Returns the time reached: earlier when what is told has no more room."""
    counters = state.counters[0]
    while counters["now_ns"] + CYCLE_NS <= until_ns and has_room(state):
        now_ns = counters["now_ns"] + CYCLE_NS
        counters["now_ns"] = now_ns
        if (now_ns // CYCLE_NS) % CYCLES_PER_PRICE == 0:
            move_prices(crowd)
        if counters["first_stop"] > 0:
            fire_stop(state)
        most = counters["market_count"] + MOST_EVENTS_PER_CYCLE
        most_reports = counters["report_count"] + MOST_EVENTS_PER_CYCLE
        for book in range(crowd.streams.shape[0]):
            arrivals = _arrivals(crowd, book)
            for _ in range(arrivals):
                # Counted from the cycle's begin, so that it does not matter when what was told is fetched.
                if counters["market_count"] < most and counters["report_count"] < most_reports:
                    act(state, crowd, book)
    return counters["now_ns"]


@kernel
def first_orders(state: ExchangeState, crowd: CrowdState, book: int) -> None:
    """What stands in a book before the market opens."""
    for _ in range(crowd.streams[book]["target_orders"] * 3 // 4):
        join(state, crowd, book)


@kernel
def _arrivals(crowd: CrowdState, book: int) -> int:
    """How many orders this cycle brings, and the decay of excitement."""
    stream = crowd.streams[book]
    stream["excitement"] -= stream["excitement"] >> DECAY_SHIFT
    eager = stream["arrivals"] + stream["excitement"]
    count = eager >> 32
    if next_word(crowd.words) < (eager & (WHOLE - 1)):
        count += 1
    return min(count, MOST_PER_CYCLE)


@kernel
def move_prices(crowd: CrowdState) -> None:
    """One millisecond of every fair value, and of what each stream makes of it."""
    weather = normal(crowd.words)
    for index in range(crowd.assets.shape[0]):
        asset = crowd.assets[index]
        _change_regime(crowd, index)
        regime = asset["regime"]
        strength = 0.5 if regime == 0 else (1.0 if regime == 1 else 2.4)
        shock = asset["beta"] * weather + asset["alone"] * normal(crowd.words)
        pull = (asset["reference"] / asset["value"] - 1.0) * PULL
        factor = 1.0 + asset["sigma"] * strength * shock + pull
        if below(crowd.words, int(NEWS_EVERY_MS)) == 0:
            factor += asset["sigma"] * 60.0 * normal(crowd.words)
            _excite(crowd, index)
        value = asset["value"] * factor
        asset["value"] = min(max(value, 0.75 * asset["reference"]), 1.3 * asset["reference"])
    for book in range(crowd.streams.shape[0]):
        _follow(crowd, book)


@kernel
def _change_regime(crowd: CrowdState, index: int) -> None:
    """Calm for a minute, usual for two, wild for twenty seconds, on average."""
    asset = crowd.assets[index]
    dice = below(crowd.words, int(REGIME_DICE))
    if asset["regime"] == 0:
        if dice < 2:
            asset["regime"] = 1
    elif asset["regime"] == 1:
        if dice == 0:
            asset["regime"] = 2 if next_word(crowd.words) < 45 * PERCENT else 0
    elif dice < 6:
        asset["regime"] = 1


@kernel
def _excite(crowd: CrowdState, asset: int) -> None:
    """News wakes every stream of the asset."""
    for book in range(crowd.streams.shape[0]):
        stream = crowd.streams[book]
        if stream["base_asset"] == asset or stream["quote_asset"] == asset:
            stream["excitement"] += 4 * stream["arrivals"]


@kernel
def _follow(crowd: CrowdState, book: int) -> None:
    """A stream's fair price, its lean and its spread, one millisecond on."""
    stream = crowd.streams[book]
    asset = crowd.assets[stream["base_asset"]]
    price = asset["value"] * stream["premium"]
    if stream["quote_asset"] >= 0:
        price = price / crowd.assets[stream["quote_asset"]]["value"]
    stream["lean_ticks"] += stream["lean_scale"] * normal(crowd.words) - stream["lean_ticks"] * 0.0005
    goal = price / stream["tick"] + stream["lean_ticks"]
    stream["fair_ticks"] += stream["follow"] * (goal - stream["fair_ticks"])
    regime = asset["regime"]
    usual = stream["usual_half_spread"] * (0.8 if regime == 0 else (1.0 if regime == 1 else 1.7))
    noise = 0.05 * usual * normal(crowd.words)
    stream["half_spread"] = max(0.3 * usual, stream["half_spread"] + 0.01 * (usual - stream["half_spread"]) + noise)


@kernel
def act(state: ExchangeState, crowd: CrowdState, book: int) -> None:
    """One arrival: a market order, a cancel or a new limit order."""
    stream = crowd.streams[book]
    resting = state.books[book]["crowd_orders"]
    dice = next_word(crowd.words)
    # More orders than the target: more cancels, and the other way round.
    cancels = min(88 * PERCENT, 45 * PERCENT * resting // stream["target_orders"])
    stream["excitement"] = min(stream["excitement"] + stream["jump"], WHOLE << 5)
    if dice < 10 * PERCENT:
        stream["excitement"] += 2 * stream["jump"]
        take(state, crowd, book)
    elif dice < 10 * PERCENT + cancels:
        leave(state, crowd, book)
    elif resting < state.crowd.shape[1]:
        join(state, crowd, book)


@kernel
def join(state: ExchangeState, crowd: CrowdState, book: int) -> None:
    """A new limit order, at the crowd's spread or behind it; the farther, the rarer. Takes stale prices it meets."""
    stream = crowd.streams[book]
    side = BUY if next_word(crowd.words) & 1 == 1 else SELL
    distance = stream["half_spread"]
    if next_word(crowd.words) >= 12 * PERCENT:
        distance += exponential(crowd.words) * stream["depth"]
    if side == BUY:
        price_ticks = int(stream["fair_ticks"] - distance)
    else:
        price_ticks = int(stream["fair_ticks"] + distance) + 1
    lots = 1 + int(stream["usual_lots"] * exponential(crowd.words) * (0.4 + uniform(crowd.words)))
    send(state, book, side, price_ticks, lots, int(GTC))


@kernel
def take(state: ExchangeState, crowd: CrowdState, book: int) -> None:
    """A market order in pieces: the side of the last one is likely again, unless the price is plainly wrong."""
    stream = crowd.streams[book]
    row = state.books[book]
    side = stream["last_side"]
    if next_word(crowd.words) < 38 * PERCENT:
        side = -side
    if row["best_ask_ticks"] != NO_PRICE and row["best_ask_ticks"] < stream["fair_ticks"]:
        side = BUY
    elif row["best_bid_ticks"] != NO_PRICE and row["best_bid_ticks"] > stream["fair_ticks"]:
        side = SELL
    stream["last_side"] = side
    best_ticks = row["best_ask_ticks"] if side == BUY else row["best_bid_ticks"]
    if best_ticks != NO_PRICE:
        reach = int(stream["half_spread"]) + 1
        lots = 1 + int(stream["usual_lots"] * exponential(crowd.words) * 0.8)
        send(state, book, side, best_ticks + side * reach, lots, int(IOC))


@kernel
def leave(state: ExchangeState, crowd: CrowdState, book: int) -> None:
    """Cancel one of two resting orders picked at random: the one that stands worse to the fair price."""
    count = state.books[book]["crowd_orders"]
    if count == 0:
        return
    fair_ticks = crowd.streams[book]["fair_ticks"]
    first = state.crowd[book, below(crowd.words, count)]
    second = state.crowd[book, below(crowd.words, count)]
    if _misplaced(state, first, fair_ticks) >= _misplaced(state, second, fair_ticks):
        cancel(state, first)
    else:
        cancel(state, second)


@kernel
def _misplaced(state: ExchangeState, row: int, fair_ticks: float) -> float:
    """Ticks from the fair price; an order that would lose money at once counts ten times."""
    order = state.orders[row]
    away = order["side"] * (fair_ticks - order["price_ticks"])
    return away if away >= 0.0 else -10.0 * away


@kernel
def send(state: ExchangeState, book: int, side: int, price_ticks: int, lots: int, time_in_force: int) -> None:
    """An order of the crowd, into the engine."""
    row = take_row(state)
    if row > 0:
        order = state.orders[row]
        order["account"] = CROWD
        order["book"] = book
        order["side"] = side
        order["price_ticks"] = price_ticks
        order["quantity_lots"] = lots
        order["order_type"] = LIMIT
        order["time_in_force"] = time_in_force
        enter(state, row)
