"""`station config` as it is typed: begin, show, edit, check."""

import json
import os
import pty
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from station.cli.commands import run
from station.exit_codes import ExitCode
from station.theme import built_in_themes, read_themes


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATION_HOME", str(tmp_path))
    return tmp_path / "config"


def test_init_writes_what_check_finds_right_and_never_writes_over(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["config", "init"]) == ExitCode.OK
    assert {path.name for path in home.iterdir()} >= {"station.toml", "risk.toml"}
    assert run(["config", "check"]) == ExitCode.OK
    (home / "station.toml").write_text("[screen]\nfps = 12\n")
    capsys.readouterr()
    assert run(["config", "init"]) == ExitCode.OK
    assert "stays as it is" in capsys.readouterr().out
    assert (home / "station.toml").read_text() == "[screen]\nfps = 12\n"
    assert run(["config", "init", "--force"]) == ExitCode.OK
    assert "# fps = 20" in (home / "station.toml").read_text()


def test_check_says_every_mistake_of_every_file_with_its_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "themes").mkdir(parents=True)
    (home / "station.toml").write_text('[screen]\nfps = 120\ntime = "noon"\n[desk]\nnmae = "x"\n')
    (home / "risk.toml").write_text("max_order_notional = 0\n")
    (home / "stress.toml").write_text("scenarios = 3\n")
    (home / "themes" / "mine.toml").write_text('bid = "#4a9b35"\nask = "#d36a4a"\n')
    assert run(["config", "check", "--json"]) == ExitCode.CONFIG
    station, risk, stress, theme = json.loads(capsys.readouterr().out)
    assert [mistake.split(":")[0] for mistake in station["mistakes"]] == ["screen.time", "desk.nmae", "screen.fps"]
    assert [mistake[-8:] for mistake in station["mistakes"]] == ["(line 3)", "(line 5)", "(line 2)"]
    assert risk["mistakes"][0].startswith("max_order_notional: 0.0; allowed: 0.01 to")
    assert "Expected `array`" in stress["mistakes"][0]
    assert theme["mistakes"] == []
    assert "bid and ask look alike under deuteranopia" in theme["hints"][0]


def test_a_theme_that_is_not_there_is_a_mistake(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    (home / "station.toml").write_text('[screen]\ntheme = "midnite"\n')
    assert run(["config", "check"]) == ExitCode.CONFIG
    assert "screen.theme: 'midnite'; allowed: midnight" in capsys.readouterr().out


def test_show_says_what_holds_and_who_says_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    (home / "station.toml").write_text('[screen]\nfps = 12\n\n[[venues]]\nname = "okx"\n')
    (home / "risk.toml").write_text("max_trades = 7\n")
    assert run(["config", "show", "--json"]) == ExitCode.OK
    rows = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["screen.fps"] == {"key": "screen.fps", "value": "12", "unit": "frames/s", "from": "station.toml:2"}
    assert rows["screen.time"]["from"] == "default"
    assert (rows["venues"]["value"], rows["venues"]["from"]) == ('["okx"]', "station.toml:4")
    assert (rows["core.risk.max_trades"]["value"], rows["core.risk.max_trades"]["from"]) == ("7", "risk.toml:1")
    assert run(["config", "show", "screen"]) == ExitCode.OK
    assert "lease_ms" not in capsys.readouterr().out


def test_show_themes_lists_each_with_its_roles(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "show", "themes"]) == ExitCode.OK
    said = capsys.readouterr().out
    for word in ("midnight", "paper", "amber", "colour-blind", "halted", "own"):
        assert word in said


def test_a_theme_of_ones_own_begins_as_the_default(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "init", "--theme", "mine"]) == ExitCode.OK
    assert run(["config", "init", "--theme", "../mine"]) == ExitCode.USAGE
    assert os.listdir(home) == ["themes"]
    mine = read_themes(home / "themes").palettes["mine"]
    assert mine == msgspec.structs.replace(built_in_themes()["midnight"], name="mine", title="mine")
    assert run(["config", "check"]) == ExitCode.OK
    assert '# bid = "#3fb98d"' in (home / "themes" / "mine.toml").read_text()


def test_edit_without_a_terminal_names_the_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "edit", "risk"]) != ExitCode.OK
    assert str(home / "risk.toml") in capsys.readouterr().err
    assert run(["config", "edit", "rsik"]) != ExitCode.OK
    assert "there are station, risk" in capsys.readouterr().err


class Edited(NamedTuple):
    code: int
    said: str


Edit = Callable[..., Edited]


@pytest.fixture
def edited(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Edit:
    """`station config edit` at a terminal, with a script for an editor: $1 is the file."""

    def edit(script: str, answers: bytes = b"") -> Edited:
        editor = home.parent / "editor"
        editor.write_text(f"#!/bin/sh\n{script}\n")
        editor.chmod(0o700)
        monkeypatch.setenv("VISUAL", str(editor))
        ours, theirs = pty.openpty()
        with os.fdopen(theirs) as terminal, os.fdopen(ours, "wb", buffering=0) as keyboard:
            keyboard.write(answers)
            monkeypatch.setattr(sys, "stdin", terminal)
            code = run(["config", "edit"])
        said = capsys.readouterr()
        return Edited(code, said.out + said.err)

    return edit


def test_what_the_editor_leaves_counts_when_it_is_right(home: Path, edited: Edit) -> None:
    said = edited("""sed -i 's/^# fps = 20/fps = 15/' "$1" """)
    assert "is written" in said.said
    assert "\nfps = 15\n" in (home / "station.toml").read_text()
    assert os.listdir(home) == ["station.toml"]


def test_a_mistake_is_told_and_the_editor_comes_back(home: Path, edited: Edit) -> None:
    home.mkdir()
    (home / "station.toml").write_text("[screen]\nfps = 20\n")
    script = (
        """if [ -e "$0.again" ]; then sed -i 's/500/10/' "$1"; else touch "$0.again"; sed -i 's/20/500/' "$1"; fi"""
    )
    said = edited(script, b"y\n")
    assert "screen.fps: 500; allowed: 1 to 20 (line 2)" in said.said
    assert (home / "station.toml").read_text() == "[screen]\nfps = 10\n"


def test_who_does_not_go_back_leaves_everything_as_it_was(home: Path, edited: Edit) -> None:
    home.mkdir()
    (home / "station.toml").write_text("[screen]\nfps = 20\n")
    assert "Nothing was written" in edited("""echo 'x = ' >> "$1" """, b"n\n").said
    assert (home / "station.toml").read_text() == "[screen]\nfps = 20\n"
    assert os.listdir(home) == ["station.toml"]


def test_what_somebody_else_wrote_meanwhile_is_not_lost(home: Path, edited: Edit) -> None:
    home.mkdir()
    file = home / "station.toml"
    file.write_text("[screen]\nfps = 20\n")
    done = edited(f"""sed -i 's/20/30/' "$1"; echo 'fps = 10' > {file}""")
    assert "changed by somebody else" in done.said
    assert (done.code, file.read_text()) == (ExitCode.USAGE, "fps = 10\n")


def test_an_editor_that_is_not_there_is_named(
    home: Path, edited: Edit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edited("true")
    monkeypatch.setenv("VISUAL", "no-such-editor --wait")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as terminal, os.fdopen(ours):
        monkeypatch.setattr(sys, "stdin", terminal)
        assert run(["config", "edit"]) == ExitCode.USAGE
    assert "no-such-editor --wait" in capsys.readouterr().err
    assert os.listdir(home) == []
