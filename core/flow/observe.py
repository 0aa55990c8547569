"""Reading the tape's ring without being its consumer: copy, then see whether the producer came round meanwhile.

The core waits for the recorder alone; it does not know that somebody looks. It may be filling the slot of record
`produced` before it says so, which was the slot of record `produced - capacity`. So what was copied from `own` on is
whole if, after the copy, `produced - own < capacity`; a margin is kept for those who fall behind.
"""

import numpy as np

from core.kernel import kernel
from core.memory.atomics import acquire_fence, events_at, load_acquire

LAPPED = -1


@kernel
def observe(tape: np.void, batch: np.ndarray) -> int:
    """How many records were copied from the cursor `own` on, which stays; LAPPED when some are gone."""
    own = tape["own"]
    produced = load_acquire(tape["produced_address"])
    count = min(produced - own, batch.shape[0])
    if count <= 0:
        return 0
    slots = events_at(tape["slots_address"], tape["capacity"])
    mask = tape["capacity"] - 1
    for index in range(count):
        batch[index] = slots[(own + index) & mask]
    acquire_fence()
    return LAPPED if is_lapped(tape) else count


@kernel
def is_lapped(tape: np.void) -> bool:
    """Has the producer come round to our cursor, or nearly?"""
    produced = load_acquire(tape["produced_address"])
    return produced - tape["own"] >= tape["capacity"] - margin_of(tape)


@kernel
def oldest(tape: np.void) -> int:
    """The first record that can be read before the producer comes round, with time to read it."""
    produced = load_acquire(tape["produced_address"])
    return max(0, produced - tape["capacity"] + 4 * margin_of(tape) + 1)


@kernel
def newest(tape: np.void) -> int:
    return load_acquire(tape["produced_address"])


@kernel
def margin_of(tape: np.void) -> int:
    return tape["capacity"] >> 6
