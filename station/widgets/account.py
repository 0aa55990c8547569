"""What the account has made and what it stands to lose, by settlement currency; its equity in the edge."""

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from core.vocabulary import Limit
from station.renderables.account import ACCOUNT_COLUMNS, AccountLine, account_fields, account_lines
from station.renderables.details import Field
from station.renderables.frame import Label
from station.renderables.paint import Paint
from station.renderables.table import Column
from station.views.flow import EquityView
from station.views.instrument import InstrumentView
from station.views.numbers import money_text
from station.views.orders import PositionView
from station.views.risk import RiskView
from station.widgets.listing import ListPane
from station.widgets.look import Look


class Account(ListPane[AccountLine]):
    NAME, TITLE = "account", "Account"
    COLUMNS: ClassVar[Sequence[Column[Any]]] = ACCOUNT_COLUMNS
    EMPTY: ClassVar[str] = "nothing held, nothing traded today"
    LEAST_HEIGHT: ClassVar[int] = 6

    def __init__(self, paint: Paint) -> None:
        super().__init__(paint)
        self.risk, self.equity = RiskView(), EquityView()

    def look(self, look: Look) -> None:
        held = [(look.named(position.instrument_id), position) for position in look.positions]
        self.show(held, look.source.risk(), look.source.equity(False))

    def show(
        self, positions: Sequence[tuple[InstrumentView, PositionView]], risk: RiskView, equity: EquityView
    ) -> None:
        self.risk, self.equity = risk, equity
        self.take(account_lines(positions))

    def key_of(self, line: AccountLine) -> Hashable:
        return line.currency

    def fields(self, line: AccountLine) -> Sequence[Field]:
        return account_fields(line, self.risk)

    def state_label(self) -> Label:
        return ((f" equity {money_text(self.risk.equity_e8, 0)} ", self.paint.text),)

    def said(self) -> Sequence[Label]:
        """How far below its peak, and what is used of margin and leverage."""
        notes = []
        if self.equity.points and (down_e8 := self.equity.points[-1].drawdown_e8):
            notes.append([(" below its peak", self.paint.muted), (f" {money_text(down_e8)} ", self.paint.down)])
        for name, limit in (("leverage", Limit.MAX_LEVERAGE), ("margin %", Limit.MARGIN_SHARE_PCT)):
            used = next((one.used for one in self.risk.limits if one.limit is limit), None)
            if used is not None:
                notes.append([(f" {name}", self.paint.muted), (f" {used:.2f} ", self.paint.text)])
        return notes
