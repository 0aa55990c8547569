"""What can a key do, and which key does it when nobody says otherwise? Each action once (python -m station.actions).

Bindings, footer, `?`, the palette and docs/keys.md are made from this list and from keys.toml (station/keymap.py). The
trading keys follow the price ladders that professionals know (Astras, ATAS, Bookmap): join on q and w, take on x and z,
cancel on c and e, centre on the space bar. They work whatever pane has the focus.
"""

import re
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from station.key_names import key_text
from station.views.legend import LADDER_SIGNS


class Group(Enum):
    """Under which heading `?` lists it."""

    EMERGENCY = "Emergency: works always, armed or not, and in every dialog"
    CANCEL = "Cancel: works armed or not"
    TRADE = "Trade: off until armed"
    SIZE = "Size of the next order"
    LADDER = "Ladder"
    LISTS = "Lists: where the keys are in one"
    CHART = "Chart, heat map and curves: while the pane has the keys"
    PANES = "Panes"
    DESK = "Desk"
    DIALOGS = "Dialogs and the prompt"


class Context(Enum):
    """Where a key counts. In two contexts that are never at once the same key may do two things."""

    EVERYWHERE = "everywhere"
    """On the main screen, whatever pane has the keys"""
    LADDER = "ladder"
    LISTS = "lists"
    CHART = "chart"
    DIALOGS = "dialogs"

    def meets(self, other: "Context") -> bool:
        """Could one key be meant in both at once?"""
        if Context.DIALOGS in (self, other):
            return self is other
        return self is other or Context.EVERYWHERE in (self, other)


class Action(NamedTuple):
    name: str
    """Of the screen's or app's action_… method"""
    keys: tuple[str, ...]
    """As Textual names them; the first is shown"""
    label: str
    """In the footer"""
    help: str
    """In `?`"""
    group: Group
    context: Context = Context.EVERYWHERE

    @property
    def word(self) -> str:
        """As keys.toml calls it: close_part_25, pane_watch."""
        return re.sub(r"\W+", "_", self.name.replace("-", "less_")).strip("_")

    @property
    def takes_a_digit(self) -> bool:
        """Each of its keys is told which it is: 1, 2, 3 …"""
        return self.name in ("size_preset", "layout_by_key")


