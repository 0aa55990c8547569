"""A whole desk on the simulator: started, traded on, killed, re-armed, shot at, adopted, ended. Real processes all."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from station.exit_codes import ExitCode
from tests.deadline import eventually
from tests.seen_desk import SYMBOL, far_below, fills_recorded, is_quoted, minute_starts, position, traded_today
from tests.station_cli import Station, desk_on_simulator

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with desk_on_simulator(tmp_path_factory.mktemp("home")) as station:
        yield station


@pytest.fixture
def desk(station: Station) -> Station:
    """Running, not halted, nothing open, the book moving."""
    if station.run("status").code != 0:
        assert station.run("up", within_s=120).code == 0
    eventually(lambda: all(row["state"] == "RUNNING" for row in station.status()["processes"]), within_s=60)
    if station.status()["halted"]:
        station.json("rearm", "--reason", "next test")
    station.run("cancel", "--all")
    eventually(lambda: is_quoted(station), within_s=60)
    return station


def test_status_has_every_field_that_others_rely_on(desk: Station) -> None:
    status = desk.status()

    assert status["desk"] == "main"
    assert status["mode"] == "SIM"
    assert status["halted"] is False
    assert status["strategies_enabled"] is False
    assert status["uptime_s"] > 0
    assert {row["name"] for row in status["processes"]} == {"desk", "core", "sim", "recorder", "onlooker"}
    for row in status["processes"]:
        assert {"name", "pid", "state", "cpu", "pss_mb"} <= row.keys()
    assert {row["venue"] for row in status["feeds"]} == {"alpha", "beta"}
    assert {"venue", "state", "events", "gaps", "resyncs"} <= status["feeds"][0].keys()
    assert {"count", "p50_ns", "p99_ns", "p999_ns", "max_ns"} == status["latency"]["step"].keys()
    assert {"written", "dropped", "rows_per_s"} <= status["tape"].keys()


def test_an_order_rests_is_listed_and_is_cancelled(desk: Station) -> None:
    placed = desk.json("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk)}", "--post-only")

    assert placed["status"] == "NEW"
    assert placed["reason"] == ""
    listed = [row for row in desk.json("orders") if row["client_id"] == placed["client_id"]]
    assert len(listed) == 1
    assert listed[0]["quantity"].rstrip("0") == "0.01"
    assert desk.run("cancel", str(placed["client_id"])).code == 0
    assert [row for row in desk.json("orders") if row["client_id"] == placed["client_id"]] == []


def test_a_market_order_changes_the_position_and_is_recorded(desk: Station) -> None:
    before = position(desk)

    placed = desk.json("order", "buy", "0.01", SYMBOL, "--type", "market")

    assert placed["status"] == "FILLED"
    eventually(lambda: position(desk) == pytest.approx(before + 0.01))
    eventually(lambda: fills_recorded(desk) > 0, within_s=30)


def test_a_bracket_in_one_line_is_three_orders_that_hang_together(desk: Station) -> None:
    price = far_below(desk)
    placed = desk.json("order", f"buy 0.01 {SYMBOL} @ {price} tp +5% sl {price - 100}")

    assert (placed["status"], len(placed["legs"])) == ("NEW", 3)
    stop, target, entry = (row for row in desk.json("orders") if row["client_id"] in placed["legs"])
    assert (stop["type"], stop["phase"], float(stop["trigger"])) == ("stop", "waiting", price - 100)
    assert (target["type"], target["phase"], target["worked"]) == ("limit", "waiting", "venue")
    assert (entry["type"], entry["phase"], entry["client_id"]) == ("limit", "none", placed["client_id"])
    assert len({row["group_id"] for row in (stop, target, entry)}) == 1

    assert desk.json("order", f"move {stop['client_id']} stop {price - 50}")["status"] == "DONE"
    moved = next(row for row in desk.json("orders") if row["client_id"] == stop["client_id"])
    assert float(moved["trigger"]) == price - 50
    assert desk.json("order", "cancel BTC*")["status"] == "DONE"
    eventually(lambda: not [row for row in desk.json("orders") if row["client_id"] in placed["legs"]])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("order", "buy", "1", "BTC-USDX.alpha@1"), ExitCode.UNKNOWN_NAME, "is no instrument"),
        (("order", "buy", "1", "BTC-USD@1"), ExitCode.UNKNOWN_NAME, "BTC-USD.beta"),
        (("order", "buy", "one", f"{SYMBOL}@60000"), ExitCode.BAD_NUMBER, "must be a number"),
        (("order", "buy", "nan", f"{SYMBOL}@60000"), ExitCode.BAD_NUMBER, "must be finite"),
        (("order", "buy", "-1", f"{SYMBOL}@60000"), ExitCode.USAGE, ""),
        (("order", "buy", "0", f"{SYMBOL}@60000"), ExitCode.BAD_NUMBER, "smallest"),
        (("order", "buy", "0.01", f"{SYMBOL}@60000.123"), ExitCode.BAD_NUMBER, "lies between two prices"),
        (("order", "buy", "0.01", f"{SYMBOL}@1e300"), ExitCode.BAD_NUMBER, ""),
        (("order", "buy", "0.01", SYMBOL), ExitCode.USAGE, "the price is missing"),
        (("order", "buy", "0.01", f"{SYMBOL}@60000", "--price", "1"), ExitCode.USAGE, "said twice"),
        (("order", "buy", "0.01", f"{SYMBOL}@1"), ExitCode.DENIED, ""),
        (("order", "hold", "0.01", f"{SYMBOL}@1"), ExitCode.USAGE, ""),
        (("cancel", "77"), ExitCode.UNKNOWN_NAME, "no such open order"),
        (("cancel",), ExitCode.USAGE, "say which"),
        (("sql", "select nothing from nowhere"), None, ""),
        (("status", "--desk", "other"), ExitCode.NO_DESK, "station up"),
        (("up",), ExitCode.DESK_RUNS, "runs already"),
        (("up", "--desk", "no good/name"), ExitCode.USAGE, "1 to 16 letters"),
        (("up", "--desk", "b", "--mode", "live"), ExitCode.USAGE, "built-in exchange"),
        (("up", "--desk", "b", "--symbols", "NO-SUCH"), ExitCode.UNKNOWN_NAME, "NO-SUCH"),
        (("up", "--desk", "b", "--config", "/nowhere.toml"), ExitCode.CONFIG, "does not exist"),
        (("up", "--desk", "b", "--venue", "binance", "--replay-frames", "/nowhere"), ExitCode.USAGE, "nothing"),
        (("nonsense",), ExitCode.USAGE, "No such command"),
    ],
)
def test_a_mistake_is_a_sentence_and_an_exit_code(
    station: Station, arguments: tuple[str, ...], code: ExitCode | None, words: str
) -> None:
    said = station.run(*arguments)

    assert said.code != 0
    assert code is None or said.code == code, said
    assert words in said.error
    assert said.error.strip()


def test_kill_proves_that_nothing_is_open_and_nothing_trades_until_rearm(desk: Station) -> None:
    for offset in range(3):
        desk.json("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk) - offset}")

    killed = desk.run("kill", "--reason", "a test", "--json")

    assert killed.code == 0, killed
    assert killed.json["proven"] is True
    assert killed.json["steps"][0]["what"] == "halt line written"
    assert desk.json("orders") == []
    denied = desk.run("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk)}", "--json")
    assert (denied.code, denied.json["status"], denied.json["reason"]) == (ExitCode.DENIED, "DENIED", "HALTED")
    status = desk.status()
    assert status["halted"] is True
    assert status["halt_reason"] == "a test"

    assert desk.json("rearm", "--reason", "seen")["rearmed"] is True
    assert desk.status()["halted"] is False
    assert not (desk.home / "state" / "desks" / "main" / "halted").exists()
    assert desk.json("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk)}")["status"] == "NEW"


def test_kill_with_flatten_closes_the_position(desk: Station) -> None:
    desk.json("order", "buy", "0.02", SYMBOL, "--type", "market")
    eventually(lambda: position(desk) != 0)

    killed = desk.run("kill", "--flatten", "--json")

    assert killed.code == 0, killed
    eventually(lambda: position(desk) == 0)


def test_kill_works_while_the_core_is_stopped(desk: Station) -> None:
    desk.json("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk)}")
    core = desk.process("core")["pid"]

    os.kill(core, signal.SIGSTOP)
    try:
        killed = desk.start("kill", "--json")
    finally:
        os.kill(core, signal.SIGCONT)

    assert killed.code == 0, killed
    assert any("core does not answer" in step["what"] for step in killed.json["steps"])
    eventually(lambda: desk.json("orders") == [])


def test_kill_works_while_the_desk_is_dead_and_status_adopts_the_living(desk: Station) -> None:
    desk.json("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk)}")
    before = {row["name"]: row["pid"] for row in desk.status()["processes"]}
    os.kill(before["desk"], signal.SIGKILL)

    killed = desk.start("kill", "--json")
    after = {row["name"]: row["pid"] for row in desk.status()["processes"]}

    assert killed.code == 0, killed
    assert killed.json["proven"] is True
    assert after["desk"] != before["desk"]
    assert {name: after[name] for name in ("core", "sim", "recorder")} == {
        name: before[name] for name in ("core", "sim", "recorder")
    }
    assert desk.status()["halted"] is True


def test_an_adopting_desk_still_restarts_what_dies(desk: Station) -> None:
    os.kill(desk.process("desk")["pid"], signal.SIGKILL)
    adopted = desk.process("recorder")

    os.kill(adopted["pid"], signal.SIGKILL)

    eventually(lambda: desk.process("recorder")["pid"] not in (0, adopted["pid"]), within_s=30)
    eventually(lambda: desk.process("recorder")["state"] == "RUNNING", within_s=30)


@pytest.mark.parametrize("name", ["core", "sim", "recorder"])
def test_a_killed_process_comes_back_and_orders_and_positions_are_as_before(desk: Station, name: str) -> None:
    desk.json("order", "buy", "0.01", SYMBOL, "--type", "market")
    resting = desk.json("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk)}")
    held = position(desk)
    victim = desk.process(name)

    os.kill(victim["pid"], signal.SIGKILL)

    eventually(lambda: desk.process(name)["pid"] not in (0, victim["pid"]), within_s=30)
    eventually(lambda: desk.process(name)["state"] == "RUNNING", within_s=60)
    eventually(lambda: position(desk) == pytest.approx(held), within_s=30)
    if not desk.status()["halted"]:
        assert resting["client_id"] in [row["client_id"] for row in desk.json("orders")]


def test_without_the_onlooker_trading_goes_on_and_what_it_knew_is_kept(desk: Station) -> None:
    eventually(lambda: len(minute_starts(desk)) > 0 and traded_today(desk) > 0, within_s=30)
    starts, lots, victim = minute_starts(desk), traded_today(desk), desk.process("onlooker")

    os.kill(victim["pid"], signal.SIGKILL)

    assert desk.json("order", "buy", "0.01", SYMBOL, "--type", "market")["status"] == "FILLED"
    eventually(lambda: desk.process("onlooker")["pid"] not in (0, victim["pid"]), within_s=30)
    eventually(lambda: desk.process("onlooker")["state"] == "RUNNING", within_s=60)
    eventually(lambda: traded_today(desk) > lots, within_s=30)
    assert minute_starts(desk)[: len(starts)] == starts
    assert desk.status()["halted"] is False


def test_a_held_lease_is_refused_with_the_holders_name_and_can_be_taken(desk: Station) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], env=desk.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        refused = desk.run("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk)}")
        seats = desk.status()["seats"]
        taken = desk.run("take", "--reason", "a test")
        then = desk.run("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk)}")
    finally:
        holder.kill()
        holder.wait()

    assert refused.code == ExitCode.LEASE_HELD
    assert f"a test (pid {holder.pid})" in refused.error
    assert [(row["client"], row["lease"]) for row in seats] == [("a test", True)]
    assert taken.code == 0
    assert then.code == 0


HOLDER = """
import sys
from core.vocabulary import Origin
from station.link.attach import attach
from station.link.commands import open_commands
link = open_commands(attach("main"), client="a test", origin=Origin.KEY)
link.done(link.take_lease(), what="take")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_desk_lives_on_when_its_terminal_closes(desk: Station) -> None:
    """Started from a pseudo-terminal whose other end is then closed: what is left of a lost SSH connection."""
    process, master = pty.fork()
    if process == 0:
        os.execve(sys.executable, [sys.executable, "-P", "-m", "station", "up", "--desk", "second"], desk.environment)
    said = b""
    while b"runs on sim" not in said:
        said += os.read(master, 4096)
    os.waitpid(process, 0)
    os.close(master)

    status = desk.json("status", "--desk", "second")
    down = desk.run("down", "--desk", "second")

    assert status["halted"] is False
    assert down.code == 0
    assert desk.run("status", "--desk", "second").code == ExitCode.NO_DESK


