"""A project opened for work: the project file, its ledger, workspace, secrets and clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skyflytt.application.cards import ensure_cards
from skyflytt.deadline.clock import Clock
from skyflytt.ledger import projects
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import ledger_url
from skyflytt.ledger.shared import shared_ledger
from skyflytt.ledger.workloads import Workload, ensure_workload
from skyflytt.phase.admission import Admission, alone
from skyflytt.project.model import Project
from skyflytt.project.secrets import Secrets


def nobody_listens(_sentence: str) -> None:
    """Nobody wants to be told."""


@dataclass(frozen=True, slots=True)
class Migration:
    """Everything a step needs. `workspace` is the folder that archives, exports and evidence are kept in.

    `tell` takes one sentence for a person when a step waits for a server; `admission` lets it in there.
    """

    project: Project
    ledger: Ledger
    workspace: Path
    secrets: Secrets
    tell: Callable[[str], None] = nobody_listens
    admission: Admission = alone

    @property
    def name(self) -> str:
        return self.project.project

    @property
    def clock(self) -> Clock:
        return self.ledger.clock

    def workload(self, kind: str, name: str) -> Workload:
        """The ledger's row of a workload: kind `archive`, `mailbox`, `share`, `export` or `drop`."""
        return ensure_workload(self.ledger, self.name, kind, name)

    def folder(self, *parts: str) -> Path:
        """A folder of the workspace, made if it is not there."""
        path = self.workspace.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path


@contextmanager
def open_migration(
    project: Project, workspace: Path, secrets: Secrets, clock: Clock, url: str | None = None
) -> Iterator[Migration]:
    """Open the project's ledger (`url`, else the environment's, else a file in the workspace) and make its row."""
    workspace.mkdir(parents=True, exist_ok=True)
    with shared_ledger(url or ledger_url(workspace), clock) as ledger:
        projects.ensure_project(ledger, project.project)
        ensure_cards(ledger, project.project, project.applications)
        yield Migration(project, ledger, workspace, secrets)
