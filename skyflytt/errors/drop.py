"""Failures of drops: where the customer collects its data, for a limited time."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson, Permanent


class DropUnknown(NeedsPerson):
    """The drop {item} has not been filled or opened: {detail}"""

    code = "drop.unknown"
    advice = "Fill it first; every other act needs a drop that is there."


class DropNotComplete(NeedsPerson):
    """The drop {item} is not complete and stays shut: {detail}"""

    code = "drop.not-complete"
    advice = "Run the filling again until nothing is left or failed; a customer is never handed a part."


class DropContentsChanged(NeedsPerson):
    """The contents of the drop {item} changed after they were put there: {detail}"""

    code = "drop.contents-changed"
    advice = "Nothing is replaced after the cutover, or in a drop that is open. Hand the new contents over in a drop of another name."


class DropClosed(Permanent):
    """The drop {item} is closed for good: {detail}"""

    code = "drop.closed"
    advice = "A closed drop is not opened again. Hand the data over in a drop of another name."


class ExtensionsUsedUp(NeedsPerson):
    """The drop {item} cannot be extended: {detail}"""

    code = "drop.extensions-used-up"
    advice = "The contract allows no more. Have the contract changed, or open a new drop."


class ExtensionTooEarly(Permanent):
    """The new end of the drop {item} is not later than the present one: {detail}"""

    code = "drop.extension-too-early"
    advice = "Give an instant after the present end. To end it sooner, close it."


class GrantTooLong(NeedsPerson):
    """The drop {item} cannot be open for so long at this place: {detail}"""

    code = "drop.grant-too-long"
    advice = "Signed links (S3, SigV4) last seven days at most. Shorten the drop's days, or hand over by FTPS."


class ReceiptDoesNotMatch(NeedsPerson):
    """The receipt for the drop {item} does not name what was handed over: {detail}"""

    code = "drop.receipt-does-not-match"
    advice = (
        "Ask the customer to send the digest of the MANIFEST.csv that it fetched, and to fetch again what is missing."
    )


class DropStillOpen(NeedsPerson):
    """The drop {item} still lets its customer in: {detail}"""

    code = "drop.still-open"
    advice = "Close the account at the place by hand, then run the proof again. The drop does not count as closed until then."


class ProofUnclear(NeedsPerson):
    """Whether the drop {item} is closed could not be shown: {detail}"""

    code = "drop.proof-unclear"
    advice = "A refusal for another reason proves nothing. Check the server's access log, then run the proof again."


class DropAccountsElsewhere(NeedsPerson):
    """The accounts of the FTPS server {item} are not kept here: {detail}"""

    code = "drop.accounts-elsewhere"
    advice = "FTP itself cannot make accounts. Use the embedded drop server and name its state folder as `accounts_dir`, or an S3 bucket."
