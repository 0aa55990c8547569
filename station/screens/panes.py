"""The main screen without its keys: every pane, what is said, and the frame timer that feeds it.

One timer at FRAMES_PER_SECOND reads the source; each pane in sight looks as often as it says of itself, each in its
turn, so that no frame is long.
"""

from textual import events
from textual.app import ComposeResult

from station.actions import EMERGENCY, footer_actions, keys_text
from station.keymap import Keymap
from station.link.source import Source
from station.renderables.paint import Paint, paint_for
from station.renderables.palette import Palette
from station.renderables.plot import Shading
from station.screens.arrangement import LEAST
from station.screens.backdrop import SeenBehind
from station.screens.catalogue import PANES
from station.screens.layouts import Layouts
from station.screens.preferences import Preferences
from station.terminal.app import TerminalApp
from station.terminal.kind import Colours, Glyphs, TerminalKind
from station.terminal.pace import Detail
from station.views.instrument import InstrumentView
from station.views.news import is_bad, news_sentence
from station.views.next_step import Keys, what_next
from station.views.orders import OrderNews
from station.views.status import StatusView
from station.views.words import denied_sentence
from station.widgets.canvas import Canvas
from station.widgets.ladder import Ladder
from station.widgets.lines import FooterLine, HintLine, StatusLine, TooSmall
from station.widgets.listing import ListPane
from station.widgets.lists import OrderList
from station.widgets.look import LADDERS, Look
from station.widgets.pane import AS_TABLE, EVERY_FRAME, FRAMES_PER_SECOND, Pane
from station.widgets.plot import Plot

HINT_STAYS_S = 6.0
ANSWER_WATCHED_S = 1.5
"""After a wish was sent, its answer is looked for in every frame."""
SLOWER = {Detail.FULL: 1, Detail.LESS: 2, Detail.LEAST: 4}
"""So many times more seldom looks a pane that does not look at every frame."""


def shading_of(kind: TerminalKind) -> Shading:
    """How sizes are told apart in a picture."""
    if kind.glyphs is Glyphs.ASCII:
        return Shading.LETTERS
    if kind.colours is Colours.MANY:
        return Shading.COARSE
    return Shading.HALVES if kind.colours is Colours.ALL else Shading.SHADES


