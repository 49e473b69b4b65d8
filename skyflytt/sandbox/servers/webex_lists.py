"""The lists of the sandbox's Webex, in the shapes of the documentation's examples."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from skyflytt.sandbox.servers.webex_organisation import (
    FULL_ADMINISTRATOR,
    License,
    Organisation,
    Person,
    SignIn,
    webex_id,
)

PAGE = 100
HYBRID = "Hybrid"
Item = dict[str, Any]


def roles() -> list[Item]:
    return [{"id": webex_id("ROLE", name), "name": name} for name in (FULL_ADMINISTRATOR, "Read-only Administrator")]


def organisation(one: Organisation) -> Item:
    return {"id": one.id, "displayName": one.name, "created": "2015-10-18T14:26:16+00:00"}


def person(one: Person, home: Organisation) -> Item:
    """With several licences in one text and truth values as texts, as the documentation's own examples have them."""
    told: Item = {
        "id": one.id,
        "emails": [one.email],
        "displayName": one.name or one.email,
        "orgId": home.id,
        "roles": [webex_id("ROLE", FULL_ADMINISTRATOR)] if one.administrator else [],
        "licenses": [",".join(one.licenses)] if one.licenses else [],
        "invitePending": "false",
        "loginEnabled": str(one.enabled).lower(),
        "type": "person",
    }
    if one.last_activity:
        told["lastActivity"] = written(one.last_activity)
    return told


def licences(home: Organisation) -> list[Item]:
    return [licence(home, one) for one in home.licenses]


def licence(home: Organisation, one: License) -> Item:
    held = len(home.holders(one))
    hybrid = one.name.startswith(HYBRID)
    told: Item = {
        "id": one.id,
        "name": one.name,
        "totalUnits": 1 if hybrid else one.total,
        "consumedUnits": 0 if hybrid else held + one.workspaces,
        "consumedByUsers": 0 if hybrid else held,
        "consumedByWorkspaces": one.workspaces,
    }
    return {
        **told,
        **({"subscriptionId": one.subscription} if one.subscription else {}),
        **({"siteUrl": one.site, "siteType": "Control Hub managed site"} if one.site else {}),
    }


def details(request: Request, home: Organisation, one: License) -> Response:
    """A licence, and who holds it where that is asked for: 300 a page at most."""
    told = licence(home, one)
    if request.query_params.get("includeAssignedTo") != "user":
        return JSONResponse(told)
    users = [
        {
            "id": who.id,
            "type": "EXTERNAL" if who.home else "INTERNAL",
            "displayName": who.name or who.email,
            "email": who.email,
        }
        for who in home.holders(one)
    ]
    most = min(int(request.query_params.get("limit", 300)), 300)
    at = int(request.query_params.get("next", 0))
    links = _link(request, "next", at + most) if at + most < len(users) else {}
    return JSONResponse({**told, "users": users[at : at + most]}, headers=links)


def page(request: Request, items: list[Item], usual: int) -> Response:
    """One page, and the way to the next in the Link header."""
    most = max(1, min(int(request.query_params.get("max", usual)), 1000))
    at = int(request.query_params.get("cursor", 0))
    links = _link(request, "cursor", at + most) if at + most < len(items) else {}
    return JSONResponse({"items": items[at : at + most]}, headers=links)


def by_offset(request: Request, items: list[Item]) -> list[Item]:
    most = min(int(request.query_params.get("max", 100)), 200)
    at = int(request.query_params.get("offset", 0))
    return items[at : at + most]


def administrators_events(request: Request, home: Organisation, all_of_them: list[Organisation]) -> list[Item]:
    """Sign-ins to the control hub of `home`, a partner's too; each with the organisation of who it was."""
    homes = {who.email: one.id for one in all_of_them for who in one.people if not who.home}
    return [
        _event(one, homes.get(one.email, ""), "EventCategory.LOGINS", "An Admin logged in")
        for one in home.sign_ins
        if one.hub and _within(request, one, "from", "to")
    ]


def sign_in_events(request: Request, home: Organisation) -> list[Item]:
    return [
        _event(one, home.id, "LOGINS", "A user logged in")
        for one in home.sign_ins
        if not one.hub and _within(request, one, "startTime", "endTime")
    ]


def written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _event(one: SignIn, organisation_id: str, category: str, words: str) -> Item:
    data = {"actorEmail": one.email, "eventCategory": category, "eventDescription": words, "actionText": words}
    return {
        "id": webex_id("EVENT", f"{one.email}/{one.at}/{one.hub}"),
        "created": written(one.at),
        "actorId": webex_id("PEOPLE", one.email),
        "actorOrgId": organisation_id,
        "data": data,
    }


def _within(request: Request, one: SignIn, begin: str, end: str) -> bool:
    first, last = (datetime.fromisoformat(request.query_params[name]) for name in (begin, end))
    return first <= one.at <= last


def _link(request: Request, name: str, at: int) -> dict[str, str]:
    return {"Link": f'<{request.url.include_query_params(**{name: at})}>; rel="next"'}
