"""The doctor's eye: what it calls a fault, and what it lets pass."""

from pathlib import Path

import pytest

from station.cli.findings import tell_findings
from station.doctor import desk as examine_desk
from station.doctor import machine as examine_machine
from station.doctor.examine import examine
from station.doctor.finding import Finding, Weight, fault, ok
from station.exit_codes import ExitCode


def test_on_this_machine_nothing_is_at_fault_but_what_is_told(home: Path) -> None:
    findings = {finding.name: finding for finding in examine(None)}

    assert {"platform", "python", "packages", "cpus", "shared memory", "disk", "logout", "configuration"} <= set(
        findings
    )
    assert all(finding.cure for finding in findings.values() if finding.weight is not Weight.OK)


@pytest.mark.parametrize(
    ("text", "kills"),
    [
        ("[Login]\nKillUserProcesses=yes\n", True),
        ("[Login]\nKillUserProcesses=no\n", False),
        ("[Login]\n#KillUserProcesses=yes\n", False),
        ("", False),
    ],
)
def test_a_logout_that_would_kill_the_desk_is_seen(tmp_path: Path, text: str, kills: bool) -> None:
    (tmp_path / "logind.conf").write_text(text)

    assert examine_machine._kills_user_processes((tmp_path / "logind.conf",)) is kills


def test_a_drop_in_overrules_the_main_file(tmp_path: Path) -> None:
    (tmp_path / "logind.conf").write_text("KillUserProcesses=yes\n")
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "50.conf").write_text("KillUserProcesses=no\n")

    assert not examine_machine._kills_user_processes((tmp_path / "logind.conf", tmp_path / "drop"))


def test_too_little_memory_is_a_fault_with_both_numbers() -> None:
    finding = examine_machine._memory(100 << 20, 45 << 20)

    assert finding.weight is Weight.FAULT
    assert "100 MB" in finding.sentence
    assert "45 MB" in finding.sentence


def test_one_cpu_is_a_hint() -> None:
    assert examine_machine._cpus(1).weight is Weight.HINT
    assert examine_machine._cpus(2).weight is Weight.OK


def test_keys_that_others_may_read_are_a_fault(home: Path) -> None:
    keys = home / "keys.toml"
    keys.write_text("")
    keys.chmod(0o644)
    config = home / "station.toml"
    config.write_text(f'[[venues]]\nname = "binance"\ncredentials_file = "{keys}"\n')

    finding = examine_desk._config(config)
    keys.chmod(0o600)

    assert finding.weight is Weight.FAULT
    assert "chmod 600" in finding.cure
    assert examine_desk._config(config).weight is Weight.OK


def test_all_mistakes_of_the_configuration_are_in_one_finding(home: Path) -> None:
    config = home / "station.toml"
    config.write_text("x = 1\ny = 2\n")

    finding = examine_desk._config(config)

    assert finding.weight is Weight.FAULT
    assert "x: there is no such key" in finding.sentence
    assert "y: there is no such key" in finding.sentence


@pytest.mark.parametrize(
    ("findings", "code"),
    [([ok("a", "fine")], ExitCode.OK), ([ok("a", "fine"), fault("b", "broken", "repair it")], ExitCode.FOUND_FAULTS)],
)
def test_the_exit_code_says_whether_something_must_be_repaired(
    findings: list[Finding], code: ExitCode, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell_findings(findings, as_json_=False) == code
    said = capsys.readouterr().out
    assert "fine" in said
    assert code == ExitCode.OK or "repair it" in said
