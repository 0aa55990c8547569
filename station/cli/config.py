"""`station config`: begin a configuration, show what holds and why, change it, and look for mistakes."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.text import Text

from core.errors import ConfigError
from core.risk_limits import RiskLimits
from station import paths
from station.cli.output import as_json, json_option, table, told
from station.config import RISK_FILE, StationConfig, read_config
from station.configuring.change import replace_checked
from station.configuring.files import ConfigFile, config_files, examined, file_named, theme_file
from station.configuring.schema import repeated, settings_of, value_of
from station.configuring.template import as_toml
from station.errors import BadArgument
from station.exit_codes import ExitCode
from station.theme import built_in_themes, read_themes
from station.toml_lines import key_lines

SWATCH = ("bid", "ask", "up", "down", "own", "warn", "stale", "halted", "live")

EXAMPLES = """\b
examples:
  station config init                 write station.toml and risk.toml, every key behind a #
  station config init --theme mine    colours of your own to begin with
  station config show screen          what holds, and where it is said
  station config show themes          every theme with its colours
  station config edit risk            in $VISUAL or $EDITOR; checked before it counts
  station config check                all mistakes of all files, with their lines"""


@click.group(epilog=EXAMPLES)
def config() -> None:
    """The configuration: begin it, show it, change it, check it."""


@config.command()
@click.option("--force", is_flag=True, help="Write over what is there.")
@click.option("--theme", metavar="NAME", help="A theme of your own instead, with every colour that it may change.")
@json_option
def init(force: bool, theme: str | None, json_: bool) -> None:
    """Write files to begin with: every key with its default and its meaning, behind a #."""
    written, kept = [], []
    for file in config_files() if theme is None else (theme_file(theme),):
        if file.path.exists() and not force:
            kept.append(str(file.path))
            continue
        replace_checked(file.path, file.beginning, file.read)
        written.append(str(file.path))
    if json_:
        as_json({"written": written, "kept": kept})
        return
    for path in written:
        told(f"{path} is written; nothing in it differs from the defaults.", plain=True)
    for path in kept:
        told(f"{path} is there already and stays as it is; --force writes over it.", plain=True)


@config.command()
@click.argument("section", default="")
@json_option
def show(section: str, json_: bool) -> None:
    """What holds now, key by key, and whether a file says it. SECTION: one of them, or `themes`."""
    if section == "themes":
        _show_themes(json_)
        return
    rows = [row for row in _effective() if not section or row["key"] == section or row["key"].startswith(f"{section}.")]
    if not rows:
        sections = sorted({row["key"].split(".")[0] for row in _effective()})
        raise BadArgument(f"there is no such section: {section!r}; there are {', '.join(sections)}, themes")
    as_json(rows) if json_ else table("", rows, columns=["key", "value", "unit", "from"], decimals=None)


@config.command()
@click.argument("name", default="station")
def edit(name: str) -> None:
    """Open a file in your editor: station, risk, or the name of a theme of yours. It counts once it has no mistake."""
    file = file_named(name)
    if file is None:
        names = ", ".join(one.name for one in config_files())
        raise BadArgument(f"there is no such file: {name!r}; there are {names}, and {paths.theme_folder()}/NAME.toml")
    if not sys.stdin.isatty():
        raise BadArgument(f"an editor needs a terminal; the file is {file.path}")
    before = _text(file.path)
    text = before if before is not None else file.beginning
    draft = file.path.with_name(f".{file.path.stem}.draft.toml")
    draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    try:
        _edit_until_right(file, draft, before)
    finally:
        draft.unlink(missing_ok=True)


@config.command()
@json_option
@click.pass_context
def check(context: click.Context, json_: bool) -> None:
    """Every mistake of every file, with line and remedy; ends with 78 when there is one."""
    found = list(examined())
    is_wrong = any(one.mistakes for one in found)
    if json_:
        as_json([{"file": str(one.path), "mistakes": one.mistakes, "hints": one.hints} for one in found])
    else:
        for one in found:
            mark = "[red]✗[/red]" if one.mistakes else "[yellow]![/yellow]" if one.hints else "[green]✓[/green]"
            told(f"{mark} [b]{one.path}[/b]")
            for line in (*one.mistakes, *one.hints):
                told(f"    {line}", plain=True)
        if not found:
            told(f"No file: the defaults hold. `station config init` writes files into {paths.config_folder()}.")
    context.exit(ExitCode.CONFIG if is_wrong else ExitCode.OK)


COMMANDS = (config,)


def _effective() -> list[dict[str, Any]]:
    main = paths.config_file()
    now = read_config(main)
    risk = main.with_name(RISK_FILE)
    rows = _rows(StationConfig, now, main, "")
    if not risk.exists():
        return rows
    return [row for row in rows if not row["key"].startswith("core.risk.")] + _rows(
        RiskLimits, now.core.risk, risk, "core.risk."
    )


def _rows(kind: type[msgspec.Struct], now: msgspec.Struct, path: Path, prefix: str) -> list[dict[str, Any]]:
    lines = key_lines(_text(path) or "")
    rows = []
    for setting in settings_of(kind):
        value = value_of(now, setting.key)
        if repeated(setting.kind) is not None:
            value = tuple(getattr(one, "name", "") for one in value)
        at = next((lines[key] for key in (setting.key, f"{setting.key}[0]") if key in lines), None)
        said = f"{path.name}:{at}" if at is not None else "default"
        rows.append({"key": prefix + setting.key, "value": as_toml(value), "unit": setting.unit, "from": said})
    return rows


def _show_themes(json_: bool) -> None:
    palettes, faults = read_themes(paths.theme_folder())
    built_in = built_in_themes()
    if json_:
        as_json([{**msgspec.structs.asdict(one), "is_built_in": built_in.get(name) == one}
                 for name, one in palettes.items()])  # fmt: skip
        return
    console = Console(highlight=False)
    for name, palette in palettes.items():
        line = Text(f"{name:<16}")
        for role in SWATCH:
            line.append(f" {role} ", style=f"{getattr(palette, role)} on {palette.background}")
        whose = "" if built_in.get(name) == palette else str(paths.theme_folder() / f"{name}.toml")
        console.print(line.append(f"  {whose}"), soft_wrap=True)
    for fault in faults:
        told(str(fault), to_error=True, plain=True)


def _edit_until_right(file: ConfigFile, draft: Path, before: str | None) -> None:
    while True:
        _run_editor(draft)
        text = draft.read_text(encoding="utf-8")
        if text == (before if before is not None else file.beginning):
            told("Nothing was changed.")
            return
        if _text(file.path) != before:
            raise BadArgument(f"{file.path} was changed by somebody else meanwhile; nothing was written")
        try:
            replace_checked(file.path, text, file.read)
        except ConfigError as error:
            for mistake in error.mistakes:
                told(f"  {mistake}", to_error=True, plain=True)
            if not click.confirm("Back into the editor? Otherwise everything stays as it was", default=True, err=True):
                told("Nothing was written.")
                return
        else:
            told(f"{file.path} is written.", plain=True)
            return


def _run_editor(path: Path) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
    except OSError as error:
        raise BadArgument(f"the editor cannot be started: {editor}: {error.strerror}; set VISUAL or EDITOR") from error
    if code:
        raise BadArgument(f"the editor ended with {code}: {editor}; nothing was written")


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
