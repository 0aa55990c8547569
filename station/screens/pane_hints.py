"""What does a pane show, and what can be done there? Said when it gets the keys for the first time (first_sight.py).

A name in braces is an action; its present key is written there.
"""

import re

from station.keymap import Keymap

HINTS = {
    "ladder": "{toggle_arm} arms the trading keys; until then they only say what they would do · {help} lists them all",
    "heat": "brighter: more rests there · ▴ bought ▾ sold · {left} looks at a moment · {shorter} {longer} stretch time",
    "chart": "{shorter} {longer} the time of a bar · {overlay} what lies over it, {study} below it · ▲ ▼ our fills",
    "watch": "{choose} puts the line onto the ladder · {filter} narrows, {sort} sorts, {group} groups",
    "trades": "the fills of one order are one line · ▴ a buyer took, ▾ a seller · {group} leaves small ones out",
    "signals": "▴ ▾ and signs say the direction; a signal that is still warming up says so",
    "positions": "profit and loss are of today, after fees · {details} says everything of the line",
    "orders": "{cancel_at_cursor} cancels the order at the cursor, armed or not · {details} says everything of it",
    "fills": "1 s, 10 s, 60 s: how far the market went our way after the fill, in 1/100 %",
    "latency": "every hop on one logarithmic axis: farther right is slower",
    "risk": "what is used of each limit; `station limits set` changes one while the desk runs",
    "feeds": "ages by the venue's clock and by ours; what is not live says why and since when",
    "alerts": "{prompt} then `alert BTC-USD.imbalance > 0.6` adds one",
}
"""By the name of the pane"""


def pane_hint(name: str, keymap: Keymap) -> str:
    """Empty where the footer says enough."""
    return re.sub(r"\{(\w+)\}", lambda found: keymap.key(found[1]), HINTS.get(name, ""))
