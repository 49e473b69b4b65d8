"""Accounts, devices and activity of an Exchange on-premises, and of one customer's part of a shared one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from skyflytt.deadline.countdown import Activity
from skyflytt.directory.exchange import ExchangeDirectory, open_exchange
from skyflytt.directory.exchange.objects import instant, number, size
from skyflytt.errors.directory import LicenceRefused, OrganisationNotFound
from skyflytt.errors.exchange import ExchangeRoleMissing
from tests.directory.exchange.simulated import PASSWORD, Place

UNIT = "norrsken.example/Customers/Norrsken"
SINCE = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def exchange(place: Place) -> Iterator[ExchangeDirectory]:
    opened = open_exchange(place.settings(), PASSWORD, place.patience)
    yield opened
    opened.close()


@pytest.fixture
def part(place: Place) -> Iterator[ExchangeDirectory]:
    opened = open_exchange(place.settings(organizational_unit=UNIT), PASSWORD, place.patience)
    yield opened
    opened.close()


def test_accounts_with_all_that_is_told(place: Place, exchange: ExchangeDirectory) -> None:
    anna, bengt, cecilia, other = exchange.accounts()
    assert anna.key == str(place.exchange.mailboxes[0].guid)
    assert (anna.address, anna.name, anna.administrator) == ("anna@norrsken.example", "Anna Åström", True)
    assert anna.last_active == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert (bengt.enabled, bengt.administrator, bengt.last_active) == (True, False, None)
    assert (cecilia.enabled, cecilia.name) == (False, "Cecilia\tDahl")
    assert other.licences == ()


def test_only_the_properties_that_are_needed_come_over_the_wire(place: Place, exchange: ExchangeDirectory) -> None:
    list(exchange.accounts())
    assert all(pipeline[-1][0] == "Select-Object" for pipeline in place.wsman.pipelines)


def test_the_organisation_or_the_customers_part_of_it(exchange: ExchangeDirectory, part: ExchangeDirectory) -> None:
    assert exchange.organisation().name == "Norrsken Hosting"
    assert (part.organisation().key, part.organisation().name) == (UNIT, "Norrsken")
    assert [one.address.partition("@")[0] for one in part.accounts()] == ["anna", "bengt", "cecilia"]


def test_a_part_that_is_not_there(place: Place) -> None:
    opened = open_exchange(place.settings(organizational_unit="norrsken.example/Nobody"), PASSWORD, place.patience)
    with pytest.raises(OrganisationNotFound, match="Nobody"):
        opened.organisation()
    opened.close()


def test_who_may_not_see_administrators_sees_none(place: Place, exchange: ExchangeDirectory) -> None:
    place.exchange.forbidden.add("Get-RoleGroupMember")
    assert not any(one.administrator for one in exchange.accounts())


def test_a_role_that_is_missing_is_named(place: Place, exchange: ExchangeDirectory) -> None:
    place.exchange.forbidden |= {"Get-Mailbox", "Get-CASMailbox"}
    with pytest.raises(ExchangeRoleMissing, match="Get-Mailbox"):
        list(exchange.accounts())
    with pytest.raises(ExchangeRoleMissing, match="Get-CASMailbox"):
        list(exchange.mobile_devices())


def test_devices_with_their_owners(exchange: ExchangeDirectory) -> None:
    first, second = exchange.mobile_devices()
    assert (first.address, first.device_type, first.model) == ("anna@norrsken.example", "iPhone", "iPhone15C2")
    assert (first.user_agent, first.access) == ("Apple-iPhone15C2/2201.83", "Allowed")
    assert first.last_success == datetime(2026, 11, 21, 19, tzinfo=UTC)
    assert (second.name, second.last_success) == ("Annas 📱", None)


def test_activity_is_logons_and_devices(place: Place, exchange: ExchangeDirectory) -> None:
    found = {(one.at, one.what, one.account) for one in exchange.activity(SINCE)}
    assert found == {
        (datetime(2026, 11, 20, 7, tzinfo=UTC), Activity.APP_SIGN_IN, str(place.exchange.mailboxes[0].guid)),
        (datetime(2026, 11, 21, 19, tzinfo=UTC), Activity.APP_SIGN_IN, "anna@norrsken.example"),
    }


def test_it_keeps_no_licences(exchange: ExchangeDirectory) -> None:
    assert list(exchange.licences()) == []
    assert not exchange.capabilities.licences
    for change in (exchange.assign, exchange.reclaim):
        with pytest.raises(LicenceRefused, match="CALs"):
            change("Standard", "anna")


def test_deleting_a_mailbox(place: Place, exchange: ExchangeDirectory) -> None:
    for _ in range(2):
        exchange.delete_account("bengt@norrsken.example")
    assert [one.alias for one in place.exchange.mailboxes] == ["anna", "cecilia", "other"]


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("1.234 MB (1,293,942 bytes)", 1293942),
        ("0 B (0 bytes)", 0),
        ("1,2 MB (1\u00a0293\u00a0942 bytes)", 1293942),
        ("Unlimited", None),
        (None, None),
    ],
)
def test_sizes(shown: str | None, read: int | None) -> None:
    assert size({"Size": shown}, "Size") == read


def test_values_that_are_none() -> None:
    assert instant({"At": "never"}, "At") is None
    assert instant({"At": "2026-11-22T08:00:00.1234567"}, "At") == datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)
    assert number({"Count": None}, "Count") == 0
    assert number({"Count": "12"}, "Count") == 12
