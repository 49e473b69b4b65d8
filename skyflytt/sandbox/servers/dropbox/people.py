"""users/*, team/* and sharing/*: accounts, the team and its members, who a folder is shared with."""

from __future__ import annotations

from itertools import count
from typing import Any

from skyflytt.sandbox.servers.dropbox.answers import refused
from skyflytt.sandbox.servers.dropbox.metadata import shared_at, shared_by_id
from skyflytt.sandbox.servers.dropbox.settings import Person, Shared
from skyflytt.sandbox.servers.dropbox.site import Asked, Site, account_id, home_name, in_words
from skyflytt.sandbox.servers.dropbox.tree import Node

POLICIES = {
    "shared_folder_member_policy": {".tag": "anyone"},
    "shared_folder_join_policy": {".tag": "from_anyone"},
    "shared_link_create_policy": {".tag": "default_public"},
    "group_creation_policy": {".tag": "admins_only"},
    "shared_folder_link_restriction_policy": {".tag": "anyone"},
    "enforce_link_password_policy": {".tag": "optional"},
    "default_link_expiration_days_policy": {".tag": "none"},
    "shared_link_default_permissions_policy": {".tag": "default"},
}
MEMBERS_PAGE = 2
NUMBERS = count(1)


def current_account(site: Site, asked: Asked, _argument: Any) -> dict[str, Any]:
    person = asked.person
    told: dict[str, Any] = {
        "account_id": account_id(person.email),
        "name": in_words(person),
        "email": person.email,
        "email_verified": True,
        "disabled": False,
        "locale": "sv",
        "referral_link": "",
        "is_paired": False,
        "account_type": {".tag": "business" if person.in_team and site.account.team else "basic"},
        "root_info": site.root_info(person),
    }
    if site.account.team and person.in_team:
        told["team"] = {
            "id": site.account.team,
            "name": site.account.team_name,
            "sharing_policies": POLICIES,
            "office_addin_policy": {".tag": "enabled"},
            "top_level_content_policy": {".tag": "admin_only"},
        }
        told["team_member_id"] = person.member_id
    return told


def space_usage(site: Site, asked: Asked, _argument: Any) -> dict[str, Any]:
    used = site.used()
    if not (site.account.team and asked.person.in_team):
        return {"used": used, "allocation": {".tag": "individual", "allocated": site.account.room_bytes}}
    of_team = {
        ".tag": "team",
        "used": used,
        "allocated": site.account.room_bytes,
        "user_within_team_space_allocated": 0,
        "user_within_team_space_limit_type": {".tag": "off"},
        "user_within_team_space_used_cached": 0,
    }
    return {"used": used, "allocation": of_team}


def team_info(site: Site, _argument: Any) -> dict[str, Any]:
    holders = [one for one in site.account.people if one.in_team and one.status != "removed"]
    return {
        "name": site.account.team_name,
        "team_id": site.account.team,
        "num_licensed_users": site.account.licences,
        "num_provisioned_users": len(holders),
        "num_used_licenses": len(holders),
        "policies": {
            "sharing": POLICIES,
            "emm_state": {".tag": "disabled"},
            "office_addin": {".tag": "enabled"},
            "suggest_members_policy": {".tag": "enabled"},
            "top_level_content_policy": {".tag": "admin_only"},
        },
    }


def _member(site: Site, person: Person) -> dict[str, Any]:
    return {
        "profile": {
            "team_member_id": person.member_id,
            "account_id": account_id(person.email),
            "email": person.email,
            "email_verified": True,
            "status": {".tag": person.status},
            "name": in_words(person),
            "membership_type": {".tag": "full"},
            "groups": [],
            "member_folder_id": site.home_namespace(person),
            "root_folder_id": site.root_namespace(person),
        }
    }


def members_info(site: Site, argument: dict[str, Any]) -> dict[str, Any]:
    told: list[dict[str, Any]] = []
    for one in argument["members"]:
        found = site.person(one[one[".tag"]])
        if found is None or not found.in_team:
            told.append({".tag": "id_not_found", "id_not_found": one[one[".tag"]]})
        else:
            told.append({".tag": "member_info", **_member(site, found)})
    return {"members_info": told}


def members_list(site: Site, _argument: dict[str, Any]) -> dict[str, Any]:
    everybody = [_member(site, one) for one in site.account.people if one.in_team and one.status != "removed"]
    return _page(site, everybody)


def members_continue(site: Site, argument: dict[str, Any]) -> dict[str, Any]:
    if argument["cursor"] not in site.cursors:
        raise refused("invalid_cursor")
    return _page(site, site.cursors[argument["cursor"]])


def _page(site: Site, members: list[Any]) -> dict[str, Any]:
    cursor = f"sim-members-{next(NUMBERS)}"
    site.cursors[cursor] = members[MEMBERS_PAGE:]
    return {"members": members[:MEMBERS_PAGE], "cursor": cursor, "has_more": len(members) > MEMBERS_PAGE}


def folder_members(site: Site, _asked: Asked, argument: dict[str, Any]) -> dict[str, Any]:
    found = shared_by_id(site, argument["shared_folder_id"])
    if found is None:
        raise refused("invalid_id")
    return _sharing_page(site, _membership(site, found))


def file_members(site: Site, _asked: Asked, argument: dict[str, Any]) -> dict[str, Any]:
    for tree in (site.team, *site.homes.values()):
        names = _find(tree.top, argument["file"], [])
        if names is not None and (found := shared_at(site, tree, names)) is not None:
            return _sharing_page(site, _membership(site, found))
    raise refused("access_error", "not_found")


def _find(node: Node, wanted: str, names: list[str]) -> list[str] | None:
    for one in node.inside.values():
        if one.id == wanted:
            return [*names, one.name]
        if (below := _find(one, wanted, [*names, one.name])) is not None:
            return below
    return None


def members_page(site: Site, _asked: Asked, argument: dict[str, Any]) -> dict[str, Any]:
    if argument["cursor"] not in site.cursors:
        raise refused("invalid_cursor")
    return _sharing_page(site, site.cursors[argument["cursor"]])


def _sharing_page(site: Site, members: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Users, groups and invitees, a few at a time."""
    told: dict[str, Any] = {"users": [], "groups": [], "invitees": []}
    for kind, one in members[:MEMBERS_PAGE]:
        told[kind].append(one)
    if len(members) > MEMBERS_PAGE:
        told["cursor"] = f"sim-sharing-{next(NUMBERS)}"
        site.cursors[told["cursor"]] = members[MEMBERS_PAGE:]
    return told


def _membership(site: Site, shared: Shared) -> list[tuple[str, dict[str, Any]]]:
    told: list[tuple[str, dict[str, Any]]] = []
    for who, access in shared.members.items():
        entry: dict[str, Any] = {"access_type": {".tag": access}, "permissions": [], "is_inherited": False}
        if who.startswith("group "):
            told.append(("groups", {**entry, "group": _group(who.removeprefix("group "))}))
            continue
        person = site.person(who)
        name = home_name(person) if person else who
        user = {"account_id": account_id(who), "email": who, "display_name": name, "same_team": person is not None}
        told.append(("users", {**entry, "user": user}))
    for address, access in shared.invited.items():
        invitee = {".tag": "email", "email": address}
        told.append(("invitees", {"access_type": {".tag": access}, "permissions": [], "invitee": invitee}))
    return told


def _group(name: str) -> dict[str, Any]:
    return {
        "group_name": name,
        "group_id": f"g:sim-{name}",
        "group_management_type": {".tag": "company_managed"},
        "group_type": {".tag": "team"},
        "is_member": False,
        "is_owner": False,
        "same_team": True,
    }
