"""Every key of the sheet does what its help says, and a trading key does nothing while disarmed.

A robot presses each of them on one running screen; what is expected of an action stands in the tables below, and an
action without an entry fails.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest
from textual.widgets import Input

from core.vocabulary import OrderType, Side, TimeInForce
from station.actions import ACTIONS, Action, Context, Group, action
from station.app import StationApp
from station.link.tickets import Ticket
from station.link.wishes import Arm, BreakEven, Cancel, CancelAll, Flatten, Move, Pause, ReleaseLease, Reverse, Wish
from station.link.wishes import (
    Group as LegGroup,
)
from station.screens.command_palette import CommandPalette
from station.screens.dialogs import Find, Help, Question
from station.screens.filter import Filter
from station.screens.kill_report import KillReport
from station.screens.prompt import Prompt
from station.screens.settings import SettingsDialog
from station.widgets.pane import Pane
from tests.builders import FixedSource
from tests.desk_views import status
from tests.order_views import worked_orders
from tests.walking import Walk

BASE = 7 << 32
WITHIN_S = 20.0
LOTS = 1_000
SIZE = (160, 48)


class Wished(NamedTuple):
    wishes: Callable[[int], list[Wish]]
    """Of the reference price in ticks: what goes to the desk"""
    before: tuple[str, ...] = ()
    """Keys that are pressed first"""


class Shown(NamedTuple):
    is_so: Callable[[Walk], object]
    """After the key"""
    before: tuple[str, ...] = ()


class Changed(NamedTuple):
    """The picture of a pane is another one after the key."""

    pane: str
    before: tuple[str, ...] = ()


def order(side: Side, **more: object) -> Ticket:
    return Ticket(instrument_id=0, side=side, quantity_lots=LOTS, **more)  # type: ignore[arg-type]


def market(side: Side, lots: int = LOTS, *, is_reduce_only: bool = False) -> Ticket:
    return Ticket(instrument_id=0, side=side, quantity_lots=lots, order_type=OrderType.MARKET,
                  time_in_force=TimeInForce.IOC, is_reduce_only=is_reduce_only)  # fmt: skip


def moved(number: int, price: int = 0, trigger: int = 0) -> Move:
    return Move(client_id=BASE + number, instrument_id=0, price_ticks=price, trigger_ticks=trigger)


def bracket(middle: int, step: int) -> list[Wish]:
    return [
        moved(4, middle - 2 + step),
        moved(3, middle + 9 + step),
        moved(2, middle + 6 + step),
        moved(1, trigger=middle - 6 + step),
    ]


def stops(middle: int, step: int) -> list[Wish]:
    """Of the worked orders of BTC: the trailing stop, the stop with its limit, and the stop of the bracket."""
    return [
        moved(6, trigger=middle - 9 + step),
        moved(5, middle - 8 + step, middle - 7 + step),
        moved(1, trigger=middle - 6 + step),
    ]


WISHED: dict[str, Wished] = {
    "cancel_at_cursor": Wished(lambda middle: [Cancel(client_id=BASE + 4, instrument_id=0)]),
    "cancel_instrument": Wished(lambda middle: [CancelAll(instrument_id=0)]),
    "cancel_buys": Wished(lambda middle: [CancelAll(instrument_id=0, side=Side.BUY)]),
    "cancel_sells": Wished(lambda middle: [CancelAll(instrument_id=0, side=Side.SELL)]),
    "cancel_all": Wished(lambda middle: [CancelAll()]),
    "buy_market": Wished(lambda middle: [market(Side.BUY)]),
    "sell_market": Wished(lambda middle: [market(Side.SELL)]),
    "buy_at_cursor": Wished(lambda middle: [order(Side.BUY, price_ticks=middle - 2)]),
    "sell_at_cursor": Wished(lambda middle: [order(Side.SELL, price_ticks=middle - 2)]),
    "join_bid": Wished(lambda middle: [order(Side.BUY, price_ticks=middle - 1, is_post_only=True)]),
    "join_ask": Wished(lambda middle: [order(Side.SELL, price_ticks=middle + 1, is_post_only=True)]),
    "improve_bid": Wished(lambda middle: [order(Side.BUY, price_ticks=middle, is_post_only=True)]),
    "improve_ask": Wished(lambda middle: [order(Side.SELL, price_ticks=middle, is_post_only=True)]),
    "take_ask": Wished(lambda middle: [order(Side.BUY, price_ticks=middle + 1, time_in_force=TimeInForce.IOC)]),
    "take_bid": Wished(lambda middle: [order(Side.SELL, price_ticks=middle - 1, time_in_force=TimeInForce.IOC)]),
    "stop_at_cursor": Wished(
        lambda middle: [
            order(Side.SELL, order_type=OrderType.STOP, trigger_ticks=middle - 2, is_reduce_only=True)
        ]
    ),
    "move_up": Wished(lambda middle: [moved(4, middle - 1)]),
    "move_down": Wished(lambda middle: [moved(4, middle - 3)]),
    "bracket_up": Wished(lambda middle: bracket(middle, 1)),
    "bracket_down": Wished(lambda middle: bracket(middle, -1)),
    "break_even": Wished(lambda middle: [BreakEven(instrument_id=0)]),
    "stops_up": Wished(lambda middle: stops(middle, 1)),
    "stops_down": Wished(lambda middle: stops(middle, -1)),
    "close_part_25": Wished(lambda middle: [market(Side.SELL, 750, is_reduce_only=True)]),
    "close_part_50": Wished(lambda middle: [market(Side.SELL, 1_500, is_reduce_only=True)]),
    "close_part_75": Wished(lambda middle: [market(Side.SELL, 2_250, is_reduce_only=True)]),
    "pause": Wished(lambda middle: [Pause(client_id=BASE + 7, instrument_id=0)]),
    "flatten": Wished(lambda middle: [Flatten(instrument_id=0)]),
    "close_everything": Wished(lambda middle: [Flatten()]),
    "reverse": Wished(lambda middle: [Reverse(instrument_id=0)]),
}  # fmt: skip
GROUPED = {"bracket_at_cursor": 3, "route_buy": 0, "route_sell": 0}
"""A group of so many legs, 0: any; what is in it tests/unit/station/language says"""


def focus_is(name: str) -> Callable[[Walk], object]:
    return lambda walk: walk.desk.focused is walk.desk.panes[name] and walk.desk.panes[name].display


def dialog_is(kind: type) -> Callable[[Walk], object]:
    return lambda walk: isinstance(walk.app.screen, kind)


def cursor_is(ticks_away: int) -> Callable[[Walk], object]:
    return lambda walk: walk.desk.ladder.cursor_ticks == walk.desk.instrument.reference_ticks + ticks_away


def size_is(lots: int) -> Callable[[Walk], object]:
    return lambda walk: walk.desk.look.sizes.lots(walk.desk.instrument) == lots


def field_is(text: str) -> Callable[[Walk], object]:
    return lambda walk: walk.app.screen.query_one(Input).value == text


def says(text: str) -> Callable[[Walk], object]:
    return lambda walk: text in walk.desk.hint.text


SHOWN: dict[str, Shown | Changed] = {
    "halt": Shown(lambda walk: walk.source.halts == [("kill key", False)]),
    "halt_and_flatten": Shown(lambda walk: walk.source.halts == [("kill key", True)]),
    "rearm": Shown(says("the desk is not halted")),
    "kill_report": Shown(dialog_is(KillReport)),
    "toggle_arm": Shown(lambda walk: walk.source.wishes == [Arm(is_armed=not walk.was_armed)]),  # type: ignore[attr-defined]
    "prompt": Shown(dialog_is(Prompt)),
    "size_preset": Shown(lambda walk: "size " in walk.desk.hint.text),
    "larger": Shown(size_is(2_000)),
    "smaller": Shown(size_is(900)),
    "up": Shown(cursor_is(-1)),
    "down": Shown(cursor_is(-3)),
    "page_up": Shown(cursor_is(8)),
    "page_down": Shown(cursor_is(-12)),
    "to_first": Shown(cursor_is(1)),
    "to_last": Shown(cursor_is(-1)),
    "recentre": Shown(cursor_is(-2), ("pageup", "pagedown")),
    "follow": Shown(lambda walk: walk.desk.hint.kind == "did"),
    "finer": Shown(lambda walk: walk.desk.ladder.group_ticks == 1, ("right_square_bracket",)),
    "coarser": Shown(lambda walk: walk.desk.ladder.group_ticks > 1),
    "choose": Shown(lambda walk: walk.desk.instrument.instrument_id != 0, ("f2", "down")),
    "search": Shown(dialog_is(Find)),
    "next_instrument": Shown(lambda walk: walk.desk.instrument.instrument_id == 1),
    "previous_instrument": Shown(lambda walk: walk.desk.instrument.instrument_id == 15),
    "next_pane": Shown(lambda walk: walk.desk.focused is not walk.desk.ladder),
    "previous_pane": Shown(lambda walk: walk.desk.focused is not walk.desk.ladder),
    "zoom": Shown(lambda walk: walk.desk.zoomed == "ladder"),
    "jump": Shown(lambda walk: walk.desk.ladder.jump_letter == "1"),
    "wider": Shown(lambda walk: walk.desk.layouts.now != walk.desk.layouts.named()["trading"], ("f8",)),
    "narrower": Shown(lambda walk: walk.desk.layouts.now != walk.desk.layouts.named()["trading"], ()),
    "taller": Shown(lambda walk: walk.desk.layouts.now != walk.desk.layouts.named()["trading"], ("f8",)),
    "lower": Shown(lambda walk: walk.desk.layouts.now != walk.desk.layouts.named()["trading"], ("f8",)),
    "layout_by_key": Shown(lambda walk: "layout" in walk.desk.hint.text),
    "layout_undo": Shown(lambda walk: walk.desk.layouts.now.name == "trading", ("alt+2",)),
    "pin": Shown(lambda walk: walk.desk.ladder.is_pinned),
    "tie": Shown(lambda walk: walk.desk.ladder.group == "A"),
    "back": Shown(lambda walk: walk.desk.zoomed is None, ("m",)),
    "lease": Shown(lambda walk: walk.source.wishes == [ReleaseLease()]),
    "strategies": Shown(dialog_is(Question)),
    "learn": Shown(lambda walk: walk.desk.is_learning),
    "snooze": Shown(says("done: keep alerts quiet for 5 min")),
    "palette": Shown(dialog_is(CommandPalette)),
    "next_theme": Shown(says("theme ")),
    "settings": Shown(lambda walk: isinstance(walk.app.screen, SettingsDialog) or "settings" in walk.desk.hint.text),
    "help": Shown(dialog_is(Help)),
    "leave": Shown(dialog_is(Question)),
    # in a list
    "filter": Shown(dialog_is(Filter), ("f8",)),
    "sort": Shown(says("sort"), ("f8",)),
    "turn": Shown(lambda walk: walk.desk.hint.kind == "did", ("f8", "O")),
    "group": Shown(lambda walk: walk.desk.hint.kind in ("did", "denied", "would"), ("f2",)),
    "details": Shown(lambda walk: walk.desk.order_list.shows_details, ("f8",)),
    "copy": Shown(says("copied: "), ("f8",)),
    # in a chart
    "left": Changed("chart", ("alt+c",)),
    "right": Changed("chart", ("alt+c", "left", "left",)),
    "shorter": Changed("chart", ("alt+c",)),
    "longer": Changed("chart", ("alt+c",)),
    "overlay": Changed("chart", ("alt+c",)),
    "study": Changed("chart", ("alt+c",)),
    # in a dialog
    "close_dialog": Shown(lambda walk: walk.app.screen is walk.desk, ("slash",)),
    "line_up": Shown(lambda walk: walk.app.screen is not walk.desk, ("question_mark",)),
    "line_down": Shown(lambda walk: walk.app.screen is not walk.desk, ("question_mark",)),
    "ten_up": Shown(lambda walk: walk.app.screen is not walk.desk, ("question_mark",)),
    "ten_down": Shown(lambda walk: walk.app.screen is not walk.desk, ("question_mark",)),
    "complete": Shown(field_is("cancel "), ("colon", *"canc")),
    "search_history": Shown(field_is("mute on"), ("colon", *"mute on", "enter", "colon", "m")),
}  # fmt: skip
OF_SETTINGS = (
    "find_setting", "change_value", "next_value", "previous_value", "default_value", "add_entry", "remove_entry", "undo"
)  # fmt: skip
"""tests/unit/station/screens/test_settings.py presses these"""


def expected(named: Action) -> bool:
    word = named.word
    return word in WISHED or word in SHOWN or word in GROUPED or word in OF_SETTINGS or word.startswith("pane_")


@pytest.mark.parametrize("named", ACTIONS, ids=lambda named: named.name)
def test_of_every_action_something_is_expected(named: Action) -> None:
    assert expected(named)


@asynccontextmanager
async def at_the_desk() -> AsyncIterator[Walk]:
    source = FixedSource()
    source.order_views = worked_orders(source.known)
    app = StationApp(source)
    async with app.run_test(size=SIZE) as pilot:
        walk = Walk(app, source, pilot)
        await walk.until(lambda: walk.app.screen is walk.desk and walk.desk.status is source.status_view)
        yield walk


async def eventually(walk: Walk, is_so: Callable[[], object]) -> bool:
    """A busy machine gets its time; a key that does nothing is waited for only once a test."""
    give_up = time.monotonic() + WITHIN_S
    while not is_so():
        if time.monotonic() > give_up:
            return False
        await walk.pilot.pause(0.02)
    return True


async def as_at_the_beginning(walk: Walk, *, is_armed: bool) -> None:
    """The same for every key: cursor on the entry of a bracket, one tick to a row, the ladder has the keys."""
    while walk.app.screen is not walk.desk:
        walk.app.pop_screen()
        await walk.pilot.pause()
    desk, source = walk.desk, walk.source
    if desk.is_learning:
        desk.action_learn()
    desk.watching.snoozed_until_ns = 0
    if source.status_view != (wanted := status(is_armed=is_armed)):
        source.status_view = wanted
        desk.show_all()  # not with the next tables, a quarter of a second later
    if desk.layouts.now != desk.layouts.named()["trading"]:
        desk.use_layout("trading")
    if desk.instrument.instrument_id != 0:
        desk.choose(0)
    if desk.zoomed or desk.extra or desk.focused is not desk.ladder:
        desk.action_back()
    await eventually(walk, lambda: desk.status is source.status_view and desk.focused is desk.ladder)
    await walk.settle()
    while desk.ladder.group_ticks > 1:
        desk.ladder.rescale(-1)
    desk.look.sizes.choose(desk.instrument, 4)
    desk.ladder.recentre()
    desk.ladder.to_best(ask=False)
    desk.ladder.move(1)
    desk._hand = (None, frozenset())
    desk.say("", kind="quiet")
    source.wishes.clear()
    source.halts.clear()
    walk.was_armed = is_armed  # type: ignore[attr-defined]


def keys_of(group: Group | None = None, *, contexts: tuple[Context, ...] = tuple(Context)) -> list[tuple[Action, str]]:
    return [
        (named, key)
        for named in ACTIONS
        for key in named.keys
        if (group is None or named.group is group) and named.context in contexts and named.word not in OF_SETTINGS
    ]


async def faults_of(walk: Walk, named: Action, key: str, *, is_armed: bool) -> str:
    """What is wrong with a key; blank: nothing."""
    await as_at_the_beginning(walk, is_armed=is_armed)
    word, middle = named.word, walk.desk.instrument.reference_ticks
    case = WISHED.get(word) or SHOWN.get(word)
    if isinstance(case, Changed):
        return await is_redrawn(walk, case, key)
    await walk.press(*(case.before if case is not None else ()))
    await walk.press(key)
    wished, hint = list(walk.source.wishes), walk.desk.hint.text
    is_held_back = not is_armed and named.group is Group.TRADE
    if word in WISHED or word in GROUPED:
        if is_held_back:
            is_right = not wished and "disarmed: this would" in hint
        elif word in GROUPED:
            is_right = len(wished) == 1 and isinstance(wished[0], LegGroup | Ticket)
            if GROUPED[word]:
                is_right = is_right and isinstance(wished[0], LegGroup) and len(wished[0].legs) == GROUPED[word]
        else:
            is_right = wished == WISHED[word].wishes(middle)
        return "" if is_right else f"{word} by {key}, armed={is_armed}: {wished} {hint!r}"
    is_so = case.is_so if isinstance(case, Shown) else focus_is(word.removeprefix("pane_"))
    if await eventually(walk, lambda: is_so(walk)):
        return ""
    return f"{word} by {key}: {walk.app.screen} {walk.desk.focused} {walk.source.wishes} {walk.desk.hint.text!r}"


async def is_redrawn(walk: Walk, case: Changed, key: str) -> str:
    pane, (comes, *others) = walk.desk.panes[case.pane], case.before
    await walk.press(comes)
    await eventually(walk, lambda: pane.has_focus and pane.size.width > 0 and not pane.is_new)
    await walk.press(*others)
    before = drawn(pane)
    await walk.press(key)
    is_other = await eventually(walk, lambda: drawn(pane) != before)
    return "" if is_other else f"{key} changes nothing of the pane {case.pane}"


def drawn(pane: Pane) -> list[str]:
    return ["".join(segment.text for segment in row) for row in pane.picture(*pane.size)]


@pytest.mark.parametrize("group", [Group.CANCEL, Group.TRADE], ids=lambda group: group.name)
@pytest.mark.parametrize("is_armed", [True, False], ids=["armed", "disarmed"])
async def test_trading_keys_send_what_they_say_and_nothing_while_disarmed(group: Group, is_armed: bool) -> None:
    async with at_the_desk() as walk:
        found = [await faults_of(walk, named, key, is_armed=is_armed) for named, key in keys_of(group)]
    assert [fault for fault in found if fault] == []


@pytest.mark.parametrize(
    "group", [group for group in Group if group not in (Group.CANCEL, Group.TRADE)], ids=lambda group: group.name
)
async def test_every_other_key_does_what_it_says(group: Group) -> None:
    async with at_the_desk() as walk:
        found = [await faults_of(walk, named, key, is_armed=False) for named, key in keys_of(group)]
    assert [fault for fault in found if fault] == []


async def test_the_kill_keys_work_armed_and_disarmed_learning_and_in_dialogs() -> None:
    async with at_the_desk() as walk:
        for is_armed, opening in ((True, ""), (False, ""), (True, "ctrl+l"), (True, "colon"), (False, "ctrl+p")):
            await as_at_the_beginning(walk, is_armed=is_armed)
            await walk.press(*([opening] if opening else []), *action("halt").keys, *action("halt_and_flatten").keys)
            assert [flatten for _, flatten in walk.source.halts] == [False, False, True]
