"""The processes of a desk: which there are, what each writes, and what it is told on its command line.

One function per kind makes its settings, anew for each start: the core's epoch counts.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from core.errors import StationError
from core.flow.settings import FlowSettings
from core.memory.control import PROCESS_LINES
from core.memory.files import Descriptor
from core.onlooker_settings import OnlookerSettings
from core.portfolio.settings import PortfolioSettings
from core.settings import CoreSettings
from feeds.config import AbsentVenue, MarketSettings, OrderSettings, VenueConfig
from feeds.simulator.settings import SimulatorSettings
from feeds.store.settings import RecorderSettings
from feeds.venues.catalogue import market_wants_key
from feeds.whole_file import write_whole
from station import paths
from station.config import SIM, DeskSetup, ReplaySetup, ServedVenue
from station.desk.key_ring import key_descriptors
from station.desk.replay import replayed_venue
from station.exit_codes import ExitCode

PYTHON = (sys.executable, "-P")
"""Without the current folder on the path: a folder `core` or `feeds` there must not take the place of ours."""


class TooManyProcesses(StationError):
    cure = "Play fewer recordings at once, or some of them on a second desk: `station up --desk NAME`."
    exit_code = ExitCode.CONFIG

    def __init__(self, *, wanted: int, room: int) -> None:
        super().__init__(f"the desk has no room for so many processes: {wanted=}, {room=}")


@dataclass(frozen=True)
class ChildSpec:
    name: str
    module: str
    roles: tuple[str, ...]
    """The memory files that it writes; it lives while the heartbeat of each moves."""
    settings: Callable[[], msgspec.Struct] | None
    """None: it is given neither settings nor memory."""
    arguments: tuple[str, ...] = ()
    is_vital: bool = True
    """The desk is not up without it."""
    keys: tuple[int, ...] = ()
    """Descriptors of the keys that it inherits."""
    starts_last: bool = False
    """Only once the vital ones run: nobody waits for it, and its start would take their CPU."""
    silence_halts: bool = False
    """Orders may be at risk while it is dead or hangs: the desk halts."""


def child_specs(setup: DeskSetup, *, wall_offset_ns: int) -> list[ChildSpec]:
    """In the order of their start: who is read from before who reads."""
    folder = paths.desk_folder(setup.name)
    specs = [
        ChildSpec(
            "recorder",
            "feeds.store.recorder",
            ("recorder",),
            lambda: _recorder(setup, folder, wall_offset_ns),
            is_vital=False,
        ),
        ChildSpec(
            "onlooker",
            "core.onlooker",
            ("flow", "portfolio"),
            lambda: _onlooker(setup, wall_offset_ns),
            is_vital=False,
            starts_last=True,
        ),
    ]
    specs += [_replay_server(served.name, served.replay) for served in setup.venues if served.replay is not None]
    for group in setup.groups:
        specs += _of_group(group, setup, folder, wall_offset_ns)
    core = ChildSpec(
        "core", "core.process", ("core",), lambda: _core(setup, folder, wall_offset_ns), silence_halts=True
    )
    specs.append(core)
    if len(specs) > PROCESS_LINES:
        raise TooManyProcesses(wanted=len(specs), room=PROCESS_LINES)
    return specs


def _of_group(group: str, setup: DeskSetup, folder: paths.DeskFolder, wall_offset_ns: int) -> list[ChildSpec]:
    """The processes of one venue group."""
    members = setup.of_group(group)
    if members[0].is_simulator:
        simulator = ChildSpec(
            group,
            "feeds.simulator.process",
            (f"market.{group}", f"order.{group}"),
            lambda: _simulator(setup, folder, wall_offset_ns),
            silence_halts=True,
        )
        return [simulator]
    market = ChildSpec(
        f"market.{group}",
        "feeds.market_process",
        (f"market.{group}",),
        lambda: _market(members, wall_offset_ns),
        ("--group", group),
        keys=key_descriptors(tuple(served for served in members if market_wants_key(served.venue))),
    )
    if not setup.trades(members[0]):
        return [market]
    orders = ChildSpec(
        f"order.{group}",
        "feeds.order_process",
        (f"order.{group}",),
        lambda: order_settings(setup, members[0], wall_offset_ns=wall_offset_ns),
        ("--group", group),
        keys=key_descriptors(members),
        silence_halts=True,
    )
    return [market, orders]


def _onlooker(setup: DeskSetup, wall_offset_ns: int) -> OnlookerSettings:
    return OnlookerSettings(
        flow=FlowSettings(wall_offset_ns=wall_offset_ns),
        portfolio=PortfolioSettings(config=setup.config.portfolio, scenarios_file=str(paths.stress_file())),
    )


def command_line(spec: ChildSpec, descriptor: Descriptor) -> list[str]:
    command = [*PYTHON, "-m", spec.module, *spec.arguments]
    if spec.settings is None:
        return command
    settings = msgspec.json.encode(spec.settings()).decode()
    return [*command, "--descriptor", msgspec.json.encode(descriptor).decode(), "--settings", settings]


def child_environment() -> dict[str, str]:
    """Our packages first when they are not installed, and the compiled kernels where STATION_HOME says."""
    environment = dict(os.environ)
    if not paths.IS_INSTALLED:
        found = os.environ.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(paths.SOURCE_ROOT), found)))
    if os.environ.get("STATION_HOME"):
        environment.setdefault("NUMBA_CACHE_DIR", str(paths.cache_folder() / "kernels"))
    return environment


def next_epoch(folder: paths.DeskFolder) -> int:
    """One more than ever before, on disk before it is used: client ids never come twice."""
    try:
        epoch = int(folder.epoch.read_text()) + 1
    except FileNotFoundError:
        epoch = 1
    write_whole(folder.epoch, str(epoch).encode())
    return epoch


HISTORY_MINUTES = 240
"""Of candles, from a real venue; a recording has none."""


def venue_config(served: ServedVenue) -> VenueConfig:
    """As its processes are told."""
    if served.replay is not None:
        return replayed_venue(served.venue, served.replay)
    minutes = served.venue.history_minutes
    return msgspec.structs.replace(served.venue, history_minutes=HISTORY_MINUTES if minutes < 0 else minutes)


def order_settings(setup: DeskSetup, served: ServedVenue, *, wall_offset_ns: int) -> OrderSettings:
    return OrderSettings(
        venue=venue_config(served),
        gateway=setup.config.gateway,
        mode=setup.mode,
        state_folder=str(paths.desk_folder(setup.name).root),
        lock_folder=str(paths.state_folder() / "accounts"),
        kill_file=str(paths.kill_file(setup.name)),
        wall_offset_ns=wall_offset_ns,
    )


def _market(members: tuple[ServedVenue, ...], wall_offset_ns: int) -> MarketSettings:
    return MarketSettings(
        venues=tuple(_without_key(served) for served in members if not served.fault),
        absent=tuple(
            AbsentVenue(name=served.name, why=served.fault, venue=_without_key(served))
            for served in members
            if served.fault
        ),
        wall_offset_ns=wall_offset_ns,
    )


def _without_key(served: ServedVenue) -> VenueConfig:
    """A market process is told of a key only where it needs one."""
    config = venue_config(served)
    return config if market_wants_key(served.venue) else msgspec.structs.replace(config, keys_descriptor=-1)


def _replay_server(name: str, replay: ReplaySetup) -> ChildSpec:
    """It has no part in the memory: it is the venue."""
    arguments = ("--path", replay.path, "--port", str(replay.port), "--at-end", replay.at_end)
    return ChildSpec(f"replay.{name}", "feeds.frames", (), None, arguments)


def _core(setup: DeskSetup, folder: paths.DeskFolder, wall_offset_ns: int) -> CoreSettings:
    return CoreSettings(
        config=msgspec.structs.replace(setup.config.core, mode=setup.mode),
        state_folder=str(folder.root),
        epoch=next_epoch(folder),
        wall_offset_ns=wall_offset_ns,
        strategies=setup.config.strategies,
        market_only=tuple(group for group in setup.groups if not setup.trades(setup.of_group(group)[0])),
    )


def _simulator(setup: DeskSetup, folder: paths.DeskFolder, wall_offset_ns: int) -> SimulatorSettings:
    told = setup.config.simulator
    return SimulatorSettings(
        seed=told.seed,
        rate=told.rate,
        latency_us=told.latency_us,
        jitter_us=told.jitter_us,
        journal_folder=str(folder.root / "exchange"),
        durable=setup.config.gateway.durable,
        wall_offset_ns=wall_offset_ns,
        group=SIM,
        state_folder=str(folder.root),
        gateway=setup.config.gateway,
        kill_file=str(paths.kill_file(setup.name)),
    )


def _recorder(setup: DeskSetup, folder: paths.DeskFolder, wall_offset_ns: int) -> RecorderSettings:
    return RecorderSettings(
        folder=str(folder.recordings),
        socket=str(folder.recorder_socket),
        wall_offset_ns=wall_offset_ns,
        rollover_utc_s=setup.config.core.rollover_utc_s,
    )
