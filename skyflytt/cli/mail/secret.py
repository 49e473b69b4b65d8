"""The secret of a mailbox: from the environment, a secrets file or the terminal; never from the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from skyflytt.mail.address import Address


def secret_of(address: Address, side: Literal["source", "target"], secrets_file: Path | None) -> str:
    """What is kept for the account (`anna@mail.example.com`), else for its side (`source`, `target`); "" for files.

    Raises `SecretMissing` and `SecretsFileUnusable`.
    """
    from skyflytt.project.secrets import (  # noqa: PLC0415
        FILE_VARIABLE,
        EnvironmentSecrets,
        FileSecrets,
        PromptSecrets,
        first_of,
    )

    if address.account is None:
        return ""
    named = secrets_file or os.environ.get(FILE_VARIABLE)
    files = (FileSecrets(Path(named)),) if named else ()
    return first_of(EnvironmentSecrets(), *files, PromptSecrets()).get(address.account, side)
