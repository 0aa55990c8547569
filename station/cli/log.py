"""Who did what: the log of the day, from the recorder and from the desk's own notes."""

from datetime import UTC, datetime

import click
from rich.markup import escape

from station.cli.output import as_json, desk_option, json_option, table, told
from station.paths import desk_folder
from station.views.fuzzy import holds


@click.command(
    context_settings={"ignore_unknown_options": True},  # a word after a minus is no option
    epilog="\b\nexamples:\n  station log\n  station log --lines 200 denied\n  station log --json | jq '.[].text'",
)
@desk_option
@click.option("--lines", default=50, show_default=True, help="The newest so many.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@json_option
@click.pass_obj
def log(outer: str | None, desk: str | None, lines: int, words: tuple[str, ...], json_: bool) -> None:
    """What happened today, the newest first: orders asked for, denials, fills, feeds, halts, restarts.

    Only lines that hold all WORDS; a word after a minus leaves out.
    """
    from station.link.attach import attach
    from station.link.records import Records
    from station.link.snapshots import Snapshots

    attachment = attach(desk or outer)
    folder = desk_folder(attachment.desk)
    snapshots = Snapshots(attachment.memory, attachment.header.wall_offset_ns, attachment.rates)
    day = Records(folder.recorder_socket, folder.log_of("desk"), snapshots.instruments).answered()
    if day.trouble:
        told(f"[yellow]{escape(day.trouble)}[/yellow]: only the desk's own notes are here")
    found = [one for one in day.happenings if holds(f"{one.who} {one.what} {one.text}", " ".join(words))]
    rows = [
        {
            "time": datetime.fromtimestamp(one.wall_ns / 1e9, UTC).isoformat(timespec="milliseconds"),
            "who": one.who,
            "what": one.what,
            "text": one.text,
        }
        for one in found[:lines]
    ]
    as_json(rows) if json_ else table("", rows, columns=["time", "who", "what", "text"], empty="nothing")


COMMANDS = (log,)
