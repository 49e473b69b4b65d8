"""A customer's move in the middle, in a ledger that was really written: passes, failures, steps, approvals, a drop, a discovery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from skyflytt.concern.mailbox_facts import FolderFacts, MailboxFacts, TargetFacts
from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.regimes import set_contract_deadlines
from skyflytt.drop.rows import DropState, change_in, ensure_drop
from skyflytt.errors.base import Failure
from skyflytt.errors.files import NameNotUtf8
from skyflytt.errors.mail import MessageRefused, MessageTooLarge
from skyflytt.ledger import items, journal
from skyflytt.ledger.items import Done, Seen
from skyflytt.ledger.passes import end, running_pass
from skyflytt.ledger.schema import Intent, Origin, Verified
from skyflytt.mail.archive import open_archive
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.keys import folder_path
from skyflytt.mail.port import FolderRole, MessageEntry
from skyflytt.phase.course import course_of
from skyflytt.phase.discover import discover
from skyflytt.phase.migration import Migration, open_migration
from skyflytt.playbook.approvals import CUTOVER, approve, losses_of, plan_of_domain
from skyflytt.playbook.steps import fail_step, finish_step, start_step
from skyflytt.project.model import Project
from skyflytt.project.secrets import EnvironmentSecrets
from tests.phase.discovered import EXAMPLE

MORNING = datetime.fromisoformat("2026-08-08T09:00:00+02:00")
NOW = datetime.fromisoformat("2026-10-28T08:05:00+01:00")
FOLDERS = ("INBOX", "Skickat", "Arkiv/2025")


def project(**changes: Any) -> Project:
    """The example's project, with whole sections replaced."""
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return Project.model_validate({**data, **changes})


@contextmanager
def migration(folder: Path, at: datetime = MORNING, **changes: Any) -> Iterator[Migration]:
    """Opened with nothing in its ledger."""
    with open_migration(project(**changes), folder, EnvironmentSecrets({}), MovableClock(at)) as opened:
        yield opened


def at(migration: Migration, moment: datetime) -> None:
    clock = migration.clock
    assert isinstance(clock, MovableClock)
    clock.move_to(moment)


class Moved:
    """A pass over one workload that begins now; what is not named stays open."""

    def __init__(self, migration: Migration, kind: str, name: str) -> None:
        self.migration, self.workload = migration, migration.workload(kind, name)

    def run(
        self,
        done: Sequence[str] = (),
        *,
        new: Sequence[str] = (),
        failed: Mapping[str, Failure] = {},
        skipped: Mapping[str, str] = {},
        size: int = 48_000,
        lasts: timedelta = timedelta(0),
        cut_off: bool = False,
    ) -> None:
        """`new` is seen for the first time and left open unless it is named elsewhere too. With `cut_off` the pass does not end."""
        ledger = self.migration.ledger
        first = dict.fromkeys([*new, *done, *failed, *skipped])
        with running_pass(ledger, self.workload) as running:
            known = {one.key for one in items.stream(ledger, self.workload)}
            items.record_new(
                ledger, self.workload, [Seen(key, "v1", size, _folder(key)) for key in first if key not in known]
            )
            items.start(ledger, running, list(done), Intent.PUT)
            items.finish(
                ledger, running, [Done(key, f"at {key}", Verified.DIGEST, key, origin=Origin.PUT) for key in done]
            )
            items.fail(ledger, running, list(failed.items()))
            items.skip(ledger, running, [(key, code, "The project file excludes it.") for key, code in skipped.items()])
            at(self.migration, self.migration.clock.now() + lasts)
            if not cut_off:
                end(ledger, running, sum(1 for _ in items.stream(ledger, self.workload)))


def _folder(key: str) -> str:
    return key.rpartition("/")[0] if key.startswith(FOLDERS) else ""


def letters(folder: str, first: int, count: int) -> list[str]:
    return [f"{folder}/AAJpaQAA{number:06}" for number in range(first, first + count)]


def in_the_middle(migration: Migration, nights: int = 23, much: int = 1) -> None:
    """Three months of a move: most has arrived, some failed, a step is late, another failed, a drop ends tonight.

    It takes fewer nights, and less mail and files, where nobody looks at the pictures.
    """
    _begin(migration)
    _first_night(migration, much)
    for night in range(1, nights + 1):
        _delta(migration, night)
    _yesterday(migration)
    at(migration, NOW)


def _begin(migration: Migration) -> None:
    project, ledger, name = migration.project, migration.ledger, migration.name
    course_of(migration, by="skyflytt")
    set_contract_deadlines(ledger, name, project.contract, project.zone, project.business, by="skyflytt")
    finish_step(ledger, name, "notice-given", by="Anna Åström", outcome="sent by registered letter")
    start_step(ledger, name, "discovery", by="skyflytt")
    folders = (FolderFacts(("INBOX",), FolderRole.INBOX, 4_000, 900_000_000),)
    mailboxes = [
        MailboxFacts(mailbox=one.name, folders=folders, target=TargetFacts(True, max_message_bytes=25_000_000))
        for one in project.mailboxes
    ]
    discover(migration, mailboxes, [])
    finish_step(ledger, name, "discovery", by="skyflytt", outcome="421 messages in 3 mailboxes, 22 concerns")
    finish_step(ledger, name, "dns-by", by="Bengt Öberg", outcome="the team changes the records")


