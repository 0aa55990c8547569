"""After `station kill`: has everything been cancelled, is everything flat? What was seen, when, and what was not.

The proof is the order process's own word: `halt_sum_clean` (nothing of ours is open at the venue) and, with --flatten,
`flatten_sum_done` (the venue shows flat) have reached the halt sum of this stroke. In paper mode there is no venue; the
core's word is the proof there.
"""

import json
import time

import msgspec

from core.errors import StationError
from core.memory import numpy_cell
from core.memory.files import Memory
from core.vocabulary import Mode
from feeds.kill_report import TOLD
from station.config import ServedVenue
from station.desk.memory_files import borrowed
from station.desk.registry import Registry, read_registry
from station.exit_codes import ExitCode
from station.halt.kill import Halted

BEAT_WITHIN_NS = 300_000_000
"""An order process that does not beat for so long gets no more time: the cancelling is done here."""
LOOK_EVERY_S = 0.001
CORE_SAW_IT = "core acknowledged, it sends nothing more"
CORE_WITHIN_S = 1.0
"""A core that does not acknowledge by then hangs; the proof does not need it."""


class DeskProof:
    """One desk, watched until its proof is there."""

    def __init__(
        self, halted: Halted, *, began_ns: int, within_s: float, passphrase_descriptor: int | None = None
    ) -> None:
        self.halted = halted
        self._passphrase_descriptor = passphrase_descriptor
        self._within_s = within_s
        self._is_proven_here = False
        """We asked the venue ourselves, and it shows nothing."""
        self.flatten = halted.flatten
        self.began_ns = began_ns
        self.missing: list[str] = []
        self.trouble = ""
        self._told: set[str] = set()
        self._helped: set[str] = set()
        self.memory: Memory | None = None
        self.memory = self._open()

    @property
    def is_proven(self) -> bool:
        return self._is_proven_here or (not self.missing and not self.trouble)

    def look(self) -> None:
        """Once more: what is there now?"""
        if self.memory is None:
            return
        registry = read_registry(self.halted.desk) or self.halted.registry
        assert registry is not None
        missing = []
        is_halted, open_orders = self._core()
        waited_s = (time.monotonic_ns() - self.halted.written_ns) / 1e9
        if not is_halted and waited_s < CORE_WITHIN_S:
            missing.append("the core has not acknowledged")
        elif not is_halted and waited_s >= CORE_WITHIN_S:
            self._tell("the core does not answer; its orders are cancelled without it")
        gateways = [role for process in registry.processes for role in process.roles if role.startswith("order.")]
        if not gateways and registry.setup.get("mode") != int(Mode.PAPER):
            missing.append("no order process is registered")
        if not gateways and is_halted and open_orders:
            missing.append(f"{open_orders} paper orders are open")
        for role in gateways:
            missing += self._gateway(role, registry)
        self.missing = missing
        if self.halted.pen.has_steps:
            self.halted.keep_report()

    def close_report(self) -> None:
        """The last word of this command."""
        faults = "; ".join(filter(None, (*self.missing, self.trouble)))
        self.halted.pen.note(TOLD, "proven" if self.is_proven else f"not proven: {faults}")
        self.halted.keep_report()

    def report(self) -> dict[str, object]:
        return {
            "desk": self.halted.desk,
            "halted": True,
            "lives": bool(self.halted.written_ns),
            "proven": self.is_proven,
            "missing": [] if self.is_proven else self.missing,
            "trouble": self.trouble or self.halted.file_error,
            "steps": [{"what": what, "ms": round(ms, 3)} for what, ms in self.halted.steps],
        }

    def _open(self) -> Memory | None:
        registry = self.halted.registry
        if registry is None or not self.halted.written_ns:
            self._without_memory(registry)
            return None
        try:
            descriptor = borrowed(registry)
            if descriptor is not None:
                return Memory(descriptor)
            self.trouble = "the last process of the desk ended; nothing is left to ask"
        except (StationError, msgspec.ValidationError):
            self.trouble = "the desk runs another version: it is halted, but its proof cannot be read by this one"
        return None

    def _without_memory(self, registry: Registry | None) -> None:
        """Nobody lives who could cancel: it is done here, with the same keys."""
        if registry is not None:
            self._help(registry, "no process of the desk lives")
            if not self._is_proven_here and registry.setup.get("mode") == int(Mode.LIVE):
                self.trouble = "no process lives and the venue could not be cleared: look there by hand"

    def _core(self) -> tuple[bool, int]:
        assert self.memory is not None
        health = numpy_cell.read(self.memory.cells("health"), 0)
        is_new = health is not None and int(health["now_ns"]) >= self.halted.written_ns
        if health is not None and is_new and int(health["is_halted"]):
            self._tell(CORE_SAW_IT)
            return True, int(health["open_orders"])
        return CORE_SAW_IT in self._told, 0

    def _gateway(self, role: str, registry: Registry) -> list[str]:
        """What this order process still owes."""
        assert self.memory is not None
        group = role.removeprefix("order.")
        rows = [row for row in self.memory.table(f"gateway.{group}") if row["venue"]]
        missing = []
        for row in rows:
            venue = row["venue"].decode()
            if int(row["halt_sum_seen"]) >= self.halted.halt_sum:
                self._tell(f"{venue}: order process saw it", int(row["halt_seen_ns"]))
            if int(row["halt_sum_clean"]) < self.halted.halt_sum:
                missing.append(f"{venue}: open orders are not all cancelled")
            else:
                count = int(row["halt_cancelled"])
                self._tell(f"{venue}: nothing open at the venue, {count} cancelled", int(row["halt_clean_ns"]))
                if self.flatten and int(row["flatten_sum_done"]) < self.halted.halt_sum:
                    missing.append(f"{venue}: positions are not flat")
                elif self.flatten:
                    self._tell(f"{venue}: flat, with {int(row['flatten_orders'])} orders")
        if not rows:
            missing.append(f"{group}: its order process has not come up")
        silent_ns = time.monotonic_ns() - max(int(self.memory.heartbeat(role)[0]), self.halted.written_ns)
        if missing and silent_ns > BEAT_WITHIN_NS and role not in self._helped:
            self._helped.add(role)
            self._help(registry, f"order process of {group} does not beat")
        return missing

    def _help(self, registry: Registry, why: str) -> None:
        self._tell(why)
        # Loaded only now: who does not need it must not wait for it.
        from station.halt.venue_cancel import cancel_at_venue

        self._is_proven_here = cancel_at_venue(
            registry,
            self.memory,
            flatten=self.flatten,
            within_s=self._within_s,
            say=self._tell,
            pen=self.halted.pen,
            unlock=self._unlock,
        )

    def _unlock(self, served: ServedVenue) -> int:
        """Nobody has the key any more: whoever kills has to open the key file."""
        from station.keys.unlocking import unlock_one

        return unlock_one(served, self._passphrase_descriptor)

    def _tell(self, what: str, at_ns: int = 0) -> None:
        if what not in self._told:
            self._told.add(what)
            self.halted.steps.append((what, ((at_ns or time.monotonic_ns()) - self.began_ns) / 1e6))
            if not at_ns:  # what a process of the desk stamped it has noted itself
                self.halted.pen.note(TOLD, what)


