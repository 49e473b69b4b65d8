"""`python -m deployments.cluster.secret_files FOLDER`: make the secrets of a new installation, a file each, for systemd or compose.

What is there already stays, so that it may be called again. The addresses of the database and the broker hold their passwords,
and are secrets themselves.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet

from deployments.cluster.place import HISTORY_DATABASE, LEDGER_DATABASE
from deployments.stack.settings import SIGN_IN, secret
from skyflytt.drop.accounts import new_secret

REDIS = """requirepass {password}
appendonly yes
appendfsync always
maxmemory-policy noeviction
"""


def make(folder: Path, database_host: str, redis_host: str) -> Mapping[str, str]:
    """The files by what they hold; each readable by its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = secret(folder, "postgresql-password", new_secret())
    broker = secret(folder, "redis-password", new_secret())
    where = f"skyflytt:{database}@{database_host}"
    made = {
        SIGN_IN: f"skyflytt:{new_secret()}",
        "encryption-key": Fernet.generate_key().decode(),
        "history-url": f"postgresql+asyncpg://{where}/{HISTORY_DATABASE}",
        "ledger-url": f"postgresql+psycopg://{where}/{LEDGER_DATABASE}",
        "broker-url": f"redis://:{broker}@{redis_host}/0",
        "redis.conf": REDIS.format(password=broker).rstrip(),
    }
    return {name: secret(folder, name, value) for name, value in made.items()}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deployments.cluster.secret_files", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--database", default="127.0.0.1:5432", help="host and port of PostgreSQL (%(default)s)")
    parser.add_argument("--redis", default="127.0.0.1:6379", help="host and port of Redis (%(default)s)")
    options = parser.parse_args(arguments)
    for name in make(options.folder, options.database, options.redis):
        print(options.folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
