"""How large is the next order? Presets on the digits, one size per instrument, steps of the chosen preset's unit.

    preset     1  2  3  4   5   6   7    8    9
    units      1  2  5  10  20  50  100  200  500

A unit is the smallest order that the venue takes, rounded up to a whole 1, 2 or 5.
"""

from collections import deque

from station.views.instrument import InstrumentView
from station.views.usual import usual_lots

REMEMBERED = 20
"""Own orders that say what is usual"""
PRESETS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


class Sizes:
    def __init__(self) -> None:
        self._lots: dict[int, int] = {}
        self._sent: dict[int, deque[int]] = {}

    def lots(self, instrument: InstrumentView) -> int:
        return self._lots.get(instrument.instrument_id, self.unit(instrument) * PRESETS[3])

    def sent(self, instrument: InstrumentView, lots: int) -> None:
        """An order went out with it: what is usual follows."""
        self._sent.setdefault(instrument.instrument_id, deque(maxlen=REMEMBERED)).append(lots)

    def usual(self, instrument: InstrumentView) -> int:
        preset = self.unit(instrument) * PRESETS[3]
        return usual_lots(self._sent.get(instrument.instrument_id, ()), preset)

    def choose(self, instrument: InstrumentView, preset: int) -> None:
        self._set(instrument, self.unit(instrument) * PRESETS[preset - 1])

    def step(self, instrument: InstrumentView, steps: int) -> None:
        """Up by about a tenth, and down again the same way: 1 … 9 by one unit, 10 … 90 by ten."""
        unit, lots = self.unit(instrument), self.lots(instrument)
        reference = max(unit, lots if steps > 0 else lots - 1)
        step = unit
        while step * 10 <= reference:
            step *= 10
        self._set(instrument, lots + steps * step)

    @staticmethod
    def unit(instrument: InstrumentView) -> int:
        least, power = max(1, instrument.min_lots), 1
        while power * 10 <= least:
            power *= 10
        return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)

    def _set(self, instrument: InstrumentView, lots: int) -> None:
        self._lots[instrument.instrument_id] = max(instrument.min_lots, min(instrument.max_lots, lots))
