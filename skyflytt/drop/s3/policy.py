"""Our statements in a bucket's policy, which may have others: dates that the store itself compares with its clock.

A statement is told to be ours, and of which drop, by its `Sid`. Written without blanks: Ceph's gateway takes no others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Statement = dict[str, Any]
SID = "SkyflyttDrop"
OUTLASTS = timedelta(days=8)
"""Longer than anything that was handed out for a drop: signed links last seven days, sessions twelve hours."""
READ = ["s3:GetObject", "s3:GetObjectVersion"]
NONE_YET = {"NoSuchBucketPolicy", "NoSuchPolicy"}
NOT_OFFERED = {"NotImplemented", "MethodNotAllowed", "AccessDenied", "501", "405", "403"}


def deny_from(bucket: str, start: str, instant: datetime, until: datetime | None = None) -> Statement:
    """Nobody reads below `start` from this instant on, by whatever link or key."""
    dates = {"DateGreaterThanEquals": {"aws:CurrentTime": date_text(instant)}}
    if until is not None:
        dates["DateLessThan"] = {"aws:CurrentTime": date_text(until)}
    return {
        "Sid": _sid(start, "Deny"),
        "Effect": "Deny",
        "Principal": "*",
        "Action": READ,
        "Resource": [f"arn:aws:s3:::{bucket}/{start}*"],
        "Condition": dates,
    }


def read_until(bucket: str, start: str, opens: datetime, closes: datetime) -> list[Statement]:
    """List and read below `start`, and nothing else, between these instants; for a session, a user, or a principal's own."""
    dates = {
        "DateGreaterThanEquals": {"aws:CurrentTime": date_text(opens)},
        "DateLessThan": {"aws:CurrentTime": date_text(closes)},
    }
    return [
        {
            "Sid": _sid(start, "Read"),
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [f"arn:aws:s3:::{bucket}/{start}*"],
            "Condition": dates,
        },
        {
            "Sid": _sid(start, "List"),
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": [f"arn:aws:s3:::{bucket}"],
            "Condition": {**dates, "StringLike": {"s3:prefix": [f"{start}*"]}},
        },
    ]


def document(statements: Sequence[Statement]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":"))


def put(client: S3Client, bucket: str, start: str, statements: Sequence[Statement], now: datetime) -> bool:
    """Have exactly these statements for the drop at `start`; False where the store has no policies, or not for us."""
    try:
        before = _statements(client, bucket)
        mine = _sid(start, "")
        kept = [one for one in before if not str(one.get("Sid", "")).startswith(mine) and not _is_over(one, now)]
        after = [*kept, *statements]
        if after == before:
            return True
        if after:
            client.put_bucket_policy(Bucket=bucket, Policy=document(after))
        else:
            client.delete_bucket_policy(Bucket=bucket)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in NOT_OFFERED:
            return False
        raise
    return True


def date_text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _statements(client: S3Client, bucket: str) -> list[Statement]:
    try:
        policy = json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in NONE_YET:
            return []
        raise
    statements = policy.get("Statement", [])
    return statements if isinstance(statements, list) else [statements]


def _is_over(statement: Statement, now: datetime) -> bool:
    """Ours, and of a time that has passed; one without an end is of a drop that was not closed."""
    until = statement.get("Condition", {}).get("DateLessThan", {}).get("aws:CurrentTime")
    return str(statement.get("Sid", "")).startswith(SID) and until is not None and str(until) < date_text(now)


def _sid(start: str, what: str) -> str:
    return f"{SID}{hashlib.sha256(start.encode()).hexdigest()[:16]}{what}"
