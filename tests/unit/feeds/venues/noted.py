"""What a connector on the bench says beside its book."""

from core.vocabulary import EventKind, Reference
from tests.venue_bench import VenueBench


def note_references(bench: VenueBench) -> list[tuple[Reference, int]]:
    """Grows with every REFERENCE: what it is and its value; of a liquidation, the price in ticks."""
    told: list[tuple[Reference, int]] = []
    take = bench.take

    def note() -> None:
        records = bench.ring.peek()
        for record in records[records["kind"] == EventKind.REFERENCE]:
            which = Reference(int(record["detail"]))
            value = record["price_ticks"] if which is Reference.LIQUIDATION else record["reference_id"]
            told.append((which, int(value)))
        take()

    bench.take = note  # type: ignore[method-assign]
    return told
