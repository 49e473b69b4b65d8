"""`python -m deployments.stack.server_program --host … --port …`: `prefect server start`, so that it does not stand still on SQLite."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from deployments.stack.garbage import collect_beside


def write_in_turn() -> None:
    """A transaction on SQLite takes the lock for writing when it begins.

    Prefect's (3.8.8) take it at their first change, when they have read already, and several at once hold each other up for seconds: a run
    of 24 steps that each took a connection, four at a time, was done after 24 s, and is so after 2.5 s.
    """
    from prefect.server.database.configurations import AioSqliteConfiguration  # noqa: PLC0415 - imports much

    begin = AioSqliteConfiguration.begin_transaction

    @asynccontextmanager
    async def begin_for_writing(self: Any, session: Any, **_given: bool) -> AsyncIterator[Any]:
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
