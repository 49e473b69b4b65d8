"""The accounts of a vsftpd or proftpd elsewhere, as an `AccountKeeper`: files that our script at that machine keeps and ends."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import floor

from skyflytt.deadline.clock import Clock
from skyflytt.drop.accounts import NAME, new_secret
from skyflytt.drop.keeper import Enforcement, Fetch
from skyflytt.drop.place import Place
from skyflytt.drop.readiness import ftps_certificate_end, require_lasting, require_same_time
from skyflytt.drop.remote.check_account import CheckAccount, seconds_to_cut
from skyflytt.drop.remote.logs import proftpd_fetches, vsftpd_fetches
from skyflytt.drop.remote.ssh import Remote, open_remote
from skyflytt.drop.service_time import at_place, made_up
from skyflytt.errors.base import BadInput
from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.drop import AccountTaken, DropServerUnfit, DropStillOpen, DropUnknown, ProofUnclear
from skyflytt.errors.files import TargetFull
from skyflytt.files.ftps.connect import connected
from skyflytt.project.servers import DropAccounts, FtpsServer, SftpServer

END_IN_S = 2
NOT_MEASURED = Enforcement(
    None, None, True, "A script at the server ends the account; whether it did was not measured."
)


def over_ssh(server: FtpsServer, manage: DropAccounts) -> SftpServer:
    """The same machine as a file server: the drop is filled there, below `manage.files`."""
    return SftpServer(
        kind="sftp",
        host=manage.host or server.host,
        port=manage.port,
        user=manage.user,
        known_hosts=manage.known_hosts,
        key_file=manage.key_file,
        agent=manage.agent,
        connections=server.connections,
        root=manage.files,
    )


@contextmanager
def open_remote_accounts(server: FtpsServer, secret: str | None, clock: Clock) -> Iterator[RemoteAccounts]:
    """The keeper, over one SSH connection; `secret` is the SSH account's password or its key file's passphrase."""
    if server.manage is None:
        raise DropServerUnfit(f"{server.host}:{server.port}", "the project file does not say how its accounts are kept")
    with open_remote(over_ssh(server, server.manage), server.manage.accounts, secret) as remote:
        yield RemoteAccounts(remote, server, server.manage, clock)


@dataclass(slots=True)
class RemoteAccounts:
    """`server` is the FTPS server as the customer sees it, `manage` how its machine is reached."""

    remote: Remote
    server: FtpsServer
    manage: DropAccounts
    clock: Clock
    enforcement: Enforcement = field(default=NOT_MEASURED)

    def grant(self, place: Place, *, opens: datetime, closes: datetime) -> str:
        if not NAME.fullmatch(place.login):
            raise BadInput(place.login, "an account's name is of a-z, 0-9 and . _ @ -, at most 64 characters")
        secret, times = new_secret(), (self._seconds(opens), self._seconds(closes))
        self.remote.run(f"mkdir -p {shlex.quote(self._home(place))}")
        self.remote.keep("grant", place.login, *times, self._home(place), secret=secret)
        return secret

    def extend(self, place: Place, *, closes: datetime) -> None:
        self.remote.keep("extend", place.login, self._seconds(closes))

    def close(self, place: Place) -> None:
        left = self.remote.keep("close", place.login)
        if left not in ("", "0"):
            raise DropStillOpen(
                place.folder, f"{left} sessions of it run on at {place.host}, as a user who is not ours"
            )

    def prove_closed(self, place: Place, secret: str | None) -> str:
        """The control: an account made now in the same file is let in by the same server, which refuses the customer's."""
        state = self.remote.keep("known", place.login)
        if state != "closed":
            raise (
                DropStillOpen(place.folder, "its account is not closed")
                if state
                else DropUnknown(place.folder, f"there is no account {place.login}")
            )
        if secret is not None and self.remote.keep("matches", place.login, secret=secret) != "yes":
            raise ProofUnclear(place.folder, "the secret given is not the one of the account")
        with self._check_account() as control:
            self._require_let_in(control)
            try:
                with connected(self.server, place.login, secret or new_secret()):
                    raise DropStillOpen(place.folder, f"{place.login} could sign in at {place.host}:{place.port}")
            except PasswordRefused as refused:
                answer = refused.detail
        return self._proof(place, answer, given=secret is not None)

    def fetched(self, place: Place) -> Iterator[Fetch] | None:
        log = shlex.quote(self.manage.log)
        if not self.remote.run(f"if [ -r {log} ]; then echo yes; fi"):
            return None
        lines = self.remote.keep("log", self.manage.log, place.login).split("\n")
        if self.manage.software == "proftpd":
            return proftpd_fetches(lines, place.login, self._home(place))
        return vsftpd_fetches(lines, place.login, lambda: self._names(place))

    def require_ready(self, place: Place, *, closes: datetime, room: int = 0) -> None:
        """Measures at the running server, too, what it does with an account of ours: some five seconds."""
        require_lasting(place, ftps_certificate_end(self.server), closes)
        said = self.remote.keep("facts", place.login, self.manage.files, self.manage.log).split("\n")
        facts = dict(line.split("=", 1) for line in said if "=" in line)
        if not made_up(self.clock):
            require_same_time(place, datetime.fromtimestamp(int(facts["now"]), UTC), self.clock.now())
        if "taken" in facts:
            raise AccountTaken(
                place.folder, f"{place.login} is in {self.manage.accounts}/accounts of {self.remote.name}"
            )
        for wanted, words in (
            ("missing", "the command {} is not there"),
            ("unwritable", "{} cannot be written by the account that signs in"),
            ("unreadable", "the log {} cannot be read by the account that signs in"),
        ):
            if wanted in facts:
                raise DropServerUnfit(self.remote.name, words.format(facts[wanted]))
        if int(facts["free_kib"]) * 1024 < room:
            raise TargetFull(
                place.folder, f"{facts['free_kib']} KiB are free in {self.manage.files}, {room} bytes needed"
            )
        self.measure()

    def measure(self) -> Enforcement:
        """Lets an account of its own end while it is signed in, and looks what the server does. Raises `DropServerUnfit`."""
        with self._check_account() as check:
            self._require_let_in(check)
            cut = seconds_to_cut(self.server, check, lambda: self._end_in(check, END_IN_S))
            cron = "cron=yes" in self.remote.keep("facts", check.login, self.manage.files, self.manage.log)
        words = (
            f"Measured: a process at the server cut a running session {max(0.0, cut - END_IN_S):.0f} s after its account's end, and "
            "the server refused the account from then on. "
        )
        words += (
            "Cron starts that process again, also after a restart of the machine."
            if cron
            else "No cron was found there: after a restart of the machine only the next command to it ends the account."
        )
        self.enforcement = Enforcement(cron, True, True, words)
        return self.enforcement

    def _require_let_in(self, check: CheckAccount) -> None:
        try:
            check.require_own_root(self.server)
        except PasswordRefused as refused:
            accounts = f"{self.manage.accounts}/accounts"
            raise DropServerUnfit(
                f"{self.server.host}:{self.server.port}",
                f"it refused an account that was just made in {accounts}: {refused.detail}",
            ) from refused

    @contextmanager
    def _check_account(self) -> Iterator[CheckAccount]:
        """An account with a root of its own that holds one file, for as long as the block runs, and two minutes at most."""
        secret = new_secret()
        account = CheckAccount(f"skyflytt-check-{secret[:8].lower().replace('_', 'x')}", secret)
        home = f"{self.manage.files.rstrip('/')}/.{account.login}"
        quoted = shlex.quote(home)
        opens = int(self.remote.run(f"umask 022; mkdir -p {quoted} && echo check > {quoted}/check.txt; date +%s"))
        try:
            self.remote.keep("grant", account.login, str(opens), str(opens + 120), home, secret=secret)
            yield account
        finally:
            with suppress(DropUnknown):
                self.remote.keep("close", account.login)
            self.remote.keep("forget", account.login)
            self.remote.run(f"rm -f {quoted}/check.txt && rmdir {quoted}")

    def _end_in(self, check: CheckAccount, seconds: int) -> None:
        now = int(self.remote.run("date +%s"))
        self.remote.keep("extend", check.login, str(now + seconds))

    def _seconds(self, instant: datetime) -> str:
        """Since 1970, as the server's own clock will count them."""
        if made_up(self.clock):
            theirs = datetime.fromtimestamp(int(self.remote.run("date +%s")), UTC)
            instant = at_place(instant, self.clock, theirs)
        return str(floor(instant.timestamp()))

    def _names(self, place: Place) -> list[str]:
        # A drop that was erased has no folder any more.
        found = self.remote.run(f"cd {shlex.quote(self._home(place))} 2>/dev/null || exit 0; find . -type f -print0")
        return [name.removeprefix("./") for name in found.split("\0") if name]

    def _home(self, place: Place) -> str:
        return f"{self.manage.files.rstrip('/')}/{place.folder}"

    def _proof(self, place: Place, answer: str, *, given: bool) -> str:
        proof = {
            "at": self.clock.now().isoformat(),
            "protocol": "FTP over TLS (RFC 4217)",
            "server": f"{place.host}:{place.port}",
            "software": self.manage.software,
            "login": place.login,
            "secret": "the customer's own" if given else "a new one; the account itself no longer exists at the server",
            "answer": answer,
            "control": "an account made in the same file was let in by the same server at the same time",
        }
        return json.dumps(proof, ensure_ascii=False, sort_keys=True)
