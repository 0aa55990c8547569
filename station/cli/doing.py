"""`station do LINE`: the language of the screen's prompt on the command line.

Orders go the way of `station order`. What is the screen's own is written into its files, which an open screen reads
again at once; what only an open screen can do is refused.
"""

import contextlib
from typing import Any

import click

from station import paths
from station.alert_file import add_alert, drop_alert, read_alerts
from station.cli.output import as_json, desk_option, json_option, told
from station.cli.situation import situation_of
from station.cli.trading import order
from station.configuring.settings import Settings
from station.errors import BadArgument, NoDesk
from station.language.commands import COMMANDS as LANGUAGE
from station.language.commands import following, read_line
from station.language.deeds import AddAlert, ChangeSetting, Deed, DropAlert, UseTheme, said
from station.language.lines import VERBS
from station.language.situation import Names, Situation
from station.link.attach import attach
from station.screen_config import ScreenConfig
from station.theme import read_themes


def complete_line(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """The words that can follow, of the running desk if there is one."""
    line = " ".join((*(context.params.get("words") or ()), typed))
    return following(line, _situation(context.params.get("desk")))[:200]


@click.command(
    "do",
    epilog="\b\nexamples:\n"
    "  station do buy 0.1 BTC-USD.alpha @ bid post\n"
    "  station do cancel 'BTC*'\n"
    "  station do alert BTC-USD.imbalance '>' 0.6 every 5m\n"
    "  station do theme paper\n"
    "  station do set idle_disarm_minutes 5\n\n\b\ncommands:\n"
    + "\n".join(f"  {one.name:<9} {one.help}" for one in LANGUAGE),
)
@desk_option
@click.argument("words", nargs=-1, required=True, metavar="LINE", shell_complete=complete_line)
@click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
@json_option
@click.pass_context
def do(context: click.Context, /, desk: str | None, words: tuple[str, ...], dry_run: bool, json_: bool) -> None:
    """Do what a line says, in the words of the screen's prompt."""
    line = " ".join(words)
    if line.split()[:1] and line.split()[0].casefold() in VERBS:
        context.invoke(order, desk=desk or context.obj, words=words, dry_run=dry_run, json_=json_)
        return
    for deed in read_line(line, _situation(desk or context.obj)):
        if not isinstance(deed, Deed):
            raise BadArgument("the trading keys are armed and disarmed on the screen: commands need no arming")
        if not dry_run:
            _carry_out(deed)
        fate = "would " if dry_run else "done: "
        as_json({"line": line, "done": not dry_run}) if json_ else told(f"{fate}{said(deed)}", plain=True)


def _carry_out(deed: Any) -> None:
    """Raises ConfigError, BadArgument."""
    settings = Settings(paths.config_file())
    match deed:
        case UseTheme():
            settings.change("screen.theme", deed.name)
        case ChangeSetting():
            settings.change(f"screen.{deed.name}", deed.typed)
        case AddAlert():
            add_alert(paths.alerts_file(), deed.alert)
        case DropAlert():
            drop_alert(paths.alerts_file(), deed.number)
        case _:
            raise BadArgument(f"only an open screen can {said(deed)}")


def _situation(desk: str | None) -> Situation:
    """With what the files name; without a desk nothing is served, and no symbol can be checked."""
    names = Names(
        themes=tuple(read_themes(paths.theme_folder()).palettes),
        settings=ScreenConfig.__struct_fields__,
        alerts=tuple(alert.line for alert in read_alerts(paths.alerts_file())),
    )
    with contextlib.suppress(NoDesk):
        here = situation_of(attach(desk, revive=False))
        return Situation(instruments=here.instruments, book=here.book, now_ns=here.now_ns, names=names)
    return Situation(instruments=(), book=_no_book, names=names)


def _no_book(instrument_id: int) -> Any:
    raise LookupError(instrument_id)


COMMANDS = (do,)
