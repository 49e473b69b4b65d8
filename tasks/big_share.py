"""A share with very many files open is worked at by the processes of a Dask cluster, where one is set.

SKYFLYTT_DASK is `local` for processes of this machine, or the address of a scheduler (`tls://dask.example.com:8786`), whose workers have
the same software, the same settings of Prefect and the same ledger. From SKYFLYTT_DASK_FILES open files on it pays (100,000 without it).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from blocks import MigrationProject
from skyflytt.files.crew import AnyCrew, MakeCrew, Pair
from skyflytt.phase.stores import open_both

if TYPE_CHECKING:
    from prefect_dask.task_runners import DaskTaskRunner

DASK, FILES, LOCAL = "SKYFLYTT_DASK", "SKYFLYTT_DASK_FILES", "local"
USUAL_FILES = 100_000


@contextmanager
def crew_for(project: MigrationProject, share: str) -> Iterator[MakeCrew | None]:
    """Who works at the share in place of threads of this process; None where no cluster is set. It is closed with the context."""
    where = os.environ.get(DASK)
    if not where:
        yield None
        return
    with ExitStack() as open_until_the_end:

        def make(open_items: int, connections: int) -> AnyCrew | None:
            if open_items < int(os.environ.get(FILES, USUAL_FILES)):
                return None
            # It takes a second to import, and is not installed where nobody wants it.
            from tasks.dask_crew import DaskCrew  # noqa: PLC0415

            runner = open_until_the_end.enter_context(_runner(where, connections))
            return DaskCrew(runner.client, f"{project.name}/{share}", partial(open_share, project.name, share))

        yield make


@contextmanager
def open_share(project: str, share: str) -> Iterator[Pair]:
    """In a process of the cluster. Its connections are counted where the pass runs."""
    with (
        MigrationProject.load(project).open() as migration,
        open_both(migration, migration.project.share(share)) as pair,
    ):
        yield pair


def _runner(where: str, connections: int) -> DaskTaskRunner:
    from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415

    if where != LOCAL:
        return DaskTaskRunner(address=where)
    return DaskTaskRunner(
        cluster_kwargs={"n_workers": connections, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    )
