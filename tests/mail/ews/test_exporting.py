"""Streams that end early, items that fail one by one, and what comes by MIME instead."""

from __future__ import annotations

import pytest

from skyflytt.errors.mail import MessageUnreadable, MessageVanished
from skyflytt.mail.identity import fingerprint, matches
from skyflytt.mail.port import Fetched, FetchFailure
from skyflytt.outlook.errors import StreamTruncated
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.sandbox.exchange.faults import Rule
from tests.contract.mail_messages import big_message, message, new
from tests.mail.ews.conftest import Server

INBOX = ("INBOX",)


def filled(server: Server, name: str, count: int) -> list[str]:
    with server.target(name) as target:
        return [str(ref) for ref in target.append(INBOX, [new(message(number)) for number in range(count)])]


def answers(server: Server, name: str, refs: list[str]) -> dict[str, Fetched | FetchFailure]:
    with server.source(name) as source:
        found = list(source.fetch(INBOX, refs))
    assert sorted(answer.ref for answer in found) == sorted(refs)
    return {answer.ref: answer for answer in found}


@pytest.mark.parametrize("where", ["text", "bytes"])
def test_a_stream_that_was_cut_off_is_exported_again(server: Server, name: str, where: str) -> None:
    refs = filled(server, name, 20)
    server.rules(Rule(kind="truncated", operations=("ExportItems",), every=4, times=5, where=where))
    found = answers(server, name, refs)
    assert server.exchange.faults()[0]["fired"] == 5
    for number, ref in enumerate(refs):
        answer = found[ref]
        assert isinstance(answer, Fetched)
        assert answer.stream is not None
        assert matches(answer.raw, message(number))
        assert read_stream(answer.stream).properties


@pytest.mark.parametrize("where", ["text", "bytes"])
def test_what_is_always_cut_off_comes_by_mime(server: Server, name: str, where: str) -> None:
    refs = filled(server, name, 3)
    server.rules(Rule(kind="truncated", operations=("ExportItems",), subject="Nummer 1", times=None, where=where))
    found = answers(server, name, refs)
    cut = found[refs[1]]
    assert isinstance(cut, Fetched)
    assert cut.stream is None
    assert matches(cut.raw, message(1))
    assert isinstance(found[refs[0]], Fetched)


def test_what_comes_by_no_means_is_a_failure_of_its_own(server: Server, name: str) -> None:
    refs = filled(server, name, 5)
    server.rules(
        Rule(kind="truncated", operations=("ExportItems",), subject="Nummer 1", times=None),
        Rule(kind="item", operations=("GetItem",), subject="Nummer 1", times=None),
        Rule(kind="item", subject="Nummer 3", code="ErrorItemCorrupt", times=None),
    )
    found = answers(server, name, refs)
    cut, corrupt = found[refs[1]], found[refs[3]]
    assert isinstance(cut, FetchFailure)
    assert isinstance(cut.failure, StreamTruncated)
    assert isinstance(corrupt, FetchFailure)
    assert isinstance(corrupt.failure, MessageUnreadable)
    assert corrupt.failure.item == refs[3]
    assert all(isinstance(found[refs[place]], Fetched) for place in (0, 2, 4))


def test_an_item_that_cannot_be_exported_comes_by_mime(server: Server, name: str) -> None:
    refs = filled(server, name, 3)
    server.rules(Rule(kind="item", operations=("ExportItems",), subject="Nummer 2", times=None))
    found = answers(server, name, refs)[refs[2]]
    assert isinstance(found, Fetched)
    assert (found.stream, fingerprint(found.raw).fingerprint) == (None, fingerprint(message(2)).fingerprint)


def test_batches_are_limited_by_bytes(server: Server, name: str) -> None:
    with server.target(name) as target:
        refs = [str(ref) for ref in target.append(INBOX, [new(big_message(3_000_000)) for _ in range(6)])]
    server.exchange.forget_requests()
    with server.source(name) as source:
        source.changes(INBOX, None)
        assert sum(isinstance(answer, Fetched) for answer in source.fetch(INBOX, refs)) == 6
    # One question whether there is an ExportItems, and each message of 2.25 MB alone.
    assert server.exchange.requests()["asked"]["ExportItems"] == 7


def test_refs_that_are_none(server: Server, name: str) -> None:
    refs = filled(server, name, 2)
    with server.target(name) as target:
        target.delete(INBOX, refs[:1])
    found = answers(server, name, [*refs, "AAMk", "no ref", "ÅÄÖ", refs[1].swapcase()])
    assert isinstance(found.pop(refs[1]), Fetched)
    assert all(isinstance(one, FetchFailure) and isinstance(one.failure, MessageVanished) for one in found.values())


def test_a_listing_is_not_stopped_by_an_odd_date(server: Server, name: str) -> None:
    filled(server, name, 4)
    for odd in ("0001-01-01T00:00:00Z", "not a date", "2024-02-30T25:61:61Z", "99999-01-01T00:00:00", ""):
        server.rules(Rule(kind="odd-date", subject="Nummer", date=odd, times=None))
        with server.source(name) as source:
            assert len(source.changes(INBOX, None).entries) == 4
        server.exchange.clear_faults()
