"""The highest bit of a word in one instruction: what bitmaps of levels and buckets of durations are found by.

With NUMBA_DISABLE_JIT=1 a plain branch with the same meaning.
"""

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from core.kernel import JIT, inlined_kernel

WORD_BITS = 64

if JIT:
    from llvmlite import ir

    @intrinsic
    def leading_zeros(typing_context: Any, word: Any) -> Any:
        """Zero bits above the highest one, of a word that is not 0."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            zero_is_undefined = ir.Constant(ir.IntType(1), 1)
            return builder.ctlz(arguments[0], zero_is_undefined)

        return types.int64(types.uint64), generate

else:

    def leading_zeros(word: np.uint64) -> int:
        return WORD_BITS - int(word).bit_length()


@inlined_kernel
def highest_bit(word: np.uint64) -> int:
    """Index of the highest bit that is set, of a word that is not 0."""
    return 63 - leading_zeros(word)


@inlined_kernel
def bit(index: int) -> np.uint64:
    """The word with one bit set; index 0 … 63."""
    return np.uint64(1) << np.uint64(index)


@inlined_kernel
def bits_below(index: int) -> np.uint64:
    """The word with all bits under an index set; index 0 … 63."""
    return (np.uint64(1) << np.uint64(index)) - np.uint64(1)
