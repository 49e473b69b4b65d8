"""One tenant of Microsoft 365 as a directory. Documentation of what is asked: docs/reference/graph.md."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from skyflytt.deadline.countdown import Activity
from skyflytt.directory.microsoft365.failures import NOT_PREMIUM, NOT_THERE, failures, licence_failure
from skyflytt.directory.microsoft365.reading import account_of, instant, licence_of, seen_of
from skyflytt.directory.microsoft365.roles import administrators
from skyflytt.directory.port import Account, Capabilities, Licence, Organisation, Seen
from skyflytt.errors.directory import ActivityNotTold, OrganisationNotFound
from skyflytt.graph import GraphClient, GraphSettings, Refused, open_graph
from skyflytt.patience import Patience

PAGE = "100"
USER = "id,userPrincipalName,displayName,accountEnabled,assignedLicenses"
SIGN_INS = f"{USER},signInActivity"
CAPABILITIES = Capabilities("microsoft365", activity_days=30, recovery_days=30, settles_within_s=60)
"""Sign-ins are kept 30 days with Entra ID P1, deleted users 30 days: docs/reference/graph.md. How long a change takes to be seen
everywhere is documented nowhere; a minute is our own figure."""


class Microsoft365Directory:
    """`Directory` over Graph. A user is called by id or userPrincipalName, a licence by its skuId."""

    capabilities = CAPABILITIES

    def __init__(self, graph: GraphClient, tenant: str, close: contextlib.ExitStack) -> None:
        self._graph = graph
        self._tenant = tenant
        self._close = close

    def close(self) -> None:
        self._close.close()

    def organisation(self) -> Organisation:
        with failures(self._tenant, "Organization.Read.All"):
            found = list(self._graph.pages("/organization", {"$select": "id,displayName"}))
        if not found:
            raise OrganisationNotFound(self._tenant, "the tenant tells of no organisation")
        return Organisation(str(found[0].get("id")), str(found[0].get("displayName") or self._tenant))

    def accounts(self) -> Iterator[Account]:
        with failures(self._tenant, "RoleManagement.Read.Directory"):
            able = administrators(self._graph)
        with failures(self._tenant, "User.Read.All"):
            given: set[str] = set()
            for user in self._users():
                account = account_of(user, able)
                if account.key not in given:
                    given.add(account.key)
                    yield account

    def _users(self) -> Iterator[dict[str, Any]]:
        """With their last sign-ins where the tenant's contract has them."""
        pages = self._graph.pages("/users", {"$select": SIGN_INS, "$top": PAGE})
        try:
            first = next(pages, None)
        except Refused as refused:
            if refused.status != 403:
                raise
            pages, first = self._graph.pages("/users", {"$select": USER, "$top": PAGE}), None
        if first is not None:
            yield first
        yield from pages

    def licences(self) -> Iterator[Licence]:
        with failures(self._tenant, "LicenseAssignment.Read.All"):
            yield from map(licence_of, self._graph.pages("/subscribedSkus"))

    def activity(self, since: datetime) -> Iterator[Seen]:
        """People's sign-ins one by one; of programs that sign in for somebody, the last one of each account."""
        with failures(self._tenant, "AuditLog.Read.All"):
            able = administrators(self._graph)
            try:
                yield from self._by_hand(since, able)
                yield from self._by_programs(since)
            except Refused as refused:
                if refused.code in NOT_PREMIUM:
                    raise ActivityNotTold(self._tenant, f"sign-ins need Entra ID P1 ({refused})") from refused
                raise

    def _by_hand(self, since: datetime, able: frozenset[str]) -> Iterator[Seen]:
        begin = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for sign_in in self._graph.pages("/auditLogs/signIns", {"$filter": f"createdDateTime ge {begin}"}):
            seen = seen_of(sign_in, able)
            if seen is not None and seen.at >= since:
                yield seen

    def _by_programs(self, since: datetime) -> Iterator[Seen]:
        for user in self._graph.pages("/users", {"$select": "id,signInActivity", "$top": PAGE}):
            at = instant((user.get("signInActivity") or {}).get("lastNonInteractiveSignInDateTime"))
            if at is not None and at >= since:
                yield Seen(at, Activity.TOKEN_REFRESH, str(user.get("id")))

    def assign(self, licence: str, account: str) -> None:
        self._change(licence, account, {"addLicenses": [{"skuId": licence, "disabledPlans": []}], "removeLicenses": []})

    def reclaim(self, licence: str, account: str) -> None:
        self._change(licence, account, {"addLicenses": [], "removeLicenses": [licence]})

    def _change(self, licence: str, account: str, body: dict[str, Any]) -> None:
        """Giving what is held already, Graph says yes to; taking what is not held, it refuses."""
        with failures(self._tenant, "LicenseAssignment.ReadWrite.All"):
            try:
                self._graph.post(f"/users/{quote(account, safe='@')}/assignLicense", body, again=True)
            except Refused as refused:
                failure = licence_failure(refused, licence, account)
                if failure is not None:
                    raise failure from refused

    def delete_account(self, account: str) -> None:
        with failures(self._tenant, "User.ReadWrite.All"):
            try:
                self._graph.delete(f"/users/{quote(account, safe='@')}")
            except Refused as refused:
                if refused.status != 404 and refused.code not in NOT_THERE:
                    raise


def open_microsoft365(settings: GraphSettings, secret: str, patience: Patience | None = None) -> Microsoft365Directory:
    """Signs in when it is first asked. Close it."""
    with contextlib.ExitStack() as stack:
        graph = stack.enter_context(open_graph(settings, secret, patience))
        return Microsoft365Directory(graph, settings.tenant, stack.pop_all())
    raise AssertionError("an exit stack never swallows")
