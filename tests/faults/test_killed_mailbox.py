"""The two mail passes killed at every single point of a small life, and at random points of random lives."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from skyflytt.ledger.workloads import ensure_workload
from skyflytt.mail.archive import open_archive
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import FolderPath
from tests.faults.killing import Executioner, Killed, MortalArchive, MortalLedger, MortalMailbox
from tests.faults.ledgers import PROJECT, copy_ledger, make_template, quick_folder
from tests.mail.engine.mailboxes import ARKIV, INBOX, SEEN, Move, bodies, contents, put, raw, refs_of

SKICKAT: FolderPath = ("Skickat",)
Act = Callable[[MemoryMailbox], None]


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with quick_folder() as folder:
        yield make_template(folder)


class Life:
    """A mailbox's move whose process may die; after a death everything is opened anew."""

    def __init__(self, template: Path, at: int | None, *, tokens: bool = True) -> None:
        self.executioner = Executioner(at)
        self.opened = ExitStack()
        folder = self.opened.enter_context(quick_folder())
        plain = copy_ledger(template, folder / "ledger.sqlite")
        self.opened.callback(plain.engine.dispose)
        archive = self.opened.enter_context(open_archive(folder / "asa.skymail", "flytt/asa", plain.clock))
        self.target = MemoryMailbox()
        self.move = Move(
            MortalLedger(plain.engine, plain.clock, self.executioner),
            ensure_workload(plain, PROJECT, "archive", "asa"),
            ensure_workload(plain, PROJECT, "mailbox", "asa"),
            MortalArchive(archive, self.executioner),
            MemoryMailbox(change_tokens=tokens, editions=True),
            MortalMailbox(self.target, self.executioner),
            removal_limit=1.0,
        )
        self.source = self.move.source

    def __enter__(self) -> Life:
        return self

    def __exit__(self, *_: object) -> None:
        self.opened.close()

    def go(self) -> bool:
        """Both passes; False when one was killed."""
        try:
            self.accounts = self.move.run()
        except Killed:
            self.executioner.restart()
            return False
        return True

    def check(self) -> None:
        assert [account.failed for account in self.accounts] == [0, 0]
        assert self.accounts[1].moved == sum(bodies(self.source).values())
        assert timeless(self.target) == timeless(self.source)
        assert [account.moved_now for account in self.move.run()] == [0, 0]
        held = [(item.target_container, item.target_ref) for item in self.move.items() if item.target_ref is not None]
        assert len(held) == len(set(held))
        assert not self.move.archive.check()


def timeless(box: MemoryMailbox) -> Counter[tuple[FolderPath, bytes, frozenset[str]]]:
    """Equal messages are told apart by nothing, so they may have changed places, and with them their times of arrival."""
    counted: Counter[tuple[FolderPath, bytes, frozenset[str]]] = Counter()
    for (folder, content, flags, _), count in contents(box).items():
        counted[folder, content, flags] += count
    return counted


def first(source: MemoryMailbox) -> None:
    put(source, INBOX, 1, 1, 2, 3)
    put(source, ARKIV, 4)
    put(source, SKICKAT, 5)


def then(source: MemoryMailbox) -> None:
    one, twin, two, three = refs_of(source, INBOX)
    source.set_flags(INBOX, one, SEEN)
    source.delete(INBOX, [twin])
    source.move(INBOX, two, ARKIV)
    source.delete(INBOX, [three])
    put(source, INBOX, 6, 6)
    source.renumber(SKICKAT)


def written(source: MemoryMailbox) -> None:
    put(source, ARKIV, 7, 7, 8)
    put(source, SKICKAT, 5)


def rewritten(source: MemoryMailbox) -> None:
    """Two equal messages are edited to be equal again; a third one is edited, and goes to another folder."""
    seven, twin_of_seven, eight = refs_of(source, ARKIV)
    for ref in (seven, twin_of_seven):
        source.edit(ARKIV, ref, raw(7, "Kl. tio i stället."))
    source.edit(ARKIV, eight, raw(8, "Utkast två."))
    source.move(ARKIV, eight, INBOX)


