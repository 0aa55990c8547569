"""The lines above and below the panes: status, banner, keys, hint."""

import msgspec
import pytest

from core.vocabulary import FeedState, Mode, ProcessState
from station.renderables.footer import fitting_keys, footer_row, hint_row, key_at
from station.renderables.paint import Paint
from station.renderables.row import width_of
from station.renderables.status import banner_row, status_row, too_small_rows
from station.views.status import FeedView, SeatView, StatusView, TapeView
from tests import desk_views
from tests.row_text import text_of


@pytest.mark.parametrize("width", [80, 100, 120, 160, 250])
@pytest.mark.parametrize("mode", Mode)
def test_the_status_line_always_says_mode_and_arming(paint: Paint, width: int, mode: Mode) -> None:
    text = text_of(status_row(desk_views.status(mode=mode), paint=paint, width=width))
    assert len(text) == width
    assert text.startswith(f" {mode.name} ")
    assert " ARMED " in text


def test_the_status_line_shows_feeds_core_tape_and_clock_on_eighty_columns(paint: Paint) -> None:
    text = text_of(status_row(desk_views.status(), paint=paint, width=80))
    for wanted in ("●alpha", "beta syncing", "core", "12%", "cpu1", "tape 23.5k/s", "?1", "13:37:42"):
        assert wanted in text


@pytest.mark.parametrize(("width", "wanted"), [(160, "●28 live ●venue7 syncing ●venue9 down core"), (80, "●28 live")])
def test_venues_that_are_too_many_to_be_named_are_counted(paint: Paint, width: int, wanted: str) -> None:
    states = {7: FeedState.SYNCING, 9: FeedState.DOWN}
    feeds = tuple(FeedView(venue=f"venue{at}", state=states.get(at, FeedState.LIVE)) for at in range(30))
    text = text_of(status_row(msgspec.structs.replace(desk_views.status(), feeds=feeds), paint=paint, width=width))
    assert wanted in text
    assert "core" in text


@pytest.mark.parametrize(
    ("view", "wanted"),
    [
        (desk_views.status(is_armed=False, is_halted=True), " HALTED "),
        (StatusView(seat=SeatView(seat=-1)), " WATCHING "),
        (StatusView(seat=SeatView(seat=2), lease_seat=5), " LEASE AT SEAT 5 "),
        (StatusView(seat=SeatView(seat=2)), " DISARMED "),
        (StatusView(is_attached=False), " CORE SILENT "),
        (StatusView(tape=TapeView(state=ProcessState.STALE, dropped=1_200)), "cannot write 1.20k lost"),
        (StatusView(feeds=(FeedView(venue="alpha", state=FeedState.DOWN),)), "alpha down"),
    ],
)
def test_what_is_wrong_stands_in_the_status_line(paint: Paint, view: StatusView, wanted: str) -> None:
    assert wanted in text_of(status_row(view, paint=paint, width=120))


def test_the_banner_says_why_and_whether_it_is_proven(paint: Paint) -> None:
    text = text_of(
        banner_row(desk_views.status(is_halted=True), said="size 0.5", paint=paint, width=110, rearm_key="R")
    )
    assert "kill key (seat 0)" in text
    assert "nothing is open at the venue, 6 cancelled · size 0.5" in text
    assert text.endswith(" R re-arms ")


def test_the_banner_counts_the_stops_that_a_halt_left_at_the_venue(paint: Paint) -> None:
    view = desk_views.status(is_halted=True)
    gateways = (msgspec.structs.replace(view.gateways[0], open_at_venue=1), *view.gateways[1:])
    view = msgspec.structs.replace(view, gateways=gateways)
    assert "· 1 left open at the venue, 6 " in text_of(banner_row(view, said="", paint=paint, width=90, rearm_key="R"))


def test_a_small_terminal_gets_a_sentence_that_names_both_sizes(paint: Paint) -> None:
    rows = too_small_rows(40, 10, least=(80, 24), paint=paint)
    text = " ".join(text_of(row).strip() for row in rows)
    assert "40×10" in text
    assert "80×24" in text
    assert {width_of(row) for row in rows} == {40}


def test_the_kill_keys_are_never_crowded_out(paint: Paint) -> None:
    keys = [(letter, "a rather long label") for letter in "abcdefgh"]
    text = text_of(footer_row(keys, [("^K", "HALT"), ("^F", "HALT+FLATTEN")], paint=paint, width=80))
    assert text.rstrip().endswith("^F HALT+FLATTEN")
    assert "^K HALT" in text
    assert " h a rather" in text


def test_a_click_on_the_footer_finds_the_key_that_stands_there(paint: Paint) -> None:
    keys, emergency = [("b", "buy"), ("s", "sell"), ("?", "keys")], [("^K", "HALT")]
    text = text_of(footer_row(keys, emergency, paint=paint, width=60))
    assert key_at(keys, emergency, 60, text.index("sell")) == 1
    assert key_at(keys, emergency, 60, text.index("HALT")) is None
    assert [index for index, _ in fitting_keys(keys, 12)] == [2]


def test_a_hint_is_cut_and_cannot_carry_escape_sequences(paint: Paint) -> None:
    text = text_of(hint_row("\x1b[2J" + "x" * 200, kind="denied", paint=paint, width=50))
    assert len(text) == 50
    assert "\x1b" not in text
