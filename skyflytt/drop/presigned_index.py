"""An S3 drop: a page of signed links, as an `AccountKeeper`. Closing removes the objects, since a signed link cannot be taken back.

Temporary accounts (IAM, STS) differ from one S3 service to the next; signed links (SigV4 query, at most seven days) are what all
have. Whether a service enforces their end and their signature is measured, not assumed: some test services enforce neither.
"""

from __future__ import annotations

import json
import math
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

import boto3
import httpx
from botocore.config import Config

from skyflytt.deadline.clock import Clock
from skyflytt.drop.keeper import Enforcement
from skyflytt.drop.place import Place
from skyflytt.errors.connection import ServerUnreachable
from skyflytt.errors.drop import DropStillOpen, GrantTooLong, ProofUnclear
from skyflytt.files.s3.failures import failures
from skyflytt.files.s3.store import S3Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LONGEST = timedelta(days=7)
INDEX = "index.html"
TIMEOUT_S = 60
NOT_MEASURED = Enforcement(None, False, None, "Signed links; whether this service enforces their end was not measured.")


@contextmanager
def open_presigned_index(server: S3Settings, secret: str | None, clock: Clock) -> Iterator[PresignedIndex]:
    """The keeper for drops in this bucket; `secret` is the access key's secret half."""
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name=server.region,
        aws_access_key_id=server.access_key_id,
        aws_secret_access_key=secret if server.access_key_id else None,
        verify=str(server.ca_file) if server.ca_file else None,
        config=Config(
            signature_version="s3v4",
            connect_timeout=TIMEOUT_S,
            read_timeout=TIMEOUT_S,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if server.endpoint_url else "auto"},
        ),
    )
    context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    try:
        with httpx.Client(verify=context, timeout=TIMEOUT_S) as http:
            yield PresignedIndex(client, http, server.bucket, (server.prefix or "").strip("/"), clock)
    finally:
        client.close()


@dataclass(slots=True)
class PresignedIndex:
    """The secret of a drop is the signed link of its index page, which holds the links of all files."""

    client: S3Client
    http: httpx.Client
    bucket: str
    prefix: str
    clock: Clock
    enforcement: Enforcement = field(default=NOT_MEASURED)

    def grant(self, place: Place, *, opens: datetime, closes: datetime) -> str:
        left = closes - max(opens, self.clock.now())
        if left > LONGEST:
            raise GrantTooLong(place.folder, f"it would be open for {left.days} days more")
        seconds = max(1, math.ceil(left.total_seconds()))
        rows = [
            f'<li><a href="{escape(self._link(key, seconds))}">{escape(key.removeprefix(self._start(place)))}</a></li>'
            for key in self._keys(place)
            if key != self._start(place) + INDEX
        ]
        page = f'<!DOCTYPE html><meta charset="utf-8"><title>{escape(place.login)}</title><ul>{"".join(rows)}</ul>'
        with self._failures(place):
            self.client.put_object(
                Bucket=self.bucket,
                Key=self._start(place) + INDEX,
                Body=page.encode(),
                ContentType="text/html; charset=utf-8",
            )
        return self._link(self._start(place) + INDEX, seconds)

    def extend(self, place: Place, *, closes: datetime) -> str:
        return self.grant(place, opens=self.clock.now(), closes=closes)

    def close(self, place: Place) -> None:
        """Remove every object of the drop's folder, the index first."""
        index = self._start(place) + INDEX
        for key in (index, *(key for key in self._keys(place) if key != index)):
            with self._failures(place):
                self.client.delete_object(Bucket=self.bucket, Key=key)

    def prove_closed(self, place: Place, secret: str | None) -> str:
        """Asks for the customer's link, or for a new one that would be good now, and looks that nothing is left in the folder."""
        status = self._get(secret or self._link(self._start(place) + INDEX, 60))
        left = sum(1 for _ in self._keys(place))
        if status == 200 or left:
            raise DropStillOpen(place.folder, f"the link was answered with {status}, and {left} objects are there")
        if status not in (403, 404, 410):
            raise ProofUnclear(place.folder, f"the link was answered with HTTP {status}")
        proof = {
            "at": self.clock.now().isoformat(),
            "protocol": "S3 over HTTPS, signed link",
            "server": f"{place.host}:{place.port}",
            "secret": "the customer's own link" if secret else "a new link with a good signature",
            "answer": f"HTTP {status}",
            "objects left": left,
            "enforcement": self.enforcement.words,
        }
        return json.dumps(proof, ensure_ascii=False, sort_keys=True)

    def measure(self, place: Place) -> Enforcement:
        """Ask with a link that has just ended, and with one whose signature is wrong; needs a granted drop, takes two seconds."""
        key = self._start(place) + INDEX
        ended, altered = self._link(key, 1), self._link(key, 60)[:-4] + "0000"
        if self._get(self._link(key, 60)) != 200:
            raise ProofUnclear(place.folder, "a good link was refused, so there is nothing to compare with")
        time.sleep(2.1)
        ends, checks = self._get(ended) != 200, self._get(altered) != 200
        words = (
            f"Measured: the service {'enforces' if ends else 'does not enforce'} the end of signed links and "
            f"{'checks' if checks else 'does not check'} their signature. Closing removes the objects."
        )
        self.enforcement = Enforcement(ends, False, checks, words)
        return self.enforcement

    def _start(self, place: Place) -> str:
        return "/".join(part for part in (self.prefix, place.folder) if part) + "/"

    def _keys(self, place: Place) -> Iterator[str]:
        with self._failures(place):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self._start(place))
            listed = [item["Key"] for page in pages for item in page.get("Contents", [])]
        yield from listed

    def _link(self, key: str, seconds: int) -> str:
        return self.client.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": key}, ExpiresIn=seconds
        )

    def _get(self, link: str) -> int:
        try:
            return self.http.get(link).status_code
        except httpx.HTTPError as error:
            # The error's own text may hold the link.
            raise ServerUnreachable(self.bucket, type(error).__name__) from None

    @contextmanager
    def _failures(self, place: Place) -> Iterator[None]:
        with failures(place.folder, f"{place.host}:{place.port}, bucket {self.bucket}"):
            yield
