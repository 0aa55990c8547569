"""Ending a desk: open orders first, then the processes, by their pids and start times. Any version, dead or not."""

import contextlib
import os
import signal
import time

from core.errors import StationError
from core.memory.control import read_processes
from core.vocabulary import Origin
from feeds.gateway import KEEP_ORDERS
from station import paths
from station.desk.liveness import lives
from station.desk.registry import Registry, open_control_page, remove_registry
from station.errors import NoAnswer, NoDesk
from station.link.attach import attach, living_registry
from station.link.commands import open_commands

CANCELLED_WITHIN_S = 3.0
DESK_ENDS_WITHIN_S = 45.0
CHILD_ENDS_WITHIN_S = 10.0


def end_desk(name: str, *, keep_orders: bool) -> list[str]:
    """What was done, in sentences. Raises NoDesk."""
    registry = living_registry(name)
    if registry is None:
        raise NoDesk(desk=name)
    kept = paths.desk_folder(name).root / KEEP_ORDERS
    if keep_orders:
        kept.touch(mode=0o600)  # else a venue's dead-man timer would cancel them after all
    said = [] if keep_orders else _cancel_all(name)
    if registry.desk_lives:
        _send(registry.desk_pid, registry.desk_start_ticks, signal.SIGTERM)
        _send(registry.desk_pid, registry.desk_start_ticks, signal.SIGCONT)  # a stopped desk hears nothing
        if not _wait_for({(registry.desk_pid, registry.desk_start_ticks)}, DESK_ENDS_WITHIN_S):
            _send(registry.desk_pid, registry.desk_start_ticks, signal.SIGKILL)
            said.append("The desk did not end and was killed.")
    said += _end_left_over(registry)
    remove_registry(name)
    kept.unlink(missing_ok=True)
    said.append(f"Desk {name} has ended.")
    return said


def _cancel_all(name: str) -> list[str]:
    """Nobody watches an order that stays behind."""
    try:
        attachment = attach(name, revive=False)
        with open_commands(attachment, client="station down", origin=Origin.CLI) as link:
            health = link.health()
            if health is None or not int(health["open_orders"]):
                return []
            count = int(health["open_orders"])
            link.wait(link.cancel_all(), what="cancel all orders")
            give_up = time.monotonic() + CANCELLED_WITHIN_S
            while (health := link.health()) is None or int(health["open_orders"]):
                if time.monotonic() > give_up:
                    left = int(health["open_orders"]) if health is not None else count
                    return [f"{left} of {count} open orders were not confirmed cancelled; look at the venue."]
                link.seat.beat()
                time.sleep(0.005)
            return [f"{count} open orders cancelled."]
    except (NoAnswer, NoDesk):
        return ["The core does not answer: open orders could not be cancelled; look at the venue."]
    except StationError as error:
        return [f"Open orders were not cancelled: {error}"]


def _end_left_over(registry: Registry) -> list[str]:
    """Processes that no desk ends any more."""
    known = {(process.pid, process.start_ticks): process.name for process in registry.processes}
    page = open_control_page(registry)
    if page is not None:
        known |= {(row.pid, row.start_ticks): row.name for row in read_processes(page)}
    left = {key: name for key, name in known.items() if lives(*key)}
    if not left:
        return []
    for number in (signal.SIGTERM, signal.SIGCONT):
        for pid, ticks in left:
            _send(pid, ticks, number)
    _wait_for(set(left), CHILD_ENDS_WITHIN_S)
    for pid, ticks in left:
        _send(pid, ticks, signal.SIGKILL)
    return [f"Ended what the desk had left behind: {', '.join(sorted(left.values()))}."]


def _wait_for(processes: set[tuple[int, int]], within_s: float) -> bool:
    give_up = time.monotonic() + within_s
    while any(lives(*key) for key in processes):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True


def _send(pid: int, ticks: int, number: signal.Signals) -> None:
    """Through a pidfd, looked at after it was opened: never to somebody who got the same number."""
    with contextlib.suppress(OSError):
        pidfd = os.pidfd_open(pid)
        try:
            if lives(pid, ticks):
                signal.pidfd_send_signal(pidfd, number)
        finally:
            os.close(pidfd)
