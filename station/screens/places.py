"""Where does each pane stand, which instrument does it show, and which one has the keys?

The layout says where, and which panes are pinned to an instrument or show one with their group; all others show what
is on the ladder that has the trading keys.
"""

from textual import events
from textual.geometry import Offset, Region
from textual.widget import Widget

from station.screens.arrangement import arrange
from station.screens.layout import leaves
from station.screens.panes import PanesScreen
from station.widgets.canvas import Canvas
from station.widgets.ladder import Ladder
from station.widgets.pane import Pane


class PlacesScreen(PanesScreen):
    def place_panes(self) -> None:
        width, height = self.app.size
        layout = self.layouts.now
        usual = self.preferences.screen.ladder_columns
        self.look.columns = usual if layout.ladder_columns is None else layout.ladder_columns
        places = arrange(layout, width, height, extra=self.extra, zoomed=self.zoomed)
        if places:
            places |= {
                "status": Region(0, 0, width, 1),
                "hint": Region(0, height - 2, width, 1),
                "footer": Region(0, height - 1, width, 1),
            }
        else:
            places = {"too-small": Region(0, 0, width, height)}
        for canvas in self.query(Canvas):
            place = places.get(canvas.id or "")
            canvas.display = place is not None
            if isinstance(canvas, Pane):
                canvas.is_new |= place is None
            if place is not None:
                canvas.styles.width, canvas.styles.height = place.width, place.height
                canvas.styles.offset = Offset(place.x, place.y)
        self._tie_panes()
        if self.focused is None or not self.focused.display:
            self.focus_any()
        self.call_after_refresh(self.show_all)

    def focus_any(self) -> None:
        """The ladder, if it is in sight."""
        for pane in (self.ladder, *self.panes.values()):
            if pane.display:
                self.focus_pane(pane)
                return

    def focus_pane(self, pane: Pane) -> None:
        """At once: the next key is meant for it."""
        if self.focused is not None:
            self.focused.has_focus = False
        pane.has_focus = True
        self.set_focus(pane)
        self._keys_are_with(pane)

    def panes_in_sight(self) -> list[Pane]:
        return [pane for pane in self.panes.values() if pane.display]

    def _tie_panes(self) -> None:
        """Each to its instrument or group, as the layout says; the trading keys are with a ladder that is in sight, if
        any is."""
        shown = [pane for pane in self.panes_in_sight() if isinstance(pane, Ladder)]
        for ladder in shown:
            ladder.has_company = len(shown) > 1
        ids = {one.symbol: one.instrument_id for one in self.look.instruments}
        places = {leaf.pane: leaf for leaf in leaves(self.layouts.now.sized(*self.app.size).tree)}
        tied: dict[str, int] = {}
        for name, pane in self.panes.items():
            leaf = places.get(name) if pane.SHOWS_INSTRUMENT else None
            pane.group = leaf.group if leaf is not None else ""
            pane.is_pinned = leaf is not None and not leaf.group and leaf.instrument in ids
            if leaf is not None and leaf.group:
                begins = ids.get(leaf.instrument, self.instrument.instrument_id)
                tied[name] = self.look.groups.setdefault(leaf.group, begins)
            elif leaf is not None and leaf.instrument in ids:
                tied[name] = ids[leaf.instrument]
        chosen = self.look.chosen
        self.look.tie(tied)
        if shown and self.ladder not in shown:
            self.give_keys_to(next((one for one in shown if one.id not in tied), shown[0]))
            if self.ladder.id not in tied:
                self.look.choose(chosen)

    def begin_groups(self) -> None:
        """Of the layout that was just chosen: those that say with which instrument they begin."""
        for leaf in leaves(self.layouts.now.sized(*self.app.size).tree):
            if leaf.group and leaf.instrument in self.look.by_symbol:
                self.look.groups[leaf.group] = self.look.by_symbol[leaf.instrument].instrument_id

    def give_keys_to(self, ladder: Ladder) -> None:
        """The trading keys act on this one from now on; what it shows is chosen."""
        self.look.activate(ladder.number)

    @property
    def group(self) -> str:
        """That in which what is chosen now is shown: of the pane that has the keys, else of the ladder."""
        focused = self.focused
        return (focused.group if isinstance(focused, Pane) else "") or self.ladder.group

    def choose(self, index: int) -> None:
        """Another instrument: onto the panes of the group, if there is one, else onto the ladder."""
        if self.group and self.look.instruments:
            self.look.groups[self.group] = self.look.instruments[index % len(self.look.instruments)].instrument_id
            self._tie_panes()
        elif self.ladder.is_pinned:
            shown = [pane for pane in self.panes_in_sight() if isinstance(pane, Ladder)]
            linked = [ladder for ladder in shown if not ladder.is_pinned and not ladder.group]
            if not linked:
                self.say(f"every ladder in sight is pinned: {self.keymap.key('pin')} unpins", kind="denied")
                return
            self.give_keys_to(linked[0])
            self.look.choose(index)
        else:
            self.look.choose(index)
        self.show_all()

    def choose_beside(self, steps: int) -> None:
        """The next of the list, or the one before."""
        shown = self.look.groups.get(self.group, self.instrument.instrument_id)
        places = [at for at, one in enumerate(self.look.instruments) if one.instrument_id == shown]
        self.choose((places[0] if places else 0) + steps)

    def choose_id(self, instrument_id: int) -> None:
        """At once: the next key orders there."""
        places = (at for at, one in enumerate(self.look.instruments) if one.instrument_id == instrument_id)
        if (place := next(places, None)) is not None:
            self.choose(place)

    def on_resize(self, event: events.Resize) -> None:
        self.place_panes()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._keys_are_with(event.widget)

    def _keys_are_with(self, pane: Widget) -> None:
        if isinstance(pane, Ladder) and pane is not self.ladder:
            self.give_keys_to(pane)
            self.show_all()
        self.show_keys()
