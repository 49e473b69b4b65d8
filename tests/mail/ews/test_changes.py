"""What SyncFolderItems tells, as the port's changes: read marks, moves, deletions, and states that a server forgets."""

from __future__ import annotations

import pytest

from skyflytt.errors.mail import FolderRefused
from skyflytt.mail.ews import EwsSource
from skyflytt.mail.port import Fetched, FolderChanges
from skyflytt.sandbox.exchange.faults import Rule
from tests.contract.mail_messages import message, new
from tests.mail.ews.conftest import Server

INBOX = ("INBOX",)
SEEN = frozenset({r"\Seen"})


def told(changes: FolderChanges) -> tuple[dict[str, frozenset[str]], list[str], bool]:
    return {entry.ref: entry.flags for entry in changes.entries}, sorted(changes.vanished), changes.complete


def test_a_read_mark_is_a_change(server: Server, name: str) -> None:
    with server.target(name) as target, server.source(name) as source:
        refs = [str(ref) for ref in target.append(INBOX, [new(message(number)) for number in range(3)])]
        token = source.changes(INBOX, None).token
        target.set_flags(INBOX, refs[1], SEEN)
        changed = source.changes(INBOX, token)
        assert told(changed) == ({refs[1]: SEEN}, [], False)
        assert changed.entries[0].received == new(message(0)).received
        target.set_flags(INBOX, refs[1], frozenset())
        assert told(source.changes(INBOX, changed.token)) == ({refs[1]: frozenset()}, [], False)


def test_flags_and_categories_are_changes(server: Server, name: str) -> None:
    flags = frozenset({r"\Flagged", r"\Answered", "Projekt"})
    with server.target(name) as target, server.source(name) as source:
        (ref,) = target.append(INBOX, [new(message(1))])
        token = source.changes(INBOX, None).token
        target.set_flags(INBOX, str(ref), flags)
        assert told(source.changes(INBOX, token)) == ({ref: flags}, [], False)


def test_a_move_is_told_in_both_folders(server: Server, name: str) -> None:
    with server.target(name) as target, server.source(name) as source:
        arkiv = target.ensure_folder(("Arkiv",), None)
        first, _ = (str(ref) for ref in target.append(INBOX, [new(message(1)), new(message(2))]))
        tokens = [source.changes(folder, None).token for folder in (INBOX, arkiv)]
        moved = target.move(INBOX, first, arkiv)
        assert moved != first
        assert told(source.changes(INBOX, tokens[0])) == ({}, [first], False)
        assert told(source.changes(arkiv, tokens[1])) == ({moved: frozenset()}, [], False)
        (answer,) = source.fetch(arkiv, [moved])
        assert isinstance(answer, Fetched)


def test_what_came_and_went_between_two_looks_is_no_entry(server: Server, name: str) -> None:
    with server.target(name) as target, server.source(name) as source:
        token = source.changes(INBOX, None).token
        first, second = (str(ref) for ref in target.append(INBOX, [new(message(1)), new(message(2))]))
        target.delete(INBOX, [first])
        entries, vanished, complete = told(source.changes(INBOX, token))
        assert (entries, complete) == ({second: frozenset()}, False)
        assert set(vanished) <= {first}


def test_more_than_one_page(server: Server, name: str) -> None:
    with server.target(name) as target, server.source(name) as source:
        refs = target.append(INBOX, [new(message(number)) for number in range(700)])
        first = source.changes(INBOX, None)
        assert first.complete
        assert {entry.ref for entry in first.entries} == set(refs)
        target.delete(INBOX, [str(ref) for ref in refs[:600]])
        assert set(source.changes(INBOX, first.token).vanished) == set(refs[:600])


def test_a_token_is_of_one_folder(server: Server, name: str) -> None:
    with server.target(name) as target, server.source(name) as source:
        arkiv = target.ensure_folder(("Arkiv",), None)
        target.append(INBOX, [new(message(1))])
        target.append(arkiv, [new(message(2))])
        token = source.changes(INBOX, None).token
        assert source.changes(arkiv, token).complete


@pytest.mark.parametrize("code", ["ErrorInvalidSyncStateData", "ErrorCorruptData"])
def test_a_state_that_the_server_forgot_gives_everything(server: Server, name: str, code: str) -> None:
    with server.target(name) as target, server.source(name) as source:
        refs = target.append(INBOX, [new(message(1)), new(message(2))])
        token = source.changes(INBOX, None).token
        server.rules(Rule(kind="error", operations=("SyncFolderItems",), code=code, in_body=True))
        changes = source.changes(INBOX, token)
        assert changes.complete
        assert {entry.ref for entry in changes.entries} == set(refs)


def test_a_folder_without_permission_is_refused_and_the_rest_goes_on(server: Server, name: str) -> None:
    with server.target(name) as target:
        secret = target.ensure_folder(("Hemligt",), None)
        target.append(secret, [new(message(1))])
        target.append(INBOX, [new(message(2))])
    server.rules(Rule(kind="access-denied", folder="Hemligt", mailbox=name, times=None))
    with server.source(name) as source:
        assert counted(source)[INBOX] == 1
        with pytest.raises(FolderRefused):
            source.changes(secret, None)
        assert len(source.changes(INBOX, None).entries) == 1


def counted(source: EwsSource) -> dict[tuple[str, ...], int]:
    return {folder.path: folder.message_count for folder in source.folders()}
