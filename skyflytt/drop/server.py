"""The embedded FTPS drop server: explicit TLS (RFC 4217) on control and data, accounts that end on time, an access log for receipts.

`python -m skyflytt.drop.server --port P --cert FILE --accounts-dir DIR [--clock-file FILE]`
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from pyftpdlib.exceptions import AuthenticationFailed
from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

from skyflytt.deadline.clock import Clock, FileClock, clock_from_environment
from skyflytt.drop import hash_command
from skyflytt.drop.accounts import Accounts, DropAccount, Permission, SecretHash

PERMISSIONS = {Permission.OPERATOR: "elradfmwT", Permission.CUSTOMER: "elr"}
SWEEP_SECONDS = 0.2


@dataclass(frozen=True)
class DropServerSettings:
    """`certificate` is a PEM file with chain and key (or `key` apart). Without `passive_ports` the kernel picks free ones."""

    port: int
    certificate: Path
    accounts_dir: Path
    host: str = "127.0.0.1"
    key: Path | None = None
    passive_ports: range | None = None
    public_address: str | None = None
    failed_login_delay: float = 2.0
    failed_logins_allowed: int = 10
    lock: timedelta = timedelta(minutes=15)


@dataclass
class AccessLog:
    """One JSON object per line and event; each line is written in one piece, so that a killed server leaves whole lines."""

    path: Path
    clock: Clock
    _descriptor: int = field(init=False)

    def __post_init__(self) -> None:
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, event: str, account: str, remote: str, **more: object) -> None:
        entry = {"at": self._now(), "event": event, "account": account, "remote": remote, **more}
        try:
            line = json.dumps(entry, ensure_ascii=False).encode()
        except UnicodeEncodeError:  # a name that is not UTF-8; its odd bytes appear as \udcXX
            line = json.dumps(entry).encode()
        os.write(self._descriptor, line + b"\n")

    def _now(self) -> str | None:
        """None when the clock cannot be read; what happened is logged all the same."""
        try:
            return self.clock.now().isoformat()
        except (OSError, ValueError):
            return None


class DropAuthorizer:
    """pyftpdlib's authorizer over `Accounts`: asks the account's file and the clock every time."""

    def __init__(self, accounts: Accounts, clock: Clock, settings: DropServerSettings) -> None:
        self._accounts = accounts
        self._clock = clock
        self._settings = settings
        self._nobody = SecretHash.of("")

    def refusal(self, name: str) -> str | None:
        """Why the account may not be here, or None. What cannot be read is closed."""
        try:
            return self._accounts.get(name).refusal(self._clock.now())
        except KeyError:
            return "the account no longer exists"
        except (OSError, ValueError) as unreadable:
            return f"the account or the clock cannot be read ({type(unreadable).__name__})"

    def validate_authentication(self, username: str, password: str, handler: Any) -> None:
        """The client learns only that it failed; the access log says why."""
        reason = self._why_not(username, password)
        if reason is None:
            return
        handler.drop_log.write("login-failed", username, handler.remote_ip, reason=reason)
        raise AuthenticationFailed("Authentication failed.")

    def _why_not(self, name: str, password: str) -> str | None:
        try:
            account = self._accounts.get(name)
        except KeyError:
            self._nobody.matches(password)  # takes as long as for a name that exists
            return "no such account"
        except (OSError, ValueError):
            return self.refusal(name)
        try:
            now = self._clock.now()
        except (OSError, ValueError):
            return self.refusal(name)
        failures = self._accounts.failures(name)
        if failures.locked_until is not None and now < failures.locked_until:
            return f"locked until {failures.locked_until.isoformat()} after too many failed logins"
        if not account.secret.matches(password):
            counted = self._accounts.login_failed(
                name, now, allowed=self._settings.failed_logins_allowed, lock=self._settings.lock
            )
            return "wrong secret" + (", account locked" if counted.locked_until else "")
        if failures.count or failures.locked_until:
            self._accounts.record_failures(name, type(failures)())
        return account.refusal(now)

    def _account(self, username: str) -> DropAccount:
        return self._accounts.get(username)

    def has_user(self, username: str) -> bool:
        return username in self._accounts.names()

    def get_home_dir(self, username: str) -> str:
        return str(self._accounts.home_of(self._account(username)).resolve())

    def get_perms(self, username: str) -> str:
        return PERMISSIONS[self._account(username).permission]

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:  # noqa: ARG002
        return self.refusal(username) is None and perm in self.get_perms(username)

    def get_msg_login(self, username: str) -> str:
        closes = self._account(username).closes
        return "Welcome." if closes is None else f"Welcome. Open until {closes.isoformat()}."

    def get_msg_quit(self, username: str) -> str:  # noqa: ARG002
        return "Goodbye."

    def impersonate_user(self, username: str, password: str) -> None:
        """All files belong to the server's own user."""

    def terminate_impersonation(self, username: str) -> None:
        """See impersonate_user."""


