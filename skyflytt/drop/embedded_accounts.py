"""The accounts of the embedded FTPS server, as an `AccountKeeper`."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from skyflytt.deadline.clock import Clock
from skyflytt.drop import access_log
from skyflytt.drop.accounts import Accounts, DropAccount, Permission, new_secret
from skyflytt.drop.keeper import Enforcement, Fetch
from skyflytt.drop.place import Place
from skyflytt.drop.readiness import CLOCK_TOLERANCE, ftps_certificate_end, require_lasting, require_same_time
from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.drop import AccountTaken, DropAccountsElsewhere, DropStillOpen, DropUnknown, ProofUnclear
from skyflytt.errors.files import TargetFull
from skyflytt.files.ftps.connect import FtpsSettings, connected

ENFORCEMENT = Enforcement(
    ends_by_itself=True,
    ends_sessions=True,
    checks_secret=True,
    words="The server asks the account and its own clock at every command and ends sessions within a second of the end.",
)
CLOCK_LOOKS, CLOCK_LOOK_S = 20, 0.1
OURS = ("the drop has been closed", "the drop ended at ")
"""Reasons in the server's access log that say that the drop is over, and nothing else."""


@dataclass(frozen=True, slots=True)
class EmbeddedAccounts:
    """`accounts` is the state folder that the server at `server` reads; `clock` the one that it runs by."""

    accounts: Accounts
    server: FtpsSettings
    clock: Clock

    @property
    def enforcement(self) -> Enforcement:
        return ENFORCEMENT

    def grant(self, place: Place, *, opens: datetime, closes: datetime) -> str:
        secret = new_secret()
        self._create(place, secret, opens, closes)
        return secret

    def extend(self, place: Place, *, closes: datetime) -> None:
        if self._account(place).closes != closes:
            self.accounts.extend(place.login, closes)

    def close(self, place: Place) -> None:
        if place.login in self.accounts.names() and not self._account(place).closed:
            self.accounts.close(place.login)

    def prove_closed(self, place: Place, secret: str | None) -> str:
        if not self._account(place).closed:
            raise DropStillOpen(place.folder, "its account is not closed")
        used = self._known_secret(place, secret)
        before = self._log.stat().st_size if self._log.exists() else 0
        try:
            with connected(self.server, place.login, used):
                raise DropStillOpen(place.folder, f"{place.login} could sign in at {place.host}:{place.port}")
        except PasswordRefused as refused:
            answer = refused.detail
        reason = self._reason(place, before)
        if not reason.startswith(OURS):
            raise ProofUnclear(
                place.folder, f"the server's reason was: {reason or 'none; it does not use this state folder'}"
            )
        return self._proof(place, answer, reason, given=secret is not None)

    def fetched(self, place: Place) -> Iterator[Fetch]:
        return access_log.fetched(self._log, place.login)

    def require_ready(self, place: Place, *, closes: datetime, room: int = 0) -> None:
        require_lasting(place, ftps_certificate_end(self.server), closes)
        self._require_clock(place)
        if place.login in self.accounts.names():
            account = self._account(place)
            if (str(account.home), account.permission) != (f"/{place.folder}", Permission.CUSTOMER):
                raise AccountTaken(
                    place.folder, f"{place.login} has {account.home} as its home, as {account.permission}"
                )
        free = shutil.disk_usage(self.accounts.folder / "files").free
        if free < room:
            raise TargetFull(place.folder, f"{room:,} bytes are still to come, {free:,} are free")

    def _require_clock(self, place: Place) -> None:
        """The server shows its clock within a moment after the clock moved."""
        theirs = None
        for _ in range(CLOCK_LOOKS):
            theirs = self.accounts.server_clock()
            if theirs is not None and abs(theirs - self.clock.now()) <= CLOCK_TOLERANCE:
                return
            time.sleep(CLOCK_LOOK_S)
        if theirs is None:
            raise DropAccountsElsewhere(
                f"{place.host}:{place.port}", f"no drop server that runs reads {self.accounts.folder}"
            )
        require_same_time(place, theirs, self.clock.now())

    @property
    def _log(self) -> Path:
        return self.accounts.folder / access_log.NAME

    def _known_secret(self, place: Place, secret: str | None) -> str:
        account = self._account(place)
        if secret is not None:
            if not account.secret.matches(secret):
                raise ProofUnclear(place.folder, "the secret given is not the one of the account")
            return secret
        # The end lies in the past, so the account lets nobody in while it is written anew.
        known, now = new_secret(), self.clock.now()
        self._create(place, known, account.opens, min(account.closes or now, now))
        self.accounts.close(place.login)
        return known

    def _create(self, place: Place, secret: str, opens: datetime, closes: datetime) -> None:
        self.accounts.create(
            place.login,
            secret,
            home=f"/{place.folder}",
            permission=Permission.CUSTOMER,
            opens=opens,
            closes=closes,
        )

    def _account(self, place: Place) -> DropAccount:
        try:
            return self.accounts.get(place.login)
        except KeyError as missing:
            raise DropUnknown(place.folder, f"there is no account {place.login}") from missing

    def _reason(self, place: Place, before: int) -> str:
        """Why the server refused this account since `before`, in its own access log."""
        known = access_log.entries(self._log, from_byte=before)
        refused = [e for e in known if e.get("event") == "login-failed" and e.get("account") == place.login]
        return str(refused[-1].get("reason", "")) if refused else ""

    def _proof(self, place: Place, answer: str, reason: str, *, given: bool) -> str:
        return json.dumps(
            {
                "at": self.clock.now().isoformat(),
                "protocol": "FTP over TLS (RFC 4217)",
                "server": f"{place.host}:{place.port}",
                "login": place.login,
                "secret": "the customer's own"
                if given
                else "replaced by a new one after closing, so that it is known to be right",
                "answer": answer,
                "reason in the server's access log": reason,
            },
            ensure_ascii=False,
            sort_keys=True,
        )
