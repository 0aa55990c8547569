"""What a venue says of a derivative, as text."""

import pytest

from core.vocabulary import Reference
from station.views.book import BookView
from station.views.numbers import rate_text


@pytest.mark.parametrize(("rate_e8", "text"), [(12_500, "+0.0125 %"), (-1_000_000, "-1.0000 %"), (0, "0.0000 %")])
def test_a_funding_rate_is_written_as_per_cent(rate_e8: int, text: str) -> None:
    assert rate_text(rate_e8) == text


def test_a_book_without_references_says_nothing() -> None:
    assert BookView(instrument_id=0).reference(Reference.MARK_E8) == 0
    assert BookView(instrument_id=0, references=(0, 7)).reference(Reference.MARK_E8) == 7
