"""Links of a share on a disk: left behind, kept, or followed as far as they stay inside. Nothing outside is ever read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from skyflytt.decommission.eraser import FilesEraser
from skyflytt.errors.files import PathEscapes
from skyflytt.files.following import Following
from skyflytt.files.linked import linked
from skyflytt.files.local import open_local
from skyflytt.files.names.check import Namespace
from skyflytt.files.names.kinds import KINDS
from skyflytt.files.passes import SharePass
from skyflytt.files.port import Entry, EntryKind, ScanFailure
from skyflytt.files.symlinks import LEADS_NOWHERE, LEADS_OUT, LOOPS, TOO_DEEP, Symlinks, at_places, inside
from skyflytt.ledger.schema import State, Verified
from skyflytt.ledger.workloads import ensure_workload
from tests.faults.ledgers import PROJECT, copy_ledger, quick_folder
from tests.files.engine.shares import Share, put

SECRET = b"hemligt"


class Disk:
    """A share between two folders, with something beside it that must never be read."""

    def __init__(self, folder: Path, ledger: Path, opened: ExitStack) -> None:
        self.source, self.target, self.outside = (folder / name for name in ("source", "target", "outside"))
        for each in (self.source, self.target, self.outside):
            each.mkdir()
        (self.outside / "secret").write_bytes(SECRET)
        there = copy_ledger(ledger, folder / "ledger.sqlite")
        opened.callback(there.engine.dispose)
        stores = [opened.enter_context(open_local(SimpleNamespace(root=each))) for each in (self.source, self.target)]
        self.share = Share(there, ensure_workload(there, PROJECT, "share", "gemensam"), *stores)

    def follow(self) -> None:
        self.share.source = linked(self.share.source, Symlinks.FOLLOW_INSIDE)

    def keep(self) -> None:
        self.share.source = linked(self.share.source, Symlinks.KEEP)

    def link(self, path: str, to: str) -> None:
        (self.source / path).parent.mkdir(parents=True, exist_ok=True)
        (self.source / path).symlink_to(to)

    def copied(self) -> dict[str, str]:
        """What is at the target: files with their content, links with what they say."""
        found = {}
        for path in self.target.rglob("*"):
            if path.is_symlink():
                found[str(path.relative_to(self.target))] = f"-> {path.readlink()}"
            elif path.is_file():
                found[str(path.relative_to(self.target))] = path.read_text()
        return found


@pytest.fixture
def disk(template: Path) -> Iterator[Disk]:
    with quick_folder() as folder, ExitStack() as opened:
        yield Disk(folder, template, opened)


def keys(store: object) -> list[tuple[str, str]]:
    found = []
    for one in store.scan():  # type: ignore[attr-defined]
        assert isinstance(one, Entry)
        found.append((one.key, one.why or one.kind.value))
    assert [key for key, _ in found] == sorted((key for key, _ in found), key=str.encode)
    return found


def test_skipped_links_are_told(disk: Disk) -> None:
    put(disk.share.source, "a", b"a")
    disk.link("genväg", "a")
    assert disk.share.run().skipped == 1
    assert disk.share.codes(State.SKIPPED) == {"genväg": "files.kind-not-copied"}
    assert disk.copied() == {"a": "a"}


def test_followed_links_bring_what_they_lead_to(disk: Disk) -> None:
    put(disk.share.source, "data/2024/x", b"x")
    put(disk.share.source, "data.txt", b"t")
    disk.link("nu", "data/2024")
    disk.link("nu.txt", "data.txt")
    disk.link("nu-", "nu.txt")
    disk.link("djup/på", "../nu")
    disk.follow()
    account = disk.share.run()
    assert (account.skipped, account.failed) == (0, 0)
    assert disk.copied() == {
        "data/2024/x": "x",
        "data.txt": "t",
        "nu/x": "x",
        "nu.txt": "t",
        "nu-": "t",
        "djup/på/x": "x",
    }
    put(disk.share.source, "data/2024/x", b"changed", 3)
    assert disk.share.run().moved_now == 3
    assert {path: text for path, text in disk.copied().items() if path.endswith("x")} == dict.fromkeys(
        ("data/2024/x", "nu/x", "djup/på/x"), "changed"
    )
    assert disk.share.run().moved_now == 0


def test_a_followed_folder_stands_where_its_slash_puts_it(disk: Disk) -> None:
    for name in ("z/m", "a-b", "a.txt", "a0", "a/q"):
        put(disk.share.source, name)
    disk.link("a/b", "../z")
    disk.link("a.b", "z")
    disk.link("b", "a")
    assert [key for key, _ in keys(Following(disk.share.source))] == [
        "a-b", "a.b/", "a.b/m", "a.txt", "a/", "a/b/", "a/b/m", "a/q", "a0", "b/", "b/b/", "b/b/m", "b/q", "z/", "z/m"
    ]  # fmt: skip


LEFT = {
    "{outside}": LEADS_OUT,
    "{outside}/secret": LEADS_OUT,
    "../outside": LEADS_OUT,
    "../outside/secret": LEADS_OUT,
    "../source/inne": LEADS_OUT,
    "inne/../../outside/secret": LEADS_OUT,
    "ut/secret": LEADS_OUT,
    "inne/upp/secret": LEADS_OUT,
    "/etc/passwd": LEADS_OUT,
    ".": LOOPS,
    "inne/..": LOOPS,
    "länk11": LOOPS,
    "runt-a": LOOPS,
    "borta": LEADS_NOWHERE,
    "fil/x": LEADS_NOWHERE,
    "inne/borta/x": LEADS_NOWHERE,
}


@pytest.mark.parametrize("policy", list(Symlinks))
def test_what_is_not_followed_is_told_and_not_read(disk: Disk, policy: Symlinks) -> None:
    put(disk.share.source, "inne/x", b"x")
    put(disk.share.source, "fil", b"f")
    for path, says in {"ut": "{outside}", "inne/upp": "../../outside", "runt-a": "runt-b", "runt-b": "runt-a"}.items():
        disk.link(path, says.format(outside=disk.outside))
    for number, says in enumerate(LEFT):
        disk.link(f"länk{number}", says.format(outside=disk.outside))
    disk.share.source = linked(disk.share.source, policy)
    disk.share.run()
    assert not any(SECRET.decode() in text for text in disk.copied().values())
    assert not [path for path in disk.target.rglob("*") if path.is_symlink() and _leaves(path, disk.target)]
    if policy is Symlinks.FOLLOW_INSIDE:
        codes = disk.share.codes(State.SKIPPED)
        assert [codes[f"länk{number}"] for number in range(len(LEFT))] == list(LEFT.values())
        for path in (*(f"länk{number}" for number in range(len(LEFT))), "ut/secret", "länk2/secret"):
            with pytest.raises(PathEscapes), disk.share.source.read(path):
                pass


def _leaves(link: Path, root: Path) -> bool:
    return not Path(os.path.realpath(link)).is_relative_to(root)


def test_loops_through_two_links_and_trees_without_end(disk: Disk) -> None:
    put(disk.share.source, "a/x", b"x")
    put(disk.share.source, "b/y", b"y")
    disk.link("a/b", "../b")
    disk.link("b/a", "../a")
    for number in range(12):
        put(disk.share.source, f"djup/{number:02}/f", b"f")
        disk.link(f"djup/{number:02}/nästa", f"../{number + 1:02}")
    disk.follow()
    found = dict(keys(disk.share.source))
    assert found["a/b/a"] == LOOPS
    assert found["b/a/b"] == LOOPS
    assert found["a/b/y"] == "file"
    assert TOO_DEEP in found.values()
    assert max(key.count("nästa") for key in found) == 9
    account = disk.share.run()
    assert account.failed == 0


def test_a_link_swapped_after_the_scan_leads_nowhere_else(disk: Disk) -> None:
    put(disk.share.source, "inne/x", b"x")
    disk.link("mapp", "inne")
    disk.follow()
    list(disk.share.source.scan())
    (disk.source / "inne/x").unlink()
    (disk.source / "inne").rmdir()
    (disk.source / "inne").symlink_to(disk.outside)
    for path in ("mapp/secret", "inne/secret"):
        with pytest.raises(PathEscapes), disk.share.source.read(path):
            pass


def test_another_connection_finds_the_way_itself(disk: Disk) -> None:
    put(disk.share.source, "data/x", b"x")
    disk.link("nu", "data")
    disk.link("fil", "nu/x")
    with open_local(SimpleNamespace(root=disk.source)) as store:
        other = Following(store)
        assert other.read_each([("fil", 1), ("nu/x", 1)]) == [b"x", b"x"]
    with open_local(SimpleNamespace(root=disk.source)) as store:
        other = Following(store)
        assert [one.kind for one in other.stat_each(["nu", "fil", "nu/x"]) if isinstance(one, Entry)] == [
            EntryKind.FOLDER, EntryKind.FILE, EntryKind.FILE
        ]  # fmt: skip
        assert [one.path for one in other.scan("nu") if not isinstance(one, ScanFailure)] == ["nu/x"]


def test_removing_behind_a_link_removes_the_link_alone(disk: Disk) -> None:
    put(disk.share.source, "data/x", b"x")
    disk.link("nu", "data")
    store = Following(disk.share.source)
    there = [one.path for one in store.scan() if isinstance(one, Entry)]
    assert there == ["data", "data/x", "nu", "nu/x"]
    store.remove("nu/x")
    assert (disk.source / "data/x").exists()
    store.remove("nu")
    assert not (disk.source / "nu").is_symlink()
    assert (disk.source / "data/x").exists()


@pytest.mark.parametrize("policy", [Symlinks.FOLLOW_INSIDE, Symlinks.KEEP])
def test_an_eraser_sees_what_the_ledger_knows_and_leaves_nothing(disk: Disk, policy: Symlinks) -> None:
    put(disk.share.source, "data/x", b"x")
    disk.link("nu", "data")
    disk.link("fil", "data/x")
    disk.link("ut", str(disk.outside))
    inner = disk.share.source
    disk.share.source = linked(inner, policy)
    disk.share.run()
    eraser = FilesEraser(linked(inner, policy))
    present = list(eraser.present())
    assert {one.key: one.version for one in present} == {
        key: disk.share.item(key).version for key in disk.share.states()
    }
    eraser.delete([one.key for one in present])
    assert list(eraser.present()) == []
    assert list(disk.source.iterdir()) == []
    assert (disk.outside / "secret").exists()


def test_kept_links_are_links(disk: Disk) -> None:
    put(disk.share.source, "data/x", b"x")
    disk.link("nu", "data")
    disk.link("djup/fil", "../data/x")
    disk.link("borta", "ingenstans")
    disk.keep()
    account = disk.share.run()
    assert (account.skipped, account.failed) == (0, 0)
    assert disk.copied() == {"data/x": "x", "nu": "-> data", "djup/fil": "-> ../data/x", "borta": "-> ingenstans"}
    assert disk.share.item("nu").verified is Verified.BYTES
    assert disk.share.run().moved_now == 0
    (disk.source / "nu").unlink()
    disk.link("nu", "djup")
    (disk.source / "borta").unlink()
    assert disk.share.run().moved_now == 1
    assert disk.copied() == {"data/x": "x", "nu": "-> djup", "djup/fil": "-> ../data/x"}


def test_a_link_of_somebody_else_at_the_place_is_respected(disk: Disk) -> None:
    disk.link("nu", "data")
    disk.link("samma", "data")
    (disk.target / "nu").symlink_to("annat")
    (disk.target / "samma").symlink_to("data")
    disk.keep()
    account = disk.share.run()
    assert (account.failed, account.moved) == (1, 1)
    assert disk.share.codes() == {"nu": "files.target-occupied"}
    assert disk.copied() == {"nu": "-> annat", "samma": "-> data"}


def test_links_follow_what_is_called_otherwise_at_the_target(disk: Disk) -> None:
    put(disk.share.source, "a:b/x", b"x")
    disk.link("nu", "a:b/x")
    disk.keep()
    share = disk.share
    SharePass(share.ledger, share.workload, share.source, share.target, space=Namespace(KINDS["windows"], "")).run()
    assert (disk.target / "nu").read_text() == "x"


@pytest.mark.parametrize(
    ("at", "says", "end"),
    [
        ("a", "b", "b"),
        ("a/b", "c", "a/c"),
        ("a/b", "../c", "c"),
        ("a/b", "..", ""),
        ("a/b", "../..", None),
        ("a", "..", None),
        ("a", "/a", None),
        ("a", "", None),
        ("a", "x/../b", None),
        ("a", "./b//c/", "b/c"),
    ],
)
def test_where_a_link_leads(at: str, says: str, end: str | None) -> None:
    assert inside(at, says) == end


def test_a_link_between_new_names() -> None:
    places = {"a:b": "a_b", "m": "m", "a:b/x": "a_b/x"}
    assert at_places("m", "a:b/x", lambda path: places[path]) == "a_b/x"
    assert at_places("a:b/x", "../m", lambda path: places[path]) == "../m"
