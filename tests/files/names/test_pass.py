"""Shares full of names that their target refuses: moved under others, and known again on every later pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from skyflytt.errors.ledger import TooManyGone
from skyflytt.evidence.manifest import write_workload_manifest
from skyflytt.files.copy import is_partial
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.memory import MemoryStore
from skyflytt.files.names.check import Namespace
from skyflytt.files.names.kinds import S3, SHAREPOINT, WINDOWS
from skyflytt.files.passes import SharePass
from skyflytt.files.port import FileStore
from skyflytt.ledger import items, projects
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Account
from skyflytt.ledger.renamed import all_renamed
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import ensure_workload
from tests.faults.killing import Executioner, Killed, MortalLedger, MortalStore
from tests.faults.ledgers import PROJECT, copy_ledger, make_template, quick_folder
from tests.files.engine.shares import content, put, tree
from tests.files.names.windows_store import StrictStore

DEEP = "/".join(["en mapp med ett långt namn"] * 20)
AWKWARD = (
    "Rapport: Q1.docx", "CON.txt", "Arkiv 2018./protokoll.", "Arkiv 2018./bilaga 1?.pdf", "~$lås.docx", " börjar", "OFFERT.xlsx",
    "Offert.xlsx", "offert.XLSX", "Projekt/a", "PROJEKT/a", "PROJEKT/b:", "bra.txt", "Möten/bra.txt", "tom mapp./.dold", f"{DEEP}/fil.txt",
    f"{DEEP}/Möte: 1.txt", "å" * 251 + ".docx",
)  # fmt: skip


class Names:
    """A share between a Unix folder and a strict target; `life` may end."""

    def __init__(self, ledger: Ledger, space: Namespace, executioner: Executioner | None = None) -> None:
        self.plain, self.space = ledger, space
        self.rules: Namespace | None = space
        self.executioner = executioner or Executioner()
        self.ledger = MortalLedger(ledger.engine, ledger.clock, self.executioner)
        self.workload = ensure_workload(ledger, PROJECT, "share", "gemensam")
        self.source, self.strict = MemoryStore(), StrictStore(space)
        self.target: Any = MortalStore(self.strict, self.executioner)

    def run(self) -> Account:
        guarded = AppendAfterCutover(self.target, lambda: projects.mode(self.ledger, PROJECT))
        source: FileStore = ReadOnly(self.source)
        account = SharePass(self.ledger, self.workload, source, guarded, removal_limit=1.0, space=self.rules).run()
        assert account.source == account.moved + account.skipped + account.failed
        return account

    def check(self) -> None:
        """The target has the source's files and folders, each once, under the places that the ledger tells."""
        found = {self.space.fold(key): what for key, what in tree(self.strict).items()}
        assert not [key for key in found if is_partial(key)]
        done = {item.key: item.target_ref or "" for item in items.stream(self.ledger, self.workload, State.DONE)}
        assert {self.space.fold(ref) for ref in done.values()} == set(found)
        assert {key: found[self.space.fold(ref)] for key, ref in done.items()} == tree(self.source)
        assert self.strict.refused == []

    def place(self, key: str) -> str:
        found = items.get(self.ledger, self.workload, key)
        assert found is not None
        assert found.target_ref is not None
        return found.target_ref


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with quick_folder() as folder:
        yield make_template(folder)


Make = Callable[..., Names]


@pytest.fixture
def make(template: Path) -> Iterator[Make]:
    with quick_folder() as folder:
        made: list[Ledger] = []

        def new(space: Namespace, executioner: Executioner | None = None) -> Names:
            made.append(copy_ledger(template, folder / f"{len(made)}.sqlite"))
            return Names(made[-1], space, executioner)

        yield new
        for ledger in made:
            ledger.engine.dispose()


SPACES = [
    pytest.param(Namespace(WINDOWS), id="windows"),
    pytest.param(Namespace(SHAREPOINT, "Delade dokument/"), id="sharepoint"),
    pytest.param(Namespace(S3, "norrsken/"), id="s3"),
]


def fill(source: FileStore) -> None:
    for hour, path in enumerate(AWKWARD):
        put(source, path, path.encode(), hour)


@pytest.fixture(params=SPACES)
def moved(make: Make, request: pytest.FixtureRequest) -> Names:
    names = make(request.param)
    fill(names.source)
    account = names.run()
    assert (account.failed, account.skipped) == (0, 0)
    return names


def test_everything_arrives_once(moved: Names) -> None:
    moved.check()


def test_a_second_pass_changes_nothing(moved: Names) -> None:
    before, points = tree(moved.strict), moved.executioner.points
    account = moved.run()
    assert (account.moved_now, account.failed) == (0, 0)
    assert tree(moved.strict) == before
    assert moved.executioner.points - points < 20


def test_the_way_back_is_in_the_manifest(moved: Names, tmp_path: Path) -> None:
    write_workload_manifest(tmp_path, moved.plain, moved.workload)
    for item in items.stream(moved.ledger, moved.workload):
        renamed = {one.path: one.place for one in all_renamed(moved.ledger, moved.workload)}
        if (place := renamed.get(item.key.rstrip("/"))) is not None:
            assert item.target_ref == place + ("/" if item.key.endswith("/") else "")
            assert place in (tmp_path / "share-gemensam.jsonl").read_text()


