"""Failures of the ledger, and the rules that it keeps."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson, Permanent, Transient


class DoesNotReconcile(NeedsPerson):
    """The account of {item} does not add up: {detail}"""

    code = "ledger.does-not-reconcile"
    advice = "Nothing is reported as moved from this pass. Run it again; if the numbers still differ, keep the ledger file and report it."


class AppendOnly(Permanent):
    """{item} would be deleted or overwritten where things are only added: {detail}"""

    code = "ledger.append-only"
    advice = (
        "After the cutover the target is the customer's live system: only new items are added, as in mode append before it. "
        "The cutover cannot be switched back."
    )


class NotOurs(Permanent):
    """{item} was not put there by this project: {detail}"""

    code = "ledger.not-ours"
    advice = "Only copies that this project made may be deleted or replaced. Remove it at the target by hand if it is not wanted."


class SourceReadOnly(Permanent):
    """{item} would change the system being left: {detail}"""

    code = "ledger.source-read-only"
    advice = "Nothing but the decommission phase, behind its interlock, may change the source."


class PassRunning(Transient):
    """Another pass over {item} is running: {detail}"""

    code = "ledger.pass-running"
    advice = "It is waited for. Two passes over one workload never run at once."


class JournalBroken(NeedsPerson):
    """The journal of {item} was altered: {detail}"""

    code = "ledger.journal-broken"
    advice = "Evidence from this ledger is worthless from that entry on. Restore the ledger from a backup and find out who changed it."


class LedgerBusy(Transient):
    """The ledger {item} is held by another writer: {detail}"""

    code = "ledger.busy"
    advice = "It is tried again by itself. With many workers, use PostgreSQL (SKYFLYTT_LEDGER_URL)."


class LedgerAway(LedgerBusy):
    """The ledger {item} does not answer: {detail}"""

    code = "ledger.away"
    advice = "It is tried again by itself. Nothing is lost: what was not written down is found again. If it stays away, start PostgreSQL."


class LedgerFull(NeedsPerson):
    """The disk of the ledger {item} is full: {detail}"""

    code = "ledger.full"
    advice = "Free room on the disk, then start the run again; it goes on from the last committed row."


class LedgerNewer(NeedsPerson):
    """The ledger {item} was written by a newer version of Skyflytt: {detail}"""

    code = "ledger.newer"
    advice = "Install the version that wrote it, or a later one. The ledger was not touched."


class TooManyGone(NeedsPerson):
    """{item} has lost much of its content at the source: {detail}"""

    code = "ledger.too-many-gone"
    advice = (
        "Nothing was removed at the target. If the share was not mounted or the mailbox is the wrong one, correct that and run the "
        "pass again. If the customer really deleted so much, run the pass with a higher removal limit."
    )


class ListingUnsorted(NeedsPerson):
    """The listing of {item} names an item twice or out of order: {detail}"""

    code = "ledger.listing-unsorted"
    advice = "The pass stopped before anything was decided from it. This is a defect of the source's adapter: report it with the two keys."


class SourceErased(NeedsPerson):
    """The source of {item} is being deleted, or already was: {detail}"""

    code = "ledger.source-erased"
    advice = "There is nothing left to copy from it, and what is missing there now must not count as gone. Its account stays as it was."


class NotALedger(BadInput):
    """{item} cannot be the ledger: {detail}"""

    code = "ledger.not-a-ledger"
    advice = "Name a file that an earlier run made, or one that is not there yet, in a folder that can be written to. Nothing was changed."


class NotCutOver(NeedsPerson):
    """The project {item} is not cut over: {detail}"""

    code = "ledger.not-cut-over"
    advice = "Make the cutover first; what belongs after it was not begun."
