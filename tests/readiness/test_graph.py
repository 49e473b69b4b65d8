"""Microsoft 365, with each thing that a real tenant may lack."""

from __future__ import annotations

import json
from typing import Any

import pytest

from skyflytt.mail.graph import open_graph_source
from skyflytt.permission import needed
from skyflytt.readiness import State
from skyflytt.readiness.permissions import permissions
from skyflytt.readiness.uses import Role
from skyflytt.sandbox.servers.graph.faults import Fault
from tests.graph.simulator import APP, DOMAIN, SECRET
from tests.readiness.tenant import (
    ACCOUNTS,
    ANNA,
    BENGT,
    CECILIA,
    FILLING,
    FOREIGN,
    FOREIGN_TENANT,
    READING,
    Cloud,
    missing,
)

CHANGING = ("POST", "PATCH", "PUT", "DELETE")


def test_all_is_there_for_mail_that_is_read(cloud: Cloud) -> None:
    cloud.allow(*READING)
    found = cloud.check(cloud.reading(ANNA, BENGT))
    assert found.ready, found.summary
    told = {one.about: one.means for one in found.of(State.FINE)}
    assert {*READING, "sign-in", "tenant", "mailboxes", "mail-source box0"} == set(told)
    assert told["mailboxes"] == "2 of 2 are there"
    assert f"{ANNA} opens, with " in told["mail-source box0"]
    (later,) = found.of(State.NOTE)
    assert later.about == "MailboxItem.ReadWrite.All"
    assert "not needed before the end" in later.means


@pytest.mark.parametrize(
    "names",
    [("User.Read.All",), ("MailboxFolder.Read.All",), ("MailboxItem.Read.All", "MailboxItem.Export.All", "Mail.Read")],
)
def test_each_permission_for_reading_is_missed(cloud: Cloud, names: tuple[str, ...]) -> None:
    cloud.allow(*(one for one in READING if one not in names))
    found = cloud.check(cloud.reading(ANNA))
    for name in names:
        assert missing(found)[name] == "graph.consent-missing"
        (said,) = (one for one in found.findings if one.about == name)
        assert f"{APP} → API permissions" in said.click
        assert f"Application permissions → {name} → Add permissions" in said.click
        assert "Grant admin consent" in said.click
        assert said.documentation.startswith("https://learn.microsoft.com/graph/api/")
        assert "Insufficient privileges" in said.means


def test_each_permission_for_filling_is_missed(cloud: Cloud) -> None:
    """Those for reading are there, and are not enough."""
    cloud.allow(*READING)
    assert set(missing(cloud.check(cloud.filling(ANNA)))) == set(FILLING) - set(READING)


def test_filling_is_ready_and_leaves_nothing(cloud: Cloud) -> None:
    cloud.allow(*FILLING)
    found = cloud.check(cloud.filling(ANNA))
    assert found.ready, found.summary
    with open_graph_source(cloud.graph(), ANNA, SECRET, cloud.simulator.patience) as source:
        folders = source.folders()
    assert sum(folder.message_count for folder in folders) == 0
    assert f"{ANNA} opens, with {len(folders)} folders" == found.findings[-1].means


def test_each_permission_for_accounts_is_missed(cloud: Cloud) -> None:
    cloud.allow("AuditLog.Read.All")
    assert set(missing(cloud.check(cloud.directory()))) == set(ACCOUNTS) - {"AuditLog.Read.All"}


def test_accounts_are_ready_and_nobody_is_changed(cloud: Cloud) -> None:
    cloud.allow(*ACCOUNTS)
    before = dict(cloud.simulator.state.users)
    found = cloud.check(cloud.directory())
    assert found.ready, found.summary
    assert cloud.simulator.state.users == before
    nobody = "00000000-0000-0000-0000-000000000000"
    changing = [one for one in cloud.simulator.site.asked if one.startswith(CHANGING) and "$batch" not in one]
    assert changing
    assert all(nobody in one for one in changing)