class PanesScreen(SeenBehind[None]):
    AUTO_FOCUS = "#ladder"

    def __init__(
        self,
        source: Source,
        palette: Palette,
        *,
        keymap: Keymap | None = None,
        preferences: Preferences | None = None,
        layouts: Layouts | None = None,
    ) -> None:
        super().__init__()
        self.source = source
        self.keymap = keymap or Keymap()
        self.preferences = preferences or Preferences()
        self.layouts = layouts or Layouts()
        self.is_learning = self.preferences.screen.learning
        self.disarmed_by = ""
        """What disarmed the trading keys, when it was not the trader"""
        self.palette = palette
        self.look = Look(source)
        self.extra: str | None = None
        self.zoomed: str | None = None
        self._frame = 0
        self._denied_seen: int | None = None
        self._lease_asked_by = ""
        self._hint_until_frame = 0
        self._watch_until_frame = 0
        self._due: set[str] = set()
        """Panes whose turn has come since the last frame"""
        self._is_status_due = self._is_hint_due = False
        self.is_owed = False
        """A frame gave way to a key, and something of it is still to be drawn."""

    def compose(self) -> ComposeResult:
        paint = self._paint()
        ladders = {name: Ladder(paint, number) for number, name in enumerate(LADDERS)}
        others = {kind.NAME: kind(paint) for kind in PANES if kind is not Ladder}
        self.panes: dict[str, Pane] = {**ladders, **others}
        for pane in self.panes.values():
            pane.is_new = True
            if isinstance(pane, Plot):
                pane.shading = shading_of(self.terminal.kind)
        self.status_line, self.footer = StatusLine(paint), FooterLine(paint)
        self.hint = HintLine(paint, rearm_key=self.keymap.key("rearm"))
        self.too_small = TooSmall(paint, LEAST)
        yield from (self.status_line, *self.panes.values(), self.hint, self.footer, self.too_small)

    def on_mount(self) -> None:
        self.look.refresh()
        self.name_keys()
        self.show_learning()
        self.place_panes()
        self.set_interval(1 / FRAMES_PER_SECOND, self.tick, name="frame")

    @property
    def terminal(self) -> TerminalApp:
        assert isinstance(self.app, TerminalApp)
        return self.app

    @property
    def ladder(self) -> Ladder:
        """That on which the trading keys act."""
        ladder = self.panes[LADDERS[self.look.ladders.active]]
        assert isinstance(ladder, Ladder)
        return ladder

    @property
    def order_list(self) -> OrderList:
        orders = self.panes["orders"]
        assert isinstance(orders, OrderList)
        return orders

    @property
    def status(self) -> StatusView:
        return self.look.status

    @property
    def instrument(self) -> InstrumentView:
        return self.look.instrument

    @property
    def is_lease_elsewhere(self) -> bool:
        return self.status.lease_seat >= 0 and not self.status.seat.holds_lease

    # ---- what is shown

    def tick(self) -> None:
        """Twenty times a second. What is due while the terminal takes no frame is drawn with the next one."""
        self.source.beat()
        is_answering = self._frame < self._watch_until_frame
        for turn, (name, pane) in enumerate(self.panes.items()):
            every = pane.looks_every * (SLOWER[self.terminal.line.detail] if pane.LOOKS_EVERY > EVERY_FRAME else 1)
            if self._frame % every == turn % every or (is_answering and pane.ANSWERS):
                self._due.add(name)
        self._is_status_due |= self._frame % AS_TABLE == 0 or is_answering
        self._is_hint_due |= self._frame == self._hint_until_frame
        self._frame += 1
        if self.terminal.look_at_line():
            self.draw()

    def draw(self) -> None:
        """A frame, written at once; or behind the answer to a key that was faster."""
        self.frame()
        if not self.is_owed:
            self.terminal.paint(self)

    def frame(self) -> None:
        """What is due. No key waits for it: what is left comes behind the answer, and gives way to nothing."""
        may_give_way, self.is_owed = not self.is_owed, False
        if may_give_way and self._gives_way():
            return
        self.look.refresh()
        if self._is_status_due:
            self._is_status_due = False
            self._show_status()
            self._tell_news()
            self._tell_who_asks()
        for name, pane in self.panes.items():
            if name not in self._due:
                continue
            self._due.remove(name)
            if pane.display:
                pane.is_new = False
                pane.look(self.look)
                if may_give_way and self._gives_way():
                    return
        if self._is_hint_due:
            self._is_hint_due = False
            self.say_what_next_unless_busy()

    def _gives_way(self) -> bool:
        self.is_owed = self.terminal.is_key_waiting
        return self.is_owed

    def show_all(self) -> None:
        """Everything at once: at the start, after a new size, theme or instrument."""
        self.look.refresh()
        self._show_status()
        for pane in self.panes.values():
            if pane.display:
                pane.is_new = False
                pane.look(self.look)
        self.say_what_next_unless_busy()
        self.show_keys()
        for canvas in self.query(Canvas):
            canvas.repaint()

    def _show_status(self) -> None:
        before, status = self.look.status, self.source.status()
        self.look.status = status
        self.look.terminal = self.terminal.line.view()
        self.status_line.show(status, self.look.terminal)
        self.hint.show_status(status)
        self._tell_denials(status)
        if (before.is_halted, before.mode) != (status.is_halted, status.mode):
            self.use_palette(self.palette)
        if _who_may_trade(before) != _who_may_trade(status):
            self.show_keys()
            self.say_what_next_unless_busy()

    def _tell_who_asks(self) -> None:
        """A hint that stays and a toast: the keys of who trades are never in the way of a question."""
        before, self._lease_asked_by = self._lease_asked_by, self.source.lease_asked_by()
        if self._lease_asked_by != before:
            self.say_what_next_unless_busy()
            if self._lease_asked_by:
                self.notify(
                    f"{self._lease_asked_by} asks for it. {self.keymap.key('lease')} gives it.",
                    title="The trading lease",
                    timeout=10,
                    markup=False,
                )

    def _tell_news(self) -> None:
        for one in self.source.news():
            self.heard(one)

    def heard(self, news: OrderNews) -> None:
        """Of orders that a person sent; strategies speak through their own figures."""
        text = news_sentence(news, self.look.named(news.instrument_id))
        if not text or news.strategy_id >= 0:
            return
        self.say(text, kind="denied" if is_bad(news) else "did")
        if is_bad(news):
            self.notify(f"{text[0].upper()}{text[1:]}.", severity="warning", timeout=5, markup=False)

    # ---- what is said

    def say(self, text: str, *, kind: str) -> None:
        self.hint.say(text, kind=kind)
        self._hint_until_frame = self._frame + int(HINT_STAYS_S * FRAMES_PER_SECOND)

    def hint_is_over(self) -> None:
        """What was said counts no longer."""
        self._hint_until_frame = self._frame
        self.say_what_next()

    def watch_for_answer(self) -> None:
        self._watch_until_frame = self._frame + int(ANSWER_WATCHED_S * FRAMES_PER_SECOND)

    def say_what_next(self) -> None:
        """The quiet hint."""
        instrument, sizes = self.instrument, self.look.sizes
        text, kind = what_next(
            self.status,
            instrument,
            self.look.book_of(instrument),
            cursor_ticks=self.ladder.cursor_ticks,
            lots=sizes.lots(instrument),
            usual_lots=sizes.usual(instrument),
            lease_asked_by=self._lease_asked_by,
            disarmed_by=self.disarmed_by,
            keys=Keys(arm=self.keymap.key("toggle_arm"), lease=self.keymap.key("lease")),
        )
        self.hint.say(text, kind=kind)

    def say_what_next_unless_busy(self) -> None:
        """What was just said stays for a while."""
        if self._frame >= self._hint_until_frame:
            self.say_what_next()

    def _tell_denials(self, status: StatusView) -> None:
        denied, before = status.seat.denied, self._denied_seen
        self._denied_seen = denied
        if before is None or denied <= before:
            return
        why = denied_sentence(status.seat.last_reason)
        self.say(f"denied: {why}", kind="denied")
        title = "Denied" if denied == before + 1 else f"Denied ×{denied - before}"
        self.notify(f"{why[0].upper()}{why[1:]}.", title=title, severity="warning", timeout=4, markup=False)

    def show_keys(self) -> None:
        focused = self.focused
        usual = footer_actions(
            is_halted=self.status.is_halted,
            is_armed=self.status.seat.is_armed,
            is_watching=self.status.seat.seat < 0 or self.is_lease_elsewhere,
            pane=focused.id or "" if isinstance(focused, Pane) else "",
            is_list=isinstance(focused, ListPane),
            is_zoomed=self.zoomed is not None,
        )
        # Under a dialog no key of ours counts, so none is offered.
        names = ["close_dialog"] if self.app.screen is not self else [one.name for one in usual]
        named = [one for one in map(self.keymap.action, names) if one.keys]
        self.footer.show(
            [(keys_text(one).split(" ")[0], one.label) for one in named],
            [one.name for one in named],
            [(self.keymap.key(one.name), one.label) for one in EMERGENCY],
        )

    def place_panes(self) -> None:
        """Every pane to where it stands now."""
        raise NotImplementedError

    def name_keys(self) -> None:
        """Everywhere that a key is written: it may be another one now."""
        self.hint.rearm_key = self.keymap.key("rearm")
        for name, pane in self.panes.items():
            pane.use_key(next((keys_text(one) for one in self.keymap.actions if one.name == f"pane('{name}')"), ""))
        self.show_keys()
        self.say_what_next_unless_busy()

    def show_learning(self) -> None:
        self.status_line.show_learning(self.is_learning)

    # ---- colours, and what is over it

    def use_palette(self, palette: Palette) -> None:
        self.palette = palette
        paint = self._paint()
        for canvas in self.query(Canvas):
            canvas.paint = paint
        self.show_all()

    def _paint(self) -> Paint:
        return paint_for(
            self.terminal.palette_here(self.palette), mode=self.status.mode, is_halted=self.status.is_halted
        )

    def on_screen_suspend(self, event: events.ScreenSuspend) -> None:
        self.show_keys()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if self.is_mounted:
            self.show_keys()


def _who_may_trade(status: StatusView) -> tuple[object, ...]:
    return status.is_halted, status.seat, status.lease_seat, status.is_lease_orphaned
