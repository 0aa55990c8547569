"""Which strategies run: a table of slots, each pointing at an immutable record; a swap is one atomic store.

    slot ──current[slot]──► record: address, parameters, memory, version, code hash, instrument

Each slot has four records in turn. A new version is written into the next one while the loop runs the current one;
then the loop's thread stores its index (`swap`), between two events. `running` holds the slot that is being called:
it lies in shared memory if the caller gives such an array, so that a core that died or hung in slot k starts again
with k disabled.
"""

from typing import Any, NamedTuple

import numpy as np

from core.kernel import JIT, kernel
from core.strategy.contract import INTENT, MEMORY, MOST_INTENTS, PARAMETERS, VIEW

EMPTY = -1
IDLE = -1
VERSIONS = 4

RECORD = np.dtype(
    [
        ("address", np.int64),  # of the compiled function
        ("version", np.int64),  # of the slot: 1, 2, 3 …
        ("code_hash", np.int64),
        ("instrument_id", np.int64),
        ("name", "S24"),
        ("parameters", np.float64, (PARAMETERS,)),
        ("memory", MEMORY),
    ]
)

TALLY = np.dtype(
    [
        ("calls", np.int64),
        ("intents", np.int64),
        ("denied", np.int64),
        ("bad_answers", np.int64),  # a count of intents that cannot be: taken as none
    ]
)


class Slots(NamedTuple):
    records: np.ndarray
    """RECORD[slots * 4]"""
    current: np.ndarray
    """int64[slots]: index of the record that runs; EMPTY: none"""
    is_enabled: np.ndarray
    """int64[slots]: 1 runs; 0 at the start and after any restart"""
    tallies: np.ndarray
    """TALLY[slots]"""
    running: np.ndarray
    """int64[1 or more]: word 0 is the slot that is being called, IDLE between calls"""
    views: np.ndarray
    """VIEW[1]: the caller fills it before each call"""
    intents: np.ndarray
    """INTENT[8]: what the last call wanted"""
    intent_words: np.ndarray
    """int64[32]: the same memory, so that clearing it is four stores"""


def make_slots(capacity: int, *, running: np.ndarray | None = None) -> Slots:
    """Empty slots. `running` may lie in shared memory; it is not written here, a predecessor may have left its slot."""
    intents = np.zeros(MOST_INTENTS, INTENT)
    return Slots(
        records=np.zeros(capacity * VERSIONS, RECORD),
        current=np.full(capacity, EMPTY, np.int64),
        is_enabled=np.zeros(capacity, np.int64),
        tallies=np.zeros(capacity, TALLY),
        running=np.full(1, IDLE, np.int64) if running is None else running,
        views=np.zeros(1, VIEW),
        intents=intents,
        intent_words=intents.view(np.int64),
    )


def prepare(
    slots: Slots, slot: int, *, name: str, address: int, code_hash: int, parameters: np.ndarray, instrument_id: int
) -> int:
    """Cold, any thread: write the next record of a slot; its index, for `swap`. The one that runs is not touched."""
    if not 0 <= slot < len(slots.current):
        raise ValueError(f"there is no such slot: {slot=}, slots={len(slots.current)}")
    versions = slots.records["version"][slot * VERSIONS : (slot + 1) * VERSIONS]
    version = int(versions.max()) + 1
    index = slot * VERSIONS + version % VERSIONS
    if index == int(slots.current[slot]):
        raise ValueError(f"the prepared versions of a slot must be swapped in first: {slot=}")
    record = slots.records[index]
    record["address"], record["code_hash"], record["instrument_id"] = address, code_hash, instrument_id
    record["name"], record["parameters"] = name.encode(), parameters
    record["memory"] = np.zeros((), MEMORY)
    record["version"] = version
    return index


@kernel
def swap(slots: Slots, slot: int, index: int) -> bool:
    """The loop's thread: from its next call on the slot runs a prepared record. False when it is not one of its own."""
    if not (slot >= 0 and slot < slots.current.shape[0]):
        return False
    if not (slot * VERSIONS <= index and index < (slot + 1) * VERSIONS and slots.records[index]["address"] != 0):
        return False
    slots.current[slot] = index  # one aligned store
    return True


@kernel
def set_parameter(slots: Slots, slot: int, index: int, value: float) -> bool:
    """Change one parameter of what runs. False when there is no such parameter or the value is not finite."""
    if not (slot >= 0 and slot < slots.current.shape[0] and index >= 0 and index < PARAMETERS):
        return False
    if slots.current[slot] == EMPTY or not (value >= -1.0e300 and value <= 1.0e300):
        return False
    slots.records[slots.current[slot]]["parameters"][index] = value
    return True


def disable_what_ran(slots: Slots) -> int:
    """At the start of a core: the slot in which its predecessor died, now disabled; IDLE when it died elsewhere."""
    slot = int(slots.running[0])
    slots.running[0] = IDLE
    if 0 <= slot < len(slots.current):
        slots.is_enabled[slot] = 0
        return slot
    return IDLE


if JIT:
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.extending import intrinsic

    @intrinsic
    def _call_at(typing_context: Any, address: Any, view: Any, parameters: Any, memory: Any, intents: Any) -> Any:
        """Call the function at an address with four pointers."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            pointer = cgutils.voidptr_t
            kind = ir.FunctionType(ir.IntType(64), [pointer] * 4)
            function = builder.inttoptr(arguments[0], kind.as_pointer())
            return builder.call(function, [builder.inttoptr(argument, pointer) for argument in arguments[1:]])

        word = types.int64
        return word(word, word, word, word, word), generate

    @kernel
    def _call(slots: Slots, index: int) -> int:
        base = slots.records.ctypes.data + index * slots.records.itemsize
        return _call_at(
            slots.records[index]["address"],
            slots.views.ctypes.data,
            base + PARAMETERS_OFFSET,
            base + MEMORY_OFFSET,
            slots.intents.ctypes.data,
        )

else:
    from core.strategy.compile import plain_function

    def _call(slots: Slots, index: int) -> int:
        record = slots.records[index]
        function = plain_function(int(record["address"]))
        return int(function(slots.views[0], record["parameters"], record["memory"], slots.intents))


PARAMETERS_OFFSET = RECORD.fields["parameters"][1] if RECORD.fields else 0
MEMORY_OFFSET = RECORD.fields["memory"][1] if RECORD.fields else 0


@kernel
def call_strategy(slots: Slots, slot: int) -> int:
    """Call what runs in a slot with `slots.views`; how many of `slots.intents` it filled. 0 when empty or disabled."""
    index = slots.current[slot]
    if index == EMPTY or slots.is_enabled[slot] != 1:
        return 0
    slots.intent_words[:] = 0
    slots.running[0] = slot
    wanted = _call(slots, index)
    slots.running[0] = IDLE
    tally = slots.tallies[slot]
    tally["calls"] += 1
    if not (wanted >= 0 and wanted <= MOST_INTENTS):
        tally["bad_answers"] += 1
        return 0
    tally["intents"] += wanted
    return wanted