def test_a_halt_outlives_the_desk(desk: Station) -> None:
    assert desk.run("kill", "--reason", "over night").code == 0
    assert desk.run("down").code == 0
    assert desk.run("status").code == ExitCode.NO_DESK

    assert desk.start("up", within_s=120).code == 0

    status = desk.status()
    assert (status["halted"], status["halt_reason"]) == (True, "over night")


def test_positions_and_open_orders_survive_down_and_up(desk: Station) -> None:
    desk.json("order", "buy", "0.01", SYMBOL, "--type", "market")
    resting = desk.json("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk)}")
    held = position(desk)

    assert desk.run("down", "--keep-orders").code == 0
    assert desk.run("up", within_s=120).code == 0

    eventually(lambda: position(desk) == pytest.approx(held), within_s=30)
    eventually(lambda: resting["client_id"] in ids(desk.json("orders")), within_s=30)


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["client_id"] for row in rows]


@pytest.mark.parametrize(("number", "flatten"), [(signal.SIGUSR1, False), (signal.SIGUSR2, True)])
def test_a_signal_to_the_desk_halts(desk: Station, number: signal.Signals, flatten: bool) -> None:
    desk.json("order", "buy", "0.01", SYMBOL, "--type", "market")
    desk.json("order", "buy", "0.01", f"{SYMBOL}@{far_below(desk)}")

    os.kill(desk.process("desk")["pid"], number)

    eventually(lambda: desk.status()["halted"], within_s=10)
    eventually(lambda: desk.json("orders") == [], within_s=10)
    if flatten:
        eventually(lambda: position(desk) == 0, within_s=20)
    report = desk.json("kill-report")
    assert f"signal {number.name}" in report["reason"]
    eventually(lambda: [row["is_proven"] for row in desk.json("kill-report")["venues"]] == [True], within_s=10)


def test_the_file_kill_halts_and_stands_in_the_way_of_a_re_arm(desk: Station) -> None:
    file = desk.home / "run" / "main" / "KILL"
    file.touch()
    try:
        eventually(lambda: desk.status()["halted"], within_s=5)
        refused = desk.run("rearm", "--reason", "too early")
        assert refused.code == ExitCode.DENIED
        assert str(file) in refused.error
        assert desk.run("down").code == 0
        up = desk.run("up", within_s=120)
        assert "It begins halted: the file KILL is there" in up.error
    finally:
        file.unlink()
    assert desk.json("rearm", "--reason", "removed")["rearmed"] is True


def test_down_leaves_no_process_and_no_registry(desk: Station) -> None:
    from station.desk.liveness import lives

    known = desk.registry()
    assert desk.run("down").code == 0

    assert not any(lives(row["pid"], row["start_ticks"]) for row in known["processes"])
    assert not lives(known["desk_pid"], known["desk_start_ticks"])
    assert not (desk.home / "state" / "desks" / "main.json").exists()
    assert desk.run("kill").code in (ExitCode.NO_DESK, ExitCode.OK)
