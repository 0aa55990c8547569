"""What may be wanted: every limit with its conservative default, its range, and which way is tighter. `risk.toml`.

Money is in the base currency; `rates` says what one unit of another currency is worth in it, and what has no rate
cannot be traded. SPECS is the one table of the limits that can be set while the desk runs, by vocabulary.Limit: how the
number of a person becomes a whole number, what is allowed, and where tighter lies.
"""

from typing import NamedTuple

import msgspec

from core.vocabulary import Limit

LARGEST_NOTIONAL = 40e9
"""Of one currency: below what money in 64 bits can count (core/money.py)."""
MOST_SECTORS = 64
OTHER_SECTOR = "other"
"""Whatever no sector names."""


RATES = {
    "USDT": 1.0, "USDC": 1.0, "USDG": 1.0, "DAI": 1.0, "FDUSD": 1.0, "EUR": 1.2, "GBP": 1.4, "CHF": 1.3,
    "BTC": 100_000.0, "ETH": 5_000.0,
}  # fmt: skip
MESSAGES = {"binance": 10, "okx": 30, "bybit": 10, "kraken": 5, "coinbase": 15, "alpaca": 3}


class RiskLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Limits of the desk; a position is one instrument with all that works in it."""

    max_order_notional: float = 10_000.0
    """Of one order, at its limit price (market orders: at the far touch)."""
    max_position_notional: float = 10_000.0
    """Of one position, if all working orders on the worse side filled."""
    max_position_units: float = 1_000.0
    """Of its base currency, shares or contracts."""
    max_gross_notional: float = 50_000.0
    """Of all positions of one settlement currency."""
    max_sector_notional: float = 30_000.0
    """Of all positions of one sector."""
    max_portfolio_notional: float = 50_000.0
    """Of all positions."""
    max_positions: int = 5
    """Instruments with a position or with orders that would open one."""
    equity_share_pct: float = 2.0
    """Of its currency's equity in one position."""
    trade_loss: float = 500.0
    """The position's worst size times the way to its protective stop; the whole position where it has none."""
    daily_loss: float = 5_000.0
    """Realised plus unrealised minus fees, of one settlement currency. The breaker opens."""
    daily_loss_warning_pct: float = 80.0
    """Of the daily loss: from here on positions are only closed."""
    reduce_drawdown_pct: float = 10.0
    """Of the equity, from its peak of the day: from here on positions are only closed."""
    halt_drawdown_pct: float = 15.0
    """The breaker opens."""
    max_losses: int = 5
    """Closed trades that lost, one after another. The breaker opens."""
    max_trades: int = 50
    """Orders that traded, a day; then positions are only closed."""
    cool_down_minutes: float = 60.0
    """After the breaker opened nobody can arm it again for so long."""
    concentration_pct: float = 50.0
    """Of the portfolio in one position, as soon as the portfolio is worth `concentration_from`."""
    concentration_from: float = 20_000.0
    max_leverage: float = 1.0
    """The portfolio over the equity."""
    margin_share_pct: float = 50.0
    """Of a currency's equity that its positions may bind as margin."""
    max_order_lots: int = 1_000_000_000_000
    """A single larger order is denied."""
    max_open_orders: int = 256
    orders_per_second: int = 200
    """Of the desk; cancels are never counted and never refused."""
    messages_per_second: int = 1_000
    """To one venue group, cancels counted; a venue's own limit stands in `messages` and is the smaller one then."""
    collar_bps: float = 200.0
    """Orders farther than this through the weighted mid are denied. 0 turns trading off."""
    max_slippage_bps: float = 50.0
    """An order that takes and would pay more than this against the mid, by a walk over the book, is denied."""
    fat_finger_own: int = 20
    """Times the average of our own last orders, after 10: in lots of the instrument, and in money of the desk."""
    fat_finger_market: int = 1_000
    """Times the average of the market's last trades there, after 100, in lots."""
    duplicate_ms: int = 250
    """The same order from the same seat within this time is a key that was pressed twice. 0: none is."""
    command_valid_ms: int = 500
    """A key press or CLI order that reaches the core later than this is denied: COMMAND_TOO_OLD."""
    slippage_warning_bps: float = 10.0
    """Average of the last fills that took, behind the touch at their decision."""
    slippage_trigger_bps: float = 50.0
    slippage_fills: int = 20
    latency_ms: int = 250
    """From the socket to the core: a frame that took longer is late."""
    latency_warning_frames: int = 100
    """Late ones in a row."""
    latency_trigger_frames: int = 10_000
    feeds_warning_pct: float = 75.0
    """Of the books that were live once; above 100: never."""
    feeds_trigger_pct: float = 200.0
    gaps_warning: int = 60
    """Of all books in one minute."""
    gaps_trigger: int = 600
    warning_seconds: float = 60.0
    """A warning ends when its cause was away for so long."""
    stop_loss_pct: float = 2.0
    """Every position is closed this far against its average price."""
    trailing_pct: float = 1.5
    """…and this far behind its best price, once that was `trailing_after_pct` in our favour."""
    trailing_after_pct: float = 2.0
    first_target_pct: float = 3.0
    """Half of it is closed here, the rest at the second."""
    second_target_pct: float = 5.0
    venue_stop_behind_pct: float = 0.25
    """Where a venue can hold a stop for us, it stands this far behind our own level: we come first while we live."""
    reduce_only: int = 0
    """1: positions are only closed."""

    protection: bool = True
    """Stops and targets on every position…"""
    unprotected: tuple[str, ...] = ()
    """…but not on these symbols."""
    base_currency: str = "USD"
    equity: dict[str, float] = {}
    """By settlement currency, in that currency, when the desk first starts."""
    default_equity: float = 500_000.0
    """Of every other currency, in the base currency."""
    rates: dict[str, float] = msgspec.field(default_factory=lambda: dict(RATES))
    """What one unit is worth in the base currency: rather too much than too little."""
    sectors: dict[str, tuple[str, ...]] = msgspec.field(default_factory=lambda: {"majors": ("BTC", "ETH")})
    """Base currencies or symbols; what is named nowhere is in the sector "other"."""
    messages: dict[str, int] = msgspec.field(default_factory=lambda: dict(MESSAGES))
    """Messages a second that a venue takes."""


