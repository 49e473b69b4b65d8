"""The embedded FTPS drop server: explicit TLS (RFC 4217) on control and data, accounts that end on time, an access log for receipts.

`skyflytt drop serve` starts it. It does nothing but serve: accounts are files that others write, and that it reads at every command.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from pyftpdlib.ioloop import IOLoop
from pyftpdlib.log import config_logging
from pyftpdlib.servers import FTPServer

from skyflytt.deadline.clock import Clock
from skyflytt.drop import access_log
from skyflytt.drop.access_log import AccessLog
from skyflytt.drop.accounts import Accounts, DropAccount
from skyflytt.drop.authorizer import DropAuthorizer
from skyflytt.drop.failed_logins import FailedLogins
from skyflytt.drop.pace import Pace
from skyflytt.drop.server_settings import DropServerSettings
from skyflytt.drop.session import Drop, DropSession
from skyflytt.drop.sign_in import SignIn
from skyflytt.drop.tls import read_certificate
from skyflytt.errors.drop import DropServerSettingWrong

SWEEP_SECONDS = 0.2
CERTIFICATE_LOOK_S = 60
CLOCK_SHOWN_EVERY = timedelta(seconds=10)
FILES_PER_SESSION = 4
Say = Callable[[str], None]
"""Tells whoever started the server, in one line."""


class DropListener(FTPServer):  # type: ignore[misc]
    """Takes clients, as many as the settings allow."""

    handler: type[DropSession]

    def _accept_new_cons(self) -> bool:
        """When there is no room, whoever has waited longest without signing in makes way."""
        drop = self.handler.drop
        if len(drop.sessions) < drop.settings.connections:
            return True
        idle = [session for session in drop.sessions if not session.authenticated]
        if idle:
            min(idle, key=lambda session: float(session.started)).close()
        return bool(idle)


class DropServer:
    """Listening as soon as it is made; `run` serves until it is told to stop. Raises `DropServerSettingWrong`."""

    def __init__(self, settings: DropServerSettings, clock: Clock, say: Say = print) -> None:
        self._settings, self._clock, self._say = settings, clock, say
        self._stopping = self._reloading = False
        self._told: list[str] = []
        self._shown: datetime | None = None
        certificate = read_certificate(settings.certificate, settings.key)
        self._accounts = _accounts(settings)
        self._lock = _locked(settings)
        log = AccessLog(settings.accounts_dir / access_log.NAME, clock)
        self._loop = IOLoop()
        failures = FailedLogins(settings.failed_logins_allowed, settings.lock, settings.failed_login_delay)
        sign_in = SignIn(self._accounts, clock, failures, log, self._loop)
        sign_in.recall()
        authorizer = DropAuthorizer(self._accounts, clock)
        pace = Pace(settings.bytes_per_second) if settings.bytes_per_second else None
        self.drop = Drop(settings, certificate, authorizer, sign_in, log, pace)
        self._listener = _listening(self.drop, self._loop)
        self._loop.call_every(SWEEP_SECONDS, self._sweep)
        self._loop.call_every(CERTIFICATE_LOOK_S, self._look_at_certificate)

    @property
    def port(self) -> int:
        return int(self._listener.address[1])

    def stop(self, *_: object) -> None:
        """Sessions are told and ended; what was fetched only in part is logged so."""
        self._stopping = True

    def reload(self, *_: object) -> None:
        """Take the certificate anew; whoever is connected keeps the one before."""
        self._reloading = True

    def run(self) -> None:
        self._say(f"The drop is open at {self._settings.host}, port {self.port}.")
        self._look_at_certificate()
        wait_s: float | None = SWEEP_SECONDS
        try:
            while not self._stopping:
                wait_s = self._loop.loop(wait_s, blocking=False)
        finally:
            self._close()

    def _close(self) -> None:
        for session in list(self.drop.sessions):
            with contextlib.suppress(Exception):
                session.end("the server is being stopped")
        self._loop.close()
        self.drop.sign_in.close()
        os.close(self._lock)

    def _sweep(self) -> None:
        # pyftpdlib never again calls a periodic function that raised once.
        for session in list(self.drop.sessions):
            try:
                session.end_if_refused()
            except Exception:
                with contextlib.suppress(Exception):
                    session.close()
        with contextlib.suppress(OSError, ValueError):
            self._show_clock()
        if self._reloading:
            self._reloading = False
            self._reload()

    def _show_clock(self) -> None:
        now = self._clock.now()
        if self._shown is None or abs(now - self._shown) >= CLOCK_SHOWN_EVERY:
            self._accounts.show_clock(now)
            self._shown = now

    def _reload(self) -> None:
        try:
            self.drop.certificate = read_certificate(self._settings.certificate, self._settings.key)
        except DropServerSettingWrong as wrong:
            self._tell(f"The certificate stays as it was: {wrong.sentence}")
            return
        self._tell(f"A new certificate is shown from now on; it ends at {self.drop.certificate.ends.isoformat()}.")
        self._told = []
        self._look_at_certificate()

    def _look_at_certificate(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            concerns = self.drop.certificate.concerns(self._clock.now(), self._all_accounts())
            for concern in concerns:
                if concern not in self._told:
                    self._tell(concern)
            self._told = concerns

    def _all_accounts(self) -> Iterator[DropAccount]:
        for name in self._accounts.names():
            with contextlib.suppress(KeyError, OSError, ValueError):
                yield self._accounts.get(name)

    def _tell(self, sentence: str) -> None:
        self._say(sentence)
        self.drop.log.write("certificate", "", "", reason=sentence)


def serve(settings: DropServerSettings, clock: Clock, say: Say = print) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP takes the certificate anew. Raises `DropServerSettingWrong`."""
    config_logging(level=logging.WARNING)
    server = DropServer(settings, clock, say)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.stop)
    signal.signal(signal.SIGHUP, server.reload)
    server.run()


def _accounts(settings: DropServerSettings) -> Accounts:
    try:
        return Accounts(settings.accounts_dir)
    except OSError as error:
        raise DropServerSettingWrong(
            str(settings.accounts_dir), f"it is no folder for accounts: {error.strerror}"
        ) from error


def _locked(settings: DropServerSettings) -> int:
    """Two servers on one folder would each know half of the failed sign-ins."""
    descriptor = os.open(settings.accounts_dir / ".server", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise DropServerSettingWrong(str(settings.accounts_dir), "another drop server serves this folder") from error
    return descriptor


def _listening(drop: Drop, loop: Any) -> DropListener:
    settings = drop.settings
    session = type("Session", (DropSession,), {
        "drop": drop,
        "authorizer": drop.authorizer,
        "timeout": settings.idle_seconds,
        "auth_failed_timeout": settings.failed_login_delay,
        "passive_ports": settings.passive_ports,
        "masquerade_address": settings.public_address,
    })  # fmt: skip
    try:
        listener = DropListener((settings.host, settings.port), session, ioloop=loop)
    except OSError as error:
        why = error.strerror or str(error)
        raise DropServerSettingWrong(f"{settings.host}:{settings.port}", f"nothing can listen there ({why})") from error
    listener.max_cons_per_ip = settings.connections_per_address
    _allow_files(settings.connections * FILES_PER_SESSION)
    return listener


def _allow_files(wanted: int) -> None:
    """A session is a connection, a data connection and a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main() -> int:
    """`python -m skyflytt.drop.server` is `skyflytt drop serve`."""
    from skyflytt.cli import run  # noqa: PLC0415 - the command line stands above the server

    return run(["drop", "serve", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