def tell_proof(
    halted: list[Halted],
    *,
    began_ns: int,
    within_s: float,
    as_json: bool,
    passphrase_descriptor: int | None = None,
) -> int:
    """Wait for the proof of all desks, then print what was done. Returns the exit code."""
    proofs = [
        DeskProof(one, began_ns=began_ns, within_s=within_s, passphrase_descriptor=passphrase_descriptor)
        for one in halted
    ]
    give_up_ns = began_ns + int(within_s * 1e9)
    while True:
        for proof in proofs:
            proof.look()
        if all(proof.is_proven or proof.memory is None for proof in proofs) or time.monotonic_ns() > give_up_ns:
            break
        time.sleep(LOOK_EVERY_S)
    for proof in proofs:
        proof.close_report()
    reports = [proof.report() for proof in proofs]
    if as_json:
        print(json.dumps(reports[0] if len(reports) == 1 else reports))
    else:
        for proof in proofs:
            _print(proof)
    return ExitCode.OK if all(proof.is_proven for proof in proofs) else ExitCode.UNPROVEN


def _print(proof: DeskProof) -> None:
    state = "halted" if proof.halted.written_ns else "no process lives; marked halted for its next start"
    print(f"{proof.halted.desk}: {state}")
    for what, ms in sorted(proof.halted.steps, key=lambda step: step[1]):
        print(f"  {ms:9.3f} ms  {what}")
    missing = [] if proof.is_proven else proof.missing
    for text in (*missing, proof.trouble, proof.halted.file_error):
        if text:
            print(f"  NOT PROVEN: {text}")
    print('  Nothing trades until `station rearm --reason "…"`; `station kill-report` shows every try.')