def test_what_it_can_do_without_is_a_note(cloud: Cloud) -> None:
    cloud.allow(*(one for one in ACCOUNTS if one != "AuditLog.Read.All"))
    found = cloud.check(cloud.directory())
    assert found.ready
    notes = {one.about: one.means for one in found.of(State.NOTE)}
    assert "accounts are listed without their last sign-ins" in notes["AuditLog.Read.All"]
    assert "not needed before the end, for deleting accounts" in notes["User.ReadWrite.All"]


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_library_is_ready(cloud: Cloud, side: str) -> None:
    may = "ReadWrite" if side == "target" else "Read"
    cloud.allow(f"Sites.{may}.All", f"Files.{may}.All")
    found = cloud.check(cloud.files(side))
    assert found.ready, found.summary
    assert "Avtal opens and can be listed" in {one.means for one in found.findings}
    drive = cloud.simulator.state.drives["b!projekt"]
    assert not drive.uploads
    assert {one.name for one in drive.items.values()} == {drive.root.name, "Avtal"}


def test_a_library_that_may_only_be_read_is_no_target(cloud: Cloud) -> None:
    cloud.allow("Sites.Read.All", "Files.Read.All")
    both = dict.fromkeys(("Files.ReadWrite.All", "Sites.ReadWrite.All"), "graph.consent-missing")
    assert missing(cloud.check(cloud.files("target"))) == both


def test_a_library_that_is_not_there_is_told_once(cloud: Cloud) -> None:
    cloud.allow("Sites.ReadWrite.All", "Files.ReadWrite.All")
    found = cloud.check(cloud.files("target", library="Arkiv"))
    assert missing(found) == {"Files.ReadWrite.All": "sharepoint.library-missing"}
    assert "Delade dokument" in found.summary


@pytest.mark.parametrize("lock", ["read-only", "locked"])
def test_a_library_that_takes_nothing_more(cloud: Cloud, lock: str) -> None:
    cloud.allow("Sites.ReadWrite.All", "Files.ReadWrite.All")
    drive = cloud.simulator.state.drives["b!projekt"]
    before, drive.start = drive.start, drive.start.model_copy(update={"lock": lock})
    try:
        assert missing(cloud.check(cloud.files("target"))) == {"Sites.ReadWrite.All": "sharepoint.library-read-only"}
    finally:
        drive.start = before


@pytest.mark.parametrize(
    ("server", "code", "click"),
    [
        ({"tenant": "nirgends.example"}, "graph.tenant-unknown", "Entra admin center → Overview"),
        ({"client_id": "6731de76-0000"}, "graph.application-unknown", "App registrations"),
    ],
)
def test_settings_that_are_wrong(cloud: Cloud, server: dict[str, Any], code: str, click: str) -> None:
    cloud.allow(*ACCOUNTS)
    found = cloud.check(cloud.directory(**server))
    assert [(one.about, one.code) for one in found.findings] == [("sign-in", code)]
    assert click in found.findings[0].click


def test_a_secret_that_has_ended(cloud: Cloud) -> None:
    cloud.allow(*ACCOUNTS, secret_ended=True)
    (found,) = cloud.check(cloud.directory()).findings
    assert found.code == "graph.application-refused"
    assert "AADSTS7000222" in found.means
    assert "New client secret" in found.click


@pytest.mark.parametrize(
    ("secret", "code"), [("fel hemlighet", "graph.application-refused"), (None, "secrets.missing")]
)
def test_a_secret_that_is_wrong_or_not_given(cloud: Cloud, secret: str | None, code: str) -> None:
    cloud.allow(*ACCOUNTS)
    (found,) = cloud.check(cloud.directory(), secret).findings
    assert (found.state, found.code) == (State.MISSING, code)
    assert "fel hemlighet" not in json.dumps(cloud.check(cloud.directory(), secret).as_data(), ensure_ascii=False)


def test_an_application_without_consent(cloud: Cloud) -> None:
    cloud.allow(*READING, consented=False)
    assert set(READING) - set(missing(cloud.check(cloud.reading(ANNA)))) <= {
        "MailboxFolder.Read.All",
        "MailboxItem.Read.All",
        "MailboxItem.Export.All",
    }, "what stands behind a mailbox that cannot be found is not asked for"


