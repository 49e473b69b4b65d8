"""Before the cutover the target becomes what the source is, pass by pass, and each account says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skyflytt.ledger.schema import Mode, Origin, State
from tests.files.engine.shares import MORNING, Share, content, put, tree

AWKWARD = [
    "Åhléns/Årsbokslut – 2024 (slutlig).pdf",
    "A\u030a.txt",
    "Å.txt",
    "två  mellanslag .txt",
    "rad\nbrytning.txt",
    "-rf",
    "'; DROP TABLE item; --",
    "%2F%25",
    "back\\slash",
    "emoji 🙂.txt",
    "x" * 200,
    "CON",
    "a:b*c?.txt",
    "Ћирилица/Шљива.txt",
]


def filled(share: Share) -> Share:
    put(share.source, "a.txt", b"a")
    put(share.source, "avtal/2024/b.pdf", b"bb", 1)
    put(share.source, "avtal/c.pdf", b"ccc", 2)
    put(share.source, "tom.txt", b"", 3)
    share.source.make_folder("tom mapp")
    return share


def test_the_first_pass_brings_everything(share: Share) -> None:
    account = filled(share).run()
    assert (account.source, account.moved, account.moved_now, account.mode) == (7, 7, 7, Mode.MIRROR)
    assert account.source_bytes == 6
    assert tree(share.target) == tree(share.source)
    assert tree(share.target)["avtal/c.pdf"] == (b"ccc", MORNING + timedelta(hours=2))


def test_a_pass_without_changes_moves_nothing(share: Share) -> None:
    filled(share).run()
    account = share.run()
    assert (account.moved, account.moved_now) == (7, 0)


def test_an_empty_share_reconciles(share: Share) -> None:
    assert share.run().source == 0


def test_new_changed_and_deleted_files_and_folders(share: Share) -> None:
    filled(share).run()
    put(share.source, "ny/fil.txt", b"n")
    put(share.source, "a.txt", b"changed", 5)
    share.source.remove("avtal/2024/b.pdf")
    share.source.remove("avtal/2024")
    share.source.remove("tom mapp")
    assert share.run().moved_now == 3
    assert tree(share.target) == tree(share.source)
    assert share.run().moved_now == 0


def test_same_size_other_time_is_a_change(share: Share) -> None:
    filled(share).run()
    put(share.source, "a.txt", b"A", 5)
    assert share.run().moved_now == 1
    assert tree(share.target) == tree(share.source)


def test_a_touched_file_gets_its_new_time(share: Share) -> None:
    filled(share).run()
    put(share.source, "a.txt", b"a", 9)
    share.run()
    assert tree(share.target) == tree(share.source)


def test_a_moved_file_is_moved_at_the_target_and_not_copied(share: Share) -> None:
    filled(share).run()
    share.source.rename("avtal/c.pdf", "flyttad/igen/c2.pdf", MORNING + timedelta(hours=2))
    written: list[str] = []
    inner = share.target.write
    share.target.write = lambda path, offset=0: written.append(path) or inner(path, offset)
    share.run()
    assert written == []
    assert tree(share.target) == tree(share.source)


def test_a_renamed_folder_moves_with_all_it_holds(share: Share) -> None:
    filled(share).run()
    share.source.rename("avtal", "kontrakt")
    share.run()
    assert tree(share.target) == tree(share.source)
    assert share.item("kontrakt/").origin is Origin.PUT
    assert share.run().moved_now == 0
    for path in ("kontrakt/2024/b.pdf", "kontrakt/2024", "kontrakt/c.pdf", "kontrakt"):
        share.source.remove(path)
    share.run()
    assert tree(share.target) == tree(share.source)


def test_a_file_becomes_a_folder_and_a_file_again(share: Share) -> None:
    filled(share).run()
    share.source.remove("a.txt")
    put(share.source, "a.txt/djupt/in.txt", b"i")
    share.run()
    assert tree(share.target) == tree(share.source)
    for path in ("a.txt/djupt/in.txt", "a.txt/djupt", "a.txt"):
        share.source.remove(path)
    put(share.source, "a.txt", b"fil", 4)
    share.run()
    assert tree(share.target) == tree(share.source)
    assert share.run().moved_now == 0


def test_case_twins_and_awkward_names_arrive(share: Share) -> None:
    for number, path in enumerate([*AWKWARD, "tvilling.txt", "Tvilling.txt", "TVILLING.TXT"]):
        put(share.source, path, path.encode(), number)
    account = share.run()
    assert account.failed == 0
    assert tree(share.target) == tree(share.source)


def test_a_file_that_comes_back_is_brought_again(share: Share) -> None:
    filled(share).run()
    share.source.remove("a.txt")
    share.run()
    put(share.source, "a.txt", b"a")
    share.run()
    assert tree(share.target) == tree(share.source)


def test_what_is_excluded_stays_behind_until_it_is_not(share: Share) -> None:
    filled(share).excluded = lambda key: key.startswith("avtal/")
    account = share.run()
    assert (account.moved, account.skipped) == (3, 4)
    assert set(tree(share.target)) == {"a.txt", "tom.txt", "tom mapp/"}
    assert set(share.codes(State.SKIPPED).values()) == {"files.excluded"}
    share.excluded = lambda _key: False
    assert share.run().moved_now == 4
    assert tree(share.target) == tree(share.source)


def test_an_exclusion_that_comes_later_removes_nothing(share: Share) -> None:
    filled(share).run()
    share.excluded = lambda key: key.startswith("avtal/")
    account = share.run()
    assert (account.moved, account.skipped) == (3, 4)
    assert tree(share.target) == tree(share.source)
    share.excluded = lambda _key: False
    assert share.run().moved == 7


def test_a_leftover_of_an_earlier_move_is_not_taken_for_a_file(share: Share) -> None:
    put(share.source, ".skyflytt-0123456789abcdef.part", b"left")
    put(share.source, ".skyflytt-notes.part", b"a name of the customer's own")
    account = share.run()
    assert (account.moved, account.skipped) == (1, 1)
    assert share.codes(State.SKIPPED) == {".skyflytt-0123456789abcdef.part": "files.temporary"}
    assert set(tree(share.target)) == {".skyflytt-notes.part"}


@pytest.mark.parametrize("size", [0, 1, 256 * 1024, 256 * 1024 + 1, 600_000])
def test_sizes_around_a_block(share: Share, size: int) -> None:
    put(share.source, "stor.bin", bytes(range(256)) * (size // 256 + 1), 1)
    put(share.source, "exakt.bin", b"x" * size, 2)
    share.run()
    assert tree(share.target) == tree(share.source)
    assert content(share.target, "exakt.bin") == b"x" * size


def test_a_file_takes_the_name_of_the_folder_that_it_lay_in(share: Share) -> None:
    put(share.source, "m/n/a", b"a")
    put(share.source, "z", b"z")
    share.run()
    share.source.rename("m/n/a", "a")
    share.source.remove("m/n")
    share.source.remove("m")
    share.source.rename("a", "m")
    assert share.run().failed == 0
    assert tree(share.target) == tree(share.source)
    assert share.run().moved_now == 0


def test_a_folder_goes_with_a_copy_that_was_to_be_moved_out_of_it(share: Share) -> None:
    """The move could not be done, and then the file is gone: one pass is enough for both."""
    put(share.source, "o/a", b"a")
    put(share.source, "z", b"z")
    share.removal_limit = 1.0
    share.run()
    share.source.rename("o/a", "a")
    put(share.target, "a", b"in the way")
    assert share.run().failed == 1
    share.target.remove("a")
    share.source.remove("a")
    share.source.remove("o")
    share.run()
    assert tree(share.target) == tree(share.source)
