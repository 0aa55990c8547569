"""A sentence for the desk's log, with its time: who took the lease, why it was re-armed."""

import contextlib
import time

from station import paths


def note(desk: str, text: str) -> None:
    """A log that cannot be written must not stop a trader."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with contextlib.suppress(OSError), paths.desk_folder(desk).log_of("desk").open("a") as log:
        log.write(f"{stamp} {text}\n")
