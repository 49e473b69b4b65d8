"""`skyflytt playbook list` and `skyflytt playbook show`."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

Name = Annotated[str, typer.Argument(help="One of `skyflytt playbook list`.", metavar="NAME")]
Tongue = Annotated[Literal["en", "sv", "nb", "sr"], typer.Option("--language", help="Language of the texts.")]


def list_(
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Give the page of the documentation.")] = False,
    language: Tongue = "en",
) -> None:
    """List the ready playbooks."""
    from skyflytt.playbook.load import load_playbook  # noqa: PLC0415
    from skyflytt.project.playbooks import known_playbooks  # noqa: PLC0415

    if markdown:
        from skyflytt.playbook.page import markdown as page  # noqa: PLC0415

        typer.echo(page(), nl=False)
        return
    for name in known_playbooks():
        playbook = load_playbook(name)
        typer.echo(f"{name} ({len(playbook.steps)} steps): {playbook.title.said(language)}")


def show(
    name: Name,
    *,
    language: Tongue = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Give it as JSON, in all languages.")] = False,
) -> None:
    """Show a playbook's steps: who does them, what they wait for, what they leave, how they are undone."""
    from skyflytt.playbook.load import load_playbook  # noqa: PLC0415
    from skyflytt.playbook.page import conditions_of, dates_of  # noqa: PLC0415

    playbook = load_playbook(name)
    if as_json:
        typer.echo(json.dumps(playbook.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    typer.echo(f"{playbook.title.said(language)}\n{playbook.description.said(language)}\n")
    for number, step in enumerate(playbook.steps, 1):
        kind = f"flow {step.flow}" if step.flow else step.kind.value
        typer.echo(f"{number:2}. {step.title.said(language)} [{step.id}] {step.owner}, {kind}")
        typer.echo(f"    {step.description.said(language)}")
        for label, words in (
            ("after", ", ".join(step.needs)),
            ("dates", dates_of(step)),
            ("conditions", conditions_of(step)),
            ("undone by", step.undo),
        ):
            if words:
                typer.echo(f"    {label}: {words.replace('`', '')}")
