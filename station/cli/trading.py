"""Commands that change something: order, cancel, flatten, strategies, take, rearm.

Each takes a seat for as long as it lasts. What adds risk needs the trading lease: it is borrowed when it is free, else
the command ends with LEASE_HELD and names the holder.
"""

import time
from typing import Any

import click
import msgspec
import numpy as np

from core.vocabulary import OPEN_STATUSES, BreakerState, DenyReason, OrderStatus, OrderType, Origin, TimeInForce
from feeds.kill_file import wants_halt
from feeds.kill_report import close_report
from station import paths
from station.cli.completion import complete_symbol
from station.cli.order_options import TYPES, option_words
from station.cli.output import as_json, desk_option, json_option, told
from station.cli.output import table as show_table
from station.cli.situation import situation_of
from station.cli.status import live_accounts
from station.desk.log import note
from station.errors import BadArgument, Denied, NoAnswer, StillHalted, UnknownName
from station.exit_codes import ExitCode
from station.language.lines import understand
from station.language.preview import previewed
from station.link import listing
from station.link.attach import Attachment, attach
from station.link.commands import CommandLink, open_commands
from station.link.halt import halt_state
from station.link.instruments import InstrumentTable
from station.link.risk import RiskCells, reason_hash
from station.link.session import send
from station.link.tickets import Ticket
from station.link.wishes import Cancel, CancelAll, Group, Wish
from station.views.prompt import Preview
from station.views.words import breaker_cause

VENUE_ANSWERS_WITHIN_S = 2.0
AT_ONCE = (TimeInForce.IOC, TimeInForce.FOK)
ON_ITS_WAY = (OrderStatus.PENDING_NEW, OrderStatus.NONE)


