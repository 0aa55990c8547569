"""How fast the tape goes to disk, and whether anything is dropped at 300,000 records a second.

    python -m bench recorder                     the table, with a short run at the rate
    python -m bench.recorder --seconds 60        only the run at the rate, as long as one likes

Records are the mix of tests/tape_source.py: levels in frames, 8 % trades, 3 % signals, 0.5 % orders with all their
fields. A batch is the largest transaction; a figure is one whole file of 1.2 million records, from the ring's memory to
the last commit, p50, p99 (the worst run for a rate) and min over runs. The run at the rate has a compiled producer
process on a real ring, and the recorder as it is started by the desk. Wait policy: the producer sleeps 0.2 ms between
bursts, the recorder polls every 20 ms.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import numpy as np

from core.kernel import kernel
from core.memory.atomics import monotonic_ns, sleep_us
from core.memory.files import Descriptor, Memory, keep_open, producer_row
from core.publish.tape import COUNTS, DROPPED, put_on_tape
from core.records.event import EVENT
from core.vocabulary import ProcessState
from feeds.store.day_file import DayFile, Position
from feeds.store.rows import MARKET, Sorter
from feeds.store.sessions import Place, cut_by_session
from tests.deadline import eventually
from tests.tape_source import Desk, instrument_rows, market_tape, session_record

BATCH_ROWS = 200_000
RECORDS = 6 * BATCH_ROWS
RUNS = 5
RATE = 300_000
DUCKDB = f"duckdb {duckdb.__version__}"


def rows(seconds: float = 5.0) -> list[dict[str, Any]]:
    tape = np.concatenate([session_record(), market_tape(RECORDS - 1, first_sequence=1)])
    one_by_one = tape[:2_000]
    found = [
        *_rates("station", "whole tape records, all fields", lambda folder: _record(tape, folder), len(tape)),
        *_rates(f"{DUCKDB}, numpy columns", "market columns only", lambda folder: _plain(tape, folder), len(tape)),
        *_rates(f"{DUCKDB}, parquet copy", "market columns only", lambda folder: _parquet(tape, folder), len(tape)),
        *_rates(f"{DUCKDB}, executemany", "market columns only", lambda f: _one_by_one(one_by_one, f), len(one_by_one)),
    ]
    return found + at_rate(seconds)


def _rates(subject: str, what: str, store: Callable[[Path], Path], records: int) -> list[dict[str, Any]]:
    rates, sizes = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            path = store(Path(folder))
            rates.append(records / (time.perf_counter() - began))
            sizes.append(path.stat().st_size / records)
    return [
        _row(f"into a file: {what}", "records/s", subject, statistics.median(rates), min(rates), min(rates), RUNS),
        _row(f"size on disk: {what}", "bytes/record", subject, statistics.median(sizes), max(sizes), min(sizes), RUNS),
    ]


def _record(tape: np.ndarray, folder: Path) -> Path:
    file = DayFile(folder / "2026-11-21.duckdb", Sorter(BATCH_ROWS), day=20_778, rollover_utc_s=0, memory_mb=256)
    place, instruments = Place(), instrument_rows()
    for first in range(0, len(tape), BATCH_ROWS):
        batch = tape[first : first + BATCH_ROWS]
        parts, place = cut_by_session(batch, place, 0)
        file.store(parts, instruments, "bench", Position(first + len(batch), place))
    file.close()
    return file.path


_TYPES = {8: "bigint", 4: "integer", 2: "smallint", 1: "tinyint"}


def _plain_table(folder: Path) -> tuple[duckdb.DuckDBPyConnection, Path]:
    path = folder / "plain.duckdb"
    connection = duckdb.connect(str(path), config={"threads": 1})
    columns = ", ".join(f"{name} {_TYPES[EVENT[name].itemsize]}" for name in MARKET.fields)
    connection.execute(f"create table t ({columns})")
    return connection, path


def _plain(tape: np.ndarray, folder: Path) -> Path:
    connection, path = _plain_table(folder)
    for first in range(0, len(tape), BATCH_ROWS):
        batch = tape[first : first + BATCH_ROWS]
        connection.register("batch", {name: batch[name] for name in MARKET.fields})
        connection.execute("insert into t select * from batch")
    connection.close()
    return path


def _parquet(tape: np.ndarray, folder: Path) -> Path:
    path = folder / "tape.parquet"
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("batch", {name: tape[name] for name in MARKET.fields})
        connection.execute(f"copy batch to '{path}' (format parquet)")
    return path


def _one_by_one(tape: np.ndarray, folder: Path) -> Path:
    connection, path = _plain_table(folder)
    values = [[row[name].item() for name in MARKET.fields] for row in tape]
    connection.executemany(f"insert into t values ({', '.join('?' * len(MARKET.fields))})", values)
    connection.close()
    return path


def at_rate(seconds: float) -> list[dict[str, Any]]:
    """A producer process at RATE, a recorder process, and what was dropped."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.make(Path(folder), tape=1 << 18, batch_ms=500)
        try:
            return _watch(desk, seconds)
        finally:
            desk.close()


