"""Backups that are missing, unknown or old."""

from __future__ import annotations

from datetime import timedelta

from skyflytt.concern.share_facts import BackupFacts, ShareFacts
from tests.concern.given import AT, facts, found, project


def share(files: int, age_days: float) -> ShareFacts:
    newest = AT - timedelta(days=age_days) if files else None
    backup = BackupFacts("visma", "Visma/Backup", files, 1_000, newest, "Visma/Backup/a.zip" if files else None)
    return ShareFacts("company", backups=(backup,))


def test_an_old_one() -> None:
    (concern,) = found("application_backup", facts(share(1, 7.5)))
    assert concern.subject == "application visma"
    assert concern.found == (
        "The newest file of Visma Administration 2000 in Visma/Backup of the share company is of 2026-08-02, more than 7 days old."
    )
    assert concern.examples == ("Visma/Backup/a.zip",)


def test_a_week_is_young_enough() -> None:
    assert not found("application_backup", facts(share(1, 7)))


def test_an_empty_folder() -> None:
    (concern,) = found("application_backup", facts(share(0, 0)))
    assert "There is no file in Visma/Backup of the share company" in concern.found


def test_a_share_that_was_not_counted() -> None:
    (concern,) = found("application_backup", facts())
    assert "is not known" in concern.found


def test_an_application_without_a_backup() -> None:
    given = project(applications=[{"name": "visma", "product": "Visma Administration 2000"}])
    (concern,) = found("application_backup", facts(of=given))
    assert concern.found == "The project file names no backup of Visma Administration 2000."
