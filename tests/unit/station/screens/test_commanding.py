"""The prompt, its history, and the palette, on a desk at rest."""

import stat
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Input, OptionList

from station.app import StationApp
from station.keymap import Keymap
from station.language.situation import Names, Situation
from station.link.wishes import Arm, CancelAll, Flatten
from station.screen_config import ScreenConfig, read_screen
from station.screens.command_palette import CommandPalette, entries, fitting
from station.screens.dialogs import Question
from station.screens.history import MOST_LINES, History
from station.screens.preferences import Preferences
from station.screens.prompt import Prompt
from station.views.fuzzy import fit
from tests.builders import FixedSource
from tests.unit.station.screens.test_hands import on_screen
from tests.walking import Walk, walking


async def typed(walk: Walk, line: str) -> None:
    await walk.press("colon")
    walk.app.screen.query_one(Input).value = line
    await walk.press("enter")


async def test_lines_do_what_they_say() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await typed(walk, "theme paper")
        assert walk.app.theme == "paper"
        await typed(walk, "goto ETH-USD.beta")
        assert walk.desk.instrument.symbol == "ETH-USD.beta"
        await typed(walk, "goto orders")
        await walk.until(lambda: walk.desk.focused is walk.desk.order_list)
        await typed(walk, "zoom")
        await walk.until(lambda: walk.desk.zoomed == "orders")
        await typed(walk, "learn")
        assert walk.desk.is_learning
        await typed(walk, "flat all")
        assert walk.desk.hint.text == "learning: this would close every position"
        await typed(walk, "learn off")
        await typed(walk, "flat all")
        await typed(walk, "disarm")
        assert walk.source.wishes == [Flatten(), Arm(is_armed=False)]


async def test_a_setting_is_changed_in_its_file_and_what_cannot_be_is_told(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text("# mine\n[screen]\n# fps = 20\n")
    source = FixedSource()
    app = StationApp(source, preferences=Preferences(read_screen(file), file=file, read=read_screen))
    async with app.run_test(size=(120, 36)) as pilot:
        walk = Walk(app, source, pilot)
        await walk.until(lambda: walk.app.screen is walk.desk)
        for line in ("set idle_disarm_minutes 5", "set confirm flatten, reverse", "set hints off"):
            await typed(walk, line)
        await walk.until(lambda: walk.app.preferences.screen.hints is False)
        screen = walk.app.preferences.screen
        assert (screen.idle_disarm_minutes, screen.confirm) == (5, ("flatten", "reverse"))
        await typed(walk, "set idle_disarm_minutes -5")
        assert "allowed: 0 to 1440" in walk.desk.hint.text
    assert file.read_text().startswith("# mine\n[screen]\n# fps = 20\n")
    assert read_screen(file).idle_disarm_minutes == 5


async def test_a_line_that_is_wrong_stays_and_points_at_the_word() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await typed(walk, "theme papr")
        prompt = walk.app.screen
        assert isinstance(prompt, Prompt)
        assert (prompt.shown.view.wrong_at, prompt.shown.view.right) == ((6, 10), "did you mean paper?")


async def test_what_can_follow_is_shown_and_completed() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await walk.press("colon", *"theme p")
        prompt = walk.app.screen
        assert isinstance(prompt, Prompt)
        assert prompt.shown.view.follows == ("paper",)
        assert prompt.shown.view.grammar == "theme NAME"
        await walk.press("tab")
        assert prompt.query_one(Input).value == "theme paper "


async def test_lines_come_back_by_arrow_and_by_their_letters() -> None:
    async with on_screen(ScreenConfig()) as walk:
        for line in ("goto orders", "cancel all", "goto trades"):
            await typed(walk, line)
        await walk.press("colon", "up", "up")
        field = walk.app.screen.query_one(Input)
        assert field.value == "cancel all"
        field.value = "goto"
        await walk.press("ctrl+r")
        assert field.value == "goto trades"
        await walk.press("ctrl+r")
        assert field.value == "goto orders"
        await walk.press("ctrl+r")
        assert field.value == "goto orders"
        await walk.press("enter")
        assert walk.source.wishes == [CancelAll()]


async def test_the_history_is_kept_for_the_next_session(tmp_path: Path) -> None:
    file = tmp_path / "state" / "prompt_history"
    app = StationApp(FixedSource(), history_file=file)
    async with app.run_test(size=(120, 36)) as pilot:
        walk = Walk(app, FixedSource(), pilot)
        await walk.until(lambda: walk.app.screen is walk.desk)
        await typed(walk, "mute")
    assert file.read_text() == "mute\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert History(file).lines == ["mute"]


def test_the_history_keeps_the_newest_lines_each_once(tmp_path: Path) -> None:
    history = History(tmp_path / "h")
    for number in range(MOST_LINES + 7):
        history.add(f"cancel #{number}")
    history.add("cancel #100")
    kept = History(tmp_path / "h").lines
    assert (len(kept), kept[0], kept[-1]) == (MOST_LINES, "cancel #7", "cancel #100")
    assert kept.count("cancel #100") == 1


def test_a_history_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "h").mkdir()
    history = History(tmp_path / "h")
    history.add("cancel all")
    assert history.lines == ["cancel all"]


