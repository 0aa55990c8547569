"""In the narrowest panes: figures, their units, and the one word that matters are there whole."""

import pytest

from station.renderables.done import DONE_COLUMNS, DoneLine
from station.renderables.fills import FILL_COLUMNS, fill_lines
from station.renderables.paint import Paint
from station.renderables.quotes import QUOTE_COLUMNS
from station.renderables.table import Table, naming, table_rows
from station.views.consolidated import Consolidated
from tests import day_views, flow_views, market_views
from tests.row_text import text_of

KNOWN = market_views.instruments()
BY_SYMBOL, BY_ID = {one.symbol: one for one in KNOWN}, {one.instrument_id: one for one in KNOWN}
DAY = day_views.day(KNOWN)
LONGEST_SYMBOL = len("BTC-USD-27MAR27.alpha")
NARROWEST = 35
"""Inside the frame of a pane beside the ladder, at 80 columns"""


@pytest.mark.parametrize("width", [NARROWEST, 37, 48])
def test_a_fill_says_when_and_at_what_price_however_long_the_symbols_are(paint: Paint, width: int) -> None:
    fills = fill_lines(DAY.fills, flow_views.mark_outs().fills, BY_SYMBOL, BY_ID)
    table = Table(naming(FILL_COLUMNS, LONGEST_SYMBOL), fills)
    for fill, row in zip(fills, table_rows(table, paint=paint, width=width, height=40)[1:], strict=False):
        words = text_of(row).split()
        assert words[0].count("…") == 0 and words[0][2] == ":"
        assert fill.instrument.price(fill.fill.price_ticks) in words


@pytest.mark.parametrize("width", [NARROWEST, 37])
def test_an_order_that_is_over_says_when_and_what_became_of_it(paint: Paint, width: int) -> None:
    done = [DoneLine(BY_SYMBOL[one.symbol], one) for one in DAY.done]
    table = Table(naming(DONE_COLUMNS, LONGEST_SYMBOL), done)
    for row in table_rows(table, paint=paint, width=width, height=40)[1:]:
        words = text_of(row).split()
        assert "…" not in words[0] and "…" not in words[-1]


@pytest.mark.parametrize("width", [NARROWEST, 37, 58])
def test_the_date_of_an_asset_that_expires_is_whole(paint: Paint, width: int) -> None:
    dated = Consolidated(name="BTC-USD-27MAR27", listed=2, live=2)
    row = table_rows(Table(QUOTE_COLUMNS, [dated]), paint=paint, width=width, height=4)[1]
    assert text_of(row).split()[0].endswith("27MAR27")