class Spec(NamedTuple):
    """One limit that can be set: `number * scale` is the whole number that is kept."""

    unit: str
    scale: float
    least: float
    most: float
    is_larger_tighter: bool = False

    def whole(self, number: float) -> int:
        """As it is kept; what is no number or out of range becomes the tightest."""
        if self.least <= number <= self.most:
            return int(number * self.scale)
        # Nothing at all, even where the smallest number that may be configured is larger.
        return int(self.most * self.scale) if self.is_larger_tighter else 0


_MONEY = Spec("of the base currency", 1e8, 0.01, LARGEST_NOTIONAL)
_PERCENT = Spec("percent", 1e4, 0.01, 100.0)
_TIMES = Spec("times", 1.0, 1, 1_000_000)
_BPS = Spec("basis points", 100.0, 0.01, 10_000)
_FRAMES = Spec("frames", 1.0, 1, 1_000_000_000)
_SHARE = Spec("percent of the books; above 100: never", 1e4, 0.01, 1_000)
_GAPS = Spec("gaps a minute", 1.0, 1, 1_000_000_000)

SPECS: dict[Limit, Spec] = {
    Limit.MAX_ORDER_NOTIONAL: _MONEY,
    Limit.MAX_POSITION_NOTIONAL: _MONEY,
    Limit.MAX_POSITION_UNITS: Spec("units", 1e8, 1e-8, LARGEST_NOTIONAL),
    Limit.MAX_GROSS_NOTIONAL: _MONEY,
    Limit.MAX_SECTOR_NOTIONAL: _MONEY,
    Limit.MAX_PORTFOLIO_NOTIONAL: _MONEY,
    Limit.MAX_POSITIONS: Spec("positions", 1.0, 0, 1_000_000),
    Limit.EQUITY_SHARE_PCT: Spec("percent of the equity", 1e4, 0.01, 100_000),
    Limit.TRADE_LOSS: _MONEY,
    Limit.DAILY_LOSS: _MONEY,
    Limit.DAILY_LOSS_WARNING_PCT: _PERCENT,
    Limit.REDUCE_DRAWDOWN_PCT: _PERCENT,
    Limit.HALT_DRAWDOWN_PCT: _PERCENT,
    Limit.MAX_LOSSES: Spec("trades", 1.0, 1, 1_000_000_000),
    Limit.MAX_TRADES: Spec("trades", 1.0, 0, 1_000_000_000),
    Limit.COOL_DOWN_MINUTES: Spec("minutes", 60e9, 0, 10_080, True),
    Limit.CONCENTRATION_PCT: _PERCENT,
    Limit.CONCENTRATION_FROM: _MONEY,
    Limit.MAX_LEVERAGE: Spec("times the equity", 1e6, 0.01, 100_000),
    Limit.MARGIN_SHARE_PCT: Spec("percent of the equity", 1e4, 0.01, 100_000),
    Limit.MAX_ORDER_LOTS: Spec("lots", 1.0, 1, 1 << 52),
    Limit.MAX_OPEN_ORDERS: Spec("orders", 1.0, 0, 1 << 20),
    Limit.ORDERS_PER_SECOND: Spec("orders a second", 1.0, 0, 1_000_000),
    Limit.MESSAGES_PER_SECOND: Spec("messages a second", 1.0, 0, 1_000_000),
    Limit.COLLAR_BPS: Spec("basis points; 0: nothing trades", 100.0, 0, 10_000),
    Limit.FAT_FINGER_OWN: _TIMES,
    Limit.FAT_FINGER_MARKET: _TIMES,
    Limit.DUPLICATE_MS: Spec("milliseconds", 1e6, 0, 60_000, True),
    Limit.COMMAND_VALID_MS: Spec("milliseconds", 1e6, 1, 60_000),
    Limit.SLIPPAGE_WARNING_BPS: _BPS,
    Limit.SLIPPAGE_TRIGGER_BPS: _BPS,
    Limit.SLIPPAGE_FILLS: Spec("fills", 1.0, 1, 64),
    Limit.LATENCY_MS: Spec("milliseconds", 1e6, 1, 3_600_000),
    Limit.LATENCY_WARNING_FRAMES: _FRAMES,
    Limit.LATENCY_TRIGGER_FRAMES: _FRAMES,
    Limit.FEEDS_WARNING_PCT: _SHARE,
    Limit.FEEDS_TRIGGER_PCT: _SHARE,
    Limit.GAPS_WARNING: _GAPS,
    Limit.GAPS_TRIGGER: _GAPS,
    Limit.WARNING_SECONDS: Spec("seconds", 1e9, 0, 86_400, True),
    Limit.STOP_LOSS_PCT: _PERCENT,
    Limit.TRAILING_PCT: _PERCENT,
    Limit.TRAILING_AFTER_PCT: _PERCENT,
    Limit.FIRST_TARGET_PCT: Spec("percent", 1e4, 0.01, 10_000),
    Limit.SECOND_TARGET_PCT: Spec("percent", 1e4, 0.01, 10_000),
    Limit.REDUCE_ONLY: Spec("1: positions are only closed", 1.0, 0, 1, True),
    Limit.MAX_SLIPPAGE_BPS: _BPS,
    Limit.VENUE_STOP_BEHIND_PCT: Spec("percent", 1e4, 0, 50),
}


