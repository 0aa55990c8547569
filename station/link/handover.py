"""How does the trading lease change hands with its holder's consent?

A seat that wants it writes so into its own seat file; the holder's screen reads those files once a second and says who
asks. The holder gives by giving back, which is one key; the one who asked takes a lease that has become free at once.
Nothing is ever taken from anybody here: for that there is a take with a reason (core/risk/lease.py).
"""

import time

from station.link.commands import CommandLink
from station.link.seat import Holder, holders

ASKS_FOR_S = 60.0
LOOKS_EVERY_S = 1.0


class Handover:
    def __init__(self, commands: CommandLink) -> None:
        self._commands = commands
        self._asked_s = 0.0
        self._looked_s = 0.0
        self._asked_by = ""

    def ask(self) -> None:
        self._asked_s = time.time()
        self._commands.seat.ask_for_lease(self._asked_s)

    def beat(self) -> None:
        """At every frame. A lease that came free while we ask for it is taken; after a while we ask no longer."""
        if not self._asked_s:
            return
        health, seat = self._commands.health(), self._commands.seat
        if health is None:
            return
        holder = int(health["lease_seat"])
        if holder < 0:
            self._commands.take_lease()
        if holder < 0 or holder == seat.number or time.time() - self._asked_s > ASKS_FOR_S:
            self._asked_s = 0.0
            seat.ask_for_lease(0.0)

    def asked_by(self) -> str:
        """Who asks us: the longest waiting first; empty when nobody does, or we do not hold it."""
        now_s = time.monotonic()
        if now_s - self._looked_s < LOOKS_EVERY_S:
            return self._asked_by
        self._looked_s = now_s
        health, own = self._commands.health(), self._commands.seat.number
        self._asked_by = ""
        if health is not None and int(health["lease_seat"]) == own:
            seats = holders(self._commands.attachment.desk)
            asking = [(one.asks_s, number, one) for number, one in seats.items() if one.asks_s and number != own]
            if asking:
                _, number, one = min(asking, key=lambda asked: asked[:2])
                self._asked_by = _named(number, one)
        return self._asked_by


def _named(number: int, holder: Holder) -> str:
    return f"seat {number}" + (f" at {holder.where}" if holder.where else "")
