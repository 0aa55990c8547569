"""Risk's sums follow the positions: after a fill, a request, a mark, and when the day turns."""

from core.kernel import kernel
from core.orders.positions import TOTAL, find_row, mark, new_day
from core.risk.exposure import begin_day, end_day, position_changed
from core.state import State


@kernel
def count_exposure(state: State, account_id: int, instrument_id: int) -> bool:
    """A position or its working lots changed: risk's sums follow. True: the breaker should look."""
    row = find_row(state.positions, account_id, instrument_id, TOTAL)
    return row >= 0 and position_changed(state.risk, row, state.positions.rows[row])


@kernel
def count_marked(state: State, instrument_id: int) -> bool:
    """An instrument has another mark: the same for every account that holds it."""
    is_at_a_loss, row = False, int(state.positions.first_rows[instrument_id])
    while row >= 0:
        if position_changed(state.risk, row, state.positions.rows[row]):
            is_at_a_loss = True
        row = int(state.positions.next_rows[row])
    return is_at_a_loss


@kernel
def count_exposures(state: State) -> None:
    """All of them anew."""
    for row in range(state.positions.used[0]):
        position = state.positions.rows[row]
        if position["strategy_id"] == TOTAL:
            position_changed(state.risk, row, position)


@kernel
def mark_when_new(state: State, instrument_id: int) -> None:
    """The first order in an instrument is worth something before its next frame values it."""
    slot = state.instruments[instrument_id]["book_slot"]
    if slot >= 0 and slot < state.books.heads.shape[0]:
        head = state.books.heads[slot]
        mark(
            state.positions,
            instrument_id,
            head["best_bid_ticks"],
            head["best_ask_ticks"],
            state.instruments[instrument_id],
        )


@kernel
def turn_day(state: State) -> None:
    """ROLLOVER: what was earned is equity, and every count of the day begins again."""
    count_exposures(state)
    end_day(state.risk)
    new_day(state.positions)
    count_exposures(state)
    begin_day(state.risk)
