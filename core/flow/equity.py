"""The course of the equity, sampled from the core's health: a point a second, and a point a minute.

equity = realised + unrealised - fees of all positions, each made into the base currency at the rate of its settlement
currency by the core (publish/cells.py); what has no rate is not in it. drawdown = the highest equity so far - equity
"""

import numpy as np

from core.flow.state import Flow, begin_write, end_writes
from core.records.flow import EQUITY_MINUTES, EQUITY_SECONDS, MINUTES, PEAK_E8, SECONDS

SECOND_NS = 1_000_000_000


def sample_equity(flow: Flow, health: np.void, wall_ns: int) -> None:
    """Called once a second; the first of a minute is the minute's."""
    equity_e8 = int(health["realised_e8"]) + int(health["unrealised_e8"]) - int(health["fees_e8"])
    words = flow.words
    peak_e8 = equity_e8 if words[SECONDS] == 0 else max(int(words[PEAK_E8]), equity_e8)
    point = (wall_ns, equity_e8, peak_e8 - equity_e8)
    begin_write(flow.versions, len(flow.heads))
    words[PEAK_E8] = peak_e8
    before_ns = int(flow.equity[int(words[SECONDS] - 1) % EQUITY_SECONDS]["wall_ns"]) if words[SECONDS] else 0
    flow.equity[int(words[SECONDS]) % EQUITY_SECONDS] = point
    words[SECONDS] += 1
    if wall_ns // (60 * SECOND_NS) != before_ns // (60 * SECOND_NS):
        flow.equity[EQUITY_SECONDS + int(words[MINUTES]) % EQUITY_MINUTES] = point
        words[MINUTES] += 1
    end_writes(flow.versions)
