"""Logs that were shortened: all that can still be asked for is there, whenever the shortening was cut off."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.memory import journal
from core.memory.journal import Journal, read_journal
from core.memory.layout import Capacities
from core.records.event import EVENT
from core.vocabulary import EventFlag, EventKind, OrderStatus, Report, Request, Side
from feeds.sent_orders import SentOrders
from feeds.shortened_logs import shorten_logs, still_needed
from tests.deadline import until
from tests.unit.feeds.gateway_bench import GROUP, GatewayBench, order, running
from tests.venue_double import Resting

MOST = 4_000
"""Files are allocated by the megabyte, so that is how long a log must be to be called long."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand orders that are over, and three of the oldest that still rest."""
    folder = tmp_path_factory.mktemp("logs")
    _write(folder, orders=10_000, resting={1, 2, 777})
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    for name in ("requests.log", "reports.log"):
        (tmp_path / name).write_bytes((written / name).read_bytes())
    return tmp_path


def _write(folder: Path, *, orders: int, resting: set[int]) -> None:
    mark = np.zeros(1, EVENT)
    mark["kind"], mark["venue_ns"] = EventKind.SESSION, 42
    requests, reports = [mark], []
    for client_id in range(1, orders + 1):
        request = order(client_id)
        requests.append(request)
        reports.append(_report(request, Report.ACCEPTED))
        if client_id not in resting:
            requests.append(order(client_id, detail=Request.REPLACE))
            reports.append(_report(request, Report.FILLED))
    told = np.concatenate(reports)
    told["sequence"] = np.arange(1, len(told) + 1)
    for name, records in (("requests.log", np.concatenate(requests)), ("reports.log", told)):
        log = Journal(folder / name)
        log.append(records)
        log.close()


def _report(request: np.ndarray, detail: Report) -> np.ndarray:
    report = request.copy()
    report["kind"], report["detail"], report["reference_id"] = EventKind.EXECUTION_REPORT, detail, request["client_id"]
    report["status"] = OrderStatus.NEW
    if detail == Report.FILLED:
        report["execution_id"], report["filled_lots"] = request["client_id"], request["quantity_lots"]
        report["venue_ns"] = request["client_id"] * 10**9
        report["flags"], report["status"] = EventFlag.FINAL, OrderStatus.FILLED
    return report


def _shorten(folder: Path, last_in_ring: np.void | None = None) -> bool:
    return shorten_logs(folder / "requests.log", folder / "reports.log", last_in_ring=last_in_ring, most=MOST)


def _restored(folder: Path) -> SentOrders:
    orders = SentOrders()
    orders.restore(read_journal(folder / "requests.log"), read_journal(folder / "reports.log"))
    return orders


def test_short_logs_stay_as_they_are(tmp_path: Path) -> None:
    _write(tmp_path, orders=10, resting=set())
    assert not _shorten(tmp_path)


def test_open_orders_recent_ones_and_the_beginning_of_the_account_are_kept(folder: Path) -> None:
    before = _restored(folder)
    assert _shorten(folder)
    after = _restored(folder)
    assert after.open_ids == before.open_ids == {1, 2, 777}
    assert after.begun_ns == 42
    assert after.latest_fill_ns == before.latest_fill_ns
    assert set(after.by_client) == {1, 2, 777, *range(8_001, 10_001)}
    assert not any(sent.needs_answer for sent in after.by_client.values())
    assert after.was_reported(0, 1, 10_000)
    assert not _shorten(folder), "once is enough"


def test_executions_that_the_venue_will_be_asked_for_again_are_known(folder: Path) -> None:
    """Ten minutes of them, one a second."""
    requests, reports = (read_journal(folder / name) for name in ("requests.log", "reports.log"))
    _, kept = still_needed(requests, reports, last_in_ring=None, most=1)
    assert set(kept["client_id"].tolist()) == {1, 2, 777, *range(9_400, 10_001)}


def test_what_the_ring_does_not_hold_yet_is_kept(folder: Path) -> None:
    last = read_journal(folder / "reports.log")[9_000]
    _shorten(folder, last)
    kept = read_journal(folder / "reports.log")["sequence"]
    assert set(range(9_002, 19_998)) <= set(kept.tolist())


@pytest.mark.parametrize("moment", range(1, 7))
def test_who_is_killed_while_shortening_leaves_logs_to_go_on_from(
    folder: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    left = [moment]

    def mortal(act: Callable[..., Any]) -> Callable[..., Any]:
        def dying(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            return act(*arguments, **named)

        return dying

    with monkeypatch.context() as dies:
        dies.setattr(Path, "replace", mortal(Path.replace))
        dies.setattr(Journal, "append", mortal(Journal.append))
        dies.setattr(journal.os, "fsync", mortal(journal.os.fsync))
        with pytest.raises(KeyboardInterrupt):
            _shorten(folder)
    after = _restored(folder)
    assert after.open_ids == {1, 2, 777}
    assert after.begun_ns == 42
    assert not any(sent.needs_answer for sent in after.by_client.values())
    _shorten(folder)
    assert set(_restored(folder).by_client) == {1, 2, 777, *range(8_001, 10_001)}
    assert not list(folder.glob("*.new"))


@settings(max_examples=40, deadline=None)
@given(ends=st.lists(st.booleans(), min_size=1, max_size=40), most=st.integers(1, 60), data=st.data())
def test_no_request_is_ever_kept_without_its_reports(ends: list[bool], most: int, data: st.DataObject) -> None:
    """Such a one would be looked up at the venue as an order whose outcome nobody knows."""
    requests = [order(number + 1) for number in range(len(ends))]
    told = [(number, Report.ACCEPTED) for number in range(len(ends))]
    told += [(number, Report.FILLED) for number in range(len(ends)) if ends[number]]
    reports = np.concatenate([_report(requests[number], detail) for number, detail in data.draw(st.permutations(told))])
    reports["sequence"] = np.arange(1, len(reports) + 1)
    reports["venue_ns"] *= 1_000  # so far apart that the venue is not asked for them again
    kept = still_needed(np.concatenate(requests), reports, last_in_ring=None, most=most)
    assert set(kept[0]["client_id"]) == set(kept[1]["client_id"])
    before, after = SentOrders(), SentOrders()
    before.restore(np.concatenate(requests), reports)
    after.restore(*kept)
    assert after.open_ids == before.open_ids
    for client_id, sent in after.by_client.items():
        assert sent.executed_lots == before.by_client[client_id].executed_lots


async def test_a_gateway_goes_on_counting_behind_a_shortened_log(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / GROUP).mkdir()
    for name in ("requests.log", "reports.log"):
        (folder / name).rename(folder / GROUP / name)
    monkeypatch.setattr("feeds.gateway.shorten_logs", lambda requests, reports, last_in_ring: _shorten(folder / GROUP))
    bench = GatewayBench(tmp_path, capacities=Capacities(market=64, tape=64, execution_reports=1 << 13))
    for client_id in (1, 2, 777):
        bench.venue.orders.append(Resting(client_id, client_id, 0, Side.BUY, 100, 5))
    async with running(bench.make()):
        bench.ask(order(20_000))
        await until(lambda: bench.ring.peek()["client_id"][-1:].tolist() == [20_000])
        told = bench.ring.peek()
    assert told["sequence"][-1] == 2 * 10_000 - 3 + 1
    assert set(told["client_id"].tolist()) == {1, 2, 777, 20_000, *range(8_001, 10_001)}
