"""SQLite files whose writer was killed in the middle of a change (https://www.sqlite.org/fileformat2.html, section 3)."""

from __future__ import annotations

import signal
import sqlite3
import struct
import subprocess
import sys
from contextlib import closing
from pathlib import Path

MAGIC = bytes.fromhex("d9d505f920a163d7")
SECTOR_BYTES, PAGE_BYTES = 512, 4096


def killed_while_it_was_made(file: Path) -> None:
    """As SQLite leaves a new file that was about to switch to WAL: its first page, and a rollback journal with nothing in it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    header = MAGIC + struct.pack(">5I", 0, 0, 0, SECTOR_BYTES, PAGE_BYTES)
    Path(f"{file}-journal").write_bytes(header.ljust(SECTOR_BYTES, b"\0"))


KILLED = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN")
connection.execute("UPDATE customer SET name = upper(name)")
os.kill(os.getpid(), 9)
"""


def killed_in_a_change(file: Path) -> None:
    """Another program's database whose rows are half changed, with the journal that takes it back."""
    assert subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False).returncode == -signal.SIGKILL
