"""A project's course through its playbook, with its deadlines and steps in the ledger."""

from __future__ import annotations

from skyflytt.deadline.regimes import set_contract_deadlines
from skyflytt.errors.playbook import PlaybookMissing
from skyflytt.phase.migration import Migration
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.perform import Course
from skyflytt.playbook.steps import ensure_steps


def course_of(migration: Migration, *, by: str) -> Course:
    """The course, after the contract's deadlines and the playbook's steps were written. Raises `PlaybookMissing`."""
    project = migration.project
    if project.playbook is None:
        raise PlaybookMissing(migration.name, "its phases are started by hand")
    playbook = load_playbook(project.playbook)
    set_contract_deadlines(migration.ledger, migration.name, project.contract, project.zone, project.business, by=by)
    ensure_steps(migration.ledger, migration.name, playbook, by=by)
    return Course(migration.ledger, migration.name, playbook, project.business)
