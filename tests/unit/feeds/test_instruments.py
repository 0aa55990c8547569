"""What a venue says of an instrument, as a row of the shared table."""

from decimal import Decimal

from core.units import LARGEST
from feeds.instruments import Instrument, as_row


def test_a_limit_beyond_every_quantity_is_no_limit() -> None:
    btc = Instrument(
        symbol="BTC-USDT.okx", venue_symbol="BTC-USDT", venue="okx", base="BTC", quote="USDT", settlement="USDT",
        tick=Decimal("0.1"), lot=Decimal("0.00000001"), max_quantity=Decimal("9999999999.00000000"),
    )  # fmt: skip

    assert as_row(btc, source_id=0, book_slot=0, bar_slot=0)[0]["max_lots"] == LARGEST
