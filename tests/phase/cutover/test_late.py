"""Mail that comes late is added until the old home has been silent for the old TTL and a margin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from skyflytt.errors.ledger import NotCutOver
from skyflytt.ledger import journal, projects
from skyflytt.mail.maildir import open_maildir
from skyflytt.mail.port import NewMessage
from skyflytt.phase.cutover.late import LateMail, note_late_pass, old_ttl_s, require_cut_over
from skyflytt.phase.migration import Migration
from skyflytt.phase.move_mailbox import move_mailbox
from skyflytt.playbook.gates import GATES
from tests.phase import discovered

MARGIN = timedelta(hours=48)
DAY = timedelta(days=1)
"""The TTL of a domain without snapshot."""


@pytest.fixture
def migration(tmp_path: Path) -> Iterator[Migration]:
    discovered.fill_mailbox(tmp_path)
    discovered.make_mailbox(tmp_path, "new")
    with discovered.migration(tmp_path, drops=[], shares=[], applications=[]) as opened:
        yield opened


def after(migration: Migration, **passed: float) -> datetime:
    at: datetime = migration.clock.now() + timedelta(**passed)
    migration.clock.move_to(at)  # type: ignore[attr-defined]
    return at


def arrives(root: Path) -> None:
    with open_maildir(root / "old-mail" / "info") as mailbox:
        mailbox.append(("INBOX",), [NewMessage(b"Subject: late\r\n\r\n", frozenset(), discovered.AT)])


def a_pass(migration: Migration) -> LateMail:
    account = move_mailbox(migration, "info", lambda _done, _of: None)
    return note_late_pass(migration, [account], MARGIN)


def test_it_ends_when_nothing_came_for_long_enough(migration: Migration, tmp_path: Path) -> None:
    move_mailbox(migration, "info", lambda _done, _of: None)
    with pytest.raises(NotCutOver):
        require_cut_over(migration)
    projects.cut_over(migration.ledger, migration.name, "Bengt Öberg")
    cut_over_at = migration.clock.now()
    gate = GATES["old-home-silent"].check

    after(migration, hours=6)
    assert a_pass(migration) == LateMail(0, cut_over_at, cut_over_at + DAY + MARGIN, over=False)
    came_at = after(migration, hours=60)
    arrives(tmp_path)
    assert a_pass(migration) == LateMail(1, came_at, came_at + DAY + MARGIN, over=False)
    after(migration, hours=71)
    assert not a_pass(migration).over
    assert gate(migration.ledger, migration.name, "") == "mail may still arrive at the old home"
    after(migration, hours=1)
    assert a_pass(migration).over
    assert a_pass(migration).over
    assert gate(migration.ledger, migration.name, "") is None
    told = [one.action for one in journal.entries(migration.ledger, migration.name)]
    assert (told.count("late-mail-pass"), told.count("late-mail-over")) == (5, 1)
    with open_maildir(tmp_path / "new-mail" / "info") as mailbox:
        assert len(mailbox.refs(("INBOX",))) == 1 + migration_letters(tmp_path)


def migration_letters(root: Path) -> int:
    """What the old home's inbox had before."""
    with open_maildir(root / "old-mail" / "info") as mailbox:
        return len(mailbox.refs(("INBOX",))) - 1


def test_a_domain_without_mail_has_no_say(migration: Migration) -> None:
    assert old_ttl_s(migration) == 86_400
    domains = tuple(one.model_copy(update={"mail": False}) for one in migration.project.domains)
    assert old_ttl_s(replace(migration, project=migration.project.model_copy(update={"domains": domains}))) == 0
