"""A slow line brings keys in bursts: each counts where it was meant, and a letter of a text is never an order."""

from itertools import count

import pytest
from textual import events
from textual.widgets import Input

from core.vocabulary import Side
from station.link.wishes import Cancel
from station.screens.catalogue import PANES
from station.screens.command_palette import CommandPalette
from station.screens.dialogs import Find, Question
from station.screens.filter import Filter
from station.screens.prompt import Prompt
from station.terminal.driver import TerminalDriver
from tests.walking import Walk, walking

ENTER, ESCAPE, TAB = "enter", "escape", "tab"
CHARACTERS = {" ": "space", ":": "colon", "\\": "backslash", "/": "slash", "'": "apostrophe", ".": "full_stop"}


async def burst(walk: Walk, *keys: str) -> None:
    """All at once: no key waits for what the one before it does."""
    for key in keys:
        character = key if len(key) == 1 else {"enter": "\r", "tab": "\t", "ctrl+p": "\x10"}.get(key)
        walk.app.post_message(events.Key(CHARACTERS.get(key, key), character))
    await walk.pilot.pause()
    await walk.pilot.pause()


@pytest.mark.parametrize(("opens", "dialog"), [("\\", Filter), (":", Prompt), ("/", Find), ("ctrl+p", CommandPalette)])
async def test_what_is_typed_while_a_dialog_opens_stands_in_its_field(opens: str, dialog: type) -> None:
    async with walking() as walk:
        await walk.press("f2")
        await burst(walk, opens, *"bsq")
        assert isinstance(walk.app.screen, dialog)
        assert walk.app.screen.query_one(Input).value == "bsq"
        assert walk.source.wishes == []


async def test_a_key_after_enter_is_not_part_of_the_line_and_counts_on_the_ladder() -> None:
    async with walking() as walk:
        await burst(walk, ":", *"cancel all", ENTER, "b")
        assert walk.app.screen is walk.desk
        assert [type(wish).__name__ for wish in walk.source.wishes] == ["CancelAll", "Ticket"]
        assert walk.source.wishes[1].side is Side.BUY  # type: ignore[union-attr]


async def test_a_second_line_is_typed_and_never_traded() -> None:
    async with walking() as walk:
        await burst(walk, ":", *"goto ETH-USD.beta", ENTER, ":", *"sbx")
        assert walk.source.wishes == []
        assert walk.app.screen.query_one(Input).value == "sbx"
        assert walk.desk.instrument.symbol == "ETH-USD.beta"


async def test_escape_after_a_burst_leaves_the_filter_as_it_was() -> None:
    async with walking() as walk:
        await walk.press("f2")
        await burst(walk, "\\", *"btc", ESCAPE)
        watch = walk.desk.panes["watch"]
        assert watch.words == ""  # type: ignore[attr-defined]
        assert walk.app.screen is walk.desk


async def test_enter_takes_the_line_that_what_was_typed_has_found() -> None:
    async with walking() as walk:
        await burst(walk, "/", *"ethbeta", ENTER, "b")
        assert walk.desk.instrument.symbol in ("ETH-USD.beta", "ETH-BTC.beta")
        (wish,) = walk.source.wishes
        assert wish.instrument_id == walk.desk.instrument.instrument_id  # type: ignore[union-attr]


async def test_an_order_goes_to_the_ladder_that_tab_has_just_given_the_keys() -> None:
    async with walking(size=(160, 48)) as walk:
        await walk.press("alt+5")
        first = walk.desk.instrument
        await burst(walk, TAB, "b")
        (wish,) = walk.source.wishes
        assert walk.desk.instrument is not first
        assert wish.instrument_id == walk.desk.instrument.instrument_id  # type: ignore[union-attr]


async def test_a_cancel_goes_to_the_list_that_was_just_brought() -> None:
    async with walking() as walk:
        newest = walk.desk.order_list.lines[0]
        await burst(walk, "f8", "c")
        assert walk.source.wishes == [
            Cancel(client_id=newest.order.client_id, instrument_id=newest.order.instrument_id)  # type: ignore[union-attr]
        ]


