"""What Dropbox's errors and a broken connection mean to the migration.

Errors of an endpoint are unions in unions (https://www.dropbox.com/developers/documentation/http/documentation#error-handling).
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from dropbox import exceptions as said
from stone.backends.python_rsrc.stone_validators import ValidationError
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import (
    CertificateNotTrusted,
    ConnectionLost,
    HostUnknown,
    PasswordRefused,
    ServerBusy,
    ServerUnreachable,
    TlsMissing,
)
from skyflytt.errors.dropbox import (
    DropboxAppUnknown,
    DropboxMemberUnknown,
    DropboxNameIgnored,
    DropboxScopeMissing,
    DropboxSpaceRefused,
    DropboxTokenEnded,
    DropboxUploadExpired,
)
from skyflytt.errors.files import CopyAltered, FileInUse, PathMissing, PathRefused, TargetFull
from skyflytt.files.no_tls import NO_TLS, OLD_TLS

WORDS_LIMIT = 300
BUSY = ("too_many_write_operations", "too_many_requests", "internal_error")
FULL = (
    "insufficient_space",
    "team_folder_insufficient_space",
    "member_folder_insufficient_space",
    "insufficient_quota",
    "team_folder_insufficient_quota",
    "member_folder_insufficient_quota",
    "upload_traffic_limit_reached",
)
IN_WORDS = {
    "not_found": "there is nothing at this path",
    "not_file": "it is no file",
    "not_folder": "it is no folder",
    "file": "a file is in the way",
    "folder": "a folder is in the way",
    "file_ancestor": "a file is in the way of a folder above",
    "no_write_permission": "the account may not write there",
    "access_restricted": "an administrator of the team restricts it",
    "restricted_content": "Dropbox does not hand it out, for legal reasons",
    "unsupported_content_type": "it has no bytes of its own to be read",
    "unsupported_file": "it has no bytes of its own to be read",
    "malformed_path": "Dropbox does not take such a path",
    "too_large": "a file may have 2,199,019,061,248 bytes at most",
    "encryption_not_supported": "the team folder takes encrypted files only, which no program can write",
    "team_folder": "a team folder can only be moved or removed by its administrators",
}
OF_A_TEAM = re.compile("entire Dropbox Business team|Dropbox-API-Select-User", re.IGNORECASE)
NOT_OF_A_TEAM = re.compile("Dropbox-API-Select-(User|Admin).*not|is not.*Business", re.IGNORECASE | re.DOTALL)


@contextmanager
def failures(item: str, server: str) -> Iterator[None]:
    """Turns the errors of the dropbox package and of requests into those of `skyflytt.errors`. None of them has a token in its words."""
    try:
        yield
    except said.DropboxException as error:
        raise failure_of(item, server, error) from None
    except requests.exceptions.RequestException as error:
        raise connection_failure(server, error) from error
    except HTTPError as error:
        raise ConnectionLost(server, str(error.args[0]) if error.args else type(error).__name__) from error
    except (AssertionError, ValueError, KeyError, TypeError, ValidationError) as error:
        # The package asserts, looks up and decodes what came, and takes for granted that it is what it expects.
        raise ConnectionLost(server, f"its answer cannot be read ({type(error).__name__})") from error


def connection_failure(server: str, error: Exception) -> Failure:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CertificateNotTrusted(server, cause.verify_message)
        if isinstance(cause, socket.gaierror):
            return HostUnknown(server, cause.strerror or str(cause))
        if isinstance(cause, ssl.SSLError) and cause.reason in NO_TLS | OLD_TLS:
            return TlsMissing(server, str(cause))
    detail = _without_pools(str(causes[-1]) or type(causes[-1]).__name__)
    if any(isinstance(cause, NewConnectionError | ConnectTimeoutError) for cause in causes):
        return ServerUnreachable(server, detail)
    return ConnectionLost(server, detail)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """requests and urllib3 keep the real reason as an argument, a `reason`, a cause or a context."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (getattr(cause, "reason", None), cause.__cause__, cause.__context__, *cause.args)
        waiting += [one for one in inner if isinstance(one, BaseException)]


def _without_pools(words: str) -> str:
    return re.sub(r"<[^>]*>[:,]? ?", "", words)[:WORDS_LIMIT]


def failure_of(item: str, server: str, error: said.DropboxException) -> Failure:
    if isinstance(error, said.ApiError):
        return api_failure(item, server, error.error, error.user_message_text or "")
    if isinstance(error, said.AuthError):
        return _auth_failure(item, server, error.error)
    if isinstance(error, said.RateLimitError):
        return ServerBusy(server, "too many requests", retry_after_s=error.backoff)
    if isinstance(error, said.PathRootError):
        return DropboxSpaceRefused(server, "/".join(tags(error.error)) or "no reason is given")
    return _http_failure(item, server, error)


def _http_failure(item: str, server: str, error: said.DropboxException) -> Failure:
    if isinstance(error, said.BadInputError):
        return _bad_input(item, server, str(error.message)[:WORDS_LIMIT])
    status = f"HTTP {getattr(error, 'status_code', 'without status')}"
    return ServerBusy(server, status) if isinstance(error, said.InternalServerError) else PathRefused(item, status)


def _auth_failure(item: str, server: str, error: Any) -> Failure:
    tag = (tags(error) or ["other"])[0]
    if tag == "expired_access_token":
        return DropboxTokenEnded(server, tag)
    if tag == "missing_scope":
        return DropboxScopeMissing(item, f"the permission {error.get_missing_scope().required_scope} is missing")
    if tag in ("invalid_select_user", "invalid_select_admin", "user_suspended"):
        return DropboxMemberUnknown(server, tag)
    if tag == "route_access_denied":
        return DropboxScopeMissing(item, tag)
    return PasswordRefused(server, f"{tag}: the token was revoked, or is not whole")


def _bad_input(item: str, server: str, words: str) -> Failure:
    if "invalid_client" in words or "client_id" in words:
        return DropboxAppUnknown(server, words)
    if OF_A_TEAM.search(words) or NOT_OF_A_TEAM.search(words):
        return DropboxMemberUnknown(server, words)
    return PathRefused(item, words)


def tags(error: Any) -> list[str]:
    """The tags of a union and of those in it, outermost first."""
    return [str(union._tag) for union in _unions(error)]


def _unions(error: Any) -> list[Any]:
    found = []
    while error is not None:
        if getattr(error, "_tag", None) is not None:
            found.append(error)
            error = error._value
        else:
            error = getattr(error, "reason", None)
    return found


def api_failure(item: str, server: str, error: Any, words: str = "") -> Failure:
    """`error` is an endpoint's union, or that of an entry of an answer of success."""
    named = tags(error)
    last = named[-1] if named else ""
    if set(named) & set(BUSY):
        return ServerBusy(server, "/".join(named))
    if last == "not_found" and "UploadSession" in type(_unions(error)[-1]).__name__:
        return DropboxUploadExpired(item, "/".join(named))
    return _of_the_item(item, last, words or IN_WORDS.get(last, "/".join(named) or "no reason is given"))


def _of_the_item(item: str, tag: str, detail: str) -> Failure:
    if tag in FULL:
        return TargetFull(item, detail)
    if tag == "not_found":
        return PathMissing(item, detail)
    if tag in ("content_hash_mismatch", "length_mismatch", "incorrect_offset"):
        return CopyAltered(item, f"Dropbox got something else than was sent ({tag})")
    if tag == "disallowed_name":
        return DropboxNameIgnored(item, "it says so itself (disallowed_name)")
    return FileInUse(item, detail) if tag in ("locked", "operation_suppressed") else PathRefused(item, detail)
