"""`station doctor`: what would keep a desk from running well, each finding a sentence with its cure.

ok       as it should be
hint     works, and could be better
fault    a desk would not start, would die, or would do the wrong thing
"""

from pathlib import Path

from station.cli_output import as_json, told
from station.examine_desk import desk_findings
from station.examine_machine import machine_findings
from station.examine_software import software_findings
from station.exit_codes import ExitCode
from station.finding import Finding, Weight

MARKS = {Weight.OK: "[green]✓[/green]", Weight.HINT: "[yellow]![/yellow]", Weight.FAULT: "[red]✗[/red]"}


def examine(config_file: Path | None) -> list[Finding]:
    return [*software_findings(), *machine_findings(), *desk_findings(config_file)]


def tell(findings: list[Finding], *, as_json_: bool) -> int:
    """Print; returns the exit code."""
    faults = [finding for finding in findings if finding.weight is Weight.FAULT]
    if as_json_:
        as_json([finding.as_plain() for finding in findings])
    else:
        for finding in findings:
            told(f"{MARKS[finding.weight]} [b]{finding.name}[/b]: {finding.sentence}")
            if finding.cure and finding.weight is not Weight.OK:
                told(f"    → {finding.cure}")
        told("Nothing has to be repaired." if not faults else f"{len(faults)} of {len(findings)} must be repaired.")
    return ExitCode.FOUND_FAULTS if faults else ExitCode.OK
