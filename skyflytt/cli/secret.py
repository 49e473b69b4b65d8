"""The secret of an account: from the environment, a secrets file or the terminal; never from the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from skyflytt.files.address import FileAddress
    from skyflytt.mail.address import Address

Side = Literal["source", "target"]


def secret_of(address: Address, side: Side, secrets_file: Path | None) -> str:
    """What is kept for the account (`anna@mail.example.com`), else for its side (`source`, `target`); "" for files.

    Raises `SecretMissing` and `SecretsFileUnusable`.
    """
    return "" if address.account is None else _kept(address.account, side, secrets_file, ask=True)


def file_secret_of(address: FileAddress, side: Side, secrets_file: Path | None) -> str | None:
    """As `secret_of`, for a folder of files; None where there is none. A passphrase that may be needed is never asked for."""
    from skyflytt.project.secrets import SecretMissing  # noqa: PLC0415

    if address.secret == "never":
        return None
    try:
        return _kept(address.account, side, secrets_file, ask=address.secret == "needed")
    except SecretMissing:
        if address.secret == "needed":
            raise
        return None


def _kept(account: str, side: Side, secrets_file: Path | None, *, ask: bool) -> str:
    from skyflytt.project.secrets import (  # noqa: PLC0415
        FILE_VARIABLE,
        EnvironmentSecrets,
        FileSecrets,
        PromptSecrets,
        first_of,
    )

    named = secrets_file or os.environ.get(FILE_VARIABLE)
    files = (FileSecrets(Path(named)),) if named else ()
    asked = (PromptSecrets(),) if ask else ()
    return first_of(EnvironmentSecrets(), *files, *asked).get(account, side)
