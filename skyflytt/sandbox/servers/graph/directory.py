"""Users, licences, roles and sign-ins. Addresses of the documentation: docs/reference/graph.md."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from skyflytt.sandbox.servers.graph.answers import PAGE_MAX, SIGN_IN_PAGE_MAX, Answer, Asked, Refusal, page, selected
from skyflytt.sandbox.servers.graph.settings import Sku, User, utc
from skyflytt.sandbox.servers.graph.state import State

NOT_PREMIUM = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"


def organisation(state: State, asked: Asked) -> Answer:
    tenant = state.tenant
    resource = {
        "id": tenant.id,
        "displayName": tenant.name,
        "verifiedDomains": [{"name": name} for name in tenant.domains],
    }
    return page(asked, [resource], PAGE_MAX, lambda one: selected(one, asked.options))


def users(state: State, asked: Asked) -> Answer:
    with_sign_ins = "signInActivity" in asked.options.get("$select", "")
    if with_sign_ins:
        _require_sign_ins(state, asked)
    longest = min(state.tenant.page, SIGN_IN_PAGE_MAX if with_sign_ins else PAGE_MAX)
    return page(asked, state.shown(), longest, lambda one: selected(_user(one), asked.options, ("signInActivity",)))


def user(state: State, asked: Asked, name: str) -> Answer:
    found = state.find(name) or _missing(name)
    told = next((one for one in state.shown() if one.id == found.id), found)
    return Answer(200, selected(_user(told), asked.options, ("signInActivity",)))


def update_user(state: State, asked: Asked, name: str) -> Answer:
    """Takes no change: it only tells who may make one."""
    if state.find(name) is None:
        _missing(name)
    if asked.body:
        raise Refusal(400, "Request_BadRequest", "This simulator changes no properties of a user.")
    return Answer(204)


def delete_user(state: State, _: Asked, name: str) -> Answer:
    found = state.find(name) or _missing(name)
    state.changing(found)
    state.deleted[found.id] = state.users.pop(found.id)
    return Answer(204)


def subscribed_skus(state: State, asked: Asked) -> Answer:
    return page(asked, state.tenant.skus, PAGE_MAX, lambda one: selected(_sku(state, one), asked.options))


def assign_license(state: State, asked: Asked, name: str) -> Answer:
    found = state.find(name) or _missing(name)
    body = asked.body if isinstance(asked.body, dict) else {}
    if not isinstance(body.get("addLicenses"), list) or not isinstance(body.get("removeLicenses"), list):
        raise Refusal(400, "Request_BadRequest", "One or more parameters of the operation 'assignLicense' are missing.")
    adding = [_known(state, str(one.get("skuId"))) for one in body["addLicenses"]]
    removing = [_known(state, str(one)) for one in body["removeLicenses"]]
    for sku in removing:
        _require_removable(found, sku)
    for sku in adding:
        _require_assignable(state, found, sku)
    state.changing(found)
    gone = {sku.id for sku in removing}
    kept = [one for one in found.licences if one not in gone]
    found.licences = tuple(dict.fromkeys([*kept, *(sku.id for sku in adding)]))
    return Answer(200, selected(_user(found), {}, ("signInActivity",)))


def role_members(state: State, asked: Asked, role: str) -> Answer:
    if role not in state.tenant.roles:
        raise Refusal(
            404,
            "Request_ResourceNotFound",
            f"Resource '{role}' does not exist or one of its queried references is not present.",
        )
    found = [state.users[key] for key in state.tenant.roles[role] if key in state.users]
    return page(
        asked,
        found,
        state.tenant.page,
        lambda one: {"@odata.type": "#microsoft.graph.user", **selected(_user(one), asked.options)},
    )


def sign_ins(state: State, asked: Asked) -> Answer:
    _require_sign_ins(state, asked)
    since = _since(asked.options.get("$filter", ""))
    found = [one for one in state.tenant.sign_ins if since is None or one.at >= since]
    return page(asked, found, state.tenant.page, lambda one: {
        "createdDateTime": utc(one.at), "userId": one.user, "appDisplayName": one.app, "isInteractive": True,
        "status": {"errorCode": one.error},
    })  # fmt: skip


def _user(user: User) -> dict[str, Any]:
    held = tuple(dict.fromkeys([*user.licences, *user.by_group]))
    activity = {
        "lastSignInDateTime": utc(user.last_sign_in),
        "lastNonInteractiveSignInDateTime": utc(user.last_by_program) or "0001-01-01T00:00:00Z",
        "lastSuccessfulSignInDateTime": utc(max(filter(None, (user.last_sign_in, user.last_by_program)), default=None)),
    }
    told: dict[str, Any] = {
        "id": user.id,
        "userPrincipalName": user.address,
        "displayName": user.name,
        "accountEnabled": user.enabled,
        "usageLocation": user.usage_location,
        "assignedLicenses": [{"disabledPlans": [], "skuId": key} for key in held],
    }
    # Who never signed in has no such property at all.
    return told | ({"signInActivity": activity} if user.last_sign_in or user.last_by_program else {})


def _sku(state: State, sku: Sku) -> dict[str, Any]:
    return {
        "id": f"{state.tenant.id}_{sku.id}",
        "skuId": sku.id,
        "skuPartNumber": sku.name,
        "appliesTo": "Company" if sku.company else "User",
        "capabilityStatus": "Enabled" if sku.enabled else "Warning" if sku.warning else "Suspended",
        "consumedUnits": state.consumed(sku),
        "prepaidUnits": {"enabled": sku.enabled, "lockedOut": 0, "suspended": sku.suspended, "warning": sku.warning},
        "subscriptionIds": list(sku.subscriptions),
    }


def _missing(name: str) -> User:
    raise Refusal(
        404,
        "Request_ResourceNotFound",
        f"Resource '{name}' does not exist or one of its queried references is not present.",
    )


def _known(state: State, key: str) -> Sku:
    found = state.sku(key)
    if found is None:
        raise Refusal(400, "Request_BadRequest", f"License {key} does not correspond to a valid company License.")
    return found


def _require_removable(user: User, sku: Sku) -> None:
    if sku.id in user.by_group:
        raise Refusal(
            400,
            "Request_BadRequest",
            "User license is inherited from a group membership and it cannot be removed directly from the user.",
        )
    if sku.id not in user.licences:
        raise Refusal(400, "Request_BadRequest", "User does not have a corresponding license.")


def _require_assignable(state: State, user: User, sku: Sku) -> None:
    if not user.usage_location:
        raise Refusal(
            400, "Request_BadRequest", "License assignment cannot be done for user with invalid usage location."
        )
    if sku.id not in user.licences and state.consumed(sku) >= sku.enabled + sku.warning:
        raise Refusal(
            400, "Request_BadRequest", f"Subscription with SKU {sku.id} does not have any available licenses."
        )


def _require_sign_ins(state: State, asked: Asked) -> None:
    if "AuditLog.Read.All" not in asked.permissions:
        raise Refusal(
            403,
            "Authentication_MSGraphPermissionMissing",
            "Calling principal does not have required MSGraph permissions AuditLog.Read.All",
        )
    if not state.tenant.premium:
        raise Refusal(403, NOT_PREMIUM, "Neither tenant is B2C or tenant doesn't have premium license")


def _since(condition: str) -> datetime | None:
    if not condition:
        return None
    found = re.fullmatch(r"createdDateTime ge (\S+)", condition)
    if found is None:
        raise Refusal(400, "BadRequest", "Invalid filter clause")
    return datetime.fromisoformat(found[1])
