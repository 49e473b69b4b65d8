"""What Exchange itself sends now and then: characters that XML forbids, odd dates, other prefixes, answers in pieces and of many megabytes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from lxml import etree

from skyflytt.errors.connection import PasswordRefused, ServerBusy
from skyflytt.errors.mail import MessageTooLarge, MessageUnreadable, NoMailService
from skyflytt.mail.flags import SEEN
from skyflytt.mail.port import Fetched, FetchFailure, FolderRole
from skyflytt.outlook.fasttransfer import write_stream
from skyflytt.outlook.mapi import Message, tags
from tests.contract.mail_messages import big_message, message, new
from tests.mail.ews.scripted import (
    LOGIN,
    NAMES,
    Asked,
    Reply,
    Scripted,
    changes,
    failed,
    folder,
    hierarchy,
    response,
    there,
)

INBOX = ("INBOX",)


def received(scripted: Scripted, text: str) -> datetime:
    scripted.answers["SyncFolderItems"] = lambda _: changes(
        there("item-1", f"<t:DateTimeReceived>{text}</t:DateTimeReceived>")
    )
    with scripted.opened() as mailbox:
        (entry,) = mailbox.changes(INBOX, None).entries
    return entry.received


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("0001-01-01T00:00:00Z", 1970),
        ("1601-01-01T00:00:00Z", 1970),
        ("4501-01-01T00:00:00Z", 4501),
        ("2024-05-17T07:30:15", 2024),
        ("2024-05-17T07:30:15.790226600Z", 2024),
        ("2024-05-17T09:30:15+02:00", 2024),
        ("2024-02-30T25:61:00Z", 1970),
        ("", 1970),
    ],
)
def test_dates_cost_nothing_but_themselves(scripted: Scripted, text: str, year: int) -> None:
    at = received(scripted, text)
    assert at.year == year
    if year == 2024:
        assert at.replace(microsecond=0) == datetime(2024, 5, 17, 7, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize("character", ["&#x1F;", "&#x0;", "\x0b", "&#xFFFF;", "&#xD83D;", "&#55357;"])
def test_characters_that_xml_forbids(scripted: Scripted, character: str) -> None:
    told = changes(there("item-1", f"<t:Subject>Före{character}efter</t:Subject>"), there("item-2"))
    scripted.answers["SyncFolderItems"] = lambda _: told
    scripted.answers["SyncFolderHierarchy"] = lambda _: hierarchy(
        folder("in", "Inbox"), folder("f1", f"A{character}B"), folder("f2", "Sist")
    )
    with scripted.opened() as mailbox:
        assert [entry.ref for entry in mailbox.changes(INBOX, None).entries] == ["item-1", "item-2"]
        names = [one.path[0] for one in mailbox.folders()]
    assert len(names) == 3
    assert names[2] == "Sist"


def test_bytes_that_are_no_text(scripted: Scripted) -> None:
    told = changes(there("item-1", "<t:Subject>F\u00f6re</t:Subject>"), there("item-2")).encode()
    for broken in (b"\xed\xa0\xbd", b"\xff", b"\xc3"):
        scripted.answers["SyncFolderItems"] = lambda _, broken=broken: Reply(told.replace(b"\xc3\xb6", broken))
        with scripted.opened() as mailbox:
            assert len(mailbox.changes(INBOX, None).entries) == 2


@pytest.mark.parametrize("form", ["bom", "chunked", "prefixes", "closes", "indented"])
def test_forms_of_an_answer(scripted: Scripted, form: str) -> None:
    text = changes(there("AAMk+a/b="), there("AAMk+a/B="))
    if form == "prefixes":
        for prefix, other in (("s:", "soap11:"), ("m:", "ns1:"), ("t:", "b:")):
            text = text.replace(f"<{prefix}", f"<{other}").replace(f"</{prefix}", f"</{other}")
            text = text.replace(f"xmlns:{prefix[:-1]}=", f"xmlns:{other[:-1]}=")
    if form == "indented":
        text = text.replace("><", ">\r\n  <") + "\r\n"
    body = (b"\xef\xbb\xbf" if form == "bom" else b"") + text.encode()
    scripted.answers["SyncFolderItems"] = lambda _: Reply(body, chunked=form == "chunked", closes=form == "closes")
    with scripted.opened() as mailbox:
        for _ in range(2):
            changed = mailbox.changes(INBOX, None)
            # Ids are told apart by case alone.
            assert [entry.ref for entry in changed.entries] == ["AAMk+a/b=", "AAMk+a/B="]
            assert changed.token == "ews1 in s1"


def test_an_item_without_a_change_key_is_asked_for(scripted: Scripted) -> None:
    told = changes(there("item-1").replace(' ChangeKey="CQAAAA=="', ""))
    scripted.answers["SyncFolderItems"] = lambda _: told
    scripted.answers["GetItem"] = lambda _: response(
        "GetItem", '<m:Items><t:Message><t:ItemId Id="item-1"/></t:Message></m:Items>'
    )
    with scripted.opened() as mailbox:
        assert [entry.ref for entry in mailbox.changes(INBOX, None).entries] == ["item-1"]


def test_folders_of_unknown_kinds(scripted: Scripted) -> None:
    scripted.answers["SyncFolderHierarchy"] = lambda _: hierarchy(
        folder("in", "Inbox"),
        folder("f1", "Ny sort", element="HologramFolder"),
        folder("f2", "Klass", more="<t:FolderClass>IPF.Hologram.2031</t:FolderClass>"),
        folder("f3", "Allt olast", element="SearchFolder"),
        folder("f4", "Utan moder", parent="nobody"),
    )
    with scripted.opened() as mailbox:
        listed = {one.path: one for one in mailbox.folders()}
    assert set(listed) == {INBOX, ("Ny sort",), ("Klass",), ("Utan moder",)}
    assert listed["Klass",].kind == "IPF.Hologram.2031"
    assert listed[INBOX].role == FolderRole.INBOX


def test_a_hierarchy_that_changes_while_it_is_told(scripted: Scripted) -> None:
    def told(asked: Asked) -> str:
        if not asked.all("m:SyncState"):
            return hierarchy(folder("in", "Inbox"), folder("f1", "Gammalt"), folder("f2", "Borta"), last="false")
        renamed = folder("f1", "Nytt").replace("t:Create", "t:Update")
        return hierarchy(renamed, '<t:Delete><t:FolderId Id="f2"/></t:Delete>', folder("f3", "Sist"), state="h2")

    scripted.answers["SyncFolderHierarchy"] = told
    with scripted.opened() as mailbox:
        assert [one.path[0] for one in mailbox.folders()] == ["INBOX", "Nytt", "Sist"]


def test_an_inbox_that_is_busy_for_a_moment_is_still_the_inbox(scripted: Scripted) -> None:
    before, busy = scripted.answers["GetFolder"], []

    def get_folder(asked: Asked) -> str:
        made = before(asked)
        assert isinstance(made, str)
        if not busy or 'Id="in"' not in made:
            return made
        busy.clear()
        start = made.index("<m:GetFolderResponseMessage", made.index('Id="top"'))
        end = made.index("</m:GetFolderResponseMessage>", start) + len("</m:GetFolderResponseMessage>")
        return made[:start] + failed("GetFolder", "ErrorMailboxStoreUnavailable") + made[end:]

    scripted.answers["GetFolder"] = get_folder
    with scripted.opened() as mailbox:
        busy.append(True)
        assert [one.path for one in mailbox.folders()] == [INBOX]
    assert busy == []


def test_an_answer_of_many_megabytes(scripted: Scripted) -> None:
    body = "Hej " * 1_000_000
    stream = write_stream(Message({tags.MESSAGE_CLASS: "IPM.Note", tags.SUBJECT: "Stor", tags.BODY: body}))
    data = base64.encodebytes(stream).decode().replace("\n", "\r\n")
    assert len(data) > 10_500_000

    def export(asked: Asked) -> str:
        refs = [one.get("Id") for one in asked.all("m:ItemIds/t:ItemId")]
        if refs == ["big"]:
            return response("ExportItems", f'<m:ItemId Id="big" ChangeKey="CQAAAA=="/><m:Data>{data}</m:Data>')
        return response("ExportItems", *(failed("ExportItems", "ErrorInvalidIdMalformed") for _ in refs))

    scripted.answers["ExportItems"] = export
    with scripted.opened() as mailbox:
        (answer,) = mailbox.fetch(INBOX, ["big"])
    assert isinstance(answer, Fetched)
    assert answer.stream == stream


def test_cookies_go_back_and_the_mailbox_is_named(scripted: Scripted) -> None:
    before = scripted.answers["GetFolder"]

    def get_folder(asked: Asked) -> Reply:
        made = before(asked)
        assert isinstance(made, str)
        return Reply(
            made.encode(), headers={"Set-Cookie": "X-BackEndCookie=S-1-5=u56Lnp2ejJqB; path=/EWS; secure; HttpOnly"}
        )

    scripted.answers["GetFolder"] = get_folder
    with scripted.opened(access="impersonation", user="EXAMPLE\\service") as mailbox:
        mailbox.folders()
    last = scripted.asked[-1]
    assert last.headers["Cookie"] == "X-BackEndCookie=S-1-5=u56Lnp2ejJqB"
    assert last.headers["X-AnchorMailbox"] == LOGIN
    assert len({asked.connection for asked in scripted.asked}) == 1


def test_the_page_for_errors_of_its_own_goes_away_by_waiting(scripted: Scripted) -> None:
    times = [1, 2]

    def sync(_: Asked) -> str | Reply:
        page = {"Location": "/EWS/genericerrorpage.htm?aspxerrorpath=/EWS/Exchange.asmx"}
        return Reply(b"", 302, page) if times and times.pop() else changes(there("item-1", "<t:IsRead>true</t:IsRead>"))

    scripted.answers["SyncFolderItems"] = sync
    with scripted.opened() as mailbox:
        assert len(mailbox.changes(INBOX, None).entries) == 1
        scripted.answers["SyncFolderItems"] = lambda _: Reply(b"<html>Server Error in '/EWS' Application.</html>", 500)
        with pytest.raises(ServerBusy):
            mailbox.changes(INBOX, None)


@pytest.mark.parametrize("status", [200, 500])
def test_a_back_off_in_a_fault_of_any_status(scripted: Scripted, status: int) -> None:
    values = '<t:MessageXml><t:Value Name="BackOffMilliseconds">900000</t:Value></t:MessageXml>'
    detail = (
        '<detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">ErrorServerBusy'
        f"</e:ResponseCode>{values}</detail>"
    )
    fault = f"<s:Fault><faultcode>a:ErrorServerBusy</faultcode><faultstring>busy</faultstring>{detail}</s:Fault>"
    body = changes().replace("<m:SyncFolderItemsResponse>", fault + "<m:SyncFolderItemsResponse>").encode()
    scripted.answers["SyncFolderItems"] = lambda _: Reply(body, status)
    with scripted.opened() as mailbox, pytest.raises(ServerBusy) as caught:
        mailbox.changes(INBOX, None)
    assert caught.value.retry_after_s == 900.0


def test_an_older_server_is_spoken_to_in_its_own_version(scripted: Scripted) -> None:
    old = '<t:ServerVersionInfo MajorVersion="14" MinorVersion="1" MajorBuildNumber="438" MinorBuildNumber="0" Version="Exchange2010_SP1"/>'
    before = scripted.answers["GetFolder"]
    asked_for: list[str] = []

    def get_folder(asked: Asked) -> str | Reply:
        version = asked.request.getroottree().getroot().find(".//{*}RequestServerVersion").get("Version")
        asked_for.append(version)
        made = before(asked)
        assert isinstance(made, str)
        if version in ("Exchange2010_SP1", "Exchange2010", "Exchange2007_SP1"):
            return made[: made.index("<t:ServerVersionInfo")] + old + made[made.index("</s:Header>") :]
        fault = "<s:Fault><faultcode>a:ErrorInvalidServerVersion</faultcode><faultstring>no</faultstring></s:Fault>"
        return Reply(made[: made.index("<s:Body>") + 8].encode() + fault.encode() + b"</s:Body></s:Envelope>", 500)

    scripted.answers["GetFolder"] = get_folder
    with scripted.opened() as mailbox:
        mailbox.folders()
    assert asked_for[0] == "Exchange2013_SP1"
    assert asked_for[-1] == "Exchange2010_SP1"
    assert asked_for.count("Exchange2013_SP1") == 1


def test_a_refused_sign_in_is_tried_once(scripted: Scripted) -> None:
    tried: list[str] = []

    def guard(handler: object, _: object) -> Reply:
        tried.append(handler.headers.get("Authorization", ""))  # type: ignore[attr-defined]
        return Reply(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'})

    scripted.guard = guard
    with pytest.raises(PasswordRefused), scripted.opened():
        pass
    assert len(tried) == 1


def test_read_marks_that_come_alone(scripted: Scripted) -> None:
    mark = '<t:ReadFlagChange><t:ItemId Id="item-1" ChangeKey="CQAAAB=="/><t:IsRead>true</t:IsRead></t:ReadFlagChange>'
    scripted.answers["SyncFolderItems"] = lambda _: changes(mark)
    flags = '<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="3591" PropertyType="Integer"/><t:Value>1</t:Value></t:ExtendedProperty>'
    scripted.answers["GetItem"] = lambda _: response(
        "GetItem",
        f'<m:Items><t:MeetingRequest><t:ItemId Id="item-1" ChangeKey="x"/>{flags}</t:MeetingRequest></m:Items>',
    )
    with scripted.opened() as mailbox:
        (entry,) = mailbox.changes(INBOX, "ews1 in s0").entries
    assert entry.flags == {SEEN}


def too_large_above(scripted: Scripted, most: int, status: int) -> None:
    """A server whose web server refuses requests of more than `most` bytes before anybody reads them."""

    def guard(handler: object, _: object) -> Reply | None:
        return Reply(b"", status) if int(handler.headers["Content-Length"]) > most else None  # type: ignore[attr-defined]

    def upload(asked: Asked) -> str:
        return response("UploadItems", *('<m:ItemId Id="new"/>' for _ in asked.all("m:Items/t:Item")))

    scripted.guard = guard
    scripted.answers["UploadItems"] = upload


@pytest.mark.parametrize("status", [404, 413])
def test_a_request_that_is_too_large_for_the_web_server(scripted: Scripted, status: int) -> None:
    too_large_above(scripted, 2_500_000, status)
    raws = [message(1), big_message(900_000), big_message(900_000), big_message(3_000_000), message(2)]
    with scripted.opened() as mailbox:
        outcomes = mailbox.append(INBOX, [new(raw) for raw in raws])
    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["new"] * 4
    assert isinstance(outcomes[3], MessageTooLarge)


def test_a_service_that_went_away_is_no_large_message(scripted: Scripted) -> None:
    too_large_above(scripted, 100_000, 404)
    with scripted.opened() as mailbox:
        assert mailbox.capabilities.takes_streams
        scripted.guard = lambda *_: Reply(b"", 404)
        with pytest.raises(NoMailService):
            mailbox.append(INBOX, [new(message(1))])


def test_what_was_not_done_with_a_batch_is_asked_for_again(scripted: Scripted) -> None:
    first = [True]

    def upload(asked: Asked) -> str:
        items = asked.all("m:Items/t:Item")
        done = ['<m:ItemId Id="new"/>' for _ in items]
        if len(items) > 2 and first:
            first.clear()
            stopped = failed("UploadItems", "ErrorBatchProcessingStopped").replace('"Error"', '"Warning"')
            done[2:] = [stopped] * (len(items) - 2)
        return response("UploadItems", *done)

    scripted.answers["UploadItems"] = upload
    with scripted.opened() as mailbox:
        assert mailbox.append(INBOX, [new(message(number)) for number in range(5)]) == ["new"] * 5
    asked = [len(one.all("m:Items/t:Item")) for one in scripted.asked if one.operation == "UploadItems"]
    assert asked[-2:] == [5, 3]


@pytest.mark.parametrize(
    "attachment",
    [
        "<t:ItemAttachment><t:Name>Kort</t:Name><t:Contact/></t:ItemAttachment>",
        "<t:ReferenceAttachment><t:Name>Moln</t:Name></t:ReferenceAttachment>",
        "<t:FileAttachment><t:Name>a</t:Name><t:Content>SGVq-S</t:Content></t:FileAttachment>",
    ],
    ids=["without-mime", "link", "base64"],
)
def test_half_an_attachment_is_none(scripted: Scripted, attachment: str) -> None:
    shown = '<t:ItemId Id="item-1"/><t:ItemClass>IPM.Contact</t:ItemClass>'
    listed = '<t:Attachments><t:FileAttachment><t:AttachmentId Id="a1"/></t:FileAttachment></t:Attachments>'
    scripted.answers["GetItem"] = lambda _: response(
        "GetItem", f"<m:Items><t:Contact>{shown}{listed}</t:Contact></m:Items>"
    )
    scripted.answers["GetAttachment"] = lambda _: response(
        "GetAttachment", f"<m:Attachments>{attachment}</m:Attachments>"
    )
    with scripted.opened() as mailbox:
        (answer,) = mailbox.fetch(INBOX, ["item-1"])
    assert isinstance(answer, FetchFailure)
    assert isinstance(answer.failure, MessageUnreadable)


def test_folders_are_made_by_the_elements_of_their_kind(scripted: Scripted) -> None:
    scripted.answers["SyncFolderHierarchy"] = lambda _: hierarchy(
        folder("in", "Inbox"), folder("cal", "Kalender", more="<t:FolderClass>IPF.Appointment</t:FolderClass>")
    )
    scripted.answers["CreateFolder"] = lambda _: response(
        "CreateFolder", '<m:Folders><t:Folder><t:FolderId Id="x"/></t:Folder></m:Folders>'
    )
    with scripted.opened() as mailbox:
        mailbox.ensure_folder(("Kalender", "Jobb"), None)
        mailbox.ensure_folder(("Projekt",), None)
    made = [one.all("m:Folders/*")[0] for one in scripted.asked if one.operation == "CreateFolder"]
    assert [etree.QName(one).localname for one in made] == ["CalendarFolder", "Folder"]
    assert [one.findtext("t:FolderClass", None, NAMES) for one in made] == [None, "IPF.Note"]
