"""Where a cluster keeps its state: a folder for each of its parts, and the ports that they were given once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from deployments.stack.place import project_root
from deployments.stack.settings import secret
from skyflytt.drop.accounts import new_secret
from skyflytt.sandbox import ports

LEDGER_DATABASE = "skyflytt"
HISTORY_DATABASE = "prefect"


@dataclass(frozen=True, slots=True)
class ClusterPlace:
    """One cluster's folder. The parts' own folders are made by the parts."""

    home: Path

    @property
    def postgresql(self) -> Path:
        return self.home / "postgresql"

    @property
    def redis(self) -> Path:
        return self.home / "redis"

    @property
    def prefect(self) -> Path:
        """Home of the Prefect server and of its workers."""
        return self.home / "prefect"

    @property
    def mailboxes(self) -> Path:
        return self.home / "mailboxes"

    @property
    def workspace(self) -> Path:
        return self.home / "workspace"

    def port(self, part: str) -> int:
        """The part's port, chosen at its first start."""
        path = self.home / "ports.json"
        known: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        if part not in known:
            known[part] = ports.choose(known.values())
            path.write_text(json.dumps(known))
        return known[part]

    def password(self, part: str) -> str:
        """Of a part that asks for one; readable by the cluster's owner alone."""
        return secret(self.home, f"{part}-password", new_secret())

    def database(self, name: str, driver: str) -> str:
        """The address of a database, with its password, in SQLAlchemy's words."""
        who = f"skyflytt:{self.password('postgresql')}"
        return f"postgresql+{driver}://{who}@127.0.0.1:{self.port('postgresql')}/{name}"

    @property
    def ledger_url(self) -> str:
        return self.database(LEDGER_DATABASE, "psycopg")

    @property
    def broker_url(self) -> str:
        return f"redis://:{self.password('redis')}@127.0.0.1:{self.port('redis')}/0"


def default_home() -> Path:
    return project_root() / ".skyflytt" / "cluster"


def prepared(home: Path) -> ClusterPlace:
    """The cluster's folder, existing. Others may pass through it (PostgreSQL runs as a user of its own), not look into it."""
    home = home.expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)
    return ClusterPlace(home)
