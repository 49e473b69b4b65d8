"""A message that is edited in its place at the source: fetched again, and its copy replaced where it is ours to replace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.mail import FolderRefused, MessageRefused, MessageUnreadable
from skyflytt.ledger import sync_states
from skyflytt.ledger.schema import Origin, State, Verified
from skyflytt.mail.compare import compare
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import FolderPath, MailCapabilities, NewMessage
from skyflytt.mail.renewal import EARLIER_STAYS
from tests.mail.engine.mailboxes import ARKIV, INBOX, SEEN, Move, Wrapped, bodies, contents, put, raw, refs_of

DRAFT = raw(1, "Hej på er! Vi ses klockan nio.")
LATER = raw(1, "Hej på er! Vi ses klockan tio.")


def editable(move: Move, *, tokens: bool = True) -> list[str]:
    """Three messages, one of them a draft that was moved once; their refs."""
    move.source = MemoryMailbox(change_tokens=tokens, editions=True)
    refs = put(move.source, INBOX, DRAFT, 2, 3)
    move.run()
    return refs


@pytest.mark.parametrize("tokens", [True, False])
def test_an_edited_message_is_fetched_again_and_its_copy_replaced(move: Move, tokens: bool) -> None:
    ref, *_ = editable(move, tokens=tokens)
    for text in (LATER, DRAFT, raw(9, "Något helt annat.")):
        move.source.edit(INBOX, ref, text)
        assert [account.moved_now for account in move.run()] == [1, 1]
        assert contents(move.target) == contents(move.source)
        assert [account.moved_now for account in move.run()] == [0, 0]
    kept = move.archive.message(INBOX, ref)
    assert [move.archive.payload(digest) for digest, _ in move.archive.earlier(kept)] == [DRAFT, LATER, DRAFT]
    assert not move.archive.check()
    assert Counter(item.origin for item in move.items()) == {Origin.PUT: 3}


def test_a_stale_copy_is_found_by_a_comparison_and_equal_after_the_pass(move: Move) -> None:
    ref, *_ = editable(move)
    move.source.edit(INBOX, ref, LATER)
    move.collect()
    told = compare(move.archive.entries(), move.target, lambda path: path)
    assert (sum(told.missing.values()), sum(told.extra.values())) == (1, 1)
    move.deliver()
    told = compare(move.archive.entries(), move.target, lambda path: path)
    assert (told.missing, told.extra) == ({}, {})


def test_edited_moved_and_marked_at_once(move: Move) -> None:
    ref, second, _ = editable(move)
    move.source.ensure_folder(ARKIV, None)
    move.source.edit(INBOX, ref, LATER)
    move.source.move(INBOX, ref, ARKIV)
    move.source.edit(INBOX, second, raw(2, "Ändrat."))
    move.source.set_flags(INBOX, second, SEEN)
    move.run()
    assert contents(move.target) == contents(move.source)


def test_edited_before_a_pass_that_died_and_moved_after_it(move: Move) -> None:
    ref, *_ = editable(move)
    target = move.target = Wrapped(move.target)
    target.append = lost
    move.source.edit(INBOX, ref, LATER)
    with pytest.raises(ConnectionLost):
        move.run()
    del target.append
    move.source.ensure_folder(ARKIV, None)
    move.source.move(INBOX, ref, ARKIV)
    move.run()
    assert contents(target) == contents(move.source)


def lost(*_: object) -> Any:
    raise ConnectionLost("server", "reset")


@pytest.mark.parametrize("act", ["append", "delete", "fetch"])
def test_a_target_that_is_lost_in_the_middle(move: Move, act: str) -> None:
    ref, *_ = editable(move)
    target = move.target = Wrapped(move.target)
    whole = getattr(target.mailbox, act)

    def breaking(*given: Any) -> Any:
        if act != "fetch":
            whole(*given)
        raise ConnectionLost("server", "reset")

    setattr(target, act, breaking)
    move.source.edit(INBOX, ref, LATER)
    with pytest.raises(ConnectionLost):
        move.run()
    delattr(target, act)
    move.run()
    assert contents(target) == contents(move.source)


def test_edited_again_while_the_replacement_was_cut_off(move: Move) -> None:
    ref, *_ = editable(move)
    target = move.target = Wrapped(move.target)
    target.delete = lost
    move.source.edit(INBOX, ref, LATER)
    with pytest.raises(ConnectionLost):
        move.run()
    assert len(refs_of(target, INBOX)) == 4
    del target.delete
    move.source.edit(INBOX, ref, raw(1, "Elva!"))
    move.run()
    assert contents(target) == contents(move.source)


def test_what_cannot_be_fetched_again_keeps_its_content_and_heals(move: Move) -> None:
    ref, second, _ = editable(move)
    move.source._refuse_fetch = lambda key, content: MessageUnreadable(key, "no") if content == LATER else None
    move.source.edit(INBOX, ref, LATER)
    move.source.set_flags(INBOX, ref, SEEN)
    move.source.edit(INBOX, second, raw(2, "Ändrat."))
    for _ in range(2):
        for account in move.run():
            assert (account.source, account.moved, account.failed) == (3, 2, 1)
        assert bodies(move.target) == Counter({(INBOX, DRAFT): 1, (INBOX, raw(2, "Ändrat.")): 1, (INBOX, raw(3)): 1})
    kept = move.archive.message(INBOX, ref)
    assert (move.archive.payload(kept.digest), kept.edits, kept.flags) == (DRAFT, 0, SEEN)
    assert move.codes() == {"mail.not-archived": 1}
    move.source._refuse_fetch = None
    assert [account.failed for account in move.run()] == [0, 0]
    assert contents(move.target) == contents(move.source)


def test_what_the_target_refuses_keeps_its_copy_and_heals(move: Move) -> None:
    ref, *_ = editable(move)
    move.target._refuse_append = lambda key, content: MessageRefused(key, "policy") if content == LATER else None
    move.source.edit(INBOX, ref, LATER)
    for _ in range(2):
        assert (account := move.run()[1]).failed == 1
        assert account.moved == 2
        assert bodies(move.target)[INBOX, DRAFT] == 1
        assert len(refs_of(move.target, INBOX)) == 3
    move.target._refuse_append = None
    move.run()
    assert contents(move.target) == contents(move.source)


class Altering(Wrapped):
    """Writes something else than it was given."""

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        halved = [NewMessage(one.raw[: len(one.raw) // 2], one.flags, one.received) for one in messages]
        answers: Sequence[str | Failure] = self.mailbox.append(folder, halved)
        return answers


def test_an_altered_replacement_goes_and_the_old_copy_stays(move: Move) -> None:
    ref, *_ = editable(move)
    good, move.target = move.target, Altering(move.target)
    move.source.edit(INBOX, ref, LATER)
    for _ in range(2):
        assert move.run()[1].failed == 1
        assert bodies(good) == Counter({(INBOX, DRAFT): 1, (INBOX, raw(2)): 1, (INBOX, raw(3)): 1})
    move.target = good
    move.run()
    assert contents(move.target) == contents(move.source)


def test_an_old_copy_that_cannot_be_deleted_is_not_joined_by_the_new_one(move: Move) -> None:
    ref, *_ = editable(move)
    target = move.target = Wrapped(move.target)
    old = {item.key: item.target_ref for item in move.items()}[f"INBOX/{ref}"]

    def refusing(folder: FolderPath, refs: Sequence[str]) -> None:
        if old in refs:
            raise FolderRefused("INBOX", "no rights to delete")
        target.mailbox.delete(folder, refs)

    target.delete = refusing
    move.source.edit(INBOX, ref, LATER)
    assert move.run()[1].failed == 1
    assert bodies(target)[INBOX, DRAFT] == 1
    assert len(refs_of(target, INBOX)) == 3
    del target.delete
    move.run()
    assert contents(target) == contents(move.source)


def test_a_target_that_merges_the_new_content_with_the_old_loses_nothing(move: Move) -> None:
    ref, *_ = editable(move)
    target = move.target = Wrapped(move.target)
    target.append = lambda folder, messages: [refs_of(target.mailbox, folder)[0] for _ in messages]
    move.source.edit(INBOX, ref, LATER)
    assert move.run()[1].failed == 1
    assert bodies(target)[INBOX, DRAFT] == 1


def test_a_copy_of_the_new_content_that_was_there_is_adopted(move: Move) -> None:
    ref, *_ = editable(move)
    put(move.target, INBOX, LATER)
    move.source.edit(INBOX, ref, LATER)
    target = move.target = Wrapped(move.target)
    target.append = None
    move.run()
    assert bodies(target) == bodies(move.source)
    assert {item.origin for item in move.items() if item.key.endswith(ref)} == {Origin.FOUND}


def test_a_copy_that_was_there_before_is_never_deleted(move: Move) -> None:
    put(move.target, INBOX, DRAFT)
    ref, *_ = editable(move)
    move.source.edit(INBOX, ref, LATER)
    target = move.target = Wrapped(move.target)
    target.delete = None
    assert move.run()[1].moved_now == 1
    assert bodies(target) == bodies(move.source) + Counter({(INBOX, DRAFT): 1})
    assert remarks(move) == {ref: EARLIER_STAYS}
    move.source.edit(INBOX, ref, raw(1, "Elva!"))
    del target.delete
    move.run()
    assert bodies(target) == bodies(move.source) + Counter({(INBOX, DRAFT): 1})


def remarks(move: Move) -> dict[str, tuple[str | None, str | None]]:
    return {item.key.split("/")[-1]: (item.code, item.detail) for item in move.items(State.DONE) if item.code}


def test_after_the_cutover_the_new_version_arrives_beside_the_old_one(move: Move) -> None:
    ref, second, _ = editable(move)
    move.cut_over()
    before = contents(move.target)
    move.source.edit(INBOX, ref, LATER)
    move.source.set_flags(INBOX, second, SEEN)
    target = move.target = Wrapped(move.target)
    target.delete = target.move = target.set_flags = None
    _, account = move.run()
    assert (account.source, account.moved, account.moved_now, account.failed) == (3, 3, 2, 0)
    assert bodies(target) == Counter({(folder, body): 1 for folder, body, *_ in before}) + Counter({(INBOX, LATER): 1})
    assert not before - contents(target)
    assert remarks(move) == {ref: EARLIER_STAYS}
    assert move.run()[1].moved_now == 0


def test_after_the_cutover_a_copy_that_somebody_already_made_so_is_enough(move: Move) -> None:
    ref, *_ = editable(move)
    move.cut_over()
    (copy,) = [item.target_ref for item in move.items() if item.key.endswith(ref)]
    move.target.edit(INBOX, copy, LATER)
    before = contents(move.target)
    move.source.edit(INBOX, ref, LATER)
    move.run()
    assert contents(move.target) == before
    assert remarks(move) == {}


@pytest.mark.parametrize("written", [True, False])
def test_a_replacement_that_was_cut_off_by_the_cutover_deletes_nothing(move: Move, written: bool) -> None:
    ref, *_ = editable(move)
    target = move.target = Wrapped(move.target)
    setattr(target, "delete" if written else "append", lost)
    move.source.edit(INBOX, ref, LATER)
    with pytest.raises(ConnectionLost):
        move.run()
    move.cut_over()
    target.__dict__.pop("append", None)
    target.delete = target.set_flags = None
    _, account = move.run()
    assert (account.moved, account.failed) == (3, 0)
    assert bodies(target) == bodies(move.source) + Counter({(INBOX, DRAFT): 1})
    assert remarks(move) == {ref: EARLIER_STAYS}


def test_a_message_that_the_archive_knows_no_edition_of_is_fetched_once(move: Move) -> None:
    """As all that a program before editions archived: it may have been edited since, and the token tells of it no more."""
    ref, *_ = editable(move)
    move.archive._connection.execute("UPDATE entry SET edition = ''")
    move.source.edit(INBOX, ref, LATER)
    token = move.source.changes(INBOX, None).token
    sync_states.set_token(move.ledger, move.archive_workload, f"{move.archive.id}/INBOX", token)
    source = move.source = Wrapped(move.source)
    asked: list[str] = []
    source.fetch = lambda folder, refs: asked.extend(refs) or source.mailbox.fetch(folder, refs)
    assert [account.moved_now for account in move.run()] == [1, 1]
    assert len(asked) == 3
    assert contents(move.target) == contents(source.mailbox)
    move.run()
    assert len(asked) == 3


def test_an_edition_without_another_content_costs_a_download_and_nothing_else(move: Move) -> None:
    ref, *_ = editable(move)
    move.source.edit(INBOX, ref, DRAFT)
    target = move.target = Wrapped(move.target)
    target.append = target.delete = target.set_flags = None
    assert [account.moved_now for account in move.run()] == [0, 0]
    assert move.archive.message(INBOX, ref).edits == 0


def test_a_target_that_names_its_messages_anew_still_loses_the_stale_copy(move: Move) -> None:
    ref, second, _ = editable(move)
    put(move.target, INBOX, 9)
    move.target.renumber(INBOX)
    move.source.edit(INBOX, ref, LATER)
    move.source.delete(INBOX, [second])
    move.run()
    assert bodies(move.target) == bodies(move.source) + Counter({(INBOX, raw(9)): 1})


class TakingStreams(Wrapped):
    """A target that would write streams; the memory's messages have none, so what differs is the message alone."""

    @property
    def capabilities(self) -> MailCapabilities:
        return MailCapabilities(takes_streams=True, append_returns_ref=True)


def test_many_edited_messages(move: Move) -> None:
    move.source = MemoryMailbox(editions=True)
    move.target = TakingStreams(move.target)
    refs = put(move.source, INBOX, *range(230))
    move.run()
    for number, ref in enumerate(refs):
        move.source.edit(INBOX, ref, raw(number, "Ändrat."))
    assert [account.moved_now for account in move.run()] == [230, 230]
    assert contents(move.target) == contents(move.source)
    assert not [item for item in move.items() if item.verified is Verified.STALE]
