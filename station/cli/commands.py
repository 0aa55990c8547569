"""The commands of `station`. This file: the group, starting, stopping, attaching, and how faults are told.

A fault is a sentence and a cure on standard error and an exit code of exit_codes.py, never a traceback. What went wrong
inside the station itself goes to a log file that the sentence names.
"""

import gc
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from core.errors import StationError
from core.vocabulary import Mode
from feeds.durable_halt import read_durable_halt
from station import paths
from station.cli.completion import complete_served
from station.cli.output import as_json, desk_option, json_option, told
from station.config import DeskSetup
from station.desk.registry import Registry
from station.errors import DeskRuns
from station.exit_codes import MEANING, ExitCode
from station.link.attach import chosen_desk, living_registry
from station.version import station_version

if TYPE_CHECKING:
    from station.desk.key_ring import Keys


ELSEWHERE = {
    "config": ("config",),
    "doing": ("do",),
    "keys": ("keys",),
    "kill_report": ("kill-report",),
    "limits": ("limits",),
    "log": ("log",),
    "markets": ("venues", "instruments", "quotes"),
    "portfolio": ("portfolio", "size"),
    "reading": ("status", "orders", "positions", "sql"),
    "trading": ("order", "cancel", "flatten", "strategies", "take", "rearm"),
}
"""Commands by the module that has them."""
_MODULES = {name: module for module, names in ELSEWHERE.items() for name in names}


class Commands(click.Group):
    """A module is loaded when one of its commands is asked for: all of them are a quarter of a command's time."""

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.commands and name in _MODULES:
            for command in import_module(f"station.cli.{_MODULES[name]}").COMMANDS:
                self.add_command(command)
        return super().get_command(context, name)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *_MODULES})


def _tell_version(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if is_asked and not context.resilient_parsing:
        click.echo(f"station, version {station_version()}")
        context.exit()


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="`station kill` halts everything. COMMAND --help shows examples; `station exit-codes` the numbers.",
)
@desk_option
@click.option("--theme", help="Colours of the screen; a name from themes/.")
@click.option("--fps", type=click.IntRange(1, 20), metavar="N", help="Frames a second at most, 1 to 20.")
@click.option("--low-bandwidth", is_flag=True, default=None, help="Fewer frames and less detail, for a thin line.")
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_tell_version,
    help="Say the version.",
)
@click.pass_context
def station(
    context: click.Context, desk: str | None, theme: str | None, fps: int | None, low_bandwidth: bool | None
) -> None:
    """A terminal trading station. Without a command: open the screen, on a new desk when none runs."""
    if context.invoked_subcommand is None:
        name = chosen_desk(desk)
        if living_registry(name) is None:
            gc.enable()  # a first start compiles
            from station.cli.setup import desk_setup

            setup = desk_setup(desk, (), None, None, (), None)
            name = setup.name
            _start(setup)
        from station.app import run_screen

        context.exit(run_screen(name, theme=theme, fps=fps, low_bandwidth=low_bandwidth))
    gc.enable()
    context.obj = desk


