"""Python's cyclic garbage, collected by a thread of its own.

On SQLite Prefect's server (3.8.8) would otherwise stand still for a minute, now and then, as soon as several runs tell it of their tasks: a
collection that happens to run in the event loop meets a cursor that SQLAlchemy has left behind, and waits for its connection (`sqlite3_reset`
takes the connection's mutex); that connection waits, with its mutex, for the lock of the database (`PRAGMA busy_timeout`, 60 s); and who has
that lock waits for the event loop. A thread may wait there: the event loop goes on, and the lock is given back.
"""

from __future__ import annotations

import gc
import threading
import time

YOUNG_EVERY_S = 1.0
ALL_EVERY = 60
"""In so many rounds once."""
YOUNG, ALL = 1, 2


def collect_beside() -> threading.Thread:
    """From now on no other thread collects by itself."""
    gc.disable()
    thread = threading.Thread(target=_collect, name="garbage", daemon=True)
    thread.start()
    return thread


def _collect() -> None:
    rounds = 0
    while not gc.isenabled():
        time.sleep(YOUNG_EVERY_S)
        rounds += 1
        gc.collect(YOUNG if rounds % ALL_EVERY else ALL)
