"""What keeps a notice from going out, beside the connection itself."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson


class RecipientRefused(NeedsPerson):
    """The mail server did not take the notice to {item}: {detail}"""

    code = "notice.recipient-refused"
    advice = "Correct the contact's address or the sender in the project file, then run the step again; what was sent is not sent twice."


class NobodyToTell(NeedsPerson):
    """The notice {item} cannot go out: {detail}"""

    code = "notice.nobody-to-tell"
    advice = "Name an smtp server and the customer's contacts in the project file, then run the step again."


class NoBounce(BadInput):
    """The message is no report of a message that came back to {item}: {detail}"""

    code = "notice.no-bounce"
    advice = (
        "Give the whole report as the mail server sent it (.eml), with the part that says which message it is about."
    )


class BounceUnknown(BadInput):
    """The report is about {item}, which is no notice of this project: {detail}"""

    code = "notice.bounce-unknown"
    advice = "Give the report to the project that sent the message."
