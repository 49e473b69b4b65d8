"""Dropbox's simulator as a program of its own, told what to do by its /sandbox/ routes."""

from __future__ import annotations

import contextlib
import json
import ssl
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skyflytt.project.servers import DropboxServer
from skyflytt.sandbox.servers.dropbox.settings import Account, Token
from tests.real.processes import free_port, running_module

ANNA, BO, IT = "anna@norrskenbygg.example", "bo@norrskenbygg.example", "it@norrskenbygg.example"
TEAM = "dbtid:norrsken"
SECRETS = {
    "anna": "refresh-anna-hemlig",
    "team": "refresh-team-hemlig",
    "fixed": "fixed-anna-hemlig",
    "few": "refresh-few-hemlig",
}
PERSONAL = Account(
    tokens=(
        Token(key="anna", of=ANNA),
        Token(key="fixed", of=ANNA, kind="access"),
        Token(key="few", of=ANNA, scopes=("account_info.read", "files.metadata.read")),
    )
)


@dataclass(frozen=True)
class Simulated:
    """`settings(**changes)` are those of the person's own token."""

    port: int
    ca: Path

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def settings(self, **changes: Any) -> DropboxServer:
        plain = {"kind": "dropbox", "app_key": "sandbox", "url": self.url, "ca_file": self.ca}
        return DropboxServer(**(plain | changes))

    def fault(self, kind: str, **more: Any) -> None:
        self._ask("POST", "faults", [{"kind": kind, **more}])

    def calm(self) -> None:
        self._ask("DELETE", "faults")

    def change(self, **values: Any) -> None:
        self._ask("PATCH", "account", values)

    def requests(self) -> dict[str, int]:
        """Since the last time that it was asked."""
        told: dict[str, int] = self._ask("DELETE", "requests")
        return told

    def _ask(self, method: str, what: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/sandbox/{what}", data, method=method)
        with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=str(self.ca))) as answer:
            return json.loads(answer.read())


@contextlib.contextmanager
def running_dropbox(
    base: Path, ca: Path, both: Path, account: Account = PERSONAL, clock_file: Path | None = None
) -> Iterator[Simulated]:
    """`ca` and `both` are PEM files: the authority, and certificate with key."""
    base.mkdir(exist_ok=True)
    (base / "account.json").write_text(account.model_dump_json())
    (base / "secrets.json").write_text(json.dumps(SECRETS))
    port = free_port()
    arguments = ["--port", str(port), "--cert", str(both), "--account", str(base / "account.json")]
    arguments += ["--secrets", str(base / "secrets.json")]
    if clock_file is not None:
        arguments += ["--clock-file", str(clock_file)]
    with running_module("skyflytt.sandbox.servers.dropbox", *arguments, port=port, log=base / "log"):
        yield Simulated(port, ca)
