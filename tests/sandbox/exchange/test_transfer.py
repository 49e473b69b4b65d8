"""ExportItems and UploadItems."""

from __future__ import annotations

import base64
from collections.abc import Callable

import exchangelib
import pytest
from exchangelib import Message
from exchangelib.errors import ErrorCorruptData, ErrorItemNotFound, ErrorSchemaValidation
from exchangelib.items import ASSOCIATED

from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mapi import Message as MapiMessage
from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.sandbox.exchange.running import Exchange

from .conftest import ANNA, SETTINGS, impersonated

pytestmark = pytest.mark.real


def test_an_export_uploaded_is_the_same_item(account: exchangelib.Account) -> None:
    item = Message(account=account, folder=account.inbox, subject="Å", body="b", is_read=True).save()
    (data,) = account.export([item])
    ((number, _),) = account.upload([(account.sent, (None, False, data))])
    (copied,) = account.sent.all()
    assert (copied.id, copied.subject, copied.is_read) == (number, "Å", True)
    assert list(account.export([copied])) == [data]
    assert read_stream(base64.b64decode(data)).properties[tags.SUBJECT] == "Å"


def test_an_upload_may_update(account: exchangelib.Account) -> None:
    item = Message(account=account, folder=account.inbox, subject="before").save()
    list(account.inbox.sync_items())
    changed = MapiMessage({tags.MESSAGE_CLASS: "IPM.Note", tags.SUBJECT: "after", tags.MESSAGE_FLAGS: 1})
    data = base64.b64encode(write_stream(changed)).decode()
    account.upload([(account.inbox, ((item.id, item.changekey), False, data))])
    ((kind, found),) = account.inbox.sync_items()
    assert (kind, found.id, found.subject) == ("update", item.id, "after")


def test_every_property_is_kept_also_those_of_other_programs(account: exchangelib.Account) -> None:
    message = MapiMessage({tags.MESSAGE_CLASS: "IPM.Note", tags.SUBJECT: "s", ORIGINAL_MIME: b"From: a\r\n\r\nb"})
    account.upload([(account.inbox, (None, False, base64.b64encode(write_stream(message)).decode()))])
    (item,) = account.inbox.all()
    assert b"From: a" not in item.mime_content
    (data,) = account.export([item])
    assert read_stream(base64.b64decode(data)).properties[ORIGINAL_MIME] == b"From: a\r\n\r\nb"


def test_associated_items_are_apart(account: exchangelib.Account) -> None:
    message = MapiMessage({tags.MESSAGE_CLASS: "IPM.Configuration.Own", tags.SUBJECT: "hidden"})
    account.upload([(account.inbox, (None, True, base64.b64encode(write_stream(message)).decode()))])
    assert account.inbox.all().count() == 0
    assert list(account.inbox.sync_items()) == []
    account.inbox.item_sync_state = None
    found = account.inbox.sync_items(sync_state=None, sync_scope="NormalAndAssociatedItems")
    assert [item.subject for _, item in found] == ["hidden"]
    assert [item.subject for item in account.inbox.all().depth(ASSOCIATED)] == ["hidden"]


def test_garbage_and_missing_items_fail_one_by_one(account: exchangelib.Account) -> None:
    item = Message(account=account, folder=account.inbox, subject="s").save()
    gone = Message(account=account, folder=account.inbox, subject="t").save()
    number = gone.id, gone.changekey
    gone.delete()
    there, missing = account.export([(item.id, item.changekey), number])
    assert isinstance(there, str)
    assert isinstance(missing, ErrorItemNotFound)
    good, bad = account.upload([(account.sent, (None, False, there)), (account.sent, (None, False, "AAAA"))])
    assert isinstance(good, tuple)
    assert isinstance(bad, ErrorCorruptData)


def test_a_server_may_be_without(launch: Callable[..., Exchange]) -> None:
    exchange = launch(SETTINGS.model_copy(update={"export_items": False, "version": "Exchange2010_SP2"}))
    account = impersonated(exchange, ANNA)
    assert account.version.api_version == "Exchange2010_SP2"
    item = Message(account=account, folder=account.inbox, subject="s").save()
    with pytest.raises(ErrorSchemaValidation):
        account.export([item])
