"""What our fills were worth later: when they are valued, with which sign, and when not at all."""

from collections.abc import Iterator

import pytest

from core.vocabulary import BookState, EventFlag, EventKind
from station.link.flow.reader import FlowReader
from station.views.flow import MarkOutsView
from tests.flow_world import BUY, SECOND, SELL, WALL_OFFSET_NS, World


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.snapshot({999: 16}, {1001: 4})
    yield made
    made.close()


def shown(world: World) -> MarkOutsView:
    world.look()
    return FlowReader(world.core, WALL_OFFSET_NS).mark_outs()


def test_a_fill_is_valued_after_one_ten_and_sixty_seconds(world: World) -> None:
    world.say(EventKind.FILL, side=BUY, price_ticks=1001, quantity_lots=3, flags=EventFlag.MAKER)
    filled_ns = world.now_ns
    (fill,) = shown(world).fills
    assert (fill.wall_ns, fill.is_maker, fill.notional_e8) == (filled_ns + WALL_OFFSET_NS, True, 30_030)
    assert (fill.after_1s_e8, fill.after_10s_e8, fill.after_60s_e8) == (None, None, None)
    for seconds, bid in ((1, 1003), (10, 995), (60, 1001)):
        world.snapshot({bid: 1}, {bid + 3: 1}, after_ns=1_000)
        world.look(filled_ns + seconds * SECOND - world.now_ns)
    (fill,) = shown(world).fills
    assert (fill.after_1s_e8, fill.after_10s_e8, fill.after_60s_e8) == (105, -135, 45)
    assert shown(world).mean_1s_bps == pytest.approx(105 / 30_030 * 10_000)


def test_a_sale_is_good_when_the_price_falls(world: World) -> None:
    world.say(EventKind.FILL, side=SELL, price_ticks=999, quantity_lots=2)
    world.snapshot({989: 1}, {991: 1})
    world.look(SECOND)
    assert shown(world).fills[0].after_1s_e8 == 180


def test_the_book_of_the_moment_counts_not_what_came_after(world: World) -> None:
    world.say(EventKind.FILL, side=BUY, price_ticks=1001, quantity_lots=1)
    world.snapshot({1999: 1}, {2001: 1}, after_ns=SECOND)
    assert shown(world).fills[0].after_1s_e8 == -10


def test_without_a_live_book_a_fill_is_not_valued(world: World) -> None:
    world.say(EventKind.FILL, side=BUY, price_ticks=1001, quantity_lots=1)
    world.say(EventKind.BOOK_STATE, detail=BookState.GAPPED)
    world.look(2 * SECOND)
    assert shown(world).fills[0].after_1s_e8 is None
    assert shown(world).mean_1s_bps is None


def test_an_inverse_contract_is_valued_in_its_base(world: World) -> None:
    rows = world.core.table("instruments")
    rows["is_inverse"][0], rows["value_numerator"][0], world.core.lines("instrument_count")[0, 0] = 1, 10**12, 1
    world.start()
    world.snapshot({999: 16}, {1001: 4})
    world.say(EventKind.FILL, side=BUY, price_ticks=800, quantity_lots=2)
    world.look(SECOND)
    assert shown(world).fills[0].after_1s_e8 == 2 * 10**12 // 800 - 2 * 10**12 // 1000


def test_the_newest_fills_are_kept(world: World) -> None:
    for lots in range(1, 131):
        world.say(EventKind.FILL, side=BUY, price_ticks=1001, quantity_lots=lots)
    fills = shown(world).fills
    assert (len(fills), fills[0].lots, fills[-1].lots) == (128, 130, 3)
