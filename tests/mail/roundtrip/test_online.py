"""The whole collection from an Exchange to Exchange Online by Microsoft Graph, and back: the same messages, and every stream as it was."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import pytest

from skyflytt.mail.port import Fetched, MailSource
from tests.mail.ews.conftest import Server
from tests.mail.graph.simulator import Online, running_online
from tests.mail.roundtrip.legs import Roads, put, wanted
from tests.mail.roundtrip.test_items import fill, held

MANY = 183
pytestmark = pytest.mark.heavy
"""Messages picked from it go the same way in tests/mail/graph/test_there_and_back.py."""


@pytest.fixture(scope="module")
def online(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Online]:
    with running_online(tmp_path_factory.mktemp("online"), 6) as running:
        yield running


@pytest.fixture(scope="module")
def mailbox(running_exchange: Server) -> str:
    """A mailbox of an Exchange with the whole collection."""
    name = running_exchange.new()
    with running_exchange.target(name) as exchange:
        put(exchange)
    return name


@pytest.fixture(scope="module")
def delivered(running_exchange: Server, mailbox: str, online: Online, roads: Roads) -> str:
    """The mailbox of Exchange Online that it was carried to."""
    name = online.new()
    with running_exchange.source(mailbox) as source, online.target(name) as target:
        carried = roads.carry(source, target)
    carried.is_whole(MANY)
    assert carried.target == wanted()
    return name


def streams(box: MailSource) -> Counter[str]:
    """Every item's stream, byte for byte, by its digest."""
    found: Counter[str] = Counter()
    for folder in box.folders():
        refs = [entry.ref for entry in box.changes(folder.path, None).entries]
        for answer in box.fetch(folder.path, refs):
            assert isinstance(answer, Fetched), answer
            assert answer.stream is not None
            found[hashlib.sha256(answer.stream).hexdigest()] += 1
    return found


def test_the_streams_went_through_unchanged(
    running_exchange: Server, mailbox: str, online: Online, delivered: str
) -> None:
    with running_exchange.source(mailbox) as ours, online.source(delivered) as theirs:
        before = streams(ours)
        assert before.total() == MANY
        assert streams(theirs) == before


def test_from_there_back_to_an_exchange(
    running_exchange: Server, mailbox: str, online: Online, delivered: str, roads: Roads
) -> None:
    back = running_exchange.new()
    with online.source(delivered) as source, running_exchange.target(back) as target:
        carried = roads.carry(source, target)
    carried.is_whole(MANY)
    assert carried.target == wanted()
    with running_exchange.source(mailbox) as first, running_exchange.source(back) as last:
        assert streams(last) == streams(first)


def test_appointments_contacts_tasks_and_notes_go_there_and_back(
    running_exchange: Server, online: Online, roads: Roads
) -> None:
    first, there, back = running_exchange.new(), online.new(), running_exchange.new()
    fill(running_exchange, first)
    with running_exchange.source(first) as source, online.target(there) as target:
        before, sent = held(source), streams(source)
        roads.carry(source, target).is_whole(len(before))
        assert held(target) == before
        assert streams(target) == sent
    with online.source(there) as source, running_exchange.target(back) as target:
        roads.carry(source, target).is_whole(len(before))
        assert streams(target) == sent
