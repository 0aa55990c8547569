"""How `station doctor` tells what it found."""

from station.cli.output import as_json, told
from station.doctor.finding import Finding, Weight
from station.exit_codes import ExitCode

MARKS = {Weight.OK: "[green]✓[/green]", Weight.HINT: "[yellow]![/yellow]", Weight.FAULT: "[red]✗[/red]"}


def tell_findings(findings: list[Finding], *, as_json_: bool) -> int:
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
