"""Failures of mailboxes and messages."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson, Permanent, Transient


class MailboxMissing(NeedsPerson):
    """The mailbox {item} does not exist at the server: {detail}"""

    code = "mail.mailbox-missing"
    advice = "Correct the login in the project file, or have the mailbox created at the target before the next run."


class MailboxDenied(NeedsPerson):
    """The account may not open the mailbox {item}: {detail}"""

    code = "mail.mailbox-denied"
    advice = (
        "Have the server's administrator grant it: full access to the mailbox, the role ApplicationImpersonation, or Exchange Web "
        "Services for the user. Then start the run again."
    )


class NoMailService(NeedsPerson):
    """There is no Exchange Web Services for {item}: {detail}"""

    code = "mail.no-mail-service"
    advice = "Correct `url` in the project file; it often ends in /EWS/Exchange.asmx. If the service is switched off, fetch by IMAP."


class AutodiscoverElsewhere(NeedsPerson):
    """Autodiscover for {item} leads to a host of another domain, which nothing vouches for: {detail}"""

    code = "mail.autodiscover-elsewhere"
    advice = (
        "If that host is the provider's, name it as `autodiscover` of the server in the project file, or the service itself as `url`. "
        "No password was shown to it."
    )


class NumberedAnew(Transient):
    """The target numbered the messages of the folder {item} anew during a pass: {detail}"""

    code = "mail.numbered-anew"
    advice = "The next pass finds the copies under their new numbers; run it. If it goes on, look why the target rebuilds its folders."


class MailboxFull(NeedsPerson):
    """The mailbox {item} is full: {detail}"""

    code = "mail.mailbox-full"
    advice = "Have its quota raised, then start the run again; it goes on with what is left."


class FolderRefused(Permanent):
    """The folder {item} cannot be opened or made: {detail}"""

    code = "mail.folder-refused"
    advice = "Check the account's rights on this folder, or exclude or rename the folder in the project file."


class MessageRefused(Permanent):
    """The target refused the message {item}: {detail}"""

    code = "mail.message-refused"
    advice = (
        "The message stays in the mailbox archive and the export. Read the server's words; deliver it by hand or accept the "
        "loss by name."
    )


class MessageTooLarge(Permanent):
    """The message {item} is larger than the target takes: {detail}"""

    code = "mail.message-too-large"
    advice = "Have the target's limit raised for the move, or hand the message over from the mailbox export."


class MessageBreaksConnection(Permanent):
    """The connection to the target breaks whenever the message {item} is written: {detail}"""

    code = "mail.message-breaks-connection"
    advice = (
        "The rest of the mailbox went on. Some servers cut the connection at what is above their limit, or at what a filter on the "
        "way dislikes: ask the target's operator what its log says. Else deliver it by hand from the export, or accept the loss by name."
    )


class MessageUnreadable(Permanent):
    """The source could not give the message {item}: {detail}"""

    code = "mail.message-unreadable"
    advice = "Open it in the old system. If that fails too, the message is damaged there: accept the loss by name."


class MessageVanished(Permanent):
    """The message {item} was listed and then gone: {detail}"""

    code = "mail.message-vanished"
    advice = "It was deleted or moved while the pass ran; the next pass settles it."


class MessageAltered(Transient):
    """The target's copy of the message {item} is not what was sent: {detail}"""

    code = "mail.message-altered"
    advice = "The copy was not counted as moved. It is tried again; if it lasts, the target rewrites messages and a person must look."


class NotAnArchive(NeedsPerson):
    """The file {item} is not a mailbox archive: {detail}"""

    code = "mail.not-an-archive"
    advice = (
        "Move the file away or correct the workspace's path; a new archive is then made and filled from the source."
    )


class ArchiveTooNew(NeedsPerson):
    """The mailbox archive {item} was made by a newer version: {detail}"""

    code = "mail.archive-too-new"
    advice = "Update Skyflytt on this machine to the version that made the archive, or newer."


class ArchiveOfAnotherMailbox(NeedsPerson):
    """The mailbox archive {item} is another mailbox's: {detail}"""

    code = "mail.archive-of-another-mailbox"
    advice = "Nothing was written. Correct the workspace's path; one archive holds one mailbox of one project."


class ArchiveDamaged(NeedsPerson):
    """The mailbox archive holds damaged data at {item}: {detail}"""

    code = "mail.archive-damaged"
    advice = "Check the disk. While the source still has the mailbox, move the archive away and run the export again to fill a new one."


class StreamUnusable(Permanent):
    """The FastTransfer stream of {item} cannot be used, so that it comes from its MIME: {detail}"""

    code = "mail.stream-unusable"
    advice = (
        "The item is there, with what MIME can hold of it. Check the disk; while the source still has the mailbox, a new archive that "
        "is filled from it has the stream again."
    )


class ArchiveUnavailable(Transient):
    """The mailbox archive {item} cannot be used at the moment: {detail}"""

    code = "mail.archive-unavailable"
    advice = "Another run may be writing to it, or its folder is missing or not writable. It is tried again by itself."


class ExportOccupied(NeedsPerson):
    """The folder {item} already holds something that is not an export: {detail}"""

    code = "mail.export-occupied"
    advice = "Nothing was written. Name another folder for the export, or empty this one."


class ExportAltered(Transient):
    """The export at {item} does not read back as it was written: {detail}"""

    code = "mail.export-altered"
    advice = "The export was thrown away. Check the disk, then run the export again."


class NotArchived(Permanent):
    """The message {item} is not in the mailbox archive: {detail}"""

    code = "mail.not-archived"
    advice = "The archive pass names the reason. Once it is mended, the next passes archive and deliver the message."


class MailboxDiffers(NeedsPerson):
    """The mailbox {item} is not complete at its new home: {detail}"""

    code = "mail.mailbox-differs"
    advice = "The check's artifact names folder and fingerprint of each. Run a delta pass; if they are still missing, look at the target."


class AddressWrong(BadInput):
    """The address {item} names no mailbox: {detail}"""

    code = "mail.address-wrong"
    advice = (
        "Write imaps://LOGIN@HOST, imap+starttls://LOGIN@HOST, ews+https://LOGIN@HOST/EWS/Exchange.asmx, graph://LOGIN@TENANT?client_id=ID, "
        "maildir:///PATH or pst:///PATH, without any password: `skyflytt mail` asks for it, or takes it from the environment or a secrets file."
    )
