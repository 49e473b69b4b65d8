"""An S3 drop with temporary credentials (STS AssumeRole), as an `AccountKeeper`: a session that its own policy holds to the drop.

A session lasts for hours, a drop for days: the customer gets new credentials when the secret is renewed, each good for as long as the
role allows and never beyond the drop's end.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from skyflytt.deadline.clock import Clock
from skyflytt.drop.keeper import Enforcement, Fetch
from skyflytt.drop.place import Place
from skyflytt.drop.s3 import policy
from skyflytt.drop.s3.bucket import AccessKeys, Bucket, client, open_bucket
from skyflytt.drop.s3.handed_over import handed_over, keys_in
from skyflytt.drop.s3.refused import answers, proof_of_refusal
from skyflytt.errors.drop import DropServerUnfit
from skyflytt.files.s3.connect import S3Settings

SHORTEST = timedelta(minutes=15)
LATENESS = timedelta(minutes=5)
"""How much earlier than now a session begins, for clocks that differ."""
MEASURED_S = 3
NOT_MEASURED = Enforcement(
    None, None, None, "Temporary credentials; whether this service holds them to their policy was not measured."
)


class TemporarySettings(S3Settings, Protocol):
    """`skyflytt.project.servers.S3Server` with `hand_out: temporary`."""

    @property
    def role(self) -> str | None: ...
    @property
    def role_hours(self) -> int: ...
    @property
    def accounts_url(self) -> str | None: ...


@contextmanager
def open_temporary(server: TemporarySettings, secret: str | None, clock: Clock) -> Iterator[TemporaryCredentials]:
    """The keeper; the operator's key must be allowed to assume `server.role`."""
    with open_bucket(server, secret, clock) as bucket:
        sts = client(server, AccessKeys(server.access_key_id, secret), "sts", server.accounts_url)
        try:
            yield TemporaryCredentials(bucket, sts, server, clock)
        finally:
            sts.close()


@dataclass(slots=True)
class TemporaryCredentials:
    """The secret of a drop is a file with an access key and its session token; see `handed_over`."""

    bucket: Bucket
    sts: Any
    server: TemporarySettings
    clock: Clock
    enforcement: Enforcement = field(default=NOT_MEASURED)

    def grant(self, place: Place, *, opens: datetime, closes: datetime) -> str:
        self.bucket.lock(place, closes)
        keys, until = self._session(place, opens, closes)
        return handed_over(self.server, self.bucket.start(place), keys, until)

    def extend(self, place: Place, *, closes: datetime) -> str:
        return self.grant(place, opens=self.clock.now(), closes=closes)

    def close(self, place: Place) -> None:
        """The bucket's policy refuses all readers, sessions that are still good among them; the objects are removed."""
        self.bucket.shut(place)

    def prove_closed(self, place: Place, secret: str | None) -> str:
        return proof_of_refusal(self.bucket, place, keys_in(place, secret), self.enforcement, "temporary credentials")

    def fetched(self, place: Place) -> Iterator[Fetch] | None:  # noqa: ARG002
        """S3 itself tells nobody who read."""
        return None

    def require_ready(self, place: Place, *, closes: datetime, room: int = 0) -> None:  # noqa: ARG002
        self.bucket.require_ready(place, closes)
        self.measure(place)

    def measure(self, place: Place) -> Enforcement:
        """Lets a session for an object of our own end after three seconds. Raises `DropServerUnfit` where it is not let in, or sees more
        than its own."""
        with self.bucket.check_object(place) as check, self.bucket.check_object(place) as other:
            now = self.clock.now()
            keys, _ = self._session(check, now - LATENESS, now + timedelta(seconds=MEASURED_S))
            if "AccessDenied" in answers(self.bucket, check, keys, "check.txt"):
                raise DropServerUnfit(
                    self.bucket.name, f"a session of the role {self.server.role} may not read its own drop"
                )
            held = "read" not in answers(self.bucket, other, keys, "check.txt")
            wrong = AccessKeys(keys.access_key_id, "x" * 40, keys.session_token)
            checks = "read" not in answers(self.bucket, check, wrong, "check.txt")
            time.sleep(MEASURED_S + 1)
            ends = "read" not in answers(self.bucket, check, keys, "check.txt")
        words = (
            f"Measured: the service {'holds' if held else 'does not hold'} a session to its own drop, "
            f"{'refuses' if ends else 'does not refuse'} it after the end in its policy, and "
            f"{'checks' if checks else 'does not check'} its signature. Closing removes the objects; a download under way is not cut."
        )
        self.enforcement = Enforcement(ends and held, False, checks, words)
        return self.enforcement

    def _session(self, place: Place, opens: datetime, closes: datetime) -> tuple[AccessKeys, datetime]:
        """The keys, and when they end."""
        ends = self.bucket.at_service(closes)
        began = self.bucket.at_service(opens) - LATENESS
        left = min(closes - self.clock.now(), timedelta(hours=self.server.role_hours))
        statements = policy.read_until(self.bucket.name, self.bucket.start(place), began, ends)
        with self.bucket.failures(place):
            made = self.sts.assume_role(
                RoleArn=self.server.role,
                RoleSessionName=place.login[:64].replace("@", "-"),
                Policy=policy.document(statements),
                DurationSeconds=int(max(left, SHORTEST).total_seconds()),
            )["Credentials"]
        keys = AccessKeys(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
        return keys, min(closes, made["Expiration"].astimezone(closes.tzinfo))
