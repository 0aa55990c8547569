"""Fixed views of what happened in the market: the same for the same instrument, plausible, without a clock."""

import math
from functools import lru_cache

from core.vocabulary import Side
from station.views.flow import (
    HEAT_PERIODS_NS,
    HEAT_ROWS,
    Candle,
    CandlesView,
    EquityPoint,
    EquityView,
    FlowStateView,
    HeatColumn,
    HeatView,
    HintsView,
    Iceberg,
    LargeOrder,
    LevelFlow,
    LevelFlowView,
    MarkOut,
    MarkOutsView,
    PriceVolume,
    Print,
    PrintsView,
    ProfileView,
)

NOW_WALL_NS = (13 * 3600 + 37 * 60 + 42) * 1_000_000_000
REFERENCE_TICKS = (128_241, 341_285, 53_222, 148_330, 61_240, 23_412, 14_233, 24_041)
PERIODS_S = (1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400)


def _middle(instrument_id: int) -> int:
    return REFERENCE_TICKS[instrument_id % 8]


def _path(at: float, instrument_id: int) -> float:
    """Ticks from the middle: a few waves on each other, 0 at the end."""
    waves = ((0.021, 31.0), (0.083, 12.0), (0.29, 6.0), (0.71, 3.0))
    return sum(size * math.sin(speed * at + instrument_id) - size * math.sin(instrument_id) for speed, size in waves)


