"""A session of remote PowerShell at an Exchange: cmdlets with parameters in, mappings out. No scripts: Exchange's sessions take none."""

from __future__ import annotations

import contextlib
import logging
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from skyflytt.directory.exchange.failures import Reported, failures, reported
from skyflytt.directory.exchange.objects import plain
from skyflytt.errors.base import Failure
from skyflytt.errors.directory import DirectoryBusy
from skyflytt.patience import Patience

# What pypsrp warns of is handled where its objects are read; without a handler of its own it would end up on the terminal.
logging.getLogger("pypsrp").addHandler(logging.NullHandler())

CONFIGURATION = "Microsoft.Exchange"
CONNECT_S, READ_S, OPERATION_S = 30, 120, 60
SELECT = "Select-Object"


class ExchangeSettings(Protocol):
    """`skyflytt.project.servers.ExchangePowershellServer`."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def path(self) -> str: ...
    @property
    def auth(self) -> Literal["basic", "negotiate", "ntlm", "kerberos"]: ...
    @property
    def user(self) -> str: ...
    @property
    def organizational_unit(self) -> str | None: ...
    @property
    def ca_file(self) -> Path | None: ...


@dataclass(frozen=True, slots=True)
class Cmdlet:
    """A parameter with the value None is a switch."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def select(*names: str) -> Cmdlet:
    """Only these properties come over the wire: a mailbox has some two hundred."""
    return Cmdlet(SELECT, {"Property": list(names)})


class ExchangeShell:
    """Opens its session when it is first needed, and again when it was lost. Not for several threads at once."""

    def __init__(self, settings: ExchangeSettings, secret: str, patience: Patience) -> None:
        self._settings = settings
        self._secret = secret
        self._patience = patience
        self._pool: RunspacePool | None = None

    @property
    def server(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    def run(self, *pipeline: Cmdlet) -> list[dict[str, Any]]:
        """What the pipeline puts out. Raises `Reported` for an error of a cmdlet, and failures of `.errors.directory` and `.connection`.

        A server that is busy is waited for as long as nothing of the pipeline has begun there: it never runs twice.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                running = self._begun(pipeline)
            except DirectoryBusy as busy:
                asked_s = busy.retry_after_s or 0
                if not self._patience.waits(asked_s, attempt):
                    raise
                self._patience.wait(self.server, asked_s)
            else:
                return self._finished(running, pipeline)

    def _begun(self, pipeline: tuple[Cmdlet, ...]) -> PowerShell:
        with self._failing():
            shell = PowerShell(self._opened())
            for cmdlet in pipeline:
                shell.add_cmdlet(cmdlet.name).add_parameters(dict(cmdlet.parameters))
            shell.begin_invoke()
            return shell

    def _finished(self, running: PowerShell, pipeline: tuple[Cmdlet, ...]) -> list[dict[str, Any]]:
        with self._failing():
            output = running.end_invoke()
            running.close()
        if running.streams.error:
            raise reported(pipeline[0].name, running.streams.error[0])
        return [plain(one) for one in output]

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            with failures(self.server, self._settings.user):
                yield
        except Failure:
            self._forget()
            raise

    def _opened(self) -> RunspacePool:
        if self._pool is None:
            self._pool = RunspacePool(self._wsman(), configuration_name=CONFIGURATION)
            self._pool.open()
        return self._pool

    def _wsman(self) -> WSMan:
        """Certificates are verified against the machine's authorities, or `ca_file` alone."""
        settings = self._settings
        return WSMan(
            settings.host,
            port=settings.port,
            path=settings.path,
            username=settings.user,
            password=_as_sent(self._secret) if settings.auth == "basic" else self._secret,
            ssl=True,
            auth=settings.auth,
            cert_validation=_authorities(settings.ca_file),
            connection_timeout=CONNECT_S,
            read_timeout=READ_S,
            operation_timeout=OPERATION_S,
        )

    def _forget(self) -> None:
        """A session that failed is closed if that still works; the next pipeline gets a new one."""
        pool, self._pool = self._pool, None
        if pool is not None:
            with contextlib.suppress(Exception):
                pool.close()
            pool.connection.close()

    def close(self) -> None:
        """The session's place at the server is free again: an account has few."""
        self._forget()


def _as_sent(password: str) -> str:
    """Basic sign-in goes out as Latin-1, as Windows reads it; what has other letters goes as UTF-8 (RFC 7617, section 2.1)."""
    try:
        password.encode("latin-1")
    except UnicodeEncodeError:
        return password.encode().decode("latin-1")
    return password


def _authorities(ca_file: Path | None) -> Any:
    """What requests takes: a file or a folder; its own list only where this machine has none."""
    machine = ssl.get_default_verify_paths()
    return str(ca_file) if ca_file else machine.cafile or machine.capath or True


@contextlib.contextmanager
def open_shell(settings: ExchangeSettings, secret: str, patience: Patience | None = None) -> Iterator[ExchangeShell]:
    with contextlib.closing(ExchangeShell(settings, secret, patience or Patience())) as shell:
        yield shell


__all__ = ["Cmdlet", "ExchangeSettings", "ExchangeShell", "Reported", "open_shell", "select"]
