"""An S3 drop: a page of signed links, as an `AccountKeeper`. Closing refuses every reader and removes the objects.

Signed links (SigV4 query) are what all S3 services have, for seven days at most: a drop that is open for longer gets new ones when the
secret is renewed. Its own end is the bucket policy's as well. What a service enforces is measured, not assumed: some enforce nothing.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

from skyflytt.deadline.clock import Clock
from skyflytt.drop.curl_config import FETCH_LIST, curl_config
from skyflytt.drop.keeper import Enforcement, Fetch
from skyflytt.drop.place import Place
from skyflytt.drop.s3.bucket import Bucket, open_bucket
from skyflytt.errors.drop import DropStillOpen, ProofUnclear
from skyflytt.files.s3.connect import S3Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LONGEST = timedelta(days=7)
INDEX = "index.html"
NOT_MEASURED = Enforcement(None, False, None, "Signed links; whether this service enforces their end was not measured.")


@contextmanager
def open_presigned_index(server: S3Settings, secret: str | None, clock: Clock) -> Iterator[PresignedIndex]:
    """The keeper for drops in this bucket; `secret` is the access key's secret half."""
    with open_bucket(server, secret, clock) as bucket:
        yield PresignedIndex(bucket, clock)


@dataclass(slots=True)
class PresignedIndex:
    """The secret of a drop is the signed link of its index page, which holds the links of all files."""

    bucket: Bucket
    clock: Clock
    enforcement: Enforcement = field(default=NOT_MEASURED)

    @property
    def client(self) -> S3Client:
        return self.bucket.client

    def grant(self, place: Place, *, opens: datetime, closes: datetime) -> str:
        """Links that end with the drop, or after seven days; then the secret has to be renewed."""
        seconds = _seconds_of(min(closes - max(opens, self.clock.now()), LONGEST))
        start = self.bucket.start(place)
        self.bucket.lock(place, closes)
        links = [
            (key.removeprefix(start), self.bucket.link(key, seconds))
            for key in self.bucket.keys(place)
            if key not in {start + INDEX, start + FETCH_LIST} and not key.endswith("/")
        ]
        listed = [*links, (FETCH_LIST, self.bucket.link(start + FETCH_LIST, seconds))]
        rows = [f'<li><a href="{escape(link)}">{escape(path)}</a></li>' for path, link in listed]
        page = f'<!DOCTYPE html><meta charset="utf-8"><title>{escape(place.login)}</title><ul>{"".join(rows)}</ul>'
        self._put(place, FETCH_LIST, curl_config(links), "text/plain; charset=utf-8")
        self._put(place, INDEX, page, "text/html; charset=utf-8")
        return self.bucket.link(start + INDEX, seconds)

    def _put(self, place: Place, name: str, text: str, kind: str) -> None:
        with self.bucket.failures(place):
            self.client.put_object(
                Bucket=self.bucket.name, Key=self.bucket.start(place) + name, Body=text.encode(), ContentType=kind
            )

    def extend(self, place: Place, *, closes: datetime) -> str:
        return self.grant(place, opens=self.clock.now(), closes=closes)

    def close(self, place: Place) -> None:
        """Have the store refuse every link, and remove every object of the drop's folder, the index first."""
        self.bucket.shut(place, self.bucket.start(place) + INDEX)

    def prove_closed(self, place: Place, secret: str | None) -> str:
        """Asks for the customer's link, or for a new one that would be good now, and looks that nothing is left in the folder."""
        status = self.bucket.answer_to(secret or self.bucket.link(self.bucket.start(place) + INDEX, 60))
        left = sum(1 for _ in self.bucket.keys(place))
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

    def fetched(self, place: Place) -> Iterator[Fetch] | None:  # noqa: ARG002
        """S3 itself tells nobody who read."""
        return None

    def require_ready(self, place: Place, *, closes: datetime, room: int = 0) -> None:  # noqa: ARG002
        self.bucket.require_ready(place, closes)
        self.measure(place)

    def measure(self, place: Place) -> Enforcement:
        """Ask for an object of our own with a link that has just ended, with one whose signature is wrong, and with good ones before and
        after a date in the bucket's policy. Two seconds, and up to eight more where policies are not enforced."""
        bucket, hour = self.bucket, timedelta(hours=1)
        with bucket.check_object(place) as check:
            key = bucket.start(check) + "check.txt"
            ended, altered = bucket.link(key, 1), bucket.link(key, 60)[:-4] + "0000"
            if bucket.answer_to(bucket.link(key, 60)) != 200:
                raise ProofUnclear(place.folder, "a good link was refused, so there is nothing to compare with")
            time.sleep(2.1)
            ends, checks = bucket.answer_to(ended) != 200, bucket.answer_to(altered) != 200
            let_in = bucket.lock(check, self.clock.now() + hour) and bucket.answer_to(bucket.link(key, 60)) == 200
            dated = let_in and bucket.lock(check, self.clock.now() - hour) and bucket.refused_within_patience(key)
        words = (
            f"Measured: the service {'enforces' if ends else 'does not enforce'} the end of signed links, "
            f"{'checks' if checks else 'does not check'} their signature, and "
            f"{'keeps' if dated else 'does not keep'} the date in the bucket's policy. Closing removes the objects; "
            "a download under way is not cut."
        )
        self.enforcement = Enforcement(ends or dated, False, checks, words)
        return self.enforcement


def _seconds_of(left: timedelta) -> int:
    return max(1, math.ceil(left.total_seconds()))
