"""Task: fill a drop and let the customer in."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_markdown_artifact

from blocks import MigrationProject
from skyflytt.ledger.passes import Account
from skyflytt.notice.local_time import until_text
from skyflytt.notice.message import NoticeKind
from skyflytt.phase.drops import DropOpened, fill_and_open
from skyflytt.phase.migration import Migration
from skyflytt.phase.tell import tell
from tasks.account import record_account
from tasks.artifact_key import artifact_key
from tasks.progress import reporting
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · open drop · {drop}")
def open_drop(project: MigrationProject, drop: str) -> Account:
    """Upload what the drop holds, write its manifest and pages, make the customer's account, tell the customer."""
    with project.open() as migration, reporting(migration.name, "drop", drop) as report:
        done = fill_and_open(migration, drop, report)
        record_account(migration, "drop", done.account)
        _describe(migration, drop, done)
        opened, zone = done.opened, migration.project.zone
        tell(
            migration,
            NoticeKind.DROP_OPENED,
            drop,
            lambda language: {
                "place": opened.place.kind,
                "host": opened.place.host,
                "port": opened.place.port,
                "login": opened.place.login,
                "ends_at": until_text(opened.ends_at, zone, language),
                "files": opened.files,
            },
        )
        return done.account


def _describe(migration: Migration, drop: str, done: DropOpened) -> None:
    opened, account = done.opened, done.account
    words = (
        f"# Drop {drop} is open\n\n{opened.files} files, {account.source_bytes / 1e6:.1f} MB, at "
        f"{opened.place.kind}://{opened.place.host}:{opened.place.port}, "
        f"login `{opened.place.login}`, until {opened.ends_at.astimezone(migration.project.zone):%Y-%m-%d %H:%M %Z}.\n\n"
        f"The SHA-256 of its manifest.csv is `{opened.manifest_digest}`. The secret is in `{done.secret_file}` on the worker, readable "
        "by its owner only; hand it over by telephone or in person.\n"
    )
    if done.passphrase_file is not None:
        words += f"\nThe archives' passphrase is in `{done.passphrase_file}`; hand it over by yet another way.\n"
    if done.put_back:
        words += f"\n{done.put_back} files that the place had lost were put back, and the secret is a new one.\n"
    create_markdown_artifact(words, key=artifact_key(migration.name, "drop", drop, "open"), description=f"drop {drop}")
