"""Pictures of the lists and readings: full, empty, narrow, ill, disconnected, halted. A changed one is looked at."""

from collections.abc import Callable

import msgspec
import pytest

from station.app import StationApp
from station.views.day import DayView
from station.views.machine import MachineView
from station.views.status import EMPTY_STATUS, FeedView, StatusView
from tests.builders import FixedSource
from tests.desk_views import status
from tests.snapshots.conftest import settled

Compare = Callable[..., bool]


class EmptySource(FixedSource):
    """A desk on which nothing has happened yet."""

    def __init__(self) -> None:
        super().__init__()
        self.order_views, self.position_views = (), ()
        self.day_view = DayView(is_asked=True)
        self.status_view = msgspec.structs.replace(self.status_view, feeds=(), gateways=(), processes=())

    def machine(self) -> MachineView:
        return MachineView()


@pytest.mark.parametrize(
    ("name", "keys", "size", "theme"),
    [
        ("watchlist", ["f2", "m", "H", "H", "O", "O"], (250, 70), "midnight"),
        ("fills", ["alt+x", "m", "M"], (160, 48), "paper"),
        ("orders done", ["alt+o", "m", "M"], (160, 48), "midnight"),
        ("log", ["alt+l", "m"], (160, 48), "amber"),
        ("account", ["alt+a", "m", "M"], (160, 48), "colour-blind"),
        ("tape", ["f3", "m", "H"], (120, 36), "paper"),
        ("desk", ["f6", "m"], (160, 48), "midnight"),
        ("feeds", ["alt+n", "m", "down", "M"], (120, 36), "paper"),
        ("latency", ["f5", "m"], (160, 48), "midnight"),
        ("small log", ["alt+l"], (80, 24), "midnight"),
        ("small details", ["f7", "M"], (80, 24), "paper"),
    ],
)
def test_a_list_over_the_screen(
    snap_compare: Compare, name: str, keys: list[str], size: tuple[int, int], theme: str
) -> None:
    assert snap_compare(StationApp(FixedSource(), theme=theme), terminal_size=size, press=keys, run_before=settled)


@pytest.mark.parametrize("layout", ["6", "7"])
@pytest.mark.parametrize("size", [(80, 24), (160, 48), (250, 70)], ids=["80x24", "160x48", "250x70"])
def test_the_layouts_of_risk_and_desk(snap_compare: Compare, layout: str, size: tuple[int, int]) -> None:
    app = StationApp(FixedSource(), theme="paper" if layout == "6" else "midnight")
    assert snap_compare(app, terminal_size=size, press=[f"alt+{layout}"], run_before=settled)


@pytest.mark.parametrize(("name", "layout"), [("risk", "6"), ("desk", "7")])
def test_a_desk_on_which_nothing_has_happened(snap_compare: Compare, name: str, layout: str) -> None:
    app = StationApp(EmptySource())
    assert snap_compare(app, terminal_size=(160, 48), press=[f"alt+{layout}"], run_before=settled)


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("disconnected", EMPTY_STATUS),
        ("halted", status(is_armed=False, is_halted=True)),
        ("stale feed", msgspec.structs.replace(status(), feeds=(
            FeedView(venue="alpha", state=status().feeds[1].state, silent_ns=12_400_000_000, gaps=3,
                     untrusted_ns=9_000_000_000, untrusted_for_ns=4_000_000_000, message="the venue is silent"),))),
    ],
)  # fmt: skip
def test_a_desk_that_is_ill_says_so_in_its_lists(snap_compare: Compare, name: str, view: StatusView) -> None:
    app = StationApp(FixedSource(status_view=view))
    assert snap_compare(app, terminal_size=(160, 48), press=["alt+7"], run_before=settled)
