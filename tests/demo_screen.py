"""The screen on fixed views: python -m tests.demo_screen [theme] [worked]; `worked`: orders of every kind."""

import os
import sys

from station.app import StationApp
from station.terminal.kind import terminal_kind
from tests.builders import FixedSource
from tests.order_views import worked_orders

if __name__ == "__main__":
    source = FixedSource()
    if "worked" in sys.argv:
        source.order_views = worked_orders(source.known)
    themes = [word for word in sys.argv[1:] if word != "worked"]
    StationApp(source, theme=themes[0] if themes else "midnight", kind=terminal_kind(os.environ)).run()
