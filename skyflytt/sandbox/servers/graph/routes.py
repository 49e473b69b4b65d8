"""Which function answers which resource, and which permissions open it (any one of them)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from skyflytt.sandbox.servers.graph import directory
from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal
from skyflytt.sandbox.servers.graph.drive_routes import DRIVE_ROUTES
from skyflytt.sandbox.servers.graph.mailbox_routes import MAILBOX_ROUTES
from skyflytt.sandbox.servers.graph.state import State

READ_USERS = ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")
WRITE_USERS = ("User.ReadWrite.All", "Directory.ReadWrite.All")
LICENCES = (
    "LicenseAssignment.Read.All",
    "LicenseAssignment.ReadWrite.All",
    "Organization.Read.All",
    "Directory.Read.All",
)
ASSIGN = ("LicenseAssignment.ReadWrite.All", "User.ReadWrite.All", "Directory.ReadWrite.All")
ROLES = ("RoleManagement.Read.Directory", "Directory.Read.All", "RoleManagement.ReadWrite.Directory")


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    answer: Callable[..., Answer]
    permissions: tuple[str, ...]


ROUTES = (
    Route(
        "GET",
        r"/organization",
        directory.organisation,
        ("Organization.Read.All", "Directory.Read.All", "User.Read.All"),
    ),
    Route("GET", r"/users", directory.users, READ_USERS),
    Route("GET", r"/users/([^/]+)", directory.user, READ_USERS),
    Route("PATCH", r"/users/([^/]+)", directory.update_user, WRITE_USERS),
    Route("DELETE", r"/users/([^/]+)", directory.delete_user, WRITE_USERS),
    Route("POST", r"/users/([^/]+)/assignLicense", directory.assign_license, ASSIGN),
    Route("GET", r"/subscribedSkus", directory.subscribed_skus, LICENCES),
    Route("GET", r"/directoryRoles/roleTemplateId=([^/]+)/members", directory.role_members, ROLES),
    *(Route(*one) for one in (*DRIVE_ROUTES, *MAILBOX_ROUTES)),
    Route("GET", r"/auditLogs/signIns", directory.sign_ins, ("AuditLog.Read.All",)),
)


def answered(state: State, asked: Asked) -> Answer:
    """The answer to one request, refusals included."""
    try:
        return _answered(state, asked)
    except Refusal as refusal:
        return refusal.answer


def _answered(state: State, asked: Asked) -> Answer:
    methods = set()
    for route in ROUTES:
        if found := re.fullmatch(route.path, asked.path):
            methods.add(route.method)
            if route.method == asked.method:
                if not asked.permissions.intersection(route.permissions):
                    raise Refusal(
                        403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
                    )
                with state.lock:
                    answer = route.answer(state, asked, *map(unquote, found.groups()))
                    state.after_answer()
                    return answer
    if methods:
        raise Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    raise Refusal(400, "BadRequest", f"Resource not found for the segment '{asked.path.strip('/').partition('/')[0]}'.")
