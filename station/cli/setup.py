"""What is a new desk to run? The command line and station.toml together, before anything is started."""

from pathlib import Path

import msgspec

from core.vocabulary import Mode
from station import paths
from station.config import DeskSetup, ServedVenue, StationConfig, is_desk_name, read_config
from station.desk.replay import replay_of
from station.desk.served import read_served
from station.errors import BadArgument


def desk_setup(
    desk: str | None,
    venues: tuple[str, ...],
    symbols: str | None,
    mode: str | None,
    recordings: tuple[str, ...],
    config_file: Path | None,
) -> DeskSetup:
    """Raises BadArgument, ConfigError, UnknownVenue, and BadFrame when a recording is none."""
    config = read_config(config_file or paths.config_file(), must_exist=config_file is not None)
    name = desk or config.desk.name
    if not is_desk_name(name):
        raise BadArgument(f"a desk's name is 1 to 16 letters, digits, - and _: {name!r}")
    served = _with_recordings(_with_symbols(read_served(venues, config), symbols), recordings)
    setup = DeskSetup(name=name, mode=_mode(served, mode, config), venues=served, config=config)
    if setup.mode is Mode.LIVE:
        _check_live(setup)
    return setup


def _with_symbols(served: tuple[ServedVenue, ...], symbols: str | None) -> tuple[ServedVenue, ...]:
    wanted = tuple(part.strip() for part in symbols.split(",") if part.strip()) if symbols else ()
    if not wanted:
        return served
    if len(served) > 1:
        raise BadArgument("--symbols is for one venue; of several, say them behind each: kraken:BTC/USD+ETH/USD")
    only = served[0]
    return (msgspec.structs.replace(only, venue=msgspec.structs.replace(only.venue, instruments=wanted)),)


def _with_recordings(served: tuple[ServedVenue, ...], recordings: tuple[str, ...]) -> tuple[ServedVenue, ...]:
    """Each is VENUE=FILE, or only FILE when there is one venue."""
    names = [one.name for one in served]
    paths_of: dict[str, str] = {}
    for text in recordings:
        name, sign, path = text.partition("=")
        if not sign or name not in names:
            if len(names) > 1:
                raise BadArgument(f"of several venues, say whose recording it is: {names[0]}=FILE, not {text!r}")
            name, path = names[0], text
        if name == "sim":
            raise BadArgument("recorded frames are of a venue: say which with --venue binance")
        if name in paths_of:
            raise BadArgument(f"one recording a venue: {name} has two")
        paths_of[name] = path
    return tuple(
        msgspec.structs.replace(one, replay=replay_of(Path(paths_of[one.name]))) if one.name in paths_of else one
        for one in served
    )


def _mode(served: tuple[ServedVenue, ...], asked: str | None, config: StationConfig) -> Mode:
    """SIM belongs to the built-in exchange alone, so that it cannot be confused; beside real venues it is paper."""
    names = ", ".join(one.name for one in served)
    if all(one.is_simulator for one in served):
        if asked not in (None, "sim"):
            raise BadArgument(f"the built-in exchange is mode sim, not {asked}; give a --venue for {asked}")
        return Mode.SIM
    mode = Mode[asked.upper()] if asked else (Mode.LIVE if config.core.mode is Mode.LIVE else Mode.PAPER)
    if mode is Mode.SIM:
        raise BadArgument(f"mode sim is the built-in exchange alone; {names} is paper or live")
    return mode


def _check_live(setup: DeskSetup) -> None:
    if any(one.replay is not None for one in setup.venues):
        raise BadArgument("a recorded market cannot be traded live; leave --mode away or say paper")
    if any(one.is_simulator for one in setup.venues):
        raise BadArgument("the built-in exchange is not served beside real money; leave sim away or say paper")
    if not any(setup.trades(one) for one in setup.venues):
        raise BadArgument(
            "live needs a venue with orders (`station venues`) and its keys: credentials_file, [[venues]]"
        )