def _watch(desk: Desk, seconds: float) -> list[dict[str, Any]]:
    desk.start()
    eventually(lambda: desk.status["state"] == ProcessState.RUNNING)
    assert desk.process is not None
    command = [sys.executable, "-m", "bench.recorder", "--produce", msgspec.json.encode(desk.descriptor).decode()]
    producer = subprocess.Popen(
        [*command, "--seconds", str(seconds)], pass_fds=keep_open(desk.descriptor), stdout=subprocess.PIPE
    )
    behind: list[int] = []
    began_ticks = _cpu_s(desk.process.pid)
    began = time.monotonic()
    while producer.poll() is None:
        time.sleep(0.02)
        behind.append(int(desk.memory.ring("tape").produced[0]) - desk.consumed)
    assert producer.stdout is not None
    told = json.loads(producer.stdout.read())
    pss_mb = _pss_mb(desk.process.pid)
    eventually(lambda: desk.consumed == int(desk.memory.ring("tape").produced[0]))
    busy = (_cpu_s(desk.process.pid) - began_ticks) / (time.monotonic() - began)
    written, lost = int(desk.status["written"]), int(desk.status["dropped"])
    desk.stop()
    if written + told["dropped"] < told["records"]:  # each loss adds a record that tells of it
        raise RuntimeError(f"records must be stored or counted as dropped: {written=}, {told=}")
    what = f"{RATE:,}/s for {seconds:g} s"
    return [
        _row(f"{what}: dropped", "records", "station", told["dropped"], max(lost, told["dropped"]), lost, 1),
        _row(f"{what}: waiting in the ring of {1 << 18:,}", "records", "station", *_spread(behind), 1),
        _row(f"{what}: reached", "records/s", "station", told["rate"], told["rate"], told["rate"], 1),
        _row(f"{what}: the recorder's share of a CPU", "%", "station", 100 * busy, 100 * busy, 100 * busy, 1),
        _row(f"{what}: the recorder's memory (PSS)", "MB", "station", pss_mb, pss_mb, pss_mb, 1),
    ]


def _spread(values: list[int]) -> tuple[float, float, float]:
    return float(np.median(values)), float(np.quantile(values, 0.99)), float(min(values))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def _row(what: str, unit: str, subject: str, p50: float, p99: float, least: float, runs: int) -> dict[str, Any]:
    return {
        "bench": "recorder",
        "what": what,
        "unit": unit,
        "subject": subject,
        "p50": float(p50),
        "p99": float(p99),
        "min": float(least),
        "runs": runs,
    }


@kernel
def _produce(
    tape: np.void, counts: np.ndarray, records: np.ndarray, rate: int, total: int, timespec: np.ndarray
) -> int:
    """Put `total` records on the tape, `rate` a second. Returns the nanoseconds that it took."""
    began_ns = monotonic_ns(timespec)
    sent = 0
    while sent < total:
        now_ns = monotonic_ns(timespec)
        due = min(total, (now_ns - began_ns) * rate // 1_000_000_000)
        while sent < due:
            record = records[sent % records.shape[0]]
            record["now_ns"] = now_ns
            put_on_tape(tape, counts, record)
            sent += 1
        sleep_us(200)
    return monotonic_ns(timespec) - began_ns


def _produce_in_this_process(descriptor: Descriptor, seconds: float) -> None:
    memory = Memory(descriptor, frozenset({"core"}))
    tape = producer_row(memory.ring("tape"))
    counts, timespec = np.zeros(COUNTS, np.int64), np.zeros(2, np.int64)
    records = market_tape(1 << 16)
    _produce(tape[0], counts, records[:1], RATE, 0, timespec)  # compiled before the clock runs
    put_on_tape(tape[0], counts, session_record()[0])
    total = int(RATE * seconds)
    took_ns = _produce(tape[0], counts, records, RATE, total, timespec)
    print(json.dumps({"records": total + 1, "dropped": int(counts[DROPPED]), "rate": total * 1e9 / took_ns}))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.recorder", description=__doc__, allow_abbrev=False)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--produce", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.produce:
        _produce_in_this_process(msgspec.json.decode(arguments.produce, type=Descriptor), arguments.seconds)
        return
    for row in at_rate(arguments.seconds):
        print(f"{row['what']:<70} {row['p50']:>14,.1f} {row['p99']:>14,.1f} {row['unit']}")


if __name__ == "__main__":
    main()