def _first_night(migration: Migration, much: int) -> None:
    at(migration, datetime.fromisoformat("2026-10-03T22:00:00+02:00"))
    for name, count in (("anna", 48 * much), ("bengt", 26 * much)):
        junk = dict.fromkeys(letters("Skräppost", 0, 6), "mail.folder-excluded")
        for kind in ("archive", "mailbox"):
            moved = letters("INBOX", 0, count) + letters("Skickat", 0, count // 3)
            Moved(migration, kind, name).run(moved, skipped=junk, lasts=timedelta(hours=2))
    files = [f"Ritningar/hus {number:03}.dwg" for number in range(62 * much)]
    excluded = {"Thumbs.db": "files.excluded", "Ritningar/~lock.tmp": "files.excluded"}
    Moved(migration, "share", "company").run(files, skipped=excluded, size=2_400_000, lasts=timedelta(hours=5))


def _fetched(migration: Migration, name: str, keys: Sequence[str]) -> None:
    """These messages are in the mailbox's archive, a day apart."""
    file = migration.folder("archives") / f"{name}.skymail"
    with open_archive(file, f"{migration.name}/{name}", migration.clock) as archive:
        for number, key in enumerate(keys):
            folder, _, ref = key.rpartition("/")
            raw = f"From: anna@example.com\r\nSubject: number {number}\r\n\r\nHej\r\n".encode()
            entry = MessageEntry(ref, frozenset(), MORNING - timedelta(days=300 - number), len(raw))
            archive.add(folder_path(folder), entry, raw, fingerprint(raw))


def _delta(migration: Migration, night: int) -> None:
    at(migration, datetime.fromisoformat("2026-10-03T22:00:00+02:00") + timedelta(days=night))
    new = letters("INBOX", 10_000 + night * 20, 4 + night * 7 % 13)
    Moved(migration, "mailbox", "anna").run(new, size=60_000)
    if night % 3 == 0:
        Moved(migration, "share", "company").run([f"Avtal/{night}.pdf"], size=900_000)
    counts = {"moved": 1_300 + night, "moved_now": len(new), "skipped": 14, "failed": 0, "failures": [], "held": False}
    journal.append(
        migration.ledger, migration.name, actor="skyflytt", action="delta-run", subject=migration.name, data=counts
    )


def _yesterday(migration: Migration) -> None:
    ledger, name = migration.ledger, migration.name
    at(migration, NOW - timedelta(hours=10))
    big, refused = letters("Arkiv/2025", 0, 9), letters("Arkiv/2025", 9, 2)
    failed: dict[str, Failure] = {
        key: MessageTooLarge(key, "552 5.3.4 message size 61 MB exceeds fixed limit") for key in big
    }
    failed |= {key: MessageRefused(key, "NO [LIMIT] too many recipients") for key in refused}
    Moved(migration, "mailbox", "bengt").run(failed=failed)
    _fetched(migration, "bengt", [*big, *refused])
    broken = "Ritningar/\udcff\udcfe"
    Moved(migration, "share", "company").run(failed={"Gammalt/?.txt": NameNotUtf8("Gammalt/?.txt", repr(broken))})
    Moved(migration, "share", "homes").run(
        [f"Z/{number}.doc" for number in range(90)], new=[f"Z/{number}.doc" for number in range(200)], cut_off=True
    )
    approve(ledger, name, losses_of("share company"), "Anna Åström")
    approve(ledger, name, CUTOVER, "Bengt Öberg")
    approve(ledger, name, plan_of_domain("norrskenbygg.example", "8f31c2a90b7e" * 5), "Ingrid Solberg")
    start_step(ledger, name, "export", by="skyflytt")
    fail_step(ledger, name, "export", by="skyflytt", outcome="mailbox bengt: 11 messages could not be moved")
    data = {
        "moved": 1_404,
        "moved_now": 0,
        "skipped": 14,
        "failed": 12,
        "failures": ["mail.message-too-large"],
        "held": False,
    }
    journal.append(ledger, name, actor="skyflytt", action="export-run", subject=name, data=data)
    ensure_drop(ledger, name, "handover", by="skyflytt")
    open_until = {
        "state": DropState.OPEN,
        "opened_at": NOW - timedelta(days=2),
        "ends_at": NOW + timedelta(hours=9),
        "extensions": 1,
    }
    with ledger.writing() as connection:
        change_in(connection, name, "handover", open_until)
