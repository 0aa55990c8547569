"""LIVE is never an accident: the venue's section and a typed account; every other way ends in PAPER or in words."""

import os
import pty
import sys
from pathlib import Path

import msgspec
import pytest

from core.vocabulary import Mode
from feeds.config import VenueConfig
from station.cli.setup import LiveAccounts, desk_setup
from station.config import DeskSetup, ServedVenue
from station.desk.packing import packed
from station.errors import BadArgument
from station.exit_codes import ExitCode
from tests.station_cli import Station

LIVE = """
[[venues]]
name = "binance"
mode = "live"
account = "mine"
[[venues]]
name = "okx"
account = "mine"
credentials_file = "keys.toml"
"""


def nobody() -> LiveAccounts:
    return LiveAccounts((), None)


def file(folder: Path, text: str) -> Path:
    path = folder / "station.toml"
    path.write_text(text)
    return path


def made(
    folder: Path, *, text: str = LIVE, venues: tuple[str, ...] = ("binance",), mode: str | None = None,
    typed: LiveAccounts | None = None, recordings: tuple[str, ...] = (),
) -> DeskSetup:  # fmt: skip
    return desk_setup(None, venues, None, mode, recordings, file(folder, text), typed=typed)


def test_a_setup_says_which_file_it_was_read_from(tmp_path: Path) -> None:
    """The screen follows that file."""
    typed = LiveAccounts(("mine",), None)
    assert made(tmp_path, typed=typed).config_file == str((tmp_path / "station.toml").resolve())


def test_section_and_typed_account_together_are_live(tmp_path: Path) -> None:
    for typed in (
        LiveAccounts(("mine",), None),
        LiveAccounts(("binance=mine",), None),
        LiveAccounts((), lambda venue: "mine"),
    ):
        setup = made(tmp_path, typed=typed)
        assert setup.mode is Mode.LIVE
        assert [served.live_account for served in setup.venues if setup.trades(served)] == ["mine"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (nobody(), "no terminal to type its account at"),
        (LiveAccounts(("other",), None), "not the account of binance"),
        (LiveAccounts(("okx=mine",), None), "no terminal to type its account at"),
        (LiveAccounts((), lambda venue: ""), "not the account of binance"),
        (LiveAccounts(("mine",), lambda venue: "yes"), "not the account of binance"),  # the option does not answer
        (None, "start it with `station up`"),
    ],
    ids=["nobody", "another name", "another venue's", "nothing typed", "the option at a terminal", "the bare screen"],
)
def test_the_section_alone_starts_nothing(tmp_path: Path, typed: LiveAccounts | None, words: str) -> None:
    with pytest.raises(BadArgument, match=words):
        made(tmp_path, typed=typed)


@pytest.mark.parametrize("text", ["", '[core]\nmode = "live"', '[[venues]]\nname = "binance"\naccount = "mine"'])
def test_the_option_alone_starts_nothing(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadArgument, match="live is said in the section of its venue"):
        made(tmp_path, text=text, mode="live", typed=LiveAccounts(("mine",), None))


def test_an_account_without_a_name_cannot_be_typed(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="live without an account"):
        made(tmp_path, text='[[venues]]\nname = "binance"\nmode = "live"', typed=LiveAccounts((), lambda venue: ""))


def test_the_core_section_alone_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="live is said in the section of its venue"):
        made(tmp_path, text='[core]\nmode = "live"', typed=nobody())


def test_paper_is_paper_whatever_the_section_says(tmp_path: Path) -> None:
    setup = made(tmp_path, mode="paper", typed=LiveAccounts(("mine",), None))

    assert setup.mode is Mode.PAPER
    assert not any(setup.trades(served) for served in setup.venues)


def test_a_recording_is_never_live(tmp_path: Path, captures: Path) -> None:
    recording = captures / "cryptofeed/binance_us/BINANCE_US_2021-10-11.jsonl.gz"
    with pytest.raises(BadArgument, match="recorded market cannot be traded live"):
        made(tmp_path, recordings=(str(recording),), typed=LiveAccounts(("mine",), None))


def test_the_built_in_exchange_is_not_served_beside_real_money(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="beside real money"):
        made(tmp_path, venues=("binance,sim",), typed=LiveAccounts(("mine",), None))


def test_a_second_venue_of_the_desk_is_only_watched(tmp_path: Path) -> None:
    setup = made(tmp_path, venues=("binance,okx,kraken",), typed=LiveAccounts(("mine",), None))
    setup = packed(setup, {}, cpus=2)

    assert [served.name for served in setup.venues if setup.trades(served)] == ["binance"]
    assert [served.name for served in setup.of_group("binance")] == ["binance"]


def test_two_live_venues_want_an_account_each(tmp_path: Path) -> None:
    text = LIVE.replace('name = "okx"', 'name = "binance-2"\ndialect = "binance"\nmode = "live"')
    venues = ("binance,binance-2",)
    with pytest.raises(BadArgument, match="several venues trade LIVE"):
        made(tmp_path, text=text, venues=venues, typed=LiveAccounts(("mine",), None))
    with pytest.raises(BadArgument, match="binance-2 would trade LIVE"):
        made(tmp_path, text=text, venues=venues, typed=LiveAccounts(("binance=mine",), None))
    both = LiveAccounts(("binance=mine", "binance-2=mine"), None)
    assert made(tmp_path, text=text, venues=venues, typed=both).mode is Mode.LIVE


def test_a_setup_that_was_not_typed_trades_nothing() -> None:
    """As a hand-made registry, or a desk that adopts, would have it."""
    venue = VenueConfig(name="binance", mode="live", account="mine")
    setup = DeskSetup(name="main", mode=Mode.LIVE, venues=(ServedVenue(venue=venue),))
    typed = msgspec.structs.replace(setup.venues[0], live_account="mine")
    paper = msgspec.structs.replace(setup, mode=Mode.PAPER, venues=(typed,))

    assert not setup.trades(setup.venues[0])
    assert not paper.trades(typed)
    assert setup.trades(typed)


def test_no_environment_says_live(tmp_path: Path) -> None:
    station = Station(tmp_path)
    (tmp_path / "config").mkdir()
    file(tmp_path / "config", LIVE)
    for name in ("LIVE_ACCOUNT", "STATION_LIVE_ACCOUNT", "STATION_UP_LIVE_ACCOUNT", "STATION_MODE", "MODE"):
        station.environment[name] = "mine" if "ACCOUNT" in name else "live"

    said = station.run("up", "--venue", "binance")
    bare = station.run()

    assert said.code == ExitCode.USAGE
    assert "no terminal to type its account at" in said.error
    assert bare.code == ExitCode.USAGE
    assert "start it with `station up`" in bare.error
    assert not (tmp_path / "state" / "desks" / "main.json").exists()


def test_at_a_terminal_it_says_live_and_wants_the_name_typed(tmp_path: Path) -> None:
    station = Station(tmp_path)
    (tmp_path / "config").mkdir()
    file(tmp_path / "config", LIVE)
    process, master = pty.fork()
    if process == 0:
        command = [sys.executable, "-P", "-m", "station", "up", "--venue", "binance", "--live-account", "mine"]
        os.execve(sys.executable, command, station.environment)
    shown = b""
    while b"Type the name of its account" not in shown:
        shown += os.read(master, 4096)
    os.write(master, b"y\n")
    while b"nothing was started" not in shown:
        shown += os.read(master, 4096)
    _, status = os.waitpid(process, 0)
    os.close(master)

    assert os.waitstatus_to_exitcode(status) == ExitCode.USAGE
    assert b"LIVE" in shown