class DropData(TLS_DTPHandler):  # type: ignore[misc]
    """A data connection; large blocks, and no waiting for acknowledgements (45 ms per small file otherwise)."""

    ac_in_buffer_size = 256 * 1024
    ac_out_buffer_size = 256 * 1024

    def __init__(self, sock: socket.socket, cmd_channel: Any) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(sock, cmd_channel)

    def close(self) -> None:
        """A transfer that did not come to its end is cut off without TLS's farewell: the client can tell it from a whole file
        (RFC 8446 6.1), and it is logged at once even when the client no longer reads."""
        if not self.transfer_finished:
            self._error = True
        super().close()

    def push(self, data: bytes) -> None:
        """An empty listing is not written at all: pyftpdlib 2.2 takes the write of nothing, which OpenSSL refuses before the
        handshake, for the client's end."""
        if data:
            super().push(data)
            return
        self._initialized = True
        self.modify_ioloop_events(self.ioloop.WRITE)
        self._wanted_io_events = self.ioloop.WRITE


class DropSession(TLS_FTPHandler):  # type: ignore[misc]
    """One client. `drop_log` and `drop_authorizer` are set on a subclass per server."""

    dtp_handler = DropData
    tls_control_required = True
    tls_data_required = True
    banner = "Drop ready."
    timeout = 900
    proto_cmds = {**TLS_FTPHandler.proto_cmds, "HASH": hash_command.COMMAND}  # noqa: RUF012 - as in pyftpdlib
    authenticated: bool
    drop_log: AccessLog
    drop_authorizer: DropAuthorizer
    _offset = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._extra_feats.append(hash_command.FEATURE)

    def end_if_refused(self) -> bool:
        """End the session at once, transfers included, when its account may no longer be here."""
        if self._closed or not self.authenticated:
            return False
        reason = self.drop_authorizer.refusal(self.username)
        if reason is None:
            return False
        self.drop_log.write("ended", self.username, self.remote_ip, reason=reason)
        self.authenticated = False
        if self.data_channel is not None:
            self.data_channel.close()
        self.respond(f"421 Session ended: {reason}.")
        self.close_when_done()
        return True

    def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
        if not self.end_if_refused():
            super().pre_process_command(line, cmd, arg)

    def ftp_SYST(self, line: str) -> None:  # noqa: ARG002, N802
        self.respond("215 UNIX Type: L8")

    def ftp_HASH(self, path: str) -> None:  # noqa: N802
        hash_command.start_hashing(self, path)

    def ftp_RETR(self, file: str) -> Any:  # noqa: N802
        self._offset = self._restart_position
        return super().ftp_RETR(file)

    def ftp_STOR(self, file: str, mode: str = "w") -> Any:  # noqa: N802
        self._offset = self._restart_position
        return super().ftp_STOR(file, mode)

    def log_transfer(  # noqa: PLR0917
        self, cmd: str, filename: str, receive: bool, completed: bool, elapsed: float, bytes: int  # noqa: A002
    ) -> None:  # fmt: skip
        """`bytes` were carried from byte `offset` on; `completed` says that the file's end was reached."""
        self.drop_log.write(
            "stored" if receive else "retrieved", self.username, self.remote_ip,
            path=self._shown(filename), offset=self._offset, bytes=bytes, completed=completed, seconds=elapsed, command=cmd,
        )  # fmt: skip

    def log_cmd(self, cmd: str, arg: str, respcode: int, respstr: str) -> None:
        if cmd in {"DELE", "RMD", "RNTO"} and 200 <= respcode < 300:
            self.drop_log.write("changed", self.username, self.remote_ip, command=cmd, path=self._shown(arg))
        super().log_cmd(cmd, arg, respcode, respstr)

    def _shown(self, path: str) -> str:
        home = self.drop_authorizer.get_home_dir(self.username)
        return "/" + os.path.relpath(path, home) if path.startswith(home) else path

    def on_login(self, username: str) -> None:
        self.drop_log.write("login", username, self.remote_ip)

    def on_logout(self, username: str) -> None:
        self.drop_log.write("logout", username, self.remote_ip)


