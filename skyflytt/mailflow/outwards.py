"""A letter sent as the people of the new home send: through its submission server, signed in (RFC 6409)."""

from __future__ import annotations

from skyflytt.mailflow.inwards import Accepted
from skyflytt.mailflow.letter import Letter
from skyflytt.notice.smtp import SmtpSettings, connected, refusals


def submit(letter: Letter, server: SmtpSettings, secret: str | None) -> Accepted:
    """Raises the failures of `skyflytt.errors.connection`, and `RecipientRefused`."""
    with connected(server, secret) as smtp, refusals(server, letter.recipient):
        smtp.sendmail(letter.sender, [letter.recipient], letter.raw)
    secured = "in clear" if server.security == "none" else "encrypted, its certificate is good"
    return Accepted(f"{server.host}:{server.port}", secured)
