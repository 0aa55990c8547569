"""The whole language: what each line means, what is wrong with it, and what can follow."""

from pathlib import Path

import msgspec
import pytest

from station.language.commands import COMMANDS, following, read_line, unknown_subject
from station.language.completion import completed
from station.language.deeds import (
    AddAlert,
    ChangeSetting,
    Deed,
    DropAlert,
    GoTo,
    Learn,
    Mute,
    SaveLayout,
    Snooze,
    UndoLayout,
    UseLayout,
    UseTheme,
    Zoom,
    said,
)
from station.language.lines import VERBS
from station.language.page import as_markdown
from station.language.reader import NotUnderstood
from station.language.situation import Names, Situation
from station.link.wishes import Arm
from station.views.alerts import Alert, Test
from tests.builders import FixedSource
from tests.order_views import worked_orders

SOURCE = FixedSource()
SITUATION = Situation(
    instruments=SOURCE.instruments(), book=SOURCE.book, orders=SOURCE.orders(), positions=SOURCE.positions(),
    chosen_id=0,
    names=Names(themes=("midnight", "paper"), layouts=("trading", "scalp"),
                panes=("ladder", "orders", "alerts", "trades"),
                columns=("profit",), settings=("fps", "confirm", "idle_disarm_minutes"), alerts=("pnl < -500",)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("theme PAPER", UseTheme("paper")),
        ("layout scalp", UseLayout("scalp")),
        ("layout save my-own", SaveLayout("my-own")),
        ("layout undo", UndoLayout()),
        ("goto orders", GoTo(pane="orders")),
        ("goto ETH-USD.beta", GoTo(instrument_id=9, symbol="ETH-USD.beta")),
        ("goto eth-usd.beta", GoTo(instrument_id=9, symbol="ETH-USD.beta")),
        ("set confirm flatten, reverse", ChangeSetting("confirm", "flatten, reverse")),
        ("learn off", Learn(is_on=False)),
        ("arm", Arm(is_armed=True)),
        ("disarm", Arm(is_armed=False)),
        ("snooze", Snooze(300 * 10**9)),
        ("snooze 1h", Snooze(3_600 * 10**9)),
        ("snooze off", Snooze(0)),
        ("mute", Mute(is_mute=True)),
        ("zoom", Zoom()),
        ("zoom orders", Zoom("orders")),
        ("alerts", GoTo(pane="alerts")),
        ("alert drop #1", DropAlert(1, "pnl < -500")),
    ],
)
def test_a_line_means_one_thing(line: str, meant: object) -> None:
    assert read_line(line, SITUATION) == (meant,)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("BTC-USD.alpha.imbalance > 0.6", {"subject": "BTC-USD.alpha.imbalance", "test": Test.ABOVE, "value": 0.6}),
        ("BTC-USD>=61000", {"subject": "BTC-USD", "test": Test.AT_LEAST, "value": 61_000.0}),
        ("BTC-USD crosses 61,000", {"subject": "BTC-USD", "test": Test.CROSSES, "value": 61_000.0}),
        ("pnl < -500 once", {"subject": "pnl", "test": Test.BELOW, "value": -500.0, "once": True}),
        ("drawdown > 5% every 5m", {"subject": "drawdown", "test": Test.ABOVE, "value": 0.05, "every_ns": 300 * 10**9}),
        ("latency.step p99 > 1ms", {"subject": "latency.step.p99", "test": Test.ABOVE, "value": 1e6}),
        ("latency.STEP.max >= 800ns", {"subject": "latency.step.max", "test": Test.AT_LEAST, "value": 800.0}),
        ("alpha.feed is stale", {"subject": "alpha.feed", "test": Test.IS, "word": "STALE"}),
        ("BTC-USD.book is not LIVE", {"subject": "BTC-USD.book", "test": Test.IS_NOT, "word": "LIVE"}),
        ("BTC-USD.book not LIVE", {"subject": "BTC-USD.book", "test": Test.IS_NOT, "word": "LIVE"}),
        ("fill BTC*", {"subject": "fill", "test": Test.HAPPENS, "word": "BTC*"}),
        ("fill once", {"subject": "fill", "test": Test.HAPPENS, "once": True}),
        ("ETH-USD.rsi > 70 band 5", {"subject": "ETH-USD.rsi", "test": Test.ABOVE, "value": 70.0, "band": 5.0}),
    ],
)
def test_an_alert_in_words(line: str, expected: dict[str, object]) -> None:
    (meant,) = read_line(f"alert {line}", SITUATION)
    assert meant == AddAlert(Alert(line=line, **expected))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "word", "right"),
    [
        ("buuy 1", "buuy", "did you mean buy?"),
        ("theme papr", "papr", "did you mean paper?"),
        ("goto ordrs", "ordrs", "did you mean orders?"),
        ("set fpss 3", "fpss", "did you mean fps?"),
        ("learn maybe", "maybe", "known here: on, off"),
        ("snooze soon", "soon", "say 5m, 1h, or off"),
        ("alert drop 7", "7", "`goto alerts` lists them with their numbers"),
        ("alert DOGE.price > 1", "DOGE.price", "a symbol with"),
        ("alert pnl over 3", "over", "say > < >= <= crosses"),
        ("alert latency.stp p99 > 1ms", "latency.stp", "did you mean step?"),
        ("alert latency.step p99 > 1", "1", "say 800ns"),
        ("alert alpha.feed is DEAD", "DEAD", "known here: DOWN"),
        ("alert alpha.feed > 3", ">", "say is, or not"),
        ("alert pnl is 3", "is", "say > <"),
        ("alert pnl > much", "much", "for example 61000"),
        ("layout scalp now", "now", "leave it out"),
    ],
)
def test_a_mistake_is_pointed_at_with_what_would_be_right(line: str, word: str, right: str) -> None:
    with pytest.raises(NotUnderstood) as told:
        read_line(line, SITUATION)
    assert line[told.value.start : told.value.end] == word
    assert told.value.right.startswith(right)


