"""Which folder holds the compiled kernels: named by a hash of all that they are made from. Does not load numba.

numba's own cache does not notice that a callee in *another file* changed: the caller would keep the old code. A changed
source, version or CPU therefore means a new folder; `core/warmup.py` removes the old ones.
"""

import hashlib
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import platformdirs

SOURCES = Path(__file__).resolve().parent
KERNEL_MODULE = b"core.kernel"
"""All of `core` counts, and of `feeds` what makes kernels: such a file imports this."""

COMPLETE = "complete"
"""A file of this name in the folder says that a warm-up finished."""


def source_hash() -> str:
    """Names the compiled code: sources, versions, CPU. 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for folder in (SOURCES, SOURCES.parent / "feeds"):
        for path in sorted(folder.rglob("*.py")):
            text = path.read_bytes()
            if folder == SOURCES or KERNEL_MODULE in text:
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(text)
    versions = (sys.version, version("numba"), version("numpy"), platform.machine(), _cpu_model())
    digest.update(repr(versions).encode())
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    return Path(os.environ.get("NUMBA_CACHE_DIR") or Path(platformdirs.user_cache_dir("trading-station")) / "kernels")


def is_warm(root: Path) -> bool:
    """Has a warm-up of exactly these sources, versions and CPU finished below this root?"""
    return (root / source_hash() / COMPLETE).exists()


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    wanted = [line for line in lines if line.startswith(("model name", "flags"))]
    return "\n".join(wanted[:2])
