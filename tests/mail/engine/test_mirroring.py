"""Before the cutover the target mailbox becomes what the source is, by way of the archive."""

from __future__ import annotations

from collections import Counter

import pytest

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.ledger import TooManyGone
from skyflytt.errors.mail import NumberedAnew
from skyflytt.ledger.schema import Origin, State
from skyflytt.mail.compare import compare
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import Fetched, FolderPath, FolderRole
from tests.contract.mail_messages import corpus
from tests.mail.engine.mailboxes import ARKIV, INBOX, SEEN, Move, Wrapped, bodies, contents, put, raw, refs_of

CORPUS = sorted(corpus().values())


def filled(move: Move) -> Move:
    put(move.source, INBOX, 1, 2, 3)
    put(move.source, ARKIV, 4, 5, flags=SEEN | {"$Viktigt"})
    put(move.source, ("Skickat",), 6)
    return move


def test_the_first_pass_brings_everything_and_the_next_nothing(move: Move) -> None:
    archived, delivered = filled(move).run()
    assert (archived.source, archived.moved_now, delivered.source, delivered.moved_now) == (6, 6, 6, 6)
    assert contents(move.target) == contents(move.source)
    assert [account.moved_now for account in move.run()] == [0, 0]


def test_an_empty_mailbox_reconciles(move: Move) -> None:
    assert [account.source for account in move.run()] == [0, 0]


@pytest.mark.parametrize("tokens", [True, False])
def test_new_marked_moved_and_deleted(move: Move, tokens: bool) -> None:
    move.source = MemoryMailbox(change_tokens=tokens)
    filled(move).run()
    first, second, third = refs_of(move.source, INBOX)
    move.source.set_flags(INBOX, first, SEEN)
    move.source.move(INBOX, second, ARKIV)
    move.source.delete(INBOX, [third])
    put(move.source, INBOX, 7)
    archived, delivered = move.run()
    assert (archived.source, delivered.source) == (6, 6)
    assert contents(move.target) == contents(move.source)
    assert [account.moved_now for account in move.run()] == [0, 0]


def test_a_moved_message_is_moved_and_not_written_again(move: Move) -> None:
    filled(move).run()
    move.source.move(INBOX, refs_of(move.source, INBOX)[0], ARKIV)
    target = move.target = Wrapped(move.target)
    target.append = None
    move.run()
    assert contents(move.target) == contents(move.source)


def test_real_duplicates_stay_as_many_as_they_are(move: Move) -> None:
    put(move.source, INBOX, 1, 1, 1)
    put(move.source, ARKIV, 1)
    move.run()
    assert contents(move.target) == contents(move.source)
    move.source.delete(INBOX, refs_of(move.source, INBOX)[1:2])
    move.run()
    assert bodies(move.target) == bodies(move.source) == Counter({(INBOX, raw(1)): 2, (ARKIV, raw(1)): 1})
    put(move.source, INBOX, 1)
    move.run()
    assert bodies(move.target)[INBOX, raw(1)] == 3


def test_a_folder_renamed_at_the_source(move: Move) -> None:
    filled(move).run()
    for ref in list(refs_of(move.source, ARKIV)):
        move.source.ensure_folder(("Gammalt",), None)
        move.source.move(ARKIV, ref, ("Gammalt",))
    hide(move.source, ARKIV)
    target = move.target = Wrapped(move.target)
    target.append = None
    move.run()
    assert bodies(move.target) == bodies(move.source)
    assert [account.moved_now for account in move.run()] == [0, 0]


def hide(box: MemoryMailbox, folder: FolderPath) -> None:
    """The folder is no longer listed, as when it is deleted, renamed or its rights change."""
    listed = box.folders
    box.folders = lambda: [one for one in listed() if one.path != folder]  # type: ignore[method-assign]


@pytest.mark.parametrize("tokens", [True, False])
def test_a_folder_that_is_away_for_a_while_comes_back_whole(move: Move, tokens: bool) -> None:
    """Its token would say that nothing changed."""
    move.source = MemoryMailbox(change_tokens=tokens)
    filled(move).run()
    listed = move.source.folders
    hide(move.source, ARKIV)
    move.run()
    move.source.folders = listed
    archived, delivered = move.run()
    assert (archived.source, delivered.source) == (6, 6)
    assert contents(move.target) == contents(move.source)


