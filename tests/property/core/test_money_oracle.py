"""Position, profit and fees are what decimal arithmetic says: linear, inverse, quanto, equities."""

import pytest

from tests.money_oracle import compare


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_books_equal_decimal_book_keeping(seed: int) -> None:
    assert compare(1_500, seed) == 1_500
