"""The simulated Dropbox as it is now: whose spaces there are, who asks, and where a path leads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.servers.dropbox.answers import Refused, unauthorized
from skyflytt.sandbox.servers.dropbox.faults import Faults
from skyflytt.sandbox.servers.dropbox.settings import Account, Person, Token
from skyflytt.sandbox.servers.dropbox.tree import Node, Tree, folded
from skyflytt.sandbox.servers.dropbox.uploads import Uploads

TEAM_ROOT = "1000"
OF_A_TEAM = (
    "Error in call to API function: this API function operates on a single Dropbox account, but the OAuth 2 access token you "
    'provided is for an entire Dropbox Business team. Provide the "Dropbox-API-Select-User" HTTP header.'
)
NOT_OF_A_TEAM = "Dropbox-API-Select-User is not permitted: the token is not of a Dropbox Business team."


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's person, and the namespace that its paths begin at."""

    person: Person
    in_team_space: bool


@dataclass(slots=True)
class Site:
    account: Account
    clock: Clock
    uploads: Uploads
    faults: Faults = field(default_factory=Faults)
    homes: dict[str, Tree] = field(default_factory=dict)
    team: Tree = field(default_factory=Tree)
    cursors: dict[str, Any] = field(default_factory=dict)
    shown: dict[tuple[int, tuple[str, ...]], tuple[list[Any], int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for person in self.account.people:
            self.homes[person.email] = Tree()
        for one in self.account.shared:
            tree = self.team if one.of == "team" else self.homes[one.of]
            tree.folder(_names(one.path))
        for path in self.account.documents:
            names = _names(path)
            above = self.homes[self.account.people[0].email].folder(names[:-1])
            above.inside[folded(names[-1])] = Node(names[-1], b"", "0" * 64, rev="0123456789abcdef", document=True)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def person(self, key: str) -> Person | None:
        return next((one for one in self.account.people if key in (one.email, one.member_id)), None)

    def asked(self, token: Token, headers: Mapping[str, str]) -> Asked:
        """Who acts, by Dropbox-API-Select-User and -Admin, and from where, by Dropbox-API-Path-Root."""
        person = self._acting(token, headers)
        return Asked(person, self._rooted(person, headers.get("dropbox-api-path-root")))

    def _acting(self, token: Token, headers: Mapping[str, str]) -> Person:
        user, admin = headers.get("dropbox-api-select-user"), headers.get("dropbox-api-select-admin")
        if token.of != "team":
            if user or admin:
                raise Refused(400, NOT_OF_A_TEAM)
            found = self.person(token.of)
            if found is None:
                raise unauthorized("invalid_access_token")
            return found
        if not user and not admin:
            raise Refused(400, OF_A_TEAM)
        if "team_data.member" not in token.scopes:
            raise unauthorized("missing_scope", required_scope="team_data.member")
        member = self.person(user or admin or "")
        if member is None or not member.in_team or member.status in ("removed", "invited"):
            raise unauthorized("invalid_select_user" if user else "invalid_select_admin")
        if admin and not member.administrator:
            raise unauthorized("invalid_select_admin")
        if member.status == "suspended":
            raise unauthorized("user_suspended")
        return member

    def _rooted(self, person: Person, header: str | None) -> bool:
        if header is None:
            return False
        root = json.loads(header)
        if root[".tag"] == "home":
            return False
        namespace = root[root[".tag"]]
        if namespace == self.root_namespace(person):
            return bool(namespace == TEAM_ROOT)
        if root[".tag"] == "namespace_id" and namespace == self.home_namespace(person):
            return False
        told = {"root": ("invalid_root", self.root_info(person))}.get(root[".tag"], ("no_permission", None))
        error: dict[str, Any] = {".tag": told[0]}
        if told[1] is not None:
            error["invalid_root"] = told[1]
        raise Refused(422, {"error_summary": f"{told[0]}/..", "error": error})

    def home_namespace(self, person: Person) -> str:
        return str(2000 + [one.email for one in self.account.people].index(person.email))

    def root_namespace(self, person: Person) -> str:
        in_team = bool(self.account.team) and person.in_team and self.account.team_space
        return TEAM_ROOT if in_team else self.home_namespace(person)

    def root_info(self, person: Person) -> dict[str, Any]:
        roots = {"root_namespace_id": self.root_namespace(person), "home_namespace_id": self.home_namespace(person)}
        if roots["root_namespace_id"] == TEAM_ROOT:
            return {".tag": "team", **roots, "home_path": f"/{home_name(person)}"}
        return {".tag": "user", **roots}

    def place(self, asked: Asked, path: str) -> tuple[Tree, list[str]]:
        """Which tree a path is in, and where. In the team space, the member's own folder is one of its folders."""
        names = _names(path)
        home = self.homes[asked.person.email]
        if not asked.in_team_space:
            return home, names
        if names and folded(names[0]) == folded(home_name(asked.person)):
            return home, names[1:]
        return self.team, names

    def used(self) -> int:
        return sum(_size(tree.top) for tree in (self.team, *self.homes.values()))


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name]


def _size(node: Node) -> int:
    return sum(_size(one) for one in node.inside.values()) + len(node.content or b"")


def home_name(person: Person) -> str:
    return person.name or person.email


def account_id(email: str) -> str:
    return f"dbid:{hashlib.sha256(email.encode()).hexdigest()[:35]}"


def in_words(person: Person) -> dict[str, str]:
    name = home_name(person)
    return {
        "given_name": name,
        "surname": "",
        "familiar_name": name,
        "display_name": name,
        "abbreviated_name": name[:2],
    }
