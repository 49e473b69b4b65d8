"""What a reply of an FTP server (RFC 959, section 4.2) means to the migration."""

from __future__ import annotations

import ftplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import CertificateNotTrusted, ConnectionLost, PasswordRefused, ServerBusy, TlsMissing
from skyflytt.errors.files import PathMissing, PathRefused, TargetFull
from skyflytt.files.ftps.client import words

FULL_WORDS = ("no space", "quota", "disk full", "insufficient storage", "exceeded storage")
MISSING_WORDS = ("no such file", "no such directory", "not found", "does not exist", "doesn't exist", "no such")

OF_THE_SESSION: dict[str, type[Failure]] = {
    "530": PasswordRefused,
    "522": TlsMissing,
    "534": TlsMissing,
    "431": TlsMissing,
}


@contextmanager
def failures(item: str, server: str) -> Iterator[None]:
    """Turns ftplib's and the socket's errors into those of `skyflytt.errors`."""
    try:
        yield
    except ftplib.Error as error:
        raise reply_failure(item, server, words(error)) from error
    except ssl.SSLCertVerificationError as error:
        raise CertificateNotTrusted(server, error.verify_message) from error
    except (OSError, EOFError) as error:
        raise ConnectionLost(server, str(error) or "the server closed it") from error


def reply_failure(item: str, server: str, reply: str) -> Failure:
    """By the reply's code, and where one code stands for several things, by its words."""
    code, said = reply[:3], reply.lower()
    if code in ("452", "552") or any(hint in said for hint in FULL_WORDS):
        return TargetFull(item, reply)
    if code.startswith("5") and any(hint in said for hint in MISSING_WORDS):
        return PathMissing(item, reply)
    if code == "450" or (code == "421" and "too many" in said):
        return ServerBusy(server, reply)
    if code in OF_THE_SESSION or code.startswith("4"):
        return OF_THE_SESSION.get(code, ConnectionLost)(server, reply)
    return PathRefused(item, reply)
