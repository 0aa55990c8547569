"""The whole configuration: one TOML file, composed of what each package says that it can be told.

    [desk]           name, what to serve                   station/config.py DeskConfig
    [core]           mode, CPU                             core/config.py CoreConfig
    [[strategies]]   what fills the slots                  core/settings.py StrategySettings
    [[venues]]       addresses, key files, by name         feeds/config.py VenueConfig
    [gateway]        how orders are kept and looked up     feeds/config.py GatewayConfig
    [simulator]      seed, rate, latency                   station/config.py SimulatorConfig
    [screen]         theme, time, pace, bracket            station/screen_config.py ScreenConfig

The limits stand in a file of their own beside it, risk.toml (core/risk_limits.py RiskLimits); a desk without that file
takes [core.risk] of this one, or the conservative defaults.

Read once, frozen, closed: an unknown key is a mistake. All mistakes are told at once, with file, key, and what is
allowed. Words stand for numbers where a vocabulary has them: `mode = "paper"`.
"""

import os
from pathlib import Path
from typing import Literal

import msgspec

from core.config import CoreConfig
from core.config import mistakes as mistakes_of_core
from core.errors import ConfigError
from core.memory.layout import Capacities
from core.portfolio.settings import PortfolioConfig
from core.portfolio.settings import mistakes as mistakes_of_portfolio
from core.portfolio.sizing import Sizing
from core.risk_limits import RiskLimits, mistakes_of_limits
from core.settings import StrategySettings
from core.strategy.known import mistakes_of_strategies
from core.vocabulary import Mode
from feeds.config import GatewayConfig, VenueConfig
from feeds.venues.catalogue import mistakes_of_venues, venue
from station.screen_config import ScreenConfig as ScreenConfig
from station.screen_config import mistakes_of_screen
from station.toml_file import config_error, document_of, known

SIM = "sim"
"""The built-in exchange."""
RISK_FILE = "risk.toml"


class DeskConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str = "main"
    """Letters, digits, - and _; at most 16. One state folder, one memory, one set of processes."""
    venues: tuple[str, ...] = ()
    """What `station up` serves when it is not told, in its words: ["binance", "kraken:BTC/USD+ETH/USD"]. Empty: every
    venue of [[venues]]; where there is none, sim, the built-in exchange."""
    deaths_a_minute: int = 3
    """A process that dies so often within a minute is given up, and the desk halts."""
    screen_silence_ms: int = 0
    """The desk halts when the screen that holds the trading lease does not beat for so long; 0: it may. A screen that
    takes leave is not silent."""
    capacities: Capacities = Capacities()


class SimulatorConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of the built-in exchange; the rest of feeds.simulator.settings is the desk's business."""

    seed: int = 20261121
    """Another seed begins another exchange."""
    rate: float = 1.0
    """Multiplies the arrivals: 1.0 is about 2,000 market events a second over all instruments."""
    latency_us: int = 200
    """One way."""
    jitter_us: int = 80
    """Added to each way, evenly between 0 and this."""


class StationConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    desk: DeskConfig = DeskConfig()
    core: CoreConfig = CoreConfig()
    strategies: tuple[StrategySettings, ...] = ()
    """None: the built-in ones, on the first instruments. All begin disabled."""
    venues: tuple[VenueConfig, ...] = ()
    """A venue that is not named here has its usual addresses and its usual instruments."""
    gateway: GatewayConfig = GatewayConfig()
    simulator: SimulatorConfig = SimulatorConfig()
    portfolio: PortfolioConfig = PortfolioConfig()
    sizing: Sizing = Sizing()
    """What `station size` says, unless it is asked by another rule."""
    screen: ScreenConfig = ScreenConfig()


class ReplaySetup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A local server that plays recorded frames in the venue's place."""

    path: str
    port: int
    """On this machine only; chosen once, so that the server has it again when it is restarted."""
    symbols: tuple[str, ...]
    """The venue's own, those whose book can be built from the recording."""
    at_end: Literal["loop", "hold"]
    """The venue hangs up and begins anew, or stays and says nothing more."""
    trade_stream: Literal["trade", "aggTrade"]


class ServedVenue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One venue of a desk."""

    venue: VenueConfig
    """With the instruments that were asked for."""
    group: str = ""
    """Whose market process serves it; rings and files are named for it. The desk decides at its start."""
    replay: ReplaySetup | None = None
    """A recorded market in the venue's place."""
    fault: str = ""
    """Why nothing of it is served: its list of instruments could not be had. It is shown as DOWN."""
    live_account: str = ""
    """The name of the account as somebody typed it at `station up`; no file and no environment can say it."""

    @property
    def name(self) -> str:
        return self.venue.name

    @property
    def is_simulator(self) -> bool:
        return self.name == SIM


