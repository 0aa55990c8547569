"""What the simulated exchange can be told."""

import msgspec

from feeds.config import GatewayConfig


class SimulatorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """As JSON on the command line of feeds.simulator.process and feeds.simulator.server."""

    seed: int = 20261121
    """Of order flow and latencies. Another seed begins another exchange: the old journal is put aside."""
    rate: float = 1.0
    """Multiplies the arrivals of the crowd's orders: 1.0 is about 2,000 market events/s over all instruments."""
    latency_us: int = 200
    """From us to the venue, and from the venue to us."""
    jitter_us: int = 80
    """Added to each way, 0 … this, evenly. Orders of one session never overtake each other."""
    frame_us: int = 4_000
    """Market data is published this often; an order wakes the exchange at once."""
    journal_folder: str = ""
    """Where the exchange keeps its accounts and arrivals. Empty: nowhere, it forgets everything with the process."""
    snapshot_every_s: int = 20
    """The whole state is saved and the journal begun anew this often; a restart replays at most so much."""
    longest_catch_up_s: int = 60
    """After a longer death the market was closed: virtual time jumps."""
    durable: str = "process"
    """`process`: arrivals survive our death. `power`: also the machine's (fdatasync each)."""
    wall_offset_ns: int = 0
    """Wall clock minus monotonic clock, from the desk's control page; 0: ask that page, or the clocks."""
    group: str = "sim"
    """The venue group whose memory the process owns."""
    account: int = 1
    """Of the desk at the exchange, 1 … 7."""
    state_folder: str = ""
    """Of this desk; the gateway's request and report logs lie below it, and the exchange's journal, unless
    `journal_folder` says otherwise."""
    lock_folder: str = ""
    """Of this user, the same for all desks: one account has one desk. Empty: the state folder."""
    kill_file: str = ""
    """Halts by being there; empty: none is looked for."""
    gateway: GatewayConfig = GatewayConfig()
