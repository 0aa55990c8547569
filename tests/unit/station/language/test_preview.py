"""What is shown before Enter: price, worth, fees and stakes are those of the order that would go out."""

import msgspec
import pytest

from core.vocabulary import BookState, OrderType
from station.language.lines import understand
from station.language.preview import previewed
from station.language.situation import Situation
from station.views.book import BookView
from station.views.prompt import Preview
from tests import builders

KNOWN = tuple(
    msgspec.structs.replace(
        one,
        maker_fee_ppm=100,
        taker_fee_ppm=400,
        value_numerator=5_000 if one.name == "BTC-USD" else 1_000,
        native_types=1 << OrderType.STOP if one.venue == "beta" else 0,
    )
    for one in builders.instruments()
)  # a BTC tick is 0.5, a lot 0.0001: 5,000e-8 a tick and lot


def show(line: str, *, state: BookState = BookState.LIVE, is_empty: bool = False) -> Preview:
    def book(number: int) -> BookView:
        return BookView(instrument_id=number) if is_empty else builders.book(KNOWN[number], state=state)

    situation = Situation(
        instruments=KNOWN,
        book=book,
        orders=builders.orders(KNOWN),
        positions=builders.positions(KNOWN),
        chosen_id=0,
    )
    (wish,) = understand(line, situation)
    return previewed(wish, situation)


def test_a_resting_order_pays_the_makers_fee_on_its_own_price() -> None:
    facts = dict(show("buy 2 @ 61000").facts)
    assert facts["price"] == "61,000.0"
    assert facts["worth"] == "122,000.00 USD"
    assert facts["fee maker"] == "12.20"
    assert facts["position"] == "+0.3 → +2.3"
    assert facts["from market"] == "-486.7 bps"


def test_an_order_that_would_trade_at_once_pays_the_takers_at_the_touch() -> None:
    shown = show("buy 2 @ 65000")
    facts = dict(shown.facts)
    assert facts["price"] == "64,121.0"
    assert facts["fee taker"] == "51.30"
    assert shown.warnings == ("it trades at once",)


def test_a_bracket_shows_what_it_may_lose_and_win() -> None:
    facts = dict(show("buy 2 @ 61000 tp 61500 62500 sl 60800").facts)
    assert facts["at the stop"] == "-400.00"
    assert facts["at the targets"] == "+2,000.00"
    assert facts["reward : risk"] == "5.00"
    short = dict(show("sell 2 @ 65000 tp 64500 sl 65500").facts)
    assert (short["at the stop"], short["at the targets"]) == ("-1,000.00", "+1,000.00")


def test_it_says_who_works_the_order() -> None:
    assert dict(show("sell 1 ETH-USD.alpha stop 2900").facts)["worked"] == "here, until it goes out"
    assert dict(show("sell 1 ETH-USD.beta stop 2900").facts)["worked"] == "at beta"
    assert dict(show("buy 2 twap 10m").facts)["worked"] == "here, in slices"
    assert "worked" not in dict(show("buy 2 @ 61000").facts)


def test_an_order_that_only_reduces_never_passes_flat() -> None:
    assert dict(show("sell 2 @ 65000 reduce").facts)["position"] == "+0.3 → 0"
    assert dict(show("buy 2 @ 61000 reduce").facts)["position"] == "+0.3 → +0.3"


@pytest.mark.parametrize(("line", "count"), [("cancel all", "6"), ("cancel sells", "1"), ("cancel BTC*", "4")])
def test_a_cancel_says_how_many(line: str, count: str) -> None:
    assert dict(show(line).facts)["orders"] == count


def test_a_book_that_cannot_be_trusted_is_told() -> None:
    assert show("buy 2 @ 61000", state=BookState.GAPPED).warnings == ("the book is not live: it would be denied",)
    assert show("buy 2 market", is_empty=True).warnings == ("the book is empty: its price is not known",)