def test_a_token_that_was_revoked_is_renewed(cloud: Cloud) -> None:
    cloud.allow(*ACCOUNTS)
    cloud.simulator.faults(
        Fault(request="GET /organization", status=401, code="InvalidAuthenticationToken", retry_after=None)
    )
    assert cloud.check(cloud.directory()).ready


def test_a_token_that_is_refused_again_and_again(cloud: Cloud) -> None:
    cloud.allow(*ACCOUNTS)
    cloud.simulator.faults(
        Fault(request="GET /organization", status=401, code="InvalidAuthenticationToken", retry_after=None, times=9)
    )
    assert missing(cloud.check(cloud.directory()))["Organization.Read.All"] == "graph.token-refused"


def test_the_wrong_tenant(cloud: Cloud) -> None:
    cloud.allow(*READING)
    found = cloud.check(cloud.reading(f"anna@{FOREIGN}"))
    (tenant,) = (one for one in found.findings if one.about == "tenant")
    assert tenant.code == "graph.tenant-wrong"
    assert FOREIGN_TENANT in tenant.means
    assert "copy Tenant ID" in tenant.click


def test_a_domain_that_no_tenant_has(cloud: Cloud) -> None:
    cloud.allow(*READING)
    found = cloud.check(cloud.reading(ANNA, "anna@nirgends.example"))
    (tenant,) = (one for one in found.findings if one.code == "graph.tenant-wrong")
    assert "Add domain" in tenant.click


def test_a_mailbox_without_a_licence(cloud: Cloud) -> None:
    cloud.allow(*READING)
    found = cloud.check(cloud.reading(ANNA, CECILIA))
    assert missing(found) == {f"mailbox {CECILIA}": "mail.mailbox-missing"}
    (said,) = found.of(State.MISSING)
    assert "no licence" in said.means
    assert "Licenses and apps" in said.click
    assert "1 of 2 are there" in {one.means for one in found.findings}


def test_no_mailbox_at_all_is_told_and_not_asked_for_again(cloud: Cloud) -> None:
    cloud.allow(*READING)
    found = cloud.check(cloud.reading(CECILIA))
    assert f"mailbox {CECILIA}" in missing(found)
    assert found.of(State.NOT_ASKED)


def test_a_storm_is_not_missing_anything(cloud: Cloud) -> None:
    cloud.allow(*ACCOUNTS)
    cloud.simulator.faults(Fault(request="GET /subscribedSkus|POST /users.*", times=99, retry_after="2"))
    found = cloud.check(cloud.directory())
    assert not found.ready
    assert missing(found) == {}
    assert {one.code for one in found.of(State.NOT_ASKED)} == {"connection.busy"}
    assert cloud.simulator.waits == [2.0] * 4, "two permissions, each asked for three times"


def test_a_service_that_cannot_be_reached(cloud: Cloud) -> None:
    cloud.allow(*ACCOUNTS)
    (found,) = cloud.check(cloud.directory(login_url="https://localhost:9", graph_url="https://localhost:9")).findings
    assert (found.state, found.code) == (State.NOT_ASKED, "connection.unreachable")


def test_nothing_uses_it(cloud: Cloud) -> None:
    cloud.allow()
    found = cloud.check(cloud.project("microsoft365"))
    assert found.ready
    assert found.findings[-1].means == "nothing in the project file uses it"


def test_every_request_for_a_permission_is_one_that_changes_nothing() -> None:
    for one in permissions().graph:
        harmless = one.ask.path.endswith(("createImportSession", "exportItems")) or one.ask.gives_up
        nobody = "nobody" in one.ask.path or "00000000-0000" in one.ask.path
        assert one.ask.method == "GET" or nobody or harmless, one.name


def test_less_is_asked_for_where_more_is_needed_anyway() -> None:
    names = [one.name for one in needed(permissions().graph, [Role.MAIL_SOURCE, Role.MAIL_TARGET])]
    assert "Mail.Read" not in names
    assert "Mail.ReadWrite" in names
    assert SECRET not in str(permissions())
    assert DOMAIN not in str(permissions())
