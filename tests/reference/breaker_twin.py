"""The breaker as one would tell it: three causes on losses, two on counts, in whole units of money and seconds."""

from dataclasses import dataclass

NORMAL, WARNING, TRIGGERED = 0, 1, 2
DAILY_LOSS, COOL_DOWN_S, WARNING_S = 200, 600, 60


@dataclass
class BreakerTwin:
    state: int = NORMAL
    start: int = 1_000
    profit: int = 0
    peak: int = 1_000
    is_broken: bool = False
    losses: int = 0
    trades: int = 0
    gaps: int = 0
    max_losses: int = 3
    until_s: int = 0
    warned_s: int = 0

    def earn(self, amount: int) -> None:
        self.profit += amount
        self.peak = max(self.peak, self.start + self.profit)
        self.is_broken = self.is_broken or self.profit <= -DAILY_LOSS

    def level(self) -> int:
        left = self.start + self.profit
        fallen = (self.peak - left) / self.peak if left > 0 else 1.0
        loss = max(-self.profit, DAILY_LOSS if self.is_broken else 0)
        if loss >= DAILY_LOSS or int(fallen * 1_000_000) >= 150_000 or self.losses >= self.max_losses or self.gaps >= 5:
            return TRIGGERED
        if loss >= DAILY_LOSS // 2 or int(fallen * 1_000_000) >= 100_000 or self.trades >= 4 or self.gaps >= 2:
            return WARNING
        return NORMAL

    def look(self, now_s: int) -> None:
        if self.state == TRIGGERED:
            return
        level = self.level()
        if level > NORMAL:
            self.warned_s = now_s
        if level > self.state:
            self.state = level
            self.until_s = now_s + COOL_DOWN_S if level == TRIGGERED else 0
        elif self.state == WARNING and level == NORMAL and now_s - self.warned_s >= WARNING_S:
            self.state = NORMAL

    def arm(self, now_s: int, why: bool) -> str:
        if self.state != TRIGGERED:
            return "NOTHING_TO_DO"
        if not why:
            return "NO_REASON"
        if now_s < self.until_s:
            return "COOL_DOWN"
        if self.is_broken or self.profit <= -DAILY_LOSS:
            return "DAILY_LOSS"
        self.state, self.losses, self.gaps = NORMAL, 0, 0
        self.peak = self.start + self.profit
        return "NONE"

    def turn_the_day(self) -> None:
        self.start += self.profit
        self.profit, self.trades, self.peak, self.is_broken = 0, 0, self.start, False
