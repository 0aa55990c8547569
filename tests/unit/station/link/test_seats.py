"""Seats and commands: who may sit, what is sent, how an answer is found."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.memory.control import SEATS
from core.memory.files import Descriptor, Memory
from core.memory.layout import seat_role
from core.memory.numpy_ring import Consumer
from core.vocabulary import Command, DenyReason, EventFlag, EventKind, OrderType, Origin, Side
from station import paths
from station.desk.registry import Registry
from station.errors import CommandsFull, Denied, LeaseHeld, NoAnswer, NoSeat
from station.link.attach import Attachment
from station.link.commands import CommandLink, open_commands
from station.link.handover import Handover
from station.link.health import Health
from station.link.seat import holders, take_seat, whereabouts
from station.link.tickets import MOST_LEGS, Ticket
from station.views.status import StatusView
from tests.deadline import eventually


@pytest.fixture
def attachment(memory_of_desk: Descriptor) -> Attachment:
    registry = Registry("main", "1", 0, 0, 0, msgspec.to_builtins(memory_of_desk), {}, [])
    Memory(memory_of_desk, frozenset({"core"})).cells("health").values[0]["lease_seat"] = -1
    return Attachment(registry, memory_of_desk)


class AnsweringCore:
    """Takes every command and answers with one reason, as the core does."""

    def __init__(self, descriptor: Descriptor, reason: DenyReason = DenyReason.NONE) -> None:
        self._memory = Memory(descriptor, frozenset({"core"}))
        self._reason = reason
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.taken: list[np.void] = []

    def __enter__(self) -> "AnsweringCore":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        rings = [Consumer(self._memory.ring(f"commands.{seat:02d}")) for seat in range(SEATS)]
        health = self._memory.cells("health").values[0]
        while not self._ended.wait(0.0005):
            for seat, ring in enumerate(rings):
                for command in ring.peek():
                    self.taken.append(command)
                    row = health["seats"][seat]
                    row["last_reason"], row["last_client_id"] = self._reason, 7
                    row["last_sequence"] = command["sequence"]
                    ring.release(1)


@pytest.fixture
def link(attachment: Attachment) -> Iterator[CommandLink]:
    with open_commands(attachment, client="a test", origin=Origin.CLI) as link:
        yield link


def test_sixteen_may_sit_and_the_seventeenth_is_told(attachment: Attachment) -> None:
    seats = [take_seat(attachment, f"client {number}") for number in range(SEATS)]

    with pytest.raises(NoSeat):
        take_seat(attachment, "one too many")

    assert sorted(seat.number for seat in seats) == list(range(SEATS))
    assert str(holders("main")[3]) == f"client 3 (pid {os.getpid()})"
    seats[5].leave()
    assert take_seat(attachment, "next").number == 5


def test_a_seat_is_free_when_its_holder_dies(home: Path) -> None:
    paths.desk_folder("main").make()
    lock = paths.desk_folder("main").seats / "00.lock"
    hold = "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, 2); print('held', flush=True); sys.stdin.read()"
    lock.write_text('{"client": "x", "pid": 1}')
    holder = subprocess.Popen([sys.executable, "-c", hold, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    assert holders("main").keys() == {0}

    holder.kill()
    holder.communicate()

    assert holders("main") == {}


def test_leaving_says_that_nobody_beats_any_more(attachment: Attachment) -> None:
    seat = take_seat(attachment, "a test")
    beat = attachment.memory.heartbeat(seat_role(seat.number))
    assert beat[0] > 0

    seat.leave()

    assert beat[0] == 0


def test_the_seat_of_a_dead_leaseholder_is_taken_first_and_its_lease_ended(
    attachment: Attachment, memory_of_desk: Descriptor
) -> None:
    health = Memory(memory_of_desk, frozenset({"core"})).cells("health").values[0]
    health["lease_seat"], health["lease_generation"] = 9, 4

    seat = take_seat(attachment, "a test")

    ring = Consumer(attachment.memory.ring("commands.09"))
    sent = ring.peek()
    assert seat.number == 9
    assert [int(row["detail"]) for row in sent] == [Command.RELEASE_LEASE]
    assert int(sent[0]["reference_id"]) == 4


def test_an_order_carries_what_the_person_wished_and_how_long_it_is_valid(
    link: CommandLink, memory_of_desk: Descriptor
) -> None:
    with AnsweringCore(memory_of_desk) as core:
        ticket = Ticket(instrument_id=3, side=Side.SELL, quantity_lots=5, price_ticks=60_000, is_post_only=True)
        answer = link.done(link.place(ticket), what="order")

    event = core.taken[0]
    assert answer.client_id == 7
    assert (event["kind"], event["detail"]) == (EventKind.COMMAND, Command.PLACE_ORDER)
    assert (event["instrument_id"], event["side"], event["quantity_lots"]) == (3, Side.SELL, 5)
    assert event["valid_until_ns"] - event["received_ns"] == 500_000_000
    assert event["origin"] == Origin.CLI


def bracket() -> list[Ticket]:
    leg = {"instrument_id": 3, "quantity_lots": 5}
    exits = {**leg, "side": Side.SELL, "waits": True, "is_one_cancels": True, "is_reduce_only": True}
    return [
        Ticket(**exits, order_type=OrderType.STOP, trigger_ticks=980),
        Ticket(**exits, price_ticks=1_050),
        Ticket(**leg, side=Side.BUY, price_ticks=1_000),
    ]


def test_a_group_goes_out_as_one_and_only_its_last_leg_ends_it(link: CommandLink, memory_of_desk: Descriptor) -> None:
    with AnsweringCore(memory_of_desk) as core:
        sequence = link.place_group(bracket())
        link.done(sequence, what="bracket")

    exits = EventFlag.WAITS | EventFlag.ONE_CANCELS | EventFlag.REDUCE_ONLY | EventFlag.MORE
    told = [(event["order_type"], event["execution_id"], event["price_ticks"], event["flags"]) for event in core.taken]
    assert told == [
        (OrderType.STOP, 980, 0, exits), (OrderType.LIMIT, 0, 1_050, exits), (OrderType.LIMIT, 0, 1_000, 0)
    ]  # fmt: skip
    assert [int(event["sequence"]) for event in core.taken] == [sequence - 2, sequence - 1, sequence]


def test_of_a_group_without_room_no_leg_is_sent(link: CommandLink, memory_of_desk: Descriptor) -> None:
    room = memory_of_desk.capacities.commands
    for _ in range(room - 2):
        link.cancel_all()

    with pytest.raises(CommandsFull):
        link.place_group(bracket())

    ring = Consumer(link.attachment.memory.ring(f"commands.{link.seat.number:02d}"))
    assert ring.waiting == room - 2


def test_a_group_has_no_more_legs_than_the_core_keeps(link: CommandLink) -> None:
    with pytest.raises(ValueError, match="8 legs"):
        link.place_group(bracket()[:1] * (MOST_LEGS + 1))


TRAIL = Ticket(
    instrument_id=0, side=Side.SELL, quantity_lots=5, order_type=OrderType.TRAILING_STOP, offset=150, is_in_bps=True,
    activation_ticks=990,
)  # fmt: skip
TWAP = Ticket(
    instrument_id=0, side=Side.BUY, quantity_lots=5, order_type=OrderType.TWAP, starts_ns=7, ends_ns=9, display_lots=2,
    participation_ppm=100_000,
)  # fmt: skip


@pytest.mark.parametrize(
    ("ticket", "terms"),
    [
        (TRAIL, {"execution_id": 990, "amount": 150, "flags": EventFlag.IN_BPS}),
        (TWAP, {"execution_id": 7, "venue_ns": 9, "amount": 100_000, "filled_lots": 2}),
    ],
)
def test_terms_stand_where_the_core_reads_them(ticket: Ticket, terms: dict[str, int]) -> None:
    fields = ticket.fields()
    assert {name: fields[name] for name in terms} == terms


def test_a_move_a_pause_and_break_even_say_which_and_where(link: CommandLink, memory_of_desk: Descriptor) -> None:
    with AnsweringCore(memory_of_desk) as core:
        link.replace(9, price_ticks=0, trigger_ticks=985)
        link.pause(9, is_paused=True)
        link.done(link.break_even(2), what="break even")

    move, pause, even = core.taken
    assert (move["detail"], move["client_id"], move["execution_id"]) == (Command.REPLACE_ORDER, 9, 985)
    assert (pause["detail"], pause["client_id"], pause["amount"]) == (Command.PAUSE_ORDER, 9, 1)
    assert (even["detail"], even["instrument_id"]) == (Command.BREAK_EVEN, 2)


def test_cancels_never_expire(link: CommandLink, memory_of_desk: Descriptor) -> None:
    with AnsweringCore(memory_of_desk) as core:
        link.done(link.cancel(7), what="cancel")
        link.done(link.cancel_all(), what="cancel all")

    assert [int(event["valid_until_ns"]) for event in core.taken] == [0, 0]


def test_a_refusal_is_told_by_its_name(link: CommandLink, memory_of_desk: Descriptor) -> None:
    with AnsweringCore(memory_of_desk, DenyReason.HALTED), pytest.raises(Denied, match="HALTED"):
        link.done(link.flatten(), what="flatten")


def test_a_core_that_does_not_answer_leaves_the_outcome_open(link: CommandLink) -> None:
    with pytest.raises(NoAnswer, match="not known"):
        link.wait(link.cancel(7), what="cancel", within_s=0.05)


def test_a_full_ring_sends_nothing_and_says_so(link: CommandLink, memory_of_desk: Descriptor) -> None:
    for _ in range(memory_of_desk.capacities.commands):
        link.cancel_all()

    with pytest.raises(CommandsFull):
        link.cancel_all()


def test_a_lease_that_another_holds_is_refused_with_its_name(
    link: CommandLink, attachment: Attachment, memory_of_desk: Descriptor
) -> None:
    other = take_seat(attachment, "the screen")
    Memory(memory_of_desk, frozenset({"core"})).cells("health").values[0]["lease_seat"] = other.number

    with pytest.raises(LeaseHeld, match=f"the screen .pid {os.getpid()}"):
        link.refuse_while_held()
    other.leave()


def test_sequences_go_on_where_the_last_holder_of_the_seat_stopped(
    attachment: Attachment, memory_of_desk: Descriptor
) -> None:
    """Else an old answer would be taken for the new one's."""
    with AnsweringCore(memory_of_desk):
        for expected in (1, 2, 3):
            with open_commands(attachment, client="a test", origin=Origin.CLI) as link:
                assert link.seat.number == 0
                sequence = link.cancel_all()
                assert sequence == expected
                link.wait(sequence, what="cancel")


