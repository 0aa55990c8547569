"""The pane of the best venues: every row its width, the venue before the price, a cross in its own colour."""

import msgspec
import pytest

from station.renderables.paint import Paint
from station.renderables.quotes import QUOTE_COLUMNS
from station.renderables.row import Row, width_of
from station.renderables.table import Table, table_rows
from station.views.consolidated import Best, Consolidated
from tests.market_views import instruments
from tests.row_text import text_of

ALPHA, BETA = (next(one for one in instruments() if one.symbol == f"BTC-USD.{venue}") for venue in ("alpha", "beta"))
CROSSED = Consolidated(
    name="BTC-USD", listed=2, live=2, bid=Best(BETA, 128_243), ask=Best(ALPHA, 128_242), spread_bps=-0.08
)
DEAD = Consolidated(name="BTC-USDT-PERP", listed=3, live=0)


def quotes_rows(assets: list[Consolidated], *, paint: Paint, width: int, height: int) -> list[Row]:
    return table_rows(Table(QUOTE_COLUMNS, assets), paint=paint, width=width, height=height)


@pytest.mark.parametrize("width", [30, 44, 56, 68, 200])
@pytest.mark.parametrize("height", [1, 2, 12])
def test_every_row_fills_its_width_exactly(paint: Paint, width: int, height: int) -> None:
    rows = quotes_rows([CROSSED, DEAD], paint=paint, width=width, height=height)
    assert [width_of(row) for row in rows] == [width] * len(rows)
    assert len(rows) <= height


def test_a_cross_names_both_venues_and_is_coloured(paint: Paint) -> None:
    row = quotes_rows([CROSSED], paint=paint, width=68, height=2)[1]
    text = text_of(row)
    assert text.index("beta") < text.index("alpha") < text.index("-0.08") < text.index("64,121.5")
    assert "2/2" in text
    assert row[1].style == paint.warning_bold


def test_prices_give_way_first_and_venues_stay(paint: Paint) -> None:
    text = text_of(quotes_rows([CROSSED], paint=paint, width=44, height=2)[1])
    assert "beta" in text
    assert "alpha" in text
    assert "64,121" not in text


def test_an_asset_that_no_live_book_has_is_shown_empty(paint: Paint) -> None:
    text = text_of(quotes_rows([DEAD], paint=paint, width=80, height=2)[1])
    assert "BTC-USDT-PERP" in text
    assert text.count("–") == 5
    assert "0/3" in text


def test_a_spread_of_thousands_of_basis_points_keeps_its_digits(paint: Paint) -> None:
    wide = msgspec.structs.replace(CROSSED, spread_bps=-4_646.14)
    assert "-4646 " in text_of(quotes_rows([wide], paint=paint, width=68, height=2)[1])
