"""What `station status` says: one plain dictionary, the same for the table and for --json.

Processes and halt lines come from the control page, which every version can read; the rest from the core's cells, when
the desk is of this version.
"""

import time
from typing import Any

from core.clock import monotonic_ns
from core.histogram.percentiles import summary
from core.memory import numpy_cell
from core.memory.control import HALT_LINES, SEATS, halt_sum, read_halt, read_header, read_processes
from core.memory.files import Memory
from core.vocabulary import FeedState, Hop, Mode, ProcessState
from feeds.durable_halt import read_durable_halt
from station import paths
from station.desk.child import last_lines
from station.desk.liveness import cpu_ns, is_stopped, lives, proportional_set_bytes
from station.desk.registry import Registry, open_control_page
from station.errors import NoDesk
from station.link.attach import Attachment
from station.link.halt import halt_state
from station.link.latency import is_recorded, merged
from station.link.seat import holders

CPU_SAMPLE_S = 0.1


def full_status(attachment: Attachment) -> dict[str, Any]:
    memory = attachment.memory
    health = numpy_cell.read(memory.cells("health"), 0)
    halt = halt_state(memory)
    is_core_halted = health is not None and bool(health["is_halted"])
    status: dict[str, Any] = {
        "desk": attachment.desk,
        "version": attachment.registry.version,
        "mode": Mode(int(health["mode"])).name if health is not None else "UNKNOWN",
        "halted": halt.is_halted or is_core_halted,
        "accounts": live_accounts(attachment.registry.setup),
        "halt_reason": halt.reason or ("the core has not begun to trade" if is_core_halted else ""),
        "halt_said_by": halt.said_by,
        "flattening": bool(health["is_flattening"]) if health is not None else False,
        "strategies_enabled": bool(health["strategies_enabled"]) if health is not None else False,
        "seats": _seats(attachment, health),
        "uptime_s": round((monotonic_ns() - attachment.header.started_ns) / 1e9, 3),
        "processes": _processes(attachment.registry, memory.control),
        "feeds": _feeds(memory),
        "gateways": _gateways(memory),
        "latency": _latency(memory),
        "tape": _tape(memory, health),
    }
    if health is not None:
        status["core"] = {
            "epoch": int(health["epoch"]),
            "cpu": int(health["cpu"]),
            "busy_percent": int(health["busy_ppm"]) / 10_000,
            "open_orders": int(health["open_orders"]),
            "unknown_orders": int(health["unknown_orders"]),
            "denied": int(health["denied"]),
            "fills": int(health["fills"]),
            "events": int(health["events"]),
            "answers": monotonic_ns() - int(health["now_ns"]) < 1_000_000_000,
        }
    return status


def bare_status(registry: Registry) -> dict[str, Any]:
    """Of a desk of another version: what the control page alone says. Raises NoDesk."""
    page = open_control_page(registry)
    header = read_header(page) if page is not None else None
    if page is None or header is None:
        raise NoDesk(desk=registry.desk)
    newest = max((read_halt(page, line) for line in range(HALT_LINES)), key=lambda line: line.at_ns)
    durable = read_durable_halt(paths.desk_folder(registry.desk).root)
    return {
        "desk": registry.desk,
        "version": registry.version,
        "mode": Mode(registry.setup["mode"]).name if registry.setup.get("mode") in list(Mode) else "UNKNOWN",
        "halted": durable is not None,
        "halt_reason": durable.reason if durable is not None else newest.reason,
        "halt_sum": halt_sum(page),
        "uptime_s": round((monotonic_ns() - header.started_ns) / 1e9, 3),
        "processes": _processes(registry, page),
        "other_version": True,
    }


def live_accounts(setup: dict[str, Any]) -> dict[str, str]:
    """Venue → account that was typed for it. Nothing on paper."""
    rows = setup.get("venues", []) if setup.get("mode") == int(Mode.LIVE) else []
    return {row["venue"]["name"]: row["live_account"] for row in rows if row.get("live_account")}


def _processes(registry: Registry, page: Any) -> list[dict[str, Any]]:
    header = read_header(page)
    desk_lives = registry.desk_lives
    rows = [("desk", registry.desk_pid, "RUNNING" if desk_lives else "DEAD", 0, header.started_ns if header else 0)]
    if desk_lives and is_stopped(registry.desk_pid):
        rows[0] = ("desk", registry.desk_pid, "STALE", 0, 0)
    for line in read_processes(page):
        state = ProcessState(line.state).name
        if not desk_lives and not lives(line.pid, line.start_ticks):
            state = ProcessState.DEAD.name  # nobody has written it down
        rows.append((line.name, line.pid, state, line.restarts, line.since_ns))
    before = {pid: cpu_ns(pid) for _, pid, *_ in rows}
    began_ns = monotonic_ns()
    time.sleep(CPU_SAMPLE_S)
    span_ns = monotonic_ns() - began_ns
    logs = paths.desk_folder(registry.desk)
    return [
        {
            "name": name,
            "pid": pid,
            "state": state,
            "cpu": round(max(0, cpu_ns(pid) - before[pid]) / span_ns, 3),
            "pss_mb": round(proportional_set_bytes(pid) / 1e6, 1),
            "restarts": restarts,
            "message": "" if state in ("RUNNING", "STARTING") else last_lines(logs.log_of(name), 1),
        }
        for name, pid, state, restarts, _ in rows
    ]


