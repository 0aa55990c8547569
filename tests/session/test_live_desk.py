"""A LIVE desk, whole, on the served exchange: keys unlocked once, others on the same account, kill, and deaths."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from feeds.credentials import Credentials
from feeds.simulator.settings import SimulatorSettings
from feeds.venues.binance.signing import signed_query
from tests.deadline import eventually
from tests.station_cli import ROOT, Said, Station

pytestmark = pytest.mark.compiled

KEYS = Credentials("a-key-of-the-account", "a-secret-that-nobody-may-see")
PASSPHRASE = "correct horse"
CONFIG = """
[desk]
deaths_a_minute = 100
[core]
heartbeat_ms = 3000
stale_after_ms = 10000
[core.risk]
command_valid_ms = 5000
[gateway]
core_stale_ms = 3000
[[venues]]
name = "alpha"
dialect = "binance"
rest_url = "http://127.0.0.1:{port}"
ws_url = "ws://127.0.0.1:{port}"
ws_api_url = "ws://127.0.0.1:{port}/ws-api/v3"
countdown_path = "/fapi/v1/countdownCancelAll"
instruments = ["BTCUSD", "ETHUSD"]
mode = "live"
account = "mine"
request_timeout_ms = 20000
"""


class Exchange:
    """The served exchange, and another client of the same account."""

    def __init__(self, folder: Path) -> None:
        keys = folder / "exchange-keys.toml"
        keys.write_text(f'[account.1]\nkey = "{KEYS.key}"\nsecret = "{KEYS.secret}"\n')
        settings = SimulatorSettings(seed=7, rate=0.05, frame_us=50_000, journal_folder=str(folder / "exchange"))
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "feeds.simulator.server", "--venue", "alpha", "--credentials", str(keys),
                "--settings", msgspec.json.encode(settings).decode(),
            ],
            stdout=subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.port = json.loads(self.process.stdout.readline())["port"]

    def ask(self, verb: str, path: str, **parameters: str | int) -> Any:
        query = signed_query({**parameters, "timestamp": time.time_ns() // 1_000_000, "recvWindow": 60_000}, KEYS)
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}?{query}", method=verb, headers={"X-MBX-APIKEY": KEYS.key}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def open_orders(self) -> list[Any]:
        return list(self.ask("GET", "/api/v3/openOrders"))

    def another_buys(self, symbol: str = "BTCUSD", share: float = 0.9) -> int:
        book = json.load(urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v3/depth?symbol={symbol}&limit=5"))
        price = int(float(book["bids"][0][0]) * share)
        placed = self.ask(
            "POST", "/api/v3/order", symbol=symbol, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.01",
            price=str(price),
        )  # fmt: skip
        return int(placed["orderId"])

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


class LiveStation(Station):
    """Everything that opens the key file is given the passphrase through a descriptor."""

    def unlocked(self, *arguments: str, said: str = "", within_s: float = 200) -> Said:
        reading, writing = os.pipe()
        os.write(writing, PASSPHRASE.encode() + b"\n")
        os.close(writing)
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "station", *arguments, "--passphrase-fd", str(reading)],
                env=self.environment, cwd=self.home, capture_output=True, text=True, timeout=within_s, input=said,
                pass_fds=(reading,), check=False,
            )  # fmt: skip
        finally:
            os.close(reading)
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)


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
    added = station.unlocked("keys", "add", "alpha", "--account", "mine", said=f"{KEYS.key}\n{KEYS.secret}\n")
    assert added.code == 0, added
    up = station.unlocked("up", "--venue", "alpha", "--live-account", "mine", "--json", within_s=600)
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
