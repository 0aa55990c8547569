"""The screen on fixed views: python -m tests.demo_screen [theme]."""

import sys

from station.app import StationApp
from tests.builders import FixedSource

if __name__ == "__main__":
    StationApp(FixedSource(), theme=sys.argv[1] if len(sys.argv) > 1 else "night").run()