class DeskSetup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one desk runs: the configuration and the command line together. Kept in the registry for who adopts."""

    name: str
    mode: Mode
    venues: tuple[ServedVenue, ...]
    config: StationConfig = StationConfig()
    config_file: str = ""
    """The station.toml that was read; the screen reads its own section again when it changes."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Each has a market process; a group's place here is the source_id of its events."""
        return tuple(dict.fromkeys(served.group for served in self.venues))

    def of_group(self, group: str) -> tuple[ServedVenue, ...]:
        return tuple(served for served in self.venues if served.group == group)

    def trades(self, served: ServedVenue) -> bool:
        """Whether it has an order process. In PAPER the core fills by itself; in LIVE only a venue whose section says
        `mode = "live"` and whose account was typed has one, every other one is watched."""
        if served.is_simulator:
            return True
        is_meant = served.venue.mode == "live" and bool(served.venue.account) and served.replay is None
        is_typed = served.live_account == served.venue.account
        if self.mode is not Mode.LIVE or not (is_meant and is_typed):
            return False
        return venue(served.venue.dialect or served.name).orders != ""


def read_config(path: Path, *, must_exist: bool = False, with_limits: bool = True) -> StationConfig:
    """The file's configuration, with the limits of the risk.toml beside it; the defaults when there is none.

    `with_limits`: False when mistakes are looked for in this file alone.

    Raises ConfigError with every mistake.
    """
    document = document_of(path)
    if document is None and must_exist:
        raise ConfigError(file=str(path), mistakes=["the file does not exist"])
    beside = path.with_name(RISK_FILE)
    limits = read_limits(beside) if with_limits else None
    document = document or {}
    found: list[str] = []
    if beside.exists() and isinstance(document.get("core"), dict) and "risk" in document["core"]:
        found.append(f"core.risk: {RISK_FILE} lies beside this file and holds the limits; allowed: one of the two")
    config = msgspec.convert(known(document, StationConfig, "", found), StationConfig)
    found += impossible(config)
    if found:
        raise config_error(path, found)
    if limits is not None:
        return msgspec.structs.replace(config, core=msgspec.structs.replace(config.core, risk=limits))
    return config


def read_limits(path: Path) -> RiskLimits | None:
    """The limits of a risk.toml; None when there is none. Raises ConfigError with every mistake."""
    document = document_of(path)
    if document is None:
        return None
    found: list[str] = []
    limits = msgspec.convert(known(document, RiskLimits, "", found), RiskLimits)
    found += mistakes_of_limits(limits)
    if found:
        raise config_error(path, found)
    return limits


def impossible(config: StationConfig) -> list[str]:
    """What has the right type and still cannot be: each with key and what is allowed."""
    size = config.desk.capacities
    found = mistakes_of_core(config.core, usable_cpus=os.sched_getaffinity(0)) + mistakes_of_portfolio(config.portfolio)
    if not is_desk_name(config.desk.name):
        found.append(f"desk.name: {config.desk.name!r}; allowed: 1 to 16 letters, digits, - and _")
    if not (0 <= config.simulator.seed < 2**63 and 0 < config.simulator.rate <= 1_000):
        found.append("simulator: seed and rate; allowed: a seed of 0 to 2**63 - 1, a rate above 0 up to 1000")
    if not (0 <= config.simulator.latency_us <= 10_000_000 and 0 <= config.simulator.jitter_us <= 10_000_000):
        found.append("simulator: latency_us and jitter_us; allowed: 0 to 10000000")
    if not (config.desk.screen_silence_ms == 0 or 500 <= config.desk.screen_silence_ms <= 600_000):
        found.append(f"desk.screen_silence_ms: {config.desk.screen_silence_ms}; allowed: 0, or 500 to 600000")
    if not (config.gateway.dead_man_s == 0 or 10 <= config.gateway.dead_man_s <= 120):
        found.append(f"gateway.dead_man_s: {config.gateway.dead_man_s}; allowed: 0, or 10 to 120")
    found += mistakes_of_screen(config.screen)
    found += mistakes_of_venues(config.venues, also=(SIM,))
    found += mistakes_of_strategies(config.strategies, slots=size.strategies)
    if not 1 <= config.desk.deaths_a_minute <= 1_000:
        found.append(f"desk.deaths_a_minute: {config.desk.deaths_a_minute}; allowed: 1 to 1000")
    found += [
        f"venues.{venue.name}.keys_descriptor: is said by the desk, never by a file"
        for venue in config.venues
        if venue.keys_descriptor != -1
    ]
    rings = ("market", "order_requests", "cancels", "execution_reports", "feed_requests", "commands", "tape", "journal")
    for key in rings:
        value = getattr(size, key)
        if not (value >= 16 and value & (value - 1) == 0):
            found.append(f"desk.capacities.{key}: {value}; allowed: a power of two, 16 or more")
    found += [
        f"desk.capacities.{key}: {getattr(size, key)}; allowed: 1 or more"
        for key in ("instruments", "books", "strategies", "positions", "open_orders")
        if not getattr(size, key) >= 1
    ]
    return found


def is_desk_name(name: str) -> bool:
    """It names files, and fits into the control page."""
    plain = name.replace("-", "").replace("_", "")
    return 1 <= len(name) <= 16 and plain.isascii() and plain.isalnum()
