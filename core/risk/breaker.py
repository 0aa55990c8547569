"""The circuit breaker: what it looks at, when it opens, and how it is armed again. Events in, never a clock.

NORMAL     ─ a cause at its warning ─▶ WARNING     positions are only closed; over when no cause was for a while
any        ─ a cause at its limit ───▶ TRIGGERED   all orders are cancelled, strategies are off
TRIGGERED  ─ the cool-down is over, somebody says why, no loss stands at its limit ─▶ NORMAL

cause          warns at                  opens at               forgiven when armed again
DAILY_LOSS     a share of the limit      the limit              no: the day must be over
DRAWDOWN       reduce_drawdown           halt_drawdown          yes: the peak is what is left
LOSING_STREAK  –                         max_losses             yes
TRADE_COUNT    max_trades                –                      –
SLIPPAGE       average of the last fills, behind the touch      yes
LATENCY        frames in a row that came late to the core       yes
FEEDS          share of books that were live and are not        –
GAPS           of all books in a minute                         yes
"""

import numpy as np

from core.kernel import kernel
from core.money import LARGEST_E8
from core.risk.limits import PPM, Risk, count_equity, share_e8
from core.risk.trades import forget_slips
from core.vocabulary import BreakerCause, BreakerState, DenyReason

NEVER = 1 << 62
MINUTE_NS = 60_000_000_000
DAILY_LOSS = BreakerCause.DAILY_LOSS.value
DRAWDOWN = BreakerCause.DRAWDOWN.value
LOSING_STREAK = BreakerCause.LOSING_STREAK.value
TRADE_COUNT = BreakerCause.TRADE_COUNT.value
SLIPPAGE = BreakerCause.SLIPPAGE.value
LATENCY = BreakerCause.LATENCY.value
FEEDS = BreakerCause.FEEDS.value
GAPS = BreakerCause.GAPS.value


@kernel
def look(risk: Risk, now_ns: int) -> bool:
    """Read every cause, and step the machine. True when its state changed."""
    read_causes(risk)
    worst, level = 0, 0
    for cause in range(1, risk.readings.shape[0]):
        found = level_of(risk.readings[cause])
        if found > level:
            worst, level = cause, found
    settings = risk.settings[0]
    return advance(
        risk.breaker[0],
        risk.readings[worst],
        worst,
        level,
        now_ns,
        settings["cool_down_minutes"],
        settings["warning_seconds"],
    )


@kernel
def is_count_reached(risk: Risk) -> bool:
    """Does what an execution counts stand where a cause warns or opens: losses in a row, trades, slippage?

    Money says so itself (exposure.is_at_a_loss); with both no execution need wait for a look at every cause.
    """
    breaker, settings = risk.breaker[0], risk.settings[0]
    if breaker["losses"] >= settings["max_losses"] or breaker["trades"] >= settings["max_trades"]:
        return True
    window = settings["slippage_fills"]
    least_ppm = min(settings["slippage_warning_bps"], settings["slippage_trigger_bps"])
    return bool(breaker["slips"] >= window and breaker["slip_sum"] >= window * least_ppm)


@kernel
def level_of(reading: np.void) -> int:
    """0, 1: its warning, 2: its limit."""
    if not reading["value"] < reading["trigger"]:
        return BreakerState.TRIGGERED.value
    return BreakerState.NORMAL.value if reading["value"] < reading["warning"] else BreakerState.WARNING.value


@kernel
def advance(
    breaker: np.void, reading: np.void, cause: int, level: int, now_ns: int, cool_down_ns: int, warning_ns: int
) -> bool:
    """One step of the machine, with the worst cause and how bad it is. True when the state changed."""
    state = breaker["state"]
    if state == BreakerState.TRIGGERED:
        return False
    if level > BreakerState.NORMAL:
        breaker["warned_ns"] = now_ns
    if level > state:
        is_open = level == BreakerState.TRIGGERED
        _enter(breaker, level, cause, reading["value"], reading["trigger"] if is_open else reading["warning"], now_ns)
        breaker["until_ns"] = now_ns + cool_down_ns if is_open else 0
        return True
    if state == BreakerState.WARNING and level == BreakerState.NORMAL and now_ns - breaker["warned_ns"] >= warning_ns:
        _enter(breaker, BreakerState.NORMAL.value, 0, 0, 0, now_ns)
        return True
    return False


@kernel
def _enter(breaker: np.void, state: int, cause: int, value: int, limit: int, now_ns: int) -> None:
    breaker["state"] = state
    breaker["cause"] = cause
    breaker["value"] = value
    breaker["limit"] = limit
    breaker["since_ns"] = now_ns


@kernel
def arm_again(risk: Risk, reason: int, now_ns: int) -> int:
    """A DenyReason. `reason`: a hash of why; what can be forgiven is."""
    breaker = risk.breaker[0]
    if breaker["state"] != BreakerState.TRIGGERED:
        return DenyReason.NOTHING_TO_DO
    if reason == 0:
        return DenyReason.NO_REASON
    if not now_ns >= breaker["until_ns"]:
        return DenyReason.COOL_DOWN
    read_causes(risk)
    if level_of(risk.readings[DAILY_LOSS]) == BreakerState.TRIGGERED:
        return DenyReason.DAILY_LOSS
    for currency in range(risk.currencies.shape[0]):
        own = risk.equity[currency]
        own["peak_e8"] = own["start_e8"] + risk.currencies[currency]["profit_e8"]
        count_equity(risk, currency)
    breaker["losses"] = 0
    breaker["late_frames"] = 0
    breaker["gaps_before"] += breaker["gaps"]
    breaker["gaps"] = 0
    forget_slips(breaker)
    _enter(breaker, BreakerState.NORMAL.value, 0, 0, 0, now_ns)
    breaker["until_ns"] = 0
    return 0