@lru_cache(maxsize=64)
def candles(instrument_id: int, frame: int, count: int = 300) -> CandlesView:
    period_ns, middle, scale = PERIODS_S[frame] * 1_000_000_000, _middle(instrument_id), 0.6 + frame / 2
    last_start_ns = NOW_WALL_NS - NOW_WALL_NS % period_ns
    made = []
    for back in range(count - 1, -1, -1):
        opened = middle + round(scale * _path(-(back + 1), instrument_id))
        closed = middle + round(scale * _path(-back, instrument_id))
        wick = 1 + int(2 * scale * (1 + math.sin(1.9 * back)))
        lots = 400 + int(380 * math.sin(0.37 * back) ** 2 * (5 if back % 41 == 0 else 1)) + 60 * abs(closed - opened)
        is_empty = frame == 0 and back % 29 == 7
        high, low = max(opened, closed) + wick, min(opened, closed) - wick // 2
        if is_empty:
            made.append(Candle(last_start_ns - back * period_ns, opened, opened, opened, opened, 0, 0, 0, 0.0))
            continue
        buy_lots = int(lots * (0.5 + 0.3 * math.tanh((closed - opened) / 8)))
        value = float(lots * (high + low + 2 * closed)) / 4
        start_ns = last_start_ns - back * period_ns
        made.append(Candle(start_ns, opened, high, low, closed, lots, buy_lots, 3 + lots // 50, value))
    return CandlesView(
        instrument_id=instrument_id,
        frame=frame,
        period_ns=period_ns,
        candles=tuple(made),
        since_wall_ns=NOW_WALL_NS - 5_025 * 1_000_000_000,
    )


@lru_cache(maxsize=16)
def profile(instrument_id: int) -> ProfileView:
    middle, rows = _middle(instrument_id), []
    for ticks in range(60, -81, -1):
        lots = 9_000 * math.exp(-(((ticks - 4) / 9) ** 2)) + 5_000 * math.exp(-(((ticks + 40) / 16) ** 2))
        lots *= 0.8 + 0.3 * math.sin(2.3 * ticks)
        buy = int(lots * (0.5 + 0.2 * math.sin(0.31 * ticks)))
        if lots >= 1:
            rows.append(PriceVolume(middle + ticks, buy, int(lots) - buy))
    total = sum(row.buy_lots + row.sell_lots for row in rows)
    largest = max(rows, key=lambda row: row.buy_lots + row.sell_lots)
    return ProfileView(
        instrument_id=instrument_id,
        rows=tuple(rows),
        total_lots=total,
        point_of_control_ticks=largest.price_ticks,
        value_area_low_ticks=middle - 44,
        value_area_high_ticks=middle + 17,
        vwap_ticks=sum(row.price_ticks * (row.buy_lots + row.sell_lots) for row in rows) / total,
        high_ticks=rows[0].price_ticks,
        low_ticks=rows[-1].price_ticks,
        open_ticks=middle - 38,
        since_wall_ns=NOW_WALL_NS - 5_025 * 1_000_000_000,
    )


@lru_cache(maxsize=16)
def level_flow(instrument_id: int) -> LevelFlowView:
    middle, levels = _middle(instrument_id), {}
    for ticks in range(9, -10, -1):
        near, wave = math.exp(-abs(ticks) / 4), 1 + math.sin(1.3 * ticks + instrument_id)
        consumed, pulled, stacked = int(400 * near * wave), int(900 * near), int(1_100 * wave / (1 + abs(ticks)))
        bid = ticks <= 0
        levels[middle + ticks] = LevelFlow(
            price_ticks=middle + ticks,
            consumed_bid_lots=consumed if bid else 0,
            pulled_bid_lots=pulled if bid else 0,
            stacked_bid_lots=stacked if bid else 0,
            consumed_ask_lots=0 if bid else consumed,
            pulled_ask_lots=0 if bid else pulled,
            stacked_ask_lots=0 if bid else stacked,
            bought_lots=0 if ticks < 0 else consumed,
            sold_lots=0 if ticks > 0 else consumed,
            last_trade_wall_ns=NOW_WALL_NS - abs(ticks) * 700_000_000 if abs(ticks) < 7 else 0,
            last_change_wall_ns=NOW_WALL_NS - abs(ticks) * 700_000_000,
        )
    return LevelFlowView(instrument_id=instrument_id, levels=levels)


def hints(instrument_id: int) -> HintsView:
    middle = _middle(instrument_id)
    return HintsView(
        instrument_id=instrument_id,
        large=(
            LargeOrder(middle - 7, Side.BUY, 8_800, 11.2),
            LargeOrder(middle + 11, Side.SELL, 5_100, 6.4),
        ),
        icebergs=(Iceberg(middle + 2, Side.SELL, 3_900, 7, 520),),
    )


@lru_cache(maxsize=64)
def heat(instrument_id: int, period: int, count: int = 480) -> HeatView:
    period_ns, middle, columns = HEAT_PERIODS_NS[period], _middle(instrument_id), []
    last_start_ns = NOW_WALL_NS - NOW_WALL_NS % period_ns - period_ns
    low = 0
    for back in range(count - 1, -1, -1):
        mid = middle + round((1 + period) * _path(-back, instrument_id) / 2)
        if not low or not low + HEAT_ROWS // 4 <= mid < low + HEAT_ROWS * 3 // 4:
            low = mid - HEAT_ROWS // 2
        start_ns, is_gap = last_start_ns - back * period_ns, count - 180 < back < count - 170
        if is_gap:
            columns.append(HeatColumn(start_ns, 0, 0, low, b"", (), True))
            continue
        codes = bytes(_code(low + row, mid, middle, back) for row in range(HEAT_ROWS))
        traded: tuple[tuple[int, int], ...] = ((mid - low, 30 + back % 300),) if back % 3 == 0 else ()
        if back % 17 == 0:
            traded = ((mid - low - 1, -400), (mid - low, -2_100))
        columns.append(HeatColumn(start_ns, mid - 1, mid + 1, low, codes, traded, False))
    return HeatView(instrument_id=instrument_id, period_ns=period_ns, columns=tuple(columns))


def _code(price: int, mid: int, middle: int, back: int) -> int:
    """Walls that stand, a touch that is thin, and a far field that thickens."""
    away = abs(price - mid)
    if away == 0 or (price * 7 + back // 60) % 5 == 0:
        return 0
    lots = 120 + 14 * away * (1 + math.sin(price))
    if (price - middle) % 23 == 9 and (back // 40 + price) % 3:
        lots *= 14
    return min(255, 1 + int(8 * math.log2(max(1.0, lots))))


@lru_cache(maxsize=16)
def prints(instrument_id: int) -> PrintsView:
    middle, rows = _middle(instrument_id), []
    for index in range(256):
        side = Side.BUY if (index * 5) % 7 < 4 else Side.SELL
        fills = 1 + (index * 13) % 9 if index % 4 == 0 else 1
        price = middle + side - index // 25
        rows.append(
            Print(
                wall_ns=NOW_WALL_NS - (index * 137 + (index * index) % 91) * 1_000_000,
                price_from_ticks=price,
                price_to_ticks=price + side * (fills // 3),
                lots=1 + (index * 389) % 977 * fills,
                side=side,
                fills=fills,
            )
        )
    return PrintsView(instrument_id=instrument_id, prints=tuple(rows), per_second=14.2, lots_per_second=6_211.0)


def mark_outs() -> MarkOutsView:
    fills = []
    for index in range(24):
        side, age_s = (Side.BUY, Side.SELL)[index % 2], 4 + index * 21
        after = [int(20_000_000 * seconds**0.5 * math.sin(0.9 * index + seconds)) for seconds in (1, 10, 60)]
        fills.append(
            MarkOut(
                wall_ns=NOW_WALL_NS - age_s * 1_000_000_000,
                instrument_id=index % 2,
                side=side,
                price_ticks=_middle(index % 2) - side * (index % 5),
                lots=500 + 250 * (index % 3),
                is_maker=index % 3 != 0,
                after_1s_e8=None if index == 9 else after[0],
                after_10s_e8=after[1] if age_s >= 10 else None,
                after_60s_e8=after[2] if age_s >= 60 else None,
                notional_e8=321_000_000_000,
            )
        )
    return MarkOutsView(fills=tuple(fills), mean_1s_bps=0.14, mean_10s_bps=-0.32, mean_60s_bps=1.06)


@lru_cache(maxsize=2)
def equity(long: bool) -> EquityView:
    period_ns, count = (60_000_000_000, 1_440) if long else (1_000_000_000, 3_600)
    points, peak = [], -(10**18)
    for back in range(count - 1, -1, -1):
        worth = int(1_000 * (55_000 + 900 * _path(-back / 9, 3)) * 1_000)
        peak = max(peak, worth)
        points.append(EquityPoint(NOW_WALL_NS - back * period_ns, worth, peak - worth))
    return EquityView(period_ns=period_ns, points=tuple(points))


class FixedFlow:
    """The part of a source that shows history."""

    def flow_state(self) -> FlowStateView:
        return FlowStateView(is_alive=True, since_wall_ns=NOW_WALL_NS - 5_025 * 1_000_000_000)

    def candles(self, instrument_id: int, frame: int) -> CandlesView:
        return candles(instrument_id, frame)

    def profile(self, instrument_id: int) -> ProfileView:
        return profile(instrument_id)

    def level_flow(self, instrument_id: int) -> LevelFlowView:
        return level_flow(instrument_id)

    def hints(self, instrument_id: int) -> HintsView:
        return hints(instrument_id)

    def heat(self, instrument_id: int, period: int) -> HeatView:
        return heat(instrument_id, period)

    def prints(self, instrument_id: int) -> PrintsView:
        return prints(instrument_id)

    def mark_outs(self) -> MarkOutsView:
        return mark_outs()

    def equity(self, long: bool) -> EquityView:
        return equity(long)
