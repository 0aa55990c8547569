"""The halt state: any line halts, and only who saw all lines can re-arm."""

import pytest

from core.memory.control import HALT_LINES
from core.risk.halt import halt_seen, is_halted, make_halt, rearm
from core.vocabulary import DenyReason
from tests.orders_world import risk


@pytest.mark.parametrize("line", [0, 17, HALT_LINES - 1])
def test_any_line_halts_and_the_sum_re_arms(line: int) -> None:
    halt, desk = make_halt(), risk()
    assert halt_seen(halt, desk, line, 3)
    assert desk.state[0]["is_halted"] == 1
    assert not halt_seen(halt, desk, line, 4)
    assert rearm(halt, desk, 4) == DenyReason.NONE
    assert desk.state[0]["is_halted"] == 0
    assert not is_halted(halt)


def test_a_halt_that_came_in_between_cannot_be_erased_unseen() -> None:
    halt, desk = make_halt(), risk()
    halt_seen(halt, desk, 1, 1)
    halt_seen(halt, desk, 2, 1)
    assert rearm(halt, desk, 1) == DenyReason.HALTED
    assert desk.state[0]["is_halted"] == 1
    assert rearm(halt, desk, 2) == DenyReason.NONE


def test_nothing_re_arms_while_positions_are_flattened() -> None:
    halt, desk = make_halt(), risk()
    halt_seen(halt, desk, 1, 1)
    halt.is_flattening[0] = 1
    assert rearm(halt, desk, 1) == DenyReason.HALTED
    halt.is_flattening[0] = 0
    assert rearm(halt, desk, 1) == DenyReason.NONE


@pytest.mark.parametrize("line", [-1, HALT_LINES, 1 << 40])
def test_a_line_that_is_none_halts_too(line: int) -> None:
    halt, desk = make_halt(), risk()
    assert halt_seen(halt, desk, line, 1)
    assert desk.state[0]["is_halted"] == 1


def test_a_value_that_was_acknowledged_does_not_halt_again() -> None:
    halt, desk = make_halt(), risk()
    halt_seen(halt, desk, 1, 5)
    rearm(halt, desk, 5)
    assert not halt_seen(halt, desk, 1, 5)
    assert desk.state[0]["is_halted"] == 0
    assert halt_seen(halt, desk, 1, 6)
