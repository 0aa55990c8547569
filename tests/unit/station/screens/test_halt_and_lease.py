"""Who may trade, by the screen: halting, re-arming, arming, and the lease."""

import msgspec
import pytest
from textual.widgets._toast import Toast

from station.app import StationApp
from station.link.wishes import Arm, AskLease, Rearm, ReleaseLease, TakeLease
from station.screens.kill_report import KillReport
from station.views.kill import KillVenueView, KillView
from station.views.status import SeatView
from station.widgets.canvas import Canvas
from tests.builders import FixedSource
from tests.desk_views import status
from tests.walking import Walk, disarmed, walking


@pytest.mark.parametrize(("key", "flatten"), [("ctrl+k", False), ("f12", False), ("ctrl+f", True)])
async def test_one_key_halts_and_the_banner_shows(key: str, flatten: bool) -> None:
    async with walking() as walk:
        await walk.press(key)
        assert [halted for _, halted in walk.source.halts] == [flatten]
        await walk.until(lambda: walk.desk.status.is_halted)
        assert " HALTED " in walk.text()


@pytest.mark.parametrize("opens", ["question_mark", "slash", "ctrl+q", "G"])
async def test_the_kill_key_works_in_every_dialog(opens: str) -> None:
    async with walking() as walk:
        await walk.press(opens)
        assert walk.app.screen is not walk.desk
        await walk.press("ctrl+k")
        assert len(walk.source.halts) == 1


async def test_the_kill_key_works_on_a_terminal_that_is_too_small() -> None:
    async with walking(size=(40, 10)) as walk:
        assert "80×24" in walk.text().replace("\n", " ") or "80×24" in walk.text()
        await walk.press("ctrl+k")
        assert len(walk.source.halts) == 1


async def test_re_arming_wants_a_reason() -> None:
    async with walking(FixedSource(status_view=status(is_halted=True, is_armed=False))) as walk:
        await walk.press("R", "enter")
        assert walk.source.wishes == []
        await walk.press(*"news", "enter")
        assert walk.source.wishes == [Rearm(reason="news")]


async def test_the_kill_report_grows_while_it_is_open_and_the_kill_keys_work_in_it() -> None:
    async with walking(FixedSource(status_view=status(is_halted=True, is_armed=False))) as walk:
        await walk.press("K")
        await walk.until(lambda: isinstance(walk.app.screen, KillReport))
        lines = walk.app.screen.query_one(Canvas)
        await walk.until(lambda: "No halt has left a report" in shown(lines))
        venue = KillVenueView("binance", "nothing open", True, 0, 3, 7.5)
        walk.source.kill_view = KillView("one", "kill key", "desk", False, 1, 9.0, False, (venue,), ())
        await walk.until(lambda: "● binance" in shown(lines))
        await walk.press("f12")
        assert walk.source.halts == [("kill key", False)]
        await walk.press("escape")
        await walk.until(lambda: walk.app.screen is walk.desk)


def shown(canvas: Canvas) -> str:
    return "\n".join("".join(segment.text for segment in row) for row in canvas._rows)


async def test_arming_and_the_lease() -> None:
    async with walking(disarmed()) as walk:
        await walk.press("A")
        await walk.until(lambda: walk.desk.status.seat.is_armed)
        await walk.press("L")
        assert walk.source.wishes == [Arm(is_armed=True), ReleaseLease()]


async def test_a_lease_that_another_holds_is_asked_for_or_taken_with_a_reason() -> None:
    held = msgspec.structs.replace(status(is_armed=False), lease_seat=4, seat=SeatView(seat=2))
    async with walking(FixedSource(status_view=held)) as walk:
        assert "LEASE AT SEAT 4" in walk.text()
        assert "L asks for it" in walk.desk.hint.text
        await walk.press("b")
        assert walk.source.wishes == []
        assert "you watch: this would buy" in walk.desk.hint.text
        assert walk.desk.hint.text.endswith("· L asks for the trading lease")
        await walk.press("L", "a")
        assert walk.source.wishes == [AskLease()]
        await walk.press("L", "t", *"frozen", "enter")
        assert walk.source.wishes == [AskLease(), TakeLease(reason="frozen")]


async def test_a_key_on_a_halted_desk_says_what_re_arms_it() -> None:
    async with walking(FixedSource(status_view=status(is_armed=False, is_halted=True))) as walk:
        await walk.press("b")
        assert walk.source.wishes == []
        assert "halted: this would buy" in walk.desk.hint.text
        assert walk.desk.hint.text.endswith("· R re-arms")


async def test_what_is_told_in_a_corner_covers_neither_hint_nor_keys() -> None:
    app = StationApp(FixedSource())
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        walk = Walk(app, app.source, pilot)  # type: ignore[arg-type]
        await walk.until(lambda: app.screen is walk.desk)
        app.notify("something", timeout=30)
        await walk.until(lambda: bool(app.screen.query(Toast)) and app.screen.query_one(Toast).size.height > 0)
        assert app.screen.query_one(Toast).region.bottom <= walk.desk.hint.region.y


async def test_who_is_asked_for_the_lease_sees_it_and_gives_it_with_one_key() -> None:
    async with walking() as walk:
        walk.source.asks_for_lease = "seat 3 at 192.0.2.7"
        await walk.until(lambda: "seat 3 at 192.0.2.7 asks for the trading lease · L gives it" in walk.desk.hint.text)
        await walk.press("L")
        assert walk.source.wishes == [ReleaseLease()]
        given = msgspec.structs.replace(walk.source.status_view, lease_seat=3, seat=SeatView(seat=0))
        walk.source.status_view = given
        await walk.until(lambda: "the trading lease is given" in walk.desk.hint.text)
        assert walk.source.notes == [], "what one gives was not taken"


async def test_a_watcher_sees_who_trades_and_that_he_is_gone() -> None:
    held = msgspec.structs.replace(status(is_armed=False), lease_seat=4, lease_place="192.0.2.7", seat=SeatView(seat=2))
    async with walking(FixedSource(status_view=held)) as walk:
        assert walk.desk.hint.text.startswith("you watch: seat 4 at 192.0.2.7 holds the trading lease · L asks for it")
        walk.source.status_view = msgspec.structs.replace(held, is_lease_orphaned=True, lease_place="")
        await walk.until(lambda: "seat 4 is gone, its trading lease ends within 30 s" in walk.desk.hint.text)
        ours = msgspec.structs.replace(held, lease_seat=2, seat=SeatView(seat=2, holds_lease=True))
        walk.source.status_view = ours
        await walk.until(lambda: "the trading lease is ours now · A arms" in walk.desk.hint.text)
