"""A tenant as a directory: accounts with licences and sign-ins, licences given and taken, what Graph refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from skyflytt.deadline.countdown import Activity
from skyflytt.directory.microsoft365 import Microsoft365Directory, open_microsoft365
from skyflytt.directory.microsoft365.reading import account_of, instant, licence_of
from skyflytt.errors.directory import (
    AccountNotFound,
    ActivityNotTold,
    DirectoryAnswerWrong,
    DirectoryBusy,
    DirectoryUnreachable,
    LicenceNotFound,
    LicenceRefused,
)
from skyflytt.errors.graph import ConsentMissing
from skyflytt.sandbox.servers.graph.faults import Fault
from tests.graph.simulator import (
    BASIC,
    COMPANY,
    DOMAIN,
    E3,
    GLOBAL,
    SECRET,
    TENANT,
    Simulator,
    number,
    running_simulator,
)
from tests.real.processes import free_port

SINCE = datetime(2026, 11, 17, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("graph")) as simulator:
        yield simulator


@pytest.fixture
def graph(running: Simulator) -> Simulator:
    running.begin_anew()
    return running


@pytest.fixture
def tenant(graph: Simulator) -> Iterator[Microsoft365Directory]:
    opened = open_microsoft365(graph.settings(), SECRET, graph.patience)
    yield opened
    opened.close()


def permit(graph: Simulator, *permissions: str) -> None:
    apps = tuple(app.model_copy(update={"permissions": permissions}) for app in graph.state.tenant.applications)
    graph.tokens.tenant = graph.tokens.tenant.model_copy(update={"applications": apps})


def held(tenant: Microsoft365Directory) -> dict[str, tuple[str, ...]]:
    return {one.address.partition("@")[0]: one.licences for one in tenant.accounts()}


def test_the_organisation(tenant: Microsoft365Directory) -> None:
    found = tenant.organisation()
    assert (found.key, found.name, found.customers) == (TENANT, "Norrsken Bygg AB", None)


def test_accounts_with_all_that_is_told(tenant: Microsoft365Directory) -> None:
    found = {one.key: one for one in tenant.accounts()}
    anna, bengt, david = found[number(1)], found[number(2)], found[number(4)]
    assert len(found) == 7
    assert (anna.address, anna.administrator, anna.enabled) == (f"anna.astrom@{DOMAIN}", True, True)
    assert anna.last_active == datetime(2026, 11, 18, 7, tzinfo=UTC)
    assert bengt.licences == tuple(sorted((E3, BASIC)))
    assert bengt.last_active == datetime(2026, 11, 19, 3, tzinfo=UTC)
    assert (david.enabled, david.administrator, david.last_active) == (False, False, None)


def test_an_account_on_two_pages_is_given_once(graph: Simulator, tenant: Microsoft365Directory) -> None:
    graph.faults(Fault(kind="link", request="GET /users", to=f"{graph.url}/v1.0/users?$skiptoken=2&$top=3"))
    assert [one.key for one in tenant.accounts()] == [number(index) for index in range(1, 8)]


def test_without_premium_nobody_was_seen(graph: Simulator, tenant: Microsoft365Directory) -> None:
    graph.begin_anew(premium=False)
    assert [one.last_active for one in tenant.accounts()] == [None] * 7
    with pytest.raises(ActivityNotTold, match="Entra ID P1"):
        list(tenant.activity(SINCE))


def test_licences_as_the_tenant_tells_them(tenant: Microsoft365Directory) -> None:
    e3, basic, company = tenant.licences()
    assert (e3.key, e3.name, e3.total, e3.used) == (E3, "SPE_E3", 5, 3)
    assert e3.subscription == "43d26afe-cb98-48b9-acc4-ae3ef2ac6c51"
    assert (basic.total, basic.used) == (1, 1)
    assert (company.key, company.used, company.used_elsewhere) == (COMPANY, 3, 3)


def test_activity_by_hand_and_by_programs(tenant: Microsoft365Directory) -> None:
    found = {(one.at, one.what, one.account) for one in tenant.activity(SINCE)}
    assert found == {
        (datetime(2026, 11, 18, 7, tzinfo=UTC), Activity.ADMINISTRATOR_SIGN_IN, number(1)),
        (datetime(2026, 11, 19, 3, tzinfo=UTC), Activity.TOKEN_REFRESH, number(2)),
    }


def test_a_licence_is_given_and_taken_more_than_once(tenant: Microsoft365Directory) -> None:
    for _ in range(2):
        tenant.assign(E3, number(6))
        assert held(tenant)["filip"] == (E3,)
    for _ in range(2):
        tenant.reclaim(E3, f"filip@{DOMAIN}")
        assert held(tenant)["filip"] == ()


@pytest.mark.parametrize(
    ("change", "failure", "words"),
    [
        (("reclaim", E3, number(3)), LicenceRefused, "inherited from a group"),
        (("assign", E3, number(5)), LicenceRefused, "usage location"),
        (("assign", BASIC, number(6)), LicenceRefused, "does not have any available"),
        (("assign", "11111111-2222-4333-8444-555555555555", number(6)), LicenceNotFound, "no licence"),
        (("reclaim", E3, number(9)), AccountNotFound, "no account"),
    ],
)
def test_refusals(
    tenant: Microsoft365Directory, change: tuple[str, str, str], failure: type[Exception], words: str
) -> None:
    before = held(tenant)
    with pytest.raises(failure, match=words):
        getattr(tenant, change[0])(*change[1:])
    assert held(tenant) == before


def test_a_change_that_was_lost_is_to_be_seen(graph: Simulator, tenant: Microsoft365Directory) -> None:
    """Graph's yes is not believed here: whoever asked for the change reads the accounts again."""
    graph.faults(Fault(kind="lost", request=f"POST /users/{number(1)}/assignLicense"))
    tenant.reclaim(E3, number(1))
    assert held(tenant)["anna.astrom"] == (E3,)


