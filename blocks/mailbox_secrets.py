"""The passwords of a server's mailboxes, by the keys that the migration asks for."""

from __future__ import annotations

from typing import Annotated, Any

from prefect.blocks.fields import SecretDict
from pydantic import BeforeValidator, SecretStr

from skyflytt.project.secret_keys import server_key


def _none_is_empty(given: Any) -> Any:
    return {} if given is None else given


# Not `SecretDict | None`: of that, the UI shows an empty form, in which no password could ever be corrected.
MailboxSecrets = Annotated[SecretDict, BeforeValidator(_none_is_empty)]


def no_secrets() -> SecretDict:
    return SecretDict({})


def secrets_by_key(server: str, secret: SecretStr | None, mailbox_secrets: SecretDict) -> dict[str, str]:
    """`secret` is the one for all mailboxes on the server, `mailbox_secrets` are by mailbox and side: "anna.source"."""
    own = {server_key(server): secret.get_secret_value()} if secret else {}
    mailboxes = mailbox_secrets.get_secret_value()
    return own | {f"mailboxes.{key}": value for key, value in mailboxes.items()}
