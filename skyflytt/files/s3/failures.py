"""What an error of S3 means to the migration."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004
    HTTPClientError,
    NoCredentialsError,
)
from urllib3.exceptions import HTTPError
from urllib3.util.ssl_match_hostname import CertificateError

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import (
    CertificateNotTrusted,
    ClockSkewed,
    ConnectionLost,
    HostUnknown,
    PasswordRefused,
    ServerBusy,
    ServerUnreachable,
    TlsMissing,
)
from skyflytt.errors.files import CopyAltered, PathMissing, PathRefused, TargetFull
from skyflytt.files.no_tls import NO_TLS, OLD_TLS

MISSING = {"NoSuchKey", "NoSuchBucket", "NotFound", "404"}
SIGN_IN = {
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidToken",
    "InvalidClientTokenId",
    "AuthorizationHeaderMalformed",
}
SKEWED = {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"}
ALTERED = {"XAmzContentSHA256Mismatch", "BadDigest"}
"""What arrived is not what was sent."""
FULL = {"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507"}
BUSY = {
    "SlowDown",
    "ServiceUnavailable",
    "RequestTimeout",
    "InternalError",
    "ThrottlingException",
    "500",
    "502",
    "503",
    "504",
}
OF_THE_SERVER: tuple[tuple[set[str], type[Failure]], ...] = ((SIGN_IN, PasswordRefused), (SKEWED, ClockSkewed))
OF_THE_ITEM: tuple[tuple[set[str], type[Failure]], ...] = (
    (MISSING, PathMissing),
    (ALTERED, CopyAltered),
    (FULL, TargetFull),
)


@contextmanager
def failures(item: str, server: str) -> Iterator[None]:
    """Turns boto3's errors into those of `skyflytt.errors`."""
    try:
        yield
    except ClientError as error:
        raise answer_failure(item, server, error) from error
    except NoCredentialsError as error:
        raise PasswordRefused(server, "there is no access key: set `access_key_id` and its secret") from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise connection_failure(server, error) from error


@contextmanager
def signing_in(server: str) -> Iterator[None]:
    """For a key's first request, in which a refusal says that the key is wrong, or may not look at the bucket (so Ceph with STS)."""
    try:
        yield
    except ClientError as error:
        said = error.response.get("Error", {})
        if said.get("Code") == "AccessDenied":
            raise PasswordRefused(
                server, f"AccessDenied: {said.get('Message') or 'it may not list the bucket'}"
            ) from error
        raise


def answer_failure(item: str, server: str, error: ClientError) -> Failure:
    """By the code in the answer, or its HTTP status where it had no body."""
    said = error.response.get("Error", {})
    code = said.get("Code", "")
    detail = f"{code}: {said.get('Message', '')}".strip(": ")
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    if code in BUSY:
        after = headers.get("retry-after", "")
        return ServerBusy(server, detail, retry_after_s=float(after) if after.isdigit() else None)
    for codes, kind in OF_THE_SERVER:
        if code in codes:
            return kind(server, detail)
    return next((kind for codes, kind in OF_THE_ITEM if code in codes), PathRefused)(item, detail)


def connection_failure(server: str, error: Exception) -> Failure:
    if any(isinstance(cause, ssl.SSLCertVerificationError | CertificateError) for cause in _causes(error)):
        return CertificateNotTrusted(server, str(error))
    if any(isinstance(cause, ssl.SSLError) and cause.reason in NO_TLS | OLD_TLS for cause in _causes(error)):
        return TlsMissing(server, str(error))
    if any(isinstance(cause, socket.gaierror) or "NameResolution" in type(cause).__name__ for cause in _causes(error)):
        return HostUnknown(server, str(error))
    if isinstance(error, ConnectionError | HTTPClientError) and "connect" in str(error).lower():
        return ServerUnreachable(server, str(error))
    return ConnectionLost(server, str(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it came from: boto3 and urllib3 wrap each other's."""
    seen: set[int] = set()
    pending = [error]
    while pending:
        cause = pending.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            wrapped = getattr(cause, "kwargs", {})
            pending += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            pending += [wrapped.get("error")] if isinstance(wrapped, dict) else []
