"""Refusals, unreadable folders, altered copies and full mailboxes: each with its reason, no message twice, and healed later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, ServerBusy
from skyflytt.errors.ledger import DoesNotReconcile
from skyflytt.errors.mail import FolderRefused, MailboxFull, MessageRefused, MessageUnreadable
from skyflytt.ledger.schema import Mode, State
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import Fetched, FetchFailure, FolderChanges, FolderPath, NewMessage
from tests.mail.engine.mailboxes import ARKIV, INBOX, SEEN, Move, Wrapped, bodies, contents, put, raw, refs_of


def refusing(*numbers: int) -> Any:
    wanted = {raw(number) for number in numbers}
    return lambda ref, content: MessageUnreadable(ref, "damaged") if content in wanted else None


@pytest.mark.parametrize("tokens", [True, False])
def test_a_message_that_cannot_be_fetched_fails_alone_and_heals(move: Move, tokens: bool) -> None:
    move.source = MemoryMailbox(change_tokens=tokens, refuse_fetch=refusing(2, 4))
    put(move.source, INBOX, 1, 2, 3)
    put(move.source, ARKIV, 4, 5)
    for _ in range(2):
        for account in move.run():
            assert (account.source, account.moved, account.failed) == (5, 3, 2)
    assert move.codes() == {"mail.not-archived": 2}
    move.source._refuse_fetch = refusing(4)
    put(move.source, INBOX, 6)
    assert [account.failed for account in move.run()] == [1, 1]
    move.source._refuse_fetch = None
    assert [account.failed for account in move.run()] == [0, 0]
    assert contents(move.target) == contents(move.source)


def test_a_message_that_fails_after_a_good_pass_heals_too(move: Move) -> None:
    put(move.source, INBOX, 1)
    move.run()
    move.source._refuse_fetch = refusing(2)
    put(move.source, INBOX, 2)
    assert [account.failed for account in move.run()] == [1, 1]
    move.source._refuse_fetch = None
    move.run()
    assert contents(move.target) == contents(move.source)


@pytest.mark.parametrize("forgotten", [0, 1])
def test_a_message_that_the_source_does_not_answer_for_is_not_lost(move: Move, forgotten: int) -> None:
    source = move.source = Wrapped(move.source)
    put(source.mailbox, INBOX, 1, 2)
    whole = source.mailbox.fetch

    def forgetful(folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        for at, answer in enumerate(whole(folder, refs)):
            if at != forgotten:
                yield answer

    source.fetch = forgetful
    assert [account.failed for account in move.run()] == [1, 1]
    source.fetch = whole
    assert [account.failed for account in move.run()] == [0, 0]
    assert contents(move.target) == contents(move.source)


def unreadable(source: Wrapped, *folders: FolderPath) -> None:
    whole = source.mailbox.changes

    def changes(folder: FolderPath, since: str | None) -> Any:
        if folder in folders:
            raise FolderRefused("/".join(folder), "no rights")
        return whole(folder, since)

    source.changes = changes


@pytest.mark.parametrize("known", [True, False])
def test_an_unreadable_folder_counts_as_failed_and_nothing_is_removed(move: Move, known: bool) -> None:
    """Also its subfolders go on as usual, and a message that failed in it before does no harm to the account."""
    source = move.source = Wrapped(MemoryMailbox(refuse_fetch=refusing(3)))
    put(source.mailbox, INBOX, 1)
    put(source.mailbox, ("Arkiv",), 2, 3)
    put(source.mailbox, ARKIV, 4, 5)
    if known:
        move.run()
    unreadable(source, ("Arkiv",))
    source.mailbox.delete(ARKIV, refs_of(source.mailbox, ARKIV)[:1])
    for _ in range(2):
        for account in move.run():
            assert (account.source, account.moved, account.failed) == ((4, 3, 1) if known else (3, 2, 1))
    del source.changes
    source.mailbox._refuse_fetch = None
    assert [account.failed for account in move.run()] == [0, 0]
    assert contents(move.target) == contents(source.mailbox)


def test_an_unreadable_folder_that_is_excluded(move: Move) -> None:
    source = move.source = Wrapped(move.source)
    put(source.mailbox, INBOX, 1)
    put(source.mailbox, ARKIV, 2)
    unreadable(source, ARKIV)
    move.excluded = lambda path: path[0] == "Arkiv"
    assert [account.failed for account in move.run()] == [1, 1]


def test_a_lost_source_ends_the_pass_and_the_next_goes_on(move: Move) -> None:
    source = move.source = Wrapped(move.source)
    put(source.mailbox, INBOX, *range(250))
    whole = source.mailbox.fetch
    calls: list[int] = []

    def breaking(folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        calls.append(len(refs))
        if len(calls) > 1:
            raise ConnectionLost("server", "reset")
        yield from whole(folder, refs)

    source.fetch = breaking
    with pytest.raises(ConnectionLost):
        move.collect()
    asked: list[str] = []

    def counting(folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        asked.extend(refs)
        return whole(folder, refs)

    source.fetch = counting
    move.run()
    assert len(asked) == 150
    assert contents(move.target) == contents(source.mailbox)


def test_refused_messages_among_good_ones(move: Move) -> None:
    put(move.source, INBOX, 1, 2, 3)
    put(move.source, INBOX, raw(4, "x" * 5_000))
    refused = {raw(2)}
    move.target = MemoryMailbox(
        max_message_bytes=4_000,
        refuse_append=lambda ref, content: MessageRefused(ref, "policy") if content in refused else None,
    )
    for _ in range(2):
        _, account = move.run()
        assert (account.source, account.moved, account.failed) == (4, 2, 2)
        assert move.codes() == {"mail.message-refused": 1, "mail.message-too-large": 1}
    move.target._refuse_append = None
    assert move.run()[1].moved_now == 1


class Altering(Wrapped):
    """A target that writes something else than it was given."""

    altered = True

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Any:
        if self.altered:
            messages = [NewMessage(one.raw[: len(one.raw) // 2], one.flags, one.received) for one in messages]
        return self.mailbox.append(folder, messages)


def test_an_altered_copy_fails_and_is_never_written_twice(move: Move) -> None:
    put(move.source, INBOX, 1, 2)
    target = move.target = Altering(move.target)
    for _ in range(3):
        assert move.run()[1].failed == 2
        assert move.codes() == {"mail.message-altered": 2}
        assert len(refs_of(target, INBOX)) == 2
    target.altered = False
    put(move.source, INBOX, 3)
    assert move.run()[1].moved == 1
    assert len(refs_of(target, INBOX)) == 3
    move.source.delete(INBOX, refs_of(move.source, INBOX)[:2])
    move.run()
    assert contents(target) == contents(move.source)


@pytest.mark.parametrize("raised", [True, False])
def test_a_full_target_needs_a_person_and_the_next_run_goes_on(move: Move, raised: bool) -> None:
    put(move.source, INBOX, *range(70))
    move.target = MemoryMailbox(quota_bytes=60 * len(raw(10)))
    if not raised:
        move.target = AnsweringFull(move.target)
    for _ in range(2):
        with pytest.raises(MailboxFull):
            move.run()
    assert len(refs_of(move.target, INBOX)) == 60
    (move.target if raised else move.target.mailbox)._quota_bytes = None
    _, account = move.run()
    assert (account.moved, account.failed) == (70, 0)
    assert contents(move.target) == contents(move.source)


class AnsweringFull(Wrapped):
    """Says of each message that there is no room, rather than giving up."""

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        answers: list[str | Failure] = []
        for one in messages:
            try:
                answers += self.mailbox.append(folder, [one])
            except MailboxFull as failure:
                answers.append(failure)
        return answers


@pytest.mark.parametrize("written", [0, 1, 2])
def test_a_connection_lost_while_writing_makes_no_duplicates(move: Move, written: int) -> None:
    put(move.source, INBOX, 1, 1, 2)
    target = move.target = Wrapped(move.target)
    whole = target.mailbox.append

    def breaking(folder: FolderPath, messages: Sequence[NewMessage]) -> Any:
        whole(folder, messages[:written])
        raise ServerBusy("server", "later")

    target.append = breaking
    with pytest.raises(ServerBusy):
        move.run()
    del target.append
    move.run()
    assert contents(target) == contents(move.source)


def test_a_target_folder_that_is_refused_fails_with_its_messages(move: Move) -> None:
    put(move.source, INBOX, 1)
    put(move.source, ARKIV, 2, 3)
    target = move.target = Wrapped(move.target)
    whole = target.mailbox.ensure_folder

    def refusing_folder(folder: FolderPath, role: Any) -> FolderPath:
        if folder == ARKIV:
            raise FolderRefused("Arkiv/2024", "no rights")
        return whole(folder, role)  # type: ignore[no-any-return]

    target.ensure_folder = refusing_folder
    for _ in range(2):
        _, account = move.run()
        assert (account.moved, account.failed) == (1, 2)
        assert move.codes() == {"mail.folder-refused": 2}
    del target.ensure_folder
    move.run()
    assert contents(target) == contents(move.source)


def test_a_target_folder_that_somebody_removed(move: Move) -> None:
    put(move.source, INBOX, 1)
    put(move.source, ARKIV, 2, 3)
    move.run()
    del move.target._folders[ARKIV]
    move.source.delete(ARKIV, refs_of(move.source, ARKIV))
    move.source.folders = lambda: [one for one in MemoryMailbox.folders(move.source) if one.path == INBOX]
    for _ in range(2):
        _, account = move.run()
        assert (account.source, account.failed) == (1, 0)


def test_a_target_that_merges_equal_messages_is_found_out(move: Move) -> None:
    put(move.source, INBOX, 1, 1, 2)
    target = move.target = Wrapped(move.target)

    def merging(folder: FolderPath, messages: Sequence[NewMessage]) -> Any:
        refs: dict[bytes, Any] = {}
        for one in messages:
            refs.setdefault(one.raw, target.mailbox.append(folder, [one])[0])
        return [refs[one.raw] for one in messages]

    target.append = merging
    _, account = move.run()
    assert (account.source, account.moved, account.failed) == (3, 2, 1)


def test_after_the_cutover_mail_is_only_added(move: Move) -> None:
    put(move.source, INBOX, 1, 2, 3, 4)
    put(move.source, ARKIV, 5)
    move.run()
    move.cut_over()
    before = contents(move.target)
    one, two, three, _ = refs_of(move.source, INBOX)
    move.source.set_flags(INBOX, one, SEEN)
    move.source.move(INBOX, two, ARKIV)
    move.source.delete(INBOX, [three])
    put(move.source, INBOX, 9)
    target = move.target = Wrapped(move.target)
    target.delete = target.move = target.set_flags = None
    _, account = move.run()
    assert (account.mode, account.source, account.failed) == (Mode.APPEND, 5, 0)
    assert contents(target) - before == contents_of(move.source, INBOX, raw(9))
    assert not before - contents(target)
    assert move.run()[1].moved_now == 0


def contents_of(box: Any, folder: FolderPath, content: bytes) -> Counter[Any]:
    return Counter({key: count for key, count in contents(box).items() if key[:2] == (folder, content)})


def test_after_the_cutover_an_emptied_source_changes_nothing(move: Move) -> None:
    put(move.source, INBOX, *range(30))
    move.run()
    move.cut_over()
    before = contents(move.target)
    move.source.delete(INBOX, refs_of(move.source, INBOX))
    assert [account.source for account in move.run()] == [0, 0]
    assert contents(move.target) == before


def test_a_move_that_was_pending_at_the_cutover_leaves_the_copy_where_it_is(move: Move) -> None:
    put(move.source, INBOX, 1, 2)
    put(move.source, ARKIV, 3)
    move.run()
    move.source.move(INBOX, refs_of(move.source, INBOX)[0], ARKIV)
    target = move.target = Wrapped(move.target)

    def lost(*_: object) -> str:
        raise ConnectionLost("server", "reset")

    target.move = lost
    with pytest.raises(ConnectionLost):
        move.run()
    move.cut_over()
    before = contents(target)
    _, account = move.run()
    assert (account.source, account.moved) == (3, 3)
    assert contents(target) == before
    assert {item.state for item in move.items()} == {State.DONE, State.GONE}


def test_late_mail_after_a_first_pass_in_append_mode(move: Move) -> None:
    put(move.source, INBOX, 1)
    move.cut_over()
    put(move.target, INBOX, 50)
    move.run()
    put(move.source, INBOX, 2)
    move.run()
    assert bodies(move.target) == Counter({(INBOX, raw(1)): 1, (INBOX, raw(2)): 1, (INBOX, raw(50)): 1})


def test_a_folder_that_went_away_while_its_message_was_being_written(move: Move) -> None:
    """It had another name at the target, which nothing but the ledger remembers."""
    put(move.target, ("Sent Items",), 90)
    put(move.source, INBOX, 1)
    put(move.source, ("Skickat",), 2)
    target = move.target = Wrapped(move.target)

    def breaking(folder: FolderPath, messages: Sequence[NewMessage]) -> Any:
        target.mailbox.append(folder, messages)
        if folder != INBOX:
            raise ConnectionLost("server", "reset")
        return target.mailbox.refs(folder)

    target.append = breaking
    with pytest.raises(ConnectionLost):
        move.run()
    assert bodies(target)[("Sent Items",), raw(2)] == 1
    del move.source._folders[("Skickat",)]
    del target.append
    move.run()
    assert bodies(target) == Counter({(INBOX, raw(1)): 1, (("Sent Items",), raw(90)): 1})


@pytest.mark.parametrize("tokens", [True, False])
def test_what_the_server_only_shows_once_more_is_counted_and_left_out(move: Move, tokens: bool) -> None:
    """Gmail's "All Mail": what loses its last label moves from there, and what gains one is no longer delivered twice."""
    everything: FolderPath = ("[Gmail]", "All Mail")
    source = move.source = Wrapped(MemoryMailbox(change_tokens=tokens))
    put(source.mailbox, INBOX, 1, 2)
    put(source.mailbox, everything, 1, 2, 3)
    labelled = {raw(1), raw(2)}
    whole = source.mailbox.changes

    def changes(folder: FolderPath, since: str | None) -> Any:
        if folder != everything:
            return whole(folder, since)
        found = whole(folder, None)
        raws = {one.ref: one.raw for one in source.mailbox.fetch(folder, [entry.ref for entry in found.entries])}
        shown = [entry for entry in found.entries if raws[entry.ref] in labelled]
        own = [entry for entry in found.entries if raws[entry.ref] not in labelled]
        return FolderChanges(own, (), True, None, shown)

    source.changes = changes
    for _ in range(2):
        for account in move.run():
            assert (account.source, account.moved, account.skipped, account.failed) == (5, 3, 2, 0)
    assert move.codes(State.SKIPPED) == {"mail.shown-elsewhere": 2}
    assert bodies(move.target) == Counter({(INBOX, raw(1)): 1, (INBOX, raw(2)): 1, (everything, raw(3)): 1})
    labelled.remove(raw(1))
    labelled.add(raw(3))
    source.mailbox.delete(INBOX, refs_of(source.mailbox, INBOX)[:1])
    put(source.mailbox, INBOX, 3)
    target = move.target = Wrapped(move.target)
    target.append = None
    archived, delivered = move.run()
    assert (archived.source, archived.moved, archived.skipped) == (5, 3, 2)
    assert (delivered.source, delivered.moved, delivered.skipped) == (4, 3, 1)
    assert [account.skipped for account in move.run()] == [2, 2]
    assert bodies(move.target) == Counter({(INBOX, raw(2)): 1, (INBOX, raw(3)): 1, (everything, raw(1)): 1})


