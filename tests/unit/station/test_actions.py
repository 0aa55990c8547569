"""The table of keys: every key does one thing, and every action exists."""

from itertools import combinations
from pathlib import Path

import pytest

from station.actions import ACTIONS, OF_APP, Action, Context, action, as_markdown, footer_actions, keys_text
from station.app import StationApp
from station.key_names import key_text
from station.screens.desk import DeskScreen
from station.screens.dialogs import Help
from station.screens.prompt import Prompt
from station.screens.settings import SettingsDialog


def test_no_key_does_two_things_at_once() -> None:
    pairs = combinations(ACTIONS, 2)
    assert [
        (first.name, second.name)
        for first, second in pairs
        if first.context.meets(second.context) and set(first.keys) & set(second.keys)
    ] == []


@pytest.mark.parametrize("named", ACTIONS, ids=lambda named: named.name)
def test_every_action_is_carried_out_by_somebody(named: Action) -> None:
    method = "action_" + named.name.split("(")[0]
    if named.context is Context.DIALOGS:
        owners: tuple[type, ...] = (Help, Prompt, SettingsDialog)
    else:
        owners = (StationApp,) if named.name in OF_APP else (DeskScreen,)
    assert any(callable(getattr(owner, method, None)) for owner in owners)


@pytest.mark.parametrize("named", ACTIONS, ids=lambda named: named.name)
def test_every_action_says_what_it_does(named: Action) -> None:
    assert named.help.endswith(".")
    assert 0 < len(named.label) <= 12
    assert len(named.help) <= 80


@pytest.mark.parametrize("is_halted", [False, True])
@pytest.mark.parametrize("is_armed", [False, True])
@pytest.mark.parametrize("pane", ["ladder", "watch", "orders"])
def test_the_footer_always_ends_with_the_way_to_all_keys(is_halted: bool, is_armed: bool, pane: str) -> None:
    shown = footer_actions(
        is_halted=is_halted, is_armed=is_armed, is_watching=False, pane=pane, is_list=pane != "ladder", is_zoomed=True
    )
    assert shown[-1] is action("help")
    assert action("back") in shown


def test_keys_are_written_as_people_read_them() -> None:
    assert [key_text(key) for key in ("ctrl+k", "f12", "less_than_sign", "A")] == ["^K", "F12", "<", "A"]
    assert keys_text(action("size_preset")) == "1…9"


def test_the_page_of_keys_is_up_to_date() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "keys.md"
    assert page.read_text() == as_markdown()


def test_no_key_is_one_that_terminals_send_for_another() -> None:
    """ESC b and ESC f are Ctrl+left and Ctrl+right to who reads them, as in a shell."""
    assert [named.name for named in ACTIONS if {"alt+b", "alt+f"} & set(named.keys)] == []
