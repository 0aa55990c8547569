"""alerts.toml: read, added to and taken from, with its comments kept."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from station.alert_file import TEMPLATE, add_alert, alert_of, drop_alert, read_alerts

OWN = """\
# what wakes me
[[alerts]]
when = "pnl < -500"  # too much
command = ["true"]

[[alerts]]
when = "alpha.feed not LIVE every 1m"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "alerts.toml"
    path.write_text(OWN)
    return path


def test_no_file_is_no_alert(tmp_path: Path) -> None:
    assert read_alerts(tmp_path / "alerts.toml") == ()


def test_what_is_written_is_watched(file: Path) -> None:
    first, second = read_alerts(file)
    assert (first.line, first.command) == ("pnl < -500", ("true",))
    assert (second.subject, second.word, second.every_ns) == ("alpha.feed", "LIVE", 60 * 10**9)


def test_adding_and_dropping_keeps_the_comments(file: Path) -> None:
    added = alert_of("BTC-USD crosses 61000 once")
    add_alert(file, added)
    assert read_alerts(file)[2] == added
    drop_alert(file, 2)
    assert [alert.line for alert in read_alerts(file)] == ["pnl < -500", "BTC-USD crosses 61000 once"]
    assert file.read_text().startswith('# what wakes me\n[[alerts]]\nwhen = "pnl < -500"  # too much\n')


def test_the_first_alert_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config" / "alerts.toml"
    add_alert(path, alert_of("fill BTC*"))
    assert [alert.line for alert in read_alerts(path)] == ["fill BTC*"]
    drop_alert(path, 1)
    assert read_alerts(path) == ()
    drop_alert(path, 1)


def test_what_config_init_writes_has_no_mistake_and_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(TEMPLATE)
    assert read_alerts(path) == ()
    path.write_text("\n".join(line.removeprefix("# ") for line in TEMPLATE.splitlines()[2:]))
    assert len(read_alerts(path)) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[alerts]]\nwhen = "pnl over 3"\n', "alerts[0].when: 'over' is no test"),
        ('[[alerts]]\nwhen = "pnl < 3 now"\n', "the alert ends before 'now'"),
        ("[[alerts]]\ncommand = []\n", "is missing"),
        ('[[alerts]]\nwhen = "pnl < 3"\ncommand = "rm -rf"\n', "alerts[0].command: 'rm -rf'; allowed: a program"),
        ('[[alerts]]\nwhen = "pnl < 3"\nshell = "x"\n', "alerts[0].shell: there is no such key"),
        ("[alerts]\nwhen = 3\n", "alerts: allowed: [[alerts]]"),
        ("[[alrts]]\n", "alrts: there is no such key"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as raised:
        read_alerts(path)
    assert told in "\n".join(raised.value.mistakes)
