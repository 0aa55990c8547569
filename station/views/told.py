"""One record of the tape as the recorder is asked for it (station/link/records.py), in the columns of tape_rest."""

from typing import NamedTuple


class Told(NamedTuple):
    """What each field means depends on `kind`: core/records/event.py."""

    session: int
    tape_sequence: int
    kind: int
    now_ns: int
    received_ns: int
    wall_offset_ns: int | None
    symbol: str | None
    price_ticks: int
    quantity_lots: int
    filled_lots: int
    reference_id: int
    execution_id: int
    client_id: int
    valid_until_ns: int
    amount: int
    strategy_id: int
    source_id: int
    flags: int
    detail: int
    side: int
    order_type: int
    time_in_force: int
    status: int
    reason: int
    origin: int

    @property
    def wall_ns(self) -> int:
        return self.now_ns + (self.wall_offset_ns or 0)
