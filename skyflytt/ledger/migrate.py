"""Bring a ledger's tables to this version (alembic), quickly when there is nothing to do."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from skyflytt.errors.ledger import LedgerNewer
from skyflytt.ledger.ledger import place, translating, writing

ONE_AT_A_TIME = Lock()
"""Alembic keeps what it works at in one place for the whole process: two ledgers made by two threads would get mixed up."""


def upgrade(engine: Engine) -> None:
    """Make or upgrade the tables. Two processes may do so at once: the second waits, then finds nothing to do.

    Raises `LedgerNewer` when the ledger's version is unknown to this software.
    """
    with translating(engine), engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == _known()[0]:
        return
    if current is not None and current not in _known():
        raise LedgerNewer(place(engine), f"its version is {current}")
    config = _config()
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7355608)")
        config.attributes["connection"] = connection
        with ONE_AT_A_TIME:
            command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


@cache
def _known() -> tuple[str, ...]:
    """The versions that this software knows, the newest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())