def make_server(settings: DropServerSettings, clock: Clock) -> Any:
    """The listening server; run it with `serve_forever()`."""
    accounts = Accounts(settings.accounts_dir)
    authorizer = DropAuthorizer(accounts, clock, settings)
    session = type("Session", (DropSession,), {
        "ssl_context": _tls(settings),
        "authorizer": authorizer,
        "drop_authorizer": authorizer,
        "drop_log": AccessLog(settings.accounts_dir / "access.jsonl", clock),
        "auth_failed_timeout": settings.failed_login_delay,
        "passive_ports": settings.passive_ports,
        "masquerade_address": settings.public_address,
        "encoding": "utf-8",
        "unicode_errors": "surrogateescape",
    })  # fmt: skip
    server = FTPServer((settings.host, settings.port), session)
    server.max_cons = 256

    def sweep() -> None:
        for handler in list(server.ioloop.socket_map.values()):
            if isinstance(handler, DropSession):
                # pyftpdlib never again calls a periodic function that raised once.
                try:
                    handler.end_if_refused()
                except Exception:
                    handler.close()

    server.ioloop.call_every(SWEEP_SECONDS, sweep)
    return server


def _tls(settings: DropServerSettings) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION)
    # Clients reuse the control connection's session for data; OpenSSL resumes only within a named context.
    context.set_session_id(b"skyflytt-drop")
    context.use_certificate_chain_file(str(settings.certificate))
    context.use_privatekey_file(str(settings.key or settings.certificate))
    return context


def _ports(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last) + 1)


def parse(arguments: list[str]) -> tuple[DropServerSettings, Clock]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cert", type=Path, required=True)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--accounts-dir", type=Path, required=True)
    parser.add_argument("--clock-file", type=Path, help="ISO 8601 instant to take for now; for rehearsals")
    parser.add_argument("--passive-ports", type=_ports, metavar="FIRST-LAST")
    parser.add_argument("--public-address", help="the address clients see, behind NAT")
    parser.add_argument("--failed-login-delay", type=float, default=2.0, metavar="SECONDS")
    args = parser.parse_args(arguments)
    settings = DropServerSettings(
        port=args.port, certificate=args.cert, accounts_dir=args.accounts_dir, host=args.host, key=args.key,
        passive_ports=args.passive_ports, public_address=args.public_address, failed_login_delay=args.failed_login_delay,
    )  # fmt: skip
    return settings, FileClock(args.clock_file) if args.clock_file else clock_from_environment()


def main() -> None:
    settings, clock = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    make_server(settings, clock).serve_forever()


if __name__ == "__main__":
    main()