def test_a_folder_under_another_name_at_the_target(move: Move) -> None:
    put(move.target, ("Sent Items",), 99)
    filled(move).renamed = lambda path: ("Import", *path[1:]) if path[0] == "Arkiv" else path
    move.run()
    assert bodies(move.target)[("Sent Items",), raw(6)] == 1
    assert bodies(move.target)[("Import", "2024"), raw(4)] == 1
    assert move.run()[1].moved_now == 0
    assert FolderRole.SENT in {folder.role for folder in move.target.folders()}


def test_an_excluded_folder_stays_behind_until_it_is_not(move: Move) -> None:
    filled(move).excluded = lambda path: path[0] == "Arkiv"
    for account in move.run():
        assert (account.source, account.moved, account.skipped) == (6, 4, 2)
    assert move.codes(State.SKIPPED) == {"mail.folder-excluded": 2}
    assert ARKIV not in {folder.path for folder in move.target.folders()}
    move.excluded = lambda _path: False
    move.run()
    assert contents(move.target) == contents(move.source)


def test_a_folder_excluded_later_keeps_what_was_delivered(move: Move) -> None:
    filled(move).run()
    move.excluded = lambda path: path[0] == "Arkiv"
    move.source.delete(ARKIV, refs_of(move.source, ARKIV)[:1])
    for account in move.run():
        assert (account.source, account.moved, account.skipped) == (5, 4, 1)
    assert bodies(move.target)[ARKIV, raw(5)] == 1
    move.excluded = lambda _path: False
    put(move.source, ARKIV, 8)
    move.run()
    assert contents(move.target).keys() == contents(move.source).keys()
    assert bodies(move.target) == bodies(move.source)


@pytest.mark.parametrize("after_cutover", [False, True])
@pytest.mark.parametrize("tokens", [True, False])
def test_new_refs_for_everything_deliver_and_remove_nothing(move: Move, tokens: bool, after_cutover: bool) -> None:
    """UIDVALIDITY changed at the source."""
    move.source = MemoryMailbox(change_tokens=tokens)
    put(move.target, INBOX, 3)
    filled(move)
    put(move.source, INBOX, 1, 1)
    move.run()
    before = contents(move.target)
    if after_cutover:
        move.cut_over()
    for folder in (INBOX, ARKIV):
        move.source.renumber(folder)
    target = move.target = Wrapped(move.target)
    target.append = target.delete = target.move = None
    for _ in range(2):
        archived, delivered = move.run()
        assert (archived.source, delivered.source, delivered.moved) == (8, 8, 8)
        assert contents(move.target) == before
    assert delivered.moved_now == 0
    assert move.archive.counts().payloads == 6


def test_an_emptied_mailbox_removes_nothing(move: Move) -> None:
    filled(move).run()
    before = contents(move.target)
    for folder in move.source.folders():
        move.source.delete(folder.path, refs_of(move.source, folder.path))
    for _ in range(2):
        with pytest.raises(TooManyGone):
            move.run()
        assert contents(move.target) == before
    move.removal_limit = 1.0
    move.run()
    assert not contents(move.target)


def test_too_many_gone_writes_nothing_at_all(move: Move) -> None:
    put(move.source, INBOX, *range(60))
    move.run()
    before = contents(move.target)
    move.source.delete(INBOX, refs_of(move.source, INBOX)[:40])
    put(move.source, INBOX, 900)
    with pytest.raises(TooManyGone):
        move.run()
    assert contents(move.target) == before