@station.command(
    epilog="""\b
examples:
  station up                                              the built-in simulated exchange
  station up --venue binance                              real prices, paper trading
  station up --venue binance,okx,kraken:BTC/USD+ETH/USD   three venues; of Kraken only these two
  station up --venue okx --venue sim                      the option again is one venue more
  station up --venue kraken --replay-frames FILE          a recorded market
  station up --venue kraken,okx --replay-frames kraken=FILE --replay-frames okx=FILE
  station up --desk second --symbols BTC-USD.alpha

A venue is NAME or NAME:SYMBOL+SYMBOL; symbols are the venue's own (BTC/USD) or ours (BTC-USD). `station venues`
lists the names, `station instruments NAME` the symbols. In station.toml: [desk] venues = ["okx", "kraken:BTC/USD"]."""
)
@desk_option
@click.option(
    "--venue",
    "venues",
    multiple=True,
    metavar="NAME[:SYMBOL+SYMBOL][,NAME…]",
    help="Which markets; may be repeated. Default: those of station.toml, else sim.",
    shell_complete=complete_served,
)
@click.option("--symbols", help="Of the one venue only these, apart by commas; default: its usual ones.")
@click.option("--mode", type=click.Choice(["sim", "paper", "live"]), help="What an order means. live: real money.")
@click.option(
    "--live-account",
    "live_accounts",
    multiple=True,
    metavar="[VENUE=]NAME",
    help="Without a terminal: the account of the LIVE venue, as its section has it. At a terminal it is typed.",
)
@click.option("--passphrase-fd", type=int, metavar="N", help="Read the key file's passphrase from this descriptor.")
@click.option(
    "--replay-frames",
    "recordings",
    multiple=True,
    metavar="[VENUE=]FILE",
    help="Recorded frames instead of the venue itself; may be repeated.",
    type=click.Path(),
)
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="Another station.toml.")
@json_option
@click.pass_obj
def up(
    outer: str | None,
    desk: str | None,
    venues: tuple[str, ...],
    symbols: str | None,
    mode: str | None,
    live_accounts: tuple[str, ...],
    passphrase_fd: int | None,
    recordings: tuple[str, ...],
    config_file: Path | None,
    json_: bool,
) -> None:
    """Start a desk in the background. It lives on when this terminal closes."""
    from station.cli.setup import LiveAccounts, desk_setup
    from station.keys.unlocking import unlock

    typed = LiveAccounts(live_accounts, _type_account if sys.stdin.isatty() else None)
    setup = desk_setup(desk or outer, venues, symbols, mode, recordings, config_file, typed=typed)
    living = living_registry(setup.name)
    if living is not None and living.desk_lives:
        raise DeskRuns(desk=setup.name, pid=living.desk_pid)
    was_dead = living is not None
    keys = {} if was_dead else unlock(setup, passphrase_fd)
    began = time.monotonic()
    registry = _start(setup, keys, quiet=json_)
    started = msgspec.convert(registry.setup, DeskSetup)
    names = [served.name for served in started.venues]
    absent = {served.name: served.fault for served in started.venues if served.fault}
    if json_:
        told_venue = {"venue": ",".join(names), "venues": names, "absent": absent}
        accounts = {served.name: served.live_account for served in started.venues if started.trades(served)}
        live = {"accounts": accounts} if started.mode is Mode.LIVE else {}
        as_json({"desk": setup.name, "pid": registry.desk_pid, "mode": started.mode.name, **told_venue, **live})
        return
    if was_dead:
        told(
            f"The desk process of [b]{setup.name}[/b] had died; a new one has adopted what lives, in mode "
            f"[b]{started.mode.name}[/b]."
        )
        return
    seconds = time.monotonic() - began
    told(
        f"Desk [b]{setup.name}[/b] runs on {', '.join(name for name in names if name not in absent)} in mode "
        f"[b]{started.mode.name}[/b] (pid {registry.desk_pid}), "
        f"up in {seconds:.1f} s. `station` opens the screen, `station down` ends it."
    )
    for name, why in absent.items():
        told(f"{name} is DOWN: {why}", to_error=True, plain=True)
    for served in started.venues if started.mode is Mode.LIVE else ():
        if started.trades(served):
            told(f"[b]LIVE[/b]: {served.name}, account {served.live_account}: orders are real money.", to_error=True)
    if (halt := read_durable_halt(paths.desk_folder(setup.name).root)) is not None:
        told(f"It begins halted: {halt.reason}. Nothing trades until `station rearm`.", to_error=True, plain=True)


@station.command(epilog="\b\nexamples:\n  station down\n  station down --keep-orders --desk second")
@desk_option
@click.option("--keep-orders", is_flag=True, help="Leave open orders at the venue; else they are cancelled first.")
@json_option
@click.pass_obj
def down(outer: str | None, desk: str | None, keep_orders: bool, json_: bool) -> None:
    """End a desk and all its processes. Works on a desk of any version, and on one whose supervisor died."""
    from station.halt.ending import end_desk

    name = chosen_desk(desk or outer)
    said = end_desk(name, keep_orders=keep_orders)
    if json_:
        as_json({"desk": name, "done": said})
        return
    for text in said:
        told(text)