def test_a_lease_is_handed_over_on_request(memory_of_desk: Descriptor, attachment: Attachment) -> None:
    health = Memory(memory_of_desk, frozenset({"core"})).cells("health").values[0]
    with AnsweringCore(memory_of_desk) as core:
        holder = open_commands(attachment, client="screen", origin=Origin.KEY)
        asking = open_commands(attachment, client="screen", origin=Origin.KEY)
        health["lease_seat"] = holder.seat.number
        held, wanted = Handover(holder), Handover(asking)
        assert held.asked_by() == ""

        wanted.ask()
        wanted.beat()
        assert core.taken == []
        held = Handover(holder)
        assert held.asked_by().startswith(f"seat {asking.seat.number}")

        health["lease_seat"] = -1  # the holder gave it back
        wanted.beat()
        wanted.beat()
        eventually(lambda: [int(command["detail"]) for command in core.taken] == [Command.TAKE_LEASE])
        assert all(one.asks_s == 0 for one in holders("main").values())
        holder.close()
        asking.close()


def test_the_status_says_who_has_the_lease_and_that_he_is_gone(
    memory_of_desk: Descriptor, attachment: Attachment
) -> None:
    cell = Memory(memory_of_desk, frozenset({"core"})).cells("health").values[0]
    holder = open_commands(attachment, client="screen", origin=Origin.KEY)
    cell["epoch"], cell["lease_seat"] = 1, holder.seat.number

    def seen() -> StatusView:
        return Health(attachment.memory, desk="main", started_ns=0, wall_offset_ns=0, seat=None).status()

    assert not seen().is_lease_orphaned
    holder.close()
    assert seen().is_lease_orphaned
    cell["lease_seat"] = -1
    assert not seen().is_lease_orphaned


def test_a_seat_says_from_where_it_is_held() -> None:
    assert whereabouts({"SSH_CONNECTION": "192.0.2.7 50022 10.0.0.1 22"}) == "192.0.2.7"
