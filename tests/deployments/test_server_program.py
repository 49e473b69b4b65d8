"""The server's transactions on SQLite take the lock for writing when they begin, whatever their maker asked for."""

from __future__ import annotations

import asyncio

import pytest
from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy import event, text

from deployments.stack.server_program import write_in_turn


def test_a_transaction_begins_with_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    # Put back afterwards.
    monkeypatch.setattr(AioSqliteConfiguration, "begin_transaction", AioSqliteConfiguration.begin_transaction)
    assert asyncio.run(begun()) == "BEGIN DEFERRED", "what is mended here is mended at Prefect"

    write_in_turn()

    assert asyncio.run(begun()) == "BEGIN IMMEDIATE"


async def begun() -> str:
    """What a transaction of the server's says to SQLite first."""
    configuration = AioSqliteConfiguration("sqlite+aiosqlite:///:memory:")
    engine = await configuration.engine()
    said: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    session = await configuration.session(engine)
    async with session, configuration.begin_transaction(session):
        await session.execute(text("SELECT 1"))
    return said[0]