def test_an_unchanged_mailbox_is_not_listed_again_but_still_counted(move: Move) -> None:
    put(move.source, INBOX, *range(5))
    put(move.source, ARKIV, 7)
    move.run()
    archive = move.archive = Wrapped(move.archive)
    archive.entries = None
    assert move.collect().source == 6
    del archive.entries
    # A message that the archive lost behind the ledger's back is found out.
    archive._connection.execute("DELETE FROM entry WHERE ref = ?", (refs_of(move.source, ARKIV)[0],))
    with pytest.raises(DoesNotReconcile):
        move.collect()


def test_nothing_is_written_into_a_folder_that_cannot_be_looked_into(move: Move) -> None:
    """Another pass's copies are in it, as one that was cut off before the ledger heard of them leaves them."""
    put(move.source, INBOX, 1, 2)
    put(move.source, ARKIV, 3)
    put(move.target, INBOX, 1, 2)
    target = move.target = Wrapped(move.target)
    whole = target.mailbox.refs

    def refs(folder: FolderPath) -> Sequence[str]:
        if folder == INBOX:
            raise FolderRefused("INBOX", "NO EXAMINE failed")
        return whole(folder)

    target.refs = refs
    _, account = move.run()
    assert (account.moved, account.failed) == (1, 2)
    assert move.codes() == {FolderRefused.code: 2}
    target.refs = whole
    _, account = move.run()
    assert (account.moved, account.failed) == (3, 0)
    assert bodies(target.mailbox) == bodies(move.source)
