"""The sandbox company's appointments, contacts, tasks and notes between two Exchanges, straight and by PST: every property is kept."""

from __future__ import annotations

from collections import Counter

import pytest

from skyflytt.deadline.clock import SystemClock
from skyflytt.mail.port import Fetched, FolderPath, MailSource
from skyflytt.mail.pst import open_pst_source
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.mapi import Message, Value, tags
from skyflytt.outlook.pst.verification.comparison import compare
from skyflytt.sandbox.company.items import items as company_items
from skyflytt.sandbox.company.people import STAFF
from skyflytt.sandbox.exchange.store import folders, mailboxes, open_store
from skyflytt.sandbox.exchange.store.items import add
from tests.mail.ews.conftest import Server
from tests.mail.roundtrip.legs import Roads

ROLES = {"calendar": "Calendar", "contacts": "Contacts", "tasks": "Tasks", "notes": "Notes"}
Held = dict[tuple[FolderPath, Value], Message]
"""The items of a mailbox, by folder and PidTagSearchKey, which no move changes."""


def fill(server: Server, name: str) -> Counter[str]:
    """What every member of the company has beside mail, laid into one mailbox; how many for each folder."""
    database = open_store(server.exchange.store)
    store = mailboxes.find(database, name, "primary")
    assert store is not None
    many: Counter[str] = Counter()
    for person in STAFF:
        for role, message in company_items(person):
            folder = folders.by_role(database, store, role)
            assert folder is not None
            add(database, folder.id, message, SystemClock().now())
            many[ROLES[role]] += 1
    return many


def held(box: MailSource) -> Held:
    found: Held = {}
    for folder in box.folders():
        refs = [entry.ref for entry in box.changes(folder.path, None).entries]
        for answer in box.fetch(folder.path, refs):
            assert isinstance(answer, Fetched), answer
            assert answer.stream is not None
            message = read_stream(answer.stream)
            key = folder.path, message.properties[tags.SEARCH_KEY]
            assert key not in found
            found[key] = message
    return found


@pytest.fixture(scope="module")
def company(running_exchange: Server) -> tuple[str, Counter[str]]:
    name = running_exchange.new()
    return name, fill(running_exchange, name)


def test_from_exchange_to_exchange(running_exchange: Server, company: tuple[str, Counter[str]], roads: Roads) -> None:
    to = running_exchange.new()
    with running_exchange.source(company[0]) as source, running_exchange.target(to) as target:
        before = held(source)
        assert Counter(path[0] for path, _ in before) == company[1]
        roads.carry(source, target).is_whole(len(before))
        assert held(target) == before


def test_from_exchange_by_pst_to_exchange(
    running_exchange: Server, company: tuple[str, Counter[str]], roads: Roads
) -> None:
    """But for what a PST file computes itself."""
    to = running_exchange.new()
    with running_exchange.source(company[0]) as source:
        before = held(source)
        file = roads.to_pst(source, "company")
    with open_pst_source(file) as source, running_exchange.target(to) as target:
        roads.carry(source, target).is_whole(len(before))
        after = held(target)
    assert after.keys() == before.keys()
    assert [different for key in before for different in compare(before[key], after[key])] == []