ACTIONS: tuple[Action, ...] = (
    Action("halt", ("ctrl+k", "f12"), "HALT", "Halt at once: nothing more is sent, all open orders are "
           "cancelled.", Group.EMERGENCY),
    Action("halt_and_flatten", ("ctrl+f",), "HALT+FLATTEN", "Halt, and close every position until the venue shows "
           "flat.", Group.EMERGENCY),
    Action("rearm", ("R",), "re-arm", "Let a halted desk trade again; asks for a reason.", Group.EMERGENCY),
    Action("kill_report", ("K",), "report", "What the last halt did at each venue, with the proof.", Group.EMERGENCY),
    Action("cancel_at_cursor", ("c",), "cancel", "Cancel our orders at the cursor's price.", Group.CANCEL),
    Action("cancel_instrument", ("e",), "cancel here", "Cancel our orders in this instrument.", Group.CANCEL),
    Action("cancel_buys", ("less_than_sign",), "cancel buys", "Cancel our buys in this instrument.", Group.CANCEL),
    Action("cancel_sells", ("greater_than_sign",), "cancel sells", "Cancel our sells in this instrument.",
           Group.CANCEL),
    Action("cancel_all", ("C",), "cancel all", "Cancel every open order of the desk.", Group.CANCEL),
    Action("toggle_arm", ("A",), "arm", "Arm the trading keys of this seat, or disarm them.", Group.TRADE),
    Action("buy_market", ("B",), "buy market", "Buy at the market, at whatever it costs.", Group.TRADE),
    Action("sell_market", ("S",), "sell market", "Sell at the market, at whatever it brings.", Group.TRADE),
    Action("buy_at_cursor", ("b",), "buy", "Buy at the cursor's price.", Group.TRADE),
    Action("sell_at_cursor", ("s",), "sell", "Sell at the cursor's price.", Group.TRADE),
    Action("join_bid", ("q",), "join bid", "Buy at the best bid, post-only.", Group.TRADE),
    Action("join_ask", ("w",), "join ask", "Sell at the best ask, post-only.", Group.TRADE),
    Action("improve_bid", ("Q",), "improve bid", "Buy one tick above the best bid, post-only.", Group.TRADE),
    Action("improve_ask", ("W",), "improve ask", "Sell one tick below the best ask, post-only.", Group.TRADE),
    Action("take_ask", ("x",), "take ask", "Buy at the best ask; what does not trade at once is cancelled.",
           Group.TRADE),
    Action("take_bid", ("z",), "take bid", "Sell at the best bid; what does not trade at once is cancelled.",
           Group.TRADE),
    Action("route_buy", ("X",), "buy routed", "Buy at the market, over all venues that trade the pair.",
           Group.TRADE),
    Action("route_sell", ("Z",), "sell routed", "Sell at the market, over all venues that trade the pair.",
           Group.TRADE),
    Action("stop_at_cursor", ("t",), "stop", "A stop at the cursor: above the market it buys, below it sells.",
           Group.TRADE),
    Action("bracket_at_cursor", ("o",), "bracket", "Buy below the market, sell above it, with stop and targets.",
           Group.TRADE),
    Action("move_up", ("shift+up",), "order up", "Our orders at the cursor one row up; held ones too.", Group.TRADE),
    Action("move_down", ("shift+down",), "order down", "Our orders at the cursor one row down.", Group.TRADE),
    Action("bracket_up", ("alt+up",), "bracket up", "The whole bracket of the order at the cursor one row up.",
           Group.TRADE),
    Action("bracket_down", ("alt+down",), "bracket down", "The whole bracket one row down.", Group.TRADE),
    Action("break_even", ("E",), "break-even", "The stops here to where the position has cost nothing.", Group.TRADE),
    Action("stops_up", ("U",), "stops up", "The stops of this instrument one tick up.", Group.TRADE),
    Action("stops_down", ("D",), "stops down", "The stops of this instrument one tick down.", Group.TRADE),
    Action("close_part('25%')", ("y",), "close ¼", "Close a quarter of the position at the market.", Group.TRADE),
    Action("close_part('50%')", ("u",), "close ½", "Close half of the position.", Group.TRADE),
    Action("close_part('75%')", ("i",), "close ¾", "Close three quarters of the position.", Group.TRADE),
    Action("pause", ("P",), "pause", "Pause the sliced orders here, or go on with them.", Group.TRADE),
    Action("prompt", ("colon",), "order line", "Type an order or a command; shows what it will do.", Group.TRADE),
    Action("flatten", ("f",), "flatten", "Close the position in this instrument.", Group.TRADE),
    Action("close_everything", ("F", "delete"), "close all", "Close every position of the desk.", Group.TRADE),
    Action("reverse", ("r",), "reverse", "Turn the position in this instrument round.", Group.TRADE),
    Action("size_preset", ("1", "2", "3", "4", "5", "6", "7", "8", "9"), "size",
           "Choose a size preset.", Group.SIZE),
    Action("larger", ("plus", "equals_sign"), "larger", "One step more.", Group.SIZE),
    Action("smaller", ("minus",), "smaller", "One step less.", Group.SIZE),
    Action("up", ("up", "k"), "up", "Cursor up; in a list, the line above.", Group.LADDER),
    Action("down", ("down", "j"), "down", "Cursor down; in a list, the line below.", Group.LADDER),
    Action("page_up", ("pageup",), "page up", "Ten rows up; in a chart, half a page back.", Group.LADDER),
    Action("page_down", ("pagedown",), "page down", "Ten rows down; in a chart, half a page on.", Group.LADDER),
    Action("to_first", ("home",), "to ask", "Cursor to the best ask; in a list or chart, to the first.", Group.LADDER),
    Action("to_last", ("end",), "to bid", "Cursor to the best bid; in a list or chart, to the last.", Group.LADDER),
    Action("recentre", ("space",), "centre", "Bring the best prices and the cursor to the middle.", Group.LADDER),
    Action("follow", ("l",), "static", "The ladder stays where it is, or follows the market again.", Group.LADDER),
    Action("finer", ("left_square_bracket",), "finer", "Fewer ticks to a row; in a chart, narrower.", Group.LADDER),
    Action("coarser", ("right_square_bracket",), "coarser", "More ticks to a row; in a chart, wider.", Group.LADDER),
    Action("left", ("left",), "back", "The crosshair one column back in time.", Group.CHART,
           Context.CHART),
    Action("right", ("right",), "on", "The crosshair one column on.", Group.CHART,
           Context.CHART),
    Action("shorter", ("left_curly_bracket",), "shorter", "A shorter time to each column.", Group.CHART,
           Context.CHART),
    Action("longer", ("right_curly_bracket",), "longer", "A longer time to each column.", Group.CHART,
           Context.CHART),
    Action("overlay", ("backslash",), "overlay", "Over the candles: VWAP, averages, bands, or nothing.", Group.CHART,
           Context.CHART),
    Action("study", ("vertical_line",), "study", "Below them: RSI, MACD, who aggressed, or nothing.", Group.CHART,
           Context.CHART),
    Action("choose", ("enter",), "choose", "Take the line of the list: its instrument goes onto the ladder.",
           Group.PANES),
    Action("filter", ("backslash",), "filter", "Only lines that hold these words; a word after a minus: none of those.",
           Group.LISTS, Context.LISTS),
    Action("sort", ("O",), "sort", "Sort by the next column; after the last one as the list has it.", Group.LISTS,
           Context.LISTS),
    Action("turn", ("I",), "turn", "The same order from its other end.", Group.LISTS, Context.LISTS),
    Action("group", ("H",), "group", "Under headings by asset, venue, quote; time and sales: the next least size.",
           Group.LISTS, Context.LISTS),
    Action("details", ("M",), "details", "Everything of the line at the cursor, with units and times.", Group.LISTS,
           Context.LISTS),
    Action("copy", ("Y",), "copy", "The line at the cursor, or its details, to the terminal's clipboard.",
           Group.LISTS, Context.LISTS),
    Action("search", ("slash",), "symbol", "Find an instrument by its name.", Group.PANES),
    Action("next_instrument", ("n",), "next", "The next instrument of the watchlist.", Group.PANES),
    Action("previous_instrument", ("p",), "previous", "The instrument before it.", Group.PANES),
    Action("next_pane", ("tab",), "pane", "Give the keys to the next pane.", Group.PANES),
    Action("previous_pane", ("shift+tab",), "pane back", "Give the keys to the pane before.", Group.PANES),
    Action("zoom", ("m",), "zoom", "This pane over the whole screen, and back.", Group.PANES),
    Action("jump", ("apostrophe",), "jump", "A letter on every pane: pressed next, it takes the keys there.",
           Group.PANES),
    Action("wider", ("ctrl+right",), "wider", "This pane two columns wider.", Group.PANES),
    Action("narrower", ("ctrl+left",), "narrower", "This pane two columns narrower.", Group.PANES),
    Action("taller", ("ctrl+down",), "taller", "This pane a row taller.", Group.PANES),
    Action("lower", ("ctrl+up",), "lower", "This pane a row lower.", Group.PANES),
    Action("layout_by_key", tuple(f"alt+{digit}" for digit in range(1, 10)), "layout",
           "Another layout: 1 trading, 2 scalp, 3 depth, 4 chart, 5 ladders, 6 risk, 7 desk.", Group.PANES),
    Action("layout_undo", ("ctrl+z",), "undo layout", "The layout as it was before its last change.", Group.PANES),
    Action("pin", ("N",), "pin", "This pane stays with its instrument, or follows again what is chosen.",
           Group.PANES),
    Action("tie", ("T",), "group", "This pane into group A, B, C, or none: a group shows one instrument.",
           Group.PANES),
    Action("back", ("escape",), "back", "Leave the zoom, close the extra pane, keys back to the ladder.",
           Group.PANES),
    Action("pane('watch')", ("f2",), "watchlist", "Watchlist.", Group.PANES),
    Action("pane('trades')", ("f3",), "trades", "Time and sales.", Group.PANES),
    Action("pane('signals')", ("f4",), "signals", "Signals and strategies.", Group.PANES),
    Action("pane('latency')", ("f5",), "latency", "Latency of every hop.", Group.PANES),
    Action("pane('health')", ("f6",), "desk", "Processes with CPU and memory, recorder, rings, disk.", Group.PANES),
    Action("pane('positions')", ("f7",), "positions", "Positions.", Group.PANES),
    Action("pane('orders')", ("f8",), "orders", "Open orders.", Group.PANES),
    Action("pane('quotes')", ("f9",), "best venues", "Best bid and offer of each asset over all venues.", Group.PANES),
    Action("pane('risk')", ("f10",), "risk", "Limits and how much is used, breaker, protection, portfolio risk.",
           Group.PANES),
    Action("pane('heat')", ("alt+d",), "depth", "The book over time as colour, with trades.", Group.PANES),
    Action("pane('chart')", ("alt+c",), "chart", "Candles of nine time frames, studies, what is ours.", Group.PANES),
    Action("pane('equity')", ("alt+e",), "equity", "The course of the equity, and of its drawdown.", Group.PANES),
    Action("pane('fills')", ("alt+x",), "fills", "Our executions of today: fees, and what they were worth later.",
           Group.PANES),
    Action("pane('done')", ("alt+o",), "done", "Orders of today that are over, and how long their way took.",
           Group.PANES),
    Action("pane('account')", ("alt+a",), "account", "Profit of the day, fees and exposure by currency.", Group.PANES),
    Action("pane('feeds')", ("alt+n",), "feeds", "State, rates, ages and faults of every feed and order side.",
           Group.PANES),
    Action("pane('log')", ("alt+l",), "log", "Who asked for what, what was denied, what feeds and processes did.",
           Group.PANES),
    Action("lease", ("L",), "lease", "Take the trading lease, ask its holder for it, or give it back.", Group.DESK),
    Action("strategies", ("G",), "strategies", "Switch the strategies on or off; asks first.", Group.DESK),
    Action("learn", ("ctrl+l",), "learn", "Trading keys only say what they would do, until this is pressed again.",
           Group.DESK),
    Action("pane('alerts')", ("exclamation_mark",), "alerts", "Alerts: what is watched, and what has gone off.",
           Group.PANES),
    Action("snooze", ("ctrl+n",), "snooze", "No alert is heard for five minutes; again: they are.", Group.DESK),
    Action("palette", ("ctrl+p",), "palette", "Find any key, command, instrument, layout, theme or setting.",
           Group.DESK),
    Action("next_theme", ("ctrl+t",), "theme", "The next theme.", Group.DESK),
    Action("settings", ("comma",), "settings", "Every setting, changed here; its file keeps its comments.", Group.DESK),
    Action("help", ("question_mark", "f1"), "keys", "This list. Type to search it.", Group.DESK),
    Action("leave", ("ctrl+q",), "leave", "Leave: the desk runs on, or is stopped; asks.", Group.DESK),
    Action("close_dialog", ("escape",), "close", "Close it; nothing is done.", Group.DIALOGS, Context.DIALOGS),
    Action("line_up", ("up",), "line up", "The line above; at the prompt, the line typed before.", Group.DIALOGS,
           Context.DIALOGS),
    Action("line_down", ("down",), "line down", "The line below.", Group.DIALOGS, Context.DIALOGS),
    Action("ten_up", ("pageup",), "ten up", "Ten lines up.", Group.DIALOGS, Context.DIALOGS),
    Action("ten_down", ("pagedown",), "ten down", "Ten lines down.", Group.DIALOGS, Context.DIALOGS),
    Action("change_value", ("enter",), "change", "Change the setting, or type it.", Group.DIALOGS, Context.DIALOGS),
    Action("next_value", ("right",), "next value", "The setting's next value.", Group.DIALOGS, Context.DIALOGS),
    Action("previous_value", ("left",), "value before", "The setting's value before.", Group.DIALOGS,
           Context.DIALOGS),
    Action("default_value", ("d",), "default", "The setting's default.", Group.DIALOGS, Context.DIALOGS),
    Action("find_setting", ("slash",), "find", "Only settings that hold these words.", Group.DIALOGS, Context.DIALOGS),
    Action("add_entry", ("n",), "one more", "One more venue or strategy among the settings.", Group.DIALOGS,
           Context.DIALOGS),
    Action("remove_entry", ("x",), "take out", "Take the venue or strategy at the cursor out of the settings.",
           Group.DIALOGS, Context.DIALOGS),
    Action("undo", ("u",), "undo", "Take the last change of a setting back.", Group.DIALOGS, Context.DIALOGS),
    Action("complete", ("tab",), "complete", "Complete the word at the prompt.", Group.DIALOGS, Context.DIALOGS),
    Action("search_history", ("ctrl+r",), "search back", "At the prompt, the line before that holds these letters.",
           Group.DIALOGS, Context.DIALOGS),
)  # fmt: skip

