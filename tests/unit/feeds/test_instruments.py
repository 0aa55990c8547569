"""What a venue says of an instrument, as a row of the shared table."""

from decimal import Decimal

import msgspec
import pytest

from core.insuring import can_insure
from core.units import LARGEST
from core.vocabulary import OrderType
from feeds.instruments import Instrument, as_row

BTC = Instrument(
    symbol="BTC-USDT.okx", venue_symbol="BTC-USDT", venue="okx", base="BTC", quote="USDT", settlement="USDT",
    tick=Decimal("0.1"), lot=Decimal("0.00000001"),
)  # fmt: skip


def test_a_limit_beyond_every_quantity_is_no_limit() -> None:
    btc = msgspec.structs.replace(BTC, max_quantity=Decimal("9999999999.00000000"))

    assert as_row(btc, source_id=0, book_slot=0, bar_slot=0)[0]["max_lots"] == LARGEST


@pytest.mark.parametrize(
    ("native", "knows", "expected"),
    [
        ((OrderType.STOP,), True, True),
        ((OrderType.STOP,), False, False),
        ((OrderType.STOP_LIMIT,), True, False),
        ((), True, False),
    ],
)
def test_a_protective_stop_rests_where_the_venue_takes_stops_that_only_reduce(
    native: tuple[OrderType, ...], knows: bool, expected: bool
) -> None:
    one = msgspec.structs.replace(BTC, native_types=native, knows_reduce_only=knows)

    assert can_insure(int(as_row(one, source_id=0, book_slot=0, bar_slot=0)[0]["native_types"])) is expected
