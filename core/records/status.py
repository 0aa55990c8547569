"""What the processes outside the core say of themselves: plain rows, one writer each, read without a lock."""

import numpy as np

FEED_STATUS = np.dtype(
    [
        ("venue", "S24"),
        ("message", "S104"),  # the last fault, in a sentence
        ("state", np.int64),  # vocabulary.FeedState
        ("events", np.int64),
        ("frames", np.int64),
        ("bytes", np.int64),
        ("gaps", np.int64),
        ("resyncs", np.int64),
        ("reconnects", np.int64),
        ("bad_frames", np.int64),  # not JSON, truncated, wrong types, absurd numbers
        ("dropped", np.int64),  # the ring was full
        ("last_received_ns", np.int64),
        ("last_venue_age_ns", np.int64),  # received minus the venue's stamp
        ("off_step", np.int64),  # levels and trades between two ticks, left out: older than the venue's present ticks
        ("events_per_s", np.int64),  # over the last second
        ("bytes_per_s", np.int64),
        ("untrusted_ns", np.int64),  # how long books that had been live were not, added up over all of them
        ("untrusted_since_ns", np.int64),  # since when one of them is not; 0: all are
    ]
)
assert FEED_STATUS.itemsize == 256

GATEWAY_STATUS = np.dtype(
    [
        ("venue", "S24"),
        ("message", "S104"),
        ("state", np.int64),  # vocabulary.FeedState of the order connection
        ("sent", np.int64),
        ("acknowledged", np.int64),
        ("rejected", np.int64),
        ("cancels_sent", np.int64),
        ("open_at_venue", np.int64),
        ("unknown", np.int64),
        ("log_bytes", np.int64),
        ("halt_sum_seen", np.int64),  # sum of the halt lines when it stopped sending
        ("halt_seen_ns", np.int64),
        ("halt_sum_clean", np.int64),  # sum of the halt lines for which nothing is open at the venue: the proof
        ("halt_clean_ns", np.int64),
        ("halt_cancelled", np.int64),  # orders that this halt cancelled
        ("flatten_sum_done", np.int64),  # sum of the halt lines for which the venue shows flat
        ("flatten_orders", np.int64),
        ("dead_man_ns", np.int64),  # when the venue cancels everything by itself unless it hears from us; 0: not armed
    ]
)

RECORDER_STATUS = np.dtype(
    [
        ("message", "S120"),
        ("path", "S200"),
        ("state", np.int64),  # vocabulary.ProcessState; STALE: cannot write, keeps trying
        ("written", np.int64),  # rows committed
        ("dropped", np.int64),  # records that were lost because nobody could store them
        ("rows_per_s", np.int64),
        ("file_bytes", np.int64),
        ("committed_sequence", np.int64),  # tape_sequence of the last committed record
        ("behind", np.int64),  # records waiting in the ring
        ("_reserved", np.int64, (3,)),
    ]
)
