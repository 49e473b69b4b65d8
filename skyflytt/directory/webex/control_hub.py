"""An organisation in Webex Control Hub: the port `Directory`, and the deletion of the organisation.

What is asked and what it means: docs/reference/webex.md, each with its address in the documentation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from urllib.parse import quote

from skyflytt.deadline.clock import Clock
from skyflytt.deadline.countdown import Activity
from skyflytt.directory.http import Requests
from skyflytt.directory.port import Account, Capabilities, Licence, Organisation, Seen
from skyflytt.directory.webex.activity import signed_in, signed_in_as_administrator
from skyflytt.directory.webex.pages import Query, items
from skyflytt.directory.webex.reading import FULL_ADMINISTRATOR, account_of, ids, licence_of, outsider_of, text
from skyflytt.errors.directory import (
    AccountNotFound,
    LicenceNotFound,
    LicenceRefused,
    OrganisationKept,
    OrganisationNotFound,
)

PEOPLE_A_PAGE = 100
HOLDERS_A_PAGE = 300
REMEMBERED = timedelta(days=365)
NOT_RECOGNISED = "400000"
GONE = frozenset({404, 410})
CAPABILITIES = Capabilities(
    name="Webex Control Hub",
    activity_days=REMEMBERED.days,
    customers=True,
    settles_within_s=60,
    organisation_gone_within_s=600,
)


class ControlHub:
    """One organisation. `trials` are the numbers of subscriptions that are known to be trials."""

    def __init__(self, requests: Requests, organisation: str, clock: Clock, trials: Collection[str] = ()) -> None:
        self._requests, self._organisation, self._clock, self._trials = requests, organisation, clock, trials

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def organisation(self) -> Organisation:
        answer = self._requests.ask("GET", f"organizations/{_part(self._organisation)}", may=GONE)
        if answer.status_code in GONE:
            raise OrganisationNotFound(self._organisation, self._requests.words(answer))
        told = self._requests.json(answer)
        return Organisation(text(told, "id"), str(told.get("displayName") or ""), self._customers())

    def accounts(self) -> Iterator[Account]:
        administrators = [
            one["id"] for one in items(self._requests, "roles", {}) if one.get("name") == FULL_ADMINISTRATOR
        ]
        seen: set[str] = set()
        query: Query = {"orgId": self._organisation, "max": PEOPLE_A_PAGE}
        for told in items(self._requests, "people", query):
            account = account_of(told, administrators)
            if told.get("type", "person") == "person" and account.key not in seen:
                seen.add(account.key)
                yield account
        yield from self._outsiders(seen)

    def licences(self) -> Iterator[Licence]:
        for told in items(self._requests, "licenses", {"orgId": self._organisation}):
            yield licence_of(told, self._trials)

    def activity(self, since: datetime) -> Iterator[Seen]:
        now = self._clock.now()
        begin = max(since, now - REMEMBERED)
        yield from signed_in_as_administrator(self._requests, self._organisation, begin, now)
        yield from signed_in(self._requests, self._organisation, begin, now)
        for account in self.accounts():
            if account.last_active and account.last_active >= begin:
                yield Seen(account.last_active, Activity.MESSAGE, account.address)

    def assign(self, licence: str, account: str) -> None:
        self._change(licence, account, "add")

    def reclaim(self, licence: str, account: str) -> None:
        self._change(licence, account, "remove")

    def delete_account(self, account: str) -> None:
        self._requests.ask("DELETE", f"people/{_part(account)}", may=GONE)

    def delete_organisation(self) -> None:
        answer = self._requests.ask("DELETE", f"organizations/{_part(self._organisation)}", may=GONE | {409})
        if answer.status_code == 409:
            raise OrganisationKept(self._organisation, self._requests.words(answer))

    def close(self) -> None:
        self._requests.close()

    def _customers(self) -> tuple[str, ...] | None:
        """Every other organisation that is seen, if the token belongs to this one: a partner's token sees the partner's customers."""
        me = self._requests.json(self._requests.ask("GET", "people/me"))
        if me.get("orgId") != self._organisation:
            return None
        seen = {text(one, "id") for one in items(self._requests, "organizations", {})}
        return tuple(sorted(seen - {self._organisation}))

    def _outsiders(self, known: Collection[str]) -> Iterator[Account]:
        """People of other organisations who hold licences of this one; each as often as licences, joined by key."""
        found: dict[str, list[Account]] = {}
        for key in dict.fromkeys(one.key for one in self.licences()):
            query: Query = {"includeAssignedTo": "user", "limit": HOLDERS_A_PAGE}
            for told in items(self._requests, f"licenses/{_part(key)}", query, key="users"):
                if told.get("type") == "EXTERNAL" and told.get("id") not in known:
                    one = outsider_of(told, key)
                    found.setdefault(one.key, []).append(one)
        for same in found.values():
            held = sorted({key for one in same for key in one.licences})
            yield Account(same[0].key, same[0].address, same[0].name, licences=tuple(held))

    def _change(self, licence: str, account: str, operation: str) -> None:
        body = {
            "personId": account,
            "orgId": self._organisation,
            "licenses": [{"id": licence, "operation": operation}],
        }
        answer = self._requests.ask("PATCH", "licenses/users", body=body, may=GONE | {400, 409})
        if answer.status_code in GONE:
            raise AccountNotFound(account, self._requests.words(answer))
        if not answer.is_success:
            words = self._requests.words(answer)
            raise (LicenceNotFound if NOT_RECOGNISED in words else LicenceRefused)(licence, words)
        told = self._requests.json(answer)
        held = {*ids(told.get("licenses")), *ids(told.get("pendingLicenses"))}
        if (licence in held) != (operation == "add"):
            did = "was not given" if operation == "add" else "is still held"
            raise LicenceRefused(licence, f"status {answer.status_code}, but it {did}")


def _part(key: str) -> str:
    return quote(key, safe="")
