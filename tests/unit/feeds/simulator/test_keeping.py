"""The exchange comes back as it was: from a snapshot, from the arrivals behind it, from a killed process."""

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.vocabulary import OrderStatus, Request, Side
from feeds.simulator.instruments import simulator_instruments
from feeds.simulator.keeping import ExchangeInUse, Keeper
from feeds.simulator.saved_state import SavedStateDamaged, load, save, state_digest
from feeds.simulator.settings import SimulatorSettings
from tests.unit.feeds.simulator.test_exchange import MS, arrive, best_bid, opened, request, some_arrivals, told

pytestmark = [
    pytest.mark.compiled,
    pytest.mark.usefixtures("simulator_kernels"),
]  # seconds of virtual or real time: plain Python is too slow for them

SECOND = 1_000 * MS


def settings_in(folder: Path, **changes: object) -> SimulatorSettings:
    return SimulatorSettings(**{"seed": 7, "journal_folder": str(folder), **changes})  # type: ignore[arg-type]


def kept(folder: Path, now_ns: int, **changes: object) -> Keeper:
    return Keeper(simulator_instruments(), settings_in(folder, **changes), now_ns=now_ns)


def die(keeper: Keeper) -> None:
    """What SIGKILL leaves of a keeper: nothing was said good-bye to, and its lock is gone."""
    import os

    os.close(keeper._lock)


def send(keeper: Keeper, client_id: int, *, detail: Request = Request.NEW, **fields: object) -> None:
    """What feeds/simulator/live.py does: recorded, then submitted."""
    asked = request(detail, client_id, **fields)
    arrival = keeper.exchange.as_arrival(0, asked, account=1, book=0)
    keeper.record(arrival)
    keeper.exchange.submit(arrival[0])


def test_a_saved_state_goes_on_bit_for_bit() -> None:
    first = opened(40 * MS)
    for at_ns, asked, book in some_arrivals():
        arrive(first, at_ns, asked, book=book)
    first.advance(70 * MS)
    saved = save(first, seed=7, number=1)
    second = opened()
    load(second, saved, seed=7)
    assert state_digest(second) == state_digest(first)
    first.take_market(), first.take_reports()
    assert told(first, [], 150 * MS) == told(second, [], 150 * MS)


def test_arrivals_behind_the_snapshot_are_worked_on_again(tmp_path: Path) -> None:
    keeper = kept(tmp_path, 0)
    keeper.exchange.advance(20 * MS)
    send(keeper, 1, price_ticks=best_bid(keeper.exchange) - 5)
    keeper.exchange.advance(40 * MS)
    send(keeper, 2, price_ticks=best_bid(keeper.exchange) + 50)
    keeper.exchange.advance(60 * MS)
    before = state_digest(keeper.exchange)
    die(keeper)
    again = kept(tmp_path, 60 * MS)
    assert again.was_recovered
    assert state_digest(again.exchange) == before
    assert again.exchange.ledger.by_client(1, 1)["status"] == OrderStatus.NEW
    assert len(again.exchange.ledger.fills_since(1, 0)) > 0


def test_an_arrival_that_was_recorded_and_not_worked_on_is_not_forgotten(tmp_path: Path) -> None:
    keeper = kept(tmp_path, 0)
    keeper.exchange.advance(20 * MS)
    send(keeper, 1, price_ticks=best_bid(keeper.exchange) - 5)
    die(keeper)
    again = kept(tmp_path, 30 * MS)
    assert again.exchange.ledger.by_client(1, 1)["status"] == OrderStatus.NEW
    again.close()
    third = kept(tmp_path, 40 * MS)
    assert len(list(third.exchange.ledger.open_orders(1))) == 1


def test_the_exchange_catches_up_with_the_present(tmp_path: Path) -> None:
    keeper = kept(tmp_path, 0)
    keeper.exchange.advance(20 * MS)
    die(keeper)
    again = kept(tmp_path, 3 * SECOND)
    assert again.exchange.now_ns == 3 * SECOND
    assert again.exchange.state.books["traded_orders"].sum() > 0
    assert again.missed_ns == 0


def test_after_a_long_absence_the_market_was_closed_but_nothing_that_was_told_is_lost(tmp_path: Path) -> None:
    keeper = kept(tmp_path, 0, snapshot_every_s=2)
    keeper.exchange.advance(SECOND)
    send(keeper, 1, price_ticks=best_bid(keeper.exchange) + 50)
    keeper.exchange.advance(2 * SECOND - 1 * MS)
    told_until = keeper.exchange.state.accounts[1, 0].copy()
    trades = int(keeper.exchange.state.counters["trade_id"][0])
    die(keeper)
    again = kept(tmp_path, 10_000 * SECOND, snapshot_every_s=2)
    assert again.exchange.now_ns == 10_000 * SECOND
    assert again.missed_ns > 9_000 * SECOND
    assert again.exchange.state.accounts[1, 0] == told_until
    assert again.exchange.state.counters["trade_id"][0] >= trades


