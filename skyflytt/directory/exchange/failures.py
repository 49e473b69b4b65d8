"""What pypsrp raises and what Exchange's cmdlets report, as failures."""

from __future__ import annotations

import binascii
import contextlib
import re
import struct
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

import requests
from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import CertificateNotTrusted, PasswordRefused
from skyflytt.errors.directory import DirectoryAnswerWrong, DirectoryBusy, DirectoryRefused, DirectoryUnreachable
from skyflytt.errors.exchange import CmdletFailed, ExchangeRoleMissing

WAIT_S = 60.0
"""Where Exchange names no time; its budgets recharge by the minute."""
BUSY_WORDS = ("quota", "maximum number of", "retry later", "server is busy", "overloaded", "exceeded the maximum")
MILLISECONDS = re.compile(r"at least (\d+) milliseconds")
BUSY_STATUS = (429, 502, 503, 504)
ACCESS_DENIED = 5
CATEGORY = re.compile(r"\[FailureCategory=(?:\w+-)?([\w.]+)\]")
NOT_ALLOWED = (
    "CommandNotFoundException",
    "CmdletAccessDeniedException",
    "CmdletNotAvailable",
    "ParameterBindingException",
)
NOT_THERE = ("ManagementObjectNotFoundException",)


@contextlib.contextmanager
def failures(server: str, user: str) -> Iterator[None]:
    """Inside it, what goes wrong on the way to `server` (host and port) is a `Failure`."""
    try:
        yield
    except AuthenticationError as error:
        raise PasswordRefused(f"{user} at {server}", str(error)) from error
    except WSManFaultError as error:
        raise fault_failure(error, server) from error
    except WinRMTransportError as error:
        raise _status_failure(int(error.code), server) from error
    except requests.exceptions.SSLError as error:
        raise CertificateNotTrusted(server, _last(error)) from error
    except (requests.exceptions.ConnectionError, requests.exceptions.Timeout) as error:
        raise DirectoryUnreachable(server, _last(error)) from error
    except (WinRMError, ParseError, struct.error, binascii.Error, requests.exceptions.RequestException) as error:
        raise DirectoryAnswerWrong(server, str(error)[:300] or type(error).__name__) from error


def fault_failure(fault: WSManFaultError, server: str) -> Failure:
    """Of a fault of WS-Management: throttling is told by its words ([MS-WSMV] 3.1.4.1.31), which we ask for in English."""
    said = " ".join(str(part) for part in (fault.reason, fault.provider_fault) if part) or str(fault.message)
    words = said.lower()
    if any(hint in words for hint in BUSY_WORDS):
        named = MILLISECONDS.search(said)
        return DirectoryBusy(server, said[:300], retry_after_s=int(named[1]) / 1000 if named else WAIT_S)
    if fault.code == ACCESS_DENIED or "access is denied" in words:
        return DirectoryRefused(server, said[:300])
    if "was not found on the server" in words:
        return DirectoryUnreachable(server, "the session has ended there")
    return DirectoryAnswerWrong(server, said[:300])


def _status_failure(status: int, server: str) -> Failure:
    if status in BUSY_STATUS:
        return DirectoryBusy(server, f"HTTP {status}", retry_after_s=WAIT_S)
    if status == 403:
        return DirectoryRefused(server, "HTTP 403: the account is not allowed to use remote PowerShell")
    return DirectoryAnswerWrong(server, f"HTTP {status}: is `path` that of the PowerShell virtual directory?")


class Reported(Exception):
    """What a cmdlet reported as an error. `reason` is the exception's name at the server."""

    def __init__(self, cmdlet: str, reason: str, words: str) -> None:
        super().__init__(cmdlet, reason, words)
        self.cmdlet = cmdlet
        self.reason = reason
        self.words = words

    def __str__(self) -> str:
        return f"{self.words} ({self.reason})" if self.reason else self.words

    @property
    def not_there(self) -> bool:
        return self.reason.endswith(NOT_THERE)

    @property
    def not_allowed(self) -> bool:
        return self.reason.endswith(NOT_ALLOWED)

    def failure(self) -> Failure:
        return (ExchangeRoleMissing if self.not_allowed else CmdletFailed)(self.cmdlet, str(self))


def reported(cmdlet: str, record: Any) -> Reported:
    """From an error record ([MS-PSRP] 2.2.2.20): Exchange says the category in the id, others the reason by itself."""
    category = CATEGORY.search(str(getattr(record, "fq_error", "") or ""))
    reason = category[1] if category else str(getattr(record, "reason", "") or getattr(record, "fq_error", "") or "")
    exception = getattr(record, "exception", None)
    words = getattr(record, "details_message", None) or getattr(exception, "to_string", None) or str(record)
    return Reported(cmdlet, reason, " ".join(str(words).split())[:500])


def _last(error: BaseException) -> str:
    """The innermost words: requests wraps them three times."""
    found = re.findall(r"\[[^\]]*\] ([^'\"()]+)", str(error))
    return found[-1].strip() if found else type(error).__name__
