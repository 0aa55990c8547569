"""A venue's double over real sockets, and an order process at it: once for every venue that takes our orders."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doubles.desk import Desk
from tests.doubles.venues import ENTRIES, Entry


@pytest.fixture(params=list(ENTRIES))
def entry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Entry:
    entry = ENTRIES[request.param]
    # The venue's real limits would make every story a long one; the budget has tests of its own.
    for name in ("queries_a_second", "queries_at_once", "orders_a_second", "orders_at_once"):
        monkeypatch.setattr(entry.orders.account, name, 10_000.0)
    return entry


@pytest.fixture
async def desk(tmp_path: Path, entry: Entry) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path, entry)
    await desk.double.start()
    yield desk
    assert desk.double.bad_signatures == 0
    await desk.double.stop()
