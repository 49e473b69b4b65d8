"""What the demo ends with: accounts that add up, a last look at the new home, the timeline, and where everything is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deployments.demo import beside_mail, exports
from deployments.demo.events import FIRST_MAIL, LATE_MAIL, is_at_new_home
from skyflytt.ledger import journal
from skyflytt.ledger.passes import last_account
from skyflytt.ledger.workloads import workloads
from skyflytt.phase.check_mailbox import check_mailbox
from skyflytt.phase.mailboxes import open_target
from skyflytt.phase.migration import Migration
from skyflytt.phase.verify_share import verify_share
from skyflytt.report.write import write_report
from skyflytt.sandbox.company.people import ANNA

TOLD = (
    *(
        "step-done",
        "approved",
        "hold-answered",
        "cutover-rehearsed",
        "dns-lowered",
        "cut-over",
        "dns-applied",
        "dns-raised",
    ),
    *("drop-opened", "receipt-confirmed", "drop-closed", "drop-proved-closed"),
    *("deletion-warned", "deletion-started", "deletion-completed"),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last look found; `whole` when nothing is missing, doubled or changed."""

    lines: tuple[str, ...]
    whole: bool


def print_accounts(console: Console, migration: Migration) -> bool:
    """The account of each workload's last pass; whether all of them add up with nothing failed."""
    table = Table(title="Accounts: source = moved + skipped + failed", title_justify="left")
    for name in ("workload", "source", "moved", "skipped", "failed", "MB", "passes", "adds up"):
        table.add_column(name, justify="left" if name == "workload" else "right")
    adds_up = True
    for workload in workloads(migration.ledger, migration.name):
        account = last_account(migration.ledger, workload)
        if account is None:
            table.add_row(workload.label, *["-"] * 6, "[red]no[/]")
            adds_up = False
            continue
        right = account.source == account.moved + account.skipped + account.failed and not account.failed
        adds_up = adds_up and right
        numbers = (account.source, account.moved, account.skipped, account.failed)
        megabytes = f"{account.source_bytes / 1_000_000:.1f}"
        verdict = "[green]yes[/]" if right else "[red]no[/]"
        table.add_row(workload.label, *map(str, numbers), megabytes, str(account.number), verdict)
    console.print(table)
    return adds_up


def look_again(migration: Migration) -> Seen:
    """Read the new home itself, not the ledger: every message and every file, once more. The exports were read when they were made."""
    lines, whole = exports.told(migration)
    for mailbox in migration.project.mailboxes:
        found = check_mailbox(migration, mailbox.name)
        own = 1 if mailbox.name == ANNA.key else 0
        extra = sum(found.extra.values())
        whole = whole and not found.missing and extra == own
        lines.append(
            f"mailbox {mailbox.name}: {found.expected - sum(found.missing.values())} of {found.expected} messages there, "
            f"{extra - own} too many" + (", and one that arrived there itself" if own else "")
        )
        lines += beside_mail.told(migration, mailbox)
    with open_target(migration, migration.project.mailbox(ANNA.key)) as target:
        kept = is_at_new_home(target, FIRST_MAIL) and is_at_new_home(target, LATE_MAIL)
    whole = whole and kept
    lines.append(f"the mail that came after the cutover, to either address, is {'there' if kept else 'NOT there'}")
    for share in migration.project.shares:
        seen = verify_share(migration, share.name)
        whole = whole and not (seen.changed or seen.missing or seen.partial)
        good = seen.files - len(seen.changed) - len(seen.missing)
        lines.append(
            f"share {share.name}: {good} of {seen.files} files there with their digest, {len(seen.partial)} partial"
        )
    return Seen(tuple(lines), whole)


def print_timeline(console: Console, migration: Migration) -> None:
    """The journal's main lines, by the demo's clock."""
    table = Table(title="Timeline (from the journal, whose chain of hashes was checked)", title_justify="left")
    for name in ("when", "what", "about", "who"):
        table.add_column(name, overflow="fold")
    for entry in journal.entries(migration.ledger, migration.name):
        if entry.action in TOLD:
            at = entry.at.astimezone(migration.project.zone)
            table.add_row(f"{at:%Y-%m-%d %H:%M}", entry.action, entry.subject[:40], entry.actor)
    console.print(table)


def print_paths(console: Console, migration: Migration, sandbox: Path, prefect_home: Path) -> None:
    """Where a person finds what was made."""
    evidence = migration.folder("evidence")
    letters = len(list((sandbox / "post").glob("*.eml")))
    for what, path in (
        ("Manifests", evidence / "manifests"),
        ("Deletion record", evidence / "deletion-record.json"),
        ("Evidence", evidence),
        ("Certificate", evidence / "certificate.en.pdf"),
        ("Signed pack (skyflytt verify)", migration.workspace / "packs" / f"{migration.name}.zip"),
        ("Mailbox exports", migration.folder("exports")),
        ("Report page", write_report(migration)),
        ("Concerns", migration.folder("discovery") / "concerns.csv"),
        ("Ledger", migration.workspace / "ledger.sqlite"),
        (f"{letters} messages to the customer", sandbox / "post"),
        ("Prefect's run history", prefect_home / "prefect.db"),
    ):
        console.print(f"  {what + ':':<28} {path}", highlight=False, soft_wrap=True)
