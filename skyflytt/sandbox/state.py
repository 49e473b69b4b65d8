"""What is known of a sandbox: where its servers listen and which processes they are. Holds no secret."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["imap", "ews", "sftp", "ftps", "s3", "smtp", "dns", "resolver", "mail"]
STATE_FILE = "sandbox.json"


class Process(BaseModel):
    """A process that we started: `started` (seconds since 1970) and `command` tell it from a later one with the same pid."""

    model_config = ConfigDict(frozen=True)
    pid: int
    started: float
    command: tuple[str, ...]


class Server(BaseModel):
    """`process` is None while the server is stopped; its port stays its own."""

    model_config = ConfigDict(frozen=True)
    name: str
    kind: Kind
    host: str = "localhost"
    port: int
    process: Process | None = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None


class Sandbox(BaseModel):
    """One sandbox; all paths follow from `root`."""

    model_config = ConfigDict(frozen=True)
    root: Path
    servers: dict[str, Server]
    clock_file: Path | None = None

    @property
    def ca_file(self) -> Path:
        return self.root / "ca.pem"

    @property
    def certificate(self) -> Path:
        return self.root / "tls" / "server.pem"

    @property
    def known_hosts(self) -> Path:
        return self.root / "known_hosts"

    @property
    def secrets_file(self) -> Path:
        return self.root / "secrets.json"

    @property
    def project_file(self) -> Path:
        return self.root / "project.yaml"

    @property
    def post(self) -> Path:
        """Where sent mail ends up."""
        return self.root / "post"

    @property
    def outside(self) -> Path:
        """Mailboxes outside both providers, a Maildir each."""
        return self.root / "outside"

    @property
    def old_logs(self) -> Path:
        """What the old provider's servers wrote down about who connected."""
        return self.root / "old-logs"

    @property
    def drop(self) -> Path:
        """The drop server's state folder."""
        return self.root / "drop"

    def log(self, server: str) -> Path:
        return self.root / "logs" / f"{server}.log"

    def secret(self, key: str) -> str:
        """Raises KeyError for a key that the sandbox does not have."""
        return str(json.loads(self.secrets_file.read_text())[key])

    def with_server(self, server: Server) -> Sandbox:
        return self.model_copy(update={"servers": {**self.servers, server.name: server}})

    def save(self) -> None:
        write_if_changed(self.root / STATE_FILE, self.model_dump_json(indent=2) + "\n")


def load(root: Path) -> Sandbox | None:
    """The sandbox in `root`, wherever that folder has been moved since."""
    try:
        text = (root / STATE_FILE).read_text()
    except FileNotFoundError:
        return None
    return Sandbox.model_validate_json(text).model_copy(update={"root": root.resolve()})


def write_if_changed(path: Path, text: str, mode: int = 0o644) -> None:
    """Replace the file in one step; leave it alone when it says the same already."""
    if path.exists() and path.read_text() == text:
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    beside.replace(path)
