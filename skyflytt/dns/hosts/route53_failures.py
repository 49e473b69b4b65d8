"""What an error of Route 53 means to us. boto3 puts no key into its errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from skyflytt.errors.base import Failure
from skyflytt.errors.dns import ChangeRefused, HostBusy, HostUnreachable, ZoneNotFound, ZoneRefused

BATCH = "InvalidChangeBatch"
BUSY = {
    "Throttling",
    "ThrottlingException",
    "PriorRequestNotComplete",
    "ServiceUnavailable",
    "InternalError",
    "500",
    "503",
}
BUSY_S = 5.0
"""The service names no time; its own library begins with less and doubles."""
WRONG = {BATCH, "InvalidInput", "InvalidArgument", "UnsupportedCharacter", "ValidationError"}
MISSING = {"NoSuchHostedZone"}


@contextmanager
def failures(origin: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise _failure(origin, error) from error
    except NoCredentialsError as error:
        raise ZoneRefused(origin, "there is no access key: set `access_key_id` and its secret") from error
    except BotoCoreError as error:
        raise HostUnreachable(origin, str(error)) from error


def is_batch_refusal(failure: Failure) -> bool:
    """Whether the service refused a batch for what is in the zone, or for what is in the batch."""
    return failure.detail.startswith((BATCH, "InvalidInput"))


def _failure(origin: str, error: ClientError) -> Failure:
    said = error.response.get("Error", {})
    code = str(said.get("Code", ""))
    words = f"{code}: {said.get('Message') or 'without words'}"
    if code in BUSY:
        return HostBusy(origin, words, retry_after_s=BUSY_S)
    if code in MISSING:
        return ZoneNotFound(origin, words)
    return ChangeRefused(origin, words) if code in WRONG else ZoneRefused(origin, words)
