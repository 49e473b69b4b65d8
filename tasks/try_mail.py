"""Task: whether mail flows for a domain, in both directions."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_table_artifact

from blocks import MigrationProject
from skyflytt.errors.base import Failure
from skyflytt.mailflow.trial import Flow, Patience
from skyflytt.phase.cutover.mail import ends_of, left_letters, mail_domains, tidy_up
from skyflytt.phase.cutover.mail import try_mail as send_letters
from skyflytt.phase.cutover.names import AskedNames
from tasks.artifact_key import artifact_key
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · mail flow · {domain}")
def try_mail(project: MigrationProject, domain: str, most_minutes: float) -> list[Flow]:
    """Send a letter each way and find it; a verdict for each, with times. Letters are removed where nobody else uses the mailbox."""
    with (
        reporting(project.name, "mail flow", domain) as report,
        obeying(report.tell),
        project.open(report.tell) as migration,
    ):
        (found,) = mail_domains(migration, domain)
        flows = send_letters(migration, found, AskedNames(found), patience=Patience(most_s=60 * most_minutes))
        try:
            said = f"{tidy_up(migration, found)} letters were removed again"
        except Failure as failure:
            said = f"letters could not be removed: {failure}"
        if found.mail_test is not None:
            left = left_letters(ends_of(migration, found.name, found.mail_test), flows)
            said += "".join(f"; one stays at the {one}" for one in left)
        key = artifact_key(migration.name, "mail-flow", domain)
        create_table_artifact([_row(one) for one in flows], key=key, description=f"**Mail flow of {domain}**: {said}.")
    return flows


def _row(one: Flow) -> dict[str, object]:
    return {
        "way": one.direction.value,
        "verdict": one.verdict.value,
        "expected at": one.expected,
        "arrived at": one.arrived,
        "seconds": one.seconds,
        "sent": f"{one.sent_at:%Y-%m-%d %H:%M:%S} UTC",
        "found": f"{one.found_at:%Y-%m-%d %H:%M:%S} UTC" if one.found_at else "",
        "through": one.through,
        "line": one.secured,
        "SPF, DKIM, DMARC": one.judged,
        "said": one.said,
    }
