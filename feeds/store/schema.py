"""How an empty day file gets its tables, views, units and words: schema.sql, and the enumerations of the vocabulary."""

import re
from collections.abc import Iterator
from enum import IntEnum, IntFlag
from importlib.resources import files

import duckdb

from core import vocabulary

FILE_VERSION = 2
"""Of the layout in schema.sql. A file of another version is never written."""

SCHEMA_SQL = files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")

_TABLE = re.compile(r"^create table (\w+) \($(.*?)^\);$", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"^    (\w+) [\w ]+, -- (.+)$", re.MULTILINE)


def create_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Everything, in the caller's transaction."""
    for statement in word_macros():
        connection.execute(statement)
    connection.execute(SCHEMA_SQL)
    for table, column, unit in units():
        text = unit.replace("'", "''")
        connection.execute(f"comment on column {table}.{column} is '{text}'")


def units() -> Iterator[tuple[str, str, str]]:
    """(table, column, unit or meaning) as schema.sql writes them."""
    for table, body in _TABLE.findall(SCHEMA_SQL):
        for column, unit in _COLUMN.findall(body):
            yield table, column, unit


def word_macros() -> Iterator[str]:
    """`side_name(code)` and its like: one macro for each enumeration, with its words at the time of recording."""
    for name, words in vars(vocabulary).items():
        if not isinstance(words, type) or words.__module__ != vocabulary.__name__:
            continue
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        if issubclass(words, IntFlag):
            bits = ", ".join(f"case when code & {bit.value} <> 0 then '{bit.name}' end" for bit in words)
            yield f"create macro {snake}_names(code) as concat_ws('|', {bits})"
        elif issubclass(words, IntEnum):
            cases = " ".join(f"when {word.value} then '{word.name}'" for word in words)
            yield f"create macro {snake}_name(code) as case code {cases} else code::varchar end"
