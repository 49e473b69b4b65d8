"""Whether PostgreSQL is away for the moment: being started again, or its machine is. Who waits finds it as it was."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

PostgresqlError: type[Exception]
try:
    import psycopg
except ImportError:  # it comes with the extra `postgresql`

    class _Nobody(Exception):
        """Nobody raises it."""

    PostgresqlError = _Nobody
else:
    PostgresqlError = psycopg.OperationalError

GONE = {"57P01", "57P02", "57P03"}
"""admin_shutdown, crash_shutdown, cannot_connect_now: PostgreSQL's manual, appendix A."""
CONNECTION_EXCEPTION = "08"
NOT_AWAY = ("authentication", "does not exist", "could not translate", "resolve host", "no password supplied")
"""What a person has to correct; psycopg gives these no code."""


def is_away(error: BaseException) -> bool:
    """Whether the error says so, SQLAlchemy's or the driver's own."""
    said = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(said, PostgresqlError):
        return False
    state = getattr(said, "sqlstate", None)
    if state is None:
        return not any(words in str(said) for words in NOT_AWAY)
    return state in GONE or state.startswith(CONNECTION_EXCEPTION)
