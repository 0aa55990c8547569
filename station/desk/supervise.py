"""Who of the desk's processes lives, and what follows when one does not.

    died                       noticed at once (pidfd), restarted
    died three times a minute  given up, the desk halts, the reason is shown
    lives and does not beat    STALE; after HUNG_NS it is killed and restarted
    core or orders silent      the desk halts: an order may be open that nobody watches

The supervisor is the only writer of the process table in the control page.
"""

from collections.abc import Callable
from signal import SIGKILL, SIGTERM

from core.clock import NS_PER_SECOND
from core.memory.control import ProcessLine, write_process
from core.memory.files import Descriptor, Memory
from core.vocabulary import ProcessState
from station.desk.child import Child
from station.desk.children import ChildSpec
from station.desk.registry import RegisteredProcess
from station.paths import DeskFolder

DEATHS_ALLOWED = 3
DEATHS_WITHIN_NS = 60 * NS_PER_SECOND
HUNG_NS = 10 * NS_PER_SECOND
SLOW_START_NS = 180 * NS_PER_SECOND
"""A process that has not beaten for the first time by then is stuck. The first start compiles."""


class Supervisor:
    def __init__(
        self,
        specs: list[ChildSpec],
        memory: Memory,
        *,
        folder: DeskFolder,
        silence_ns: int,
        deaths_allowed: int = DEATHS_ALLOWED,
        halt: Callable[[str], None],
        changed: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        """`halt` writes the desk's halt line, `changed` the registry, `say` the desk's log."""
        self.children = [Child(spec, memory, folder.log_of(spec.name)) for spec in specs]
        self._memory = memory
        self._descriptor: Descriptor = memory.descriptor
        self._silence_ns = silence_ns
        self._deaths_allowed = deaths_allowed
        self._halt, self._changed, self._say = halt, changed, say
        self._last_tick_ns = 0
        self._judge_after_ns = 0
        self._told_silent: set[str] = set()
        self._is_stopping = False
        self._has_adopted = False
        self._was_up = False

    @property
    def is_up(self) -> bool:
        """All that the desk needs run."""
        return all(child.state is ProcessState.RUNNING for child in self.children if child.spec.is_vital)

    def registered(self) -> list[RegisteredProcess]:
        return [
            RegisteredProcess(child.name, child.pid, child.start_ticks, list(child.spec.roles))
            for child in self.children
            if child.has_process
        ]

    def start(self, found: list[RegisteredProcess], now_ns: int) -> None:
        """Adopt what lives, spawn the rest; those that start last when a tick finds the desk up."""
        living = {process.name: process for process in found}
        for child in self.children:
            if child.name in living and child.adopt(living[child.name]):
                self._has_adopted = True
                self._say(f"{child.name} adopted, pid {child.pid}")
                self._turn(child, ProcessState.RUNNING, now_ns)
            elif not child.spec.starts_last:
                self._spawn(child, ProcessState.STARTING, now_ns)

    @property
    def failed_to_start(self) -> Child | None:
        """A vital process that ended by itself before it ever beat: starting it again would not help."""
        if self._has_adopted:
            return None
        for child in self.children:
            has_ended = child.exit_code is not None and child.exit_code >= 0
            if child.spec.is_vital and child.last_beat_ns == 0 and (has_ended or child.state is ProcessState.GIVEN_UP):
                return child
        return None

    def tick(self, now_ns: int) -> None:
        """At least ten times a second, and whenever a pidfd says that somebody died."""
        if now_ns - self._last_tick_ns > self._silence_ns // 2:
            # We slept ourselves (a stopped desk, a busy machine): others must be given the time to be heard.
            self._judge_after_ns = now_ns + self._silence_ns
        self._last_tick_ns = now_ns
        for child in self.children:
            if child.buried():
                self._bury(child, now_ns)
            elif child.has_process:
                self._listen(child, now_ns)
            if self._was_up and not self._is_stopping:
                self._halt_if_silent(child, now_ns)
        if self.is_up and not self._was_up and not self._is_stopping:
            self._was_up = True
            self._spawn_last(now_ns)

    def _spawn_last(self, now_ns: int) -> None:
        for child in self.children:
            if child.spec.starts_last and child.state is ProcessState.NONE:
                self._spawn(child, ProcessState.STARTING, now_ns)

    def ask_to_end(self, names: set[str], now_ns: int) -> None:
        self._is_stopping = True
        for child in self.children:
            if child.name in names and child.has_process:
                child.send(SIGTERM)

    def kill(self, names: set[str]) -> None:
        for child in self.children:
            if child.name in names:
                child.send(SIGKILL)

    def living(self) -> set[str]:
        return {child.name for child in self.children if child.has_process}

    def _bury(self, child: Child, now_ns: int) -> None:
        if self._is_stopping:
            self._turn(child, ProcessState.STOPPED, now_ns)
            self._say(f"{child.name} {child.how_it_died()}")
            return
        child.deaths_ns.append(now_ns)
        self._say(f"{child.name} {child.how_it_died()}; last words: {child.last_words(1)!r}")
        self._turn(child, ProcessState.DEAD, now_ns)
        if child is self.failed_to_start:
            return  # for the desk to decide; it was the first start of all
        recent = [death for death in child.deaths_ns if now_ns - death < DEATHS_WITHIN_NS]
        if len(recent) >= self._deaths_allowed:
            self._turn(child, ProcessState.GIVEN_UP, now_ns)
            self._halt(f"{child.name} died {len(recent)} times in a minute")
            return
        child.restarts += 1
        self._spawn(child, ProcessState.RESTARTING, now_ns)

    def _spawn(self, child: Child, state: ProcessState, now_ns: int) -> None:
        try:
            child.spawn(self._descriptor)
        except OSError as error:
            self._say(f"{child.name} cannot be started: {error}")
            self._turn(child, ProcessState.GIVEN_UP, now_ns)
            self._halt(f"{child.name} cannot be started: {error.strerror}")
            return
        self._say(f"{child.name} started, pid {child.pid}")
        self._turn(child, state, now_ns)

    def _listen(self, child: Child, now_ns: int) -> None:
        if child.last_beat_ns <= child.spawned_ns:
            if child.spawned_ns and now_ns - child.spawned_ns > SLOW_START_NS:
                self._say(f"{child.name} did not begin to beat and is killed")
                child.send(SIGKILL)
            return
        silent_ns = now_ns - child.last_beat_ns
        if silent_ns <= self._silence_ns:
            self._turn(child, ProcessState.RUNNING, now_ns)
        elif now_ns >= self._judge_after_ns:
            self._turn(child, ProcessState.STALE, now_ns)
            if silent_ns > HUNG_NS:
                self._say(f"{child.name} was silent for {silent_ns // NS_PER_SECOND} s and is killed")
                child.send(SIGKILL)

    def _halt_if_silent(self, child: Child, now_ns: int) -> None:
        """Once for each silence, whether the process is dead, hangs, or is slow to come back."""
        if not child.spec.silence_halts or child.last_beat_ns == 0:
            return
        if now_ns - child.last_beat_ns <= self._silence_ns:
            self._told_silent.discard(child.name)
        elif child.name not in self._told_silent and now_ns >= self._judge_after_ns:
            self._told_silent.add(child.name)
            self._halt(f"{child.name} is silent")

    def _turn(self, child: Child, state: ProcessState, now_ns: int) -> None:
        if not child.set_state(state, now_ns):
            return
        row = self.children.index(child)
        line = ProcessLine(child.name, child.pid, child.start_ticks, int(state), child.restarts, now_ns)
        write_process(self._memory.control, row, line)
        self._changed()
