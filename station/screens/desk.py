"""The main screen's keys: moving the cursor and choosing.

Trading is screens/trading.py, panes and layouts screens/layout_keys.py, what is shown screens/panes.py.
"""

from collections.abc import Callable

from textual import events

from station.messages import CursorMoved, InstrumentChosen, KeyWanted
from station.renderables.paint import paint_of
from station.screens.commanding import CommandScreen
from station.screens.dialogs import Find, Help
from station.screens.kill_report import KillReport
from station.screens.pane_hints import pane_hint
from station.screens.settings import SettingsDialog
from station.widgets.listing import ListPane
from station.widgets.pane import Pane


class DeskScreen(CommandScreen):
    # ---- messages of the panes

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = event.widget.NAME if isinstance(event.widget, Pane) else ""
        hint = pane_hint(name, self.keymap) if self.preferences.screen.hints else ""
        if hint and self.first_sight.is_new(f"pane {name}"):
            self.say(hint, kind="would")

    def on_cursor_moved(self, message: CursorMoved) -> None:
        self.say_what_next_unless_busy()

    def on_instrument_chosen(self, message: InstrumentChosen) -> None:
        self.choose_id(message.instrument_id)

    async def on_key_wanted(self, message: KeyWanted) -> None:
        await self.do(self.keymap.action(message.action))

    # ---- keys: moving about

    def _steer(self, verb: Callable[..., None], *amounts: int) -> None:
        """Of the pane that has the keys, if it defines this verb, else of the ladder."""
        focused, name = self.focused, verb.__name__
        is_taken = isinstance(focused, Pane) and getattr(type(focused), name) is not verb
        getattr(focused if is_taken else self.ladder, name)(*amounts)

    def action_up(self) -> None:
        self._steer(Pane.move, -1)

    def action_down(self) -> None:
        self._steer(Pane.move, 1)

    def action_left(self) -> None:
        self._steer(Pane.pan, -1)

    def action_right(self) -> None:
        self._steer(Pane.pan, 1)

    def action_page_up(self) -> None:
        self._steer(Pane.page, -1)

    def action_page_down(self) -> None:
        self._steer(Pane.page, 1)

    def action_to_first(self) -> None:
        self._steer(Pane.to_first)

    def action_to_last(self) -> None:
        self._steer(Pane.to_last)

    def action_recentre(self) -> None:
        self._steer(Pane.recentre)

    def action_follow(self) -> None:
        follows = self.ladder.follow()
        self.say("the ladder follows the market" if follows else "the ladder stays: space centres it", kind="did")

    def action_finer(self) -> None:
        self._steer(Pane.rescale, -1)

    def action_coarser(self) -> None:
        self._steer(Pane.rescale, 1)

    def action_shorter(self) -> None:
        self._steer(Pane.retime, -1)

    def action_longer(self) -> None:
        self._steer(Pane.retime, 1)

    def action_overlay(self) -> None:
        self._steer(Pane.next_overlay)

    def action_study(self) -> None:
        self._steer(Pane.next_study)

    def action_choose(self) -> None:
        pane = self.focused
        if not isinstance(pane, ListPane):
            return
        if (instrument_id := pane.instrument_under) is None:
            pane.toggle_details()
        else:
            self.choose_id(instrument_id)

    def action_next_instrument(self) -> None:
        self.choose_beside(1)

    def action_previous_instrument(self) -> None:
        self.choose_beside(-1)

    def action_search(self) -> None:
        def found(instrument_id: int | None) -> None:
            if instrument_id is not None:
                self.choose_id(instrument_id)

        self.app.push_screen(Find([(one.instrument_id, one.symbol) for one in self.look.instruments]), found)

    def action_help(self) -> None:
        async def chosen(name: str | None) -> None:
            if name is not None:
                await self.do(self.keymap.action(name))

        self.app.push_screen(Help(), chosen)

    def action_settings(self) -> None:
        if self.settings is None:
            self.say("this screen has no file of settings", kind="denied")
        else:
            self.app.push_screen(SettingsDialog(self.settings, self._paint))

    def action_kill_report(self) -> None:
        self.app.push_screen(KillReport(self.source.kill_report, paint_of(self.palette)))