def _seats(attachment: Attachment, health: Any) -> list[dict[str, Any]]:
    who = holders(attachment.desk)
    seats = []
    for number in range(SEATS):
        row = health["seats"][number] if health is not None else None
        holds = health is not None and int(health["lease_seat"]) == number
        if number in who or holds:
            seats.append(
                {
                    "seat": number,
                    "client": who[number].client if number in who else "",
                    "pid": who[number].pid if number in who else 0,
                    "armed": bool(row["is_armed"]) if row is not None else False,
                    "lease": holds,
                }
            )
    return seats


def _feeds(memory: Memory) -> list[dict[str, Any]]:
    now_ns = monotonic_ns()
    return [
        {
            "venue": row["venue"].decode(errors="replace"),
            "state": FeedState(int(row["state"])).name,
            "events": int(row["events"]),
            "frames": int(row["frames"]),
            "gaps": int(row["gaps"]),
            "resyncs": int(row["resyncs"]),
            "reconnects": int(row["reconnects"]),
            "bad_frames": int(row["bad_frames"]),
            "untrusted_ms": round(int(row["untrusted_ns"]) / 1e6, 1),
            "untrusted_for_ms": round((now_ns - int(row["untrusted_since_ns"])) / 1e6, 1)
            if row["untrusted_since_ns"]
            else 0.0,
            "dropped": int(row["dropped"]),
            "events_per_s": int(row["events_per_s"]),
            "kb_per_s": round(int(row["bytes_per_s"]) / 1e3, 1),
            "venue_age_ms": round(int(row["last_venue_age_ns"]) / 1e6, 1) if row["last_venue_age_ns"] else None,
            "silent_ms": round((now_ns - int(row["last_received_ns"])) / 1e6, 1) if row["last_received_ns"] else None,
            "message": row["message"].decode(errors="replace"),
        }
        for group in memory.descriptor.groups
        for row in memory.table(f"feeds.{group}").copy()
        if row["venue"]
    ]


def _gateways(memory: Memory) -> list[dict[str, Any]]:
    return [
        {
            "venue": row["venue"].decode(errors="replace"),
            "state": FeedState(int(row["state"])).name,
            "sent": int(row["sent"]),
            "acknowledged": int(row["acknowledged"]),
            "rejected": int(row["rejected"]),
            "open": int(row["open_at_venue"]),
            "unknown": int(row["unknown"]),
            "dead_man_s": max(0.0, round((int(row["dead_man_ns"]) - monotonic_ns()) / 1e9, 1)),
            "message": row["message"].decode(errors="replace"),
        }
        for group in memory.descriptor.groups
        for row in memory.table(f"gateway.{group}").copy()
        if row["venue"]
    ]


def _latency(memory: Memory) -> dict[str, dict[str, Any]]:
    """Per hop, over all processes that measure it."""
    own = [(role, {region.name for region in regions}) for role, regions in memory.layout.files.items()]
    tables = [memory.histograms(role) for role, names in own if f"histograms.{role}" in names]
    result: dict[str, dict[str, Any]] = {}
    for hop in Hop:
        histogram = merged(hop, tables)
        if histogram is None:
            continue
        of_hop = summary(histogram)
        if is_recorded(of_hop):
            result[hop.name.lower()] = {"count": of_hop.count, "recorded": True}
        else:
            result[hop.name.lower()] = {
                "count": of_hop.count,
                "p50_ns": of_hop.p50_ns,
                "p99_ns": of_hop.p99_ns,
                "p999_ns": of_hop.p999_ns,
                "max_ns": of_hop.max_ns,
            }
    return result


def _tape(memory: Memory, health: Any) -> dict[str, Any]:
    row = memory.table("recorder")[0]
    return {
        "written": int(row["written"]),
        "dropped": int(row["dropped"]) + (int(health["tape_dropped"]) if health is not None else 0),
        "rows_per_s": int(row["rows_per_s"]),
        "behind": int(row["behind"]),
        "file": row["path"].decode(errors="replace"),
        "file_mb": round(int(row["file_bytes"]) / 1e6, 1),
        "state": ProcessState(int(row["state"])).name,
        "message": row["message"].decode(errors="replace"),
    }