async def test_the_answer_to_a_question_is_no_order() -> None:
    async with walking() as walk:
        await burst(walk, "G", "x", "s")
        assert isinstance(walk.app.screen, Question)
        await burst(walk, "y", "b")
        assert [type(wish).__name__ for wish in walk.source.wishes] == ["EnableStrategies", "Ticket"]


async def test_the_letter_of_a_jump_is_no_order_and_a_kill_key_still_halts() -> None:
    async with walking() as walk:
        await burst(walk, "'", "o", "'", "s")
        assert walk.source.wishes == []
        await burst(walk, "'", "ctrl+k")
        assert walk.source.halts == [("kill key", False)]


async def test_under_a_dialog_no_trading_key_is_offered() -> None:
    async with walking() as walk:
        assert "buy_at_cursor" in walk.desk.footer.actions
        await walk.press("colon")
        assert list(walk.desk.footer.actions) == ["close_dialog"]
        await walk.press("escape")
        assert "buy_at_cursor" in walk.desk.footer.actions


async def test_what_a_key_changed_is_written_before_the_next_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual's own way has four queues, and the timer of frames may be first."""
    async with walking() as walk:
        await walk.press("3")
        await walk.until(lambda: not walk.desk._layout_required)
        written: list[str] = []
        monkeypatch.setattr(walk.app, "wrote", lambda screen: written.append(walk.desk.hint.text))
        await walk.app.on_event(events.Key("4", "4"))
        assert written[-1:] == [walk.desk.hint.text], "inside the same turn of the loop"
        assert "size" in written[-1]


async def test_a_key_that_a_screen_was_told_of_is_waited_for_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with walking() as walk:
        driver = object.__new__(TerminalDriver)
        driver.keys_read = 2
        with monkeypatch.context() as patched:
            patched.setattr(walk.app, "_driver", driver)
            patched.setattr(walk.app, "_follow_driver", lambda: None)
            seen = [walk.app.is_key_waiting]
            for _ in range(2):
                await walk.app.on_event(events.Key("4", "4"))
                seen.append(walk.app.is_key_waiting)
        assert seen == [True, True, False]


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The panes that looked, in their order."""
    names: list[str] = []
    for kind in PANES:
        monkeypatch.setattr(kind, "look", lambda pane, _: names.append(pane.id))
    return names


async def test_a_key_does_not_wait_for_a_frame_which_comes_behind_its_answer(
    monkeypatch: pytest.MonkeyPatch, looked: list[str]
) -> None:
    async with walking() as walk:
        desk, is_waiting = walk.desk, [True]
        await walk.press("3")
        await walk.until(lambda: not desk._layout_required)
        monkeypatch.setattr(type(walk.app), "is_key_waiting", property(lambda _: is_waiting[0]))
        written: list[int] = []
        monkeypatch.setattr(walk.app, "wrote", lambda screen: written.append(len(looked)))
        looked.clear()
        desk._due = set(desk.panes)
        desk.draw()
        assert (looked, written) == ([], [])
        is_waiting[0] = False
        await walk.app.on_event(events.Key("4", "4"))
        answered = len(looked)  # the ladder, which shows the size
        assert written == [answered]
        await walk.until(lambda: not desk.is_owed)
        assert set(looked[answered:]) == {name for name, pane in desk.panes.items() if pane.display}


async def test_a_frame_gives_way_between_two_panes_and_then_to_nothing(
    monkeypatch: pytest.MonkeyPatch, looked: list[str]
) -> None:
    async with walking() as walk:
        desk = walk.desk
        shown = [name for name, pane in desk.panes.items() if pane.display]
        asked = count()
        monkeypatch.setattr(type(walk.app), "is_key_waiting", property(lambda _: next(asked) > 0))
        looked.clear()
        desk._due = set(desk.panes)
        desk.draw()
        assert looked == shown[:1]
        desk.draw()
        assert looked == shown


async def test_a_frame_also_comes_behind_a_letter_that_a_dialog_took(monkeypatch: pytest.MonkeyPatch) -> None:
    async with walking() as walk:
        await walk.press("colon")
        answered: list[str] = []
        monkeypatch.setattr(walk.app, "answered", lambda: answered.append(walk.app.screen.query_one(Input).value))
        await walk.press("b")
        assert answered == ["b"]
