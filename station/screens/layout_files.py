"""Which layouts are there? One TOML file each in station/layouts, and the user's own, all in layouts.toml.

    [scalp]
    key = 8
    [[scalp.size]]
    columns = [
        { pane = "ladder", least = 46 },
        { rows = [{ pane = "trades" }, { pane = "orders" }] },
    ]

Saving one writes its block alone: what else stands in the file, and its comments, stay as they are.
"""

import os
import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from core.errors import ConfigError
from station.renderables.ladder_columns import COLUMNS
from station.screens.layout import Layout, Node, leaves
from station.toml_file import document_of, known

USUAL = "trading"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_-]+)\s*[.\]]")


@cache
def built_in_layouts() -> dict[str, Layout]:
    """All that come with the station, in the order of their keys."""
    found = []
    for file in resources.files("station").joinpath("layouts").iterdir():
        if file.name.endswith(".toml"):
            name = file.name.removesuffix(".toml")
            found.append(_layout(tomllib.loads(file.read_text(encoding="utf-8")), name, file=file.name))
    return {one.name: one for one in sorted(found, key=lambda one: (one.key or 10, one.name))}


def read_layouts(path: Path) -> dict[str, Layout]:
    """Those of a layouts.toml; none when there is no such file. Raises ConfigError with every mistake in it."""
    found: dict[str, Layout] = {}
    mistakes: list[str] = []
    for name, section in (document_of(path) or {}).items():
        try:
            found[name] = _layout(section, name, file=str(path))
        except ConfigError as error:
            mistakes += [f"{name}.{one}" for one in error.mistakes]
    if mistakes:
        raise ConfigError(file=str(path), mistakes=mistakes)
    return found


def _layout(section: Any, name: str, *, file: str) -> Layout:
    if not isinstance(section, dict):
        raise ConfigError(file=file, mistakes=[f"it is {section!r}; allowed: a section with `size`"])
    mistakes: list[str] = []
    if not _NAME.fullmatch(name):
        mistakes.append("the name; allowed: letters, digits, _ and -, at most 32")
    given = known({key: value for key, value in section.items() if key != "name"}, Layout, "", mistakes)
    layout = msgspec.convert({"title": name, **given, "name": name}, Layout)
    if not layout.size:
        mistakes.append("size: allowed: one or more [[size]], each with `columns` or `rows`")
    if not 0 <= layout.key <= 9:
        mistakes.append(f"key: {layout.key}; allowed: 1 to 9, or 0 for none")
    mistakes += [
        f"ladder_columns: {column!r}; allowed: {', '.join(COLUMNS)}"
        for column in layout.ladder_columns or ()
        if column not in COLUMNS
    ]
    for number, one in enumerate(layout.size):
        mistakes += [f"size[{number}]{text}" for text in _mistakes_of(one.tree)]
        named = [leaf.pane for leaf in leaves(one.tree)]
        twice = sorted({repr(pane) for pane in named if named.count(pane) > 1})
        mistakes += [f"size[{number}]: {pane} stands there twice; allowed: every pane once" for pane in twice]
    if mistakes:
        raise ConfigError(file=file, mistakes=mistakes)
    return layout


def _mistakes_of(node: Node, at: str = "") -> list[str]:
    found = []
    if (node.pane is not None) + bool(node.columns) + bool(node.rows) != 1:
        found.append(f"{at}: allowed: one of `pane`, `columns` and `rows`")
    found += [
        f"{at}.{name}: {value}; allowed: 0 to 1000"
        for name, value in (("least", node.least), ("most", node.most), ("share", node.share))
        if not 0 <= value <= 1_000
    ]
    if node.most and node.most < node.least:
        found.append(f"{at}.most: {node.most}; allowed: not below `least`, or 0 for no limit")
    for number, part in enumerate(node.parts):
        found += _mistakes_of(part, f"{at}.{node.axis}[{number}]")
    return found


def save_layout(path: Path, layout: Layout) -> None:
    """Put it into the file, in the place of one of the same name. Raises ConfigError, OSError."""
    if not _NAME.fullmatch(layout.name):
        raise ConfigError(file=str(path), mistakes=[f"{layout.name!r}; allowed: letters, digits, _ and -, at most 32"])
    others = read_layouts(path)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    after = with_block(before, layout.name, as_toml(layout))
    if tomllib.loads(after).keys() != {**others, layout.name: layout}.keys():
        mistake = "it is written in a way that cannot be kept; allowed: [name] above each layout"
        raise ConfigError(file=str(path), mistakes=[mistake])
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = path.with_suffix(".new")
    written.write_text(after, encoding="utf-8")
    os.replace(written, path)


def with_block(text: str, name: str, block: str) -> str:
    """The text of a layouts.toml with this block instead of all that was said of the name."""
    kept: list[str] = []
    at: int | None = None
    is_named = False
    for line in text.splitlines():
        if header := _HEADER.match(line):
            is_named = header[1] == name
        if is_named and at is None:
            at = len(kept)
        if not is_named:
            kept.append(line)
    lines = block.splitlines()
    if at is None:
        kept += ["", *lines] if kept and kept[-1] else lines
    else:
        kept[at:at] = [*lines, ""] if at < len(kept) else lines
    return "\n".join(kept).rstrip("\n") + "\n"


def as_toml(layout: Layout) -> str:
    lines = [f"[{layout.name}]", f"title = {_text(layout.title)}"]
    lines += [f"key = {layout.key}"] if layout.key else []
    lines += [f"hint = {_text(layout.hint)}"] if layout.hint else []
    if layout.ladder_columns is not None:
        lines.append(f"ladder_columns = [{', '.join(map(_text, layout.ladder_columns))}]")
    for one in layout.size:
        lines.append(f"[[{layout.name}.size]]")
        lines += [f"width = {one.width}"] if one.width else []
        lines += [f"height = {one.height}"] if one.height else []
        lines += _parts(one.tree, "")
    return "\n".join(lines) + "\n"


def _parts(node: Node, indent: str) -> list[str]:
    lines = [f"{node.axis} = ["]
    for part in node.parts:
        said = [
            f"{name} = {_text(value) if isinstance(value, str) else value}"
            for name, value in msgspec.structs.asdict(part).items()
            if name not in ("columns", "rows") and value != _DEFAULTS[name]
        ]
        start = f"{indent}    {{ {', '.join(said)}"
        if part.pane is not None:
            lines.append(f"{start} }},")
        else:
            first, *rest, last = _parts(part, f"{indent}    ")
            lines += [f"{start}{', ' if said else ''}{first}", *rest, f"{last} }},"]
    return [*lines, f"{indent}]"]


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


_DEFAULTS = msgspec.structs.asdict(Node())