EMERGENCY = tuple(action for action in ACTIONS if action.name in ("halt", "halt_and_flatten"))
AT_LADDER = frozenset((
    "buy_market", "sell_market", "buy_at_cursor", "sell_at_cursor", "join_bid", "join_ask", "improve_bid",
    "improve_ask", "take_ask", "take_bid", "route_buy", "route_sell", "stop_at_cursor", "bracket_at_cursor",
))  # fmt: skip
"""They order what is on the ladder, so it must be in sight."""
OF_APP = frozenset(("halt", "halt_and_flatten", "leave", "next_theme"))
"""They work in every dialog too."""
_BY_NAME = {action.name: action for action in ACTIONS}
_IN_PICTURES = {
    "heat": ["left", "up", "shorter", "longer", "finer", "coarser", "recentre", "page_up", "zoom", "back", "help"],
    "chart": ["left", "shorter", "longer", "finer", "coarser", "overlay", "study", "recentre", "zoom", "back", "help"],
    "equity": ["shorter", "longer", "left", "recentre", "zoom", "back", "help"],
}
"""In the footer, while the pane has the keys"""


def action(name: str) -> Action:
    """With the keys that it has when nobody says otherwise."""
    return _BY_NAME[name]


def keys_text(named: Action) -> str:
    """All keys of an action: "^K F12", "1…9"; blank for one that has none."""
    if len(named.keys) > 3:
        return f"{key_text(named.keys[0])}…{key_text(named.keys[-1])}"
    return " ".join(key_text(key) for key in named.keys)


