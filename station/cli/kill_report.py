"""`station kill-report`: what a halt did at each venue. A command of its own: a mistyped `kill` must not halt."""

import dataclasses
import time

import click

from feeds.kill_report import reports_of
from station import paths
from station.cli.output import as_json, desk_option, json_option, table, told
from station.errors import UnknownName
from station.link.attach import chosen_desk
from station.link.kill_report import view_of


@click.command(
    "kill-report", epilog="\b\nexamples:\n  station kill-report\n  station kill-report 2\n  station kill-report --all"
)
@desk_option
@click.argument("number", type=click.IntRange(1), default=1)
@click.option("--all", "all_", is_flag=True, help="List all halts that left a report.")
@json_option
@click.pass_obj
def kill_report(outer: str | None, desk: str | None, number: int, all_: bool, json_: bool) -> None:
    """Every try of a halt with the venue's answer, and the proof. 1 is the newest halt. Needs no running desk."""
    name = chosen_desk(desk or outer)
    found = reports_of(paths.desk_folder(name).root)
    if all_:
        views = [view_of(path) for path in found]
        rows = [
            {
                "number": place,
                "at": _when(view.at_wall_ns),
                "halt": view.reason,
                "proven": bool(view.venues) and all(venue.is_proven for venue in view.venues),
                "re_armed": view.is_over,
                "report": view.name,
            }
            for place, view in enumerate(views, 1)
        ]
        as_json(rows) if json_ else table(f"Halts of {name}", rows)
        return
    if number > len(found):
        raise UnknownName(what=f"kill report of {name}, there are {len(found)}", name=str(number))
    view = view_of(found[number - 1])
    if json_:
        as_json(dataclasses.asdict(view))
        return
    told(f"{_when(view.at_wall_ns)}  {view.reason}{'  (re-armed)' if view.is_over else ''}", plain=True)
    table("Venues", [dataclasses.asdict(venue) for venue in view.venues], empty="none was asked")
    steps = [{**dataclasses.asdict(step), "took_ms": None if step.took_ms < 0 else step.took_ms} for step in view.steps]
    table("Steps", steps, columns=["after_ms", "what", "venue", "text", "took_ms", "by"])
    told(f"{found[number - 1]}", plain=True)


COMMANDS = (kill_report,)


def _when(at_wall_ns: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at_wall_ns // 10**9)) + f".{at_wall_ns // 10**6 % 1000:03d}Z"
