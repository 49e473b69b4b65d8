"""A simulated tenant as it is now. One lock for all of it: it is small, and requests come from several threads."""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass, field
from typing import Any

from skyflytt.sandbox.servers.graph.drive_state import Drive, begun_drives
from skyflytt.sandbox.servers.graph.settings import Sku, Tenant, User


@dataclass(slots=True)
class State:
    """`deleted` are the users of the last thirty days; `stale` has a user's old state and how often it is still told."""

    tenant: Tenant
    users: dict[str, User] = field(default_factory=dict)
    deleted: dict[str, User] = field(default_factory=dict)
    stale: dict[str, tuple[User | None, int]] = field(default_factory=dict)
    drives: dict[str, Drive] = field(default_factory=dict)
    mail: Any = None
    due: Any = None
    lock: Any = field(default_factory=threading.RLock)

    def after_answer(self) -> None:
        """What the service does by itself a moment later."""
        for drive in self.drives.values():
            drive.alter()

    def find(self, name: str) -> User | None:
        """By id or userPrincipalName."""
        wanted = name.lower()
        return next((one for one in self.users.values() if wanted in (one.id.lower(), one.address.lower())), None)

    def sku(self, key: str) -> Sku | None:
        return next((one for one in self.tenant.skus if one.id.lower() == key.lower()), None)

    def consumed(self, sku: Sku) -> int:
        held = sum(sku.id in (*user.licences, *user.by_group) for user in self.users.values())
        return held + sku.consumed_elsewhere

    def changing(self, user: User) -> None:
        """To be called before a change: for some reads the user is told as it was."""
        if self.tenant.stale_reads:
            self.stale[user.id] = (copy.deepcopy(user), self.tenant.stale_reads)

    def shown(self) -> list[User]:
        """Every user as a reader sees it now."""
        told = dict(self.users)
        for key, (old, left) in list(self.stale.items()):
            if left <= 0:
                del self.stale[key]
            elif old is not None:
                told[key] = old
                self.stale[key] = (old, left - 1)
        return list(told.values())


def begun(tenant: Tenant) -> State:
    users = {user.id: user.model_copy(deep=True) for user in tenant.users}
    return State(tenant, users, drives=begun_drives(tenant.drives, tenant.drive_rules))
