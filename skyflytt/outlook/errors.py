"""Failures of Outlook's formats."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson, Permanent


class NotAPst(BadInput):
    """{item} is not a PST file: {detail}"""

    code = "outlook.not-a-pst"
    advice = "Check the path. A PST begins with the letters !BDN; an OST, MSG or zip file is something else."


class PstEncryptionUnknown(BadInput):
    """{item} is encrypted in a way that nobody but its owner can read: {detail}"""

    code = "outlook.pst-encryption-unknown"
    advice = "Open it where it was made, and export it again from Outlook without protection."


class PstDamaged(BadInput):
    """The PST file {item} is damaged: {detail}"""

    code = "outlook.pst-damaged"
    advice = "Fetch it again if it was copied. `skyflytt pst check` says what is wrong; `pst extract` saves what can still be read."


class ItemDamaged(Permanent):
    """The item {item} cannot be read from its PST file: {detail}"""

    code = "outlook.item-damaged"
    advice = "Look for it in a backup of the PST. Every other item was read."


class NoMailThere(BadInput):
    """There is no mail in {item}: {detail}"""

    code = "outlook.no-mail-there"
    advice = "Name a folder of .eml files, a Maildir, an mbox file, a mailbox archive or a PST file."


class ExtractionRefused(BadInput):
    """Nothing can be extracted into the folder {item}: {detail}"""

    code = "outlook.extraction-refused"
    advice = (
        "Name a folder that does not exist yet or that an earlier extraction made, on a disk that can be written to."
    )


class PstOccupied(BadInput):
    """The PST file {item} cannot be written: {detail}"""

    code = "outlook.pst-occupied"
    advice = "Name another place, make room, or move what is there out of the way. Nothing half-written was left."


class PstAltered(Permanent):
    """The PST file {item} does not hold what was written into it: {detail}"""

    code = "outlook.pst-altered"
    advice = "It was not put in place. Check the disk, then write it again; if it lasts, report the item that is named."


class StreamTruncated(Permanent):
    """The FastTransfer stream of {item} was cut off: {detail}"""

    code = "outlook.stream-truncated"
    advice = "Export the item again, alone and with a longer timeout; Exchange gives a batch one minute."


class StreamMalformed(Permanent):
    """The FastTransfer stream of {item} cannot be read: {detail}"""

    code = "outlook.stream-malformed"
    advice = "Export the item again; if it lasts, fetch it as MIME and keep the stream for support."


class ItemTooLarge(NeedsPerson):
    """The item {item} does not fit into a PST file: {detail}"""

    code = "outlook.item-too-large"
    advice = "Raise the size at which PST files are split (Outlook opens up to 50 GB), or save its attachments apart."


class NotACalendar(BadInput):
    """There is no iCalendar text in {item}: {detail}"""

    code = "outlook.not-a-calendar"
    advice = "Name an .ics file: it begins with BEGIN:VCALENDAR."


class NotAVcard(BadInput):
    """There is no vCard in {item}: {detail}"""

    code = "outlook.not-a-vcard"
    advice = "Name a .vcf file: it begins with BEGIN:VCARD."
