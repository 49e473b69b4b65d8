"""Who may open an item: direct grants, each on the item that they were given on and below it.

https://learn.microsoft.com/graph/api/driveitem-invite, …/driveitem-list-permissions.
"""

from __future__ import annotations

import secrets
from typing import Any

from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal, page
from skyflytt.sandbox.servers.graph.drive_items import of
from skyflytt.sandbox.servers.graph.drive_state import Drive, DriveItem
from skyflytt.sandbox.servers.graph.state import State

ROLES = ("read", "write")


def permissions(state: State, asked: Asked, key: str, item_id: str, path: str = "") -> Answer:
    drive = of(state, key)
    found = drive.at(_there(drive.items.get(item_id)), path)
    return page(asked, _every(drive, _there(found)), 100, dict)


def invite(state: State, asked: Asked, key: str, item_id: str, path: str = "") -> Answer:
    """A recipient that nobody knows is refused within an answer of 207, and the others are let in all the same."""
    drive, body = of(state, key), asked.body if isinstance(asked.body, dict) else {}
    drive.require_writable()
    found = _there(drive.at(_there(drive.items.get(item_id)), path))
    roles = body.get("roles")
    if not isinstance(roles, list) or not roles or not set(roles) <= set(ROLES) or not body.get("requireSignIn"):
        raise Refusal(400, "invalidRequest", "Invalid roles, or anonymous access")
    told = [_given(state, found, str(one.get("email") or ""), roles) for one in body.get("recipients") or []]
    failed = any("error" in one for one in told)
    return Answer(207 if failed else 200, {"value": told})


def _given(state: State, found: DriveItem, address: str, roles: list[str]) -> dict[str, Any]:
    user = state.find(address)
    if user is None:
        error = {"code": "notAllowed", "message": f"User {address} could not be resolved"}
        return {"grantedToV2": {"siteUser": {"email": address}}, "roles": roles, "error": error}
    grant = {
        "id": secrets.token_hex(6), "roles": roles,
        "grantedToV2": {"user": {"id": user.id, "email": user.address, "displayName": user.name}},
    }  # fmt: skip
    found.grants.append(grant)
    return grant


def _every(drive: Drive, found: DriveItem) -> list[dict[str, Any]]:
    every, item = list(found.grants), found
    while item.id != drive.root.id:
        item = drive.items[item.parent]
        every += [{**grant, "inheritedFrom": {"id": item.id, "driveId": drive.start.id}} for grant in item.grants]
    return every


def _there(found: DriveItem | None) -> DriveItem:
    if found is None:
        raise Refusal(404, "itemNotFound", "The resource could not be found.")
    return found
