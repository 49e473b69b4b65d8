"""Everything that Exchange Online may refuse, and what becomes of it."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from skyflytt.errors.connection import ConnectionLost, ServerBusy
from skyflytt.errors.graph import ApplicationRefused, ConsentMissing, TenantUnknown, TokenRefused
from skyflytt.errors.mail import (
    FolderRefused,
    MailboxDenied,
    MailboxMissing,
    MessageRefused,
    MessageTooLarge,
    MessageUnreadable,
    MessageVanished,
)
from skyflytt.graph.redaction import redacted
from skyflytt.mail.graph import GraphMailbox, open_graph_source
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import Fetched, FetchFailure, NewMessage, Way
from skyflytt.outlook.fasttransfer import write_stream
from skyflytt.outlook.mapi import Message, tags
from skyflytt.sandbox.exchange.store import folders, items, mailboxes, open_store
from skyflytt.sandbox.servers.graph.faults import Fault
from tests.contract.mail_messages import RECEIVED, message, new
from tests.mail.graph.simulator import READER, UNLICENSED, Online

INBOX = ("INBOX",)
EXPORT, IMPORT = r"POST .*/exportItems", "POST /import"
DELTA, LIST = r"GET .*/items/delta", r"GET .*/items"


def filled(target: GraphMailbox, many: int = 3) -> list[str]:
    refs = target.append(INBOX, [new(message(number)) for number in range(many)])
    assert all(isinstance(ref, str) for ref in refs), refs
    return [str(ref) for ref in refs]


def test_waits_as_long_as_it_is_told(online: Online) -> None:
    # By one connection: of two exports at once, either might meet either refusal.
    with online.target(online.new(), connections=1) as target:
        refs = filled(target)
        online.faults(
            Fault(request=EXPORT, retry_after="7"),
            Fault(request=EXPORT, status=503, code="serviceNotAvailable", retry_after="3"),
            Fault(request=DELTA, status=504, code="UnknownError", retry_after="2"),
        )
        assert len(list(target.fetch(INBOX, refs))) == 3
        assert len(target.refs(INBOX)) == 3
    assert online.waits == [7, 3, 2]
    assert "asks us to wait 7 s" in online.sentences[0]


def test_an_import_that_was_put_off_is_made_once(online: Online) -> None:
    with online.target(online.new()) as target:
        online.faults(Fault(request=IMPORT, times=2, retry_after="4"))
        filled(target, 2)
        assert len(target.refs(INBOX)) == 2
    assert online.waits == [4, 4]


@pytest.mark.parametrize("status", [500, 502, 504])
def test_an_import_that_may_have_been_made_is_not_repeated(online: Online, status: int) -> None:
    with online.target(online.new()) as target:
        online.faults(Fault(request=IMPORT, status=status, code="UnknownError", retry_after=None))
        with pytest.raises(ServerBusy):
            target.append(INBOX, [new(message(1))])
        assert target.refs(INBOX) == []
    assert online.waits == []


def test_an_import_whose_answer_is_cut_off_is_looked_for(online: Online) -> None:
    with online.target(online.new()) as target:
        filled(target, 1)
        online.faults(Fault(kind="cut", request=IMPORT))
        with pytest.raises(ConnectionLost):
            target.append(INBOX, [new(message(9))])
        assert len(target.refs(INBOX)) == 2


def test_too_long_a_wait_ends_it(online: Online) -> None:
    with online.source(online.new()) as source:
        online.faults(Fault(request=DELTA, retry_after="3600"))
        with pytest.raises(ServerBusy) as caught:
            source.changes(INBOX, None)
    assert caught.value.retry_after_s == 3600


def test_a_token_that_ran_out_is_renewed(online: Online) -> None:
    with online.target(online.new()) as target:
        refs = filled(target)
        online.simulator.tokens.expire()
        assert len(list(target.fetch(INBOX, refs))) == 3


def test_a_token_that_is_never_accepted_needs_somebody(online: Online) -> None:
    with online.source(online.new()) as source:
        online.faults(Fault(request=DELTA, status=401, code="InvalidAuthenticationToken", times=5, retry_after=None))
        with pytest.raises(TokenRefused):
            source.changes(INBOX, None)


def test_wrong_secret_wrong_tenant_and_a_mailbox_without_licence(online: Online) -> None:
    name = online.new()
    with (
        pytest.raises(ApplicationRefused) as caught,
        open_graph_source(online.settings(), name, "fel-hemlighet", online.patience),
    ):
        pass
    assert "fel-hemlighet" not in str(caught.value)
    with pytest.raises(TenantUnknown), online.source(name, tenant="elsewhere.example"):
        pass
    with pytest.raises(MailboxMissing, match="no licence"), online.source(UNLICENSED):
        pass
    with pytest.raises(MailboxMissing, match="nobody@"), online.source("nobody@norrsken.example"):
        pass


def test_missing_consent_is_named(online: Online) -> None:
    name = online.new()
    with online.target(name) as target:
        refs = filled(target, 1)
    with online.target(name, client_id=READER) as target:
        for act, permission in (
            (lambda: target.changes(INBOX, None), "MailboxItem.Read.All"),
            (lambda: list(target.fetch(INBOX, refs)), "MailboxItem.Export.All"),
            (lambda: target.append(INBOX, [new(message(1))]), "MailboxItem.ImportExport.All"),
            (lambda: target.ensure_folder(("Ny",), None), "MailboxFolder.ReadWrite.All"),
            (lambda: target.delete(INBOX, refs), "MailboxItem.ReadWrite.All"),
        ):
            with pytest.raises(ConsentMissing) as caught:
                act()
            assert caught.value.item == f"{permission} for {name}"


def test_an_application_that_is_let_in_elsewhere_only(online: Online) -> None:
    words = "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."
    with online.source(online.new()) as source:
        online.faults(Fault(request=DELTA, status=403, code="ErrorAccessDenied", message=words, retry_after=None))
        with pytest.raises(MailboxDenied):
            source.changes(INBOX, None)


@pytest.mark.parametrize(("status", "code"), [(410, "SyncStateNotFound"), (400, "SyncStateInvalid"), (410, "")])
def test_an_expired_delta_gives_the_whole_listing(online: Online, status: int, code: str) -> None:
    with online.target(online.new()) as target:
        refs = filled(target, 9)
        first = target.changes(INBOX, None)
        online.faults(Fault(request=DELTA, status=status, code=code, retry_after=None))
        again = target.changes(INBOX, first.token)
        assert again.complete
        assert {entry.ref for entry in again.entries} == set(refs)
        assert not target.changes(INBOX, again.token).complete


def test_a_delta_that_is_busy_is_no_reason_to_list_everything(online: Online) -> None:
    with online.target(online.new()) as target:
        filled(target, 1)
        token = target.changes(INBOX, None).token
        online.faults(Fault(request=DELTA, status=500, code="UnknownError", retry_after=None))
        with pytest.raises(ServerBusy):
            target.changes(INBOX, token)


def test_parts_of_a_batch_that_were_too_much_are_asked_again(online: Online) -> None:
    with online.target(online.new()) as target:
        refs = filled(target, 4)
        token = target.changes(INBOX, None).token
        for ref in refs:
            target.set_flags(INBOX, ref, frozenset((r"\Flagged",)))
        online.faults(Fault(request=LIST + "/.*", inside=True, times=2, retry_after="6"))
        changed = target.changes(INBOX, token)
    assert {entry.ref: entry.flags for entry in changed.entries} == dict.fromkeys(refs, frozenset((r"\Flagged",)))
    assert online.waits == [6]


def test_an_item_that_will_not_be_looked_at_is_listed(online: Online) -> None:
    with online.target(online.new()) as target:
        refs = filled(target, 2)
        token = target.changes(INBOX, None).token
        target.set_flags(INBOX, refs[0], frozenset((r"\Flagged",)))
        online.faults(Fault(request=LIST + "/.*", inside=True, status=400, code="ErrorCorruptData", retry_after=None))
        (entry,) = target.changes(INBOX, token).entries
        assert (entry.ref, entry.flags) == (refs[0], frozenset())


def test_streams_that_break_off_are_asked_for_again_and_come_as_mime_at_last(online: Online) -> None:
    with online.target(online.new()) as target:
        refs = filled(target, 2)
        online.faults(Fault(kind="cut", request=f"item {refs[0]}", times=1))
        ways = {one.ref: one.way for one in target.fetch(INBOX, refs) if isinstance(one, Fetched)}
        assert ways == dict.fromkeys(refs, Way.EXPORTED)
        online.faults(Fault(kind="cut", request=f"item {refs[0]}", times=99))
        found = {one.ref: one for one in target.fetch(INBOX, refs) if isinstance(one, Fetched)}
    assert {ref: one.way for ref, one in found.items()} == {refs[0]: Way.MIME, refs[1]: Way.EXPORTED}
    assert found[refs[0]].stream is None
    assert fingerprint(found[refs[0]].raw).fingerprint == fingerprint(message(0)).fingerprint


def test_what_is_no_mail_has_no_mime_to_fall_back_to(online: Online) -> None:
    name = online.new()
    database = open_store(online.store)
    store = mailboxes.find(database, name)
    assert store is not None
    calendar = folders.by_role(database, store, "calendar")
    assert calendar is not None
    item = Message({tags.MESSAGE_CLASS: "IPM.Appointment", tags.SUBJECT: "Byggmöte"})
    items.add(database, calendar.id, item, online.simulator.clock.now())
    with online.source(name) as source:
        (entry,) = source.changes(("Calendar",), None).entries
        online.faults(Fault(request=r"item .*", code="ErrorCorruptData", times=99))
        (answer,) = source.fetch(("Calendar",), [entry.ref])
        assert isinstance(answer, FetchFailure)
        assert isinstance(answer.failure, MessageUnreadable)
        assert "ErrorCorruptData" in str(answer.failure)
        online.faults()
        (answer,) = source.fetch(("Calendar",), [entry.ref])
        assert isinstance(answer, Fetched)
        assert answer.stream is not None


def test_a_stream_that_is_not_taken_goes_as_mime_and_somebody_is_told(online: Online) -> None:
    one = NewMessage(message(5), frozenset((r"\Seen", r"\Flagged", "projekt-x")), RECEIVED)
    with online.target(online.new()) as target:
        online.faults(Fault(request=IMPORT, status=400, code="ErrorCorruptData", retry_after=None))
        (ref,) = target.append(INBOX, [one])
        (entry,) = target.changes(INBOX, None).entries
        (answer,) = target.fetch(INBOX, [str(ref)])
    assert (entry.ref, entry.received) == (ref, RECEIVED)
    assert entry.flags == one.flags | {r"\Draft"}
    assert isinstance(answer, Fetched)
    assert fingerprint(answer.raw).fingerprint == fingerprint(one.raw).fingerprint
    assert "was written as MIME, and stays marked as a draft" in online.sentences[-1]


def test_neither_stream_nor_mime_taken_is_a_refusal_of_the_message(online: Online) -> None:
    broken = NewMessage(message(1), frozenset(), RECEIVED)
    task = NewMessage(b"", frozenset(), RECEIVED, write_stream(Message({tags.MESSAGE_CLASS: "IPM.Task"})))
    hidden = NewMessage(b"", frozenset(), RECEIVED, write_stream(Message({tags.MESSAGE_FLAGS: 0x40})))
    with online.target(online.new()) as target:
        online.faults(
            Fault(request=IMPORT, status=400, code="ErrorCorruptData", times=2, retry_after=None),
            Fault(request=r"POST .*/messages", status=400, code="ErrorMimeContentInvalid", retry_after=None),
        )
        outcomes = [*target.append(INBOX, [broken]), *target.append(INBOX, [task]), *target.append(INBOX, [hidden])]
        assert all(isinstance(one, MessageRefused) for one in outcomes), outcomes
        assert target.refs(INBOX) == []


def test_flags_that_cannot_be_set_on_mime_leave_nothing_behind(online: Online) -> None:
    with online.target(online.new()) as target:
        online.faults(
            Fault(request=IMPORT, status=400, code="ErrorCorruptData", retry_after=None),
            Fault(request=r"PATCH .*", status=400, code="ErrorInvalidRequest", retry_after=None),
        )
        (outcome,) = target.append(INBOX, [new(message(1))])
        assert isinstance(outcome, MessageRefused)
        assert target.refs(INBOX) == []


def test_too_large_is_the_message_s_own_failure(online: Online) -> None:
    with online.target(online.new()) as target:
        online.faults(Fault(request=IMPORT, status=413, code="", message="too large", retry_after=None))
        (outcome,) = target.append(INBOX, [new(message(1))])
    assert isinstance(outcome, MessageTooLarge)


def test_an_import_address_that_ended_is_asked_for_anew(online: Online) -> None:
    with online.target(online.new()) as target:
        filled(target, 1)
        mail: Any = online.simulator.state.mail
        mail.sessions.clear()
        filled(target, 3)
        assert len(target.refs(INBOX)) == 4


def test_the_import_address_is_told_to_nobody(online: Online, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with online.target(online.new()) as target:
        online.faults(Fault(kind="cut", request=IMPORT, skip=1))
        filled(target, 1)
        with pytest.raises(ConnectionLost) as caught:
            target.append(INBOX, [new(message(2))])
        importing = target._importing
        address = importing._address
        token = address.partition("authtoken=")[2]
        assert len(token) > 20
        logging.getLogger("httpx").info("HTTP Request: POST %s", address)
        told = [record.getMessage() for record in caplog.records]
        assert any("importItem" in line for line in told)
        for line in (*told, str(caught.value), repr(importing), repr(target), *online.sentences):
            assert token not in line
    assert token not in redacted(f"refused by {address}!")


def test_what_is_held_is_deleted_as_far_as_it_may(online: Online) -> None:
    name = online.new()
    mail: Any = online.simulator.state.mail
    mail.start.held = (name,)
    try:
        with online.target(name) as target:
            refs = filled(target, 2)
            target.delete(INBOX, refs[:1])
            assert target.refs(INBOX) == refs[1:]
    finally:
        mail.start.held = ()


def test_a_folder_that_goes_while_it_is_used(online: Online) -> None:
    name = online.new()
    with online.target(name) as target:
        path = target.ensure_folder(("Arkiv", "2024"), None)
        database = open_store(online.store)
        store = mailboxes.find(database, name)
        assert store is not None
        folders.delete(database, folders.by_path(database, store, ("Arkiv",)))
        with pytest.raises(FolderRefused):
            target.changes(path, None)
        with pytest.raises(FolderRefused):
            target.append(path, [new(message(1))])
        assert path not in [folder.path for folder in target.folders()]


def test_somebody_else_changes_an_item_in_between(online: Online) -> None:
    with online.target(online.new()) as target:
        (ref,) = filled(target, 1)
        online.faults(Fault(request=IMPORT, status=409, code="ErrorIrresolvableConflict", retry_after=None))
        target.set_flags(INBOX, ref, frozenset((r"\Flagged",)))
        (entry,) = target.changes(INBOX, None).entries
        assert entry.flags == {r"\Flagged"}
        with pytest.raises(MessageVanished):
            target.set_flags(INBOX, "nonsense", frozenset())
