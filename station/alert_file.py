"""Which alerts are kept? alerts.toml of the config folder; what is added or dropped at the prompt is written into it.

    [[alerts]]
    when = "BTC-USD.imbalance > 0.6 every 5m"
    command = ["notify-send", "station"]       # started with the alert's line as one argument more; no shell

Comments are kept. Only the file can name a command: what is typed into the screen starts no program.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from core.errors import ConfigError
from station.configuring.change import replace_checked
from station.language.alerts import read_alert
from station.language.reader import NotUnderstood, Reader
from station.toml_file import config_error, document_of
from station.views.alerts import Alert

TABLE = "alerts"
TEMPLATE = """\
# Alerts. `:alert …` on the screen adds one here; a running screen reads this file again when it changes.

# [[alerts]]
# when = "BTC-USD crosses 61000 once"

# [[alerts]]
# when = "alpha.feed not LIVE every 1m"
# command = ["notify-send", "station"]  # started when it goes off, with what happened as its last argument
"""


def read_alerts(path: Path) -> tuple[Alert, ...]:
    """None when there is no file. Raises ConfigError with every mistake."""
    document = document_of(path)
    found, mistakes = alerts_of(document or {})
    if mistakes:
        raise config_error(path, mistakes)
    return found


def alerts_of(document: Mapping[str, Any]) -> tuple[tuple[Alert, ...], list[str]]:
    mistakes = [f"{key}: there is no such key; allowed: [[{TABLE}]]" for key in document if key != TABLE]
    listed = document.get(TABLE, [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        return (), [*mistakes, f"{TABLE}: allowed: [[{TABLE}]], once for each"]
    found = []
    for number, told in enumerate(listed):
        place = f"{TABLE}[{number}]"
        mistakes += [f"{place}.{key}: there is no such key; allowed: when, command" for key in told.keys() - ALLOWED]
        command = told.get("command", [])
        if not isinstance(command, list) or not all(isinstance(one, str) and one for one in command):
            mistakes.append(f"{place}.command: {command!r}; allowed: a program and its arguments, each a text")
            continue
        try:
            found.append(msgspec.structs.replace(alert_of(told.get("when")), command=tuple(command)))
        except NotUnderstood as error:
            mistakes.append(
                f"{place}.when: {error.what}; {error.right}" if error.right else f"{place}.when: {error.what}"
            )
    return tuple(found), mistakes


ALLOWED = {"when", "command"}


def alert_of(line: object) -> Alert:
    """Raises NotUnderstood."""
    reader = Reader(line if isinstance(line, str) else "")
    alert = read_alert(reader)
    if reader.next is not None:
        raise reader.wrong(reader.next, f"the alert ends before {reader.next.text!r}", "leave it out")
    return alert


def add_alert(path: Path, alert: Alert) -> None:
    """At the end of the file. Raises ConfigError, OSError."""
    document = _parsed(path)
    import tomlkit

    if TABLE not in document:
        document[TABLE] = tomlkit.aot()
    table = tomlkit.table()
    table["when"] = alert.line
    document[TABLE].append(table)
    replace_checked(path, tomlkit.dumps(document), read_alerts)


def drop_alert(path: Path, number: int) -> None:
    """By its place, from 1. Raises ConfigError, OSError."""
    import tomlkit

    document = _parsed(path)
    if TABLE in document and 1 <= number <= len(document[TABLE]):
        del document[TABLE][number - 1]
        if not document[TABLE]:
            del document[TABLE]
    replace_checked(path, tomlkit.dumps(document), read_alerts)


def _parsed(path: Path) -> Any:
    import tomlkit  # here: few commands need it
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    except TOMLKitError as error:
        raise ConfigError(file=str(path), mistakes=[f"it is no TOML: {error}"]) from error
