"""What the playbook has ahead, for notices that tell of it before."""

from __future__ import annotations

from skyflytt.phase.migration import Migration
from skyflytt.phase.notices import Coming
from skyflytt.playbook.due import Standing, what_is_due
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.steps import StepState


def standings(migration: Migration) -> list[Standing]:
    """Every step as it stands now; none where the project follows no playbook."""
    project = migration.project
    if project.playbook is None:
        return []
    playbook = load_playbook(project.playbook)
    return what_is_due(migration.ledger, migration.name, playbook, project.zone, project.business)


def coming(migration: Migration) -> Coming:
    """The next step of each flow (its title in a language) and when it is due."""
    ahead = [one for one in standings(migration) if one.state is StepState.WAITING and one.applies]
    found = [(one.step, one.due_at) for one in ahead if one.due_at and one.step.flow]
    found.sort(key=lambda one: one[1], reverse=True)
    return {step.flow: (step.title.said, due_at) for step, due_at in found if step.flow}
