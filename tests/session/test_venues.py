"""Several venues on one desk: recorded frames over real sockets, a feed cut and healed while watching, by the CLI."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from station.exit_codes import ExitCode
from tests.deadline import eventually
from tests.generous import generous_toml
from tests.station_cli import ROOT, Station

pytestmark = pytest.mark.compiled

RECORDED = ROOT / "tests" / "golden" / "venues"
CONFIG = """
[core]
heartbeat_ms = 3000
stale_after_ms = 10000
[[venues]]
name = "kraken"
depth = 10
stale_after_ms = 1000
[[venues]]
name = "nowhere"
dialect = "okx"
rest_url = "http://127.0.0.1:1"
ws_url = "ws://127.0.0.1:1"
"""


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    station = Station(tmp_path_factory.mktemp("home"))
    (station.home / "config").mkdir()
    (station.home / "config" / "station.toml").write_text(CONFIG)
    (station.home / "config" / "risk.toml").write_text(generous_toml())
    yield station
    station.end()


@pytest.fixture(scope="module")
def desk(station: Station) -> Iterator[Station]:
    """Kraken and OKX, from recordings."""
    recordings = [f"--replay-frames={name}={RECORDED / name}.jsonl" for name in ("kraken", "okx")]
    said = station.run("up", "--venue", "kraken,okx", *recordings, "--json", within_s=600)
    assert said.code == 0, said
    assert said.json["venues"] == ["kraken", "okx"]
    assert said.json["mode"] == "PAPER"
    yield station
    assert station.run("down").code == 0


def feed(station: Station, venue: str, *, desk: str = "main") -> Any:
    feeds = station.json("status", "--desk", desk)["feeds"]
    return next(row for row in feeds if row["venue"] == venue)


def live_venues(station: Station, asset: str) -> int:
    return next(row["live"] for row in station.json("quotes") if row["asset"] == asset)


def is_live(station: Station, venue: str, asset: str) -> bool:
    return feed(station, venue)["state"] == "LIVE" and live_venues(station, asset) == 1


def test_the_books_of_both_venues_are_live_under_one_naming(desk: Station) -> None:
    eventually(lambda: is_live(desk, "kraken", "BTC-USD"), within_s=30)
    eventually(lambda: is_live(desk, "okx", "BTC-USDT"), within_s=30)

    symbols = {row["symbol"] for row in desk.json("instruments")}
    quotes = {row["asset"]: row for row in desk.json("quotes")}

    assert {"BTC-USD.kraken", "BTC-USDT.okx"} <= symbols
    assert quotes["BTC-USD"]["bid_venue"] == quotes["BTC-USD"]["ask_venue"] == "kraken"
    assert float(quotes["BTC-USD"]["bid"]) < float(quotes["BTC-USD"]["ask"])
    assert {"events_per_s", "kb_per_s", "venue_age_ms", "silent_ms", "gaps", "resyncs", "untrusted_ms"} <= feed(
        desk, "okx"
    ).keys()


def test_a_feed_that_is_cut_is_shown_and_heals_and_the_other_one_goes_on(desk: Station) -> None:
    eventually(lambda: is_live(desk, "kraken", "BTC-USD"), within_s=30)
    venue = desk.process("replay.kraken")["pid"]
    before = feed(desk, "okx")

    os.kill(venue, signal.SIGSTOP)  # nothing arrives any more, as when a cable is cut
    eventually(lambda: feed(desk, "kraken")["state"] != "LIVE" and live_venues(desk, "BTC-USD") == 0, within_s=30)
    assert feed(desk, "kraken")["message"]
    assert is_live(desk, "okx", "BTC-USDT")

    os.kill(venue, signal.SIGKILL)  # and the desk starts another one
    eventually(lambda: is_live(desk, "kraken", "BTC-USD"), within_s=60)
    after = feed(desk, "okx")
    assert (after["reconnects"], after["gaps"]) == (before["reconnects"], before["gaps"])


def test_a_venue_whose_list_cannot_be_had_is_down_and_the_others_are_served(desk: Station) -> None:
    said = desk.run("up", "--desk", "b", "--venue", "sim:BTC-USD,nowhere", "--json", within_s=120)
    assert said.code == 0, said
    try:
        assert said.json["mode"] == "PAPER"
        assert "list of instruments cannot be had" in said.json["absent"]["nowhere"]
        eventually(lambda: feed(desk, "nowhere", desk="b")["message"] != "", within_s=20)
        absent = feed(desk, "nowhere", desk="b")
        assert (absent["state"], absent["events"]) == ("DOWN", 0)
        assert {row["symbol"] for row in desk.json("instruments", "--desk", "b")} == {"BTC-USD.alpha", "BTC-USD.beta"}
        eventually(lambda: desk.json("quotes", "--desk", "b")[0]["live"] == 2, within_s=20)
    finally:
        desk.run("down", "--desk", "b")


def test_alone_it_is_a_sentence_and_no_desk(desk: Station) -> None:
    said = desk.run("up", "--desk", "c", "--venue", "nowhere", within_s=60)

    assert said.code not in (0, ExitCode.INTERNAL)
    assert "list of instruments cannot be had" in said.error


def test_an_instrument_that_a_venue_does_not_have_is_told_with_those_that_are_near(desk: Station) -> None:
    said = desk.run("up", "--desk", "c", "--venue", "sim:BTC-USB.alpha,nowhere", within_s=60)

    assert said.code == ExitCode.UNKNOWN_NAME
    assert "BTC-USD.alpha" in said.error


def test_the_simulators_list_needs_no_desk_and_no_network(station: Station, tmp_path: Path) -> None:
    elsewhere = Station(tmp_path)

    rows = elsewhere.json("instruments", "sim", "btc")

    assert {"BTC-USD.alpha", "BTC-USD.beta", "ETH-BTC.alpha"} <= {row["symbol"] for row in rows}
    assert len(elsewhere.json("instruments", "sim", "--limit", "3")) == 3
