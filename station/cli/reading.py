"""Commands that look at a desk: status, orders, positions, sql."""

from typing import Any

import click

from core.errors import OtherLayout
from station.cli.output import as_json, desk_option, duration_text, json_option, table, told
from station.errors import NoDesk
from station.link.attach import attach, chosen_desk, living_registry
from station.link.latency import LONGEST_AGE_NS


@click.command(epilog="\b\nexamples:\n  station status\n  station status --json | jq .latency")
@desk_option
@json_option
@click.pass_obj
def status(outer: str | None, desk: str | None, json_: bool) -> None:
    """Mode, halt, seats, processes, feeds, latency and tape of a desk."""
    from station.cli.status import bare_status, full_status

    name = chosen_desk(desk or outer)
    try:
        shown = full_status(attach(name))
    except OtherLayout:
        registry = living_registry(name)
        if registry is None:
            raise NoDesk(desk=name) from None
        shown = bare_status(registry)
    if json_:
        as_json(shown)
    else:
        _show_status(shown)


def _show_status(shown: dict[str, Any]) -> None:
    state = f"[b red]HALTED[/b red]: {shown['halt_reason']}" if shown["halted"] else "[green]not halted[/green]"
    told(f"Desk [b]{shown['desk']}[/b], mode [b]{shown['mode']}[/b], up {_span(shown['uptime_s'])}, {state}")
    if shown.get("other_version"):
        told("It runs another version of the station: only its processes can be shown.")
        _show_processes(shown["processes"])
        return
    for venue, account in shown["accounts"].items():
        told(f"[b red]LIVE[/b red]: orders to {venue}, account {account}, are real money")
    told(f"strategies {'[green]enabled[/green]' if shown['strategies_enabled'] else 'disabled'}")
    _show_processes(shown["processes"])
    _show_feeds(shown["feeds"])
    table(
        "Order processes",
        shown["gateways"],
        columns=["venue", "state", "sent", "rejected", "open", "unknown", "dead_man_s", "message"],
    )
    table("Seats", shown["seats"], empty="nobody")
    table("Latency", latency_rows(shown["latency"]), empty="nothing measured yet")
    table(
        "Tape", [shown["tape"]], columns=["written", "dropped", "rows_per_s", "behind", "file_mb", "state", "message"]
    )


def _show_feeds(feeds: list[dict[str, Any]]) -> None:
    """Ages: what the venue's clock says of the last frame when it came, and how long ago that was by ours.

    Untrusted: how long books that had been live were not, added up over all of them.
    """
    rows = [
        {
            **feed,
            "venue_age": _age(feed["venue_age_ms"]),
            "our_age": _age(feed["silent_ms"]),
            "untrusted": duration_text(feed["untrusted_ms"] * 1e6) if feed["untrusted_ms"] else "",
        }
        for feed in feeds
    ]
    ages, faults = ["venue_age", "our_age"], ["gaps", "resyncs", "bad_frames", "untrusted"]
    table("Feeds", rows, columns=["venue", "state", "events_per_s", "kb_per_s", *ages, *faults, "message"])


def _age(milliseconds: float | None) -> str | None:
    if milliseconds is None:
        return None
    age_ns = milliseconds * 1e6
    return "recorded" if age_ns > LONGEST_AGE_NS else duration_text(age_ns)


def latency_rows(hops: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for hop, row in hops.items():
        quantiles = {
            name: "recorded" if row.get("recorded") else duration_text(row[f"{name}_ns"])
            for name in ("p50", "p99", "p999", "max")
        }
        rows.append({"hop": hop.replace("_", " "), "count": row["count"], **quantiles})
    return rows


def _show_processes(rows: list[dict[str, Any]]) -> None:
    shown = [{**row, "cpu": f"{row['cpu'] * 100:.0f} %"} for row in rows]
    table("Processes", shown, columns=["name", "pid", "state", "cpu", "pss_mb", "restarts", "message"])


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"


@click.command(epilog="\b\nexamples:\n  station orders\n  station orders --all --json")
@desk_option
@click.option("--all", "all_", is_flag=True, help="Also those that closed in the last seconds.")
@json_option
@click.pass_obj
def orders(outer: str | None, desk: str | None, all_: bool, json_: bool) -> None:
    """Open orders."""
    from station.link import listing

    rows = listing.orders(attach(desk or outer), open_only=not all_)
    columns = ["client_id", "symbol", "side", "type", "quantity", "filled", "price", "trigger", "status", "phase"]
    columns += ["reason", "worked", "origin"]
    as_json(rows) if json_ else table("Orders", rows, columns=columns)


@click.command(epilog="\b\nexamples:\n  station positions\n  station positions --json")
@desk_option
@json_option
@click.pass_obj
def positions(outer: str | None, desk: str | None, json_: bool) -> None:
    """What is held, with profit and loss of the day."""
    from station.link import listing

    rows = listing.positions(attach(desk or outer))
    columns = ["symbol", "position", "average_price", "mark", "realised", "unrealised", "fees", "profit", "currency"]
    as_json(rows) if json_ else table("Positions", rows, columns=columns)


@click.command(
    epilog="""\b
examples:
  station sql "select count(*) from fills"
  station sql "select * from orders limit 5" --json"""
)
@desk_option
@click.argument("query")
@json_option
@click.pass_obj
def sql(outer: str | None, desk: str | None, query: str, json_: bool) -> None:
    """Ask the recordings: of the running desk, or of closed files when none runs."""
    from station.cli.recordings import ask

    columns, values = ask(chosen_desk(desk or outer), query)
    rows = [dict(zip(columns, row, strict=True)) for row in values]
    as_json(rows) if json_ else table("", rows, columns=columns, empty="no rows", decimals=None)


COMMANDS = (status, orders, positions, sql)
