"""Commands that look at markets: which venues there are, what they list, and which of them is best now."""

from typing import Any

import click

from core.units import step_text
from feeds.hours import hours_text, sessions_of
from feeds.instruments import Instrument, as_row
from feeds.venues.catalogue import FOLDERS, OTHERS, venue
from station import paths
from station.cli.completion import complete_venue, keep_names
from station.cli.output import as_json, desk_option, json_option, table, told
from station.config import SIM, StationConfig, read_config
from station.desk.served import read_served
from station.desk.trading_table import listing_of
from station.link.attach import attach

SHOWN = 40


@click.command(epilog="\b\nexamples:\n  station venues\n  station venues --json")
@json_option
def venues(json_: bool) -> None:
    """Which markets this version can serve, and how well."""
    rows = [_simulator(), *(_venue(name) for name in FOLDERS)]
    known = {row["venue"] for row in rows}
    for named in read_config(paths.config_file()).venues:
        dialect = named.dialect or named.name
        if named.name not in known and dialect in FOLDERS:
            rows.append({**_venue(dialect), "venue": named.name, "what": f"{_venue(dialect)['what']}, of station.toml"})
    if json_:
        as_json(rows)
        return
    for row in rows:
        row |= {
            "market_data": ", ".join(row["channels"]),
            "tried_on": row["evidence"],
            "checksum": bool(row["checksum"]),
        }
    table("Venues", rows, columns=["venue", "what", "market_data", "orders", "checksum", "tried_on", "loss_rule"])
    told("Tried on recordings of the venue, or on its documents only; --json says more, and what is missing of each.")
    told("Any other exchange that the ccxt library streams from is ccxt:NAME; it needs the extra `ccxt`.")


def _simulator() -> dict[str, Any]:
    return {
        "venue": SIM,
        "modes": "sim, paper",
        "what": "built-in exchange, two venues (alpha, beta)",
        "channels": ["book", "trades"],
        "orders": True,
        "loss_rule": "numbered ring",
        "checksum": "",
        "evidence": "itself",
        "usual": [],
        "missing": "",
    }


def _venue(name: str) -> dict[str, Any]:
    about = venue(name)
    return {
        "venue": name,
        "modes": "paper, live" if about.orders else "paper",
        "what": about.title,
        "channels": [word for word in about.offers if word != "orders"],
        "orders": bool(about.orders),
        "loss_rule": about.loss_rule,
        "checksum": about.checksum,
        "evidence": about.evidence,
        "usual": list(about.usual),
        "missing": about.missing,
    }


@click.command(
    epilog="""\b
examples:
  station instruments                        of the running desk
  station instruments BTC --json             of the running desk, those with BTC in their name
  station instruments kraken                 all that Kraken lists; asks the venue
  station instruments okx btc-usdt --limit 0"""
)
@desk_option
@click.argument("words", metavar="[VENUE] [FILTER]", nargs=-1, shell_complete=complete_venue)
@click.option("--limit", type=click.IntRange(0), help=f"So many at most, 0: all; default: {SHOWN}, with --json all.")
@json_option
@click.pass_obj
def instruments(outer: str | None, desk: str | None, words: tuple[str, ...], limit: int | None, json_: bool) -> None:
    """What a venue lists, or the running desk trades, with tick and lot."""
    config = read_config(paths.config_file())
    if len(words) > 2:
        raise click.UsageError("a venue and a part of a name are all that can be said")
    if words and (len(words) == 2 or _is_venue(words[0], config)):
        rows = _listed(words[0], config)
        words = words[1:]
    else:
        from station.link.instruments import InstrumentTable

        known = InstrumentTable(attach(desk or outer).memory)
        rows = [known.as_plain(number) for number in range(len(known.rows))]
    wanted = words[0].upper() if words else ""
    rows = [row for row in rows if wanted in row["symbol"].upper() or wanted in row["venue_symbol"].upper()]
    most = limit if limit is not None else 0 if json_ else SHOWN
    shown = rows[:most] if most else rows
    if json_:
        as_json(shown)
        return
    columns = [
        "symbol",
        "venue_symbol",
        "class",
        "state",
        "hours",
        "tick",
        "lot",
        "currency",
        "maker_fee_bps",
        "taker_fee_bps",
    ]
    table("Instruments", shown, columns=columns)
    if len(shown) < len(rows):
        told(f"{len(rows) - len(shown):,} more: a part of a name narrows them, --limit 0 shows all.")


def _is_venue(word: str, config: StationConfig) -> bool:
    return word == SIM or word in FOLDERS or word.startswith(OTHERS) or word in {one.name for one in config.venues}


def _listed(name: str, config: StationConfig) -> list[dict[str, Any]]:
    """Raises BadArgument, VenueError, BadFrame."""
    listed = listing_of(read_served([name], config)[0])
    keep_names(name, listed)
    return [_plain(one) for one in sorted(listed, key=lambda one: one.symbol)]


def _plain(one: Instrument) -> dict[str, Any]:
    """As InstrumentTable.as_plain says it of a desk's."""
    row = as_row(one, source_id=0, book_slot=-1, bar_slot=-1)[0]
    return {
        "symbol": one.symbol,
        "venue": one.venue,
        "venue_symbol": one.venue_symbol,
        "class": one.asset_class.name,
        "state": one.state.name,
        "hours": hours_text(sessions_of(one.asset_class)),
        "tick": step_text(int(row["tick_mantissa"]), int(row["tick_exponent"])),
        "lot": step_text(int(row["lot_mantissa"]), int(row["lot_exponent"])),
        "smallest": f"{one.min_quantity:f}",
        "currency": one.settlement,
        "maker_fee_bps": one.maker_fee_ppm / 100,
        "taker_fee_bps": one.taker_fee_ppm / 100,
    }


@click.command(epilog="\b\nexamples:\n  station quotes\n  station quotes BTC --json")
@desk_option
@click.argument("filter_", metavar="[FILTER]", required=False, default="")
@json_option
@click.pass_obj
def quotes(outer: str | None, desk: str | None, filter_: str, json_: bool) -> None:
    """Which venue is best: the best bid and offer of each asset over all venues, of live books only."""
    from station.link.quotes import best_quotes

    rows = [row for row in best_quotes(attach(desk or outer)) if filter_.upper() in row["asset"].upper()]
    columns = ["asset", "bid", "bid_venue", "ask", "ask_venue", "spread_bps", "cross_bps", "live", "listed"]
    as_json(rows) if json_ else table("Best over venues", rows, columns=columns)


COMMANDS = (venues, instruments, quotes)
