"""The exchange's own random numbers: integers in, integers out, so that a saved state goes on bit for bit.

xoshiro128++ on four 32-bit words that are kept in int64: no operation wraps, so compiled and plain Python agree.
Source: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021. Seeded by
splitmix64, as its authors advise. Only + - * are used to shape the numbers: no library's logarithm can differ.
"""

import numpy as np

from core.kernel import kernel

WORD_MASK = 0xFFFF_FFFF
LN_2 = 0.6931471805599453
SQRT_3 = 1.7320508075688772
PER_WORD = 1.0 / 4294967296.0


def seed_words(seed: int, stream: int) -> np.ndarray:
    """int64[4]: a generator of its own for every (seed, stream)."""
    state = (seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03 + 1) & (1 << 64) - 1
    words = np.zeros(4, np.int64)
    for index in range(4):
        state = (state + 0x9E3779B97F4A7C15) & (1 << 64) - 1
        mixed = state
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & (1 << 64) - 1
        words[index] = (mixed ^ mixed >> 31) >> 32
    return words


@kernel
def next_word(words: np.ndarray) -> int:
    """0 … 2**32 - 1."""
    first, second, third, fourth = words[0], words[1], words[2], words[3]
    total = (first + fourth) & WORD_MASK
    result = ((((total << 7) & WORD_MASK) | (total >> 25)) + first) & WORD_MASK
    third ^= first
    fourth ^= second
    words[0] = first ^ fourth
    words[1] = second ^ third
    words[2] = third ^ ((second << 9) & WORD_MASK)
    words[3] = ((fourth << 11) & WORD_MASK) | (fourth >> 21)
    return result


@kernel
def below(words: np.ndarray, bound: int) -> int:
    """0 … bound - 1, for bounds up to 2**31."""
    return (next_word(words) * bound) >> 32


@kernel
def uniform(words: np.ndarray) -> float:
    """0 ≤ x < 1."""
    return next_word(words) * PER_WORD


@kernel
def exponential(words: np.ndarray) -> float:
    """Mean about 1: heads in a row, and a fraction. The density halves every ln 2 and is straight in between."""
    word = next_word(words)
    heads = 0
    while heads < 32 and word & 1 == 1:
        heads += 1
        word >>= 1
    return (heads + next_word(words) * PER_WORD) * LN_2


@kernel
def normal(words: np.ndarray) -> float:
    """Mean 0, variance 1: four uniforms added, so never beyond 3.5."""
    total = next_word(words) + next_word(words) + next_word(words) + next_word(words)
    return (total * PER_WORD - 2.0) * SQRT_3
