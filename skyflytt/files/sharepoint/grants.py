"""The permissions of the old folders, as sharing of the new ones: folders only, named people and groups only, and nothing by itself.

What cannot be said in SharePoint, or would let in more than before, is told and left to a person. Grants are passed on to what a folder holds.
https://learn.microsoft.com/graph/api/driveitem-invite, …/driveitem-list-permissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skyflytt.errors.files import PathMissing
from skyflytt.files.sharepoint.access import EVERYBODY, Role, wishes
from skyflytt.files.sharepoint.failures import failures
from skyflytt.files.sharepoint.store import SharepointStore

ROOT = "."
STRONGER: Mapping[Role, tuple[str, ...]] = {"read": ("read", "write", "owner"), "write": ("write", "owner")}


@dataclass(frozen=True, slots=True)
class Grant:
    """`path` is the store's, empty for its root; `address` is a person's or a group's in Microsoft 365."""

    path: str
    address: str
    role: Role


@dataclass(frozen=True, slots=True)
class Left:
    """What is not carried over, and why."""

    path: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    grants: tuple[Grant, ...]
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state` is `there` (nothing to be done), `would be given` (dry), `given`, or `refused` with Graph's words in `detail`."""

    grant: Grant
    state: str
    detail: str = ""


def planned(rows: Iterable[Mapping[str, str]], people: Mapping[str, str]) -> Plan:
    """`people` maps the source's names, numbers or SIDs to addresses; an empty address is somebody who is to have nothing."""
    grants: list[Grant] = []
    left: list[Left] = []
    above: dict[str, frozenset[Grant]] = {}
    for row in rows:
        path = "" if row["path"] == ROOT else row["path"]
        if row.get("of") != "folder" or row.get("problem"):
            left.append(Left(path, "", row.get("problem") or f"{row.get('files')} files have permissions of their own"))
            continue
        given = frozenset(_granted(path, row, people, left))
        inherited = _inherited(path, above)
        left += _narrower(path, given, inherited)
        have = {(one.address, role) for one in inherited for role in ("read", "write") if one.role in STRONGER[role]}
        grants += sorted((one for one in given if (one.address, one.role) not in have), key=lambda one: one.address)
        above[path] = given
    return Plan(tuple(grants), tuple(left))


def _granted(path: str, row: Mapping[str, str], people: Mapping[str, str], left: list[Left]) -> Iterator[Grant]:
    for wish in wishes(row):
        address = people.get(wish.who)
        if wish.refuses:
            left.append(Left(path, wish.who, "it is shut out by name; SharePoint has no such thing"))
        elif address:
            yield Grant(path, address, wish.role)
        elif address is None and wish.who in EVERYBODY:
            left.append(Left(path, wish.who, "everybody may; name a group for it if that is wanted"))
        elif address is None:
            left.append(Left(path, wish.who, "nobody says who that is in Microsoft 365"))


def _inherited(path: str, above: Mapping[str, frozenset[Grant]]) -> frozenset[Grant]:
    """What the nearest folder above says that has permissions of its own."""
    while path:
        path = path.rpartition("/")[0]
        if path in above:
            return above[path]
    return frozenset()


def _narrower(path: str, given: frozenset[Grant], inherited: frozenset[Grant]) -> list[Left]:
    """SharePoint passes on what is given further up; nothing is taken away from anybody by itself."""
    strength = {one.address: len(STRONGER[one.role]) for one in given}
    return [
        Left(
            path,
            one.address,
            f"the folder above gives {one.role}, this one gave less: stop the passing on, or move it away",
        )
        for one in sorted(inherited, key=lambda one: one.address)
        if strength.get(one.address, 9) > len(STRONGER[one.role])
    ]


def carried_out(plan: Plan, store: SharepointStore, *, dry: bool = True) -> Iterator[Outcome]:
    """Each grant in turn: what is there already is left, and with `dry` nothing is changed. Nobody is sent a letter."""
    for grant in plan.grants:
        if _is_there(grant, store):
            yield Outcome(grant, "there")
        elif dry:
            yield Outcome(grant, "would be given")
        else:
            yield _given(grant, store)


def _is_there(grant: Grant, store: SharepointStore) -> bool:
    with failures(grant.path or ROOT, store.client.host):
        every = list(store.client.pages(store.library.url(grant.path, "/permissions")))
    return any(_covers(one, grant) for one in every)


def _covers(permission: Mapping[str, Any], grant: Grant) -> bool:
    granted = permission.get("grantedToV2") or permission.get("grantedTo") or {}
    addresses = {str(who.get("email") or "").casefold() for who in granted.values() if isinstance(who, dict)}
    return grant.address.casefold() in addresses and bool(
        set(permission.get("roles") or []) & set(STRONGER[grant.role])
    )


def _given(grant: Grant, store: SharepointStore) -> Outcome:
    body = {
        "requireSignIn": True, "sendInvitation": False, "roles": [grant.role], "recipients": [{"email": grant.address}],
    }  # fmt: skip
    if grant.path and store.look(grant.path, "id") is None:
        raise PathMissing(grant.path, "the folder is not at the target")
    with failures(grant.path or ROOT, store.client.host):
        answer = store.client.post(store.library.url(grant.path, "/invite"), body)
    refused = [one["error"] for one in answer.get("value") or [] if isinstance(one, dict) and one.get("error")]
    if refused:
        return Outcome(grant, "refused", str(refused[0].get("message") or refused[0].get("code") or ""))
    return Outcome(grant, "given")
