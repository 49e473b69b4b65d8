"""Servers that speak EWS and are not Exchange: what gromox 3.10 answers, where it does not answer as Exchange would."""

from __future__ import annotations

import base64
from itertools import count

import pytest
from lxml import etree

from skyflytt.errors.connection import ConnectionLost, ServerBusy
from skyflytt.errors.mail import MessageRefused, MessageUnreadable
from skyflytt.mail.identity import matches
from skyflytt.mail.port import Fetched, FetchFailure
from skyflytt.outlook.mapi.named import PSETID_SKYFLYTT
from skyflytt.outlook.mime import from_mime, to_mime
from skyflytt.outlook.mime.without_kept import without_kept
from tests.contract.mail_messages import corpus, message, new
from tests.mail.ews.scripted import (
    NAMES,
    Answering,
    Asked,
    Reply,
    Scripted,
    changes,
    envelope,
    plain_fault,
    response,
    there,
)

INBOX = ("INBOX",)
BAD = "item-13"


def mail_of(ref: str) -> str:
    content = base64.b64encode(message(int(ref.rpartition("-")[2]))).decode()
    shown = f'<t:MimeContent CharacterSet="UTF-8">{content}</t:MimeContent><t:ItemId Id="{ref}"/>'
    return f"<m:Items><t:Message>{shown}<t:ItemClass>IPM.Note</t:ItemClass></t:Message></m:Items>"


def get_item(asked: Asked) -> str | Reply:
    refs = [one.get("Id", "") for one in asked.all("m:ItemIds/t:ItemId")]
    return plain_fault("std::bad_alloc") if BAD in refs else response("GetItem", *map(mail_of, refs))


def created(asked: Asked, written: list[str]) -> str:
    new_refs = [f"new-{len(written) + place}" for place, _ in enumerate(items_of(asked))]
    written += new_refs
    return response(
        "CreateItem", *(f'<m:Items><t:Message><t:ItemId Id="{ref}"/></t:Message></m:Items>' for ref in new_refs)
    )


def items_of(asked: Asked) -> list[str]:
    """The MIME of each new item; "" of one that has none."""
    contents = [one.findtext("t:MimeContent", "", NAMES) for one in asked.all("m:Items/*")]
    return [base64.b64decode(content or "").decode("latin-1") for content in contents]


@pytest.mark.parametrize("status", [200, 500])
def test_an_operation_that_is_not_known_by_a_fault_without_a_code(scripted: Scripted, status: int) -> None:
    unknown = plain_fault("Unknown request", status)
    scripted.answers |= {"ExportItems": lambda _: unknown, "UploadItems": lambda _: unknown, "GetItem": get_item}
    with scripted.opened() as mailbox:
        assert not mailbox.capabilities.takes_streams
        (answer,) = mailbox.fetch(INBOX, ["item-1"])
    assert isinstance(answer, Fetched)
    assert answer.raw == message(1)
    assert scripted.operations().count("ExportItems") == 1


def test_an_item_that_ends_the_request_of_all(scripted: Scripted) -> None:
    scripted.answers["GetItem"] = get_item
    with scripted.opened() as mailbox:
        answers = {answer.ref: answer for answer in mailbox.fetch(INBOX, [f"item-{number}" for number in range(20)])}
    assert len(answers) == 20
    bad = answers.pop(BAD)
    assert isinstance(bad, FetchFailure)
    assert isinstance(bad.failure, MessageUnreadable)
    assert all(isinstance(answer, Fetched) for answer in answers.values())


def test_a_message_that_ends_the_writing_of_all(scripted: Scripted) -> None:
    written: list[str] = []

    def create(asked: Asked) -> str | Reply:
        return plain_fault("no") if any("Nummer 7" in raw for raw in items_of(asked)) else created(asked, written)

    scripted.answers["CreateItem"] = create
    scripted.answers["GetFolder"] = counting(scripted, written)
    with scripted.opened() as mailbox:
        outcomes = mailbox.append(INBOX, [new(message(number)) for number in range(12)])
    assert isinstance(outcomes.pop(7), MessageRefused)
    assert sorted(map(str, outcomes)) == sorted(written)
    assert len(written) == 11


