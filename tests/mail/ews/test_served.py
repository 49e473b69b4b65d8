"""Malformed mail in a mailbox without streams: given as it came, until somebody edits the item there."""

from __future__ import annotations

import base64
from collections.abc import Callable
from itertools import count

import pytest
from lxml import etree

from skyflytt.mail.ews import EwsMailbox
from skyflytt.mail.port import Fetched
from tests.contract.mail_messages import corpus, message, new
from tests.mail.ews.conftest import Server
from tests.mail.ews.scripted import NAMES, Asked, Scripted, failed, plain_fault, response
from tests.mail.ews.test_editing import attach, body, mark, subject, within

INBOX = ("INBOX",)
MALFORMED = corpus()["mime4j/missing-boundary.msg"]
ALSO = corpus()["mime4j/badbound.msg"]


def raws(box: EwsMailbox, *refs: str) -> list[bytes]:
    found = {answer.ref: answer.raw for answer in box.fetch(INBOX, refs) if isinstance(answer, Fetched)}
    return [found[ref] for ref in refs]


def test_as_it_came_whatever_is_done_with_it_but_editing(without_streams: Server) -> None:
    with without_streams.target(without_streams.new()) as box:
        refs = [str(ref) for ref in box.append(INBOX, [new(MALFORMED), new(message(1)), new(ALSO)])]
        mark(box, refs[0])
        box.set_flags(INBOX, refs[2], frozenset({r"\Flagged"}))
        moved = box.move(INBOX, refs[2], box.ensure_folder(("Arkiv",), None))
        assert raws(box, *refs[:1]) == [MALFORMED]
        assert [answer.raw for answer in box.fetch(("Arkiv",), [moved]) if isinstance(answer, Fetched)] == [ALSO]


@pytest.mark.parametrize("edited", ["subject", "body", "attachment"])
def test_an_edit_is_not_hidden_behind_the_original(without_streams: Server, edited: str) -> None:
    acts: dict[str, Callable[[EwsMailbox, str], None]] = {
        "subject": subject,
        "body": body,
        "attachment": lambda _, ref: within(without_streams, ref, attach),
    }
    with without_streams.target(without_streams.new()) as box:
        edited_ref, other = [str(ref) for ref in box.append(INBOX, [new(MALFORMED), new(ALSO)])]
        acts[edited](box, edited_ref)
        now, as_it_was = raws(box, edited_ref, other)
    says = {"subject": b"Ny rubrik", "body": b"klockan tio", "attachment": b"ritning.txt"}[edited]
    assert says in now
    assert as_it_was == ALSO


def test_sound_mail_costs_no_note(without_streams: Server) -> None:
    with without_streams.target(without_streams.new()) as box:
        without_streams.exchange.forget_requests()
        box.append(INBOX, [new(message(number)) for number in range(5)])
        assert not {"GetItem", "UpdateItem"} & set(without_streams.exchange.requests()["asked"])


def keeping_server(scripted: Scripted, served: Callable[[], bytes], *, notes: bool) -> None:
    """Holds one item with its extended properties, and shows `served` for it."""
    held: dict[str, str] = {}

    def keep(asked: Asked) -> None:
        for one in asked.all(".//t:ExtendedProperty"):
            held[one.find("t:ExtendedFieldURI", NAMES).get("PropertyName")] = etree.tostring(one).decode()

        for gone in asked.all(".//t:DeleteItemField/t:ExtendedFieldURI"):
            held.pop(gone.get("PropertyName"), None)

    def create(asked: Asked) -> str:
        keep(asked)
        return response("CreateItem", '<m:Items><t:Message><t:ItemId Id="item-1"/></t:Message></m:Items>')

    def update(asked: Asked) -> str:
        if not notes:
            return response("UpdateItem", failed("UpdateItem", "ErrorInvalidPropertySet"))
        keep(asked)
        return response("UpdateItem", '<m:Items><t:Message><t:ItemId Id="item-1"/></t:Message></m:Items>')

    def get(_: Asked) -> str:
        content = f"<t:MimeContent>{base64.b64encode(served()).decode()}</t:MimeContent>"
        shown = f'{content}<t:ItemId Id="item-1"/><t:ItemClass>IPM.Note</t:ItemClass>{"".join(held.values())}'
        return response("GetItem", f"<m:Items><t:Message>{shown}</t:Message></m:Items>")

    unknown = plain_fault("Unknown request")
    scripted.answers |= {"UploadItems": lambda _: unknown, "ExportItems": lambda _: unknown}
    scripted.answers |= {"CreateItem": create, "UpdateItem": update, "GetItem": get}


@pytest.mark.parametrize("notes", [True, False])
def test_a_server_that_takes_no_note_or_shows_another_text_each_time(scripted: Scripted, notes: bool) -> None:
    """The original is what it came to before: only another subject tells of an edit."""
    number = count()
    head = MALFORMED.partition(b"\r\n\r\n" if b"\r\n\r\n" in MALFORMED else b"\n\n")[0]
    subject_line = next((line for line in head.splitlines() if line.lower().startswith(b"subject:")), b"X-None: 1")
    keeping_server(scripted, lambda: subject_line + b"\r\n\r\nText %d\r\n" % next(number), notes=notes)
    with scripted.opened() as box:
        (ref,) = [str(ref) for ref in box.append(INBOX, [new(MALFORMED)])]
        assert raws(box, ref) == [MALFORMED]
        assert raws(box, ref) == [MALFORMED]
