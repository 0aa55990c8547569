"""The trading lease: who may do what, and who was too late."""

import numpy as np
import pytest

from core.risk.lease import FREE, arm, make_lease, may_command, release, take
from core.vocabulary import Command, DenyReason, Origin
from tests.orders_world import intent

TRADES = (Command.PLACE_ORDER, Command.REPLACE_ORDER, Command.REVERSE)
HOLDERS = (Command.FLATTEN, Command.REARM, Command.SET_PARAMETER)


def command(kind: int, seat: int = 0, generation: int = 1, origin: Origin = Origin.KEY, amount: int = 1) -> np.void:
    return intent(detail=kind, source_id=seat, reference_id=generation, origin=origin, amount=amount)


def test_cancels_are_never_gated() -> None:
    lease = make_lease()
    take(lease, 3)
    for kind in (Command.CANCEL_ORDER, Command.CANCEL_ALL, Command.DISARM):
        assert may_command(lease, command(kind, seat=9, generation=-5)) == DenyReason.NONE


def test_strategies_can_be_stopped_by_anyone_and_started_by_the_holder() -> None:
    lease = make_lease()
    take(lease, 3)
    assert may_command(lease, command(Command.ENABLE_STRATEGIES, seat=9, amount=0)) == DenyReason.NONE
    assert may_command(lease, command(Command.ENABLE_STRATEGIES, seat=9, amount=1)) == DenyReason.NO_LEASE
    assert may_command(lease, command(Command.ENABLE_STRATEGIES, seat=3, amount=1)) == DenyReason.NONE


@pytest.mark.parametrize("kind", TRADES)
def test_a_key_trades_with_lease_and_armed_only(kind: Command) -> None:
    lease = make_lease()
    assert may_command(lease, command(kind, generation=0)) == DenyReason.NO_LEASE
    take(lease, 0)
    assert may_command(lease, command(kind)) == DenyReason.NOT_ARMED
    arm(lease, 0, 1)
    assert may_command(lease, command(kind)) == DenyReason.NONE
    assert may_command(lease, command(kind, seat=1)) == DenyReason.NO_LEASE
    assert may_command(lease, command(kind, generation=0)) == DenyReason.NO_LEASE


@pytest.mark.parametrize("kind", TRADES + HOLDERS)
@pytest.mark.parametrize("origin", [Origin.CLI, Origin.API])
def test_a_command_line_borrows_a_free_lease_only(kind: Command, origin: Origin) -> None:
    lease = make_lease()
    assert may_command(lease, command(kind, seat=5, generation=0, origin=origin)) == DenyReason.NONE
    take(lease, 0)
    assert may_command(lease, command(kind, seat=5, origin=origin)) == DenyReason.NO_LEASE
    assert may_command(lease, command(kind, seat=0, origin=origin)) == DenyReason.NONE


@pytest.mark.parametrize("kind", HOLDERS)
def test_the_holder_flattens_and_re_arms_without_being_armed(kind: Command) -> None:
    lease = make_lease()
    take(lease, 0)
    assert may_command(lease, command(kind)) == DenyReason.NONE


def test_only_the_holder_arms_and_gives_back() -> None:
    lease = make_lease()
    take(lease, 0)
    for kind in (Command.ARM, Command.RELEASE_LEASE):
        assert may_command(lease, command(kind)) == DenyReason.NONE
        assert may_command(lease, command(kind, seat=1)) == DenyReason.NO_LEASE
        assert may_command(lease, command(kind, seat=1, origin=Origin.CLI)) == DenyReason.NO_LEASE
    arm(lease, 1, 1)
    assert lease.armed[1] == 0


def test_a_take_disarms_everybody_and_whoever_saw_an_older_holder_is_too_late() -> None:
    lease = make_lease()
    assert may_command(lease, command(Command.TAKE_LEASE, seat=2, generation=0)) == DenyReason.NONE
    take(lease, 2)
    arm(lease, 2, 1)
    assert may_command(lease, command(Command.TAKE_LEASE, seat=4, generation=0)) == DenyReason.NO_LEASE
    assert may_command(lease, command(Command.TAKE_LEASE, seat=4, generation=1)) == DenyReason.NONE
    take(lease, 4)
    assert (lease.holder[0], lease.generation[0], lease.armed.sum()) == (4, 2, 0)


def test_a_seat_that_ended_loses_the_lease_and_a_watcher_that_ended_does_not() -> None:
    lease = make_lease()
    take(lease, 2)
    arm(lease, 2, 1)
    assert not release(lease, 3)
    assert lease.holder[0] == 2
    assert release(lease, 2)
    assert (lease.holder[0], lease.armed[2], lease.generation[0]) == (FREE, 0, 2)
    assert not release(lease, FREE)


@pytest.mark.parametrize("seat", [-1, 16, -32768, 32767])
def test_a_seat_that_is_none_may_nothing_not_even_cancel(seat: int) -> None:
    lease = make_lease()
    for kind in Command:
        assert may_command(lease, command(kind, seat=seat, generation=0, origin=Origin.CLI)) == DenyReason.NO_LEASE
    take(lease, seat)
    arm(lease, seat, 1)
    assert lease.holder[0] == FREE


@pytest.mark.parametrize("kind", [0, -128, 127, 55])
def test_a_command_that_is_none_is_refused(kind: int) -> None:
    lease = make_lease()
    take(lease, 0)
    arm(lease, 0, 1)
    expected = DenyReason.NONE if kind == Command.STRESS else DenyReason.NO_LEASE
    assert may_command(lease, command(kind)) == expected
