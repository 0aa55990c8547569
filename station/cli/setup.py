"""What is a new desk to run? The command line and station.toml together, before anything is started."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from core.vocabulary import Mode
from station import paths
from station.config import DeskSetup, ServedVenue, StationConfig, is_desk_name, read_config
from station.desk.replay import replay_of
from station.desk.served import read_served
from station.errors import BadArgument


class LiveAccounts:
    """What whoever starts a desk typed: at a terminal by hand, whatever the options say; else with --live-account."""

    def __init__(self, given: tuple[str, ...], ask: Callable[[str], str] | None) -> None:
        """`given`: NAME or VENUE=NAME. `ask`: asks somebody at a terminal for the account of a venue."""
        self._ask = ask
        parts = [text.rpartition("=") for text in given]
        self._given = {venue: account for venue, _, account in parts}
        if len(self._given) != len(given) or ("" in self._given and len(given) > 1):
            raise BadArgument("--live-account is NAME for one venue, or VENUE=NAME for each of several")

    def account_of(self, venue: str) -> str:
        """Raises BadArgument when nobody can be asked and no option says it."""
        if self._ask is not None:
            return self._ask(venue)
        found = self._given.get(venue, self._given.get("", "") if len(self._given) == 1 else "")
        if not found:
            raise BadArgument(
                f"{venue} would trade LIVE, and there is no terminal to type its account at: "
                f"--live-account {venue}=NAME, or --mode paper"
            )
        return found

    def refuse_rest(self, live: set[str]) -> None:
        """An account that was typed for nothing is a mistake; one name is not for two venues."""
        if "" in self._given and len(live) > 1 and self._ask is None:
            raise BadArgument(f"several venues trade LIVE, say which: {', '.join(sorted(live))}")
        if rest := set(self._given) - live - {""}:
            raise BadArgument(f"no LIVE venue of this desk: {', '.join(sorted(rest))}")


def desk_setup(
    desk: str | None,
    venues: tuple[str, ...],
    symbols: str | None,
    mode: str | None,
    recordings: tuple[str, ...],
    config_file: Path | None,
    *,
    typed: LiveAccounts | None = None,
) -> DeskSetup:
    """`typed`: how the account of a LIVE venue is said; None: not at all, and nothing is LIVE.

    Raises BadArgument, ConfigError, UnknownVenue, and BadFrame when a recording is none.
    """
    file = config_file or paths.config_file()
    config = read_config(file, must_exist=config_file is not None)
    name = desk or config.desk.name
    if not is_desk_name(name):
        raise BadArgument(f"a desk's name is 1 to 16 letters, digits, - and _: {name!r}")
    served = _with_recordings(_with_symbols(read_served(venues, config), symbols), recordings)
    setup = DeskSetup(
        name=name,
        mode=_mode(served, mode, config),
        venues=served,
        config=config,
        config_file=str(file.expanduser().resolve()),
    )
    return setup if setup.mode is not Mode.LIVE else _with_typed_accounts(setup, typed)


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
    if asked == "sim":
        raise BadArgument(f"mode sim is the built-in exchange alone; {names} is paper or live")
    if asked == "paper":
        return Mode.PAPER
    is_meant = any(one.venue.mode == "live" for one in served)
    if not is_meant and (asked == "live" or config.core.mode is Mode.LIVE):
        raise BadArgument(f'live is said in the section of its venue: mode = "live" and account, [[venues]]; {names}')
    return Mode.LIVE if is_meant else Mode.PAPER


def _with_typed_accounts(setup: DeskSetup, typed: LiveAccounts | None) -> DeskSetup:
    """LIVE needs both: `mode = "live"` in the venue's section, and the account's name typed by whoever starts it."""
    _check_live(setup)
    venues = tuple(
        msgspec.structs.replace(one, live_account=_typed(one, typed)) if one.venue.mode == "live" else one
        for one in setup.venues
    )
    setup = msgspec.structs.replace(setup, venues=venues)
    if typed is not None:
        typed.refuse_rest({one.name for one in venues if one.live_account})
    if not any(setup.trades(one) for one in setup.venues):
        raise BadArgument("live needs a venue that takes orders: `station venues` lists them")
    return setup


def _typed(served: ServedVenue, typed: LiveAccounts | None) -> str:
    account = served.venue.account
    if not account:
        raise BadArgument(f'{served.name} is live without an account: account = "NAME" in its section, [[venues]]')
    if typed is None:
        raise BadArgument(f"{served.name} trades LIVE: start it with `station up`, which asks for its account")
    if typed.account_of(served.name) != account:
        raise BadArgument(f"that is not the account of {served.name}; nothing was started")
    return account


def _check_live(setup: DeskSetup) -> None:
    if any(one.replay is not None for one in setup.venues):
        raise BadArgument("a recorded market cannot be traded live; leave --mode away or say paper")
    if any(one.is_simulator for one in setup.venues):
        raise BadArgument("the built-in exchange is not served beside real money; leave sim away or say paper")