def footer_actions(
    *, is_halted: bool, is_armed: bool, is_watching: bool, pane: str, is_list: bool, is_zoomed: bool
) -> list[Action]:
    """What to press next, the likeliest first, by what is going on. The last always has room: how to find the rest."""
    if is_halted:
        names = ["rearm", "cancel_all", "search", "zoom", "leave", "help"]
    elif pane == "orders":
        names = ["up", "down", "cancel_at_cursor", "cancel_all", "choose", "details", "sort", "filter", "copy", "zoom",
                 "back", "help"]  # fmt: skip
    elif is_list:
        names = ["up", "down", "choose", "details", "sort", "filter", "group", "copy", "zoom", "back", "help"]
    elif pane in _IN_PICTURES:
        names = list(_IN_PICTURES[pane])
    elif is_armed:
        names = [
            "buy_at_cursor", "sell_at_cursor", "join_bid", "join_ask", "take_ask", "take_bid", "cancel_at_cursor",
            "cancel_instrument", "flatten", "prompt", "stop_at_cursor", "bracket_at_cursor", "reverse", "size_preset",
            "break_even", "move_up", "recentre", "toggle_arm", "help",
        ]  # fmt: skip
    elif is_watching:
        names = ["lease", "search", "next_pane", "zoom", "leave", "help"]
    else:
        names = [
            "toggle_arm",
            "prompt",
            "search",
            "recentre",
            "size_preset",
            "next_pane",
            "zoom",
            "leave",
            "next_theme",
            "help",
        ]
    if is_zoomed and "back" not in names:
        names.insert(0, "back")
    return [_BY_NAME[name] for name in names]


