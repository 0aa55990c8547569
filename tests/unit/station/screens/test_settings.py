"""The settings over the screen: what is changed there is in the file, counts at once where it can, and is undone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.errors import ConfigError
from station.app import StationApp
from station.config import read_config, read_limits
from station.configuring.schema import settings_of
from station.configuring.settings import NEXT_DESK, Settings, parsed
from station.screen_config import ScreenConfig, read_screen
from station.screens.preferences import Preferences
from station.screens.settings import SettingsDialog, TypedValue
from station.views.numbers import write_times
from tests.builders import FixedSource

TEXT = "# mine\n[screen]\nfps = 10  # slow line\n"
FIELDS = {setting.name: setting for setting in settings_of(ScreenConfig, "screen.")}


def said(settings: Settings, key: str) -> tuple[str, bool]:
    found = next(view for view in settings.views() if view.key == key)
    return found.value, found.is_said


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "station.toml"
    path.write_text(TEXT)
    return path


def test_a_change_is_written_beside_its_comment_and_undone(file: Path) -> None:
    settings = Settings(file)
    settings.change("screen.fps", "15")
    assert file.read_text() == TEXT.replace("10", "15")
    settings.change("screen.time", "local")
    assert said(settings, "screen.time") == ("local", True)
    assert [settings.undo(), settings.undo(), settings.undo()] == ["screen.time", "screen.fps", None]
    assert read_screen(file) == ScreenConfig(fps=10)
    assert file.read_text().startswith(TEXT)


def test_what_cannot_be_is_refused_with_what_is_allowed_and_nothing_to_undo(file: Path) -> None:
    settings = Settings(file)
    for key, typed, told in (
        ("screen.fps", "900", "screen.fps: 900; allowed: 1 to 20 (line 3)"),
        ("screen.fps", "fast", "screen.fps: 'fast'; allowed: a whole number (line 3)"),
        ("screen.theme", "nihgt", "screen.theme: 'nihgt'; allowed: midnight, amber, colour-blind, paper"),
    ):
        with pytest.raises(ConfigError) as error:
            settings.change(key, typed)
        assert error.value.mistakes == [told]
    assert file.read_text() == TEXT
    assert settings.undo() is None


def test_limits_are_written_where_limits_stand(file: Path) -> None:
    settings = Settings(file)
    settings.change("core.risk.max_trades", "7")
    assert read_limits(file.with_name("risk.toml")) == read_config(file).core.risk
    assert read_config(file).core.risk.max_trades == 7
    file.with_name("risk.toml").unlink()
    file.write_text("[core.risk]\nmax_trades = 8\n")
    settings.change("core.risk.max_trades", "9")
    assert file.read_text() == "[core.risk]\nmax_trades = 9\n"


def test_a_default_comes_back(file: Path) -> None:
    settings = Settings(file)
    settings.to_default("screen.fps")
    assert read_screen(file).fps == 20
    settings.undo()
    assert read_screen(file).fps == 10


@pytest.mark.parametrize(
    ("name", "typed", "wanted"),
    [
        ("bracket_targets_bps", "50, 100", [50, 100]),
        ("bracket_targets_bps", "[50]", [50]),
        ("bracket_stop_bps", "50", 50.0),
        ("confirm", "flatten, reverse", ["flatten", "reverse"]),
        ("confirm", "", []),
        ("theme", "paper", "paper"),
        ("hints", "false", False),
        ("time", "local", "local"),
    ],
)
def test_what_is_typed_is_what_is_meant(name: str, typed: str, wanted: object) -> None:
    found = parsed(typed, FIELDS[name])
    assert (found, type(found)) == (wanted, type(wanted))


def test_every_setting_of_the_station_is_there_once_in_a_group(file: Path) -> None:
    views = Settings(file).views()
    assert len({view.key for view in views}) == len(views) > 100
    groups = list(dict.fromkeys(view.group for view in views))
    assert groups[:4] == ["Look", "Trading keys", "Line to the terminal", "Desk"]
    assert [view.group for view in views] == sorted((view.group for view in views), key=groups.index)
    assert {view.applies for view in views if view.group == "Gateway"} == {NEXT_DESK}


@asynccontextmanager
async def opened(file: Path, size: tuple[int, int] = (120, 36)) -> AsyncIterator[tuple[StationApp, Pilot[Any]]]:
    preferences = Preferences(read_screen(file), file=file, read=read_screen)
    app = StationApp(FixedSource(), theme_folder=file.parent / "themes", preferences=preferences)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("comma")
        await pilot.pause()
        assert isinstance(app.screen, SettingsDialog)
        yield app, pilot
    write_times("utc")


def picture(app: StationApp) -> str:
    lines = app.screen.query_one("#setting-lines")
    return "\n".join("".join(part.text for part in row) for row in lines.picture(*lines.size))  # type: ignore[attr-defined]


async def test_a_theme_that_is_chosen_is_seen_at_once_and_taken_back(file: Path) -> None:
    async with opened(file) as (app, pilot):
        await pilot.press("right")
        await pilot.pause()
        assert app.theme == "amber"
        lines = app.screen.query_one("#setting-lines")
        assert lines.paint.palette.name == "amber"  # type: ignore[attr-defined]
        assert 'theme = "amber"' in file.read_text()
        await pilot.press("u")
        await pilot.pause()
        assert app.theme == "midnight"
        assert "screen.theme is as it was before" in picture(app)


async def test_a_value_is_typed_and_a_mistake_says_what_is_allowed(file: Path) -> None:
    async with opened(file) as (app, pilot):
        await pilot.press(*["down"] * 10)
        assert "fps" in picture(app)
        await pilot.press("enter")
        app.screen.query_one(Input).value = "99"
        await pilot.press("enter")
        await pilot.pause()
        assert "screen.fps: 99; allowed: 1 to 20" in picture(app)
        await pilot.press("enter")
        app.screen.query_one(Input).value = "12"
        await pilot.press("enter")
        await pilot.pause()
        assert app.preferences.screen.fps == 12
        assert "screen.fps is written, counts at once" in picture(app)
        await pilot.press("d")
        await pilot.pause()
        assert app.preferences.screen.fps == 20


def test_values_are_shown_as_they_may_be_typed(file: Path) -> None:
    file.write_text("[screen]\nbracket_targets_bps = [50, 100.5]\n")
    shown = {view.key: (view.name, view.value, view.default, view.unit) for view in Settings(file).views()}
    assert shown["screen.bracket_targets_bps"] == ("bracket targets", "50, 100.5", "100", "1/100 %")
    assert shown["screen.confirm"] == ("confirm", "", "", "")
    assert shown["core.lease_ms"] == ("lease", "30000", "30000", "milliseconds")


async def test_the_settings_close_and_what_was_changed_can_still_be_undone(file: Path) -> None:
    async with opened(file, size=(80, 24)) as (app, pilot):
        await pilot.press("right", "escape")
        await pilot.pause()
        assert app.screen is app.desk_screen
        await pilot.press("comma", "u")
        await pilot.pause()
        assert app.theme == "midnight"


async def test_a_click_chooses_a_line_and_another_changes_it(file: Path) -> None:
    async with opened(file) as (app, pilot):
        await pilot.click("#setting-lines", offset=(10, 4))
        await pilot.pause()
        assert "Which time of day" in picture(app)
        await pilot.click("#setting-lines", offset=(10, 4))
        await pilot.pause()
        assert read_screen(file).time == "local"


async def test_settings_are_found_by_their_words(file: Path) -> None:
    async with opened(file) as (app, pilot):
        await pilot.press("slash", *"idle disarm", "enter", "enter")
        await pilot.pause()
        assert isinstance(app.screen, TypedValue)
        app.screen.query_one(Input).value = "7"
        await pilot.press("enter", "slash", *" no such", "enter", "down", "enter", "d")
        await pilot.pause()
        assert read_screen(file).idle_disarm_minutes == 7
        assert "no setting has these words" in picture(app)


VENUES = """\
[[venues]]
name = "kraken"  # the old one
depth = 100

