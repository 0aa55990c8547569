"""The limits of a desk: what they are, how much of each is used, and how one is set while the desk runs."""

from typing import Any

import click

from core.vocabulary import BreakerState, Origin
from station.cli.output import as_json, desk_option, json_option, table, told
from station.desk.log import note
from station.link.attach import Attachment, attach
from station.link.commands import open_commands
from station.link.risk import RiskCells, limit_named, limit_value, reason_hash
from station.views.risk import LimitView, RiskView
from station.views.words import breaker_cause, denied_sentence

EXAMPLES = """\b
examples:
  station limits
  station limits show --json | jq .limits
  station limits set max_trades 20
  station limits set max_trades 80 --reason "a quiet day, agreed with the desk"

A limit becomes tighter at once; looser only with a reason, which goes to the tape and the desk's log. What is set holds
until the desk is started anew: risk.toml holds what it starts with."""


@click.group(invoke_without_command=True, epilog=EXAMPLES)
@desk_option
@click.pass_context
def limits(context: click.Context, desk: str | None) -> None:
    """Show the limits and what is used of them, or set one."""
    context.obj = desk or context.obj
    if context.invoked_subcommand is None:
        context.invoke(show)


@limits.command()
@json_option
@click.pass_obj
def show(desk: str | None, json_: bool = False) -> None:
    """Every limit, what is used of it, the breaker, and what was denied."""
    view = _view(attach(desk))
    shown = _as_dict(view)
    if json_:
        as_json(shown)
        return
    told(_sentence(view))
    rows = [{**row, "used": "" if row["used"] is None else row["used"]} for row in shown["limits"]]
    table("Limits", rows, columns=["name", "used", "limit", "share", "unit"])
    table("Denied", shown["denied"], columns=["reason", "count", "why"], empty="nothing was denied")


@limits.command("set")
@click.argument("name")
@click.argument("value")
@click.option("--reason", default="", help="Needed to loosen it; kept in the desk's log, its hash on the tape.")
@json_option
@click.pass_obj
def set_(desk: str | None, name: str, value: str, reason: str, json_: bool) -> None:
    """One limit, in the unit that `station limits` shows."""
    attachment = attach(desk)
    limit = limit_named(name)
    number = limit_value(limit, value)
    before = _limit(_view(attachment), limit.name.lower())
    with open_commands(attachment, client="command line", origin=Origin.CLI) as link:
        link.refuse_while_held()
        link.done(link.set_limit(limit, number, reason_hash(reason)), what=f"{limit.name.lower()} = {value}")
    why = f": {reason}" if reason else ""
    note(attachment.desk, f"{limit.name.lower()} was {before.most:g}, is {value} (reason {reason_hash(reason)}){why}")
    as_json({"limit": limit.name.lower(), "was": before.most, "is": float(value)}) if json_ else told(
        f"{limit.name.lower()} is {value} {before.unit}; it was {before.most:g}."
    )


COMMANDS = (limits,)


def _view(attachment: Attachment) -> RiskView:
    return RiskCells(attachment.memory, 0).view()


def _limit(view: RiskView, name: str) -> LimitView:
    return next(one for one in view.limits if one.name == name)


def _sentence(view: RiskView) -> str:
    words = f"Trading is [b]{view.trading_state.name}[/b], the breaker [b]{view.breaker.name}[/b]"
    if view.breaker is BreakerState.NORMAL:
        return f"{words}."
    return f"{words}: {breaker_cause(view.cause)} ({view.value}, limit {view.at})."


def _as_dict(view: RiskView) -> dict[str, Any]:
    return {
        "trading_state": view.trading_state.name,
        "breaker": view.breaker.name,
        "cause": view.cause.name,
        "value": view.value,
        "at": view.at,
        "equity": view.equity_e8 / 1e8,
        "limits": [
            {
                "name": one.name,
                "used": one.used,
                "limit": one.most,
                "share": "" if one.share is None else f"{one.share:.0%}",
                "unit": one.unit,
            }
            for one in view.limits
        ],
        "denied": [
            {"reason": reason.name, "count": count, "why": denied_sentence(reason)} for reason, count in view.denied
        ],
    }