def live(
    template: Path, at: int | None, *, restart_first: bool, tokens: bool, acts: tuple[Act, Act] = (first, then)
) -> int:
    """Fill, pass, change, pass, with one death; how many points there were to die at."""
    with Life(template, at, tokens=tokens) as life:
        put(life.target, SKICKAT, 5)
        begun, changed = acts
        begun(life.source)
        if not life.go() and restart_first:
            assert life.go()
        changed(life.source)
        if not life.go():
            assert life.go()
        points = life.executioner.points
        life.check()
        return points


HEAVY = [pytest.mark.heavy, pytest.mark.timeout(1800)]
EACH = [
    pytest.param(True, True, id="changes after the restart", marks=HEAVY),
    pytest.param(False, True, id="changes before it", marks=pytest.mark.long),
    pytest.param(True, False, id="whole listings", marks=HEAVY),
    pytest.param(False, False, id="changes before it, whole listings", marks=HEAVY),
]


@pytest.mark.parametrize(("restart_first", "tokens"), EACH)
def test_killed_at_every_point(template: Path, restart_first: bool, tokens: bool) -> None:
    points = live(template, None, restart_first=restart_first, tokens=tokens)
    assert points > 100
    for at in range(points):
        live(template, at, restart_first=restart_first, tokens=tokens)


def one_draft(source: MemoryMailbox) -> None:
    put(source, INBOX, 7)
    put(source, SKICKAT, 5)


def rewritten_draft(source: MemoryMailbox) -> None:
    source.edit(INBOX, refs_of(source, INBOX)[0], raw(7, "Kl. tio i stället."))


def test_killed_while_an_edited_message_is_replaced(template: Path) -> None:
    acts = one_draft, rewritten_draft
    points = live(template, None, restart_first=True, tokens=True, acts=acts)
    assert points > 50
    for at in range(points // 2, points):
        live(template, at, restart_first=True, tokens=True, acts=acts)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("restart_first", [True, False])
def test_killed_at_every_point_while_edited_messages_are_replaced(template: Path, restart_first: bool) -> None:
    acts = written, rewritten
    points = live(template, None, restart_first=restart_first, tokens=True, acts=acts)
    assert points > 50
    for at in range(points):
        live(template, at, restart_first=restart_first, tokens=True, acts=acts)


FOLDERS = [INBOX, ARKIV, SKICKAT]


def random_change(source: MemoryMailbox, chance: random.Random) -> None:
    """Anything that a person or a server may do to a mailbox in a moment."""
    folder = chance.choice(FOLDERS)
    source.ensure_folder(folder, None)
    refs = refs_of(source, folder)
    act = chance.choice(["deliver", "deliver", "mark", "move", "move", "delete", "renumber", "edit", "edit"])
    if act == "deliver":
        put(source, folder, *(chance.randrange(4) for _ in range(chance.randrange(1, 4))))
    elif act == "renumber":
        source.renumber(folder)
    elif refs:
        ref = chance.choice(refs)
        if act == "mark":
            source.set_flags(folder, ref, frozenset(chance.sample(["\\Seen", "\\Flagged", "$Viktigt"], 2)))
        elif act == "delete":
            source.delete(folder, [ref])
        elif act == "edit":
            source.edit(folder, ref, raw(chance.randrange(4), f"Utkast {chance.randrange(3)}"))
        else:
            to = chance.choice(FOLDERS)
            source.ensure_folder(to, None)
            source.move(folder, ref, to)


def random_life(template: Path, seed: int, gaps: list[int]) -> None:
    """Changes and passes in turn; each pass may be killed, and after each death the source may have changed again."""
    chance = random.Random(seed)
    with Life(template, None, tokens=chance.random() < 0.7) as life:
        for gap in gaps:
            for _ in range(chance.randrange(6)):
                random_change(life.source, chance)
            life.executioner.at = life.executioner.points + gap
            life.go()
            life.executioner.restart()
        assert life.go()
        life.check()


SEED, GAPS = st.integers(0, 2**32), st.lists(st.integers(0, 150), min_size=1, max_size=6)
QUICK = settings(
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@given(seed=SEED, gaps=GAPS)
@settings(QUICK, max_examples=15)
def test_random_lives(template: Path, seed: int, gaps: list[int]) -> None:
    random_life(template, seed, gaps)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@given(seed=SEED, gaps=GAPS)
@settings(QUICK, max_examples=500, derandomize=False)
def test_many_random_lives(template: Path, seed: int, gaps: list[int]) -> None:
    random_life(template, seed, gaps)
