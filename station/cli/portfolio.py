"""Commands that look at all positions together: what they could lose, and how large the next one should be."""

import math
from dataclasses import asdict
from typing import Any

import click
import msgspec

from core.errors import StationError
from core.portfolio.sizing import Market, Record, Rule, counted_equity, kelly_fraction, leverage, record_of, size
from core.units import MONEY_SCALE
from core.vocabulary import BookState
from station import paths
from station.cli.output import as_json, desk_option, json_option, table, told
from station.config import read_config
from station.link.attach import attach, chosen_desk
from station.link.instruments import InstrumentTable
from station.link.portfolio import PortfolioReader
from station.link.snapshots import Snapshots
from station.views.portfolio import Losses, PortfolioView

OLD_NS = 5_000_000_000


@click.command(epilog="\b\nexamples:\n  station portfolio\n  station portfolio --json")
@desk_option
@json_option
@click.pass_obj
def portfolio(outer: str | None, desk: str | None, json_: bool) -> None:
    """What all positions together could lose: value at risk, expected shortfall, stress, correlations."""
    attachment = attach(desk or outer)
    view = PortfolioReader(attachment.memory).view()
    symbols = InstrumentTable(attachment.memory).symbols
    if json_:
        as_json(_plain(view, symbols))
        return
    if view.measured_ns == 0:
        told("Nothing has been measured yet: the onlooker starts with the desk and needs a moment.")
        return
    if view.age_ns > OLD_NS:
        told(f"These figures are {view.age_ns / 1e9:.0f} s old: the onlooker does not answer.", to_error=True)
    hours = view.horizon_s / 3_600
    held = f"{view.gross:,.2f} {view.currency} gross, {view.net:,.2f} net"
    told(f"{held}; losses over {hours:g} h, of {view.samples:,} samples")
    if view.left_out:
        told(f"{view.left_out} positions are left out: they settle in another currency, or have no price.")
    if view.message:
        told(view.message, plain=True)
    methods = (("historical", view.historical), ("parametric", view.parametric), ("Monte Carlo", view.monte_carlo))
    table("Losses", [{"method": name, **_named(losses)} for name, losses in methods])
    table("Stress", [{"scenario": one.name, "loss": one.loss} for one in view.stress])
    rows = [
        {
            "symbol": symbols[one.instrument_id],
            "exposure": one.exposure,
            "deviation_%": one.deviation * 100,
            "beta": one.beta,
        }
        for one in view.held
        if one.exposure
    ]
    table("Positions", rows)


def _named(losses: Losses) -> dict[str, float]:
    return asdict(losses)


def _plain(view: PortfolioView, symbols: list[str]) -> dict[str, Any]:
    plain = asdict(view)
    for one, row in zip(view.held, plain["held"], strict=True):
        row["symbol"] = symbols[one.instrument_id]
    return plain


@click.command(
    epilog="""\b
examples:
  station size BTC-USD.alpha                      by the rule of station.toml ([sizing])
  station size BTC-USD --rule half_kelly
  station size ETH-USD --rule fraction --stop 2950 --risk 0.5"""
)
@desk_option
@click.argument("symbol")
@click.option("--rule", type=click.Choice([rule.value for rule in Rule]), help="In place of the configured one.")
@click.option("--stop", type=float, help="Where the position would be given up: the price.")
@click.option("--risk", "risk_percent", type=click.FloatRange(0, 100, min_open=True), help="Per cent of the equity.")
@json_option
@click.pass_obj
def size_(
    outer: str | None,
    desk: str | None,
    symbol: str,
    rule: str | None,
    stop: float | None,
    risk_percent: float | None,
    json_: bool,
) -> None:
    """How large the next position should be. It only says so: risk has the last word on every order."""
    config = read_config(paths.config_file())
    sizing = config.sizing
    if rule is not None:
        sizing = msgspec.structs.replace(sizing, rule=Rule(rule))
    if risk_percent is not None:
        sizing = msgspec.structs.replace(sizing, risk=risk_percent / 100)
    attachment = attach(desk or outer)
    number = InstrumentTable(attachment.memory).find(symbol)
    snapshots = Snapshots(attachment.memory, attachment.header.wall_offset_ns, attachment.rates)
    instrument, book = snapshots.instruments()[number], snapshots.book(number)
    if book.state is not BookState.LIVE or not (book.bids and book.asks):
        raise click.ClickException(
            f"the book of {instrument.symbol} is {book.state.name}: there is no price to size by"
        )
    tick = instrument.tick_mantissa * 10.0**instrument.tick_exponent
    lot = instrument.lot_mantissa * 10.0**instrument.lot_exponent
    price = (book.bids[0][0] + book.asks[0][0]) / 2 * tick
    signals = snapshots.signals(number)
    market = Market(
        price=price,
        stop_distance=abs(price - stop) if stop is not None else price * config.core.risk.stop_loss_pct / 100,
        volatility=signals.volatility if math.isfinite(signals.volatility) else 0.0,
        unit_value=instrument.notional_e8(book.bids[0][0], instrument.min_lots)
        / MONEY_SCALE
        / (instrument.min_lots * lot * book.bids[0][0] * tick),
    )
    limits = config.core.risk
    record = _record(chosen_desk(desk or outer), instrument.symbol, market.unit_value)
    start = limits.equity.get(instrument.settlement, limits.default_equity)
    equity = counted_equity(start, _profit(snapshots, instrument.settlement), sizing.reinvest)
    largest = limits.max_position_notional / (price * market.unit_value)
    units = size(sizing, market, equity, record, largest=largest)
    lots = math.floor(units / lot + 1e-9)
    found = {
        "symbol": instrument.symbol,
        "rule": sizing.rule.value,
        "quantity": instrument.quantity(lots).replace(",", ""),
        "notional": round(lots * lot * price * market.unit_value, 2),
        "currency": instrument.settlement,
        "equity": round(equity, 2),
        "leverage": leverage(sizing, market),
        "kelly": round(kelly_fraction(record), 4),
        "capped_by_position_limit": units >= largest,
    }
    as_json(found) if json_ else table("Size", [found])


def _record(desk: str, symbol: str, unit_value: float) -> Record:
    """Of the closed trades that the recordings know; none when nobody answers."""
    from station.cli.recordings import ask

    name = symbol.replace("'", "''")
    query = f"select side, price, quantity, fee from fills where symbol = '{name}' order by session, tape_sequence"
    try:
        _, rows = ask(desk, query)
    except StationError:
        return Record()
    fills = [(1 if row[0] == "BUY" else -1, float(row[1]), float(row[2]), float(row[3])) for row in rows]
    return record_of(fills, unit_value)


def _profit(snapshots: Snapshots, settlement: str) -> float:
    """Of the day, in one currency."""
    known = snapshots.instruments()
    return sum(
        (one.realised_e8 + one.unrealised_e8 - one.fees_e8) / MONEY_SCALE
        for one in snapshots.positions()
        if known[one.instrument_id].settlement == settlement
    )


size_.name = "size"
COMMANDS = (portfolio, size_)
