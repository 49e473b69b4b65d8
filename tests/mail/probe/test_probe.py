"""Probing mailboxes: a Maildir, one in memory that gives streams, one that refuses a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.mail import FolderRefused, MailboxDenied, MailboxMissing
from skyflytt.ledger.progress import untold
from skyflytt.mail.address import Address, Tell, address
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import Fetched, FetchFailure, FolderChanges, FolderPath, MailSource, NewMessage, Way
from skyflytt.mail.probe import Payload, Probe, RouteState, as_data, as_lines, probe

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def message(number: int, age_days: int) -> NewMessage:
    raw = f"Subject: {number}\r\n\r\n{'x' * number * 100}\r\n".encode()
    return NewMessage(raw, frozenset(), NOW - timedelta(days=age_days))


class Exchange(MemoryMailbox):
    """Gives every message as a stream as well, or none; its folder "Delat" is refused."""

    def __init__(self, streams: int) -> None:
        super().__init__()
        self._streams = streams
        self.ensure_folder(("Delat",), None)
        self.append(("Delat",), [message(7, 1)])

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:
        if folder == ("Delat",):
            raise FolderRefused("Delat", "no right to see it")
        return super().changes(folder, since)

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        for number, answer in enumerate(super().fetch(folder, refs)):
            assert isinstance(answer, Fetched)
            yield replace(answer, stream=b"FT", way=Way.EXPORTED) if number < self._streams else answer


def exchange(mailbox: MemoryMailbox, archive: MemoryMailbox | None = None) -> Address:
    @contextmanager
    def opened(secret: str, _: Tell) -> Iterator[MailSource]:
        assert secret == "hemligt"
        yield mailbox

    @contextmanager
    def archived(_secret: str, _: Tell) -> Iterator[MailSource]:
        if archive is None:
            raise MailboxMissing("anna", "it has no archive mailbox")
        yield archive

    @contextmanager
    def denied(_secret: str, _: Tell) -> Iterator[MailSource]:
        raise MailboxDenied("the public folders", "no")
        yield

    return Address("ews+https://anna@mail", "ews", opened, None, other_stores={"archive": archived, "public": denied})


def probed(of: Address) -> Probe:
    return probe(of, "hemligt", MovableClock(NOW), untold, lambda _: None)


@pytest.fixture
def filled() -> Exchange:
    box = Exchange(streams=99)
    box.append(("INBOX",), [message(number, number * 10) for number in range(1, 11)])
    return box


def test_counts_sizes_and_an_estimate(filled: Exchange) -> None:
    found = probed(exchange(filled))
    assert {folder.path: folder.messages for folder in found.facts.folders} == {("Delat",): 1, ("INBOX",): 10}
    assert found.facts.largest[0].size_bytes > 1000
    assert found.facts.recent_messages == 3
    assert found.payload is Payload.STREAMS
    assert found.estimate.first_pass_hours
    assert found.passes[0].messages == 10
    assert found.capabilities.change_tokens


def test_what_is_beside_it_is_a_fact(filled: Exchange) -> None:
    archive = MemoryMailbox()
    archive.append(("INBOX",), [message(1, 1)])
    found = probed(exchange(filled, archive))
    assert [(route.name, route.state) for route in found.routes] == [
        ("Exchange Web Services", RouteState.WORKS),
        ("archive mailbox", RouteState.WORKS),
        ("public folders", RouteState.FAILED),
    ]
    assert found.routes[2].code == "mail.mailbox-denied"
    assert any("store=archive" in remark for remark in found.remarks)
    assert probed(exchange(filled)).routes[1].state is RouteState.ABSENT


def test_a_refused_folder_is_named(filled: Exchange) -> None:
    found = probed(exchange(filled))
    assert any(remark.startswith("1 folder cannot be opened") for remark in found.remarks)
    assert any("Delat" in line and "mail.folder-refused" in line for line in as_lines(found))


@pytest.mark.parametrize(("streams", "payload"), [(0, Payload.MIME), (2, Payload.MIXED), (99, Payload.STREAMS)])
def test_how_the_sample_came(streams: int, payload: Payload) -> None:
    box = Exchange(streams)
    box.append(("INBOX",), [message(number, 1) for number in range(1, 6)])
    found = probed(exchange(box))
    assert found.payload is payload
    assert any("ExportItems" in remark for remark in found.remarks) == (payload is Payload.MIME)


def test_an_empty_mailbox(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    found = probe(address(f"maildir:{tmp_path}"), "", MovableClock(NOW), untold, lambda _: None)
    assert (found.payload, found.facts.messages, len(found.routes)) == (Payload.NOT_MEASURED, 0, 1)
    assert list(as_lines(found))


def test_as_data_is_json(filled: Exchange) -> None:
    told = json.loads(json.dumps(as_data(probed(exchange(filled)))))
    assert (told["messages"], told["payload"], told["routes"][0]["state"]) == (11, "FastTransfer streams", "works")
    assert told["facts"]["folders"][1]["path"] == ["INBOX"]
    assert told["passes"][0]["messages"] == 10
