"""The passwords of a server's mailboxes, by the keys that the migration asks for."""

from __future__ import annotations

from prefect.blocks.fields import SecretDict
from pydantic import SecretStr

from skyflytt.project.secret_keys import server_key


def secrets_by_key(server: str, secret: SecretStr | None, mailbox_secrets: SecretDict | None) -> dict[str, str]:
    """`secret` is the one for all mailboxes on the server, `mailbox_secrets` are by mailbox and side: "anna.source"."""
    own = {server_key(server): secret.get_secret_value()} if secret else {}
    mailboxes = mailbox_secrets.get_secret_value() if mailbox_secrets else {}
    return own | {f"mailboxes.{key}": value for key, value in mailboxes.items()}
