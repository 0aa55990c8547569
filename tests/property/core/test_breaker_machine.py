"""The breaker as a machine, step by step beside a slow and obvious twin, under any order of events."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.risk.breaker import arm_again, look
from core.risk.exposure import begin_day, end_day, position_changed
from core.risk.limits import set_limit
from core.vocabulary import DenyReason, Limit
from tests.orders_world import BTC, NOW_NS, risk
from tests.reference.breaker_twin import BreakerTwin
from tests.unit.core.risk.test_exposure import position

SECOND = 1_000_000_000
MONEY = 100_000_000


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.desk = risk(
            equity={"USD": 1_000.0},
            daily_loss=200.0,
            daily_loss_warning_pct=50.0,
            reduce_drawdown_pct=10.0,
            halt_drawdown_pct=15.0,
            max_losses=3,
            max_trades=4,
            cool_down_minutes=10.0,
            warning_seconds=60.0,
            gaps_warning=2,
            gaps_trigger=5,
        )
        self.twin = BreakerTwin()
        self.now_ns = NOW_NS

    @rule(amount=st.integers(-300, 300))
    def earn(self, amount: int) -> None:
        self.twin.earn(amount)
        position_changed(self.desk, 0, position(BTC, realised_e8=self.twin.profit * MONEY))

    @rule(is_loss=st.booleans())
    def close_a_trade(self, is_loss: bool) -> None:
        self.desk.breaker["losses"] = self.twin.losses = self.twin.losses + 1 if is_loss else 0
        self.twin.trades += 1
        self.desk.breaker["trades"] = self.twin.trades

    @rule(gaps=st.integers(0, 6))
    def gap(self, gaps: int) -> None:
        self.desk.breaker["gaps"] = self.twin.gaps = gaps

    @rule(seconds=st.integers(0, 400))
    def wait(self, seconds: int) -> None:
        self.now_ns += seconds * SECOND

    @rule()
    def look(self) -> None:
        before = self.twin.state
        self.twin.look(self.now_ns // SECOND)
        assert look(self.desk, self.now_ns) == (self.twin.state != before)

    @rule(why=st.booleans())
    def arm(self, why: bool) -> None:
        told = self.twin.arm(self.now_ns // SECOND, why)
        assert DenyReason(arm_again(self.desk, 7 if why else 0, self.now_ns)).name == told

    @rule(most=st.integers(1, 4))
    def tighten(self, most: int) -> None:
        self.twin.max_losses = most
        set_limit(self.desk, Limit.MAX_LOSSES, most, 1)

    @rule()
    def turn_the_day(self) -> None:
        end_day(self.desk)
        self.twin.turn_the_day()
        position_changed(self.desk, 0, position(BTC))
        begin_day(self.desk)

    @invariant()
    def both_are_in_the_same_state(self) -> None:
        assert self.desk.breaker[0]["state"] == self.twin.state
        assert self.desk.equity[0]["peak_e8"] == self.twin.peak * MONEY


TestBreaker = Machine.TestCase
TestBreaker.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