def test_what_changes_is_replaced_where_it_is(moved: Names) -> None:
    place = moved.place("Rapport: Q1.docx")
    put(moved.source, "Rapport: Q1.docx", b"another content", 99)
    assert moved.run().moved_now == 1
    assert moved.place("Rapport: Q1.docx") == place
    assert content(moved.strict, place) == b"another content"
    moved.check()


def test_what_is_gone_is_removed(moved: Names) -> None:
    for path in (
        "Rapport: Q1.docx",
        "OFFERT.xlsx",
        "Arkiv 2018./protokoll.",
        "Arkiv 2018./bilaga 1?.pdf",
        "Arkiv 2018.",
    ):
        moved.source.remove(path)
    assert moved.run().failed == 0
    moved.check()


def test_what_comes_back_has_its_name_again(moved: Names) -> None:
    places = {key: moved.place(key) for key in ("Rapport: Q1.docx", "Offert.xlsx", "OFFERT.xlsx")}
    for path in places:
        moved.source.remove(path)
    moved.run()
    for hour, path in enumerate(places):
        put(moved.source, path, b"again", hour)
    moved.run()
    assert {key: moved.place(key) for key in places if ":" in key} == {
        key: at for key, at in places.items() if ":" in key
    }
    moved.check()


def test_what_moves_is_moved(moved: Names) -> None:
    moved.source.rename("Rapport: Q1.docx", "Arkiv 2018./Rapport: Q1.docx")
    moved.source.rename("bra.txt", "bra?.txt")
    moved.source.rename("Möten/bra.txt", "Möten/BRA.txt")
    assert moved.run().failed == 0
    moved.check()
    assert moved.place("Möten/BRA.txt") == "Möten/BRA.txt"


def test_a_folder_that_is_spelled_anew_keeps_what_it_holds(make: Make) -> None:
    names = make(Namespace(WINDOWS))
    for path in ("Projekt/a", "Projekt/under/b", "Tom/c"):
        put(names.source, path, path.encode(), 1)
    names.run()
    names.source.rename("Projekt", "PROJEKT")
    names.source.rename("Tom/c", "c")
    names.source.rename("Tom", "TOM")
    for _ in range(2):
        assert names.run().failed == 0
        names.check()


def test_names_stay_when_others_come(moved: Names) -> None:
    before = {item.key: item.target_ref for item in items.stream(moved.ledger, moved.workload)}
    for path in (
        "OFFERT.XLSX",
        "bra.TXT",
        "BRA.txt",
        "projekt/c",
        "Rapport_ Q1.docx",
        moved.place("Rapport: Q1.docx"),
        "con.TXT",
    ):
        put(moved.source, path, b"came later", 1)
    assert moved.run().failed == 0
    assert {key: moved.place(key) for key in before} == before
    moved.check()


def test_after_the_cutover_nothing_of_the_target_is_touched(moved: Names) -> None:
    before = tree(moved.strict)
    assert projects.cut_over(moved.plain, PROJECT, "Åsa")
    moved.source.rename("bra.txt", "BRA.txt")
    put(moved.source, "ny: fil.txt", b"new", 5)
    moved.source.remove("CON.txt")
    assert moved.run().failed == 0
    now = tree(moved.strict)
    assert all(now[key] == value for key, value in before.items())
    assert len(now) == len(before) + 2


def test_without_rules_names_are_kept_as_they_are(make: Make) -> None:
    names = make(Namespace(WINDOWS))
    names.rules = None
    put(names.source, "a:b", b"x", 1)
    assert names.run().failed == 1


def test_turning_it_on_later_names_what_was_refused(make: Make) -> None:
    names = make(Namespace(WINDOWS))
    names.rules = None
    for path in ("a:b", "bra", "mapp./x"):
        put(names.source, path, path.encode(), 1)
    assert names.run().failed == 3
    names.rules = names.space
    names.strict.refused.clear()
    assert names.run().failed == 0
    names.check()


def live(make: Make, at: int | None) -> int:
    names = make(Namespace(WINDOWS), Executioner(at))
    for hour, path in enumerate(("A:b", "a:b", "Offert", "OFFERT", "mapp./x?", "mapp./y")):
        put(names.source, path, path.encode(), hour)
    first = _lives(names)
    names.source.rename("A:b", "mapp./A:b")
    names.source.rename("Offert", "offert.")
    put(names.source, "offert", b"new", 9)
    names.source.remove("mapp./y")
    put(names.source, "mapp./x?", b"changed", 8)
    if not _lives(names):
        assert _lives(names)
    points = names.executioner.points
    assert first or at is not None
    names.check()
    assert names.run().moved_now == 0
    return points


def _lives(names: Names) -> bool:
    try:
        names.run()
    except Killed:
        names.executioner.restart()
        return False
    return True


def test_killed_at_some_points(make: Make) -> None:
    points = live(make, None)
    for at in range(0, points, 7):
        live(make, at)


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_killed_at_every_point(make: Make) -> None:
    for at in range(live(make, None)):
        live(make, at)


def test_too_much_gone_is_still_too_much(make: Make) -> None:
    names = make(Namespace(WINDOWS))
    put(names.source, "a:b", b"x", 1)
    names.run()
    names.source.remove("a:b")
    with pytest.raises(TooManyGone):
        SharePass(names.ledger, names.workload, names.source, names.target, space=names.space).run()