# quick
[[venues]]
name = "okx"
mode = "live"
account = "mine"
"""


def test_a_venue_is_changed_where_it_stands_and_its_neighbours_keep_their_comments(file: Path) -> None:
    file.write_text(TEXT + VENUES)
    settings = Settings(file)
    settings.change("venues[0].depth", "25")
    settings.change("venues[0].instruments", "BTC/USD, ETH/USD")
    settings.change("venues[1].kept_balances", "BTC = 0.5")
    written = TEXT + VENUES.replace("depth = 100", "depth = 25").replace(
        "old one\n", 'old one\ninstruments = ["BTC/USD", "ETH/USD"]\n'
    ).replace('"okx"\n', '"okx"\nkept_balances = { "BTC" = "0.5" }\n')
    assert file.read_text() == written
    settings.to_default("venues[0].depth")
    assert file.read_text() == written.replace("depth = 25\n", "")
    while settings.undo():
        pass
    assert file.read_text() == TEXT + VENUES


def test_a_venue_is_put_in_and_taken_out_again(file: Path) -> None:
    file.write_text(TEXT + VENUES)
    settings = Settings(file)
    assert settings.add("venues", "bybit:BTCUSDT+ETHUSDT") == "venues[2].name"
    assert settings.next_served() == ("kraken", "okx", "bybit")
    settings.remove("venues[0].depth")
    assert [venue.name for venue in read_config(file).venues] == ["okx", "bybit"]
    assert "# quick\n[[venues]]" in file.read_text()
    settings.undo()
    settings.undo()
    assert file.read_text() == TEXT + VENUES


def test_the_first_venue_takes_the_place_of_the_built_in_exchange(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "station.toml")
    assert settings.next_served() == ("sim",)
    settings.add("venues", "ccxt:bitvavo:BTC/EUR")
    (venue,) = read_config(tmp_path / "station.toml").venues
    assert (venue.name, venue.dialect, venue.instruments) == ("bitvavo", "ccxt:bitvavo", ("BTC/EUR",))
    settings.remove("venues[0].name")
    assert settings.next_served() == ("sim",)


def test_a_strategys_parameters_are_changed_by_name(file: Path) -> None:
    settings = Settings(file)
    settings.add("strategies", "market_maker BTC-USD.alpha")
    settings.change("strategies[0].parameters.skew_ticks", "3")
    settings.change("strategies[0].parameters.size_lots", "5")
    settings.change("strategies[0].on", "false")
    (maker,) = read_config(file).strategies
    assert (maker.on, dict(maker.parameters)) == (False, {"skew_ticks": 3.0, "size_lots": 5.0})
    settings.to_default("strategies[0].parameters.skew_ticks")
    assert dict(read_config(file).strategies[0].parameters) == {"size_lots": 5.0}
    assert said(settings, "strategies[0].parameters.skew_ticks") == ("4", False)
    file.write_text(file.read_text() + '[[strategies]]\nname = "imbalance_taker"\nsymbol = "ETH-USD.alpha"\n'
                    "[strategies.parameters]\nthreshold = 0.7  # high\n")  # fmt: skip
    settings.change("strategies[1].parameters.threshold", "0.8")
    assert "threshold = 0.8  # high\n" in file.read_text()


def test_entries_in_one_line_are_changed_too(file: Path) -> None:
    file.write_text('venues = [{ name = "okx" }, { name = "kraken" }]\n')
    settings = Settings(file)
    settings.change("venues[1].depth", "10")
    settings.remove("venues[0].name")
    settings.add("venues", "bybit")
    assert [(venue.name, venue.depth) for venue in read_config(file).venues] == [("kraken", 10), ("bybit", 0)]


def test_an_entry_that_cannot_be_is_refused_with_the_remedy(file: Path) -> None:
    settings = Settings(file)
    for table, typed, told in (
        ("venues", "knaken", "there is no such venue: 'knaken'; did you mean kraken or kraken-v1?"),
        ("venues", "okx,kraken", "one venue at a time: 'okx,kraken'; allowed: kraken, or kraken:BTC/USD+ETH/USD"),
        ("strategies", "maker", "a strategy and its instrument: 'maker'; allowed: market_maker BTC-USD.alpha"),
        ("strategies", "maker X", "strategies[0].name: 'maker'; allowed: market_maker, imbalance_taker (line 6)"),
    ):
        with pytest.raises(ConfigError) as error:
            settings.add(table, typed)
        assert error.value.mistakes == [told]
    assert file.read_text() == TEXT


def test_what_another_hand_wrote_since_is_not_undone(file: Path) -> None:
    settings = Settings(file)
    settings.change("screen.fps", "15")
    file.write_text(file.read_text() + "# by hand\n")
    with pytest.raises(ConfigError, match="changed by another hand"):
        settings.undo()
    assert file.read_text().endswith("# by hand\n")


async def test_real_money_is_asked_for_in_the_file_alone(file: Path) -> None:
    file.write_text(TEXT + VENUES)
    async with opened(file) as (app, pilot):
        await pilot.press("slash", *"[[venues]] okx mode", "enter", "enter")
        await pilot.pause()
        assert "it is changed in the file" in picture(app)
        assert "station.toml:11" in picture(app)
    assert file.read_text() == TEXT + VENUES


async def test_a_venue_is_put_in_by_key_and_the_screen_says_when_it_counts(file: Path) -> None:
    async with opened(file) as (app, pilot):
        await pilot.press("n")
        assert "go there first" in picture(app)
        await pilot.press("slash", *"not named here", "enter", "enter")
        app.screen.query_one(Input).value = "kraken:BTC/USD"
        await pilot.press("enter")
        await pilot.pause()
        told = " ".join(picture(app).split())
        assert "The desk that runs stays as it is; the next `station up` serves kraken." in told
        assert "[[venues]] kraken" in picture(app)
        await pilot.press("x")
        await pilot.pause()
        assert "[[venues]] kraken is out; u brings it back." in picture(app)
        assert read_config(file).venues == ()
        await pilot.press("u")
        await pilot.pause()
        assert [venue.name for venue in read_config(file).venues] == ["kraken"]


async def test_a_strategy_is_switched_off_by_key(file: Path) -> None:
    file.write_text('[[strategies]]\nname = "market_maker"\nsymbol = "BTC-USD.alpha"\n')
    async with opened(file) as (app, pilot):
        await pilot.press("slash", *"[[strategies]] stays empty", "enter", "right")
        await pilot.pause()
        assert not read_config(file).strategies[0].on
        assert "strategies[0].on is written, counts with the next `station up`" in picture(app)
