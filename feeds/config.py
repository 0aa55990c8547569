"""What market and order processes can be told. Frozen, closed and complete; `station/config.py` composes it."""

from typing import Literal

import msgspec

from core.vocabulary import Mode


class GatewayConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an order process treats its venue."""

    durable: Literal["process", "power"] = "process"
    """Requests and reports are on disk before they count. `process`: survives our death; `power`: the machine's too."""
    reconcile_s: float = 3.0
    """Open orders and fills are compared with the venue's own this often."""
    answer_ms: int = 1_500
    """A sent order that nobody has spoken of for so long is UNKNOWN and looked up."""
    arrival_ms: int = 5_500
    """A request cannot reach the venue later than this after it was sent: the venue's receive window and a little.
    Only then does "never seen" mean NOT_SENT."""
    core_stale_ms: int = 1_000
    """A core that did not beat for so long: everything is cancelled and this process says halt."""
    kill_scope: Literal["account", "own"] = "account"
    """What a halt cancels: every order that the account has there, also those of others (EXTERNAL), or the station's
    own. What `--flatten` closes is what the venue shows, whoever bought it."""
    dead_man_s: int = 30
    """Where the venue can: it cancels every order of the account when it has not heard from us for so long; 0: never.
    Not used with kill_scope "own": no venue's timer spares the orders of others."""
    in_flight: int = 128
    """Requests that wait for the venue's answer at once; more stay in their ring."""


class VenueConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One venue. Addresses are configuration: the same code speaks to the venue, its test net and a local double."""

    name: str
    """Our word for it, behind the dot of its symbols: BTC-USDT.binance"""
    dialect: str = ""
    """Whose protocol it speaks: a name of feeds/venues/catalogue.py. Empty: its own name is that."""
    rest_url: str = ""
    ws_url: str = ""
    """Both empty: the venue's own addresses, those of the catalogue."""
    ws_api_url: str = ""
    """The account's own socket: what happens to orders, and where the venue takes them there order entry. Empty where
    the others are named: the venue is asked instead, and Binance's dialect has user data by listen key."""
    countdown_path: str = ""
    """Binance's dialect: where the countdown that cancels everything is set, as /fapi/v1/countdownCancelAll of its
    futures. Empty: the venue has none, as spot."""
    instruments: tuple[str, ...] = ()
    """Symbols that are subscribed, the venue's own or ours (BTC-USDT); empty: its usual ones."""
    trade_stream: Literal["trade", "aggTrade"] = "trade"
    """Binance: single trades, or those of one taker order at one price together."""
    depth: int = 0
    """Levels a side to subscribe to, where the venue lets one choose; 0: what the connector thinks best."""
    whole_books: bool = False
    """Whole books each time instead of changes, where the venue has both: slower, and nothing can be lost."""
    level: Literal[1, 2, 3] = 2
    """1: the best bid and offer alone, where the venue tells it by itself: for watching many. 3: order by order, where
    the venue has it and the connector takes it."""
    ticker: bool = True
    """Take the venue's count of the last 24 hours too, and its best bid and offer, with which each book is compared."""
    checksums: bool = True
    """Check the venue's checksum on every update, where it sends one."""
    mode: Literal["paper", "live"] = "paper"
    """live: orders may go to this venue, once `account` was typed at `station up`."""
    account: str = ""
    """Our name for the account there; its keys lie under it (`station keys add VENUE --account NAME`)."""
    credentials_file: str = ""
    """Instead of `station keys`: a plain TOML with `key` and `secret`, readable by its owner only."""
    keys_descriptor: int = -1
    """Where a process of a desk finds the keys; the desk says it, never a file."""
    kept_balances: dict[str, str] = {}
    """Spot: how much of each currency is not the desk's: no position, never sold by a flatten. {"BTC": "0.5"}"""
    snapshot_levels: int = 1_000
    """Depth of the REST snapshot that a book begins with."""
    depth_interval_ms: Literal[100, 1000] = 100
    """Binance: how often the venue bundles depth changes."""
    history_minutes: int = -1
    """Candles of one minute that are fetched before the sockets open, so that bars begin full; 0: none, -1: as many as
    the desk takes by itself."""
    poll_ms: int = 1_000
    """Venues that are asked instead of streaming: the least time between two requests."""
    quote_sizes: dict[str, str] = {}
    """DEX quotes: how much of a token a quote is asked for. {"WETH": "5"}"""
    slippage_bps: int = 30
    """DEX quotes: how much worse than expected a swap may end; the quote counts it as lost."""
    stale_after_ms: int = 5_000
    """A socket that brought nothing for so long is closed and opened again."""
    request_timeout_ms: int = 3_000
    """A REST call that is not answered by then failed; of an order, its outcome is unknown."""
    receive_window_ms: int = 5_000
    """The venue refuses a signed request that arrives later than this after its time stamp."""
    reconnect_first_ms: int = 100
    """Back-off: the first wait is random up to this, then doubles."""
    reconnect_most_ms: int = 30_000


class AbsentVenue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One that was asked for and cannot be served."""

    name: str
    why: str
    """In a sentence, for the status row of its feed, which stays DOWN until its instruments come in"""
    venue: VenueConfig


class MarketSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of feeds.market_process."""

    venues: tuple[VenueConfig, ...]
    """Those that this group serves."""
    absent: tuple[AbsentVenue, ...] = ()
    wall_offset_ns: int
    """Wall clock minus monotonic clock, from the desk's control page."""


class OrderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of feeds.order_process."""

    venue: VenueConfig
    gateway: GatewayConfig = GatewayConfig()
    mode: Mode = Mode.PAPER
    """LIVE needs credentials. In PAPER no order process is started: the core fills by itself."""
    state_folder: str
    """Of this desk; request and report log lie below it."""
    lock_folder: str
    """Of this user, the same for all desks: one account has one desk."""
    kill_file: str = ""
    """Halts by being there; empty: none is looked for."""
    wall_offset_ns: int
