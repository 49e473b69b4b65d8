"""What comes to its name at Dropbox: whole, with its time, compared, or not at all; and what is told of the rest."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, ServerBusy
from skyflytt.errors.dropbox import DropboxNameIgnored, DropboxUploadExpired
from skyflytt.errors.files import CopyAltered, FileChanging, PathRefused, TargetFull, TargetOccupied
from skyflytt.files.copy import copy_file
from skyflytt.files.dropbox import DropboxStore, open_dropbox, upload
from skyflytt.files.dropbox.commit import Naming, commit_each
from skyflytt.files.dropbox.content_hash import BLOCK_BYTES, ContentHash, content_hash
from skyflytt.files.each import Content, Rename, Whole, rename_each
from skyflytt.files.memory import open_memory
from skyflytt.files.port import Entry, ScanFailure
from tests.files.dropbox.test_sign_in import get, put
from tests.real.dropbox_simulator import SECRETS, Simulated

pytestmark = pytest.mark.real
PARTIAL = ".skyflytt-0123456789abcdef.partial"
WHEN = datetime(2021, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)
SECOND = WHEN.replace(microsecond=0)


def whole(path: str, content: bytes, modified: datetime | None = WHEN) -> Whole:
    return Whole(path, content, hashlib.sha256(content).hexdigest(), PARTIAL, modified)


def when(store: DropboxStore, path: str) -> datetime:
    found = store.stat(path)
    assert found is not None
    return found.modified


def codes(answers: list[Failure | None]) -> list[type[Failure] | None]:
    return [None if one is None else type(one) for one in answers]


def test_the_content_hash_is_that_of_the_documentation() -> None:
    """The example of https://www.dropbox.com/developers/reference/content-hash: the hashes of three blocks, and that of the file."""
    blocks = (
        "2a846fa617c3361fc117e1c5c1e1838c336b6a5cef982c1a2d9bdf68f2f1992a",
        "c68469027410ea393eba6551b9fa1e26db775f00eae70a0c3c129a0011a39cf9",
        "7376192de020925ce6c5ef5a8a0405e931b0a9a8c75517aacd9ca24a8a56818b",
    )
    whole = hashlib.sha256(b"".join(map(bytes.fromhex, blocks))).hexdigest()
    assert whole == "485291fa0ee50c016982abbfa943957bcd231aae0492ccbaa22c58e3997b35e0"
    data = bytes(range(256)) * (2 * BLOCK_BYTES // 256) + b"rest"
    own = hashlib.sha256(
        b"".join(hashlib.sha256(data[at : at + BLOCK_BYTES]).digest() for at in range(0, len(data), BLOCK_BYTES))
    ).hexdigest()
    piecemeal = ContentHash()
    for at in range(0, len(data), 1_000_003):
        piecemeal.update(data[at : at + 1_000_003])
    assert piecemeal.hexdigest() == content_hash(data) == own
    assert content_hash(b"") == hashlib.sha256(b"").hexdigest()


def test_sixty_files_cost_four_requests_and_their_looks(simulated: Simulated, store: DropboxStore) -> None:
    wholes = [whole(f"m/{number}", str(number).encode()) for number in range(60)]
    assert store.put_each(wholes) == [None] * 60
    # The folder is looked into before and after.
    assert simulated.requests() == {
        "files/list_folder": 2,
        "files/upload_session/start_batch": 1,
        "files/upload_session/append_batch": 1,
        "files/upload_session/finish_batch_v2": 1,
    }
    assert get(store, "m/59") == b"59"
    assert when(store, "m/7") == SECOND


def test_a_copy_shows_when_it_is_whole_and_in_one_commit(simulated: Simulated, store: DropboxStore) -> None:
    content = bytes(20_000_000)
    with store.write(PARTIAL) as file:
        file.write(content)
    assert list(store.scan()) == []
    held = store.stat(PARTIAL)
    assert held is not None
    assert held.size_bytes == 20_000_000
    assert store.digest(PARTIAL) == hashlib.sha256(content).hexdigest()
    with pytest.raises(CopyAltered):
        store.read(PARTIAL)
    store.rename(PARTIAL, "stor.bin", WHEN)
    assert store.stat(PARTIAL) is None
    assert when(store, "stor.bin") == SECOND
    asked = simulated.requests()
    assert asked["files/upload_session/start"] == 1
    assert asked["files/upload_session/append_v2"] == 2
    assert "files/move_v2" not in asked


def test_an_answer_that_was_lost_is_made_up_for(
    simulated: Simulated, store: DropboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dropbox says how far the session is, and that it is closed."""
    monkeypatch.setattr(upload, "PART_BYTES", 1 << 16)
    content = bytes(range(256)) * 640
    for after in (0, 1):
        simulated.fault("unanswered", route="files/upload_session/append_v2", after=after)
        put(store, "stor.bin", content)
        assert get(store, "stor.bin") == content
        store.remove("stor.bin")


def test_the_same_bytes_get_another_time(simulated: Simulated, store: DropboxStore) -> None:
    """Of the same bytes Dropbox would write nothing, and keep the old time."""
    put(store, "fil")
    assert store.put_each([whole("fil", b"content")]) == [None]
    assert when(store, "fil") == SECOND
    later = datetime(2022, 1, 1, tzinfo=UTC)
    store.rename("fil", "fil", later)
    assert when(store, "fil") == later
    store.rename("fil", "mapp/annan", WHEN)
    assert when(store, "mapp/annan") == SECOND
    assert store.stat("fil") is None
    before = simulated.requests()
    store.rename("mapp/annan", "mapp/tredje", WHEN)
    assert before["files/download"] == 2
    assert "files/download" not in simulated.requests()
    assert get(store, "mapp/tredje") == b"content"


def test_capitals_are_kept_and_make_no_other_file(store: DropboxStore) -> None:
    put(store, "Avtal/Första.txt", b"1")
    found = store.stat("avtal/FÖRSTA.TXT")
    assert found is not None
    assert found.path == "avtal/FÖRSTA.TXT"
    put(store, "avtal/första.txt", b"2")
    assert [one.path for one in store.scan()] == ["Avtal", "Avtal/Första.txt"]
    store.rename("Avtal/Första.txt", "Avtal/första.txt")
    store.make_folder("AVTAL")
    assert [one.path for one in store.scan()] == ["Avtal", "Avtal/första.txt"]
    assert get(store, "Avtal/första.txt") == b"2"


def test_names_that_dropbox_passes_over_are_told(simulated: Simulated, store: DropboxStore) -> None:
    for name in ("desktop.ini", "mapp/Thumbs.db", ".DS_Store", "icon\r", ".dropbox"):
        with pytest.raises(DropboxNameIgnored, match="keeps none"):
            put(store, name)
    for name in ("slut ", "a\\b", "a" * 256):
        with pytest.raises(PathRefused):
            put(store, name)
    answers = store.put_each([whole("a", b"a"), whole("desktop.ini", b"b"), whole("c", b"c")])
    assert codes(answers) == [None, DropboxNameIgnored, None]
    put(store, "ny")
    with pytest.raises(DropboxNameIgnored):
        store.rename("ny", "Thumbs.db")
    assert [one.path for one in store.scan()] == ["a", "c", "ny"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("lost", "does not show it"), ("altered", "content hash"), ("renamed", "kept it as")],
)
@pytest.mark.parametrize("files", [1, 6])
def test_a_commit_that_was_not_what_it_said_is_found_out(
    simulated: Simulated, store: DropboxStore, kind: str, expected: str, files: int
) -> None:
    simulated.fault(kind, route="commit", after=files - 1)
    answers = store.put_each([whole(f"m/{number}", str(number).encode()) for number in range(files)])
    assert codes(answers) == [None] * (files - 1) + [CopyAltered]
    assert expected in (answers[-1].detail if answers[-1] else "")
    assert len([one for one in store.scan() if isinstance(one, Entry) and "/" in one.path]) == files - 1


def test_an_error_inside_an_answer_of_success_is_that_files_own(simulated: Simulated, store: DropboxStore) -> None:
    def put_three() -> list[Failure | None]:
        return store.put_each([whole(f"m/{number}", str(number).encode()) for number in range(3)])

    simulated.fault("entry", route="files/upload_session/append_batch", tag="not_found", entry=1)
    assert codes(put_three()) == [None, DropboxUploadExpired, None]
    simulated.fault("entry", route=".*finish_batch_v2", tag="path/disallowed_name", entry=1)
    assert codes(put_three()) == [None, DropboxNameIgnored, None]
    simulated.fault("entry", route=".*finish_batch_v2", tag="path/no_write_permission", entry=1)
    assert codes(put_three()) == [None, PathRefused, None]
    assert codes(put_three()) == [None, None, None]


def test_too_many_writes_are_committed_again_after_a_pause(
    simulated: Simulated, store: DropboxStore, waits: list[float]
) -> None:
    simulated.fault("entry", route=".*finish_batch_v2", entry=1, times=1)
    simulated.fault("entry", route=".*finish_batch_v2", entry=0, times=1)
    assert store.put_each([whole("m/a", b"a"), whole("m/b", b"b")]) == [None, None]
    assert waits == [2, 4]
    assert simulated.requests()["files/upload_session/finish_batch_v2"] == 3
    simulated.fault("entry", route=".*finish_batch_v2", times=9)
    with pytest.raises(ServerBusy):
        store.put_each([whole("m/c", b"c")])


def test_an_upload_that_expired_is_told_and_its_file_sent_anew(simulated: Simulated, store: DropboxStore) -> None:
    with store.write(PARTIAL) as file:
        file.write(b"content")
    simulated.fault("forget-uploads", route=".*finish_batch_v2")
    with pytest.raises(DropboxUploadExpired):
        store.rename(PARTIAL, "fil", WHEN)
    with store.write(PARTIAL) as file:
        file.write(b"content")
    assert rename_each(store, [Rename(PARTIAL, "fil", WHEN)]) == [None]
    assert get(store, "fil") == b"content"


def test_what_came_meanwhile_stays(simulated: Simulated, store: DropboxStore, folder: str) -> None:
    """An old listing says that nothing is there; the commit does not overwrite what is."""
    simulated.change(stale_listings=50)
    assert [one for one in store.stat_each([f"m/{number}" for number in range(5)]) if one is not None] == []
    put(store, "m/0", b"theirs, unseen")
    assert list(store.scan("m"))
    with open_dropbox(simulated.settings(root=folder), SECRETS["anna"]) as other:
        put(other, "m/3", b"theirs")
        answers = store.put_each([whole(f"m/{number}", b"ours") for number in range(1, 5)])
    assert codes(answers) == [None, None, TargetOccupied, None]
    assert get(store, "m/3") == b"theirs"


def test_what_changes_while_it_is_to_be_replaced_stays_and_harms_no_other(
    simulated: Simulated, store: DropboxStore
) -> None:
    put(store, "a", b"old")
    put(store, "b", b"same")
    there = [store._look(name) for name in ("a", "b")]
    put(store, "a", b"newer than what was looked at")
    put(store, "b", b"newer, too")
    with store.write(PARTIAL) as file:
        file.write(b"same")
    sent = [store._held[PARTIAL]]
    sent += [
        one for one in store._each_sent([Content("a", b"ours"), Content("c", b"c")]) if isinstance(one, upload.Held)
    ]
    names = (("b", there[1]), ("a", there[0]), ("c", None))
    namings = [Naming(held, name, store._at(name), WHEN, seen) for held, (name, seen) in zip(sent, names, strict=True)]
    assert codes(commit_each(store._calls, namings)) == [FileChanging, FileChanging, None]
    assert (get(store, "a"), get(store, "b")) == (b"newer than what was looked at", b"newer, too")


def test_another_content_than_was_read_is_not_sent(store: DropboxStore) -> None:
    answers = store.put_each([Whole("fil", b"flipped", hashlib.sha256(b"content").hexdigest(), PARTIAL)])
    assert codes(answers) == [CopyAltered]
    assert store.stat("fil") is None


def test_a_full_dropbox(simulated: Simulated, store: DropboxStore) -> None:
    room = store.free_bytes()
    assert room is not None
    simulated.change(room_bytes=(1 << 40) - room + 10)
    assert store.free_bytes() == 10
    with pytest.raises(TargetFull):
        put(store, "fil", b"more than ten bytes")


def test_listings_come_in_pages_and_are_begun_anew(simulated: Simulated, store: DropboxStore) -> None:
    assert store.put_each([whole(f"{number:02}", b"x") for number in range(11)]) == [None] * 11
    simulated.change(page=3)
    simulated.requests()
    assert [one.path for one in store.scan()] == [f"{number:02}" for number in range(11)]
    assert simulated.requests() == {"files/list_folder": 1, "files/list_folder/continue": 3}
    simulated.fault("forget-cursors", route="files/list_folder/continue", after=1)
    assert [one.path for one in store.scan()] == [f"{number:02}" for number in range(11)]
    assert simulated.requests() == {"files/list_folder": 2, "files/list_folder/continue": 5}
    simulated.fault("forget-cursors", route="files/list_folder/continue", times=9)
    with pytest.raises(ConnectionLost, match="reset"):
        list(store.scan())


def test_a_folder_that_may_not_be_entered_and_a_document_without_bytes(simulated: Simulated) -> None:
    with open_dropbox(simulated.settings(), SECRETS["anna"]) as store:
        told = {one.path: one for one in store.scan() if isinstance(one, ScanFailure)}
    assert set(told) == {"Stängt", "Papper/Protokoll.paper"}
    assert told["Stängt"].folder
    assert told["Papper/Protokoll.paper"].failure.code == "files.kind-not-copied"


def test_a_file_goes_the_whole_way_and_the_token_tells_a_change(store: DropboxStore) -> None:
    with open_memory() as source:
        with source.write("a.bin") as file:
            file.write(b"x" * 9_000_000)
        entry = source.stat("a.bin")
        assert entry is not None
        copied = copy_file(source, store, entry, "b.bin")
    first = store.stat("b.bin")
    assert first is not None
    assert copied.digest == hashlib.sha256(b"x" * 9_000_000).hexdigest()
    assert {one.token for one in store.scan() if isinstance(one, Entry)} == {first.token}
    put(store, "b.bin", b"changed")
    second = store.stat("b.bin")
    assert second is not None
    assert second.token != first.token