async def test_the_palette_does_what_is_chosen() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await walk.press("ctrl+p", *"cancel every", "enter")
        assert walk.source.wishes == [CancelAll()]
        await walk.press("ctrl+p", *"eth-usd.b", "enter")
        await walk.until(lambda: walk.desk.instrument.symbol == "ETH-USD.beta")
        await walk.press("ctrl+p", *"theme amber", "enter")
        await walk.until(lambda: walk.app.theme == "amber")


def test_the_palette_knows_every_key_by_the_word_that_the_footer_has_for_it() -> None:
    known = entries(Keymap(), Situation(instruments=(), book=FixedSource().book))
    named = {one.name: one for one in Keymap().actions}
    lost = {
        named[entry.action].label
        for entry in known
        if entry.action and entry not in fitting(named[entry.action].label, known)[:9]
    }
    assert lost == set()


@pytest.mark.parametrize("half", ["flatt", "break", "brack"])
def test_half_a_word_finds_what_it_begins(half: str) -> None:
    best = fitting(half, entries(Keymap(), Situation(instruments=(), book=FixedSource().book)))[0]
    assert Keymap().action(best.action).label.startswith(half)


async def test_a_search_that_finds_nothing_says_so_and_does_nothing() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await walk.press("ctrl+p", *"qqqq", "enter")
        palette = walk.app.screen
        assert isinstance(palette, CommandPalette)
        assert "nothing" in str(palette.query_one(OptionList).get_option_at_index(0).prompt)
        await walk.press("escape")
        assert walk.source.wishes == []


async def test_what_needs_more_words_goes_on_at_the_prompt() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await walk.press("ctrl+p", *"setting fps", "enter")
        assert isinstance(walk.app.screen, Prompt)
        assert walk.app.screen.query_one(Input).value == "set fps "


async def test_the_palette_closes_by_its_own_key_and_halts_by_the_kill_key() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await walk.press("ctrl+p")
        assert isinstance(walk.app.screen, CommandPalette)
        await walk.press("down", "pagedown", "up")
        assert walk.app.screen.query_one(OptionList).highlighted == 10
        await walk.press("ctrl+k", "ctrl+p")
        assert walk.app.screen is walk.desk
        assert len(walk.source.halts) == 1


def test_no_kill_key_hides_among_the_entries() -> None:
    """Enter without looking must not halt the desk."""
    source = FixedSource()
    situation = Situation(instruments=source.instruments(), book=source.book, names=Names(themes=("paper",)))
    known = entries(Keymap(), situation)
    assert not {"halt", "halt_and_flatten"} & {entry.action for entry in known}
    assert {entry.kind for entry in known} == {"key", "command", "instrument", "theme"}
    assert fitting("paper", known)[0].title == "paper"


@pytest.mark.parametrize(
    ("text", "name", "rank"),
    [("btc", "BTC-USD", 0), ("usd", "BTC-USD", 1), ("sd", "BTC-USD", 2), ("bud", "BTC-USD", 3), ("x", "BTC-USD", None)],
)
def test_how_well_a_name_fits(text: str, name: str, rank: int | None) -> None:
    found = fit(text, name)
    assert (found[0] if found else None) == rank


async def test_behind_two_dialogs_the_desk_is_drawn_anew_as_behind_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The upper one keeps what it drew of the lower one until it is told."""
    async with walking(size=(160, 48)) as walk:
        told: list[str] = []
        for way, number in (("changed_behind", 2), ("refresh", 3)):
            walk.app.push_screen(Question("Over it", "a dialog", [("y", "yes", "do it")]))
            await walk.settle()
            monkeypatch.setattr(walk.app.screen, way, lambda *regions, way=way: told.append(way))
            book = walk.desk.ladder.book
            bids = tuple((ticks, lots * number) for ticks, lots in book.bids)
            walk.source.books |= {book.instrument_id: msgspec.structs.replace(book, bids=bids)}
            await walk.until(lambda way=way: told[-1:] == [way])  # type: ignore[misc]
