"""The mailboxes of the sandbox Exchange: one SQLite file that several processes may have open at once."""

from skyflytt.sandbox.exchange.store.database import Database, open_store

__all__ = ["Database", "open_store"]