def test_what_was_there_before_is_adopted_and_never_deleted(move: Move) -> None:
    put(move.target, INBOX, 1)
    put(move.target, INBOX, 77)
    put(move.source, INBOX, 1, 1, 2)
    move.run()
    assert bodies(move.target) == Counter({(INBOX, raw(1)): 2, (INBOX, raw(2)): 1, (INBOX, raw(77)): 1})
    assert Counter(item.origin for item in move.items()) == {Origin.FOUND: 1, Origin.PUT: 2}
    move.source.delete(INBOX, refs_of(move.source, INBOX)[:2])
    move.run()
    assert bodies(move.target) == Counter({(INBOX, raw(1)): 1, (INBOX, raw(2)): 1, (INBOX, raw(77)): 1})


def test_an_adopted_message_that_moves_is_written_and_the_first_one_stays(move: Move) -> None:
    put(move.target, INBOX, 1)
    put(move.source, INBOX, 1, 2)
    move.run()
    move.source.ensure_folder(ARKIV, None)
    move.source.move(INBOX, refs_of(move.source, INBOX)[0], ARKIV)
    move.run()
    assert bodies(move.target) == Counter({(INBOX, raw(1)): 1, (INBOX, raw(2)): 1, (ARKIV, raw(1)): 1})


def test_a_message_moves_to_where_the_target_had_a_copy_before(move: Move) -> None:
    put(move.target, ARKIV, 1)
    put(move.source, INBOX, 1, 2)
    move.run()
    move.source.ensure_folder(ARKIV, None)
    move.source.move(INBOX, refs_of(move.source, INBOX)[0], ARKIV)
    put(move.source, ARKIV, 1)
    move.run()
    assert bodies(move.target) == bodies(move.source)
    move.source.delete(ARKIV, refs_of(move.source, ARKIV))
    move.run()
    assert bodies(move.target) == Counter({(INBOX, raw(2)): 1, (ARKIV, raw(1)): 1})


def test_more_moved_messages_than_a_batch_are_not_taken_for_strangers(move: Move) -> None:
    """A moved copy must not be adopted by an equal message that is new in the same folder."""
    put(move.source, INBOX, *[1] * 60, 2)
    move.run()
    move.source.ensure_folder(ARKIV, None)
    for ref in list(refs_of(move.source, INBOX))[:60]:
        move.source.move(INBOX, ref, ARKIV)
    put(move.source, ARKIV, *[1] * 60)
    move.run()
    assert bodies(move.target) == bodies(move.source)
    assert move.run()[1].moved_now == 0


def test_comparing_in_both_directions(move: Move) -> None:
    filled(move).run()
    same = compare(move.archive.entries(), move.target, lambda path: path)
    assert (same.expected, same.found, same.missing, same.extra) == (6, 6, {}, {})
    move.target.delete(INBOX, refs_of(move.target, INBOX)[:1])
    put(move.target, ARKIV, 4, 88)
    put(move.target, ("Eget",), 89)
    other = compare(move.archive.entries(), move.target, lambda path: path)
    assert (other.expected, other.found) == (6, 8)
    assert list(other.missing.values()) == [1]
    assert [folder for folder, _ in other.missing] == ["INBOX"]
    assert Counter(folder for folder, _ in other.extra) == {"Arkiv/2024": 2, "Eget": 1}


def test_malformed_messages_arrive_byte_for_byte(move: Move) -> None:
    assert len(CORPUS) > 100
    put(move.source, INBOX, *CORPUS, b"", b"\0", b"no header at all", b"\xff" * 40)
    archived, delivered = move.run()
    assert (archived.failed, delivered.failed) == (0, 0)
    assert contents(move.target) == contents(move.source)
    assert [account.moved_now for account in move.run()] == [0, 0]


def fetched(box: MemoryMailbox, folder: FolderPath) -> list[bytes]:
    return [answer.raw for answer in box.fetch(folder, refs_of(box, folder)) if isinstance(answer, Fetched)]


def test_the_archive_keeps_what_the_source_deleted(move: Move) -> None:
    filled(move).run()
    kept = fetched(move.source, INBOX)[0]
    move.source.delete(INBOX, refs_of(move.source, INBOX)[:1])
    move.run()
    gone = [one for one in move.archive.entries(present_only=False) if one.gone_at is not None]
    assert [move.archive.payload(one.digest) for one in gone] == [kept]


