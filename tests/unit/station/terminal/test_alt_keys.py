"""What a terminal sends for Alt with a key is what the station is told."""

from string import ascii_lowercase

import pytest
from textual._xterm_parser import XTermParser

import station.terminal.app  # noqa: F401  (takes the keys)

ANSWER = "\x1b[12;40R"
"""A terminal that says where its cursor stands"""


@pytest.mark.parametrize("key", [*"0123456789", *ascii_lowercase])
def test_alt_with_a_key_arrives_as_such_whatever_comes_after_it(key: str) -> None:
    told = [getattr(event, "key", "answer") for event in XTermParser(False).feed(f"\x1b{key}{ANSWER}")]
    assert told == [f"alt+{key}", "answer"]


def test_alt_with_an_arrow_is_still_one_key() -> None:
    assert [getattr(event, "key", "") for event in XTermParser(False).feed("\x1b[1;3A")] == ["alt+up"]
