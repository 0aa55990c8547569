"""A key was pressed: what is done, what is only said, and what asks first.

Every key of the main screen comes through `do`, a click on the footer and a line of `?` too. While the trader learns,
trading keys are rehearsed: they run as ever, but their wishes are said and not sent. Keys that are named in [screen]
confirm are rehearsed first, and asked about in the words of the rehearsal. The kill keys are bound by the app and know
nothing of all this.
"""

from collections.abc import Callable

from textual.binding import Binding, BindingsMap

from station.actions import AT_LADDER, OF_APP, Action, Context, Group
from station.keymap import Keymap
from station.link.wishes import Arm, Wish
from station.screens.dialogs import Question
from station.screens.moving import MovingScreen
from station.views.arming import against_arming, idle_too_long, was_taken
from station.widgets.pane import Pane


class HandsScreen(MovingScreen):
    _owed = ""
    """Why the keys are to be disarmed; a core that is silent is told when it speaks again."""
    idle_s: Callable[[], float] = staticmethod(lambda: 0.0)
    """Since the last key or click anywhere; the app knows"""

    def on_mount(self) -> None:
        self._bind()

    def use_keymap(self, keymap: Keymap) -> None:
        """From now on; what is shown of keys follows."""
        self.keymap = keymap
        self._bind()
        if self.is_mounted:
            self.name_keys()

    def _bind(self) -> None:
        keys = {
            key for named in self.keymap.actions for key in named.keys
            if named.context is not Context.DIALOGS and named.name not in OF_APP
        }  # fmt: skip
        # At once, not through the queues of the panes: the next key must find the dialog that this one opens.
        self._bindings = BindingsMap(Binding(key, f"press('{key}')", show=False, priority=True) for key in sorted(keys))

    async def action_press(self, key: str) -> None:
        focused = self.focused
        context = focused.CONTEXT if isinstance(focused, Pane) else Context.EVERYWHERE
        pressed = self.keymap.pressed(key, context)
        if pressed is not None:
            await self.do(pressed.action, pressed.digit)

    async def do(self, named: Action, digit: int = 0) -> None:
        """Carry out an action as if its key had been pressed."""
        if named.takes_a_digit and not digit:
            return
        if named.name in AT_LADDER and not self.ladder.display:
            self.say("no ladder is in sight, nothing was sent: what is not seen is not traded by key", kind="denied")
            return
        if self.is_learning and named.group is Group.TRADE and named.name != "prompt":
            said = " · ".join(self._sentence(wish) for wish in await self._rehearse(named))
            if said:
                self.say(f"learning: this would {said}", kind="would")
        elif self.status.seat.is_armed and named.name.partition("(")[0] in self.preferences.screen.confirm:
            await self._ask(named)
        else:
            await self._carry_out(named, digit)

    async def _carry_out(self, named: Action, digit: int = 0) -> None:
        call = f"{named.name}({digit})" if named.takes_a_digit else named.name
        await self.app.run_action(call if named.name in OF_APP else f"screen.{call}", self)

    async def _rehearse(self, named: Action) -> list[Wish]:
        """What it would wish for now. Nothing is sent."""
        self.rehearsal = []
        try:
            await self._carry_out(named)
            return self.rehearsal
        finally:
            self.rehearsal = None

    async def _ask(self, named: Action) -> None:
        wished = await self._rehearse(named)
        if not wished:
            return

        async def answered(answer: str | None) -> None:
            if answer == "yes":
                await self._carry_out(named)

        said = "\n".join(f"{self.live_mark}{self._sentence(wish)}" for wish in wished)
        self.app.push_screen(Question(named.help.rstrip("."), said, [("y", "yes", "do it")]), answered)

    # ---- disarming by itself

    def _show_status(self) -> None:
        before = self.status
        super()._show_status()
        now, limit = self.status, self.preferences.screen.idle_disarm_minutes
        if now.seat.holds_lease and 0 <= before.lease_seat != now.lease_seat:
            self.say(f"the trading lease is ours now · {self.keymap.key('toggle_arm')} arms", kind="did")
        if not (now.seat.is_armed and now.seat.holds_lease):
            self._owed = ""
            if why := was_taken(before, now):
                if self.gives_lease:
                    self.say("the trading lease is given, the keys are disarmed", kind="did")
                else:
                    self._tell_disarmed(why)
            self.gives_lease &= now.seat.holds_lease
            return
        book = self.look.book_of(self.instrument)
        why = self._owed or against_arming(now, book, self.instrument) or idle_too_long(self.idle_s(), limit)
        if why and not self._owed:
            self._tell_disarmed(why)
        elif not why:
            self.disarmed_by = ""
        self._owed = why
        if why and now.is_attached:
            self._send(Arm(is_armed=False))
            self.say(f"disarmed: {why}", kind="denied")

    def _tell_disarmed(self, why: str) -> None:
        self.disarmed_by = why
        self.source.note("disarmed", why)
        self.say(f"disarmed: {why}", kind="denied")
        self.notify(f"{why[0].upper()}{why[1:]}.", title="Disarmed", severity="warning", timeout=8, markup=False)

    def action_learn(self) -> None:
        self.is_learning = not self.is_learning
        self.show_learning()
        text = (
            "learning: trading keys only say what they would do" if self.is_learning else "learning is over: keys act"
        )
        self.say(text, kind="did")
