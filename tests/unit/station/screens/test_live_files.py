"""Files of the user's that change while the screen is open: it follows, and a mistake leaves it as it was."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from station.app import StationApp
from station.screen_config import read_screen
from station.screens.preferences import Preferences
from station.theme import DEFAULT_THEME
from station.views.numbers import write_times
from tests.builders import FixedSource

MINE = 'background = "#102030"\nbid = "#00ff00"\n'


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[StationApp, Pilot[Any]]]:
    file = folder / "station.toml"
    preferences = Preferences(read_screen(file), file=file, read=read_screen)
    app = StationApp(FixedSource(), theme_folder=folder / "themes", preferences=preferences)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        yield app, pilot
    write_times("utc")


def write_theme(folder: Path, text: str) -> None:
    (folder / "themes").mkdir(exist_ok=True)
    (folder / "themes" / "mine.toml").write_text(text)


async def look(app: StationApp, pilot: Pilot[Any]) -> list[str]:
    """As the timer does once a second; what was told."""
    before = len(app._notifications)
    app._look_at_files()
    await pilot.pause()
    return [note.message for note in app._notifications][before:]


async def test_a_theme_of_ones_own_is_picked_up_and_changes_with_its_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        write_theme(tmp_path, MINE)
        await look(app, pilot)
        assert "mine" in app.palettes
        app.use_theme("mine")
        write_theme(tmp_path, MINE.replace("#102030", "#203040"))
        assert await look(app, pilot) == []
        await pilot.pause()
        assert app.desk_screen.palette.background == "#203040"
        assert app.desk_screen.ladder.paint.palette.background == "#203040"
        assert app.desk_screen.styles.background.hex.lower() == "#203040"


async def test_a_mistake_in_a_theme_is_told_and_the_old_colours_stay(tmp_path: Path) -> None:
    write_theme(tmp_path, MINE)
    async with opened(tmp_path) as (app, pilot):
        app.use_theme("mine")
        write_theme(tmp_path, 'bid = "green"\n')
        (told,) = await look(app, pilot)
        assert told == "bid: a colour as \"#rrggbb\", not 'green' (line 1)"
        assert app.desk_screen.palette.bid == "#00ff00"
        assert await look(app, pilot) == []


async def test_a_theme_whose_file_is_gone_gives_way_to_the_default(tmp_path: Path) -> None:
    write_theme(tmp_path, MINE)
    async with opened(tmp_path) as (app, pilot):
        app.use_theme("mine")
        (tmp_path / "themes" / "mine.toml").unlink()
        await look(app, pilot)
        assert (app.theme, "mine" in app.palettes) == (DEFAULT_THEME, False)


async def test_the_section_of_the_screen_is_followed(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        (tmp_path / "station.toml").write_text('[screen]\ntheme = "paper"\ntime = "local"\n')
        assert await look(app, pilot) == []
        assert (app.theme, app.desk_screen.palette.name) == ("paper", "paper")
        (tmp_path / "station.toml").write_text('[screen]\ntheme = "papre"\n')
        (told,) = await look(app, pilot)
        assert told.startswith("screen.theme: 'papre'; allowed: midnight, amber")
        assert app.theme == "paper"


async def test_what_is_wrong_from_the_start_is_told_on_the_open_screen(tmp_path: Path) -> None:
    write_theme(tmp_path, "bid = 3\n")
    (tmp_path / "station.toml").write_text('[screen]\ntheme = "mine"\n')
    async with opened(tmp_path) as (app, pilot):
        await pilot.pause(0.1)
        assert app.theme == DEFAULT_THEME
        assert [note.message.split(":")[0] for note in app._notifications] == ["bid", "screen.theme"]
