"""`skyflytt callers scan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from skyflytt.cli.callers.told import Days, quiet, tell_counts
from skyflytt.cli.opened import ProjectFile, Workspace, opened
from skyflytt.cli.options import SecretsFile

if TYPE_CHECKING:
    from skyflytt.callers.check import Checked

Kind = Literal[
    "iis", "exchange-http-proxy", "activesync-devices", "rd-gateway", "apache", "dovecot", "proftpd", "vsftpd", "postfix",
    "pure-ftpd", "sshd", "syslog",
]  # fmt: skip
Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="LOG", help="Logs that were handed over, or folders of them (default: the project file's own logs)."
    ),
]
KindOption = Annotated[Kind | None, typer.Option(help="How the logs given are written (default: found out).")]
ZoneOption = Annotated[
    str | None, typer.Option(help="What the server's clock shows, as Europe/Oslo (default: the project's time zone).")
]


def scan(
    file: ProjectFile,
    log: Paths = None,
    *,
    workspace: Workspace,
    kind: KindOption = None,
    time_zone: ZoneOption = None,
    quiet_days: Days = 3,
    secrets_file: SecretsFile = None,
) -> None:
    """Read what is new in the logs of the servers that were left, and count who signed in since the cutover.

    Logs may be packed (gzip, zstd, xz, bzip2) and of any size. Exit status 2 when a log is in no known form; the others are read.
    """
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from skyflytt.callers.standing import standing  # noqa: PLC0415
    from skyflytt.cli.progress import bars  # noqa: PLC0415
    from skyflytt.phase.callers import check_copies, check_log  # noqa: PLC0415
    from skyflytt.project.fields import known_zones  # noqa: PLC0415

    if log is None and (kind or time_zone):
        raise typer.BadParameter("--kind and --time-zone are for logs given here; the project file says it of its own")
    if time_zone is not None and time_zone not in known_zones():
        raise typer.BadParameter(f"{time_zone!r} is not a time zone of the IANA list, such as Europe/Stockholm")
    with bars(transient=True) as shown, opened(file, workspace, secrets_file) as migration:

        def tell(path: str, done: int, of: int) -> None:
            shown.of(Path(path).name)(done >> 20, of >> 20)

        if log:
            zone = ZoneInfo(time_zone) if time_zone else None
            checked = [check_copies(migration, log, kind, zone, tell)]
        else:
            checked = [check_log(migration, one.name, tell) for one in migration.project.logs]
        found = standing(migration.ledger, migration.project, quiet(quiet_days))
    for one in checked:
        _tell(one)
    tell_counts(found)
    problems = [problem for one in checked for problem in one.problems]
    if problems:
        raise problems[0]


def _tell(checked: Checked) -> None:
    own = f", {checked.own} of the migration itself" if checked.own else ""
    typer.echo(
        f"{checked.log}: {checked.files} files, {checked.new_lines} new lines, {checked.events} sign-ins or attempts, "
        f"{checked.before} of them before the cutover{own}"
    )
    for path, (count, first) in checked.unknown.items():
        typer.echo(f"  {path}:{first}: {count} lines from here on are in no known form, and were not counted")
    for problem in checked.problems[1:]:
        typer.echo(f"  {problem.sentence}", err=True)
