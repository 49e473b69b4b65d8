"""What keeps a notice from going out, beside the connection itself."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson


class RecipientRefused(NeedsPerson):
    """The mail server did not take the notice to {item}: {detail}"""

    code = "notice.recipient-refused"
    advice = "Correct the contact's address or the sender in the project file, then run the step again; what was sent is not sent twice."
