"""`station doctor`: what would keep a desk from running well, each finding a sentence with its cure.

ok       as it should be
hint     works, and could be better
fault    a desk would not start, would die, or would do the wrong thing
"""

from pathlib import Path

from station.doctor.desk import desk_findings
from station.doctor.finding import Finding
from station.doctor.machine import machine_findings
from station.doctor.software import software_findings


def examine(config_file: Path | None) -> list[Finding]:
    return [*software_findings(), *machine_findings(), *desk_findings(config_file)]
