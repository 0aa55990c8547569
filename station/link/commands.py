"""Commands from a seat to the core, and the core's answers. Used by the screen and by the command line.

A command is one record in the seat's ring. The core answers in its health cell: `last_sequence` of the seat says up to
which command it has answered, `last_reason` and `last_client_id` what. Sending never waits; waiting is a call of its
own, so that a screen can look at the answer with its next frame.
"""

import time
from dataclasses import dataclass

import numpy as np

from core.clock import monotonic_ns
from core.memory import numpy_cell
from core.vocabulary import Command, DenyReason, EventFlag, OrderType, Origin, Side, TimeInForce
from station.errors import Denied, LeaseHeld, NoAnswer
from station.link.attach import Attachment
from station.link.seat import Seat, holders, plain_command, take_seat

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


@dataclass(frozen=True, kw_only=True)
class OrderTicket:
    """An order as a person wishes it, already in ticks and lots."""

    instrument_id: int
    side: Side
    quantity_lots: int
    price_ticks: int = 0
    order_type: OrderType = OrderType.LIMIT
    time_in_force: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    reduce_only: bool = False


class CommandLink:
    """One client's commands. Made by `open_commands`; `close` gives the seat back."""

    def __init__(self, attachment: Attachment, seat: Seat, origin: Origin, valid_ns: int) -> None:
        self.attachment = attachment
        self.seat = seat
        self._origin = origin
        self._valid_ns = valid_ns
        self._health = attachment.memory.cells("health")

    # What a seat may ask for. Each returns the sequence to look for the answer with.

    def place(self, ticket: OrderTicket) -> int:
        event = self._order(Command.PLACE_ORDER, ticket.instrument_id)
        event["side"], event["order_type"] = ticket.side, ticket.order_type
        event["time_in_force"] = ticket.time_in_force
        event["price_ticks"], event["quantity_lots"] = ticket.price_ticks, ticket.quantity_lots
        flags = EventFlag.POST_ONLY if ticket.post_only else EventFlag(0)
        event["flags"] = flags | (EventFlag.REDUCE_ONLY if ticket.reduce_only else EventFlag(0))
        return self.seat.send(event)

    def cancel(self, client_id: int) -> int:
        event = self._order(Command.CANCEL_ORDER, -1, expires=False)
        event["client_id"] = client_id
        return self.seat.send(event)

    def replace(self, client_id: int, *, price_ticks: int, quantity_lots: int) -> int:
        event = self._order(Command.REPLACE_ORDER, -1)
        event["client_id"] = client_id
        event["price_ticks"], event["quantity_lots"] = price_ticks, quantity_lots
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