@station.command("exit-codes")
@json_option
def exit_codes(json_: bool) -> None:
    """What the number at the end of a command means."""
    from station.cli.output import table

    rows = [{"code": int(code), "name": code.name, "meaning": MEANING[code]} for code in ExitCode]
    if json_:
        as_json(rows)
    else:
        table("", rows)


@station.command(epilog="\b\nexamples:\n  station doctor\n  station doctor --json")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="Another station.toml.")
@json_option
@click.pass_context
def doctor(context: click.Context, config_file: Path | None, json_: bool) -> None:
    """Look for what would keep a desk from running well, each with a cure."""
    from station.cli.findings import tell_findings
    from station.doctor.examine import examine

    findings = examine(config_file)
    context.exit(tell_findings(findings, as_json_=json_))


@station.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("rest", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def kill(context: click.Context, rest: tuple[str, ...]) -> None:
    """Halt everything now: nothing more is sent, all open orders are cancelled. --flatten closes positions."""
    from station.halt.kill import main

    desk = ("--desk", context.obj) if context.obj else ()
    context.exit(main([*desk, *rest]))


def run(arguments: list[str]) -> int:
    """The exit code. The one place that turns faults into sentences."""
    try:
        result = station.main(arguments, prog_name="station", standalone_mode=False)
        return int(result) if isinstance(result, int) else ExitCode.OK
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        told("Stopped.", to_error=True)
        return ExitCode.FAILED
    except StationError as error:
        told(f"{error}", to_error=True, plain=True)
        if error.cure:
            told(f"  → {error.cure}", to_error=True, plain=True)
        return int(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        return ExitCode.FAILED
    except PermissionError as error:
        told(f"The system refused access: {error.filename or error.strerror}", to_error=True, plain=True)
        told("  → Run as the user that owns the desk, or repair the folder's owner.", to_error=True, plain=True)
        return ExitCode.NO_PERMISSION
    except OSError as error:
        what = f"{error.strerror}: {error.filename}" if error.filename else f"{error.strerror or error}"
        told(f"The system refused: {what}", to_error=True, plain=True)
        told("  → `station doctor` looks for known causes.", to_error=True, plain=True)
        return ExitCode.FAILED
    except Exception:  # a fault of ours: a sentence for the user, the traceback for who repairs it
        told(f"The station itself failed; what it was doing stands in {_keep_traceback()}", to_error=True, plain=True)
        told("  → The desk goes on by itself; `station status` shows it.", to_error=True, plain=True)
        return ExitCode.INTERNAL


def _type_account(venue: str) -> str:
    """Typed by hand: no option and no file can answer."""
    told(f"[b]LIVE[/b]: orders to [b]{venue}[/b] will be real money.", to_error=True)
    answer: str = click.prompt(f"Type the name of its account to trade there ({venue})", default="", err=True)
    return answer.strip()


def _start(setup: DeskSetup, keys: "Keys | None" = None, *, quiet: bool = False) -> Registry:
    """A new desk; a dead one whose processes live is adopted. Raises DeskRuns."""
    from station.cli.progress import compile_with_progress, starting
    from station.desk.launch import adopt_desk, start_desk

    found = living_registry(setup.name)
    if found is not None and found.desk_lives:
        raise DeskRuns(desk=setup.name, pid=found.desk_pid)
    if found is not None:
        return adopt_desk(setup.name)
    compile_with_progress(quiet=quiet)
    with starting(quiet=quiet) as progress:
        return start_desk(setup, keys, progress=progress)


def _keep_traceback() -> Path:
    path = paths.state_folder() / "faults.log"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {sys.argv}\n{traceback.format_exc()}\n")
    except OSError:
        traceback.print_exc()
    return path
