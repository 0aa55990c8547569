"""Is what we are made of as it should be: Python, packages, nobody in the place of ours, compiled kernels?"""

import importlib.util
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

from station import paths
from station.desk import kernels
from station.doctor.finding import Finding, fault, hint, ok

LEAST_PYTHON = (3, 11)
NEEDED = ("aiohttp", "click", "duckdb", "msgspec", "numba", "numpy", "platformdirs", "rich", "textual")
OUR_DISTRIBUTION = "trading-station"
OURS = ("core", "feeds", "station", "themes")


def software_findings() -> Iterator[Finding]:
    yield _platform()
    yield _python()
    yield from _packages()
    yield from (_is_ours(name, paths.SOURCE_ROOT) for name in OURS)
    yield _kernels()


def _platform() -> Finding:
    name = f"{platform.system()} on {platform.machine()}"
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        return ok("platform", name)
    return hint("platform", f"{name} is untested", "The promised platform is Linux on x86-64.")


def _python() -> Finding:
    if sys.version_info < LEAST_PYTHON:
        return fault("python", f"Python {platform.python_version()} is too old", "Install Python 3.11 or newer.")
    return ok("python", f"Python {platform.python_version()}")


def _packages() -> Iterator[Finding]:
    missing, found = [], []
    for name in NEEDED:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        yield fault("packages", f"missing: {', '.join(missing)}", "Install the station again: pip install .")
    else:
        yield ok("packages", ", ".join(found))
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        yield fault("numba", "NUMBA_DISABLE_JIT is set: the core would crawl", "Unset it: unset NUMBA_DISABLE_JIT")


def _is_ours(name: str, root: Path) -> Finding:
    """Another package of the same name, found first, would be run in place of ours."""
    found = importlib.util.find_spec(name)
    origin = Path(found.origin).resolve() if found is not None and found.origin else None
    also = [owner for owner in set(packages_distributions().get(name, [])) if owner != OUR_DISTRIBUTION]
    if also:
        return fault(
            f"package {name}",
            f"{', '.join(also)} installs a package of the same name into the same folder",
            f"Install the station into an environment of its own, or: pip uninstall {' '.join(also)}",
        )
    if origin is not None and origin.is_relative_to(root):
        return ok(f"package {name}", str(origin.parent))
    return fault(
        f"package {name}",
        f"{origin or 'nothing'} stands in the place of ours in {root / name}",
        "Install the station into an environment of its own (a virtual environment, pipx or uv), "
        "and look at PYTHONPATH and the current folder.",
    )


def _kernels() -> Finding:
    root = kernels.cache_root()
    if kernels.are_warm():
        return ok("compiled core", f"ready in {root}")
    return hint("compiled core", f"not compiled yet for this version and CPU, in {root}", "The next start does it.")
