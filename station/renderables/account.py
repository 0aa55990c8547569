"""The account by settlement currency: profit of the day and what it is made of, fees, exposure at the mark."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.style import Style

from core.vocabulary import Limit
from station.renderables.details import Field
from station.renderables.paint import Paint
from station.renderables.table import MARGIN, Column, as_muted
from station.views.instrument import InstrumentView
from station.views.numbers import fitting_money, money_text, signed_money
from station.views.orders import PositionView
from station.views.risk import RiskView


class AccountLine(NamedTuple):
    """All positions that settle in one currency; money in 1e-8 of it."""

    currency: str
    realised_e8: int = 0
    unrealised_e8: int = 0
    fees_e8: int = 0
    long_e8: int = 0
    short_e8: int = 0
    positions: int = 0
    fills: int = 0

    @property
    def profit_e8(self) -> int:
        return self.realised_e8 + self.unrealised_e8 - self.fees_e8

    @property
    def gross_e8(self) -> int:
        return self.long_e8 + self.short_e8

    @property
    def net_e8(self) -> int:
        return self.long_e8 - self.short_e8


def account_lines(positions: Sequence[tuple[InstrumentView, PositionView]]) -> list[AccountLine]:
    """The currency with most exposure first."""
    lines: dict[str, AccountLine] = {}
    for instrument, held in positions:
        line = lines.get(instrument.settlement, AccountLine(instrument.settlement))
        worth_e8 = abs(instrument.notional_e8(held.mark_ticks, held.position_lots))
        lines[instrument.settlement] = line._replace(
            realised_e8=line.realised_e8 + held.realised_e8,
            unrealised_e8=line.unrealised_e8 + held.unrealised_e8,
            fees_e8=line.fees_e8 + held.fees_e8,
            long_e8=line.long_e8 + (worth_e8 if held.position_lots > 0 else 0),
            short_e8=line.short_e8 + (worth_e8 if held.position_lots < 0 else 0),
            positions=line.positions + (held.position_lots != 0),
            fills=line.fills + held.fills,
        )
    return sorted(lines.values(), key=lambda line: -line.gross_e8)


def _money(amount_e8: int, width: int) -> str:
    return fitting_money(amount_e8, width)


def _plain(amount_e8: int, width: int) -> str:
    """Without a sign: exposure and fees have none."""
    return fitting_money(amount_e8, width).removeprefix("+")


def _sign(line: AccountLine, paint: Paint) -> Style:
    return paint.sign(line.profit_e8)


ACCOUNT_COLUMNS: tuple[Column[AccountLine], ...] = (
    MARGIN,
    Column("in", lambda line, width: line.currency, 5, most=8, is_left=True, style=lambda line, paint: paint.strong,
           sort=lambda line: line.currency),
    Column("P/L day", lambda line, width: _money(line.profit_e8, width), 11, style=_sign,
           sort=lambda line: line.profit_e8),
    Column("realised", lambda line, width: _money(line.realised_e8, width), 11, worth=2,
           style=lambda line, paint: paint.sign(line.realised_e8), sort=lambda line: line.realised_e8),
    Column("open", lambda line, width: _money(line.unrealised_e8, width), 11, worth=2,
           style=lambda line, paint: paint.sign(line.unrealised_e8), sort=lambda line: line.unrealised_e8),
    Column("fees", lambda line, width: _plain(line.fees_e8, width), 9, worth=3, style=as_muted,
           sort=lambda line: line.fees_e8),
    Column("gross", lambda line, width: _plain(line.gross_e8, width), 12, sort=lambda line: line.gross_e8),
    Column("net", lambda line, width: _money(line.net_e8, width), 12, worth=1, sort=lambda line: line.net_e8),
    Column("held", lambda line, width: str(line.positions), 4, worth=4, style=as_muted),
    Column("fills", lambda line, width: str(line.fills), 5, worth=5, style=as_muted, sort=lambda line: line.fills),
)  # fmt: skip


def account_fields(line: AccountLine, risk: RiskView) -> list[Field]:
    money = line.currency
    return [
        ("settled in", money),
        ("P/L today", f"{signed_money(line.profit_e8)} {money}, after fees"),
        ("realised", f"{signed_money(line.realised_e8)} {money}"),
        ("open", f"{signed_money(line.unrealised_e8)} {money}"),
        ("fees", f"{money_text(line.fees_e8)} {money}"),
        ("long", f"{money_text(line.long_e8)} {money}" if line.long_e8 else ""),
        ("short", f"{money_text(line.short_e8)} {money}" if line.short_e8 else ""),
        ("gross", f"{money_text(line.gross_e8)} {money}"),
        ("net", f"{signed_money(line.net_e8)} {money}"),
        ("positions", str(line.positions)),
        ("fills", str(line.fills)),
        *((name, _use(risk, limit)) for name, limit in USES),
    ]


USES = (
    ("leverage", Limit.MAX_LEVERAGE),
    ("margin", Limit.MARGIN_SHARE_PCT),
    ("gross notional", Limit.MAX_GROSS_NOTIONAL),
    ("loss of the day", Limit.DAILY_LOSS),
)
"""Of the whole account, in the unit of the limit."""


def _use(risk: RiskView, limit: Limit) -> str:
    found = next((one for one in risk.limits if one.limit is limit and one.used is not None), None)
    return "" if found is None else f"{found.used:,.2f} of {found.most:,.8g} {found.unit}"
