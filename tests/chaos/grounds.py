"""Where a desk trades while it is shot at: on the exchange in a process of its own, or LIVE over sockets, with signed
requests, on the served one, which is a victim too and is started again by us."""

import contextlib
import os
import signal
from abc import ABC, abstractmethod
from pathlib import Path

from feeds.simulator.order_desk import FIRST_BALANCE
from feeds.simulator.settings import SimulatorSettings
from tests.chaos.venue_ledger import ServedLedger, VenueLedger
from tests.live_station import CONFIG as LIVE_CONFIG
from tests.live_station import Exchange, LiveStation
from tests.station_cli import Said, Station

CONFIG = """
[desk]
deaths_a_minute = 1000
[gateway]
arrival_ms = {arrival_ms}
answer_ms = 500
reconcile_s = 0.5
"""
SIMULATOR = """
[simulator]
seed = {seed}
rate = {rate}
latency_us = {latency_us}
jitter_us = {latency_us}
"""
LATENCY_US = 1_500
"""Long, so that much is on its way when a blow falls."""


class Ground(ABC):
    group: str
    """Of the order process"""
    processes: frozenset[str]
    """Of the desk, which must live"""
    roles: tuple[str, ...]
    """Who must beat"""
    victims: tuple[tuple[str, int], ...]
    """Names, and how often each is chosen"""
    instruments: tuple[int, ...]
    """That the trader trades"""
    station: Station

    @abstractmethod
    def start(self) -> Said: ...

    @abstractmethod
    def ledger(self, desk_folder: Path, wall_offset_ns: int) -> VenueLedger: ...

    def pid_of(self, victim: str) -> int | None:
        """Of a process that is no desk's; None: ask the desk."""
        return None

    def after_kill(self, victim: str) -> None:  # noqa: B027  # mostly a desk's child, which the desk starts again
        """Who is no desk's child is started again."""

    def end(self) -> None:
        self.station.end()


class SimulatedGround(Ground):
    group = "sim"
    processes = frozenset({"core", "sim", "recorder"})
    roles = ("desk", "core", "recorder", "market.sim", "order.sim")
    victims = (("core", 4), ("sim", 4), ("recorder", 2), ("desk", 2), ("client", 1))
    instruments = (0, 1, 3, 7, 8, 9, 12)
    """Some on both venues; 7 is a future, whose stops the exchange holds."""

    def __init__(self, home: Path, *, seed: int, rate: float = 0.5) -> None:
        self.station = Station(home)
        self._settings = SimulatorSettings(seed=seed, rate=rate, latency_us=LATENCY_US, jitter_us=LATENCY_US)
        text = CONFIG.format(arrival_ms=300) + SIMULATOR.format(seed=seed, rate=rate, latency_us=LATENCY_US)
        (home / "config" / "station.toml").write_text(text)

    def start(self) -> Said:
        return self.station.start("up", within_s=900)

    def ledger(self, desk_folder: Path, wall_offset_ns: int) -> VenueLedger:
        return VenueLedger(desk_folder / "exchange", self._settings, wall_offset_ns)


class ServedGround(Ground):
    group = "alpha"
    processes = frozenset({"core", "order.alpha", "market.alpha", "recorder"})
    roles = ("desk", "core", "recorder", "market.alpha", "order.alpha")
    victims = (
        ("core", 4), ("order.alpha", 6), ("exchange", 4), ("market.alpha", 1),
        ("recorder", 1), ("desk", 2), ("client", 1),
    )  # fmt: skip
    instruments = (0, 1)
    station: LiveStation

    def __init__(self, home: Path, *, seed: int, rate: float = 0.5) -> None:
        self.station = LiveStation(home)
        self._settings = SimulatorSettings(seed=seed, rate=rate, latency_us=LATENCY_US, jitter_us=LATENCY_US)
        self._exchange = Exchange(home, self._settings)
        live = LIVE_CONFIG.partition("[[venues]]")[2].format(port=self._exchange.port)
        # An exchange that was away answers late; a request that reached it then must not count as never seen.
        kept = ", ".join(f'{asset} = "{amount}"' for asset, amount in FIRST_BALANCE.items() if asset != "USD")
        text = f"{CONFIG.format(arrival_ms=6_000)}[[venues]]{live}kept_balances = {{ {kept} }}\n"
        (home / "config" / "station.toml").write_text(text)

    def start(self) -> Said:
        return self.station.go_live()

    def ledger(self, desk_folder: Path, wall_offset_ns: int) -> VenueLedger:
        return ServedLedger(Path(self._exchange.settings.journal_folder), self._settings, wall_offset_ns)

    def pid_of(self, victim: str) -> int | None:
        return self._exchange.process.pid if victim == "exchange" else None

    def after_kill(self, victim: str) -> None:
        if victim == "exchange":
            self._exchange.end()
            self._exchange.start()

    def end(self) -> None:
        super().end()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._exchange.process.pid, signal.SIGCONT)
        self._exchange.end()
