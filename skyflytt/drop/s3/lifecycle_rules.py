"""Our rules in a bucket's lifecycle, which may have others: the store removes a drop by itself, should nobody else do it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from skyflytt.drop.s3.policy import NOT_OFFERED

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

GRACE = timedelta(days=1)
"""Left for closing the drop in the ordinary way, which keeps a proof."""


def put(client: S3Client, bucket: str, start: str, ends: datetime | None) -> bool:
    """Have the objects below `start` removed at the first midnight (UTC) a day after `ends`; None takes the rule back.

    False where the store has no lifecycle, or not for us.
    """
    mine = f"skyflytt-drop-{hashlib.sha256(start.encode()).hexdigest()[:16]}"
    try:
        before = _rules(client, bucket)
        kept = [rule for rule in before if rule.get("ID") != mine]
        after = kept if ends is None else [*kept, _rule(mine, start, _midnight_after(ends + GRACE))]
        if after:
            client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": after})
        elif before:
            client.delete_bucket_lifecycle(Bucket=bucket)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in NOT_OFFERED:
            return False
        raise
    return True


def _rules(client: S3Client, bucket: str) -> list[Any]:
    try:
        return list(client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchLifecycleConfiguration":
            return []
        raise


def _rule(name: str, start: str, date: datetime) -> dict[str, Any]:
    return {"ID": name, "Status": "Enabled", "Filter": {"Prefix": start}, "Expiration": {"Date": date}}


def _midnight_after(instant: datetime) -> datetime:
    day = instant.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day if day == instant else day + timedelta(days=1)
