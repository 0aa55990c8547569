"""`station kill`: halt now, then wait for the proof. Standard library only until the halt line is written.

    1  the command line's halt line gets a new value, through /proc/<pid>/fd of any process of the desk that lives;
       core and order processes see it by themselves: whether the desk is dead, the core hangs or the screen is stopped
    2  the `halted` file is written, so that a desk that is started later begins halted
    3  the proof: every order process says that nothing is open at its venue (proof.py)

Everything goes to the kill report of the halt, `station kill-report` shows it. Killed in the middle and started again,
it goes on in the same report.

Without --desk, every desk of this user is halted.
"""

import argparse
import sys
import time

from core.memory.control import CLI_LINE, halt_sum, read_halt, write_halt
from feeds.durable_halt import DurableHalt, read_durable_halt, write_durable_halt
from feeds.kill_report import HALT, TOLD, Reporter
from station import paths
from station.desk.registry import Registry, known_desks, open_control_page, read_registry, ring_bells
from station.exit_codes import ExitCode


class Halted:
    """One desk after the stroke."""

    def __init__(self, desk: str, registry: Registry | None) -> None:
        self.desk = desk
        self.registry = registry
        self.halt_sum = 0
        self.written_ns = 0
        """Monotonic; 0: no process lives, only the file was written."""
        self.steps: list[tuple[str, float]] = []
        """What was done, and how many milliseconds after the command began."""
        self.file_error = ""
        self.flatten = False
        """Asked for now, or by a halt that stands."""
        self.pen = Reporter(paths.desk_folder(desk).root, "station kill")

    def keep_report(self) -> None:
        try:
            self.pen.write()
        except OSError as error:
            self.file_error = f"the kill report could not be written: {error.strerror}"


def main(arguments: list[str]) -> int:
    began_ns = time.monotonic_ns()
    given = _parser().parse_args(arguments)
    names = [given.desk] if given.desk else known_desks()
    halted = [_stroke(name, given.reason, given.flatten, began_ns) for name in names]
    for one in halted:
        _keep(one, given.reason, given.flatten, began_ns)
    if not halted or (given.desk and halted[0].registry is None):
        print("No desk is known here; nothing runs that could be halted.", file=sys.stderr)
        return ExitCode.NO_DESK
    if given.no_wait:
        return _tell_stroke(halted, as_json=given.json)
    from station.halt.proof import tell_proof

    return tell_proof(
        halted, began_ns=began_ns, within_s=given.within, as_json=given.json, passphrase_descriptor=given.passphrase_fd
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="station kill",
        description="Halt everything: nothing more is sent, all open orders are cancelled at the venue.",
        epilog='examples: station kill | station kill --flatten --reason "news" | station kill --no-wait --json',
    )
    parser.add_argument("--desk", help="only this desk; without it all desks of this user")
    parser.add_argument("--flatten", action="store_true", help="also close all positions, at the market")
    parser.add_argument("--reason", default="station kill", help="kept with the halt and shown everywhere")
    parser.add_argument("--no-wait", action="store_true", help="return as soon as the halt line is written")
    parser.add_argument("--within", type=float, default=10.0, metavar="SECONDS", help="wait so long for the proof")
    parser.add_argument("--passphrase-fd", type=int, metavar="N", help="of the key file; needed when no process lives")
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser


def _stroke(desk: str, reason: str, flatten: bool, began_ns: int) -> Halted:
    registry = read_registry(desk)
    halted = Halted(desk, registry)
    halted.flatten = flatten
    page = open_control_page(registry) if registry is not None else None
    if page is None:
        return halted
    # A flatten that was asked for and not re-armed away goes on: a second kill must not take it back.
    flatten = flatten or (read_halt(page, CLI_LINE).flatten and paths.desk_folder(desk).halted.exists())
    halted.written_ns = time.monotonic_ns()
    write_halt(page, CLI_LINE, at_ns=halted.written_ns, reason=reason, flatten=flatten)
    halted.steps.append(("halt line written", (time.monotonic_ns() - began_ns) / 1e6))
    if registry is not None:
        ring_bells(registry, "order.")
    halted.halt_sum = halt_sum(page)
    return halted


def _keep(halted: Halted, reason: str, flatten: bool, began_ns: int) -> None:
    root = paths.desk_folder(halted.desk).root
    if halted.registry is None and not root.exists():
        return
    before = read_durable_halt(root)
    try:
        halt = write_durable_halt(root, DurableHalt(reason, flatten, time.time_ns(), halted.halt_sum))
    except OSError as error:
        halted.file_error = f"the halt could not be written to {root}: {error.strerror}"
        return
    halted.flatten = halt.flatten
    halted.steps.append(("halt file written", (time.monotonic_ns() - began_ns) / 1e6))
    if before is not None:
        halted.pen.note(TOLD, f"a halt stood already ({before.reason}): this one goes on with it")
    where = "halt line written" if halted.written_ns else "no process lives; marked halted for its next start"
    halted.pen.note(HALT, f"{where}: {reason}{' · flatten' if halt.flatten else ''}")
    halted.keep_report()


def _tell_stroke(halted: list[Halted], *, as_json: bool) -> int:
    if as_json:
        import json

        rows = [
            {
                "desk": one.desk,
                "halted": True,
                "lives": bool(one.written_ns),
                "proven": False,
                "steps": [{"what": what, "ms": round(ms, 3)} for what, ms in one.steps],
            }
            for one in halted
        ]
        print(json.dumps(rows[0] if len(rows) == 1 else rows))
        return ExitCode.OK
    for one in halted:
        state = "halted" if one.written_ns else "no process lives; marked halted for its next start"
        print(f"{one.desk}: {state}")
        for what, ms in one.steps:
            print(f"  {ms:9.3f} ms  {what}")
    return ExitCode.OK
