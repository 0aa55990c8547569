"""One of several in a configuration file, `[[venues]]` or `[[strategies]]`, is put in, changed and taken out.

Its comments and those of its neighbours stay: a new line goes below what the entry says already, a new entry below the
last of its kind, and what is taken out takes along only the lines between its header and its end. Keys are written as
mistakes name them: `venues[0].depth`, `strategies[1].parameters.size_lots`.
"""

import re
from collections.abc import Mapping
from typing import Any

from station.configuring.change import ABSENT, document_in, parsed_with_comments
from station.configuring.template import as_toml
from station.toml_lines import lines_of

IN_AN_ENTRY = re.compile(r"(?P<table>\w+)\[(?P<number>\d+)\](?:\.(?P<rest>.+))?")


def with_entry(text: str, table: str, fields: Mapping[str, Any]) -> str:
    """Below the last of its kind, or at the end of the file. Raises ConfigError."""
    there = document_in(text).get(table)
    if there and lines_of(text, f"{table}[0]") is None:  # one list of inline tables
        document = parsed_with_comments(text)
        document[table].append(dict(fields))
        return str(document.as_string())
    if there == []:
        text = _without_lines(text, f"{table}")
    block = [f"[[{table}]]\n", *(f"{key} = {as_toml(value)}\n" for key, value in fields.items())]
    last = lines_of(text, f"{table}[{len(there) - 1}]") if there else None
    lines = text.splitlines(keepends=True)
    at = last.stop - 1 if last is not None else len(lines)
    above, below = lines[:at], lines[at:]
    if above and not above[-1].endswith("\n"):
        above[-1] += "\n"
    gap = ["\n"] if above and above[-1].strip() else []
    return "".join([*above, *gap, *block, *below])


def without_entry(text: str, table: str, number: int) -> str:
    """Raises ConfigError."""
    if lines_of(text, f"{table}[{number}]") is not None:
        return _without_lines(text, f"{table}[{number}]")
    document = parsed_with_comments(text)
    document[table].pop(number)
    return str(document.as_string())


def with_entry_value(text: str, key: str, value: Any) -> str:
    """ABSENT: the default holds again, and nothing is said. Raises ConfigError."""
    told = IN_AN_ENTRY.fullmatch(key)
    assert told is not None, key
    entry = f"{told['table']}[{told['number']}]"
    *above, name = told["rest"].split(".")
    document = parsed_with_comments(text)
    table = document[told["table"]][int(told["number"])]
    name_line = lines_of(text, f"{entry}.name")
    for step in above:
        if step not in table:
            value, name = {name: value}, step
            break
        table = table[step]
    if value is ABSENT:
        if not above and lines_of(text, key) is not None:
            return _without_lines(text, key)
        table.remove(name)
    elif name not in table and name_line is not None and (not above or isinstance(value, dict)):
        lines = text.splitlines(keepends=True)
        at = name_line.stop - 1
        lines[at - 1] = lines[at - 1].removesuffix("\n") + "\n"
        return "".join([*lines[:at], f"{name} = {as_toml(value)}\n", *lines[at:]])
    else:
        table[name] = value
    return str(document.as_string())


def _without_lines(text: str, key: str) -> str:
    """And without the empty line that would now stand twice."""
    span = lines_of(text, key)
    assert span is not None, key
    lines = text.splitlines(keepends=True)
    above, below = lines[: span.start - 1], lines[span.stop - 1 :]
    while below and not below[0].strip() and not (above and above[-1].strip()):
        below = below[1:]
    return "".join([*above, *below])
