"""A LIVE desk, whole, on the served exchange: keys unlocked once, others on the same account, kill, and deaths."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deadline import eventually
from tests.live_station import CONFIG, KEYS, PASSPHRASE, Exchange, LiveStation

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    exchange = Exchange(tmp_path_factory.mktemp("exchange"))
    yield exchange
    exchange.end()


@pytest.fixture(scope="module")
def station(exchange: Exchange, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStation]:
    station = LiveStation(tmp_path_factory.mktemp("home"))
    (station.home / "config").mkdir()
    (station.home / "config" / "station.toml").write_text(CONFIG.format(port=exchange.port))
    up = station.go_live()
    assert up.code == 0, up
    assert (up.json["mode"], up.json["accounts"]) == ("LIVE", {"alpha": "mine"})
    yield station
    station.end()


@pytest.fixture
def live(station: LiveStation, exchange: Exchange) -> LiveStation:
    """Running, not halted, nothing open."""
    eventually(lambda: all(row["state"] == "RUNNING" for row in station.status()["processes"]), within_s=60)
    if station.status()["halted"]:
        station.json("rearm", "--reason", "next test")
    for order in exchange.open_orders():
        exchange.ask("DELETE", "/api/v3/order", symbol=order["symbol"], orderId=order["orderId"])
    eventually(lambda: station.json("orders") == [], within_s=30)
    return station


def external(live: LiveStation) -> list[Any]:
    return [row for row in live.json("orders") if row.get("origin", "").upper() == "EXTERNAL"]


def test_an_order_of_somebody_else_is_shown_and_cancelled_by_kill(live: LiveStation, exchange: Exchange) -> None:
    placed = exchange.another_buys()
    eventually(lambda: len(external(live)) == 1, within_s=30)
    assert [row["orderId"] for row in exchange.open_orders()] == [placed]

    killed = live.run("kill", "--reason", "a test", "--json")

    assert killed.code == 0, killed
    assert exchange.open_orders() == []
    report = live.json("kill-report")
    assert [(row["venue"], row["is_proven"], row["open_orders"]) for row in report["venues"]] == [("alpha", True, 0)]
    answers = [row["text"] for row in report["steps"] if row["what"] == "answer"]
    assert any(f"order {placed}: CANCELED" in text for text in answers), report["steps"]


def test_a_fill_of_somebody_else_is_a_position_of_ours(live: LiveStation, exchange: Exchange) -> None:
    before = sum(abs(float(row["position"])) for row in live.json("positions"))
    exchange.another_buys(share=1.01)
    eventually(lambda: sum(abs(float(row["position"])) for row in live.json("positions")) != before, within_s=30)


def test_a_killed_order_process_gets_its_key_from_the_desk_again(live: LiveStation, exchange: Exchange) -> None:
    before = live.process("order.alpha")

    os.kill(before["pid"], signal.SIGKILL)

    eventually(lambda: live.process("order.alpha")["pid"] not in (0, before["pid"]), within_s=30)
    eventually(lambda: live.status()["gateways"][0]["state"] == "LIVE", within_s=30)


def test_a_new_desk_takes_the_keys_over_and_hands_them_on(live: LiveStation, exchange: Exchange) -> None:
    os.kill(live.process("desk")["pid"], signal.SIGKILL)
    orders = live.process("order.alpha")["pid"]  # a new desk has adopted it

    os.kill(orders, signal.SIGKILL)

    eventually(lambda: live.process("order.alpha")["pid"] not in (0, orders), within_s=30)
    eventually(lambda: live.status()["gateways"][0]["state"] == "LIVE", within_s=30)
    assert live.status()["mode"] == "LIVE"


def test_no_secret_is_in_an_argument_the_environment_or_a_file(live: LiveStation) -> None:
    known = live.registry()
    for pid in [known["desk_pid"], *(row["pid"] for row in known["processes"])]:
        for part in ("cmdline", "environ"):
            assert KEYS.secret.encode() not in Path(f"/proc/{pid}/{part}").read_bytes()
            assert PASSPHRASE.encode() not in Path(f"/proc/{pid}/{part}").read_bytes()
    for path in live.home.rglob("*"):
        if path.is_file():
            assert KEYS.secret.encode() not in path.read_bytes(), path


def test_desk_and_order_process_make_no_core_dumps(live: LiveStation) -> None:
    for name in ("desk", "order.alpha"):
        limits = Path(f"/proc/{live.process(name)['pid']}/limits").read_text()
        line = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
        assert {int(word) for word in line.split() if word.isdigit()} <= {0, 1}


def test_when_every_process_is_dead_kill_opens_the_key_file_and_cancels(live: LiveStation, exchange: Exchange) -> None:
    exchange.another_buys()
    known = live.registry()
    for pid in [known["desk_pid"], *(row["pid"] for row in known["processes"])]:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: not any(Path(f"/proc/{row['pid']}/fd/200").exists() for row in known["processes"]))

    killed = live.unlocked("kill", "--json")

    assert killed.code == 0, killed
    assert exchange.open_orders() == []


def test_a_dead_desk_is_not_started_live_again_without_its_account(station: LiveStation) -> None:
    said = station.unlocked("up", "--venue", "alpha")
    assert said.code == 2
    assert "no terminal to type its account at" in said.error
    assert said.code != 0
