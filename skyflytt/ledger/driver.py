"""Statements that run once per item: SQLAlchemy writes them, the driver runs them. Its own handling of each row costs more than the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Select, Update
from sqlalchemy.sql.compiler import Compiled


def fetch_tuples(connection: Connection, rows: Select[Any]) -> list[tuple[Any, ...]]:
    """The driver's own tuples; column types are not applied."""
    compiled = rows.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    cursor = connection.connection.cursor()
    try:
        cursor.execute(compiled.string, _binder(compiled)({}))
        return list(cursor.fetchall())
    finally:
        cursor.close()


def update_each(connection: Connection, statement: Update, rows: Sequence[Mapping[str, Any]]) -> int:
    """Run the statement with each row's values for its named parameters; how many table rows it met in all."""
    if not rows:
        return 0
    compiled = statement.compile(dialect=connection.dialect)
    return connection.exec_driver_sql(compiled.string, list(map(_binder(compiled), rows))).rowcount


def _binder(compiled: Compiled) -> Callable[[Mapping[str, Any]], Any]:
    constants = {name: value.value if isinstance(value, Enum) else value for name, value in compiled.params.items()}
    names: list[str] | None = getattr(compiled, "positiontup", None)
    if names is None:
        return lambda row: {**constants, **row}

    def positional(row: Mapping[str, Any]) -> tuple[Any, ...]:
        values = {**constants, **row}
        return tuple([values[name] for name in names])

    return positional
