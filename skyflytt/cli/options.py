"""Options that the commands for one mailbox and for one folder of files share."""

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
OnlyAdd = Annotated[
    bool, typer.Option("--only-add", help="After the cutover: from now on and for good, only add at the target.")
]
RemovalLimit = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="Stop if more than this share of the copies would be removed (default: 1/3)."),
]
