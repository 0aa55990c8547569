"""Some rounds of `python -m tests.chaos`: whoever is shot, everybody's books agree afterwards."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from core.vocabulary import Report
from tests.chaos.books_of_account import differences
from tests.chaos.desk_under_fire import DeskUnderFire, under_fire
from tests.chaos.rounds import Blow, Plan, play

pytestmark = pytest.mark.compiled

SEED = 20261121


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskUnderFire]:
    with under_fire(tmp_path_factory.mktemp("home"), seed=SEED) as desk:
        yield desk


@pytest.mark.parametrize("victim", ["core", "sim", "recorder", "desk", "client"])
def test_a_killed_process_loses_nothing_and_repeats_nothing(desk: DeskUnderFire, victim: str) -> None:
    blow = Blow(victim, "kill", after_s=0.3, for_s=0)

    found, _ = play(desk, Plan((blow,), seed=SEED, with_strategies=True, after_s=0.3))

    assert found == []


def test_a_core_and_an_exchange_that_die_together_lose_nothing(desk: DeskUnderFire) -> None:
    blows = (Blow("sim", "kill", after_s=0.3, for_s=0), Blow("core", "kill", after_s=0.01, for_s=0))

    found, _ = play(desk, Plan(blows, seed=SEED + 1, with_strategies=False, after_s=0.3))

    assert found == []


def test_a_kill_switch_that_is_pressed_under_load_leaves_the_books_in_order(desk: DeskUnderFire) -> None:
    blow = Blow("", "press-flat", after_s=0.3, for_s=0)

    found, _ = play(desk, Plan((blow,), seed=SEED + 2, with_strategies=True, after_s=0.1))

    assert found == []


def test_the_judge_sees_what_is_missing_twice_or_wrong(desk: DeskUnderFire) -> None:
    books = desk.books()
    assert differences(books) == []
    fill_row = int(np.flatnonzero(books.reports["detail"] == Report.FILLED)[0])
    number = int(books.reports["instrument_id"][fill_row])

    assert differences(replace(books, reports=np.delete(books.reports, fill_row)))
    assert differences(replace(books, reports=np.append(books.reports, books.reports[fill_row])))
    for name in ("position_lots", "fees_e8", "realised_e8", "cost_low"):
        wrong = books.positions[number].copy()
        wrong[name] += 1
        assert differences(replace(books, positions={**books.positions, number: wrong})), name
    assert books.recorded is not None
    assert differences(replace(books, recorded=books.recorded[1:]))
    assert differences(replace(books, recorded=[*books.recorded, books.recorded[0]]))
    assert differences(replace(books, requested=set()))
    sent_twice = {**books.venue.arrived, -1: next(iter(books.venue.arrived.values()))}
    assert differences(replace(books, venue=replace(books.venue, arrived=sent_twice)))
