"""The main screen's keys for lists: filter, sort, group, details, copy. They act on the list that has the keys."""

from station.screens.filter import Filter
from station.screens.hands import HandsScreen
from station.widgets.listing import ListPane

MOST_SAID = 60
"""Characters of what was copied"""


class ListingScreen(HandsScreen):
    @property
    def list_pane(self) -> ListPane[object] | None:
        return self.focused if isinstance(self.focused, ListPane) else None

    def action_filter(self) -> None:
        if (pane := self._list_with_keys()) is None:
            return
        before = pane.words

        def typed(words: str | None) -> None:
            pane.filter(before if words is None else words)

        self.app.push_screen(Filter(pane.TITLE, before, pane.filter), typed)

    def action_sort(self) -> None:
        if (pane := self._list_with_keys()) is not None:
            self.say(pane.sort(), kind="did")

    def action_turn(self) -> None:
        if (pane := self._list_with_keys()) is not None:
            self.say(pane.turn(), kind="did")

    def action_group(self) -> None:
        if (pane := self._list_with_keys()) is not None:
            self.say(pane.regroup(), kind="did")

    def action_details(self) -> None:
        """Over the whole screen where the pane has no room for them."""
        if (pane := self._list_with_keys()) is None:
            return
        pane.toggle_details()
        if pane.shows_details and not pane.has_room_for_details and self.zoomed is None:
            self.zoomed = pane.id
            self.place_panes()

    def action_copy(self) -> None:
        """Through the terminal (OSC 52), so that it also comes from another machine."""
        if (pane := self._list_with_keys()) is None:
            return
        text = pane.copied()
        if not text:
            self.say("nothing to copy: the list is empty", kind="denied")
            return
        self.app.copy_to_clipboard(text)
        said = " ".join(text.split())
        self.say(f"copied: {said[:MOST_SAID]}{'…' if len(said) > MOST_SAID else ''}", kind="did")

    def _list_with_keys(self) -> ListPane[object] | None:
        if (pane := self.list_pane) is None:
            self.say(f"no list has the keys: {self.keymap.key('next_pane')} gives them to the next pane", kind="denied")
        return pane
