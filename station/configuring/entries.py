"""What may stand several times in a file, `[[venues]]` and `[[strategies]]`: seen among the settings, with its line.

An entry is changed where it stands: what belongs together is said together there.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from station.configuring.change import document_in
from station.configuring.schema import Setting, repeated, settings_of
from station.toml_lines import key_lines, line_of
from station.views.settings import SettingView


def entry_views(
    file: Path, text: str, kind: type[msgspec.Struct], view: Callable[[Setting, Any], SettingView]
) -> list[SettingView]:
    """`view`: of a field with what the file says of it, or msgspec.UNSET."""
    document, lines = document_in(text), key_lines(text)
    found: list[SettingView] = []
    for table in settings_of(kind):
        entry = repeated(table.kind)
        if entry is None:
            continue
        told = document.get(table.key)
        entries = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
        for number, one in enumerate(entries):
            for field in settings_of(entry):
                key = f"{table.key}[{number}].{field.key}"
                seen = view(field._replace(key=key), one.get(field.key, msgspec.UNSET))
                group = f"[[{table.key}]] {one.get('name', number + 1)}"
                place = f"{file}:{line_of(lines, key) or 1}"
                found.append(msgspec.structs.replace(seen, group=group, name=field.name, place=place))
        if not entries:
            found.append(
                SettingView(
                    key=table.key, group=f"[[{table.key}]]", name="none", value="", default="", meaning=table.meaning,
                    place=str(file),
                )
            )  # fmt: skip
    return found
