"""What a list of orders says of each, wide and narrow, and an order in full."""

import msgspec

from core.vocabulary import DenyReason, Origin, Phase
from station.renderables.orders import ORDER_COLUMNS, order_fields, order_lines, state_style
from station.renderables.paint import Paint
from station.renderables.table import Table, table_rows
from station.views.working import branches, in_families, stands_short
from tests import market_views, order_views
from tests.row_text import text_of

BY_ID = {one.instrument_id: one for one in market_views.instruments()}
WORKED = order_lines(
    [(BY_ID[order.instrument_id], order) for order in in_families(order_views.worked_orders(tuple(BY_ID.values())))]
)


def orders_text(paint: Paint, width: int, height: int) -> str:
    rows = table_rows(Table(ORDER_COLUMNS, WORKED), paint=paint, width=width, height=height)
    return "\n".join(text_of(row) for row in rows)


def test_a_wide_list_says_what_was_asked_and_where_it_stands(paint: Paint) -> None:
    text = orders_text(paint, 110, 12)
    for wanted in (
        "held here: stop 64,117.0", "held here: trail 64,116.0", "4 of 10 slices, 30 %", "paused at 40 %",
        "waits for its entry", "follows the market", "~0.221", " 0.131 ",
    ):  # fmt: skip
        assert wanted in text


def test_a_narrow_list_says_it_by_marks(paint: Paint) -> None:
    lines = orders_text(paint, 44, 12).splitlines()[1:]
    assert [line[:3] for line in lines] == [
        " B▲", " B‖", " B~", "┌B≡", "└B ", " S↓", " S▼", "┌B ", "├S○", "├S○", "└S○"
    ]  # fmt: skip


def test_what_hangs_together_is_drawn_together_also_when_its_numbers_are_apart() -> None:
    known = {line.order.client_id: line.order for line in WORKED}
    later = msgspec.structs.replace(known[(7 << 32) + 3], client_id=(7 << 32) + 99)
    shuffled = in_families([*(order for order in known.values() if order.client_id != (7 << 32) + 3), later])
    assert [order.client_id & 0xFFFF for order in shuffled[:4]] == [4, 99, 2, 1]
    assert branches(shuffled)[:5] == ["┌", "├", "├", "└", " "]


def test_an_order_in_full_says_what_was_asked_where_it_stands_and_what_hangs_with_it() -> None:
    def told(place: int) -> dict[str, str]:
        return dict(order_fields(WORKED[place], WORKED))

    assert told(6)["order"] == "#5 sell 0.1 BTC"
    assert told(6)["asked"] == "stop 64,117.0 limit 64,116.5 day"
    assert (told(6)["by"], told(6)["hangs with"], told(6)["before it"]) == ("worked here", "alone", "")
    assert told(9)["hangs with"] == "#4 limit, #3 limit, #1 stop"
    assert told(4)["hangs with"] == "a slice of #7"
    assert told(0)["by"] == "native at alpha"
    assert told(7)["before it"] == "0.042 BTC, an estimate"
    native = WORKED[0].order
    ours = msgspec.structs.replace(native, origin=Origin.PROTECTION)
    words = dict(order_fields(WORKED[0]._replace(order=ours), WORKED))
    assert (words["by"], words["stands"]) == ("the core's protection, at alpha", "protection · at venue")
    assert stands_short(ours) == "protects"


def test_an_order_whose_next_slice_is_denied_says_why(paint: Paint) -> None:
    line = next(line for line in WORKED if line.order.phase is Phase.WORKING)
    stopped = line._replace(order=msgspec.structs.replace(line.order, reason=DenyReason.REDUCING.value))
    assert dict(order_fields(stopped, WORKED))["stands"].endswith("%: the desk only closes positions now")
    assert stands_short(stopped.order) == "denied"
    assert state_style(stopped, paint) == paint.warning
    paused = msgspec.structs.replace(stopped.order, phase=Phase.PAUSED)
    assert stands_short(paused) == "paused"
