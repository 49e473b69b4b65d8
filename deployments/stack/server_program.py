"""`python -m deployments.stack.server_program --host … --port …`: `prefect server start`, so that it does not stand still on SQLite."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from deployments.stack.garbage import collect_beside


def write_in_turn() -> None:
    """A transaction on SQLite takes the lock for writing when it begins.

    Prefect's (3.8.8) take it at their first change. Of two that have both read by then one is refused at once ("database is locked"),
    the server answers 503, and the client comes again two seconds later: so it went to every second step that took a connection.
    """
    from prefect.server.database.configurations import AioSqliteConfiguration  # noqa: PLC0415 - imports much

    begin = AioSqliteConfiguration.begin_transaction

    @asynccontextmanager
    async def begin_for_writing(self: Any, session: Any, with_for_update: bool = True) -> AsyncIterator[Any]:
        beginning: AbstractAsyncContextManager[Any] = begin(self, session, with_for_update=True)
        async with beginning as transaction:
            yield transaction

    AioSqliteConfiguration.begin_transaction = begin_for_writing


def main() -> None:
    # First: the imports make much garbage.
    collect_beside()
    write_in_turn()
    from prefect.cli import app  # noqa: PLC0415

    sys.argv = ["prefect", "server", "start", *sys.argv[1:]]
    app()


if __name__ == "__main__":
    main()
