"""What other clients than exchangelib's users ask of an Exchange: DavMail (by article numbers), ews-javascript-api (files put to items)."""

from __future__ import annotations

import exchangelib
import pytest
from exchangelib import ExtendedProperty, FileAttachment, Message
from exchangelib.properties import EWS_ID, AlternateId

pytestmark = pytest.mark.real


class ArticleNumber(ExtendedProperty):
    property_tag = 0x0E23
    property_type = "Integer"


@pytest.fixture(autouse=True)
def extended() -> object:
    Message.register("article_number", ArticleNumber)
    yield
    Message.deregister("article_number")


def test_files_are_put_to_an_item_that_is_there(account: exchangelib.Account) -> None:
    message = Message(account=account, folder=account.inbox, subject="Med bilagor", body="Se bilagor").save()
    for name, content in (("å.txt", b"hej"), ("b.bin", b"\0" * 2000)):
        message.attach(FileAttachment(name=name, content=content))
    assert [one.attachment_id.id for one in message.attachments] == sorted(
        {one.attachment_id.id for one in message.attachments}
    )
    found = account.inbox.get(subject="Med bilagor")
    assert [(one.name, one.content) for one in found.attachments] == [("å.txt", b"hej"), ("b.bin", b"\0" * 2000)]
    assert found.has_attachments
    # The change key that came with the last one is the item's own now.
    message.subject = "Ändrad"
    message.save(update_fields=["subject"])


def test_every_item_has_a_number_that_grows(account: exchangelib.Account) -> None:
    for number in range(12):
        Message(account=account, folder=account.inbox, subject=f"Nummer {number}").save()
    listed = list(account.inbox.all().order_by("article_number").only("subject", "article_number"))
    assert [one.subject for one in listed] == [f"Nummer {number}" for number in range(12)]
    numbers = [one.article_number for one in listed]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == 12
    account.inbox.get(subject="Nummer 0").move(account.drafts)
    assert account.drafts.get(subject="Nummer 0").article_number > numbers[-1]


def test_an_id_tells_whose_mailbox_it_is_of(account: exchangelib.Account, address: str) -> None:
    asked = AlternateId(id=account.inbox.id, format=EWS_ID, mailbox="blah@blah.com")
    (converted,) = account.protocol.convert_ids([asked], destination_format=EWS_ID)
    assert converted.mailbox == address
