"""Every pane of the main screen, in the order of Tab."""

from station.widgets.account import Account
from station.widgets.alerts import AlertList
from station.widgets.chart import Chart
from station.widgets.curves import Equity
from station.widgets.desk import Feeds, Health
from station.widgets.heat import Heat
from station.widgets.history import DoneOrders, Fills, Log
from station.widgets.ladder import Ladder
from station.widgets.lists import OrderList, PositionList, Quotes, Watchlist
from station.widgets.pane import Pane
from station.widgets.readings import Latency, Risk, Signals
from station.widgets.tape import Trades

PANES: tuple[type[Pane], ...] = (
    Ladder,
    Heat,
    Chart,
    Watchlist,
    Trades,
    Signals,
    PositionList,
    OrderList,
    Equity,
    Fills,
    DoneOrders,
    Account,
    Latency,
    Health,
    Feeds,
    Quotes,
    Risk,
    Log,
    AlertList,
)
"""The first has the keys when the screen opens."""
