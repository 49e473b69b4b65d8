"""The bucket that drops are opened in: its objects, and the locks with dates that the store itself keeps."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

import boto3
import httpx
from botocore.config import Config
from botocore.exceptions import ClientError

from skyflytt.deadline.clock import Clock
from skyflytt.drop.place import Place
from skyflytt.drop.readiness import https_certificate_end, require_lasting, require_same_time
from skyflytt.drop.s3 import lifecycle_rules, policy
from skyflytt.drop.service_time import at_place, made_up
from skyflytt.errors.connection import ServerUnreachable
from skyflytt.files.s3.connect import S3Settings
from skyflytt.files.s3.failures import failures

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TIMEOUT_S = 60
PATIENCE_S = 8.0
"""How long a store may take to take notice of a policy: AWS's are seen everywhere after some seconds."""


class Keys(Protocol):
    """What `client` signs with; without `session_token` for lasting keys."""

    @property
    def access_key_id(self) -> str | None: ...
    @property
    def secret(self) -> str | None: ...
    @property
    def session_token(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class AccessKeys:
    access_key_id: str | None
    secret: str | None
    session_token: str | None = None


def client(server: S3Settings, keys: Keys, service: str = "s3", endpoint_url: str | None = None) -> Any:
    """A client of boto3 for this service; without `endpoint_url` at the server's own address."""
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=endpoint_url or server.endpoint_url,
        region_name=server.region,
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret if keys.access_key_id else None,
        aws_session_token=keys.session_token,
        verify=str(server.ca_file) if server.ca_file else None,
        config=Config(
            signature_version="s3v4" if service == "s3" else None,
            connect_timeout=TIMEOUT_S,
            read_timeout=TIMEOUT_S,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if server.endpoint_url else "auto"},
        ),
    )


@contextmanager
def open_bucket(server: S3Settings, secret: str | None, clock: Clock) -> Iterator[Bucket]:
    s3: S3Client = client(server, AccessKeys(server.access_key_id, secret))
    context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    try:
        with httpx.Client(verify=context, timeout=TIMEOUT_S) as http:
            yield Bucket(s3, http, server, (server.prefix or "").strip("/"), clock)
    finally:
        s3.close()


@dataclass(slots=True)
class Bucket:
    """`prefix` is the part of the bucket that all drops are below; `client` signs as the operator."""

    client: S3Client
    http: httpx.Client
    server: S3Settings
    prefix: str
    clock: Clock

    @property
    def name(self) -> str:
        return self.server.bucket

    def start(self, place: Place) -> str:
        """What the keys of the drop begin with."""
        return "/".join(part for part in (self.prefix, place.folder) if part) + "/"

    def keys(self, place: Place) -> Iterator[str]:
        with self.failures(place):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.start(place))
            listed = [item["Key"] for page in pages for item in page.get("Contents", [])]
        yield from listed

    def remove_all(self, place: Place, *first: str) -> None:
        """Remove the drop's objects, `first` ones before all others."""
        for key in (*first, *(key for key in self.keys(place) if key not in first)):
            with self.failures(place):
                self.client.delete_object(Bucket=self.name, Key=key)

    def link(self, key: str, seconds: int) -> str:
        return self.client.generate_presigned_url(
            "get_object", Params={"Bucket": self.name, "Key": key}, ExpiresIn=seconds
        )

    def answer_to(self, link: str) -> int:
        """The HTTP status that a link is answered with."""
        try:
            return self.http.get(link).status_code
        except httpx.HTTPError as error:
            # The error's own text may hold the link.
            raise ServerUnreachable(self.name, type(error).__name__) from None

    def lock(self, place: Place, closes: datetime, *allow: policy.Statement) -> bool:
        """Have the store refuse to read the drop from `closes` on, and remove it a day later; whether it took the refusal.

        `allow` are statements that let somebody in until then. Statements and rules of others stay as they are. A store that takes
        a policy and passes over its date would refuse everybody at once: from it the refusal is taken back.
        """
        with self.failures(place):
            ends, now = self.at_service(closes), self.service_time()
            refusal = policy.deny_from(self.name, self.start(place), ends)
            locked = policy.put(self.client, self.name, self.start(place), (refusal, *allow), now)
            if locked and now < ends and self._is_refused(place):
                policy.put(self.client, self.name, self.start(place), allow, now)
                locked = False
            lifecycle_rules.put(self.client, self.name, self.start(place), ends)
        return locked

    def _is_refused(self, place: Place) -> bool:
        """Whether the operator, who may read everything, may not read the drop's first object."""
        listed = self.client.list_objects_v2(Bucket=self.name, Prefix=self.start(place), MaxKeys=1)
        try:
            for item in listed.get("Contents", []):
                self.client.get_object(Bucket=self.name, Key=item["Key"], Range="bytes=0-0")["Body"].close()
        except ClientError as error:
            return error.response.get("Error", {}).get("Code") in ("403", "AccessDenied")
        return False

    def unlock(self, place: Place) -> None:
        """Take the drop's statements and its rule back, as for a drop that never was."""
        with self.failures(place):
            policy.put(self.client, self.name, self.start(place), (), self.service_time())
            lifecycle_rules.put(self.client, self.name, self.start(place), None)

    def shut(self, place: Place, *first: str) -> None:
        """Refuse every reader until all that was handed out has ended by itself, then remove the drop's objects."""
        with self.failures(place):
            now = self.service_time()
            past = (policy.deny_from(self.name, self.start(place), now - timedelta(hours=1), now + policy.OUTLASTS),)
            policy.put(self.client, self.name, self.start(place), past, now)
        self.remove_all(place, *first)

    def at_service(self, instant: datetime) -> datetime:
        return at_place(instant, self.clock, self.service_time()) if made_up(self.clock) else instant

    def service_time(self) -> datetime:
        """The store's own clock."""
        answer = self.client.list_objects_v2(Bucket=self.name, Prefix=f"{self.prefix}/.no-such", MaxKeys=1)
        said = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        return parsedate_to_datetime(said) if said else self.clock.now()

    def require_ready(self, place: Place, closes: datetime) -> None:
        """See `AccountKeeper.require_ready`; how much room a bucket has, S3 does not tell."""
        require_lasting(place, https_certificate_end(place.host, place.port, self.server), closes)
        if not made_up(self.clock):
            with self.failures(place):
                require_same_time(place, self.service_time(), self.clock.now())

    @contextmanager
    def check_object(self, place: Place) -> Iterator[Place]:
        """A drop of our own with one object, `check.txt`, for as long as the block runs."""
        check = Place(place.kind, place.host, place.port, f".skyflytt-check/{uuid4().hex}", place.login)
        with self.failures(place):
            self.client.put_object(Bucket=self.name, Key=self.start(check) + "check.txt", Body=b"check\n")
        try:
            yield check
        finally:
            self.remove_all(check)
            self.unlock(check)

    def refused_within_patience(self, key: str) -> bool:
        """Whether a good link to it is refused, now or within the time that the store may take to take notice."""
        began = time.monotonic()
        while self.answer_to(self.link(key, 60)) == 200:
            if time.monotonic() - began > PATIENCE_S:
                return False
            time.sleep(0.5)
        return True

    @contextmanager
    def failures(self, place: Place) -> Iterator[None]:
        with failures(place.folder, f"{place.host}:{place.port}, bucket {self.name}"):
            yield
