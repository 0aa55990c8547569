"""One round: trade, strike, recover, come to rest, compare."""

import signal
import time
from dataclasses import dataclass
from random import Random

from feeds.store.errors import QueryError
from tests.chaos.books_of_account import differences, open_differences
from tests.chaos.desk_under_fire import DeskUnderFire, TooLate
from tests.chaos.grounds import Ground, SimulatedGround

RECOVER_WITHIN_S = 120.0
SETTLE_WITHIN_S = 60.0
AGREE_WITHIN_S = 60.0
"""A look takes seconds where the machine is busy, and a venue's limits let a thing be asked only so often. What is
wrong stays wrong."""


@dataclass(frozen=True)
class Blow:
    """What happens, chosen by seed and round alone."""

    victim: str
    how: str
    """kill · freeze: SIGSTOP, then SIGCONT · freeze-kill · press: the kill switch · press-flat"""
    after_s: float
    for_s: float
    """Frozen so long."""


@dataclass(frozen=True)
class Plan:
    blows: tuple[Blow, ...]
    seed: int
    with_strategies: bool
    after_s: float
    """The trader goes on for so long after the last blow: into the recovery."""

    def __str__(self) -> str:
        told = " + ".join(f"{blow.how} {blow.victim}".strip() for blow in self.blows)
        return told + (" (strategies on)" if self.with_strategies else "")


def plan(seed: int, number: int, ground: type[Ground] = SimulatedGround) -> Plan:
    victims, weights = zip(*ground.victims, strict=True)
    random = Random(f"{seed}:{number}")
    blows = []
    for _ in range(random.choice((1, 1, 1, 2))):
        how = random.choices(("kill", "freeze", "freeze-kill", "press", "press-flat"), (10, 3, 2, 1, 1))[0]
        victim = "" if how.startswith("press") else random.choices(victims, weights)[0]
        blows.append(Blow(victim, how, random.uniform(0.1, 0.6), random.choice((0.05, 0.3, 1.3))))
    return Plan(tuple(blows), random.randrange(1 << 31), random.random() < 0.4, random.choice((0.0, 0.3, 1.2)))


def play(desk: DeskUnderFire, this: Plan) -> tuple[list[str], str]:
    """Differences, and a word on what was done."""
    began = time.monotonic()
    desk.go(this.seed, with_strategies=this.with_strategies)
    for blow in this.blows:
        time.sleep(blow.after_s)
        _strike(desk, blow)
    time.sleep(this.after_s)
    sent = desk.stop()
    try:
        desk.recover(within_s=RECOVER_WITHIN_S)
        recovered_s = time.monotonic() - began
        desk.settle(within_s=SETTLE_WITHIN_S)
        found = _agree(lambda: open_differences(desk.books(with_recording=False)))
        if not found:
            desk.clear(within_s=SETTLE_WITHIN_S)
            found = _agree(lambda: differences(desk.books()))
    except TooLate as late:
        return [str(late)], ""
    count = f"{sent} commands, {len(desk.venue.orders)} orders, {len(desk.venue.fills)} fills in all"
    return found, f"{count}, whole after {recovered_s:.1f} s, {time.monotonic() - began:.1f} s"


def _strike(desk: DeskUnderFire, blow: Blow) -> None:
    if blow.how.startswith("press"):
        desk.press_kill(flatten=blow.how == "press-flat")
        return
    if blow.how == "kill":
        desk.strike(blow.victim, signal.SIGKILL)
        return
    desk.strike(blow.victim, signal.SIGSTOP)
    time.sleep(blow.for_s)
    desk.strike(blow.victim, signal.SIGKILL if blow.how == "freeze-kill" else signal.SIGCONT)


def _agree(look: object) -> list[str]:
    """What differs still when everybody had time to say it."""
    give_up = time.monotonic() + AGREE_WITHIN_S
    while True:
        try:
            found: list[str] = look()  # type: ignore[operator]
        except QueryError as error:
            found = [f"the recorder does not answer: {error}"]
        if not found or time.monotonic() > give_up:
            return found
        time.sleep(0.05)