def counting(scripted: Scripted, written: list[str], step: int = 0) -> Answering:
    """GetFolder with the count of what was written; with a `step`, something else comes in between."""
    before, asked_so_far = scripted.answers["GetFolder"], count()

    def answer(asked: Asked) -> str | Reply:
        made = before(asked)
        assert isinstance(made, str)
        return made.replace("<t:TotalCount>0<", f"<t:TotalCount>{len(written) + next(asked_so_far) * step}<")

    return answer


def test_nothing_is_written_again_where_some_of_it_may_be_there(scripted: Scripted) -> None:
    scripted.answers["CreateItem"] = lambda _: plain_fault("no")
    scripted.answers["GetFolder"] = counting(scripted, [], step=1)
    with scripted.opened() as mailbox, pytest.raises(ServerBusy):
        mailbox.append(INBOX, [new(message(number)) for number in range(4)])
    assert scripted.operations().count("CreateItem") == 1


@pytest.mark.parametrize("refused", [{"Binary"}, {"Binary", "String"}])
def test_properties_that_a_server_cannot_take(scripted: Scripted, refused: set[str]) -> None:
    written: list[str] = []

    def create(asked: Asked) -> str | Reply:
        kinds = {one.get("PropertyType", "") for one in asked.all(".//t:ExtendedFieldURI")}
        return plain_fault("unsupported type Binary") if kinds & refused else created(asked, written)

    scripted.answers["CreateItem"] = create
    scripted.answers["GetFolder"] = counting(scripted, written)
    raws = [corpus()["mime4j/badbound.msg"]] * 6
    with scripted.opened() as mailbox:
        assert all(isinstance(ref, str) for ref in mailbox.append(INBOX, [new(raw) for raw in raws]))
        asked = scripted.operations().count("CreateItem")
        assert all(isinstance(ref, str) for ref in mailbox.append(INBOX, [new(raws[0])]))
    assert scripted.operations().count("CreateItem") == asked + 1  # what it learned it keeps
    last = [one for one in scripted.asked if one.operation == "CreateItem"][-1]
    uris = last.all("m:Items/*/t:ExtendedProperty/t:ExtendedFieldURI")
    kept = [uri for uri in uris if uri.get("PropertySetId") == str(PSETID_SKYFLYTT)]
    assert bool(kept) == ("String" not in refused)


def test_properties_that_were_spelled_are_read_again(scripted: Scripted) -> None:
    raw = corpus()["mime4j/badbound.msg"]
    beside: list[str] = []

    def create(asked: Asked) -> str | Reply:
        kinds = [one.get("PropertyType") for one in asked.all(".//t:ExtendedFieldURI")]
        if "Binary" in kinds:
            return plain_fault("unsupported type Binary")
        beside.extend(etree.tostring(one).decode() for one in asked.all("m:Items/*/t:ExtendedProperty"))
        return created(asked, [])

    def get_item(_: Asked) -> str:
        anew = to_mime(without_kept(from_mime(raw)))
        content = f"<t:MimeContent>{base64.b64encode(anew).decode()}</t:MimeContent>"
        shown = f'{content}<t:ItemId Id="new-0"/><t:ItemClass>IPM.Note</t:ItemClass>{"".join(beside)}'
        return response("GetItem", f"<m:Items><t:Message>{shown}</t:Message></m:Items>")

    scripted.answers |= {"CreateItem": create, "GetItem": get_item}
    with scripted.opened() as mailbox:
        (ref,) = mailbox.append(INBOX, [new(raw)])
        (answer,) = mailbox.fetch(INBOX, [str(ref)])
    assert isinstance(answer, Fetched)
    assert matches(answer.raw, raw)


