"""The whole language, one entry a command: name, grammar, what it does, an example, what can follow.

The prompt, the palette and `station do` read lines by this table; station/language/lines.py reads the orders in it.
A line becomes wishes to the desk, or deeds of the screen.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from core.errors import UnitsError
from core.units import NS_OF, to_ns
from station.language import lines
from station.language.alerts import FILL, HOPS, LATENCY, OF_DESK, OF_INSTRUMENT, PERCENTILES, WORDS_OF, read_alert
from station.language.deeds import (
    AddAlert,
    ChangeSetting,
    Columns,
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
)
from station.language.orders import CLAUSES
from station.language.reader import Reader
from station.language.situation import COUNTER_MASK, Situation, looks_like_symbol, read_instrument
from station.link.wishes import Arm, Wish

Meaning = tuple[Wish | Deed, ...]
Words = Iterable[str]
SNOOZE_NS = 5 * NS_OF["m"]


class Command(NamedTuple):
    name: str
    grammar: str
    """Of what follows the name"""
    help: str
    example: str
    read: Callable[[Reader, Situation], Meaning]
    follows: Callable[[list[str], Situation], Words] = lambda before, situation: ()
    """Words that can come next, after those that stand there"""
    is_order: bool = False
    """Asks the desk for something"""


def read_line(line: str, situation: Situation) -> Meaning:
    """What a line asks for. Raises NotUnderstood, pointing at the word."""
    reader = Reader(line)
    verb = reader.take("what to do", "for example buy, cancel, goto, alert, layout, theme")
    command = BY_NAME.get(verb.key)
    if command is None:
        raise reader.unknown(verb, BY_NAME, "command")
    meant = command.read(reader, situation)
    if reader.next is not None:
        raise reader.wrong(reader.next, f"`{verb.key}` ends before {reader.next.text!r}", "leave it out")
    return meant


def following(line: str, situation: Situation) -> list[str]:
    """Every word that could stand where the last word of the line begins, those that begin like it first."""
    *before, begun = line.split(" ")
    words = [word for word in before if word]
    known: Words = BY_NAME
    if words:
        command = BY_NAME.get(words[0].casefold())
        known = command.follows(words[1:], situation) if command is not None else ()
    return [word for word in dict.fromkeys(known) if word.casefold().startswith(begun.casefold())]


# ---- reading


def _theme(reader: Reader, situation: Situation) -> Meaning:
    return (UseTheme(_one_of(reader, situation.names.themes, "theme")),)


def _layout(reader: Reader, situation: Situation) -> Meaning:
    if reader.take_if("undo"):
        return (UndoLayout(),)
    if reader.take_if("save"):
        return (SaveLayout(reader.take("its name", "for example layout save scalp").text),)
    return (UseLayout(_one_of(reader, situation.names.layouts, "layout")),)


def _go_to(reader: Reader, situation: Situation) -> Meaning:
    word = reader.next
    if word is not None and word.key in situation.names.panes:
        return (GoTo(pane=reader.take("", "").key),)
    if word is not None and not looks_like_symbol(word):
        named = [one for one in situation.instruments if word.key in (one.name.casefold(), one.symbol.casefold())]
        if not named:
            known = [*situation.names.panes, *(one.symbol for one in situation.instruments)]
            raise reader.unknown(word, known, "instrument or pane")
    if word is None:
        raise reader.unfinished("where to", "a symbol, or a pane: orders, trades, risk")
    found = read_instrument(reader, situation)
    return (GoTo(instrument_id=found.instrument_id, symbol=found.symbol),)


def _set(reader: Reader, situation: Situation) -> Meaning:
    name = _one_of(reader, situation.names.settings, "setting")
    word = reader.take("its value", f"for example set {name} …")
    value = reader.line[word.start :].strip()
    while reader.next is not None:
        reader.take("", "")
    return (ChangeSetting(name, value),)


def _learn(reader: Reader, situation: Situation) -> Meaning:
    return (Learn(_is_on(reader)),)


def _mute(reader: Reader, situation: Situation) -> Meaning:
    return (Mute(_is_on(reader)),)


def _is_on(reader: Reader) -> bool:
    if reader.next is None:
        return True
    said = reader.take_if("on", "off")
    if said is None:
        raise reader.unknown(reader.next, ("on", "off"), "answer")
    return said.key == "on"


def _snooze(reader: Reader, situation: Situation) -> Meaning:
    if reader.next is None:
        return (Snooze(SNOOZE_NS),)
    if reader.take_if("off"):
        return (Snooze(0),)
    word = reader.take("", "")
    try:
        return (Snooze(to_ns(word.key)),)
    except UnitsError:
        raise reader.wrong(word, f"{word.text} is no time", "say 5m, 1h, or off") from None


def _alert(reader: Reader, situation: Situation) -> Meaning:
    word = reader.next
    if reader.take_if("drop"):
        said = reader.take("which", "its number in the list of alerts: alert drop 1")
        digits = said.text.removeprefix("#")
        if not digits.isdecimal() or not 1 <= int(digits) <= max(1, len(situation.names.alerts)):
            raise reader.wrong(said, f"there is no alert {said.text}", "`goto alerts` lists them with their numbers")
        number = int(digits)
        return (DropAlert(number, dict(enumerate(situation.names.alerts, 1)).get(number, "")),)
    alert = read_alert(reader)
    if word is not None and situation.instruments and (mistake := unknown_subject(alert.subject, situation)):
        right = "a symbol with .price .imbalance .book …, pnl, drawdown, latency.HOP, VENUE.feed"
        raise reader.wrong(word, mistake, right)
    return (AddAlert(alert),)


def unknown_subject(subject: str, situation: Situation) -> str:
    """Why nothing can be read of it here; blank: it can."""
    key = subject.casefold()
    if key in OF_DESK or key == FILL or key.startswith(LATENCY):
        return ""
    venues = {one.venue.casefold() for one in situation.instruments}
    whole = {one.symbol.casefold() for one in situation.instruments}
    names = {one.name.casefold() for one in situation.instruments}
    head, _, field = key.rpartition(".")
    if key in whole | names or (field in OF_INSTRUMENT and head in whole | names):
        return ""
    if field == "feed" and head in venues:
        return ""
    return f"nothing here is called {subject}"


def _arm(reader: Reader, situation: Situation) -> Meaning:
    return (Arm(is_armed=True),)


def _disarm(reader: Reader, situation: Situation) -> Meaning:
    return (Arm(is_armed=False),)


def _zoom(reader: Reader, situation: Situation) -> Meaning:
    return (Zoom(_one_of(reader, situation.names.panes, "pane") if reader.next is not None else ""),)


def _columns(reader: Reader, situation: Situation) -> Meaning:
    return (Columns(_one_of(reader, situation.names.columns, "column of the ladder")),)


def _alerts(reader: Reader, situation: Situation) -> Meaning:
    return (GoTo(pane="alerts"),)


def _one_of(reader: Reader, known: tuple[str, ...], what: str) -> str:
    word = reader.take(f"the {what}", f"one of {', '.join(known)}" if known else "its name")
    if known and word.key not in {one.casefold() for one in known}:
        raise reader.unknown(word, known, what)
    return next((one for one in known if one.casefold() == word.key), word.text)


# ---- what can follow


def _symbols(situation: Situation) -> list[str]:
    chosen = situation.chosen_id
    return [one.symbol for one in sorted(situation.instruments, key=lambda one: one.instrument_id != chosen)]


def _after_order(before: list[str], situation: Situation) -> Words:
    symbols = _symbols(situation) if len(before) == 1 else ()
    return [*symbols, *CLAUSES] if before else ()


def _after_move(before: list[str], situation: Situation) -> Words:
    return ("@", "stop", "size") if before else _numbers(situation)


def _after_pause(before: list[str], situation: Situation) -> Words:
    return () if before else [*_numbers(situation), *_symbols(situation)]


def _after(*words: str) -> Callable[[list[str], Situation], Words]:
    """What is named once: one of the words, an instrument, or both."""

    def follow(before: list[str], situation: Situation) -> Words:
        said = {word.casefold() for word in before}
        symbols = _symbols(situation)
        left = [] if said.intersection(words) else words
        return [*(() if said & {symbol.casefold() for symbol in symbols} else symbols), *left]

    return follow


def _numbers(situation: Situation) -> list[str]:
    return [f"#{order.client_id & COUNTER_MASK}" for order in situation.orders]


def _after_alert(before: list[str], situation: Situation) -> Words:
    if not before:
        venues = dict.fromkeys(one.venue for one in situation.instruments)
        whole = [f"{symbol}.{field}" for symbol in _symbols(situation) for field in OF_INSTRUMENT]
        hops = [f"{LATENCY}{hop}" for hop in HOPS]
        return [*_symbols(situation), *whole, *OF_DESK, *hops, *(f"{venue}.feed" for venue in venues), FILL, "drop"]
    subject = before[0].casefold()
    if subject.startswith(LATENCY) and len(before) == 1:
        return PERCENTILES
    if before[-1].casefold() in ("is", "not"):
        return WORDS_OF.get(subject.rpartition(".")[2], ())
    if len(before) == 1 or (len(before) == 2 and before[1] in PERCENTILES):
        return ["is", "not"] if subject.rpartition(".")[2] in WORDS_OF else [">", "<", ">=", "<=", "crosses"]
    return ["once", "every", "band"]


def _first_of(pick: Callable[[Situation], Words]) -> Callable[[list[str], Situation], Words]:
    return lambda before, situation: () if before else pick(situation)


def _order(name: str, grammar: str, help: str, example: str) -> Command:
    return Command(name, grammar, help, example, lines.VERBS[name], AFTER.get(name, _after()), is_order=True)


AFTER = {
    "buy": _after_order, "sell": _after_order, "cancel": _after("all", "buys", "sells"),
    "close": _after("half", "quarter", "all"), "flat": _after("all"), "move": _after_move, "pause": _after_pause,
    "resume": _after_pause,
}  # fmt: skip


COMMANDS: tuple[Command, ...] = (
    _order("buy", "SIZE [SYMBOL] [@ PRICE] …", "Buy; docs/order-language.md has every word.",
           "buy 2 BTC-USD @ bid post"),
    _order("sell", "SIZE [SYMBOL] [@ PRICE] …", "Sell.", "sell 1 stop -20t"),
    _order("cancel", "all | SYMBOL | BTC* | buys | sells | #12", "Cancel orders.", "cancel BTC*"),
    _order("close", "[SYMBOL] half | quarter | 50% | SIZE", "Close a part of the position.", "close half"),
    _order("flat", "[SYMBOL | all]", "Close the position, or every one.", "flat all"),
    _order("reverse", "[SYMBOL]", "Turn the position round.", "reverse BTC-USD"),
    _order("be", "[SYMBOL]", "The stops to break-even.", "be"),
    _order("move", "#12 [@ PRICE] [stop PRICE] [size SIZE]", "Change an order.", "move #12 @ +2t"),
    _order("pause", "#12 | SYMBOL", "Pause orders that are worked in slices.", "pause #12"),
    _order("resume", "#12 | SYMBOL", "Go on with them.", "resume #12"),
    Command("arm", "", "Arm the trading keys.", "arm", _arm, is_order=True),
    Command("disarm", "", "Disarm them.", "disarm", _disarm, is_order=True),
    Command("learn", "[on | off]", "Trading keys only say what they would do.", "learn on", _learn,
            _first_of(lambda situation: ("on", "off"))),
    Command("goto", "SYMBOL | PANE", "An instrument onto the ladder, or the keys to a pane.", "goto ETH-USD", _go_to,
            _first_of(lambda situation: (*_symbols(situation), *situation.names.panes))),
    Command("zoom", "[PANE]", "A pane over the whole screen, and back.", "zoom trades", _zoom,
            _first_of(lambda situation: situation.names.panes)),
    Command("layout", "NAME | save NAME | undo", "Another layout; keep this one; undo the last change.",
            "layout save scalp", _layout, _first_of(lambda situation: (*situation.names.layouts, "save", "undo"))),
    Command("columns", "NAME", "Show or hide a column of the ladder.", "columns profit", _columns,
            _first_of(lambda situation: situation.names.columns)),
    Command("theme", "NAME", "Other colours.", "theme paper", _theme,
            _first_of(lambda situation: situation.names.themes)),
    Command("set", "SETTING VALUE", "Change a setting of the screen, in station.toml.", "set idle_disarm_minutes 5",
            _set, _first_of(lambda situation: situation.names.settings)),
    Command("alert", "SUBJECT TEST VALUE [once] [every 5m] [band X] | drop N", "Watch anything, and tell.",
            "alert BTC-USD.imbalance > 0.6", _alert, _after_alert),
    Command("alerts", "", "What is watched, and what has gone off.", "alerts", _alerts),
    Command("snooze", "[TIME | off]", "Alerts are listed and not heard for a while.", "snooze 10m", _snooze),
    Command("mute", "[on | off]", "No bell; alerts are shown all the same.", "mute", _mute,
            _first_of(lambda situation: ("on", "off"))),
)  # fmt: skip
BY_NAME = {command.name: command for command in COMMANDS} | {
    name: _order(name, "", "", "") for name in lines.VERBS if name not in {command.name for command in COMMANDS}
}
"""With the other names of the orders' verbs"""