@pytest.mark.parametrize("spoil", ["cut", "change", "remove arrivals"])
def test_a_damaged_snapshot_gives_way_to_the_one_before_it(tmp_path: Path, spoil: str) -> None:
    keeper = kept(tmp_path, 0)
    keeper.exchange.advance(20 * MS)
    send(keeper, 1, price_ticks=best_bid(keeper.exchange) - 5)
    keeper.exchange.advance(40 * MS)
    keeper.snapshot()
    send(keeper, 2, price_ticks=best_bid(keeper.exchange) - 6)
    keeper.exchange.advance(60 * MS)
    before = state_digest(keeper.exchange)
    die(keeper)
    newest = sorted(tmp_path.glob("state-*.bin"))[-1]
    data = newest.read_bytes()
    if spoil == "cut":
        newest.write_bytes(data[: len(data) // 2])
    elif spoil == "change":
        newest.write_bytes(data[:5_000] + b"\xff\x00\xff" + data[5_003:])
    again = kept(tmp_path, 60 * MS)
    assert state_digest(again.exchange) == before
    assert (again.message != "") == (spoil != "remove arrivals")


def test_what_cannot_be_read_at_all_is_put_aside(tmp_path: Path) -> None:
    keeper = kept(tmp_path, 0)
    die(keeper)
    for path in tmp_path.glob("state-*.bin"):
        path.write_bytes(b"nonsense")
    again = kept(tmp_path, SECOND)
    assert not again.was_recovered
    assert "cannot be read" in again.message
    assert list(tmp_path.glob("unreadable-*/state-*.bin"))
    again.close()
    assert kept(tmp_path, 2 * SECOND).was_recovered


def test_another_seed_is_another_exchange(tmp_path: Path) -> None:
    kept(tmp_path, 0).close()
    again = kept(tmp_path, SECOND, seed=8)
    assert not again.was_recovered
    assert list(tmp_path.glob("unreadable-*"))


def test_a_saved_state_of_another_seed_is_refused() -> None:
    with pytest.raises(SavedStateDamaged):
        load(opened(), save(opened(), seed=7, number=1), seed=8)


def test_the_folder_stays_small(tmp_path: Path) -> None:
    keeper = kept(tmp_path, 0)
    for _ in range(5):
        keeper.snapshot()
    assert len(list(tmp_path.glob("state-*"))) == 2
    assert len(list(tmp_path.glob("arrivals-*"))) == 2


def test_a_full_disk_is_said_and_tried_again(tmp_path: Path) -> None:
    keeper = kept(tmp_path, 0)
    unwritable = Path("/dev/full")
    keeper._folder = unwritable
    keeper.snapshot()
    assert "could not save itself" in keeper.message
    assert keeper.snapshot_due_ns <= keeper.exchange.now_ns + SECOND
    send(keeper, 1, price_ticks=best_bid(keeper.exchange) - 5)  # the journal before goes on


def test_two_processes_do_not_share_an_exchange(tmp_path: Path) -> None:
    keeper = kept(tmp_path, 0)
    with pytest.raises(ExchangeInUse):
        kept(tmp_path, 0)
    keeper.close()
    kept(tmp_path, SECOND)


def test_rate_and_latency_may_change_between_two_lives(tmp_path: Path) -> None:
    kept(tmp_path, 0).close()
    again = kept(tmp_path, SECOND, rate=3.0, latency_us=500)
    assert again.was_recovered
    assert again.exchange.state.counters["latency_ns"][0] == 500_000


CHILD = """
import sys, msgspec
from pathlib import Path
from feeds.simulator.settings import SimulatorSettings
from feeds.simulator.saved_state import state_digest
from feeds.simulator.keeping import Keeper
from feeds.simulator.instruments import simulator_instruments
from tests.unit.feeds.simulator.test_keeping import send
from tests.unit.feeds.simulator.test_exchange import MS, best_bid
settings = msgspec.json.decode(sys.argv[1], type=SimulatorSettings)
keeper = Keeper(simulator_instruments(), settings, now_ns=0)
for number in range(1, 100_000):
    now_ns = number * 2 * MS
    while keeper.snapshot_due_ns <= now_ns:
        keeper.exchange.advance(keeper.snapshot_due_ns)
        keeper.snapshot()
    keeper.exchange.advance(now_ns)
    side = 1 if number % 2 else -1
    send(keeper, number, side=side, price_ticks=best_bid(keeper.exchange) + side * (3 * (number % 5) - 3))
    line = [number, keeper.exchange.now_ns, state_digest(keeper.exchange)]
    print(msgspec.json.encode(line).decode(), flush=True)
"""


def test_a_killed_exchange_comes_back_bit_for_bit(tmp_path: Path) -> None:
    """A real process, killed while it works; what it had said of itself must be what the next one replays."""
    settings = settings_in(tmp_path, snapshot_every_s=1)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, msgspec.json.encode(settings).decode()],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[4],
    )
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(130)]
    child.send_signal(signal.SIGKILL)
    lines += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    whole = [line for line in lines if line.endswith(b"\n")]
    number, now_ns, digest = msgspec.json.decode(whole[-1])
    assert number >= 130
    # The line was printed after the arrival was sent, with the arrival still on its way.
    again = kept(tmp_path, now_ns, snapshot_every_s=1)
    assert again.was_recovered
    recovered = {int(row["client_id"]) for row in again.exchange.ledger.orders[: again.exchange.ledger.order_count]}
    on_the_way = {int(arrival.request["client_id"]) for arrival in again.exchange.arrivals}
    assert recovered | on_the_way >= set(range(1, number + 1))
    if again.exchange.arrivals_submitted == number:  # it died before it sent another
        assert state_digest(again.exchange) == digest
    positions = again.exchange.state.accounts[1]["position_lots"]
    fills = again.exchange.ledger.fills_since(1, 0)
    assert (fills["side"].astype(np.int64) * fills["quantity_lots"]).sum() == positions.sum()
    assert Side.BUY in fills["side"]
    assert Side.SELL in fills["side"]