def field_of(limit: Limit) -> str:
    """Its key in risk.toml."""
    return limit.name.lower()


_NEVER_ABOVE = (
    ("max_order_notional", "max_position_notional"),
    ("max_position_notional", "max_gross_notional"),
    ("max_gross_notional", "max_portfolio_notional"),
    ("max_sector_notional", "max_portfolio_notional"),
    ("reduce_drawdown_pct", "halt_drawdown_pct"),
    ("slippage_warning_bps", "slippage_trigger_bps"),
    ("latency_warning_frames", "latency_trigger_frames"),
    ("feeds_warning_pct", "feeds_trigger_pct"),
    ("gaps_warning", "gaps_trigger"),
    ("first_target_pct", "second_target_pct"),
)


def mistakes_of_limits(limits: RiskLimits, prefix: str = "") -> list[str]:
    """What has the right type and still cannot be: key, value and what is allowed, one line each."""
    found = []
    for limit, spec in SPECS.items():
        value = getattr(limits, field_of(limit))
        if not spec.least <= value <= spec.most:
            allowed = f"{spec.least:.15g} to {spec.most:.15g} {spec.unit}"
            found.append(f"{prefix}{field_of(limit)}: {value}; allowed: {allowed}")
    for smaller, larger in _NEVER_ABOVE:
        if getattr(limits, smaller) > getattr(limits, larger):
            found.append(f"{prefix}{smaller}: larger than {larger}; allowed: at most that")
    for key in ("equity", "rates"):
        for name, amount in getattr(limits, key).items():
            if not 1e-6 <= amount <= LARGEST_NOTIONAL:
                found.append(f"{prefix}{key}.{name}: {amount}; allowed: 0.000001 to {LARGEST_NOTIONAL:.15g}")
    if not 0 <= limits.default_equity <= LARGEST_NOTIONAL:
        found.append(f"{prefix}default_equity: {limits.default_equity}; allowed: 0 to {LARGEST_NOTIONAL:.15g}")
    for name, number in limits.messages.items():
        if not 0 <= number <= 1_000_000:
            found.append(f"{prefix}messages.{name}: {number}; allowed: 0 to 1000000 messages a second")
    named = [member for members in limits.sectors.values() for member in members]
    for twice in sorted({member for member in named if named.count(member) > 1}):
        found.append(f"{prefix}sectors: {twice} is in two sectors; allowed: one")
    if len(limits.sectors) >= MOST_SECTORS:
        found.append(f"{prefix}sectors: {len(limits.sectors)}; allowed: at most {MOST_SECTORS - 1}")
    return found
