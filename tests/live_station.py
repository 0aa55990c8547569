"""A LIVE desk and what it is LIVE on: the served exchange, a process of its own that speaks Binance's dialect."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from feeds.credentials import Credentials
from feeds.simulator.settings import SimulatorSettings
from feeds.venues.binance.signing import signed_query
from tests.deadline import PATIENCE
from tests.station_cli import ROOT, Said, Station

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

    port = 0

    def __init__(self, folder: Path, settings: SimulatorSettings | None = None) -> None:
        """`settings`: all but the folder of its journal."""
        self._keys = folder / "exchange-keys.toml"
        self._keys.write_text(f'[account.1]\nkey = "{KEYS.key}"\nsecret = "{KEYS.secret}"\n')
        quiet = SimulatorSettings(seed=7, rate=0.05, frame_us=50_000)
        self.settings = replace(settings or quiet, journal_folder=str(folder / "exchange"))
        self.start()

    def start(self) -> None:
        """Again on the port that it had."""
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "feeds.simulator.server", "--venue", "alpha", "--credentials", str(self._keys),
                "--settings", msgspec.json.encode(self.settings).decode(), "--port", str(self.port),
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
        with urllib.request.urlopen(request, timeout=20 * PATIENCE) as answer:
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

    def go_live(self) -> Said:
        """Its key filed, and the desk started with the account named."""
        added = self.unlocked("keys", "add", "alpha", "--account", "mine", said=f"{KEYS.key}\n{KEYS.secret}\n")
        assert added.code == 0, added
        return self.unlocked("up", "--venue", "alpha", "--live-account", "mine", "--json", within_s=900)
