"""What Webex's interface writes, as the port has it. Shapes: developer.webex.com, docs/reference/webex.md."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from skyflytt.deadline.countdown import Activity
from skyflytt.directory.port import Account, Licence, Seen
from skyflytt.errors.directory import DirectoryAnswerWrong

FULL_ADMINISTRATOR = "Full Administrator"
UNCOUNTED = "Hybrid"
"""Licences of hybrid services are always told as one unit of which none is used, however many hold them."""


def account_of(told: dict[str, Any], administrators: Collection[str]) -> Account:
    """A person; `administrators` are the ids of the roles that may change the organisation."""
    emails = told.get("emails") or [""]
    return Account(
        key=text(told, "id"),
        address=str(emails[0]).casefold(),
        name=str(told.get("displayName") or ""),
        enabled=str(told.get("loginEnabled", True)).casefold() == "true",
        licences=tuple(sorted(set(ids(told.get("licenses"))))),
        administrator=not set(ids(told.get("roles"))).isdisjoint(administrators),
        last_active=instant(told["lastActivity"]) if told.get("lastActivity") else None,
    )


def outsider_of(told: dict[str, Any], licence: str) -> Account:
    """Somebody outside of the organisation who holds one of its licences."""
    return Account(
        key=text(told, "id"),
        address=str(told.get("email") or "").casefold(),
        name=str(told.get("displayName") or ""),
        licences=(licence,),
    )


def licence_of(told: dict[str, Any], trials: Collection[str]) -> Licence:
    """A licence; `trials` are the subscriptions that are known to be trials."""
    subscription = told.get("subscriptionId") or None
    name = str(told.get("name") or "")
    return Licence(
        key=text(told, "id"),
        name=f"{name} ({told['siteUrl']})" if told.get("siteUrl") else name,
        total=_count(told, "totalUnits"),
        used=_count(told, "consumedUnits"),
        used_elsewhere=_count(told, "consumedByWorkspaces") or 0,
        trial=True if subscription in trials else None,
        metered=not name.startswith(UNCOUNTED),
        subscription=subscription,
    )


def seen_in_audit(told: dict[str, Any], what: Activity) -> Seen:
    data = told.get("data") if isinstance(told.get("data"), dict) else {}
    who = (data or {}).get("actorEmail") or told.get("actorId")
    return Seen(instant(text(told, "created")), what, str(who) if who else None)


def ids(told: Iterable[Any] | None) -> list[str]:
    """Ids in a list; the documentation's own examples have several in one text, with commas between them."""
    return [part.strip() for one in told or () for part in str(one).split(",") if part.strip()]


def text(told: dict[str, Any], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str) or not found:
        raise DirectoryAnswerWrong(str(told.get("id") or "an item"), f"it has no {name}")
    return found


def instant(written: str) -> datetime:
    """ISO 8601 with an offset."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise DirectoryAnswerWrong(written, "this is not an instant")
    return at


def _count(told: dict[str, Any], name: str) -> int | None:
    found = told.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or found < 0 or found != int(found):
        raise DirectoryAnswerWrong(str(told.get("name") or "a licence"), f"its {name} is {found!r}")
    return int(found)
