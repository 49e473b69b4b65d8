"""Graph's resources as the port's records. Shapes: https://learn.microsoft.com/graph/api/resources/{user,subscribedsku,signin}."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from skyflytt.deadline.countdown import Activity
from skyflytt.directory.port import Account, Licence, Seen
from skyflytt.errors.directory import DirectoryAnswerWrong

NEVER_BEFORE = datetime(1970, 1, 1, tzinfo=UTC)
"""Graph gives 0001-01-01 for what never was."""


def instant(text: object) -> datetime | None:
    """An aware instant; None for what is none, or never was."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if found > NEVER_BEFORE else None


def account_of(user: Mapping[str, Any], administrators: frozenset[str]) -> Account:
    """Raises `DirectoryAnswerWrong` for a user without an id or a name to sign in with."""
    key, address = user.get("id"), user.get("userPrincipalName")
    if not isinstance(key, str) or not isinstance(address, str):
        raise DirectoryAnswerWrong(str(key or address or "a user"), "it has no id or no userPrincipalName")
    held = {str(one.get("skuId")).lower() for one in user.get("assignedLicenses") or ()}
    return Account(
        key,
        address.lower(),
        str(user.get("displayName") or ""),
        user.get("accountEnabled") is not False,
        tuple(sorted(held)),
        key in administrators,
        last_active(user),
    )


def last_active(user: Mapping[str, Any]) -> datetime | None:
    """The last sign-in that succeeded, by hand or by a program; before December 2023 only attempts were kept."""
    activity = user.get("signInActivity") or {}
    succeeded = instant(activity.get("lastSuccessfulSignInDateTime"))
    if succeeded is not None:
        return succeeded
    attempts = (instant(activity.get(name)) for name in ("lastSignInDateTime", "lastNonInteractiveSignInDateTime"))
    return max((at for at in attempts if at is not None), default=None)


def licence_of(sku: Mapping[str, Any]) -> Licence:
    """Units that are in their last days (`warning`) can still be given; suspended and locked ones cannot."""
    key, units = sku.get("skuId"), sku.get("prepaidUnits") or {}
    if not isinstance(key, str):
        raise DirectoryAnswerWrong(str(sku.get("skuPartNumber") or "a licence"), "it has no skuId")
    used = sku.get("consumedUnits")
    whole_company = sku.get("appliesTo") == "Company"
    subscriptions = sku.get("subscriptionIds") or ()
    return Licence(
        key.lower(),
        str(sku.get("skuPartNumber") or key),
        int(units.get("enabled") or 0) + int(units.get("warning") or 0),
        used if isinstance(used, int) else None,
        used_elsewhere=used if whole_company and isinstance(used, int) else 0,
        subscription=", ".join(sorted(map(str, subscriptions))) or None,
    )


def seen_of(sign_in: Mapping[str, Any], administrators: frozenset[str]) -> Seen | None:
    """A sign-in that succeeded; None for one that failed, which is nobody being there."""
    at = instant(sign_in.get("createdDateTime"))
    if at is None or (sign_in.get("status") or {}).get("errorCode") not in (0, None):
        return None
    who = str(sign_in.get("userId") or "")
    what = Activity.ADMINISTRATOR_SIGN_IN if who in administrators else Activity.APP_SIGN_IN
    return Seen(at, what, who or None)
