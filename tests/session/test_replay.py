"""A replayed tape gives the same decisions, bit for bit. The test that guards the whole system.

A desk trades on the simulator: a person's orders, cancels and a flatten, strategies, a halt and a re-arm. Then its tape
is read back out of the database and fed to `step`, beginning with the checkpoint of the session.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.checkpoint import Checkpoint, checkpoint_path, load
from core.replay import EXTRA, OTHER, is_decision, replay
from core.vocabulary import EventKind
from feeds.replay.tape import RecordedSession, list_sessions, read_tape
from feeds.store.days import day_files
from tests.deadline import eventually
from tests.station_cli import Station, desk_on_simulator

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of a desk that traded and has ended."""
    with desk_on_simulator(tmp_path_factory.mktemp("home")) as station:
        _trade(station)
        assert station.run("down").code == 0
        yield station.home


def _trade(station: Station) -> None:
    eventually(lambda: _buys(station), within_s=60)
    station.run("strategies", "on")
    for symbol in ("BTC-USD.alpha", "ETH-USD.beta"):
        station.run("order", "sell", "0.02", symbol, "--type", "market")
    assert station.run("flatten").code == 0
    eventually(lambda: not _open_lots(station), within_s=30)
    station.run("kill", "--reason", "the replay has one too")
    eventually(lambda: station.run("rearm", "--reason", "go on").code == 0, within_s=30)
    eventually(lambda: _buys(station), within_s=30)


def _buys(station: Station) -> bool:
    return station.run("order", "buy", "0.01", "BTC-USD.alpha", "--type", "market").code == 0


def _open_lots(station: Station) -> list[object]:
    return [row for row in station.json("positions") if row["symbol"] == "BTC-USD.alpha" and float(row["position"])]


def _tape(home: Path) -> tuple[RecordedSession, Checkpoint, np.ndarray]:
    paths = day_files(home / "state" / "desks" / "main" / "recordings")
    session = list_sessions(paths)[-1]
    events = np.concatenate(list(read_tape(paths, session.session)))
    folder = next((home / "state").rglob("checkpoints"))
    return session, load(checkpoint_path(folder.parent, session.epoch)), events


def test_a_replayed_tape_gives_the_same_decisions(home: Path) -> None:
    session, checkpoint, events = _tape(home)
    verdict = replay(checkpoint, events)
    assert session.lost == 0
    assert verdict.is_equal, (verdict, events[verdict.differs_at])
    assert verdict.inputs + verdict.decisions == len(events)
    kinds = {EventKind(int(kind)) for kind in np.unique(events["kind"])}
    wanted = {EventKind.COMMAND, EventKind.EXECUTION_REPORT, EventKind.ORDER_REQUEST, EventKind.FILL, EventKind.HALT}
    assert wanted <= kinds


def test_a_tape_whose_events_were_changed_gives_other_decisions(home: Path) -> None:
    _, checkpoint, events = _tape(home)
    requests = np.flatnonzero(events["kind"] == EventKind.ORDER_REQUEST)
    causes = [index for index in range(requests[0]) if not is_decision(events[index])]
    events[causes[-1]]["quantity_lots"] += 1
    verdict = replay(checkpoint, events)
    assert not verdict.is_equal
    assert verdict.how in (EXTRA, OTHER)
    assert verdict.differs_at == requests[0]


def test_a_tape_whose_decisions_were_changed_is_found_out(home: Path) -> None:
    _, checkpoint, events = _tape(home)
    requests = np.flatnonzero(events["kind"] == EventKind.ORDER_REQUEST)
    events[requests[-1]]["price_ticks"] += 1
    verdict = replay(checkpoint, events)
    assert (verdict.how, verdict.differs_at) == (OTHER, requests[-1])
