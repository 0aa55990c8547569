"""Alerts on a desk at rest: set by a line, told when they go off, kept for the next session."""

import sys
from pathlib import Path

import msgspec
import pytest

from core.vocabulary import FeedState, OrderStatus, Side
from station.alert_file import alert_of, read_alerts
from station.app import StationApp
from station.screen_config import ScreenConfig
from station.terminal.notice import notice, safe
from station.views.orders import OrderNews
from tests.builders import FixedSource
from tests.unit.station.screens.test_commanding import typed
from tests.unit.station.screens.test_hands import on_screen
from tests.walking import Walk


async def test_an_alert_is_watched_told_and_listed() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await typed(walk, "alert alpha.feed not LIVE")
        await typed(walk, "alerts")
        await walk.until(lambda: "○ alpha.feed not LIVE" in walk.text())
        feeds = walk.source.status_view.feeds
        down = msgspec.structs.replace(feeds[0], state=FeedState.DOWN)
        walk.source.status_view = msgspec.structs.replace(walk.source.status_view, feeds=(down, feeds[1]))
        await walk.until(lambda: "alert: alpha.feed not LIVE · DOWN" in walk.desk.hint.text)
        await walk.until(lambda: "● alpha.feed not LIVE ×1" in walk.text())
        assert "13:37:42 alpha.feed not LIVE" in walk.text()
        assert ("alert", "alpha.feed not LIVE · DOWN") in walk.source.notes
        await typed(walk, "alert drop 1")
        await walk.until(lambda: "nothing is watched" in walk.text())


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("BTC-USD > 1", "64,121"),
        ("BTC-USD.alpha.bid > 1", "64,120"),
        ("BTC-USD.spread > 0", "1"),
        ("BTC-USD.change > 0.1%", "0.16 %"),
        ("BTC-USD.imbalance > 0.4", "0.42"),
        ("BTC-USD.position > 0", "0.3"),
        ("BTC-USD.book is LIVE", "LIVE"),
        ("pnl > 500", "+528.92"),
        ("drawdown > 5%", "10.40 %"),
        ("equity > 1", "448,000.00"),
        ("latency.step p99 > 1ns", "473ns"),
        ("beta.feed is SYNCING", "SYNCING"),
        ("unknown > 0", "1"),
        ("halted is no", "no"),
    ],
)
async def test_everything_can_be_watched(line: str, text: str) -> None:
    async with on_screen(ScreenConfig()) as walk:
        await typed(walk, f"alert {line}")
        await walk.until(lambda: bool(walk.desk.look.alerts.told))
        (told,) = walk.desk.look.alerts.told
        assert (told.line, told.reading_text) == (line, text)


async def test_a_fill_of_ours_is_an_alert() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await typed(walk, "alert fill ETH*")
        await walk.until(lambda: bool(walk.desk.look.alerts.alerts))
        for instrument_id in (0, 1):
            walk.source.order_news = (
                *walk.source.order_news,
                OrderNews(client_id=1, instrument_id=instrument_id, side=Side.BUY, status=OrderStatus.FILLED,
                          price_ticks=5, traded_lots=3),
            )  # fmt: skip
        await walk.until(lambda: bool(walk.desk.look.alerts.told))
        assert walk.desk.look.alerts.alerts[0].standing.times == 1


async def test_snoozed_it_is_listed_and_not_said() -> None:
    async with on_screen(ScreenConfig()) as walk:
        await walk.press("ctrl+n")
        await typed(walk, "alert pnl > 0")
        await typed(walk, "alerts")
        await walk.until(lambda: bool(walk.desk.look.alerts.told))
        assert not walk.desk.hint.text.startswith("alert: ")
        await walk.until(lambda: "quiet until 13:42:42" in walk.text())
        await walk.press("ctrl+n")
        await walk.until(lambda: "quiet until" not in walk.text())


async def test_alerts_are_kept_and_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text('[[alerts]]\nwhen = "pnl < -500"\n')
    app = StationApp(FixedSource(), alerts_file=file)
    async with app.run_test(size=(120, 36)) as pilot:
        walk = Walk(app, FixedSource(), pilot)
        await walk.until(lambda: walk.app.screen is walk.desk and bool(walk.desk.watching.alerts))
        await typed(walk, "alert fill")
        assert [alert.line for alert in read_alerts(file)] == ["pnl < -500", "fill"]
        file.write_text("")
        walk.app.preferences.look()
        assert walk.desk.watching.alerts == ()


async def test_a_program_is_started_with_what_happened_and_no_shell(tmp_path: Path) -> None:
    written = tmp_path / "told $(touch x)"
    program = (sys.executable, "-c", f"import sys; open({str(written)!r}, 'w').write(sys.argv[1])")
    alert = msgspec.structs.replace(alert_of("pnl > 0"), command=program)
    async with on_screen(ScreenConfig()) as walk:
        walk.desk.watching.use((alert,))
        await walk.until(lambda: bool(walk.desk.look.alerts.told))
        await walk.until(lambda: written.exists() and written.read_text() != "")
        assert written.read_text() == "pnl > 0 · +528.92"


async def test_a_program_that_is_not_there_is_told_and_stops_nothing() -> None:
    alert = msgspec.structs.replace(alert_of("pnl > 0"), command=("/no/such/program",))
    async with on_screen(ScreenConfig()) as walk:
        walk.desk.watching.use((alert,))
        await walk.until(lambda: "the program of an alert: /no/such/program" in walk.desk.hint.text)


def test_no_text_of_an_alert_can_end_its_sequence() -> None:
    told = notice("a\x1b]52;c;aGk=\x07b\nc\x9c")
    assert told.count("\x07") == 2
    assert told.count("\x1b") == 2
    assert safe("x" * 999) == "x" * 200
