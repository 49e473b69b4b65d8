"""Failures of drops: where the customer collects its data, for a limited time."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson, Permanent


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


class ReceiptDoesNotMatch(NeedsPerson):
    """The receipt for the drop {item} does not name what was handed over: {detail}"""

    code = "drop.receipt-does-not-match"
    advice = (
        "Ask the customer to send the digest of the manifest.csv that it fetched, and to fetch again what is missing."
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
    advice = (
        "FTP itself cannot make accounts. Name the embedded drop server's state folder as `accounts_dir`, or say with `manage` how the "
        "accounts of a vsftpd or proftpd are kept, or take an S3 bucket."
    )


class CertificateEndsFirst(NeedsPerson):
    """The certificate of the place of the drop {item} ends before the drop does: {detail}"""

    code = "drop.certificate-ends-first"
    advice = "Have the server's operator renew the certificate, then open the drop. Customers' programs refuse a certificate that has ended."


class ServerClockOff(NeedsPerson):
    """The clock of the place of the drop {item} is off: {detail}"""

    code = "drop.clock-off"
    advice = "The drop would open or end at the wrong time. Have the clock of that server set by NTP; if it is right, set this machine's."


class AccountTaken(NeedsPerson):
    """The account that the drop {item} needs is somebody else's: {detail}"""

    code = "drop.account-taken"
    advice = "Accounts that were not made for a drop are never touched. Give the drop another name, or have that account removed."


class ManifestUnusable(BadInput):
    """{item} is not the folder of a drop that can be checked: {detail}"""

    code = "drop.manifest-unusable"
    advice = "Name the folder that holds manifest.csv and SHA256SUMS; if they are there, fetch both once more."


class DropEndInPast(BadInput):
    """The drop {item} would end before now: {detail}"""

    code = "drop.end-in-past"
    advice = "Give an end that lies ahead. To end access now, close the drop."


class DropBeyondContract(NeedsPerson):
    """The drop {item} would be open longer than the contract lets its data be fetched: {detail}"""

    code = "drop.beyond-contract"
    advice = (
        "Choose an earlier end, or have a named person decide that it stays open beyond it (--beyond-contract-by NAME)."
    )


class DropNotErasable(NeedsPerson):
    """The contents of the drop {item} stay where they are: {detail}"""

    code = "drop.not-erasable"
    advice = "They are erased when the drop is shown to be closed, its receipt or waiver is there and the time of retrieval is over."


class DropHoldsOthers(NeedsPerson):
    """The folder of the drop {item} holds what this project did not put there: {detail}"""

    code = "drop.holds-others"
    advice = "Nothing was deleted. Move it away by hand, then run the erasure again."


class FilesLost(NeedsPerson):
    """The drop {item} lost files that it is open with, and they cannot be put back: {detail}"""

    code = "drop.lost-files"
    advice = "What is prepared now is not what was handed over. Close the drop, and hand the data over in one of another name."


class DropServerSettingWrong(BadInput):
    """The drop server cannot use {item}: {detail}"""

    code = "drop.server-setting-wrong"
    advice = "Correct the option or the file and start the server again; one that runs goes on with what it had."


class DropServerUnfit(NeedsPerson):
    """The FTPS server {item} cannot hold a drop as it is set up: {detail}"""

    code = "drop.server-unfit"
    advice = "Have its operator set it up as docs/how-to/drop-at-another-server.md says; nothing was opened."
