"""What Graph's refusals mean to a directory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, ServerBusy, ServerUnreachable
from skyflytt.errors.directory import (
    AccountNotFound,
    DirectoryAnswerWrong,
    DirectoryBusy,
    DirectoryUnreachable,
    LicenceNotFound,
    LicenceRefused,
)
from skyflytt.errors.graph import ConsentMissing, GraphAnswerWrong
from skyflytt.graph import Refused

NOT_THERE = ("Request_ResourceNotFound", "ResourceNotFound", "itemNotFound")
NOT_PREMIUM = ("Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Authentication_RequestFromUnsupportedUserRole")
"""What sign-in data is refused with where the tenant has no Entra ID P1: https://learn.microsoft.com/graph/api/signin-list."""
NOT_HELD = ("does not have a corresponding license",)
NO_SUCH_SKU = ("does not correspond to a valid company license",)


@contextlib.contextmanager
def failures(tenant: str, permission: str) -> Iterator[None]:
    """`permission` is the application permission that the calls inside need."""
    try:
        yield
    except Refused as refused:
        raise failure_of(refused, tenant, permission) from refused
    except ServerBusy as busy:
        raise DirectoryBusy(tenant, busy.detail, retry_after_s=busy.retry_after_s) from busy
    except (ServerUnreachable, ConnectionLost) as lost:
        raise DirectoryUnreachable(tenant, f"{lost.item}: {lost.detail}") from lost
    except GraphAnswerWrong as wrong:
        raise DirectoryAnswerWrong(tenant, f"{wrong.item}: {wrong.detail}") from wrong


def failure_of(refused: Refused, tenant: str, permission: str) -> Failure:
    if refused.status == 403:
        return ConsentMissing(f"{permission} in {tenant}", str(refused))
    return DirectoryAnswerWrong(tenant, str(refused))


def licence_failure(refused: Refused, licence: str, account: str) -> Failure | None:
    """Of assignLicense; None where the account simply does not hold what is to be taken."""
    words = refused.words.lower()
    if refused.status == 404 or refused.code in NOT_THERE:
        return AccountNotFound(account, str(refused))
    if any(said in words for said in NOT_HELD):
        return None
    if any(said in words for said in NO_SUCH_SKU):
        return LicenceNotFound(licence, str(refused))
    if refused.status == 403:
        return ConsentMissing(f"LicenseAssignment.ReadWrite.All for {account}", str(refused))
    return LicenceRefused(f"{licence} of {account}", str(refused))
