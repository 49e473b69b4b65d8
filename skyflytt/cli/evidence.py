"""`skyflytt evidence`: the operator's signing key, and packs that are made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Sign evidence: the operator's key, its fingerprint, packs.", no_args_is_help=True)
KeyFile = Annotated[Path, typer.Argument(help="The file of the private key.", metavar="FILE")]


@app.command()
def key(
    file: KeyFile,
    public: Annotated[Path | None, typer.Option(help="Also write the public half to this file (PEM).")] = None,
) -> None:
    """Make a signing key (Ed25519), readable by its owner only, and show the fingerprint to hand over. Replaces nothing."""
    from skyflytt.evidence.keys import fingerprint, make_key, public_pem  # noqa: PLC0415

    made = make_key(file)
    if public is not None:
        public.write_bytes(public_pem(made))
    typer.echo(fingerprint(made))


@app.command("fingerprint")
def show_fingerprint(file: KeyFile) -> None:
    """Show the fingerprint of a signing key: customers compare it with the one that `skyflytt verify` shows."""
    from skyflytt.evidence.keys import fingerprint, load_key  # noqa: PLC0415

    typer.echo(fingerprint(load_key(file)))


@app.command()
def pack(
    folder: Annotated[Path, typer.Argument(help="The evidence folder of a project's workspace.", metavar="FOLDER")],
    target: Annotated[Path, typer.Argument(help="The pack to write (.zip).", metavar="PACK")],
    signing_key: Annotated[Path, typer.Option("--key", help="The private key to sign with.")],
) -> None:
    """Pack an evidence folder and sign it, in one zip that `skyflytt verify` checks."""
    from skyflytt.evidence.keys import load_key  # noqa: PLC0415
    from skyflytt.evidence.pack import write_pack  # noqa: PLC0415

    made = write_pack(folder, target, load_key(signing_key))
    typer.echo(f"{made.path}: {made.files} files, SHA-256 {made.sha256}")
    typer.echo(f"signed with the key {made.fingerprint}")