@pytest.mark.parametrize("line", ["theme", "layout", "goto", "set fps", "alert", "alert pnl", "alert pnl >", "set"])
def test_what_is_missing_is_named(line: str) -> None:
    with pytest.raises(NotUnderstood, match="is missing"):
        read_line(line, SITUATION)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_example_of_a_command_is_right(command: object) -> None:
    sliced = msgspec.structs.replace(SITUATION, orders=worked_orders(SOURCE.known))
    number = {"pause": "#10", "resume": "#10"}.get(command.name, "#4")  # type: ignore[attr-defined]
    example = command.example.replace("#12", number)  # type: ignore[attr-defined]
    assert read_line(example.replace("BTC-USD", "BTC-USD.alpha").replace("ETH-USD", "ETH-USD.alpha"), sliced)


def test_every_verb_of_orders_is_in_the_table() -> None:
    named = {command.name for command in COMMANDS}
    assert set(VERBS) - named <= {"flatten"}


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("th", "theme"),
        ("theme p", "paper"),
        ("layout sc", "scalp"),
        ("layout u", "undo"),
        ("goto al", "alerts"),
        ("buy 2 BTC", "BTC-USD.alpha"),
        ("buy 2 BTC-USD.alpha @ 3 po", "post"),
        ("alert BTC-USD.alpha.im", "BTC-USD.alpha.imbalance"),
        ("alert latency.step p", "p50"),
        ("alert alpha.f", "alpha.feed"),
        ("alert alpha.feed is ST", "STALE"),
        ("set f", "fps"),
    ],
)
def test_a_word_that_is_begun_is_completed(line: str, first: str) -> None:
    assert following(line, SITUATION)[0] == first
    whole = completed(line, SITUATION)
    assert whole is not None
    assert whole.casefold().endswith(first.casefold())


def test_a_completed_word_is_spelled_as_it_is_known() -> None:
    assert completed("buy 2 btc-u", SITUATION) == "buy 2 BTC-USD.alpha"
    assert completed("TH", SITUATION) == "theme"


def test_what_was_said_is_not_offered_again() -> None:
    assert following("buy 2 BTC-USD.alpha ", SITUATION)[0] == "@"
    assert following("cancel buys ", SITUATION)[0] == "BTC-USD.alpha"
    assert following("cancel buys BTC-USD.alpha ", SITUATION) == []


@pytest.mark.parametrize("verb", ["cancel", "close", "flat", "reverse", "be", "pause"])
def test_every_word_that_is_offered_behind_a_verb_is_understood(verb: str) -> None:
    situation = msgspec.structs.replace(SITUATION, orders=tuple(worked_orders(SOURCE.known)))
    refused = []
    for word in following(f"{verb} ", situation):
        try:
            read_line(f"{verb} {word}", situation)
        except NotUnderstood as error:
            refused += [word] if error.what.startswith(repr(word)) or "ends before" in error.what else []
    assert refused == []


def test_what_could_be_nothing_is_not_completed() -> None:
    assert completed("", SITUATION) is None
    assert completed("theme ", SITUATION) is None
    assert completed("theme zz", SITUATION) is None
    assert following("nonsense w", SITUATION) == []


def test_every_deed_says_what_it_does() -> None:
    lines = ["theme paper", "layout scalp", "layout save a", "layout undo", "goto orders", "goto ETH-USD.beta",
             "mute off", "set fps 3", "learn", "alert pnl > 1", "alert drop 1", "snooze", "snooze off",
             "mute", "zoom", "columns profit"]  # fmt: skip
    sentences = set()
    for line in lines:
        (deed,) = read_line(line, SITUATION)
        assert isinstance(deed, Deed)
        sentences.add(said(deed))
    assert len(sentences) == len(lines)


def test_an_alert_of_the_file_may_be_of_what_is_not_served() -> None:
    assert unknown_subject("DOGE-USD.rsi", SITUATION) == "nothing here is called DOGE-USD.rsi"
    assert unknown_subject("beta.feed", SITUATION) == ""


def test_the_page_of_commands_is_up_to_date() -> None:
    page = Path(__file__).resolve().parents[4] / "docs" / "commands.md"
    assert page.read_text() == as_markdown()
