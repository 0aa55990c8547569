"""What a terminal sends for Alt with a key is what the station is told."""

import pytest
from textual._xterm_parser import XTermParser

import station.terminal.app  # noqa: F401  (takes the keys)
from tests.deadline import eventually


@pytest.mark.parametrize("key", [*"123456789", "c", "d"])
def test_alt_with_a_key_arrives_as_such(key: str) -> None:
    parser = XTermParser(False)
    told = list(parser.feed(f"\x1b{key}"))

    def has_come() -> bool:
        told.extend(parser.tick())  # what an escape begins is waited for
        return bool(told)

    eventually(has_come)
    assert [getattr(event, "key", "") for event in told] == [f"alt+{key}"]
