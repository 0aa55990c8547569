"""The pane of alerts: every row is as wide as asked for, and what matters is said without colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.alert_file import alert_of
from station.renderables.alerts import alerts_rows
from station.renderables.paint import paint_of
from station.renderables.row import width_of
from station.theme import DEFAULT_THEME, built_in_themes
from station.views.alerts import AlertsView, Standing, Told, Watched

PAINT = paint_of(built_in_themes()[DEFAULT_THEME])
LINES = ("pnl < -500 once", "BTC-USD.imbalance > 0.6 every 5m", "alpha.feed not LIVE", "fill BTC*")
standings = st.builds(
    Standing, reading=st.just(1.0), is_absent=st.booleans(), holds=st.booleans(), times=st.integers(0, 99)
)
watched = st.builds(
    Watched, alert=st.sampled_from(LINES).map(alert_of), standing=standings, reading_text=st.text(max_size=12)
)
told = st.builds(Told, wall_ns=st.integers(0, 10**18), line=st.sampled_from(LINES), reading_text=st.text(max_size=9))
views = st.builds(
    AlertsView, alerts=st.lists(watched, max_size=9).map(tuple), told=st.lists(told, max_size=9).map(tuple)
)


@given(views, st.integers(20, 120), st.integers(1, 40))
def test_every_row_fills_its_place(view: AlertsView, width: int, height: int) -> None:
    rows = alerts_rows(view, paint=PAINT, width=width, height=height)
    assert [width_of(row) for row in rows] == [width] * height


@pytest.mark.parametrize(
    ("standing", "mark"),
    [
        (Standing(reading=1.0, is_absent=False, holds=True, times=1), "● "),
        (Standing(reading=1.0, is_absent=False), "○ "),
        (Standing(), "– "),
    ],
)
def test_a_mark_says_how_it_stands(standing: Standing, mark: str) -> None:
    view = AlertsView(alerts=(Watched(alert=alert_of("pnl > 0"), standing=standing),))
    (row,) = alerts_rows(view, paint=PAINT, width=60, height=1)
    assert mark + "pnl > 0" in "".join(segment.text for segment in row)


def test_what_has_no_room_is_counted() -> None:
    view = AlertsView(alerts=tuple(Watched(alert=alert_of(f"pnl > {n}"), standing=Standing()) for n in range(9)))
    rows = alerts_rows(view, paint=PAINT, width=60, height=5)
    assert "… 5 more" in "".join(segment.text for segment in rows[-1])
