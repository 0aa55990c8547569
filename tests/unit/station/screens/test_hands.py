"""From key to wish: the key map, learning, and what asks first."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from core.vocabulary import BookState
from station.app import StationApp
from station.keymap import Keymap
from station.link.wishes import Arm, CancelAll, Flatten
from station.screen_config import ScreenConfig
from station.screens.dialogs import Question
from station.screens.preferences import Preferences
from station.screens.prompt import Prompt
from station.views.status import SeatView
from tests.builders import FixedSource
from tests.desk_views import status
from tests.walking import Walk


@asynccontextmanager
async def on_screen(screen: ScreenConfig, *, is_armed: bool = True) -> AsyncIterator[Walk]:
    source = FixedSource(status_view=status(is_armed=is_armed))
    app = StationApp(source, preferences=Preferences(screen))
    async with app.run_test(size=(120, 36)) as pilot:
        walk = Walk(app, source, pilot)
        await walk.until(lambda: walk.app.screen is walk.desk and walk.desk.status is source.status_view)
        yield walk


def with_keys(**keys: tuple[str, ...]) -> Keymap:
    usual = Keymap()
    return Keymap(tuple(named._replace(keys=keys.get(named.word, named.keys)) for named in usual.actions))


async def test_a_new_key_map_counts_at_once_and_is_shown() -> None:
    async with on_screen(ScreenConfig()) as walk:
        walk.app.use_keymap(with_keys(flatten=("v",), toggle_arm=("f7",), pane_positions=("f",)))
        await walk.press("v")
        assert walk.source.wishes == [Flatten(instrument_id=0)]
        await walk.press("f7", "q")
        await walk.until(lambda: "F7 arms" in walk.desk.hint.text)
        assert "Positions f" in walk.text()


async def test_while_learning_a_key_says_what_it_would_do_and_does_nothing() -> None:
    async with on_screen(ScreenConfig(learning=True)) as walk:
        assert " LEARNING " in walk.text()
        await walk.press("b")
        assert walk.desk.hint.text.startswith("learning: this would buy 0.1 BTC-USD.alpha @ ")
        assert walk.source.wishes == []
        await walk.press("ctrl+l", "b")
        assert len(walk.source.wishes) == 1
        assert " LEARNING " not in walk.text()


async def test_cancels_and_the_kill_key_work_while_learning() -> None:
    async with on_screen(ScreenConfig(learning=True)) as walk:
        await walk.press("C", "ctrl+k")
        assert walk.source.wishes == [CancelAll()]
        assert walk.source.halts == [("kill key", False)]


async def test_what_is_configured_to_ask_asks_in_the_words_of_what_it_would_do() -> None:
    async with on_screen(ScreenConfig(confirm=("flatten", "close_part"))) as walk:
        await walk.press("f")
        assert isinstance(walk.app.screen, Question)
        assert walk.source.wishes == []
        await walk.press("escape")
        assert walk.source.wishes == []
        await walk.press("f", "y")
        assert walk.source.wishes == [Flatten(instrument_id=0)]
        await walk.press("y")
        assert isinstance(walk.app.screen, Question)


async def test_disarmed_nothing_asks() -> None:
    async with on_screen(ScreenConfig(confirm=("flatten",)), is_armed=False) as walk:
        await walk.press("f")
        assert walk.desk.hint.text.startswith("disarmed: this would close the position")


async def test_idle_minutes_disarm_and_say_so() -> None:
    async with on_screen(ScreenConfig(idle_disarm_minutes=3)) as walk:
        walk.desk.idle_s = lambda: 181.0
        await walk.until(lambda: not walk.desk.status.seat.is_armed)
        assert walk.source.wishes == [Arm(is_armed=False)]
        assert walk.desk.hint.text == "disarmed: 3 minutes without a key"


async def test_a_key_or_a_click_begins_the_time_anew() -> None:
    async with on_screen(ScreenConfig()) as walk:
        walk.app._touched_s -= 100.0
        assert walk.desk.idle_s() >= 100
        await walk.press("down")
        assert walk.desk.idle_s() < 50


async def test_a_book_that_cannot_be_trusted_disarms_and_cannot_be_armed_on() -> None:
    async with on_screen(ScreenConfig()) as walk:
        assert " ARMED " in walk.text().split("BTC-USD.alpha")[1]
        usual = walk.source.books[0]
        walk.source.books[0] = msgspec.structs.replace(usual, state=BookState.GAPPED)
        await walk.until(lambda: not walk.desk.status.seat.is_armed)
        assert "the book of BTC-USD.alpha is " in walk.desk.hint.text
        await walk.press("A")
        assert walk.desk.hint.text.startswith("not armed: the book of BTC-USD.alpha is ")
        walk.source.books[0] = usual
        await walk.press("A")
        assert walk.source.wishes == [Arm(is_armed=False), Arm(is_armed=True)]
        await walk.until(lambda: walk.desk.status.seat.is_armed)


async def test_a_lease_that_is_lost_is_told() -> None:
    async with on_screen(ScreenConfig()) as walk:
        walk.source.status_view = msgspec.structs.replace(status(), lease_seat=2, seat=SeatView(seat=0))
        await walk.until(lambda: "the trading lease is lost to seat 2" in walk.desk.hint.text)
        assert walk.source.wishes == []


async def test_a_size_out_of_the_usual_is_pointed_at_before_it_is_sent() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await walk.press("b")
        walk.desk.hint_is_over()
        await walk.press("9")
        walk.desk.hint_is_over()
        await walk.until(lambda: "50× your usual size" in walk.desk.hint.text)
        assert walk.desk.hint.kind == "care"


async def test_the_prompt_points_at_a_size_out_of_the_usual() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await walk.press("colon", *"buy 3 @ bid")
        prompt = walk.app.screen
        assert isinstance(prompt, Prompt)
        assert "30× your usual size" in prompt.shown.view.previews[0].warnings


async def test_keys_follow_their_file_and_a_mistake_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('[everywhere]\nflatten = "v"\n')
    source = FixedSource()
    app = StationApp(source, keys_file=file)
    async with app.run_test(size=(120, 36)) as pilot:
        walk = Walk(app, source, pilot)
        await walk.until(lambda: walk.app.screen is walk.desk and walk.desk.status is source.status_view)
        await walk.press("v")
        file.write_text('[everywhere]\nflatten = ["V", "v"]\n')
        app._look_at_files()
        await walk.press("V")
        file.write_text('[everywhere]\nflatten = "b"\n')
        app._look_at_files()
        await walk.until(lambda: [one.title for one in app._notifications] == [str(file)])
        await walk.press("v")
        assert source.wishes == [Flatten(instrument_id=0)] * 3
