"""The main screen's keys for panes and layouts: focus, jump, zoom, size, pin; choose, save and undo a layout.

`use_layout`, `save_layout`, `undo_layout` are what the command language calls; each says on the hint line what became
of it.
"""

from string import ascii_lowercase

import msgspec
from textual import events

from core.errors import ConfigError
from station.messages import BorderDragged
from station.renderables.ladder_columns import COLUMNS
from station.screens.arrangement import LEASTS, arrange, unknown_panes
from station.screens.hands import HandsScreen
from station.screens.layout import GROUPS, WORTH, Axis, Layout, grown, tied
from station.screens.layouts import NoLayout
from station.widgets.ladder import Ladder
from station.widgets.look import LADDERS
from station.widgets.pane import Pane


class LayoutScreen(HandsScreen):
    _pulled: tuple[tuple[int, int], str, bool] = ((-1, -1), "", False)
    """Where the pull of a border began, the pane whose border it is, and whether it has moved already"""

    # ---- panes

    def action_next_pane(self) -> None:
        self._cycle(1)

    def action_previous_pane(self) -> None:
        self._cycle(-1)

    def _cycle(self, step: int) -> None:
        """Through the panes in sight; while one is zoomed, through all of them, each in its turn over the screen."""
        shown = [name for name, pane in self.panes.items() if pane.display]
        if self.zoomed:
            shown = [name for name in self.panes if name not in LADDERS[1:]]
        now = self.focused.id if self.focused is not None else None
        at = shown.index(now) if now in shown else 0
        wanted = shown[(at + step) % len(shown)]
        if self.zoomed:
            self.zoomed = wanted
            self.place_panes()
        self.focus_pane(self.panes[wanted])

    def action_zoom(self) -> None:
        if self.zoomed is not None:
            self.zoomed = None
        elif isinstance(self.focused, Pane):
            self.zoomed = self.focused.id
        self.place_panes()

    def action_back(self) -> None:
        self.zoomed = None
        self.extra = None
        self.place_panes()
        self.focus_any()

    def action_pane(self, name: str) -> None:
        """Bring a pane into sight and give it the keys; again: put it away."""
        pane = self.panes[name]
        if self.zoomed is not None:
            self.zoomed = name
        elif pane.display and pane.has_focus and name not in WORTH:
            self.action_back()
            return
        elif not pane.display:
            self.extra = name
        self.place_panes()
        pane.display = True
        self.focus_pane(pane)

    # ---- jump

    def action_jump(self) -> None:
        """A letter on every pane in sight: pressed next, it takes the keys there."""
        self._letter_panes(jump_letters(self.panes_in_sight()))

    def take(self, event: events.Key) -> bool:
        """Was it the answer to the letters?"""
        letters = {pane.jump_letter: pane for pane in self.panes.values() if pane.jump_letter}
        if not letters:
            return False
        self._letter_panes({})
        if event.character in letters:
            self.focus_pane(letters[event.character])
        return True

    def _letter_panes(self, letters: dict[str, str]) -> None:
        for name, pane in self.panes.items():
            pane.jump_letter = letters.get(name, "")
            pane.repaint()
        if letters:
            self.say("the letter of a pane takes the keys there; any other key: stay", kind="would")
        else:
            self.hint_is_over()

    # ---- layouts

    def action_layout_by_key(self, digit: int) -> None:
        try:
            self.use_layout(self.layouts.by_key(digit))
        except NoLayout as error:
            self.say(str(error), kind="denied")

    def action_layout_undo(self) -> None:
        self.undo_layout()

    def use_layout(self, name: str) -> None:
        """The layout of this name; what is zoomed or was brought by its key goes."""
        try:
            layout = self.layouts.use(name)
        except NoLayout as error:
            self.say(str(error), kind="denied")
            return
        self.zoomed = self.extra = None
        self.begin_groups()
        self.place_panes()
        self.say(f"layout {layout.title}{f': {layout.hint}' if layout.hint else ''}", kind="did")
        if unknown := unknown_panes(layout, self.panes):
            self.say(_told_unknown(layout, unknown, self.panes), kind="denied")

    def save_layout(self, name: str) -> None:
        try:
            groups = {letter: self.look.named(one).symbol for letter, one in self.look.groups.items()}
            layout = self.layouts.save(name, groups)
        except (ConfigError, OSError) as error:
            self.say(f"the layout is not saved: {error}", kind="denied")
            return
        key = f" · Alt+{layout.key} chooses it" if layout.key else ""
        where = f" in {self.layouts.file}" if self.layouts.file is not None else " for now"
        self.say(f"layout {layout.name} is saved{where}{key}", kind="did")

    def undo_layout(self) -> None:
        if self.layouts.undo():
            self.place_panes()
            self.say(f"layout {self.layouts.now.title}, as it was before", kind="did")
        else:
            self.say("no change of the layout to undo", kind="would")

    def action_wider(self) -> None:
        self._grow("columns", 2)

    def action_narrower(self) -> None:
        self._grow("columns", -2)

    def action_taller(self) -> None:
        self._grow("rows", 1)

    def action_lower(self) -> None:
        self._grow("rows", -1)

    def _grow(self, axis: Axis, cells: int) -> None:
        """More room for the pane that has the keys, or less, from its neighbour."""
        pane, (width, height) = self.focused, self.app.size
        places = arrange(self.layouts.now, width, height, extra=self.extra)
        if self.zoomed is not None or pane is None or pane.id not in places or pane.id == self.extra:
            self.say("this pane has no size of its own in the layout", kind="denied")
            return
        extents = {name: (place.width, place.height) for name, place in places.items()}
        sized = self.layouts.now.sized(width, height)
        tree = grown(sized.tree, pane.id, axis, cells, extents, LEASTS)
        if tree == sized.tree:
            self.say("there is no room to give or to take beside this pane", kind="denied")
        self._change(self.layouts.now.with_tree(sized, tree))

    def on_border_dragged(self, message: BorderDragged) -> None:
        """The split follows the mouse; a whole pull is undone as one."""
        width, height = self.app.size
        places = arrange(self.layouts.now, width, height)
        if self._pulled[0] is not message.beside:
            pane = next((name for name, place in places.items() if place.contains(*message.beside)), "")
            self._pulled = (message.beside, pane, False)
        beside, pane, has_moved = self._pulled
        if pane not in places or self.zoomed is not None or self.extra is not None:
            return
        ends = places[pane].right if message.axis == "columns" else places[pane].bottom
        extents = {name: (place.width, place.height) for name, place in places.items()}
        sized = self.layouts.now.sized(width, height)
        cells = message.to + 1 - ends
        tree = grown(sized.tree, pane, message.axis, cells, extents, LEASTS, is_far_border=True)
        if cells and tree != sized.tree:
            self._change(self.layouts.now.with_tree(sized, tree), goes_on=has_moved)
            self._pulled = (beside, pane, True)

    def action_pin(self) -> None:
        """The pane stays with its instrument, or shows again what is chosen."""
        pane = self._pane_of_instrument()
        symbol = "" if pane.is_pinned else self.look.shown_by(pane.id or "").symbol
        said = f"pinned to {symbol}" if symbol else "linked again: it follows what is chosen"
        self._tie(pane, said, instrument=symbol)

    def action_tie(self) -> None:
        """Into the next group: what is chosen while one of its panes has the keys is shown by all of them."""
        pane = self._pane_of_instrument()
        letters = ("", *GROUPS)
        group = letters[(letters.index(pane.group) + 1) % len(letters)]
        said = f"in group {group}: its panes show one instrument" if group else "in no group: it follows what is chosen"
        self._tie(pane, said, group=group)

    def _pane_of_instrument(self) -> Pane:
        """That which has the keys, if it shows one, else the ladder."""
        focused = self.focused
        return focused if isinstance(focused, Pane) and focused.SHOWS_INSTRUMENT else self.ladder

    def _tie(self, pane: Pane, said: str, *, instrument: str = "", group: str = "") -> None:
        name, sized = pane.id or "", self.layouts.now.sized(*self.app.size)
        tree = tied(sized.tree, name, instrument=instrument, group=group)
        if tree == sized.tree:
            self.say("this pane has no place of its own in the layout: it follows what is chosen", kind="denied")
            return
        self._change(self.layouts.now.with_tree(sized, tree))
        self.say(f"{pane.TITLE or 'the ladder'} is {said}", kind="did")

    def toggle_column(self, name: str) -> None:
        """Show a column of every ladder of this layout, or hide it."""
        shown = self.look.columns
        wanted = tuple(one for one in COLUMNS if (one in shown) is not (one == name))
        self._change(msgspec.structs.replace(self.layouts.now, ladder_columns=wanted))
        self.say(f"the column {name} is {'hidden' if name in shown else 'shown where it has room'}", kind="did")

    def _change(self, layout: Layout, *, goes_on: bool = False) -> None:
        self.layouts.change(layout, goes_on=goes_on)
        self.place_panes()


def jump_letters(panes: list[Pane]) -> dict[str, str]:
    """A letter for each: of a ladder its number, of others the first free one of their title."""
    letters: dict[str, str] = {}
    for pane in panes:
        title = str(pane.number + 1) if isinstance(pane, Ladder) else pane.TITLE.lower() + ascii_lowercase
        free = (letter for letter in title if letter.isalnum() and letter not in letters.values())
        letters[pane.id or ""] = next(free, "")
    return letters


def _told_unknown(layout: Layout, unknown: list[str], known: dict[str, Pane]) -> str:
    names = ", ".join(unknown)
    return f"layout {layout.name} names no pane of ours: {names}; there are {', '.join(known)}"
