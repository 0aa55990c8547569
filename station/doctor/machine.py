"""Is the machine fit: CPUs, clock, memory, the rules about who may stay when the user logs out?"""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from core.memory.layout import desk_layout
from station import paths
from station.doctor.finding import Finding, fault, hint, ok

LEAST_CPUS = 2
SPARE = 3
"""A desk needs its shared files and about as much again, twice, for its processes."""
LEAST_DISK_BYTES = 2 << 30
CLOCK = Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")
LOGIND = (Path("/etc/systemd/logind.conf"), Path("/etc/systemd/logind.conf.d"), Path("/usr/lib/systemd/logind.conf.d"))


def machine_findings() -> Iterator[Finding]:
    yield _cpus(len(os.sched_getaffinity(0)))
    yield _clock()
    yield _memory(_available_bytes(), sum(_file_bytes()))
    yield _locked_memory()
    yield _descriptors()
    yield _disk()
    yield _logout()


def _cpus(usable: int) -> Finding:
    if usable < LEAST_CPUS:
        return hint(
            "cpus",
            f"{usable} usable: the core shares it with everything else",
            "Give the station at least two CPUs; with one, keep the wait policy `backoff`.",
        )
    return ok("cpus", f"{usable} usable; the core is pinned to the last one, or to `core.cpu`")


def _clock() -> Finding:
    try:
        source = CLOCK.read_text().strip()
    except OSError:
        return hint("clock", "the kernel does not say which clock it uses", "Nothing to do in a container.")
    if source in ("tsc", "kvm-clock", "hyperv_clocksource_tsc_page"):
        return ok("clock", source)
    return hint("clock", f"{source} is slow to read: latencies look worse than they are", "Boot with clocksource=tsc.")


def _file_bytes() -> Iterator[int]:
    layout = desk_layout(("one",))
    yield from (layout.file_bytes(role) for role in layout.files)


def _available_bytes() -> int:
    """What this process may still get: of the machine, and of its control group."""
    machine = 0
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            machine = int(line.split()[1]) * 1024
    try:
        group = Path("/sys/fs/cgroup") / Path("/proc/self/cgroup").read_text().rsplit("::", 1)[-1].strip().lstrip("/")
        limit = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
    except (OSError, ValueError):
        return machine
    return min(machine, limit - used)


def _memory(available_bytes: int, needed_bytes: int) -> Finding:
    sentence = f"{available_bytes >> 20} MB available; the shared files of a desk take {needed_bytes >> 20} MB"
    if available_bytes < SPARE * needed_bytes + (300 << 20):
        return fault("shared memory", f"{sentence}, its processes about 300", "Free memory, or lower desk.capacities.")
    return ok("shared memory", sentence)


def _locked_memory() -> Finding:
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    needed = sum(_file_bytes())
    if soft != resource.RLIM_INFINITY and soft < needed:
        return hint(
            "locked memory",
            f"{soft >> 10} kB may be locked, {needed >> 10} kB would keep all shared files from being swapped out",
            "Raise it where the machine swaps: `memlock` in /etc/security/limits.conf.",
        )
    return ok("locked memory", "enough for all shared files")


def _descriptors() -> Finding:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 512:
        return fault("open files", f"only {soft} are allowed", "ulimit -n 1024")
    return ok("open files", f"{soft} are allowed")


def _disk() -> Finding:
    folder = paths.state_folder()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_DISK_BYTES:
        return fault(
            "disk",
            f"{free >> 20} MB free in {folder}: journals and recordings would stop",
            "Free space, or move the state folder (XDG_STATE_HOME or STATION_HOME).",
        )
    return ok("disk", f"{free >> 30} GB free in {folder}")


def _logout() -> Finding:
    """systemd can be told to kill everything of a user at the last logout, a desk in the background too."""
    if not _kills_user_processes(LOGIND):
        return ok("logout", "a desk survives it")
    if _lingers():
        return ok("logout", "logind kills user processes, but this user lingers: a desk survives")
    return fault(
        "logout",
        "logind is set to KillUserProcesses=yes and this user does not linger: the last logout ends the desk",
        "loginctl enable-linger",
    )


def _kills_user_processes(places: tuple[Path, ...]) -> bool:
    files = [place for place in places if place.is_file()]
    for place in places:
        if place.is_dir():
            files += sorted(place.glob("*.conf"))
    answer = False
    for file in files:
        try:
            lines = file.read_text(errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            key, _, value = line.strip().partition("=")
            if key.strip() == "KillUserProcesses":
                answer = value.strip().lower() in ("yes", "true", "1", "on")
    return answer


def _lingers() -> bool:
    user = os.environ.get("USER") or str(os.getuid())
    if Path(f"/var/lib/systemd/linger/{user}").exists():
        return True
    try:
        said = subprocess.run(
            ["loginctl", "show-user", user, "--property=Linger"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return said.stdout.strip() == "Linger=yes"
