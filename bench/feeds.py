"""What market processes carry: frames a second, many venues at once, many symbols, whole books, checksums.

    python -m bench.feeds --minutes 10          the second row for so long; as a part of `python -m bench`, for seconds

rate            one market process, pinned to a CPU of its own; a server on the other one sends all books' and trades'
                frames of a recording as fast as they are taken. From the first byte to the last record, and by the
                process's own CPU time, which is what the rate would be if the CPU were its own.
all at once     every recording that has a connector and a list of instruments, on sockets of its own, played at ten
                times its speed by one process into one market process.
100 symbols     made messages of ten levels, 5,000 a second over one socket, once all books are live (the snapshots keep
                the venue's limits, which takes 80 s). From before the frame is sent until another process has read its
                last record, which looks every 0.2 ms. In three parts: until it is off the socket, which is the sender,
                the loopback and the waking; until it is in the ring, which is ours; until it is read.
whole book      5,000 levels a side, from the REST body to the ladder of a core; decode and apply on one thread.
checksum        ten levels a side of a checked book, by Kraken's rule; beside it a plain Python one with zlib.

Waiting policy: asyncio in the market process; the stand-in for the core sleeps.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import msgspec
import numpy as np
from aiohttp import web

from bench.market_alone import MarketAlone, trades_and_levels
from core.book.ladder import Books, clear_book, make_books, set_level
from core.clock import monotonic_ns
from core.kernel import kernel
from core.memory.files import address_of
from core.vocabulary import EventFlag, Hop
from feeds.checked_book import CheckedBook
from feeds.config import VenueConfig
from feeds.decode import SNAPSHOT, parse_book
from feeds.frames import FrameServer, Ready
from feeds.listing import read_listing
from feeds.recording import read_recording
from feeds.shapes import Role, row_shape
from feeds.venues.binance.market import _LEVELS
from feeds.venues.binance.messages import Snapshot
from feeds.venues.catalogue import venue
from tests.conftest import CAPTURES
from tests.played import played
from tests.raw_venue import RawVenue, frame
from tests.unit.feeds.market_bench import MarketBench

RATE_RECORDINGS = ("hftbacktest/binance_usdm/btcusdt_20240808.gz", "hftbacktest/binance/btcusdt_20240808.gz")
PUBLISHED = ("book", "trade")
RATE_RUNS = 3
SPEED = 10
SECONDS = 20.0
SYMBOLS, MESSAGES_A_SECOND, STRESS_S = 100, 5_000, 8
BOOK_LEVELS, BOOK_RUNS = 5_000, 50
CHECKED_LEVELS, CHECKSUMS, CHECKSUM_RUNS = 10, 500, 25
LOOK_S, GIVE_UP_S = 0.0002, 60.0
PIECE_BYTES = 1 << 18

Row = dict[str, Any]


def _row(what: str, unit: str, figures: list[float], subject: str = "station") -> Row:
    found = np.array(figures)
    middle, high, low = (round(float(value), 3) for value in (np.median(found), np.quantile(found, 0.99), found.min()))
    row = {"bench": "feeds", "what": what, "unit": unit, "subject": subject}
    return row | {"p50": middle, "p99": high, "min": low, "runs": len(found)}


def _cpus() -> tuple[int, int]:
    """One for the market process, one for the rest."""
    cpus = sorted(os.sched_getaffinity(0))
    return cpus[-1], cpus[0]


# One process, as fast as it can


async def _rate(path: Path) -> tuple[float, float]:
    """Frames a second by the clock, and by the CPU of the process. Raises when one was lost."""
    recording = read_recording(path)
    texts = [line.text.encode() for line, topics in recording.topics() if any(t.kind in PUBLISHED for t in topics)]
    stream = b"".join(map(frame, texts))
    begin, ended = asyncio.Event(), asyncio.Event()

    async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await begin.wait()
        for at in range(0, len(stream), PIECE_BYTES):
            writer.write(stream[at : at + PIECE_BYTES])
            await writer.drain()
        ended.set()
        await reader.read()

    async with FrameServer(recording, at_end="hold") as rest, RawVenue(send) as raw:
        config = VenueConfig(
            name=recording.venue,
            rest_url=rest.rest_url,
            ws_url=raw.url.partition("/stream")[0],
            instruments=recording.symbols,
            trade_stream=recording.trade_stream,  # type: ignore[arg-type]
            stale_after_ms=60_000,
        )
        async with MarketAlone((config,)) as market:
            market.pin(_cpus()[0])
            await market.until_live()
            taken, cpu_ns, began_ns = market.records, market.cpu_ns(), monotonic_ns()
            begin.set()
            last_ns = began_ns
            while monotonic_ns() - last_ns < 1_000_000_000 or not ended.is_set():
                last_ns = monotonic_ns() if len(trades_and_levels(market.take())) else last_ns
                if monotonic_ns() - began_ns > GIVE_UP_S * 1e9:
                    raise RuntimeError("the frames did not all arrive")
                await asyncio.sleep(0.001)
            spent_ns = market.cpu_ns() - cpu_ns
            lost = {name: market.total(name) for name in ("dropped", "gaps", "bad_frames")} | {"holes": market.holes}
            if any(lost.values()) or market.total("frames") < len(texts) or market.records == taken:
                raise RuntimeError(f"nothing may be lost: {lost}, frames={market.total('frames')} of {len(texts)}")
            return len(texts) / (last_ns - began_ns) * 1e9, len(texts) / spent_ns * 1e9


def _rates() -> Iterator[Row]:
    for path in (CAPTURES / name for name in RATE_RECORDINGS):
        if not path.is_file():
            print(f"feeds: the rate needs the recording {path}, left out", file=sys.stderr)
            continue
        found = [asyncio.run(_rate(path)) for _ in range(RATE_RUNS)]
        name = f"{path.parent.name}, one market process, none lost"
        yield _row(f"{name}: frames decoded and published", "frames/s", [wall for wall, _ in found])
        yield _row(f"{name}: by its CPU time", "frames/s", [cpu for _, cpu in found])


# All venues at once


def _all_configs(answers: list[Ready]) -> tuple[VenueConfig, ...]:
    names: dict[str, int] = {}
    configs = []
    for ready in answers:
        number = names[ready.venue] = names.get(ready.venue, 0) + 1
        configs.append(
            VenueConfig(
                name=ready.venue[:10] + (f"-{number}" if number > 1 else ""),
                dialect=ready.venue,
                rest_url=ready.rest_url,
                ws_url=ready.ws_url + urlsplit(venue(ready.venue).ws_url).path,
                instruments=ready.symbols,
                trade_stream=ready.trade_stream,  # type: ignore[arg-type]
            )
        )
    return tuple(configs)


async def _all_at_once(seconds: float) -> Iterator[Row]:
    paths = dict.fromkeys(source.recording.path for source in played(CAPTURES if CAPTURES.is_dir() else None))
    words = [word for path in paths for word in ("--path", str(path))]
    server = subprocess.Popen(
        [sys.executable, "-m", "feeds.frames", *words, "--speed", str(SPEED), "--at-end", "loop"],
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout is not None
        answers = [msgspec.json.decode(server.stdout.readline(), type=Ready) for _ in paths]
        configs = _all_configs([ready for ready in answers if ready.symbols])
        async with MarketAlone(configs) as market:
            begun_ns = 0
            ends = time.monotonic() + GIVE_UP_S
            while time.monotonic() < ends:
                market.take()
                if not begun_ns and market.total("frames") > 0:
                    begun_ns, cpu_ns, ends = monotonic_ns(), market.cpu_ns(), time.monotonic() + seconds
                await asyncio.sleep(LOOK_S)
            if not begun_ns:
                raise RuntimeError("no frame came")
            wall_ns, spent_ns = monotonic_ns() - begun_ns, market.cpu_ns() - cpu_ns
            age = market.summary(Hop.DECODE)
            name = f"{len(market.configs)} recordings at once at {SPEED} times their speed, {seconds:.0f} s"
            ages = _row(f"{name}: age, socket → ring", "ms", [age.p50_ns / 1e6])
            return iter(
                [
                    ages | {"p99": round(age.p99_ns / 1e6, 3), "min": round(age.min_ns / 1e6, 3), "runs": age.count},
                    _row(f"{name}: frames", "frames/s", [market.total("frames") / wall_ns * 1e9]),
                    _row(f"{name}: CPU of the market process", "%", [100 * spent_ns / wall_ns]),
                    _row(f"{name}: records dropped, or missing", "count", [market.total("dropped") + market.holes]),
                    _row(f"{name}: gaps", "count", [market.total("gaps")]),
                    _row(f"{name}: bad frames", "count", [market.total("bad_frames")]),
                ]
            )
    finally:
        server.terminate()
        server.wait()


# Many symbols


def _symbol(index: int) -> str:
    return f"S{index:03}USDT"


def _update(index: int, number: int) -> bytes:
    side = ",".join(f'["{100 - level}.{number % 100:02}000000","{number % 9 + 1}.00000000"]' for level in range(5))
    other = ",".join(f'["{200 + level}.{number % 100:02}000000","{number % 9 + 1}.00000000"]' for level in range(5))
    symbol = _symbol(index)
    return (
        f'{{"stream":"{symbol.lower()}@depth@100ms","data":{{"e":"depthUpdate","E":1700000000000,"s":"{symbol}",'
        f'"U":{number},"u":{number},"b":[{side}],"a":[{other}]}}}}'
    ).encode()


async def _stress() -> list[Row]:
    filters = [
        {"filterType": "PRICE_FILTER", "tickSize": "0.01000000"},
        {"filterType": "LOT_SIZE", "stepSize": "0.00001000"},
    ]
    listed = [
        {"symbol": _symbol(i), "status": "TRADING", "baseAsset": f"S{i:03}", "quoteAsset": "USDT", "filters": filters}
        for i in range(SYMBOLS)
    ]
    instruments = read_listing("binance", [json.dumps({"symbols": listed}).encode()], venue="binance")
    writers: list[asyncio.StreamWriter] = []

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.read()

    async def depth(request: web.Request) -> web.Response:
        return web.json_response({"lastUpdateId": 0, "bids": [["90.00", "1"]], "asks": [["210.00", "1"]]})

    application = web.Application()
    application.router.add_get("/api/v3/depth", depth)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with RawVenue(hold) as raw:
        config = VenueConfig(
            name="binance",
            rest_url=f"http://127.0.0.1:{runner.addresses[0][1]}",
            ws_url=raw.url.partition("/stream")[0],
            instruments=tuple(_symbol(index) for index in range(SYMBOLS)),
            stale_after_ms=600_000,  # the venue is silent while the snapshots come, one a second
        )
        async with MarketAlone((config,), instruments) as market:
            await market.until_live()
            ages, on_the_way = await _paced(market, writers[0])
            decode = market.summary(Hop.DECODE)
            wanted = MESSAGES_A_SECOND * STRESS_S
            wrong = wanted - len(ages) + market.total("bad_frames") + market.total("gaps") + market.holes
    await runner.cleanup()
    name = f"{SYMBOLS} symbols, {MESSAGES_A_SECOND:,} messages/s"
    return [
        _row(f"{name}: sent → read by another process", "ms", ages),
        _row(f"{name}: of it, sent → off the socket", "ms", on_the_way),
        _row(f"{name}: of it, off the socket → ring", "ms", [decode.p50_ns / 1e6])
        | {"p99": round(decode.p99_ns / 1e6, 3), "min": round(decode.min_ns / 1e6, 3), "runs": decode.count},
        _row(f"{name}: lost, wrong or missing of {wanted:,}", "count", [wrong]),
    ]


async def _paced(market: MarketAlone, writer: asyncio.StreamWriter) -> tuple[list[float], list[float]]:
    """Milliseconds of every message: until it is read, and until it is off the socket."""
    messages = [
        frame(_update(index, number))
        for number in range(1, MESSAGES_A_SECOND * STRESS_S // SYMBOLS + 1)
        for index in range(SYMBOLS)
    ]
    sent_ns = np.zeros(len(messages), np.int64)
    ages: list[float] = []
    on_the_way: list[float] = []
    begun_ns, sent = monotonic_ns(), 0
    while len(ages) < len(messages) and monotonic_ns() - begun_ns < (STRESS_S + 5) * 1_000_000_000:
        due = min(len(messages), (monotonic_ns() - begun_ns) * MESSAGES_A_SECOND // 1_000_000_000)
        for place in range(sent, due):
            sent_ns[place] = monotonic_ns()
            writer.write(messages[place])
        sent = due
        records = trades_and_levels(market.take())
        last = records[(records["flags"] & EventFlag.LAST_IN_FRAME) != 0]
        last = last[last["reference_id"] > 0]
        if len(last):
            places = (last["reference_id"] - 1) * SYMBOLS + last["instrument_id"]
            ages += ((monotonic_ns() - sent_ns[places]) / 1e6).tolist()
            on_the_way += ((last["received_ns"] - sent_ns[places]) / 1e6).tolist()
        await asyncio.sleep(LOOK_S)
    return ages, on_the_way


# A whole book


@kernel
def _apply(books: Books, records: np.ndarray) -> None:
    for index in range(records.shape[0]):
        record = records[index]
        set_level(books, 0, record["side"], record["price_ticks"], record["quantity_lots"])


def _whole_book() -> Row:
    steps = range(1, BOOK_LEVELS + 1)
    sides = {
        "bids": [[f"{60_000 - step * 0.01:.8f}", f"{step / 1000:.8f}"] for step in steps],
        "asks": [[f"{60_000 + step * 0.01:.8f}", f"{step / 1000:.8f}"] for step in steps],
    }
    body = json.dumps({"lastUpdateId": 7, **sides}, separators=(",", ":")).encode()
    bench = MarketBench(_listing_of_one(), VenueConfig(name="binance"))
    decode = msgspec.json.Decoder(Snapshot).decode
    (book,) = bench.market.books.values()
    books = make_books(1)
    figures = []
    for _ in range(BOOK_RUNS + 1):
        clear_book(books, 0)
        began_ns = time.perf_counter_ns()
        snapshot = decode(body)
        bench.market.publish(book, _LEVELS, snapshot.bids, snapshot.asks, SNAPSHOT, began_ns, 0, 7)
        applied = 0
        while len(records := bench.ring.peek()):
            _apply(books, records)
            applied += len(records)
            bench.ring.release(len(records))
        figures.append((time.perf_counter_ns() - began_ns) / 1e6)
        if applied != 2 * BOOK_LEVELS:
            raise RuntimeError(f"every level must reach the book: {applied=}")
    return _row(f"snapshot of {BOOK_LEVELS:,} levels a side → ladder", "ms", figures[1:])


def _listing_of_one() -> str:
    filters = [
        {"filterType": "PRICE_FILTER", "tickSize": "0.01000000"},
        {"filterType": "LOT_SIZE", "stepSize": "0.00001000"},
    ]
    row = {"symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT", "filters": filters}
    return json.dumps({"symbols": [row]})


# Checksums


def _plain_checksum(bids: list[list[str]], asks: list[list[str]]) -> int:
    text = "".join(
        number.replace(".", "").lstrip("0")
        for side in (asks[:CHECKED_LEVELS], bids[:CHECKED_LEVELS])
        for level in side
        for number in level
    )
    return zlib.crc32(text.encode())


def _checksums() -> Iterator[Row]:
    bids = [[f"{60_000 - step * 0.1:.1f}", f"{step / 1000:.8f}"] for step in range(1, 101)]
    asks = [[f"{60_000 + step * 0.1:.1f}", f"{step / 1000:.8f}"] for step in range(1, 101)]
    bench = MarketBench(_listing_of_one(), VenueConfig(name="binance"))
    (book,) = bench.market.books.values()
    checked = CheckedBook(book.decoder, depth=100)
    shape = row_shape(Role.PRICE, Role.QUANTITY)
    texts = [msgspec.json.encode(side) for side in (bids, asks)]
    bench.market._text[: sum(map(len, texts))] = b"".join(texts)
    count = parse_book(book.decoder_address, address_of(shape), len(texts[0]), len(texts[1]))
    checked.apply(count, is_snapshot=True)
    if checked.crc_of_digits(CHECKED_LEVELS) != _plain_checksum(bids, asks):
        raise RuntimeError("both checksums must be the same")
    yield _row("checksum of ten levels a side", "µs", _timed(lambda: checked.crc_of_digits(CHECKED_LEVELS)))
    plain = _timed(lambda: _plain_checksum(bids, asks))
    yield _row("checksum of ten levels a side", "µs", plain, "plain Python and zlib")


def _updates_with_checksum() -> Iterator[Row]:
    """What the check adds to a whole update of Kraken: the same two frames in turn, one level back and forth."""
    sizes = ("0.10000000", "0.20000000")
    bids = [[f"{60_000 - step * 0.1:.1f}", sizes[0]] for step in range(1, 101)]
    asks = [[f"{60_000 + step * 0.1:.1f}", sizes[0]] for step in range(1, 101)]

    def frame(kind: str, bids: list[list[str]], asks: list[list[str]], told: int) -> bytes:
        sides = (",".join(f'{{"price":{price},"qty":{size}}}' for price, size in levels) for levels in (bids, asks))
        rows = '"bids":[{}],"asks":[{}]'.format(*sides)
        data = f'{{"symbol":"BTC/USD",{rows},"checksum":{told},"timestamp":"2026-07-19T17:54:39.753424Z"}}'
        return f'{{"channel":"book","type":"{kind}","data":[{data}]}}'.encode()

    both = [[[bids[0][0], size], *bids[1:]] for size in sizes]
    updates = [frame("update", book[:1], [], _plain_checksum(book, asks)) for book in both]
    pairs = (
        '{"result":{"XXBTZUSD":{"wsname":"XBT/USD","base":"XXBT","quote":"ZUSD","pair_decimals":1,"lot_decimals":8}}}'
    )
    for is_on in (True, False):
        config = VenueConfig(name="kraken", instruments=("BTC/USD",), checksums=is_on)
        bench = MarketBench(pairs, config)
        bench.feed(frame("snapshot", bids, asks, _plain_checksum(bids, asks)))
        turn = 0

        def update(bench: MarketBench = bench) -> None:
            nonlocal turn
            turn += 1
            bench.feed(updates[turn & 1])

        figures = []
        for _ in range(CHECKSUM_RUNS):
            figures.append(_timed(update, runs=1)[0])
            bench.take()
        if bench.market.status["gaps"] or bench.market.status["bad_frames"]:
            raise RuntimeError("every checksum must be right")
        yield _row(f"update of Kraken, its checksum {'checked' if is_on else 'switched off'}", "µs", figures)


def _timed(call: Callable[[], object], runs: int = CHECKSUM_RUNS) -> list[float]:
    """Microseconds a call, medians of single ones."""
    figures = []
    for _ in range(runs):
        spent = []
        for _ in range(CHECKSUMS):
            began_ns = time.perf_counter_ns()
            call()
            spent.append(time.perf_counter_ns() - began_ns)
        figures.append(statistics.median(spent) / 1_000)
    return figures


def rows(seconds: float = SECONDS) -> list[Row]:
    return [
        *_rates(),
        *asyncio.run(_stress()),
        _whole_book(),
        *_checksums(),
        *_updates_with_checksum(),
        *asyncio.run(_all_at_once(seconds)),
    ]


@click.command(epilog="Example: python -m bench.feeds --minutes 10")
@click.option("--minutes", type=float, default=SECONDS / 60, help="How long all venues play at once.")
def main(minutes: float) -> None:
    """Measure what market processes carry."""
    for row in rows(minutes * 60):
        figures = f"p50 {row['p50']:12,.3f}  p99 {row['p99']:12,.3f}  least {row['min']:12,.3f}"
        print(f"{row['what']:90} {row['unit']:9} {figures}  ({row['runs']}, {row['subject']})")


if __name__ == "__main__":
    main()
