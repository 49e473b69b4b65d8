"""Messages that are too large, mailboxes that are full, servers that stall."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.mail import FolderRefused, MailboxFull, MessageRefused, MessageTooLarge
from skyflytt.mail.ews import open_ews, open_ews_source
from skyflytt.sandbox.exchange import running
from skyflytt.sandbox.exchange.faults import Rule
from skyflytt.sandbox.exchange.settings import Limits
from tests.contract.mail_messages import big_message, message, new
from tests.mail.ews.conftest import SECRET, Server, calm, started

INBOX = ("INBOX",)


@pytest.fixture(scope="module")
def running_small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    exchange = started(tmp_path_factory.mktemp("small"), limits=Limits(item_bytes=200_000, mailbox_bytes=600_000))
    yield Server(exchange)
    running.stop(exchange)


@pytest.fixture
def small(running_small: Server) -> Iterator[Server]:
    yield from calm(running_small)


def test_a_message_that_is_too_large_among_good_ones(small: Server) -> None:
    with small.target(small.new()) as target:
        first, refused, last = target.append(INBOX, [new(message(1)), new(big_message(400_000)), new(message(2))])
        assert isinstance(refused, MessageTooLarge)
        assert refused.item == "1"
        assert set(target.refs(INBOX)) == {first, last}


def test_a_full_mailbox_stops(small: Server) -> None:
    with small.target(small.new()) as target:

        def fill() -> None:
            for number in range(12):
                target.append(INBOX, [new(message(number, text="z" * 80_000))])

        with pytest.raises(MailboxFull):
            fill()
        assert 3 <= len(target.refs(INBOX)) <= 7


def test_a_server_that_stalls(server: Server, name: str) -> None:
    server.rules(Rule(kind="latency", operations=("SyncFolderItems",), milliseconds=3_000, times=None))
    with (
        open_ews_source(server.settings(), name, SECRET, server.patience, timeout_s=0.5) as source,
        pytest.raises(ConnectionLost),
    ):
        source.changes(INBOX, None)


def test_a_connection_that_breaks_while_writing(server: Server, name: str) -> None:
    server.rules(Rule(kind="cut-off", operations=("UploadItems",), skip=1))
    with open_ews(server.settings(), name, SECRET, server.patience) as target:
        with pytest.raises(ConnectionLost):
            target.append(INBOX, [new(message(1)), new(message(2))])
        # It was written, and nobody said so: whoever asked looks.
        assert len(target.refs(INBOX)) in (0, 2)


def test_single_items_that_are_refused(server: Server, name: str) -> None:
    server.rules(Rule(kind="error", operations=("CreateFolder",), code="ErrorAccessDenied", in_body=True, times=None))
    with server.target(name) as target, pytest.raises(FolderRefused):
        target.ensure_folder(("Nytt",), None)


def test_a_refused_upload_is_the_items_own(server: Server, name: str) -> None:
    server.rules(
        Rule(kind="error", operations=("UploadItems",), code="ErrorCorruptData", in_body=True, skip=1, times=1)
    )
    with server.target(name) as target:
        outcomes = target.append(INBOX, [new(message(1))])
        assert isinstance(outcomes[0], MessageRefused)
