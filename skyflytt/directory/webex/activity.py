"""Who signed in at Webex, from its two audit lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from skyflytt.deadline.countdown import Activity
from skyflytt.directory.http import Requests
from skyflytt.directory.port import Seen
from skyflytt.directory.webex.pages import Query, items, items_by_offset
from skyflytt.directory.webex.reading import seen_in_audit
from skyflytt.errors.directory import ActivityNotTold, DirectoryRefused

ADMINISTRATORS_A_PAGE = 200
SIGN_INS_A_PAGE = 1000
LOGINS = "LOGINS"


def signed_in_as_administrator(requests: Requests, organisation: str, begin: datetime, end: datetime) -> Iterator[Seen]:
    """Sign-ins to the control hub by the organisation's own administrators; a partner's do not count.

    Raises `ActivityNotTold` where the token has no right to see them.
    """
    query = {"orgId": organisation, "from": _written(begin), "to": _written(end), "eventCategories": LOGINS}
    try:
        for told in items_by_offset(requests, "adminAudit/events", query, ADMINISTRATORS_A_PAGE):
            if told.get("actorOrgId") == organisation:
                yield seen_in_audit(told, Activity.CONTROL_HUB_SIGN_IN)
    except DirectoryRefused as refused:
        raise ActivityNotTold(organisation, refused.detail) from refused


def signed_in(requests: Requests, organisation: str, begin: datetime, end: datetime) -> Iterator[Seen]:
    """Sign-ins to the app. Nothing where the contract does not include them (Pro Pack): then people's last activity has to do."""
    query: Query = {
        "orgId": organisation,
        "startTime": _written(begin),
        "endTime": _written(end),
        "eventCategories": LOGINS,
        "max": SIGN_INS_A_PAGE,
    }
    try:
        for told in items(requests, "admin/securityAudit/events", query):
            yield seen_in_audit(told, Activity.APP_SIGN_IN)
    except DirectoryRefused:
        return


def _written(at: datetime) -> str:
    """As the documentation's examples have it: UTC with milliseconds and a Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
