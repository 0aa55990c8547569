"""Which bucket a duration falls into: log-linear, as HdrHistogram does it.

64 linear buckets for each power of two, so that a bucket is never wider than 1/64 (1.6 %) of its value:

    bucket      0 …  127   1 ns each,  0 …  127 ns
    bucket    128 …  191   2 ns each,  128 … 255 ns
    bucket    192 …  255   4 ns each,  256 … 511 ns
    …         2047         "too large": 2**36 ns (69 s) and more

    bucket = duration                                 if duration < 128
    bucket = shift * 64 + (duration >> shift)         otherwise, shift = bit_length(duration) - 7

Source: G. Tene, HdrHistogram, AbstractHistogram.java (the same scheme with two significant digits).
"""

import numpy as np

SUB_BUCKETS = 64
BUCKETS = 2048
LARGEST_NS = 1 << 36
TOO_LARGE = BUCKETS - 1

HISTOGRAM = np.dtype(
    [
        ("count", np.int64),
        ("sum_ns", np.int64),
        ("max_ns", np.int64),
        ("min_ns", np.int64),  # 0 while count is 0
        ("buckets", np.int64, (BUCKETS,)),
        ("_reserved", np.int64, (4,)),
    ]
)


def lowest_of(bucket: int) -> int:
    """The smallest duration in nanoseconds that falls into a bucket."""
    if bucket < 2 * SUB_BUCKETS:
        return bucket
    shift = bucket // SUB_BUCKETS - 1
    return (bucket - shift * SUB_BUCKETS) << shift


def highest_of(bucket: int) -> int:
    """The largest duration in nanoseconds that falls into a bucket."""
    return lowest_of(bucket + 1) - 1
