"""Commands from a seat to the core, and the core's answers. Used by the screen and by the command line.

A command is one record in the seat's ring. The core answers in its health cell: `last_sequence` of the seat says up to
which command it has answered, `last_reason` and `last_client_id` what. Sending never waits; waiting is a call of its
own, so that a screen can look at the answer with its next frame.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.clock import monotonic_ns
from core.memory import numpy_cell
from core.vocabulary import Command, DenyReason, EventFlag, Limit, Origin, Side
from station.errors import Denied, LeaseHeld, NoAnswer
from station.link.attach import Attachment
from station.link.seat import Seat, holders, plain_command, take_seat
from station.link.tickets import MOST_LEGS, Ticket

ANSWER_WITHIN_S = 2.0
LOOK_EVERY_S = 0.0005
COMMAND_VALID_NS = 500_000_000


@dataclass(frozen=True)
class Answer:
    """The core's word on one command."""

    reason: DenyReason
    client_id: int
    """The order that it made or named; 0: none."""

    @property
    def is_denied(self) -> bool:
        return self.reason is not DenyReason.NONE


class CommandLink:
    """One client's commands. Made by `open_commands`; `close` gives the seat back."""

    def __init__(self, attachment: Attachment, seat: Seat, origin: Origin, valid_ns: int) -> None:
        self.attachment = attachment
        self.seat = seat
        self._origin = origin
        self._valid_ns = valid_ns
        self._health = attachment.memory.cells("health")

    # What a seat may ask for. Each returns the sequence to look for the answer with.

    def place(self, ticket: Ticket) -> int:
        return self.seat.send(self._leg(ticket, is_last=True))

    def place_group(self, legs: Sequence[Ticket]) -> int:
        """All legs or none: they are checked as one, and never half of them reaches the core. Raises CommandsFull."""
        if not 1 <= len(legs) <= MOST_LEGS:
            raise ValueError(f"a group has 1 to {MOST_LEGS} legs: {len(legs)}")
        last = len(legs) - 1
        return self.seat.send_all(np.concatenate([self._leg(leg, is_last=at == last) for at, leg in enumerate(legs)]))

    def _leg(self, ticket: Ticket, *, is_last: bool) -> np.ndarray:
        event = self._order(Command.PLACE_ORDER, ticket.instrument_id)
        for name, value in ticket.fields().items():
            event[name] = value
        if not is_last:
            event["flags"] |= int(EventFlag.MORE)
        return event

    def cancel(self, client_id: int) -> int:
        event = self._order(Command.CANCEL_ORDER, -1, expires=False)
        event["client_id"] = client_id
        return self.seat.send(event)

    def replace(self, client_id: int, *, price_ticks: int = 0, quantity_lots: int = 0, trigger_ticks: int = 0) -> int:
        """0: as it is."""
        event = self._order(Command.REPLACE_ORDER, -1)
        event["client_id"], event["execution_id"] = client_id, trigger_ticks
        event["price_ticks"], event["quantity_lots"] = price_ticks, quantity_lots
        return self.seat.send(event)

    def break_even(self, instrument_id: int) -> int:
        return self.seat.send(self._order(Command.BREAK_EVEN, instrument_id))

    def pause(self, client_id: int, *, is_paused: bool) -> int:
        event = self._order(Command.PAUSE_ORDER, -1)
        event["client_id"], event["amount"] = client_id, int(is_paused)
        return self.seat.send(event)

    def cancel_all(self, instrument_id: int = -1, side: Side = Side.NONE) -> int:
        event = self._order(Command.CANCEL_ALL, instrument_id, expires=False)
        event["side"] = side
        return self.seat.send(event)

    def flatten(self, instrument_id: int = -1) -> int:
        return self.seat.send(self._order(Command.FLATTEN, instrument_id))

    def reverse(self, instrument_id: int) -> int:
        return self.seat.send(self._order(Command.REVERSE, instrument_id))

    def arm(self) -> int:
        return self.seat.send(self._order(Command.ARM, -1, expires=False))

    def disarm(self) -> int:
        return self.seat.send(self._order(Command.DISARM, -1, expires=False))

    def take_lease(self) -> int:
        return self.seat.send(self._order(Command.TAKE_LEASE, -1, expires=False))

    def release_lease(self) -> int:
        return self.seat.send(self._order(Command.RELEASE_LEASE, -1, expires=False))

    def enable_strategies(self, is_on: bool, strategy_id: int = -1) -> int:
        event = self._order(Command.ENABLE_STRATEGIES, -1, expires=is_on)
        event["strategy_id"], event["amount"] = strategy_id, int(is_on)
        return self.seat.send(event)

    def set_parameter(self, strategy_id: int, index: int, value: float) -> int:
        event = self._order(Command.SET_PARAMETER, -1)
        event["strategy_id"], event["reference_id"] = strategy_id, index
        event["amount"] = np.float64(value).view(np.int64)
        return self.seat.send(event)

    def rearm(self, halt_sum_seen: int) -> int:
        event = self._order(Command.REARM, -1)
        event["amount"] = halt_sum_seen
        return self.seat.send(event)

    def rearm_breaker(self, reason: int) -> int:
        """`reason`: station.link.risk.reason_hash of why."""
        event = self._order(Command.REARM_BREAKER, -1)
        event["filled_lots"] = reason
        return self.seat.send(event)

    def set_limit(self, limit: Limit, value: int, reason: int) -> int:
        """`value` as the core keeps it; `reason` 0: it can only become tighter."""
        event = self._order(Command.SET_LIMIT, -1)
        event["execution_id"], event["amount"], event["filled_lots"] = limit, value, reason
        return self.seat.send(event)

    # What became of it.

    def answer(self, sequence: int) -> Answer | None:
        """None while the core has not answered."""
        health = self.health()
        if health is None or int(health["seats"][self.seat.number]["last_sequence"]) < sequence:
            return None
        seat = health["seats"][self.seat.number]
        return Answer(DenyReason(int(seat["last_reason"])), int(seat["last_client_id"]))

    def wait(self, sequence: int, *, what: str, within_s: float = ANSWER_WITHIN_S) -> Answer:
        """Raises NoAnswer."""
        give_up = time.monotonic() + within_s
        while (answer := self.answer(sequence)) is None:
            if time.monotonic() > give_up:
                raise NoAnswer(what=what, waited_s=within_s)
            self.seat.beat()
            time.sleep(LOOK_EVERY_S)
        return answer

    def done(self, sequence: int, *, what: str) -> Answer:
        """Raises NoAnswer, and Denied when the core refused."""
        answer = self.wait(sequence, what=what)
        if answer.reason is DenyReason.NO_LEASE:
            self.refuse_while_held()
        if answer.is_denied:
            raise Denied(what=what, reason=answer.reason.name)
        return answer

    def health(self) -> np.void | None:
        """HEALTH; None while it is being written over and over."""
        return numpy_cell.read(self._health, 0)

    def refuse_while_held(self) -> None:
        """The command line and the API may command while the lease is free. Raises LeaseHeld, naming the holder."""
        health = self.health()
        holder = int(health["lease_seat"]) if health is not None else -1
        if holder >= 0 and holder != self.seat.number:
            name = holders(self.attachment.desk).get(holder)
            raise LeaseHeld(holder=str(name) if name else "a client that died; its lease ends in 30 s", seat=holder)

    def close(self) -> None:
        self.seat.leave()

    def __enter__(self) -> "CommandLink":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _order(self, command: Command, instrument_id: int, *, expires: bool = True) -> np.ndarray:
        """Every command names the lease generation that its sender believes in."""
        health = self.health()
        generation = int(health["lease_generation"]) if health is not None else 0
        event = plain_command(command, instrument_id=instrument_id, reference_id=generation)
        now_ns = monotonic_ns()
        event["received_ns"], event["origin"] = now_ns, self._origin
        event["valid_until_ns"] = now_ns + self._valid_ns if expires else 0
        return event


def open_commands(attachment: Attachment, *, client: str, origin: Origin) -> CommandLink:
    """Take a seat and speak from it. Raises NoSeat."""
    valid_ms = attachment.registry.setup.get("config", {}).get("core", {}).get("risk", {}).get("command_valid_ms")
    valid_ns = int(valid_ms) * 1_000_000 if valid_ms else COMMAND_VALID_NS
    return CommandLink(attachment, take_seat(attachment, client), origin, valid_ns)
