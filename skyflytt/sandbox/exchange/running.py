"""Starts and stops a sandbox Exchange, and talks to a running one about faults and latency."""

from __future__ import annotations

import json
import ssl
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skyflytt.sandbox import ports, processes
from skyflytt.sandbox.exchange.faults import Rule
from skyflytt.sandbox.exchange.settings import Settings
from skyflytt.sandbox.failures import ServerDidNotStart
from skyflytt.sandbox.state import Process, write_if_changed

START_SECONDS = 30.0


@dataclass(frozen=True)
class Exchange:
    """A running sandbox Exchange; all its files are in `folder`."""

    folder: Path
    port: int
    process: Process
    ca_file: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/EWS/Exchange.asmx"

    @property
    def store(self) -> Path:
        return store_file(self.folder)

    def add_faults(self, rules: Iterable[Rule]) -> None:
        body = json.dumps([rule.model_dump(mode="json") for rule in rules]).encode()
        self._ask("POST", "faults", body)

    def clear_faults(self) -> None:
        self._ask("DELETE", "faults")

    def faults(self) -> list[dict[str, Any]]:
        """The rules, each with how often it has `fired`."""
        return list(self._ask("GET", "faults"))

    def requests(self) -> dict[str, Any]:
        """`asked` and `in_hand` (seconds) per operation, `most_at_once` per account, `invitations` that a client wanted sent."""
        return dict(self._ask("GET", "requests"))

    def forget_requests(self) -> None:
        self._ask("DELETE", "requests")

    def set_latency(self, milliseconds: float) -> None:
        self._ask("PUT", "latency", str(milliseconds).encode())

    def _ask(self, method: str, page: str, body: bytes | None = None) -> Any:
        where = f"https://localhost:{self.port}/sandbox/{page}"
        request = urllib.request.Request(where, data=body, method=method)
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        with urllib.request.urlopen(request, timeout=10, context=trust) as answer:
            return json.loads(answer.read())


def store_file(folder: Path) -> Path:
    return folder / "exchange.sqlite"


def command(
    folder: Path,
    port: int,
    certificate: Path,
    secrets: Path,
    *,
    faults: Path | None = None,
    clock_file: Path | None = None,
) -> list[str]:
    """The server's command line; `folder` holds `settings.json` and the store."""
    return [
        *processes.python("skyflytt.sandbox.exchange", "--port", str(port), "--cert", str(certificate)),
        *("--store", str(store_file(folder)), "--settings", str(folder / "settings.json"), "--secrets", str(secrets)),
        *(("--faults", str(faults)) if faults else ()),
        *(("--clock-file", str(clock_file)) if clock_file else ()),
    ]


def write_settings(folder: Path, settings: Settings) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_if_changed(folder / "settings.json", settings.model_dump_json(indent=2) + "\n")


def start(
    folder: Path,
    settings: Settings,
    *,
    certificate: Path,
    ca_file: Path,
    secrets: Path,
    port: int | None = None,
    faults: Path | None = None,
    clock_file: Path | None = None,
) -> Exchange:
    """A server that answers. Raises `ServerDidNotStart`."""
    write_settings(folder, settings)
    chosen = port or ports.choose(())
    if not ports.is_free(chosen):
        raise ServerDidNotStart("exchange", f"port {chosen} is taken")
    log = folder / "exchange.log"
    line = command(folder, chosen, certificate, secrets, faults=faults, clock_file=clock_file)
    exchange = Exchange(folder, chosen, processes.start(line, log, folder), ca_file)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and processes.find(exchange.process) is not None:
        try:
            exchange._ask("GET", "ready")
        except OSError:
            time.sleep(0.05)
        else:
            return exchange
    stop(exchange)
    raise ServerDidNotStart("exchange", log.read_text(errors="replace")[-2000:])


def stop(exchange: Exchange) -> bool:
    """Says whether it was running. Its store stays, and serves the next start."""
    return processes.stop(exchange.process)
