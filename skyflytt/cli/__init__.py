"""The command `skyflytt`. Each group of commands is a file here and a line in `GROUPS`; each command is a file of its own.

Commands import what they need when they run, so that `skyflytt --help` answers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated

import typer

from skyflytt.cli import (
    callers,
    card,
    concerns,
    countdown,
    cutover,
    deadline,
    decommission,
    dns,
    drop,
    dropbox,
    errors,
    evidence,
    exchange,
    files,
    graph,
    licences,
    mail,
    playbook,
    project,
    pst,
    quote,
    report,
    sandbox,
    step,
)
from skyflytt.cli import capabilities as capabilities_command
from skyflytt.cli import check as check_command
from skyflytt.cli import verify as verify_command
from skyflytt.cli import verify_drop as verify_drop_command
from skyflytt.cli.entry_points import add_commands_of_others
from skyflytt.cli.failures import INTERRUPTED, status_of_failure, tell_interrupted
from skyflytt.errors.base import Failure

GROUPS = {
    "callers": callers.app,
    "card": card.app,
    "concerns": concerns.app,
    "countdown": countdown.app,
    "cutover": cutover.app,
    "decommission": decommission.app,
    "dns": dns.app,
    "drop": drop.app,
    "dropbox": dropbox.app,
    "errors": errors.app,
    "evidence": evidence.app,
    "exchange": exchange.app,
    "files": files.app,
    "graph": graph.app,
    "licences": licences.app,
    "mail": mail.app,
    "playbook": playbook.app,
    "project": project.app,
    "pst": pst.app,
    "report": report.app,
    "sandbox": sandbox.app,
    "step": step.app,
}

app = typer.Typer(
    name="skyflytt",
    help="Carries a customer out of a hosted provider and into the next one, and proves that nothing was left behind.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
add_commands_of_others(GROUPS)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)
app.command(name="deadline")(deadline.deadline)
app.command("capabilities")(capabilities_command.capabilities)
app.command("check")(check_command.check)
app.command("quote")(quote.quote)
app.command("verify")(verify_command.verify)
app.command("verify-drop")(verify_drop_command.verify_drop)


def show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

        try:
            typer.echo(f"skyflytt {version('skyflytt')}")
        except PackageNotFoundError:
            typer.echo("skyflytt, run from its source without being installed")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options before any command."""


@cache
def _command(given: typer.Typer) -> Callable[..., object]:
    """Made once: it takes longer than most commands do."""
    return typer.main.get_command(given)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0 done, 1 failed, 2 bad input, 75 try again later, 130 interrupted."""
    try:
        _command(app)(args=arguments, prog_name="skyflytt")
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except Failure as failure:
        return status_of_failure(failure)
    else:
        status = 0
    if status == INTERRUPTED:
        tell_interrupted()
    return status
