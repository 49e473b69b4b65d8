"""An S3 drop with a user of its own at the service, as an `AccountKeeper`: good for as long as the drop is open, held to dates by policy."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from skyflytt.deadline.clock import Clock
from skyflytt.drop.keeper import Enforcement, Fetch
from skyflytt.drop.place import Place
from skyflytt.drop.s3 import policy
from skyflytt.drop.s3.bucket import PATIENCE_S, AccessKeys, Bucket, client, open_bucket
from skyflytt.drop.s3.handed_over import handed_over, keys_in
from skyflytt.drop.s3.refused import answers, proof_of_refusal
from skyflytt.drop.s3.users import RgwUsers, Users, closing
from skyflytt.errors.drop import DropServerUnfit
from skyflytt.files.s3.connect import S3Settings

LATENESS = timedelta(minutes=5)
MEASURED_S = 2
NOT_MEASURED = Enforcement(
    None, None, None, "A user with dates in its policy; whether this service keeps them was not measured."
)


class UserSettings(S3Settings, Protocol):
    """`skyflytt.project.servers.S3Server` with `hand_out: user`."""

    @property
    def users(self) -> Literal["iam", "rgw"]: ...
    @property
    def accounts_url(self) -> str | None: ...


@contextmanager
def open_own_user(server: UserSettings, secret: str | None, clock: Clock) -> Iterator[OwnUser]:
    """The keeper; the operator's key must be allowed to make users."""
    keys = AccessKeys(server.access_key_id, secret)
    with open_bucket(server, secret, clock) as bucket:
        if server.users == "rgw":
            url = (server.accounts_url or server.endpoint_url or "").rstrip("/")
            yield OwnUser(bucket, RgwUsers(bucket.http, url, server.region or "default", keys), clock)
        else:
            with closing(client(server, keys, "iam", server.accounts_url)) as users:
                yield OwnUser(bucket, users, clock)


@dataclass(slots=True)
class OwnUser:
    """The secret of a drop is a file with the user's access key; see `handed_over`."""

    bucket: Bucket
    users: Users
    clock: Clock
    enforcement: Enforcement = field(default=NOT_MEASURED)

    def grant(self, place: Place, *, opens: datetime, closes: datetime) -> str:
        keys = self._let_in(place, opens, closes)
        return handed_over(self.bucket.server, self.bucket.start(place), keys, closes)

    def extend(self, place: Place, *, closes: datetime) -> None:
        statements = self._statements(place, self.clock.now(), closes)
        with self.bucket.failures(place):
            self.users.hold_to(place.login, statements)
        self.bucket.lock(place, closes, *self.users.in_bucket(place.login, statements))

    def close(self, place: Place) -> None:
        with self.bucket.failures(place):
            self.users.remove(place.login)
        self.bucket.shut(place)

    def prove_closed(self, place: Place, secret: str | None) -> str:
        keys = keys_in(place, secret)
        return proof_of_refusal(self.bucket, place, keys, self.enforcement, "a user of the drop's own")

    def fetched(self, place: Place) -> Iterator[Fetch] | None:  # noqa: ARG002
        """S3 itself tells nobody who read."""
        return None

    def require_ready(self, place: Place, *, closes: datetime, room: int = 0) -> None:  # noqa: ARG002
        self.bucket.require_ready(place, closes)
        with self.bucket.failures(place):
            self.users.is_there(place.login)
        self.measure(place)

    def measure(self, place: Place) -> Enforcement:
        """Makes a user with one object of its own, whose time ends while it reads. Raises `DropServerUnfit` where it is not let in."""
        with self.bucket.check_object(place) as own, self.bucket.check_object(place) as other:
            check = Place(own.kind, own.host, own.port, own.folder, f"skyflytt-check-{own.folder[-8:]}")
            now = self.clock.now()
            try:
                keys = self._let_in(check, now, now + timedelta(hours=1))
                if not self._within_patience(check, keys, "read", "read"):
                    raise DropServerUnfit(self.bucket.name, "a user that was just made may not read its own drop")
                held = "read" not in answers(self.bucket, other, keys, "check.txt")
                wrong = AccessKeys(keys.access_key_id, "x" * 40)
                checks = "read" not in answers(self.bucket, check, wrong, "check.txt")
                self.extend(check, closes=self.clock.now() + timedelta(seconds=MEASURED_S))
                time.sleep(MEASURED_S + 0.5)
                ends = self._within_patience(check, keys)
            finally:
                with self.bucket.failures(place):
                    self.users.remove(check.login)
        words = (
            f"Measured: the service {'holds' if held else 'does not hold'} a user to its own drop, "
            f"{'refuses' if ends else 'does not refuse'} it after the date in its policy, and "
            f"{'checks' if checks else 'does not check'} its signature. Closing removes the user and the objects; "
            "a download under way is not cut."
        )
        self.enforcement = Enforcement(ends and held, False, checks, words)
        return self.enforcement

    def _let_in(self, place: Place, opens: datetime, closes: datetime) -> AccessKeys:
        statements = self._statements(place, opens, closes)
        with self.bucket.failures(place):
            keys = self.users.renew(place.login, statements)
        self.bucket.lock(place, closes, *self.users.in_bucket(place.login, statements))
        return keys

    def _statements(self, place: Place, opens: datetime, closes: datetime) -> list[policy.Statement]:
        bucket = self.bucket
        began, ends = bucket.at_service(opens) - LATENESS, bucket.at_service(closes)
        return policy.read_until(bucket.name, bucket.start(place), began, ends)

    def _within_patience(self, place: Place, keys: AccessKeys, *wanted: str) -> bool:
        """Whether the store comes to say this, or without `wanted` no more lets the user read."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            said = answers(self.bucket, place, keys, "check.txt")
            if said == wanted or (not wanted and "read" not in said):
                return True
            time.sleep(0.5)
        return False
