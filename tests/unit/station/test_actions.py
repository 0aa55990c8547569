"""The table of keys: every key does one thing, and every action exists."""

from collections import Counter
from pathlib import Path

import pytest

from station.actions import ACTIONS, Action, action, as_markdown, footer_actions, key_text, keys_text
from station.app import StationApp
from station.screens.desk import KEYS_OF_APP, DeskScreen


def test_no_key_does_two_things() -> None:
    keys = Counter(key for named in ACTIONS for key in named.keys)
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("named", ACTIONS, ids=lambda named: named.name)
def test_every_action_is_carried_out_by_somebody(named: Action) -> None:
    method = "action_" + named.name.split("(")[0]
    owner = StationApp if named.name in KEYS_OF_APP else DeskScreen
    assert callable(getattr(owner, method))


@pytest.mark.parametrize("named", ACTIONS, ids=lambda named: named.name)
def test_every_action_says_what_it_does(named: Action) -> None:
    assert named.help.endswith(".")
    assert 0 < len(named.label) <= 12
    assert len(named.help) <= 80


@pytest.mark.parametrize("is_halted", [False, True])
@pytest.mark.parametrize("is_armed", [False, True])
@pytest.mark.parametrize("pane", ["ladder", "watch", "orders"])
def test_the_footer_always_ends_with_the_way_to_all_keys(is_halted: bool, is_armed: bool, pane: str) -> None:
    shown = footer_actions(is_halted=is_halted, is_armed=is_armed, is_watching=False, pane=pane, is_zoomed=True)
    assert shown[-1] is action("help")
    assert action("back") in shown


def test_keys_are_written_as_people_read_them() -> None:
    assert [key_text(key) for key in ("ctrl+k", "f12", "less_than_sign", "A")] == ["^K", "F12", "<", "A"]
    assert keys_text(action("size_preset")) == "1…9"


def test_the_page_of_keys_is_up_to_date() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "keys.md"
    assert page.read_text() == as_markdown()
