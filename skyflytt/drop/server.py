"""The embedded FTPS drop server: explicit TLS (RFC 4217) on control and data, accounts that end on time, an access log for receipts.

`python -m skyflytt.drop.server --port P --cert FILE --accounts-dir DIR [--clock-file FILE]`
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

from skyflytt.deadline.clock import Clock, FileClock, clock_from_environment
from skyflytt.drop import hash_command
from skyflytt.drop.access_log import AccessLog
from skyflytt.drop.accounts import Accounts
from skyflytt.drop.authorizer import DropAuthorizer
from skyflytt.drop.server_settings import DropServerSettings

SWEEP_SECONDS = 0.2


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