@kernel
def read_causes(risk: Risk) -> None:
    """Value, warning and limit of every cause."""
    breaker = risk.breaker[0]
    settings = risk.settings[0]
    loss_e8, drawdown_ppm = worst_loss_e8(risk), worst_drawdown_ppm(risk)
    warning_e8 = share_e8(settings["daily_loss"], settings["daily_loss_warning_pct"])
    _read(risk.readings[DAILY_LOSS], loss_e8, warning_e8, settings["daily_loss"])
    _read(risk.readings[DRAWDOWN], drawdown_ppm, settings["reduce_drawdown_pct"], settings["halt_drawdown_pct"])
    _read(risk.readings[LOSING_STREAK], breaker["losses"], NEVER, settings["max_losses"])
    _read(risk.readings[TRADE_COUNT], breaker["trades"], settings["max_trades"], NEVER)
    window = settings["slippage_fills"]
    slip_ppm = breaker["slip_sum"] // window if breaker["slips"] >= window and window > 0 else 0
    _read(risk.readings[SLIPPAGE], slip_ppm, settings["slippage_warning_bps"], settings["slippage_trigger_bps"])
    late = breaker["late_frames"]
    _read(risk.readings[LATENCY], late, settings["latency_warning_frames"], settings["latency_trigger_frames"])
    dead_ppm = breaker["dead_books_ppm"]
    _read(risk.readings[FEEDS], dead_ppm, settings["feeds_warning_pct"], settings["feeds_trigger_pct"])
    _read(risk.readings[GAPS], breaker["gaps"], settings["gaps_warning"], settings["gaps_trigger"])
    risk.readings[0]["warning"] = NEVER
    risk.readings[0]["trigger"] = NEVER


@kernel
def _read(reading: np.void, value: int, warning: int, trigger: int) -> None:
    reading["value"] = value
    reading["warning"] = warning
    reading["trigger"] = trigger


@kernel
def worst_loss_e8(risk: Risk) -> int:
    """Of any settlement currency, in the base currency; a broken one is at its limit whatever it earned since."""
    worst_e8 = 0
    for currency in range(risk.currencies.shape[0]):
        sums = risk.currencies[currency]
        loss_e8 = share_e8(-sums["profit_e8"], sums["rate_ppm"])
        if sums["is_broken"] != 0:
            loss_e8 = max(loss_e8, int(risk.settings[0]["daily_loss"]))
        worst_e8 = max(worst_e8, loss_e8)
    return worst_e8


@kernel
def worst_drawdown_ppm(risk: Risk) -> int:
    """Of any settlement currency's equity, from its peak; all of it where nothing is left to fall."""
    worst_ppm = 0
    for currency in range(risk.currencies.shape[0]):
        own = risk.equity[currency]
        peak_e8, profit_e8 = int(own["peak_e8"]), int(risk.currencies[currency]["profit_e8"])
        equity_e8 = int(own["start_e8"]) + profit_e8
        if equity_e8 >= peak_e8:
            continue
        if not (peak_e8 > 0 and equity_e8 > 0 and peak_e8 <= LARGEST_E8):
            worst_ppm = PPM
        else:
            worst_ppm = max(worst_ppm, int(float(peak_e8 - equity_e8) * PPM / float(peak_e8)))
    return worst_ppm


@kernel
def frame_came(risk: Risk, received_ns: int, now_ns: int) -> None:
    """A frame reached the core: late, or in time. What lay in the ring before the session began measures that."""
    breaker = risk.breaker[0]
    if received_ns < breaker["session_ns"] or breaker["is_running"] == 0:
        return
    is_late = now_ns - received_ns > risk.settings[0]["latency_ms"]
    breaker["late_frames"] = breaker["late_frames"] + 1 if is_late else 0


@kernel
def feeds_are(risk: Risk, live: int, known: int, gaps: int, now_ns: int) -> None:
    """How many of the books that were live once are; how many gaps all books have had, ever."""
    breaker = risk.breaker[0]
    breaker["dead_books_ppm"] = (known - live) * PPM // known if known > 0 else 0
    if now_ns - breaker["minute_ns"] >= MINUTE_NS:
        breaker["minute_ns"] = now_ns
        breaker["gaps_before"] = gaps
    breaker["gaps"] = gaps - breaker["gaps_before"]


@kernel
def begin_session(risk: Risk, now_ns: int) -> None:
    """The journal is at its end: from here on the breaker acts. A cool-down of another boot's clock ends in time."""
    breaker = risk.breaker[0]
    breaker["is_running"] = 1
    breaker["session_ns"] = now_ns
    breaker["minute_ns"] = now_ns
    breaker["gaps_before"] = 0
    breaker["gaps"] = 0
    breaker["late_frames"] = 0
    breaker["warned_ns"] = now_ns
    if breaker["state"] == BreakerState.TRIGGERED:
        longest_ns = now_ns + risk.settings[0]["cool_down_minutes"]
        breaker["until_ns"] = min(int(breaker["until_ns"]), int(longest_ns))
