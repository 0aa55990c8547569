"""A book that is whole in the core and not here begins again from what the core shows of it.

That is so after records were overwritten before they were read, and at a start in the middle of a day. The core's cell
holds the best levels only: what lies behind them comes back when it changes, or with the next snapshot. A cell may be
newer than our place on the tape, never older (`is_new_enough`); as every record says a level's new total, what is read
twice does no harm.
"""

import numpy as np

from core.book.ladder import Books, clear_book, set_level
from core.flow.state import Flow
from core.kernel import kernel
from core.memory.files import CellParts
from core.memory.numpy_cell import read
from core.records.flow import CORE_BEGAN_NS
from core.vocabulary import BookState

LIVE = int(BookState.LIVE)


def seed_books(flow: Flow, cells: CellParts) -> None:
    """To be called before the tape is read, and at least SHOWN_NS after it was last read to its end."""
    for slot in np.flatnonzero((flow.books.heads["is_trusted"] == 0) & (flow.heads["instrument_id"] >= 0)):
        top = read(cells, int(slot))
        if top is not None and is_new_enough(flow, int(slot), top):
            seed_book(flow.books, int(slot), top)


def is_new_enough(flow: Flow, slot: int, top: np.void) -> bool:
    """A core that died leaves its cells as they were."""
    head = flow.books.heads[slot]
    is_same = int(top["instrument_id"]) == int(flow.heads[slot]["instrument_id"])
    is_of_this_core = int(top["published_ns"]) >= int(flow.words[CORE_BEGAN_NS])
    is_newer = int(top["received_ns"]) >= int(head["received_ns"])
    return is_same and is_of_this_core and is_newer and int(top["state"]) == LIVE


@kernel
def seed_book(books: Books, slot: int, top: np.void) -> None:
    clear_book(books, slot)
    for index in range(top["bid_count"]):
        level = top["bids"][index]
        set_level(books, slot, 1, level["price_ticks"], level["quantity_lots"])
    for index in range(top["ask_count"]):
        level = top["asks"][index]
        set_level(books, slot, -1, level["price_ticks"], level["quantity_lots"])
    head = books.heads[slot]
    head["is_syncing"] = 0
    head["is_trusted"] = 1
    head["state"] = LIVE
