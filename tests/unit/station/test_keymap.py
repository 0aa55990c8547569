"""keys.toml: what it changes, and what is told of a mistake."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from station.actions import ACTIONS, EMERGENCY, Context, action
from station.key_names import key_named, key_text
from station.keymap import Keymap, base_maps, line_of, read_keymap


def keymap(tmp_path: Path, text: str) -> Keymap:
    path = tmp_path / "keys.toml"
    path.write_text(text)
    return read_keymap(path)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as told:
        keymap(tmp_path, text)
    return list(told.value.mistakes)


def test_without_a_file_the_usual_keys_count(tmp_path: Path) -> None:
    assert read_keymap(tmp_path / "keys.toml") == Keymap(ACTIONS)


def test_an_action_has_the_keys_that_the_file_says_and_no_others(tmp_path: Path) -> None:
    keys = keymap(tmp_path, '[everywhere]\nbuy_at_cursor = ["ctrl+b", "F11"]\nreverse = []\n')
    assert keys.action("buy_at_cursor").keys == ("ctrl+b", "f11")
    assert keys.action("reverse").keys == ()
    assert keys.key("reverse") == "–"
    assert keys.pressed("b", Context.LADDER) is None
    pressed = keys.pressed("f11", Context.LISTS)
    assert pressed is not None
    assert (pressed.action.name, pressed.digit) == ("buy_at_cursor", 2)


@pytest.mark.parametrize("said", ['"ctrl+x"', "[]", '["ctrl+x"]'])
def test_a_kill_key_can_be_added_and_never_taken_away(tmp_path: Path, said: str) -> None:
    keys = keymap(tmp_path, f"[everywhere]\nhalt = {said}\nhalt_and_flatten = []\n")
    assert set(keys.action("halt").keys) >= {"ctrl+k", "f12"}
    assert keys.action("halt_and_flatten").keys == ("ctrl+f",)


def test_a_conflict_names_both_places(tmp_path: Path) -> None:
    (with_usual,) = mistakes(tmp_path, '\n[everywhere]\nflatten = "b"\n')
    assert with_usual.startswith("b would do two things: buy_at_cursor (the usual keys) and flatten (keys.toml:3)")
    (two,) = mistakes(tmp_path, '[everywhere]\nflatten = "ctrl+b"\nreverse = [\n  "ctrl+b",\n]\n')
    assert "flatten (keys.toml:2) and reverse (keys.toml:3)" in two
    (with_base,) = mistakes(tmp_path, 'base = "astras"\n[everywhere]\njoin_bid = "a"\n')
    assert "sell_market (astras.toml:" in with_base


def test_a_kill_key_has_no_second_meaning_in_a_dialog_either(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, '[dialogs]\ncomplete = "ctrl+k"\n')
    assert "halt (the usual keys)" in told


def test_the_same_key_may_do_two_things_that_are_never_meant_at_once(tmp_path: Path) -> None:
    assert keymap(tmp_path, '[dialogs]\ncomplete = "b"\n').action("complete").keys == ("b",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[everywhere]\nby_at_cursor = "h"\n',
            "keys.toml:2: by_at_cursor: no such action; did you mean buy_at_cursor?",
        ),
        ('[everywhere]\nflatten = "escpe"\n', "keys.toml:2: flatten: 'escpe' is no key; did you mean escape?"),
        ("[everywhere]\nflatten = 3\n", "keys.toml:2: flatten: 3; allowed: a key"),
        ('[evrywhere]\nflatten = "h"\n', "keys.toml:1: evrywhere: no such context; did you mean everywhere?"),
        ('[lists]\nflatten = "h"\n', "keys.toml:2: flatten counts under [everywhere], not under [lists]"),
        ('base = "atlas"\n', "keys.toml:1: base: 'atlas'; allowed: astras, atas, bookmap"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_would_be_right(tmp_path: Path, text: str, told: str) -> None:
    (said,) = mistakes(tmp_path, text)
    assert told in said


@pytest.mark.parametrize("base", base_maps())
def test_a_key_map_that_comes_with_the_station_has_no_mistake(tmp_path: Path, base: str) -> None:
    keys = keymap(tmp_path, f'base = "{base}"\n')
    assert keys.actions != ACTIONS
    for kill in EMERGENCY:
        assert set(keys.action(kill.name).keys) >= set(kill.keys)


def test_the_words_of_the_file_are_as_many_as_the_actions() -> None:
    assert len({named.word for named in ACTIONS}) == len(ACTIONS)
    assert [action(name).word for name in ("close_part('25%')", "pane('watch')")] == ["close_part_25", "pane_watch"]


@pytest.mark.parametrize("named", ACTIONS, ids=lambda named: named.name)
def test_what_is_written_on_the_screen_can_be_typed_into_the_file(named: object) -> None:
    for key in named.keys:  # type: ignore[attr-defined]
        written = key_text(key).replace("⇧", "shift+").replace("⏎", "enter")
        written = f"ctrl+{written[1:]}" if written[0] == "^" and len(written) > 1 else written
        assert key_named(written) == key
        assert key_named(key) == key


@pytest.mark.parametrize("typed", ["", "hyper", "ctrl+", "ctrl+ctrl+a", "F99", "ab"])
def test_what_is_no_key_is_refused(typed: str) -> None:
    assert key_named(typed) is None


def test_lines_are_found_whatever_stands_round_them() -> None:
    text = "# x\n[a]\n  'b' = 1\n\n[ c ]\nb=2\n"
    assert [line_of(text, "a", "b"), line_of(text, "c", "b"), line_of(text, "c", ""), line_of(text, "a", "z")] == [
        3, 6, 5, 0,
    ]  # fmt: skip
