"""One client of the drop server: what it may ask for, and how its session ends when its account's time is over."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from OpenSSL import SSL
from pyftpdlib.handlers import TLS_FTPHandler

from skyflytt.drop import hash_command
from skyflytt.drop.access_log import AccessLog
from skyflytt.drop.authorizer import DropAuthorizer
from skyflytt.drop.data_connection import DropData, WaitsForClient, acknowledge_at_once
from skyflytt.drop.pace import Pace
from skyflytt.drop.rooted_files import RootedFiles
from skyflytt.drop.server_settings import DropServerSettings
from skyflytt.drop.sign_in import SignIn
from skyflytt.drop.tls import ServerCertificate

LAST_WORDS_S = 3
"""How long a session that was ended may take to read why."""
MOST_SISTERS = 64
MOST_UNREAD = 500
"""Answers; whoever asks on without reading them is not listening."""


@dataclass(slots=True)
class Drop:
    """What the sessions of one server share."""

    settings: DropServerSettings
    certificate: ServerCertificate
    authorizer: DropAuthorizer
    sign_in: SignIn
    log: AccessLog
    pace: Pace | None
    sessions: set[DropSession] = field(default_factory=set)
    sisters: dict[tuple[str, str], list[SSL.Context]] = field(default_factory=dict)
    """The newest TLS contexts of each account and address that is signed in."""


class DropSession(WaitsForClient, TLS_FTPHandler):  # type: ignore[misc]
    """One client. `drop` is set on a subclass per server."""

    drop: Drop
    dtp_handler = DropData
    abstracted_fs = RootedFiles
    tls_control_required = True
    tls_data_required = True
    banner = "Drop ready."
    encoding = "utf-8"
    unicode_errors = "surrogateescape"
    proto_cmds = {**TLS_FTPHandler.proto_cmds, "HASH": hash_command.COMMAND}  # noqa: RUF012 - as in pyftpdlib
    authenticated: bool
    _out_dtp_queue: Any
    _in_dtp_queue: Any
    signed_in_as = ""
    _judged = True
    _transfer: dict[str, object] = {}  # noqa: RUF012 - replaced, never changed

    @classmethod
    def get_ssl_context(cls) -> SSL.Context:
        return cls.drop.certificate.context()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._extra_feats.append(hash_command.FEATURE)
        self._waiting: list[str] = []

    def handle(self) -> None:
        self.drop.sessions.add(self)
        self._watch_signing_in()
        super().handle()

    def close(self) -> None:
        super().close()
        if self._closed:
            self.drop.sessions.discard(self)
            if all((other.signed_in_as, other.remote_ip) != self._family for other in self.drop.sessions):
                self.drop.sisters.pop(self._family, None)

    @property
    def _family(self) -> tuple[str, str]:
        return self.signed_in_as, self.remote_ip

    @property
    def sisters(self) -> list[SSL.Context]:
        """The TLS contexts of this client's connections, those that have just ended included."""
        return self.drop.sisters.get(self._family, [])

    def push(self, data: str) -> None:
        if len(self.producer_fifo) > MOST_UNREAD:
            self._error = True
            self.close()
        else:
            super().push(data)

    def has_strangers(self) -> bool:
        """Whether somebody at this client's address has yet to sign in."""
        return any(not other.signed_in_as and other.remote_ip == self.remote_ip for other in self.drop.sessions)

    def handle_read(self) -> None:
        super().handle_read()
        if not self._closed:
            acknowledge_at_once(self.socket)

    def _watch_signing_in(self) -> None:
        self.call_later(self.drop.settings.sign_in_seconds, self._end_unless_signed_in)

    def _end_unless_signed_in(self) -> None:
        if not self.authenticated and not self._closed:
            self._error = True
            self.respond("421 No sign-in in time.")
            self.close()

    def end_if_refused(self) -> bool:
        """End the session at once, transfers included, when its account may no longer be here."""
        if self._closed or not self.authenticated:
            return False
        reason = self.drop.authorizer.refusal(self.username)
        if reason is None:
            return False
        self.end(reason)
        return True

    def end(self, reason: str) -> None:
        """Cut the transfer off, say why, and go; the client has a moment to hear it."""
        name, self.authenticated = self.username, False
        self._stop_transfers()
        try:
            self.drop.log.write("ended", name, self.remote_ip, reason=reason)
            self.respond(f"421 Session ended: {reason}.")
        finally:
            self.ioloop.call_later(LAST_WORDS_S, self._end_hard)
            self.close_when_done()

    def _end_hard(self) -> None:
        if not self._closed:
            self._error = True
            self.close()

    def _stop_transfers(self) -> None:
        """Also those that only wait for their data connection."""
        self._shutdown_connecting_dtp()
        self._quit_pending = False
        if self.data_channel is not None:
            self.data_channel.close()
        for queued in (self._out_dtp_queue and self._out_dtp_queue[2], self._in_dtp_queue and self._in_dtp_queue[0]):
            if queued:
                queued.close()
        self._out_dtp_queue = self._in_dtp_queue = None

    def flush_account(self) -> None:
        """Signing in anew ends what runs: a transfer whose account is forgotten would go on beyond its time."""
        self._stop_transfers()
        super().flush_account()
        self._watch_signing_in()

    def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
        if not self._judged:
            # It came along with the secret; what is said next depends on that. Commands are short and their number is bounded.
            if len(self._waiting) < 16:
                self._waiting.append(line)
            return
        if self.end_if_refused():
            return
        if "\0" in line:
            self.respond("501 A name cannot hold a NUL.")
            return
        super().pre_process_command(line, cmd, arg)

    def ftp_PASS(self, line: str) -> None:  # noqa: N802
        if self.authenticated or not self.username:
            super().ftp_PASS(line)
            return
        self._judged = False
        self.del_channel()
        self.drop.sign_in.knock(self.username, line, self.remote_ip, self._take_judgement)

    def _take_judgement(self, reason: str | None) -> None:
        if self._closed:
            return
        self._judged = True
        self.add_channel()
        try:
            if reason is None:
                home = self.drop.authorizer.get_home_dir(self.username)
                self.handle_auth_success(home, "", self.drop.authorizer.get_msg_login(self.username))
            else:
                # The client learns only that it failed; the access log says why.
                self.handle_auth_failed("Authentication failed.", "")
        except Exception:
            self.handle_error()
            return
        waiting, self._waiting = self._waiting, []
        for held in waiting:
            if not self._closed:
                command, _, argument = held.partition(" ")
                self.pre_process_command(held, command.upper(), argument)

    def ftp_SYST(self, line: str) -> None:  # noqa: ARG002, N802
        self.respond("215 UNIX Type: L8")

    def ftp_HASH(self, path: str) -> None:  # noqa: N802
        hash_command.start_hashing(self, path)

    def ftp_RETR(self, file: str) -> Any:  # noqa: N802
        self._note_transfer(file, self._restart_position)
        return super().ftp_RETR(file)

    def ftp_STOR(self, file: str, mode: str = "w") -> Any:  # noqa: N802
        self._transfer = {"offset": self._restart_position}
        return super().ftp_STOR(file, mode)

    def _note_transfer(self, path: str, offset: int) -> None:
        self._transfer = {"offset": offset}
        try:
            found = os.stat(path)  # noqa: PTH116
        except OSError:
            return
        self._transfer |= {"size": found.st_size, "modified": found.st_mtime_ns}
        if self._current_type == "a":
            self._transfer["text"] = True

    def log_transfer(  # noqa: PLR0917
        self, cmd: str, filename: str, receive: bool, completed: bool, elapsed: float, bytes: int  # noqa: A002
    ) -> None:  # fmt: skip
        """`bytes` were carried from byte `offset` on; `completed` says that the file's end was reached."""
        self.drop.log.write(
            "stored" if receive else "retrieved", self.data_account, self.remote_ip,
            path=self._shown(filename), **self._transfer, bytes=bytes, completed=completed, seconds=elapsed, command=cmd,
        )  # fmt: skip

    @property
    def data_account(self) -> str:
        """Whose transfer it is that ends."""
        data = getattr(self, "data_channel", None)
        return str(data.account if data is not None and data.account else self.username)

    def log_cmd(self, cmd: str, arg: str, respcode: int, respstr: str) -> None:
        if cmd in {"DELE", "RMD", "RNTO"} and 200 <= respcode < 300:
            self.drop.log.write("changed", self.username, self.remote_ip, command=cmd, path=self._shown(arg))
        super().log_cmd(cmd, arg, respcode, respstr)

    def _shown(self, path: str) -> str:
        home = self.fs.root if self.fs is not None else ""
        return "/" + os.path.relpath(path, home) if home and path.startswith(home) else path

    def on_login(self, username: str) -> None:
        self.signed_in_as = username
        self.drop.sisters[self._family] = [*self.sisters, self.ssl_context][-MOST_SISTERS:]
        self.drop.log.write("login", username, self.remote_ip)

    def on_logout(self, username: str) -> None:
        self.drop.log.write("logout", username, self.remote_ip)