def test_deleting_an_account(graph: Simulator, tenant: Microsoft365Directory) -> None:
    for _ in range(2):
        tenant.delete_account(number(7))
    assert "gun" not in held(tenant)
    assert set(graph.state.deleted) == {number(7)}


def test_an_old_state_is_told_for_a_while(graph: Simulator, tenant: Microsoft365Directory) -> None:
    graph.begin_anew(stale_reads=6)
    tenant.reclaim(E3, number(1))
    assert held(tenant)["anna.astrom"] == (E3,)
    while held(tenant)["anna.astrom"]:
        continue
    assert graph.state.stale == {}


def test_what_is_not_permitted_names_the_permission(graph: Simulator, tenant: Microsoft365Directory) -> None:
    permit(graph, "User.Read.All", "RoleManagement.Read.Directory")
    assert {one.last_active for one in tenant.accounts()} == {None}
    with pytest.raises(ConsentMissing, match=r"LicenseAssignment\.Read"):
        list(tenant.licences())
    with pytest.raises(ConsentMissing, match=r"LicenseAssignment\.ReadWrite"):
        tenant.reclaim(E3, number(1))
    with pytest.raises(ConsentMissing, match=r"User\.ReadWrite"):
        tenant.delete_account(number(1))
    with pytest.raises(ConsentMissing, match=r"AuditLog\.Read"):
        list(tenant.activity(SINCE))


def test_roles_that_may_not_be_read_inside_a_batch(graph: Simulator, tenant: Microsoft365Directory) -> None:
    permit(graph, "User.Read.All")
    with pytest.raises(ConsentMissing, match="RoleManagement"):
        list(tenant.accounts())


def test_many_administrators_are_on_more_pages(graph: Simulator, tenant: Microsoft365Directory) -> None:
    graph.begin_anew(roles={GLOBAL: tuple(number(index) for index in range(1, 6))})
    assert [one.administrator for one in tenant.accounts()] == [True] * 5 + [False] * 2


def test_waits_and_what_is_beyond_them(graph: Simulator, tenant: Microsoft365Directory) -> None:
    graph.faults(Fault(request="GET /subscribedSkus", retry_after="9"))
    assert len(list(tenant.licences())) == 3
    assert graph.waits == [9]
    graph.faults(Fault(request="GET /subscribedSkus", retry_after="900", times=9))
    with pytest.raises(DirectoryBusy) as told:
        list(tenant.licences())
    assert told.value.retry_after_s == 900


def test_errors_inside_success(graph: Simulator, tenant: Microsoft365Directory) -> None:
    graph.faults(Fault(kind="error-200", request="GET /subscribedSkus", code="UnknownError"))
    with pytest.raises(DirectoryAnswerWrong, match="UnknownError"):
        list(tenant.licences())
    graph.faults(Fault(kind="no-json", request="GET /subscribedSkus"))
    with pytest.raises(DirectoryAnswerWrong):
        list(tenant.licences())


def test_a_host_that_is_not_there(graph: Simulator) -> None:
    tenant = open_microsoft365(graph.settings(graph_url=f"https://localhost:{free_port()}"), SECRET, graph.patience)
    with pytest.raises(DirectoryUnreachable):
        tenant.organisation()
    tenant.close()


@pytest.mark.parametrize("text", [None, "", "yesterday", "0001-01-01T00:00:00Z", 7])
def test_instants_that_are_none(text: object) -> None:
    assert instant(text) is None


def test_resources_without_a_key_are_told() -> None:
    with pytest.raises(DirectoryAnswerWrong):
        account_of({"id": None, "userPrincipalName": "a@b.example"}, frozenset())
    with pytest.raises(DirectoryAnswerWrong):
        licence_of({"skuPartNumber": "SPE_E3"})
