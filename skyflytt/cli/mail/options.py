"""Options that the commands of `skyflytt mail` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CaFile = Annotated[
    Path | None,
    typer.Option(help="PEM file of the authority that signed the servers' certificates, if not a public one."),
]
SecretsFile = Annotated[
    Path | None, typer.Option(help="JSON or YAML file of mode 0600 with the secrets (default: SKYFLYTT_SECRETS_FILE).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Tell the outcome as JSON.")]
