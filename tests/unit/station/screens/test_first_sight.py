"""At the first sight of a layout it says what can be done there; then never again."""

from pathlib import Path

from textual.widgets._toast import Toast

from station.app import StationApp
from station.screen_config import ScreenConfig
from station.screens.first_sight import FirstSight
from station.screens.preferences import Preferences
from tests.builders import FixedSource
from tests.walking import Walk


async def hints(file: Path, *, wanted: bool = True, keys: tuple[str, ...] = ()) -> list[str]:
    source = FixedSource()
    app = StationApp(source, preferences=Preferences(ScreenConfig(hints=wanted)), seen_file=file)
    async with app.run_test(size=(160, 48)) as pilot:
        walk = Walk(app, source, pilot)
        await walk.until(lambda: walk.app.screen is walk.desk and walk.desk.status is source.status_view)
        await walk.press(*keys)
        await pilot.pause(0.1)
        return [notification.message for notification in app._notifications if notification.title == "First time here"]


async def test_each_layout_says_once_what_can_be_done_there(tmp_path: Path) -> None:
    file = tmp_path / "state" / "hints_seen"
    (first,) = await hints(file)
    assert "A arms the trading keys" in first
    (second,) = await hints(file, keys=("alt+2",))
    assert second != first
    assert await hints(file, keys=("alt+2",)) == []


async def test_only_the_newest_is_in_sight_and_escape_closes_it(tmp_path: Path) -> None:
    file = tmp_path / "hints_seen"
    (third,) = await hints(file, keys=("alt+2", "alt+3"))
    assert third.startswith("Depth:")
    assert await hints(file, keys=("alt+4", "escape")) == []


async def test_they_can_be_switched_off(tmp_path: Path) -> None:
    assert await hints(tmp_path / "hints_seen", wanted=False) == []


def test_what_cannot_be_kept_is_shown_again_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    seen = FirstSight(tmp_path / "folder")
    assert (seen.is_new("x"), seen.is_new("x")) == (True, False)
    assert FirstSight(None).is_new("x") is False


async def test_what_is_told_stands_above_the_prompt() -> None:
    source = FixedSource()
    app = StationApp(source)
    async with app.run_test(size=(160, 48), notifications=True) as pilot:
        walk = Walk(app, source, pilot)
        await walk.until(lambda: app.screen is walk.desk)
        app.notify("a word", timeout=60)
        await walk.press("colon")
        await walk.until(lambda: bool(app.screen.query(Toast)) and bool(app.screen.query_one(Toast).region))
        (box,) = app.screen.query(".prompt")
        assert app.screen.query_one(Toast).region.bottom <= box.region.y
