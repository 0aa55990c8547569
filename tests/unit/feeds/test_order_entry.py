"""What all live venues share: names, ids, budgets, amounts, and what counts as a change."""

import uuid

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import monotonic_ns, wall_offset_ns
from core.units import LARGEST
from core.vocabulary import OrderStatus, Report, Side
from feeds.errors import RateLimited
from feeds.order_entry.amounts import executed_ticks
from feeds.order_entry.budget import Budget
from feeds.order_entry.names import ClientNames, MarkedNames, UuidNames, VenueIds, number_of
from feeds.order_entry.words import Execution, Shown
from feeds.venues.contract import VenueReport
from feeds.venues.okx import order_words as okx_words
from feeds.venues.okx.orders import OkxOrders
from tests.doubles.okx import OkxDouble
from tests.doubles.order_bench import SPOT, WALL_OFFSET_NS
from tests.doubles.venues import ENTRIES


@pytest.mark.parametrize("names", [MarkedNames(), MarkedNames("stn", "r"), UuidNames()])
@given(client_id=st.integers(1, (1 << 62) - 1), revision=st.integers(0, 9_999))
def test_a_client_id_survives_every_venues_text(names: ClientNames, client_id: int, revision: int) -> None:
    text = names.write(client_id, revision)
    assert names.read(text) == (client_id, revision)
    assert len(text) <= 36


@given(st.text(max_size=40))
def test_a_strangers_name_is_none_of_ours(text: str) -> None:
    for names in (MarkedNames(), MarkedNames("stn", "r"), UuidNames()):
        client_id, revision = names.read(text)
        assert not client_id or names.write(client_id, revision) == text


def test_okx_takes_letters_and_digits_only_and_a_uuid_is_one() -> None:
    assert okx_words.NAMES.write((1 << 62) - 1, 9_999).isalnum()
    assert len(okx_words.NAMES.write((1 << 62) - 1, 9_999)) <= 32
    assert uuid.UUID(UuidNames().write(77)).version == 4


def test_ids_are_numbers_that_fit_and_texts_are_found_again() -> None:
    assert number_of("2497956918703120384") == 2_497_956_918_703_120_384
    assert number_of("") == number_of("0") == 0
    hashed = number_of("8c065341-7b52-4ca9-ac2c-37e31ac55c94")
    assert 0 < hashed < 1 << 62
    assert hashed == number_of("8c065341-7b52-4ca9-ac2c-37e31ac55c94")
    ids = VenueIds()
    assert ids.text(ids.number("OUF4EM-FRGI2-MQMWZD")) == "OUF4EM-FRGI2-MQMWZD"
    assert ids.text(hashed) == ""
    assert VenueIds(are_numbers=True).text(77) == "77"


async def test_a_budget_refuses_orders_lets_cancels_through_and_makes_questions_wait() -> None:
    budget = Budget(100.0, at_once=4)
    for _ in range(4):
        budget.spend_or_refuse(1, url="x")
    with pytest.raises(RateLimited):
        budget.spend_or_refuse(1, url="x")
    budget.spend(2)
    assert budget.left < 0
    begun_ns = monotonic_ns()
    await budget.wait(1)
    assert monotonic_ns() - begun_ns > 20_000_000  # four and the kept one, at a hundred a second


def test_an_execution_off_the_tick_is_rounded_to_our_harm() -> None:
    assert executed_ticks("64000.57", SPOT, Side.BUY) == 640_006
    assert executed_ticks("64000.57", SPOT, Side.SELL) == 640_005
    assert executed_ticks("64000.5", SPOT, Side.BUY) == 640_005


def test_one_odd_order_of_somebody_else_hides_no_list() -> None:
    venue = OkxOrders(ENTRIES["okx"].double(SPOT).config(), OkxDouble.keys, {0: SPOT}, wall_offset_ns=WALL_OFFSET_NS)
    odd = Shown(
        symbol="BTC-USDT", order_id="1", client_text="theirs", side=Side.BUY, price="64000.57", quantity="1.255",
        filled="99999999999999999999", status=OrderStatus.NEW,
    )  # fmt: skip
    order = venue.order_of(odd)
    assert (order.price_ticks, order.quantity_lots, order.filled_lots) == (640_005, 125, LARGEST)


def test_terms_of_a_list_are_no_change_when_the_stream_repeats_them() -> None:
    """A change is under way after a restart, and the old form is filled before the venue carries it out."""
    venue = OkxOrders(ENTRIES["okx"].double(SPOT).config(), OkxDouble.keys, {0: SPOT}, wall_offset_ns=WALL_OFFSET_NS)
    reports: list[VenueReport] = []
    venue._report = reports.append
    shown = Shown(
        symbol="BTC-USDT", order_id="1", client_text=venue.names.write(77), side=Side.BUY, price="64000.5",
        quantity="1.25", filled="0", status=OrderStatus.NEW,
    )  # fmt: skip
    venue.learn_terms(venue.order_of(shown))
    venue.told_order(msgspec.structs.replace(shown, filled="0.5", status=OrderStatus.PARTIALLY_FILLED), 1)
    assert reports == []
    venue.told_order(msgspec.structs.replace(shown, price="64000.6"), 1)
    assert [report.report for report in reports] == [Report.REPLACED]


def test_an_order_that_the_venue_has_still_to_accept_is_left_to_its_stream() -> None:
    venue = OkxOrders(ENTRIES["okx"].double(SPOT).config(), OkxDouble.keys, {0: SPOT}, wall_offset_ns=WALL_OFFSET_NS)
    reports: list[VenueReport] = []
    venue._report = reports.append
    shown = Shown(
        symbol="BTC-USDT", order_id="1", client_text=venue.names.write(77), side=Side.BUY, price="64000.5",
        quantity="1.25", filled="0", status=OrderStatus.NEW,
    )  # fmt: skip
    venue._unheard.add(77)
    venue.learn_terms(venue.order_of(shown))
    venue.told_order(shown, 1)
    assert [report.report for report in reports] == [Report.ACCEPTED]


async def test_what_was_listed_once_is_not_listed_again() -> None:
    """An account that last traded a year ago would be asked for every week of it, every few seconds."""
    venue = OkxOrders(ENTRIES["okx"].double(SPOT).config(), OkxDouble.keys, {0: SPOT}, wall_offset_ns=wall_offset_ns())
    asked: list[int] = []

    async def listed(since_ms: int) -> list[Execution]:
        asked.append(since_ms)
        return []

    venue.list_executions = listed  # type: ignore[method-assign]  # what is asked is what matters
    year_ago_ns = 1_000_000_000_000_000_000
    for _ in range(2):
        assert await venue.fills_since(year_ago_ns) == []
    assert asked[0] == year_ago_ns // 1_000_000
    assert asked[1] > venue.calls.now_ms() - 601_000