def test_the_read_mark_is_said_in_an_element_too(scripted: Scripted) -> None:
    scripted.answers["CreateItem"] = lambda asked: created(asked, [])
    with scripted.opened() as mailbox:
        mailbox.append(INBOX, [new(message(1)), new(message(2), frozenset({r"\Seen"})), new(b"")])
    (asked,) = (asked for asked in scripted.asked if asked.operation == "CreateItem")
    assert [one.text for one in asked.all("m:Items/*/t:IsRead")] == ["false", "true", "false"]
    assert all(items_of(asked))  # an element without text is taken for one that is missing


def test_moved_items_are_named_without_asking_for_it(scripted: Scripted) -> None:
    def move(asked: Asked) -> str:
        shown = "" if asked.all("m:ReturnNewItemIds") else '<t:Message><t:ItemId Id="to"/></t:Message>'
        return response("MoveItem", f"<m:Items>{shown}</m:Items>")

    scripted.answers["MoveItem"] = move
    with scripted.opened() as mailbox:
        assert mailbox.move(INBOX, "from", INBOX) == "to"


def test_a_full_page_may_not_be_the_last(scripted: Scripted) -> None:
    def sync(asked: Asked) -> str:
        state = "".join(one.text or "" for one in asked.all("m:SyncState"))
        gone = {"": range(0), "s0": range(512), "s1": range(512, 600), "s2": range(0)}[state]
        told = [f'<t:Delete><t:ItemId Id="gone-{number}"/></t:Delete>' for number in gone]
        return changes(*told, state={"": "s0", "s0": "s1", "s1": "s2", "s2": "s2"}[state])

    scripted.answers["SyncFolderItems"] = sync
    with scripted.opened() as mailbox:
        first = mailbox.changes(INBOX, None)
        assert len(mailbox.changes(INBOX, first.token).vanished) == 600


def test_a_bad_request_in_an_old_connection_is_made_in_a_new_one(scripted: Scripted) -> None:
    seen: set[int] = set()

    def sync(asked: Asked) -> str | Reply:
        old = any(before.connection == asked.connection for before in scripted.asked[:-1])
        seen.add(asked.connection)
        return Reply(b"Bad Request\r\n", 400, {"Connection": "close"}) if old else changes(there("item-1"))

    scripted.answers["SyncFolderItems"] = sync
    with scripted.opened() as mailbox:
        assert [entry.ref for entry in mailbox.changes(INBOX, None).entries] == ["item-1"]
    assert len(seen) == 2


def test_after_a_fault_the_connection_is_not_used_again(scripted: Scripted) -> None:
    # Its next answer would be what is left of this one.
    scripted.answers["GetItem"] = get_item
    with scripted.opened() as mailbox:
        list(mailbox.fetch(INBOX, ["item-1"]))
    export, item = (one for one in scripted.asked if one.operation in ("ExportItems", "GetItem"))
    assert export.connection != item.connection


def test_an_answer_to_something_else(scripted: Scripted) -> None:
    scripted.answers["SyncFolderItems"] = lambda _: response("GetItem", mail_of("item-1"))
    with scripted.opened() as mailbox:
        before = scripted.asked[-1].connection
        with pytest.raises(Exception, match="not one to this request"):
            mailbox.changes(INBOX, None)
        mailbox.folders()
    assert scripted.asked[-1].connection != before


@pytest.mark.parametrize("cut", [40, 400])
def test_an_answer_that_ends_in_the_middle_is_no_answer(scripted: Scripted, cut: int) -> None:
    whole = changes(there("item-1"), there("item-2")).encode()
    scripted.answers["SyncFolderItems"] = lambda _: Reply(whole[:-cut], closes=True)
    with scripted.opened() as mailbox, pytest.raises(ConnectionLost):
        mailbox.changes(INBOX, None)


def test_an_envelope_without_a_header(scripted: Scripted) -> None:
    bare = envelope("", "").replace("<s:Header></s:Header>", "")
    inner = changes(there("item-1"))
    body = inner[inner.index("<s:Body>") + 8 : inner.index("</s:Body>")]
    scripted.answers["SyncFolderItems"] = lambda _: bare.replace("<s:Body></s:Body>", f"<s:Body>{body}</s:Body>")
    with scripted.opened() as mailbox:
        assert len(mailbox.changes(INBOX, None).entries) == 1