def as_markdown(actions: Iterable[Action] = ACTIONS) -> str:
    """The page docs/keys.md."""
    known = list(actions)
    lines = [
        "# Keys",
        "",
        "Made from station/actions.py by `python -m station.actions`. In the station, `?` shows and searches the same;",
        "`station keys` prints the sheet with the keys that you have.",
        "",
        "keys.toml in the config folder changes any of them; `station config init` writes one with every action in it.",
        "",
        "```toml",
        'base = "astras"                   # or atas, bookmap: a key map to begin with; left out: the keys below',
        "",
        "[everywhere]                      # or ladder, lists, chart, dialogs: where the action counts",
        'buy_at_cursor = ["b", "ctrl+b"]   # these keys and no others',
        "reverse = []                      # none",
        'halt = "ctrl+x"                   # the kill keys can be added to, never taken away',
        "```",
        "",
        "A running screen follows the file. A key that would do two things at once is a mistake, told with both",
        "places; then the keys from before hold.",
    ]
    for group in Group:
        lines += ["", f"## {group.value}", "", "| key | what it does |", "|---|---|"]
        for named in known:
            if named.group is group:
                shown = named.keys if len(named.keys) <= 3 else (keys_text(named),)
                keys = " ".join(f"`{key_text(key) if key in named.keys else key}`" for key in shown)
                lines.append(f"| {keys} | {named.help} |")
    lines += ["", "## Signs of the ladder", "", "| sign | what it says |", "|---|---|"]
    lines += [f"| `{sign}` | {meaning} |" for sign, meaning in LADDER_SIGNS]
    return "\n".join(lines) + "\n"


def as_sheet(actions: Iterable[Action] = ACTIONS) -> str:
    """To print: a key, and what it does."""
    known, lines = list(actions), []
    for group in Group:
        of_group = [named for named in known if named.group is group and named.keys]
        lines += ["", group.value, *(f"  {keys_text(named):<10} {named.help}" for named in of_group)]
    return "\n".join(lines[1:]) + "\n"


if __name__ == "__main__":
    print(as_markdown(), end="")
