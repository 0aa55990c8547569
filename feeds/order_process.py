"""The process of one venue group's orders: rings to venue and back. Loads no numba.

    python -m feeds.order_process --group G --descriptor JSON --settings JSON

Ends cleanly at SIGTERM with exit code 0. Refuses to start without credentials, or when another desk trades on the same
account: a sentence on standard error, and on the screen in GATEWAY_STATUS.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from core.errors import StationError
from core.memory.files import Memory
from core.vocabulary import Mode
from feeds.child import Arguments, instruments_of, on_end, read_arguments
from feeds.config import OrderSettings
from feeds.credentials import credentials_of
from feeds.errors import CredentialsMissing
from feeds.gateway import OrderGateway
from feeds.venues.catalogue import order_venue


def make_gateway(memory: Memory, group: str, settings: OrderSettings) -> OrderGateway:
    """Raises CredentialsMissing, AccountInUse, JournalDamaged, OSError."""
    if settings.mode is not Mode.LIVE:
        raise CredentialsMissing(
            venue=settings.venue.name, file=settings.venue.credentials_file, reason=f"mode is {settings.mode.name}"
        )
    credentials = credentials_of(settings.venue)
    status = memory.table(f"gateway.{group}")[0]

    def say(sentence: str) -> None:
        status["message"] = sentence.encode()[:104]

    source_id = memory.descriptor.groups.index(group)
    venue = order_venue(
        settings.venue,
        credentials,
        instruments_of(memory, source_id, settings.venue.name),
        wall_offset_ns=settings.wall_offset_ns,
        say=say,
    )
    return OrderGateway(
        memory,
        group,
        venue,
        config=settings.gateway,
        folder=Path(settings.state_folder) / group,
        lock_folder=Path(settings.lock_folder),
        account=credentials.key,
        kill_file=Path(settings.kill_file) if settings.kill_file else None,
    )


async def run(memory: Memory, arguments: Arguments, settings: OrderSettings) -> None:
    """Until SIGTERM."""
    gateway = make_gateway(memory, arguments.group, settings)
    on_end(gateway.stop)
    await gateway.run()


def main(arguments: Sequence[str] | None = None) -> int:
    given, settings = read_arguments("feeds.order_process", OrderSettings, arguments)
    memory = Memory(given.descriptor, frozenset({f"order.{given.group}"}))
    try:
        asyncio.run(run(memory, given, settings))
    except (StationError, OSError) as error:
        memory.table(f"gateway.{given.group}")[0]["message"] = str(error).encode()[:104]
        cure = getattr(error, "cure", "")
        sys.stderr.write(f"{error}\n{cure}\n" if cure else f"{error}\n")
        return getattr(error, "exit_code", 74)
    return 0


if __name__ == "__main__":
    sys.exit(main())