def test_a_target_that_names_its_messages_anew(move: Move) -> None:
    """Flags, moves and deletions still reach the right copies; what was there before the project is left alone."""
    put(move.target, INBOX, 2, 9)
    put(move.source, INBOX, 1, 2, 3, 3, 4)
    put(move.source, ARKIV, 5)
    move.run()
    move.target.renumber(INBOX)
    one, two, three, _, four = refs_of(move.source, INBOX)
    move.source.set_flags(INBOX, one, SEEN)
    move.source.delete(INBOX, [two, three])
    move.source.move(INBOX, four, ARKIV)
    put(move.source, INBOX, 6)
    target = move.target = Wrapped(move.target)
    written: list[bytes] = []
    target.append = lambda folder, new: written.extend(one.raw for one in new) or target.mailbox.append(folder, new)
    move.run()
    assert written == [raw(6)]
    wanted = bodies(move.source) + Counter({(INBOX, raw(2)): 1, (INBOX, raw(9)): 1})
    assert bodies(target) == wanted
    assert (INBOX, raw(1), SEEN) in {key[:3] for key in contents(target)}
    assert [account.moved_now for account in move.run()] == [0, 0]


def test_renumbered_while_a_removal_was_cut_off(move: Move) -> None:
    put(move.source, INBOX, *range(5))
    move.run()
    target = move.target = Wrapped(move.target)

    def lost(*_: object) -> None:
        raise ConnectionLost("server", "reset")

    target.delete = lost
    move.source.delete(INBOX, refs_of(move.source, INBOX)[:1])
    with pytest.raises(ConnectionLost):
        move.run()
    del target.delete
    target.mailbox.renumber(INBOX)
    move.run()
    assert bodies(target) == bodies(move.source)


def test_renumbered_while_a_move_was_cut_off(move: Move) -> None:
    """On a server without MOVE: the copy in the new folder is ours, and goes when the message does."""
    put(move.source, INBOX, *range(5))
    put(move.source, ARKIV, 9)
    move.run()
    target = move.target = Wrapped(move.target)

    def copied_only(folder: FolderPath, ref: str, to: FolderPath) -> str:
        (copy,) = target.fetch(folder, [ref])
        put(target.mailbox, to, copy.raw)
        raise ConnectionLost("server", "reset")

    target.move = copied_only
    move.source.move(INBOX, refs_of(move.source, INBOX)[0], ARKIV)
    with pytest.raises(ConnectionLost):
        move.run()
    del target.move
    target.mailbox.renumber(INBOX)
    move.run()
    assert bodies(target) == bodies(move.source)
    assert {item.origin for item in move.items() if item.target_ref} == {Origin.PUT}


def test_renumbered_while_a_write_was_cut_off(move: Move) -> None:
    """The copy that was there before is not taken for the equal one that was being written."""
    put(move.source, INBOX, 1)
    move.run()
    target = move.target = Wrapped(move.target)

    def lost(*_: object) -> None:
        raise ConnectionLost("server", "reset")

    target.append = lost
    put(move.source, INBOX, 1)
    with pytest.raises(ConnectionLost):
        move.run()
    del target.append
    target.mailbox.renumber(INBOX)
    move.run()
    assert bodies(target) == bodies(move.source)
    assert len({item.target_ref for item in move.items()}) == 2


def test_numbered_anew_during_a_pass_ends_it_and_the_next_goes_on(move: Move) -> None:
    refs = put(move.source, INBOX, *range(5))
    move.run()
    target = move.target = Wrapped(move.target)
    asked: list[str] = []

    def numbered_anew(_: object, ref: str, __: object) -> None:
        asked.append(ref)
        target.mailbox.renumber(INBOX)
        raise NumberedAnew("INBOX", "UIDVALIDITY")

    target.set_flags = numbered_anew
    for ref in refs:
        move.source.set_flags(INBOX, ref, SEEN)
    put(move.source, INBOX, 1)
    with pytest.raises(NumberedAnew):
        move.run()
    assert len(asked) == 1
    del target.set_flags
    move.run()
    assert contents(target) == contents(move.source)