@click.command(
    epilog="""\b
examples:
  station order buy 0.5 BTC-USD.alpha@64000
  station order "buy 2 BTC-USD.alpha @ 61000 post tp 61500:50% 62000:50% sl 60800"
  station order "sell 1 ETH-USD.beta stop 2900 limit 2890"
  station order sell 2 ETH-USD.beta --price 3100.5 --post-only
  station order buy 1 BTC-USD.alpha --type market
  station order buy 0.01 BTC-USD.alpha --type stop --trigger 66000
  station order buy 5 BTC-USD.alpha --type vwap --lasts 1h --cap 10%
  station order sell 1 BTC-USD.alpha --type trail --offset 1.5% --json

\b
The words are the language of the screen's prompt; each option stands for a word of it:
  @ 61000, market, stop 2900 [limit 2890], mit 3100, lit 3100, trail 1.5%|30t|12.5 [from 3000], iceberg 0.2,
  twap 10m, vwap 1h [cap 10%] [show 0.2] [from 14:00], peg best|mid [-2t], mtl, oco …, tp 61500 …, sl 60800,
  post, reduce, ioc, fok, day, gtd 17:30"""
)
@desk_option
@click.argument(
    "words", nargs=-1, required=True, metavar="SIDE QUANTITY SYMBOL[@PRICE] …", shell_complete=complete_symbol
)
@click.option("--price", help="Limit; may stand behind the symbol instead.")
@click.option("--type", "type_", type=click.Choice(TYPES), help="Default: limit.")
@click.option("--trigger", help="Of a stop, mit or lit.")
@click.option("--offset", help="Of a trail or peg, behind the market: 1.5%, 30t, 12.5.")
@click.option("--from", "from_", metavar="PRICE|TIME", help="Where a trail begins, when a twap or vwap does.")
@click.option("--show", help="What an iceberg shows; the size of a slice of twap and vwap.")
@click.option("--lasts", help="How long a twap or vwap takes: 10m, 1h30m.")
@click.option("--cap", help="Of a twap or vwap: at most this part of the volume, 10%.")
@click.option("--peg", type=click.Choice(["best", "mid"]), help="Default: best.")
@click.option("--tif", type=click.Choice(["gtc", "ioc", "fok", "day"]), help="Default: gtc; market: ioc.")
@click.option("--until", help="Good until then: 17:30 (UTC), or 2h from now.")
@click.option("--take-profit", "targets", multiple=True, metavar="PRICE[:SHARE]", help="A target; may be repeated.")
@click.option("--stop-loss", metavar="PRICE", help="The stop of a bracket.")
@click.option("--post-only", is_flag=True, help="Refused when it would trade at once.")
@click.option("--reduce-only", is_flag=True, help="Refused when it would make the position larger.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
@json_option
@click.pass_context
def order(
    context: click.Context, /, desk: str | None, words: tuple[str, ...], dry_run: bool, json_: bool, **options: Any
) -> None:
    """Send one order, or a group of them, and say what became of it."""
    attachment = attach(desk or context.obj)
    line = " ".join((*words, *option_words(options)))
    situation = situation_of(attachment)
    wished = understand(line, situation)
    shown = [previewed(wish, situation) for wish in wished]
    if dry_run:
        as_json([msgspec.to_builtins(one) for one in shown]) if json_ else _show_previews(shown)
        return
    with _commands(attachment) as link:
        if not all(isinstance(wish, Cancel | CancelAll) for wish in wished):
            link.refuse_while_held()
        results = [_carry_out(link, attachment, wish, one.sentence) for wish, one in zip(wished, shown, strict=True)]
    code = next((code for result in results if (code := _exit_code(result["status"]))), ExitCode.OK)
    if json_:
        as_json(results[0] if len(results) == 1 else results)
    else:
        live = "LIVE · " if live_accounts(attachment.registry.setup) else ""
        for result, one in zip(results, shown, strict=True):
            fate = f"{result['status']}{': ' + result['reason'] if result['reason'] else ''}"
            order_id = f", client id {result['client_id']}" if result["client_id"] else ""
            told(f"{live}{one.sentence}: {fate}{order_id}", to_error=bool(code), plain=True)
        if code is ExitCode.DENIED:
            told(f"  → {Denied.cure}", to_error=True, plain=True)
    context.exit(code)


@click.command(
    epilog="\b\nexamples:\n  station cancel 4294967297\n  station cancel --symbol BTC-USD.alpha\n  station cancel --all"
)
@desk_option
@click.argument("client_id", type=int, required=False)
@click.option("--symbol", help="All orders of this instrument.")
@click.option("--all", "all_", is_flag=True, help="All orders.")
@json_option
@click.pass_obj
def cancel(
    outer: str | None, desk: str | None, client_id: int | None, symbol: str | None, all_: bool, json_: bool
) -> None:
    """Cancel one order, those of an instrument, or all. Needs no lease: a watcher may cancel."""
    if sum(given is not None and given is not False for given in (client_id, symbol, all_)) != 1:
        raise BadArgument("say which: a client id, --symbol SYMBOL, or --all")
    attachment = attach(desk or outer)
    with _commands(attachment) as link:
        if client_id is not None:
            if listing.find_order(attachment, client_id) is None:
                raise UnknownName(what="open order", name=str(client_id))
            link.done(link.cancel(client_id), what=f"cancel {client_id}")
            _until(link, lambda: not _is_open(attachment, client_id), what=f"the venue's word on {client_id}")
        else:
            number = InstrumentTable(attachment.memory).find(symbol) if symbol else -1
            _done_or_nothing(link, link.cancel_all(number), what="cancel all orders")
            _until(link, lambda: not _open_of(attachment, symbol), what="the venue's word on the cancels")
    left = _open_of(attachment, symbol) if client_id is None else []
    as_json({"cancelled": True, "open": len(left)}) if json_ else told("Cancelled.")


@click.command(epilog="\b\nexamples:\n  station flatten\n  station flatten --symbol BTC-USD.alpha")
@desk_option
@click.option("--symbol", help="Only this instrument.")
@json_option
@click.pass_obj
def flatten(outer: str | None, desk: str | None, symbol: str | None, json_: bool) -> None:
    """Close positions at the market."""
    attachment = attach(desk or outer)
    number = InstrumentTable(attachment.memory).find(symbol) if symbol else -1
    with _commands(attachment) as link:
        link.refuse_while_held()
        is_sent = _done_or_nothing(link, link.flatten(number), what="flatten")
    as_json({"sent": is_sent}) if json_ else told(
        "Orders to close were sent; `station positions` shows what is left." if is_sent else "There is no position."
    )


@click.command(epilog="\b\nexamples:\n  station strategies\n  station strategies on\n  station strategies off --slot 0")
@desk_option
@click.argument("state", type=click.Choice(["on", "off"]), required=False)
@click.option("--slot", type=click.IntRange(0, 63), help="Only this slot.")
@json_option
@click.pass_obj
def strategies(outer: str | None, desk: str | None, state: str | None, slot: int | None, json_: bool) -> None:
    """List the slots; let strategies trade (on), or stop them (off). They are off after every start."""
    attachment = attach(desk or outer)
    if state is None:
        rows = listing.strategies(attachment)
        as_json(rows) if json_ else show_table("Strategies", rows)
        return
    with _commands(attachment) as link:
        link.done(link.enable_strategies(state == "on", -1 if slot is None else slot), what=f"strategies {state}")
    as_json({"strategies_enabled": state == "on"}) if json_ else told(f"Strategies are {state}.")


@click.command(epilog='\b\nexample:\n  station take --reason "the screen on the other machine froze"')
@desk_option
@click.option("--reason", required=True, help="Kept in the desk's log.")
@json_option
@click.pass_obj
def take(outer: str | None, desk: str | None, reason: str, json_: bool) -> None:
    """Take the trading lease away from whoever holds it, and leave it free for who asks next."""
    attachment = attach(desk or outer)
    with _commands(attachment) as link:
        link.done(link.take_lease(), what="take the lease")
        link.done(link.release_lease(), what="give the lease back")
    note(attachment.desk, f"the trading lease was taken away and is free: {reason}")
    as_json({"lease": "free", "reason": reason}) if json_ else told("The trading lease is free.")


@click.command(epilog='\b\nexample:\n  station rearm --reason "positions agree with the venue"')
@desk_option
@click.option("--reason", required=True, help="Kept in the desk's log.")
@json_option
@click.pass_obj
def rearm(outer: str | None, desk: str | None, reason: str, json_: bool) -> None:
    """Let trading go on after a halt, or after the breaker opened. It erases only the halts that stand now."""
    attachment = attach(desk or outer)
    root, kill_file = paths.desk_folder(attachment.desk).root, paths.kill_file(attachment.desk)
    if wants_halt(kill_file):
        raise StillHalted(desk=attachment.desk, file=str(kill_file))
    seen = halt_state(attachment.memory)
    breaker = RiskCells(attachment.memory, 0).view()
    if breaker.breaker is BreakerState.TRIGGERED and not seen.is_halted:
        with _commands(attachment) as link:
            link.done(link.rearm_breaker(reason_hash(reason)), what="arm the breaker")
        note(attachment.desk, f"the breaker is armed again after {breaker.cause.name}: {reason}")
        as_json({"rearmed": True, "breaker": breaker.cause.name}) if json_ else told(
            f"The breaker is armed again; it had opened for {breaker_cause(breaker.cause)}."
        )
        return
    if not seen.is_halted:
        close_report(root, "command line", reason)
        as_json({"rearmed": False, "halted": False}) if json_ else told("It is not halted.")
        return
    with _commands(attachment) as link:
        link.done(link.rearm(seen.halt_sum), what="re-arm")
        _until(link, lambda: not halt_state(attachment.memory).is_halted, what="the core's acknowledgement")
    close_report(root, "command line", reason)
    note(attachment.desk, f"re-armed after {seen.reason!r}: {reason}")
    as_json({"rearmed": True, "halted": False, "halt_reason": seen.reason}) if json_ else told(
        f"Re-armed after “{seen.reason}”. Strategies stay as they are; hot keys have to be armed again."
    )


COMMANDS = (order, cancel, flatten, strategies, take, rearm)


def _commands(attachment: Attachment) -> CommandLink:
    return open_commands(attachment, client="command line", origin=Origin.CLI)


def _carry_out(link: CommandLink, attachment: Attachment, wish: Wish, said: str) -> dict[str, Any]:
    if isinstance(wish, Ticket):
        is_over_at_once = wish.time_in_force in AT_ONCE and wish.order_type in (OrderType.LIMIT, OrderType.MARKET)
        return _placed(link, attachment, link.place(wish), until_over=is_over_at_once)
    if isinstance(wish, Group):
        return _placed(link, attachment, link.place_group(wish.legs))
    is_done = _done_or_nothing(link, send(link, wish), what=said)
    return {"client_id": getattr(wish, "client_id", 0), "status": "DONE" if is_done else "NOTHING_TO_DO", "reason": ""}


def _placed(link: CommandLink, attachment: Attachment, sequence: int, *, until_over: bool = False) -> dict[str, Any]:
    """What became of it once the venue has answered; of an order that cannot rest, once it is over."""
    waiting = OPEN_STATUSES | set(ON_ITS_WAY) if until_over else set(ON_ITS_WAY)
    answer = link.wait(sequence, what="the order")
    if answer.reason is DenyReason.NO_LEASE:
        link.refuse_while_held()
    if answer.is_denied:
        return {"client_id": answer.client_id, "status": OrderStatus.DENIED.name, "reason": answer.reason.name}
    row: np.void | None = None

    def is_answered() -> bool:
        nonlocal row
        row = listing.find_order(attachment, answer.client_id)
        return row is not None and OrderStatus(int(row["status"])) not in waiting

    _until(link, is_answered, what="the venue's word on the order", is_vital=False)
    status = OrderStatus(int(row["status"])) if row is not None else OrderStatus.UNKNOWN
    reason = listing.reason_text(row) if row is not None else DenyReason.NONE.name
    result = {"client_id": answer.client_id, "status": status.name, "reason": reason}
    if row is not None and row["group_id"]:
        result["legs"] = listing.group_of(attachment, int(row["group_id"]))
    return result


def _show_previews(shown: list[Preview]) -> None:
    for one in shown:
        told(one.sentence, plain=True)
        for name, value in (*one.facts, *(("but", warning) for warning in one.warnings)):
            told(f"  {name}: {value}", plain=True)


def _until(link: CommandLink, is_so: Any, *, what: str, is_vital: bool = True) -> None:
    """Wait for a condition while the seat beats. Raises NoAnswer when it is vital."""
    give_up = time.monotonic() + VENUE_ANSWERS_WITHIN_S
    while not is_so():
        if time.monotonic() > give_up:
            if is_vital:
                raise NoAnswer(what=what, waited_s=VENUE_ANSWERS_WITHIN_S)
            return
        link.seat.beat()
        time.sleep(0.001)


def _done_or_nothing(link: CommandLink, sequence: int, *, what: str) -> bool:
    """False when the core found nothing to do. Raises what `done` raises."""
    answer = link.wait(sequence, what=what)
    if answer.reason is DenyReason.NOTHING_TO_DO:
        return False
    link.done(sequence, what=what)
    return True


def _is_open(attachment: Attachment, client_id: int) -> bool:
    row = listing.find_order(attachment, client_id)
    return row is not None and OrderStatus(int(row["status"])) in OPEN_STATUSES


def _open_of(attachment: Attachment, symbol: str | None) -> list[dict[str, Any]]:
    rows = listing.orders(attachment)
    if symbol is None:
        return rows
    table = InstrumentTable(attachment.memory)
    wanted = table.symbol(table.find(symbol))
    return [row for row in rows if row["symbol"] == wanted]


def _exit_code(status: str) -> ExitCode:
    codes = {
        OrderStatus.DENIED.name: ExitCode.DENIED,
        OrderStatus.NOT_SENT.name: ExitCode.DENIED,
        OrderStatus.REJECTED.name: ExitCode.REJECTED,
        OrderStatus.EXPIRED.name: ExitCode.OK,
        OrderStatus.UNKNOWN.name: ExitCode.NO_ANSWER,
        OrderStatus.PENDING_NEW.name: ExitCode.NO_ANSWER,
    }
    return codes.get(status, ExitCode.OK)
